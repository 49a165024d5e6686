"""The check-up from the command line: everything that can be looked at is looked at, and nothing is changed."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

import typer

from bot.building import build_house, has_roster, roster_not_taken
from bot.chat.findings import Finding, is_broken, right_now
from bot.clock import SystemClock
from bot.engine.embedded import LOCK, AlreadyRunning, DeskLock
from bot.opening import know_all_timers, telegram_of
from bot.pulse import fetched
from bot.running import NO_ADMINISTRATOR, TELEGRAM_IS_OFF, WECHAT_IS_OFF, WECOM_IS_OFF
from bot.vital_signs import VitalSigns
from config.language import Said, Voice, lines, t
from config.plan import Plan
from config.roster import roster_from_text
from config.settings import Settings
from config.yaml_tree import read_file
from handlers.chats.words import USE_NAMES
from handlers.feeds import words as feed_words
from handlers.words import names, roles
from storage import chat as chats
from storage import feed as feeds
from storage import lease, timer
from storage import person as people
from storage.case import count_open
from storage.chat import Chat
from storage.database import Condition, Database
from storage.feed import Feed
from storage.person import Person

if TYPE_CHECKING:
    from bot.chat.telegram.platform import TelegramPlatform

NOT_TO_BE_READ: Final[dict[Condition, Said]] = {
    "missing": t("还没有数据库:第一次启动(make run)会建立;人员、会话和案件现在无从检查"),
    "older": t("数据库是旧版程序的:请先备份,启动(make run)会更新它;人员、会话和案件现在无从检查"),
    "newer": t("数据库比程序新:请升级程序;人员、会话和案件现在无从检查"),
}

NO_STAFF_GROUP: Final = t(
    "还没有工作群:线索的卡片和提醒没有地方显示。请管理员私聊发“绑定 工作群”,再把给出的一行发进群里。"
)


def examine(settings: Settings) -> int:
    """Check everything that can be checked from here, and say it; return the exit code."""
    house = build_house(settings.plan, language=settings.language, public_url=settings.public_url)
    told: list[Said] = [
        t("方案:{name}({hash})", name=house.plan.name, hash=house.plan_hash[:12]),
        t("时限规则 {n} 种", n=len(house.plan.clocks)),
        t("工作日历排到 {until}", until=house.calendar.covered_until),
        t("数据库:{url}", url=settings.redaction().hide(settings.database_url.rpartition("@")[2])),
    ]
    with closing(Database(settings.database_url)) as database, telegram_of(settings) as telegram:
        condition = condition_of(settings, database)
        if condition == "current":
            on = {"telegram": telegram, "wecom": settings.wecom_corp_id}
            told += _what_is_stored(database, [name for name, is_on in on.items() if is_on])
            told += _workers(database)
        else:
            told.append(NOT_TO_BE_READ[condition])
        told += _roster(settings, database if condition == "current" else None, house.plan)
        told.append(_heartbeat(settings, database if condition == "current" else None))
        told.append(t("现在是 {at}", at=SystemClock().now()))
        bound = _bound(database, telegram) if condition == "current" else ()
        found, broken = _telegram(settings, telegram, bound)
        others = _wecom(settings, database if condition == "current" else None) + _wechat(settings, house.plan)
    typer.echo(lines(*told, *found, *(finding.shown() for finding in others)).say(Voice(settings.language)))
    return 1 if broken or is_broken(others) or condition == "newer" else 0


def condition_of(settings: Settings, database: Database) -> Condition:
    """Look at the tables; a file in the data directory is missing, not unusable, while there is no such directory."""
    if database.file is not None and database.file.parent == settings.data_dir and not settings.data_dir.exists():
        return "missing"
    return database.condition()


def _what_is_stored(database: Database, platforms: Sequence[str]) -> list[Said]:
    know_all_timers(database)
    with database.reading() as session:
        everybody = people.everybody(session)
        held = {role for person in everybody for role in person.roles}
        uses = [name for use, name in USE_NAMES.items() if chats.used_for(session, use)]
        return [
            t("人员 {n} 名;角色:{roles}", n=len(everybody), roles=roles(held)),
            *_without_account(people.without_account(session, platforms)),
            _administrators(everybody),
            t("已绑定会话:{uses}", uses=names(uses) if uses else t("无")),
            *([] if chats.used_for(session, "staff") else [NO_STAFF_GROUP]),
            t("在办案件 {n} 件", n=count_open(session)),
            t("下一个到期事项:{at}", at=timer.next_due(session) or t("无")),
            *_feeds(feeds.every(session)),
        ]


def _feeds(known: Sequence[Feed]) -> list[Said]:
    """Say how many feeds are watched, and name those that cannot be read; nothing where there are none."""
    watched = [feed for feed in known if feed.stage == "watched"]
    failing = [feed for feed in watched if feed.failures]
    said = [feed_words.standing(len(watched), len(failing))] if watched else []
    return [*said, *map(feed_words.in_trouble, failing)]


def _workers(database: Database) -> list[Said]:
    """Name the processes that work on a shared database, on whatever machine: each by machine and process number."""
    if database.one_writer:
        return []
    with database.reading() as session:
        living = lease.who_works(session)
    if not living:
        return [t("没有工作进程在运行:收到的没有人处理,到期的没有人发。请启动 python -m bot run 或 work")]
    named = names(worker.rpartition(":")[0] for worker in living)  # what follows only makes the name unique
    return [t("工作进程 {n} 个在运行:{names}", n=len(living), names=named)]


def _without_account(absent: Sequence[Person]) -> list[Said]:
    if not absent:
        return []
    named = names(person.name for person in absent)
    return [t("没有账号 {n} 名:{names}。请管理员逐个发“邀请 姓名”", n=len(absent), names=named)]


def _administrators(everybody: Sequence[Person]) -> Said:
    named = [person.name for person in everybody if person.has("administrator")]
    if named:
        return t("管理员:{names}", names=names(named))
    return NO_ADMINISTRATOR


def _roster(settings: Settings, database: Database | None, plan: Plan) -> list[Said]:
    """Check the roster's file; one that the first start could not take is refused with FileError."""
    if settings.roster is None:
        return []
    if database is not None and has_roster(database):
        said = roster_not_taken(settings, database, plan) or t("值班表 {file} 已收下", file=settings.roster)
        return [said]
    new = roster_from_text(read_file(settings.roster), settings.roster.name, plan)
    return [t("值班表 {file} 写得对,有 {n} 人;启动时收下", file=settings.roster, n=len(new.people))]


def _bound(database: Database, telegram: "TelegramPlatform | None") -> Sequence[Chat]:
    with database.reading() as session:
        return [chat for chat in chats.groups(session) if telegram and chat.platform == telegram.name]


def _telegram(
    settings: Settings, telegram: "TelegramPlatform | None", bound: Sequence[Chat]
) -> tuple[Sequence[Said], bool]:
    """Check Telegram; return the lines, and whether anything is broken."""
    if telegram is None:
        return [TELEGRAM_IS_OFF], False
    # Imported here: the library is slow to load, and most desks' commands need none of it.
    from bot.chat.telegram.checkup import Checkup  # noqa: PLC0415

    with ExitStack() as stack:
        running = _runs(stack, settings.data_dir)
        findings = list(Checkup(settings, telegram.line, bound, running, right_now).findings())
    return [finding.shown() for finding in findings], is_broken(findings)


def _wecom(settings: Settings, database: Database | None) -> list[Finding]:
    """Check WeCom."""
    if settings.wecom_corp_id is None or settings.wecom_agent_id is None or settings.wecom_secret is None:
        return [Finding("off", WECOM_IS_OFF)]
    # Imported here for the same reason.
    from bot.chat.calls import Timeouts  # noqa: PLC0415
    from bot.chat.wecom.checkup import Checkup  # noqa: PLC0415
    from bot.chat.wecom.line import App, Line  # noqa: PLC0415

    app = App(settings.wecom_corp_id, settings.wecom_agent_id, settings.wecom_secret.get_secret_value())
    with closing(Line(app, settings.wecom_api_url, None, Timeouts())) as line:
        return list(Checkup(settings, line, _members(database), right_now, _groups(database)).findings())


def _groups(database: Database | None) -> list[tuple[str, str]]:
    if database is None:
        return []
    with database.reading() as session:
        return [(chat.title, chat.account) for chat in chats.groups(session) if chat.platform == "wecom"]


def _wechat(settings: Settings, plan: Plan) -> list[Finding]:
    """Check the official account."""
    if settings.wechat_app_id is None or settings.wechat_secret is None:
        return [Finding("off", WECHAT_IS_OFF)]
    # Imported here for the same reason.
    from bot.channels.wechat_checkup import Checkup  # noqa: PLC0415
    from bot.chat.calls import Timeouts  # noqa: PLC0415
    from bot.chat.wechat.line import Account, WechatLine  # noqa: PLC0415

    account = Account(settings.wechat_app_id, settings.wechat_secret.get_secret_value())
    with closing(WechatLine(account, settings.wechat_api_url, None, Timeouts())) as line:
        return list(Checkup(settings, plan, line).findings())


def _members(database: Database | None) -> list[tuple[str, str]]:
    if database is None:
        return []
    with database.reading() as session:
        known = {person.id: person.name for person in people.everybody(session)}
        accounts = [each for each in people.all_identities(session) if each.platform == "wecom"]
    return [(known[each.person_id], each.account) for each in accounts if each.person_id in known]


def _heartbeat(settings: Settings, database: Database | None) -> Said:
    """Fetch the heartbeat's address, unless that would feign a desk that lives: then only its machine is asked."""
    if settings.heartbeat_url is None:
        return t("没有设心跳地址:值班台整个停下时外面没有人知道;请设 HUIYING_HEARTBEAT_URL")
    url, clock = settings.heartbeat_url.get_secret_value(), SystemClock()
    with ExitStack() as stack:
        lives = database is not None and _runs(stack, settings.data_dir) and not VitalSigns(database, clock).troubles()
        trouble = fetched(url if lives else urljoin(url, "/"), "GET" if lives else "HEAD")
    if lives:
        why = settings.redaction().hide(trouble)
        return t("心跳地址不应答:{why}", why=why) if trouble else t("心跳地址应答正常")
    reached = not trouble or trouble.startswith("HTTP ")  # whatever it answers there, the machine can be reached
    if reached:
        return t("心跳地址的主机连得上;值班台没有正常运行,没有敲它")
    return t("心跳地址的主机连不上:{why}", why=settings.redaction().hide(trouble))


def _runs(stack: ExitStack, folder: Path) -> bool:
    """Say whether a desk runs; where one has run and does not, keep it from starting meanwhile."""
    if not (folder / LOCK).exists():  # taking the lock would make it
        return False
    try:
        stack.enter_context(DeskLock(folder))
    except AlreadyRunning:
        return True
    return False
