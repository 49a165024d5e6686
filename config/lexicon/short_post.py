"""A post written in haste: a few words that name a thing and what is wrong with it, without the words of a report."""

import re
from collections.abc import Sequence
from typing import Final

_WITHIN: Final = 40  # letters of one sentence, before what is wrong


def short_post(letters: int, about: Sequence[str], wrong: Sequence[str], unless: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern for posts of one line and so many letters at most.

    It finds a sentence's beginning up to one of the words for what is `wrong`, where the post also holds one of those
    it is `about`, and nothing where it holds one of `unless`.
    """
    kept_out = f"(?!.*{_any(unless)})" if unless else ""
    short = rf"^(?=[^\n]{{1,{max(1, letters)}}}$)"
    return re.compile(rf"{short}{kept_out}(?=.*{_any(about)})[^。]{{0,{_WITHIN}}}?{_any(wrong)}")


def _any(words: Sequence[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, words))})"
