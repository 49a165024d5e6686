"""Invariants 6 and 7: whatever is owed was sent, still is owed, or failed visibly; a double carries its number."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from storage.destination import Destination
from storage.outbox import Outbox
from tests.invariants.received import Received
from tests.invariants.record import Told

LATE: Final = timedelta(minutes=2)
SAID: Final = ("message", "card", "toast")  # what a chat's double writes down word by word
ON_RECORD: Final = ("message", "card", "delete", "leave", "file")
MARKS: Final = ("可能重复", "may be a repeat")
STATUTORY, DIGEST = 0, 2
ENOUGH: Final = 40  # characters by which words are known again where no serial is seen


def unsent(session: Session, told: Told, calls: Sequence[Received], now: datetime, *, at_rest: bool) -> Iterator[str]:
    """Yield rows that say more than happened, and rows that nobody looks after."""
    landed = _Landed(calls)
    paused = {row.name: row for row in session.exec(select(Destination))}
    for row in session.exec(select(Outbox).order_by(col(Outbox.serial))):
        name = f"#{row.serial} ({row.kind} to {row.destination})"
        if row.stage == "sent" and row.kind in SAID and row.attempts and calls and not landed.has(row):
            yield f"6: {name} is noted as sent and never arrived"
        ended = row.stage in ("sent", "failed") and row.kind in ON_RECORD and row.attempts
        if ended and row.stage not in told.ends[row.serial or 0]:
            yield f"6: {name} is {row.stage}, and the record does not say so"
        if row.stage == "sent" and row.sent_at is None:
            yield f"6: {name} is noted as sent, and nobody knows when"
        if row.stage == "failed" and not row.trouble:
            yield f"6: {name} failed, and nobody can see why"
        if at_rest and row.stage == "sending":
            yield f"6: {name} is being sent for ever"
        if at_rest and row.stage == "pending" and now - _may_go(row, paused) > LATE:
            yield f"6: {name} is owed since {row.created_at}, and nobody sends it"


def _may_go(row: Outbox, paused: Mapping[str, Destination]) -> datetime:
    stands_still = [paused[name] for name in (row.destination, f"{row.platform}:") if name in paused]
    until = [each.paused_until for each in stands_still]
    until += [each.reserved_until for each in stands_still if row.lane > STATUTORY]
    return max([row.not_before, *(each for each in until if each is not None)])


class _Landed:
    """What people can see, to be found by serial, or else by its words."""

    def __init__(self, calls: Sequence[Received]) -> None:
        self._serials = {call.serial for call in calls if call.landed and call.serial is not None}
        self._words: dict[str, list[str]] = defaultdict(list)
        for call in calls:
            if call.landed and call.serial is None:
                self._words[call.destination].append(call.text)

    def has(self, row: Outbox) -> bool:
        """Say whether an owed row arrived, by itself or in a list."""
        listed = row.payload.get("in_list")
        if (listed or row.serial) in self._serials:
            return True
        said = str((row.payload.get("list") or row.payload).get("text", ""))[:ENOUGH]
        return any(said in text for text in self._words[row.destination])


def unmarked(session: Session, calls: Sequence[Received]) -> Iterator[str]:
    """Yield messages and cards that people saw twice without being told that the second may be a repeat."""
    messages = set(session.exec(select(Outbox.serial).where(col(Outbox.kind).in_(("message", "card")))))
    seen: set[int] = set()
    for call in calls:
        if call.serial is None or call.serial not in messages or call.deed != "send" or not call.landed:
            continue
        if call.serial in seen and not is_marked(call):
            yield f"6: #{call.serial} came twice to {call.destination} without a mark: {call.text[:40]!r}"
        seen.add(call.serial)


def is_marked(call: Received) -> bool:
    """Say whether words tell that they may be there already, by their number."""
    return f"#{call.serial}" in call.text and any(mark in call.text for mark in MARKS)


def overtaken(session: Session) -> Iterator[str]:
    """Yield digests that went out while statutory words waited for the same destination."""
    first_try = (Outbox.kind == "message", Outbox.stage == "sent", Outbox.attempts == 1)
    lanes = {STATUTORY: defaultdict[str, list[Outbox]](list), DIGEST: defaultdict[str, list[Outbox]](list)}
    for row in session.exec(select(Outbox).where(*first_try, col(Outbox.lane).in_(tuple(lanes)))):
        if "in_list" not in row.payload and "list" not in row.payload:
            lanes[row.lane][row.destination].append(row)
    for destination, digests in lanes[DIGEST].items():
        for digest in digests:
            for row in lanes[STATUTORY][destination]:
                if row.not_before < _sent(digest) < _sent(row):
                    yield f"7: #{digest.serial}, a digest, went out before #{row.serial}, which the law wants told"


def _sent(row: Outbox) -> datetime:
    return row.sent_at or row.created_at
