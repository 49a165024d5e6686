"""A desk with many running clocks: a real case of the drill's cast, multiplied with plain inserts."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update
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
from storage.columns import new_id
from storage.database import Database
from storage.history import ChainHead
from storage.report import Report
from storage.timer import Timer

BEGIN: Final = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # ten in the morning: no reminder waits for the day
CHUNK: Final = 2_000  # cases in one transaction
FAR: Final = timedelta(days=30)
AGE: Final = timedelta(hours=25)  # of a case whose next reminder is the second one
SPREAD: Final = 1_000_000  # seconds over which what is far away falls due
BY_CASE: Final = (Case, Clock, Timer, CaseEvent, Report, CardPlace, ChainHead)
Row = dict[str, Any]


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
    with desk.database.reading() as session:
        mould = {table: [_plain(row) for row in session.scalars(select(table))] for table in _taken(desk)}
    cases: list[uuid.UUID] = []
    clocks: list[uuid.UUID] = []
    for start in range(0, count, CHUNK):
        rows: dict[type[SQLModel], list[Row]] = {table: [] for table in BY_CASE}
        for n in range(start, min(start + CHUNK, count)):
            copied = _copy(mould, n)
            cases.append(copied[Case][0]["id"])
            clocks.append(copied[Clock][-1]["id"])
            for table, own in copied.items():
                rows[table] += own
        with desk.database.writing() as session:
            for table in BY_CASE:
                session.connection().execute(insert(table), rows[table])
    return Standing(cases, clocks)


def _taken(desk: Desk) -> Sequence[type[SQLModel]]:
    """Let one post become a case that the spokesperson has taken; say which tables hold it."""
    desk.accept(posts(1)[0])
    desk.settle()
    said = DrillPlatform(desk.database).said("wangwu", "王五", "direct:wangwu", "认领 1", desk.clock.now())
    desk.accept(said)
    desk.settle()
    return BY_CASE


def _plain(row: SQLModel) -> Row:
    return {name: getattr(row, name) for name in type(row).model_fields}


def _copy(mould: Mapping[type[SQLModel], Sequence[Row]], n: int) -> dict[type[SQLModel], list[Row]]:
    """Make the rows of the n-th case: as those of the first, of another day."""
    case_id, began = new_id(), BEGIN - AGE - timedelta(seconds=n % 3600)
    row = dict(mould[Case][0])
    row |= {"id": case_id, "slip": n + 10, "seq": n + 10, "number": f"港建舆〔2026〕{n + 10}号", "received_at": began}
    clocks = [dict(each) | {"id": new_id(), "case_id": case_id, "started_at": began} for each in mould[Clock]]
    for clock in clocks:
        clock["due_at"] = began + timedelta(hours=48)
    far = BEGIN + FAR + timedelta(seconds=n * 7919 % SPREAD)
    running = [each for each in mould[Timer] if each["kind"] == "clock"][: len(clocks)]
    timers = [
        dict(timer) | {"id": new_id(), "case_id": case_id, "subject": str(clock["id"]), "due_at": far}
        for timer, clock in zip(running, clocks, strict=True)
    ]
    others: dict[type[SQLModel], list[Row]] = {
        table: [dict(each) | {"id": new_id(), "case_id": case_id} for each in mould[table]]
        for table in (CaseEvent, CardPlace)
    }
    report = dict(mould[Report][0]) | {"id": new_id(), "case_id": case_id, "first_case_id": case_id}
    report["message_key"] = f"staff/{n + 10}"
    head = {"chain": f"case:{case_id}", "n": 5, "hash": f"{n:064x}"}
    return {Case: [row], Clock: clocks, Timer: timers, Report: [report], ChainHead: [head], **others}


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
