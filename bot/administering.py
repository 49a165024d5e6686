"""What the administrator does from the command line: the first administrator, the roster, a check-up."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import typer

from bot.building import build_house, take_roster
from bot.clock import SystemClock
from bot.engine.embedded import AlreadyRunning, DeskLock
from bot.opening import OpenDesk, opened
from bot.running import TELEGRAM_IS_OFF
from config.language import Said, Voice, joined, lines, t
from config.roster import Roster, roster_difference, roster_from_text
from config.settings import Settings
from config.shape import fit
from config.yaml_tree import read_file, read_tree
from handlers.words import roles
from storage import chat as chats
from storage import history, timer
from storage import person as people
from storage.case import open_cases
from storage.database import Database
from storage.person import Identity, Person

ADMINISTRATOR = "administrator"


def name_administrator(settings: Settings, name: str, accounts: list[str]) -> int:
    """Give somebody, known or new, the administrator's role; return the exit code."""
    voice = Voice(settings.language)
    pairs = [account.partition("=")[::2] for account in accounts]
    if any(not platform or not account for platform, account in pairs):
        typer.echo(t("--account 要写成 平台=账号,如 telegram=123456").say(voice), err=True)
        return 2
    with opened(settings) as desk, desk.database.writing() as session:
        person = people.by_name(session, name)
        if person is None and not pairs:
            nobody = t("名册里没有「{name}」。要新加一位管理员,请同时给出 --account 平台=账号。", name=name)
            typer.echo(nobody.say(voice), err=True)
            return 1
        person = person or Person(key=name, name=name, position=len(people.all_people(session)))
        person.roles = sorted({*person.roles, ADMINISTRATOR})
        person.active = True
        people.save(session, person)
        for platform, account in pairs:
            if people.by_account(session, platform, account) is None:
                people.save(session, Identity(person_id=person.id, platform=platform, account=account))
        history.record(
            session, chain_case=None, at=desk.clock.now(), kind="administrator_named", actor="desk",
            actor_name="command line", payload={"person": str(person.id), "accounts": accounts},
        )  # fmt: skip
    typer.echo(t("{name} 现在是管理员。", name=name).say(voice))
    return 0


def change_roster(settings: Settings, file: Path, *, apply: bool) -> int:
    """Show what a roster would change; take it only when asked to."""
    voice = Voice(settings.language)
    with opened(settings) as desk:
        plan = desk.desk.house.plan
        text = read_file(file)
        new = roster_from_text(text, file.name, plan)
        changes = roster_difference(_roster_in_force(desk.database), new)
        typer.echo(lines(*changes).say(voice) if changes else t("没有变化。").say(voice))
        if not changes:
            return 0
        if not apply:
            typer.echo(t("以上还没有生效;确认无误后加 --apply 再运行一次。").say(voice))
            return 0
        take_roster(desk.database, text, file.name, plan, desk.clock.now(), by="command line")
        typer.echo(t("已按新值班表更换。").say(voice))
    return 0


def _roster_in_force(database: Database) -> Roster:
    with database.reading() as session:
        version = people.newest_roster(session)
    if version is None:
        return Roster()
    return fit(Roster, read_tree(version.text, "roster.yaml"))[0] or Roster()


def examine(settings: Settings) -> int:
    """Check everything that can be checked from here, and say it."""
    voice = Voice(settings.language)
    house = build_house(settings.plan, language=settings.language, public_url=settings.public_url)
    told: list[Said] = [
        t("方案:{name}({hash})", name=house.plan.name, hash=house.plan_hash[:12]),
        t("时限规则 {n} 条", n=len(house.plan.clocks)),
        t("工作日历排到 {until}", until=house.calendar.covered_until),
    ]
    with opened(settings) as desk:
        told += _what_is_stored(settings, desk)
        told.append(t("现在是 {at}", at=SystemClock().now()))
        telegram, broken = _telegram(settings, desk)
    typer.echo(lines(*told, *telegram).say(voice))
    return 1 if broken else 0


def _what_is_stored(settings: Settings, desk: OpenDesk) -> list[Said]:
    told: list[Said] = []
    with desk.database.reading() as session:
        everybody = people.everybody(session)
        told.append(t("数据库:{url}", url=_shown_address(settings)))
        held = {role for person in everybody for role in person.roles}
        told.append(t("人员 {n} 名;角色:{roles}", n=len(everybody), roles=roles(held)))
        told.append(_administrators(everybody))
        uses = [use for use in ("staff", "joint_meeting", "release_channel") if chats.used_for(session, use)]
        told.append(t("已绑定会话:{uses}", uses=joined(uses, "、") if uses else t("无")))
        told.append(t("在办案件 {n} 件", n=len(open_cases(session))))
        told.append(t("下一个到期事项:{at}", at=timer.next_due(session) or t("无")))
    return told


def _shown_address(settings: Settings) -> str:
    return settings.redaction().hide(settings.database_url.rpartition("@")[2])


def _telegram(settings: Settings, desk: OpenDesk) -> tuple[list[Said], bool]:
    """Check Telegram; return the lines, and whether anything is broken."""
    if desk.telegram is None:
        return [TELEGRAM_IS_OFF], False
    # Imported here: the library is slow to load, and most desks' commands need none of it.
    from bot.chat.telegram.checkup import Checkup, is_broken, right_now  # noqa: PLC0415

    with desk.database.reading() as session:
        bound = [chat for chat in chats.groups(session) if chat.platform == desk.telegram.name]
    with ExitStack() as stack:
        running = not _locked(stack, settings.data_dir)
        findings = list(Checkup(settings, desk.telegram.line, bound, running, right_now).findings())
    return [finding.shown() for finding in findings], is_broken(findings)


def _locked(stack: ExitStack, folder: Path) -> bool:
    """Keep a desk from starting meanwhile; say whether none runs."""
    try:
        stack.enter_context(DeskLock(folder))
    except AlreadyRunning:
        return False
    return True


def _administrators(everybody: Sequence[Person]) -> Said:
    named = [person.name for person in everybody if person.has(ADMINISTRATOR)]
    if named:
        return t("管理员:{names}", names="、".join(named))
    return t("还没有管理员:请运行 python -m bot administrator 姓名 --account 平台=账号")
