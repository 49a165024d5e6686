"""What changed between two versions of a text, sentence by sentence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

_SENTENCE: Final = re.compile(r"[^。!?\uff01\uff1f;\uff1b\n]*(?:[。!?\uff01\uff1f;\uff1b]+[”’」』)\uff09]*|\n+|$)")


@dataclass(frozen=True)
class Change:
    """One place where two texts differ; either side may be empty."""

    removed: str
    added: str


def sentences(text: str) -> tuple[str, ...]:
    """Cut a text after every full stop and line end; joined again they are the text."""
    return tuple(part for part in _SENTENCE.findall(text) if part)


def differences(before: str, after: str) -> tuple[Change, ...]:
    """List the places where two texts differ, in reading order."""
    old, new = sentences(before), sentences(after)
    matcher = SequenceMatcher(None, old, new)
    return tuple(
        Change(_joined(old[i1:i2]), _joined(new[j1:j2]))
        for what, i1, i2, j1, j2 in matcher.get_opcodes()
        if what != "equal"
    )


def between(before: tuple[str, str], after: tuple[str, str]) -> tuple[Change, ...]:
    """List the places where two versions (title, text) differ, the title first."""
    titles = () if before[0] == after[0] else (Change(before[0], after[0]),)
    return (*titles, *differences(before[1], after[1]))


def _joined(parts: Sequence[str]) -> str:
    return "".join(parts)
