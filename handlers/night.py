"""The night (R6): only an emergency, or a limit that leaves no time by day, rings; all else waits for the digest."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.plan import Plan
from storage import clock as clocks
from storage.case import Case
from storage.database import Session

DAY = timedelta(days=1)


def morning(now: datetime, plan: Plan) -> datetime | None:
    """Return the moment of the digest that ends the night; None by day."""
    local = now.astimezone(ZoneInfo(plan.time_zone))
    begins, ends = plan.assignment.night.begins, plan.digest.at
    if ends <= local.time() < begins:
        return None
    day = local.date() if local.time() < ends else local.date() + DAY
    return datetime.combine(day, ends, local.tzinfo)


def by_day(start: datetime, span: timedelta, plan: Plan) -> datetime:
    """Return when a span is over that is counted by day alone."""
    at = morning(start, plan) or start
    local = at.astimezone(ZoneInfo(plan.time_zone))
    evening = datetime.combine(local.date(), plan.assignment.night.begins, local.tzinfo)
    return at + span if at + span <= evening else by_day(evening, span - (evening - at), plan)


def is_emergency(case: Case, plan: Plan) -> bool:
    """Say whether a case may wake people whenever it is."""
    return case.grade in plan.night_calls.grades or not set(plan.night_calls.kinds).isdisjoint(case.kinds)


def can_wait(session: Session, plan: Plan, case: Case, until: datetime) -> bool:
    """Say whether nothing about a case is so urgent that it cannot wait until a moment."""
    if is_emergency(case, plan):
        return False
    too_soon = until + timedelta(hours=plan.night_calls.margin_hours)
    return not any(
        (clock.outcome == "running" or clock.is_overdue) and clock.due_at <= too_soon
        for clock in clocks.of_case(session, case.id)
    )


def waits_until(session: Session, plan: Plan, case: Case, now: datetime) -> datetime | None:
    """Return the morning for which a case can wait; None by day, and for what rings now."""
    until = morning(now, plan)
    return until if until is not None and can_wait(session, plan, case, until) else None


def answer_by(session: Session, plan: Plan, case: Case, start: datetime, span: timedelta) -> datetime:
    """Return until when an answer asked for at a moment is to be there: at night nobody is waited for in vain."""
    plain = start + span
    if morning(start, plan) is None and morning(plain, plan) is None:
        return plain
    later = by_day(start, span, plan)
    return later if can_wait(session, plan, case, later) else plain
