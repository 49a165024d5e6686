"""Open the bureau's own desk: database migrated, roster taken at the first start, website as its release channel."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

import httpx
import structlog

from bot.building import build_house, has_roster, take_roster
from bot.channels import Channel
from bot.channels.chat_channel import ChatChannel
from bot.channels.website import WebsiteChannel, picture_at
from bot.chat.platform import ChatPlatform
from bot.chat.wechat.hearing import ACCOUNT, WECHAT
from bot.chat.wecom.groups import HOOKED, hooks_of
from bot.clock import SystemClock
from bot.collecting import PLATFORM as IMPORT
from bot.desk import Desk
from bot.engine.engine import Engine
from bot.fetching import Fetching
from bot.refused import CommandRefused
from bot.sending import ONLY
from bot.sites.visiting import Visiting
from bot.web.pages import BOARD
from config.accounts import WECOM
from config.language import Voice, t
from config.settings import Settings
from config.yaml_tree import read_file as read_roster
from handlers import verbs
from handlers.learning.in_use import InUse
from storage import chat as chats
from storage import history, house_move, timer
from storage.blobs import FolderBlobs
from storage.chat import Chat
from storage.database import Database, NewerTables
from storage.models import Models
from storage.person import save

if TYPE_CHECKING:
    from bot.chat.telegram.platform import TelegramPlatform
    from bot.chat.wechat.platform import WechatPlatform
    from bot.chat.wecom.platform import WecomPlatform

log = structlog.get_logger()
# https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Batch_Sends_and_Originality_Checks.html
MASS_LIMITS: Final[Mapping[str, tuple[int, Literal["day", "month"]]]] = {
    "subscription": (1, "day"),
    "service": (4, "month"),
}
READ_BACK_TIMEOUT = 5.0  # seconds
SETTING = "setting"  # what bound a chat that the settings name


class UnknownTimers(Exception):
    """The database holds timers of kinds this version does not know: it is older than the data."""


@dataclass
class OpenDesk:
    """A desk that is ready to run, and what it was built from."""

    desk: Desk
    database: Database
    clock: SystemClock
    settings: Settings
    telegram: "TelegramPlatform | None" = None  # none: Telegram is off
    wecom: "WecomPlatform | None" = None  # none: WeCom is off
    wechat: "WechatPlatform | None" = None  # none: there is no official account, or its followers are not heard


@contextmanager
def opened(settings: Settings, *, engine: Engine | None = None) -> Iterator[OpenDesk]:
    """Open the desk that the settings describe, and close it at the end. One process at a time does.

    engine: drives it from then on; none: somebody only wants something of it.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    with ExitStack() as stack:
        stack.callback(database.close)
        telegram = stack.enter_context(telegram_of(settings))
        wecom = stack.enter_context(wecom_of(settings, database))
        fetch = stack.enter_context(httpx.Client(timeout=READ_BACK_TIMEOUT, follow_redirects=False, trust_env=False))
        account = stack.enter_context(wechat_of(settings, database, fetch))
        heard = (telegram, wecom, account.heard)
        platforms: dict[str, ChatPlatform] = {each.name: each for each in heard if each is not None}
        channels: dict[str, Channel] = {
            "website": WebsiteChannel(database, fetch, settings.public_url),
            "release_channel": ChatChannel(database, platforms),
            **account.channels,
        }
        with database.alone("opening"):
            desk, clock = _open(settings, database, platforms, channels, engine)
        if engine is not None:
            engine.drive(desk)
        yield OpenDesk(desk, database, clock, settings, telegram, wecom, account.heard)


def _open(
    settings: Settings,
    database: Database,
    platforms: dict[str, ChatPlatform],
    channels: dict[str, Channel],
    engine: Engine | None,
) -> tuple[Desk, SystemClock]:
    try:
        database.migrate()
    except NewerTables as newer:
        raise CommandRefused(t("数据库是更新的程序建的,这个程序不能用它:请先把这里的程序升级到同一版本")) from newer
    _refuse_half(database)
    house = build_house(settings.plan, language=settings.language, public_url=settings.public_url)
    house.file_limit = settings.telegram_file_limit
    house.mass_limit = MASS_LIMITS[settings.wechat_kind] if settings.wechat_app_id else None
    house.fetches_links, house.watches_feeds = settings.fetch_links, True
    house.board_url = settings.public_url + BOARD
    house.learned = InUse(Models(settings.data_dir / "models"))
    house.board_link_lives = timedelta(minutes=settings.board_link_minutes)
    clock = SystemClock()
    _never_back(database, clock)
    if settings.roster is not None and not has_roster(database):
        text = read_roster(settings.roster)
        take_roster(database, text, settings.roster.name, house.plan, clock.now(), by=str(settings.roster))
        log.info("roster taken", file=str(settings.roster))
    _bind_intake(database, IMPORT, IMPORT, "import")
    if WECHAT in platforms:
        _bind_intake(database, WECHAT, ACCOUNT, t("公众号").say(Voice(settings.language)))
    _bind_webhooks(database, hooks_of(settings.webhooks()))
    files = Fetching(database, house, FolderBlobs(settings.data_dir / "blobs", limit=house.file_limit), platforms)
    worker = engine.worker if engine is not None else ONLY
    visiting = Visiting(settings, database, house, files.fetch)
    desk = Desk(database, clock, house, platforms, channels, visiting.fetch, worker=worker)
    know_all_timers(database)
    desk.open(stopped_at=engine.join(database) if engine is not None else None)
    return desk, clock


@contextmanager
def telegram_of(settings: Settings) -> "Iterator[TelegramPlatform | None]":
    """Give the bot that the settings name, and hang up at the end; nothing is asked of the network here."""
    if settings.telegram_token is None:
        yield None
        return
    # Imported here: the library takes a quarter of a second, which every command would pay that needs no Telegram.
    from bot.chat.telegram.platform import TelegramPlatform  # noqa: PLC0415

    proxy = settings.telegram_proxy.get_secret_value() if settings.telegram_proxy else ""
    token = settings.telegram_token.get_secret_value()
    telegram = TelegramPlatform(token, api_url=settings.telegram_api_url, proxy=proxy)
    try:
        yield telegram
    finally:
        telegram.close()


@contextmanager
def wecom_of(settings: Settings, database: Database) -> "Iterator[WecomPlatform | None]":
    """Give the app that the settings name, and hang up at the end; nothing is asked of the network here."""
    if settings.wecom_corp_id is None or settings.wecom_agent_id is None or settings.wecom_secret is None:
        yield None
        return
    # Imported here for the same reason: a third of a second.
    from bot.chat.wecom.line import App  # noqa: PLC0415
    from bot.chat.wecom.platform import WecomPlatform  # noqa: PLC0415

    app = App(settings.wecom_corp_id, settings.wecom_agent_id, settings.wecom_secret.get_secret_value())
    hooks = hooks_of(settings.webhooks())
    key = settings.wecom_aibot_aes_key.get_secret_value() if settings.wecom_aibot_aes_key else ""
    wecom = WecomPlatform(
        app, database, api_url=settings.wecom_api_url, language=settings.language, hooks=hooks, aibot_key=key
    )
    try:
        yield wecom
    finally:
        wecom.close()


@dataclass(frozen=True)
class Account:
    """What the official account is to the desk: a release channel, and where followers are heard."""

    channels: Mapping[str, Channel] = field(default_factory=dict)
    heard: "WechatPlatform | None" = None


@contextmanager
def wechat_of(settings: Settings, database: Database, fetch: httpx.Client) -> Iterator[Account]:
    """Give the official account that the settings name, or nothing of it, and hang up at the end."""
    if settings.wechat_app_id is None or settings.wechat_secret is None or settings.wechat_cover is None:
        yield Account()
        return
    # Imported here for the same reason.
    from bot.channels.wechat_account import WechatAccountChannel  # noqa: PLC0415
    from bot.channels.wechat_drafts import Drafts  # noqa: PLC0415
    from bot.channels.wechat_mass import WechatMassChannel  # noqa: PLC0415
    from bot.chat.calls import Timeouts  # noqa: PLC0415
    from bot.chat.wechat import line as lines  # noqa: PLC0415
    from bot.chat.wechat.platform import WechatPlatform  # noqa: PLC0415

    account = lines.Account(settings.wechat_app_id, settings.wechat_secret.get_secret_value())
    line = lines.WechatLine(account, settings.wechat_api_url, database, Timeouts())
    drafts = Drafts(line, settings.wechat_cover, partial(picture_at, fetch, settings.public_url))
    mass = WechatMassChannel(database, line, drafts)
    published = WechatAccountChannel(database, line, drafts, mass)
    try:
        yield Account(
            {published.name: published, mass.name: mass},
            WechatPlatform(line, settings.language) if settings.wechat_token is not None else None,
        )
    finally:
        line.close()


def _refuse_half(database: Database) -> None:
    """Refuse a database into which a move has not been finished: a part of what is owed would be missing."""
    with database.reading() as session:
        if house_move.unfinished(session) is not None:
            raise CommandRefused(t("这个库里的搬家没有做完,还不完整。请先把 python -m bot move 做完,或改回原来的库。"))


def _never_back(database: Database, clock: SystemClock) -> None:
    """Do not tell a time before what is on record, even when the machine's clock was set back."""
    with database.reading() as session:
        latest = history.latest(session)
    if latest is not None:
        clock.not_before(latest)
        if clock.behind():
            log.warning("the machine's clock was set back", by=str(clock.behind()))


def _bind_intake(database: Database, platform: str, account: str, title: str) -> None:
    """Let what comes from there be material, never a word to the desk."""
    with database.writing() as session:
        if chats.by_account(session, platform, account) is None:
            save(session, Chat(platform=platform, account=account, use="intake", title=title))


def _bind_webhooks(database: Database, accounts: Collection[str]) -> None:
    """Let the joint meeting's groups that gave a webhook be just those that the settings name.

    One that the AI bot hears is bound by a code, as every group that is heard.
    """
    accounts = [account for account in accounts if account.startswith(HOOKED)]
    with database.writing() as session:
        for chat in chats.on_platform(session, WECOM):
            if chat.bound_by == SETTING and chat.account not in accounts:
                chats.unbind(session, chat)
        for account in accounts:
            chat = chats.at(session, WECOM, account) or Chat(platform=WECOM, account=account, use="unbound")
            chat.use, chat.bound_by, chat.title = "joint_meeting", SETTING, chat.title or "Webhook"
            save(session, chat)


def know_all_timers(database: Database) -> None:
    """Refuse data of a newer version with UnknownTimers. Only looks."""
    with database.reading() as session:
        unknown = verbs.missing(timer.kinds_waiting(session))
    if unknown:
        raise UnknownTimers(", ".join(sorted(unknown)))
