"""The example case as a chat transcript: played on the fast clock, then sealed, exported and verified."""

import tempfile
from pathlib import Path
from typing import Final, TextIO

from bot.chat.drill import DESK
from bot.drill import words
from bot.drill.cast import Cast
from bot.drill.refused import Refused
from bot.drill.room import DrillRoom
from bot.drill.script import Step, Taps, chat_of
from config.language import Said, Voice, say
from handlers.record.verify import bounded_lines, verify
from storage import drill
from storage.drill import DrillMessage
from storage.history_export import export

EXPORT: Final = "history.jsonl"
INDENT: Final = "    "


def play(room: DrillRoom, out: TextIO, *, folder: Path | None = None) -> int:
    """Play the whole example and print what everybody sees; 0 when all was played and its history verifies."""
    script = Transcript(room, out)
    while not room.example.is_over:
        try:
            script.step(room.next_step())
        except Refused as refused:
            script.line(refused.text)
            return 1
    return _prove(room, script, folder or Path(tempfile.mkdtemp(prefix="huiying-drill-")))


class Transcript:
    """Prints what was said in all chats since the last look, and cards that changed."""

    def __init__(self, room: DrillRoom, out: TextIO) -> None:
        """Print a room."""
        self._room = room
        self._out = out
        self._printed: dict[int, str] = {}
        self._steps = 0
        house = room.desk.house
        self.voice: Voice = house.voice()

    def step(self, step: Step) -> None:
        """Print one step: what it is and why, then what it led to."""
        self._steps += 1
        self.line()
        self.line(words.heading(self._steps, step.title))
        self.line(words.explained(step.why))
        with self._room.database.reading() as session:
            messages = drill.all_messages(session)
        cast = self._room.cast()
        self._tapped(step, cast)
        changed = [each for each in messages if self._printed.get(each.id or 0) != _face(each)]
        for message in sorted(changed, key=lambda each: (each.id in self._printed, each.id)):
            self._message(message, cast)

    def _tapped(self, step: Step, cast: Cast) -> None:
        """Print a tap, which leaves no message."""
        if isinstance(step.act, Taps):
            room, at = cast.rooms[chat_of(step.chat)], self._room.clock.now().astimezone(self.voice.zone)
            self.line(words.tapped(room.title, at, cast.members[step.person].name, step.act.label))

    def line(self, text: Said | str = "") -> None:
        """Print a line."""
        self._out.write(say(text, self.voice) + "\n")
        self._out.flush()

    def _message(self, message: DrillMessage, cast: Cast) -> None:
        before = self._printed.get(message.id or 0)
        self._printed[message.id or 0] = _face(message)
        self.line(self._head(message, cast, again=before is not None))
        if message.origin and before is None:
            self.line(INDENT + words.forwarded(message.origin.get("author", "")).say(self.voice))
        for each in _new_lines(_face(message), before or ""):
            self.line(INDENT + each)

    def _head(self, message: DrillMessage, cast: Cast, *, again: bool) -> Said:
        room = cast.rooms.get(message.chat)
        at = (message.edited_at if again and message.edited_at else message.at).astimezone(self.voice.zone)
        author = words.DESK_NAME if message.author == DESK else cast.members[message.author].name
        where = words.seen_by(cast.members[message.only_for].name) if message.only_for in cast.members else None
        return words.said_in(room.title if room else message.chat, at, author, where, again=again)


def _face(message: DrillMessage) -> str:
    files = [f"📎 {file['name']}" for file in message.files]
    rows = [" ".join(f"[{button['label']}]" for button in row) for row in message.buttons]
    return "\n".join((message.text, *files, *rows)).strip()


def _new_lines(face: str, before: str) -> list[str]:
    """Return what is new in a card that is kept current; of a new message, everything."""
    had = set(before.splitlines())
    return [line for line in face.splitlines() if line not in had]


def _prove(room: DrillRoom, script: Transcript, folder: Path) -> int:
    """Seal and export the history, and check the export as an outsider would."""
    file = folder / EXPORT
    desk = room.desk.house.plan.bureau.name.zh
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        exported = export(
            room.database, stream, at=room.clock.now(), desk=desk, actor=DESK, actor_name=""
        )  # fmt: skip
    with file.open(encoding="utf-8", newline="\n") as stream:
        verdict = verify(bounded_lines(stream), exported.head)
    script.line()
    script.line(words.proved(exported.rows, exported.chains, exported.head) if verdict.ok else words.not_proved())
    for problem in verdict.problems:
        script.line(problem)
    script.line(words.how_to_prove(file, exported.head))
    return 0 if verdict.ok else 1
