"""Opening a gate: who is asked, what they are shown, and what falls due when they do not answer."""

from datetime import datetime, timedelta
from typing import Final

from config.language import Said, lines
from handlers import night
from handlers.act import APPROVAL, Act
from handlers.conversation import Button
from handlers.drafting import emptiness_words, evidence_words, showing
from handlers.drafting import words as drafting_words
from handlers.drafting.emptiness import weigh
from handlers.gates import naming, review, rounds, words
from handlers.gates.review import SIGNATURE, Round
from handlers.gates.reviewers import Bench, choose, principal
from handlers.on_hand import OnHand, on_hand
from storage import draft as drafts
from storage import person as people
from storage.case import Case
from storage.draft import Draft, GateStep
from storage.person import Person

RETRY: Final = timedelta(minutes=10)  # desk default: how often a gate that nobody can be asked for looks again
TIMERS: Final = ("gate_nudge", "gate_limit", "gate_retry")


def proceed(act: Act, case: Case, newest: Draft) -> None:
    """Go on as far as the signatures allow: to the next gates, the final signature, the release."""
    round_ = rounds.load(act, case, newest)
    if case.stage == "review" and review.gates_passed(round_):
        case.move("pass")
        act.happened("passed", case)
    if case.stage not in ("review", "signature"):
        return
    for gate in review.next_to_open(round_):
        open_gate(act, case, newest, gate)


def open_gate(act: Act, case: Case, newest: Draft, gate: str) -> None:
    """Open a gate and ask whoever is first in turn; when there is nobody, say so and look again later."""
    round_ = review.opened(rounds.load(act, case, newest), gate, None)
    rounds.keep(act, case, newest, round_)
    person = next_person(act, round_, gate)
    if person is not None:
        ask(act, case, newest, gate, person)
        return
    row = rounds.row(act, case, newest, gate)
    act.later("gate_retry", act.now + RETRY, case=case, subject=str(row.id))
    _tell_nobody(act, case, gate)


def next_person(act: Act, round_: Round, gate: str) -> Person | None:
    """Return who is to be asked next for a gate."""
    holders = {step.gate: review.holders_of(step) for step in round_.steps if step.gate != gate}
    later = [key for key, holding in holders.items() if not holding]
    asked = round_.step(gate).asked
    return choose(gate, bench(act, round_), holders=holders, asked=asked, later=later)


def bench(act: Act, round_: Round) -> Bench:
    """Return who could be asked now."""
    there = on_hand(act)
    away = frozenset(person.id for person in there.people if not can_review(act, there, person))
    return Bench(there.people, round_.authors, away, round_.one_gate_per_person, there.mandates)


def can_review(act: Act, there: OnHand, person: Person) -> bool:
    """Say whether somebody is here, within reach, and has the right to sign."""
    return there.can_ask(person) and act.house.rights.may(frozenset(person.roles), "approve", "direct")


def ask(act: Act, case: Case, newest: Draft, gate: str, person: Person, above: Said | None = None) -> None:
    """Ask one person for a gate: the text with its buttons, reminders, and a limit."""
    round_ = rounds.load(act, case, newest)
    rounds.keep(act, case, newest, review.opened(round_, gate, person.id))
    row, giver = rounds.row(act, case, newest, gate), principal(gate, bench(act, round_), person.id)
    if giver is not None:
        row.stands_for = {**row.stands_for, str(person.id): str(giver)}
        above = lines(words.in_stead(people.person(act.session, giver).name), above)
    row.asked_at, row.due_at = act.now, _answer_by(act, case, gate, act.now)
    drafts.save(act.session, row)
    set_timers(act, case, row)
    send(act, case, newest, row, person, above)
    act.changed(case)


def send(
    act: Act,
    case: Case,
    newest: Draft,
    row: GateStep,
    person: Person,
    above: Said | None = None,
    *,
    whole: bool = False,
) -> bool:
    """Send a reviewer the text; it counts as shown to them when all of it is there. False: no chat reaches them."""
    complete = whole or not showing.is_long(newest)
    text = lines(above, _ask_text(act, case, newest, row, person, complete=complete))
    buttons = [showing.gate_buttons(showing.hash_of(act, case, newest), row.position)]
    buttons[0].append(Button(drafting_words.FULL_TEXT, "text"))
    shows = showing.shows(act, case, newest, person) if complete else None
    return act.tell(person, text, buttons, case=case, shows=shows, lane=APPROVAL)


def set_timers(act: Act, case: Case, row: GateStep, nth: int = 0) -> None:
    """Let the next reminder and the limit of an open gate fall due."""
    if row.asked_at is None or row.due_at is None:
        return
    nudges = act.plan_for(case).review.nudges
    if nth < len(nudges):
        at = min(_answer_by(act, case, row.gate, row.asked_at, sorted(nudges)[nth]), row.due_at)
        act.later("gate_nudge", at, case=case, subject=str(row.id), nth=nth)
    if nth == 0:
        act.no_longer("gate_retry", str(row.id))
        act.later("gate_limit", row.due_at, case=case, subject=str(row.id))


def _answer_by(act: Act, case: Case, gate: str, asked_at: datetime, part: float = 1) -> datetime:
    """Return when the time for a gate, or a part of it, is over: at night only an emergency's passes."""
    plan = act.plan_for(case)
    definition = rounds.gate_of(plan, gate)
    minutes = definition.emergency_limit_minutes if rounds.is_emergency(act, case) else definition.limit_minutes
    return night.answer_by(act.session, plan, case, asked_at, timedelta(minutes=minutes) * part)


def clear_timers(act: Act, row: GateStep) -> None:
    """Let nothing fall due for a gate any more."""
    for kind in TIMERS:
        act.no_longer(kind, str(row.id))


def withdraw(act: Act, case: Case, newest: Draft, told: Said, *, but: Person | None = None) -> None:
    """Ask nobody any more and cancel what would fall due; whoever was asked hears why."""
    for row in drafts.steps(act.session, case.id, newest.round):
        clear_timers(act, row)
        for person in asked_people(act, row) if row.stage == "open" else ():
            if but is None or person.id != but.id:
                act.tell(person, told, case=case)
    rounds.keep(act, case, newest, review.withdrawn(rounds.load(act, case, newest)))


def asked_people(act: Act, row: GateStep) -> list[Person]:
    """List who is asked for a gate."""
    return [people.person(act.session, person) for person in _ids(row)]


def gate_name(act: Act, case: Case, gate: str) -> Said:
    """Name a gate as the plan does."""
    return rounds.gate_of(act.plan_for(case), gate).name


def leaders(act: Act) -> list[Person]:
    """List the bureau's leaders."""
    return [person for person in people.everybody(act.session) if person.has("leader")]


def _ids(row: GateStep) -> list[review.PersonId]:
    return [review.PersonId(person) for person in row.asked_ids]


def _tell_nobody(act: Act, case: Case, gate: str) -> None:
    told = words.nobody(case, gate_name(act, case, gate))
    act.announce("staff", told, case=case, lane=APPROVAL)
    for person in people.everybody(act.session):
        if person.has("leader", "administrator"):
            act.tell(person, told, case=case, lane=APPROVAL)
    act.changed(case)


def _ask_text(act: Act, case: Case, newest: Draft, row: GateStep, person: Person, *, complete: bool) -> Said:
    before = showing.seen_before(act, case, newest, person)
    version = showing.version_name(before, newest)
    gate, due = rounds.gate_of(act.plan_for(case), row.gate), row.due_at or act.now
    signature = row.gate == SIGNATURE
    difference = drafting_words.difference(showing.changes(before, newest))
    return lines(
        words.ask_signature(case, version, due) if signature else words.ask(case, gate.name, version, due),
        showing.what_it_corrects(act, newest),
        showing.whole(newest) if complete else showing.body(newest),
        words.what_is_new(difference) if before else None,
        _foregoing(act, case, newest),
        _ledger(act, case, newest),
        _empty_words(case, newest) if gate.empty_words else None,
        _agencies(act, case, newest),
        words.checks(gate.checks) if gate.checks else None,
        words.how_to_sign(case),
    )


def _foregoing(act: Act, case: Case, newest: Draft) -> Said | None:
    said = []
    for row in drafts.steps(act.session, case.id, newest.round):
        if row.signed_by is not None:
            gate, name = gate_name(act, case, row.gate), naming.signer(act.session, row)
            own = row.signed_manifest == newest.manifest_hash
            said.append(words.signed_before(gate, name, row.signed_at) if own else words.carried_before(gate, name))
    return words.foregoing(said) if said else None


def _ledger(act: Act, case: Case, newest: Draft) -> Said | None:
    facts = drafts.facts(act.session, case.id)
    confirmed = sum(1 for fact in facts if fact.confirmed_by is not None)
    unbacked = showing.unbacked(newest, facts)
    said = [
        words.facts_line(confirmed, len(facts)) if facts else None,
        drafting_words.numbers_to_weigh(unbacked) if unbacked else None,
    ]
    return lines(*said) if any(said) else None


def _empty_words(case: Case, newest: Draft) -> Said | None:
    return emptiness_words.before_review(weigh(newest.text), is_reply=case.track == "question")


def _agencies(act: Act, case: Case, newest: Draft) -> Said | None:
    found = drafts.agencies(act.session, case.id, newest.round)
    said = [words.agency_word(row.agency, evidence_words.AGENCY_WORDS[row.word]) for row in found]
    return words.agencies_line(said) if said else None
