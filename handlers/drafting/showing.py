"""A draft before somebody's eyes: the whole text, what is new in it, and the note that it was shown."""

import uuid
from collections.abc import Sequence
from typing import Any, Final

from config.language import Line, Said, lines
from handlers.act import APPROVAL, Act
from handlers.conversation import Button
from handlers.drafting import words
from handlers.drafting.difference import Change, between
from handlers.drafting.figures import unsupported
from handlers.drafting.manifest import Copy, build_manifest, manifest_hash, release_url, short_hash
from storage import draft as drafts
from storage import release as releases
from storage.case import Case
from storage.draft import Draft, Fact
from storage.person import Person
from storage.release import Release

WHOLE: Final = 3000  # characters; a longer text comes only when it is asked for
EXCERPT: Final = 300  # characters


def copy_of(act: Act, case: Case, draft: Draft) -> Copy:
    """Return what the forms of a draft are made of."""
    url = release_url(act.house.public_url, draft.public_id)
    bureau = act.plan_for(case).bureau.name.zh
    return Copy(draft.title, draft.text, draft.public_id, url, bureau, draft.manifest.get("corrects", ""))


def manifest_of(act: Act, case: Case, draft: Draft) -> dict[str, Any]:
    """Return a draft's manifest: the frozen one, or what would be frozen now."""
    if draft.manifest_hash:
        return draft.manifest
    return build_manifest(copy_of(act, case, draft), act.plan_for(case).release_channels)


def hash_of(act: Act, case: Case, draft: Draft) -> str:
    """Return the name of a draft's manifest."""
    return draft.manifest_hash or manifest_hash(manifest_of(act, case, draft))


def shows(act: Act, case: Case, draft: Draft, person: Person) -> dict[str, Any]:
    """Return the note that a message lets somebody see the whole of this draft."""
    return {
        "person": str(person.id),
        "case": str(case.id),
        "version": draft.version,
        "manifest": hash_of(act, case, draft),
    }


def corrected(act: Act, draft: Draft) -> Release | None:
    """Return the release that a draft puts right; None for one that is no correction."""
    corrects = draft.manifest.get("corrects")
    return releases.by_public_id(act.session, corrects) if corrects else None


def what_it_corrects(act: Act, draft: Draft) -> Said | None:
    """Say which release a draft puts right; nothing for one that is no correction."""
    wrong = corrected(act, draft)
    return words.corrects(wrong.round, wrong.title) if wrong else None


def seen_before(act: Act, case: Case, draft: Draft, person: Person | None) -> Draft | None:
    """Return the other version this reader saw last; without one, the version before this in its round."""
    versions = drafts.versions(act.session, case.id, draft.round)
    seen = drafts.shown_to(act.session, person.id, case.id) if person else None
    if seen is not None and seen.draft_version != draft.version:
        for other in versions:
            if other.version == seen.draft_version:
                return other
    earlier = [other for other in versions if other.version < draft.version]
    return earlier[-1] if earlier else None


def changes(before: Draft | None, draft: Draft) -> tuple[Change, ...]:
    """List what is new in a draft."""
    return changes_to(before, draft.title, draft.text) if before else ()


def changes_to(before: Draft, title: str, text: str) -> tuple[Change, ...]:
    """List what is new in a text against a version."""
    return between((before.title, before.text), (title, text))


def version_name(before: Draft | None, draft: Draft) -> Line:
    """Name a version and how far it is from another: v3(与 v2 差 2 处)."""
    if before is None:
        return words.version(draft.version)
    return words.version_against(draft.version, before.version, len(changes(before, draft)))


def is_long(draft: Draft) -> bool:
    """Say whether a text is too long to come along unasked."""
    return len(draft.text) > WHOLE


def whole(draft: Draft) -> Said:
    """Return a draft's title and text, all of it."""
    return words.whole(draft.title, draft.text)


def body(draft: Draft) -> Said:
    """Return a draft's title and text, or the beginning of a long one."""
    return words.beginning(draft.title, draft.text, EXCERPT) if is_long(draft) else whole(draft)


def show_whole(act: Act, case: Case, draft: Draft, person: Person, above: Said) -> bool:
    """Send somebody the whole text 1:1, so that it counts as shown to them; False when no chat reaches them."""
    buttons = review_buttons(act, case, draft, person)
    return act.tell(
        person, lines(above, whole(draft)), buttons, case=case, shows=shows(act, case, draft, person), lane=APPROVAL
    )


def review_buttons(act: Act, case: Case, draft: Draft, person: Person) -> list[list[Button]]:
    """Return the buttons of a reviewer who is asked; nobody else gets any."""
    if case.stage not in ("review", "signature"):
        return []
    asked = [step for step in drafts.steps(act.session, case.id, draft.round) if step.stage == "open"]
    mine = next((step for step in asked if str(person.id) in step.asked_ids), None)
    return [] if mine is None else [gate_buttons(hash_of(act, case, draft), mine.position)]


def gate_buttons(manifest: str, position: int) -> list[Button]:
    """Return sign and return; what is signed is named by its first digits and the gate's place."""
    return [
        Button(words.SIGN, "approve", f"{short_hash(manifest)}.{position}"),
        Button(words.RETURN, "reject"),
    ]


def author_ids(act: Act, case: Case, round_: int) -> frozenset[uuid.UUID]:
    """Return everybody who wrote a version of this round: none of them may sign it."""
    return frozenset(draft.author_id for draft in drafts.versions(act.session, case.id, round_))


def unbacked(draft: Draft, ledger: Sequence[Fact]) -> tuple[str, ...]:
    """List the numbers of a text that no fact on record states."""
    return unsupported(f"{draft.title}\n{draft.text}", [fact.text for fact in ledger])
