"""Who is asked to review: the roster's people in order, nobody twice, and no later gate left without anyone."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.gates.review import SIGNATURE
from storage.person import Person

PersonId = uuid.UUID


@dataclass(frozen=True)
class Bench:
    """Who could be asked, and who could not, at one moment."""

    people: tuple[Person, ...]  # in the roster's order
    authors: frozenset[PersonId] = frozenset()  # nobody signs their own text
    away: frozenset[PersonId] = frozenset()  # on leave, out of reach, or without the right
    one_gate_per_person: bool = True
    mandates: Mapping[tuple[PersonId, str], PersonId] = field(default_factory=dict)  # deputies, by giver and gate


def candidates(gate: str, bench: Bench) -> tuple[Person, ...]:
    """List who may be asked for a gate: its reviewers, then deputies; for the signature leaders, then duty leaders.

    Whoever handed it over comes last: they still hold it, should their deputy be kept from it.
    """
    ranked = [(rank, person) for person in bench.people if (rank := _rank(gate, person)) is not None]
    holders = [person for _, person in sorted(ranked, key=lambda pair: pair[0])]
    in_turn = [_acting(gate, bench, person) for person in holders]
    in_turn += [person for person in holders if (person.id, gate) in bench.mandates]
    able = [person for person in in_turn if person is not None and person.id not in bench.authors | bench.away]
    return tuple({person.id: person for person in able}.values())


def principal(gate: str, bench: Bench, person_id: PersonId) -> PersonId | None:
    """Return in whose stead somebody would sign a gate; None: for themselves, as its first reviewer or as usual."""
    if any(person.id == person_id and _rank(gate, person) == 0 for person in bench.people):
        return None
    found = (giver for (giver, right), deputy in bench.mandates.items() if (right, deputy) == (gate, person_id))
    return next((giver for giver in found if giver not in bench.authors), None)


def _acting(gate: str, bench: Bench, person: Person) -> Person | None:
    """Return who acts for a reviewer: they themselves, or their deputy; nobody acts for an author."""
    deputy = bench.mandates.get((person.id, gate))
    if deputy is None:
        return person
    acting = next((one for one in bench.people if one.id == deputy), None)
    return acting if person.id not in bench.authors else None


def holds(gate: str, person: Person) -> bool:
    """Say whether a gate is one that somebody reviews, or deputises for."""
    return _rank(gate, person) is not None


def _rank(gate: str, person: Person) -> int | None:
    """Return 0 for a first choice, 1 for a second, None for nobody's choice."""
    leads, deputises = (person.has("leader"), person.has("duty_leader")) if gate == SIGNATURE else (False, False)
    first, second = leads or gate in person.gates, deputises or gate in person.deputy_gates
    if first:
        return 0
    return 1 if second else None


def choose(
    gate: str,
    bench: Bench,
    *,
    holders: Mapping[str, Collection[PersonId]],
    asked: Collection[PersonId] = (),
    later: Sequence[str] = (),
) -> Person | None:
    """Return whom to ask for a gate; None when nobody is left.

    holders: who signed or is asked for the other gates; asked: who is asked for this gate already; later: the gates
    that still need somebody. A deputy beside a reviewer is taken only when no later gate needs them.
    """
    held = {person for holding in holders.values() for person in holding} if bench.one_gate_per_person else set()
    free = [
        person
        for person in candidates(gate, bench)
        if person.id not in held and person.id not in asked and principal(gate, bench, person.id) not in held
    ]
    if not free or not bench.one_gate_per_person:
        return free[0] if free else None
    taken = held | set(asked)
    best = max(free, key=lambda person: _fillable(later, bench, taken | {person.id}))
    if asked and _fillable(later, bench, taken | {best.id}) < _fillable(later, bench, taken):
        return None
    return best


def _fillable(gates: Sequence[str], bench: Bench, taken: Collection[PersonId]) -> int:
    """Count how many gates can each have a person of their own: a greatest matching, by augmenting paths."""
    able = {gate: [person.id for person in candidates(gate, bench) if person.id not in taken] for gate in gates}
    given: dict[PersonId, str] = {}
    return sum(1 for gate in able if _seat(gate, able, given, set()))


def _seat(gate: str, able: Mapping[str, Sequence[PersonId]], given: dict[PersonId, str], tried: set[PersonId]) -> bool:
    for person in able[gate]:
        if person in tried:
            continue
        tried.add(person)
        if person not in given or _seat(given[person], able, given, tried):
            given[person] = gate
            return True
    return False
