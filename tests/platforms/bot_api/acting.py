"""How what a person does becomes a message in the world and an update for every bot that would hear of it."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from tests.platforms.bot_api.calling import place_in
from tests.platforms.bot_api.delivery import Delivery
from tests.platforms.bot_api.world import GROUPS, Bot, Chat, Json, Message, User, World

P = ParamSpec("P")
R = TypeVar("R")
A = TypeVar("A", bound="Acting")

ANONYMOUS = User(1087968824, "Group", "GroupAnonymousBot", is_bot=True)
CHANNEL_BOT = User(136817688, "Channel", "Channel_Bot", is_bot=True)


def act(does: Callable[Concatenate[A, P], R]) -> Callable[Concatenate[A, P], R]:
    """Do it under the lock; then, when updates are pushed one by one, push what it gave rise to."""

    @wraps(does)
    def whole(self: A, /, *arguments: P.args, **named: P.kwargs) -> R:
        with self.world.lock:
            done = does(self, *arguments, **named)
        self.delivery.deliver()
        return done

    return whole


class Acting:
    """What all the acts lean on."""

    def __init__(self) -> None:
        self.world = World()
        self.delivery = Delivery(self.world)

    def chat_of(self, chat_id: int, bot: str | None = None) -> Chat:
        """Find a chat; a user's number is their private chat with a bot, the first one unless named."""
        found = self.world.find_chat(self.world.bot(bot), chat_id)
        if found is None:
            raise LookupError(f"no chat {chat_id}")
        return found

    def user_of(self, user_id: int) -> User:
        """Find a user."""
        if user_id not in self.world.users:
            raise LookupError(f"no user {user_id}")
        return self.world.users[user_id]

    def post(
        self,
        user_id: int,
        chat: Chat,
        fields: Json,
        *,
        reply_to: int | None = None,
        topic: int | None = None,
        anonymous: bool = False,
        via_channel: int | None = None,
        date: int | None = None,
        service: bool = False,
    ) -> Message:
        """Write a person's message and tell the bots."""
        place, answers = place_in(chat, topic, chat.message(reply_to) if reply_to is not None else None)
        if reply_to is not None and answers is None:
            raise LookupError(f"no message {reply_to} in {chat.id}")
        if answers is not None and topic is None:
            place, answers = place_in(chat, answers.topic, answers)
        author = self._author(user_id, chat, via_channel, anonymous=anonymous)
        dated = {} if date is None else {"date": date}
        message = self.world.write(chat, {**author, **dated, **place, **fields}, answers=answers, service=service)
        self._open_private(chat)
        self.tell(message, "channel_post" if chat.kind == "channel" else "message")
        return message

    def _author(self, user_id: int, chat: Chat, via_channel: int | None, *, anonymous: bool) -> Json:
        if chat.kind == "channel":
            return {"sender_chat": chat.json()}
        if anonymous:
            return {"from": ANONYMOUS.json(), "sender_chat": chat.json()}
        if via_channel is not None:
            return {"from": CHANNEL_BOT.json(), "sender_chat": self.world.chats[via_channel].json()}
        return {"from": self.user_of(user_id).json()}

    def _open_private(self, chat: Chat) -> None:
        if chat.kind == "private":
            chat.started, chat.blocked = True, False

    def tell(self, message: Message, kind: str) -> None:
        """Give the update to every bot that would hear the message."""
        for bot in self.audience(message.chat):
            if bot.user.id != message.sender and hears(bot, message):
                self.delivery.emit(bot, kind, message.json())

    def audience(self, chat: Chat) -> list[Bot]:
        """Give the bots that are in a chat."""
        if chat.kind == "private":
            return [bot for bot in self.world.bots.values() if bot.private.get(chat.id) is chat]
        return [bot for bot in self.world.bots.values() if chat.member(bot.user.id)]

    def owner(self, message: Message) -> Bot:
        """Give the bot that hears of taps on a message."""
        return self.world.bot_of(message.sender) or self.audience(message.chat)[0]


def hears(bot: Bot, message: Message) -> bool:
    """Tells whether a bot gets a message; https://core.telegram.org/bots/features#privacy-mode."""
    chat, me = message.chat, message.chat.member(bot.user.id)
    if chat.kind == "private":
        return True
    if me is None or (chat.kind == "channel" and not me.administers):
        return False
    sender = message.fields.get("from", {})
    if sender.get("is_bot") and sender["id"] not in {ANONYMOUS.id, CHANNEL_BOT.id}:
        return False
    return chat.kind not in GROUPS or me.administers or me.hears_all or _meant_for(bot, message)


def _meant_for(bot: Bot, message: Message) -> bool:
    """Service messages, replies to the bot, commands not for another bot, and mentions (as BotFather says)."""
    if message.service or (message.answers is not None and message.answers.sender == bot.user.id):
        return True
    name = f"@{bot.user.username}".lower()
    for entity in message.entities:
        encoded = message.text.encode("utf-16-le")
        part = encoded[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le").lower()
        if entity["type"] == "mention" and part == name:
            return True
        if entity["type"] == "bot_command" and ("@" not in part or part.endswith(name)):
            return True
    return False
