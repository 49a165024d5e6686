"""The ledger of facts: what is typed about it (实施方案 四.2)."""

import re
from dataclasses import dataclass
from typing import Final

_DROP: Final = re.compile(r"(?:撤销|撤|删除|drop)\s*(?P<n>\d{1,4})", re.IGNORECASE)
# With a colon anywhere; without one only as a word of its own, behind a sign or a blank.
_SOURCE: Final = re.compile(
    r"(?:(?:来源|出处|source)\s{0,8}[:\uff1a]|(?:^|[\s,\uff0c;\uff1b。(\uff08])(?:来源|出处|source)\s{1,8}(?=\S))(?P<source>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_NUMBERS: Final = re.compile(r"\d{1,4}")
LONGEST: Final = 500  # characters of a claim


@dataclass(frozen=True)
class Claim:
    """A fact as typed: what is claimed, and where it comes from (empty: not said)."""

    text: str
    source: str


def read_claim(words: str) -> Claim:
    """Take a claim and its source apart: 停水3天 来源:水务局."""
    found = _SOURCE.search(words)
    if found is None:
        return Claim(words.strip(), "")
    claim = words[: found.start()].rstrip(" \t\n\u3000,\uff0c;\uff1b。(\uff08")
    return Claim(claim.strip(), found["source"].strip().rstrip(")\uff09").strip())


def dropped_number(words: str) -> int | None:
    """Return the number of the fact to be dropped (撤 1), if that is what was typed."""
    found = _DROP.fullmatch(words.strip())
    return int(found["n"]) if found else None


def numbers(words: str) -> tuple[int, ...]:
    """Return the numbers of facts that were typed, each once."""
    return tuple(dict.fromkeys(int(n) for n in _NUMBERS.findall(words)))
