"""Case numbers: whatever succeeds, fails or falls into a new year, none is skipped and none is given twice."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from storage import case as cases
from storage import series
from storage.case import Case
from storage.database import Database
from tests.plugins.databases import empty_at

ACTS = st.lists(st.tuples(st.sampled_from([2026, 2027]), st.booleans()), max_size=25)
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


class ActFailedError(Exception):
    """The act broke after its number was taken."""


@settings(max_examples=25, deadline=None)
@given(ACTS)
def test_a_number_is_never_skipped_or_repeated(acts: list[tuple[int, bool]]) -> None:
    """The numbers of a year are 1, 2, 3 … in the order of the acts that succeeded."""
    with TemporaryDirectory() as folder:
        database = empty_at(Path(folder) / "numbers.db")
        for year, succeeds in acts:
            _register(database, year, succeeds=succeeds)
        with database.reading() as session:
            given_out = [(case.year, case.seq) for case in cases.open_cases(session)]
        database.close()
    for year in (2026, 2027):
        wanted = sum(succeeds for one, succeeds in acts if one == year)
        assert sorted(seq or 0 for one, seq in given_out if one == year) == list(range(1, wanted + 1))


def _register(database: Database, year: int, *, succeeds: bool) -> None:
    with suppress(ActFailedError), database.writing() as session:
        slip, seq = series.next_number(session, "slip"), series.next_number(session, f"case:{year}")
        number = f"{year}-{seq}"
        session.add(Case(slip=slip, title="t", plan_hash="p", received_at=NOON, year=year, seq=seq, number=number))
        if not succeeds:
            raise ActFailedError
