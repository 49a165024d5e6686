"""Column types and defaults that every table shares."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from inspect import Signature
from typing import Any, TypeVar

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import JSON, TypeDecorator
from sqlmodel import Field
from uuid_utils.compat import uuid7

T = TypeVar("T")


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored as UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC for the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a moment needs a time zone: {value!r}"
            raise ValueError(message)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what the database holds as an aware UTC moment."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def factory(make: Callable[[], T]) -> Callable[[], T]:
    """Say of a function that it takes nothing.

    Pydantic asks for every default of every new row, and inspect reads how `list` is described each time: 0.7 ms.
    """
    vars(make)["__signature__"] = Signature()
    return make


def _fresh_id() -> uuid.UUID:
    return uuid.UUID(str(uuid7()))


_ids: ContextVar[Callable[[], uuid.UUID]] = ContextVar("ids", default=_fresh_id)


@factory
def new_id() -> uuid.UUID:
    """Return a fresh time-ordered id (UUIDv7, RFC 9562)."""
    return _ids.get()()


@contextmanager
def ids_from(source: Callable[[], uuid.UUID]) -> Iterator[None]:
    """Take ids from a source of one's own meanwhile, in this thread: what falls together is put in order by its id."""
    before = _ids.set(source)
    try:
        yield
    finally:
        _ids.reset(before)


@factory
def _no_items() -> list[Any]:
    return []


@factory
def _no_entries() -> dict[str, Any]:
    return {}


def id_field() -> Any:  # noqa: ANN401 - a field declaration fits a column of any type
    """Return a primary key that fills itself."""
    return Field(default_factory=new_id, primary_key=True)


def moment_field(*, nullable: bool = False, index: bool = False) -> Any:  # noqa: ANN401 - see id_field
    """Return a column for an aware moment; a nullable one starts empty."""
    if nullable:
        return Field(default=None, sa_type=Moment, nullable=True, index=index)
    return Field(sa_type=Moment, nullable=False, index=index)


def list_field() -> Any:  # noqa: ANN401 - see id_field
    """Return a JSON column that starts as an empty list."""
    return Field(default_factory=_no_items, sa_type=JSON, nullable=False)


def map_field() -> Any:  # noqa: ANN401 - see id_field
    """Return a JSON column that starts as an empty object."""
    return Field(default_factory=_no_entries, sa_type=JSON, nullable=False)
