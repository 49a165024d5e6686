"""/metrics: how the desk stands, in numbers, for Prometheus."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from bot.clock import DrillClock
from bot.vital_signs import VitalSigns
from bot.web.metrics import is_near, metrics_routes
from bot.web.server import serving
from storage import outbox
from storage.database import Database
from storage.outbox import Outbox
from tests.conversations.talking import TalkingDesk, no_channels
from tests.conversations.test_clocks import reported

ROOT = Path(__file__).parents[2]
MORNING = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)


@pytest.fixture
def desk(sqlite_database: Database) -> TalkingDesk:
    """Give a desk with one case of two limits, 48 hours each."""
    return reported(TalkingDesk(sqlite_database, no_channels))


def measured(desk: TalkingDesk, now: datetime) -> dict[str, float]:
    """Ask as Prometheus does, and read the answer as it does."""
    clock = DrillClock(now)
    signs = VitalSigns(desk.database, clock, ("drill", "channel"), lambda: 1.5)
    routes = metrics_routes(desk.database, clock, signs)
    with serving(Starlette(routes=routes)) as address:
        answer = httpx.get(f"{address}/metrics", trust_env=False)
    assert answer.status_code == 200
    return {
        ",".join((sample.name, *(value for _, value in sorted(sample.labels.items())))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_a_desk_that_looks_has_nothing_overdue(desk: TalkingDesk) -> None:
    """Two clocks run, nothing is late, what was said is counted as sent."""
    found = measured(desk, MORNING + timedelta(hours=1))
    assert (found["huiying_cases_open"], found["huiying_clocks_pending"]) == (1, 2)
    assert (found["huiying_clocks_overdue_unfired"], found["huiying_clocks_due_1h"]) == (0, 0)
    assert found["huiying_sends,card,sent"] > 0
    assert (found["huiying_incidents_open"], found["huiying_look_age_seconds"]) == (0, 1.5)
    assert (found["huiying_feeds_watched"], found["huiying_feeds_failing"]) == (0, 0)
    assert (found["huiying_workers"], found["huiying_lane_late_seconds,statutory"]) == (1, 0)
    assert measured(desk, MORNING + timedelta(hours=47.5))["huiying_clocks_due_1h"] == 2


def test_a_desk_that_stands_still_shows_it(desk: TalkingDesk) -> None:
    """Nobody looked for an hour after the limit: both clocks are unfired, and how late they are is told."""
    found = measured(desk, MORNING + timedelta(hours=49))
    assert found["huiying_clocks_overdue_unfired"] == 2
    assert found["huiying_clocks_lateness_seconds"] == 3600
    assert found["huiying_oldest_waiting_seconds,timers"] > 3600


def test_how_late_a_lane_is_goes_by_the_oldest_that_is_owed(desk: TalkingDesk) -> None:
    """What may go and is still owed counts from then on, whatever it waits for; what is put off, not yet."""
    with desk.database.writing() as session:
        for lane, minutes in ((0, 5), (0, 2), (4, -3)):
            at = MORNING - timedelta(minutes=minutes)
            outbox.put(
                session,
                Outbox(kind="message", platform="x", destination="x:1", created_at=at, not_before=at, lane=lane),
            )
    found = measured(desk, MORNING)
    assert found["huiying_lane_late_seconds,statutory"] == 300
    assert found["huiying_lane_late_seconds,digest"] == 0


def test_what_was_missed_and_what_was_given_up_are_counted(desk: TalkingDesk) -> None:
    """A missed clock is told of, so it is no longer unfired."""
    desk.later(hours=49)
    with desk.database.writing() as session:
        row = Outbox(
            kind="message", platform="drill", destination="drill:x", created_at=MORNING, not_before=MORNING,
            stage="failed",
        )  # fmt: skip
        outbox.put(session, row)
    found = measured(desk, MORNING + timedelta(hours=49))
    assert (found["huiying_clocks_missed"], found["huiying_clocks_overdue_unfired"]) == (2, 0)
    assert found["huiying_sends,answer,failed"] == 1


@pytest.mark.parametrize(
    ("address", "near"), [("127.0.0.1", True), ("10.1.2.3", True), ("::1", True), ("8.8.8.8", False), ("x", False)]
)
def test_only_what_is_near_may_look(address: str, near: bool) -> None:  # noqa: FBT001 - a table
    """What the public network asks is refused."""
    assert is_near(address) is near


def test_the_documents_name_every_metric(desk: TalkingDesk) -> None:
    """The table in docs/operating.md has each of them, and no other."""
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(huiying_\w+)`", text, re.MULTILINE))
    assert listed == {name.partition(",")[0] for name in measured(desk, MORNING)}
