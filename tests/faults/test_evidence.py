"""The evidence finds what was lost or said twice: no desk runs here, all is forged."""

import time
from datetime import UTC, datetime

from storage import outbox
from storage.chat import Chat
from storage.outbox import Outbox
from storage.person import save
from tests.faults.conftest import OpenTown
from tests.faults.town import STAFF, Town
from tests.platforms.bot_api import Call

WORDS = "⏰ 1号 回应还剩 10分"


def test_what_was_taken_and_is_nowhere_is_found(open_town: OpenTown) -> None:
    """A forwarded post that was acknowledged and is no report, and its update that is not in the inbox."""
    town = open_town("sqlite")
    town.reports()
    assert not [each for each in town.broken(at_rest=True) if "accepted" in each]
    town.api.world.bot().pending.clear()  # as a platform does once it was told that all was taken
    found = town.broken(at_rest=True)
    assert [each for each in found if "is no report" in each]
    assert [each for each in found if "was accepted and is not in the inbox" in each]


def test_a_message_that_never_came_is_found(open_town: OpenTown) -> None:
    """A row that is noted as sent, and of which the chat has nothing."""
    town = open_town("sqlite")
    _sent(town)
    town.api.world.calls.append(_call("别的话"))
    assert [each for each in town.broken(at_rest=False) if "never arrived" in each]


def test_a_double_without_its_mark_is_found(open_town: OpenTown) -> None:
    """The same words twice, though one row is owed, are a double: without its number it is wrong, with it counted."""
    town = open_town("sqlite")
    serial = _sent(town)
    town.api.world.calls.append(_call(WORDS))
    assert not town.evidence().doubles()
    town.api.world.calls.append(_call(f"{WORDS}\n(#{serial} 可能重复)"))
    assert town.evidence().doubles() == town.evidence().marked() == {serial: 1}
    assert not [each for each in town.broken(at_rest=False) if "without a mark" in each]
    town.api.world.calls[-1] = _call(WORDS)
    assert [each for each in town.broken(at_rest=False) if "without a mark" in each]


def _sent(town: Town) -> int:
    now = datetime.now(UTC)
    with town.database.writing() as session:
        chat = Chat(platform="telegram", account="-1009", use="staff", title="群")
        save(session, chat)
        row = Outbox(
            kind="message", platform="telegram", destination=f"telegram:{STAFF}", chat_id=chat.id,
            payload={"text": WORDS}, created_at=now, not_before=now, stage="sent", attempts=1, sent_at=now,
            message_id="1",
        )  # fmt: skip
        outbox.put(session, row)
        session.flush()
        return row.serial or 0


def _call(text: str) -> Call:
    result = {"message_id": 1, "text": text}
    return Call("sendMessage", {"chat_id": STAFF, "text": text}, "huiying_bot", STAFF, time.time(), result)
