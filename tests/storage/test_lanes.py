"""What the law wants told goes out before a digest that was owed earlier."""

from datetime import UTC, datetime

from storage import outbox
from storage.database import Database
from storage.outbox import Outbox

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
DIGEST, ANSWER, STATUTORY = 2, 1, 0


def owed(lane: int) -> Outbox:
    return Outbox(
        kind="message", platform="drill", destination="drill:staff", lane=lane, created_at=NOW, not_before=NOW
    )  # fmt: skip


def test_statutory_words_overtake_digests(database: Database) -> None:
    """Of what may go to one chat, the statutory comes first, then answers, then digests, each in its order."""
    with database.writing() as session:
        for lane in (DIGEST, ANSWER, STATUTORY, DIGEST, STATUTORY):
            outbox.put(session, owed(lane))
    with database.reading() as session:
        found = outbox.due(session, ["drill"], NOW)
        assert [(row.lane, row.serial) for row in found] == [(0, 3), (0, 5), (1, 2), (2, 1), (2, 4)]
        assert [row.serial for row in outbox.due(session, ["drill"], NOW, each=2)] == [3, 5]
