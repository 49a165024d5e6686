"""What was asked of somebody and can still be done: of each button what its verb would say now."""

import uuid
from collections.abc import Callable, Mapping
from typing import Final

from handlers.act import Act
from handlers.assignment.asking import HELD
from handlers.clocks.escalating import PHONED, missed
from handlers.conversation import read_press
from handlers.drafting import rewriting
from handlers.drafting.agencies import press_argument
from handlers.drafting.manifest import short_hash
from handlers.gates.asking import asked_people
from handlers.meeting import answering
from handlers.on_hand import on_hand
from handlers.release import withdrawing
from handlers.release.proving import is_unsure
from storage import case as cases
from storage import case_event
from storage import clock as clocks
from storage import draft as drafts
from storage import meeting as meetings
from storage import paper as papers
from storage import person as people
from storage import release as releases
from storage.case import Case
from storage.person import Person

Rule = Callable[[Act, Person, Case, str], bool]


def is_question(press: str) -> bool:
    """Say whether a button answers something: any other only looks, or chooses what one asked about oneself."""
    return read_press(press)[0] in _RULES


def is_still_open(act: Act, person: Person, press: str) -> bool:
    """Say whether somebody was asked for something by a button, and it is still to be done."""
    verb, case_id, argument = read_press(press)
    rule = _RULES.get(verb)
    case = cases.seen(act.session, uuid.UUID(case_id)) if rule is not None and case_id else None
    return rule is not None and case is not None and rule(act, person, case, argument)


def _allowed(*actions: str) -> Rule:
    return lambda _act, _person, case, _argument: any(case.allows(action) for action in actions)


def _to_take(act: Act, person: Person, case: Case, _argument: str) -> bool:
    if case.spokesperson_id is None or case.spokesperson_id == person.id or case.stage not in HELD:
        return case.allows("accept")
    return on_hand(act).is_away(people.person(act.session, case.spokesperson_id))


def _to_step_in(act: Act, person: Person, case: Case, _argument: str) -> bool:
    return case.is_open and case.spokesperson_id != person.id and bool(missed(act, case))


def _owed_by(verb: str) -> Rule:
    """Say whether a limit runs, or stays missed, that this verb ends."""

    def rule(act: Act, _person: Person, case: Case, _argument: str) -> bool:
        plan, rows = act.plan_for(case), clocks.of_case(act.session, case.id)
        live = [row for row in rows if row.outcome == "running" or row.is_overdue]
        return case.is_open and any(plan.clock(row.rule).verb == verb for row in live)

    return rule


def _to_write(act: Act, person: Person, case: Case, argument: str) -> bool:
    if not argument:
        return case.stage in ("draft", "follow_up")
    text = rewriting.awaited(act, case, person.id, argument.removeprefix(rewriting.CANCELS))
    return text is not None and rewriting.may_keep(case, text)


def _to_sign(act: Act, person: Person, case: Case, argument: str) -> bool:
    newest = drafts.newest(act.session, case.id)
    if newest is None or case.stage not in ("review", "signature"):
        return False
    name, _, position = argument.partition(".")
    return (not name or name == short_hash(newest.manifest_hash or "")) and any(
        person.id in [one.id for one in asked_people(act, row)]
        for row in drafts.steps(act.session, case.id, newest.round)
        if row.stage == "open" and position in ("", str(row.position))
    )


def _to_issue(act: Act, _person: Person, case: Case, argument: str) -> bool:
    newest = drafts.newest(act.session, case.id)
    named = newest is not None and argument in ("", short_hash(newest.manifest_hash or ""))
    return case.allows("issue") and named


def _to_touch(act: Act, _person: Person, case: Case, _argument: str) -> bool:
    newest = drafts.newest(act.session, case.id)
    return newest is not None and case.allows("submit") and newest.touches == "unasked"


def _to_confirm(act: Act, person: Person, case: Case, argument: str) -> bool:
    newest = drafts.newest(act.session, case.id)
    if newest is None or case.stage not in ("draft", "review", "signature", "issue"):
        return False
    waiting = [row.agency for row in drafts.agencies(act.session, case.id, newest.round) if row.word == "waiting"]
    live = [press_argument(answer, newest.version) for answer in ("agreed", "objected")]
    return argument in live and person.agency in waiting


def _to_phone(act: Act, _person: Person, case: Case, name: str) -> bool:
    done = [each for each in case_event.of_case(act.session, case.id) if each.event == PHONED and each.note == name]
    if not case.is_open or done:
        return False
    asked = case.asked_ids[-1:] if case.stage == "acceptance" else []
    awaited = [people.person(act.session, uuid.UUID(each)).name for each in asked]
    return name in awaited or bool(missed(act, case))


def _to_wait(act: Act, _person: Person, case: Case, _argument: str) -> bool:
    return any(row.outcome == "running" for row in clocks.of_case(act.session, case.id))


def _to_explain(act: Act, _person: Person, case: Case, _argument: str) -> bool:
    rows = clocks.of_case(act.session, case.id)
    return any(row.outcome == "missed" and not row.late_why for row in rows)


def _to_settle(act: Act, person: Person, case: Case, argument: str) -> bool:
    rows = papers.of_case(act.session, case.id)
    return any(row.stage == "waiting" and (str(row.id), row.signer_id) == (argument, person.id) for row in rows)


def _to_look_up(act: Act, _person: Person, case: Case, round_: str) -> bool:
    return any(
        row.stage == "failing" and is_unsure(row.trouble)
        for release in releases.of_case(act.session, case.id)
        if str(release.round) == round_
        for row in releases.channels(act.session, release.id)
    )


def _to_retract(act: Act, _person: Person, case: Case, argument: str) -> bool:
    standing = [one.public_id for one in releases.of_case(act.session, case.id) if one.withdrawn_at is None]
    named = argument.removeprefix(withdrawing.CANCELS).partition(" ")[0]
    return case.is_open and standing[-1:] == [named]


def _to_answer(act: Act, _person: Person, case: Case, argument: str) -> bool:
    newest = meetings.newest(act.session, case.id)
    return newest is not None and newest.is_ahead(act.now) and argument == answering.asked(newest)


def _to_do(act: Act, _person: Person, case: Case, argument: str) -> bool:
    return argument in [str(task.n) for task in meetings.open_tasks(act.session, case.id)]


_RULES: Final[Mapping[str, Rule]] = {
    "confirm": _allowed("register"),
    "false_alarm": lambda _act, _person, case, _argument: case.stage == "confirmation",
    "ack": _to_take,
    "step_in": _to_step_in,
    "assign": _allowed("assign"),
    "close": _allowed("close"),
    **{verb: _owed_by(verb) for verb in ("accept", "reply", "transfer", "refer", "upward", "conference")},
    "draft": _to_write,
    "template": _to_write,
    "submit": _allowed("submit"),
    "touches": _to_touch,
    "agency_confirm": _to_confirm,
    "approve": _to_sign,
    "reject": _to_sign,
    "paper_confirm": _to_settle,
    "paper_deny": _to_settle,
    "issue": _to_issue,
    "issue_now": _to_issue,
    "cancel": _to_issue,
    "post_seen": _to_look_up,
    "post_again": _to_look_up,
    "retract_now": _to_retract,
    PHONED: _to_phone,
    "snooze": _to_wait,
    "reason": _to_explain,
    "attend": _to_answer,
    "deputy": _to_answer,
    "absent": _to_answer,
    "done": _to_do,
}
