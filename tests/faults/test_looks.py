"""A desk looks at several things in turn: what breaks one stops no other, and nothing is overtaken."""

from datetime import timedelta

from sqlalchemy import text

from bot.chat.drill import NAME
from bot.desk import Desk
from storage.database import Database
from tests.conversations.talking import TalkingDesk, no_channels
from tests.faults.posts import typed


def test_a_broken_inbox_stops_no_clock(database: Database) -> None:
    """While nothing can be read of what arrives, what falls due is said all the same."""
    desk = TalkingDesk(database, no_channels)
    desk.desk.accept(typed(1, "城南小区停水三天没人管"))
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
    desk.desk.settle()
    other = Desk(database, desk.clock, desk.house, {NAME: desk.platform}, {})
    other.accept(typed(1, "城南小区停水三天没人管"))
    desk.clock.move_to(desk.clock.now() + timedelta(seconds=1))
    assert desk.desk.accept(typed(2, "城北学校门口积水没人管")) == 1
    while desk.desk.look(everywhere=False).done:
        pass
    first, second = (desk.staff.shows(f"线索 S{n}") for n in (1, 2))
    assert "城南小区" in first
    assert "城北学校" in second


def test_what_waits_is_handled_although_more_arrives_before_every_look(database: Database) -> None:
    """New arrivals at hand do not keep the desk from what another process stored before them."""
    desk = TalkingDesk(database, no_channels)
    desk.desk.settle()
    other = Desk(database, desk.clock, desk.house, {NAME: desk.platform}, {})
    other.accept(typed(1, "城南小区停水三天没人管"))
    for n, where in enumerate(("城东公园", "城西车站", "城北学校"), 2):
        desk.clock.move_to(desk.clock.now() + timedelta(seconds=1))
        desk.desk.accept(typed(n, f"{where}门口积水没人管"))
        desk.desk.look(everywhere=False)
    assert "城南小区" in desk.staff.shows("线索 S1")
    assert "城北学校" in desk.staff.shows("线索 S4")


def _rename(database: Database, old: str, new: str) -> None:
    with database.writing() as session:
        session.connection().execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
