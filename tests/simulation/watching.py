"""The cheap half of the invariants, looked at after every step: only what this step can have broken."""

import uuid
from collections.abc import Iterator
from typing import Any, Final

from storage import record_format as written
from tests.invariants import sending
from tests.simulation.desk_life import DeskLife
from tests.simulation.glance import SQLITE

# What must never be seen, even for a moment: each question finds in words what is wrong.
NEVER: Final = (
    """SELECT '2: the clock ' || c.rule || ' of ' || c.case_id || ' runs without a timer' FROM clock c
    WHERE c.outcome = 'running' AND NOT EXISTS (SELECT 1 FROM timer t WHERE t.subject = {clock_id}
    AND t.kind = 'clock' AND lower(t.stage) = 'waiting')""",  # wrapped up: they are found by their subject
    """SELECT '2: ' || c.stage || ' of slip ' || c.slip || ' has no timer' FROM cases c
    WHERE c.stage IN ('confirmation', 'acceptance') AND NOT EXISTS (SELECT 1 FROM timer t WHERE t.case_id = c.id
    AND t.kind IN ('confirm', 'accept') AND t.stage = 'waiting')""",
    "SELECT '5: slips have a gap' FROM (SELECT count(*) AS n, max(slip) AS m FROM cases) AS c WHERE n <> m",
    """SELECT '5: the numbers of ' || year || ' have a gap' FROM
    (SELECT year, count(*) AS n, max(seq) AS m FROM cases WHERE seq IS NOT NULL GROUP BY year) AS c WHERE n <> m""",
    "SELECT '6: #' || serial || ' is sent, and nobody knows when' FROM outbox WHERE stage = 'sent' AND sent_at IS NULL",
    "SELECT '1: event ' || key || ' broke' FROM inbox WHERE stage = 'broken'",
    """SELECT '3: a release is out without ' || g.gate
    FROM release r, (SELECT 'secrecy' AS gate UNION SELECT 'signature') AS g
    WHERE NOT EXISTS (SELECT 1 FROM signature s WHERE s.case_id = r.case_id AND s.round = r.round AND s.gate = g.gate
    AND s.manifest_hash = r.manifest_hash)""",
)
# An index only for these questions: they are asked at every step. SQLite takes one for a question only when more of its
# columns are named there than of any other index.
QUICK_QUESTIONS: Final = (
    "CREATE INDEX never_sent_without_a_moment ON outbox (stage, sent_at) WHERE stage = 'sent' AND sent_at IS NULL",
)
NEW_ROWS: Final = (
    "SELECT {order}, chain, n, {at}, kind, actor, digest, prev, hash FROM history_row WHERE {order} > {mark} ORDER BY 1"
)
KIND: Final = "SELECT kind FROM outbox WHERE serial = {mark}"
TAKEN: Final = "SELECT count(*) FROM inbox WHERE platform = {mark} AND key = {mark}"


class Watch:
    """Remembers how far it has looked."""

    def __init__(self, life: DeskLife) -> None:
        """Begin with nothing seen."""
        self._life = life
        glance = life.glance
        self._row: object = 0 if glance.tongue is SQLITE else uuid.UUID(int=0)
        self._never = [glance.says(statement) for statement in NEVER]
        self._new_rows = glance.says(NEW_ROWS, at=glance.tongue.moment.format("at"))
        self._taken, self._kind = glance.says(TAKEN), glance.says(KIND)
        self._calls = 0
        self._accepted = 0
        self._seen: set[int] = set()
        self._heads: dict[str, tuple[int, str]] = {}
        self._commits = -1

    def step(self) -> list[str]:
        """Return what the newest step broke."""
        found = list(self._doubles())
        if self._life.commits.count == self._commits:
            return found
        self._commits = self._life.commits.count
        rows = self._life.glance.rows
        found += [str(row[0]) for statement in self._never for row in rows(statement)]
        found += self._links(rows(self._new_rows, self._row))
        for platform, key in self._life.accepted[self._accepted :]:
            if rows(self._taken, platform, key) != [(1,)]:
                found.append(f"1: event {key} was accepted and is not in the inbox")
        self._accepted = len(self._life.accepted)
        return found

    def _links(self, rows: list[tuple[Any, ...]]) -> Iterator[str]:
        for rowid, chain, n, at, kind, actor, digest, prev, linked in rows:
            self._row = rowid
            last, head = self._heads.get(chain, (0, written.genesis(chain)))
            moment = f"{str(at).replace(' ', 'T')}Z"
            if (n, prev) != (last + 1, head):
                yield f"5: row {n} of {chain} does not follow row {last}"
            if linked != written.link(prev, n, at=moment, kind=kind, actor=actor, digest=digest):
                yield f"5: row {n} of {chain} is not bound by its hash"
            self._heads[chain] = (n, linked)

    def _doubles(self) -> Iterator[str]:
        log = self._life.platform.log
        for call in log[self._calls :]:
            if call.deed != "send" or call.serial is None or not call.landed:
                continue
            if call.serial in self._seen and not sending.is_marked(call) and self._stays(call.serial):
                yield f"6: #{call.serial} came twice to {call.destination} without a mark: {call.text[:60]!r}"
            self._seen.add(call.serial)
        self._calls = len(log)

    def _stays(self, serial: int) -> bool:
        return self._life.glance.rows(self._kind, serial) in ([("message",)], [("card",)])
