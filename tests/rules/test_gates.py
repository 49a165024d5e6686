"""The gates: who may sign what, what an edit reopens, and that nothing goes out unsigned whatever people do."""

import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from handlers.drafting import voiding
from handlers.gates import review
from handlers.gates.review import SIGNATURE, Round, Step
from storage.case import NEXT
from storage.draft import GateStep

GATES = ("political", "policy", "law", "wording", "secrecy")
AUTHOR, ANN, BEA, CAI, DAI, EVE, LEADER = (uuid.UUID(int=n) for n in range(7))
PEOPLE = (AUTHOR, ANN, BEA, CAI, DAI, EVE, LEADER)


def fresh(**more: object) -> Round:
    steps = tuple(Step(gate, n) for n, gate in enumerate((*GATES, SIGNATURE)))
    return replace(Round(steps, frozenset({AUTHOR}), "m1"), **more)  # type: ignore[arg-type]


def all_signed(round_: Round) -> Round:
    for gate, person in zip((*GATES, SIGNATURE), (ANN, BEA, CAI, DAI, EVE, LEADER), strict=True):
        round_ = review.signed(review.opened(round_, gate, person), gate, person)
    return round_


def test_gates_open_in_order_or_all_at_once() -> None:
    """One after the other, or together as the plan says; the signature only when every gate counts."""
    assert review.next_to_open(fresh()) == ("political",)
    assert review.next_to_open(fresh(parallel=True)) == GATES
    signed = review.signed(fresh(), "political", ANN)
    assert review.next_to_open(signed) == ("policy",)
    five = all_signed(fresh())
    assert review.next_to_open(replace(five, steps=(*five.steps[:5], Step(SIGNATURE, 5)))) == (SIGNATURE,)


def test_nothing_opens_without_a_text() -> None:
    """Before a submission no gate opens."""
    assert review.next_to_open(fresh(manifest="")) == ()


@pytest.mark.parametrize(
    ("person", "shown", "pressed", "kind"),
    [
        (ANN, "m1", "", "sign"),
        (ANN, "m1", "m1", "sign"),
        (ANN, None, "", "unseen"),
        (ANN, "m0", "", "older"),
        (ANN, "m1", "m0", "older"),
        (BEA, "m1", "", "not_asked"),
        (AUTHOR, "m1", "", "author"),
    ],
)
def test_a_signature_is_for_what_was_shown(person: uuid.UUID, shown: str | None, pressed: str, kind: str) -> None:
    """Only who is asked signs, and only the text last before their eyes; the author never."""
    opened = review.opened(fresh(), "political", ANN)
    assert review.may_sign(opened, person, shown, pressed=pressed).kind == kind


def test_signing_twice_is_told_apart() -> None:
    """A second tap finds the gate signed; another gate of the same person is refused where the plan wants one each."""
    signed = review.signed(review.opened(fresh(), "political", ANN), "political", ANN)
    assert review.may_sign(signed, ANN, "m1").kind == "already"
    both = review.opened(signed, "policy", ANN)
    assert review.may_sign(both, ANN, "m1").kind == "holds_another"
    assert review.may_sign(both, ANN, "m1", gate="political").kind == "already"
    assert review.may_sign(replace(both, one_gate_per_person=False), ANN, "m1").kind == "sign"


def test_either_of_two_people_may_sign() -> None:
    """A deputy who was asked beside the reviewer may sign, and so may the reviewer."""
    opened = review.opened(review.opened(fresh(), "law", ANN), "law", BEA)
    assert {review.may_sign(opened, person, "m1").kind for person in (ANN, BEA)} == {"sign"}


def test_a_step_is_given_away_but_not_to_everybody() -> None:
    """Not to an author, not to who holds another gate, not to who is asked already."""
    opened = review.opened(review.opened(fresh(parallel=True), "law", ANN), "policy", BEA)
    assert review.may_take_over(opened, "law", AUTHOR) == "author"
    assert review.may_take_over(opened, "law", BEA) == "holds_another"
    assert review.may_take_over(opened, "law", ANN) == "asked_already"
    assert review.may_take_over(opened, "law", CAI) == ""
    given = review.delegated(opened, "law", ANN, CAI)
    assert (review.may_sign(given, ANN, "m1").kind, review.may_sign(given, CAI, "m1").kind) == ("not_asked", "sign")


def test_an_edit_reopens_everything_unless_the_plan_names_gates() -> None:
    """No gates named: all reopen, so nothing is carried over."""
    after = review.submitted(review.edited(all_signed(fresh()), AUTHOR), "m2")
    assert all(step.stage == "waiting" for step in after.steps)


def test_what_an_edit_leaves_standing_is_carried_over_openly() -> None:
    """Gates the plan does not name stand, marked as carried over; secrecy and the signature never do."""
    after = review.submitted(review.edited(all_signed(fresh(reopens=frozenset({"wording"}))), AUTHOR), "m2")
    carried = {step.gate for step in after.steps if step.carried_to == "m2"}
    assert carried == {"political", "policy", "law"}
    assert {step.signed_manifest for step in after.steps if step.gate in carried} == {"m1"}
    assert review.next_to_open(after) == ("wording",)


@pytest.mark.parametrize(
    ("signed", "named", "author", "void"),
    [
        ((), (), AUTHOR, ()),
        (("political",), (), AUTHOR, ("political",)),
        (("political",), ("wording",), AUTHOR, ()),
        (("political", "wording", "secrecy", SIGNATURE), ("wording",), AUTHOR, ("wording", "secrecy", SIGNATURE)),
        (("political", "policy"), ("wording",), BEA, ("policy",)),
    ],
)
def test_what_an_edit_voids_is_known_before_it(
    signed: tuple[str, ...], named: tuple[str, ...], author: uuid.UUID, void: tuple[str, ...]
) -> None:
    """The signatures that an edit is said to void are the ones that it then reopens."""
    people = dict(zip((*GATES, SIGNATURE), (ANN, BEA, CAI, DAI, EVE, LEADER), strict=True))
    round_ = fresh(reopens=frozenset(named))
    for gate in signed:
        round_ = review.signed(round_, gate, people[gate])
    rows = [
        GateStep(case_id=uuid.UUID(int=9), round=1, gate=step.gate, position=step.position, stage=step.stage,
                 signed_by=step.signed_by) for step in round_.steps
    ]  # fmt: skip
    assert tuple(row.gate for row in voiding.voided(rows, frozenset(named), round_.authors | {author})) == void
    after = review.edited(round_, author)
    assert {gate for gate in signed if after.step(gate).stage != "signed"} == set(void)


def test_who_edits_loses_their_own_signature() -> None:
    """A reviewer who writes a version is an author from then on."""
    after = review.edited(all_signed(fresh(reopens=frozenset({"wording"}))), BEA)
    assert after.step("policy").stage == "waiting"
    assert review.may_take_over(after, "policy", BEA) == "author"


def test_a_return_voids_the_gate_and_the_signature_only() -> None:
    """Submitted again unchanged, the other gates still count."""
    after = review.submitted(review.returned(all_signed(fresh()), "law"), "m1")
    assert {step.gate for step in after.steps if step.stage == "waiting"} == {"law", SIGNATURE}
    assert not review.is_complete(after, GATES)


def test_the_gates_are_passed_when_the_last_of_them_is() -> None:
    """Four of five are not enough to go on to the signature; the signature itself is none of them."""
    five = all_signed(fresh())
    unsigned = replace(five, steps=(*five.steps[:5], Step(SIGNATURE, 5)))
    assert review.gates_passed(unsigned)
    for place, gate in enumerate(GATES):
        four = replace(unsigned, steps=(*unsigned.steps[:place], Step(gate, place), *unsigned.steps[place + 1 :]))
        assert not review.gates_passed(four)
    assert not review.is_complete(unsigned, GATES)


def test_complete_means_every_required_gate() -> None:
    """A gate that a round does not even have is missing."""
    done = all_signed(fresh())
    assert review.is_complete(done, GATES)
    assert not review.is_complete(done, (*GATES, "new_gate"))
    assert not review.is_complete(replace(done, manifest="m2"), GATES)
    assert not review.is_complete(replace(done, authors=frozenset({ANN})), GATES)
    assert not review.is_complete(review.signed(done, "law", ANN), GATES)


class Office:
    """People who do anything at any moment, and an account of their own of what each signature was for."""

    def __init__(self, *, parallel: bool, reopens: set[str], one_each: bool) -> None:
        self.round = fresh(manifest="", parallel=parallel, reopens=frozenset(reopens), one_gate_per_person=one_each)
        self.stage, self.version, self.authors = "draft", 1, {AUTHOR}
        self.shown: dict[uuid.UUID, str] = {}
        self.given: dict[str, tuple[uuid.UUID, str]] = {}  # gate: who, and what they had last been shown

    @property
    def manifest(self) -> str:
        return f"m{self.version}"

    def move(self, action: str) -> bool:
        target = NEXT.get((self.stage, action))
        self.stage = target or self.stage
        return target is not None

    def edit(self, n: int) -> None:
        author = (AUTHOR, AUTHOR, AUTHOR, BEA, LEADER)[n % 5]
        if self.stage == "draft" or self.move("edit"):
            self.version += 1
            self.authors.add(author)
            self.round = review.edited(self.round, author)
            for gate in (*GATES, SIGNATURE):
                if not self.round.reopens or gate in (*self.round.reopens, "secrecy", SIGNATURE):
                    self.given.pop(gate, None)

    def submit(self, _: int) -> None:
        if self.move("submit"):
            self.round = review.submitted(self.round, self.manifest)
            self.go_on()

    def go_on(self) -> None:
        if self.stage == "review" and review.gates_passed(self.round):
            self.move("pass")

    def open_next(self, n: int) -> None:
        """Open what is due, for anybody at all."""
        for gate in review.next_to_open(self.round):
            self.round = review.opened(self.round, gate, PEOPLE[n % len(PEOPLE)])

    def open_well(self, n: int) -> None:
        """Open what is due, for somebody who holds nothing."""
        for gate in review.next_to_open(self.round):
            holders = {holder for step in self.round.steps for holder in review.holders_of(step)}
            free = [person for person in PEOPLE if person not in self.authors | holders]
            if free:
                self.round = review.opened(self.round, gate, free[n % len(free)])

    def ask_a_deputy(self, n: int) -> None:
        waiting = [step.gate for step in self.round.steps if step.stage == "open"]
        if waiting:
            self.round = review.opened(self.round, waiting[n % len(waiting)], PEOPLE[n % len(PEOPLE)])

    def show(self, n: int) -> None:
        self.shown[self.somebody(n)] = self.manifest

    def somebody(self, n: int) -> uuid.UUID:
        """Name anybody, but mostly one of those who are asked."""
        asked = [person for step in self.round.steps for person in step.asked]
        return asked[n % len(asked)] if asked and n % 4 else PEOPLE[n % len(PEOPLE)]

    def look_and_sign(self, n: int) -> None:
        self.show(n)
        self.sign(n)

    def sign(self, n: int) -> None:
        self.sign_as(self.somebody(n), ("", "", "", "m1", "m2")[n % 5])

    def sign_as(self, person: uuid.UUID, pressed: str = "") -> None:
        if self.stage not in ("review", "signature"):
            return
        verdict = review.may_sign(self.round, person, self.shown.get(person), pressed=pressed)
        if verdict.kind == "sign" and verdict.step is not None:
            self.given[verdict.step.gate] = (person, self.shown[person])
            self.round = review.signed(self.round, verdict.step.gate, person)
            if verdict.step.gate == SIGNATURE:
                self.move("sign")
            self.go_on()

    def delegate(self, n: int) -> None:
        giver, taker = self.somebody(n), PEOPLE[n // 7 % len(PEOPLE)]
        for step in self.round.asked_of(giver)[:1]:
            if not review.may_take_over(self.round, step.gate, taker):
                self.round = review.delegated(self.round, step.gate, giver, taker)

    def send_back(self, n: int) -> None:
        step = review.may_return(self.round, self.somebody(n))
        if step is not None and self.move("return"):
            self.round = review.returned(self.round, step.gate)
            self.given.pop(step.gate, None)
            self.given.pop(SIGNATURE, None)

    def close_and_reopen(self, _: int) -> None:
        self.round = review.withdrawn(self.round)

    def check(self) -> None:
        """Whatever counts for the text under review was given for it, by somebody who may; ready means all of it."""
        if self.stage == "draft":
            return
        counted = [step for step in self.round.steps if step.counts_for(self.manifest)]
        for step in counted:
            person, seen = self.given[step.gate]
            named = (*self.round.reopens, "secrecy", SIGNATURE)
            carried = bool(self.round.reopens) and step.gate not in named and step.carried_to == self.manifest
            assert seen == self.manifest or carried
            assert person not in self.authors
        people = [self.given[step.gate][0] for step in counted]
        assert len(set(people)) == len(people) or not self.round.one_gate_per_person
        everything = {step.gate for step in counted} == {*GATES, SIGNATURE}
        assert everything == (self.stage == "issue")
        assert review.is_complete(self.round, GATES) == everything

    def work(self, n: int) -> None:
        """Do as one should: submit, ask, look and sign, as far as it goes."""
        self.submit(n)
        for _ in range(n % 8):
            self.open_well(n)
            asked = [person for step in self.round.steps for person in step.asked]
            for person in asked[:1]:
                self.shown[person] = self.manifest
                self.sign_as(person)

    def ask_and_sign(self, n: int) -> None:
        """Ask anybody, who looks and signs."""
        self.open_next(n)
        person = PEOPLE[n % len(PEOPLE)]
        self.shown[person] = self.manifest
        self.sign_as(person)


ACTS = st.sampled_from(
    [
        *[Office.work, Office.edit, Office.ask_and_sign, Office.open_next, Office.look_and_sign, Office.sign] * 3,
        *[Office.submit, Office.show, Office.ask_a_deputy, Office.delegate, Office.send_back, Office.close_and_reopen],
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    parallel=st.booleans(),
    reopens=st.sets(st.sampled_from(GATES)),
    one_each=st.booleans(),
    acts=st.lists(st.tuples(ACTS, st.integers(0, 97)), min_size=5, max_size=40),
)
def test_no_sequence_of_acts_makes_an_unsigned_text_ready(
    *, parallel: bool, reopens: set[str], one_each: bool, acts: list[tuple[Callable[[Office, int], None], int]]
) -> None:
    """Whatever people edit, sign, return, delegate and reopen, ready means five gates and the signature, all true."""
    office = Office(parallel=parallel, reopens=reopens, one_each=one_each)
    for act, n in acts:
        act(office, n)
        office.check()
        if office.stage == "issue":
            event("ready")
