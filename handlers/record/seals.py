"""The seals of an export as they are read: each against the one before it and against the rows it covers."""

import re
from typing import Final

from handlers.record import words
from handlers.record.chains import Chains
from handlers.record.findings import Findings
from storage import record_format as written

_HEAD: Final = re.compile(r"[0-9a-f]{64}")


class Seals:
    """Every seal read so far, over the chains read before them."""

    def __init__(self, found: Findings, chains: Chains) -> None:
        """Begin with no seal; what is wrong goes to found."""
        self.hashes: list[str] = []
        self._found = found
        self._chains = chains
        self._n = 0
        self._hash = written.genesis(written.SEALS)
        self._sealed: dict[str, int] = {}
        self._total = 0

    def take(self, line: int, seal: written.SealEntry) -> None:
        """Check the next seal and everything it covers."""
        self._follow(line, seal)
        for head in seal.heads:
            self._match(line, seal.n, head)
        if (seal.chains, seal.rows) != (len(self._sealed), self._total):
            self._found.add(words.seal_counts(line, seal.n))
        self._n, self._hash = seal.n, seal.hash
        self.hashes.append(seal.hash)

    def end(self) -> None:
        """Find the rows that stand under no seal."""
        if not self.hashes:
            self._found.add(words.no_seal())
        for chain, n in self._chains.ends().items():
            sealed = self._sealed.get(chain, 0)
            if n > sealed:
                self._found.add(words.not_sealed(chain, sealed + 1))

    def since(self, head: str) -> int:
        """Return how many seals follow the one that was noted down; a head that is not there is a problem."""
        if _HEAD.fullmatch(head) is None:
            self._found.add(words.not_a_head(head[:80]))
        elif head not in self.hashes:
            self._found.add(words.head_not_found(head))
        else:
            return len(self.hashes) - 1 - self.hashes.index(head)
        return 0

    def _follow(self, line: int, seal: written.SealEntry) -> None:
        if seal.n != self._n + 1:
            self._found.add(words.seal_gap(line, seal.n, self._n + 1))
        elif seal.prev != self._hash:
            self._found.add(words.seal_unlinked(line, seal.n))
        digest = written.heads_digest((head.chain, head.n, head.hash) for head in seal.heads)
        bound = written.seal_link(seal.prev, seal.n, at=seal.at, chains=seal.chains, rows=seal.rows, heads=digest)
        if (digest, bound) != (seal.heads_digest, seal.hash):
            self._found.add(words.seal_altered(line, seal.n))

    def _match(self, line: int, n: int, head: written.SealedHead) -> None:
        before = self._sealed.get(head.chain, 0)
        if head.n <= before:
            self._found.add(words.sealed_back(line, n, head.chain))
        there = self._chains.hash_at(head.chain, head.n)
        if there is None:
            self._found.add(words.sealed_missing(line, n, head.chain, head.n))
        elif there != head.hash:
            self._found.add(words.sealed_otherwise(line, n, head.chain, head.n))
        self._total += head.n - before
        self._sealed[head.chain] = head.n
