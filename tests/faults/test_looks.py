"""A desk looks at several things in turn: what breaks one stops no other, and nothing is overtaken."""

from datetime import datetime, timedelta

from sqlalchemy import text

from bot.chat.drill import NAME
from bot.desk import Desk
from handlers.conversation import Incoming, Place, Sender
from storage.database import Database
from tests.conversations.talking import TalkingDesk, no_channels


def test_a_broken_inbox_stops_no_clock(database: Database) -> None:
    """While nothing can be read of what arrives, what falls due is said all the same."""
    desk = TalkingDesk(database, no_channels)
    _accept(desk.desk, 1, "城南小区停水三天没人管")
    desk.desk.settle()
    said = len(desk.staff.messages())
    _rename(database, "inbox", "mislaid")
    try:
        desk.clock.move_to(desk.clock.now() + timedelta(hours=49))
        for _ in range(4):
            desk.desk.look()
    finally:
        _rename(database, "mislaid", "inbox")
    assert len(desk.staff.messages()) > said


def test_what_another_process_stored_before_is_handled_before(database: Database) -> None:
    """What this process stored itself is at hand; it waits for what came before all the same, and needs no beat."""
    desk = TalkingDesk(database, no_channels)
    other = Desk(database, desk.clock, desk.house, {NAME: desk.platform}, {})
    _accept(other, 1, "城南小区停水三天没人管")
    desk.clock.move_to(desk.clock.now() + timedelta(seconds=1))
    _accept(desk.desk, 2, "城北学校门口积水没人管")
    while desk.desk.look(everywhere=False):
        pass
    first, second = (desk.staff.shows(f"线索 S{n}") for n in (1, 2))
    assert "城南小区" in first
    assert "城北学校" in second


def _accept(desk: Desk, n: int, words: str) -> None:
    event = Incoming(
        platform=NAME,
        key=f"looks:{n}",
        at=datetime.fromisoformat("2026-11-24T01:05:00Z"),
        place=Place(account="staff"),
        sender=Sender(account="limin", name="李敏"),
        message_id=f"90{n}",
        text=f"上报 {words}",
    )
    assert desk.accept(event) == 1


def _rename(database: Database, old: str, new: str) -> None:
    with database.writing() as session:
        session.connection().execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
