"""The official account as the desk hears it: followers write, and nobody of the desk is there.

Nothing is said to a single follower but the fixed receipt; whoever answers a question does so in the account's own
console, where the follower's message stands.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO

from bot.chat.own import TakingPlatform
from bot.chat.wechat.fetching import fetch
from bot.chat.wechat.hearing import WECHAT, hear
from bot.chat.wechat.line import WechatLine
from bot.chat.wechat.words import FOLLOWER
from config.language import Voice
from handlers.conversation import Incoming


class WechatPlatform(TakingPlatform):
    """One official account. Files are fetched in whatever thread asks."""

    name = WECHAT
    waits = True
    for_staff = False
    spends = False

    def __init__(self, line: WechatLine, language: str) -> None:
        """Hear through a line; language: the desk's, in which followers are called."""
        self.line = line
        self._follower = FOLLOWER.say(Voice(language))

    def place_of(self, raw: Mapping[str, Any]) -> str:
        """Return who wrote: what comes from one follower is handled in order."""
        return str(raw.get("FromUserName", ""))

    def understand(self, raw: Mapping[str, Any], received_at: datetime) -> Incoming | None:
        """Read an event as it was stored when it came; None for one that means nothing to the desk."""
        del received_at
        return hear(raw, self._follower)

    def fetch(self, source: str, into: BinaryIO, limit: int) -> None:
        """Write a file's content; NotTaken when it has more than limit bytes or can no longer be had."""
        fetch(self.line, source, into, limit)
