"""What a WeCom event means: every kind that a member can send, as the desk sees it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.wecom.callback import keyed
from bot.chat.wecom.hearing import Unreadable, hear
from handlers.conversation import Incoming

SAID = {"ToUserName": "ww1", "FromUserName": "limin", "CreateTime": "1795482300", "MsgId": "7012", "AgentID": "2"}


def heard(**event: str) -> Incoming:
    """Hear an event that means something."""
    found = hear({**SAID, "#key": "7012", **event})
    assert found is not None
    return found


def test_words_come_from_a_member_in_their_own_chat() -> None:
    """The account is the userid; the moment is WeCom's."""
    said = heard(MsgType="text", Content="同意 12")
    assert (said.platform, said.key, said.message_id, said.text) == ("wecom", "7012", "7012", "同意 12")
    assert (said.place.account, said.place.direct, said.sender.account) == ("limin", True, "limin")
    assert said.at == datetime.fromtimestamp(1795482300, UTC)


def test_a_typed_number_is_a_tap_without_receipt() -> None:
    """It does what the button does."""
    said = heard(MsgType="text", Content="57a2")
    assert (said.tap, said.receipt, said.text) == ("57.0.1", "", "")


MEDIA = {
    "image": ({"MediaId": "m1", "PicUrl": "https://p"}, "image-7012.jpg", "image/jpeg"),
    "voice": ({"MediaId": "m1", "Format": "amr"}, "voice-7012.amr", "audio/amr"),
    "video": ({"MediaId": "m1", "ThumbMediaId": "t"}, "video-7012.mp4", "video/mp4"),
    "file": ({"MediaId": "m1", "Title": "通报.docx"}, "通报.docx", "application/octet-stream"),
}


@pytest.mark.parametrize(("kind", "given_", "name", "media_type"), [(k, *v) for k, v in MEDIA.items()], ids=MEDIA)
def test_files_are_fetched_by_their_media_id(kind: str, given_: dict[str, str], name: str, media_type: str) -> None:
    """What they are called and what they are."""
    (file,) = heard(MsgType=kind, **given_).files
    assert (file.source, file.name, file.media_type) == ("m1", name, media_type)


def test_a_forwarded_article_is_a_report_with_its_address() -> None:
    """Title, summary, address: a post that somebody forwarded."""
    said = heard(
        MsgType="link", Title="停水三天", Description="业主求助", Url="https://mp.weixin.qq.com/s/x", PicUrl=""
    )
    assert said.text == "停水三天\n业主求助\nhttps://mp.weixin.qq.com/s/x"
    assert said.origin is not None
    assert said.origin.url == "https://mp.weixin.qq.com/s/x"
    assert said.is_material


def test_a_place_is_words() -> None:
    """Where it is, for whoever reads it."""
    said = heard(MsgType="location", Location_X="22.53", Location_Y="114.05", Scale="16", Label="阳光花园")
    assert said.text == "📍 阳光花园 (22.53, 114.05)"


def test_coming_going_and_the_menu() -> None:
    """Opening the app reaches the desk; leaving its range is being put out; the menu says its words."""
    assert heard(MsgType="event", Event="enter_agent", EventKey="").notice == "added"
    assert heard(MsgType="event", Event="subscribe").notice == "added"
    assert heard(MsgType="event", Event="unsubscribe").notice == "removed"
    assert heard(MsgType="event", Event="click", EventKey="待办").text == "待办"


def test_a_tap_names_its_button_and_what_the_answer_must_name() -> None:
    """A key that the desk never gave is nobody's button."""
    tapped = heard(MsgType="event", Event="template_card_event", EventKey="57.0.1", TaskId="57-a", ResponseCode="c")
    assert (tapped.tap, tapped.receipt) == ("57.0.1", "c")
    assert heard(MsgType="event", Event="template_card_event", EventKey="approve|x|", ResponseCode="c").tap == "none"


@pytest.mark.parametrize(
    "event",
    [
        {"MsgType": "event", "Event": "view", "EventKey": "https://x"},
        {"MsgType": "event", "Event": "click", "EventKey": ""},
        {"MsgType": "event", "Event": "change_contact", "FromUserName": "sys"},
        {"MsgType": "miniprogrampage", "Title": "x"},
    ],
)
def test_what_means_nothing_is_passed_over(event: dict[str, str]) -> None:
    """No answer, no trouble."""
    assert hear({**SAID, "#key": "7012", **event}) is None


@given(
    st.dictionaries(
        st.sampled_from(["MsgType", "Event", "Content", "MediaId", "EventKey", "CreateTime", "FromUserName", "#key"]),
        st.one_of(
            st.sampled_from(["text", "event", "image", "link", "click", "1795482300"]),
            st.text("停水x1\x00.😀", max_size=30),
        ),
    )
)
def test_no_event_breaks_more_than_itself(event: dict[str, Any]) -> None:
    """It is heard, means nothing, or is unreadable."""
    try:
        hear(event)
    except Unreadable:
        return


def test_what_is_repeated_has_the_same_name_and_two_events_have_two() -> None:
    """A message by its number; an event by all that it says: two taps in one second are two."""
    message = "<xml><FromUserName>limin</FromUserName><MsgId>7012</MsgId><Content>停水</Content></xml>"
    taps = [f"<xml><Event>template_card_event</Event><EventKey>{n}.0.0</EventKey></xml>" for n in range(100)]
    assert keyed(message)[0] == "7012"
    assert len({keyed(tap)[0] for tap in [*taps, *taps]}) == 100


def test_nested_fields_keep_their_place() -> None:
    """So do repeated ones; what no database keeps is replaced."""
    _, event = keyed("<xml><A><B>1</B><B>2</B></A><C>x</C></xml>")
    assert {name: event[name] for name in ("A.B", "A.B.2", "C")} == {"A.B": "1", "A.B.2": "2", "C": "x"}
