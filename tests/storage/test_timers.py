"""Timers: what is asked about a few cases reads nothing of all that waits elsewhere."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from storage import timer as timers
from storage.database import Database
from storage.timer import Timer
from tests.storage.test_lanes import steps_of

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
WAITING = 2_000
MOST_STEPS = 500


def test_what_waits_for_few_cases_is_found_whatever_waits_for_others(database: Database) -> None:
    """The question goes by the cases, not through all timers that wait."""
    rows: list[dict[str, Any]] = [
        {"id": uuid.uuid4(), "kind": "clock", "due_at": NOW + timedelta(minutes=n), "case_id": None,
         "subject": f"other {n}", "payload": {}, "version": 1, "stage": "waiting", "fired_at": None}
        for n in range(WAITING)
    ]  # fmt: skip
    with database.writing() as session:
        session.connection().execute(insert(Timer), rows)
    with database.reading() as session:
        cases = {uuid.uuid4() for _ in range(40)}
        steps = steps_of(database, lambda: timers.look_together(session, cases))
    if database.is_sqlite:
        assert steps < MOST_STEPS, f"{steps} steps of the database's machine"
