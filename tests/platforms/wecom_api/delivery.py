"""Callbacks pushed to the desk, sealed, and answered within five seconds or repeated.

App, https://developer.work.weixin.qq.com/document/path/90238: GET with an echostr, answered within a second; POST
answered within five seconds, else sent anew up to three times.
AI bot, https://developer.work.weixin.qq.com/document/path/101033 and .../101027: the same in JSON; a
template_card_event is sent once and never again.
Official account, the same in plain, compatible or safe mode:
https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html
"""

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode, urlsplit

from tests.platforms.asgi import Json
from tests.platforms.wecom_api.sealed import Sealer, xml_of
from tests.platforms.wecom_api.world import World

Line = Literal["app", "bot", "account"]
PATIENCE = 5.0  # seconds for an answer
ECHO_PATIENCE = 1.0
REPEATS = 3
ECHO = "1616140317555161061"


@dataclass
class Push:
    """One callback, and what came of it."""

    line: Line
    fields: Json  # before they were sealed
    sealer: Sealer
    statuses: list[int] = field(default_factory=list)  # one for each time it was sent; 0 for no answer
    took: list[float] = field(default_factory=list)  # seconds, likewise
    answer: str = ""
    trouble: str = ""  # why the answer could not be taken as a passive reply

    @property
    def taken(self) -> bool:
        """Tells whether the desk took it."""
        return bool(self.statuses) and 200 <= self.statuses[-1] < 300


class Delivery:
    """Where callbacks go, and every one that went."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.pushes: list[Push] = []
        self.addresses: dict[Line, str] = {}
        self.clear()

    def clear(self) -> None:
        """Deliver nothing to nobody, as in the beginning."""
        self.pushes.clear()
        self.addresses.clear()
        self.patience, self.repeats = PATIENCE, REPEATS
        self.stamp: Callable[[], float] = time.time  # dates the address, by the wall clock unless a test says otherwise

    def push(self, push: Push, *, repeats: bool = True) -> Push:
        """Send a callback until it is answered, or given up; without an address it went nowhere."""
        self.pushes.append(push)
        for _ in range(1 + (self.repeats if repeats else 0)):
            if push.line not in self.addresses:
                break
            query, body = self.sealed(push)
            begun = time.monotonic()
            status, push.answer = self.post(push.line, query, body)
            push.statuses.append(status)
            push.took.append(time.monotonic() - begun)
            if push.taken:
                break
        return push

    def sealed(self, push: Push) -> tuple[dict[str, str], bytes]:
        """Give the query and the body of a callback, as they go over the wire."""
        stamp, nonce = str(int(self.stamp())), str(1_000_000_000 + self._world.count())
        text = json.dumps(push.fields, ensure_ascii=False) if push.line == "bot" else xml_of(push.fields)
        if push.line == "account":
            return self._to_account(push, text, stamp, nonce)
        encrypted = push.sealer.encrypt(text)
        query = push.sealer.query(encrypted, stamp, nonce)
        if push.line == "bot":
            return query, json.dumps({"encrypt": encrypted}).encode()
        outer = {"ToUserName": push.sealer.receive_id, "Encrypt": encrypted, "AgentID": str(push.fields["AgentID"])}
        return query, xml_of(outer).encode()

    def _to_account(self, push: Push, text: str, stamp: str, nonce: str) -> tuple[dict[str, str], bytes]:
        account = self._world.own_account()
        query = {"signature": push.sealer.signature(stamp, nonce), "timestamp": stamp, "nonce": nonce}
        query["openid"] = str(push.fields["FromUserName"])
        if account.mode == "plain":
            return query, text.encode()
        encrypted = push.sealer.encrypt(text)
        query |= {"encrypt_type": "aes", "msg_signature": push.sealer.signature(stamp, nonce, encrypted)}
        inner = push.fields if account.mode == "compatible" else {"ToUserName": account.ghid}
        return query, xml_of({**inner, "Encrypt": encrypted}).encode()

    def post(self, line: Line, query: dict[str, str], body: bytes) -> tuple[int, str]:
        """Send anything to where a line's callbacks go, once; status 0 for no answer."""
        return self._ask(line, "POST", query, body, self.patience)

    def verify(self, line: Line, sealer: Sealer) -> bool:
        """Ask for the echo, as the console does when somebody saves the address; tells whether it came."""
        stamp, nonce = str(int(self.stamp())), str(1_000_000_000 + self._world.count())
        if line == "account":
            query = {"signature": sealer.signature(stamp, nonce), "timestamp": stamp, "nonce": nonce, "echostr": ECHO}
        else:
            encrypted = sealer.encrypt(ECHO)
            query = {**sealer.query(encrypted, stamp, nonce), "echostr": encrypted}
        return self._ask(line, "GET", query, None, ECHO_PATIENCE) == (200, ECHO)

    def _ask(
        self, line: Line, method: str, query: dict[str, str], body: bytes | None, patience: float
    ) -> tuple[int, str]:
        at = urlsplit(self.addresses[line])
        kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
        connection = kind(at.hostname or "", at.port, timeout=patience)
        headers = {"Content-Type": "application/json" if line == "bot" else "text/xml"}
        try:
            connection.request(method, f"{at.path or '/'}?{urlencode(query)}", body, headers)
            response = connection.getresponse()
            return response.status, response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()
