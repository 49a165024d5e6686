"""Forms of words that are compiled when they are first looked for: a whole table of them takes too long for a start."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property


class Form:
    """A regular expression, compiled when it is first used."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        """Keep the pattern."""
        self._pattern = pattern
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._pattern, self._flags)

    def match(self, text: str) -> re.Match[str] | None:
        """Match the beginning of a text."""
        return self._compiled.match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Match a whole text."""
        return self._compiled.fullmatch(text)

    def search(self, text: str) -> re.Match[str] | None:
        """Find the first place."""
        return self._compiled.search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Find every place."""
        return self._compiled.finditer(text)

    def sub(self, change: Callable[[re.Match[str]], str], text: str) -> str:
        """Change every place."""
        return self._compiled.sub(change, text)
