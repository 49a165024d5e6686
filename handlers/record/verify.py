"""Check an export of the history offline: no database, no settings, only the lines and the head noted down before."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Final, TextIO

from pydantic import Field, TypeAdapter

from config.language import Line
from handlers.record import words
from handlers.record.chains import Chains
from handlers.record.findings import Findings
from handlers.record.seals import Seals
from storage import record_format as written

MAX_LINE: Final = 64 * 1024 * 1024  # characters; a seal over a few hundred thousand chains fits

_Line = written.Header | written.Row | written.SealEntry | written.Tail
_LINE: Final[TypeAdapter[_Line]] = TypeAdapter(Annotated[_Line, Field(discriminator="type")])
_ORDER: Final = ("header", "row", "seal", "tail")
_ONCE: Final = ("header", "tail")


@dataclass(frozen=True)
class Verdict:
    """What a check found: how much was read, the newest seal's hash, and every problem in words."""

    ok: bool
    rows: int
    chains: int
    seals: int
    erased: int
    head: str  # empty: there was no seal
    seals_after: int  # seals made since the head that was given
    problems: tuple[Line, ...]
    untold: int  # problems beyond those listed


def verify(lines: Iterable[str], head: str | None, *, longest: int = MAX_LINE) -> Verdict:
    """Check every line of an export and, when a head is given, that the record reaches it."""
    reading = _Reading(longest)
    for number, line in enumerate(lines, start=1):
        reading.take(number, line.rstrip("\r\n"))
    return reading.end(None if head is None else head.strip().lower())


def bounded_lines(stream: TextIO, longest: int = MAX_LINE) -> Iterator[str]:
    """Read lines without holding more than longest + 1 characters of any; a longer one comes cut."""
    while line := stream.readline(longest + 1):
        yield line
        while len(line) > longest and not line.endswith("\n"):
            line = stream.readline(longest + 1)  # pass over the rest of it


class _Reading:
    """An export as far as it was read."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._found = Findings()
        self._chains = Chains(self._found)
        self._seals = Seals(self._found, self._chains)
        self._header: written.Header | None = None
        self._seen: list[str] = []  # the types of line met so far
        self._lines = hashlib.sha256()

    def take(self, number: int, text: str) -> None:
        """Check the next line, which comes without its line end."""
        line = self._parse(number, text)
        if line is not None:
            self._keep_order(number, line.type)
            self._check(number, line)
        if not isinstance(line, written.Tail):
            self._lines.update(text.encode("utf-8", "surrogatepass") + b"\n")

    def end(self, head: str | None) -> Verdict:
        """Check what only the whole tells."""
        self._whole()
        after = 0 if head is None else self._seals.since(head)
        hashes, told = self._seals.hashes, tuple(self._found.told)
        return Verdict(
            ok=not told, rows=self._chains.rows, chains=len(self._chains.ends()), seals=len(hashes),
            erased=len(self._chains.erased), head=hashes[-1] if hashes else "", seals_after=after, problems=told,
            untold=self._found.untold,
        )  # fmt: skip

    def _parse(self, number: int, text: str) -> _Line | None:
        if len(text) > self._longest:
            self._found.add(words.too_long(number, self._longest))
            return None
        try:
            line = _LINE.validate_json(text)
            if line.text() == text:  # one form only: no key twice, nothing that a reader would not see
                return line
        except (ValueError, RecursionError):
            pass  # said below, like any other line that no export writes
        self._found.add(words.unreadable(number))
        return None

    def _keep_order(self, number: int, kind: str) -> None:
        newest = self._seen[-1] if self._seen else _ORDER[0]
        if _ORDER.index(kind) < _ORDER.index(newest) or (kind in _ONCE and kind in self._seen):
            self._found.add(words.out_of_place(number))
        if kind not in self._seen:
            self._seen.append(kind)

    def _check(self, number: int, line: _Line) -> None:
        match line:
            case written.Header():
                self._header = line
                if line.format != written.FORMAT:
                    self._found.add(words.unknown_format(number, line.format))
            case written.Row():
                self._chains.take(number, line)
            case written.SealEntry():
                self._seals.take(number, line)
            case written.Tail():
                self._check_tail(number, line)

    def _check_tail(self, number: int, tail: written.Tail) -> None:
        chains = self._chains
        counted = (chains.rows, len(chains.ends()), len(self._seals.hashes), len(chains.erased))
        if counted != (tail.rows, tail.chains, tail.seals, tail.erased):
            self._found.add(words.tail_counts(number))
        if tail.lines != self._lines.hexdigest():
            self._found.add(words.tail_lines(number))

    def _whole(self) -> None:
        self._chains.end()
        self._seals.end()
        if self._header is None:
            self._found.add(words.no_header())
        elif not self._is_recorded(self._header):
            self._found.add(words.header_differs())
        if "tail" not in self._seen:
            self._found.add(words.no_tail())

    def _is_recorded(self, header: written.Header) -> bool:
        newest = self._chains.newest_of_desk
        return newest is not None and newest.kind == written.EXPORTED and newest.payload == header.payload()
