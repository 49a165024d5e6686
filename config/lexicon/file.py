"""One lexicon file: read with the line of every entry, checked, refused with what to write instead."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from config.language import Line, t
from config.lexicon.alternatives import alternatives
from config.lexicon.entries import EMERGENCY_CLASSES, SHORTEST_WORD, SIGNS, Clue, KindRule, Topic
from config.lexicon.short_post import short_post
from config.problems import FileError, Problem, nearest
from config.yaml_tree import Tree, read_file, read_tree

_FILE_KEYS: Final = ("kinds", "clues", "topics")
_KIND_KEYS: Final = ("at", "needs")
_CLUE_KEYS: Final = ("name", "for", "words", "patterns", "short_post", "most", "negatable", "class")
_SHORT_POST_KEYS: Final = ("letters", "about", "wrong", "unless")
_TOPIC_KEYS: Final = ("key", "name", "ours", "body", "words", "patterns")
_COUNTED: Final = 3


@dataclass(frozen=True, slots=True)
class LexiconFile:
    """The entries of one file, and where its names stand."""

    kinds: tuple[KindRule, ...]
    clues: tuple[Clue, ...]
    topics: tuple[Topic, ...]
    spoken_for: tuple[Tree, ...]  # the `for` of every clue
    needed: tuple[Tree, ...]

    @classmethod
    def read(cls, path: Path) -> "LexiconFile":
        """Read and check a file; FileError lists every problem in it."""
        return _Reader(read_tree(read_file(path), path.name)).whole()


def check_names(files: Sequence[LexiconFile]) -> None:
    """Refuse weights for a kind, or needs of a clue, that no file defines."""
    kinds = {rule.kind for file in files for rule in file.kinds} | set(SIGNS)
    clues = {clue.name for file in files for clue in file.clues}
    problems = [
        *(_unknown(at, key, kinds) for file in files for tree in file.spoken_for for key, at in tree.fields.items()),
        *(_unknown(tree, tree.word, clues) for file in files for tree in file.needed),
    ]
    found = [problem for problem in problems if problem]
    if found:
        raise FileError(found)


def _unknown(at: Tree, name: str, known: Iterable[str]) -> Problem | None:
    names = sorted(known)
    if name in names:
        return None
    what = t("不认识 {name}{hint};可写 {known}", name=name, hint=nearest(name, names), known=", ".join(names))
    return Problem(at.file, at.line, what)


class _Reader:
    """Turns a tree into entries and notes every problem on the way."""

    def __init__(self, root: Tree) -> None:
        self.root = root
        self.problems: list[Problem] = []

    def whole(self) -> LexiconFile:
        self.known(self.root, _FILE_KEYS)
        clues = self.listed("clues", _CLUE_KEYS)
        topics = self.listed("topics", _TOPIC_KEYS)
        kinds = self.part(self.root, "kinds")
        if kinds.value is not None and not kinds.fields:
            self.note(kinds, t("kinds 请每类一行,如 emergency: {{at: 2}}"))
        file = LexiconFile(
            kinds=tuple(self.kind(key, entry) for key, entry in kinds.fields.items()),
            clues=tuple(self.clue(entry) for entry in clues),
            topics=tuple(self.topic(entry) for entry in topics),
            spoken_for=tuple(self.part(entry, "for") for entry in clues),
            needed=tuple(each for entry in kinds.fields.values() for each in self.part(entry, "needs").entries),
        )
        if self.problems:
            raise FileError(self.problems)
        return file

    def note(self, at: Tree, what: Line) -> None:
        self.problems.append(Problem(at.file, at.line, what))

    def part(self, entry: Tree, key: str) -> Tree:
        return entry.get(key) or Tree(entry.file, entry.line, None)

    def known(self, entry: Tree, allowed: Sequence[str]) -> None:
        for key, value in entry.fields.items():
            problem = _unknown(value, key, allowed)
            if problem:
                self.problems.append(problem)

    def listed(self, key: str, allowed: Sequence[str]) -> tuple[Tree, ...]:
        given = self.part(self.root, key)
        if given.value is not None and not given.entries:
            self.note(given, t("{key} 应是列表;每一项以「- 」开头", key=key))
        for entry in given.entries:
            self.known(entry, allowed)
        return given.entries

    def kind(self, key: str, entry: Tree) -> KindRule:
        self.known(entry, _KIND_KEYS)
        needs = tuple(each.word for each in self.part(entry, "needs").entries)
        return KindRule(key, self.number(self.part(entry, "at"), "at"), needs)

    def clue(self, entry: Tree) -> Clue:
        emergency_class = self.part(entry, "class")
        if emergency_class.value is not None and emergency_class.word not in EMERGENCY_CLASSES:
            self.note(emergency_class, t("class 请写其中一个:{known}", known=", ".join(EMERGENCY_CLASSES)))
        return Clue(
            name=self.text(entry, "name"),
            weights=self.weights(entry),
            words=self.words(entry),
            patterns=self.patterns(entry) + self.short_post(self.part(entry, "short_post")),
            most=self.most(self.part(entry, "most")),
            negatable=self.part(entry, "negatable").value is True,
            emergency_class=emergency_class.word or None,
        )

    def topic(self, entry: Tree) -> Topic:
        ours = self.part(entry, "ours").value
        if not isinstance(ours, bool):
            self.note(entry, t("请写 ours: true(本局)或 ours: false(其他单位)"))
        return Topic(
            key=self.text(entry, "key"),
            name=self.text(entry, "name"),
            ours=ours is True,
            body="" if ours is True else self.text(entry, "body"),
            words=self.words(entry),
            patterns=self.patterns(entry),
        )

    def text(self, entry: Tree, key: str) -> str:
        written = self.part(entry, key)
        if not written.word.strip():
            self.note(written, t("缺少 {key};请写 {key}: 文字", key=key))
        return written.word.strip()

    def number(self, written: Tree, key: str) -> float:
        if isinstance(written.value, int | float) and not isinstance(written.value, bool):
            return float(written.value)
        self.note(written, t("{key} 请写成数字,如 1.5 或 -1", key=key))
        return 0.0

    def most(self, written: Tree) -> int:
        if written.value is None:
            return _COUNTED
        if isinstance(written.value, int) and not isinstance(written.value, bool) and written.value > 0:
            return written.value
        self.note(written, t("most 请写成 1 以上的整数"))
        return _COUNTED

    def weights(self, entry: Tree) -> Mapping[str, float]:
        written = self.part(entry, "for")
        if not written.fields:
            self.note(written, t("请写 for: {{vital_interests: 2}},说明这些词支持哪一类、有多重"))
        return MappingProxyType({kind: self.number(weight, kind) for kind, weight in written.fields.items()})

    def words(self, entry: Tree) -> tuple[str, ...]:
        written = self.part(entry, "words")
        words = tuple(dict.fromkeys(written.word.split()))
        for word in words:
            if len(word) < SHORTEST_WORD:
                self.note(written, t("「{word}」太短;词至少两个字,否则请写在 patterns 里", word=word))
        if not words and not self.part(entry, "patterns").entries and not self.part(entry, "short_post").fields:
            self.note(entry, t("请写 words(词之间空一格)或 patterns(列表)"))
        return words

    def patterns(self, entry: Tree) -> tuple[re.Pattern[str], ...]:
        written = self.part(entry, "patterns").entries
        return tuple(
            re.compile(each) for pattern in written if self.is_pattern(pattern) for each in alternatives(pattern.word)
        )

    def short_post(self, written: Tree) -> tuple[re.Pattern[str], ...]:
        if written.value is None:
            return ()
        self.known(written, _SHORT_POST_KEYS)
        about, wrong = (self.text(written, key).split() for key in ("about", "wrong"))
        letters = self.number(self.part(written, "letters"), "letters")
        if self.problems:
            return ()
        return (short_post(int(letters), about, wrong, self.part(written, "unless").word.split()),)

    def is_pattern(self, written: Tree) -> bool:
        try:
            re.compile(written.word)
        except re.error as error:
            self.note(
                written,
                t("「{word}」不是有效的正则表达式({why});( ) [ ] ? * + . 前请加 \\", word=written.word, why=str(error)),
            )
            return False
        return True
