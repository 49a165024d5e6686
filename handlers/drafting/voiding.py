"""What an edit does to signatures (实施方案 四.2): a rule."""

import uuid
from collections.abc import Collection, Sequence
from typing import Final

from storage.draft import GateStep

SIGNATURE: Final = "signature"
NEVER_CARRIED: Final = ("secrecy", SIGNATURE)  # whatever a plan says: no text goes out past these unread


def reopens(gate: str, signed_by: uuid.UUID | None, *, named: Collection[str], authors: Collection[uuid.UUID]) -> bool:
    """Say whether an edit reopens a gate. named: the gates the plan reopens (empty: all); authors: all of them."""
    return not named or gate in named or gate in NEVER_CARRIED or signed_by in authors


def voided(rows: Sequence[GateStep], named: Collection[str], authors: Collection[uuid.UUID]) -> tuple[GateStep, ...]:
    """Return the signed gates that an edit reopens."""
    signed = (row for row in rows if row.stage == "signed")
    return tuple(row for row in signed if reopens(row.gate, row.signed_by, named=named, authors=authors))
