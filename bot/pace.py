"""How fast a destination may be written to: so many messages in so many seconds."""

from collections.abc import Sequence

from bot.chat.platform import Limits


def allowance(limits: Limits, recent: Sequence[float], now: float) -> int:
    """Return how many messages may go out now; moments are seconds since 1970."""
    return max(0, min((most - len(_within(recent, now, seconds)) for most, seconds in limits), default=0))


def next_chance(limits: Limits, recent: Sequence[float], now: float) -> float:
    """Return the moment from which at least one message may go out."""
    moment = now
    for most, seconds in limits:
        within = sorted(_within(recent, now, seconds))
        if len(within) >= most:
            moment = max(moment, within[-most] + seconds)
    return moment


def remembered(limits: Limits, recent: Sequence[float], now: float, count: int) -> list[float]:
    """Return the moments worth remembering once so many messages more have gone out."""
    longest = max((seconds for _, seconds in limits), default=0.0)
    return [*_within(recent, now, longest), *[now] * count]


def _within(recent: Sequence[float], now: float, seconds: float) -> list[float]:
    # A moment after now is kept too: the clock of another machine may be ahead.
    return [moment for moment in recent if moment > now - seconds]
