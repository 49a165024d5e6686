"""The world that the double keeps: people, bots, chats, members, messages, files, and every call that was made."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
GROUPS = ("group", "supergroup")
PRESENT = ("creator", "administrator", "member", "restricted")
ADMINISTRATORS = ("creator", "administrator")
FIRST_MIGRATED = -1009000000000


class ApiError(Exception):
    """An answer that refuses; parameters as in ResponseParameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(why: str) -> ApiError:
    """Give a refusal with code 400."""
    return ApiError(400, f"Bad Request: {why}")


def forbidden(why: str) -> ApiError:
    """Give a refusal with code 403."""
    return ApiError(403, f"Forbidden: {why}")


@dataclass
class User:
    id: int
    first_name: str
    username: str | None = None
    last_name: str | None = None
    is_bot: bool = False
    language_code: str | None = None
    deactivated: bool = False

    def json(self) -> Json:
        """Show as the API's User."""
        shown: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            if getattr(self, name) is not None:
                shown[name] = getattr(self, name)
        return shown


@dataclass
class Member:
    user: User
    standing: str = "member"  # creator, administrator, member, restricted, left, kicked
    rights: dict[str, bool] = field(default_factory=dict)
    hears_all: bool = False  # what privacy mode was when a bot joined: a later change needs it added again

    @property
    def present(self) -> bool:
        """Tells whether they are in the chat."""
        return self.standing in PRESENT

    @property
    def administers(self) -> bool:
        """Tells whether they are an administrator."""
        return self.standing in ADMINISTRATORS

    def may(self, right: str) -> bool:
        """Tells whether they have an administrator's right."""
        return self.standing == "creator" or (self.standing == "administrator" and self.rights.get(right, False))


@dataclass
class Message:
    chat: "Chat"
    message_id: int
    fields: Json  # as in the API, without the message that it answers
    answers: "Message | None" = None
    history: list[Json] = field(default_factory=list)  # what the fields were before each edit
    deleted: bool = False
    pinned: bool = False
    service: bool = False
    silent: bool = False
    posted_by: int = 0  # the bot that sent it; a channel does not show it
    parse_mode: str | None = None
    link_preview_options: Json | None = None
    at: float = field(default_factory=time.time)  # wall clock

    def json(self) -> Json:
        """Show as the API's Message."""
        if self.answers is None or self.answers.deleted:
            return self.fields
        return {**self.fields, "reply_to_message": self.answers.fields}

    @property
    def text(self) -> str:
        """Its text or caption."""
        return str(self.fields.get("text", self.fields.get("caption", "")))

    @property
    def entities(self) -> list[Json]:
        """The entities of its text or caption."""
        return [*self.fields.get("entities", ()), *self.fields.get("caption_entities", ())]

    @property
    def sender(self) -> int:
        """Who wrote it; 0 for a channel post."""
        return int(self.fields.get("from", {}).get("id", 0))

    @property
    def topic(self) -> int | None:
        """The topic it stands in."""
        return self.fields.get("message_thread_id") if self.fields.get("is_topic_message") else None

    @property
    def reply_markup(self) -> Json | None:
        """Its keyboard."""
        markup: Json | None = self.fields.get("reply_markup")
        return markup

    @property
    def buttons(self) -> list[list[Json]]:
        """Its inline keyboard, row by row."""
        markup = self.reply_markup or {}
        return list(markup.get("inline_keyboard", []))

    @property
    def labels(self) -> list[list[str]]:
        """What is written on its buttons, row by row."""
        return [[str(button["text"]) for button in row] for row in self.buttons]


@dataclass
class Chat:
    id: int
    kind: str  # private, group, supergroup, channel
    title: str = ""
    username: str | None = None
    forum: bool = False
    user: User | None = None  # of a private chat
    members: dict[int, Member] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)  # message n stands at n - 1
    topics: dict[int, str] = field(default_factory=dict)
    pins: list[int] = field(default_factory=list)
    migrated_to: int | None = None
    members_may: dict[str, bool] = field(default_factory=lambda: {"can_pin_messages": False, "can_send_messages": True})
    started: bool = False  # a private chat: the person wrote first
    blocked: bool = False

    def json(self) -> Json:
        """Show as the API's Chat."""
        if self.user is not None:
            shown = {**self.user.json(), "type": "private"}
            shown.pop("is_bot")
            shown.pop("language_code", None)
            return shown
        shown = {"id": self.id, "type": self.kind, "title": self.title}
        if self.username:
            shown["username"] = self.username
        if self.forum:
            shown["is_forum"] = True
        return shown

    def message(self, message_id: int) -> Message | None:
        """Find a message that is still there."""
        if not 1 <= message_id <= len(self.messages):
            return None
        found = self.messages[message_id - 1]
        return None if found.deleted else found

    def member(self, user_id: int) -> Member | None:
        """Find whoever is in the chat now."""
        found = self.members.get(user_id)
        return found if found is not None and found.present else None


@dataclass
class StoredFile:
    file_id: str
    unique_id: str
    content: bytes
    size: int
    path: str


@dataclass
class Bot:
    token: str
    user: User
    privacy: bool = True
    private: dict[int, Chat] = field(default_factory=dict)
    pending: list[Json] = field(default_factory=list)  # updates that nobody took yet
    again: list[Json] = field(default_factory=list)  # updates that a poll gets though it confirmed them
    last_update: Json | None = None
    next_update_id: int = 100001
    allowed: frozenset[str] | None = None
    webhook: Json = field(default_factory=dict)
    poll: int = 0  # grows with every getUpdates, so that the older one notices
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    queries: dict[str, float] = field(default_factory=dict)  # query id: until when it can be answered

    def json(self) -> Json:
        """Show as getMe does."""
        flags = {"can_join_groups": True, "can_read_all_group_messages": not self.privacy}
        return {**self.user.json(), **flags, "supports_inline_queries": False, "has_main_web_app": False}


@dataclass
class Toast:
    query_id: str
    text: str
    alert: bool


@dataclass
class Call:
    method: str
    parameters: Json
    bot: str
    chat_id: int | None
    at: float  # wall clock
    result: object = None
    error: str = ""
    code: int = 200
    message_id: int | None = None


class World:
    """Everything there is, under one lock."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.clock: Callable[[], float] = time.time
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.bots: dict[str, Bot] = {}
        self.files: dict[str, StoredFile] = {}
        self.paths: dict[str, StoredFile] = {}
        self.calls: list[Call] = []
        self.toasts: list[Toast] = []
        self._count = 0

    def clear(self) -> None:
        """Be empty again."""
        with self.lock:
            self.clock = time.time
            for kept in (self.users, self.chats, self.bots, self.files, self.paths, self.calls, self.toasts):
                kept.clear()

    def now(self) -> int:
        """Give the moment that answers bear, in Unix seconds."""
        return int(self.clock())

    def count(self) -> int:
        """Give a number that was not given before."""
        self._count += 1
        return self._count

    def bot(self, named: str | None = None) -> Bot:
        """Find a bot by token or username; the first one without."""
        for bot in self.bots.values():
            if named in (None, bot.token, bot.user.username):
                return bot
        raise LookupError(f"no bot {named}")

    def bot_of(self, user_id: int) -> Bot | None:
        """Find the bot behind a user."""
        return next((bot for bot in self.bots.values() if bot.user.id == user_id), None)

    def find_chat(self, bot: Bot, chat_id: int | str) -> Chat | None:
        """Find a chat by number or @name as one bot sees it."""
        if isinstance(chat_id, str):
            named = chat_id.removeprefix("@").lower()
            return next((chat for chat in self.chats.values() if (chat.username or "").lower() == named), None)
        if chat_id in self.chats:
            return self.chats[chat_id]
        if chat_id in self.users and chat_id not in bot.private:
            bot.private[chat_id] = Chat(chat_id, "private", user=self.users[chat_id])
        return bot.private.get(chat_id)

    def write(self, chat: Chat, fields: Json, *, answers: Message | None = None, service: bool = False) -> Message:
        """Put a message into a chat; it bears the clock's moment unless it has one."""
        number = len(chat.messages) + 1
        whole = {"message_id": number, "chat": chat.json(), "date": self.now(), **fields}
        message = Message(chat, number, whole, answers, service=service)
        chat.messages.append(message)
        return message

    def keep_file(self, content: bytes, folder: str, ending: str, size: int | None = None) -> StoredFile:
        """Keep a file; a size of its own stands for a content too big for a test."""
        number = self.count()
        path = f"{folder}/file_{number}{ending}"
        whole = len(content) if size is None else size
        file = StoredFile(f"BQACAgUAAxkBAAI{number:06d}", f"AQAD{number:06d}", content, whole, path)
        self.files[file.file_id] = self.paths[path] = file
        return file
