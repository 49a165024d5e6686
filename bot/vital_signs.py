"""Is the desk truly alive? Asked of its tables, and of the thread that looks: for monitors, and for the heartbeat."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.clock import Clock
from bot.sending import CHANNEL
from config.language import Line, Said, t
from storage import inbox, outbox_turn, sweeping, timer
from storage.database import Database, Session

MINUTES_FROM: Final = timedelta(minutes=2)  # shorter spans are told in seconds: here they matter
LATE: Final = timedelta(seconds=30)  # thirty looks: whatever fell due and still waits then was passed over
# What comes and goes may pile up for a while under a burst, or wait for a platform's pace.
STANDING_STILL: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong: a word for machines, a sentence for people, how many wait, how long the first has."""

    what: str
    said: Line
    count: int
    age: timedelta


class VitalSigns:
    """What shows whether a desk does its work."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        destinations: Sequence[str] = (CHANNEL,),
        looked: Callable[[], float] | None = None,
    ) -> None:
        """Look at these tables; destinations: the platforms whose owed rows are this desk's to send.

        looked: how many seconds ago the desk's own thread last came round; None where no look is this process's.
        """
        self._database = database
        self._clock = clock
        self._destinations = destinations
        self._looked = looked

    def waits(self) -> Mapping[str, timedelta]:
        """Return for how long the oldest event, timer that fell due and owed row have waited; zero: none does."""
        now = self._clock.now()
        with self._database.reading() as session:
            since = {
                "inbox": inbox.oldest(session),
                "timers": timer.next_due(session),
                "outbox": outbox_turn.next_due(session, self._destinations),
            }
        return {name: _age(moment, now) for name, moment in since.items()}

    def look_age(self) -> timedelta | None:
        """Return how long ago the desk's thread last came round; None where none is this process's."""
        return None if self._looked is None else timedelta(seconds=self._looked())

    def troubles(self, waits: Mapping[str, timedelta] | None = None) -> list[Trouble]:
        """Return what is wrong, the gravest first; DatabaseTrouble when the tables cannot even be asked."""
        now, waits = self._clock.now(), waits or self.waits()
        with self._database.reading() as session:
            found = self._overdue(session, now)
            # Releases alone: a chat platform that cannot be reached does not make the desk ill.
            owed = _age(outbox_turn.next_due(session, (CHANNEL,)), now)
        look, events = self.look_age(), waits["inbox"]
        if look is not None and look > LATE:
            found.append(Trouble("look", t("值班台已有 {age} 没有查看到期事项", age=to_the_second(look)), 1, look))
        if events > STANDING_STILL:
            found.append(Trouble("inbox", t("收到的消息已有 {age} 没有处理", age=events), 1, events))
        if owed > STANDING_STILL:
            found.append(Trouble("outbox", t("待发的消息已有 {age} 没有发", age=owed), 1, owed))
        return found

    def _overdue(self, session: Session, now: datetime) -> list[Trouble]:
        clocks, timers = (ask(session, now - LATE) for ask in (sweeping.clocks, sweeping.timers))
        found = []
        if clocks.since is not None:
            late = now - clocks.since
            said = t("{n} 个时限已过而没有人被告知,最早的已过 {late}", n=clocks.count, late=to_the_second(late))
            found.append(Trouble("clocks", said, clocks.count, late))
        if timers.since is not None:
            late = now - timers.since
            said = t("{n} 件到点的事没有办,最早的已迟 {late}", n=timers.count, late=to_the_second(late))
            found.append(Trouble("timers", said, timers.count, late))
        return found


def _age(moment: datetime | None, now: datetime) -> timedelta:
    return max(timedelta(), now - moment) if moment else timedelta()


def to_the_second(span: timedelta) -> Said | timedelta:
    """Say a short span in seconds."""
    return t("{n}秒", n=int(span.total_seconds())) if span < MINUTES_FROM else span
