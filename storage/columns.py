"""Column types and defaults that every table shares."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from inspect import Signature
from typing import Any, TypeVar, cast

from sqlalchemy import DateTime, Dialect, inspect
from sqlalchemy.types import JSON, TypeDecorator
from sqlmodel import Field, SQLModel
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
    return uuid7()


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


class Hot(SQLModel):
    """A row that is made at every report: its values are set without a word about each to the ORM and to pydantic.

    Neither checks anything in a row of a table; the ORM reads a new one as it stands.
    """

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - values of any column
        """Make a row of these values, by column; the rest has its defaults."""
        values = inspect(self).dict
        for name, default, make in _defaults(type(self)):
            values[name] = given.pop(name) if name in given else make() if make is not None else default
        if given:
            message = f"no such column: {', '.join(given)}"
            raise TypeError(message)
        object.__setattr__(self, "__pydantic_fields_set__", set(values))

    def __setattr__(self, name: str, value: object) -> None:
        """Set a column: the ORM is told by the attribute itself, pydantic keeps no account of a row."""
        object.__setattr__(self, name, value)


@cache
def _defaults(table: type[SQLModel]) -> tuple[tuple[str, object, Callable[[], object] | None], ...]:
    return tuple(
        (
            name,
            None if field.is_required() else field.default,
            cast("Callable[[], object] | None", field.default_factory),
        )
        for name, field in table.model_fields.items()
    )


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
