"""The history: what happened, row by row, chained per case, all chains sealed together from time to time."""

import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, CheckConstraint, Column, UniqueConstraint, bindparam, func, insert, text, update
from sqlmodel import Field, SQLModel, col, or_, select

from storage import record_format as written
from storage.columns import id_field, list_field, moment_field, new_id
from storage.for_rows import ForRows
from storage.session import WRITERS, Session


class CannotErase(Exception):
    """The row that tells of an erasure or an export keeps the record honest and is never erased itself."""


class HistoryRow(SQLModel, table=True):
    """One fact. The database itself refuses to change or delete it, except to take its words out for good."""

    __tablename__ = "history_row"
    __table_args__ = (
        UniqueConstraint("chain", "n"),
        CheckConstraint("n > 0", name="history_row_n"),
        CheckConstraint("(payload IS NULL) = (salt = '')", name="history_row_erased_whole"),
        CheckConstraint("(case_id IS NULL) = (chain = 'desk')", name="history_row_chain"),
    )
    id: uuid.UUID = id_field()
    chain: str
    n: int
    case_id: uuid.UUID | None = Field(default=None, foreign_key="cases.id", index=True)
    at: datetime = moment_field()
    kind: str
    actor: str  # a person's id, or `desk`
    actor_name: str
    payload: dict[str, Any] | None = Field(default=None, sa_column=Column("payload", JSON(none_as_null=True)))
    salt: str
    digest: str
    prev: str
    hash: str


class ChainHead(SQLModel, table=True):
    """Where a chain ends; whoever adds to the chain holds this row until the end of the transaction."""

    __tablename__ = "chain_head"
    chain: str = Field(primary_key=True)
    n: int
    hash: str


class Seal(SQLModel, table=True):
    """One seal over all chains: which heads moved since the one before, and how much there is in all."""

    n: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = moment_field()
    chains: int
    rows: int
    heads: list[list[Any]] = list_field()  # [chain, n, hash] of each chain that moved
    heads_digest: str
    prev: str
    hash: str


class SealedChain(SQLModel, table=True):
    """Up to which row a chain is sealed; kept apart from its head, so that sealing never holds up a writer."""

    __tablename__ = "sealed_chain"
    chain: str = Field(primary_key=True)
    n: int


@dataclass(frozen=True)
class Fact:
    """Something that happened: whose chain it belongs to (None: the desk's), when, what, and by whom."""

    chain_case: uuid.UUID | None
    at: datetime
    kind: str
    actor: str
    actor_name: str
    payload: Mapping[str, object]


def record(
    session: Session,
    *,
    chain_case: uuid.UUID | None,
    at: datetime,
    kind: str,
    actor: str,
    actor_name: str,
    payload: Mapping[str, object],
) -> HistoryRow:
    """Add a fact to the chain of a case, or of the desk (None); part of the act it tells of, committed with it."""
    return HistoryRow(**_recorded(session, [Fact(chain_case, at, kind, actor, actor_name, payload)])[0])


def record_all(session: Session, facts: Sequence[Fact]) -> None:
    """Add facts, those of one chain in their order; chains always in the same order: no two acts wait crosswise."""
    for fact in facts:
        keep(session, fact)
    session.settle()


def keep(session: Session, fact: Fact) -> None:
    """Add a fact when the rows of this transaction are written."""
    session.put("history", fact)


def _write(session: Session, facts: Sequence[Fact]) -> None:
    """Add facts, those of one chain in their order, with a few statements for all chains.

    A chain that this transaction begins is held by nobody: its case is new here.
    """
    by_chain: dict[uuid.UUID | None, list[Fact]] = {}
    for fact in facts:
        by_chain.setdefault(fact.chain_case, []).append(fact)
    earlier = {fact.chain_case for fact in session.kept("history")[: -len(facts)]}
    ends = _hold_all(session, [case_id for case_id in by_chain if case_id in earlier or not session.is_new(case_id)])
    rows, begun, moved = [], [], []
    for case_id, own in by_chain.items():
        chain = written.case_chain(case_id)
        n, head = ends.get(chain) or (0, written.genesis(chain))
        for fact in own:
            n += 1
            rows.append(_linked(fact, chain, n, head))
            head = rows[-1]["hash"]
        if chain in ends:
            moved.append({"of": chain, "n": n, "hash": head})
        else:
            begun.append({"chain": chain, "n": n, "hash": head})
    for statement, heads in ((_BEGIN, begun), (_SET_HEAD, moved)):
        if heads:
            statement.execute(session.connection(), heads)
    _ADD.execute(session.connection(), rows)


def _hold_all(session: Session, case_ids: Iterable[uuid.UUID | None]) -> dict[str, tuple[int, str]]:
    """Lock chains, always in the same order, and return their ends."""
    old = sorted(map(written.case_chain, case_ids))
    if not old:
        return {}
    found = _ends(session, old)
    missing = [{"chain": chain, "genesis": written.genesis(chain)} for chain in old if chain not in found]
    if missing:  # somebody else may begin it at this moment
        session.connection().execute(_BEGIN_UNLESS, missing)
        found = _ends(session, old)
    return found


def _ends(session: Session, chains: Sequence[str]) -> dict[str, tuple[int, str]]:
    return {chain: (n, head) for chain, n, head in session.connection().execute(_ENDS, {"chains": chains})}


def _recorded(session: Session, facts: Sequence[Fact]) -> list[dict[str, Any]]:
    """Add facts to the end of one chain."""
    session.flush()  # the case itself may be new in this transaction
    chain = written.case_chain(facts[0].chain_case)
    end, head = _hold(session, chain)
    rows = []
    for n, fact in enumerate(facts, end + 1):
        rows.append(_linked(fact, chain, n, head))
        head = rows[-1]["hash"]
    _ADD.execute(session.connection(), rows)
    _set_head(session, (chain, end + len(facts), head))
    return rows


def _linked(fact: Fact, chain: str, n: int, prev: str) -> dict[str, Any]:
    salt, content = secrets.token_hex(written.SALT_BYTES), written.plain(fact.payload)
    digest = written.digest_of(salt, written.said(fact.actor_name, content), is_plain=True)
    new_hash = written.link(prev, n, at=written.moment_text(fact.at), kind=fact.kind, actor=fact.actor, digest=digest)
    return {
        "id": new_id(), "chain": chain, "n": n, "case_id": fact.chain_case, "at": fact.at, "kind": fact.kind,
        "actor": fact.actor, "actor_name": fact.actor_name, "payload": content, "salt": salt, "digest": digest,
        "prev": prev, "hash": new_hash,
    }  # fmt: skip


def latest(session: Session) -> datetime | None:
    """Return the moment of the newest fact on record."""
    return session.exec(select(HistoryRow.at).order_by(col(HistoryRow.at).desc()).limit(1)).first()


def rows(session: Session, case_id: uuid.UUID | None) -> Sequence[HistoryRow]:
    """List the history of a case, or of the desk (None), in order."""
    query = select(HistoryRow).where(HistoryRow.chain == written.case_chain(case_id))
    return session.exec(query.order_by(col(HistoryRow.n))).all()


def erase_payload(session: Session, row: HistoryRow, *, at: datetime, by: str, by_name: str, reason: str) -> HistoryRow:
    """Take the words out of a row and return the desk's row that says so; the chain goes on holding."""
    stored = session.get_one(HistoryRow, row.id, with_for_update=True)
    if stored.kind in (written.ERASED, written.EXPORTED):
        raise CannotErase(stored.kind)
    for erased in (stored, row):
        erased.payload, erased.salt, erased.actor_name = None, "", ""
    session.flush()
    what = {"chain": stored.chain, "n": stored.n, "kind": stored.kind, "reason": reason}
    return record(session, chain_case=None, at=at, kind=written.ERASED, actor=by, actor_name=by_name, payload=what)


def seal(session: Session, at: datetime) -> Seal | None:
    """Seal all chains together; None when nothing was added since the last seal."""
    last, prev = _hold(session, written.SEALS)  # also lets only one seal be made at a time
    moved = _moved(session)
    if not moved:
        return None
    n = last + 1
    _mark_sealed(session, moved)
    chains, total = session.exec(select(func.count(), func.sum(SealedChain.n)).select_from(SealedChain)).one()
    digest = written.heads_digest(moved)
    new_hash = written.seal_link(prev, n, at=written.moment_text(at), chains=chains, rows=total, heads=digest)
    made = Seal(
        n=n, at=at, chains=chains, rows=total, heads=[list(head) for head in moved], heads_digest=digest, prev=prev,
        hash=new_hash,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _set_head(session, (written.SEALS, n, new_hash))
    return made


def newest_seal(session: Session) -> Seal | None:
    """Return the newest seal; its hash is the head that an outsider notes down."""
    return session.exec(select(Seal).order_by(col(Seal.n).desc()).limit(1)).first()


def _hold(session: Session, chain: str) -> tuple[int, str]:
    """Lock a chain and return its end; of two who begin the same chain, the second waits for the first."""
    held = session.connection().execute(_HOLD, {"chain": chain, "genesis": written.genesis(chain)}).one()
    return int(held[0]), str(held[1])


def _set_head(session: Session, head: written.Head) -> None:
    chain, n, new_hash = head
    _SET_HEAD.execute(session.connection(), [{"of": chain, "n": n, "hash": new_hash}])


def _moved(session: Session) -> list[written.Head]:
    query = select(ChainHead.chain, ChainHead.n, ChainHead.hash).join(
        SealedChain, col(SealedChain.chain) == ChainHead.chain, isouter=True
    )
    grown = or_(col(SealedChain.n).is_(None), col(SealedChain.n) < ChainHead.n)
    return sorted(
        (chain, n, head) for chain, n, head in session.exec(query.where(ChainHead.chain != written.SEALS, grown))
    )


def _mark_sealed(session: Session, moved: Sequence[written.Head]) -> None:
    session.connection().execute(_MARK_SEALED, [{"chain": chain, "n": n} for chain, n, _ in moved])


_ADD: Final = ForRows(insert(HistoryRow))
_ENDS: Final = (
    select(ChainHead.chain, ChainHead.n, ChainHead.hash)
    .where(col(ChainHead.chain).in_(bindparam("chains", expanding=True)))
    .order_by(ChainHead.chain)
    .with_for_update()
)
_BEGIN: Final = ForRows(insert(ChainHead))
_BEGIN_UNLESS: Final = text(
    "INSERT INTO chain_head (chain, n, hash) VALUES (:chain, 0, :genesis) ON CONFLICT (chain) DO NOTHING"
)
_HOLD: Final = text(
    "INSERT INTO chain_head (chain, n, hash) VALUES (:chain, 0, :genesis) "
    "ON CONFLICT (chain) DO UPDATE SET n = chain_head.n RETURNING n, hash"
)
_SET_HEAD: Final = ForRows(
    update(ChainHead).where(col(ChainHead.chain) == bindparam("of")).values(n=bindparam("n"), hash=bindparam("hash"))
)
WRITERS["history"] = _write
_MARK_SEALED: Final = text(
    "INSERT INTO sealed_chain (chain, n) VALUES (:chain, :n) ON CONFLICT (chain) DO UPDATE SET n = excluded.n"
)
