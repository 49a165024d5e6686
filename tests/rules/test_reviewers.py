"""Who is asked to review: in order, never an author, never so that a later gate is left without anyone."""

import uuid
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from handlers.gates.review import SIGNATURE
from handlers.gates.reviewers import Bench, candidates, choose
from storage.person import Person

GATES = ("political", "policy", "law", "wording", "secrecy")


def person(n: int, gates: tuple[str, ...] = (), deputy: tuple[str, ...] = (), roles: tuple[str, ...] = ()) -> Person:
    return Person(
        id=uuid.UUID(int=n), key=f"p{n}", name=f"P{n}", gates=list(gates), deputy_gates=list(deputy), roles=list(roles)
    )


LAW = person(1, ("law",))
LAW_TOO = person(2, ("law",), roles=("leader",))
DEPUTY = person(3, (), ("law", "wording"))
BOSS = person(4, roles=("leader",))
DUTY = person(5, roles=("duty_leader",))
PEOPLE = (DEPUTY, LAW, LAW_TOO, DUTY, BOSS)


def test_reviewers_come_before_deputies() -> None:
    """Reviewers in the roster's order, then deputies; for the signature leaders, then duty leaders."""
    assert candidates("law", Bench(PEOPLE)) == (LAW, LAW_TOO, DEPUTY)
    assert candidates(SIGNATURE, Bench(PEOPLE)) == (LAW_TOO, BOSS, DUTY)


def test_authors_and_people_away_are_never_asked() -> None:
    """Whoever wrote the text, is on leave or out of reach is passed over."""
    bench = Bench(PEOPLE, authors=frozenset({LAW.id}), away=frozenset({LAW_TOO.id}))
    assert choose("law", bench, holders={}) == DEPUTY
    assert choose("law", Bench(PEOPLE, authors=frozenset({LAW.id, LAW_TOO.id, DEPUTY.id})), holders={}) is None


def test_one_gate_each_unless_the_plan_allows_more() -> None:
    """Who holds a gate is not asked for another, unless the plan allows it."""
    holders = {"political": {LAW.id}}
    assert choose("law", Bench(PEOPLE), holders=holders) == LAW_TOO
    assert choose("law", Bench(PEOPLE, one_gate_per_person=False), holders=holders) == LAW


def test_an_early_gate_leaves_people_for_later_ones() -> None:
    """The first reviewer is passed over when a later gate has nobody else."""
    both, other = person(6, ("political", "secrecy")), person(7, (), ("political",))
    assert choose("political", Bench((both, other)), holders={}, later=["secrecy"]) == other
    assert choose("political", Bench((both,)), holders={}, later=["secrecy"]) == both


def test_a_deputy_is_spared_for_a_gate_that_has_nobody_else() -> None:
    """Beside a late reviewer, nobody is taken whom a later gate needs."""
    bench = Bench((LAW, DEPUTY))
    assert choose("law", bench, holders={}, asked=[LAW.id]) == DEPUTY
    assert choose("law", bench, holders={}, asked=[LAW.id], later=["wording"]) is None


def test_a_deputy_comes_first_and_whoever_handed_it_over_last() -> None:
    """Where the deputy already holds a gate, or a later gate has nobody but them, it goes back to its reviewer."""
    other = person(6, ("political",))
    bench = Bench((LAW, LAW_TOO, other), mandates={(LAW.id, "law"): other.id})
    assert candidates("law", bench) == (other, LAW_TOO, LAW)
    alone = Bench((LAW, other), mandates={(LAW.id, "law"): other.id})
    assert choose("law", alone, holders={}) == other
    assert choose("law", alone, holders={"political": {other.id}}) == LAW
    assert choose("law", alone, holders={}, later=["political"]) == LAW


ABLE = st.lists(
    st.tuples(st.sets(st.sampled_from(GATES), max_size=3), st.sets(st.sampled_from(GATES), max_size=2)),
    min_size=1,
    max_size=6,
)


@given(ABLE, st.permutations(GATES))
def test_whenever_all_gates_can_be_filled_they_are(able: list[tuple[set[str], set[str]]], order: list[str]) -> None:
    """Asking one gate after the other always fills as many gates as any arrangement could."""
    people = tuple(person(n, tuple(sorted(own)), tuple(sorted(deputy))) for n, (own, deputy) in enumerate(able))
    holders: dict[str, set[uuid.UUID]] = {}
    for n, gate in enumerate(order):
        found = choose(gate, Bench(people), holders=holders, later=order[n + 1 :])
        if found is not None:
            holders[gate] = {found.id}
    possible = all_filled(people)
    assert (len(holders) == len(GATES)) == possible
    assert len({holder for holding in holders.values() for holder in holding}) == len(holders)


def all_filled(people: tuple[Person, ...]) -> bool:
    """Try every arrangement."""
    return any(
        all(gate in one.gates or gate in one.deputy_gates for gate, one in zip(GATES, chosen, strict=True))
        for chosen in permutations(people, len(GATES))
    )
