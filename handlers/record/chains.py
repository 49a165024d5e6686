"""The chains of an export as they are read: each row against the one before it, and its words against their digest."""

from handlers.record import words
from handlers.record.findings import Findings
from storage import record_format as written

Spot = tuple[str, int]  # chain, number of the row


class Chains:
    """Every chain read so far."""

    def __init__(self, found: Findings) -> None:
        """Begin with no row; what is wrong goes to found."""
        self.rows = 0
        self.erased: set[Spot] = set()
        self.newest_of_desk: written.Row | None = None
        self._found = found
        self._current = ""
        self._ends: dict[str, tuple[int, str]] = {}
        self._hashes: dict[str, dict[int, bytes]] = {}
        self._named_erased: set[Spot] = set()

    def take(self, line: int, row: written.Row) -> None:
        """Check the next row and remember its hash for the seals."""
        self.rows += 1
        self._follow(line, row)
        self._read_words(line, row)
        self._ends[row.chain] = (row.n, row.hash)
        self._hashes.setdefault(row.chain, {})[row.n] = bytes.fromhex(row.hash)
        if row.chain == written.DESK:
            self._read_desk(row)

    def end(self) -> None:
        """Compare what is gone with what is recorded as erased."""
        for chain, n in sorted(self.erased - self._named_erased):
            self._found.add(words.erased_in_silence(chain, n))
        for chain, n in sorted(self._named_erased - self.erased):
            self._found.add(words.erased_but_there(chain, n))

    def ends(self) -> dict[str, int]:
        """Return the number of the last row of each chain."""
        return {chain: n for chain, (n, _) in self._ends.items()}

    def hash_at(self, chain: str, n: int) -> str | None:
        """Return the hash of a row, or None when it was not in the file."""
        found = self._hashes.get(chain, {}).get(n)
        return None if found is None else found.hex()

    def _follow(self, line: int, row: written.Row) -> None:
        if row.chain != self._current and row.chain in self._ends:
            self._found.add(words.scattered(line, row.chain))
        self._current = row.chain
        last, prev = self._ends.get(row.chain, (0, written.genesis(row.chain)))
        if row.n <= last:
            self._found.add(words.again(line, row.chain, row.n))
        elif row.n > last + 1:
            self._found.add(words.gap(line, row.chain, last + 1, row.n - 1))
        elif row.prev != prev:
            self._found.add(words.unlinked(line, row.chain, row.n))
        if _bound(row) != row.hash:
            self._found.add(words.altered(line, row.chain, row.n))

    def _read_words(self, line: int, row: written.Row) -> None:
        if row.is_erased:
            self.erased.add((row.chain, row.n))
        elif not _speaks_true(row):
            self._found.add(words.words_altered(line, row.chain, row.n))

    def _read_desk(self, row: written.Row) -> None:
        self.newest_of_desk = row
        if row.kind == written.ERASED and row.payload is not None:
            chain, n = row.payload.get("chain"), row.payload.get("n")
            if isinstance(chain, str) and isinstance(n, int):
                self._named_erased.add((chain, n))


def _bound(row: written.Row) -> str:
    return written.link(row.prev, row.n, at=row.at, kind=row.kind, actor=row.actor, digest=row.digest)


def _speaks_true(row: written.Row) -> bool:
    if row.payload is None or not row.salt:
        return False
    return written.digest_of(row.salt, written.said(row.actor_name, row.payload)) == row.digest
