"""What the digest tells: read from the tables as they stand, changing nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from handlers.act import Act
from handlers.clocks.strictest import strictest_first
from handlers.hot.topics import HotTopic, hot_topics
from handlers.on_hand import on_hand
from handlers.waiting import waits_for
from storage import case as cases
from storage import case_event, together
from storage import clock as clocks
from storage import person as people
from storage import release as releases
from storage.case import Case
from storage.clock import Clock
from storage.release import ChannelRelease, Release

DAY = timedelta(days=1)
Limit = tuple[Case, Clock]


@dataclass(frozen=True)
class Morning:
    """What happened since the last digest, and what lies ahead."""

    new: Sequence[Case]
    closed: Sequence[Case]
    overdue: Sequence[Limit]
    due_today: Sequence[Limit]
    waiting: Sequence[tuple[str, Sequence[tuple[Case, object]]]]  # by name: what for
    published: Sequence[tuple[Release, Sequence[ChannelRelease]]]
    open_now: int
    hot: Sequence[HotTopic] = ()

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to tell."""
        return not (self.new or self.closed or self.published or self.open_now)


@dataclass(frozen=True)
class Figures:
    """How a span of time went."""

    registered: int
    by_kind: Sequence[tuple[str, int]]
    closed: int
    met: int
    missed: int
    released: int
    cards: tuple[int, int]  # yellow, red
    first_response: timedelta | None  # the median over the cases that had one
    open_now: int
    overdue_now: int


def morning(act: Act, since: datetime) -> Morning:
    """Gather the digest of a morning."""
    open_now = _open(act)
    limits = [(case, clock) for case in open_now for clock in standing_limits(act, case)]
    issued = releases.issued_between(act.session, since, act.now)
    return Morning(
        new=cases.registered_between(act.session, since, act.now),
        closed=cases.closed_between(act.session, since, act.now),
        overdue=[(case, clock) for case, clock in limits if clock.outcome == "missed"],
        due_today=_by_limit((case, clock) for case, clock in limits if _is_today(act, clock)),
        waiting=_waiting(act, open_now),
        published=[(release, releases.channels(act.session, release.id)) for release in issued],
        open_now=len(open_now),
        hot=hot_topics(act),
    )


def _open(act: Act) -> list[Case]:
    """List what is open, its clocks at hand; what was imported counts once it has a number."""
    found = [case for case in cases.open_cases(act.session) if not case.quiet or case.number]
    together.look(act.session, {case.id for case in found}, Clock)
    return found


@dataclass(frozen=True)
class Shift:
    """What whoever comes on duty has to know."""

    limits: Sequence[Limit]  # that stand, the nearest first; those that have passed among them
    waiting: Sequence[tuple[str, Sequence[tuple[Case, object]]]]
    without_limit: Sequence[Case]
    open_now: int


def handed_over(act: Act) -> Shift:
    """Gather what is handed over with a shift."""
    open_now = _open(act)
    limits = [(case, clock) for case in open_now for clock in standing_limits(act, case)]
    having = {case.id for case, _ in limits}
    without = [case for case in open_now if case.id not in having]
    return Shift(_by_limit(limits), _waiting(act, open_now), without, len(open_now))


def figures(act: Act, since: datetime, until: datetime) -> Figures:
    """Count how a span went."""
    registered = cases.registered_between(act.session, since, until)
    kinds = [case.primary_kind or "" for case in registered]
    ended = clocks.due_between(act.session, since, until)
    open_now = cases.open_cases(act.session)
    return Figures(
        registered=len(registered),
        by_kind=sorted(((kind, kinds.count(kind)) for kind in set(kinds)), key=lambda pair: (-pair[1], pair[0])),
        closed=len(cases.closed_between(act.session, since, until)),
        met=sum(clock.outcome == "met" for clock in ended),
        missed=sum(clock.outcome == "missed" for clock in ended),
        released=len(releases.issued_between(act.session, since, until)),
        cards=(
            case_event.count(act.session, "yellow_card", since, until),
            case_event.count(act.session, "red_card", since, until),
        ),
        first_response=first_response(act, registered),
        open_now=len(open_now),
        overdue_now=sum(any(clock.outcome == "missed" for clock in standing_limits(act, case)) for case in open_now),
    )


def duty_of(act: Act, day: date) -> dict[str, list[str]]:
    """Name who has each duty slot of a day."""
    return {
        slot: [people.person(act.session, who).name for who in people.on_duty(act.session, day, slot)]
        for slot in ("day", "night", "leader")
    }


def begin_of_day(act: Act, day: date) -> datetime:
    """Return the moment a day begins where the bureau is."""
    return datetime.combine(day, time(), act.house.zone)


def standing_limits(act: Act, case: Case) -> list[Clock]:
    """Return the strictest limit of each rule that runs, or has passed and is not met."""
    standing: dict[str, Clock] = {}
    for clock in strictest_first(clocks.of_case(act.session, case.id), act.plan_for(case)):
        if clock.outcome == "running" or clock.is_overdue:
            standing.setdefault(clock.rule, clock)
    return list(standing.values())


def _is_today(act: Act, clock: Clock) -> bool:
    return clock.outcome == "running" and clock.due_at <= begin_of_day(act, act.today + DAY)


def _by_limit(limits: Iterable[Limit]) -> list[Limit]:
    return sorted(limits, key=lambda pair: pair[1].due_at)


def first_response(act: Act, registered: Sequence[Case]) -> timedelta | None:
    """Return the median time to the first release, over the cases that had one."""
    spans = [
        (min(release.issued_at for release in issued) - case.received_at).total_seconds()
        for case in registered
        if (issued := releases.of_case(act.session, case.id))
    ]
    return timedelta(seconds=median(spans)) if spans else None


def _waiting(act: Act, open_now: Sequence[Case]) -> list[tuple[str, Sequence[tuple[Case, object]]]]:
    """Say for whom each open case waits, and for what."""
    found: dict[str, list[tuple[Case, object]]] = {}
    here = on_hand(act)
    for case in open_now:
        for person_id, what in waits_for(act, case, here):
            found.setdefault(people.person(act.session, person_id).name, []).append((case, what))
    return list(found.items())
