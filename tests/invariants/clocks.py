"""Invariant 2: every clock ended, or runs with a timer for what comes next; a missed one was told at once."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from storage.case import Case
from storage.clock import Clock
from storage.draft import GateStep
from storage.outbox import Outbox
from storage.timer import Timer
from tests.invariants.record import Told

LATE = timedelta(minutes=2)  # what is due for longer has been forgotten
Timers = Mapping[tuple[str, str], Collection[Timer]]  # waiting ones, by kind and subject


def unattended(session: Session, told: Told, now: datetime, *, at_rest: bool) -> Iterator[str]:
    """Yield clocks, slips, questions and gates that nothing will come back to, and timers that were forgotten."""
    waiting: dict[tuple[str, str], list[Timer]] = defaultdict(list)
    for timer in session.exec(select(Timer).where(Timer.stage == "waiting")):
        waiting[timer.kind, timer.subject].append(timer)
        if at_rest and now - timer.due_at > LATE:
            yield f"2: a timer ({timer.kind}, {timer.subject}) was due at {timer.due_at} and still waits"
    open_cases = {case.id: case for case in session.exec(select(Case).where(col(Case.stage).not_in(ENDED)))}
    yield from _clocks(session, waiting, open_cases, now if at_rest else None)
    yield from _slips(open_cases.values(), waiting)
    yield from _gates(session, open_cases, waiting)
    yield from _untold(session, told)


ENDED = ("closed", "merged")


def _clocks(
    session: Session, waiting: Timers, open_cases: Mapping[uuid.UUID, Case], now: datetime | None
) -> Iterator[str]:
    for clock in session.exec(select(Clock).where(Clock.outcome == "running")):
        name, timers = f"{clock.rule} of {clock.case_id}", waiting.get(("clock", str(clock.id)), ())
        if clock.case_id not in open_cases:
            yield f"2: the clock {name} runs, and its case has ended"
        if len(timers) != 1:
            yield f"2: the clock {name} runs with {len(timers)} timers"
        if any(timer.due_at > clock.due_at for timer in timers):
            yield f"2: the timer of the clock {name} comes after its limit"
        if now is not None and now - clock.due_at > LATE:
            yield f"2: the clock {name} still runs, and its limit passed at {clock.due_at}"
    for clock in session.exec(select(Clock).where(Clock.outcome == "met")):
        if clock.ended_at is None or clock.ended_at > clock.due_at:
            yield f"2: the clock {clock.rule} of {clock.case_id} is met, but ended at {clock.ended_at}"


def _slips(open_cases: Collection[Case], waiting: Timers) -> Iterator[str]:
    """Yield slips that nobody will register, and cases that nobody will be asked to take."""
    for case in open_cases:
        wanted = {"confirmation": "confirm", "acceptance": "accept"}.get(case.stage)
        if wanted is not None and len(waiting.get((wanted, str(case.id)), ())) != 1:
            yield f"2: {case.number or case.slip} is in {case.stage} without its timer ({wanted})"


def _gates(session: Session, open_cases: Mapping[uuid.UUID, Case], waiting: Timers) -> Iterator[str]:
    """Yield open gates whose limit nobody watches: a limit that passed has fired, and was told."""
    query = select(Timer.subject, Timer.due_at).where(Timer.kind == "gate_limit", Timer.stage == "fired")
    fired = {(subject, due_at) for subject, due_at in session.exec(query)}
    for step in session.exec(select(GateStep).where(GateStep.stage == "open")):
        subject = str(step.id)
        if step.case_id not in open_cases:
            yield f"2: the gate {step.gate} of {step.case_id} is open, and its case has ended"
        elif not step.asked_ids and ("gate_retry", subject) not in waiting:
            yield f"2: the gate {step.gate} of {step.case_id} is open, and nobody will be looked for"
        elif step.asked_ids and ("gate_limit", subject) not in waiting and (subject, step.due_at) not in fired:
            yield f"2: the gate {step.gate} of {step.case_id} is open without its limit"


def _untold(session: Session, told: Told) -> Iterator[str]:
    """Yield clocks that were missed without a word about their case at that moment."""
    query = select(Outbox.case_id, Outbox.created_at).where(Outbox.kind == "message", Outbox.lane == 0)
    words = set(session.exec(query))
    for clock in session.exec(select(Clock).where(Clock.outcome == "missed")):
        moment = told.moment_of("clock", clock.id, "outcome", "missed")
        if moment is None or (clock.case_id, moment) not in words:
            yield f"2: the clock {clock.rule} of {clock.case_id} was missed ({moment}), and nobody was told"
