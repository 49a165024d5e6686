"""The joint meeting is told by itself, by the plan's rules, and once per occasion (实施方案 四.4, R10)."""

from collections.abc import Sequence

from config.language import Said, joined, t
from handlers.act import STATUTORY, Act
from handlers.clocks.strictest import strictest_first
from handlers.clocks.words import clock_lines
from handlers.conversation import Button
from handlers.joint_meeting import words
from handlers.joint_meeting.alerts import ALERTED, Gravity, Occasion, is_wanted, mark, needed, waits_until
from handlers.registry import due, on
from storage import case as cases
from storage import case_event
from storage import chat as chats
from storage import clock as clocks
from storage import meeting as meetings
from storage import release as releases
from storage import timer as timers
from storage.case import Case
from storage.case_event import CaseEvent
from storage.clock import Clock
from storage.timer import Timer

TIMER = "alert"
STANDS = f"{ALERTED}-as"  # with the standing that the joint meeting was last told of


@on("opened")
@on("registered")
@on("judged")
@on("reopened")
@on("split")
def watch_gravity(act: Act, case: Case) -> None:
    """Alert of a grave case: at once on a person's word, else after a short wait for one."""
    plan = act.plan_for(case)
    if not _is_owed(act, case):
        act.no_longer(TIMER, str(case.id))
        _bring_up_to_date(act, case)
        return
    until = waits_until(Gravity(case.grade, _by_person(act, case), case.received_at), plan.registration, act.now)
    if until is None:
        act.no_longer(TIMER, str(case.id))
        _alert(act, case, "registered")
    elif not any(timer.kind == TIMER for timer in timers.of_case(act.session, case.id)):
        act.later(TIMER, until, case=case, subject=str(case.id))


@due(TIMER, reminds=True)
def nobody_said(act: Act, timer: Timer) -> None:
    """Alert of a grave finding that no person has judged in time: marked as unverified."""
    case = cases.load(act.session, timer.case_id) if timer.case_id else None
    if case is not None and _is_owed(act, case):
        _alert(act, case, "registered", None if _by_person(act, case) else words.UNVERIFIED)


@on("clock_missed")
def overdue(act: Act, case: Case) -> None:
    """Alert of the limits that have passed, once per rule; those that pass together make one message."""
    plan = act.plan_for(case)
    if not is_wanted(plan.alerts, "overdue", case.grade) and "joint_meeting" not in plan.escalation.overdue:
        return
    strictest: dict[str, Clock] = {}
    for clock in strictest_first(clocks.of_case(act.session, case.id), plan):
        if clock.outcome == "missed" and not clock.lapsed_why:  # also of one that was met since: it passed
            strictest.setdefault(clock.rule, clock)
    fresh = [clock for rule, clock in strictest.items() if not _was_told(act, case, mark("overdue", rule))]
    if fresh:
        marks = [mark("overdue", clock.rule) for clock in fresh]
        _announce(act, case, "overdue", marks, joined([words.overdue(clock, plan) for clock in fresh], ";"))


@on("released")
def released(act: Act, case: Case) -> None:
    """Tell of each release of a grave case."""
    newest = next(reversed(releases.of_case(act.session, case.id)), None)
    if newest is not None and is_wanted(act.plan_for(case).alerts, "released", case.grade):
        _alert(act, case, "released", words.released(newest), str(newest.round))


@on("withdrawn")
def withdrawn(act: Act, case: Case) -> None:
    """Take back what was told of a release that is withdrawn."""
    for release in releases.of_case(act.session, case.id):
        if release.withdrawn_at is not None and _was_told(act, case, mark("released", str(release.round))):
            _alert(act, case, "released", words.withdrawn(release), f"withdrawn {release.round}")


@on("event")
def rumour(act: Act, case: Case) -> None:
    """Alert of a rumour that a person has confirmed."""
    if case.rumour == "confirmed" and is_wanted(act.plan_for(case).alerts, "rumour", case.grade):
        _alert(act, case, "rumour", words.RUMOUR)


@on("closed")
@on("merged")
def ended(act: Act, case: Case) -> None:
    """Wait no longer for a word about a case that has ended; whoever was alerted hears how it did."""
    act.no_longer(TIMER, str(case.id))
    _bring_up_to_date(act, case)


def _bring_up_to_date(act: Act, case: Case) -> None:
    """Tell whoever was alerted of a case what has become of it since: another grade, its end, its return."""
    told = [event.note for event in case_event.of_case(act.session, case.id) if event.event == STANDS]
    if not told or told[-1] == _standing(case):
        return
    survivor = cases.load(act.session, case.merged_into) if case.merged_into else None
    became = words.became(case, told[-1], act.plan_for(case), survivor)
    # A finding can be unverified; that a case has ended is a person's word.
    unverified = words.UNVERIFIED if case.is_open and not _by_person(act, case) else None
    _announce(act, case, "registered", [], joined([became, unverified], " · "))


def _standing(case: Case) -> str:
    """Say in one word what a case is: its grade, or how it ended."""
    return case.grade if case.is_open else f"{words.ENDED}{case.exit or case.stage}"


def _keep_standing(act: Act, case: Case) -> None:
    case_event.record(act.session, CaseEvent(case_id=case.id, event=STANDS, at=act.now, note=_standing(case)))


def _is_owed(act: Act, case: Case) -> bool:
    wanted = is_wanted(act.plan_for(case).alerts, "registered", case.grade)
    return wanted and case.is_open and not case.quiet and not _was_told(act, case, mark("registered"))


def _by_person(act: Act, case: Case) -> bool:
    """Say whether a person has graded or confirmed the case."""
    confirmed = any(event.event == "registered" and event.by for event in case_event.of_case(act.session, case.id))
    return case.grade_set_by is not None or confirmed


def _was_told(act: Act, case: Case, occasion: str) -> bool:
    return any(event.event == occasion for event in case_event.of_case(act.session, case.id))


def _told_just_now(act: Act, case: Case) -> bool:
    recorded = case_event.of_case(act.session, case.id)
    return any(event.event.startswith(f"{ALERTED}:") and event.at == act.now for event in recorded)


def _alert(act: Act, case: Case, occasion: Occasion, news: Said | None = None, subject: str = "") -> None:
    """Announce an occasion, once."""
    name = mark(occasion, subject)
    if _was_told(act, case, name):
        return
    if news is None and _told_just_now(act, case):  # that message shows all that this one would
        case_event.record(act.session, CaseEvent(case_id=case.id, event=name, at=act.now))
        return
    _announce(act, case, occasion, [name], news)


def _announce(act: Act, case: Case, occasion: Occasion, marks: Sequence[str], news: Said | None) -> None:
    for name in marks:
        case_event.record(act.session, CaseEvent(case_id=case.id, event=name, at=act.now))
    if occasion in ("registered", "overdue"):
        _keep_standing(act, case)
    plan, last = act.plan_for(case), meetings.newest(act.session, case.id)
    told = words.Alerting(
        news,
        clock_lines(act.session, case, act.now, plan),
        needed(plan.alerts, occasion, case.grade) if case.is_open else (),
        last if last is not None and last.is_ahead(act.now) else None,
    )
    text = words.alert(case, told, plan)
    look = [[Button(t("查看"), "case")]]
    if chats.used_for(act.session, "joint_meeting"):
        act.announce("joint_meeting", text, look, case=case, lane=STATUTORY)
    else:
        act.announce("staff", words.not_heard(text), look, case=case, lane=STATUTORY)
    act.changed(case)
