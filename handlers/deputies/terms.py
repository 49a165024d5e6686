"""What is typed of a mandate, and what keeps it from being given: rules."""

import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, Literal

from config.plan import Delegation
from handlers.gates.review import SIGNATURE
from handlers.reading.moment import ending_at
from storage.mandate import Mandate
from storage.person import Person

SPOKESPERSON: Final = "spokesperson"
LONGEST_REASON: Final = 200  # characters
_TERM: Final = re.compile(
    r"^(?P<who>@?[^\s\d]\S*?)\s+(?:至|到|until)\s*(?P<rest>[\d今明后大下本这周星礼].*)$", re.DOTALL | re.IGNORECASE
)
_BECAUSE: Final = re.compile(r"^(?:原因|因为|因|reason)\s*[::]?\s*", re.IGNORECASE)
Why = Literal[
    "", "self", "not_held", "past", "too_long", "no_plan", "role", "chain", "acting", "given_already", "unreached"
]


@dataclass(frozen=True)
class Wanted:
    """A mandate as typed: to whom, until when (None: unreadable), and the words after that."""

    who: str
    ends_at: datetime | None
    rest: str


def is_term(words: str) -> bool:
    """Say whether words name a deputy and an end rather than a case."""
    return _TERM.match(words.strip()) is not None


def read(words: str, today: date, zone: tzinfo) -> Wanted | None:
    """Read a mandate. None: it is no such thing."""
    found = _TERM.match(words.strip())
    if found is None:
        return None
    who, until = found["who"].removeprefix("@"), ending_at(found["rest"], today, zone)
    return Wanted(who, until.at, until.rest.strip()) if until else Wanted(who, None, "")


def held(person: Person, gates: Sequence[str]) -> tuple[str, ...]:
    """List what somebody answers for and could hand over: their gates in the plan's order, the signature, speaking."""
    own = [gate for gate in gates if gate in person.gates or gate in person.deputy_gates]
    leads = person.has("leader", "duty_leader")
    speaks = person.has("spokesperson", "network_spokesperson")
    return (*own, *((SIGNATURE,) if leads else ()), *((SPOKESPERSON,) if speaks else ()))


def named(rest: str, names: Mapping[str, Collection[str]]) -> tuple[tuple[str, ...], str]:
    """Take the rights that are named off the front; return them (none: all are meant) and the reason."""
    found: list[str] = []
    words = rest.split()
    while words and (right := next((key for key, known in names.items() if words[0].lower() in known), "")):
        found.append(right)
        words.pop(0)
    return tuple(dict.fromkeys(found)), _BECAUSE.sub("", " ".join(words))[:LONGEST_REASON]


def may_give(
    giver: Person,
    deputy: Person,
    rights: Collection[str],
    *,
    rule: Delegation,
    active: Sequence[Mandate],
    ends_at: datetime,
    now: datetime,
) -> Why:
    """Say what keeps a mandate from being given; empty when nothing does. rights: those the giver holds and means."""
    kept_from: tuple[tuple[Why, bool], ...] = (
        ("no_plan", not rule.longest_days),
        ("self", giver.id == deputy.id),
        ("not_held", not rights),
        ("past", ends_at <= now),
        ("too_long", ends_at - now > timedelta(days=rule.longest_days)),
        ("role", not all(deputy.has(*rule.may_go_to(right)) for right in rights)),
    )
    return next((why for why, so in kept_from if so), _conflict(giver.id, deputy.id, active))


def _conflict(giver: uuid.UUID, deputy: uuid.UUID, active: Sequence[Mandate]) -> Why:
    """Never a chain: nobody hands over while acting for another, nor to somebody who handed over."""
    if any(one.giver_id == giver for one in active):
        return "given_already"
    if any(one.giver_id == deputy for one in active):
        return "chain"
    return "acting" if any(one.deputy_id == giver for one in active) else ""
