"""The drill room: everything its page can do, each ending with a desk that has done all that is due."""

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

import structlog

from bot.chat.drill import DESK, DrillPlatform
from bot.clock import DrillClock
from bot.desk import Desk, run_until
from bot.drill import words
from bot.drill.cast import Cast, Member, Room, load_cast
from bot.drill.example import Player
from bot.drill.pace import SPEEDS, Pace
from bot.drill.refused import Refused
from bot.drill.script import Step
from handlers.conversation import File, Incoming, Origin, Place, Sender
from storage import clock as clocks
from storage import drill
from storage.blobs import Blobs
from storage.database import Database, DatabaseTrouble
from storage.drill import DrillMessage

log = structlog.get_logger()
LONGEST_TEXT: Final = 100_000  # characters
LONGEST_SKIP: Final = 10_080  # minutes: a week
MOST_AT_ONCE: Final = 500  # events the desk stores in one go
BEAT: Final = 0.5  # seconds between two looks at the time
AUTOPLAY: Final = 4.0  # seconds between two steps of the example that plays by itself


class DrillRoom:
    """The chats, the cast and the clock of a desk that nothing real can be reached from."""

    def __init__(
        self,
        desk: Desk,
        platform: DrillPlatform,
        clock: DrillClock,
        database: Database,
        blobs: Blobs,
        *,
        furnish: Callable[[], None] = lambda: None,
    ) -> None:
        """Open the room; furnish puts the roster into an empty database."""
        self.desk = desk
        self.platform = platform
        self.clock = clock
        self.database = database
        self.blobs = blobs
        self.listeners: list[Callable[[str], None]] = []
        self.pace = Pace()
        self.example = Player(self)
        self._furnish = furnish
        self._start = clock.now()
        self._undelivered: deque[Incoming] = deque()
        self._unsettled = False
        self._playing_at: float | None = None
        self._lock = threading.RLock()
        self._beats: threading.Thread | None = None
        self._closing = threading.Event()
        platform.listeners.append(self._tell)
        self._continue()

    # what the cast does

    def say(
        self,
        person: str,
        chat: str,
        text: str,
        *,
        files: Sequence[File] = (),
        origin: Origin | None = None,
        reply_to: int | None = None,
    ) -> None:
        """Let somebody say something; several files are an album, each a message of its own as on real platforms."""
        text = _checked(text, empty=not files and origin is None)
        member = self._member(person, chat)
        album = uuid.uuid4().hex if len(files) > 1 else None
        parts = [[file] for file in files] or [[]]
        with self._lock:
            at = self.clock.now()
            for n, part in enumerate(parts):
                self._undelivered.append(
                    self.platform.said(
                        member.key, member.name, chat, text if n == 0 else "", at,
                        files=part, origin=origin, reply_to=reply_to, album=album,
                    )
                )  # fmt: skip
            self._settle()

    def edit(self, person: str, message_id: int, text: str) -> None:
        """Let somebody change the words of their own message."""
        text = _checked(text, empty=True)
        with self._lock:
            message = self._message(message_id)
            member = self._member(person, message.chat)
            event = self.platform.edited(member.key, member.name, message_id, text, self.clock.now())
            if event is None:
                raise Refused(words.not_yours(member.name))
            self._undelivered.append(event)
            self._settle()

    def tap(self, person: str, message_id: int, row: int, column: int) -> None:
        """Let somebody tap a button that the message has now."""
        with self._lock:
            message = self._message(message_id)
            member = self._member(person, message.chat)
            if not (0 <= row < len(message.buttons) and 0 <= column < len(message.buttons[row])):
                raise Refused(words.no_such_button())
            press = message.buttons[row][column]["press"]
            event = self.platform.pressed(member.key, member.name, message.chat, message_id, press, self.clock.now())
            self.desk.accept(event)  # a tap that cannot be stored is refused: it can be repeated
            self._settle()

    def settle(self) -> None:
        """Let the desk do all that is due."""
        with self._lock:
            self._settle()

    # what the clock does

    @property
    def speed(self) -> int:
        """Return how many seconds pass per second; 0 while the clock stands."""
        return self.pace.speed

    def run(self, speed: int) -> None:
        """Let the clock stand (0) or run at a speed."""
        if speed not in SPEEDS:
            raise Refused(words.no_such_speed())
        with self._lock:
            self._catch_up()
            self.pace.run(speed)
            self._begin_to_beat()
            self._tell("clock")

    def skip(self, minutes: float) -> None:
        """Let time go by, stopping at each moment something falls due."""
        if not 0 < minutes <= LONGEST_SKIP:
            raise Refused(words.nothing_to_skip())
        with self._lock:
            self.go_to(self.clock.now() + timedelta(minutes=minutes))
            self._tell("clock")

    def go_to(self, moment: datetime) -> None:
        """Go to a moment, stopping at each one something falls due."""
        with self._lock:
            self._settle()
            run_until(self.desk, self.clock.move_to, moment)
            self._keep_time()

    def to_next_limit(self) -> None:
        """Go to the moment the next statutory clock ends."""
        with self._lock:
            self._settle()
            with self.database.reading() as session:
                limit = clocks.next_running(session, self.clock.now())
            if limit is None:
                raise Refused(words.no_limit_running())
            self.go_to(limit.due_at)
            self._tell("clock")

    def tick(self) -> None:
        """Let the time of one beat go by, and the example play on."""
        with self._lock:
            try:
                self._catch_up()
                if self._undelivered or self._unsettled:
                    self._settle()
                if self._playing_at is not None and time.monotonic() >= self._playing_at:
                    self._play_on()
            except DatabaseTrouble:
                log.warning("the drill's database does not answer; trying again")

    # the example

    @property
    def is_playing(self) -> bool:
        """Say whether the example plays by itself."""
        return self._playing_at is not None

    def play(self, *, on: bool) -> None:
        """Let the example play by itself, or stop it."""
        with self._lock:
            self._playing_at = time.monotonic() if on and not self.example.is_over else None
            self._begin_to_beat()
            self._tell("example")

    def next_step(self) -> Step:
        """Play the next step of the example."""
        with self._lock:
            step = self.example.next()
            self._tell("example")
        return step

    def restart(self) -> None:
        """Empty the room: no messages, no cases, the clock back at its start."""
        with self._lock:
            self.pace.run(0)
            self._playing_at = None
            self._undelivered.clear()
            self.clock.start_over(self._start)
            self.database.migrate("base")
            self.database.migrate()
            self._furnish()
            self._settle()
            self._tell("restart")

    def close(self) -> None:
        """Stop the time for good."""
        self._closing.set()
        if self._beats is not None:
            self._beats.join()

    # looking

    def cast(self) -> Cast:
        """Return who plays and where."""
        return load_cast(self.database)

    # inside

    def _begin_to_beat(self) -> None:
        if self._beats is None and (self.speed or self.is_playing or self._unsettled):
            self._beats = threading.Thread(target=self._beat, name="drill-clock", daemon=True)
            self._beats.start()

    def _beat(self) -> None:
        while not self._closing.wait(BEAT):
            self.tick()

    def _continue(self) -> None:
        """Go on where an earlier run stopped: its moment, and what the desk had not got yet."""
        with self.database.reading() as session:
            saved = drill.value(session, "clock").get("at")
            newest = drill.newest_at(session)
            spoken = [message for message in drill.all_messages(session) if message.author != DESK]
        moments = [datetime.fromisoformat(saved)] if saved else []
        for moment in (*moments, *([newest] if newest else [])):
            self.clock.move_to(moment)
        members = self.cast().members
        self._undelivered.extend(self._again(message, members.get(message.author)) for message in spoken)

    def _again(self, message: DrillMessage, member: Member | None) -> Incoming:
        """Deliver again, as a vendor does after an outage; the desk knows what it has by its key."""
        return Incoming(
            platform=self.platform.name,
            key=f"message:{message.id}",
            at=message.at,
            place=Place(account=message.chat, direct=message.chat.startswith("direct:"), title=message.chat),
            sender=Sender(account=message.author, name=member.name if member else message.author),
            message_id=str(message.id),
            text=message.text,
            reply_to=str(message.reply_to) if message.reply_to else None,
            origin=Origin.model_validate(message.origin) if message.origin else None,
            files=tuple(File.model_validate(file) for file in message.files),
        )

    def _member(self, person: str, chat: str) -> Member:
        cast = self.cast()
        room: Room | None = cast.rooms.get(chat)
        if room is None:
            raise Refused(words.no_such_chat())
        member = cast.members.get(person)
        if member is None:
            raise Refused(words.nobody_known(person[:40]))
        if room.is_read_only or (room.member is not None and room.member.key != person):
            raise Refused(words.not_a_member(member.name))
        return member

    def _message(self, message_id: int) -> DrillMessage:
        with self.database.reading() as session:
            message = drill.load(session, message_id)
        if message is None:
            raise Refused(words.no_such_button())
        return message

    def _settle(self) -> None:
        self._unsettled = True
        try:
            while self._undelivered:
                batch = list(islice(self._undelivered, MOST_AT_ONCE))
                self.desk.accept(*batch)
                for _ in batch:
                    self._undelivered.popleft()
            self.desk.settle()
            self._keep_time()
        except DatabaseTrouble:
            log.warning("the drill's database does not answer; the desk goes on at the next beat")
            self._begin_to_beat()
            return
        self._unsettled = False

    def _catch_up(self) -> None:
        span = self.pace.gone_by()
        if span:
            self.go_to(self.clock.now() + span)

    def _keep_time(self) -> None:
        with self.database.writing() as session:
            drill.set_value(session, "clock", {"at": self.clock.now().isoformat()})

    def _play_on(self) -> None:
        try:
            self.example.next()
            over = self.example.is_over
        except Refused:
            over = True
        self._playing_at = None if over else time.monotonic() + AUTOPLAY
        self._tell("example")

    def _tell(self, what: str) -> None:
        for listener in list(self.listeners):
            listener(what)


def _checked(text: str, *, empty: bool) -> str:
    text = text.replace("\r\n", "\n").strip("\n")
    if len(text) > LONGEST_TEXT:
        raise Refused(words.too_long(len(text), LONGEST_TEXT))
    if empty and not text.strip():
        raise Refused(words.nothing_said())
    return text
