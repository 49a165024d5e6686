"""What the desk says in a group that the AI bot hears: an answer to whoever waits, one message more, then elsewhere.

The bot says nothing there unasked. Whoever names it may be answered within seconds (a card with buttons comes no other
way), and once more within the hour at an address. What cannot be said so goes by the group's webhook, where there is
one; else 1:1 to whom it answers or names; else it waits until somebody names the bot again, and administrators hear it.

https://developer.work.weixin.qq.com/document/path/101031 (answers), /101138 (the address: markdown alone, in groups)
"""

import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from bot.chat import seams
from bot.chat.calls import FAILURES, code_of, surely_unsent
from bot.chat.platform import SendFailed
from bot.chat.wecom.aibot import stream
from bot.chat.wecom.aibot_hearing import FOREIGN, HEARD, OURS
from bot.chat.wecom.letters import MOST_BUTTONS, Message, buttons_of, card, numbered, split
from bot.chat.wecom.line import Line
from bot.chat.wecom.words import LATE, SPENT, by_named_number, no_way
from config.language import Voice
from handlers.conversation import Content
from storage import occasion as occasions
from storage.database import Database

log = structlog.get_logger()
MOST: Final = 20_480  # bytes of markdown
SUBTITLE: Final = 112  # characters that a card shows below its title
MOST_TRIED: Final = 3  # addresses, where WeCom takes nothing at one
TASK: Final = "~"  # between a message's id and the name of its card
LOOK: Final = 0.05  # seconds
LATER: Final = 1.0  # seconds for which whoever waits may take a reply after the time
SIGNS: Final = re.compile(r"[\\`*_\[\]<>#~|!]")  # what markdown would take for its own
Alone = Callable[[str, Content], str]  # says something to a member, 1:1


class AibotSpeaking:
    """Says things in groups that the bot hears."""

    def __init__(self, line: Line, database: Database, voice: Voice, hooks: Mapping[str, str], alone: Alone) -> None:
        """Speak through a line; the database holds the occasions; hooks: keys of webhooks by their chats."""
        self._line = line
        self._database = database
        self._voice = voice
        self._hooks = hooks
        self._alone = alone

    def send(self, chat: str, content: Content) -> str:
        """Say something; return a name for it, and that of its card."""
        if content.exact:
            raise SendFailed("a group that is only answered is no release channel", permanent=True)
        answers, task = content.reply_to or "", ""
        buttons = list(buttons_of(content))
        text = self._text(content)
        if buttons and self._may_say_more(chat):  # the card never carries the words alone
            shown = card(content, buttons[:MOST_BUTTONS], secrets.token_hex(4), self._voice)
            answered = self._reply(chat, dict(shown), to=answers)
            task = shown["template_card"]["task_id"] if answered else ""
            content = replace(content, reply_to=answered or answers)
        elif len(plain(text).encode()) <= MOST and self._reply(chat, stream(plain(text)), to=answers):
            return _name("")
        self._say_all(chat, content)
        return _name(task)

    def edit(self, chat: str, message_id: str, content: Content) -> str:
        """Change a card for whoever tapped it; nothing else that stands there can be changed, and it says its time."""
        _, _, task = message_id.partition(TASK)
        if not task:
            return message_id
        shown = {
            **card(content, list(buttons_of(content))[:MOST_BUTTONS], "", self._voice)["template_card"],
            **self._spent(content),
        }
        title, _, rest = content.text.strip().partition("\n")
        shown |= {"task_id": task, "sub_title_text": seams.beginning(rest.strip() or title, SUBTITLE, len)}
        changed = {"response_type": "update_template_card", "template_card": shown}
        answered = self._reply(chat, changed, card=task)
        if answered and not _is_whole(shown, title, rest) and self._may_say_more(chat):
            self._say_all(chat, replace(content, reply_to=answered))
        return message_id

    def _spent(self, content: Content) -> Message:
        """Return what takes the buttons' place where there are none any more; a card of this kind has at least one."""
        if content.buttons:
            return {}
        words = SPENT.say(self._voice)
        return {"button_list": [{"text": words, "key": f"{content.serial}.0.0"}], "replace_text": words}

    def toast(self, chat: str, content: Content) -> None:
        """Answer a tap 1:1, so that it disturbs nobody; in the group where that member cannot be reached."""
        words = content.text.strip()
        if not words:
            return
        try:
            self._alone(content.only_for, Content(words))
        except SendFailed as failed:
            if not failed.permanent:
                raise
            self._say(chat, Content(words))

    def _reply(self, chat: str, reply: dict[str, Any], *, card: str = "", to: str = "") -> str:
        """Hand a reply to whoever waits there; return what it answers once it was taken, empty: nobody took it."""
        with self._database.writing() as session:
            found = occasions.offer(session, chat, reply, _now(), card=card, to=to)
        if found is None:
            return ""
        left = (found.waits_until - _now()).total_seconds() + LATER
        if not self._is_taken(found.key, time.monotonic() + left):
            with self._database.writing() as session:
                if occasions.withdraw(session, found.key, _now()):
                    return ""
        return found.message

    def _is_taken(self, key: str, until: float) -> bool:
        """Wait until a reply was taken, or for so long."""
        while time.monotonic() < until:
            with self._database.reading() as session:
                if occasions.was_taken(session, key):
                    return True
            time.sleep(LOOK)
        return False

    def _may_say_more(self, chat: str) -> bool:
        if chat in self._hooks:
            return True
        with self._database.reading() as session:
            return occasions.has_address(session, chat, _now())

    def _text(self, content: Content) -> str:
        """Return all that is to be read: the words, and what can be said for each button."""
        buttons = list(buttons_of(content))
        named = by_named_number(numbered(buttons)).say(self._voice) if buttons else ""
        return "\n".join(filter(None, (content.text, named)))

    def _say_all(self, chat: str, content: Content) -> None:
        parts = seams.split(self._text(content), MOST // 2, lambda words: len(words.encode()))
        for n, part in enumerate(parts):
            try:
                self._say(chat, replace(content, text=part.strip(seams.TRIMMED)))
            except SendFailed as failed:
                raise failed.half_out() if n else failed from None

    def _say(self, chat: str, content: Content) -> None:
        """Say words in the first way that is open; an answer quotes what it answers where it can."""
        to = content.reply_to or ""
        ways = (self._by_address, self._by_hook) if to else (self._by_hook, self._by_address)
        if not any(way(chat, content) for way in ways) and not self._one_by_one(chat, content):
            raise SendFailed(no_way(chat.removeprefix(HEARD)).say(self._voice), unreachable=True)

    def _by_address(self, chat: str, content: Content) -> bool:
        said = {"msgtype": "markdown", "markdown": {"content": plain(content.text)}}
        for _ in range(MOST_TRIED):
            with self._database.writing() as session:
                found = occasions.use_address(session, chat, _now(), to=content.reply_to or "")
            if found is None or self._said_at(found.address, found.key, said):
                return found is not None
        return False

    def _said_at(self, address: str, key: str, said: Message) -> bool:
        """Say it at an address; False when WeCom takes nothing there any more."""
        try:
            self._line.respond(address, said)
        except FAILURES as error:
            if code_of(error) is not None:
                log.info("an address takes nothing any more", why=self._line.said_by(error))
                return False
            unsent = surely_unsent(error)
            if unsent:
                with self._database.writing() as session:
                    occasions.give_back(session, key)
            # Not chained: the address is a secret.
            raise SendFailed(self._line.said_by(error), unknown=not unsent) from None
        return True

    def _by_hook(self, chat: str, content: Content) -> bool:
        if chat not in self._hooks:
            return False
        for n, part in enumerate(split(f"{OURS}{content.text}")):
            words = part.strip(seams.TRIMMED)
            called = content.names is not None and f"@{content.names[0]}" in words
            mentioned = {"mentioned_list": [content.names[1]]} if called and content.names else {}
            try:
                with self._line.telling():
                    self._line.hook(self._hooks[chat], {"msgtype": "text", "text": {"content": words, **mentioned}})
            except SendFailed as failed:
                raise failed.half_out() if n else failed from None
        return True

    def _one_by_one(self, chat: str, content: Content) -> bool:
        """Say it 1:1 to whom it names, or to whom it answers."""
        member = content.names[1] if content.names is not None else ""
        if not member and content.reply_to:
            with self._database.reading() as session:
                member = occasions.who_said(session, chat, content.reply_to)
        if not member or FOREIGN in member:
            return False
        self._alone(member, Content("\n".join((LATE.say(self._voice), content.text))))
        return True


def plain(text: str) -> str:
    """Return words so that markdown shows them as they are, line by line; addresses stay what they are."""
    at, parts = 0, [OURS]
    for address in seams.URL.finditer(text):
        parts += [_escaped(text[at : address.start()]), address[0]]
        at = address.end()
    return "".join([*parts, _escaped(text[at:])])


def _escaped(text: str) -> str:
    return SIGNS.sub(lambda sign: f"\\{sign[0]}", text).replace("\n", "  \n")


def _is_whole(shown: Message, title: str, rest: str) -> bool:
    """Say whether a card shows all of a text."""
    return bool(shown["main_title"]["title"] == title and shown["sub_title_text"] == (rest.strip() or title))


def _name(task: str) -> str:
    """Return a name for what was said; WeCom gives it none."""
    return f"g{secrets.token_hex(8)}{TASK}{task}" if task else f"g{secrets.token_hex(8)}"


def _now() -> datetime:
    return datetime.now(UTC)
