"""Copies of a database that is being written to, and what is held back in one; on both kinds of database."""

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.backup.checking import check_copy
from storage import history, outbox, outbox_care
from storage.card_place import CardPlace
from storage.case import Case
from storage.chat import Chat
from storage.copies import copies_of
from storage.copy_trouble import CannotCopy
from storage.database import Database
from storage.outbox import LANES, Outbox
from tests.platforms.test_backup import TOOLS
from tests.plugins.databases import empty_at

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Give a database of each kind with its tables."""
    monkeypatch.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")
    on_server = request.param == "postgresql"
    made = Database(request.getfixturevalue("ready_postgresql_url")) if on_server else empty_at(tmp_path / "desk.db")
    yield made
    made.close()


def _remember(database: Database) -> None:
    with database.writing() as session:
        history.record(
            session, chain_case=None, at=NOW, kind="k", actor="desk", actor_name="", payload={"text": "停水" * 200}
        )


def _owed(kind: str, **fields: Any) -> Outbox:  # noqa: ANN401 - whatever a row has
    return Outbox(kind=kind, platform="telegram", destination="telegram:1", created_at=NOW, not_before=NOW, **fields)


def test_copies_are_whole_while_others_write(database: Database, tmp_path: Path) -> None:
    """Each reaches the seal that was newest before it began, and its history verifies."""
    _remember(database)
    enough = threading.Event()
    written = []

    def write() -> None:
        while not enough.is_set():
            _remember(database)
            written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    rows = []
    try:
        for n in range(3):
            with database.writing() as session:
                sealed = history.seal(session, NOW) or history.newest_seal(session)
            assert sealed is not None
            copies_of(database).take(tmp_path / f"copy{n}")
            rows.append(check_copy(copies_of(database), tmp_path / f"copy{n}", sealed.hash).rows)
    finally:
        enough.set()
        writer.join()
    assert written
    assert rows == sorted(rows)


def test_a_copy_that_cannot_be_written_says_why(database: Database, tmp_path: Path) -> None:
    """No half copy is taken for a whole one."""
    with pytest.raises(CannotCopy, match=r"nowhere|open"):
        copies_of(database).take(tmp_path / "nowhere" / "copy")


def test_what_would_be_said_again_is_held(database: Database) -> None:
    """Messages wait, the statutory first; a card is changed where it stands; nothing else that was owed is touched."""
    with database.writing() as session:
        case = Case(slip=1, title="停水", plan_hash="p", received_at=NOW)
        chats = [Chat(platform="telegram", account=str(n), use="staff") for n in (1, 2)]
        session.add_all([case, *chats])
        session.flush()
        session.add(CardPlace(case_id=case.id, chat_id=chats[0].id, message_id="5"))
        stands, new = ({"case_id": case.id, "chat_id": chat.id} for chat in chats)
        listed = {"text": "⏰ 1号", "list": {"text": "⏰ 1号\n⏰ 2号"}}
        owed = {
            "digest": _owed("message", lane=LANES.index("digest")),
            "due": _owed("message", lane=0, stage="sending", payload=listed),
            "stands": _owed("card", **stands), "new card": _owed("card", **new), "toast": _owed("toast"),
            "file": _owed("file"), "gone": _owed("message", stage="sent"),
        }  # fmt: skip
        for row in owed.values():
            outbox.put(session, row)
        session.flush()
        assert list(outbox_care.hold(session, "why")) == [owed["due"], owed["digest"]]
        assert owed["due"].payload == {"text": "⏰ 1号"}
        assert {name: row.stage for name, row in owed.items()} == {
            "digest": "unknown", "due": "unknown", "stands": "pending", "new card": "expired", "toast": "expired",
            "file": "pending", "gone": "sent",
        }  # fmt: skip
        assert list(outbox_care.hold(session, "why")) == []
