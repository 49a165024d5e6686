"""What the desk changes on Telegram: messages kept current, taken away and pinned, taps answered, chats left."""

import pytest
from starlette.types import Receive, Scope, Send

from bot.web.server import serving
from handlers.conversation import Content
from tests.platforms.bot_api import BotApi
from tests.platforms.telegram_desk import (
    AT,
    BASIC,
    CHANNEL,
    FORUM,
    GROUP,
    LI,
    ME,
    WANG,
    Desk,
    bot_on,
    button,
    failing,
)

FIRST, SECOND = "甲" * 3000, "乙" * 3000
LONG = f"{FIRST}\n{SECOND}"
TAP = ((button("同意"),),)
DAY = 86400.0


def days_later(api: BotApi, days: int) -> None:
    """Move the double's clock."""
    now = api.clock()
    api.clock = lambda: now + days * DAY


# changing


def test_a_message_is_kept_current(desk: Desk) -> None:
    """An edit changes the words and the buttons in place."""
    sent = desk.sends("12号\n剩2时", buttons=TAP)
    assert desk.edits(sent, "12号\n剩1时") == sent
    (message,) = desk.shown()
    assert (message.text, message.labels) == ("12号\n剩1时", [])
    assert message.entities[0]["type"] == "bold"


def test_an_edit_that_changes_nothing_is_done(desk: Desk) -> None:
    """Showing the same again is no failure."""
    sent = desk.sends("12号", buttons=TAP, serial=3)
    assert desk.edits(sent, "12号", buttons=TAP, serial=3) == sent


def test_a_message_that_is_gone_is_sent_anew(desk: Desk) -> None:
    """Somebody deleted the card: it is said again, in its topic, and has another id."""
    topic = desk.api.add_topic(FORUM, "舆情", by=LI)
    sent = desk.sends("12号", FORUM, topic=str(topic))
    desk.platform.delete(str(FORUM), sent, AT)
    anew = desk.edits(sent, "12号 已办结", FORUM, topic=str(topic))
    assert anew != sent
    assert [(message.text, message.topic) for message in desk.shown(FORUM)] == [("12号 已办结", topic)]


@pytest.mark.parametrize("refusal", ["message can't be edited", "MESSAGE_ID_INVALID"])
def test_a_message_that_can_no_longer_be_changed_is_sent_anew(desk: Desk, refusal: str) -> None:
    """What Telegram lets nobody change any more is said again."""
    sent = desk.sends("12号")
    desk.api.fail_next("editMessageText", code=400, description=f"Bad Request: {refusal}")
    assert desk.edits(sent, "12号 已办结") != sent
    assert desk.texts()[-1] == "12号 已办结"


def test_a_message_that_grew_gets_another_part(desk: Desk) -> None:
    """The new part answers the first one, and the buttons move under it."""
    sent = desk.sends(FIRST, buttons=TAP)
    both = desk.edits(sent, LONG, buttons=TAP)
    first, second = desk.shown()
    assert both == f"{first.message_id} {second.message_id}"
    assert (first.labels, second.labels) == ([], [["同意"]])
    assert second.answers is not None
    assert str(second.answers.message_id) == sent


def test_a_message_that_shrank_loses_a_part(desk: Desk) -> None:
    """What is too much is taken away, and the buttons move up."""
    sent = desk.sends(LONG, buttons=TAP)
    assert desk.edits(sent, "短", buttons=TAP) == sent.split()[0]
    assert [(message.text, message.labels) for message in desk.shown()] == [("短", [["同意"]])]


def test_an_old_part_that_cannot_be_deleted_is_emptied(desk: Desk) -> None:
    """After two days a part can only be changed: no outdated word and no button stays."""
    sent = desk.sends(LONG, buttons=TAP)
    days_later(desk.api, 3)
    assert desk.edits(sent, "短") == sent.split()[0]
    assert [(message.text, message.labels) for message in desk.shown()] == [("短", []), ("…", [])]


def test_a_message_of_which_a_part_is_gone_is_sent_anew_whole(desk: Desk) -> None:
    """The parts stay together and in order."""
    sent = desk.sends(LONG)
    desk.platform.delete(str(GROUP), sent.split()[0], AT)
    desk.edits(sent, f"{LONG}。")
    assert desk.texts() == [FIRST, f"{SECOND}。"]


def test_a_lost_answer_to_an_edit_is_tried_again(desk: Desk) -> None:
    """An edit is simply repeated: nothing is unknown."""
    sent = desk.sends("12号")
    desk.api.lose_reply("editMessageText")
    with failing("aiohttp"):
        desk.edits(sent, "12号 已办结")
    assert desk.edits(sent, "12号 已办结") == sent
    assert desk.texts() == ["12号 已办结"]


# taking away


def test_all_parts_are_taken_away(desk: Desk) -> None:
    """A message in parts goes with all its parts; what is gone already is no failure."""
    sent = desk.sends(LONG)
    desk.platform.delete(str(GROUP), sent, AT)
    desk.platform.delete(str(GROUP), sent, AT)
    assert desk.shown() == []


def test_an_old_message_cannot_be_taken_away(desk: Desk) -> None:
    """After two days Telegram deletes nothing: that is said, not tried for ever."""
    sent = desk.sends("12号")
    days_later(desk.api, 3)
    with failing("cannot be deleted any more", permanent=True):
        desk.platform.delete(str(GROUP), sent, AT)


# pinning


def test_a_message_is_pinned_in_silence(desk: Desk) -> None:
    """The first part is pinned and unpinned, and nobody is woken; doing so twice does no harm."""
    desk.api.promote(ME, GROUP)
    sent = desk.sends(LONG)
    for _ in range(2):
        desk.platform.pin(str(GROUP), sent, pinned=True)
    assert [str(message.message_id) for message in desk.api.pinned(GROUP)] == sent.split()[:1]
    assert desk.api.calls("pinChatMessage")[-1].parameters["disable_notification"] in (True, "true")
    for _ in range(2):
        desk.platform.pin(str(GROUP), sent, pinned=False)
    assert desk.api.pinned(GROUP) == []


def test_a_pin_without_the_right_has_failed_for_good(desk: Desk) -> None:
    """Who may not pin is not asked again, and the chat is in reach all the same."""
    sent = desk.sends("12号")
    with failing("Not enough rights", permanent=True):
        desk.platform.pin(str(GROUP), sent, pinned=True)


def test_a_pin_of_what_is_gone(desk: Desk) -> None:
    """What is gone cannot be pinned, and need not be unpinned."""
    desk.api.promote(ME, GROUP)
    with failing("not found", permanent=True):
        desk.platform.pin(str(GROUP), "999", pinned=True)
    desk.platform.pin(str(GROUP), "999", pinned=False)


# answering taps


def tapped(desk: Desk, chat: int = GROUP, by: int = LI) -> str:
    """Let somebody tap a button; give what the answer must name."""
    return desk.api.taps(by, chat, int(desk.sends("12号", chat, buttons=TAP)), "同意")


def toast(desk: Desk, text: str, receipt: str, chat: int = GROUP, by: int = LI) -> None:
    """Answer a tap."""
    desk.platform.toast(str(chat), Content(text, receipt=receipt, only_for=str(by), reply_to="1"), AT)


@pytest.mark.parametrize(("text", "alert"), [("已同意", False), ("", False), ("请" * 81, True)])
def test_a_tap_is_answered(desk: Desk, text: str, alert: bool) -> None:  # noqa: FBT001 - an expectation
    """A short answer passes by, a longer one waits to be closed, none at all ends the waiting."""
    receipt = tapped(desk)
    toast(desk, text, receipt)
    (shown,) = desk.api.toasts()
    assert (shown.query_id, shown.text, shown.alert) == (receipt, text, alert)


def test_a_long_answer_is_said_in_full_to_the_person(desk: Desk) -> None:
    """What a toast cannot hold is also a message, 1:1; nothing is cut silently."""
    text = "这一句很重要。" * 40
    toast(desk, text, tapped(desk))
    (shown,) = desk.api.toasts()
    assert (shown.text, shown.alert) == ("这一句很重要。" * 28 + "…", True)
    assert desk.texts(LI) == [text]
    assert desk.texts() == ["12号"]


def test_a_long_answer_to_a_stranger_is_said_in_the_chat(desk: Desk) -> None:
    """Who never wrote to the bot cannot be written to: the answer stands where the tap was."""
    text = "这一句很重要。" * 40
    toast(desk, text, tapped(desk, by=WANG), by=WANG)
    assert desk.texts() == ["12号", text]


def test_an_expired_tap_is_let_go(desk: Desk) -> None:
    """Nobody waits any more for the answer to an old tap."""
    receipt = tapped(desk)
    days_later(desk.api, 1)
    toast(desk, "已同意", receipt)
    assert desk.api.toasts() == []


# leaving, and what else there is to ask


def test_a_chat_is_left_once(desk: Desk) -> None:
    """Leaving where the bot is no longer, or never was, is no failure."""
    for chat in (BASIC, BASIC, -999):
        desk.platform.leave(str(chat))
    with failing(permanent=True, unreachable=True):
        desk.sends("在吗", BASIC)


async def firewall(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer everything with a page that forbids it."""
    if scope["type"] == "http":
        await receive()
        await send({"type": "http.response.start", "status": 403, "headers": []})
        await send({"type": "http.response.body", "body": b"<html>blocked</html>"})


def test_a_firewall_puts_nobody_out() -> None:
    """What forbids a call without being Telegram neither ends a chat nor gives up a message."""
    with serving(firewall) as url, bot_on(url) as platform:
        with failing(after=60.0):
            platform.leave(str(BASIC))
        with failing(after=60.0):
            platform.send(str(LI), Content("在吗"), AT)


def test_groups_are_written_to_more_slowly(desk: Desk) -> None:
    """A group or channel has the group's limits, a person their own."""
    limits = [desk.platform.limits(chat) for chat in (str(GROUP), str(LI))]
    assert limits == [((3, 3.0), (20, 61.0)), ((3, 3.0),)]


def test_a_message_has_an_address(desk: Desk) -> None:
    """In supergroups and channels; by its public name where the chat has one."""
    desk.api.promote(ME, CHANNEL)
    desk.sends("公告", CHANNEL)
    links = [desk.platform.link(str(chat), "7 8") for chat in (GROUP, CHANNEL, BASIC, LI)]
    assert links == ["https://t.me/c/1234567890/7", "https://t.me/gangbei/7", "", ""]


def test_a_start_link_needs_a_name(desk: Desk) -> None:
    """Only a bot that was met knows its own address."""
    assert desk.platform.start_link("k7", to="direct") == ""
    desk.platform.meet()
    assert desk.platform.start_link("k7", to="direct") == "https://t.me/huiying_bot?start=k7"
    assert desk.platform.start_link("k7", to="group") == "https://t.me/huiying_bot?startgroup=k7"
    rights = "post_messages+edit_messages+delete_messages"
    assert desk.platform.start_link("k7", to="channel") == f"https://t.me/huiying_bot?startchannel&admin={rights}"


def test_the_bot_can_be_asked_who_it_is(desk: Desk) -> None:
    """Telegram's answer comes as the library's own user."""
    assert desk.platform.me().can_read_all_group_messages
