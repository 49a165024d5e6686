"""What somebody says and taps on the board, as an event like any from a chat; and the wait for what it leads to."""

import time
import uuid
from datetime import datetime
from typing import Final

from bot.preparing import STALE
from bot.web import board_case
from handlers.act import Act
from handlers.board.entering import BOARD, account_of
from handlers.conversation import Incoming, Place, Sender, press_of
from storage import board as doors
from storage import chat as chats
from storage import message as messages
from storage.chat import Chat
from storage.database import Database, Session
from storage.person import Person

HANDLED_WITHIN: Final = 10.0  # seconds for which a form waits for the desk's answer
A_LOOK: Final = 0.02  # seconds
LONGEST_NUMBER: Final = 18  # digits that a database takes


def incoming(person: Person, said: dict[str, str], now: datetime) -> Incoming:
    """Return the event of what somebody said (text) or tapped (press) in their own chat."""
    name, account = uuid.uuid4().hex, account_of(person)
    return Incoming(
        platform=BOARD,
        key=f"board:{name}",
        at=now,
        message_id=name,
        place=Place(account=account, direct=True, title=person.name),
        sender=Sender(account=account, name=person.name),
        text=said.get("text", ""),
        press=said.get("press"),
    )


def press(act: Act, person: Person, form: dict[str, str]) -> str:
    """Find what a button says among those that this person is shown; any other is stale."""
    serial = number(form.get("serial", ""))
    if serial is not None:
        return _of_message(act.session, person, serial, form)
    wanted, case = form.get("press", ""), board_case.find_case(act, person, form.get("case", ""))
    if case is None:
        return press_of(STALE, None)
    offered = [press_of(each.verb, case.id, each.argument) for each in board_case.card_buttons(act, person, case)]
    return wanted if wanted in offered else press_of(STALE, case.id)


def _of_message(session: Session, person: Person, serial: int, form: dict[str, str]) -> str:
    """Find what a button says under a message that was owed to this person's own chats."""
    row, column = number(form.get("row", "")), number(form.get("column", ""))
    if row is None or column is None:
        return press_of(STALE, None)
    stale = press_of(STALE, None)
    for chat in chats.direct(session, person.id):
        said, case_id = messages.press(session, serial, chat.id, row, column)
        if said:
            return said
        stale = press_of(STALE, case_id) if case_id is not None else stale
    return stale


def chat_of(session: Session, person: Person) -> Chat:
    """Return somebody's own chat on the board, which they have since they entered."""
    chat = chats.at(session, BOARD, account_of(person))
    if chat is None:
        message = "whoever is logged in has a chat on the board"
        raise LookupError(message)
    return chat


def until_handled(database: Database, event: Incoming, chat: Chat, before: int) -> None:
    """Wait until the desk has handled an event and its answers can be read; before: the newest row there was."""
    ends = time.monotonic() + HANDLED_WITHIN
    while time.monotonic() < ends:
        with database.reading() as session:
            if doors.is_handled(session, event.platform, event.key):
                owed = doors.said_since(session, chat.id, before)
                if not any(row.kind == "card" and "text" not in row.payload for row in owed):
                    return
        time.sleep(A_LOOK)


def number(said: str) -> int | None:
    """Return a number that a form or an address gives; None for what is none."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) < LONGEST_NUMBER else None
