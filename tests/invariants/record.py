"""Invariants 1 and 5: no event acts twice; the chains of the record verify and tell of every change of state."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session, SQLModel, col, select

from config.language import Voice
from handlers.record.chains import Chains
from handlers.record.findings import Findings
from storage import record_format as written
from storage.case import Case
from storage.case_event import CaseEvent
from storage.changes import shortened
from storage.clock import Clock
from storage.correction import Correction
from storage.draft import AgencyWord, Draft, Fact, GateStep, PendingDraft, Signature
from storage.history import ChainHead, HistoryRow, Seal
from storage.linked_page import LinkedPage
from storage.mandate import Mandate
from storage.meeting import Meeting, MeetingAnswer, MeetingTask, MeetingText
from storage.paper import PaperSignature
from storage.release import ChannelRelease, Release
from storage.report import Attachment, Report, ReportVersion

Spot = tuple[str, str]  # table and id
EMPTY: Final[tuple[object, ...]] = (None, "", [], {})
ARRIVED: Final = "arrived"  # what an event may do before it does what it came for
# Every table whose rows are the state of cases; not read from the desk's own list, which may have lost one.
TABLES: Final[tuple[type[SQLModel], ...]] = (
    Case, CaseEvent, Correction, Clock, Draft, PendingDraft, Fact, AgencyWord, GateStep, Signature, Mandate,
    PaperSignature, Meeting, MeetingAnswer, MeetingTask, MeetingText, Release, ChannelRelease, Report, ReportVersion,
    Attachment, LinkedPage,
)  # fmt: skip
# What is kept outside of an act, and told by a row of its own kind.
APART: Final = {
    "release": {"visible_at"},  # shown, hidden
    "channel_release": {"proof"},  # which chats have the post: kept before and after each call
}


class Told:
    """The whole record, read once."""

    def __init__(self, session: Session) -> None:
        """Read every row, chain by chain."""
        self._found = Findings()
        self._chains = Chains(self._found)
        self._heads: dict[str, tuple[int, str]] = {}
        self._acts: Counter[tuple[str, str, str]] = Counter()
        self._changes: dict[Spot, list[tuple[datetime, dict[str, Any], bool]]] = defaultdict(list)
        self._is_erased = False
        self.ends: dict[int, set[str]] = defaultdict(set)  # of owed rows, by serial
        query = select(HistoryRow).order_by(col(HistoryRow.chain), col(HistoryRow.n))
        for n, row in enumerate(session.exec(query), 1):
            self._take(n, row)

    def _take(self, n: int, row: HistoryRow) -> None:
        self._heads[row.chain] = (row.n, row.hash)
        self._chains.take(n, _line(row))
        if row.payload is None:
            self._is_erased = True
            return
        said = row.payload.get("said") or {}
        if said.get("key") and row.kind != ARRIVED:
            self._acts[row.chain, said["platform"], said["key"]] += 1
        if row.kind == "sent" and "serial" in row.payload:
            self.ends[row.payload["serial"]].add(row.payload["end"])
        for change in row.payload.get("changes", ()):
            spot = (change["table"], change["id"])
            self._changes[spot].append((row.at, change.get("set", {}), bool(change.get("gone"))))

    def acted_twice(self) -> Iterator[str]:
        """Yield events that left two acts in one chain."""
        for (chain, platform, key), count in self._acts.items():
            if count > 1:
                yield f"1: event {platform} {key} acted {count} times in {chain}"

    def moment_of(self, table: str, key: uuid.UUID, column: str, value: str) -> datetime | None:
        """Return when the record says a column was last set to a value; None: it does not."""
        moments = [at for at, new, _ in self._changes.get((table, str(key)), ()) if new.get(column) == value]
        return max(moments, default=None)

    def unchained(self, session: Session) -> Iterator[str]:
        """Yield what is wrong with the chains: rows that do not follow, heads that are elsewhere, broken seals."""
        self._chains.end()
        for problem in self._found.told:
            yield f"5: {problem.say(Voice())}"
        heads = {head.chain: (head.n, head.hash) for head in session.exec(select(ChainHead))}
        seals = heads.pop(written.SEALS, None)
        for chain in heads.keys() | self._heads.keys():
            if heads.get(chain, (0, "")) != self._heads.get(chain, (0, written.genesis(chain))):
                yield f"5: the chain {chain} ends at {self._heads.get(chain)}, its head says {heads.get(chain)}"
        yield from self._seals(session, seals)

    def _seals(self, session: Session, head: tuple[int, str] | None) -> Iterator[str]:
        last, prev = 0, written.genesis(written.SEALS)
        for seal in session.exec(select(Seal).order_by(col(Seal.n))):
            at, digest = written.moment_text(seal.at), written.heads_digest([tuple(h) for h in seal.heads])
            linked = written.seal_link(prev, seal.n, at=at, chains=seal.chains, rows=seal.rows, heads=digest)
            if (seal.n, seal.prev, seal.hash) != (last + 1, prev, linked):
                yield f"5: seal {seal.n} does not follow from the one before it"
            for chain, n, sealed in seal.heads:
                if self._chains.hash_at(chain, n) != sealed:
                    yield f"5: seal {seal.n} covers another row {n} of {chain}"
            last, prev = seal.n, seal.hash
        if (head or (0, written.genesis(written.SEALS))) != (last, prev):
            yield f"5: the head of the seals is elsewhere: {head}"

    def untold(self, session: Session) -> Iterator[str]:
        """Yield rows that stand otherwise than the record tells; nothing when words were erased from it."""
        if self._is_erased:
            return
        for table in TABLES:
            name = str(table.__tablename__)
            for row in session.exec(select(table)):
                yield from self._differs(name, row, APART.get(name, set()))

    def _differs(self, name: str, row: SQLModel, apart: set[str]) -> Iterator[str]:
        key = str(row.id)  # type: ignore[attr-defined]  # every tracked table has one
        changes = self._changes.get((name, key), [])
        if not changes:
            yield f"5: no row of the record tells of {name} {key}"
            return
        newest = _newest(changes)
        for column in set(type(row).model_fields) - apart - {"id"}:
            value = written.plain(shortened(getattr(row, column)))
            said = newest.get(column, [None])
            if value not in said and not (value in EMPTY and said == [None]):
                yield f"5: {name} {key} has {column} = {value!r}, and the record says {said[-1]!r}"


def _newest(changes: list[tuple[datetime, dict[str, Any], bool]]) -> dict[str, list[Any]]:
    """Return what was last said of each column; when one moment said several things in several chains, all of them."""
    found: dict[str, tuple[datetime, list[Any]]] = {}
    for at, new, _ in changes:
        for column, value in new.items():
            before = found.get(column)
            if before is None or at > before[0]:
                found[column] = (at, [value])
            elif at == before[0]:
                before[1].append(value)
    return {column: values for column, (_, values) in found.items()}


def _line(row: HistoryRow) -> written.Row:
    return written.Row(
        chain=row.chain, n=row.n, at=written.moment_text(row.at), kind=row.kind, actor=row.actor,
        actor_name=row.actor_name, payload=row.payload, salt=row.salt, digest=row.digest, prev=row.prev, hash=row.hash,
    )  # fmt: skip
