"""From a reading to the case's finding: the machine's word only rises and never overwrites a person's (R3)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from config.plan import GRADES, Effect, HeavyCasualties, Plan
from handlers.learning.in_use import NONE
from handlers.reading.heard import EMERGENCY
from handlers.reading.post import Reading
from storage.case import Case

TOLL_FIELDS: Final = ("deaths", "serious_injuries", "injured", "missing", "trapped", "loss_yuan")
REASONS_KEPT: Final = 8
WORDS_LEARNED: Final = 3
SURE: Final = 0.75  # from this probability on a learned kind or topic is proposed; below, the desk asks
UNSURE: Final = "unsure:"  # what words speak for that speak for a kind the rules do not find
ORDINARY: Final = "ordinary"
GRAVE: Final = ("extremely_grave", "grave")


@dataclass(frozen=True)
class Finding:
    """What the desk proposes about a case; a person confirms or corrects it."""

    kinds: tuple[str, ...]  # the primary one first
    topic: str | None
    grade: str
    effects: tuple[Effect, ...]
    toll: dict[str, int]
    reasons: tuple[tuple[str, str], ...]  # the text's own words, and the kind or grade they speak for
    suspected_rumour: bool
    certainty: float  # that it must be answered: however surely a post is ordinary, a person says so
    lead_body: str


def finding(reading: Reading, plan: Plan) -> Finding:
    """Return what a reading means under a plan; a kind or topic the plan does not know falls away."""
    kinds = _kinds(reading, plan)
    toll = {name: number for name in TOLL_FIELDS if (number := reading.toll.of_now(name)) is not None}
    return Finding(
        kinds=kinds,
        topic=_topic(reading, plan),
        grade=reading.grade or ORDINARY,
        effects=("heavy_casualties",) if is_heavy(toll, plan.heavy_casualties) else (),
        toll=toll,
        reasons=(*_learned_reasons(reading, kinds), *_read_reasons(reading))[:REASONS_KEPT],
        suspected_rumour=reading.is_suspected_rumour,
        certainty=_certainty(reading) if kinds else 0.0,
        lead_body=_lead_body(reading, plan),
    )


def _kinds(reading: Reading, plan: Plan) -> tuple[str, ...]:
    """Put the kind that was learned first where it is sure; a rule's kinds stay, and a grave toll stays first."""
    known = {kind.key for kind in plan.kinds}
    found = [kind for kind in reading.kinds if kind in known]
    learned = reading.learned.kind
    if learned is None or learned.certainty < SURE or learned.label not in known:
        return tuple(found)
    grave = [EMERGENCY] if reading.grade in GRAVE and EMERGENCY in found else []
    return tuple(dict.fromkeys([*grave, learned.label, *found]))


def _topic(reading: Reading, plan: Plan) -> str | None:
    known = {topic.key for topic in plan.topics}
    learned = reading.learned.topic
    if learned is not None and learned.certainty >= SURE and learned.label in known:
        return learned.label
    return reading.ours if reading.ours in known else None


def _disputed(reading: Reading) -> str | None:
    """Name what the models find where the rules find something else; None: they agree, or nothing was learned."""
    learned = reading.learned.kind
    of_rules = reading.primary or (ORDINARY if reading.public_affairs else NONE)
    if learned is None or learned.label == of_rules or {learned.label, of_rules} <= {ORDINARY, NONE}:
        return None
    return learned.label


def _learned_reasons(reading: Reading, kinds: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the words that weighed most for what was learned: for the kind where it is taken, else for the doubt."""
    learned, disputed = reading.learned.kind, _disputed(reading)
    if learned is None or not learned.words:
        return []
    taken = learned.certainty >= SURE and learned.label in kinds
    speaks_for = learned.label if taken else f"{UNSURE}{disputed}"
    return [(word, speaks_for) for word in learned.words[:WORDS_LEARNED]] if taken or disputed else []


def _read_reasons(reading: Reading) -> tuple[tuple[str, str], ...]:
    return tuple((reason.words, reason.speaks_for) for reason in reading.reasons)


def _certainty(reading: Reading) -> float:
    """Return how sure it is that a post must be answered; where rules and models part, a person is asked."""
    learned = reading.learned.kind
    if learned is None:
        return reading.certainty
    if _disputed(reading) is None:
        return max(reading.certainty, learned.certainty)
    return min(reading.certainty, 1 - learned.certainty)


def is_heavy(toll: dict[str, int], threshold: HeavyCasualties) -> bool:
    """Say whether the casualties are heavy: either number reached, itself included (实施方案 三.1)."""
    deaths, injuries = toll.get("deaths", 0), toll.get("serious_injuries", 0)
    return deaths >= threshold.deaths or injuries >= threshold.serious_injuries


def graver(one: str, other: str) -> str:
    """Return the graver of two grades."""
    order: list[str] = list(GRADES)
    return min(one, other, key=order.index)


def is_graver(found: str | None, than: str) -> bool:
    """Say whether a grade that was read is graver than another."""
    return found is not None and found != than and graver(found, than) == found


def is_unconfirmed_grave(case: Case) -> bool:
    """Say whether an open, registered case is grave so far by the machine's word alone."""
    return case.is_open and case.number is not None and case.grade in GRAVE and case.grade_set_by is None


def apply_finding(case: Case, reading: Reading, plan: Plan, corrected: Collection[str] = ()) -> bool:
    """Let a reading raise the machine's finding of a case; say whether the judgement changed.

    `corrected` names fields a person has set (corrections.fields): they stay. Nothing is ever lowered: a later,
    milder report does not take back what an earlier one said.
    """
    found = finding(reading, plan)
    before = _judgement(case)
    first = not (case.kinds or case.reasons or case.lead_body)
    _raise_effects(case, found, plan)
    if case.kinds_set_by is None:
        _raise_kinds(case, found)
    if case.grade_set_by is None:
        case.grade = graver(case.grade, found.grade)
    if "topic" not in corrected and found.topic and (first or case.topic == plan.default_topic):
        case.topic = found.topic
    if first:
        case.lead_body = found.lead_body
    elif "lead_body" not in corrected and found.lead_body == plan.lead_body.zh:
        case.lead_body = found.lead_body  # one report that is ours makes the case ours
    if found.suspected_rumour and case.rumour == "none":
        case.rumour = "suspected"
    _add_reasons(case, found)
    case.certainty = max(case.certainty, found.certainty)
    return _judgement(case) != before


def _lead_body(reading: Reading, plan: Plan) -> str:
    elsewhere = reading.topic is not None and not reading.topic.ours and reading.topic.body
    return elsewhere or plan.lead_body.zh


def _raise_kinds(case: Case, found: Finding) -> None:
    case.kinds = [*dict.fromkeys([*case.kinds, *found.kinds])]
    case.primary_kind = case.primary_kind or next(iter(found.kinds), None)


def _raise_effects(case: Case, found: Finding, plan: Plan) -> None:
    """Raise the toll and what follows from it; an effect a person took off does not come back by itself."""
    was_heavy = is_heavy(case.toll, plan.heavy_casualties)
    case.toll = {
        name: max(case.toll.get(name, 0), found.toll.get(name, 0))
        for name in TOLL_FIELDS
        if name in case.toll or name in found.toll
    }
    if not was_heavy and is_heavy(case.toll, plan.heavy_casualties):
        case.effects = [*dict.fromkeys([*case.effects, "heavy_casualties"])]


def _add_reasons(case: Case, found: Finding) -> None:
    new = [list(reason) for reason in found.reasons]
    case.reasons = [*case.reasons, *(reason for reason in new if reason not in case.reasons)][:REASONS_KEPT]


def _judgement(case: Case) -> tuple[object, ...]:
    """Return what other capabilities follow: a change of it is a new judgement."""
    return (tuple(case.kinds), case.primary_kind, case.grade, tuple(case.effects), case.topic, case.rumour)
