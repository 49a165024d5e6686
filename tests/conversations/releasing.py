"""What the tests about releases share: a website and a channel that can fail, and a text on its way out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import httpx
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels import Channel
from bot.channels.chat_channel import ChatChannel
from bot.channels.website import WebsiteChannel
from bot.chat.drill import DrillPlatform
from bot.chat.platform import SendFailed
from bot.web.press import press_routes
from bot.web.server import serving
from handlers.conversation import Content
from storage import drill
from storage import release as releases
from storage.database import Database
from storage.release import ChannelRelease, Release
from tests.conversations.talking import TalkingDesk

POST = "阳光花园小区全小区停水三天了,物业和住建部门互相推诿,老人小孩都没水喝,什么时候能解决?"
TITLE, TEXT = "关于停水的通报", "泵房已经抢修,今晚恢复供水。"
RIGHT_TITLE, RIGHT_TEXT = "关于停水的更正通报", "泵房还在抢修。明早恢复供水。"
WHY = "恢复时间有误"
NOTICE = f"本通报已于 2026年11月24日 09:05 撤回。原因\uff1a{WHY}"
LEADER = "郑局长"
REVIEWERS = ("刘洋", "张伟", "周芳", "孙丽", "吴刚")


class Website:
    """A press room that may be shut, or changed on the way to its readers."""

    def __init__(self, database: Database) -> None:
        """Show a database's releases, faithfully."""
        self._app: ASGIApp = Starlette(routes=press_routes(database))
        self.open = True
        self.swap = (b"", b"")  # what a reader gets instead of what
        self.asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or not."""
        self.asked += scope["type"] == "http"

        async def changed(message: Message) -> None:
            if message["type"] == "http.response.body" and self.swap[0]:
                message = {**message, "body": message["body"].replace(*self.swap)}
            if message["type"] == "http.response.start" and not self.open:
                message = {**message, "status": 503}
            await send(message)

        await self._app(scope, receive, changed)


class Channels(DrillPlatform):
    """The drill's chats, where posts to the public may be refused, get no answer, or stay when they are to go."""

    refuses = ""
    loses = False
    keeps = False  # what is to be deleted
    refuses_edits = False
    fails: SendFailed | None = None  # whatever is to be deleted
    address = ""  # of the channel, where its posts can be linked to

    def send(self, chat: str, content: Content, at: datetime) -> str:
        """Post, unless it is refused; a lost answer leaves nobody the wiser."""
        if self.refuses:
            raise SendFailed(self.refuses, permanent=True)
        sent = super().send(chat, content, at)
        if self.loses:
            raise SendFailed("read time-out", unknown=True)
        return sent

    def edit(self, chat: str, message_id: str, content: Content, at: datetime) -> str:
        """Change a post, unless that is refused."""
        if self.refuses_edits:
            raise SendFailed("not enough rights", permanent=True)
        return super().edit(chat, message_id, content, at)

    def delete(self, chat: str, message_id: str, at: datetime) -> None:
        """Take a post away, unless it can be taken away no more."""
        if self.fails is not None:
            raise self.fails
        if self.keeps:
            raise SendFailed("cannot be deleted any more", permanent=True)
        super().delete(chat, message_id, at)

    def link(self, chat: str, message_id: str) -> str:
        """Return where a post can be read."""
        return f"{self.address}/{message_id}" if self.address else super().link(chat, message_id)


class Outside(TalkingDesk):
    """A desk with a website and a channel of the test's own."""

    website: Website
    posts: Channels
    channels: dict[str, Channel]


@contextmanager
def outside(database: Database) -> Iterator[Outside]:
    """Open a desk with a website over real HTTP, whose text is signed and waits to go out."""
    website, posts = Website(database), Channels(database)
    with serving(website) as address, httpx.Client(trust_env=False) as client:
        channels: dict[str, Channel] = {
            "website": WebsiteChannel(database, client, address),
            "release_channel": ChatChannel(database, {"drill": posts}),
        }
        desk = Outside(database, lambda _database, _platform: channels, public_url=address)
        desk.website, desk.posts, desk.channels = website, posts, channels
        sign(desk)
        yield desk


def sign(desk: TalkingDesk, title: str = TITLE, text: str = TEXT) -> None:
    """Bring a case to where it waits to be issued."""
    desk.staff.forwards("李敏", POST)
    desk.staff.taps("赵强", "属实")
    desk.direct("王五").says("认领 1")
    write(desk, title, text)
    hear_nothing(desk)


def write(desk: TalkingDesk, title: str, text: str, verb: str = "起草") -> None:
    """Draft a text and bring it through every gate and the signature; what is signed already is voided on purpose."""
    writer = desk.direct("王五")
    signed = desk.case().stage == "issue"
    writer.says(f"{verb} 1 {title}\n{text}")
    if signed:
        writer.taps("确认改稿")
    review(desk)


def review(desk: TalkingDesk) -> None:
    """Bring the newest text through every gate and the signature."""
    writer = desk.direct("王五")
    writer.says("送审 1")
    writer.taps("不涉及其他单位")
    for name in (*REVIEWERS, "郑局长"):
        desk.direct(name).taps("✅同意")


def hear_nothing(desk: TalkingDesk) -> None:
    """Look at everything that was said so far."""
    for talk in (desk.direct("王五"), desk.staff, desk.channel, desk.joint):
        talk.bot_says_all()


def issue(desk: TalkingDesk) -> None:
    """Say 发布 and confirm it."""
    desk.direct("王五").says("发布 1")
    desk.direct("王五").taps("📢确认发布")


def out(desk: TalkingDesk, n: int = 0) -> Release:
    """Return a release of the case."""
    with desk.database.reading() as session:
        return releases.of_case(session, desk.case().id)[n]


def row(desk: TalkingDesk, channel: str, n: int = -1) -> ChannelRelease:
    """Return a release, the newest without a number, on one channel."""
    with desk.database.reading() as session:
        found = releases.of_case(session, desk.case().id)[n]
        return next(one for one in releases.channels(session, found.id) if one.channel == channel)


def correct(desk: TalkingDesk) -> None:
    """Bring a correction through the gates and out."""
    write(desk, RIGHT_TITLE, RIGHT_TEXT, "更正")
    hear_nothing(desk)
    issue(desk)


def retract(desk: TalkingDesk, why: str = WHY) -> None:
    """Say 撤回 and confirm it."""
    desk.direct(LEADER).says(f"撤回 1 {why}")
    desk.direct(LEADER).taps("🚫确认撤回")


def page(desk: TalkingDesk, n: int = 0, path: str = "") -> httpx.Response:
    """Read the page of a release as anybody does."""
    return httpx.get(out(desk, n).manifest["url"] + path, trust_env=False)


def article(content: bytes) -> bytes:
    """Cut the article out of a page."""
    return content[content.index(b"<article ") : content.index(b"</article>") + len(b"</article>")]


def post(title: str, text: str, url: str) -> str:
    """Return the words of a post."""
    return f"【{title}】\n\n{text}\n\n{url}"


def posts(desk: TalkingDesk, chat: str = "channel") -> list[str]:
    """Return what stands in the public's chat now."""
    with desk.database.reading() as session:
        return [message.text for message in drill.messages(session, chat)]
