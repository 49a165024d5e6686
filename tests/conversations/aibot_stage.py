"""A staff group on WeCom for the transcripts: the AI bot hears it by @; the other groups stay on Telegram."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.chat.drill import DESK
from bot.chat.wecom.aibot import Answering, aibot_route
from bot.chat.wecom.aibot_hearing import HEARD, OURS
from bot.chat.wecom.groups import hooks_of
from bot.chat.wecom.platform import WecomPlatform
from bot.chat.wecom.sealed import Seal
from bot.clock import Clock
from bot.desk import Desk
from config.language import Voice
from storage.blobs import FolderBlobs
from storage.database import Database
from tests.conversations.stages import Said, Words
from tests.conversations.talking import TalkingDesk
from tests.conversations.telegram_stage import Hook
from tests.conversations.wecom_stage import APP, WecomStage, wecom_stages
from tests.platforms.bot_api import BotApi
from tests.platforms.wecom_api import AES_KEY, TOKEN, Message, Push, WecomApi

GROUP = "wrStaff1"
STAFF = f"{HEARD}{GROUP}"
HOOK = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
NAP = 0.02  # seconds


@dataclass
class AibotStage(WecomStage):
    """The staff's group on WeCom, heard by the bot."""

    def roster(self, text: str) -> str:
        """Give the staff their group on WeCom."""
        return super().roster(re.sub(r"platform: drill, id: staff\b", f'platform: wecom, id: "{STAFF}"', text))

    def meets(self, desk: Desk, names: dict[str, str]) -> None:  # type: ignore[override] # as it is called
        """Let everybody open the app, and be in the group."""
        super().meets(desk, names)
        self.corp.add_bot("aib1", "回应")
        self.corp.world.chats[GROUP].members += names
        self.corp.deliver_to("bot", self.corp.delivery.addresses["app"].replace("/callback", "/aibot"))

    def says(self, words: Words) -> None:
        """Let somebody say something; in the staff's group by @."""
        if words.chat != "staff":
            super().says(words)
            return
        raise AssertionError("in this group people speak through StaffGroup")

    def messages(self, chat: str) -> list[Said]:
        """Return all that stands in a chat."""
        if chat != "staff":
            return super().messages(chat)
        return [Said(n, each.text, DESK if each.own else each.sender) for n, each in enumerate(self._in_group(), 1)]

    def _in_group(self) -> list[Message]:
        return self.corp.messages(GROUP)


class StaffGroup:
    """The group: who says what to the bot, and what is read there since one last looked."""

    def __init__(self, desk: TalkingDesk) -> None:
        assert isinstance(desk.stage, AibotStage)
        self._desk = desk
        self._stage = desk.stage
        self._corp = desk.stage.corp
        self._seen = 0

    def says(
        self, name: str, text: str, *, quote: str | None = None, picture: bytes | None = None, at: str = GROUP
    ) -> Push:
        """Name the bot and say something; return how it was delivered."""
        key = self._desk.keys[name]
        return self._told(lambda: self._corp.tells_bot(key, text, at, quote=quote, picture=picture))

    def shows(self, name: str, text: str, picture: bytes) -> Push:
        """Name the bot and say something with a picture."""
        return self._told(lambda: self._corp.sends_bot_mixed(self._desk.keys[name], text, picture, GROUP))

    def taps(self, name: str, label: str) -> Push:
        """Tap the newest button with this label."""
        card = next(each for each in reversed(self._cards()) if label in each.labels)
        return self._told(lambda: self._corp.taps_bot(self._desk.keys[name], card.task_id, label, GROUP))

    def reads(self) -> list[str]:
        """Return what the desk said since the last look, cards apart."""
        every = self._corp.messages(GROUP)
        new, self._seen = every[self._seen :], len(every)
        return [each.text.removeprefix(OURS) for each in new if each.own and each.msgtype != "template_card"]

    def card(self) -> Message:
        """Return the newest card."""
        return self._cards()[-1]

    def quotable(self) -> str:
        """Return the newest words of the desk as they are quoted: with all that is in them."""
        own = [each for each in self._corp.messages(GROUP, own=True) if each.msgtype != "template_card"]
        return str(own[-1].content["content"])

    def _cards(self) -> list[Message]:
        return [each for each in self._corp.messages(GROUP, own=True) if each.msgtype == "template_card"]

    def _told(self, act: Callable[[], Push]) -> Push:
        """Let somebody do something while the desk is at work, as it is wherever it is called."""
        pushes: list[Push] = []
        thread = threading.Thread(target=lambda: pushes.append(act()))
        thread.start()
        while thread.is_alive():
            self._desk.desk.settle()
            time.sleep(NAP)
        self._desk.desk.settle()
        (push,) = pushes
        assert (push.statuses, push.trouble) == ([200], "")
        return push


@contextmanager
def aibot_stages(
    hook: Hook, api: BotApi, corp: WecomApi, folder: Path, *, hooked: bool = False
) -> Iterator[Callable[[Database, Clock], AibotStage]]:
    """Give a way to open stages; hooked: the staff's group has a webhook as well."""
    with wecom_stages(hook, api, corp, folder) as stages:
        opened: list[WecomPlatform] = []

        def open_one(database: Database, clock: Clock) -> AibotStage:
            plain = stages(database, clock)
            plain.wecom.close()
            corp.add_group(GROUP, "舆情工作群", [])
            hooks = hooks_of([f"{corp.add_webhook(HOOK, group=GROUP)}#{GROUP}"] if hooked else [])
            wecom = WecomPlatform(
                APP, database, api_url=corp.corp_url, member_limits=(), hooks=hooks, aibot_key=AES_KEY
            )
            opened.append(wecom)

            def listen(desk: Desk) -> str:
                answering = Answering(Seal(TOKEN, AES_KEY, ""), partial(datetime.now, UTC), database, Voice())
                hook.also(aibot_route(partial(desk.accept_raw, "wecom"), answering))
                return plain.listen(desk)

            return AibotStage(
                database, clock, api, plain.platform, FolderBlobs(folder), plain.hook,
                corp=corp, wecom=wecom, listen=listen,
            )  # fmt: skip

        try:
            yield open_one
        finally:
            for each in opened:
                each.close()
