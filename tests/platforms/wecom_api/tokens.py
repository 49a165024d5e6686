"""Access tokens: given out, reused, outdone by newer ones, expired.

Corp, https://developer.work.weixin.qq.com/document/path/91039: asked again, the same one until it ends; each app has
its own.
Account, https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/Get_access_token.html: `token` gives a new
one each time, and the one before is done with (the vendor lets both be good for five minutes; here it ends at once,
unless `grace` says so); .../getStableAccessToken.html: `stable_token` gives the same one until it ends, unless
`force_refresh`; it and `token` do not know of each other.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.platforms.wecom_api.world import ApiError, Side

LIFE = 7200  # seconds


@dataclass
class Token:
    side: Side
    owner: str  # an agentid or an AppID
    how: str  # the method that gave it
    until: float
    outdone: bool = False
    dead: int = 0  # the errcode that it meets from now on


class Tokens:
    """Every token that was ever given out."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.life, self.grace = float(LIFE), 0.0
        self.all: dict[str, Token] = {}

    def clear(self) -> None:
        """Forget them all."""
        self.all.clear()
        self.life, self.grace = float(LIFE), 0.0

    def give(self, side: Side, owner: str, how: str, *, anew: bool) -> tuple[str, int]:
        """Give a token and for how many seconds it is good; a new one outdoes what the same method gave before."""
        now = self._clock()
        for value, token in self._of(owner, how):
            if now >= token.until:
                continue
            if not anew:
                return value, int(token.until - now)
            token.until, token.outdone = min(token.until, now + self.grace), True
        value = f"{how.replace('/', '')}-{owner}-{len(self.all) + 1:04d}".ljust(64, "x")
        self.all[value] = Token(side, owner, how, now + self.life)
        return value, int(self.life)

    def _of(self, owner: str, how: str) -> list[tuple[str, Token]]:
        return [(v, t) for v, t in self.all.items() if (t.owner, t.how, t.dead, t.outdone) == (owner, how, 0, False)]

    def owner(self, side: Side, value: str) -> str:
        """Tell whose token it is; raises ApiError."""
        if not value:
            raise ApiError(41001)
        token = self.all.get(value)
        if token is None or token.side != side:
            raise ApiError(40014)
        if token.dead or self._clock() >= token.until:
            raise ApiError(token.dead or (40001 if token.outdone else 42001))
        return token.owner

    def end(self, errcode: int) -> None:
        """Let every token be good for nothing from now on: 42001 expired, 40014 or 40001 invalid."""
        for token in self.all.values():
            token.dead = token.dead or errcode
