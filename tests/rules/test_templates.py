"""Templates: what is suggested, what fills a place, what stays a gap, and what a plan may not write."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import config
from config.language import Voice
from config.plan_file import PlanError, load_plan
from handlers.drafting.templates import FACTS, filled, gaps, suggested, told_by

PLAN = load_plan("gangbei-2017").plan
KINDS = ("初步通报", "辟谣", "解读", "答复", "情况通报")


def test_the_plan_has_a_template_for_each_of_the_five_kinds() -> None:
    """初步通报, 情况通报, 辟谣, 答复, 解读."""
    assert tuple(template.name.zh for template in PLAN.templates) == KINDS


@pytest.mark.parametrize(
    ("clocks", "kinds", "rumour", "expected"),
    [
        (["report_upward", "first_release"], ["emergency"], False, "first_notice"),
        (["first_release"], ["emergency"], True, "first_notice"),
        (["respond"], ["vital_interests"], True, "rebuttal"),
        (["respond"], ["policy_misread"], False, "interpretation"),
        (["question_answer"], [], False, "answer"),
        (["respond"], [], False, "situation"),
        (["keep_publishing"], ["emergency"], False, "situation"),
    ],
)
def test_the_first_that_suits_is_suggested(clocks: list[str], kinds: list[str], *, rumour: bool, expected: str) -> None:
    """The facts within the hour come first, then what the case is about."""
    found = suggested(PLAN.templates, clocks=clocks, kinds=kinds, rumour=rumour)
    assert found is not None
    assert found.key == expected


def test_nothing_is_suggested_where_nothing_suits() -> None:
    """A case without clocks and kinds suggests none."""
    assert suggested(PLAN.templates, clocks=(), kinds=(), rumour=False) is None


def test_facts_fill_the_places_named_so() -> None:
    """A label in either width counts; the newest of two counts; what has none is a sentence."""
    form = "{时间}{地点}{原因}{事实}"
    known = told_by(["地点:江南路", "时间\uff1a24日8时。", "停水3天。", "地点:江北路", "影响280户"], form)
    assert known == {"地点": "江北路", "时间": "24日8时", FACTS: "停水3天。影响280户"}
    assert filled("{时间}{地点}{原因}", known) == "24日8时江北路〔待填:原因〕"


def test_a_fact_whose_label_the_form_does_not_ask_for_is_told_all_the_same() -> None:
    """Nothing that was confirmed is left out because of what it was called."""
    assert told_by(["停水原因:主管爆裂"], "{原因}{事实}") == {FACTS: "停水原因:主管爆裂"}


def test_a_fact_with_braces_is_no_place() -> None:
    """What somebody typed is text, never a form."""
    assert filled("{事实}", told_by(["{机关}"], "{事实}")) == "{机关}"


@pytest.mark.parametrize("gap", ["〔待填:地点〕", "[待填:地点]", "【待填 地点】", "(待填:地点)"])
def test_a_gap_is_found_however_it_is_typed(gap: str) -> None:
    """Other brackets and a half-width colon are the same gap."""
    assert gaps(f"停水在{gap}发生") == ("地点",)


NAMES = ("机关", "事件", "地点", "时间", "事实", "措施")


@given(st.dictionaries(st.sampled_from(NAMES), st.text(st.sampled_from("停水三天泵房{}〔〕"), max_size=12)))
def test_every_place_is_filled_or_named(known: dict[str, str]) -> None:
    """Whatever is known, never is a place lost: a value stands there, or a gap of that name."""
    form = "".join(f"<{{{name}}}>" for name in NAMES)
    expected = "".join(f"<{known.get(name) or f'〔待填:{name}〕'}>" for name in NAMES)
    assert filled(form, known) == expected


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("{key: a, name: {zh: 甲, en: A}, title: '{事件', text: 正文}", "待填处的花括号不成对"),
        ("{key: a, name: {zh: 甲, en: A}, title: 题, text: '{}'}", "待填处的花括号不成对"),
        ("{key: a, name: {zh: 甲, en: A}, title: 题, text: 文, clocks: [respnd]}", "没有时钟 respnd"),
        ("{key: a, name: {zh: 甲, en: A}, title: 题, text: 文, kinds: [nothing]}", "没有类别 nothing"),
        ("{key: a, name: {zh: 甲, en: A}, text: 文}", "缺少 title"),
    ],
)
def test_a_template_that_could_never_work_is_refused(tmp_path: Path, written: str, problem: str) -> None:
    """File, line and what to write instead."""
    file = _own_plan(tmp_path, f"templates:\n  - {written}\n")
    with pytest.raises(PlanError) as refused:
        load_plan(file)
    (found,) = refused.value.problems
    assert (found.file, found.line) == ("own.yaml", 3)
    assert problem in found.what.say(Voice())


def test_a_bureau_overrides_one_template_by_its_key(tmp_path: Path) -> None:
    """The others stay as they are, in their order."""
    own = "templates:\n  - {key: rebuttal, title: '关于{传言}的澄清'}\n"
    templates = load_plan(_own_plan(tmp_path, own)).plan.templates
    assert tuple(template.name.zh for template in templates) == KINDS
    assert templates[1].title == "关于{传言}的澄清"


def _own_plan(folder: Path, written: str) -> Path:
    national = Path(config.__file__).parent / "plans" / "national.yaml"
    (folder / "national.yaml").write_text(national.read_text(encoding="utf-8"), encoding="utf-8")
    file = folder / "own.yaml"
    file.write_text(f"extends: national\n{written}", encoding="utf-8")
    return file
