"""What keeps a text from going out: missing signatures, unconfirmed facts, other agencies (实施方案 四.2)."""

from collections.abc import Iterator, Mapping, Sequence

from config.language import Said
from handlers.act import Act
from handlers.gates import paper_words, rounds, words
from handlers.gates.review import SIGNATURE, Round, is_complete
from storage import draft as drafts
from storage import paper as papers
from storage import person as people
from storage.case import Case
from storage.draft import AgencyWord, Draft, Fact


def blocking_reasons(
    draft: Draft, facts: Sequence[Fact], agencies: Sequence[AgencyWord], round_: Round, required: Mapping[str, Said]
) -> tuple[Said, ...]:
    """List what keeps a text from going out; empty: nothing does. required: every gate and the signature, by name."""
    return (
        *_missing_signatures(round_, required),
        *(
            words.unconfirmed_fact(fact.n, fact.text)
            for fact in facts
            if fact.confirmed_by is None and not fact.dropped
        ),
        *_agencies(draft, agencies),
    )


def blocks(act: Act, case: Case) -> tuple[Said, ...]:
    """List what keeps the newest text of a case from going out."""
    newest = drafts.newest(act.session, case.id)
    if newest is None or not newest.manifest_hash:
        return (words.no_draft_submitted(),)
    agencies = drafts.agencies(act.session, case.id, newest.round)
    facts, round_ = drafts.facts(act.session, case.id), rounds.load(act, case, newest)
    reasons = blocking_reasons(newest, facts, agencies, round_, required_gates(act, case))
    return (*reasons, *_unconfirmed(act, case, newest))


def required_gates(act: Act, case: Case) -> dict[str, Said]:
    """Return every gate of the plan and the signature, with their names: none is ever left out."""
    review = act.plan_for(case).review
    return {**{gate.key: gate.name for gate in review.gates}, SIGNATURE: review.signature.name}


def _missing_signatures(round_: Round, required: Mapping[str, Said]) -> Iterator[Said]:
    counted = {step.gate for step in round_.steps if step.counts_for(round_.manifest)}
    missing = [name for gate, name in required.items() if gate not in counted]
    if missing:
        yield words.not_signed(missing)
    elif not is_complete(round_, required):
        yield words.signers_not_distinct()


def _unconfirmed(act: Act, case: Case, newest: Draft) -> Iterator[Said]:
    """Name the signatures on paper that their signers have let pass unconfirmed."""
    for row in drafts.steps(act.session, case.id, newest.round):
        paper = papers.behind(act.session, row)
        if paper is not None and paper.stage == "waiting" and paper.due_at <= act.now:
            name = people.person(act.session, paper.signer_id).name
            yield paper_words.unconfirmed(rounds.gate_of(act.plan_for(case), row.gate).name, name, paper.due_at)


def _agencies(draft: Draft, agencies: Sequence[AgencyWord]) -> Iterator[Said]:
    if draft.touches == "unasked":
        yield words.touches_unanswered()
    for word in agencies:
        if word.word == "waiting":
            yield words.agency_waits(word.agency)
        elif word.word == "objected":
            yield words.agency_objects(word.agency, word.note)
