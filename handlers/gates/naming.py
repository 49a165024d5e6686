"""Who signed, as it is told everywhere: by name, and with what is to be known of the signature."""

import uuid
from collections.abc import Mapping
from typing import Final

from config.language import Line, Said, t
from config.plan import Plan
from handlers.act import Act
from handlers.errors import Refusal
from handlers.gates import words
from handlers.gates.rounds import gate_of
from storage import paper as papers
from storage import person as people
from storage.database import Session
from storage.draft import GateStep
from storage.person import Person

MARKS: Final[Mapping[str, Line]] = {
    "waiting": t("代录,待确认"),
    "confirmed": t("代录,已确认"),
    "denied": t("代录,已否认"),
    "void": t("代录,已失效"),
}


def signer(session: Session, row: GateStep) -> Said:
    """Name who signed a gate; what was given on paper says so."""
    name = in_role(session, row, row.signed_by) if row.signed_by else ""
    paper = papers.behind(session, row)
    return t("{name}({mark})", name=name, mark=MARKS[paper.stage]) if paper else t("{name}", name=name)


def in_role(session: Session, row: GateStep, person_id: uuid.UUID) -> Said:
    """Name somebody who signs, and in whose stead."""
    giver = row.stands_for.get(str(person_id))
    return in_stead_of(session, person_id, uuid.UUID(giver) if giver else None)


def in_stead_of(session: Session, person_id: uuid.UUID, giver: uuid.UUID | None) -> Said:
    """Name somebody who acts for a giver; None: for themselves."""
    name = people.person(session, person_id).name
    if giver is None:
        return t("{name}", name=name)
    return t("{name}(受托于 {giver})", name=name, giver=people.person(session, giver).name)


def asked(session: Session, row: GateStep) -> list[Said]:
    """Name everybody who may sign an open gate now, in the order in which they were asked."""
    ids = row.asked_ids if row.stage == "open" else []
    return [in_role(session, row, uuid.UUID(person)) for person in ids]


def open_mark(session: Session, row: GateStep) -> Line | None:
    """Mark a signature on paper that its signer has not confirmed."""
    paper = papers.behind(session, row)
    return MARKS[paper.stage] if paper and paper.stage != "confirmed" else None


def called_also(plan: Plan, gate: str) -> tuple[str, ...]:
    """Return how people may call a gate, or the signature: in lower case."""
    name = gate_of(plan, gate).name
    return gate, name.zh, name.zh.removesuffix("关"), name.en.lower()


def called(act: Act, name: str, form: Said) -> Person:
    """Return who has this name or key on the roster; form says what to type when there is none."""
    if not name:
        raise Refusal(form)
    found = [person for person in people.everybody(act.session) if name.lstrip("@") in (person.name, person.key)]
    if not found:
        raise Refusal(words.nobody_called(name))
    if len(found) > 1:
        raise Refusal(words.several_called(name))
    return found[0]
