"""How drafts, facts and agencies' words are read from what somebody types."""

import pytest

from handlers.drafting import agencies, facts
from handlers.drafting.agencies import Word
from handlers.drafting.facts import Claim
from handlers.drafting.versions import LONGEST_TEXT, Written, as_typed, carried_touches, written
from handlers.text.canonical import command_text

WIDE = "关于供水\uff08阳光花园\uff09的通报"
BODY = "目前\uff0c供水已恢复。\n热线\uff1a12345。"


@pytest.mark.parametrize("head", ["起草 12 ", "@回应 起草 #12 ", "/draft 12\n", "起草12 "])
def test_a_draft_keeps_its_own_signs(head: str) -> None:
    """A command is read in plain form, but title and text keep the full-width signs that were typed."""
    typed = f"{head}{WIDE}\r\n{BODY}"
    understood = command_text(f"{WIDE}\n{BODY}").rstrip("。")
    assert written(understood, typed) == Written(WIDE, BODY)


def test_traditional_characters_stay_and_so_do_the_signs_beside_them() -> None:
    """What the public reads and what stands on record is what was typed, whichever characters it is in."""
    typed = "起草 12 關於供水\uff08花園\uff09的通報\n目前\uff0c供水已恢復\uff08全區\uff09。"
    understood = "關於供水(花園)的通報\n目前,供水已恢復(全區)。"
    assert written(understood, typed) == Written(
        "關於供水\uff08花園\uff09的通報", "目前\uff0c供水已恢復\uff08全區\uff09。"
    )
    assert as_typed("數字有誤,請核對", "退回 12 數字有誤\uff0c請核對。") == "數字有誤\uff0c請核對"


def test_invisible_signs_do_not_get_into_a_draft() -> None:
    """What nobody can see, nobody can sign."""
    assert written("通报\n正文", "起草 12 通\u200b报\n正\u202e文") == Written("通报", "正文")


@pytest.mark.parametrize(
    ("understood", "fault"),
    [
        ("", "empty"),
        ("只有标题", "one_line"),
        ("标题\n   \n", "one_line"),
        ("题" * 101 + "\n正文", "title_too_long"),
        ("标题\n" + "文" * (LONGEST_TEXT + 1), "text_too_long"),
        ("标题\n" + "文" * LONGEST_TEXT, ""),
    ],
)
def test_what_is_no_draft(understood: str, fault: str) -> None:
    """A draft has a title and a text, neither too long."""
    assert written(understood, f"起草 12 {understood}").fault == fault


def test_a_reason_keeps_its_own_signs() -> None:
    """What goes on record is what was typed."""
    assert as_typed("数字有误,请核对", "退回 12 数字有误\uff0c请核对。") == "数字有误\uff0c请核对"
    assert as_typed("ok", "") == "ok"


@pytest.mark.parametrize(("before", "after"), [("unasked", "unasked"), ("no", "unasked"), ("yes", "yes")])
def test_another_text_is_asked_again_about_agencies(before: str, after: str) -> None:
    """That a text touches another agency stays known; that it touches none is asked of every text."""
    assert carried_touches(before) == after


@pytest.mark.parametrize(
    ("typed", "claim"),
    [
        ("停水3天 来源:水务局", Claim("停水3天", "水务局")),
        ("停水3天\uff0c来源\uff1a水务局", Claim("停水3天", "水务局")),
        ("伤2人(来源:现场指挥部)", Claim("伤2人", "现场指挥部")),
        ("停水3天", Claim("停水3天", "")),
        ("停水3天;来源 水务局", Claim("停水3天", "水务局")),
        ("停水3天 来源 水务局", Claim("停水3天", "水务局")),
        ("饮用水来源 已查", Claim("饮用水来源 已查", "")),
        ("停水3天 来源", Claim("停水3天 来源", "")),
        ("来源:水务局", Claim("", "水务局")),
        ("3 dead source: hospital", Claim("3 dead", "hospital")),
    ],
)
def test_a_claim_and_its_source(typed: str, claim: Claim) -> None:
    """A fact is a claim with its source."""
    assert facts.read_claim(typed) == claim


def test_facts_by_number() -> None:
    """Facts are dropped and confirmed by number."""
    assert facts.dropped_number("撤 2") == 2
    assert facts.dropped_number("撤离群众 20 人") is None
    assert facts.numbers("1、3 1") == (1, 3)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("同意", Word("", "agreed")),
        ("水务局 同意", Word("水务局", "agreed")),
        ("水务局:有异议 停水是两天", Word("水务局", "objected", "停水是两天")),
        ("不同意,数字不对", Word("", "objected", "数字不对")),
        ("ok v3", Word("", "agreed", "", 3)),
        ("no v12", Word("", "objected", "", 12)),
        ("有异议 vivo不是我们的", Word("", "objected", "vivo不是我们的")),
        ("水务局", None),
        ("", None),
        ("请再等等", None),
        ("无异议", Word("", "agreed")),
        ("no objection", Word("", "agreed")),
        ("No objections, go ahead", Word("", "agreed", "go ahead")),
        ("no, it was two days", Word("", "objected", "it was two days")),
    ],
)
def test_an_agencys_word(typed: str, word: Word | None) -> None:
    """Yes or no, whose, and why; anything else is no answer."""
    assert agencies.read_word(typed) == word


KNOWN = ("Water", "Water Bureau", "水务局", "市水务局(供水科)")


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("Water Bureau agree", Word("Water Bureau", "agreed")),
        ("water  bureau object it was two days", Word("Water Bureau", "objected", "it was two days")),
        ("Water agree", Word("Water", "agreed")),
        ("Waterworks agree", Word("Waterworks", "agreed")),
        ("市水务局(供水科) 同意", Word("市水务局(供水科)", "agreed")),
        ("水务局:同意", Word("水务局", "agreed")),
        ("水务局长 同意", Word("水务局长", "agreed")),
        ("Water Bureau", None),
        ("agree", Word("", "agreed")),
    ],
)
def test_an_agency_is_the_longest_known_name(typed: str, word: Word | None) -> None:
    """A name with spaces in it is one name, however it is spelt; a longer word that begins like one is another."""
    assert agencies.read_word(typed, KNOWN) == word


def test_an_agency_and_what_follows_it() -> None:
    """A reason begins after the whole name; without a known name, after the first word."""
    assert agencies.split_agency("Water Bureau the city has decided", KNOWN) == ("Water Bureau", "the city has decided")
    assert agencies.split_agency("教育局 事实已核定", KNOWN) == ("教育局", "事实已核定")
    assert agencies.split_agency("Water Bureau", KNOWN) == ("Water Bureau", "")


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Water Bureau Fire Department", ("Water Bureau", "Fire Department")),
        ("Fire Department Water Bureau", ("Fire Department", "Water Bureau")),
        ("Fire Department, water bureau", ("Fire Department", "Water Bureau")),
        ("水务局 公安局、Water", ("水务局", "公安局", "Water")),
        ("市水务局(供水科)", ("市水务局(供水科)",)),
        ("", ()),
    ],
)
def test_agencies_with_spaces_in_their_names(typed: str, names: tuple[str, ...]) -> None:
    """Known names come first; between Latin words a space parts nothing."""
    assert agencies.named(typed, KNOWN) == names


def test_agencies_by_name() -> None:
    """Agencies are listed with any separator, each once; none at all has its own words."""
    assert agencies.named("水务局、应急局\uff0c水务局 公安局") == ("水务局", "应急局", "公安局")
    assert agencies.touches_none("不涉及其他单位。")
    assert agencies.touches_none("no")
    assert not agencies.touches_none("无线电管理局")
