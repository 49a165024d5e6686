"""事实 · 核实 · 会签 · 越过异议: what a text rests on, and what other agencies say of it."""

from collections.abc import Sequence

from config.language import t
from handlers.act import APPROVAL, Act
from handlers.drafting import agencies, consulting, facts
from handlers.drafting import evidence_words as words
from handlers.drafting.agencies import Word
from handlers.drafting.finding import current, name_before_others, name_in_group, typed
from handlers.drafting.versions import as_typed
from handlers.errors import Refusal
from handlers.registry import said
from storage import draft as drafts
from storage import person as people
from storage.case import Case, StageRefused
from storage.draft import AgencyWord, Draft, Fact


@said("fact", "事实", help=t("记一条事实:事实 12 停水3天 来源:水务局;撤下:事实 12 撤 1"))
def fact(act: Act, case: Case, said_words: str) -> None:
    """Add a claim to the ledger, drop one, or list them."""
    _refuse_ended(case)
    if not said_words.strip():
        act.reply(words.ledger(case, drafts.facts(act.session, case.id)), case=case)
    elif (n := facts.dropped_number(said_words)) is not None:
        _drop(act, case, n)
    else:
        _add(act, case, facts.read_claim(as_typed(said_words, typed(act))))


@said("verify", "核实", help=t("确认事实属实:核实 12 1"))
def verify(act: Act, case: Case, said_words: str) -> None:
    """Mark facts as confirmed by this person."""
    _refuse_ended(case)
    ledger = {fact.n: fact for fact in drafts.facts(act.session, case.id)}
    meant = facts.numbers(said_words)
    if not meant:
        raise Refusal(words.which_fact(case))
    for n in meant:
        if n not in ledger:
            raise Refusal(words.no_such_fact(case, n))
    _refuse_own(act, case, [ledger[n] for n in meant])
    if [n for n in meant if _confirm(act, ledger[n])]:
        act.happened("checked", case)
    still_open = sum(1 for fact in ledger.values() if fact.confirmed_by is None)
    act.answer(words.verified(case, meant, still_open, name_in_group(act)), case=case)


@said("agency_confirm", "会签", help=t("记录其他单位的意见:会签 12 水务局 同意;会签 12 有异议 说明"))
def agency_confirm(act: Act, case: Case, said_words: str) -> None:
    """Record what an agency says of the newest text: by its own people, or by the duty officer on their behalf."""
    newest = current(act, case)
    word = agencies.read_word(said_words, consulting.names(act, case, newest))
    if word is None:
        raise Refusal(words.agency_form(case))
    row = _row_meant(act, case, newest, word)
    if _is_about_older(act, case, newest, word):
        _show_newest(act, case, newest)
        return
    if word.answer == "objected" and not word.note:
        raise Refusal(words.objection_needs_note(case))
    _keep_word(act, row, word.answer, as_typed(word.note, typed(act)), newest)
    act.happened("checked", case)
    # Replied also to a tap: whoever decided keeps it before their eyes, where a toast is gone.
    act.reply(words.agency_answered(case, row, name_before_others(act)), case=case)
    if row.word == "objected":
        _tell_of_objection(act, case, newest, row)


@said("override", "越过异议", "越过", help=t("领导不等或不采纳其他单位的意见:越过异议 12 水务局 理由"))
def override(act: Act, case: Case, said_words: str) -> None:
    """Decide against an agency's objection or silence; the reason stays on record."""
    newest = current(act, case)
    agency, reason = agencies.split_agency(said_words, consulting.names(act, case, newest))
    if not agency or not reason:
        raise Refusal(words.override_form(case))
    row = _row(act, case, newest, agency)
    if row.word not in ("waiting", "objected"):
        raise Refusal(words.nothing_to_override(case, agency))
    reason = as_typed(reason, typed(act))
    act.note(overrides=agency, objection=row.note, reason=reason)
    _keep_word(act, row, "overridden", reason, newest)
    act.happened("checked", case)
    act.answer(words.overridden(case, agency, reason, name_in_group(act)), case=case)


def _refuse_ended(case: Case) -> None:
    if not case.is_open:
        raise StageRefused(case.id, case.stage, "fact")


def _add(act: Act, case: Case, claim: facts.Claim) -> None:
    if not claim.text:
        raise Refusal(words.fact_form(case))
    if not claim.source:
        raise Refusal(words.no_source(case))
    if len(claim.text) + len(claim.source) > facts.LONGEST:
        raise Refusal(words.fact_too_long(len(claim.text) + len(claim.source), facts.LONGEST))
    n = drafts.next_fact(act.session, case.id)
    added = Fact(case_id=case.id, n=n, text=claim.text, source=claim.source, added_by=act.somebody.id)
    drafts.save(act.session, added)
    act.changed(case)
    act.answer(words.fact_added(case, added, by_another=not _may_verify_own(act, case)), case=case)


def _drop(act: Act, case: Case, n: int) -> None:
    found = next((fact for fact in drafts.facts(act.session, case.id) if fact.n == n), None)
    if found is None:
        raise Refusal(words.no_such_fact(case, n))
    found.dropped = True
    drafts.save(act.session, found)
    act.happened("checked", case)
    act.answer(words.fact_dropped(case, found), case=case)


def _refuse_own(act: Act, case: Case, meant: Sequence[Fact]) -> None:
    """Refuse to let whoever added a fact be the only one who confirms it, unless the plan allows that."""
    own = [fact.n for fact in meant if fact.confirmed_by is None and fact.added_by == act.somebody.id]
    if own and not _may_verify_own(act, case):
        raise Refusal(words.own_fact(case, own))


def _may_verify_own(act: Act, case: Case) -> bool:
    return act.plan_for(case).review.facts_verified_by_adder


def _confirm(act: Act, found: Fact) -> bool:
    """Confirm a fact; False when somebody has done so before."""
    if found.confirmed_by is not None:
        return False
    found.confirmed_by, found.confirmed_at = act.somebody.id, act.now
    drafts.save(act.session, found)
    return True


def _row_meant(act: Act, case: Case, newest: Draft, word: Word) -> AgencyWord:
    own = act.somebody.agency
    if own and word.agency not in ("", own):
        raise Refusal(words.speaks_for_own(own))
    if not own and not act.somebody.has("duty_officer"):
        raise Refusal(words.no_agency_of_yours())
    agency = own or word.agency
    waiting = consulting.waiting(act, case, newest)
    if not agency and len(waiting) != 1:
        raise Refusal(words.agency_form(case))
    return _row(act, case, newest, agency or waiting[0])


def _row(act: Act, case: Case, newest: Draft, agency: str) -> AgencyWord:
    for row in drafts.agencies(act.session, case.id, newest.round):
        if row.agency == agency:
            return row
    raise Refusal(words.not_touched(case, agency))


def _is_about_older(act: Act, case: Case, newest: Draft, word: Word) -> bool:
    """Say whether an agency's own people speak about a text that is not the newest."""
    if word.version is not None:
        return word.version != newest.version
    if not act.somebody.agency:
        return False
    seen = drafts.shown_to(act.session, act.somebody.id, case.id)
    return seen is None or seen.draft_version != newest.version


def _show_newest(act: Act, case: Case, newest: Draft) -> None:
    older = words.agency_saw_older(case, newest.version)
    act.note(refused="older text")
    if act.tapped:
        act.answer(older)
    if not consulting.ask(act, case, newest, act.somebody, older):
        raise Refusal(older)


def _keep_word(act: Act, row: AgencyWord, word: str, note: str, newest: Draft) -> None:
    row.word, row.note, row.draft_version = word, note, newest.version
    row.recorded_by, row.recorded_at = act.somebody.id, act.now
    drafts.save(act.session, row)


def _tell_of_objection(act: Act, case: Case, newest: Draft, row: AgencyWord) -> None:
    told = [people.person(act.session, newest.author_id)]
    told += [person for person in people.everybody(act.session) if person.has("leader")]
    for person in {person.id: person for person in told if person.id != act.somebody.id}.values():
        act.tell(person, words.objected(case, row), case=case, lane=APPROVAL)
