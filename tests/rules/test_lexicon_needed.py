"""A pattern is tried only on texts that hold what it needs, and nothing that it finds is missed."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.lexicon.needed import needed
from config.lexicon.patterns import Patterns
from tests.rules.reading import LEXICON

SIGNS = "火水aA1,\n"
SIGN = st.sampled_from("火水aA1")
MORE = st.sampled_from(["", "", r"\d", "0-9", "一-龥"])
SET = st.builds(
    lambda inverted, signs, more: f"[{inverted}{''.join(signs)}{more}]",
    st.sampled_from(["", "", "^"]),
    st.lists(SIGN, min_size=1, max_size=3),
    MORE,
)
ROUND = (
    "(?:{})",
    "({})",
    "(?={})",
    "(?!{})",
    "(?i:{})",
    "(?>{})",
    "{}|",
    "|{}",
    "(?<=火){}",
    "(?<!水){}",
    "^{}",
    "{}$",
)
OFTEN = ("(?:{})?", "(?:{})*", "(?:{})+", "(?:{})+?", "(?:{}){{0,2}}", "(?:{}){{2}}", "(?:{})*+", "(?:{})++")
WRITTEN = st.recursive(
    st.one_of(SIGN, SET, st.sampled_from([".", r"\d", r"\D", r"\b"])),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.builds(str.format, st.sampled_from([*ROUND, *OFTEN]), inner),
        inner.map(r"(?:({0})|火)(?(1)a|水)".format) | inner.map("(?P<it>{0})(?P=it)?".format),
    ),
    max_leaves=8,
)


def patterns() -> st.SearchStrategy[re.Pattern[str]]:
    """Return any pattern that Python accepts, with flags or without."""
    written = st.builds(str.__add__, st.sampled_from(["", "", "(?i)", "(?s)", "(?x)"]), WRITTEN)
    return written.filter(_is_pattern).map(re.compile)


def _is_pattern(written: str) -> bool:
    try:
        re.compile(written)
    except re.error:  # a group named twice, or a repeat of a repeat
        return False
    return True


@pytest.mark.parametrize(
    ("written", "needs"),
    [
        ("坍塌", ({"坍塌"}, {"坍"}, {"塌"})),
        ("火灾|爆炸", ({"火灾", "爆炸"}, {"火", "炸"}, {"灾", "爆"})),
        ("[车船]翻了?", ({"车翻", "船翻"}, {"翻"}, {"船", "车"})),
        ("(?:大)?火", ({"火"},)),
        ("火.{0,4}(?!灾)(?<=a)车", ({"a"}, {"火"}, {"车"})),
        ("火(?!灾)车", ({"火车"}, {"火"}, {"车"})),
        ("[^火]车", ({"车"},)),
        (r"\d车*", ()),
        ("火|", ()),
        ("(?i)fire", ()),
        ("(?i:f)ire", ({"ir"}, {"re"}, {"e"}, {"i"}, {"r"})),
        ("[一-龥]{2}市", ({"市"},)),
    ],
)
def test_what_a_pattern_needs(written: str, needs: tuple[set[str], ...]) -> None:
    """Signs and pairs of which one stands wherever it finds anything, the rarest first."""
    assert needed(re.compile(written)) == needs


@given(st.data(), patterns())
def test_what_finds_something_has_what_it_needs(data: st.DataObject, pattern: re.Pattern[str]) -> None:
    """Whatever a pattern is made of: it is tried on every text in which it finds anything."""
    made_for_it = st.from_regex(pattern, alphabet=f"{SIGNS}0五")
    text = data.draw(made_for_it | st.text(SIGNS, max_size=12))
    assert _finding([pattern], text) <= _tried(Patterns.of([[pattern]]), text)


@settings(max_examples=40)
@given(st.data(), st.text(SIGNS, max_size=6), st.text(SIGNS, max_size=6))
def test_a_text_made_for_a_pattern_is_tried(data: st.DataObject, before: str, after: str) -> None:
    """A text made for one of the lexicon's own patterns is tried by it, and by all others that find something there."""
    _, pattern = data.draw(st.sampled_from(LEXICON.patterns.all))
    text = before + data.draw(st.from_regex(pattern)) + after
    assert _finding([each for _, each in LEXICON.patterns.all], text) <= _tried(LEXICON.patterns, text)


def test_few_are_tried() -> None:
    """On a plain post hardly any of the lexicon's patterns is tried, and all on which nothing is known."""
    text = "江南花园小区停水三天没人管,物业推诿。"
    assert len(_tried(LEXICON.patterns, text)) < len(LEXICON.patterns.all) / 20
    unknown = re.compile("(?i)fire")
    assert _tried(Patterns.of([[unknown]]), text) == {unknown}


def test_patterns_keep_the_order_of_their_groups() -> None:
    """Each comes with the place of its group, in the order in which they are written."""
    groups = [[re.compile("水")], [], [re.compile("停"), re.compile("停水")], [re.compile("火")]]
    tried = Patterns.of(groups).that_may_find("停水", ["停水"])
    assert [(place, pattern.pattern) for place, pattern in tried] == [(0, "水"), (2, "停"), (2, "停水")]


def _finding(those: list[re.Pattern[str]], text: str) -> set[re.Pattern[str]]:
    return {pattern for pattern in those if pattern.search(text)}


def _tried(those: Patterns, text: str) -> set[re.Pattern[str]]:
    return {pattern for _, pattern in those.that_may_find(text, map("".join, pairwise(text)))}
