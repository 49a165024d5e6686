"""The example case played step by step: each step is something the cast does, in the same chats as everybody."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final, Protocol

from bot.chat.drill import DESK
from bot.desk import Desk
from bot.drill import words
from bot.drill.cast import Cast
from bot.drill.files import keep_picture
from bot.drill.refused import Refused
from bot.drill.script import STEPS, Forwards, Says, Step, Taps, chat_of
from handlers.conversation import File, Origin, read_press
from handlers.words import reference
from storage import case as cases
from storage import drill
from storage.blobs import Blobs
from storage.database import Database

MORNING: Final = time(9, 5)
KEPT_AS: Final = "example"


class Played(Protocol):
    """What the example needs of a drill room."""

    desk: Desk
    database: Database
    blobs: Blobs

    def say(
        self, person: str, chat: str, text: str, *, files: Sequence[File] = (), origin: Origin | None = None
    ) -> None: ...
    def tap(self, person: str, message_id: int, row: int, column: int) -> None: ...
    def skip(self, minutes: float) -> None: ...
    def go_to(self, moment: datetime) -> None: ...
    def cast(self) -> Cast: ...


class Player:
    """Plays the example in a drill room; how far it got is kept in the drill's own database."""

    def __init__(self, room: Played) -> None:
        """Play in a room."""
        self._room = room

    @property
    def steps(self) -> Sequence[Step]:
        """Return all steps in order."""
        return STEPS

    @property
    def position(self) -> int:
        """Return how many steps have been played."""
        return int(self._kept().get("next", 0))

    @property
    def is_over(self) -> bool:
        """Say whether the example has been played to its end."""
        return self.position >= len(STEPS)

    @property
    def last(self) -> Step | None:
        """Return the step played last."""
        return STEPS[self.position - 1] if self.position else None

    @property
    def where(self) -> str:
        """Return the chat in which to see what the last step did."""
        return chat_of(self.last.look or self.last.chat) if self.last else "staff"

    def next(self) -> Step:
        """Play the next step; Refused when it does not fit what was changed by hand."""
        kept = self._kept()
        position = int(kept.get("next", 0))
        if position >= len(STEPS):
            raise Refused(words.over())
        step = STEPS[position]
        target = self._target(step)  # looked for first: a step that cannot be played lets no time go by
        if position == 0:
            self._room.go_to(self._next_morning())
        if step.minutes:
            self._room.skip(step.minutes)
        self._do(step, target, kept)
        self._keep({**kept, "next": position + 1, "case": kept.get("case") or self._newest_case()})
        return step

    def _do(self, step: Step, target: tuple[int, int, int] | None, kept: Mapping[str, Any]) -> None:
        chat, act = chat_of(step.chat), step.act
        if isinstance(act, Forwards):
            origin = Origin(
                kind="user", author=act.author, url=act.url,
                posted_at=self._room.desk.clock.now() - timedelta(minutes=act.minutes_ago),
            )  # fmt: skip
            files = [keep_picture(self._room.blobs, name) for name in act.pictures]
            self._room.say(step.person, chat, act.text, files=files, origin=origin)
        elif isinstance(act, Says):
            self._room.say(step.person, chat, act.text.format(n=self._reference(kept), today=self._today()))
        elif target is not None:
            self._room.tap(step.person, *target)

    def _target(self, step: Step) -> tuple[int, int, int] | None:
        """Find the button that a step taps: in the newest message of the chat that has it."""
        act = step.act
        if not isinstance(act, Taps):
            return None
        with self._room.database.reading() as session:
            said = drill.messages(session, chat_of(step.chat))
        for message in reversed([each for each in said if each.author == DESK]):
            for row, buttons in enumerate(message.buttons):
                for column, button in enumerate(buttons):
                    verb, _, argument = read_press(button["press"])
                    if verb == act.verb and act.words in f"{argument} {button['label']}":
                        return message.id or 0, row, column
        raise Refused(words.cannot_play(act.label, self._title(step.chat)))

    def _title(self, chat: str) -> str:
        room = self._room.cast().rooms.get(chat_of(chat))
        return room.title if room else chat

    def _newest_case(self) -> str:
        with self._room.database.reading() as session:
            said = drill.messages(session, "staff")
        presses = [button["press"] for each in said for row in each.buttons for button in row]
        return next((read_press(press)[1] for press in reversed(presses) if read_press(press)[1]), "")

    def _reference(self, kept: Mapping[str, Any]) -> str:
        if not kept.get("case"):
            return ""
        with self._room.database.reading() as session:
            return reference(cases.look(session, uuid.UUID(kept["case"])))

    def _today(self) -> str:
        local = self._room.desk.clock.now().astimezone(self._room.desk.house.zone)
        return f"{local.month}月{local.day}日"

    def _next_morning(self) -> datetime:
        house = self._room.desk.house
        local = self._room.desk.clock.now().astimezone(house.zone)
        day = local.date() if local.time() <= MORNING else local.date() + timedelta(days=1)
        while not house.calendar.is_working(day):
            day += timedelta(days=1)
        return datetime.combine(day, MORNING, house.zone)

    def _kept(self) -> dict[str, Any]:
        with self._room.database.reading() as session:
            return drill.value(session, KEPT_AS)

    def _keep(self, kept: dict[str, Any]) -> None:
        with self._room.database.writing() as session:
            drill.set_value(session, KEPT_AS, kept)
