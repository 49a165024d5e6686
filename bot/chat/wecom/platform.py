"""WeCom as a chat platform of the desk: 1:1 chats of a self-built app, groups that are written to or also heard."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, BinaryIO, Final, TypeVar

import structlog

from bot.chat.calls import AT_ONCE, Timeouts
from bot.chat.platform import Awaited, Limits, SendFailed
from bot.chat.wecom import aibot_hearing
from bot.chat.wecom.aibot_files import fetch_lying
from bot.chat.wecom.callback import place_of
from bot.chat.wecom.fetching import fetch
from bot.chat.wecom.groups import MADE, is_group
from bot.chat.wecom.hearing import hear
from bot.chat.wecom.letters import pieces
from bot.chat.wecom.line import App, Line
from bot.chat.wecom.speaking import Speaking
from bot.loop import Loop
from config.accounts import WECOM
from config.language import Voice
from config.settings import WECOM_API
from handlers.conversation import Content, Incoming
from handlers.house import LinkTo
from storage.database import Database

T = TypeVar("T")
log = structlog.get_logger()
# https://developer.work.weixin.qq.com/document/path/90312: 30 messages a minute and 1,000 an hour to a member; what is
# more is dropped without a word. A text and its card are two.
# A second more than each stretch: WeCom counts when a message arrives, we when it leaves, and one may be slow.
TO_MEMBER: Final[Limits] = ((30, 61.0), (1000, 3601.0))
# https://developer.work.weixin.qq.com/document/path/91770: of a webhook; a group that the app made gets no more either
TO_GROUP: Final[Limits] = ((20, 61.0),)
USUAL: Final = Timeouts()


class WecomPlatform:
    """A self-built app. Every call may come from any thread; SendFailed says what went wrong, never with a secret."""

    name = WECOM
    waits = True
    pins = False
    for_staff = True
    spends = True

    def __init__(
        self,
        app: App,
        database: Database,
        *,
        api_url: str = WECOM_API,
        language: str = "zh",
        hooks: Mapping[str, str] = MappingProxyType({}),
        aibot_key: str = "",
        member_limits: Limits = TO_MEMBER,
        timeouts: Timeouts = USUAL,
    ) -> None:
        """Take the app, and the keys of webhooks by their chats; nothing is asked of the network before the first call.

        The database keeps the token. aibot_key: opens what was sent to the AI bot.
        """
        self.overall: Limits = ()
        self.database = database
        self.line = Line(app, api_url, database, timeouts)
        self._speaking = Speaking(self.line, Voice(language), hooks, database)
        self._aibot_key = aibot_key
        self._member_limits = member_limits
        self._loop = Loop("wecom")
        # Threads of its own: calls that hang hold up nobody but those who wait for WeCom as well.
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="wecom")

    def close(self) -> None:
        """Hang up; what is still under way ends as unknown."""
        self._loop.close()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self.line.close()

    # what is heard

    def place_of(self, raw: Mapping[str, Any]) -> str:
        """Return the chat that an event came from."""
        event = raw.get(aibot_hearing.EVENT)
        return aibot_hearing.place_of(event) if event is not None else place_of(raw)

    def understand(self, raw: Mapping[str, Any], received_at: datetime) -> Incoming | None:
        """Read an event as it was stored when it came; None for one that means nothing to the desk."""
        return aibot_hearing.hear(raw, received_at) if aibot_hearing.EVENT in raw else hear(raw)

    def fetch(self, source: str, into: BinaryIO, limit: int) -> None:
        """Write a file's content; NotTaken when it has more than limit bytes or can no longer be had."""
        if source.startswith(aibot_hearing.LYING):
            fetch_lying(self.line, self._aibot_key, source, into, limit)
        else:
            fetch(self.line, source, into, limit)

    # what is said

    def limits(self, chat: str) -> Limits:
        """Return how fast a chat may be written to."""
        return TO_GROUP if is_group(chat) else self._member_limits

    def pieces(self, content: Content, *, answer: bool = False) -> int:
        """Return the messages of a text and its card; an answer to a tap is one as soon as it has words."""
        if content.spends:
            return 0
        return pieces(replace(content, buttons=()) if answer else content) if content.text.strip() else int(not answer)

    def send(self, chat: str, content: Content, at: datetime) -> str:
        """Send a message; return its id, or the ids of its parts with a blank between them."""
        del at  # WeCom dates it itself
        return self._speaking.send(chat, content)

    def edit(self, chat: str, message_id: str, content: Content, at: datetime) -> str:
        """Say a message anew in place of the old one; return its new ids."""
        del at
        return self._speaking.edit(chat, message_id, content)

    def delete(self, chat: str, message_id: str, at: datetime) -> None:
        """Take a message away, with all its parts."""
        del at
        self._speaking.delete(chat, message_id)

    def pin(self, chat: str, message_id: str, *, pinned: bool) -> None:
        """Do nothing: there are no pins."""

    def toast(self, chat: str, content: Content, at: datetime) -> None:
        """Answer a tap."""
        del at
        self._speaking.toast(chat, content)

    def leave(self, chat: str) -> None:
        """Do nothing: nobody leaves a 1:1 chat."""

    def keep_menu(self, wanted: Mapping[str, Any]) -> None:
        """Set the app's menu, beside everything else; what could not be set is only logged: words do the same."""
        self._threads.submit(self._set_menu, wanted)

    def _set_menu(self, wanted: Mapping[str, Any]) -> None:
        try:
            with self.line.telling():
                self.line.post("menu/create", wanted, agentid=str(self.line.app.agent_id))
        except SendFailed as failed:
            log.warning("the menu was not set", why=str(failed))

    def make_group(self, account: str, title: str, members: Sequence[str]) -> None:
        """Make a group under this account, of members by their userids; the first of them owns it."""
        made = {"chatid": account.removeprefix(MADE), "name": title, "owner": members[0], "userlist": list(members)}
        with self.line.telling():
            self.line.post("appchat/create", made)

    @property
    def awaited(self) -> Awaited:
        """Return the same calls for whoever has many of them under way at once."""
        said = self._speaking
        return Awaited(
            self._in_thread(said.send), self._in_thread(said.edit), self._in_thread(said.toast), self._loop.begin
        )

    def _in_thread(self, call: Callable[..., T]) -> Callable[..., Coroutine[Any, Any, T]]:
        async def awaited(*given: Any) -> T:  # noqa: ANN401 - as the call has them
            return await asyncio.get_running_loop().run_in_executor(self._threads, partial(call, *given))

        return awaited

    # addresses

    def link(self, chat: str, message_id: str) -> str:
        """Return nothing: a message has no address."""
        del chat, message_id
        return ""

    def start_link(self, code: str, *, to: LinkTo) -> str:
        """Return nothing: members find the app in their workbench (工作台), and codes are typed there."""
        del code, to
        return ""
