"""The world that the double keeps: a corp with members, groups and bots, an account with followers, every call."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.platforms.asgi import Json
from tests.platforms.wecom_api.sealed import Sealer
from tests.platforms.wecom_api.showing import buttons_of, shown_text

Side = Literal["qyapi", "weixin"]  # the vendor's two hosts: qyapi.weixin.qq.com and api.weixin.qq.com
Kind = Literal["app", "appchat", "webhook", "bot", "follower"]
DESK = ""  # the sender of what the desk wrote


class ApiError(Exception):
    """An answer that refuses: errcode, errmsg, and whatever else it bears."""

    def __init__(self, code: int, description: str = "", **more: Any) -> None:  # noqa: ANN401 - whatever JSON holds
        self.description = description or ERRORS.get(code, "error")
        super().__init__(self.description)
        self.code = code
        self.more = more


# https://developer.work.weixin.qq.com/document/path/90313 and
# https://developers.weixin.qq.com/doc/oplatform/developers/errCode/errCode.html
ERRORS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40003: "invalid openid",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40050: "invalid chatid",
    40056: "invalid agentid",
    40058: "invalid request parameter",
    40059: "invalid msg id",
    40125: "invalid appsecret",
    41001: "access_token missing",
    42001: "access_token expired",
    43004: "require subscribe",
    44004: "empty content",
    45002: "content size out of limit",
    45009: "api freq out of limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45028: "has no masssend quota",
    45033: "api concurrent out of limit",
    45047: "out of response count limit",
    47001: "data format error",
    48001: "api unauthorized",
    48002: "api forbidden",
    50002: "user limited",
    53502: "invalid publish_id",
    53600: "invalid article_id",
    60011: "no privilege to access/modify contact/party/agent",
    60020: "not allow to access from your ip",
    60111: "userid not found",
    60123: "invalid party id",
    81013: "user & party & tag all invalid",
    86003: "chat not exist",
    86004: "invalid chat name",
    86005: "invalid chat owner",
    86006: "invalid chat userlist size",
    86007: "invalid chat member",
    86008: "not the maker of the chat",
    86215: "chatid existed",
    93000: "invalid webhook url, or robot has been removed from the chat",
    130101: "the app is suspended",
    301002: "not allow operate another agent with this accesstoken",
}


@dataclass
class Member:
    userid: str
    name: str
    department: list[int]
    mobile: str = ""
    position: str = ""
    active: bool = True


@dataclass
class App:
    agentid: int
    secret: str
    sealer: Sealer
    name: str = "回应"
    reads_telephones: bool = False  # only the directory's own secret reads them


@dataclass
class Robot:
    aibotid: str
    name: str
    sealer: Sealer


@dataclass
class Account:
    appid: str
    secret: str
    ghid: str
    sealer: Sealer
    mode: Literal["plain", "compatible", "safe"] = "safe"
    verified: bool = True  # since July 2025 only verified accounts may publish
    kind: Literal["subscription", "service"] = "subscription"


@dataclass
class Follower:
    openid: str
    nickname: str = ""
    wrote_at: float = 0.0  # customer-service messages: 5 within 48 hours
    answers: int = 0
    subscribed: bool = True


@dataclass
class Message:
    chat: "Chat"
    msgid: str
    msgtype: str
    content: Json  # what the call gave for its type: {"content": …}, the card, {"articles": […]}
    sender: str = DESK  # a userid or an openid, or the desk
    at: float = 0.0
    passive: bool = False
    recalled: bool = False
    cut: bool = False  # too long: people see its beginning alone
    replaced: str = ""  # the grey text in place of the buttons
    history: list[Json] = field(default_factory=list)
    quote: "Message | None" = None
    stream: str = ""

    @property
    def text(self) -> str:
        """What people read, without the buttons."""
        return shown_text(self.msgtype, self.content)

    @property
    def buttons(self) -> list[Json]:
        """What can be tapped, each with text and key; nothing on a card that was disabled."""
        return [] if self.replaced or self.recalled else buttons_of(self.content)

    @property
    def labels(self) -> list[str]:
        """What is written on its buttons, or the grey text that stands there now."""
        return [self.replaced] if self.replaced else [str(button["text"]) for button in self.buttons]

    @property
    def task_id(self) -> str:
        """The card's task_id."""
        return str(self.content.get("task_id", ""))

    @property
    def own(self) -> bool:
        """Tells whether the desk sent it."""
        return self.sender == DESK


@dataclass
class Chat:
    key: str
    kind: Kind
    title: str = ""
    owner: str = ""
    members: list[str] = field(default_factory=list)
    maker: int = 0  # the app that made the group
    messages: list[Message] = field(default_factory=list)


@dataclass
class StoredFile:
    media_id: str
    kind: str
    name: str
    content: bytes
    until: float | None = None  # temporary media: three days

    @property
    def url_path(self) -> str:
        """Where it lies for whoever reads it by address."""
        return f"/files/{self.media_id}/{self.name}"


@dataclass
class Ticket:
    """A response_code or a response_url: good once, until some moment."""

    chat: str
    task_id: str
    until: float
    userid: str = ""
    used: bool = False
    answers: "Message | None" = None


@dataclass
class Article:
    url: str
    fields: Json
    gone: int = 0  # 5 when it was deleted, 6 when it was banned


@dataclass
class Job:
    publish_id: str
    media_id: str
    articles: list[Json]
    status: int = 1  # under way
    fail_idx: list[int] = field(default_factory=list)
    article_id: str = ""
    published: list[Article] = field(default_factory=list)


@dataclass
class Mass:
    msg_id: str
    msgtype: str
    content: Json
    at: float
    clientmsgid: str
    status: str = ""
    gone: bool = False
    pages: list[Article] = field(default_factory=list)


@dataclass
class Call:
    side: Side
    method: str
    parameters: Json
    chats: list[str]
    at: float  # wall clock
    result: Json = field(default_factory=dict)
    errcode: int = 0
    status: int = 200


class World:
    """Everything there is, under one lock."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.url = ""
        self.when_submitted: Callable[[str], None] = lambda _: None
        self.clear()

    def clear(self) -> None:
        """Be empty again."""
        with self.lock:
            self.clock: Callable[[], float] = time.time
            self.corp_id = ""
            self.apps: dict[int, App] = {}
            self.robots: dict[str, Robot] = {}
            self.account: Account | None = None
            self.departments: dict[int, Json] = {1: {"id": 1, "name": "区局", "parentid": 0, "order": 1}}
            self.members: dict[str, Member] = {}
            self.visitors: dict[str, str] = {}  # corpid by userid: who speaks in a group from another corp
            self.followers: dict[str, Follower] = {}
            self.chats: dict[str, Chat] = {}
            self.media: dict[str, StoredFile] = {}
            self.response_codes: dict[str, Ticket] = {}
            self.response_urls: dict[str, Ticket] = {}
            self.tasks: set[tuple[int, str]] = set()  # agent, task_id
            self.sent: dict[tuple[int, str], float] = {}  # agent, content of a call: when, for the duplicate check
            self.drafts: dict[str, list[Json]] = {}
            self.jobs: dict[str, Job] = {}
            self.articles: dict[str, Article] = {}
            self.mass: dict[str, Mass] = {}
            self.clearings: list[str] = []
            self.rewrites: Callable[[str], str] = lambda content: content  # what the platform makes of a draft
            self.calls: list[Call] = []
            self._count = 0

    def moment(self) -> float:
        """Give the moment by whichever clock there is now."""
        return self.clock()

    def now(self) -> int:
        """Give the moment that messages bear, in Unix seconds."""
        return int(self.clock())

    def count(self) -> int:
        """Give a number that was not given before."""
        with self.lock:
            self._count += 1
            return self._count

    def app(self, agentid: int | None = None) -> App:
        """Find an app; the first one without a number."""
        for app in self.apps.values():
            if agentid in (None, app.agentid):
                return app
        raise LookupError(f"no app {agentid}")

    def robot(self, aibotid: str | None = None) -> Robot:
        """Find an AI bot by id or name; the first one without."""
        for robot in self.robots.values():
            if aibotid in (None, robot.aibotid, robot.name):
                return robot
        raise LookupError(f"no AI bot {aibotid}")

    def own_account(self) -> Account:
        """Give the official account."""
        if self.account is None:
            raise LookupError("no official account")
        return self.account

    def member(self, userid: str) -> Member | None:
        """Find a member; user ids do not differ by case."""
        found = self.members.get(userid)
        return found or next((each for each in self.members.values() if each.userid.lower() == userid.lower()), None)

    def chat(self, key: str) -> Chat:
        """Find a chat: a userid or openid is what the app or the account writes to that person."""
        if key in self.chats:
            return self.chats[key]
        kind: Kind = "app" if key in self.members else "follower"
        if key not in self.members and key not in self.followers:
            raise LookupError(f"no chat {key}")
        self.chats[key] = Chat(key, kind, members=[key])
        return self.chats[key]

    def write(
        self, chat: Chat, msgtype: str, content: Json, *, sender: str = DESK, msgid: str = "", passive: bool = False
    ) -> Message:
        """Put a message into a chat."""
        number = msgid or str(7_000_000_000_000_000 + self.count())
        message = Message(chat, number, msgtype, content, sender, self.clock(), passive)
        chat.messages.append(message)
        return message

    def keep(self, kind: str, name: str, content: bytes, *, days: float | None = 3) -> StoredFile:
        """Keep a file; temporary media are kept for three days, material for good."""
        until = None if days is None else self.clock() + days * 86400
        file = StoredFile(f"media{self.count():06d}ID", kind, name, content, until)
        self.media[file.media_id] = file
        return file

    def ticket(self, tickets: dict[str, Ticket], chat: str, task_id: str, hours: float, userid: str = "") -> str:
        """Give out a code that is good once."""
        code = f"code{self.count():06d}"
        tickets[code] = Ticket(chat, task_id, self.clock() + hours * 3600, userid)
        return code

    def redeem(self, tickets: dict[str, Ticket], code: str, error: ApiError) -> Ticket:
        """Take a code; raises the error when it is unknown, used up or too old."""
        found = tickets.get(code)
        if found is None or found.used or self.clock() > found.until:
            raise error
        found.used = True
        return found
