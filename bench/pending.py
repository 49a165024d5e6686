"""A desk with many running clocks: a real case of the drill's cast, multiplied with plain inserts."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, text, update
from sqlmodel import SQLModel, col

from bench.intake import posts
from bot.building import build_house, take_roster
from bot.chat.drill import DrillPlatform
from bot.chat.own import OwnPlatform
from bot.clock import DrillClock
from bot.desk import Desk
from config.roster import DRILL, drill_roster
from handlers.conversation import Content
from storage.card_place import CardPlace
from storage.case import Case
from storage.case_event import CaseEvent
from storage.clock import Clock
from storage.database import Database
from storage.report import Report
from storage.timer import Timer

BEGIN: Final = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # ten in the morning: no reminder waits for the day
CHUNK: Final = 50_000  # cases in one transaction
FAR: Final = timedelta(days=30)
AGE: Final = timedelta(hours=25)  # of a case whose next reminder is the second one
SPREAD: Final = 1_000_000  # seconds over which what is far away falls due
LIMIT: Final = 48 * 3600  # seconds
CASE, CLOCKS, TIMERS, REPORT, PLACE, EVENTS = 1, (2, 3), (4, 5), 6, 7, range(8, 16)  # kinds: the first part of an id
Row = Mapping[str, str]  # by column: what differs in a copy, as the database says it
Moulds = Mapping[str, Sequence[tuple[Any, Row]]]  # by table: the key of a row, and what differs in its copies


class SilentPlatform(OwnPlatform):
    """The drill's chats, without keeping what is said: each message is told to whoever listens, by its serial."""

    name = "drill"

    def __init__(self, heard: Callable[[int], None] = lambda _serial: None) -> None:
        """Tell of each new message."""
        self.heard = heard

    def send(self, chat: str, content: Content, at: datetime) -> str:
        """Take a message."""
        del chat, at
        self.heard(content.serial)
        return str(content.serial)

    def edit(self, chat: str, message_id: str, content: Content, at: datetime) -> str:
        """Take a change."""
        del chat, content, at
        return message_id

    def delete(self, chat: str, message_id: str, at: datetime) -> None:
        """Take nothing away."""

    def toast(self, chat: str, content: Content, at: datetime) -> None:
        """Show nothing."""


@dataclass(frozen=True)
class Standing:
    """The cases that were made."""

    cases: Sequence[uuid.UUID]
    clocks: Sequence[uuid.UUID]  # of each the limit that binds


@contextmanager
def pending_desk(database: Database) -> Iterator[Desk]:
    """Open a desk with the drill's cast on an empty database; its clock stands still."""
    database.migrate()
    house = build_house("gangbei-2017", public_url="http://127.0.0.1")
    clock = DrillClock(BEGIN)
    take_roster(database, drill_roster(house.plan), DRILL.name, house.plan, clock.now(), by="bench")
    desk = Desk(database, clock, house, {"drill": SilentPlatform()}, {})
    desk.open()
    desk.settle()
    yield desk
    database.close()


def fill(desk: Desk, count: int) -> Standing:
    """Let so many cases wait, each in the hands of the spokesperson, with two limits that run."""
    moulds = _taken(desk)
    with desk.database.engine.connect() as connection:
        if desk.database.is_sqlite:
            driver: Any = connection.connection.driver_connection  # not in a transaction yet
            driver.execute("PRAGMA foreign_keys=OFF")  # each row would be looked up that was made just now
        copies = _Copies(connection, moulds)
        for start in range(0, count, CHUNK):
            copies.make(start, min(start + CHUNK, count))
            connection.commit()
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
        connection.invalidate()  # it is not opened as the desk's own are
    return Standing(*([_id(kind, n) for n in range(count)] for kind in (CASE, CLOCKS[-1])))


def _id(kind: int, n: int) -> uuid.UUID:
    """Return the id of the n-th row of a kind; they grow, as the desk's own do."""
    return uuid.UUID(int=kind << 80 | n)


@dataclass(frozen=True)
class _Words:
    """What hangs on the number of a case, in the words of the database."""

    is_sqlite: bool

    def id(self, kind: int) -> str:
        """Name the row of a kind."""
        named = f"'{kind:012x}' || {self.in_hex(20)}"
        return named if self.is_sqlite else f"CAST({named} AS UUID)"

    def subject(self, kind: int) -> str:
        """Name the row of a kind, as text."""
        return f"'00000000-{kind:04x}-0000-0000-' || {self.in_hex(12)}"

    def moment(self, seconds: str) -> str:
        """Name a moment by its seconds since 1970."""
        if self.is_sqlite:
            return f"strftime('%Y-%m-%d %H\\:%M\\:%S.000000', {seconds}, 'unixepoch')"
        return f"to_timestamp({seconds})"

    def in_hex(self, width: int) -> str:
        """Write the number itself."""
        return f"printf('%0{width}x', n_)" if self.is_sqlite else f"lpad(to_hex(n_), {width}, '0')"


class _Copies:
    """Makes the rows of further cases in the database itself: those of the first case, of another day."""

    def __init__(self, connection: Connection, moulds: Moulds) -> None:
        """Set the rows of the first case aside."""
        self._connection = connection
        self._statements: list[str] = []
        is_sqlite = connection.dialect.name == "sqlite"
        for table, rows in moulds.items():
            for place, (key, changed) in enumerate(rows):
                name = f"mould_{table}_{place}"
                where = f"CAST({'chain' if table == 'chain_head' else 'id'} AS TEXT) = :key"
                create = f"CREATE TEMPORARY TABLE {name} AS SELECT * FROM {table} WHERE {where}"  # noqa: S608 - our own tables
                stored = key.hex if is_sqlite and isinstance(key, uuid.UUID) else str(key)
                connection.execute(text(create), {"key": stored})
                self._statements.append(_copy(table, name, changed))
        connection.commit()

    def make(self, first: int, end: int) -> None:
        """Make the rows of the cases from one number to before another."""
        for statement in self._statements:
            self._connection.execute(text(statement), {"first": first, "end": end})


def _copy(table: str, mould: str, changed: Row) -> str:
    names = [column.name for column in SQLModel.metadata.tables[table].columns]
    values = ", ".join(changed.get(name, f'"{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    begin, step = "SELECT CAST(:first AS INTEGER)", "SELECT n_ + 1 FROM s WHERE n_ + 1 < :end"
    numbers = f"WITH RECURSIVE s(n_) AS ({begin} UNION ALL {step})"
    return f'INSERT INTO "{table}" ({columns}) {numbers} SELECT {values} FROM {mould} CROSS JOIN s'  # noqa: S608 - our own tables


def _taken(desk: Desk) -> Moulds:
    """Let one post become a case that the spokesperson has taken; say by its rows how those of others differ."""
    desk.accept(posts(1)[0])
    desk.settle()
    drill = DrillPlatform(desk.database)
    for key, name, said in (("zhaoqiang", "赵强", "属实 S1"), ("wangwu", "王五", "认领 1")):
        desk.accept(drill.said(key, name, f"direct:{key}", said, desk.clock.now()))
        desk.settle()
    with desk.database.reading() as session:
        case = session.scalars(select(Case)).one()
        report, place = session.scalars(select(Report)).one(), session.scalars(select(CardPlace)).one()
        clocks = session.scalars(select(Clock).order_by(col(Clock.id))).all()
        timers = [session.scalars(select(Timer).where(col(Timer.subject) == str(each.id))).one() for each in clocks]
        events = session.scalars(select(CaseEvent)).all()
    words = _Words(desk.database.is_sqlite)
    began, far = (f"{int(moment.timestamp())}" for moment in (BEGIN - AGE, BEGIN + FAR))
    start, limit = words.moment(f"{began} - n_ % 3600"), words.moment(f"{began} - n_ % 3600 + {LIMIT}")
    later, case_id = words.moment(f"{far} + n_ * 7919 % {SPREAD}"), words.id(CASE)
    number = {"slip": "n_ + 10", "seq": "n_ + 10", "number": "'港建舆〔2026〕' || (n_ + 10) || '号'"}
    first = {"first_case_id": case_id, "message_key": "'staff/' || (n_ + 10)"}
    found: dict[str, list[tuple[Any, Row]]] = {
        "cases": [(case.id, {"id": case_id, "received_at": start} | number)],
        "report": [(report.id, {"id": words.id(REPORT), "case_id": case_id} | first)],
        "card_place": [(place.id, {"id": words.id(PLACE), "case_id": case_id})],
        "chain_head": [(f"case:{case.id}", {"chain": f"'case:' || {words.subject(CASE)}", "hash": words.in_hex(64)})],
        "clock": [
            (each.id, {"id": words.id(kind), "case_id": case_id, "started_at": start, "due_at": limit})
            for kind, each in zip(CLOCKS, clocks, strict=True)
        ],
        "timer": [
            (each.id, {"id": words.id(kind), "case_id": case_id, "subject": words.subject(of), "due_at": later})
            for kind, of, each in zip(TIMERS, CLOCKS, timers, strict=True)
        ],
        "case_event": [
            (each.id, {"id": words.id(kind), "case_id": case_id}) for kind, each in zip(EVENTS, events, strict=False)
        ],
    }
    return found


def fall_due(database: Database, clocks: Sequence[uuid.UUID], moments: Sequence[datetime]) -> None:
    """Let the reminders of these clocks fall due at these moments."""
    query = update(Timer).where(col(Timer.subject) == bindparam("about"), col(Timer.stage) == "waiting")
    pairs = [{"about": str(clock), "at": at} for clock, at in zip(clocks, moments, strict=True)]
    with database.writing() as session:
        session.connection().execute(query.values(due_at=bindparam("at")), pairs)


def pass_by(database: Database, cases: Sequence[uuid.UUID], moments: Sequence[datetime]) -> None:
    """Let all limits of these cases pass at these moments."""
    pairs = [{"case": case, "at": at} for case, at in zip(cases, moments, strict=True)]
    with database.writing() as session:
        for table in (Clock, Timer):
            query = update(table).where(col(table.case_id) == bindparam("case"))
            session.connection().execute(query.values(due_at=bindparam("at")), pairs)
