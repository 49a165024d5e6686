"""A transaction in which what acts put on record is kept until it is written together.

The ORM alone writes before each question and at each savepoint: a statement for each table and act, and then asks anew
for what was put there a moment ago. Here a new row waits until a question might touch it, until the ORM writes
something else, or until the end; then all that waits for one table goes in with one statement. What waits knows the
savepoint it was kept in: whatever is taken back is never written.
"""

import weakref
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple, Protocol, TypeVar, cast

import sqlmodel
from sqlalchemy import bindparam, event, insert, inspect, update
from sqlalchemy.orm import SessionTransaction, make_transient, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import SQLModel

from storage import together
from storage.columns import Hot
from storage.for_rows import ForRows

# What is written first is what the rest refers to.
ORDER: Final = (
    "counter", "cases", "event_term", "same_event", "report", "near_key", "case_event", "clock", "cancelled timer",
    "timer", "card_place", "change", "history", "outbox",
)  # fmt: skip
MARKS: Final = ("case_id", "subject", "origin_key", "url_key", "text_key")  # by which new rows are found again
PEOPLE_AND_PLACES: Final = ("person", "identity", "duty_shift", "mandate", "chat")
T = TypeVar("T")
Row = TypeVar("Row", bound=SQLModel)
Write = Callable[["Session", list[Any]], None]
WRITERS: Final[dict[str, Write]] = {}  # by what is kept, where that is not simply the rows of one table


class Watcher(Protocol):
    """Whoever gathers what an act changes."""

    def created(self, row: SQLModel, values: Mapping[str, Any]) -> None:
        """Note a new row, as it is going to be written."""

    def flushing(self) -> None:
        """Note what the ORM is about to write."""


class Kept:
    """One thing that waits to be written: a new row as an object, or whatever its writer understands."""

    __slots__ = ("kind", "owner", "row", "values")

    def __init__(self, kind: str, row: Any, values: Mapping[str, Any] | None, owner: object) -> None:  # noqa: ANN401 - see above
        """Keep something; an object has no values as long as its act may still change them freely."""
        self.kind = kind
        self.row = row
        self.values = values
        self.owner = owner


class Change(NamedTuple):
    """What an act changed in a hot row that was there before it."""

    row: SQLModel
    values: Mapping[str, Any]
    old: Mapping[str, Any]


class Session(sqlmodel.Session):
    """A session of the ORM that keeps hot rows until they are written together."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - whatever the ORM's own takes
        """Open it."""
        super().__init__(*given, **named)
        self.together = False  # whether acts wait for one another's rows, or each writes its own at its end
        self.watching: list[Watcher] = []
        self._kept: list[Kept] = []
        self._written = 0  # so many of these are in the database
        self._sealed = 0  # so many are closed
        self._loose: dict[int, SQLModel] = {}  # new objects that the ORM does not know yet, by identity
        self._of: dict[tuple[str, object], list[Any]] = {}
        self._by_id: dict[object, Any] = {}
        self._marks: weakref.WeakKeyDictionary[SessionTransaction, tuple[int, int]] = weakref.WeakKeyDictionary()
        self._known: dict[object, Any] = {}
        self._opening = False

    # new rows

    def keep(self, row: SQLModel) -> None:
        """Keep a new row; it can be changed freely until its act ends. One that is there already is saved as usual."""
        if not inspect(row).transient:
            self.add(row)
        elif id(row) not in self._loose:
            self._loose[id(row)] = row
            together.added(self, row)
            self.put(str(row.__tablename__), row)

    def put(self, kind: str, item: Any, values: Mapping[str, Any] | None = None, *, owner: object = None) -> None:  # noqa: ANN401 - see Kept
        """Keep something that the writer of its kind understands; it is found again by its owner."""
        kept = Kept(kind, item, values, owner)
        self._kept.append(kept)
        self._index(kept)

    def is_new(self, row_id: object) -> bool:
        """Say whether a row is new in this transaction: all that belongs to it was kept here."""
        return row_id in self._by_id

    def newly(self, row_id: object) -> Any:  # noqa: ANN401 - a row of any table
        """Return a new row by its id."""
        return self._by_id[row_id]

    def forget_new(self, row_id: object) -> None:
        """Let the database be asked about a new row, too: something older may belong to it by now."""
        self._by_id.pop(row_id, None)

    def new_of(self, table: type[Row], owner: object = None) -> list[Row]:
        """List the new rows of a table, of one case or with one mark if it is named, as they came."""
        return cast("list[Row]", self._of.get((str(table.__tablename__), owner), []))

    def kept(self, kind: str, owner: object = None) -> Sequence[Any]:
        """List what was kept of a kind in this transaction, of one owner if it is named."""
        return self._of.get((kind, owner), ())

    def is_changed(self, row_id: object) -> bool:
        """Say whether a change of a row may wait to be written."""
        return bool(self.kept("change", row_id)) or any(getattr(row, "id", None) == row_id for row in self.dirty)

    def _index(self, kept: Kept) -> None:
        owners = {None, kept.owner}
        if isinstance(kept.row, SQLModel):
            self._by_id[cast("Any", kept.row).id] = kept.row
            owners.update([getattr(kept.row, name) for name in _marks(type(kept.row))])
        for owner in owners:
            self._of.setdefault((kept.kind, owner), []).append(kept.row)

    # what is written, and when

    def seal(self) -> None:
        """Close the new rows of an act: this is how they are written; what changes from here on is a change."""
        if not self._loose:
            return
        self._loose.clear()
        unsealed, self._sealed = self._kept[self._sealed :], len(self._kept)
        for kept in unsealed:
            if kept.values is None and isinstance(kept.row, SQLModel):
                kept.values = _values_of(kept.row)
                for watcher in self.watching:
                    watcher.created(kept.row, kept.values)
                make_transient_to_detached(kept.row)
                super().add(kept.row)

    def write(self) -> None:
        """Write what waits."""
        if self._written == len(self._kept):
            return
        self.seal()
        waiting, self._written = self._kept[self._written :], len(self._kept)
        by_kind: dict[str, list[Kept]] = {}
        for kept in waiting:
            by_kind.setdefault(kept.kind, []).append(kept)
        for kind in sorted(by_kind, key=ORDER.index):
            if kind in WRITERS:
                WRITERS[kind](self, [kept.row for kept in by_kind[kind]])
            else:
                _insert(kind).execute(self.connection(), [kept.values or {} for kept in by_kind[kind]])

    def settle(self) -> None:
        """End an act: its rows are closed, and written unless the acts of this transaction are written together."""
        self.seal()
        if self.together and self.dirty and not self.new and not self.deleted:
            self._close_changes()
        if self.new or self.dirty or self.deleted or not self.together:
            self.flush()

    def _close_changes(self) -> None:
        """Keep what an act changed in hot rows, too; to the ORM they are as they would be once it is written."""
        changed = list(self.dirty)
        if not all(isinstance(row, Hot) for row in changed):
            return
        self.before_writing()
        together.changed(self, changed)
        for row in changed:
            found = _change_of(row)
            if found.values:
                self.put("change", found, owner=cast("Any", row).id)
            self.expunge(row)
            make_transient(row)
            make_transient_to_detached(row)
            super().add(row)

    def add(self, instance: object, *, _warn: bool = True) -> None:
        """Save a row as usual; a new one that is kept waits on."""
        if id(instance) not in self._loose:
            super().add(instance, _warn=_warn)

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what waits, then what the ORM has to write; a savepoint alone makes nothing be written."""
        if not self._opening or self.new or self.dirty or self.deleted:
            self.write()
        super().flush(objects)

    def commit(self) -> None:
        """Write what waits, and commit."""
        self.write()
        super().commit()
        self._kept.clear()
        self._of.clear()
        self._by_id.clear()
        self._known.clear()
        self._written = self._sealed = 0

    def begin_nested(self) -> SessionTransaction:
        """Open a savepoint: when it is taken back, what was kept in it is, too."""
        self._opening = True
        try:
            opened = super().begin_nested()
        finally:
            self._opening = False
        self._marks[opened] = (len(self._kept), self._written)
        return opened

    def taken_back(self, savepoint: SessionTransaction) -> None:
        """Forget what was kept in a savepoint; what was kept before and written in it waits again."""
        self._known.clear()
        if savepoint not in self._marks:
            return
        length, written = self._marks[savepoint]
        for kept in reversed(self._kept[length:]):
            if isinstance(kept.row, Change):
                _set_back(kept.row)
            self._loose.pop(id(kept.row), None)
            if isinstance(kept.row, SQLModel) and kept.row in self:
                self.expunge(kept.row)
        del self._kept[length:]
        self._written, self._sealed = min(self._written, written), min(self._sealed, length)
        for kept in self._kept[self._written :]:  # as they were before the savepoint
            if isinstance(kept.row, Change):
                _set(kept.row.row, kept.row.values)
            elif kept.values is not None and isinstance(kept.row, SQLModel):
                _set(kept.row, kept.values)
        self._of.clear()
        self._by_id.clear()
        for kept in self._kept:
            self._index(kept)

    # questions

    def ask(self, question: Any, params: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - as exec does it
        """Ask what nothing bears on that is still to be written: it goes on waiting."""
        return self.exec(question, params=params, execution_options={"autoflush": False})

    def once(self, name: object, find: Callable[[], T]) -> T:
        """Find out about people and places once in a transaction, and again after one of them changed."""
        if self._touches_people():
            self.flush()
            self._known.clear()
            return find()
        if name not in self._known:
            self._known[name] = find()
        return cast("T", self._known[name])

    def before_writing(self) -> None:
        """Let whoever watches see what the ORM is about to write."""
        for watcher in self.watching:
            watcher.flushing()
        if self._known and self._touches_people():
            self._known.clear()

    def _touches_people(self) -> bool:
        kinds = {type(row) for row in (*self.new, *self.dirty, *self.deleted)}
        return any(getattr(kind, "__tablename__", "") in PEOPLE_AND_PLACES for kind in kinds)


def _change_of(row: SQLModel) -> "Change":
    state = inspect(row)
    histories = {name: state.attrs[name].history for name in _names(type(row))}
    changed = {name: found for name, found in histories.items() if found.has_changes()}
    old = {name: found.deleted[0] for name, found in changed.items() if found.deleted}
    return Change(row, {name: getattr(row, name) for name in changed}, old)


def _set(row: SQLModel, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        set_committed_value(row, name, value)


def _set_back(change: "Change") -> None:
    _set(change.row, change.old)


def _write_changes(session: Session, changes: Sequence["Change"]) -> None:
    """Write the last of what was changed in each row, rows with the same columns together."""
    by_row: dict[tuple[str, Any], dict[str, Any]] = {}
    for change in changes:
        by_row.setdefault((str(change.row.__tablename__), cast("Any", change.row).id), {}).update(change.values)
    by_columns: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = {}
    for (table, row_id), values in by_row.items():
        given = {f"to_{name}": value for name, value in sorted(values.items())}
        by_columns.setdefault((table, tuple(sorted(values))), []).append({"row": row_id, **given})
    for (table, names), rows in by_columns.items():
        _update(table, names).execute(session.connection(), rows)


@cache
def _update(table: str, names: tuple[str, ...]) -> ForRows:
    columns = SQLModel.metadata.tables[table]
    written = update(columns).where(columns.c.id == bindparam("row"))
    return ForRows(written.values({name: bindparam(f"to_{name}", type_=columns.c[name].type) for name in names}))


WRITERS["change"] = _write_changes


def _values_of(row: SQLModel) -> dict[str, Any]:
    values = inspect(row).dict
    return {name: values.get(name) for name in _names(type(row))}


@cache
def _names(table: type[SQLModel]) -> tuple[str, ...]:
    return tuple(attribute.key for attribute in inspect(table).column_attrs)


@cache
def _marks(table: type[SQLModel]) -> tuple[str, ...]:
    return tuple(name for name in MARKS if name in _names(table))


@cache
def _insert(table: str) -> ForRows:
    return ForRows(insert(SQLModel.metadata.tables[table]))


@event.listens_for(Session, "before_flush")
def _before_flush(session: Session, _context: object, _instances: object) -> None:
    session.before_writing()


@event.listens_for(Session, "after_soft_rollback")
def _after_soft_rollback(session: Session, previous: SessionTransaction) -> None:
    session.taken_back(previous)
