"""How fast a destination may be written to: so many messages in so many seconds.

Nobody here sees when a call reaches its platform; only that it is between the moment at which it was claimed and the
one at which it came back. So a claimed call counts as late as it can arrive, and, once it came back, as of then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.chat.platform import Limits

LEAVES: Final = timedelta(seconds=2)  # a claim is good for so long: what has not left by then is claimed anew
ARRIVES: Final = 3.0  # seconds after its claim a call has arrived, wherever it was held up
FORGOTTEN: Final = timedelta(seconds=10)  # no short stretch is longer: who stood still for so long remembers all of it
MANY: Final = 100_000  # more calls than are ever under way
APART: Final = 1e-6  # seconds


@dataclass
class Lately:
    """When destinations were written to, as far as only this process does, and it need not outlive the process."""

    moments: dict[str, list[float]] = field(default_factory=dict)
    began: float | None = None  # until then somebody else wrote, nobody knows where to

    def follow(self, stopped_at: datetime, now: datetime) -> None:
        """Begin after another process that was alive at a moment, and may have written since."""
        if now - stopped_at < FORGOTTEN:
            self.began = now.timestamp()

    def recent(self, name: str, limits: Limits) -> Sequence[float]:
        """Return when a destination was written to, at the most, for all that is known."""
        unknown = [] if self.began is None else [self.began] * max(most for most, _ in limits)
        return self.moments.get(name, unknown)


def allowance(limits: Limits, recent: Sequence[float], now: float) -> int:
    """Return how many messages may go out now; moments are seconds since 1970."""
    return max(0, min((most - len(_within(recent, now, seconds)) for most, seconds in limits), default=0))


def next_chance(limits: Limits, recent: Sequence[float], now: float, count: int = 1) -> float:
    """Return the moment from which so many messages may go out, should all that is under way come back at once."""
    moment = now
    for most, seconds in limits:
        within = sorted(min(each, now) for each in _within(recent, now, seconds))
        over = len(within) + min(count, most) - most
        if over > 0:
            moment = max(moment, within[over - 1] + seconds)
    return moment


def claimed(now: float, serial: int) -> float:
    """Return as of when a claimed call counts until it comes back: a moment by which it is told from all others."""
    return now + ARRIVES + serial % MANY * APART


def remembered(limits: Limits, recent: Sequence[float], now: float, new: Sequence[float]) -> list[float]:
    """Return the moments worth remembering once new ones are added."""
    longest = max((seconds for _, seconds in limits), default=0.0)
    return [*_within(recent, now, longest), *new]


def settled(recent: Sequence[float], now: float, back: Mapping[float, int]) -> list[float]:
    """Let claimed calls that came back count as of now, each as so many messages; told twice it is as told once."""
    came = back.keys() & set(recent)
    return [*(moment for moment in recent if moment not in came), *[now] * sum(back[moment] for moment in came)]


def _within(recent: Sequence[float], now: float, seconds: float) -> list[float]:
    # A moment after now is kept too: a call is under way, or the clock of another machine is ahead.
    return [moment for moment in recent if moment > now - seconds]
