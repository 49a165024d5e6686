"""What is wrong in a file the bureau wrote: where, what, and what to write instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from config.language import Line, Voice, t


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one file; line 0 means the file as a whole."""

    file: str
    line: int
    what: Line

    def say(self, voice: Voice) -> str:
        """Return file, line, what is wrong and what to write instead."""
        if self.line:
            return t("{file} 第 {line} 行:{what}", file=self.file, line=self.line, what=self.what).say(voice)
        return t("{file}:{what}", file=self.file, what=self.what).say(voice)


class FileError(ValueError):
    """A file the bureau wrote was refused; every problem found in it is listed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order given, each once."""
        self.problems = _once(problems)
        super().__init__(self.problems)

    def say(self, voice: Voice) -> str:
        """Return one line per problem in the reader's language."""
        return "\n".join(problem.say(voice) for problem in self.problems)

    def __str__(self) -> str:
        """Return every problem in Chinese and then in English."""
        both = (Voice("zh"), Voice("en"))
        return "\n".join("\n".join(dict.fromkeys(problem.say(voice) for voice in both)) for problem in self.problems)


def nearest(written: str, known: Iterable[str]) -> Line | str:
    """Return "did you mean …?" for a word that is not known, or nothing when none is near."""
    found = get_close_matches(written.lower(), list(known), n=1, cutoff=0.6)
    return t(",是否想写 {nearest}?", nearest=found[0]) if found else ""


def _once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple({problem.say(Voice("zh")): problem for problem in problems}.values())
