"""Questions that are settled: in place of their buttons, which would stay to be tapped, one opens the case."""

import uuid
from collections.abc import Iterator
from typing import Final

from handlers.act import Act
from handlers.board.still_open import is_question, is_still_open
from handlers.conversation import read_press
from handlers.registry import on
from storage import chat as chats
from storage import outbox
from storage import person as people
from storage.case import Case
from storage.chat import Chat
from storage.outbox import Outbox
from storage.person import Person

DECIDES: Final = {"confirm", "ack", "submit", "touches", "approve", "issue", "issue_now"}
BESIDE: Final = {"reject", "assign", "snooze"}  # another answer to the same question, or none yet
SHOWS_NONE: Final = {"spent", "list", "in_list"}  # a list has one button for each of its cases


@on("decided")
def settle(act: Act, case: Case | None) -> None:
    """Take the buttons away of each 1:1 message about a case of which nothing can be answered any more."""
    if case is None:
        return
    for row, chat, person in _settled(act, case):
        row.payload = {**row.payload, "spent": True}
        act.take_buttons(case, row, chat, person)


def _settled(act: Act, case: Case) -> Iterator[tuple[Outbox, Chat, Person]]:
    known: dict[tuple[uuid.UUID, str], bool] = {}  # reminders have the same buttons again and again
    for row in outbox.said_about(act.session, case.id, act.house.spends):
        asked = () if SHOWS_NONE & row.payload.keys() else _questions(row)
        chat = chats.known(act.session, row.chat_id) if asked and row.chat_id is not None else None
        if chat is None or chat.use != "direct" or chat.person_id is None:
            continue
        person = people.person(act.session, chat.person_id)
        for press in asked:
            if (person.id, press) not in known:
                known[person.id, press] = is_still_open(act, person, press)
        if not any(known[person.id, press] for press in asked):
            yield row, chat, person


def _questions(row: Outbox) -> tuple[str, ...]:
    """List what a message asks for by its buttons, if it is one that a decision settles."""
    presses = [button["press"] for buttons in row.payload.get("buttons", ()) for button in buttons]
    by_verb = {press: read_press(press)[0] for press in presses if is_question(press)}
    if not DECIDES & set(by_verb.values()):
        return ()
    return tuple(press for press, verb in by_verb.items() if verb not in BESIDE)
