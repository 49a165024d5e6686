"""From a reading to the machine's finding of a case."""

import uuid
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.lexicon import SIGNS, load_lexicon
from config.plan import GRADES, Plan
from config.plan_file import load_plan
from handlers.judgement.finding import apply_finding, finding, graver, is_unconfirmed_grave
from handlers.reading.post import AccidentGrades, Reading, read_post
from storage.case import Case

PLAN: Plan = load_plan("gangbei-2017").plan
LEXICON = load_lexicon()
TABLE = AccidentGrades(
    tuple((row.grade, row.deaths, row.serious_injuries, row.loss_yuan) for row in PLAN.accident_grades)
)
COLLAPSE = "港北区某工地脚手架坍塌,造成12人死亡,救援正在进行。"
SMALL_COLLAPSE = "港北区某工地脚手架坍塌,造成1人死亡,救援正在进行。"
THREE_DEAD = "港北区某工地脚手架坍塌,造成3人死亡,救援正在进行。"
LUNCH = "今天食堂中午吃红烧肉和青菜,味道不错。"
PERSON = uuid.uuid4()


def read(text: str) -> Reading:
    return read_post(text, lexicon=LEXICON, accident_grades=TABLE, today=date(2026, 11, 24))


def judged(*texts: str) -> Case:
    case = Case(slip=1, title="", plan_hash="", received_at=datetime(2026, 11, 24, tzinfo=UTC))
    for text in texts:
        apply_finding(case, read(text), PLAN)
    return case


def test_lexicon_and_plan_speak_of_the_same_kinds() -> None:
    """Every kind the lexicon can find is a kind of the plan."""
    assert {rule.kind for rule in LEXICON.kinds} - set(SIGNS) == {kind.key for kind in PLAN.kinds}


def test_topics_of_the_plan_can_be_found() -> None:
    """Every topic of the plan but the general one has words in the lexicon."""
    ours = {topic.key for topic in LEXICON.topics if topic.ours}
    assert {topic.key for topic in PLAN.topics} - {PLAN.default_topic} <= ours


def test_grave_accident() -> None:
    """Twelve deaths make a grave emergency with heavy casualties, and the words that say so are the reasons."""
    case = judged(COLLAPSE)
    assert (case.primary_kind, case.grade, case.effects) == ("emergency", "grave", ["heavy_casualties"])
    assert case.toll["deaths"] == 12
    assert any("12人死亡" in own_words for own_words, _ in case.reasons)
    assert all(own_words in COLLAPSE for own_words, _ in case.reasons)


@pytest.mark.parametrize(("text", "effects"), [(SMALL_COLLAPSE, []), (THREE_DEAD, ["heavy_casualties"])])
def test_heavy_casualties_include_the_number_itself(text: str, effects: list[str]) -> None:
    """Casualties are heavy from the plan's number on, the number itself included."""
    assert judged(text).effects == effects


def test_ordinary_post() -> None:
    """A lunch menu has no kind, stays ordinary, and is never certain enough to become a case by itself."""
    case = judged(LUNCH)
    assert (case.kinds, case.primary_kind, case.grade, case.certainty) == ([], None, "ordinary", 0.0)


def test_later_report_raises() -> None:
    """A later report with more deaths raises grade and toll."""
    case = judged(SMALL_COLLAPSE)
    assert apply_finding(case, read(COLLAPSE), PLAN) is True
    assert (case.grade, case.toll["deaths"]) == ("grave", 12)


def test_later_report_never_lowers() -> None:
    """A later, milder report takes nothing back and is no new judgement."""
    case = judged(COLLAPSE)
    assert apply_finding(case, read(LUNCH), PLAN) is False
    assert (case.primary_kind, case.grade, case.effects) == ("emergency", "grave", ["heavy_casualties"])


def test_what_is_only_recalled_grades_nothing() -> None:
    """The victims of another year are no toll of this case."""
    case = judged("港北区某工地脚手架坍塌,造成1人受伤。去年该工地曾发生事故造成12人死亡。")
    assert (case.grade, case.toll) == ("ordinary", {"injured": 1})


def test_persons_grade_stands() -> None:
    """A grade that a person set is not overwritten by a later report."""
    case = judged(SMALL_COLLAPSE)
    case.grade, case.grade_set_by = "ordinary", PERSON
    apply_finding(case, read(COLLAPSE), PLAN)
    assert case.grade == "ordinary"


def test_persons_kinds_stand() -> None:
    """Kinds that a person set are not overwritten by a later report."""
    case = judged(LUNCH)
    case.kinds, case.primary_kind, case.kinds_set_by = ["hot_topic"], "hot_topic", PERSON
    apply_finding(case, read(COLLAPSE), PLAN)
    assert (case.kinds, case.primary_kind) == (["hot_topic"], "hot_topic")


def test_corrected_topic_stands() -> None:
    """A topic that a person corrected stays, also when it was set back to the general one."""
    case = judged(LUNCH)
    apply_finding(case, read("某小区停水三天,自来水供水一直没有恢复,居民用水困难。"), PLAN, {"topic"})
    assert case.topic == PLAN.default_topic


def test_effect_taken_off_stays_off() -> None:
    """Heavy casualties that a person denied do not come back with the next report of the same toll."""
    case = judged(COLLAPSE)
    case.effects = []
    apply_finding(case, read(COLLAPSE), PLAN)
    assert case.effects == []


def test_other_bodys_matter() -> None:
    """What another body answers for names that body as the lead."""
    text = next(topic for topic in LEXICON.topics if not topic.ours)
    case = judged(f"{text.words[0]}的问题一直没人管,{text.words[1]}也没有人处理。")
    assert case.lead_body == text.body


def test_rumour_is_only_a_suspicion() -> None:
    """The machine suspects a rumour and never decides it."""
    case = judged("网传某小区自来水致癌,剧毒!紧急扩散,速转!不转不是中国人!!!")
    assert case.rumour == "suspected"


@given(st.lists(st.sampled_from([COLLAPSE, SMALL_COLLAPSE, THREE_DEAD, LUNCH]), min_size=1, max_size=6))
def test_finding_only_rises(texts: list[str]) -> None:
    """Whatever the order of the reports, the case always ends at the gravest of them and keeps every kind."""
    case = judged(*texts)
    found = [finding(read(text), PLAN) for text in texts]
    gravest_first: list[str] = list(GRADES)
    assert case.grade == min((each.grade for each in found), key=gravest_first.index)
    assert set(case.kinds) == {kind for each in found for kind in each.kinds}
    assert case.toll.get("deaths", 0) == max(each.toll.get("deaths", 0) for each in found)


@given(st.sampled_from(GRADES), st.sampled_from(GRADES))
def test_graver_is_one_of_both(one: str, other: str) -> None:
    """The graver of two grades is always one of them, whatever the order."""
    assert graver(one, other) == graver(other, one) in (one, other)


def test_only_the_machines_grave_grade_waits_for_a_person() -> None:
    """A registered case that is grave by the machine's word alone waits for a person; a person's grade does not."""
    case = judged(COLLAPSE)
    assert not is_unconfirmed_grave(case)  # a slip is confirmed as a whole
    case.number = "1号"
    assert is_unconfirmed_grave(case)
    case.grade_set_by = PERSON
    assert not is_unconfirmed_grave(case)
