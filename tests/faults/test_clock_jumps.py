"""A clock that jumps, forth over days and back over hours: every limit is told, every reminder comes, in order."""

from datetime import timedelta

from bot.chat.drill import NAME
from bot.clock import DrillClock
from bot.desk import Desk
from storage import case as cases
from storage import clock as clocks
from storage import history
from storage.database import Database
from tests.conversations.talking import TalkingDesk, no_channels
from tests.faults.posts import typed
from tests.invariants import assert_unbroken, broken

JUMP = timedelta(days=3)
BACK = timedelta(hours=5)


def test_a_jump_over_every_limit_tells_each_of_them(database: Database) -> None:
    """All that fell due in between fires at once: each limit is missed, told, and goes on up the ladder."""
    desk = TalkingDesk(database, no_channels)
    for n in range(1, 6):
        desk.desk.accept(typed(n, f"城南{n}号院停水三天没人管"))
    desk.desk.settle()
    desk.clock.move_to(desk.clock.now() + JUMP)
    desk.desk.settle()
    desk.later(hours=2)
    with database.reading() as session:
        ended = [clock for case in cases.open_cases(session) for clock in clocks.of_case(session, case.id)]
    assert {clock.outcome for clock in ended if clock.rule == "respond"} == {"missed"}
    assert_unbroken(broken(database, now=desk.clock.now(), accepted=[(NAME, f"typed:{n}") for n in range(1, 6)]))


def test_a_jump_back_waits_until_time_has_caught_up(database: Database) -> None:
    """A desk that is started behind its own record stands still: reports are taken, and limits end no earlier."""
    desk = TalkingDesk(database, no_channels)
    desk.desk.accept(typed(1, "城南小区停水三天没人管"))
    desk.desk.settle()
    desk.later(hours=47)
    with database.reading() as session:
        latest = history.latest(session)
    assert latest is not None
    behind = DrillClock(latest - BACK)
    behind.move_to(latest)  # as the desk's own clock does with what is on record
    again = Desk(database, behind, desk.house, {NAME: desk.platform}, {})
    again.take_over()
    again.open()
    again.accept(typed(2, "城北学校门口积水没人管"))
    again.settle()
    assert_unbroken(broken(database, now=behind.now(), accepted=[(NAME, "typed:1"), (NAME, "typed:2")]))
    behind.move_to(latest + timedelta(hours=49))
    again.settle()
    behind.pass_by(timedelta(minutes=1))
    again.settle()
    assert_unbroken(broken(database, now=behind.now()))
    with database.reading() as session:
        found = cases.open_cases(session)
        assert len(found) == 2
        assert all(clock.outcome != "running" for case in found for clock in clocks.of_case(session, case.id))
