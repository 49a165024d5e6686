"""The drill room as a chat platform: its chats and its cast, kept in the drill's own database."""

import re
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bot.chat.own import OwnPlatform
from handlers.conversation import Content, File, Incoming, Origin, Place, Sender, storable
from storage import drill
from storage.database import Database
from storage.drill import DrillMessage

NAME = "drill"
DESK = "desk"
ADDRESSED = re.compile(r"\s*@(desk|huiying|回应)\b", re.IGNORECASE)


def direct_chat(person: str) -> str:
    """Name the 1:1 chat of a cast member."""
    return f"direct:{person}"


class DrillPlatform(OwnPlatform):
    """Chats without a vendor: what the desk sends is kept, what the cast says becomes an incoming event."""

    name = NAME
    spends = True

    def __init__(self, database: Database) -> None:
        """Keep the chats in a database; listeners are told the name of a chat that changed."""
        self._database = database
        self.listeners: list[Callable[[str], None]] = []

    # what the desk does here

    def send(self, chat: str, content: Content, at: datetime) -> str:
        """Put the desk's message into a chat."""
        return str(self._add(_of_desk(chat, content, at)).id)

    def edit(self, chat: str, message_id: str, content: Content, at: datetime) -> str:
        """Change the desk's message in place."""
        with self._database.writing() as session:
            message = drill.load(session, int(message_id))
            if message is None:
                return str(drill.add(session, _of_desk(chat, content, at)).id)
            message.text, message.buttons, message.edited_at = content.text, _buttons(content), at
            drill.add(session, message)
        self._tell(chat)
        return message_id

    def delete(self, chat: str, message_id: str, at: datetime) -> None:
        """Take the desk's message away; nothing where it is gone already."""
        del at
        with self._database.writing() as session:
            message = drill.load(session, int(message_id))
            if message is not None:
                drill.remove(session, message)
        self._tell(chat)

    def toast(self, chat: str, content: Content, at: datetime) -> None:
        """Show a word to the person who tapped; or put other buttons under a message."""
        if content.spends:
            self._spend(chat, content)
        else:
            self._add(_of_desk(chat, content, at))

    def _spend(self, chat: str, content: Content) -> None:
        with self._database.writing() as session:
            message = drill.load(session, int(content.receipt))
            if message is not None:
                message.buttons = _buttons(content)
                drill.add(session, message)
        self._tell(chat)

    # what the cast does here

    def said(
        self,
        person: str,
        name: str,
        chat: str,
        text: str,
        at: datetime,
        *,
        files: Sequence[File] = (),
        origin: Origin | None = None,
        reply_to: int | None = None,
        album: str | None = None,
    ) -> Incoming:
        """Let a cast member say something; return the event the desk gets."""
        text = storable(text)
        message = self._add(
            DrillMessage(
                chat=chat,
                author=person,
                text=text,
                at=at,
                reply_to=reply_to,
                origin=origin.model_dump(mode="json") if origin else {},
                files=[file.model_dump() for file in files],
            )
        )
        return Incoming(
            **_from(person, name, chat, at),
            key=f"message:{message.id}",
            message_id=str(message.id),
            text=text,
            reply_to=str(reply_to) if reply_to else None,
            origin=origin,
            files=tuple(files),
            album=album,
            addressed=bool(ADDRESSED.match(text)),
        )

    def edited(self, person: str, name: str, message_id: int, text: str, at: datetime) -> Incoming | None:
        """Let a cast member edit what they said; None when it is not theirs."""
        text = storable(text)
        with self._database.writing() as session:
            message = drill.load(session, message_id)
            if message is None or message.author != person:
                return None
            message.text, message.edited_at = text, at
            drill.add(session, message)
            chat = message.chat
        self._tell(chat)
        return Incoming(
            **_from(person, name, chat, at),
            key=f"edit:{message_id}:{uuid.uuid4().hex}",
            message_id=str(message_id),
            text=text,
            edited=True,
            origin=Origin.model_validate(message.origin) if message.origin else None,
        )

    def pressed(self, person: str, name: str, chat: str, message_id: int, press: str, at: datetime) -> Incoming:
        """Let a cast member tap a button of a message."""
        return Incoming(
            **_from(person, name, chat, at),
            key=f"press:{message_id}:{uuid.uuid4().hex}",
            message_id=str(message_id),
            press=press,
        )

    def _add(self, message: DrillMessage) -> DrillMessage:
        with self._database.writing() as session:
            drill.add(session, message)
        self._tell(message.chat)
        return message

    def _tell(self, chat: str) -> None:
        for listener in self.listeners:
            listener(chat)


def _from(person: str, name: str, chat: str, at: datetime) -> dict[str, Any]:
    return {
        "platform": NAME,
        "at": at,
        "place": Place(account=chat, direct=chat.startswith("direct:"), title=chat),
        "sender": Sender(account=person, name=name),
    }


def _of_desk(chat: str, content: Content, at: datetime) -> DrillMessage:
    reply_to = int(content.reply_to) if content.reply_to and content.reply_to.isdecimal() else None
    return DrillMessage(
        chat=chat, author=DESK, text=content.text, at=at, reply_to=reply_to, buttons=_buttons(content),
        only_for=content.only_for,
    )  # fmt: skip


def _buttons(content: Content) -> list[list[dict[str, str]]]:
    return [[dict(button) for button in row] for row in content.buttons]
