"""What goes out as one message: an owed row, or, where a chat can take no more, a list of what waits for it."""

import hashlib
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from config.language import Said, Voice, lines, t
from handlers import card
from handlers.act import content_of, rendered
from handlers.conversation import Button, Content
from handlers.house import House
from storage import card_place, together
from storage import case as cases
from storage import chat as chats
from storage import person as people
from storage.card_place import CardPlace
from storage.case import Case
from storage.chat import Chat
from storage.database import Session
from storage.outbox import Outbox

LONGEST_LIST: Final = 3_500  # characters: fits into one message of every platform
HELD: Final = timedelta(minutes=2)  # what goes out so much later than it was owed says so
MOST_LISTED: Final = 40  # cases in one list: each has a button
BUTTONS_A_ROW: Final = 4
ALONE: Final = ("toast", "file", "leave", "pin", "delete", "release", "withdrawal")  # never part of a list

Portion = Sequence[tuple[Outbox, str]]  # what goes into one list: each row with its line


@dataclass(frozen=True)
class Parcel:
    """Owed rows that go out in one call; a message, a card or a toast has its content."""

    rows: tuple[Outbox, ...]
    content: Content | None = None
    edits: str | None = None  # the message it replaces
    lost: bool = False  # its chat was not reached before
    pin_stands: bool = False  # of a card: it is pinned as it should be, as far as that goes in its chat
    pieces: int = 0  # messages that it comes to, as the pace of its chat counts; 0: it does not
    counts: float = 0.0  # as of when they are counted, until it came back

    @property
    def first(self) -> Outbox:
        """Return the row it is named by."""
        return self.rows[0]


class Packing:
    """Turns owed rows into parcels, as the cases stand now; what is shown is kept with the rows before it goes out."""

    def __init__(self, session: Session, house: House, now: datetime) -> None:
        self.session = session
        self._house = house
        self._now = now
        self._chats: dict[uuid.UUID, Chat] = {}

    def expect(self, rows: Sequence[Outbox]) -> None:
        """Load at once the chats that these rows go to, and what the cards among them show."""
        about = {row.case_id for row in rows if row.kind == "card" and row.case_id is not None}
        if about:
            together.look(self.session, about, CardPlace)
            card.expect(self.session, about)
        self._chats = chats.with_ids(self.session, {row.chat_id for row in rows if row.chat_id is not None})

    def singly(self, row: Outbox) -> Parcel | None:
        """Pack one row; None for a card that stands there already as it would be shown."""
        if row.kind in ("message", "toast"):
            return Parcel((row,), self._dated(row, self._message(row)), lost=self._is_lost(row))
        if row.kind == "card":
            return self._card(row)
        return Parcel((row,))

    def portions(self, rows: Sequence[Outbox]) -> list[Portion]:
        """Divide rows of one chat into as few lists as they need."""
        voice = self._voice(self._chat(rows[0]))
        return list(_portions([(row, self._line(row, voice)) for row in rows]))

    def as_list(self, portion: Portion) -> Parcel:
        """Pack a portion into one message."""
        chat = self._chat(portion[0][0])
        return self._list(portion, chat, self._voice(chat))

    def is_edit(self, row: Outbox) -> bool:
        """Say whether a row only changes a message that stands there."""
        return row.kind == "card" and (place := self._place(row)) is not None and place.message_id is not None

    def _message(self, row: Outbox) -> Content:
        content = replace(content_of(row.payload), serial=row.serial or 0)
        if row.kind == "toast" or row.chat_id is None:
            return content
        chat = self._chat(row)
        text = content.text
        again = bool(row.payload.get("again"))
        if again:
            text = lines(text, _again(row.serial)).say(self._voice(chat))
        topic, names = content.topic or chat.topic, self._names(row, chat)
        return replace(content, text=text, topic=topic, names=names, again=again)

    def _dated(self, row: Outbox, content: Content) -> Content:
        """Let words that were held back, and not tried before, say since when they were owed: they look new."""
        if row.kind != "message" or row.chat_id is None or row.attempts or self._now - row.created_at < HELD:
            return content
        said = lines(content.text, t("(迟发,原定 {due})", due=row.created_at))
        return replace(content, text=said.say(self._voice(self._chat(row))))

    def _names(self, row: Outbox, chat: Chat) -> tuple[str, str] | None:
        if row.person_id is None or chat.use == "direct":
            return None
        account = people.account_on(self.session, row.person_id, row.platform)
        return (people.person(self.session, row.person_id).name, account) if account else None

    def _card(self, row: Outbox) -> Parcel | None:
        chat, case, place = self._chat(row), self._case(row), self._place(row)
        voice = self._voice(chat)
        message = card.render(self.session, self._house, case, self._now)
        doubted = place.doubted if place is not None else None
        said = message.text if doubted is None else lines(message.text, _again(doubted))
        text, buttons = said.say(voice), rendered(message.buttons, case, voice)
        row.payload = {
            **row.payload,
            "text": text,
            "buttons": [list(line) for line in buttons],
            "shown": _digest(text, buttons),
        }
        if place and place.message_id and place.shown == row.payload["shown"]:
            return None
        silent = chat.use != "direct"
        content = Content(
            text, buttons, serial=row.serial or 0, topic=chat.topic, silent=silent, language=voice.language
        )
        pinned = place is not None and (chat.use != "staff" or place.pinned == is_pinned(case))
        edits = place.message_id if place else None
        return Parcel((row,), content, edits, lost=self._is_lost(row), pin_stands=pinned)

    def _line(self, row: Outbox, voice: Voice) -> str:
        if row.kind != "card":
            return self._message(row).text
        said, place = card.line(self.session, self._case(row), self._now), self._place(row)
        return (lines(said, _again(row.serial)) if place and place.doubted == row.serial else said).say(voice)

    def _list(self, part: Portion, chat: Chat, voice: Voice) -> Parcel:
        rows = tuple(row for row, _ in part)
        head = t("📋 消息较多,合并 {n} 条:", n=len(rows)).say(voice)
        text = "\n".join((head, *(line for _, line in part)))
        about = dict.fromkeys(row.case_id for row in rows if row.case_id is not None)
        buttons = [self._open_button(self.session.get_one(Case, case_id), voice) for case_id in about]
        shown = [buttons[n : n + BUTTONS_A_ROW] for n in range(0, len(buttons), BUTTONS_A_ROW)]
        first, *others = rows
        first.payload = {**first.payload, "list": {"text": text, "buttons": shown}}
        for row in others:
            row.payload = {**row.payload, "in_list": first.serial}
        taps = tuple(map(tuple, shown))
        content = Content(text, taps, serial=first.serial or 0, topic=chat.topic, silent=True, language=voice.language)
        named = next((names for row in rows if (names := self._names(row, chat))), None)
        again = any(row.payload.get("again") for row in rows)
        return Parcel(rows, replace(content, names=named, silent=named is None, again=again), lost=self._is_lost(first))

    def _open_button(self, case: Case, voice: Voice) -> dict[str, str]:
        return rendered([[Button(card.tag(case), "case")]], case, voice)[0][0]

    def _is_lost(self, row: Outbox) -> bool:
        return row.chat_id is not None and self._chat(row).unreachable_since is not None

    def _chat(self, row: Outbox) -> Chat:
        if row.chat_id is None:
            raise ValueError(f"no chat: {row.serial}")
        if row.chat_id not in self._chats:
            self._chats[row.chat_id] = self.session.get_one(Chat, row.chat_id)
        return self._chats[row.chat_id]

    def _case(self, row: Outbox) -> Case:
        if row.case_id is None:
            raise ValueError(f"no card: {row.serial}")
        return cases.look(self.session, row.case_id)

    def _place(self, row: Outbox) -> CardPlace | None:
        if row.case_id is None or row.chat_id is None:
            raise ValueError(f"no card: {row.serial}")
        return card_place.at(self.session, row.case_id, row.chat_id)

    def _voice(self, chat: Chat) -> Voice:
        """Speak the language of a chat: in 1:1 that of the person, else its own."""
        person = people.person(self.session, chat.person_id) if chat.person_id else None
        return self._house.voice((person.language if person else "") or chat.language)


def is_pinned(case: Case) -> bool:
    """Say whether the card of a case stays at the top of the staff's chat: of a registered one, until it ends."""
    return case.is_open and case.number is not None


def may_be_listed(row: Outbox) -> bool:
    """Say whether a row may be in a list: no text to review, no one-time code, no question to whoever just spoke."""
    if row.kind in ALONE or row.shows or row.payload.get("alone"):
        return False
    return not (row.payload.get("reply_to") and row.payload.get("buttons"))


def _portions(lined: Portion) -> Iterator[list[tuple[Outbox, str]]]:
    portion: list[tuple[Outbox, str]] = []
    length = 0
    for row, line in lined:
        if portion and (length + len(line) > LONGEST_LIST or len(portion) >= MOST_LISTED):
            yield portion
            portion, length = [], 0
        portion.append((row, line))
        length += len(line) + 1
    if portion:
        yield portion


def _again(serial: int | None) -> Said:
    """Say of a message that people may have seen it before, under a number."""
    return t("(#{serial} 可能重复)", serial=serial)


def _digest(text: str, buttons: object) -> str:
    return hashlib.sha256(json.dumps([text, buttons], ensure_ascii=False).encode()).hexdigest()
