"""Telegram as a chat platform of the desk, through the Bot API: https://core.telegram.org/bots/api."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO

from telegram import Bot, Message, User
from telegram.request import HTTPXRequest

from bot.chat.platform import Awaited, Limits
from bot.chat.telegram.buttons import button_key
from bot.chat.telegram.fetching import fetch
from bot.chat.telegram.hearing import TELEGRAM, Hearing
from bot.chat.telegram.letters import first_id, parts_of
from bot.chat.telegram.line import Line, Timeouts
from bot.chat.telegram.speaking import Speaking
from bot.chat.telegram.updates import chat_of
from bot.loop import Loop
from config.settings import TELEGRAM_API
from handlers.conversation import Content, Incoming
from handlers.house import LinkTo

# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
# A second more than the minute: Telegram counts when a message arrives, we when it leaves, and one may be slow.
IN_GROUP: Limits = ((3, 3.0), (20, 61.0))
IN_PRIVATE: Limits = ((3, 3.0),)
OVERALL: Limits = ((30, 1.0),)
SUPERGROUP = "-100"  # begins the number of a supergroup or a channel; in an address it is left off
# No code can be said by it. https://core.telegram.org/bots/features#deep-linking
ADD_TO_CHANNEL = "?startchannel&admin=post_messages+edit_messages+delete_messages"
USUAL = Timeouts()


class TelegramPlatform:
    """A bot. Every call may come from any thread; SendFailed says what went wrong, never with the token."""

    name = TELEGRAM
    waits = True
    pins = True
    for_staff = True
    spends = True

    def __init__(
        self,
        token: str,
        *,
        api_url: str = TELEGRAM_API,
        proxy: str = "",
        group_limits: Limits = IN_GROUP,
        private_limits: Limits = IN_PRIVATE,
        overall: Limits = OVERALL,
        timeouts: Timeouts = USUAL,
    ) -> None:
        """Take the token; nothing is asked of the network before the first call."""
        self.overall = overall
        self.username = ""  # known once Telegram was asked
        self.bot_id = int(token.partition(":")[0])
        key = button_key(token)
        self.hearing = Hearing(self.bot_id, key)
        self._line = Line(token, api_url, proxy, timeouts)
        self._speaking = Speaking(self._line, key, self._saw)
        self._group_limits, self._private_limits = group_limits, private_limits
        self._public_names: dict[str, str] = {}  # of chats that have one, as their latest message said

    @property
    def bot(self) -> Bot:
        """The library's bot; its coroutines run on the loop. It needs no initialize()."""
        return self._line.bot

    @property
    def line(self) -> Line:
        """The line, for whoever looks after it."""
        return self._line

    @property
    def polls(self) -> HTTPXRequest:
        """What updates are asked for through."""
        return self._line.polls

    @property
    def loop(self) -> Loop:
        """The loop on which the bot's coroutines run."""
        return self._line.loop

    def close(self) -> None:
        """Hang up; what is still under way ends as unknown."""
        self._line.close()

    # who we are

    def meet(self) -> User:
        """Ask Telegram who the bot is, and listen to its name from now on."""
        user = self.me()
        self.introduce(user)
        return user

    def introduce(self, user: User) -> None:
        """Listen to this bot's name from now on."""
        self.username = self.hearing.username = user.username or ""

    def me(self) -> User:
        """Return the bot as Telegram knows it."""
        with self._line.telling(repeatable=True):
            return self._line.call(self.bot.get_me())

    # what is heard

    def place_of(self, raw: Mapping[str, Any]) -> str:
        """Return the chat that an update came from."""
        return chat_of(raw)

    def understand(self, raw: Mapping[str, Any], received_at: datetime) -> Incoming | None:
        """Read an update as it was stored when it came; None for one that means nothing to the desk."""
        return self.hearing.hear(raw, received_at)

    def fetch(self, source: str, into: BinaryIO, limit: int) -> None:
        """Write a file's content; NotTaken when it has more than limit bytes or can no longer be had."""
        fetch(self._line, source, into, limit)

    # what is said

    def limits(self, chat: str) -> Limits:
        """Return how fast a chat may be written to: groups and channels have negative numbers."""
        return self._group_limits if chat.startswith("-") else self._private_limits

    def pieces(self, content: Content, *, answer: bool = False) -> int:
        """Return the parts that a text is sent in; an answer to a tap counts nowhere, a change of buttons as one."""
        return int(content.spends) if answer else parts_of(content)

    def send(self, chat: str, content: Content, at: datetime) -> str:  # noqa: ARG002 - Telegram dates it itself
        """Send a message; return its id, or the ids of its parts with a blank between them."""
        return self._line.wait_for(self._speaking.send(chat, content))

    def edit(self, chat: str, message_id: str, content: Content, at: datetime) -> str:  # noqa: ARG002 - as above
        """Change a message; return its ids, new ones where it had to be sent again."""
        return self._line.wait_for(self._speaking.edit(chat, message_id, content))

    def delete(self, chat: str, message_id: str, at: datetime) -> None:  # noqa: ARG002 - as above
        """Take a message away, with all its parts."""
        self._line.wait_for(self._speaking.delete(chat, message_id))

    def pin(self, chat: str, message_id: str, *, pinned: bool) -> None:
        """Pin a message in silence, or no longer."""
        self._line.wait_for(self._speaking.pin(chat, message_id, pinned=pinned))

    def toast(self, chat: str, content: Content, at: datetime) -> None:  # noqa: ARG002 - as above
        """Answer a tap; what a toast cannot hold is sent as a message as well."""
        self._line.wait_for(self._speaking.toast(chat, content))

    def leave(self, chat: str) -> None:
        """Leave a chat; nothing where it was left already."""
        self._line.wait_for(self._speaking.leave(chat))

    @property
    def awaited(self) -> Awaited:
        """Return the same calls for whoever has many of them under way at once."""
        return Awaited(self._speaking.send, self._speaking.edit, self._speaking.toast, self._line.loop.begin)

    # addresses

    def link(self, chat: str, message_id: str) -> str:
        """Return the address of a message in a supergroup or a channel; others have none."""
        number = first_id(message_id)
        if number is None:
            return ""
        if chat in self._public_names:
            return f"https://t.me/{self._public_names[chat]}/{number}"
        return f"https://t.me/c/{chat.removeprefix(SUPERGROUP)}/{number}" if chat.startswith(SUPERGROUP) else ""

    def start_link(self, code: str, *, to: LinkTo) -> str:
        """Return the address that opens a 1:1 chat and says the code, or adds the bot to a group or a channel."""
        said = {"direct": f"?start={code}" if code else "", "group": f"?startgroup={code}", "channel": ADD_TO_CHANNEL}
        return f"https://t.me/{self.username}{said[to]}" if self.username else ""

    def _saw(self, message: Message) -> None:
        chat = message.chat
        if chat.type in (chat.SUPERGROUP, chat.CHANNEL) and chat.username:
            self._public_names[str(chat.id)] = chat.username
        else:
            self._public_names.pop(str(chat.id), None)
