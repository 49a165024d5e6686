"""Lexicon files: read as one, and refused with the line and what to write instead (R3)."""

from pathlib import Path

import pytest

from config.lexicon import load_lexicon
from config.problems import FileError
from handlers.reading.post import read_post
from tests.rules.reading import TABLE, TODAY

# A lexicon file the bureau wrote wrongly: what it holds, the line, and a part of the answer.
BAD_FILES = [
    ("kinds: [emergency]\n", 1, "at"),
    ("kinds:\n  emergency: {at: viel}\n", 2, "at"),
    ("kinds:\n  emergency: {at: 2, needs: [evnt]}\n", 2, "evnt"),
    ("clues:\n  - name: a\n    for: {emergncy: 1}\n    words: 火灾\n", 3, "emergncy"),
    ("clues:\n  - name: a\n    for: {rumour: much}\n    words: 火灾\n", 3, "rumour"),
    ("clues:\n  - name: a\n    words: 火灾\n", 2, "for"),
    ("clues:\n  - name: a\n    for: {rumour: 1}\n", 2, "words"),
    ("clues:\n  - name: a\n    for: {rumour: 1}\n    words: 火 水灾\n", 4, "火"),
    ("clues:\n  - name: a\n    for: {rumour: 1}\n    patterns:\n      - '(停'\n", 5, "(停"),
    ("clues:\n  - name: a\n    for: {rumour: 1}\n    words: 火灾\n    most: 0\n", 5, "most"),
    ("clues:\n  - name: a\n    for: {rumour: 1}\n    words: 火灾\n    class: fire\n", 5, "accident"),
    ("clues:\n  - name: a\n    for: {rumour: 1}\n    word: 火灾\n", 4, "words"),
    ("clues:\n  - name: a\n    for: {rumour: 1}\n    short_post: 火灾\n", 4, "about"),
    ("clues:\n  - name: a\n    for: {rumour: 1}\n    short_post: {letters: 9, about: 楼}\n", 4, "wrong"),
    ("clues:\n  - name: a\n    for: {rumour: 1}\n    short_post: {letters: 短, about: 楼, wrong: 漏}\n", 4, "letters"),
    ("clues:\n  - name: a\n    for: {rumour: 1}\n    short_post: {words: 9}\n", 4, "unless"),
    ("clues: 火灾\n", 1, "clues"),
    ("topics:\n  - {key: a, name: 甲, words: 火灾}\n", 2, "ours"),
    ("topics:\n  - {key: a, name: 甲, ours: false, words: 火灾}\n", 2, "body"),
    ("topics:\n  - {name: 甲, ours: true, words: 火灾}\n", 2, "key"),
    ("words: 火灾\n", 1, "clues"),
    ("clues:\n  - name: 'a\n", 3, "YAML"),
]


@pytest.mark.parametrize(("written", "line", "answer"), BAD_FILES)
def test_a_bad_lexicon_is_refused(tmp_path: Path, written: str, line: int, answer: str) -> None:
    """A wrong lexicon file is refused with its name, the line and what to write instead."""
    path = tmp_path / "mine.yaml"
    path.write_text(written, encoding="utf-8")

    with pytest.raises(FileError) as refused:
        load_lexicon([path])

    assert f"mine.yaml 第 {line} 行" in str(refused.value)
    assert answer in str(refused.value)


def test_files_are_read_as_one(tmp_path: Path) -> None:
    """A bureau's own file adds words and topics, and its thresholds replace those that came before."""
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "kinds:\n  lighting: {at: 1}\nclues:\n  - name: light\n    for: {lighting: 2}\n    words: 灯光秀\n",
        encoding="utf-8",
    )
    theirs = tmp_path / "theirs.yaml"
    theirs.write_text("kinds:\n  lighting: {at: 5}\n", encoding="utf-8")
    text = "江滨灯光秀太亮"

    def kinds_by(paths: list[Path]) -> list[str]:
        return list(read_post(text, lexicon=load_lexicon(paths), accident_grades=TABLE, today=TODAY).kinds)

    assert kinds_by([mine]) == ["lighting"]
    assert kinds_by([mine, theirs]) == []


def test_words_that_two_groups_know_make_nothing_surer(tmp_path: Path) -> None:
    """A group that knows the words of another adds to the weight alone, one with words of its own to the certainty."""
    group = "  - name: {name}\n    for: {{lighting: 2}}\n    words: {words}\n"

    def certainty(*groups: str) -> float:
        mine = tmp_path / "mine.yaml"
        clues = "".join(group.format(name=f"group{n}", words=words) for n, words in enumerate(groups))
        mine.write_text("kinds:\n  lighting: {at: 2}\nclues:\n" + clues, encoding="utf-8")
        text = "江滨灯光秀太亮,晃得睡不着"
        return read_post(text, lexicon=load_lexicon([mine]), accident_grades=TABLE, today=TODAY).certainty

    assert certainty("灯光秀") == certainty("灯光秀", "光秀") == certainty("灯光秀", "江滨灯光秀")
    assert certainty("灯光秀") < certainty("灯光秀", "晃得")


def test_a_short_post_names_a_thing_and_what_is_wrong_with_it(tmp_path: Path) -> None:
    """Both are needed, in a post of one line that is no longer than said and holds nothing that keeps it out."""
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "kinds:\n  lighting: {at: 1}\nclues:\n  - name: dark\n    for: {lighting: 2}\n"
        "    short_post: {letters: 12, about: 路灯 楼道, wrong: 黑 坏了, unless: 请问 ?}\n",
        encoding="utf-8",
    )
    lexicon = load_lexicon([mine])

    def speaks(text: str) -> bool:
        return bool(read_post(text, lexicon=lexicon, accident_grades=TABLE, today=TODAY).kinds)

    assert speaks("路灯全坏了一个月")
    assert speaks("晚上黑,楼道没人管")
    assert not any(map(speaks, ["路灯很亮很好看", "车坏了一个月了", "请问路灯坏了找谁", "路灯坏了吗?"]))
    assert not speaks("路灯坏了\n很黑")
    assert not speaks("路灯全坏了一个月,一直没有人来修")
