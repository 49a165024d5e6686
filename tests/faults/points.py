"""Where the desk is killed: at least once in each gap between two commits, while a call is held, and at random."""

import random
from collections.abc import Sequence
from typing import Final

from tests.faults.town import Point
from tests.platforms.bot_api import BotApi

HELD: Final = 1.5  # seconds: what is held is carried out after its caller has died
LAST: Final = 6.0  # seconds after the desk was first heard of until which a random kill falls


def at(when: str, does: str, count: int = 1) -> Point:
    """Die before or after the so many-th commit that does something."""
    return Point(f"{when} {does}", commit=f"{when} {does} {count}")


def held(method: str) -> Point:
    """Die while the platform holds a call that it has not carried out yet."""

    def arm(api: BotApi) -> None:
        api.hang(None, HELD, method=method, times=1)

    return Point(f"{method} held", arm=arm, held=lambda api: not api.faults.any)


def unanswered(method: str) -> Point:
    """Die when the platform has carried out a call and answered nothing."""

    def arm(api: BotApi) -> None:
        api.lose_reply(method, how="silence")

    return Point(f"{method} unanswered", arm=arm, held=lambda api: not api.faults.any)


def at_random(count: int, seed: int) -> list[Point]:
    """Die at so many moments that nobody chose."""
    chance = random.Random(seed)  # noqa: S311 - a seed that replays
    moments = [chance.uniform(0, LAST) for _ in range(count)]
    return [Point(f"at random ({moment:.2f} s, seed {seed})", seconds=moment) for moment in moments]


# In the order in which a story comes by them.
NAMED: Final[Sequence[Point]] = (
    at("before", "accepting"),
    at("after", "accepting"),
    at("before", "handling"),
    at("after", "handling"),
    at("after", "claiming"),  # claimed, not called
    held("sendMessage"),  # received, not carried out
    unanswered("sendMessage"),  # carried out, not answered
    at("before", "noting"),  # answered, not noted
    at("after", "noting"),
    at("before", "handling", 3),
    held("download"),
    at("before", "fetching"),
    at("after", "fetching"),
    at("before", "firing"),
    at("after", "firing"),
    unanswered("editMessageText"),
    held("editMessageText"),
    unanswered("editMessageReplyMarkup"),
    at("after", "showing"),  # the website shows it, nothing is proved
    at("before", "proving"),
    at("after", "proving"),
    at("before", "posting"),
    at("after", "posting", 2),  # the public's channel has it, and that is on record
)
OFTEN: Final[Sequence[Point]] = (
    at("after", "accepting"),
    at("after", "claiming"),
    unanswered("sendMessage"),
    at("before", "noting"),
    held("download"),
    at("before", "firing"),
    at("after", "showing"),
    at("before", "proving"),
)
SHARED: Final[Sequence[Point]] = (  # where another process is there to take over
    at("after", "handling"),
    at("after", "claiming"),
    at("before", "noting"),
    at("before", "firing"),
)
EMBEDDED_TOO: Final[Sequence[Point]] = (at("after", "handling+claiming"), at("before", "handling+noting"))
