"""Keeping what was written; when that voids signatures, only after its writer said so once more."""

import uuid
from collections.abc import Sequence
from typing import Final

from config.language import Said, lines
from handlers.act import Act
from handlers.conversation import Button
from handlers.drafting import consulting, document_words, showing, versions, voiding, words
from handlers.drafting.versions import Written
from handlers.errors import Refusal
from handlers.words import stage_name
from storage import draft as drafts
from storage import person as people
from storage import release as releases
from storage.case import Case, StageRefused
from storage.draft import Draft, GateStep, PendingDraft
from storage.person import Person

SIGNED_IN: Final = ("review", "signature", "issue")  # the stages in which signatures count
KEPT_IN: Final = ("draft", *SIGNED_IN)  # a question asked in one of these is still open in another
AFTER_RELEASE: Final = "follow_up"
CANCELS: Final = "no."


def write(act: Act, case: Case, new: Written, corrects: str = "") -> None:
    """Keep a text, or ask first when that voids signatures.

    corrects: the public id of the release it puts right; once said, it holds for its whole round.
    """
    refuse_wrong_stage(case)
    newest = drafts.newest(act.session, case.id)
    _refuse_unchanged(act, case, newest, new, corrects)
    void = _voids(act, case, newest)
    if newest is not None and void:
        _ask(act, case, new, newest, void)
    else:
        _keep(act, case, new, newest, corrects)


def refuse_faulty(new: Written, form: Said) -> None:
    """Refuse what is no text; form says how one is typed."""
    fault = fault_of(new, form)
    if fault is not None:
        raise Refusal(fault)


def fault_of(new: Written, form: Said) -> Said | None:
    """Say what keeps a text from being a draft; None when nothing does."""
    faults: dict[str, Said] = {
        "empty": form,
        "one_line": words.draft_without_text(form),
        "title_too_long": words.title_too_long(len(new.title), versions.LONGEST_TITLE),
        "text_too_long": words.text_too_long(len(new.text), versions.LONGEST_TEXT),
    }
    return faults[new.fault] if new.fault else None


def answered(act: Act, case: Case, argument: str) -> None:
    """Keep the text that waited for this word, or drop it; what has changed since is asked anew."""
    name = argument.removeprefix(CANCELS)
    held, newest = awaited(act, case, act.somebody.id, name), drafts.newest(act.session, case.id)
    if held is None:
        raise Refusal(_why_gone(act, case, name))
    if argument.startswith(CANCELS):
        drafts.forget_pending(act.session, held)
        act.answer(words.kept_as_it_was(case, newest.version) if newest else document_words.dropped(case), case=case)
        return
    if newest is not None and not may_keep(case, held):
        raise StageRefused(case.id, case.stage, "draft")
    if newest is None or case.stage == AFTER_RELEASE:
        write(act, case, Written(held.title, held.text))
        return
    new, void = Written(held.title, held.text), _voids(act, case, newest)
    _refuse_unchanged(act, case, newest, new)
    if newest.version != held.over_version or not {row.gate for row in void} <= set(held.voids):
        _ask(act, case, new, newest, void, newer=newest.version != held.over_version)
    else:
        _keep(act, case, new, newest)


# asking


def _voids(act: Act, case: Case, newest: Draft | None) -> tuple[GateStep, ...]:
    """Return the signatures that a new text by whoever acts now would void."""
    if newest is None or case.stage not in SIGNED_IN:
        return ()
    authors = showing.author_ids(act, case, newest.round) | {act.somebody.id}
    rows = drafts.steps(act.session, case.id, newest.round)
    return voiding.voided(rows, act.plan_for(case).review.edit_reopens, authors)


def _ask(act: Act, case: Case, new: Written, newest: Draft, void: Sequence[GateStep], *, newer: bool = False) -> None:
    """Hold the text back and say what keeping it does."""
    hold(act, case, new, act.somebody.id, void)
    act.changed(case)
    gates = [_gate_name(act, case, row.gate) for row in void if row.gate != voiding.SIGNATURE]
    leader = next((_name(act, row.signed_by) for row in void if row.gate == voiding.SIGNATURE), "")
    places = len(showing.changes_to(newest, new.title, new.text))
    buttons = [
        Button(words.CONFIRM_EDIT, "draft", new.fingerprint, urgent=True),
        Button(words.CANCEL, "draft", f"{CANCELS}{new.fingerprint}"),
    ]
    effect = words.void_signatures(gates, leader)
    asked = words.ask_edit(case, newest.version, effect, len(new.text), places, newer=newer)
    act.reply(asked, [buttons], case=case)


def hold(act: Act, case: Case, new: Written, author_id: uuid.UUID, void: Sequence[GateStep]) -> None:
    """Hold a text until its writer says that it is meant: the newest one in place of any other of theirs."""
    newest, held = drafts.newest(act.session, case.id), _of(act, case, author_id)
    held = held or PendingDraft(case_id=case.id, author_id=author_id)  # type: ignore[call-arg]  # the rest is filled in below
    held.title, held.text, held.asked_at = new.title, new.text, act.now
    held.over_version, held.voids = newest.version if newest else 0, [row.gate for row in void]
    drafts.save(act.session, held)


def _of(act: Act, case: Case, author_id: uuid.UUID) -> PendingDraft | None:
    held = drafts.pending(act.session, case.id)
    return next((row for row in held if row.author_id == author_id), None)


def may_keep(case: Case, held: PendingDraft) -> bool:
    """Say whether a text may still be kept; one read from a document voids nothing and may be the next round's."""
    return case.stage in KEPT_IN or (case.stage == AFTER_RELEASE and not held.voids)


def awaited(act: Act, case: Case, author_id: uuid.UUID, name: str) -> PendingDraft | None:
    """Return the text of somebody that this very question was about."""
    row = _of(act, case, author_id)
    return row if row is not None and Written(row.title, row.text).fingerprint == name else None


def _why_gone(act: Act, case: Case, name: str) -> Said:
    """Say what is true of a question that is not open."""
    for row in drafts.pending(act.session, case.id):
        if Written(row.title, row.text).fingerprint == name:
            return words.asked_of_another(_name(act, row.author_id))
    newest = drafts.newest(act.session, case.id)
    for version in reversed(drafts.versions(act.session, case.id, newest.round) if newest else ()):
        if Written(version.title, version.text).fingerprint == name:
            return words.kept_already(case, version.version)
    return words.question_gone(case)


# keeping


def _keep(act: Act, case: Case, new: Written, before: Draft | None, corrects: str = "") -> None:
    """Make it the newest version; a text under review goes back to draft."""
    version, void = _next_version(act, case, before, new, corrects), _voids(act, case, before)
    same_round = before if before and before.round == version.round else None
    back = _move(case)
    drafts.save(act.session, version)
    held = _of(act, case, act.somebody.id)
    if held is not None:
        drafts.forget_pending(act.session, held)
    consulting.ask_again(act, case, version)
    _tell_signers(act, case, version, void)
    act.happened("drafted", case)
    told = words.drafted(case, version, showing.changes(same_round, version), same_round)
    act.reply(lines(told, showing.what_it_corrects(act, version), back), [[Button(words.SUBMIT, "submit")]], case=case)


def _refuse_unchanged(act: Act, case: Case, newest: Draft | None, new: Written, corrects: str = "") -> None:
    """Refuse a text that is the newest version already; the round after a release may begin with the same words."""
    if newest is None or _is_out(act, case, newest):
        return
    if corrects and corrects != newest.manifest.get("corrects"):
        return
    if (newest.title, newest.text) == (new.title, new.text):
        raise Refusal(words.nothing_new(newest.version))


def refuse_wrong_stage(case: Case) -> None:
    """Refuse a new text where none may be written."""
    if case.stage in versions.NOT_TAKEN:
        raise Refusal(words.take_first(case))
    if case.stage not in versions.ACTIONS:
        raise StageRefused(case.id, case.stage, "draft")


def _is_out(act: Act, case: Case, draft: Draft) -> bool:
    return draft.round in {release.round for release in releases.of_case(act.session, case.id)}


def _next_version(act: Act, case: Case, before: Draft | None, new: Written, corrects: str) -> Draft:
    same_round = before if before and not _is_out(act, case, before) else None
    corrects = corrects or (same_round.manifest.get("corrects", "") if same_round else "")
    return Draft(
        case_id=case.id,
        version=before.version + 1 if before else 1,
        round=same_round.round if same_round else (before.round if before else 0) + 1,
        title=new.title,
        text=new.text,
        author_id=act.somebody.id,
        written_at=act.now,
        public_id=same_round.public_id if same_round else act.house.public_id(),
        manifest={"corrects": corrects} if corrects else {},
        touches=versions.carried_touches(same_round.touches) if same_round else "unasked",
    )


def _move(case: Case) -> Said | None:
    """Go where an edit leads; return what is to be said of it."""
    action, left = versions.ACTIONS[case.stage], stage_name(case)
    if not action:
        return None
    case.move(action)
    return words.back_to_draft(left) if action == "edit" else None


def _tell_signers(act: Act, case: Case, version: Draft, void: Sequence[GateStep]) -> None:
    """Tell everybody whose signature became void, once, in one line."""
    signers: dict[uuid.UUID, list[str]] = {}
    for row in void:
        if row.signed_by is not None and row.signed_by != act.somebody.id:
            signers.setdefault(row.signed_by, []).append(row.gate)
    for signer, gates in signers.items():
        named = [_gate_name(act, case, gate) for gate in gates]
        told = words.your_signature_void(case, version.version, named)
        act.tell(_person(act, signer), told, case=case)


def _gate_name(act: Act, case: Case, gate: str) -> Said:
    plan = act.plan_for(case)
    return plan.review.signature.name if gate == voiding.SIGNATURE else plan.gate(gate).name


def _person(act: Act, person_id: uuid.UUID) -> Person:
    return people.person(act.session, person_id)


def _name(act: Act, person_id: uuid.UUID | None) -> str:
    return _person(act, person_id).name if person_id else ""
