"""What is said to the AI bot, and what it means: a command, a report, a tap; nobody else's words are taken for ours."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given

from bot.chat.wecom.aibot_hearing import EVENT, OURS, hear, place_of
from bot.chat.wecom.hearing import KEY, Unreadable
from handlers.conversation import Incoming
from tests.platforms.wecom.bench import LI, NOW
from tests.platforms.wecom.test_aibot import EVENTS

GROUP = "aibot:wrGroup1"
POST = "阳光花园全小区停水三天,物业和住建部门互相推诿。"
LONG = POST * 8


def heard(event: Mapping[str, Any]) -> Incoming | None:
    """Read an event, said in the group by 李敏 unless it says otherwise."""
    whole = {"msgid": "CAIQ7", "chatid": "wrGroup1", "chattype": "group", "from": {"userid": LI}, **event}
    return hear({KEY: "aibot:CAIQ7", EVENT: whole}, NOW)


def said(words: str, **more: object) -> Incoming:
    """Read words."""
    found = heard({"msgtype": "text", "text": {"content": words}, **more})
    assert found is not None
    return found


def quoting(words: str, quoted: str = POST) -> Incoming:
    """Read words that quote others."""
    return said(words, quote={"msgtype": "text", "text": {"content": quoted}})


@pytest.mark.parametrize("words", ["@回应 同意 12", "@回应\u2005同意 12", "同意 12 @回应", "@回应 @李敏 同意 12"])
def test_a_command_is_said_by_name(words: str) -> None:
    """Wherever the name stands."""
    found = said(words)
    assert (found.text, found.addressed, found.origin) == ("同意 12", True, None)
    assert (found.place.account, found.place.direct, found.sender.account) == (GROUP, False, LI)
    assert (found.at, found.key, found.message_id) == (NOW, "aibot:CAIQ7", "CAIQ7")


def test_the_number_of_a_button_is_a_tap() -> None:
    """For whoever sees no card."""
    assert said("@回应 57A1").tap == "57.0.0"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("@回应", POST),
        ("@回应 上报", POST),
        ("@回应 上报 群里转的", f"{POST}\n群里转的"),
        ("@回应 看这个", f"{POST}\n看这个"),
    ],
)
def test_what_is_quoted_is_a_report(words: str, text: str) -> None:
    """With what is said about it."""
    found = quoting(words)
    assert found.text == text
    assert found.origin is not None


def test_a_command_that_quotes_is_a_command() -> None:
    """Nobody signs by what somebody else wrote."""
    found = quoting("@回应 同意 12", "驳回 12")
    assert (found.text, found.origin, found.addressed) == ("同意 12", None, True)


@pytest.mark.parametrize(
    ("words", "first", "text"),
    [
        ("同意", "📝 请审「法律关」 · 12号 v3", "同意 #12"),
        ("同意 数字已核", "港建舆〔2026〕12号 停水〔待审〕", "同意 #12 数字已核"),
        ("属实", "线索 S3 停水〔待确认〕", "属实 #S3"),
        ("/approve", "港建舆〔2026〕12号 停水", "/approve #12"),
        ("同意 13", "港建舆〔2026〕12号 停水", "同意 13"),
        ("同意", "港建舆〔2026〕12号 3号楼停水", "同意"),
        ("同意", "早上好", "同意"),
        ("待办", "港建舆〔2026〕12号 停水", "待办"),
    ],
)
def test_the_quoted_word_of_the_desk_names_the_case(words: str, first: str, text: str) -> None:
    """Where one case stands in its first line, and the command names none."""
    assert quoting(f"@回应 {words}", f"{OURS}{first}\n⏱ 48小时内回应 截止 11-26 09:05").text == text
    assert quoting(f"@回应 {words}", f"{first}\n⏱").text == words


def test_the_desks_own_words_are_no_report() -> None:
    """Whoever quotes them speaks to the desk."""
    found = quoting("@回应 这条怎么样了", f"{OURS}12号 停水")
    assert (found.text, found.origin, found.addressed) == ("这条怎么样了", None, True)


def test_a_long_text_is_pasted_and_a_remark_is_not() -> None:
    """As on every platform."""
    assert not said(f"@回应 {LONG}").addressed
    assert said("@回应 在吗").addressed
    assert said(f"@回应 同意 12 {LONG}").addressed


def test_words_and_pictures_come_together() -> None:
    """In their order; a picture lies sealed at its address."""
    items = [
        {"msgtype": "text", "text": {"content": "@回应 上报 停水"}},
        {"msgtype": "image", "image": {"url": "https://files.example/1"}},
        {"msgtype": "unknown"},
    ]
    found = heard({"msgtype": "mixed", "mixed": {"msg_item": items}})
    assert found is not None
    assert found.text == "上报 停水"
    assert [(file.source, file.media_type) for file in found.files] == [("aibot:https://files.example/1", "image/jpeg")]


def test_a_quoted_picture_is_a_report_by_itself() -> None:
    """Without a word."""
    found = said("@回应", quote={"msgtype": "image", "image": {"url": "https://files.example/1"}})
    assert (found.text, len(found.files), found.origin is not None) == ("", 1, True)


def test_1_1_it_means_what_it_means_to_the_app() -> None:
    """The place is the member's 1:1 chat, so that the answer comes there."""
    alone = {"chattype": "single", "chatid": None}
    found = said("同意 12", **alone)
    assert (found.place.account, found.place.direct, found.text) == (LI, True, "同意 12")
    assert said("57a1", **alone).tap == "57.0.0"
    file = heard({"msgtype": "file", "file": {"url": "https://files.example/2"}, **alone})
    assert file is not None
    assert file.files[0].source == "aibot:https://files.example/2"
    spoken = heard({"msgtype": "voice", "voice": {"content": "停水三天"}, **alone})
    assert spoken is not None
    assert spoken.text == "停水三天"


def tapped(key: str, **more: object) -> Incoming | None:
    """Read a tap."""
    detail = {"card_type": "button_interaction", "event_key": key, "task_id": "57-a"}
    event = {"eventtype": "template_card_event", "template_card_event": detail}
    return heard({"msgtype": "event", "event": event, "create_time": 1_700_000_000, **more})


@pytest.mark.parametrize("alone", [{}, {"chattype": "single", "chatid": None}])
def test_a_userid_is_the_same_in_capitals(alone: dict[str, Any]) -> None:
    """As it is for the app: the roster holds it in small letters."""
    found = said("@回应 同意 12", **{"from": {"userid": "ZhengJuZhang"}}, **alone)
    assert found.sender.account == "zhengjuzhang"


def test_a_tap_names_its_button_and_who_tapped() -> None:
    """And what was never a button is none."""
    found = tapped("57.0.1")
    assert found is not None
    assert (found.tap, found.receipt, found.sender.account) == ("57.0.1", "aibot:CAIQ7", LI)
    assert found.at.timestamp() == 1_700_000_000
    forged = tapped("approve|12|")
    assert forged is not None
    assert forged.tap == "none"


@pytest.mark.parametrize("kind", ["enter_chat", "feedback_event", "later_event"])
def test_other_events_mean_nothing(kind: str) -> None:
    """They are kept, and that is all."""
    assert heard({"msgtype": "event", "event": {"eventtype": kind, kind: {}}}) is None
    assert heard({"msgtype": "location"}) is None


def test_a_member_of_another_corp_is_named_with_it() -> None:
    """So that no userid of theirs is one of ours; 1:1 they are not heard."""
    theirs = {"from": {"corpid": "wpOther", "userid": LI}}
    assert said("@回应 同意 12", **theirs).sender.account == f"wpOther/{LI}"
    assert heard({"msgtype": "text", "text": {"content": "同意"}, "chattype": "single", **theirs}) is None


@given(EVENTS)
def test_whatever_comes_is_read_or_unreadable(event: dict[str, Any]) -> None:
    """Never anything else, and it always has a place."""
    assert isinstance(place_of(event), str)
    try:
        found = hear({KEY: "aibot:7", EVENT: event}, NOW)
    except Unreadable:
        return
    assert found is None or found.place.account == place_of(event)
