"""What was stored, read before the transaction that handles it: all of it that needs no lock."""

import re
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import structlog

from bot.chat.platform import ChatPlatform
from handlers import dispatch
from handlers.conversation import Incoming, press_of
from handlers.dispatch import Prepared
from handlers.house import House
from handlers.intake import verbs as intake
from handlers.post_keys import PostKeys, keys_of
from handlers.reading.post import Reading
from storage import chat as chats
from storage import message as messages
from storage.database import Session
from storage.inbox import Inbox

log = structlog.get_logger()
RAW: Final = "update"  # under this name a stored event holds what the platform sent
STALE: Final = "stale"  # no verb: whoever taps it is shown the case as it stands
TAP_PARTS: Final = 3
NUMBER: Final = re.compile(r"[0-9]{1,18}")  # what a database takes
SHORT: Final = 0.02  # seconds for reading what one commit handles: what is long to read is long to handle


class Preparing:
    """Reads stored events."""

    def __init__(self, house: House, platforms: Mapping[str, ChatPlatform], seconds: float | None) -> None:
        """Read for so many seconds at a time; for a short time unless given."""
        self._house = house
        self._platforms = platforms
        self._seconds = SHORT if seconds is None else seconds

    def understand(self, event: Inbox) -> Incoming | None:
        """Read a stored event; None for one that means nothing to the desk."""
        raw = event.payload.get(RAW)
        if raw is None:
            return Incoming.model_validate(event.payload)
        return self._platforms[event.platform].understand(raw, event.received_at)

    def first_of(self, session: Session, events: Sequence[Inbox]) -> dict[uuid.UUID, Prepared]:
        """Return how the first of these events read: as many as are read in a short time."""
        prepared: dict[uuid.UUID, Prepared] = {}
        until = time.thread_time() + self._seconds
        for event in events:
            prepared[event.id] = self._prepare(session, event)
            if time.thread_time() > until:
                break
        return prepared

    def _prepare(self, session: Session, event: Inbox) -> Prepared:
        """Do before the transaction what needs no lock: read the event, find the tapped button, judge the text."""
        try:
            incoming = self.understand(event)
        except Exception as broken:  # whatever a platform sent: it stays stored, and must not stop the others
            log.exception("an event could not be read", event_id=str(event.id))
            return Prepared(None, broken=repr(broken)[:200])
        if incoming is None:
            return Prepared(None)
        if incoming.tap:
            incoming = incoming.model_copy(update={"press": _pressed(session, incoming)})
        return Prepared(incoming, self._read(incoming, event.received_at), _keys(incoming))

    def _read(self, incoming: Incoming, received_at: datetime) -> Reading | None:
        if not incoming.text or incoming.press or dispatch.is_bare_verb(incoming.text):
            return None
        try:
            return self._house.read(incoming.text, received_at)
        except Exception:  # a text nobody can read must not stop the others: a person judges it
            log.exception("a text could not be judged", key=incoming.key)
            return None


def _keys(incoming: Incoming) -> PostKeys | None:
    is_post = incoming.from_public or intake.is_post(incoming)
    return keys_of(incoming) if incoming.text and not incoming.press and is_post else None


def _pressed(session: Session, incoming: Incoming) -> str:
    """Find what a tapped button says; one that this chat was never shown is stale."""
    chat = chats.by_account(session, incoming.platform, incoming.place.account)
    named = incoming.tap.split(".")
    if chat is None or len(named) != TAP_PARTS or not all(NUMBER.fullmatch(part) for part in named):
        return press_of(STALE, None)
    serial, row, column = map(int, named)
    press, case_id = messages.press(session, serial, chat.id, row, column)
    return press or press_of(STALE, case_id)
