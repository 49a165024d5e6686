"""Which case is meant: by number, by reply, or because it is the only one open here."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from handlers.act import Act
from storage import case as cases
from storage import chat as chats
from storage import message as messages
from storage import report
from storage.case import Case
from storage.person import Person

# A bare number counts only when no unit follows it: "停水 3 天" and "snooze 10 min" name no case.
UNIT = r"[\d:.点月日年人万千百%个处户天时分]|\s*(?:min|minutes?|h|hours?|days?)\b"
REFERENCE: Final = re.compile(
    r"^\s*(?P<mark>#|第|case\s+|slip\s+|线索\s*)?\s*"
    rf"(?P<ref>[^\s〔〕]{{0,12}}〔\d{{4}}〕\d{{1,6}}|s\d{{1,9}}|\d{{1,6}}(?!{UNIT}))\s*号?(?:[\s,:]+|$)",
    re.IGNORECASE,
)
LONGEST_REFERENCE: Final = 64  # characters: what follows is not looked at for a reference
SLIP: Final = ("slip", "线索")
OUTSIDERS: Final = frozenset({"joint_member", "agency", "expert"})


@dataclass(frozen=True)
class Named:
    """What the words name: a reference as typed (empty: none) and what follows it."""

    reference: str
    rest: str
    marked: bool = False  # said to be a case: #12, case 12, 12号 …


def split_reference(words: str) -> Named:
    """Take a case reference off the front of what was typed."""
    words = words.strip()
    found = REFERENCE.match(words[:LONGEST_REFERENCE])
    if found is None:
        return Named("", words.strip())
    mark, reference = (found["mark"] or "").strip().lower(), found["ref"].upper()
    if mark in SLIP and not reference.startswith("S"):
        reference = f"S{reference}"
    if "〔" in reference:
        reference += "号"
    marked = bool(mark) or not reference.isdecimal() or "号" in found[0]
    return Named(reference, words[found.end() :].strip(), marked)


def is_known_here(act: Act, case: Case) -> bool:
    """Say whether a case may be spoken of: other agencies hear only of those that the joint meeting was told of."""
    if act.chat is not None and act.chat.use == "joint_meeting":
        return _was_told(act, case)
    return act.person is None or is_known_to(act, act.person, case)


def is_known_to(act: Act, person: Person, case: Case) -> bool:
    """Say whether a case may be shown to somebody: of other agencies, who was asked about it knows it too."""
    if set(person.roles) - OUTSIDERS:
        return True
    own = [chat.id for chat in chats.direct(act.session, person.id)]
    return _was_told(act, case) or messages.was_told(act.session, case.id, own)


def _was_told(act: Act, case: Case) -> bool:
    meeting = [chat.id for chat in chats.used_for(act.session, "joint_meeting")]
    return messages.was_told(act.session, case.id, meeting)


def by_reference(act: Act, reference: str) -> Sequence[Case]:
    """Return the cases a reference may mean: open ones before ended ones."""
    found = [case for case in cases.named(act.session, reference) if is_known_here(act, case)]
    still_open = [case for case in found if case.is_open]
    return still_open or found[:1]


def by_reply(act: Act) -> Case | None:
    """Return the case of the message that was replied to."""
    incoming, chat = act.incoming, act.chat
    if incoming is None or chat is None or incoming.reply_to is None:
        return None
    moved = incoming.place.account != chat.account  # said before the chat moved: its messages had other numbers
    name = f"{incoming.place.account}/{incoming.reply_to}" if moved else incoming.reply_to
    case_id = messages.case_of(act.session, chat.id, name)
    if case_id is not None:
        return cases.look(act.session, case_id)
    found = report.by_message(act.session, incoming.platform, f"{incoming.place.account}/{incoming.reply_to}")
    return report.case_of(act.session, found) if found else None


def open_here(act: Act) -> Sequence[Case]:
    """List the open cases this chat has heard of."""
    return messages.open_cases(act.session, act.chat.id) if act.chat else []


def by_id(act: Act, case_id: str) -> Case | None:
    """Load the case of a button, locked; None for a garbled one."""
    try:
        return cases.find(act.session, uuid.UUID(case_id))
    except ValueError:
        return None


def look(act: Act, case_id: uuid.UUID) -> Case:
    """Load a case for reading."""
    return cases.look(act.session, case_id)
