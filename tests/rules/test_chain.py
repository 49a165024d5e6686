"""The record can be checked offline: whatever is done to an export afterwards is found."""

import hashlib
import io
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from config.language import Voice
from handlers.record.verify import Verdict, bounded_lines, verify
from storage import record_format as written

START = datetime(2026, 11, 24, 6, 5, tzinfo=UTC)
CASES = (
    "case:0193a000-0000-7000-8000-000000000001",
    "case:0193a000-0000-7000-8000-000000000002",
    "case:0193a000-0000-7000-8000-000000000003",
)


@dataclass
class Book:
    """A record in memory, written by the same format as the desk's."""

    rows: dict[str, list[written.Row]] = field(default_factory=dict)
    seals: list[written.SealEntry] = field(default_factory=list)
    sealed: dict[str, int] = field(default_factory=dict)
    header: written.Header | None = None

    def add(self, chain: str, kind: str, payload: dict[str, Any]) -> written.Row:
        rows = self.rows.setdefault(chain, [])
        n, prev = len(rows) + 1, rows[-1].hash if rows else written.genesis(chain)
        salt = hashlib.sha256(f"{chain}{n}".encode()).hexdigest()[:32]
        digest = written.digest_of(salt, written.said("王五", payload))
        at = written.moment_text(START + timedelta(minutes=n))
        row = written.Row(
            chain=chain, n=n, at=at, kind=kind, actor="desk", actor_name="王五", payload=payload, salt=salt,
            digest=digest, prev=prev, hash=written.link(prev, n, at=at, kind=kind, actor="desk", digest=digest),
        )  # fmt: skip
        rows.append(row)
        return row

    def erase(self, chain: str, n: int) -> None:
        self.add(written.DESK, written.ERASED, {"chain": chain, "n": n, "kind": "reported", "reason": "到期清除"})
        self.empty(chain, n)

    def empty(self, chain: str, n: int) -> None:
        row = self.rows[chain][n - 1]
        self.rows[chain][n - 1] = row.model_copy(update={"payload": None, "salt": "", "actor_name": ""})

    def seal(self) -> str:
        moved = [(c, len(r), r[-1].hash) for c, r in sorted(self.rows.items()) if len(r) > self.sealed.get(c, 0)]
        self.sealed |= {chain: n for chain, n, _ in moved}
        n, prev = len(self.seals) + 1, self.seals[-1].hash if self.seals else written.genesis(written.SEALS)
        at, digest = written.moment_text(START + timedelta(hours=n)), written.heads_digest(moved)
        chains, rows = len(self.sealed), sum(self.sealed.values())
        self.seals.append(
            written.SealEntry(
                n=n, at=at, chains=chains, rows=rows, heads_digest=digest, prev=prev,
                heads=[written.SealedHead(chain=chain, n=last, hash=head) for chain, last, head in moved],
                hash=written.seal_link(prev, n, at=at, chains=chains, rows=rows, heads=digest),
            )
        )  # fmt: skip
        return self.seals[-1].hash

    def begin_export(self) -> str:
        at = written.moment_text(START + timedelta(days=1))
        self.header = written.Header(format=written.FORMAT, desk="港北区住建局", plans=["a" * 64], at=at)
        self.add(written.DESK, written.EXPORTED, self.header.payload())
        return self.seal()

    def lines(self) -> list[str]:
        assert self.header is not None
        rows = [row.text() for _, chain in sorted(self.rows.items()) for row in chain]
        return with_tail([self.header.text(), *rows, *(seal.text() for seal in self.seals)])


def with_tail(lines: list[str]) -> list[str]:
    """Write the last line anew, as somebody would who hides what was changed."""
    entries = [json.loads(line) for line in lines]
    rows = [entry for entry in entries if entry["type"] == "row"]
    tail = written.Tail(
        rows=len(rows),
        chains=len({row["chain"] for row in rows}),
        seals=sum(1 for entry in entries if entry["type"] == "seal"),
        erased=sum(1 for row in rows if row["payload"] is None),
        lines=hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest(),
    )
    return [*lines, tail.text()]


def a_book() -> Book:
    book = Book()
    book.add(written.DESK, "roster_applied", {"people": 7})
    for chain in CASES[:2]:
        book.add(chain, "reported", {"text": "停水三天,全小区 \u200b😀", "heat": 1, "certainty": 0.75})
        book.add(chain, "registered", {"number": "港建舆〔2026〕12号", "kinds": ["vital_interests"], "grade": None})
    book.seal()
    book.add(CASES[0], "signed", {"gate": "law", "ok": True})
    book.add(CASES[2], "reported", {"text": "", "kinds": []})
    book.erase(CASES[1], 1)
    book.seal()
    book.add(CASES[0], "released", {})
    return book


BOOK = a_book()
HEAD = BOOK.begin_export()
LINES = BOOK.lines()


def said(verdict: Verdict) -> str:
    return "\n".join(line.say(Voice()) for line in verdict.problems)


def assert_found(lines: list[str]) -> None:
    assert lines != LINES
    assert not verify(lines, HEAD).ok
    assert not verify(lines, None).ok


def leaves(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    return [leaf for key, part in inner for leaf in leaves(part, (*path, key))] or [path]


def changed(value: object, data: st.DataObject) -> object:
    if isinstance(value, str) and value:
        at = data.draw(st.integers(0, len(value) - 1))
        other = data.draw(st.characters(exclude_categories=["Cs"], exclude_characters=value[at]))
        return value[:at] + other + value[at + 1 :]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + data.draw(st.integers(-3, 3).filter(bool))
    others: list[Any] = [None, "", "x", 0, [], {}, {"x": 1}]
    return data.draw(st.sampled_from([other for other in others if other != value]))


def test_an_untouched_export_is_valid_and_counted() -> None:
    """An export that nobody touched is valid; its rows, chains, seals and erased rows are counted."""
    verdict = verify(LINES, HEAD)
    assert said(verdict) == ""
    assert (verdict.rows, verdict.chains, verdict.seals, verdict.erased) == (10, 4, 3, 1)
    assert (verdict.ok, verdict.head, verdict.seals_after) == (True, HEAD, 0)


def test_line_ends_do_not_matter() -> None:
    """A file whose line ends a mail program rewrote is still valid."""
    assert verify([line + "\r\n" for line in LINES], HEAD).ok


def test_a_head_noted_down_earlier_is_still_reached() -> None:
    """Whoever noted an older seal finds it in a later export, and how many seals were made since."""
    verdict = verify(LINES, f"  {BOOK.seals[0].hash.upper()}\n")
    assert (verdict.ok, verdict.seals_after) == (True, 2)


@given(st.data())
@settings(max_examples=400)
def test_any_changed_value_is_found(data: st.DataObject) -> None:
    """Changing any single value of any line is always found, with or without the head."""
    at = data.draw(st.integers(0, len(LINES) - 1))
    entry = json.loads(LINES[at])
    *path, last = data.draw(st.sampled_from(leaves(entry)))
    inner = entry
    for key in path:
        inner = inner[key]
    inner[last] = changed(inner[last], data)
    assert_found(
        [*LINES[:at], json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")), *LINES[at + 1 :]]
    )


@given(st.data())
@settings(max_examples=400)
def test_any_changed_character_is_found(data: st.DataObject) -> None:
    """Changing any single character of the file is always found and never breaks the check."""
    at = data.draw(st.integers(0, len(LINES) - 1))
    spot = data.draw(st.integers(0, len(LINES[at]) - 1))
    other = data.draw(st.characters(codec=None, exclude_characters=LINES[at][spot] + "\r\n"))
    assert_found([*LINES[:at], LINES[at][:spot] + other + LINES[at][spot + 1 :], *LINES[at + 1 :]])


@given(st.permutations(range(len(LINES))).filter(lambda order: order != list(range(len(LINES)))))
def test_any_other_order_is_found(order: list[int]) -> None:
    """Lines in any other order are always found."""
    assert_found([LINES[at] for at in order])


@given(st.data())
def test_two_swapped_rows_are_found(data: st.DataObject) -> None:
    """Two lines that changed places are always found."""
    one, two = data.draw(st.lists(st.integers(0, len(LINES) - 1), min_size=2, max_size=2, unique=True))
    swapped = list(LINES)
    swapped[one], swapped[two] = swapped[two], swapped[one]
    assert_found(swapped)


@pytest.mark.parametrize("at", range(len(LINES)))
def test_any_removed_line_is_found(at: int) -> None:
    """A file without one of its lines is found, whichever it is."""
    assert_found([*LINES[:at], *LINES[at + 1 :]])


@given(st.integers(0, len(LINES) - 1), st.integers(0, len(LINES)))
def test_any_repeated_line_is_found(which: int, where: int) -> None:
    """A line that comes twice is always found, wherever it was put."""
    assert_found([*LINES[:where], LINES[which], *LINES[where:]])


@pytest.mark.parametrize("length", range(len(LINES)))
def test_any_cut_is_found(length: int) -> None:
    """A file cut off after any line is found, also when nothing is left."""
    assert_found(LINES[:length])


def without(lines: list[str], gone: Callable[[dict[str, Any]], bool]) -> list[str]:
    """Take lines out and write the last line anew."""
    kept = [line for line in lines[:-1] if not gone(json.loads(line))]
    return with_tail(kept)


def test_a_removed_chain_is_found_by_the_seals() -> None:
    """A chain taken out whole, with the last line written anew, is found by the seals alone."""
    verdict = verify(without(LINES, lambda entry: entry.get("chain") == CASES[2]), None)
    assert said(verdict) == f"第 12 行:第 2 号封印所封的 {CASES[2]} 第 1 条不在文件中"


def test_a_removed_row_with_a_new_tail_is_found() -> None:
    """A row taken out of the middle, with the last line written anew, is found where it is missing."""
    verdict = verify(without(LINES, lambda entry: (entry.get("chain"), entry.get("n")) == (CASES[0], 2)), None)
    assert (
        said(verdict)
        == f"第 3 行:{CASES[0]} 缺第 2 条至第 2 条\n第 11 行:第 1 号封印所封的 {CASES[0]} 第 2 条不在文件中"
    )


def test_a_record_rolled_back_is_found_by_the_head() -> None:
    """A shorter record that is consistent in itself is told from the true one by the head that was noted down."""
    earlier = a_book()
    earlier.rows[CASES[0]].pop()
    earlier.begin_export()
    assert verify(earlier.lines(), None).ok
    assert said(verify(earlier.lines(), HEAD)) == f"文件中没有封印头 {HEAD}:尾部被截断,或不是同一份记录"


def test_rows_after_the_last_seal_are_found() -> None:
    """Rows added behind the last seal are no part of what was sealed."""
    book = a_book()
    head = book.begin_export()
    book.add(CASES[2], "released", {})
    assert said(verify(book.lines(), head)) == f"{CASES[2]} 第 2 条起没有封印"


def test_words_taken_out_in_silence_are_found() -> None:
    """Words that were taken out of a row without a record of it are found; the chain itself still holds."""
    book = a_book()
    head = book.begin_export()
    book.empty(CASES[0], 2)
    assert said(verify(book.lines(), head)) == f"{CASES[0]} 第 2 条内容已空,却没有清除记录"


def test_words_that_should_be_gone_are_found() -> None:
    """A row that is recorded as erased and still has its words is found."""
    book = a_book()
    book.add(written.DESK, written.ERASED, {"chain": CASES[0], "n": 1, "kind": "reported", "reason": "到期清除"})
    head = book.begin_export()
    assert said(verify(book.lines(), head)) == f"{CASES[0]} 第 1 条按记录已清除,文件中却不是如此"


def test_another_desks_header_is_found() -> None:
    """A first line that names another desk, with the last line written anew, does not fit the record."""
    entry = json.loads(LINES[0]) | {"desk": "港南区住建局"}
    forged = with_tail([written.canonical(entry), *LINES[1:-1]])
    assert said(verify(forged, HEAD)) == "文件头与记录中的导出事项不符:被改动,或其后有记录"


@pytest.mark.parametrize("head", ["", "abc", "g" * 64, "停水", "0" * 1000])
def test_what_cannot_be_a_head_is_said(head: str) -> None:
    """A head that is not 64 hexadecimal digits is refused as such."""
    assert said(verify(LINES, head)) == f"所给的封印头不是 64 位十六进制:{head[:80]}"


@pytest.mark.parametrize(
    "garbage",
    [
        "", " ", "null", "[]", "{}", "{", '"row"', "\x00", "\udcff", "[" * 100_000, "9" * 100_000, "NaN",
        '{"type":"row"}',
        '{"type":"tail","type":"row"}', '{"type":["row"]}', '{"a":' * 5_000, "\ufeff" + LINES[1], LINES[1] + LINES[1],
        '{"format":1e999,"type":"header"}', '{"\\ud800":1,"type":"row"}',
    ],
)  # fmt: skip
def test_garbage_is_named_by_its_line(garbage: str) -> None:
    """A line that is no line of an export is named by its number; the rest is still read."""
    verdict = verify([*LINES[:2], garbage, *LINES[2:]], HEAD)
    assert said(verdict).splitlines() == [
        "第 3 行无法识别:不是导出文件应有的一行",
        f"第 {len(LINES) + 1} 行:文件各行与导出时不同",
    ]
    assert verdict.rows == 10


@given(st.lists(st.text(st.characters(codec=None)), max_size=8))
@example(["{}"] * 200)
def test_rubbish_never_breaks_the_check(lines: list[str]) -> None:
    """Whatever the file holds, the check ends with a verdict: not valid."""
    verdict = verify(lines, HEAD)
    assert not verdict.ok
    assert len(verdict.problems) + verdict.untold >= len(lines)


def test_a_huge_line_is_bounded() -> None:
    """A line without end is cut, named, and passed over without being held in memory."""
    stream = io.StringIO("\n".join([LINES[0], "x" * 90_000, *LINES[1:]]) + "\n")
    read = list(bounded_lines(stream, 20_000))
    assert [len(line) for line in read if line.startswith("x")] == [20_001]
    verdict = verify(read, HEAD, longest=20_000)
    assert said(verdict).splitlines()[0] == "第 2 行过长:超过 20000 个字符"
    assert verdict.rows == 10


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_whatever_a_row_says_can_be_checked_after_reading_it_back(payload: dict[str, Any]) -> None:
    """Any words that JSON can hold survive writing and reading, and the row that holds them verifies."""
    book = Book()
    book.add(CASES[0], "reported", payload)
    head = book.begin_export()
    assert said(verify(book.lines(), head)) == ""


def test_canonical_text_has_one_form() -> None:
    """Keys are sorted, nothing is blank, text stays as it came, moments become UTC with Z."""
    shanghai = datetime(2026, 11, 24, 14, 5, tzinfo=timezone(timedelta(hours=8)))
    value = {"b": (1, 2.5), "a": "é e\u0301 /\u2028", "中": shanghai, "": uuid.UUID(int=7), "d": shanghai.date()}
    assert written.canonical(value) == (
        '{"":"00000000-0000-0000-0000-000000000007","a":"é e\u0301 /\\u2028","b":[1,2.5],"d":"2026-11-24",'
        '"中":"2026-11-24T06:05:00.000000Z"}'
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1: 2}, object(), b"x", "\ud800", datetime(2026, 1, 1)])  # noqa: DTZ001 - it is refused for that
def test_what_the_record_cannot_hold_is_refused(value: object) -> None:
    """A value with no lossless form is refused when it is recorded, not when it is checked."""
    with pytest.raises((TypeError, ValueError)):
        written.canonical(value)


def test_without_the_salt_the_same_words_have_another_digest() -> None:
    """The same words under two salts have two digests, so that erased words cannot be guessed."""
    assert written.digest_of("00" * 16, {"a": 1}) != written.digest_of("01" * 16, {"a": 1})
