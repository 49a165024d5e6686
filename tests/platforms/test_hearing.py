"""What the desk hears on Telegram: who speaks, where, and what is meant for it."""

import json
from datetime import timedelta

import pytest

from bot.chat.telegram.hearing import Hearing
from handlers.conversation import Incoming, Place, Sender
from tests.platforms.updates import (
    ANONYMOUS,
    BOT_ID,
    CHANNEL,
    DESK,
    KEY,
    LI,
    PHOTO,
    PRIVATE,
    SECONDS,
    SENT,
    STAFF,
    entity,
    heard,
    message,
    update,
)


def test_a_sentence_in_a_group_is_heard_whole(hearing: Hearing) -> None:
    """A plain message arrives with its key, moment, place, speaker and words, and nothing else."""
    assert hearing.hear(update(text="早上好")) == Incoming(
        platform="telegram",
        key="7000000001:500",
        at=SENT,
        place=Place(account="-1001234567890", title="舆情值班群"),
        sender=Sender(account="42", name="敏 李"),
        message_id="77",
        text="早上好",
    )


def test_two_bots_never_share_a_key() -> None:
    """The same update number of another bot is another event."""
    mine, other = (Hearing(bot, KEY).hear(update(text="早")) for bot in (1, 2))
    assert mine is not None
    assert other is not None
    assert (mine.key, other.key) == ("1:500", "2:500")


def test_a_private_chat_is_direct(hearing: Hearing) -> None:
    """A 1:1 chat is known by the person's own id."""
    assert heard(hearing, update(chat=PRIVATE, text="待办")).place == Place(account="42", direct=True)


def test_a_topic_is_named(hearing: Hearing) -> None:
    """A message in a forum topic names the topic; the thread of a mere reply is none."""
    assert heard(hearing, update(text="早", message_thread_id=9, is_topic_message=True)).place.topic == "9"
    assert heard(hearing, update(text="早", message_thread_id=9)).place.topic == ""


def test_a_channel_is_public_and_its_author_nobody(hearing: Hearing) -> None:
    """A channel's post comes from the channel itself, whoever wrote it."""
    post = update("channel_post", chat=CHANNEL, sender_chat=CHANNEL, text="绑定 AB12", author_signature="王五")
    del post["channel_post"]["from"]
    incoming = heard(hearing, post)
    assert incoming.place == Place(account="-1009876543210", public=True, title="港北发布")
    assert incoming.sender == Sender(account="-1009876543210", name="王五", anonymous=True)
    del post["channel_post"]["sender_chat"]
    assert heard(hearing, post).sender == incoming.sender


def test_an_anonymous_administrator_is_nobody(hearing: Hearing) -> None:
    """Whoever speaks as the group has the group's account and no person's."""
    sender = heard(hearing, update(**{"from": ANONYMOUS}, sender_chat=STAFF, text="批准 12")).sender
    assert sender == Sender(account="-1001234567890", name="舆情值班群", anonymous=True)


def test_a_channel_that_speaks_in_a_group_is_nobody(hearing: Hearing) -> None:
    """A member who writes under a channel's name is anonymous, with or without the channel named."""
    mask = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
    spoken = heard(hearing, update(**{"from": mask}, sender_chat=CHANNEL, text="批准 12"))
    assert spoken.sender == Sender(account="-1009876543210", name="港北发布", anonymous=True)
    assert heard(hearing, update(**{"from": mask}, text="批准 12")).sender.anonymous


def test_other_bots_are_not_heard(hearing: Hearing) -> None:
    """What another bot says is ignored; what a person sends by way of one is the person's."""
    other = {"id": 8, "is_bot": True, "first_name": "天气"}
    assert hearing.hear(update(**{"from": other}, text="批准 12")) is None
    assert heard(hearing, update(via_bot=other, text="批准 12")).sender.account == "42"


def test_a_command_loses_the_name_of_the_desk(hearing: Hearing) -> None:
    """The menu's /verb@bot is the verb alone, whatever the capitals, in Chinese too and in full width."""
    for spoken in ("/approve@Desk_Bot 12", "/approve@DESK_BOT 12", "/approve@desk_bot 12"):
        assert heard(hearing, update(text=spoken)).text == "/approve 12"
    assert heard(hearing, update(text="/批准@desk_bot第12号")).text == "/批准第12号"
    assert heard(hearing, update(text="\uff0f批准\uff20desk_bot 12")).text == "\uff0f批准 12"


def test_a_command_with_the_name_of_the_desk_is_addressed(hearing: Hearing) -> None:
    """Whoever names the desk behind a command it does not know must get an answer."""
    assert heard(hearing, update(text="/aprove@desk_bot 12")).addressed
    assert not heard(hearing, update(text="/approve 12")).addressed


def test_a_command_to_another_bot_is_not_heard(hearing: Hearing) -> None:
    """Another bot's command is nothing to the desk, in words or under a picture."""
    assert hearing.hear(update(text="/approve@other_bot 12")) is None
    assert hearing.hear(update(caption="/ocr@other_bot", photo=PHOTO)) is None
    assert heard(hearing, update(text="/approve @other_bot 12")).text == "/approve @other_bot 12"


def test_before_its_name_is_known_no_name_is_the_desks() -> None:
    """A desk that does not know its username takes no command that names somebody."""
    assert Hearing(BOT_ID, KEY).hear(update(text="/approve@desk_bot 12")) is None
    unnamed = Hearing(BOT_ID, KEY).hear(update(text="@ 批准 12"))
    assert unnamed is not None
    assert not unnamed.addressed


def test_a_command_under_a_picture_is_a_command(hearing: Hearing) -> None:
    """A caption is heard as words are, beside the picture."""
    incoming = heard(hearing, update(caption="/report@desk_bot 水管爆了", photo=PHOTO))
    assert (incoming.text, len(incoming.files)) == ("/report 水管爆了", 1)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("@desk_bot 批准 12", "@desk_bot 批准 12"),
        ("批准 12 @Desk_Bot", "@desk_bot 批准 12"),
        ("请 @desk_bot 批准 12", "@desk_bot 请 批准 12"),
        ("😀 请 @desk_bot 批准 12", "@desk_bot 😀 请 批准 12"),
        ("@desk_bot", "@desk_bot"),
        ("@desk_bot 查 12 @desk_bot", "@desk_bot 查 12"),
        ("@desk_bot /approve 12", "@desk_bot /approve 12"),
    ],
)
def test_a_mention_is_moved_to_the_front(hearing: Hearing, said: str, text: str) -> None:
    """Whoever names the desk anywhere speaks to it: dispatch finds the name before the words."""
    shown = next(word for word in said.split() if word.casefold() == "@desk_bot")
    incoming = heard(hearing, update(text=said, entities=[entity("mention", said, shown)]))
    assert (incoming.text, incoming.addressed) == (text, True)


@pytest.mark.parametrize(
    ("said", "text"),
    [("@desk_bot批准 12", "@desk_bot 批准 12"), ("请@desk_bot批准 12", "@desk_bot 请 批准 12")],
)
def test_a_mention_without_blanks_counts(hearing: Hearing, said: str, text: str) -> None:
    """Telegram marks no mention beside a Chinese letter; the desk hears it all the same."""
    incoming = heard(hearing, update(text=said))
    assert (incoming.text, incoming.addressed) == (text, True)


def test_a_mention_by_link_counts(hearing: Hearing) -> None:
    """A mention that names the desk by id, under any words, addresses it; one of another person does not."""
    said = "😀回应台 批准 12"
    mark = entity("text_mention", said, "回应台", user=DESK)
    incoming = heard(hearing, update(text=said, entities=[mark]))
    assert (incoming.text, incoming.addressed) == ("@desk_bot 😀 批准 12", True)
    assert not heard(hearing, update(text=said, entities=[{**mark, "user": LI}])).addressed


@pytest.mark.parametrize(
    "said", ["@desk_bots 批准 12", "@limin 批准 12", "mail@desk_bot 12", "desk_bot 批准 12", "t.me/@desk_bot"]
)
def test_another_name_is_no_mention(hearing: Hearing, said: str) -> None:
    """Only the desk's own name, as a whole, addresses it."""
    incoming = heard(hearing, update(text=said))
    assert (incoming.text, incoming.addressed) == (said, False)


def test_a_reply_names_its_message(hearing: Hearing) -> None:
    """Every reply says to what it replies; a reply to the desk is not yet a word to it."""
    incoming = heard(hearing, update(text="同意", reply_to_message=message(message_id=70, **{"from": DESK})))
    assert (incoming.reply_to, incoming.addressed) == ("70", False)


def test_the_opening_of_a_topic_is_no_reply(hearing: Hearing) -> None:
    """In a topic a message that replies to nothing comes as a reply to the opening; a real reply stays one."""
    opening = message(message_id=9, forum_topic_created={"name": "供水", "icon_color": 7322096})
    in_topic = {"message_thread_id": 9, "is_topic_message": True}
    assert heard(hearing, update(text="同意", reply_to_message=opening, **in_topic)).reply_to is None
    real = message(message_id=12, text="卡片", **in_topic)
    assert heard(hearing, update(text="同意", reply_to_message=real, **in_topic)).reply_to == "12"
    other = {**opening, "message_id": 8}
    assert heard(hearing, update(text="同意", reply_to_message=other, **in_topic)).reply_to == "8"


def test_the_first_reply_to_a_message_is_a_reply(hearing: Hearing) -> None:
    """In a group without topics a thread has the number of the message it began with: replying to that one counts."""
    begun = message(message_id=70, text="卡片")
    assert heard(hearing, update(text="同意", reply_to_message=begun, message_thread_id=70)).reply_to == "70"


def test_an_edit_is_the_same_message_later(hearing: Hearing) -> None:
    """An edit keeps the message's id, says it is one, and has the moment of the edit."""
    for kind in ("edited_message", "edited_channel_post"):
        incoming = heard(hearing, update(kind, text="改好了", edit_date=SECONDS + 60))
        assert (incoming.message_id, incoming.edited) == ("77", True)
        assert incoming.at == SENT + timedelta(seconds=60)
    assert not heard(hearing, update(text="早", edit_date=SECONDS + 60)).edited


def test_an_edited_forward_keeps_what_it_was(hearing: Hearing) -> None:
    """An edit of a captioned album picture keeps its file and album; a caption that is taken away leaves them."""
    fields = {"photo": PHOTO, "media_group_id": "13", "edit_date": SECONDS + 60}
    for caption in ("新", None):
        incoming = heard(hearing, update("edited_message", caption=caption, **fields))
        assert (incoming.text, incoming.album) == (caption or "", "-1001234567890/13")
        assert len(incoming.files) == 1


def test_halves_of_letters_and_nul_are_replaced(hearing: Hearing) -> None:
    """What no database keeps does not stop a message, nor the search for a mention behind it."""
    said = "坏\ud83d字\x00 @desk_bot"
    raw = json.loads(
        json.dumps(update(text=said, entities=[{"type": "text_mention", "offset": 5, "length": 9, "user": DESK}]))
    )
    assert heard(hearing, raw).text == "@desk_bot 坏?字\ufffd"
