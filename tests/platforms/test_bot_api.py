"""The double of Telegram's Bot API answers the real library as Telegram does: sending, editing, taps, pins, files."""

import io
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
import pytest
import telegram
from telegram import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken

from tests.platforms.bot_api import BotApi, library

TOKEN = "123456:abc"
LI, WANG = 7, 8
GROUP, FORUM, CHANNEL, BASIC = -1001, -1002, -1003, -55
R = TypeVar("R")


@pytest.fixture
def api(double: BotApi) -> BotApi:
    """Furnish the double with a bot, two people, a supergroup, a forum, a channel and a basic group."""
    double.reset()
    me = double.add_bot(TOKEN, "huiying_bot", privacy=False).user.id
    double.add_user(LI, "李敏", "limin")
    double.add_user(WANG, "王五")
    double.add_chat(GROUP, "supergroup", "值班群", members=[LI, WANG, me])
    double.add_chat(FORUM, "supergroup", "专题", forum=True, members=[LI, me])
    double.add_chat(CHANNEL, "channel", "公告", username="gangbei", members=[me])
    double.add_chat(BASIC, "group", "小群", members=[LI, me])
    return double


def asked(api: BotApi, ask: Callable[[telegram.Bot], Awaitable[R]], token: str = TOKEN) -> R:
    """Ask the double through the library."""
    return library.asked(api, token, ask)


def sent(api: BotApi, text: str, chat: int = GROUP, **more: Any) -> telegram.Message:  # noqa: ANN401 - any parameter of the library's
    """Let the bot send a text."""
    return asked(api, lambda bot: bot.send_message(chat, text, **more))


def keyboard(*labels: str, callback: str = "v:") -> InlineKeyboardMarkup:
    """Give a row of buttons."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=f"{callback}{label}") for label in labels]])


def refusal(api: BotApi, ask: Callable[[telegram.Bot], Awaitable[object]]) -> str:
    """Give the words with which a call is refused."""
    with pytest.raises((BadRequest, Forbidden)) as caught:
        asked(api, ask)
    return caught.value.message


def test_the_bot_is_told_who_it_is_and_what_it_may_read(api: BotApi) -> None:
    """GetMe says whether privacy mode lets it read everything."""
    me = asked(api, lambda bot: bot.get_me())
    assert (me.username, me.can_join_groups, me.can_read_all_group_messages) == ("huiying_bot", True, True)
    api.set_privacy(on=True)
    assert asked(api, lambda bot: bot.get_me()).can_read_all_group_messages is False


def test_an_unknown_token_is_unauthorized(api: BotApi) -> None:
    """The library makes InvalidToken of it."""
    with pytest.raises(InvalidToken):
        asked(api, lambda bot: bot.get_me(), token="1:wrong")
    assert httpx.post(f"{api.url}/bot1:wrong/getMe").json() == {
        "ok": False,
        "error_code": 401,
        "description": "Unauthorized",
    }


def test_html_becomes_text_and_entities(api: BotApi) -> None:
    """Offsets count UTF-16 units, references are read, outer whitespace goes, a user's link is a text_mention."""
    text = ' 😀<b>首报 <i>超时</i></b> &lt;3 <a href="tg://user?id=7">李敏</a> <a href="https://x.cn">原文</a>\n'
    message = sent(api, text, parse_mode="HTML")
    assert message.text == "😀首报 超时 <3 李敏 原文"
    assert [(found.type, found.offset, found.length) for found in message.entities] == [
        ("bold", 2, 5),
        ("italic", 5, 2),
        ("text_mention", 11, 2),
        ("text_link", 14, 2),
    ]
    assert message.entities[2].user is not None
    assert message.entities[2].user.id == LI
    assert api.messages(GROUP)[-1].parse_mode == "HTML"


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("停 <p>x</p>", 'Unsupported start tag "p" at byte offset 4'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
    ],
)
def test_bad_markup_is_refused(api: BotApi, markup: str, why: str) -> None:
    """With Telegram's own sentence and a byte offset."""
    said = refusal(api, lambda bot: bot.send_message(GROUP, markup, parse_mode="HTML"))
    assert said == f"can't parse entities: {why}".capitalize()  # the library does so with every refusal


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Message text is empty"),
        (" \n ", "Text must be non-empty"),
        ("😀" * 2049, "Message is too long"),
    ],
)
def test_a_text_is_neither_empty_nor_over_4096_units(api: BotApi, text: str, why: str) -> None:
    """An emoji counts as two."""
    assert refusal(api, lambda bot: bot.send_message(GROUP, text)) == why
    assert sent(api, "😀" * 2048).text == "😀" * 2048


def test_a_button_carries_at_most_64_bytes(api: BotApi) -> None:
    """Bytes, not characters."""
    wide = keyboard("水" * 21, callback="xx")
    assert refusal(api, lambda bot: bot.send_message(GROUP, "x", reply_markup=wide)) == "Button_data_invalid"
    message = sent(api, "x", reply_markup=keyboard("属实", "改判"))
    assert api.messages(GROUP)[-1].labels == [["属实", "改判"]]
    assert message.reply_markup == keyboard("属实", "改判")


def test_an_answer_needs_its_message(api: BotApi) -> None:
    """Unless it may be sent without."""
    assert (
        refusal(api, lambda bot: bot.send_message(GROUP, "x", reply_parameters=ReplyParameters(99)))
        == "Message to be replied not found"
    )
    lenient = ReplyParameters(99, allow_sending_without_reply=True)
    assert sent(api, "x", reply_parameters=lenient).reply_to_message is None
    said = api.says(LI, GROUP, "停水了")
    answer = sent(api, "收到", reply_parameters=ReplyParameters(said.message_id))
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.text == "停水了"


def test_a_topic_must_exist(api: BotApi) -> None:
    """The bot writes into a topic and hears from it; an unknown one is refused."""
    topic = api.add_topic(FORUM, "供水", by=LI)
    assert sent(api, "卡片", FORUM, message_thread_id=topic).is_topic_message
    assert api.says(LI, FORUM, "收到", topic=topic).topic == topic
    for chat, thread in ((FORUM, 999), (GROUP, 1)):
        with pytest.raises(BadRequest, match="Message thread not found"):
            sent(api, "x", chat, message_thread_id=thread)


def test_an_edit_changes_text_and_keyboard(api: BotApi) -> None:
    """The same again is refused, as is what is gone or somebody else's; what was there before is kept."""
    card = sent(api, "待审", reply_markup=keyboard("同意"))

    async def edit(bot: telegram.Bot, text: str, number: int = card.message_id) -> object:
        return await bot.edit_message_text(text, GROUP, number)

    asked(api, lambda bot: edit(bot, "已同意"))
    kept = api.messages(GROUP)[-1]
    assert (kept.text, kept.buttons, kept.history[0]["text"]) == ("已同意", [], "待审")
    assert refusal(api, lambda bot: edit(bot, "已同意")).startswith("Message is not modified: specified new message")
    assert refusal(api, lambda bot: edit(bot, "x", 99)) == "Message to edit not found"
    other = api.says(LI, GROUP, "x").message_id
    assert refusal(api, lambda bot: edit(bot, "y", other)) == "Message can't be edited"
    asked(api, lambda bot: bot.edit_message_reply_markup(GROUP, card.message_id, reply_markup=keyboard("撤回")))
    assert api.messages(GROUP)[0].labels == [["撤回"]]


def test_a_message_is_deleted_within_48_hours(api: BotApi) -> None:
    """After that, or twice, or without the right for somebody else's, it is refused."""
    old, new, other = sent(api, "a"), sent(api, "b"), api.says(LI, GROUP, "c")
    assert refusal(api, lambda bot: bot.delete_message(GROUP, other.message_id)) == "Message can't be deleted"
    asked(api, lambda bot: bot.delete_message(GROUP, new.message_id))
    assert refusal(api, lambda bot: bot.delete_message(GROUP, new.message_id)) == "Message to delete not found"
    assert refusal(api, lambda bot: bot.edit_message_text("x", GROUP, new.message_id)) == "Message to edit not found"
    begun = api.clock()
    api.clock = lambda: begun + 49 * 3600
    assert (
        refusal(api, lambda bot: bot.delete_message(GROUP, old.message_id)) == "Message can't be deleted for everyone"
    )
    assert [message.text for message in api.messages(GROUP)] == ["a", "c"]
    assert [message.text for message in api.messages(GROUP, deleted=True)] == ["a", "b", "c"]


def test_several_messages_are_deleted_at_once(api: BotApi) -> None:
    """Those that are not there are skipped."""
    numbers = [sent(api, text).message_id for text in "ab"]
    assert asked(api, lambda bot: bot.delete_messages(GROUP, [*numbers, 99]))
    assert api.messages(GROUP) == []


def test_a_tap_is_answered_once_it_is_known_and_fresh(api: BotApi) -> None:
    """A toast is at most 200 characters; an unknown or old query is refused."""
    card = sent(api, "卡片", reply_markup=keyboard("属实"))
    query = api.taps(WANG, GROUP, card.message_id, "属实")
    update = asked(api, lambda bot: bot.get_updates())[0].callback_query
    assert update is not None
    assert (update.id, update.data, update.from_user.id, update.chat_instance != "") == (query, "v:属实", WANG, True)
    assert isinstance(update.message, telegram.Message)
    assert update.message.text == "卡片"
    asked(api, lambda bot: bot.answer_callback_query(query, "已收到", show_alert=True))
    assert [(toast.query_id, toast.text, toast.alert) for toast in api.toasts()] == [(query, "已收到", True)]
    assert refusal(api, lambda bot: bot.answer_callback_query(query, "长" * 201)) == "Message_too_long"
    stale = "Query is too old and response timeout expired or query id is invalid"
    assert refusal(api, lambda bot: bot.answer_callback_query("1", "x")).lower() == stale.lower()
    begun = api.clock()
    api.clock = lambda: begun + 3600
    assert refusal(api, lambda bot: bot.answer_callback_query(query)).lower() == stale.lower()


def test_a_forged_or_stale_tap_arrives_too(api: BotApi) -> None:
    """Any data on any message, and a deleted message is inaccessible; a button that is not there cannot be tapped."""
    card = sent(api, "卡片", reply_markup=keyboard("属实"))
    with pytest.raises(LookupError, match="属实"):
        api.taps(LI, GROUP, card.message_id, "批准")
    api.tap_with(LI, GROUP, card.message_id, "forged")
    asked(api, lambda bot: bot.delete_message(GROUP, card.message_id))
    api.tap_with(LI, GROUP, card.message_id, "v:属实")
    first, second = (update.callback_query for update in asked(api, lambda bot: bot.get_updates()))
    assert first is not None
    assert first.data == "forged"
    assert second is not None
    assert second.message is not None
    assert not second.message.is_accessible


def test_pinning_needs_the_right(api: BotApi) -> None:
    """A pin is seen in the chat and taken off again."""
    card = sent(api, "卡片")
    why = "Not enough rights to manage pinned messages in the chat"
    assert refusal(api, lambda bot: bot.pin_chat_message(GROUP, card.message_id)) == why
    api.promote(123456, GROUP, can_pin_messages=True)
    asked(api, lambda bot: bot.pin_chat_message(GROUP, card.message_id))
    assert [message.text for message in api.pinned(GROUP)] == ["卡片"]
    pinned = asked(api, lambda bot: bot.get_chat(GROUP)).pinned_message
    assert isinstance(pinned, telegram.Message)
    asked(api, lambda bot: bot.unpin_chat_message(GROUP, card.message_id))
    assert api.pinned(GROUP) == []


def test_chats_and_their_members_are_shown(api: BotApi) -> None:
    """GetChat, getChatMember and getChatAdministrators, with rights."""
    assert asked(api, lambda bot: bot.get_chat(FORUM)).is_forum
    assert asked(api, lambda bot: bot.get_chat("@gangbei")).id == CHANNEL
    api.promote(123456, GROUP, can_delete_messages=True)
    me = asked(api, lambda bot: bot.get_chat_member(GROUP, 123456))
    assert isinstance(me, telegram.ChatMemberAdministrator)
    assert (me.can_delete_messages, me.can_pin_messages) == (True, False)
    assert asked(api, lambda bot: bot.get_chat_member(BASIC, WANG)).status == "left"
    assert [member.user.id for member in asked(api, lambda bot: bot.get_chat_administrators(GROUP))] == [123456]


def test_commands_are_kept_by_scope_and_language(api: BotApi) -> None:
    """A command is lower-case ASCII."""
    scope = telegram.BotCommandScopeAllPrivateChats()
    asked(api, lambda bot: bot.set_my_commands([BotCommand("ack", "收到")], scope=scope, language_code="zh"))
    assert api.commands({"type": "all_private_chats"}, "zh") == [{"command": "ack", "description": "收到"}]
    assert api.commands() == []
    assert asked(api, lambda bot: bot.get_my_commands(scope=scope, language_code="zh"))[0].command == "ack"
    asked(api, lambda bot: bot.delete_my_commands(scope=scope, language_code="zh"))
    assert api.commands({"type": "all_private_chats"}, "zh") == []
    assert refusal(api, lambda bot: bot.set_my_commands([BotCommand("批准", "x")])) == "Bot_command_invalid"


def test_a_file_is_downloaded_up_to_20_megabytes(api: BotApi) -> None:
    """A photo has several sizes, the largest last."""
    photo = api.sends_photo(LI, GROUP, b"large", "现场").fields["photo"]
    assert len(photo) > 1
    assert photo[-1]["width"] == max(size["width"] for size in photo)
    file = asked(api, lambda bot: bot.get_file(photo[-1]["file_id"]))
    assert file.file_path is not None
    assert file.file_path.startswith(f"{api.base_file_url}{TOKEN}/photos/")
    assert httpx.get(file.file_path).content == b"large"
    big = api.sends_document(LI, GROUP, name="big.zip", size=21 * 1024 * 1024).fields["document"]["file_id"]
    assert refusal(api, lambda bot: bot.get_file(big)) == "File is too big"
    assert refusal(api, lambda bot: bot.get_file("x")) == "Wrong file_id or the file is temporarily unavailable"


def test_the_bot_uploads_files(api: BotApi) -> None:
    """Multipart documents, photos and albums; a known file_id is sent again."""
    asked(
        api,
        lambda bot: bot.send_document(
            GROUP, io.BytesIO(b"a,b"), filename="周报.csv", caption="<b>周报</b>", parse_mode="HTML"
        ),
    )
    said = api.messages(GROUP)[-1]
    assert (said.fields["document"]["file_name"], said.text) == ("周报.csv", "周报")
    photo = asked(api, lambda bot: bot.send_photo(GROUP, io.BytesIO(b"jpg"))).photo[-1].file_id
    asked(api, lambda bot: bot.send_photo(GROUP, photo, reply_markup=keyboard("属实")))
    media = [InputMediaPhoto(io.BytesIO(b"1"), caption="图"), InputMediaPhoto(photo)]
    album = asked(api, lambda bot: bot.send_media_group(GROUP, media))
    assert len({message.media_group_id for message in album}) == 1
    assert album[0].caption == "图"


def test_a_group_moves_to_a_supergroup(api: BotApi) -> None:
    """Both service messages arrive, the old number is refused with the new one, numbers begin anew."""
    sent(api, "x", BASIC)
    new = api.migrates(BASIC)
    updates = asked(api, lambda bot: bot.get_updates())
    told = [update.message for update in updates if update.message is not None]
    assert [(said.migrate_to_chat_id, said.migrate_from_chat_id) for said in told] == [(new, None), (None, BASIC)]
    with pytest.raises(ChatMigrated) as caught:
        sent(api, "x", BASIC)
    assert caught.value.new_chat_id == new
    assert sent(api, "x", new).message_id == 2


def test_a_private_chat_is_opened_by_the_person(api: BotApi) -> None:
    """Not before /start, and not once the bot is blocked; /start brings it back."""
    ask = "Forbidden: bot can't initiate conversation with a user"
    assert refusal(api, lambda bot: bot.send_message(LI, "x")) == ask
    assert api.starts(LI, "invite_1").text == "/start invite_1"
    assert sent(api, "欢迎", LI).chat.type == "private"
    api.blocks(LI)
    assert refusal(api, lambda bot: bot.send_message(LI, "x")) == "Forbidden: bot was blocked by the user"
    api.starts(LI)
    assert sent(api, "又见面了", LI).text == "又见面了"
    assert refusal(api, lambda bot: bot.send_message(404, "x")) == "Chat not found"


def test_a_bot_that_left_or_was_removed_cannot_write(api: BotApi) -> None:
    """Each with its own sentence; a channel needs an administrator."""
    asked(api, lambda bot: bot.leave_chat(BASIC))
    assert refusal(api, lambda bot: bot.send_message(BASIC, "x")) == "Forbidden: bot is not a member of the group chat"
    api.remove_member(GROUP, 123456)
    assert (
        refusal(api, lambda bot: bot.send_message(GROUP, "x")) == "Forbidden: bot was kicked from the supergroup chat"
    )
    assert refusal(api, lambda bot: bot.send_message(CHANNEL, "x")) == "Need administrator rights in the channel chat"
    api.promote(123456, CHANNEL)
    assert sent(api, "公告", CHANNEL).sender_chat is not None
    changes = [update.my_chat_member for update in asked(api, lambda bot: bot.get_updates())]
    assert [change.new_chat_member.status for change in changes if change] == ["left", "kicked", "administrator"]
