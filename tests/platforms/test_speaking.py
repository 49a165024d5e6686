"""What the desk says on Telegram stands there as it was meant, and what did not come through is told apart."""

import threading

import pytest

from bot.chat.telegram.buttons import opened
from bot.chat.telegram.platform import TelegramPlatform
from handlers.conversation import Content
from tests.platforms.telegram_desk import (
    AT,
    BASIC,
    CHANNEL,
    FORUM,
    GROUP,
    LI,
    ME,
    TOKEN,
    WANG,
    Desk,
    bot_on,
    button,
    failing,
)

LONG = "甲" * 3000 + "。\n" + "乙" * 3000 + "。\n" + "丙" * 3000


# saying


def test_nothing_is_asked_before_the_first_call() -> None:
    """A bot is made without a network: no connection, no thread."""
    with bot_on("https://no-such-host.invalid") as platform:
        assert (platform.bot_id, platform.username) == (ME, "")
        assert "telegram" not in {thread.name for thread in threading.enumerate()}


def test_a_bot_that_was_not_met_speaks(desk: Desk) -> None:
    """A desk that could not ask who it is sends all the same, and is met later."""
    desk.api.fail_next("getMe")
    with failing("Internal Server Error"):
        desk.platform.meet()
    desk.sends("还在")
    assert desk.texts() == ["还在"]
    assert desk.platform.meet().id == ME
    assert (desk.platform.username, desk.platform.hearing.username) == ("huiying_bot", "huiying_bot")


def test_a_text_stands_as_it_was_written(desk: Desk) -> None:
    """Signs of HTML are words; the first line of several is bold, and pages named are not shown."""
    desk.sends("12号 <停水> & 断电\n<b>https://a.cn</b>")
    (message,) = desk.shown()
    assert message.text == "12号 <停水> & 断电\n<b>https://a.cn</b>"
    assert [(entity["type"], entity["length"]) for entity in message.entities[:1]] == [("bold", 13)]
    assert message.link_preview_options == {"is_disabled": True}


def test_a_name_calls_its_account(desk: Desk) -> None:
    """A person is called by their account, whatever their name; once."""
    desk.sends("🚨 超时\n@李敏 请认领 @李敏", names=("李敏", str(LI)))
    (message,) = desk.shown()
    called = [entity["user"]["id"] for entity in message.entities if entity["type"] == "text_mention"]
    assert (called, message.text) == ([LI], "🚨 超时\n@李敏 请认领 @李敏")


def test_a_button_carries_its_row_and_place(desk: Desk) -> None:
    """A tapped button tells which owed row it came with, and where it stood there."""
    desk.sends("12号", buttons=((button("属实"), button("改判")), (button("合并"),)), serial=77)
    (message,) = desk.shown()
    assert message.labels == [["属实", "改判"], ["合并"]]
    carried = [opened(desk.platform.hearing.key, found["callback_data"]) for row in message.buttons for found in row]
    assert carried == ["77.0.0", "77.0.1", "77.1.0"]


def test_an_answer_to_a_deleted_message_is_sent(desk: Desk) -> None:
    """Whether or not what it answers is still there, an answer is said."""
    asked = desk.api.says(LI, GROUP, "待办").message_id
    desk.sends("一件", reply_to=str(asked))
    desk.sends("没有", reply_to="999")
    assert [message.answers and message.answers.message_id for message in desk.shown()] == [asked, None]


def test_a_message_goes_to_its_topic_in_silence(desk: Desk) -> None:
    """A message of a topic stands in it; a silent one wakes nobody."""
    topic = desk.api.add_topic(FORUM, "舆情", by=LI)
    desk.sends("12号", FORUM, topic=str(topic), silent=True)
    (message,) = desk.shown(FORUM)
    assert (message.topic, message.silent) == (topic, True)


@pytest.mark.parametrize("refusal", ["Bad Request: message thread not found", "Bad Request: TOPIC_CLOSED"])
def test_a_topic_that_is_gone_loses_no_message(desk: Desk, refusal: str) -> None:
    """Where the topic is gone or closed, the message stands in the chat itself."""
    topic = desk.api.add_topic(FORUM, "舆情", by=LI)
    desk.api.fail_next("sendMessage", FORUM, code=400, description=refusal)
    desk.sends("12号", FORUM, topic=str(topic))
    assert [(message.text, message.topic) for message in desk.shown(FORUM)] == [("12号", None)]


def test_markup_that_is_refused_loses_no_word(desk: Desk) -> None:
    """When Telegram cannot read the markup, the same words go out without it."""
    desk.api.fail_next("sendMessage", code=400, description="Bad Request: can't parse entities: Unsupported start tag")
    desk.sends("标题 <x>\n正文", buttons=((button("属实"),),))
    (message,) = desk.shown()
    assert (message.text, message.entities, message.labels) == ("标题 <x>\n正文", [], [["属实"]])


def test_a_long_text_comes_in_parts(desk: Desk) -> None:
    """A text too long for one message comes in several: the first answers, the last has the buttons."""
    asked = desk.api.says(LI, GROUP, "全文").message_id
    ids = desk.sends(LONG, buttons=((button("同意"),),), reply_to=str(asked))
    shown = desk.shown()
    assert ids == " ".join(str(message.message_id) for message in shown)
    assert "\n".join(message.text for message in shown) == LONG
    assert [message.labels for message in shown] == [[], [], [["同意"]]]
    assert [message.answers is not None for message in shown] == [True, False, False]


def test_signed_words_are_shown_as_they_are(desk: Desk) -> None:
    """Signed words bear no markup of ours, and a page they name may be shown."""
    desk.api.promote(ME, CHANNEL)
    desk.sends("通告 <一>\n@李敏 详见 https://a.cn", CHANNEL, exact=True, names=("李敏", str(LI)))
    sent = desk.api.calls("sendMessage", CHANNEL)[-1].parameters
    (message,) = desk.api.messages(CHANNEL)
    assert message.text == "通告 <一>\n@李敏 详见 https://a.cn"
    assert "parse_mode" not in sent
    assert message.link_preview_options == {"is_disabled": False}


def test_signed_words_that_are_shown_otherwise_have_failed(desk: Desk) -> None:
    """Telegram leaves out carriage returns: what stands there then is not what was signed."""
    with failing("shown differently", permanent=True):
        desk.sends("第一行\r\n第二行", exact=True)
    assert not desk.shown()
    desk.sends("\n第一行\n第二行\n", exact=True)
    assert desk.texts()[-1] == "第一行\n第二行"


# what does not come through


def test_a_refused_connection_is_tried_again(desk: Desk) -> None:
    """Without a connection nothing went out."""
    desk.api.down()
    with failing("ClientConnectorError"):
        desk.sends("在吗")
    desk.api.up()
    desk.sends("在")
    assert desk.texts() == ["在"]


def test_a_lost_answer_is_unknown(desk: Desk) -> None:
    """Once the request has left, an answer that never comes tells nothing."""
    desk.api.lose_reply("sendMessage", how="close")
    with failing("aiohttp", unknown=True):
        desk.sends("一")
    desk.api.lose_reply("sendMessage", how="silence")
    with failing("Timed out", unknown=True):
        desk.sends("二")
    desk.api.fail_next("sendMessage", code=502)
    with failing("Bad Gateway", unknown=True):
        desk.sends("三")
    assert desk.texts() == ["一", "二"]


def test_a_flood_limit_pauses(desk: Desk) -> None:
    """Telegram says for how long."""
    desk.api.fail_next("sendMessage", retry_after=7)
    with failing("Retry in", after=7.0):
        desk.sends("慢")


def test_a_group_that_moved_says_where(desk: Desk) -> None:
    """A group that became a supergroup has another account."""
    new = desk.api.migrates(BASIC)
    with failing("New chat id", moved_to=str(new)):
        desk.sends("在吗", BASIC)


@pytest.mark.parametrize("chat", [WANG, LI, GROUP, -999])
def test_a_chat_that_is_closed_to_us_is_out_of_reach(desk: Desk, chat: int) -> None:
    """Who never wrote, who blocked the bot, who threw it out and what is not there cannot be written to."""
    desk.api.blocks(LI)
    desk.api.remove_member(GROUP, ME)
    with failing(permanent=True, unreachable=True):
        desk.sends("在吗", chat)


def test_a_refused_token_is_for_an_administrator(desk: Desk) -> None:
    """With a wrong token nothing is given up: it goes out once the token is mended. The token is not said."""
    with bot_on(desk.api.url, "999:ABC-secret") as stranger, failing(after=60.0):
        stranger.send(str(GROUP), Content("在吗"), AT)


def test_a_later_part_waits_for_the_limit(desk: Desk) -> None:
    """A part that was told to wait a little comes after the wait, once."""
    desk.api.enforce_limits(group_per_minute=None, overall_per_second=2)
    desk.sends(LONG)
    assert "\n".join(desk.texts()) == LONG


def test_half_a_message_is_not_passed_over(desk: Desk) -> None:
    """When a later part must wait long, the message may be out in part: it is to be repeated with a mark."""
    desk.api.enforce_limits(group_per_minute=2, overall_per_second=None)
    with failing("Retry in", unknown=True, after=60.0):
        desk.sends(LONG)
    assert len(desk.shown()) == 2


def test_a_platform_that_was_closed_sends_nothing(desk: Desk) -> None:
    """After hanging up nothing goes out, nothing is unknown, and hanging up again does no harm."""
    desk.sends("一")
    desk.platform.close()
    desk.platform.close()
    with failing("closed"):
        desk.sends("二")
    assert desk.texts() == ["一"]


def test_hanging_up_ends_what_is_under_way(desk: Desk) -> None:
    """A call that waits for an answer when the desk stops ends at once, as unknown."""
    desk.api.hang(GROUP, 30.0)
    patient = TelegramPlatform(TOKEN, api_url=desk.api.url)
    ended = threading.Event()

    def say() -> None:
        with failing(unknown=True):
            patient.send(str(GROUP), Content("在吗"), AT)
        ended.set()

    thread = threading.Thread(target=say)
    thread.start()
    threading.Event().wait(0.5)
    patient.close()
    thread.join(5)
    assert ended.is_set()


def test_many_threads_speak_at_once(desk: Desk) -> None:
    """Calls of many threads go out side by side, each with its own answer."""
    desk.api.hang(None, 0.3, method="sendMessage")
    given: dict[str, str] = {}
    threads = [
        threading.Thread(target=lambda text=str(number): given.update({text: desk.sends(text)})) for number in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert given == {message.text: str(message.message_id) for message in desk.shown()}
    assert len(given) == 16
