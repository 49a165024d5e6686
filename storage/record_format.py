"""How the record is written down so that it can be checked later, offline and without the desk.

Every row carries a salted digest of what it says and a hash that binds it to the row before it. Erasing the words and
their salt leaves the digest, so the chain still holds; without the salt nobody can guess the words from the digest.
"""

import hashlib
import hmac
import json
import math
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

FORMAT: Final = 1
DESK: Final = "desk"  # the chain of everything that belongs to no case
SEALS: Final = "seal"  # the chain of the seals themselves
ERASED: Final = "payload_erased"  # the kind of the row that names an erased one
EXPORTED: Final = "exported"  # the kind of the row that an export begins with
SALT_BYTES: Final = 16
_LINE_ENDS: Final = re.compile(r"[\x85\u2028\u2029]")  # JSON leaves them; some readers end a line there

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Salt = Annotated[str, Field(pattern=r"^([0-9a-f]{32})?$")]
Place = Annotated[int, Field(ge=1)]
Head = tuple[str, int, str]  # chain, number of its last row, hash of that row


class Entry(BaseModel):
    """One line of an export; unknown keys and loose types are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def text(self) -> str:
        """Return the line as it is written, without its line end."""
        return canonical(self.model_dump())


class Header(Entry):
    """The first line: whose record this is, and under which plans."""

    type: Literal["header"] = "header"
    format: int
    desk: str
    plans: list[str]
    at: str

    def payload(self) -> dict[str, Any]:
        """Return what the row that records this export must say."""
        return self.model_dump(exclude={"type"})


class Row(Entry):
    """One fact; an erased one has neither payload nor salt nor the actor's name."""

    type: Literal["row"] = "row"
    chain: str
    n: Place
    at: str
    kind: str
    actor: str
    actor_name: str
    payload: dict[str, Any] | None
    salt: Salt
    digest: Hash
    prev: Hash
    hash: Hash

    @property
    def is_erased(self) -> bool:
        """Say whether the words were taken out of this row."""
        return self.payload is None and not self.salt and not self.actor_name


class SealedHead(Entry):
    """The last row of a chain at the moment of a seal."""

    chain: str
    n: Place
    hash: Hash


class SealEntry(Entry):
    """One seal over every chain: the heads that moved since the seal before, and how much there is in all."""

    type: Literal["seal"] = "seal"
    n: Place
    at: str
    chains: int
    rows: int
    heads: list[SealedHead]
    heads_digest: Hash
    prev: Hash
    hash: Hash


class Tail(Entry):
    """The last line: how much came before it, and the hash of all of it."""

    type: Literal["tail"] = "tail"
    rows: int
    chains: int
    seals: int
    erased: int
    lines: Hash


def case_chain(case_id: uuid.UUID | None) -> str:
    """Name the chain of a case, or the desk's own."""
    return DESK if case_id is None else f"case:{case_id}"


def moment_text(at: datetime) -> str:
    """Write an aware moment as UTC with microseconds and Z; a naive one is a ValueError."""
    if at.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {at!r}")
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def plain(value: object) -> Any:  # noqa: ANN401 - any JSON value
    """Reduce a value to what JSON holds without loss; TypeError or ValueError for what it cannot hold."""
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return _finite(value)
    if isinstance(value, dict | Mapping):  # to ask for a dict first is quick
        return {_key(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [plain(inner) for inner in value]
    return _as_text(value)


_JSON: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def canonical(value: object) -> str:
    """Write a value in its one form: keys in order of their code points, no blanks, text untouched, one line."""
    return _canonical(plain(value))


def _canonical(content: object) -> str:
    """Write what is plain already."""
    text = _JSON.encode(content)
    text.encode()  # half a surrogate pair has no UTF-8: refused here, not when it is hashed
    return _LINE_ENDS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def said(actor_name: str, payload: Mapping[str, object]) -> dict[str, object]:
    """Put together what a row's digest covers: all that erasing takes away."""
    return {"actor_name": actor_name, "payload": payload}


def digest_of(salt: str, payload: object, *, is_plain: bool = False) -> str:
    """Return the salted digest of what was said (HMAC-SHA-256, hex); the salt is hex. is_plain: nothing is reduced."""
    text = _canonical(payload) if is_plain else canonical(payload)
    return hmac.digest(bytes.fromhex(salt), b"huiying/1/said\n" + text.encode(), "sha256").hex()


def genesis(chain: str) -> str:
    """Return what the first row of a chain is bound to: the chain's own name."""
    return _hash("genesis", canonical(chain))


def link(prev: str, n: int, *, at: str, kind: str, actor: str, digest: str) -> str:
    """Return the hash that binds a row to the one before it."""
    return _hash("row", _canonical([prev, n, at, kind, actor, digest]))  # plain, all of it


def heads_digest(heads: Iterable[Head]) -> str:
    """Return the digest of the chain heads that a seal covers."""
    return _hash("heads", canonical([list(head) for head in heads]))


def seal_link(prev: str, n: int, *, at: str, chains: int, rows: int, heads: str) -> str:
    """Return the hash that binds a seal to the one before it; heads is their digest."""
    return _hash("seal", canonical([prev, n, at, chains, rows, heads]))


def _hash(domain: str, text: str) -> str:
    return hashlib.sha256(f"huiying/1/{domain}\n{text}".encode()).hexdigest()


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"the record holds no {value}")
    return float(value)


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"the record's keys are text: {key!r}")
    return str(key)


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    raise TypeError(f"the record cannot hold {type(value).__name__}")
