"""Which of the plan's names somebody typed."""

import pytest

from config.plan_file import load_plan
from handlers.judgement.naming import all_named, grade_names, kind_names, named, topic_names

PLAN = load_plan("gangbei-2017").plan


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("重大", "grave"),
        ("特别重大", "extremely_grave"),
        ("较大", "relatively_grave"),
        ("grave", "grave"),
        ("Extremely grave", "extremely_grave"),
        ("大", None),
        ("", None),
    ],
)
def test_whole_name_wins_over_a_part(typed: str, key: str | None) -> None:
    """A whole name is meant before one that merely holds it; a part that fits several names none."""
    assert named(typed, grade_names(PLAN)) == key


@pytest.mark.parametrize(
    ("typed", "key"), [("供水", "municipal"), ("质量", "quality"), ("欠薪", "wages"), ("工程", "quality")]
)
def test_part_of_one_name_is_enough(typed: str, key: str) -> None:
    """Words that only one name holds mean that one."""
    assert named(typed, topic_names(PLAN)) == key


def test_several_kinds_keep_their_order() -> None:
    """Several kinds may be typed with spaces or 、 and the first stays first."""
    kinds = kind_names(PLAN)
    assert all_named("切身利益 突发事件", kinds) == (["vital_interests", "emergency"], [])
    assert all_named("突发事件、切身利益", kinds) == (["emergency", "vital_interests"], [])


def test_unknown_words_are_named() -> None:
    """What names no kind is given back, so that the refusal can name it."""
    assert all_named("切身利益 外星人", kind_names(PLAN)) == (["vital_interests"], ["外星人"])
