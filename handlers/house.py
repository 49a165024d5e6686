"""What every act can lean on: the plan in force, the calendar, the lexicon, the rights."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from config.calendar import Calendar
from config.language import Voice
from config.lexicon import Lexicon
from config.plan import Plan
from config.plan_file import plan_from_text
from config.rights import Rights
from handlers.conversation import Incoming
from handlers.learning.in_use import InUse
from handlers.reading.post import AccidentGrades, Reading, read_post
from storage import plan as plan_texts
from storage.database import Session
from storage.inbox import Inbox

LinkTo = Literal["direct", "group", "channel"]  # what an address opens: a 1:1 chat, or where to add the desk


class StartLink(Protocol):
    """How a platform makes such an address; empty when it has none."""

    def __call__(self, code: str, *, to: LinkTo) -> str:
        """Return the address for a code."""
        ...


@dataclass
class House:
    """One bureau's decisions, loaded and checked once."""

    plan: Plan
    plan_hash: str
    plan_files: Mapping[str, str]
    calendar: Calendar
    lexicon: Lexicon
    rights: Rights
    public_url: str
    language: str = "zh"
    platforms: tuple[str, ...] = ()  # chat platforms that are on, the preferred one first
    spends: tuple[str, ...] = ()  # platforms on which the buttons of what is settled are taken away
    pages: tuple[str, ...] = ()  # where people come and read their answers: nobody is called there
    board_url: str = ""  # the staff board's address; empty: there is none
    board_link_lives: timedelta = timedelta(minutes=5)
    # Of each platform, the address that opens a 1:1 chat, or adds the desk to a group, and says a code there.
    start_links: Mapping[str, StartLink] = field(default_factory=dict)
    understand: Callable[[Inbox], Incoming | None] = lambda event: Incoming.model_validate(event.payload)
    public_id: Callable[[], str] = lambda: ""
    # How often all followers of the official account may be written to, and in which span; none: there is no account.
    mass_limit: tuple[int, Literal["day", "month"]] | None = None
    file_limit: int = 20_000_000  # bytes; larger files are not taken
    learned: InUse | None = None  # none: judged by the rules alone
    fetches_links: bool = False  # the page that a reported link leads to is fetched
    watches_feeds: bool = False  # feeds may be subscribed to; never in a drill
    _plans: dict[str, Plan] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone that decides what a day and a year is."""
        return ZoneInfo(self.plan.time_zone)

    def voice(self, language: str = "") -> Voice:
        """Return how to speak to somebody; without a language of their own, the desk's."""
        return Voice(language or self.language, self.zone)

    def read(self, text: str, received_at: datetime) -> Reading:
        """Read a post under the plan's accident table, on the day it was received, and by what was learned."""
        rows = tuple((row.grade, row.deaths, row.serious_injuries, row.loss_yuan) for row in self.plan.accident_grades)
        day = received_at.astimezone(self.zone).date()
        reading = read_post(text, lexicon=self.lexicon, accident_grades=AccidentGrades(rows), today=day)
        return reading if self.learned is None else replace(reading, learned=self.learned.about(text, reading.signs))

    def plan_of(self, session: Session, plan_hash: str) -> Plan:
        """Return the plan a case was registered under."""
        if plan_hash == self.plan_hash:
            return self.plan
        if plan_hash not in self._plans:
            self._plans[plan_hash] = plan_from_text(plan_texts.texts(session, plan_hash))
        return self._plans[plan_hash]
