"""A desk to talk to: what people type and tap, what the desk says, and time that passes on request."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain
from pathlib import Path

from bot.building import build_house, keep_roster
from bot.channels import Channel
from bot.chat.drill import DESK, direct_chat
from bot.chat.platform import ChatPlatform
from bot.clock import Clock, DrillClock
from bot.desk import Desk, run_until
from bot.fetching import Fetching
from config.roster import DRILL, Roster, drill_roster, roster_from_text
from handlers.conversation import File, Origin
from handlers.house import House
from storage import case as cases
from storage import history
from storage import person as people
from storage.case import Case
from storage.database import Database
from tests.conversations.stages import CONTENTS, DrillStage, Said, Stage, Words

UNHURRIED = 60.0  # seconds: what is handled together does not hang on how fast the machine is
MORNING = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)  # Tuesday, 09:05 in Guigang
MakeChannels = Callable[[Database, ChatPlatform], dict[str, Channel]]
MakeStage = Callable[[Database, Clock], Stage]


class TalkingDesk:
    """A whole desk on a chat platform, with the drill's cast."""

    def __init__(
        self,
        database: Database,
        channels: MakeChannels,
        *,
        plan: str | Path = "gangbei-2017",
        start: datetime = MORNING,
        roster: str = "",
        public_url: str = "http://127.0.0.1:9",
        stage: MakeStage = DrillStage,
    ) -> None:
        """Open a desk on a migrated database at a moment."""
        self.database = database
        self.clock = DrillClock(start)
        self.house = replace(_house(plan), public_url=public_url, board_url=f"{public_url}/board")
        self.stage = stage(database, self.clock)
        self.platform = self.stage.platform
        cast = self.stage.roster(roster or _cast(plan))
        self.roster = _roster(cast, plan)
        keep_roster(database, self.roster, cast, start, by="test")
        platforms = self.stage.platforms
        files = Fetching(database, self.house, self.stage.blobs, platforms) if self.stage.blobs else None
        fetch = files.fetch if files else None
        channels_here = channels(database, self.platform)
        self.desk = Desk(database, self.clock, self.house, platforms, channels_here, fetch, reading=UNHURRIED)
        self.desk.open()
        self.keys = {person.name: person.key for person in self.roster.people}
        self.opened = 0  # the newest message when it had opened
        self.staff = Talk(self, "staff")
        self.joint = Talk(self, "joint")
        self.channel = Talk(self, "channel")
        self._directs: dict[str, Talk] = {}
        self.stage.opens(self.desk, {key: name for name, key in self.keys.items()})
        self.opened = self.stage.newest()

    def direct(self, name: str) -> "Talk":
        """Return the 1:1 chat with one of the cast."""
        return self._directs.setdefault(name, Talk(self, direct_chat(self.keys[name]), name))

    def later(self, *, hours: float = 0, minutes: float = 0, days: float = 0) -> None:
        """Let time pass, stopping at each moment something falls due."""
        self.until(self.clock.now() + timedelta(days=days, hours=hours, minutes=minutes))

    def until(self, moment: datetime) -> None:
        """Let time pass up to a moment."""
        run_until(self.desk, self.clock.move_to, moment)

    def goes_away(self, name: str) -> None:
        """Send somebody on leave for a month."""
        today = self.clock.now().date()
        with self.database.writing() as session:
            person = people.by_name(session, name)
            assert person is not None
            person.leave = [[(today + timedelta(days=days)).isoformat() for days in (-1, 30)]]
            people.save(session, person)

    def case(self, reference: str = "1") -> Case:
        """Look at a case by the number people use."""
        with self.database.reading() as session:
            return cases.named(session, reference)[0]

    def kinds_on_record(self, reference: str = "1") -> list[str]:
        """List the kinds of the history rows of a case."""
        with self.database.reading() as session:
            return [row.kind for row in history.rows(session, self.case(reference).id)]


class Talk:
    """One chat: who says what, and what the desk says since one last looked."""

    def __init__(self, desk: TalkingDesk, chat: str, person: str = "") -> None:
        """Talk in a chat; in a 1:1 chat always as the same person."""
        self._desk = desk
        self.chat = chat
        self._person = person
        self._seen = 0

    def says(self, *words: str, files: tuple[File, ...] = (), reply_to: str = "", album: str | None = None) -> None:
        """Say something: (name, text) in a group, (text) in a 1:1 chat."""
        name, text = words if len(words) > 1 else (self._person, words[0])
        replied = self._newest(lambda message: reply_to in message.text) if reply_to else None
        self._send(name, text, files=files, reply_to=replied, album=album)

    def forwards(
        self,
        *words: str,
        author: str = "网友甲",
        key: str | None = None,
        url: str | None = None,
        posted_at: datetime | None = None,
        files: tuple[File, ...] = (),
        album: str | None = None,
    ) -> None:
        """Forward a post: (name, text) in a group, (text) in a 1:1 chat."""
        name, text = words if len(words) > 1 else (self._person, words[0])
        origin = Origin(kind="channel" if key else "user", key=key, author=author, url=url, posted_at=posted_at)
        self._send(name, text, origin=origin, files=files, album=album)

    def edits(self, name: str, old: str, new: str) -> None:
        """Edit what one said before."""
        message = self._newest(lambda said: said.text == old, author=self._desk.keys[name])
        self._desk.stage.edits(self._desk.keys[name], name, message, self.chat, new)
        self._desk.desk.settle()

    def taps(self, *words: str, on: str = "", twice: bool = False) -> None:
        """Tap the newest button with this label: (name, label) in a group, (label) in a 1:1 chat."""
        name, label = words if len(words) > 1 else (self._person, words[0])
        message, press = self.button(label, on)
        for _ in range(2 if twice else 1):
            self.presses(name, message, press)

    def presses(self, name: str, message: Said, press: str) -> None:
        """Tap what a button of a message sends."""
        self._desk.stage.taps(self._desk.keys[name], name, self.chat, message, press)
        self._desk.desk.settle()

    def bot_says(self) -> str:
        """Return the one thing the desk said since the last look; silence and two answers fail."""
        said = self.bot_says_all()
        assert len(said) == 1, f"{len(said)} answers in {self.chat}: {said}"
        return said[0]

    def bot_says_all(self) -> list[str]:
        """Return everything the desk said since the last look (toasts apart)."""
        since = max(self._seen, self._desk.opened)
        new = [message for message in self.messages() if message.id > since]
        self._seen = max((message.id for message in new), default=self._seen)
        return [message.text for message in new if message.author == DESK and not message.only_for]

    def toast(self) -> str:
        """Return the newest toast."""
        return self._newest(lambda message: bool(message.only_for)).text

    def shows(self, words: str) -> str:
        """Return the newest message of the desk with these words in it, as it reads now."""
        return self._newest(lambda message: words in message.text).text

    def buttons(self, words: str = "") -> list[str]:
        """Return the labels of the buttons under the newest message of the desk with these words."""
        message = self._newest(lambda said: words in said.text and not said.only_for)
        return [button["label"] for row in message.buttons for button in row]

    def offers(self, label: str) -> bool:
        """Say whether there is a button with this label."""
        return next(self._offered(label), None) is not None

    def button(self, label: str, on: str = "") -> tuple[Said, str]:
        """Return the newest button with this label: its message, and what it sends when pressed, later too."""
        found = next(self._offered(label, on), None)
        assert found, f"no button {label} in {self.chat}: {[message.buttons for message in self.messages()]}"
        return found

    def is_silent(self) -> bool:
        """Say whether the desk said nothing since the last look."""
        return not self.bot_says_all()

    def messages(self) -> list[Said]:
        """Return all messages of the chat."""
        return self._desk.stage.messages(self.chat)

    def _send(
        self,
        name: str,
        text: str,
        *,
        files: tuple[File, ...] = (),
        origin: Origin | None = None,
        reply_to: Said | None = None,
        album: str | None = None,
    ) -> None:
        key = self._desk.keys.get(name, name)
        self._desk.stage.says(Words(key, name, self.chat, text, files, origin, reply_to, album))
        self._desk.desk.settle()

    def _newest(self, fits: Callable[[Said], bool], author: str = DESK) -> Said:
        fitting = [message for message in self.messages() if message.author == author and fits(message)]
        assert fitting, f"nothing of the kind in {self.chat}: {[message.text for message in self.messages()]}"
        return fitting[-1]

    def _offered(self, label: str, on: str = "") -> Iterator[tuple[Said, str]]:
        """Yield the buttons with a label, the newest message first."""
        for message in reversed(self.messages()):
            for button in chain.from_iterable(message.buttons):
                if button["label"] == label and on in message.text:
                    yield message, button["press"]


@cache
def _house(plan: str | Path) -> House:
    return build_house(plan, public_url="")


@cache
def _cast(plan: str | Path) -> str:
    return drill_roster(_house(plan).plan)


@cache
def _roster(text: str, plan: str | Path) -> Roster:
    return roster_from_text(text, DRILL.name, _house(plan).plan)


def no_channels(_database: Database, _platform: ChatPlatform) -> dict[str, Channel]:
    """Give a desk no release channels."""
    return {}


def photo(name: str = "photo.jpg", content: bytes = b"picture") -> File:
    """Return a picture as a platform hands it over."""
    digest = hashlib.sha256(content).hexdigest()
    CONTENTS[digest] = content
    return File(sha256=digest, size=len(content), name=name, media_type="image/jpeg")
