"""The rules of a draft's versions: what was typed, when it may be written, what it keeps of the one before."""

import hashlib
from dataclasses import dataclass
from typing import Final, Literal

from handlers.drafting.manifest import canonical_copy, short_hash
from handlers.text.canonical import command_text, visible

LONGEST_TEXT: Final = 20_000  # characters
LONGEST_TITLE: Final = 100  # characters
LONGEST_TYPED: Final = 500  # characters; a longer remark stands as it was understood
ACTIONS: Final = {"draft": "", "follow_up": "draft", "review": "edit", "signature": "edit", "issue": "edit"}
NOT_TAKEN: Final = ("assignment", "acceptance")  # somebody must take the case first
_ENDINGS: Final = " \n:\uff1a,\uff0c。!\uff01"  # what is not read as part of a command
Fault = Literal["", "empty", "one_line", "title_too_long", "text_too_long"]


@dataclass(frozen=True)
class Written:
    """A title and a text as somebody wrote them, in the form they will be signed."""

    title: str
    text: str

    @property
    def fingerprint(self) -> str:
        """Return the first digits of the SHA-256 of title and text: what a button about this text carries."""
        return short_hash(hashlib.sha256(f"{self.title}\n{self.text}".encode()).hexdigest())

    @property
    def fault(self) -> Fault:
        """Return what keeps this from being a draft; empty when nothing does."""
        if not self.title:
            return "empty"
        if not self.text:
            return "one_line"
        if len(self.title) > LONGEST_TITLE:
            return "title_too_long"
        return "text_too_long" if len(self.text) > LONGEST_TEXT else ""


def written(understood: str, typed: str) -> Written:
    """Read a draft: understood names the title in plain form, typed holds the very characters that were sent.

    A command is read with its full-width signs made plain; a text that the public will read keeps them.
    """
    title, _, body = understood.strip().partition("\n")
    whole = visible(typed).strip()
    rows = whole.split("\n")
    for number, row in enumerate(rows):
        if (found := _tail(row, title)) is not None:
            return Written(_clean(found), canonical_copy("\n".join(rows[number + 1 :])))
    return Written(_clean(title), canonical_copy(body))


def as_typed(understood: str, typed: str) -> str:
    """Return the end of what was typed that was understood so, with its own signs."""
    found = _tail(visible(typed).rstrip(_ENDINGS), understood)
    return understood if found is None else found.strip()


def carried_touches(before: str) -> str:
    """Return what a new text knows about other agencies from the one before: a yes stays, a no is asked again."""
    return before if before == "yes" else "unasked"


def _tail(row: str, plain: str) -> str | None:
    """Find the shortest end of a row that reads as plain."""
    if not plain or len(plain) > LONGEST_TYPED or not command_text(row).endswith(plain):
        return None
    for start in range(len(row) - 1, -1, -1):
        if command_text(row[start:]) == plain:
            return row[start:]
    return None


def _clean(title: str) -> str:
    return " ".join(canonical_copy(title).split())
