"""One call of the desk: what it gave, whose token it bore, and what every method asks of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.asgi import Json, Upload
from tests.platforms.wecom_api.faults import Limits
from tests.platforms.wecom_api.tokens import Tokens
from tests.platforms.wecom_api.world import Account, ApiError, App, Side, World


@dataclass
class Calling:
    world: World
    tokens: Tokens
    limits: Limits
    side: Side
    method: str
    given: Json
    uploads: dict[str, Upload] = field(default_factory=dict)
    owner: str = ""  # an agentid or an AppID, by the token

    def text(self, name: str) -> str:
        """Give a text; empty when it was not given."""
        value = self.given.get(name)
        return "" if value is None else str(value)

    def need(self, name: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Give a parameter that must be there."""
        if self.given.get(name) in (None, "", [], {}):
            raise ApiError(40058, f"{name} missing")
        return self.given[name]

    @property
    def app(self) -> App:
        """The app that calls."""
        return self.world.apps[int(self.owner)]

    @property
    def account(self) -> Account:
        """The official account that calls."""
        return self.world.own_account()

    def agent(self) -> App:
        """Give the app that calls, if it is the one that the call names."""
        named = self.given.get("agentid")
        if named is None or not str(named).isdecimal() or int(named) not in self.world.apps:
            raise ApiError(40056)
        if int(named) != self.app.agentid:
            raise ApiError(301002)
        return self.app

    def chats(self) -> list[str]:
        """Give the chats that a call is about, as far as it names them."""
        named = [self.text(name) for name in ("chatid", "key", "openid")]
        touser = self.given.get("touser", [])
        named += touser if isinstance(touser, list) else touser.split("|")
        named += self.given.get("userids", [])
        return [each for each in named if each]


Method = Callable[[Calling], Json]
