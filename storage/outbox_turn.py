"""What goes next: asked by destination, so that a long queue of one delays no other."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    false,
    func,
    literal_column,
    or_,
    text,
    true,
    type_coerce,
    union,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from storage.asked import Asked
from storage.columns import Moment
from storage.destination import Destination
from storage.holding import DESTINATION, hold
from storage.outbox import LANES, LAST, UNCOUNTED, Outbox
from storage.session import Session

MOST: Final = 200  # destinations looked at together


def due(
    session: Session,
    platforms: Sequence[str],
    now: datetime,
    *,
    busy: Collection[str] = (),
    lowest: int = LAST,
    each: int = 50,
    limit: int = 200,
) -> Sequence[Outbox]:
    """List what may be sent now, statutory messages first, at most `each` of one destination, down to a lowest lane.

    Busy and paused destinations are passed over, and so are rows that another worker holds.
    """
    names = _destinations(session, platforms, now, busy, lowest)
    return due_at(session, names, now, lowest=lowest, each=each, limit=limit)


def may_go(
    session: Session, platforms: Sequence[str], now: datetime, *, busy: Collection[str] = (), limit: int = 200
) -> Sequence[Outbox]:
    """Look at what `due` would give, without holding it."""
    serials = _first(session, _destinations(session, platforms, now, busy, LAST), now, LAST, each=limit, limit=limit)
    return session.exec(_MAY_GO, params={"serials": serials}).all() if serials else ()


def hold_due(
    session: Session, platforms: Sequence[str], now: datetime, *, busy: Collection[str], by: str, lowest: int = LAST
) -> Collection[str]:
    """Hold, until the transaction ends, the destinations of what may be sent now; return what is held and free.

    Where another worker's call is under way nothing may go out beside it, so that all arrives in order. Held before its
    rows are read: what is read then is what stands.
    """
    names = hold(session, DESTINATION, set(_destinations(session, platforms, now, busy, lowest)))
    if not names:
        return names
    calling = session.connection().execute(_CALLING, {"names": sorted(names), "by": by}).scalars()
    return names - set(calling)


def any_due(
    session: Session, platforms: Sequence[str], now: datetime, *, busy: Collection[str] = (), lowest: int = LAST
) -> bool:
    """Say whether anything may be sent now, whoever is at it."""
    return bool(_destinations(session, platforms, now, busy, lowest))


def due_at(
    session: Session, names: Collection[str], now: datetime, *, lowest: int = LAST, each: int = 50, limit: int = 200
) -> Sequence[Outbox]:
    """List what may be sent now to these destinations, which are held, as due does."""
    serials = _first(session, names, now, lowest, each=each, limit=limit)
    return session.exec(_TAKE, params={"serials": serials, "now": now}).all() if serials else ()


def _destinations(
    session: Session, platforms: Sequence[str], now: datetime, busy: Collection[str], lowest: int
) -> list[str]:
    """List the destinations of what may be sent now, the most urgent first."""
    found = _with_turn(tuple(platforms)).rows(session.connection(), {"now": now, "lowest": lowest})
    turns = sorted((turn, name) for name, turn in found if turn is not None and name not in busy)
    return [name for _, name in turns[:MOST]]


def _first(session: Session, names: Collection[str], now: datetime, lowest: int, *, each: int, limit: int) -> list[int]:
    """List the first of what may go to some destinations, by serial."""
    if not names:
        return []
    asked = {"now": now, "lowest": lowest, "each": each, "most": limit}
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        return list(connection.execute(_FIRST_OF_EACH, {**asked, "names": sorted(names)}).scalars())
    filled = [*sorted(names)]
    filled += filled[-1:] * ((1 << (len(filled) - 1).bit_length()) - len(filled))  # few questions for any number
    bound = {f"name_{n}": name for n, name in enumerate(filled)}
    return [serial for (serial,) in _first_rows(len(filled)).rows(connection, {**asked, **bound})]


# What need not wait although its platform takes no more of all chats together: a toast that settles a question does.
_STATUTORY, _DIGEST = LANES.index("statutory"), LANES.index("digest")
_PASSES: Final = text(f"(outbox.kind IN {UNCOUNTED} AND outbox.lane <> {_DIGEST} OR outbox.lane = {_STATUTORY})")
# Said as it is: SQLite prepares a question anew each time a value is bound to what a partial index (of Outbox) names.
_WAITS: Final = col(Outbox.stage) == literal_column("'pending'")
_LANE: Final = 10**12  # serials: more than there will ever be


def _is_free(name: Any) -> ColumnElement[bool]:  # noqa: ANN401 - part of a question
    """Say of what waits for a destination that it may go now, as far as its moment goes and what others leave free.

    The moment is wrapped up, so that rows are looked through in the order in which they go until there are enough.
    """
    whole = or_((col(Outbox.platform) + ":").not_in(select(Destination.name).where(_PAUSED)), _PASSES)
    moment = func.coalesce(Outbox.not_before, Outbox.not_before)
    lane = col(Outbox.lane) <= case((_is(name, _RESERVED), _STATUTORY), else_=bindparam("lowest", type_=Integer()))
    return and_(_WAITS, Outbox.destination == name, lane, moment <= bindparam("now", type_=Moment()), whole)


_PAUSED: Final = col(Destination.paused_until) > bindparam("now")
_RESERVED: Final = col(Destination.reserved_until) > bindparam("now")


def _is(name: Any, so: ColumnElement[bool]) -> ColumnElement[bool]:  # noqa: ANN401 - parts of a question
    """Say whether a destination is paused, or so: looked up by name, which for few costs less than a list of all."""
    return select(Destination.name).where(Destination.name == name, so).correlate_except(Destination).exists()


def _names(platforms: Sequence[str]) -> Any:  # noqa: ANN401 - part of a question
    """Step from one destination for which anything waits to the next: many rows for one of them cost no more."""
    least = select(Outbox.destination).where(_WAITS).order_by(col(Outbox.destination)).limit(1)
    first = select(least.scalar_subquery().label("name")).cte("waiting", recursive=True)
    later = least.where(col(Outbox.destination) > first.c.name).correlate(first)
    every = first.union_all(select(later.scalar_subquery()).where(first.c.name.is_not(None)))
    here = or_(*(every.c.name.startswith(f"{platform}:", autoescape=True) for platform in platforms))
    return select(every.c.name).where(here if platforms else false())


@cache
def _with_turn(platforms: tuple[str, ...]) -> Asked:
    """Ask of each destination that is not paused for its most urgent row that may go now; none has no turn.

    Where no row's moment has come, an index says so and no row is read. Nothing is put in order here: that alone would
    cost SQLite as much as all the rest.
    """
    names = _names(platforms).subquery("named")
    turn = cast_to(Outbox.lane, BigInteger) * _LANE + col(Outbox.serial)
    own = select(turn).where(_is_free(names.c.name))
    first = own.order_by(col(Outbox.lane), col(Outbox.serial)).limit(1).scalar_subquery()
    come = select(Outbox.serial).where(_WAITS, Outbox.destination == names.c.name)
    free = and_(~_is(names.c.name, _PAUSED), come.where(col(Outbox.not_before) <= bindparam("now")).exists())
    return Asked(select(names.c.name, first).where(free))


def _first_of(name: Any) -> Any:  # noqa: ANN401 - parts of a question
    """Ask for the first rows of a destination, so that what waits behind them is not read."""
    rows = select(Outbox.lane, Outbox.serial).where(_is_free(name))
    return rows.order_by(col(Outbox.lane), col(Outbox.serial)).limit(bindparam("each", type_=Integer()))


def _in_turn(serial: Any, lane: Any) -> Any:  # noqa: ANN401 - as above
    return select(serial).order_by(lane, serial).limit(bindparam("most", type_=Integer()))


@cache
def _first_rows(count: int) -> Asked:
    """Ask one destination after the other: SQLite knows no question that hangs on each row of another."""
    firsts = [select(_first_of(bindparam(f"name_{n}")).subquery()) for n in range(count)]
    rows = union(*firsts).subquery("rows")
    return Asked(_in_turn(rows.c.serial, rows.c.lane))


def _first_of_each() -> Any:  # noqa: ANN401 - a statement
    names = func.unnest(bindparam("names", type_=postgresql.ARRAY(Text()))).table_valued("name").render_derived()
    rows = _first_of(names.c.name).lateral("rows")
    return _in_turn(rows.c.serial, rows.c.lane).select_from(names.join(rows, true()))


_FIRST_OF_EACH: Final = _first_of_each()
_MAY_GO: Final = (
    select(Outbox)
    .where(col(Outbox.serial).in_(bindparam("serials", expanding=True)))
    .order_by(col(Outbox.lane), col(Outbox.serial))
)
_TAKE: Final = _MAY_GO.where(  # as they stand once they are held; the stage wrapped up: they are found by serial
    func.lower(Outbox.stage) == "pending",
    ~_is(Outbox.destination, _PAUSED),
    or_(col(Outbox.lane) == _STATUTORY, ~_is(Outbox.destination, _RESERVED)),
).with_for_update(skip_locked=True)
_CALLING: Final = select(Outbox.destination).where(
    Outbox.stage == "sending",
    col(Outbox.held_by) != bindparam("by"),
    col(Outbox.destination).in_(bindparam("names", expanding=True)),
)


def next_due(session: Session, platforms: Sequence[str]) -> datetime | None:
    """Return when the next owed row of these platforms may be sent, pauses counted."""
    moments = session.connection().execute(_next_due(tuple(platforms)))
    return min((moment for (moment,) in moments), default=None)


@cache
def _next_due(platforms: tuple[str, ...]) -> Any:  # noqa: ANN401 - a statement
    """Ask of each destination when its next row may be sent: what passes a pause is looked for where there is one."""
    names = _names(platforms).subquery("named")
    whole = aliased(Destination)
    own = select(func.min(Outbox.not_before)).where(_WAITS, Outbox.destination == names.c.name)
    pause, reserve = col(Destination.paused_until), col(Destination.reserved_until)
    pause_of_all = col(whole.paused_until)
    first, statutory, passing = (
        _later(rows.scalar_subquery(), pause)
        for rows in (own, own.where(col(Outbox.lane) == _STATUTORY), own.where(_PASSES))
    )
    free = _later(first, reserve)
    let_by = _sooner(_later(passing, reserve), _sooner(statutory, pause_of_all))
    at = case((pause_of_all > free, let_by), (reserve > first, _sooner(statutory, reserve)), else_=first)
    query = select(type_coerce(at, Moment())).select_from(names)
    query = query.join(Destination, col(Destination.name) == names.c.name, isouter=True)
    of_all = case(*((names.c.name.startswith(f"{each}:", autoescape=True), f"{each}:") for each in platforms), else_="")
    return query.join(whole, col(whole.name) == of_all, isouter=True)


def _later(moment: Any, pause: Any) -> Any:  # noqa: ANN401 - parts of a question
    return case((pause > moment, pause), else_=moment)


def _sooner(moment: Any, other: Any) -> Any:  # noqa: ANN401 - as above; no moment is none
    return case((moment < other, moment), else_=other)
