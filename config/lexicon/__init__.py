"""The words that speak for a kind, a topic or a rumour: data the bureau can read and change, loaded once and frozen.

Files are YAML. Each may hold `kinds` (when a kind is spoken for), `clues` (words and what they weigh for which kind)
and `topics` (what belongs to the bureau, and what to whom else). Several files are read as one.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from config.lexicon.entries import SIGNS, Clue, KindRule, Lexicon, Topic, indexed
from config.lexicon.file import LexiconFile, check_names
from config.lexicon.patterns import Patterns

__all__ = ["SIGNS", "Clue", "KindRule", "Lexicon", "Topic", "load_lexicon", "shipped_files"]

HERE: Final = Path(__file__).parent


def shipped_files() -> tuple[Path, ...]:
    """Return the lexicon files that come with the desk."""
    return tuple(sorted(HERE.glob("*.yaml")))


def load_lexicon(paths: Sequence[Path] | None = None) -> Lexicon:
    """Read lexicon files, those that come with the desk by default.

    Raises FileError (a ValueError) that names file, line, what is wrong and what to write instead.
    """
    files = [LexiconFile.read(path) for path in (shipped_files() if paths is None else paths)]
    check_names(files)
    clues = tuple(clue for file in files for clue in file.clues)
    topics = tuple(topic for file in files for topic in file.topics)
    rules = {rule.kind: rule for file in files for rule in file.kinds}
    patterns = Patterns.of([*(clue.patterns for clue in clues), *(topic.patterns for topic in topics)])
    return Lexicon(tuple(rules.values()), clues, topics, indexed([*clues, *topics]), patterns)
