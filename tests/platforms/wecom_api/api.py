"""The whole double: the world, what people do in it, what goes wrong, and what there is to read afterwards."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Literal
from urllib.parse import urlsplit

from bot.web.server import serving
from tests.platforms.asgi import HtmlError, Loss
from tests.platforms.wecom_api.delivery import Line, Push
from tests.platforms.wecom_api.faults import Fault, Faults, Limits, Violation
from tests.platforms.wecom_api.people import People
from tests.platforms.wecom_api.publishing import Publishing
from tests.platforms.wecom_api.robots import Robots
from tests.platforms.wecom_api.sealed import Sealer
from tests.platforms.wecom_api.server import Server
from tests.platforms.wecom_api.tokens import Tokens
from tests.platforms.wecom_api.world import Account, ApiError, App, Call, Chat, Follower, Member, Message, Robot

EVER = 1_000_000_000
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TOKEN = "callback token"


class WecomApi(Publishing, Robots, People):
    """WeCom and the official account as the tests have them."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = Tokens(self.world.moment)
        self.limits = Limits(self.world.moment)
        self.faults = Faults(self.world.lock)
        self.app = Server(self.world, self.tokens, self.faults, self.limits, self.control)
        self.world.when_submitted = self.finish_later
        self.url = ""
        self._serving = ExitStack()

    # ---------------------------------------------------------------------------------------------- running
    def open(self, port: int = 0) -> None:
        """Serve on loopback; the same port again after `down`."""
        self.app.closing = False
        port = port or (urlsplit(self.url).port or 0 if self.url else 0)
        self.url = self.world.url = self._serving.enter_context(serving(self.app, port))

    def close(self) -> None:
        """Stop serving."""
        self.stop_publishing()
        self._hang_up()

    def _hang_up(self) -> None:
        self.app.closing = True
        self._serving.close()

    def reset(self) -> None:
        """Be as new at the same address: cheaper than another double for every test."""
        self.up()
        self.stop_publishing()
        self.delivery.clear()
        self.faults.clear()
        self.limits.clear()
        self.tokens.clear()
        self.world.clear()

    @property
    def corp_url(self) -> str:
        """What stands for https://qyapi.weixin.qq.com."""
        return f"{self.url}/qyapi"

    @property
    def account_url(self) -> str:
        """What stands for https://api.weixin.qq.com."""
        return f"{self.url}/weixin"

    @property
    def clock(self) -> Callable[[], float]:
        """The clock that dates messages and ends tokens, codes and limits; time.time by itself."""
        return self.world.clock

    @clock.setter
    def clock(self, clock: Callable[[], float]) -> None:
        self.world.clock = clock

    # ---------------------------------------------------------------------------------------------- places
    def add_app(
        self,
        corp_id: str = "ww1234567890abcdef",
        agentid: int = 1000002,
        secret: str = "secret",  # noqa: S107 - of the double alone
        *,
        token: str = TOKEN,
        aes_key: str = AES_KEY,
    ) -> App:
        """Set up the corp and an app in it."""
        self.world.corp_id = corp_id
        self.world.apps[agentid] = App(agentid, secret, Sealer(token, aes_key, corp_id))
        return self.world.apps[agentid]

    def add_member(
        self, userid: str, name: str, department: int | list[int] = 1, mobile: str = "", position: str = ""
    ) -> Member:
        """Add a member of the corp."""
        inside = department if isinstance(department, list) else [department]
        self.world.members[userid] = Member(userid, name, inside, mobile, position)
        return self.world.members[userid]

    def add_department(self, number: int, name: str, parent: int = 1) -> None:
        """Add a department; number 1 is there from the beginning."""
        self.world.departments[number] = {"id": number, "name": name, "parentid": parent, "order": number}

    def add_account(
        self,
        appid: str = "wx1234567890abcdef",
        secret: str = "secret",  # noqa: S107 - of the double alone
        ghid: str = "gh_0123456789ab",
        *,
        token: str = TOKEN,
        aes_key: str = AES_KEY,
        mode: Literal["plain", "compatible", "safe"] = "safe",
        verified: bool = True,
    ) -> Account:
        """Set up the official account."""
        self.world.account = Account(appid, secret, ghid, Sealer(token, aes_key, appid), mode, verified)
        return self.world.account

    def add_follower(self, openid: str, nickname: str = "") -> Follower:
        """Add a follower of the official account."""
        self.world.followers[openid] = Follower(openid, nickname)
        return self.world.followers[openid]

    def add_bot(
        self, aibotid: str = "aib0001", name: str = "回应", *, token: str = TOKEN, aes_key: str = AES_KEY
    ) -> Robot:
        """Set up an AI bot; it is in every group of `add_group`."""
        self.world.robots[aibotid] = Robot(aibotid, name, Sealer(token, aes_key, ""))
        return self.world.robots[aibotid]

    def add_group(self, chatid: str, title: str, members: list[str]) -> Chat:
        """Add a group that an AI bot is in."""
        self.world.chats[chatid] = Chat(chatid, "bot", title, members=members)
        return self.world.chats[chatid]

    def add_webhook(self, key: str, title: str = "", *, group: str | None = None) -> str:
        """Add a group with a webhook, or give one to a group of `add_group`; give its address."""
        self.world.chats[key] = Chat(key, "webhook", title)
        if group is not None:  # what is said by one way or the other stands in the same group
            self.world.chats[key].messages = self.world.chats[group].messages
        return f"{self.corp_url}/cgi-bin/webhook/send?key={key}"

    # ---------------------------------------------------------------------------------------------- delivery
    def deliver_to(self, line: Line, url: str) -> None:
        """Push the callbacks of the app, the AI bot or the account there, before each act returns."""
        self.delivery.addresses[line] = url

    @property
    def pushes(self) -> list[Push]:
        """Every callback, with how often it was sent and how it was answered."""
        return list(self.delivery.pushes)

    def repeat_last(self, times: int = 1) -> None:
        """Send the newest callback again: the same MsgId, sealed anew."""
        last = self.delivery.pushes[-1]
        for _ in range(times):
            self.delivery.push(Push(last.line, last.fields, last.sealer), repeats=False)

    # ---------------------------------------------------------------------------------------------- faults
    def fail_next(
        self,
        method: str | None = None,
        chat: str | None = None,
        times: int = 1,
        *,
        errcode: int = 0,
        code: int = 502,
        description: str = "",
    ) -> None:
        """Answer the next calls with an errcode, or without one with a page of HTML."""
        error = ApiError(errcode, description) if errcode else HtmlError(code)
        self.faults.add(Fault(method, chat, times, error=error))

    def lose_reply(
        self, method: str | None = None, chat: str | None = None, times: int = 1, *, how: Loss = "close"
    ) -> None:
        """Carry the next calls out, then hang up: before the answer ("close"), in it ("cut") or never ("silence")."""
        self.faults.add(Fault(method, chat, times, loss=how))

    def hang(self, seconds: float, method: str | None = None, chat: str | None = None, times: int = EVER) -> None:
        """Let calls wait so long before they are carried out."""
        self.faults.add(Fault(method, chat, times, seconds=seconds))

    def late(self, seconds: float) -> None:
        """Let every call wait so long before it is carried out; 0 ends that."""
        self.faults.delay = seconds

    def down(self, code: int | None = None) -> None:
        """Refuse connections, or answer everything with an HTML page of a code such as 502."""
        self.faults.down = code
        if code is None:
            self._hang_up()

    def up(self) -> None:
        """Be there again on the same port."""
        self.faults.down = None
        if self.app.closing:
            self.open()

    def mend(self) -> None:
        """Let nothing go wrong any more; limits are kept no longer."""
        self.faults.clear()
        self.limits.rules.clear()

    def end_tokens(self, errcode: int = 42001) -> None:
        """Let every token that was given out meet 42001 (expired), 40014 or 40001 (invalid) from now on."""
        self.tokens.end(errcode)

    def enforce_limits(self) -> None:
        """Drop what a member gets beyond 30 a minute or 1,000 an hour, refuse a webhook's 21st in a minute."""
        self.limits.enforce()

    @property
    def violations(self) -> list[Violation]:
        """Every message that was over a limit, and every text that was cut."""
        return list(self.limits.violations)

    # ---------------------------------------------------------------------------------------------- reading
    def messages(self, chat: str, *, own: bool = False, recalled: bool = False) -> list[Message]:
        """Give a chat's messages, by userid, openid, chatid or webhook key; those of the desk alone if `own`."""
        with self.world.lock:
            found = list(self.world.chat(chat).messages)
        return [each for each in found if (each.own or not own) and (recalled or not each.recalled)]

    def calls(self, method: str | None = None, chat: str | None = None) -> list[Call]:
        """Give the calls that the desk made, in order."""
        found = list(self.world.calls)
        return [call for call in found if method in (None, call.method) and (chat is None or chat in call.chats)]

    # ---------------------------------------------------------------------------------------------- control
    def control(self, name: str, given: Any) -> object:  # noqa: ANN401 - whatever JSON holds
        """Do by name what the Python interface does; a list does it once for each element."""
        if name.startswith("_") or not hasattr(type(self), name):
            raise LookupError(f"no control {name}")
        if isinstance(given, list):
            return [self.control(name, each) for each in given]
        if name == "down":  # whoever closes the door from inside could not open it again
            given.setdefault("code", 502)
        found = getattr(self, name)
        return _plain(found(**given) if callable(found) else found)


def _plain(value: object) -> object:
    """Give a value as JSON can hold it."""
    if isinstance(value, Message):
        shown = {
            name: getattr(value, name) for name in ("msgid", "msgtype", "content", "sender", "at", "text", "labels")
        }
        return {**shown, "task_id": value.task_id, "recalled": value.recalled, "cut": value.cut}
    if isinstance(value, Push):
        return {name: getattr(value, name) for name in ("line", "fields", "statuses", "took", "answer", "trouble")}
    if isinstance(value, Call | Violation | Member | Follower):
        return vars(value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, dict | str | int | float | bool | None) else str(value)


@contextmanager
def wecom_api(port: int = 0) -> Iterator[WecomApi]:
    """Run a double beside what goes on here."""
    api = WecomApi()
    api.open(port)
    try:
        yield api
    finally:
        api.close()


def run_forever(port: int) -> None:
    """Run a double by itself, printing its address, until interrupted."""
    with wecom_api(port) as api:
        print(api.url, flush=True)  # noqa: T201 - the address is what whoever started it waits for
        while True:
            time.sleep(3600)
