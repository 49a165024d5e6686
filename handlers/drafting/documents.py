"""A draft that comes as a .docx: its text is read, shown whole to whoever sent it, and kept when they say so (R7)."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from config.language import Said
from handlers.act import Act
from handlers.conversation import Button, File
from handlers.drafting import document_words as words
from handlers.drafting import rewriting
from handlers.drafting.manifest import canonical_copy
from handlers.drafting.versions import Written
from handlers.errors import Refusal
from handlers.reading.docx import Document, NotRead, read
from storage import case as cases
from storage import draft as drafts
from storage import person as people
from storage.case import Case
from storage.draft import PendingDraft
from storage.person import Person

ENDINGS: Final = (".docx", ".doc", ".wps", ".odt", ".rtf", ".dotx")
READ: Final = ".docx"


def in_message(act: Act) -> File | None:
    """Return the document that came with the words; None when there is none."""
    files = act.incoming.files if act.incoming is not None else ()
    return next((file for file in files if file.name.lower().endswith(ENDINGS)), None)


def expect(act: Act, case: Case, file: File, title: str) -> None:
    """Let a document be read once it is here; its sender is shown the text then."""
    rewriting.refuse_wrong_stage(case)
    if not file.name.lower().endswith(READ):
        raise Refusal(words.not_docx(file.name))
    if len(act.incoming.files if act.incoming else ()) != 1:
        raise Refusal(words.one_at_a_time())
    if file.sha256:  # it was kept at once, where nothing is fetched
        raise Refusal(words.cannot_read_here())
    act.wanted_of_file = {"draft_of": str(case.id), "draft_by": str(act.somebody.id), "title": title}
    act.answer(words.reading(file.name), case=case)


def came(act: Act, wanted: Mapping[str, Any], name: str, found: Document | NotRead) -> None:
    """Show the text that was read to whoever sent it, and ask whether it is the draft; or say why it was not read."""
    case = cases.load(act.session, uuid.UUID(wanted["draft_of"]))
    author = people.person(act.session, uuid.UUID(wanted["draft_by"]))
    if isinstance(found, NotRead):
        _tell(act, author, case, words.not_read(name, found.fault), [])
        return
    new = _written(found, str(wanted["title"]))
    fault = rewriting.fault_of(new, words.form(case))
    if fault is not None:
        _tell(act, author, case, fault, [])
        return
    newest = drafts.newest(act.session, case.id)
    mine = [row for row in drafts.pending(act.session, case.id) if row.author_id == author.id]
    held = mine[0] if mine else PendingDraft(case_id=case.id, author_id=author.id)  # type: ignore[call-arg]  # filled in below
    held.title, held.text, held.asked_at = new.title, new.text, act.now
    held.over_version, held.voids = newest.version if newest else 0, []
    drafts.save(act.session, held)
    buttons = [
        Button(words.KEEP, "draft", new.fingerprint, urgent=True),
        Button(words.DROP, "draft", f"{rewriting.CANCELS}{new.fingerprint}"),
    ]
    _tell(act, author, case, words.read(case, name, new.title, new.text, found.left), [buttons])


def _written(found: Document, title: str) -> Written:
    """Take the first paragraph as the title, unless one was typed."""
    rows = list(found.paragraphs)
    named = title or rows.pop(0)
    return Written(" ".join(canonical_copy(named).split()), canonical_copy("\n".join(rows)))


def _tell(act: Act, author: Person, case: Case, text: Said, buttons: list[list[Button]]) -> None:
    if not act.tell(author, text, buttons, case=case):
        act.announce("staff", text, buttons, case=case, names=author)


def of_bytes(content: bytes) -> Document | NotRead:
    """Read a document; why it cannot be is returned, since it is told to its sender."""
    try:
        return read(content)
    except NotRead as fault:
        return fault
