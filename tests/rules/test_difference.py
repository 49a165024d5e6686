"""What changed between two versions of a text."""

from hypothesis import given
from hypothesis import strategies as st

from config.language import Voice
from handlers.drafting import words
from handlers.drafting.difference import Change, between, differences, sentences

PIECES = st.lists(st.sampled_from(["供水恢复。", "原因待查!", "请拨打热线;", "\n", "无句号"]), max_size=12).map("".join)


def test_changes_are_told_by_sentences() -> None:
    """A changed number shows the whole sentence, before and after."""
    before = "停水三天。原因是爆管。热线 12345。"
    after = "停水两天。原因是爆管。热线 12345。已恢复。"
    assert differences(before, after) == (Change("停水三天。", "停水两天。"), Change("", "已恢复。"))


def test_the_title_counts_too() -> None:
    """A new title is a change of its own, told first."""
    assert between(("甲", "同。"), ("乙", "同。")) == (Change("甲", "乙"),)


def test_the_words_of_a_difference() -> None:
    """What went and what came stand on lines of their own; what is left out is said."""
    said = words.difference([Change("三天。", "两天。"), Change("", "已恢复。")]).say(Voice())
    assert said == "【删】三天。\n【增】两天。\n【增】已恢复。"
    many = words.difference([Change("", f"{n}。") for n in range(20)]).say(Voice())
    assert many.endswith("……另有 8 处改动,请看全文。")


@given(PIECES)
def test_sentences_are_the_whole_text(text: str) -> None:
    """Cutting loses nothing, and a text does not differ from itself."""
    assert "".join(sentences(text)) == text
    assert differences(text, text) == ()


@given(PIECES, PIECES)
def test_every_change_is_told(before: str, after: str) -> None:
    """Two texts that differ always show a difference, and it holds just what went and came."""
    found = differences(before, after)
    assert bool(found) == (before != after)
    grown = sum(len(change.added) for change in found) - sum(len(change.removed) for change in found)
    assert grown == len(after) - len(before)
