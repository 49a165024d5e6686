"""A case: one public-opinion event, and the one table of the stages it goes through."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, UniqueConstraint, bindparam, event, func
from sqlalchemy.orm import object_session
from sqlmodel import Field, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from storage import together
from storage.columns import Hot, id_field, list_field, map_field, moment_field
from storage.session import Session

PREVIOUS: Final = "(previous)"  # back to the stage before this one

NEXT: Final[dict[tuple[str, str], str]] = {
    ("confirmation", "register"): "assignment",
    ("confirmation", "close"): "closed",
    ("confirmation", "merge"): "merged",
    ("assignment", "assign"): "acceptance",
    ("assignment", "accept"): "draft",
    ("assignment", "close"): "closed",
    ("assignment", "merge"): "merged",
    ("acceptance", "assign"): "acceptance",
    ("acceptance", "exhaust"): "assignment",
    ("acceptance", "accept"): "draft",
    ("acceptance", "close"): "closed",
    ("acceptance", "merge"): "merged",
    ("draft", "assign"): "acceptance",
    ("draft", "submit"): "review",
    ("draft", "close"): "closed",
    ("draft", "merge"): "merged",
    ("review", "edit"): "draft",
    ("review", "return"): "draft",
    ("review", "pass"): "signature",
    ("signature", "edit"): "draft",
    ("signature", "return"): "draft",
    ("signature", "recheck"): "review",
    ("signature", "sign"): "issue",
    ("issue", "edit"): "draft",
    ("issue", "return"): "draft",
    ("issue", "recheck"): "review",
    ("issue", "unsign"): "signature",
    ("issue", "issue"): "release",
    ("release", "released"): "follow_up",
    ("release", "retract"): "follow_up",
    ("follow_up", "draft"): "draft",
    ("follow_up", "close"): "closed",
    ("follow_up", "merge"): "merged",
    ("closed", "reopen"): PREVIOUS,
    ("merged", "split"): PREVIOUS,
}
STAGES: Final = tuple(dict.fromkeys(stage for stage, _ in NEXT))
OPEN_STAGES: Final = tuple(stage for stage in STAGES if stage not in ("closed", "merged"))
EXITS: Final = ("done", "ordinary", "not_ours", "no_response", "false_alarm")


class StageRefused(Exception):
    """This act does not fit the stage the case is in."""

    def __init__(self, case_id: uuid.UUID, stage: str, action: str) -> None:
        """Remember what was tried and where."""
        super().__init__(f"{action} in {stage}")
        self.case_id = case_id
        self.stage = stage
        self.action = action


class Case(Hot, table=True):
    """One public-opinion event under the desk's care."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("year", "seq"),
        UniqueConstraint("slip"),
        CheckConstraint("(year IS NULL) = (seq IS NULL) AND (seq IS NULL) = (number IS NULL)", name="numbered_whole"),
        CheckConstraint("seq IS NULL OR seq > 0", name="seq_positive"),
        CheckConstraint(f"stage IN {STAGES}", name="known_stage"),
        CheckConstraint(f"exit IS NULL OR exit IN {EXITS}", name="known_exit"),
        CheckConstraint("(stage = 'closed') = (exit IS NOT NULL)", name="closed_by_an_exit"),
        CheckConstraint("(stage = 'merged') = (merged_into IS NOT NULL)", name="merged_into_a_case"),
    )
    id: uuid.UUID = id_field()
    slip: int  # the provisional number of the slip, never shown once the case has a number
    year: int | None = None
    seq: int | None = None
    number: str | None = None  # the bureau's own form, 港建舆〔2026〕12号
    stage: str = Field(default="confirmation", index=True)
    stage_before: str | None = None
    exit: str | None = None
    exit_reason: str = ""
    merged_into: uuid.UUID | None = Field(default=None, foreign_key="cases.id", index=True)
    title: str
    track: str = "opinion"
    complex: bool = False
    quiet: bool = False  # came in by import: no chat is told of each one
    plan_hash: str
    kinds: list[str] = list_field()
    primary_kind: str | None = None
    kinds_set_by: uuid.UUID | None = Field(default=None, foreign_key="person.id")  # empty: the machine's finding
    topic: str = "other"
    grade: str = "ordinary"
    grade_set_by: uuid.UUID | None = Field(default=None, foreign_key="person.id")
    effects: list[str] = list_field()
    toll: dict[str, int] = map_field()
    reasons: list[list[str]] = list_field()  # [the text's own words, what they speak for]
    rumour: str = "none"  # none | suspected | confirmed | denied
    certainty: float = 0.0
    lead_body: str = ""
    assisting_bodies: list[str] = list_field()
    forms: list[str] = list_field()
    received_at: datetime = moment_field()
    registered_at: datetime | None = moment_field(nullable=True)
    closed_at: datetime | None = moment_field(nullable=True)
    reports: int = 0
    likes: int = 0
    reposts: int = 0
    spokesperson_id: uuid.UUID | None = Field(default=None, foreign_key="person.id")
    asked_ids: list[str] = list_field()  # who was asked to take it, in order
    asked_step: int = 0  # steps of the ladder already used
    accepted_at: datetime | None = moment_field(nullable=True)
    duty_officer_id: uuid.UUID | None = Field(default=None, foreign_key="person.id")

    def move(self, action: str) -> None:
        """Go to the stage this action leads to; StageRefused when it does not fit."""
        target = NEXT.get((self.stage, action))
        if target is None:
            raise StageRefused(self.id, self.stage, action)
        if target == PREVIOUS:
            self.stage, self.stage_before = self.stage_before or "confirmation", None
            return
        if target in ("closed", "merged"):
            self.stage_before = self.stage
        self.stage = target

    def allows(self, action: str) -> bool:
        """Say whether this action fits the stage the case is in."""
        return (self.stage, action) in NEXT

    @property
    def is_open(self) -> bool:
        """Say whether the case still waits for something."""
        return self.stage not in ("closed", "merged")


@event.listens_for(Case.merged_into, "set")
def _takes_in(gone: Case, survivor: uuid.UUID | None, *_: object) -> None:
    """Let it be asked what a new case holds once an older one was merged into it."""
    session = object_session(gone)
    if isinstance(session, Session):
        session.forget_new(survivor)


def _locked() -> SelectOfScalar[Case]:
    """Lock a case and read it anew: what this transaction saw before the lock may be old.

    Others may still add rows that name the case (FOR NO KEY UPDATE): whoever notes on its record would else hold the
    record and wait for the case, while whoever holds the case waits for the record.
    https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS
    """
    locked = select(Case).where(Case.id == bindparam("case")).with_for_update(key_share=True)
    return locked.execution_options(populate_existing=True)


_LOCKED: Final = _locked()  # the hot path: built once


def open_new(session: Session, case: Case) -> None:
    """Keep a case that was not there before."""
    session.keep(case)


def load(session: Session, case_id: uuid.UUID) -> Case:
    """Load a case for changing it: locked until the transaction ends."""
    found = find(session, case_id)
    if found is None:
        raise KeyError(case_id)
    return found


def find(session: Session, case_id: uuid.UUID) -> Case | None:
    """Load a case for changing it, if there is one."""
    held = _at_hand(session, case_id)
    if held is not None:
        return held
    if session.is_changed(case_id):  # it is read anew
        session.flush()
    found: Case | None = session.ask(_LOCKED, {"case": case_id}).first()
    return found


def hold(session: Session, case_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Load several cases for changing them, all at once, but for those that somebody else holds; return which."""
    found = {case.id: case for case in session.exec(_HOLD_ALL, params={"ids": list(case_ids)})}
    together.learn(session, HELD, found)
    return set(found)


def _at_hand(session: Session, case_id: uuid.UUID) -> Case | None:
    """Return a case that is new in this transaction, or held by it; None: it must be loaded."""
    found: Case | None = session.newly(case_id) if session.is_new(case_id) else together.known(session, HELD, case_id)
    return found


HELD: Final = "cases held"
_HOLD_ALL: Final = (  # the hot path: built once; always in the same order, so that no two wait for each other
    select(Case)
    .where(col(Case.id).in_(bindparam("ids", expanding=True)))
    .order_by(col(Case.id))
    .with_for_update(skip_locked=True, key_share=True)
    .execution_options(populate_existing=True)
)


def look(session: Session, case_id: uuid.UUID) -> Case:
    """Load a case for reading."""
    return session.get_one(Case, case_id)


def look_together(session: Session, case_ids: Collection[uuid.UUID]) -> None:
    """Load several cases for reading at once."""
    missing = together.unknown(session, HELD, together.unknown(session, LOOKED_AT, case_ids))
    found = {case.id: case for case in session.exec(_LOOK, params={"ids": missing})} if missing else {}
    together.learn(session, LOOKED_AT, found)  # as long as they are held here, the session has them at hand


LOOKED_AT: Final = "cases looked at"
_LOOK: Final = select(Case).where(col(Case.id).in_(bindparam("ids", expanding=True)))


def seen(session: Session, case_id: uuid.UUID) -> Case | None:
    """Load a case for reading, if there is one."""
    return session.get(Case, case_id)


def named(session: Session, number: str) -> Sequence[Case]:
    """Find cases by full number, by sequence number (newest year first), or by slip (`S7`)."""
    if number.upper().startswith("S"):
        condition = Case.slip == int(number[1:]) if number[1:].isdecimal() else None
    else:
        condition = Case.seq == int(number) if number.isdecimal() else Case.number == number
    if condition is None:
        return []
    return session.exec(select(Case).where(condition).order_by(col(Case.year).desc())).all()


def open_cases(session: Session) -> Sequence[Case]:
    """List the open cases, oldest first."""
    query = select(Case).where(col(Case.stage).not_in(("closed", "merged")))
    return session.exec(query.order_by(col(Case.received_at))).all()


def count_open(session: Session) -> int:
    """Count the open cases."""
    return session.exec(select(func.count()).where(col(Case.stage).in_(OPEN_STAGES))).one()


def count(session: Session, *, numbered: bool | None = None) -> int:
    """Count the cases; numbered: only those with (or without) a number."""
    query = select(func.count()).select_from(Case)
    if numbered is not None:
        query = query.where(col(Case.number).is_not(None) if numbered else col(Case.number).is_(None))
    return session.exec(query).one()


def merged_cases(session: Session, case_id: uuid.UUID) -> Sequence[Case]:
    """List the cases that were merged into this one."""
    if session.is_new(case_id):
        return []
    return session.exec(_MERGED_INTO, params={"case": case_id}).all()


_MERGED_INTO: Final = select(Case).where(Case.merged_into == bindparam("case"))


def registered_between(session: Session, since: datetime, until: datetime) -> Sequence[Case]:
    """List the cases that got their number in a span, its end not included, in order."""
    query = select(Case).where(col(Case.registered_at) >= since, col(Case.registered_at) < until)
    return session.exec(query.order_by(col(Case.registered_at))).all()


def closed_between(session: Session, since: datetime, until: datetime) -> Sequence[Case]:
    """List the numbered cases that were closed in a span, its end not included, in order."""
    query = select(Case).where(col(Case.closed_at) >= since, col(Case.closed_at) < until)
    query = query.where(Case.stage == "closed", col(Case.number).is_not(None))
    return session.exec(query.order_by(col(Case.closed_at))).all()


def similar_open(session: Session, topic: str, kinds: Sequence[str], limit: int = 5) -> Sequence[Case]:
    """List open registered cases of the same topic: candidates for a merge that a person decides."""
    query = select(Case).where(col(Case.stage).not_in(("closed", "merged")), col(Case.number).is_not(None))
    query = query.where(or_(Case.topic == topic, col(Case.primary_kind).in_(list(kinds))))
    return session.exec(query.order_by(col(Case.received_at).desc()).limit(limit)).all()
