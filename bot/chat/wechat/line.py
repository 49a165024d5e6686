"""The line to an official account of WeChat (公众号).

https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/getStableAccessToken.html: a token that asking again
does not end, unlike the other kind.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from wechatpy.client import WeChatClient

from bot.chat.calls import FAILURES, Calls, Timeouts
from bot.chat.tokens import Fresh
from bot.chat.wechat.errors import not_fetched
from storage.database import Database


@dataclass(frozen=True)
class Account:
    """An official account, as its console shows it."""

    app_id: str
    secret: str


class WechatLine(Calls):
    """Calls of one official account."""

    def __init__(self, account: Account, api_url: str, database: Database | None, timeouts: Timeouts) -> None:
        """Prepare; nothing is asked of the network. Without a database the token is for this line alone."""
        self.account = account
        self._last = ""  # what the account was given before: asked for another one, it would give the same
        super().__init__(WeChatClient, (account.app_id, account.secret), api_url, database, timeouts)

    @property
    def token_name(self) -> str:
        """Return the name under which the token is kept."""
        return f"wechat:{self.account.app_id}"

    def fetch_token(self) -> Fresh:
        """Ask for the stable token; a new one only when the one it gives is what it gave before."""
        fresh = self._asked(anew=False)
        if fresh.value == self._last:
            fresh = self._asked(anew=True)
        self._last = fresh.value
        return fresh

    def _asked(self, *, anew: bool) -> Fresh:
        asked = {
            "grant_type": "client_credential",
            "appid": self.account.app_id,
            "secret": self.account.secret,
            "force_refresh": anew,
        }
        answer = self.without_token("post", "stable_token", data=asked)
        return Fresh(str(answer["access_token"]), float(answer["expires_in"]))

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Turn what keeps a file from being fetched into SendFailed, without a secret in it."""
        try:
            yield
        except FAILURES as error:
            # Not chained: what the library said may hold an address, and the address holds the token.
            raise not_fetched(error, self.said_by(error)) from None
