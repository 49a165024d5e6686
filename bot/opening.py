"""Open the bureau's own desk: database migrated, roster taken at the first start, website as its release channel."""

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import structlog

from bot.building import build_house, has_roster, take_roster
from bot.channels import Channel
from bot.channels.chat_channel import ChatChannel
from bot.channels.website import WebsiteChannel
from bot.chat.platform import ChatPlatform
from bot.chat.wecom.groups import hooks_of
from bot.chat.wecom.hearing import WECOM
from bot.clock import SystemClock
from bot.collecting import PLATFORM as IMPORT
from bot.desk import Desk
from bot.engine.engine import Engine
from bot.fetching import Fetching
from bot.refused import CommandRefused
from bot.sending import ONLY
from bot.sites.visiting import Visiting
from bot.web.pages import BOARD
from config.language import t
from config.settings import Settings
from config.yaml_tree import read_file as read_roster
from handlers import verbs
from storage import chat as chats
from storage import history, house_move, timer
from storage.blobs import FolderBlobs
from storage.chat import Chat
from storage.database import Database, NewerTables
from storage.person import save

if TYPE_CHECKING:
    from bot.chat.telegram.platform import TelegramPlatform
    from bot.chat.wecom.platform import WecomPlatform

log = structlog.get_logger()
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
        platforms: dict[str, ChatPlatform] = {each.name: each for each in (telegram, wecom) if each is not None}
        fetch = stack.enter_context(httpx.Client(timeout=READ_BACK_TIMEOUT, follow_redirects=False, trust_env=False))
        channels: dict[str, Channel] = {
            "website": WebsiteChannel(database, fetch, settings.public_url),
            "release_channel": ChatChannel(database, platforms),
            **stack.enter_context(wechat_of(settings, database)),
        }
        with database.alone("opening"):
            desk, clock = _open(settings, database, platforms, channels, engine)
        if engine is not None:
            engine.drive(desk)
        yield OpenDesk(desk, database, clock, settings, telegram, wecom)


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
    house.fetches_links, house.watches_feeds = settings.fetch_links, True
    house.board_url = settings.public_url + BOARD
    house.board_link_lives = timedelta(minutes=settings.board_link_minutes)
    clock = SystemClock()
    _never_back(database, clock)
    if settings.roster is not None and not has_roster(database):
        text = read_roster(settings.roster)
        take_roster(database, text, settings.roster.name, house.plan, clock.now(), by=str(settings.roster))
        log.info("roster taken", file=str(settings.roster))
    _bind_import(database)
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
    wecom = WecomPlatform(app, database, api_url=settings.wecom_api_url, language=settings.language, hooks=hooks)
    try:
        yield wecom
    finally:
        wecom.close()


@contextmanager
def wechat_of(settings: Settings, database: Database) -> Iterator[dict[str, Channel]]:
    """Give the official account that the settings name as a channel, or none, and hang up at the end."""
    if settings.wechat_app_id is None or settings.wechat_secret is None or settings.wechat_cover is None:
        yield {}
        return
    # Imported here for the same reason.
    from bot.channels.wechat_account import WechatAccountChannel  # noqa: PLC0415
    from bot.channels.wechat_line import Account, WechatLine  # noqa: PLC0415
    from bot.chat.calls import Timeouts  # noqa: PLC0415

    account = Account(settings.wechat_app_id, settings.wechat_secret.get_secret_value())
    line = WechatLine(account, settings.wechat_api_url, database, Timeouts())
    try:
        yield {WechatAccountChannel.name: WechatAccountChannel(database, line, settings.wechat_cover)}
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


def _bind_import(database: Database) -> None:
    with database.writing() as session:
        if chats.by_account(session, IMPORT, IMPORT) is None:
            save(session, Chat(platform=IMPORT, account=IMPORT, use="intake", title="import"))


def _bind_webhooks(database: Database, accounts: Collection[str]) -> None:
    """Let the joint meeting's groups that gave a webhook be just those that the settings name."""
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
