"""Files of reports: the first content stays, and what was refused stays refused."""

from datetime import UTC, datetime, timedelta

import pytest

from storage import report as reports
from storage.case import Case
from storage.columns import new_id
from storage.database import Database
from storage.report import Attachment, Report

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Give a migrated database."""
    return sqlite_database


def test_the_first_content_stays() -> None:
    """Only a file that is owed can be kept or given up."""
    file = Attachment(report_id=new_id(), stage="owed", source="held", size=0)
    file.keep("a" * 64, 5, "image/jpeg")
    file.keep("b" * 64, 6, "image/png")
    file.refuse("gone")
    assert (file.stage, file.sha256, file.size, file.media_type) == ("kept", "a" * 64, 5, "image/jpeg")
    assert file.trouble == ""


def test_what_was_refused_stays_refused() -> None:
    """A late download does not bring back what was given up."""
    file = Attachment(report_id=new_id(), stage="owed", source="held", size=0)
    file.refuse("too_large")
    file.refuse("gone")
    file.keep("a" * 64, 5, "image/jpeg")
    assert (file.stage, file.sha256, file.trouble) == ("refused", "", "too_large")


def test_the_files_of_a_case_are_those_of_its_reports(database: Database) -> None:
    """All reports count, another case's do not, and the order is the one they came in."""
    with database.writing() as session:
        cases = [Case(slip=n, title="t", plan_hash="p", received_at=NOON) for n in (1, 2)]
        session.add_all(cases)
        session.flush()
        for n, case in enumerate((cases[0], cases[1], cases[0])):
            report = Report(
                case_id=case.id, first_case_id=case.id, platform="drill", message_key=str(n), text="", text_key="",
                received_at=NOON + timedelta(minutes=n),
            )  # fmt: skip
            reports.add(session, report, files=())
            session.add(Attachment(report_id=report.id, name=f"{n}.jpg", size=n))
            session.flush()
    with database.reading() as session:
        assert [file.name for file in reports.files_of_case(session, cases[0].id)] == ["0.jpg", "2.jpg"]
