"""Drafts of a case: versions, facts, other agencies' words, the gates and who saw what."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, UniqueConstraint, bindparam
from sqlmodel import Field, Session, SQLModel, col, select

from storage import together
from storage.columns import id_field, list_field, map_field, moment_field


class Draft(SQLModel, table=True):
    """One version of a text that is to be released."""

    __table_args__ = (UniqueConstraint("case_id", "version"),)
    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    version: int
    round: int  # which release of the case this draft is for, from 1
    title: str
    text: str
    author_id: uuid.UUID = Field(foreign_key="person.id")
    written_at: datetime = moment_field()
    submitted_at: datetime | None = moment_field(nullable=True)
    public_id: str  # the release's address on the website, fixed with the first version of its round
    manifest: dict[str, Any] = map_field()  # what is signed, once submitted; before, no more than what it corrects
    manifest_hash: str | None = Field(default=None, index=True)
    touches: str = "unasked"  # unasked | no | yes
    numbers_told_at: datetime | None = moment_field(nullable=True)  # when somebody heard that no fact backs its numbers


class PendingDraft(SQLModel, table=True):
    """A text that is not kept before its writer says so once more, since keeping it voids signatures."""

    __tablename__ = "pending_draft"
    __table_args__ = (UniqueConstraint("case_id", "author_id"),)
    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    author_id: uuid.UUID = Field(foreign_key="person.id")
    title: str
    text: str
    over_version: int  # the newest version when its writer was asked
    voids: list[str] = list_field()  # the gates that the question named
    asked_at: datetime = moment_field()


class Fact(SQLModel, table=True):
    """A claim of the drafts with its source; an unconfirmed one blocks the release."""

    __table_args__ = (UniqueConstraint("case_id", "n"),)
    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    n: int
    text: str
    source: str = ""
    added_by: uuid.UUID = Field(foreign_key="person.id")
    confirmed_by: uuid.UUID | None = Field(default=None, foreign_key="person.id")
    confirmed_at: datetime | None = moment_field(nullable=True)
    dropped: bool = False


class AgencyWord(SQLModel, table=True):
    """What another agency said about the facts that touch it."""

    __tablename__ = "agency_word"
    __table_args__ = (
        UniqueConstraint("case_id", "round", "agency"),
        CheckConstraint("word IN ('waiting', 'agreed', 'objected', 'overridden')", name="agency_word"),
    )
    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    round: int
    agency: str
    word: str = "waiting"
    note: str = ""
    recorded_by: uuid.UUID | None = Field(default=None, foreign_key="person.id")
    recorded_at: datetime | None = moment_field(nullable=True)
    draft_version: int | None = None  # the version they spoke about
    asked_version: int | None = None  # the version they were last asked about


class GateStep(SQLModel, table=True):
    """One gate (or the signature) that one draft round has to pass."""

    __tablename__ = "gate_step"
    __table_args__ = (
        UniqueConstraint("case_id", "round", "gate"),
        CheckConstraint("stage IN ('waiting', 'open', 'signed')", name="gate_stage"),
        CheckConstraint(
            "stage <> 'signed' OR (signed_by IS NOT NULL AND signed_manifest IS NOT NULL)", name="signed_whole"
        ),
    )
    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    round: int
    gate: str
    position: int
    stage: str = "waiting"
    reviewer_id: uuid.UUID | None = Field(default=None, foreign_key="person.id")  # who was asked last
    asked_ids: list[str] = list_field()  # everybody who may sign it now: the reviewer, then deputies
    asked_at: datetime | None = moment_field(nullable=True)
    due_at: datetime | None = moment_field(nullable=True)
    signed_by: uuid.UUID | None = Field(default=None, foreign_key="person.id")
    signed_at: datetime | None = moment_field(nullable=True)
    signed_manifest: str | None = None
    carried_to: str | None = None  # a later manifest that the signature was carried over to, as the plan says
    delegated_from: uuid.UUID | None = Field(default=None, foreign_key="person.id")
    stands_for: dict[str, str] = map_field()  # of those who are asked in another's stead: in whose


class Signature(SQLModel, table=True):
    """Every signature and return ever given, also those an edit reopened."""

    id: uuid.UUID = id_field()
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    round: int
    gate: str
    act: str  # signed | returned | carried (over to a later version, as the plan says) | paper | denied
    reason: str = ""
    by: uuid.UUID = Field(foreign_key="person.id")
    at: datetime = moment_field()
    manifest_hash: str
    draft_version: int
    acting_for: uuid.UUID | None = None  # in whose stead


class Shown(SQLModel, table=True):
    """The text that was last shown to somebody: what their signature is for."""

    __table_args__ = (UniqueConstraint("person_id", "case_id"),)
    id: uuid.UUID = id_field()
    person_id: uuid.UUID = Field(foreign_key="person.id")
    case_id: uuid.UUID = Field(foreign_key="cases.id", index=True)
    draft_version: int
    manifest_hash: str
    at: datetime = moment_field()


together.by_case(Draft, col(Draft.version))


def newest(session: Session, case_id: uuid.UUID) -> Draft | None:
    """Return the newest version of a case's text."""
    known = together.rows(session, Draft, case_id)
    if known is not None:
        return known[-1] if known else None
    return session.exec(_NEWEST, params={"case": case_id}).first()


# The hot path: built once, like what else is asked for each card.
_NEWEST: Final = select(Draft).where(Draft.case_id == bindparam("case")).order_by(col(Draft.version).desc())


def version(session: Session, case_id: uuid.UUID, n: int) -> Draft:
    """Load one version of a case's text."""
    return session.exec(select(Draft).where(Draft.case_id == case_id, Draft.version == n)).one()


def versions(session: Session, case_id: uuid.UUID, round_: int) -> Sequence[Draft]:
    """List the versions of one round of a case's text, oldest first."""
    return session.exec(_VERSIONS, params={"case": case_id, "round": round_}).all()


_VERSIONS: Final = (
    select(Draft)
    .where(Draft.case_id == bindparam("case"), Draft.round == bindparam("round"))
    .order_by(col(Draft.version))
)


def pending(session: Session, case_id: uuid.UUID) -> Sequence[PendingDraft]:
    """List the texts that wait for their writers' word: one a person at most."""
    return session.exec(select(PendingDraft).where(PendingDraft.case_id == case_id)).all()


def forget_pending(session: Session, row: PendingDraft) -> None:
    """Let a text wait no longer."""
    session.delete(row)
    session.flush()


def facts(session: Session, case_id: uuid.UUID) -> Sequence[Fact]:
    """List the facts of a case that were not dropped."""
    return session.exec(_FACTS, params={"case": case_id}).all()


_FACTS: Final = select(Fact).where(Fact.case_id == bindparam("case"), ~col(Fact.dropped)).order_by(col(Fact.n))


def next_fact(session: Session, case_id: uuid.UUID) -> int:
    """Return the number the next fact of a case gets (dropped ones keep theirs)."""
    numbers = session.exec(select(Fact.n).where(Fact.case_id == case_id)).all()
    return max(numbers, default=0) + 1


def strike(session: Session, word: AgencyWord) -> None:
    """Take back that a draft touches an agency."""
    session.delete(word)


def agencies(session: Session, case_id: uuid.UUID, round_: int) -> Sequence[AgencyWord]:
    """List the other agencies a draft round touches."""
    return session.exec(_AGENCIES, params={"case": case_id, "round": round_}).all()


_AGENCIES: Final = (
    select(AgencyWord)
    .where(AgencyWord.case_id == bindparam("case"), AgencyWord.round == bindparam("round"))
    .order_by(col(AgencyWord.agency))
)


def steps(session: Session, case_id: uuid.UUID, round_: int) -> Sequence[GateStep]:
    """List the gates of a draft round, in the plan's order."""
    return session.exec(_STEPS, params={"case": case_id, "round": round_}).all()


_STEPS: Final = (
    select(GateStep)
    .where(GateStep.case_id == bindparam("case"), GateStep.round == bindparam("round"))
    .order_by(col(GateStep.position))
)


def step(session: Session, step_id: uuid.UUID) -> GateStep:
    """Load one gate step, locked."""
    return session.exec(select(GateStep).where(GateStep.id == step_id).with_for_update()).one()


def shown_to(session: Session, person_id: uuid.UUID, case_id: uuid.UUID) -> Shown | None:
    """Return which text was last shown to somebody."""
    return session.exec(select(Shown).where(Shown.person_id == person_id, Shown.case_id == case_id)).first()


def remember_shown(session: Session, seen: Shown) -> None:
    """Remember what somebody was shown, in place of what they saw before."""
    old = shown_to(session, seen.person_id, seen.case_id)
    if old is not None:
        old.draft_version, old.manifest_hash, old.at = seen.draft_version, seen.manifest_hash, seen.at
        seen = old
    session.add(seen)
    session.flush()


def signatures(session: Session, case_id: uuid.UUID) -> Sequence[Signature]:
    """List every signature and return of a case, in order."""
    return session.exec(select(Signature).where(Signature.case_id == case_id).order_by(col(Signature.at))).all()


def save(session: Session, *rows: SQLModel) -> None:
    """Keep rows of this family."""
    session.add_all(rows)
    session.flush()
