"""How a text passes the gates and the final signature (实施方案 四.2): every rule, and nothing but rules.

A round is what one text has to pass: its gates in the plan's order, the signature last. Every function takes a round as
it stands and returns a verdict, or the round as it stands afterwards; the desk keeps in its tables what these return.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from handlers.drafting import voiding

PersonId = uuid.UUID
Stage = Literal["waiting", "open", "signed"]
SIGNATURE: Final = voiding.SIGNATURE


@dataclass(frozen=True)
class Step:
    """One gate, or the signature, of a round."""

    gate: str
    position: int
    stage: Stage = "waiting"
    asked: tuple[PersonId, ...] = ()  # everybody who may sign it now
    signed_by: PersonId | None = None
    signed_manifest: str | None = None  # what the signer had before their eyes
    carried_to: str | None = None  # a later manifest that the plan lets the signature stand for
    acting_for: PersonId | None = None  # in whose stead it was signed

    def counts_for(self, manifest: str) -> bool:
        """Say whether this is signed for a text: read as it is, or carried over to it."""
        return self.stage == "signed" and bool(manifest) and manifest in (self.signed_manifest, self.carried_to)


@dataclass(frozen=True)
class Round:
    """What one text has to pass, and how far it is."""

    steps: tuple[Step, ...]
    authors: frozenset[PersonId]  # everybody who wrote a version of it
    manifest: str = ""  # of the text under review; empty: none is
    parallel: bool = False
    one_gate_per_person: bool = True
    reopens: frozenset[str] = frozenset()  # the gates an edit reopens; empty: all

    def step(self, gate: str) -> Step:
        """Return the step of a gate; KeyError when the round has none."""
        for step in self.steps:
            if step.gate == gate:
                return step
        raise KeyError(gate)

    @property
    def gates(self) -> tuple[Step, ...]:
        """Return the gates without the signature."""
        return tuple(step for step in self.steps if step.gate != SIGNATURE)

    def signed_gates(self, person: PersonId) -> Iterator[Step]:
        """Yield what somebody has signed in this round."""
        return (step for step in self.steps if step.stage == "signed" and person in (step.signed_by, step.acting_for))

    def asked_of(self, person: PersonId) -> tuple[Step, ...]:
        """Return the open steps that somebody is asked for."""
        return tuple(step for step in self.steps if step.stage == "open" and person in step.asked)


@dataclass(frozen=True)
class Verdict:
    """What a signature that somebody tries to give is worth; only `sign` changes anything."""

    kind: Literal["sign", "author", "already", "not_asked", "holds_another", "unseen", "older"]
    step: Step | None = None


def may_sign(round_: Round, person: PersonId, shown: str | None, *, gate: str = "", pressed: str = "") -> Verdict:
    """Judge a signature.

    shown: the manifest last shown to this person; gate: the one a button names (empty: whichever they are asked for);
    pressed: the first digits of the manifest a button was made for.
    """
    if person in round_.authors:
        return Verdict("author")
    asked = [step for step in round_.asked_of(person) if gate in ("", step.gate)]
    if not asked:
        signed = [step for step in round_.signed_gates(person) if gate in ("", step.gate)]
        return Verdict("already", signed[0]) if signed else Verdict("not_asked")
    step = asked[0]
    if round_.one_gate_per_person and any(round_.signed_gates(person)):
        return Verdict("holds_another", next(round_.signed_gates(person)))
    if pressed and not round_.manifest.startswith(pressed):
        return Verdict("older", step)
    if shown is None:
        return Verdict("unseen", step)
    return Verdict("sign" if shown == round_.manifest and round_.manifest else "older", step)


Paper = Literal["", "self", "recorder_wrote", "author", "already", "not_open", "holds_another"]


def may_sign_on_paper(round_: Round, gate: str, signer: PersonId, recorder: PersonId) -> Paper:
    """Say what keeps a signature given on paper from being recorded; empty when nothing does."""
    if signer == recorder:
        return "self"
    if recorder in round_.authors:
        return "recorder_wrote"
    if signer in round_.authors:
        return "author"
    step = round_.step(gate)
    if step.stage == "signed":
        return "already"
    if step.stage != "open" or not round_.manifest:
        return "not_open"
    return "holds_another" if round_.one_gate_per_person and any(round_.signed_gates(signer)) else ""


def may_return(round_: Round, person: PersonId) -> Step | None:
    """Return the step in whose name somebody may send the text back: one they are asked for, or have signed."""
    mine = (*round_.asked_of(person), *reversed(tuple(round_.signed_gates(person))))
    return mine[0] if mine else None


def may_take_over(
    round_: Round, gate: str, person: PersonId
) -> Literal["", "author", "holds_another", "asked_already"]:
    """Say what keeps somebody from being given a step; empty when nothing does."""
    if person in round_.authors:
        return "author"
    if person in round_.step(gate).asked:
        return "asked_already"
    others = (step for step in round_.steps if step.gate != gate)
    held = any(person in holders_of(step) for step in others)
    return "holds_another" if held and round_.one_gate_per_person else ""


def holders_of(step: Step) -> frozenset[PersonId]:
    """Return who holds a step: its signer and whoever they stood in for, else everybody who is asked."""
    if step.stage == "signed":
        return frozenset({step.signed_by, step.acting_for} - {None})  # type: ignore[arg-type]  # None is taken out
    return frozenset(step.asked) if step.stage == "open" else frozenset()


def next_to_open(round_: Round) -> tuple[str, ...]:
    """Return the steps whose turn it is: gates in order or all at once, the signature when every gate counts."""
    if not round_.manifest:
        return ()
    missing = [step for step in round_.gates if not step.counts_for(round_.manifest)]
    if not missing:
        signature = round_.step(SIGNATURE)
        return (SIGNATURE,) if signature.stage == "waiting" else ()
    turn = missing if round_.parallel else missing[:1]
    return tuple(step.gate for step in turn if step.stage == "waiting")


def gates_passed(round_: Round) -> bool:
    """Say whether every gate is signed for the text under review."""
    return bool(round_.gates) and all(step.counts_for(round_.manifest) for step in round_.gates)


def is_complete(round_: Round, required: Iterable[str]) -> bool:
    """Say whether a text may go out: every required gate and the signature, by people who may, each by one person."""
    have = {step.gate for step in round_.steps if step.counts_for(round_.manifest)}
    stood_in_for = [step.acting_for for step in round_.steps if step.acting_for is not None]
    signers = [*(step.signed_by for step in round_.steps), *stood_in_for]
    distinct = not round_.one_gate_per_person or len(set(signers)) == len(signers)
    return {*required, SIGNATURE} <= have and gates_passed(round_) and distinct and round_.authors.isdisjoint(signers)


# what changes a round


def opened(round_: Round, gate: str, person: PersonId | None) -> Round:
    """Open a step and ask somebody; nobody leaves it open for whoever is found later. An open one asks one more."""
    step = round_.step(gate)
    asked = step.asked if person is None or person in step.asked else (*step.asked, person)
    return _with(round_, replace(step, stage="open", asked=asked))


def signed(round_: Round, gate: str, person: PersonId) -> Round:
    """Sign a step for the text under review."""
    return _with(
        round_,
        replace(
            round_.step(gate),
            stage="signed",
            asked=(),
            signed_by=person,
            signed_manifest=round_.manifest,
            carried_to=None,
        ),
    )


def delegated(round_: Round, gate: str, giver: PersonId, taker: PersonId) -> Round:
    """Give an open step to somebody else; other people who are asked stay asked."""
    step = round_.step(gate)
    return _with(round_, replace(step, asked=(*(person for person in step.asked if person != giver), taker)))


def unasked(round_: Round, gate: str, person: PersonId) -> Round:
    """Ask somebody for a step no more; the others who are asked stay asked."""
    step = round_.step(gate)
    return _with(round_, replace(step, asked=tuple(one for one in step.asked if one != person)))


def withdrawn(round_: Round) -> Round:
    """Ask nobody any more: the text went back, or the case ended."""
    return replace(round_, steps=tuple(_closed(step) for step in round_.steps))


def returned(round_: Round, gate: str) -> Round:
    """Send the text back: whoever returned it has not signed, and the final signature is void."""
    void = {gate, SIGNATURE}
    steps = tuple(_fresh(step) if step.gate in void else _closed(step) for step in round_.steps)
    return replace(round_, steps=steps, manifest="")


def fallen(round_: Round, gate: str) -> Round:
    """Let a signature fall that its signer denies having given; the final signature falls with it."""
    void = {gate, SIGNATURE}
    return replace(round_, steps=tuple(_fresh(step) if step.gate in void else step for step in round_.steps))


def edited(round_: Round, author: PersonId) -> Round:
    """Reopen what an edit reopens: the gates the plan names (none named: all), and always those never carried over."""
    authors = round_.authors | {author}
    steps = tuple(_fresh(step) if _reopens(round_, step, authors) else _closed(step) for step in round_.steps)
    return replace(round_, steps=steps, authors=authors, manifest="")


def submitted(round_: Round, manifest: str) -> Round:
    """Put a text under review; signatures that an edit left standing are carried over to it."""
    steps = tuple(
        replace(step, carried_to=manifest) if step.stage == "signed" and not step.counts_for(manifest) else step
        for step in round_.steps
    )
    return replace(round_, steps=steps, manifest=manifest)


def _reopens(round_: Round, step: Step, authors: frozenset[PersonId]) -> bool:
    return voiding.reopens(step.gate, step.signed_by, named=round_.reopens, authors=authors)


def _fresh(step: Step) -> Step:
    return Step(step.gate, step.position)


def _closed(step: Step) -> Step:
    return _fresh(step) if step.stage == "open" else step


def _with(round_: Round, changed: Step) -> Round:
    steps = tuple(changed if step.gate == changed.gate else step for step in round_.steps)
    return replace(round_, steps=steps)
