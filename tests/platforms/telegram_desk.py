"""A desk's bot on the double of Telegram's Bot API, and the places it speaks in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypedDict, Unpack

import pytest

from bot.chat.platform import SendFailed
from bot.chat.telegram.line import Timeouts
from bot.chat.telegram.platform import TelegramPlatform
from handlers.conversation import Content
from tests.platforms.bot_api import BotApi, Message

TOKEN = "123456:ABC-secret"
ME, LI, WANG = 123456, 42, 43
GROUP, FORUM, CHANNEL, BASIC = -1001234567890, -1002, -1003, -55
AT = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
QUICK = Timeouts(connect=1.0, read=0.5, write=1.0, pool=1.0)


def furnished(api: BotApi) -> BotApi:
    """Furnish an empty double: a bot, two people of whom one wrote to it, groups and a channel."""
    api.reset()
    api.add_bot(TOKEN, "huiying_bot", privacy=False)
    api.add_user(LI, "李敏", "limin")
    api.add_user(WANG, "王五")
    api.add_chat(GROUP, "supergroup", "值班群", members=[LI, WANG, ME])
    api.add_chat(FORUM, "supergroup", "专题", forum=True, members=[LI, ME])
    api.add_chat(CHANNEL, "channel", "公告", username="gangbei", members=[ME])
    api.add_chat(BASIC, "group", "小群", members=[LI, ME])
    api.starts(LI)
    return api


@contextmanager
def bot_on(url: str, token: str = TOKEN, *, proxy: str = "") -> Iterator[TelegramPlatform]:
    """Give a bot that talks to the server at this address, and hang up at the end."""
    platform = TelegramPlatform(token, api_url=url, proxy=proxy, timeouts=QUICK)
    try:
        yield platform
    finally:
        platform.close()


class More(TypedDict, total=False):
    """What a content may have beside its text."""

    buttons: tuple[tuple[dict[str, str], ...], ...]
    reply_to: str | None
    only_for: str
    topic: str
    serial: int
    names: tuple[str, str] | None
    silent: bool
    exact: bool
    receipt: str


class Desk:
    """Says things in the double's chats and shows what stands there."""

    def __init__(self, api: BotApi, platform: TelegramPlatform) -> None:
        """Join the two."""
        self.api = api
        self.platform = platform

    def sends(self, text: str, chat: int = GROUP, **more: Unpack[More]) -> str:
        """Send; give the ids."""
        return self.platform.send(str(chat), Content(text, **more), AT)

    def edits(self, message_id: str, text: str, chat: int = GROUP, **more: Unpack[More]) -> str:
        """Change; give the ids."""
        return self.platform.edit(str(chat), message_id, Content(text, **more), AT)

    def shown(self, chat: int = GROUP) -> list[Message]:
        """Give what the bot has standing in a chat."""
        return self.api.messages(chat, own=True)

    def texts(self, chat: int = GROUP) -> list[str]:
        """Give the texts of what stands there."""
        return [message.text for message in self.shown(chat)]


@contextmanager
def failing(words: str = "", **expected: object) -> Iterator[None]:
    """Expect a failure that says these words and means just this."""
    with pytest.raises(SendFailed, match=words or None) as caught:
        yield
    assert {name: value for name, value in vars(caught.value).items() if value} == expected
    assert "ABC-secret" not in str(caught.value)


def button(label: str) -> dict[str, str]:
    """Give a button as it is rendered."""
    return {"label": label, "press": "x||"}
