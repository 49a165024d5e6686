"""Which numbers of a text its writer is asked to back with a fact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.drafting.figures import figures, unsupported


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("停水三天,影响居民 2160 户。", ("三天", "2160 户")),
        ("11月24日20时前恢复,约1.5万人受影响", ("11月24日20时", "约1.5万人")),
        ("已造成两人受伤、数十户断水", ("两人", "数十户")),
        ("完成率\uff19\uff18.5%\uff0c投入1,200万元", ("\uff19\uff18.5%", "1,200万元")),
        ("咨询电话:0775-0000200", ("0775-0000200",)),
        ("一名工人受伤", ("一名",)),
    ],
)
def test_numbers_are_named_with_what_they_count(text: str, found: tuple[str, ...]) -> None:
    """Digits always count, Chinese numerals when something is counted; a date is one place."""
    assert figures(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "泵房已经抢修,今晚恢复供水。",
        "第一时间统一安排,一起想办法,一些居民十分不满,万一再停水",
        "千方百计保障千家万户的二次供水,一律从严",
        "详见 https://press.example/releases/2026?page=2",
        "依据港建发〔2026〕12号文件",
    ],
)
def test_words_that_only_look_like_numbers(text: str) -> None:
    """Set phrases, ordinals, addresses and numbers of documents claim nothing."""
    assert figures(text) == ()


@given(st.text(alphabet="一二三十百千万0123456789.,-至天户人第约〔〕号月日 x%", max_size=200))
def test_what_is_named_stands_in_the_text(text: str) -> None:
    """Whatever is named is the text's own words, in their order."""
    at = 0
    for found in figures(text):
        at = text.index(found, at) + len(found)
        assert found.strip() == found != ""


@pytest.mark.parametrize(
    ("text", "facts", "left"),
    [
        ("停水三天,影响 2160 户。", ["停水3天"], ("2160 户",)),
        ("停水三天,影响 2160 户。", ["停水3天", "受影响2160户"], ()),
        ("停水三天", ["停水3小时"], ("三天",)),
        ("数十户断水,约1.5万人受影响", ["32户断水", "受影响15000人"], ()),
        ("超过2000户", ["2160户"], ()),
        ("超过3000户", ["2160户"], ("超过3000户",)),
        ("2160户", ["超过2000户"], ("2160户",)),
        ("两名工人受伤", ["2人受伤"], ()),
        ("11月24日20时前恢复", ["11月24日停水"], ("11月24日20时",)),
        ("咨询电话:0775-0000200", ["电话0775-0000200"], ()),
        ("今晚恢复", [], ()),
    ],
)
def test_a_number_stands_on_a_fact_that_states_it(text: str, facts: list[str], left: tuple[str, ...]) -> None:
    """Same value and same thing counted, however it is written; a vaguer claim stands on a more exact fact."""
    assert unsupported(text, facts) == left


@given(st.text())
def test_a_text_bears_out_itself(text: str) -> None:
    """What the ledger states word for word is never pointed out."""
    assert unsupported(text, [text]) == ()
