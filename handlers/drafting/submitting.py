"""Sending a text to the gates: what is asked, pointed out or refused before it goes."""

from collections.abc import Sequence
from typing import Final

from config.language import lines, t
from handlers.act import Act
from handlers.conversation import Button
from handlers.drafting import consulting, showing, template_words, words
from handlers.drafting.manifest import build_manifest, manifest_hash
from handlers.drafting.templates import gaps
from handlers.errors import Refusal
from storage import draft as drafts
from storage import person as people
from storage.case import Case
from storage.draft import Draft

MOST_AGENCY_BUTTONS: Final = 6


def go_on(act: Act, case: Case, newest: Draft) -> None:
    """Submit a text, or say the first thing that comes before that."""
    _refuse_gaps(case, newest)
    _refuse_unchanged_since_return(act, case, newest)
    unbacked = _unbacked(act, case, newest)
    if unbacked:
        newest.numbers_told_at = act.now
        drafts.save(act.session, newest)
        act.changed(case)
        empty = not drafts.facts(act.session, case.id)
        told = words.numbers_without_facts(case, newest.version, unbacked, empty=empty)
        act.reply(told, [[Button(words.SUBMIT, "submit")]], case=case)
    elif newest.touches == "unasked":
        known = _may_be_touched(act, case)
        act.reply(words.ask_touches(case, newest, known=bool(known)), _touches_buttons(known, newest), case=case)
    else:
        _submit(act, case, newest)


def _refuse_gaps(case: Case, newest: Draft) -> None:
    """Refuse a text in which something is still to be filled in."""
    left = gaps(f"{newest.title}\n{newest.text}")
    if left:
        raise Refusal(template_words.unfilled(case, newest.version, left))


def _refuse_unchanged_since_return(act: Act, case: Case, newest: Draft) -> None:
    """Refuse a text that stands as it was when it was sent back last."""
    given = drafts.signatures(act.session, case.id)
    back = next((one for one in reversed(given) if (one.round, one.act) == (newest.round, "returned")), None)
    if back is None:
        return
    returned = drafts.version(act.session, case.id, back.draft_version)
    if (returned.title, returned.text) == (newest.title, newest.text):
        name = people.person(act.session, back.by).name
        raise Refusal(words.unchanged_since_return(case, name, back.reason))


def _unbacked(act: Act, case: Case, newest: Draft) -> tuple[str, ...]:
    """List the numbers of a text that no fact on record states; what was pointed out in this round is not repeated."""
    if newest.numbers_told_at is not None:
        return ()
    ledger = drafts.facts(act.session, case.id)
    told: set[str] = set()
    for version in drafts.versions(act.session, case.id, newest.round):
        if version.numbers_told_at is not None:
            told.update(showing.unbacked(version, ledger))
    found = showing.unbacked(newest, ledger)
    return found if set(found) - told else ()


def _submit(act: Act, case: Case, newest: Draft) -> None:
    newest.manifest = build_manifest(showing.copy_of(act, case, newest), act.plan_for(case).release_channels)
    newest.manifest_hash, newest.submitted_at = manifest_hash(newest.manifest), act.now
    drafts.save(act.session, newest)
    case.move("submit")
    consulting.ask_waiting(act, case, newest)
    open_facts = sum(1 for fact in drafts.facts(act.session, case.id) if fact.confirmed_by is None)
    told = words.submitted(case, newest, open_facts, consulting.waiting(act, case, newest))
    act.reply(lines(told, showing.what_it_corrects(act, newest)), case=case)
    act.happened("submitted", case)


def _may_be_touched(act: Act, case: Case) -> list[str]:
    """List the agencies that are offered: those that assist first."""
    return list(dict.fromkeys([*case.assisting_bodies, *consulting.known_agencies(act)]))[:MOST_AGENCY_BUTTONS]


def _touches_buttons(known: Sequence[str], newest: Draft) -> list[list[Button]]:
    named = [Button(t("涉及 {agency}", agency=name), "touches", name) for name in known]
    return [
        [Button(words.NO_OTHER_AGENCY, "touches", f"no v{newest.version}")],
        *(named[i : i + 2] for i in range(0, len(named), 2)),
    ]
