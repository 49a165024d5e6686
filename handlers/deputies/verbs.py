"""委托 … 至 …, 收回委托: somebody who is away is stood in for, until a moment."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from config.language import Said, t
from config.plan import Delegation
from handlers.act import APPROVAL, Act
from handlers.assignment import asking as assigning
from handlers.deputies import terms, words
from handlers.deputies.terms import SPOKESPERSON
from handlers.errors import Refusal
from handlers.gates import asking, naming, review, rounds
from handlers.gates import words as gate_words
from handlers.gates.review import SIGNATURE
from handlers.on_hand import on_hand
from handlers.registry import due, on, said
from handlers.words import roles
from storage import case as cases
from storage import draft as drafts
from storage import mandate as mandates
from storage import person as people
from storage.case import Case
from storage.draft import Draft, GateStep
from storage.mandate import Mandate
from storage.person import Person
from storage.timer import Timer

ENDS = "mandate_ends"


@said(
    "entrust", "定期委托", about="nothing", instead_of=("delegate", terms.is_term),
    help=t("外出时把职责委托他人到某时:委托 张三 至 11-28 18:00 法律关 出差"),
)  # fmt: skip
def entrust(act: Act, said_words: str) -> None:
    """Hand over what one answers for, or a part of it, until a moment."""
    wanted = terms.read(said_words, act.today, act.house.zone)
    if wanted is None or wanted.ends_at is None:
        raise Refusal(words.form())
    deputy = naming.called(act, wanted.who, words.form())
    meant, reason = terms.named(wanted.rest, _names(act))
    own = terms.held(act.somebody, _gates(act))
    rights = () if set(meant) - set(own) else meant or own
    _refuse(act, deputy, rights, wanted.ends_at)
    row = Mandate(
        giver_id=act.somebody.id, deputy_id=deputy.id, rights=list(rights), reason=reason,
        begins_at=act.now, ends_at=wanted.ends_at,
    )  # fmt: skip
    mandates.save(act.session, row)
    act.later(ENDS, row.ends_at, subject=str(row.id))
    shown = rights_named(act, row)
    # In the lane of what the deputy is asked for at once: this comes first.
    act.tell(deputy, words.given_to_you(act.somebody.name, shown, row.ends_at, reason), lane=APPROVAL)
    moved = _hand_over_gates(act, row, deputy)
    _hand_over_asking(act, row, deputy)
    act.announce("staff", words.told_staff(act.somebody.name, deputy.name, shown, row.ends_at))
    act.reply(words.given(deputy.name, shown, row.ends_at, moved))


@said("revoke", "收回委托", about="nothing", help=t("提前收回委托:收回委托"))
def revoke(act: Act, _words: str) -> None:
    """Take back what one handed over."""
    own = [one for one in mandates.active(act.session, act.now) if one.giver_id == act.somebody.id]
    if not own:
        raise Refusal(words.nothing_given())
    for row in own:
        act.no_longer(ENDS, str(row.id))
        told = words.revoked(act.somebody.name, people.person(act.session, row.deputy_id).name)
        _end(act, row, "revoked", told)
        act.reply(told)


@due(ENDS)
def end(act: Act, timer: Timer) -> None:
    """Let a mandate end by itself; both hear of it."""
    row = mandates.load(act.session, uuid.UUID(timer.subject))
    if row.stage != "active":
        return
    giver, deputy = people.person(act.session, row.giver_id), people.person(act.session, row.deputy_id)
    told = words.ended(giver.name, deputy.name)
    _end(act, row, "ended", told)
    act.tell(giver, told)


@on("duty_shown")
def show(act: Act, _case: Case | None) -> None:
    """Name who acts for whom, beside who is on duty."""
    shown: list[Said] = []
    for row in mandates.active(act.session, act.now):
        giver, deputy = people.person(act.session, row.giver_id), people.person(act.session, row.deputy_id)
        shown.append(words.in_force(giver.name, deputy.name, rights_named(act, row), row.ends_at))
    if shown:
        act.reply(words.list_in_force(shown))


def rights_named(act: Act, row: Mandate) -> list[Said]:
    """Name what a mandate is for."""
    plan = act.house.plan
    known = {*_gates(act), SIGNATURE}
    return [rounds.gate_of(plan, right).name if right in known else words.SPEAKING for right in row.rights]


def _gates(act: Act) -> list[str]:
    return [gate.key for gate in act.house.plan.review.gates]


def _names(act: Act) -> Mapping[str, Sequence[str]]:
    """Return how each right may be called."""
    known = {gate: naming.called_also(act.house.plan, gate) for gate in (*_gates(act), SIGNATURE)}
    return {**known, SPOKESPERSON: (SPOKESPERSON, "发言人", "新闻发言人", "网络发言人")}


def _refuse(act: Act, deputy: Person, rights: Sequence[str], ends_at: datetime) -> None:
    rule: Delegation = act.house.plan.delegation
    active = mandates.active(act.session, act.now)
    why = terms.may_give(
        act.somebody, deputy, rights, rule=rule, active=active, ends_at=ends_at, now=act.now
    )  # fmt: skip
    if not why and not on_hand(act).can_ask(deputy):
        why = "unreached"
    if why:
        may = roles({role for right in rights for role in rule.may_go_to(right)})
        raise Refusal(words.cannot(why, deputy.name, rule.longest_days, may))


def _hand_over_gates(act: Act, row: Mandate, deputy: Person) -> list[Said]:
    """Ask the deputy for the gates that the giver is asked for now."""
    told: list[Said] = []
    for case, newest, step in _open_steps(act, str(row.giver_id)):
        if step.gate not in row.rights:
            continue
        round_, gate = rounds.load(act, case, newest), asking.gate_name(act, case, step.gate)
        if review.may_take_over(round_, step.gate, deputy.id):
            told.append(words.stays(case, gate, deputy.name))
            continue
        rounds.keep(act, case, newest, review.delegated(round_, step.gate, row.giver_id, deputy.id))
        step.stands_for = {**step.stands_for, str(deputy.id): str(row.giver_id)}
        drafts.save(act.session, step)
        act.changed(case)
        asking.send(act, case, newest, step, deputy, gate_words.in_stead(act.somebody.name))
        told.append(words.moved(case, gate, deputy.name))
    return told


def _hand_over_asking(act: Act, row: Mandate, deputy: Person) -> None:
    """Ask the deputy to take the cases that the giver is asked to take now."""
    if SPOKESPERSON not in row.rights:
        return
    for found in cases.open_cases(act.session):
        if found.stage == "acceptance" and found.asked_ids[-1:] == [str(row.giver_id)]:
            assigning.ask(act, cases.load(act.session, found.id), deputy)


def _end(act: Act, row: Mandate, stage: str, told: Said) -> None:
    row.stage, row.ended_at = stage, act.now
    mandates.save(act.session, row)
    act.tell(people.person(act.session, row.deputy_id), told)
    act.announce("staff", told)
    for case, newest, step in _open_steps(act, str(row.deputy_id)):
        if step.stands_for.get(str(row.deputy_id)) == str(row.giver_id) and step.gate in row.rights:
            _take_back(act, case, newest, step, row.deputy_id)


def _take_back(act: Act, case: Case, newest: Draft, step: GateStep, deputy: uuid.UUID) -> None:
    """Ask whoever is first in turn now, in place of a deputy whose mandate is over."""
    asking.clear_timers(act, step)
    rounds.keep(act, case, newest, review.unasked(rounds.load(act, case, newest), step.gate, deputy))
    step.stands_for = {who: whom for who, whom in step.stands_for.items() if who != str(deputy)}
    drafts.save(act.session, step)
    act.changed(case)
    if not step.asked_ids:
        asking.open_gate(act, case, newest, step.gate)
    else:
        asking.set_timers(act, case, step)


def _open_steps(act: Act, person: str) -> list[tuple[Case, Draft, GateStep]]:
    """List the open gates that somebody is asked for, in all cases."""
    found: list[tuple[Case, Draft, GateStep]] = []
    for open_case in cases.open_cases(act.session):
        newest = drafts.newest(act.session, open_case.id)
        if newest is None or open_case.stage not in ("review", "signature"):
            continue
        case = cases.load(act.session, open_case.id)
        steps = drafts.steps(act.session, case.id, newest.round)
        found += [(case, newest, step) for step in steps if step.stage == "open" and person in step.asked_ids]
    return found
