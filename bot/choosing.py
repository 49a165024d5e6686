"""What goes out now: everything that is due, or as much as a chat may take, in a group in lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Final

import structlog

from bot.chat.platform import ChatPlatform, Limits
from bot.delivering import Outcome
from bot.pace import Lately, allowance, claimed, next_chance, remembered, settled
from bot.parcels import Packing, Parcel, Portion, may_be_listed
from handlers.act import STATUTORY, content_of
from handlers.house import House
from storage import destination as destinations
from storage import outbox, outbox_care
from storage.database import DatabaseTrouble, Session
from storage.destination import Destination
from storage.outbox import UNCOUNTED, Outbox

log = structlog.get_logger()
BUT_STATUTORY: Final = 0.9  # of what a chat or a platform takes; the rest is kept for what the law wants told
FOR_EDITS: Final = 0.75  # of what a chat may take; the rest is kept for new messages
STALE: Final = timedelta(minutes=1)  # a card that shows for so long what is no longer so goes before what is new
YIELDS: Final = timedelta(seconds=10)  # unless that has waited for so long itself, or stands alone
SHORT: Final = 5.0  # seconds: a longer stretch outlives the process, and what waits for its end waits long
LEAST_LISTED: Final = 2  # a list of one says no more than its message
UNSAYABLE: Final = timedelta(minutes=10)  # until a row that could not be said is tried again
A_MOMENT: Final = timedelta(milliseconds=1)


def choose(
    session: Session,
    house: House,
    platforms: Mapping[str, ChatPlatform],
    lately: Lately | None,
    due: Sequence[Outbox],
    now: datetime,
    back: Sequence[Outcome] = (),
) -> list[Parcel]:
    """Choose what goes out now, in the order in which it goes, and let the rest wait.

    lately: when chats were written to, as far as only this process writes; none: others do too, all is in the database.
    back: what has just come back.
    """
    packing = Packing(session, house, now)
    packing.expect(due)
    paces = _Paces(session, platforms, lately, now)
    back = [outcome for outcome in back if outcome.parcel.counts]
    paces.expect([*due, *(outcome.parcel.first for outcome in back)])
    paces.settle(back)
    chosen = _Choosing(packing, paces, now)
    parcels: list[Parcel] = []
    for name, own in _by_urgency(due):
        parcels += chosen.of_one(name, own)
    chosen.paces.save()
    return sorted(parcels, key=lambda parcel: (parcel.first.lane, parcel.first.serial))


def _by_urgency(due: Sequence[Outbox]) -> list[tuple[str, list[Outbox]]]:
    """Gather rows by destination, the most urgent first: what a platform takes of all together is theirs first."""
    found: dict[str, list[Outbox]] = {}
    for row in sorted(due, key=lambda row: (row.lane, row.serial or 0)):
        found.setdefault(row.destination, []).append(row)
    return list(found.items())


class _Paces:
    """How much each destination may take now.

    Long stretches are kept in the database; short ones only here, unless others write there too.
    """

    def __init__(
        self, session: Session, platforms: Mapping[str, ChatPlatform], lately: Lately | None, now: datetime
    ) -> None:
        self._session = session
        self._platforms = platforms
        self._shared = lately is None
        self._lately = lately if lately is not None else Lately()
        self._now = now.timestamp()
        self._limits: dict[str, Limits] = {}
        self._known: dict[str, Destination] = {}

    def expect(self, due: Iterable[Outbox]) -> None:
        """Load at once what is known of the destinations of these rows."""
        for name in {row.destination for row in due if self.counts(row)}:
            key, _, chat = name.partition(":")
            if key in self._platforms:
                self._limits |= {name: self._platforms[key].limits(chat), f"{key}:": self._platforms[key].overall}
        self._limits = {name: limits for name, limits in self._limits.items() if limits}
        self._load([name for name in self._limits if self._shared or self.holds_long(name)])

    def counts(self, row: Outbox) -> bool:
        """Say whether a row comes to messages that are limited: an answer to a tap does where it is a message."""
        if row.kind == "toast":
            return self._platforms[row.platform].pieces(content_of(row.payload), answer=True) > 0
        return row.kind not in UNCOUNTED

    def weighed(self, parcel: Parcel) -> Parcel:
        """Return a parcel that knows how many messages it comes to."""
        row, content = parcel.first, parcel.content
        if content is None:
            return replace(parcel, pieces=int(row.kind not in UNCOUNTED))
        return replace(parcel, pieces=self._platforms[row.platform].pieces(content, answer=row.kind == "toast"))

    def may_take(self, name: str, share: float = 1.0) -> int | None:
        """Return how many messages a destination may take now; None: any number."""
        counts = [allowance(self._part(key, share), self._recent(key), self._now) for key in self._keys(name)]
        return min(counts, default=None)

    def room_for(self, name: str, parcel: Parcel, share: float) -> int:
        """Return how many messages must be free for a parcel: what is more than ever fits wants all that does."""
        return min([parcel.pieces, *(most for key in self._keys(name) for most, _ in self._part(key, share))])

    def holds_long(self, name: str) -> bool:
        """Say whether a destination has a limit that lets messages wait long: a group has, a 1:1 chat has not."""
        return name in self._limits and _longest(self._limits[name]) > SHORT

    def takes(self, name: str, parcels: Sequence[Parcel]) -> list[Parcel]:
        """Count messages that go out now; they know as of when."""
        taken = [replace(parcel, counts=claimed(self._now, parcel.first.serial or 0)) for parcel in parcels]
        for key in self._keys(name) if taken else ():
            new = [parcel.counts for parcel in taken for _ in range(parcel.pieces)]
            self._remember(key, remembered(self._limits[key], self._recent(key), self._now, new))
        return taken

    def settle(self, back: Sequence[Outcome]) -> None:
        """Count what came back as of now; not at all what was never tried. Of what failed all parts may be out."""
        by_key: dict[str, dict[float, int]] = {}
        for outcome in back:
            parts = len((outcome.message_id or "").split())
            messages = max(parts, outcome.parcel.pieces) if outcome.tried and not outcome.expired else 0
            for key in self._keys(outcome.parcel.first.destination):
                by_key.setdefault(key, {})[outcome.parcel.counts] = messages
        for key, messages_of in by_key.items():
            self._remember(key, settled(self._recent(key), self._now, messages_of))

    def _remember(self, key: str, recent: list[float]) -> None:
        if key in self._known:
            self._known[key].recent = recent
        else:
            self._lately.moments[key] = recent

    def chance(self, name: str, room: int, share: float = 1.0) -> datetime:
        """Return when a destination has room for so many messages."""
        chances = [next_chance(self._part(key, share), self._recent(key), self._now, room) for key in self._keys(name)]
        return _moment(max(chances, default=self._now))

    def pause(self, name: str, room: int) -> None:
        """Let a destination, of which something is left over, wait until it has room for that."""
        self._at(name).paused_until = self.chance(name, room)

    def reserve(self, name: str, room: int) -> None:
        """Let a destination wait with what is left over, but for what is statutory, until it has room for that."""
        self._at(name).reserved_until = self.chance(name, room, BUT_STATUTORY)

    def pause_all(self, name: str) -> bool:
        """Let a whole platform wait, but for what is statutory, when it takes no more; say whether that is so.

        Each chat by itself would be as many rows to write as a broadcast has readers, again and again.
        """
        key = f"{name.partition(':')[0]}:"
        limits = self._part(key, BUT_STATUTORY)
        if not limits or allowance(limits, self._recent(key), self._now):
            return False
        self._at(key).paused_until = _moment(next_chance(limits, self._recent(key), self._now))
        return True

    def _at(self, key: str) -> Destination:
        if key not in self._known:
            self._load([key])
            if key in self._limits:
                self._known[key].recent = list(self._lately.recent(key, self._limits[key]))
        return self._known[key]

    def save(self) -> None:
        """Keep it."""
        destinations.save(self._session, *self._known.values())

    def _load(self, names: Sequence[str]) -> None:
        if names:
            self._known |= destinations.of(self._session, sorted(names))

    def _recent(self, key: str) -> Sequence[float]:
        return self._known[key].recent if key in self._known else self._lately.recent(key, self._limits[key])

    def _part(self, key: str, share: float) -> Limits:
        """Return a share of the limits; a chat's short stretches are over soon, nothing need be kept free in them."""
        return tuple(
            (max(1, int(most * share)) if seconds > SHORT or key.endswith(":") else most, seconds)
            for most, seconds in self._limits.get(key, ())
        )

    def _keys(self, name: str) -> list[str]:
        return [key for key in (name, f"{name.partition(':')[0]}:") if key in self._limits]


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC) + A_MOMENT


def _longest(limits: Limits) -> float:
    return max(seconds for _, seconds in limits)


class _Choosing:
    """Goes through the destinations of a claim."""

    def __init__(self, packing: Packing, paces: _Paces, now: datetime) -> None:
        self.paces = paces
        self._packing = packing
        self._now = now

    def of_one(self, name: str, due: list[Outbox]) -> list[Parcel]:
        """Choose what of one destination goes out now."""
        counted = [row for row in due if self.paces.counts(row)]
        may = self.paces.may_take(name) if counted else None
        if may is None:
            return self._each(due)
        chosen = self._each([row for row in due if row not in counted])
        urgent = [row for row in counted if row.lane == STATUTORY]
        pressing, room = self._new(name, urgent, may, 1.0)
        chosen += self.paces.takes(name, pressing)
        if _rows_in(pressing) < len(urgent):
            self.paces.pause(name, room)
            return chosen
        rest = [row for row in counted if row.lane != STATUTORY]
        return chosen + self._rest(name, rest) if rest and not self.paces.pause_all(name) else chosen

    def _rest(self, name: str, rows: list[Outbox]) -> list[Parcel]:
        """Choose of what is not statutory, for which some places are left free."""
        may = self.paces.may_take(name, BUT_STATUTORY) or 0
        edits = [row for row in rows if self._packing.is_edit(row)]
        fresh = [row for row in rows if row not in edits]
        overdue = [] if self._presses(fresh) else [row for row in edits if self._now - row.created_at >= STALE]
        mended = self.paces.takes(name, self._fitting(name, overdue, may, BUT_STATUTORY)[0])
        new, room = self._new(name, fresh, max(0, may - sum(parcel.pieces for parcel in mended)), BUT_STATUTORY)
        new = self.paces.takes(name, new)
        shown = {parcel.first.serial for parcel in mended}
        changed = self._edits(name, [row for row in edits if row.serial not in shown])
        if _rows_in(new) < len(fresh) and not self.paces.pause_all(name):
            self.paces.reserve(name, room)
        return [*mended, *new, *changed]

    def _presses(self, fresh: Iterable[Outbox]) -> bool:
        """Say whether something new goes before every card: in a group that is never quiet no card would change."""
        return any(not may_be_listed(row) or self._now - row.created_at >= YIELDS for row in fresh)

    def _new(self, name: str, rows: list[Outbox], may: int, share: float) -> tuple[list[Parcel], int]:
        """Take what is new: each by itself, or, where many have to wait long, what must stand alone and lists.

        Return it, and how much room the first of what is left over wants.
        """
        listed = [row for row in rows if may_be_listed(row)]
        lists_help = len(listed) >= LEAST_LISTED and self.paces.holds_long(name)
        if len(rows) <= may or not lists_help:
            parcels, wanted = self._fitting(name, rows, may, share)
            if not wanted or not lists_help:
                return parcels, wanted or 1
        return self._with_lists(name, rows, listed, may, share) if may else ([], 1)

    def _fitting(self, name: str, rows: Sequence[Outbox], may: int, share: float) -> tuple[list[Parcel], int]:
        """Pack rows in turn until one does not fit any more, and how much room that one wants: 0 when all fit."""
        chosen: list[Parcel] = []
        for row in rows:
            if may <= 0:
                return chosen, 1
            for parcel in map(self.paces.weighed, self._each([row])):
                wanted = self.paces.room_for(name, parcel, share)
                if wanted > may:  # nothing shorter overtakes it: what stands in a chat is read in its order
                    return chosen, wanted
                chosen.append(parcel)
                may -= wanted
        return chosen, 0

    def _with_lists(
        self, name: str, rows: Sequence[Outbox], listed: Sequence[Outbox], may: int, share: float
    ) -> tuple[list[Parcel], int]:
        alone = [row for row in rows if not may_be_listed(row)]
        lists = [self.paces.weighed(parcel) for parcel in self._lists(listed)]
        rooms = [self.paces.room_for(name, parcel, share) for parcel in lists]
        kept = may - rooms[0] if rooms else may  # a list may be the more urgent
        parcels, wanted = self._fitting(name, alone, kept, share)
        if not parcels and not may_be_listed(rows[0]):
            parcels, wanted = self._fitting(name, alone[:1], may, share)
        left = may - sum(self.paces.room_for(name, parcel, share) for parcel in parcels)
        fit = sum(total <= left for total in accumulate(rooms))
        for row in (row for parcel in lists[fit:] for row in parcel.rows):
            row.payload = outbox_care.unpacked(row.payload)  # it waits on, and may go out by itself
        return parcels + lists[:fit], rooms[fit] if fit < len(rooms) else wanted or 1

    def _lists(self, rows: Sequence[Outbox]) -> list[Parcel]:
        try:
            return [parcel for portion in self._packing.portions(rows) for parcel in self._portion(portion)]
        except DatabaseTrouble:
            raise
        except Exception:  # one of them cannot be said: each by itself, that one is found and put off
            log.exception("a list cannot be said", first=rows[0].serial)
            return self._each(rows)

    def _portion(self, portion: Portion) -> list[Parcel]:
        if len(portion) < LEAST_LISTED:
            return self._each([row for row, _ in portion])
        return [self._packing.as_list(portion)]

    def _edits(self, name: str, rows: list[Outbox]) -> list[Parcel]:
        may = self.paces.may_take(name, FOR_EDITS) or 0
        parcels, wanted = self._fitting(name, rows, may, FOR_EDITS)
        changed = self.paces.takes(name, parcels)
        last = parcels[-1].first if parcels else None
        for row in rows[rows.index(last) + 1 if last else 0 :] if wanted else ():
            overdue = max(row.created_at + STALE, self.paces.chance(name, wanted))
            row.not_before = min(overdue, self.paces.chance(name, wanted, FOR_EDITS))
        return changed

    def _each(self, rows: Sequence[Outbox]) -> list[Parcel]:
        parcels = []
        for row in rows:
            try:
                parcel = self._packing.singly(row)
            except DatabaseTrouble:
                raise
            except Exception as broken:  # one row nobody can say must not stop the others, nor the acts beside it
                log.exception("a row cannot be said", serial=row.serial)
                row.trouble, row.not_before = repr(broken)[:500], self._now + UNSAYABLE
                continue
            if parcel is None:
                outbox.stands_already(self._packing.session, row, self._now)
            else:
                parcels.append(parcel)
        return parcels


def _rows_in(parcels: Iterable[Parcel]) -> int:
    return sum(len(parcel.rows) for parcel in parcels)
