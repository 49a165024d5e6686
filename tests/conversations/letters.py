"""An official account beside the desk's chats: what its followers write reaches the desk by the callback."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from starlette.applications import Starlette

from bot.channels import Channel
from bot.chat.calls import Timeouts
from bot.chat.platform import ChatPlatform
from bot.chat.wechat.attending import replies_of
from bot.chat.wechat.callback import CALLBACK_PATH, Door, callback_route
from bot.chat.wechat.hearing import ACCOUNT as PLACE
from bot.chat.wechat.hearing import WECHAT
from bot.chat.wechat.line import Account, WechatLine
from bot.chat.wechat.platform import WechatPlatform
from bot.chat.wecom.sealed import Seal
from bot.clock import Clock
from bot.web.server import serving
from storage.blobs import FolderBlobs
from storage.chat import Chat
from storage.database import Database
from storage.person import save
from tests.conversations.stages import DrillStage
from tests.conversations.talking import TalkingDesk
from tests.platforms.wecom_api import AES_KEY, TOKEN, Push, WecomApi

ACCOUNT: Final = Account("wx1234567890abcdef", "secret of the account")
SEAL: Final = Seal(TOKEN, AES_KEY, ACCOUNT.app_id)
ZHANG, LIU = "oFollowerZhang", "oFollowerLiu"  # openids
PHONE: Final = "0775-4500000"


class BesideFollowers(DrillStage):
    """The drill's chats, and beside them an account on whose platform nobody of the desk is."""

    wechat: WechatPlatform
    folder: Path

    @property
    def platforms(self) -> dict[str, ChatPlatform]:
        """Return both."""
        return {self.platform.name: self.platform, WECHAT: self.wechat}


class Followed(TalkingDesk):
    """A desk whose bureau has an official account with followers."""

    account: WecomApi
    line: WechatLine

    def writes(self, follower: str, *texts: str) -> Push:
        """Let a follower write, one message after another; return the last callback."""
        pushes = [self.account.says(follower, text) for text in texts]
        self.desk.settle()
        return pushes[-1]

    def does(self, act: Callable[[], Push]) -> Push:
        """Let somebody do something on the account's platform."""
        push = act()
        self.desk.settle()
        return push

    def told(self, follower: str) -> list[str]:
        """Return all that a follower was told."""
        return [message.text for message in self.account.messages(follower, own=True)]


def new_account(account: WecomApi) -> None:
    """Set the double up with an account and two followers; it publishes at once unless a test says otherwise."""
    account.reset()
    account.add_account(ACCOUNT.app_id, ACCOUNT.secret)
    account.add_follower(ZHANG, "张三")
    account.add_follower(LIU, "刘五")
    account.publish_after = 0.0


@contextmanager
def followed(
    database: Database,
    account: WecomApi,
    folder: Path,
    channels: Callable[[WechatLine], dict[str, Channel]] = lambda _line: {},
    plan: str | Path = "gangbei-2017",
    public_url: str = "http://127.0.0.1:9",
) -> Iterator[Followed]:
    """Open a desk that hears the followers of an account."""
    line = WechatLine(ACCOUNT, account.account_url, database, Timeouts(2, 2))

    def stage(database: Database, clock: Clock) -> BesideFollowers:
        found = BesideFollowers(database, clock)
        found.wechat = WechatPlatform(line, "zh")
        found.blobs = FolderBlobs(folder / "blobs")  # type: ignore[assignment] # files must be fetched here
        return found

    with database.writing() as session:
        save(session, Chat(platform=WECHAT, account=PLACE, use="intake", title="公众号"))
    desk = Followed(database, lambda _d, _p: channels(line), stage=stage, plan=plan, public_url=public_url)
    desk.account, desk.line = account, line
    route = callback_route(
        partial(desk.desk.accept_raw, WECHAT), Door(TOKEN, SEAL), replies_of(PHONE, "zh"), partial(datetime.now, UTC)
    )
    with serving(Starlette(routes=[route])) as address:
        account.deliver_to("account", f"{address}{CALLBACK_PATH}")
        try:
            yield desk
        finally:
            account.stop_publishing()
            line.close()
