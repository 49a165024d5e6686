"""催办 · 升级 · 更多: what a person pushes on before the desk itself would, and what else can be done."""

import uuid

from config.language import Line, t
from handlers.act import STATUTORY, Act
from handlers.assignment import asking
from handlers.clocks import escalating
from handlers.errors import Refusal
from handlers.registry import said
from handlers.urging import further, nagging, words
from storage import person as people
from storage.case import Case


@said("nag", "催办", "催", help=t("催一催这一步等的人:催办 12"))
def nag(act: Act, case: Case, _words: str) -> None:
    """Remind whoever the next step waits for, now."""
    told, unreached = nagging.nag(act, case)
    act.answer(words.nagged(case, told, unreached), case=case)


@said("escalate", "升级", help=t("不等时间到,马上往上一级:升级 12"))
def escalate(act: Act, case: Case, _words: str) -> None:
    """Take the next rung now: ask the next one to take the case, or, when a limit was missed, the next step up."""
    if case.stage == "acceptance" and case.asked_ids:
        before = people.person(act.session, uuid.UUID(case.asked_ids[-1])).name
        text: Line = words.asked_above(case, before, asking.ask_next(act, case))
    elif case.is_open and escalating.missed(act, case):
        step = escalating.climb_now(act, case)
        if step is None:
            raise Refusal(words.at_the_top(case))
        text = words.climbed(case, step)
    else:
        raise Refusal(words.nothing_to_escalate(case))
    if act.chat is None or act.chat.use != "staff" or act.tapped:
        act.announce("staff", text, case=case, lane=STATUTORY)
    act.answer(text, case=case)


@said("more", "更多", help=t("看这件案子还能办什么:更多 12"))
def more(act: Act, case: Case, _words: str) -> None:
    """Offer, to whoever asks alone, what else they may do about a case where it stands."""
    found = further.offered(act, case)
    act.aside(words.further(case) if found else words.nothing_further(case), found, case=case)
