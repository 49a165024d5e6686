"""Who is reminded of a limit, and who hears that it has passed."""

from collections.abc import Sequence
from typing import Final

from config.language import Line, t
from handlers.act import STATUTORY, Act
from handlers.clocks import words
from handlers.clocks.owners import who_can_end
from handlers.clocks.strictest import binding, strictest_first
from handlers.conversation import Button
from handlers.on_hand import OnHand, on_hand
from storage import clock as clocks
from storage.case import Case
from storage.clock import Clock
from storage.person import Person

ONE_TAP: Final[dict[str, Line]] = {
    "upward": t("已上报"),
    "conference": t("已召开"),
    "accept": t("受理"),
    "reply": t("答复"),
    "transfer": t("转办"),
    "refer": t("已移交"),
}
WHY: Final = [Button(t("说明原因"), "reason")]
ABOVE: Final = (Button(t("接管"), "step_in", urgent=True), Button(t("指派"), "assign"), *WHY)
SEE: Final = (Button(t("查看"), "case"),)
TAKE: Final = (Button(t("认领"), "ack", urgent=True), Button(t("指派"), "assign"))
DRAFT: Final = (Button(t("起草说明"), "draft", urgent=True), Button(t("📄模板"), "template"))
TO_RELEASE: Final[dict[str, tuple[Button, ...]]] = {
    "confirmation": (Button(t("属实"), "confirm", urgent=True), Button(t("误报"), "false_alarm")),
    "assignment": TAKE,
    "acceptance": TAKE,
    "draft": DRAFT,
    "issue": (Button(t("发布"), "issue", urgent=True), *SEE),
    "follow_up": DRAFT,
}


def remind(act: Act, case: Case, clock: Clock) -> None:
    """Remind the one who can end a clock, with one tap to do it."""
    plan = act.plan_for(case)
    owner = who_can_end(plan.clock(clock.rule).owner, case, on_hand(act))
    text = words.reminder(case, clock, act.now, plan)
    buttons = [_to_end(act, case, clock), [Button(t("稍后10分"), "snooze", "10分")]]
    if owner is None or not act.tell(owner, text, buttons, case=case, lane=STATUTORY):
        act.announce("staff", text, buttons, case=case, lane=STATUTORY)


def tell_missed(act: Act, case: Case, missed: Sequence[Clock]) -> None:
    """Tell those who could have ended them, the staff, and whoever the plan wants to hear of it (R6)."""
    plan, here = act.plan_for(case), on_hand(act)
    found = [(clock, who_can_end(plan.clock(clock.rule).owner, case, here)) for clock in strictest_first(missed, plan)]
    owners = {owner.id: owner for _, owner in found if owner is not None}
    for owner in owners.values():
        own = [(clock, whose) for clock, whose in found if whose is not None and whose.id == owner.id]
        buttons = [_to_end(act, case, own[0][0]), WHY]
        act.tell(owner, words.missed(case, own, act.now, plan), buttons, case=case, lane=STATUTORY)
    text = words.missed(case, found, act.now, plan)
    for person in _superiors(plan.escalation.overdue, here):
        if person.id not in owners:
            act.tell(person, text, to_step_in(act, case, person), case=case, lane=STATUTORY)
    act.announce("staff", text, [ABOVE], case=case, lane=STATUTORY)


def to_step_in(act: Act, case: Case, person: Person) -> list[list[Button]]:
    """Offer somebody above what they may do about a missed limit: take the case over, or give it to another."""
    roles = frozenset(person.roles)
    offered = [button for button in ABOVE if act.house.rights.may(roles, button.verb, "direct")]
    own = case.spokesperson_id == person.id
    return [[*(button for button in offered if not own or button.verb != "step_in"), *SEE]]


def one_tap(act: Act, case: Case) -> list[Button]:
    """Offer the next step of a case: of an online question all that ends a limit, else what its stage waits for."""
    live = binding(clocks.of_case(act.session, case.id), act.plan_for(case)) if case.track == "question" else []
    ends = {button.verb: button for clock in live for button in _to_end(act, case, clock)}
    return list(ends.values()) or list(TO_RELEASE.get(case.stage, SEE))


def _superiors(roles: Sequence[str], here: OnHand) -> list[Person]:
    found = [
        person
        for role in roles
        for person in (here.duty_leaders if role == "duty_leader" else here.with_role(role))
        if here.can_ask(person)
    ]
    return list({person.id: person for person in found}.values())


def _to_end(act: Act, case: Case, clock: Clock) -> list[Button]:
    """Offer the next step towards ending a clock, where the case stands now."""
    verb = act.plan_for(case).clock(clock.rule).verb
    if verb == "draft":
        return list(TO_RELEASE.get(case.stage, SEE))
    return [Button(ONE_TAP[verb], verb, urgent=True)] if verb in ONE_TAP else list(SEE)
