"""Leases: who may do what only one may do at a time, and which workers live. By the database's clock alone."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Float, bindparam, delete, func, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Field, Session, SQLModel, col, select

WORKER: Final = "worker:"  # so begins the name of the lease by which a worker lives
REMEMBERED: Final = 86_400.0  # seconds for which a lease that ended is kept


class Lease(SQLModel, table=True):
    """One name, held by one holder until a moment; the holder renews it for as long as it lives."""

    name: str = Field(primary_key=True)
    holder: str
    until: float  # seconds since 1970; past: nobody holds it
    renewed_at: float


class _Now(FunctionElement[float]):
    """The database's time, in seconds since 1970: the only clock that all replicas share."""

    type = Float()
    inherit_cache = True


@compiles(_Now, "postgresql")
def _now_on_postgresql(*_: Any, **__: Any) -> str:  # noqa: ANN401 - the compiler's own arguments
    return "CAST(extract(epoch FROM clock_timestamp()) AS double precision)"


@compiles(_Now, "sqlite")
def _now_on_sqlite(*_: Any, **__: Any) -> str:  # noqa: ANN401 - as above
    return "((julianday('now') - 2440587.5) * 86400.0)"


def take(session: Session, name: str, holder: str, seconds: float) -> bool:
    """Take a lease, or renew it, for so many seconds; False when another holds it. One statement: compare and set."""
    connection = session.connection()
    asked = {"of": name, "by": holder, "seconds": seconds}
    return connection.execute(_TAKE[connection.dialect.name], asked).first() is not None


def give_back(session: Session, holder: str, *names: str) -> None:
    """End leases that somebody holds."""
    query = update(Lease).where(col(Lease.name).in_(names), col(Lease.holder) == holder, col(Lease.until) > _Now())
    session.execute(query.values(until=_Now(), renewed_at=_Now()))


def holder(session: Session, name: str) -> str | None:
    """Return who holds a lease now; None: nobody."""
    return session.exec(select(Lease.holder).where(Lease.name == name, _running())).first()


def workers(session: Session) -> int:
    """Count the workers that live."""
    query = select(func.count()).select_from(Lease)
    return session.exec(query.where(col(Lease.name).startswith(WORKER), _running())).one()


def who_works(session: Session) -> Sequence[str]:
    """List the workers that live, by name."""
    query = select(Lease.holder).where(col(Lease.name).startswith(WORKER), _running())
    return session.exec(query.order_by(col(Lease.holder))).all()


def living() -> Any:  # noqa: ANN401 - part of a question
    """Return who lives, as part of a question."""
    return select(Lease.holder).where(col(Lease.name).startswith(WORKER), _running())


def last_seen(session: Session) -> datetime | None:
    """Return when a worker was last seen alive; None: never."""
    query = select(func.max(Lease.renewed_at)).where(col(Lease.name).startswith(WORKER))
    seconds: float | None = session.exec(query).one()
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def see_last(session: Session, at: datetime) -> None:
    """Put in place of all leases that nobody works, and that somebody last did at this moment."""
    session.execute(delete(Lease))
    seconds = at.timestamp()
    session.add(Lease(name=f"{WORKER}before", holder="", until=seconds, renewed_at=seconds))


def forget_old(session: Session) -> None:
    """Forget what ended long ago, but never when a worker was last seen."""
    newest = select(func.max(Lease.renewed_at)).where(col(Lease.name).startswith(WORKER)).scalar_subquery()
    query = delete(Lease).where(col(Lease.until) < _Now() - REMEMBERED, col(Lease.renewed_at) < newest)
    session.execute(query)


def _running() -> ColumnElement[bool]:
    return col(Lease.until) > _Now()


def _take(dialect: Any) -> Any:  # noqa: ANN401 - the two dialects share no type
    until = _Now() + bindparam("seconds", type_=Float())
    new = dialect.insert(Lease).values(name=bindparam("of"), holder=bindparam("by"), until=until, renewed_at=_Now())
    return new.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": new.excluded.holder, "until": new.excluded.until, "renewed_at": new.excluded.renewed_at},
        where=or_(col(Lease.holder) == new.excluded.holder, col(Lease.until) <= _Now()),
    ).returning(col(Lease.name))


_TAKE: Final = {"sqlite": _take(sqlite), "postgresql": _take(postgresql)}
