"""What one act changes, gathered while it is written: no change of state goes without its history row."""

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any, Final, cast

from sqlalchemy import inspect
from sqlmodel import SQLModel

from storage.board import BoardLink, BoardSession
from storage.case import Case
from storage.case_event import CaseEvent
from storage.chat import Chat
from storage.clock import Clock
from storage.columns import Hot
from storage.correction import Correction
from storage.draft import AgencyWord, Draft, Fact, GateStep, PendingDraft, Shown, Signature
from storage.invitation import Invitation
from storage.linked_page import LinkedPage
from storage.mandate import Mandate
from storage.meeting import Meeting, MeetingAnswer, MeetingTask, MeetingText
from storage.paper import PaperSignature
from storage.person import DutyShift, Identity, Person, RosterVersion
from storage.release import ChannelRelease, Release
from storage.report import Attachment, Report, ReportVersion
from storage.session import Session

TRACKED: Final = (
    Case, CaseEvent, Correction, Chat, Clock, Draft, PendingDraft, Fact, AgencyWord, GateStep, Signature, Shown, Person,
    Identity, Invitation, DutyShift, RosterVersion, Release, ChannelRelease, Report, ReportVersion, Attachment,
    BoardLink, BoardSession, Mandate, PaperSignature, LinkedPage,
    Meeting, MeetingAnswer, MeetingTask, MeetingText,
)  # fmt: skip
EMPTY: Final[tuple[object, ...]] = (None, "", [], {})
LONGEST_VALUE: Final = 120  # characters; a longer text stands in the record by its hash
Change = dict[str, Any]


class Changes:
    """The changes of one act, by case (None: about no case)."""

    def __init__(self, session: Session) -> None:
        """Listen to a session until the act ends."""
        self._session = session
        self._found: dict[uuid.UUID | None, dict[tuple[str, str], Change]] = {}
        session.watching.append(self)

    def end(self) -> dict[uuid.UUID | None, list[Change]]:
        """Stop listening and return what changed, by case."""
        self._session.settle()
        self.drop()
        return {case_id: list(rows.values()) for case_id, rows in self._found.items()}

    def drop(self) -> None:
        """Stop listening: the act failed and changed nothing."""
        if self in self._session.watching:
            self._session.watching.remove(self)

    def created(self, row: SQLModel, values: Mapping[str, Any]) -> None:
        """Note a new row that is kept to be written."""
        if isinstance(row, TRACKED):
            self._set(row, given(values))

    def flushing(self) -> None:
        """Note what the ORM is about to write."""
        session = self._session
        for row in [*session.new, *session.dirty, *session.deleted]:
            if isinstance(row, TRACKED):
                self._note(row, gone=row in session.deleted)

    def _note(self, row: SQLModel, *, gone: bool) -> None:
        values = changed_values(row)
        if not values and not gone:
            return
        self._set(row, None if gone else values)

    def _set(self, row: SQLModel, values: Mapping[str, Any] | None) -> None:
        table, key = str(row.__tablename__), str(_key_of(row))
        noted = self._found.setdefault(_case_of(row), {}).setdefault((table, key), {"table": table, "id": key})
        noted.update({"gone": True} if values is None else {"set": {**noted.get("set", {}), **values}})


def _key_of(row: SQLModel) -> object:
    if isinstance(row, Hot):  # to ask the mapper takes long
        return cast("Any", row).id
    return inspect(row).mapper.primary_key_from_instance(row)[0]


def changed_values(row: SQLModel) -> dict[str, Any]:
    """Return the columns of a row that hold something new."""
    state = inspect(row)
    names = [attribute.key for attribute in state.mapper.column_attrs]
    if state.transient or state.pending:
        return given({name: getattr(row, name) for name in names})
    return {name: shortened(getattr(row, name)) for name in names if state.attrs[name].history.has_changes()}


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a new row says, its id apart."""
    return {name: shortened(value) for name, value in values.items() if name != "id" and value not in EMPTY}


def shortened(value: object) -> object:
    """Return a column value as it goes on record: a long text by its hash and length, a fraction as text."""
    if isinstance(value, str) and len(value) > LONGEST_VALUE:
        return {"sha256": hashlib.sha256(value.encode()).hexdigest(), "characters": len(value)}
    if isinstance(value, dict):
        return {str(key): shortened(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shortened(inner) for inner in value]
    return str(value) if isinstance(value, float) else value


def _case_of(row: SQLModel) -> uuid.UUID | None:
    found: uuid.UUID | None
    if isinstance(row, Case):
        found = row.id
    elif isinstance(row, ChannelRelease):
        found = None
    else:
        found = getattr(row, "case_id", None)
    return found
