"""WeCom for the transcripts: its double, the desk's callback on loopback; the groups of the desk are on Telegram.

A self-built app hears no group. So the bureau of these transcripts has its groups on Telegram, where nobody ever
pressed Start, and each of its people is spoken to, and speaks, 1:1 on WeCom: everybody has an account on both.
"""

import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.chat.drill import DESK, direct_chat
from bot.chat.platform import ChatPlatform, Limits
from bot.chat.telegram.platform import TelegramPlatform
from bot.chat.wecom.callback import callback_route
from bot.chat.wecom.letters import SUBMIT_KEY, typed
from bot.chat.wecom.line import App
from bot.chat.wecom.platform import WecomPlatform
from bot.chat.wecom.sealed import Seal
from bot.chat.wecom.speaking import CODE
from bot.chat.wecom.words import REPLACED, SEEN
from bot.clock import Clock
from bot.desk import Desk
from config.language import Voice
from handlers.act import words_of_spent
from storage import chat as chats
from storage import message as messages
from storage.blobs import FolderBlobs
from storage.chat import Chat
from storage.database import Database, Session
from storage.outbox import Outbox
from tests.conversations.stages import CONTENTS, GROUPS, TOKEN, Said, TelegramStage, Words
from tests.conversations.telegram_stage import Hook
from tests.platforms.bot_api import BotApi
from tests.platforms.wecom_api import AES_KEY, Call, Message, WecomApi
from tests.platforms.wecom_api import TOKEN as CALLBACK_TOKEN
from tests.platforms.wecom_api.showing import questions_of

APP = App("ww1234567890abcdef", 1000002, "secret")
SEAL = Seal(CALLBACK_TOKEN, AES_KEY, APP.corp_id)
NUMBERED = re.compile(r"\n?(?:也可回复编号|Or reply with a number):[^\n]*\Z")
BUTTON = re.compile(r"(\d+[a-z]\d+) (.*?)(?= · \d+[a-z]\d+ |\Z)")


@dataclass
class WecomStage(TelegramStage):
    """Groups on a Bot API double, 1:1 chats on a double of WeCom."""

    corp: WecomApi = field(kw_only=True)
    wecom: WecomPlatform = field(kw_only=True)
    listen: Callable[[Desk], str] = field(kw_only=True)  # to WeCom's callbacks for a desk: the address
    _desk: Desk | None = None
    _asked: set[str] = field(default_factory=set)  # messages that ask for a picture: elsewhere it comes with its words

    @property
    def platforms(self) -> Mapping[str, ChatPlatform]:
        """Return both."""
        return {"telegram": self.platform, "wecom": self.wecom}

    def roster(self, text: str) -> str:
        """Give everybody an account on both."""
        text = super().roster(text)
        by_number = {str(number): key for key, number in self._accounts.items()}
        return re.sub(
            r'accounts: \{telegram: "(\d+)"\}',
            lambda found: f'accounts: {{telegram: "{found[1]}", wecom: {by_number[found[1]]}}}',
            text,
        )

    def meets(self, desk: Desk, names: Mapping[str, str]) -> None:
        """Let everybody open the app once, and nobody press Start."""
        self._desk = desk
        self.corp.clock = lambda: self.clock.now().timestamp()
        self.corp.add_app(APP.corp_id, APP.agent_id, APP.secret)
        for key, name in names.items():
            self.corp.add_member(key, name)
        self.corp.deliver_to("app", self.listen(desk))
        for key in names:
            assert self.corp.enters(key).statuses == [200]

    def says(self, words: Words) -> None:
        """Let somebody say something."""
        if not _is_direct(words.chat):
            super().says(words)
            return
        member = self._member(words)
        if words.files and words.text:
            self._says_and_shows(member, words)
            return
        for file in words.files:
            self.corp.sends_image(member, CONTENTS[file.sha256])
        if words.origin is not None and words.origin.url is not None:
            self.corp.sends_link(member, words.text, words.origin.url)
        elif words.text:
            self.corp.says(member, words.text)

    def _says_and_shows(self, member: str, words: Words) -> None:
        """Say words first, since a picture has none here, and send it if it is asked for."""
        self.corp.says(member, words.text)
        assert self._desk is not None
        self._desk.settle()
        asked = self.corp.messages(member, own=True)[-1]
        if "照片发到这里" in asked.text:
            self._asked.add(asked.msgid)
            for file in words.files:
                self.corp.sends_image(member, CONTENTS[file.sha256])

    def edits(self, person: str, name: str, message: Said, chat: str, text: str) -> None:
        """Let somebody edit what they said in a group."""
        if _is_direct(chat):
            pytest.skip("on WeCom nobody edits what they said")
        super().edits(person, name, message, chat, text)

    def taps(self, person: str, name: str, chat: str, message: Said, press: str) -> None:
        """Let somebody tap a button; one that the message does not have is forged."""
        if not _is_direct(chat):
            super().taps(person, name, chat, message, press)
            return
        shown = [button for row in message.buttons for button in row]
        found = next((button for button in shown if button["press"] == press), None)
        card = self.corp.card(person, shown[0]["task"])
        if found is None:
            self.corp.tap_with(person, card.task_id, press[:60])
        elif found["data"] in [button["key"] for button in card.buttons]:
            self.corp.tap_with(person, card.task_id, found["data"])
        elif card.buttons and (asked := [q for q, ids in questions_of(card.content).items() if found["data"] in ids]):
            self.corp.taps(person, card.task_id, SUBMIT_KEY, {asked[0]: [found["data"]]})
        else:  # beyond the sixth, or answered before
            self.corp.says(person, found["number"])

    def messages(self, chat: str) -> list[Said]:
        """Return all that stands in a chat."""
        if not _is_direct(chat):
            return super().messages(chat)
        member = chat.removeprefix(direct_chat(""))
        with self.database.reading() as session:
            return sorted([*self._in_chat(session, member), *self._on_cards(member)], key=lambda each: each.id)

    def newest(self) -> int:
        """Return the id of the newest message in any chat."""
        return max([super().newest(), *map(_moment, self.corp.calls())])

    def _in_chat(self, session: Session, member: str) -> Iterator[Said]:
        """Read a member's chat: what the desk sent in several messages is one, what it never owed answers a tap."""
        bound = chats.by_account(session, "wecom", member)
        assert bound is not None
        whole = {part.partition(CODE)[0]: ids for ids in _ids(session, bound.id) for part in ids.split()}
        sent = {str(call.result.get("msgid")): _moment(call) for call in self.corp.calls("message/send", member)}
        together: dict[str, list[Message]] = {}
        for message in self.corp.messages(member):
            if not message.own:
                yield Said(0, message.text, member)
            elif message.msgid in self._asked:
                continue
            elif message.msgid in whole:
                together.setdefault(whole[message.msgid], []).append(message)
            else:
                yield Said(sent[message.msgid], message.text, DESK, (), member)
        for parts in together.values():
            yield self._read(session, bound, parts, sent[parts[0].msgid])

    def _read(self, session: Session, chat: Chat, parts: Sequence[Message], moment: int) -> Said:
        texts = [part.text for part in parts if part.msgtype == "text"]
        text = "".join(part if part.endswith("。") else f"{part}\n" for part in texts).removesuffix("\n")
        for file in (self.corp.world.media[part.content["media_id"]] for part in parts if part.msgtype == "file"):
            text = file.content.decode("utf-8-sig") + (f"\n{found[0]}" if (found := NUMBERED.search(text)) else "")
        task = next((part.task_id for part in parts if part.task_id), "")
        numbered = NUMBERED.search(text)
        rows: dict[int, list[dict[str, str]]] = {}
        for number, label in BUTTON.findall(numbered[0]) if numbered else ():
            serial, row, column = map(int, typed(number).split("."))
            press, _ = messages.press(session, serial, chat.id, row, column)
            button = {"label": label, "press": press, "data": typed(number), "number": number, "task": task}
            rows.setdefault(row, []).append(button)
        return Said(moment, NUMBERED.sub("", text), DESK, list(rows.values()))

    def _on_cards(self, member: str) -> Iterator[Said]:
        """Read what was answered to taps on the cards themselves."""
        formal = {SEEN.say(Voice()), REPLACED.say(Voice()), words_of_spent().say(Voice())}
        for call in self.corp.calls("message/update_template_card", member):
            words = call.parameters["button"]["replace_name"]
            if not call.errcode and words not in formal:
                yield Said(_moment(call), words, DESK, (), member)

    def _member(self, words: Words) -> str:
        if words.person not in self.corp.world.members:
            self.corp.add_member(words.person, words.name)
        return words.person


def _ids(session: Session, chat_id: uuid.UUID) -> Sequence[str]:
    query = select(Outbox.message_id).where(Outbox.chat_id == chat_id, col(Outbox.message_id).is_not(None))
    return [ids for ids in session.exec(query) if ids]


def _is_direct(chat: str) -> bool:
    return chat not in GROUPS


def _moment(call: Call) -> int:
    return int(call.at * 1e6)


@contextmanager
def wecom_stages(
    hook: Hook, api: BotApi, corp: WecomApi, folder: Path, member_limits: Limits = ()
) -> Iterator[Callable[[Database, Clock], WecomStage]]:
    """Give a way to open stages; limits are lifted, since a transcript's time stands still while people talk."""
    with ExitStack() as stack:

        def open_one(database: Database, clock: Clock) -> WecomStage:
            api.reset()
            corp.reset()
            telegram = TelegramPlatform(TOKEN, api_url=api.url, group_limits=(), private_limits=(), overall=())
            stack.callback(telegram.close)
            wecom = WecomPlatform(APP, database, api_url=corp.corp_url, member_limits=member_limits)
            stack.callback(wecom.close)

            def listen(desk: Desk) -> str:
                return hook.also(callback_route(partial(desk.accept_raw, "wecom"), SEAL, partial(datetime.now, UTC)))

            return WecomStage(
                database, clock, api, telegram, FolderBlobs(folder),
                lambda desk: hook.listen_for(desk, telegram.bot_id), corp=corp, wecom=wecom, listen=listen,
            )  # fmt: skip

        yield open_one
