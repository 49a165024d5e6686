"""A round between the tables and the rules: loaded for a rule, kept as the rule left it."""

import uuid
from typing import Final

from config.plan import Gate, Plan
from handlers.act import Act
from handlers.gates.review import SIGNATURE, Round, Step
from storage import draft as drafts
from storage.case import Case
from storage.draft import Draft, GateStep, Signature

UNDER_REVIEW: Final = ("review", "signature", "issue", "release", "follow_up")


def load(act: Act, case: Case, newest: Draft) -> Round:
    """Return the round of a draft as it stands."""
    review = act.plan_for(case).review
    versions = drafts.versions(act.session, case.id, newest.round)
    return Round(
        steps=tuple(_step(row) for row in drafts.steps(act.session, case.id, newest.round)),
        authors=frozenset(version.author_id for version in versions),
        manifest=(newest.manifest_hash or "") if case.stage in UNDER_REVIEW else "",
        parallel=(review.emergency_order if is_emergency(act, case) else review.order) == "parallel",
        one_gate_per_person=review.one_gate_per_person,
        reopens=frozenset(review.edit_reopens),
    )


def begin(act: Act, case: Case, newest: Draft) -> None:
    """Lay out every gate of the plan and the signature for a round, once."""
    if drafts.steps(act.session, case.id, newest.round):
        return
    keys = [*(gate.key for gate in act.plan_for(case).review.gates), SIGNATURE]
    rows = [GateStep(case_id=case.id, round=newest.round, gate=key, position=n) for n, key in enumerate(keys)]
    drafts.save(act.session, *rows)


def keep(act: Act, case: Case, newest: Draft, round_: Round) -> None:
    """Write a round down as the rules left it."""
    for row in drafts.steps(act.session, case.id, newest.round):
        step = round_.step(row.gate)
        if _step(row) != step:
            _write(act, row, step)
            drafts.save(act.session, row)


def row(act: Act, case: Case, newest: Draft, gate: str) -> GateStep:
    """Return the row of a gate."""
    return next(row for row in drafts.steps(act.session, case.id, newest.round) if row.gate == gate)


def record(act: Act, newest: Draft, gate: str, done: str, by: uuid.UUID, reason: str = "") -> None:
    """Put a signature, a return or a carrying-over on record for good."""
    steps = drafts.steps(act.session, newest.case_id, newest.round)
    given = Signature(
        case_id=newest.case_id,
        round=newest.round,
        gate=gate,
        act=done,
        reason=reason,
        by=by,
        at=act.now,
        manifest_hash=newest.manifest_hash or "",
        draft_version=newest.version,
        acting_for=next((acting_for(row, by) for row in steps if row.gate == gate), None),
    )
    drafts.save(act.session, given)


def gate_of(plan: Plan, key: str) -> Gate:
    """Return what the plan says of a gate or of the signature."""
    return plan.review.signature if key == SIGNATURE else plan.gate(key)


def is_emergency(act: Act, case: Case) -> bool:
    """Say whether a case takes the emergency lane."""
    return case.grade in act.plan_for(case).review.emergency_grades


def _step(row: GateStep) -> Step:
    return Step(
        gate=row.gate,
        position=row.position,
        stage=row.stage,  # type: ignore[arg-type]  # the database allows no other
        asked=tuple(uuid.UUID(person) for person in row.asked_ids),
        signed_by=row.signed_by,
        signed_manifest=row.signed_manifest,
        carried_to=row.carried_to,
        acting_for=acting_for(row, row.signed_by) if row.stage == "signed" else None,
    )


def acting_for(row: GateStep, person: uuid.UUID | None) -> uuid.UUID | None:
    """Return in whose stead somebody signs, or signed, a gate; None: for themselves."""
    giver = row.stands_for.get(str(person))
    return uuid.UUID(giver) if giver else None


def _write(act: Act, row: GateStep, step: Step) -> None:
    if step.stage == "signed":
        row.signed_at = act.now if row.stage != "signed" else row.signed_at
    else:
        row.signed_at = None
    if step.stage == "waiting":
        row.asked_at = row.due_at = row.delegated_from = None
        row.stands_for = {}
    row.stage = step.stage
    row.asked_ids = [str(person) for person in step.asked]
    row.reviewer_id = step.asked[-1] if step.asked else step.signed_by
    row.signed_by, row.signed_manifest, row.carried_to = step.signed_by, step.signed_manifest, step.carried_to
