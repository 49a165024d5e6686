"""A draft that comes as a .docx: its text is read, shown whole to whoever sent it, and kept when they say so (R7)."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from handlers.act import Act
from handlers.conversation import Button, File
from handlers.drafting import document_words as words
from handlers.drafting import rewriting
from handlers.drafting.manifest import canonical_copy
from handlers.drafting.versions import Written
from handlers.errors import Refusal
from handlers.reading.docx import Document, NotRead, read
from storage import case as cases
from storage import person as people
from storage.case import Case

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
    if file.size > act.house.file_limit:
        raise Refusal(words.too_large(file.name, act.house.file_limit))
    if file.sha256:  # it was kept at once, where nothing is fetched
        raise Refusal(words.cannot_read_here())
    act.wanted_of_file = {"draft_of": str(case.id), "draft_by": str(act.somebody.id), "title": title}
    act.answer(words.reading(file.name), case=case)


def came(act: Act, wanted: Mapping[str, Any], name: str, found: Document | NotRead) -> None:
    """Show the text that was read to whoever sent it, and ask whether it is the draft; or say why it was not read."""
    case = cases.load(act.session, uuid.UUID(wanted["draft_of"]))
    author = people.person(act.session, uuid.UUID(wanted["draft_by"]))
    if isinstance(found, NotRead):
        act.tell_or_name(author, "staff", words.not_read(name, found.fault), case=case)
        return
    new = _written(found, str(wanted["title"]))
    fault = rewriting.fault_of(new, words.form(case))
    if fault is not None:
        act.tell_or_name(author, "staff", fault, case=case)
        return
    rewriting.hold(act, case, new, author.id, ())
    buttons = [
        Button(words.KEEP, "draft", new.fingerprint, urgent=True),
        Button(words.DROP, "draft", f"{rewriting.CANCELS}{new.fingerprint}"),
    ]
    told = words.read(case, name, new.title, new.text, found.left)
    act.tell_or_name(author, "staff", told, [buttons], case=case)


def _written(found: Document, title: str) -> Written:
    """Take the first paragraph as the title, unless one was typed."""
    rows = list(found.paragraphs)
    named = title or rows.pop(0)
    return Written(" ".join(canonical_copy(named).split()), canonical_copy("\n".join(rows)))


def of_bytes(content: bytes) -> Document | NotRead:
    """Read a document; why it cannot be is returned, since it is told to its sender."""
    try:
        return read(content)
    except NotRead as fault:
        return fault
