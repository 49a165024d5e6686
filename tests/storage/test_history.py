"""The history keeps what it was told, refuses to be rewritten, and leaves the house as a file that verifies."""

import io
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from config.language import Voice
from handlers.record.verify import verify
from storage import history, tables
from storage import record_format as written
from storage.append_only import APPEND_ONLY_SQL
from storage.case import Case
from storage.database import Database, Session
from storage.history import HistoryRow
from storage.history_export import Exported, export
from storage.plan import keep

NOW = datetime(2026, 11, 24, 6, 5, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def history_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with every table and the triggers over the history, on both kinds."""
    on_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'desk.db'}" if on_sqlite else request.getfixturevalue("postgresql_url")
    database = Database(url)
    tables.metadata.create_all(database.engine)
    run(database, *APPEND_ONLY_SQL[request.param].up)
    yield database
    database.close()


def run(database: Database, *statements: str) -> None:
    with database.writing() as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)


def new_case(session: Session, slip: int) -> uuid.UUID:
    case = Case(slip=slip, title="停水投诉", plan_hash="a" * 64, received_at=NOW)
    session.add(case)
    return case.id


def tell(session: Session, case_id: uuid.UUID | None, kind: str, minutes: int = 0, **payload: object) -> HistoryRow:
    at = NOW + timedelta(minutes=minutes)
    return history.record(
        session, chain_case=case_id, at=at, kind=kind, actor="desk", actor_name="王五", payload=payload
    )


def taken_out(database: Database) -> tuple[list[str], Exported]:
    stream = io.StringIO()
    exported = export(
        database, stream, at=NOW + timedelta(days=1), desk="港北区住建局", actor="desk", actor_name="李敏"
    )
    return stream.getvalue().splitlines(keepends=True), exported


def problems(lines: list[str], head: str | None) -> list[str]:
    return [problem.say(Voice()) for problem in verify(lines, head).problems]


def test_rows_are_chained_per_case(history_database: Database) -> None:
    """Each case has a chain of its own, the desk another; each row is bound to the one before."""
    with history_database.writing() as session:
        one, two = new_case(session, 1), new_case(session, 2)
        tell(session, one, "reported", text="停水三天")
        tell(session, two, "reported", text="漏水")
        tell(session, one, "registered", at=NOW, by=one)
        tell(session, None, "roster_applied")
    with history_database.reading() as session:
        told = history.rows(session, one)
        assert [(row.n, row.kind, row.case_id) for row in told] == [(1, "reported", one), (2, "registered", one)]
        assert told[0].payload == {"text": "停水三天"}
        assert told[1].payload == {"at": "2026-11-24T06:05:00.000000Z", "by": str(one)}
        assert told[0].prev == written.genesis(f"case:{one}")
        assert told[1].prev == told[0].hash
        assert [row.n for row in history.rows(session, two)] == [1]
        assert [row.kind for row in history.rows(session, None)] == ["roster_applied"]


def test_what_is_rolled_back_was_never_told(history_database: Database) -> None:
    """A fact of an act that fails leaves no gap in the chain."""
    with history_database.writing() as session:
        case_id = new_case(session, 1)
        tell(session, case_id, "reported")

    def fail_half_way() -> None:
        with history_database.writing() as session:
            tell(session, case_id, "registered")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with history_database.writing() as session:
        assert tell(session, case_id, "closed").n == 2


def test_writers_at_once_never_share_a_place(history_database: Database) -> None:
    """Many who tell of one case at once, from its first row on, never take the same place and never leave a gap."""
    with history_database.writing() as session:
        case_id = new_case(session, 1)

    def one(number: int) -> int:
        with history_database.writing() as session:
            return tell(session, case_id, "reported", number=number).n

    with ThreadPoolExecutor(6) as several:
        places = list(several.map(one, range(30)))
    assert sorted(places) == list(range(1, 31))
    lines, exported = taken_out(history_database)
    assert problems(lines, exported.head) == []


REWRITINGS = (
    "UPDATE history_row SET kind = 'praised'",
    "UPDATE history_row SET payload = '{}'",
    "UPDATE history_row SET salt = '00', payload = '{}'",
    "UPDATE history_row SET payload = NULL, salt = '', actor_name = '', digest = 'x'",
    "UPDATE history_row SET payload = NULL, salt = '', actor_name = '', case_id = NULL, chain = 'desk'",
    "DELETE FROM history_row",
    "UPDATE seal SET rows = 7",
    "DELETE FROM seal",
)


@pytest.mark.parametrize("statement", REWRITINGS)
def test_the_database_refuses_to_rewrite_history(history_database: Database, statement: str) -> None:
    """Whatever would change or remove a row or a seal is refused by the database itself, with nothing changed."""
    with history_database.writing() as session:
        tell(session, new_case(session, 1), "reported", text="停水三天")
        history.seal(session, NOW)
    with pytest.raises(DBAPIError, match=r"append-only|CHECK"):
        run(history_database, statement)
    lines, exported = taken_out(history_database)
    assert problems(lines, exported.head) == []


AROUND = {
    "sqlite": (
        "INSERT OR REPLACE INTO history_row SELECT * FROM history_row",
        "INSERT OR REPLACE INTO seal SELECT * FROM seal",
    ),
    "postgresql": ("TRUNCATE history_row", "TRUNCATE seal"),
}


def test_no_row_is_replaced_or_truncated(history_database: Database) -> None:
    """The ways around the refusal (REPLACE on SQLite, TRUNCATE on PostgreSQL) are closed too."""
    with history_database.writing() as session:
        tell(session, None, "started")
        history.seal(session, NOW)
    for statement in AROUND["sqlite" if history_database.is_sqlite else "postgresql"]:
        with pytest.raises(DBAPIError, match="append-only"):
            run(history_database, statement)


def test_the_refusal_can_be_taken_down_and_put_up_again(history_database: Database) -> None:
    """A migration can take the triggers down and put them up again."""
    ddl = APPEND_ONLY_SQL["sqlite" if history_database.is_sqlite else "postgresql"]
    with history_database.writing() as session:
        tell(session, None, "started")
    run(history_database, *ddl.down, "UPDATE history_row SET kind = 'begun'", *ddl.up)
    with pytest.raises(DBAPIError, match="append-only"):
        run(history_database, "UPDATE history_row SET kind = 'started'")


def test_a_seal_covers_what_is_new(history_database: Database) -> None:
    """A seal names the chains that moved and counts all; when nothing moved there is no new seal."""
    with history_database.writing() as session:
        one, two = new_case(session, 1), new_case(session, 2)
        tell(session, one, "reported")
        last = tell(session, two, "reported")
        first = history.seal(session, NOW)
        assert first is not None
        assert (first.n, first.chains, first.rows, len(first.heads)) == (1, 2, 2, 2)
        assert [f"case:{two}", 1, last.hash] in first.heads
    with history_database.writing() as session:
        assert history.seal(session, NOW) is None
    with history_database.writing() as session:
        more = tell(session, two, "registered")
        second = history.seal(session, NOW)
        assert second is not None
        assert (second.n, second.chains, second.rows, second.prev) == (2, 2, 3, first.hash)
        assert second.heads == [[f"case:{two}", 2, more.hash]]
    with history_database.reading() as session:
        newest = history.newest_seal(session)
        assert newest is not None
        assert newest.hash == second.hash


def test_seals_at_once_follow_each_other(history_database: Database) -> None:
    """Seals made at once, while others write, never share a number and verify."""
    with history_database.writing() as session:
        cases = [new_case(session, slip) for slip in range(1, 5)]

    def write_and_seal(number: int) -> None:
        with history_database.writing() as session:
            tell(session, cases[number % 4], "reported", number=number)
        with history_database.writing() as session:
            history.seal(session, NOW)

    with ThreadPoolExecutor(4) as several:
        list(several.map(write_and_seal, range(16)))
    lines, exported = taken_out(history_database)
    assert problems(lines, exported.head) == []
    assert exported.rows == 17


def test_an_export_verifies_and_names_what_is_in_it(history_database: Database) -> None:
    """An export seals first, begins with the desk and its plans, and verifies with the head it gives."""
    with history_database.writing() as session:
        keep(session, "b" * 64, {"gangbei.yaml": "…"}, NOW)
        case_id = new_case(session, 1)
        tell(session, case_id, "reported", text="停水三天 \u2028 😀", certainty=0.1, none=None, deep=[{"a": [1, True]}])
    lines, exported = taken_out(history_database)
    header = written.Header.model_validate_json(lines[0])
    assert (header.format, header.desk, header.plans) == (1, "港北区住建局", ["b" * 64])
    assert (exported.rows, exported.chains, exported.seals, exported.erased) == (2, 2, 1, 0)
    assert problems(lines, exported.head) == []
    with history_database.reading() as session:
        (taken,) = history.rows(session, None)
        assert (taken.kind, taken.actor_name) == ("exported", "李敏")


def test_a_later_export_still_reaches_an_older_head(history_database: Database) -> None:
    """The head noted down at an earlier export is found in a later one."""
    with history_database.writing() as session:
        case_id = new_case(session, 1)
        tell(session, case_id, "reported")
    _, earlier = taken_out(history_database)
    with history_database.writing() as session:
        tell(session, case_id, "registered")
    lines, later = taken_out(history_database)
    assert later.head != earlier.head
    verdict = verify(lines, earlier.head)
    assert (verdict.ok, verdict.seals_after) == (True, 1)


def test_rows_told_after_the_seal_wait_for_the_next_export(history_database: Database) -> None:
    """An export holds exactly what its seal covers, although others go on writing while it is made."""
    with history_database.writing() as session:
        case_id = new_case(session, 1)
        tell(session, case_id, "reported")

    class Slow(io.StringIO):
        def write(self, words: str, /) -> int:
            if not self.tell():
                with history_database.writing() as session:
                    tell(session, case_id, "registered")
                    tell(session, None, "roster_applied")
            return super().write(words)

    stream = Slow()
    exported = export(history_database, stream, at=NOW, desk="", actor="desk", actor_name="")
    assert problems(stream.getvalue().splitlines(keepends=True), exported.head) == []
    assert exported.rows == 2
    with history_database.reading() as session:
        assert len(history.rows(session, case_id)) == 2


def test_erased_words_are_gone_and_the_chain_holds(history_database: Database) -> None:
    """Erasing takes words, salt and name out for good, is itself on record, and the export verifies as before."""
    with history_database.writing() as session:
        case_id = new_case(session, 1)
        row = tell(session, case_id, "reported", text="张某 13800001111")
        tell(session, case_id, "registered")
    _, before = taken_out(history_database)
    with history_database.writing() as session:
        history.erase_payload(session, row, at=NOW, by="desk", by_name="李敏", reason="保存期满")
        assert (row.payload, row.salt) == (None, "")
    with history_database.reading() as session:
        gone = history.rows(session, case_id)[0]
        assert (gone.payload, gone.salt, gone.actor_name, gone.hash) == (None, "", "", row.hash)
        told = history.rows(session, None)[-1]
        assert told.payload == {"chain": f"case:{case_id}", "n": 1, "kind": "reported", "reason": "保存期满"}
    lines, exported = taken_out(history_database)
    assert "13800001111" not in "".join(lines)
    assert (problems(lines, exported.head), problems(lines, before.head), exported.erased) == ([], [], 1)


def test_the_record_of_an_erasure_is_never_erased(history_database: Database) -> None:
    """The row that tells of an erasure cannot be erased itself."""
    with history_database.writing() as session:
        row = tell(session, None, "noted", text="张某")
        told = history.erase_payload(session, row, at=NOW, by="desk", by_name="李敏", reason="保存期满")
        with pytest.raises(history.CannotErase):
            history.erase_payload(session, told, at=NOW, by="desk", by_name="李敏", reason="")


def test_tampering_behind_the_triggers_is_found(history_database: Database) -> None:
    """Somebody who owns the database and rewrites a row is found out by the next export."""
    with history_database.writing() as session:
        case_id = new_case(session, 1)
        tell(session, case_id, "reported", text="停水三天")
    _, noted = taken_out(history_database)
    ddl = APPEND_ONLY_SQL["sqlite" if history_database.is_sqlite else "postgresql"]
    run(
        history_database,
        *ddl.down,
        "UPDATE history_row SET payload = '{\"text\":\"停水一天\"}' WHERE n = 1 AND chain <> 'desk'",
    )
    lines, _ = taken_out(history_database)
    assert problems(lines, noted.head) == [f"第 2 行:case:{case_id} 第 1 条的内容被改动"]


@pytest.mark.parametrize("payload", [{"a": float("nan")}, {1: "a"}, {"a": object()}, {"a": b"x"}])
def test_what_cannot_be_checked_later_is_not_recorded(history_database: Database, payload: dict[Any, Any]) -> None:
    """A payload without a lossless form is refused when it is recorded."""
    with pytest.raises((TypeError, ValueError)), history_database.writing() as session:
        history.record(session, chain_case=None, at=NOW, kind="x", actor="desk", actor_name="", payload=payload)
