"""One call of a bot: who calls, what they gave, and what every method checks first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.platforms.bot_api.html_text import formatted, units
from tests.platforms.bot_api.parameters import Parameters
from tests.platforms.bot_api.world import (
    GROUPS,
    ApiError,
    Bot,
    Chat,
    Json,
    Member,
    Message,
    World,
    bad_request,
    forbidden,
)

Emit = Callable[[Bot, str, Json], None]
MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_BUTTON = 64  # bytes
MAX_BUTTONS = 100
NOBODY = Member(user=None, standing="left")  # type: ignore[arg-type]  # stands for no member at all


@dataclass
class Calling:
    world: World
    bot: Bot
    parameters: Parameters
    emit: Emit

    def chat(self) -> Chat:
        """Find the chat a call names and check that the bot gets into it."""
        chat = self.known_chat()
        if chat.migrated_to is not None:
            why = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, why, migrate_to_chat_id=chat.migrated_to)
        if chat.kind == "private":
            _check_private(chat)
        else:
            self._check_member(chat)
        return chat

    def known_chat(self) -> Chat:
        """Find the chat a call names."""
        chat_id = self.parameters.chat_id()
        if chat_id is None:
            raise bad_request("chat_id is empty")
        chat = self.world.find_chat(self.bot, chat_id)
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def me_in(self, chat: Chat) -> Member:
        """Give the bot's own membership."""
        return chat.members.get(self.bot.user.id, NOBODY)

    def _check_member(self, chat: Chat) -> None:
        me = chat.members.get(self.bot.user.id)
        if me is None:
            raise bad_request("chat not found")
        if me.standing == "kicked":
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        if not me.present:
            raise forbidden(f"bot is not a member of the {chat.kind} chat")

    def writable_chat(self) -> Chat:
        """Find the chat a call names and check that the bot may write there."""
        chat = self.chat()
        if chat.kind == "channel" and not self.me_in(chat).may("can_post_messages"):
            raise bad_request("need administrator rights in the channel chat")
        if chat.kind in GROUPS and not (self.me_in(chat).administers or self._members_may_write(chat)):
            raise bad_request("not enough rights to send text messages to the chat")
        return chat

    def _members_may_write(self, chat: Chat) -> bool:
        return self.me_in(chat).standing == "member" and chat.members_may["can_send_messages"]

    def mention(self, user_id: int) -> Json | None:
        """Give the user that a link tg://user?id= names, if there is one."""
        user = self.world.users.get(user_id)
        return None if user is None else user.json()

    def said_text(self) -> tuple[str, list[Json]]:
        """Give the text of a message and its entities."""
        given = self.parameters.text("text")
        if not given:
            raise bad_request("message text is empty")
        mode, entities = self.parameters.text("parse_mode"), self.parameters.read("entities")
        text, found = formatted(given, mode, entities, self.mention)
        if not text:
            raise bad_request("text must be non-empty")
        if units(text) > MAX_TEXT:
            raise bad_request("message is too long")
        return text, found

    def said_caption(self, given: Json | None = None) -> Json:
        """Give the caption fields of a message; empty without one."""
        source = self.parameters if given is None else Parameters(given)
        mode, entities = source.text("parse_mode"), source.read("caption_entities")
        text, found = formatted(source.text("caption"), mode, entities, self.mention)
        if units(text) > MAX_CAPTION:
            raise bad_request("message caption is too long")
        return {"caption": text, **({"caption_entities": found} if found else {})} if text else {}

    def keyboard(self) -> Json | None:
        """Give the inline keyboard, checked; None when there is none."""
        markup = self.parameters.read("reply_markup")
        if not isinstance(markup, dict) or not markup.get("inline_keyboard"):
            return None
        buttons = [button for row in markup["inline_keyboard"] for button in row]
        if len(buttons) > MAX_BUTTONS:
            raise bad_request("reply markup is too long")
        for button in buttons:
            _check_button(button)
        return {"inline_keyboard": markup["inline_keyboard"]}

    def answered(self, chat: Chat) -> Message | None:
        """Find the message that a call replies to."""
        reply: Any = self.parameters.read("reply_parameters") or {}
        number = reply.get("message_id") or self.parameters.number("reply_to_message_id")
        if number is None:
            return None
        found = chat.message(int(number))
        lenient = reply.get("allow_sending_without_reply") or self.parameters.flag("allow_sending_without_reply")
        if found is None and not lenient:
            raise bad_request("message to be replied not found")
        return found

    def placed(self, chat: Chat, answers: Message | None) -> tuple[Json, Message | None]:
        """Give the fields that name the topic, and what the message answers there."""
        topic = self.parameters.number("message_thread_id")
        if topic is None:
            return place_in(chat, answers.topic if answers else None, answers)
        if topic not in chat.topics:
            raise bad_request("message thread not found")
        return place_in(chat, topic, answers)


def place_in(chat: Chat, topic: int | None, answers: Message | None) -> tuple[Json, Message | None]:
    """Give topic fields and the answered message: inside a topic that is at least the one that opened it."""
    if topic is not None and topic in chat.topics:
        return {"message_thread_id": topic, "is_topic_message": True}, answers or chat.message(topic)
    if answers is not None and chat.kind == "supergroup" and not chat.forum:
        return {"message_thread_id": answers.fields.get("message_thread_id", answers.message_id)}, answers
    return {}, answers


def _check_private(chat: Chat) -> None:
    user = chat.user
    if user is not None and user.is_bot:
        raise forbidden("bot can't send messages to bots")
    if user is not None and user.deactivated:
        raise forbidden("user is deactivated")
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    if not chat.started:
        raise forbidden("bot can't initiate conversation with a user")


def _check_button(button: Json) -> None:
    if not button.get("text"):
        raise bad_request("inline keyboard button text is empty")
    callback, url = button.get("callback_data"), button.get("url")
    if callback is not None and not 1 <= len(str(callback).encode()) <= MAX_BUTTON:
        raise bad_request("BUTTON_DATA_INVALID")
    if url is not None and "." not in (urlsplit(url).hostname or "") and not url.startswith("tg:"):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
