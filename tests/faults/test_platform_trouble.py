"""A chat platform that answers 429, 500, 403, a move, nothing, late, or loses its answer, and delivers thrice."""

import time
from collections.abc import Callable, Mapping
from typing import Final

import pytest

from tests.faults.conftest import TOLD, OpenTown
from tests.faults.town import JOINT, STAFF, Town
from tests.invariants import assert_unbroken

OUT: Final = 3.0  # seconds of an outage
SOMEBODY: Final = "高明"


def too_many(town: Town) -> None:
    """Let the group take nothing for two seconds."""
    town.api.fail_next("sendMessage", STAFF, retry_after=2)


def broken(town: Town) -> None:
    """Let a gateway answer with a page of its own."""
    town.api.fail_next("sendMessage", times=2)


def blocked(town: Town) -> None:
    """Let somebody block the desk, and start it again while it is written to."""
    town.api.blocks(town.who["李敏"])
    town.reports(SOMEBODY)
    town.api.starts(town.who["李敏"])


def moved(town: Town) -> None:
    """Let a group become a supergroup under another number."""
    town.api.migrates(JOINT)


def gone(town: Town) -> None:
    """Let nobody answer at all."""
    town.api.down()
    time.sleep(OUT)
    town.api.up()


def behind_a_gateway(town: Town) -> None:
    """Let a gateway answer in the platform's place."""
    town.api.down(502)
    time.sleep(OUT)
    town.api.up()


def late(town: Town) -> None:
    """Let every call take a second."""
    town.api.late(1.0)
    time.sleep(OUT)
    town.api.late(0)


def lost(town: Town) -> None:
    """Carry calls out and answer nothing."""
    town.api.lose_reply("sendMessage", times=2)


TROUBLES: Final[Mapping[str, Callable[[Town], None]]] = {
    "429": too_many, "500": broken, "403": blocked, "migration": moved, "nothing": gone, "502": behind_a_gateway,
    "late": late, "lost": lost,
}  # fmt: skip


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_whatever_the_platform_does_nothing_is_lost(
    kind: str, open_town: OpenTown, record_property: Callable[[str, object], None]
) -> None:
    """One trouble after the other, every update delivered three times: each report has its one case, each word came."""
    town = open_town(kind)
    town.start()
    posts = []
    for trouble in TROUBLES.values():
        posts.append(town.reports(SOMEBODY))
        town.api.repeat_last_update(2)
        trouble(town)
    for post in posts:
        town.waits_for(post, "confirmation")
    town.registers(posts[0])
    town.settle()
    assert_unbroken(town.broken(at_rest=True))
    evidence = town.evidence()
    doubles, in_doubt = evidence.doubles().total(), evidence.in_doubt()
    assert doubles <= in_doubt
    record_property(
        TOLD,
        f"{kind}: {', '.join(TROUBLES)}: 0 lost, {doubles} doubles of {in_doubt} sends in doubt, "
        f"{evidence.marked().total()} marked, {len(evidence.calls)} calls",
    )
