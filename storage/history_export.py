"""The history as a file that an outsider can check: JSON lines, sealed before they are written."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TextIO

from sqlmodel import Session, col, select

from storage import history
from storage import record_format as written
from storage.database import Database
from storage.history import HistoryRow, Seal
from storage.plan import PlanText

BATCH: Final = 500  # rows held in memory at once


@dataclass(frozen=True)
class Exported:
    """What went into an export; head is the hash of its newest seal."""

    head: str
    rows: int
    chains: int
    seals: int
    erased: int


class _Pen:
    """Writes lines and keeps their hash."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.lines = hashlib.sha256()

    def put(self, entry: written.Entry) -> None:
        line = entry.text() + "\n"
        self.stream.write(line)
        self.lines.update(line.encode())


def export(database: Database, stream: TextIO, *, at: datetime, desk: str, actor: str, actor_name: str) -> Exported:
    """Record who takes the record out, seal, then write everything that seal covers."""
    while True:
        with database.writing() as session:
            sealed, header = _prepare(session, at=at, desk=desk, actor=actor, actor_name=actor_name)
        with database.reading() as session:
            _hold_still(session)
            if not _erased_since(session, sealed):  # else a row's words are gone, but not yet under this seal
                return _write(session, stream, header, sealed)


def rehearse(database: Database, stream: TextIO, *, at: datetime, desk: str, actor: str, actor_name: str) -> Exported:
    """Write what an export would, and leave nothing of it behind; nobody else may be writing meanwhile."""
    with database.reading() as session:
        sealed, header = _prepare(session, at=at, desk=desk, actor=actor, actor_name=actor_name)
        exported = _write(session, stream, header, sealed)
        session.rollback()
    return exported


def _prepare(session: Session, *, at: datetime, desk: str, actor: str, actor_name: str) -> tuple[Seal, written.Header]:
    plans = sorted(session.exec(select(PlanText.hash)))
    header = written.Header(format=written.FORMAT, desk=desk, plans=plans, at=written.moment_text(at))
    history.record(
        session, chain_case=None, at=at, kind=written.EXPORTED, actor=actor, actor_name=actor_name,
        payload=header.payload(),
    )  # fmt: skip
    sealed = history.seal(session, at)
    if sealed is None:
        raise AssertionError("a row was just added, so there is something to seal")
    return sealed, header


def _hold_still(session: Session) -> None:
    """See one moment of the database throughout; SQLite does so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _erased_since(session: Session, sealed: Seal) -> bool:
    last = _heads(session, sealed)[written.DESK]
    query = select(HistoryRow.n).where(HistoryRow.chain == written.DESK, HistoryRow.kind == written.ERASED)
    return session.exec(query.where(HistoryRow.n > last).limit(1)).first() is not None


def _heads(session: Session, sealed: Seal) -> dict[str, int]:
    """Return how far each chain goes under a seal."""
    query = select(Seal.heads).where(Seal.n <= sealed.n).order_by(col(Seal.n))
    return {chain: n for heads in session.exec(query) for chain, n, _ in heads}


def _write(session: Session, stream: TextIO, header: written.Header, sealed: Seal) -> Exported:
    pen, heads, count, erased = _Pen(stream), _heads(session, sealed), 0, 0
    pen.put(header)
    for row in _row_lines(session, heads):
        pen.put(row)
        count, erased = count + 1, erased + row.is_erased
    for seal in session.exec(select(Seal).where(Seal.n <= sealed.n).order_by(col(Seal.n))):
        pen.put(_seal_line(seal))
    lines = pen.lines.hexdigest()
    pen.put(written.Tail(rows=count, chains=len(heads), seals=sealed.n, erased=erased, lines=lines))
    return Exported(sealed.hash, count, len(heads), sealed.n, erased)


def _row_lines(session: Session, heads: dict[str, int]) -> Iterator[written.Row]:
    query = select(HistoryRow).order_by(col(HistoryRow.chain), col(HistoryRow.n))
    for row in session.exec(query, execution_options={"yield_per": BATCH}):
        if row.n <= heads.get(row.chain, 0):
            yield _row_line(row)


def _row_line(row: HistoryRow) -> written.Row:
    return written.Row(
        chain=row.chain, n=row.n, at=written.moment_text(row.at), kind=row.kind, actor=row.actor,
        actor_name=row.actor_name, payload=row.payload, salt=row.salt, digest=row.digest, prev=row.prev, hash=row.hash,
    )  # fmt: skip


def _seal_line(seal: Seal) -> written.SealEntry:
    heads = [written.SealedHead(chain=chain, n=n, hash=head) for chain, n, head in seal.heads]
    return written.SealEntry(
        n=seal.n, at=written.moment_text(seal.at), chains=seal.chains, rows=seal.rows, heads=heads,
        heads_digest=seal.heads_digest, prev=seal.prev, hash=seal.hash,
    )  # fmt: skip
