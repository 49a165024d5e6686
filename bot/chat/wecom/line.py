"""The line to WeCom's interface. https://developer.work.weixin.qq.com/document/path/91039 (tokens)"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import requests
from wechatpy.exceptions import WeChatClientException
from wechatpy.work import WeChatClient

from bot.chat.calls import FAILURES, Answer, Calls, Timeouts
from bot.chat.tokens import Fresh
from bot.chat.wecom.errors import send_failed
from storage.database import Database


@dataclass(frozen=True)
class App:
    """A self-built app, as the console shows it."""

    corp_id: str
    agent_id: int
    secret: str


class Line(Calls):
    """Calls of one app."""

    def __init__(self, app: App, api_url: str, database: Database | None, timeouts: Timeouts) -> None:
        """Prepare; nothing is asked of the network. Without a database the token is for this line alone."""
        self.app = app
        super().__init__(WeChatClient, (app.corp_id, app.secret), api_url, database, timeouts)

    @property
    def token_name(self) -> str:
        """Return the name under which the token is kept: each app has its own."""
        return f"wecom:{self.app.corp_id}:{self.app.agent_id}"

    def fetch_token(self) -> Fresh:
        """Ask for a token; WeCom gives the same one again while it is good."""
        asked = {"corpid": self.app.corp_id, "corpsecret": self.app.secret}
        answer = self.without_token("get", "gettoken", params=asked)
        return Fresh(str(answer["access_token"]), float(answer["expires_in"]))

    def hook(self, key: str, data: Mapping[str, Any]) -> Answer:
        """Write into a group by its webhook; raises one of FAILURES."""
        return self.without_token("post", "webhook/send", params={"key": key}, data=dict(data))

    def respond(self, address: str, data: Mapping[str, Any]) -> Answer:
        """Say something at an address that the AI bot was given; raises one of FAILURES."""
        answer = self._http.post(address, json=dict(data), allow_redirects=False).json()
        if not isinstance(answer, dict):
            raise ValueError("no answer of WeCom's")  # noqa: TRY004 - what was answered, not what was given
        if answer.get("errcode"):
            raise WeChatClientException(int(answer["errcode"]), str(answer.get("errmsg", "")))
        return answer

    @contextmanager
    def lying(self, address: str) -> Iterator[requests.Response]:
        """Open a file that lies at an address, which is read in pieces; raises one of FAILURES."""
        with self._http.get(address, stream=True, allow_redirects=False) as answer:
            yield answer

    def hand_to_hook(self, key: str, name: str, file: BinaryIO) -> Answer:
        """Hand over a file for a group's webhook; raises one of FAILURES."""
        params = {"key": key, "type": "file"}
        return self.without_token("post", "webhook/upload_media", params=params, files={"media": (name, file)})

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Turn what goes wrong into SendFailed, without a secret in it."""
        try:
            yield
        except FAILURES as error:
            # Not chained: what the library said may hold an address, and the address holds the token.
            raise send_failed(error, self.said_by(error)) from None
