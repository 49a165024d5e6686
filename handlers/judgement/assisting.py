"""协办: the bodies that assist the one that answers for a case (实施方案 一): named, shown, and asked for facts."""

from typing import Final

from config.language import t
from handlers.act import STATUTORY, Act
from handlers.conversation import Button
from handlers.drafting import agencies, consulting
from handlers.drafting.evidence_words import agency_name_too_long
from handlers.errors import Refusal
from handlers.judgement import naming, words
from handlers.judgement.correcting import corrected, only_open
from handlers.registry import said
from storage import person as people
from storage.case import Case

MOST: Final = 10  # of one case
PARTED: Final = "、"


@said("assist", "协办", "协助", help=t("请其他单位协办并提供情况:协办 12 水务局、应急局;不再协办:协办 12 无"))
def assist(act: Act, case: Case, typed: str) -> None:
    """Let bodies assist besides those that do, and ask them for what they know; 无: nobody assists any more."""
    only_open(case)
    before = list(case.assisting_bodies)
    if agencies.touches_none(typed):
        _keep(act, case, [])
        act.answer(words.nobody_assists(case), case=case)
        return
    new = [name for name in _named(act, case, typed) if name not in before]
    if not new:
        raise Refusal(words.assists_already(case))
    if len(before) + len(new) > MOST:
        raise Refusal(words.too_many_assist(MOST))
    _keep(act, case, [*before, *new])
    asked = {name: _ask(act, case, name) for name in new}
    act.answer(words.assisted(case, new, [name for name in new if not asked[name]]), case=case)


def _named(act: Act, case: Case, typed: str) -> tuple[str, ...]:
    known = consulting.known_agencies(act)
    named = agencies.named(typed, known)
    if not named:
        left = {name: t("{name}", name=name) for name in known if name not in case.assisting_bodies}
        rows = [[Button(left[name], "assist", name) for name in row] for row in naming.in_rows(left)]
        raise Refusal(words.who_assists(case), rows, case_id=case.id)
    if any(len(name) > agencies.LONGEST_NAME for name in named):
        raise Refusal(agency_name_too_long(agencies.LONGEST_NAME))
    if case.lead_body in named:
        raise Refusal(words.leads_itself(case))
    return named


def _keep(act: Act, case: Case, bodies: list[str]) -> None:
    before, case.assisting_bodies = PARTED.join(case.assisting_bodies), bodies
    corrected(act, case, "assisting_bodies", before, PARTED.join(bodies))


def _ask(act: Act, case: Case, body: str) -> bool:
    """Ask the people of a body for what they know; False when no chat reaches any of them."""
    text = words.please_assist(case, body, act.plan_for(case).bureau.name)
    theirs = [person for person in people.everybody(act.session) if person.agency == body]
    told = [act.tell(person, text, case=case, lane=STATUTORY) for person in theirs]
    return any(told)
