"""A case's clocks kept true to what has happened: started, met, missed or lapsed (实施方案 三.1)."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from handlers.act import Act
from handlers.clocks import escalating, nagging
from handlers.clocks.happened import counted
from handlers.clocks.limits import CaseFacts, Events, Key, Owed, outcome, owed_limits
from handlers.clocks.nudges import next_nudge
from handlers.clocks.regrade import ClockFacts, LapseClock, StartClock, reconcile
from storage import case as cases
from storage import case_event
from storage import clock as clocks
from storage.case import Case
from storage.clock import Clock


def keep_clocks(act: Act, case: Case, reason: str) -> None:
    """Bring a case's clocks up to date; reason (a key of words.LAPSED) goes on record with those that lapse."""
    plan, happened = act.plan_for(case), events_of(act, case)
    owed = owed_limits(plan, act.house.calendar, facts_of(case), happened)
    rows = list(clocks.of_case(act.session, case.id))
    missed = _settle(act, rows, {each.key: each for each in owed}, happened)
    wanted = owed if case.is_open else ()
    for change in reconcile([_facts(row) for row in rows], wanted, act.now, reason, happened):
        if isinstance(change, LapseClock):
            _lapse(act, change)
        else:
            missed += _start(act, case, rows, change)
    _keep_overdue(act, rows, {each.key for each in wanted}, reason)
    if missed:
        miss(act, case, missed)
    if any(row.outcome == "missed" for row in rows) and not (case.is_open and escalating.missed(act, case)):
        escalating.stop(act, case)
    act.changed(case)


def miss(act: Act, case: Case, missed: Sequence[Clock]) -> None:
    """Record limits that have passed, tell who has to know, and let follow what follows."""
    for clock in missed:
        clock.outcome = "missed"
        clocks.save(act.session, clock)
        act.no_longer("clock", str(clock.id), case=case)
    nagging.tell_missed(act, case, missed)
    escalating.begin(act, case)
    act.happened("clock_missed", case)


def remind_next(act: Act, case: Case, clock: Clock) -> None:
    """Set the one timer of a running clock: its next reminder, else the limit itself."""
    plan = act.plan_for(case)
    fractions = plan.clock(clock.rule).nudges or plan.nudges
    nudge = next_nudge(clock.started_at, clock.due_at, fractions, act.now)
    act.later("clock", nudge[0] if nudge else clock.due_at, case=case, subject=str(clock.id))


def events_of(act: Act, case: Case) -> Events:
    """Return what has happened to a case, and to those merged into it after their report came in."""
    recorded = list(case_event.of_case(act.session, case.id))
    for gone in cases.merged_cases(act.session, case.id):
        recorded += [event for event in case_event.of_case(act.session, gone.id) if event.event != "received"]
    return counted(recorded, rumour_stands=case.rumour == "confirmed")


def facts_of(case: Case) -> CaseFacts:
    """Return what decides which limits a case is under."""
    return CaseFacts(  # its columns hold the plan's own words
        case.track,  # type: ignore[arg-type]
        case.grade,  # type: ignore[arg-type]
        frozenset(case.kinds),
        frozenset(case.effects),  # type: ignore[arg-type]
        case.complex,
    )


def _settle(act: Act, rows: Sequence[Clock], owed: Mapping[Key, Owed], happened: Events) -> list[Clock]:
    """End the clocks whose stop has happened; return those found to be missed."""
    missed = []
    for clock in rows:
        limit = owed.get(_facts(clock).key)
        if limit is None or clock.outcome not in ("running", "missed") or clock.ended_at is not None:
            continue
        found = outcome(limit, happened, act.now)
        clock.ended_at = found.met_at
        if clock.outcome == "running" and found.stage == "met":
            clock.outcome = "met"
            act.no_longer("clock", str(clock.id))
        elif clock.outcome == "running" and found.stage == "missed":
            missed.append(clock)
        clocks.save(act.session, clock)
    return missed


def _keep_overdue(act: Act, rows: Sequence[Clock], wanted: AbstractSet[Key], reason: str) -> None:
    """Let nobody be chased for what was missed and is owed no longer; the miss stays on record."""
    for clock in rows:
        why = "" if _facts(clock).key in wanted else clock.lapsed_why or reason
        if clock.outcome == "missed" and clock.ended_at is None and clock.lapsed_why != why:
            clock.lapsed_why, clock.lapsed_by = why, act.person.id if act.person and why else None
            clocks.save(act.session, clock)


def _start(act: Act, case: Case, rows: Sequence[Clock], change: StartClock) -> list[Clock]:
    """Put a clock on record, or the same one that had lapsed; return it when its limit is already past."""
    owed, found = change.owed, change.outcome
    lapsed = (row for row in rows if row.outcome == "lapsed" and _facts(row).key == owed.key)
    clock = next(lapsed, None) or Clock(
        case_id=case.id,
        rule=owed.rule_key,
        basis=owed.limit_basis,
        source=owed.source,
        started_at=owed.starts_at,
        due_at=owed.due_at,
    )
    clock.guessed, clock.outcome, clock.ended_at = owed.guess, found.stage, found.met_at
    clock.lapsed_why, clock.lapsed_by = "", None
    clocks.save(act.session, clock)
    if found.stage == "running":
        remind_next(act, case, clock)
    return [clock] if found.stage == "missed" else []


def _lapse(act: Act, change: LapseClock) -> None:
    clock = clocks.load(act.session, change.clock.id)  # type: ignore[arg-type]  # any hashable to the rule
    clock.outcome, clock.ended_at, clock.lapsed_why = "lapsed", act.now, change.reason
    clock.lapsed_by = act.person.id if act.person else None
    clocks.save(act.session, clock)
    act.no_longer("clock", str(clock.id))


def _facts(clock: Clock) -> ClockFacts:
    return ClockFacts(
        clock.id,
        clock.rule,
        clock.basis,
        clock.source,
        clock.started_at,
        clock.due_at,
        clock.outcome,  # type: ignore[arg-type]  # the column holds one of the four, by a check of the database
    )
