"""What one act changes, gathered while it is written: no change of state goes without its history row."""

import hashlib
import uuid
from typing import Any, Final

from sqlalchemy import event, inspect
from sqlmodel import Session, SQLModel

from storage.board import BoardLink, BoardSession
from storage.case import Case, CaseEvent, Correction
from storage.chat import Chat
from storage.clock import Clock
from storage.draft import AgencyWord, Draft, Fact, GateStep, PendingDraft, Shown, Signature
from storage.invitation import Invitation
from storage.mandate import Mandate
from storage.meeting import Meeting, MeetingAnswer, MeetingTask, MeetingText
from storage.paper import PaperSignature
from storage.person import DutyShift, Identity, Person, RosterVersion
from storage.release import ChannelRelease, Release
from storage.report import Attachment, Report, ReportVersion

TRACKED: Final = (
    Case, CaseEvent, Correction, Chat, Clock, Draft, PendingDraft, Fact, AgencyWord, GateStep, Signature, Shown, Person,
    Identity, Invitation, DutyShift, RosterVersion, Release, ChannelRelease, Report, ReportVersion, Attachment,
    BoardLink, BoardSession, Mandate, PaperSignature,
    Meeting, MeetingAnswer, MeetingTask, MeetingText,
)  # fmt: skip
LONGEST_VALUE: Final = 120  # characters; a longer text stands in the record by its hash
Change = dict[str, Any]


class Changes:
    """The changes of one act, by case (None: about no case)."""

    def __init__(self, session: Session) -> None:
        """Listen to a session until the act ends."""
        self._session = session
        self._found: dict[uuid.UUID | None, dict[tuple[str, str], Change]] = {}
        event.listen(session, "before_flush", self._gather)

    def end(self) -> dict[uuid.UUID | None, list[Change]]:
        """Stop listening and return what changed, by case."""
        self._session.flush()
        event.remove(self._session, "before_flush", self._gather)
        return {case_id: list(rows.values()) for case_id, rows in self._found.items()}

    def drop(self) -> None:
        """Stop listening: the act failed and changed nothing."""
        event.remove(self._session, "before_flush", self._gather)

    def _gather(self, session: Session, _context: object, _instances: object) -> None:
        for row in [*session.new, *session.dirty, *session.deleted]:
            if isinstance(row, TRACKED):
                self._note(row, gone=row in session.deleted)

    def _note(self, row: SQLModel, *, gone: bool) -> None:
        values = changed_values(row)
        if not values and not gone:
            return
        table, key = str(row.__tablename__), str(inspect(row).mapper.primary_key_from_instance(row)[0])
        noted = self._found.setdefault(_case_of(row), {}).setdefault((table, key), {"table": table, "id": key})
        noted.update({"gone": True} if gone else {"set": {**noted.get("set", {}), **values}})


def changed_values(row: SQLModel) -> dict[str, Any]:
    """Return the columns of a row that hold something new."""
    state = inspect(row)
    names = [attribute.key for attribute in state.mapper.column_attrs]
    if state.transient or state.pending:
        given = {name: getattr(row, name) for name in names if name != "id"}
        return {name: shortened(value) for name, value in given.items() if value not in (None, "", [], {})}
    return {name: shortened(getattr(row, name)) for name in names if state.attrs[name].history.has_changes()}


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
