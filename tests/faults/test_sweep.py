"""The sweep: whatever the desk's own look passed over is found, told once and done, by the same dispatch."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from bot.desk import Desk
from bot.engine.heart import Heartbeat
from bot.engine.sweep import QUEUEING, QUIET, STUCK, Sweep
from storage import chat as chats
from storage import clock as clocks
from storage import history, outbox, outbox_care, timer
from storage import person as people
from storage.database import Database
from storage.outbox import Outbox
from tests.conversations.talking import TalkingDesk, no_channels
from tests.conversations.test_clocks import heard, outcomes, reported
from tests.faults.posts import typed
from tests.waiting import until

HEAD = "🚨 巡查发现漏办,正在补办:"
OVER = "✅ 漏办已补完"


@pytest.fixture
def desk(database: Database) -> TalkingDesk:
    """Give a desk with a case whose clocks run, and an administrator."""
    made = reported(TalkingDesk(database, no_channels))
    with database.writing() as session:
        head = people.by_name(session, "何主任")
        assert head is not None
        head.roles = [*head.roles, "administrator"]
        people.save(session, head)
    made.desk.settle()
    heard(made)
    return made


@contextmanager
def sweeping(desk: TalkingDesk) -> Iterator[Sweep]:
    """Sweep over a desk that has run for a while, over connections of its own; it is confirmed at once."""
    other = Database(desk.database.url, lock_wait=200)
    sweep = Sweep(desk.desk, desk.desk.beside(other), confirm=0)
    passes(desk, minutes=1)
    try:
        yield sweep
    finally:
        sweep.stop()


def passes(desk: TalkingDesk, **span: float) -> None:
    """Let time pass while nobody looks."""
    desk.clock.pass_by(timedelta(**span))


def told(desk: TalkingDesk) -> list[str]:
    """Return what the administrator was told of the sweep since one last asked."""
    return [said for said in desk.direct("何主任").bot_says_all() if said.startswith((HEAD, OVER))]


def lose_the_timers(desk: TalkingDesk) -> None:
    """Cancel wrongly what watches the case's clocks."""
    with desk.database.writing() as session:
        for each in timer.of_case(session, desk.case().id):
            each.stage = "cancelled"
            session.add(each)


def test_a_desk_that_looks_is_left_alone(desk: TalkingDesk) -> None:
    """Nothing is passed over: nothing is said, nothing is written."""
    with sweeping(desk) as sweep:
        desk.later(hours=49)
        rows = len(desk.kinds_on_record())
        sweep()
        assert told(desk) == []
        assert len(desk.kinds_on_record()) == rows


def test_what_a_hanging_desk_passes_over_is_done_and_told_once(desk: TalkingDesk) -> None:
    """Nobody looks for two days: the limit is missed on record, the staff hears it late, administrators why; once."""
    with sweeping(desk) as sweep:
        passes(desk, hours=49)
        sweep()
        assert outcomes(desk, "respond") == ["missed", "missed"]
        (said,) = told(desk)
        assert "· 到点没有办的事 " in said
        assert "请重启值班台" in said
        assert any("回应超时" in words for words in desk.direct("王五").bot_says_all())
        passes(desk, seconds=40)
        sweep()
        assert told(desk) == []


def test_it_says_when_it_is_over(desk: TalkingDesk) -> None:
    """Five quiet minutes after the last find, once; what comes later is another incident."""
    with sweeping(desk) as sweep:
        passes(desk, hours=49)
        sweep()
        told(desk)
        desk.later(minutes=QUIET / timedelta(minutes=1) + 1)
        sweep()
        desk.desk.settle()
        (said,) = told(desk)
        assert said.startswith(OVER)
        assert "· 到点的事:" in said
        sweep()
        desk.desk.settle()
        assert told(desk) == []
        passes(desk, hours=30)
        sweep()
        assert [said.startswith(HEAD) for said in told(desk)] == [True]


def test_a_clock_whose_timer_was_lost_is_missed_all_the_same(desk: TalkingDesk) -> None:
    """No timer waits for it: the audit finds it from the clocks, and the desk does what it would have done in time."""
    lose_the_timers(desk)
    with sweeping(desk) as sweep:
        desk.later(hours=48, minutes=1)
        assert outcomes(desk, "respond") == ["running", "running"]
        told(desk)
        sweep()
        assert outcomes(desk, "respond") == ["missed", "missed"]
        (said,) = told(desk)
        assert "· 时限已过、却没有定时的 2 个,最早的 11-26 09:05 到期;定时已补上" in said
    with desk.database.reading() as session:
        notes = [note for row in history.rows(session, None) for note in (row.payload or {}).get("notes", ())]
    assert {"passed_over": {"clocks": 2}} in notes


def test_of_two_sweeps_at_once_one_tells(desk: TalkingDesk) -> None:
    """As on two machines: both find the same, the staff and the administrator hear it once."""
    lose_the_timers(desk)
    with sweeping(desk) as one, sweeping(desk) as other:
        passes(desk, hours=49)
        both = [threading.Thread(target=sweep) for sweep in (one, other)]
        for each in both:
            each.start()
        for each in both:
            each.join()
        desk.desk.settle()
        assert len(told(desk)) == 1
        late = [said for said in desk.direct("王五").bot_says_all() if "回应超时" in said]
        assert len(late) == 1


def test_what_came_in_and_is_not_handled_is_handled(desk: TalkingDesk) -> None:
    """A report that waits for two minutes becomes a slip, and administrators hear of it."""
    with sweeping(desk) as sweep:
        desk.desk.accept(typed(1, "城南小区停水三天没人管"))
        passes(desk, minutes=1)
        sweep()
        assert told(desk) == []
        passes(desk, minutes=2)
        sweep()
        assert any("线索 S2" in said for said in desk.staff.bot_says_all())
        (said,) = told(desk)
        assert "· 收到没有处理的消息 1 条" in said


def owe(desk: TalkingDesk, words: str, stage: str = "pending") -> int:
    """Owe the administrator a message, or leave it as one that is being sent."""
    with desk.database.writing() as session:
        chat = chats.by_account(session, "drill", desk.direct("何主任").chat)
        assert chat is not None
        row = Outbox(
            kind="message", platform="drill", destination=f"drill:{chat.account}", chat_id=chat.id, stage=stage,
            payload={"text": words}, created_at=desk.clock.now(), not_before=desk.clock.now(),
            claimed_at=desk.clock.now() if stage == "sending" else None,
        )  # fmt: skip
        outbox.put(session, row)
        session.flush()
        assert row.serial is not None
        return row.serial


def test_what_may_go_and_does_not_is_sent(desk: TalkingDesk) -> None:
    """It stood at the front of what may go for two minutes and at two sweeps half a minute apart."""
    with sweeping(desk) as sweep:
        owe(desk, "该发的一条")
        passes(desk, minutes=QUEUEING / timedelta(minutes=1) + 1)
        sweep()
        assert told(desk) == []
        passes(desk, seconds=31)
        sweep()
        said = desk.direct("何主任").bot_says_all()
        assert any(words.startswith("该发的一条\n(迟发,原定") for words in said)
        assert any("· 能发没有发的消息 1 条" in words for words in said)


def test_what_is_stuck_in_sending_is_sent_again_and_says_so(desk: TalkingDesk) -> None:
    """Whoever sent it never came back: after five minutes it is sent once more, with its number."""
    with sweeping(desk) as sweep:
        serial = owe(desk, "没有下文的一条", "sending")
        sweep()
        passes(desk, seconds=(STUCK / timedelta(seconds=1)) - 1)
        sweep()
        assert told(desk) == []
        passes(desk, seconds=2)
        sweep()
        said = desk.direct("何主任").bot_says_all()
        assert any("没有下文的一条" in words and "可能重复" in words and str(serial) in words for words in said)
        assert any("· 发了没有下文的 1 条" in words for words in said)
    with desk.database.reading() as session:
        assert not outbox_care.stranded(session)


def test_since_when_something_is_being_sent_outlives_whoever_looks(desk: TalkingDesk) -> None:
    """A sweep that has only just begun, after a restart or on another machine, finds what is stuck for long."""
    owe(desk, "没有下文的一条", "sending")
    passes(desk, minutes=STUCK / timedelta(minutes=1))
    with sweeping(desk) as sweep:
        sweep()
        assert any("· 发了没有下文的 1 条" in words for words in desk.direct("何主任").bot_says_all())


def test_a_desk_that_has_just_started_sees_to_it_by_itself(desk: TalkingDesk) -> None:
    """What fell due while nothing ran is the start's to catch up with; only what still waits then was passed over."""
    passes(desk, hours=49)
    other = Database(desk.database.url)
    sweep = Sweep(desk.desk, desk.desk.beside(other), confirm=0)
    sweep()
    assert told(desk) == []
    passes(desk, seconds=31)
    sweep()
    assert len(told(desk)) == 1
    sweep.stop()


def test_a_machine_that_slept_catches_up_without_an_alarm(desk: TalkingDesk) -> None:
    """Found once and gone at the second look, a moment later: the desk's own look was only about to come."""
    with sweeping(desk) as sweep:
        passes(desk, hours=49)
        desk.desk.wake.append(desk.desk.settle)  # the desk is told to look, and does
        sweep()
        assert told(desk) == []
        assert outcomes(desk, "respond") == ["missed", "missed"]


def test_a_database_that_does_not_answer_breaks_no_sweep(desk: TalkingDesk) -> None:
    """The sweep says so in the log, and the next one does its work."""
    with sweeping(desk) as sweep:
        passes(desk, hours=49)
        with desk.database.writing() as session:
            session.connection().exec_driver_sql("ALTER TABLE timer RENAME TO mislaid")
        sweep()
        with desk.database.writing() as session:
            session.connection().exec_driver_sql("ALTER TABLE mislaid RENAME TO timer")
        sweep()
        assert len(told(desk)) == 1


class Hanging(Desk):
    """A desk whose look never comes back, until it is let go."""

    let_go: threading.Event

    def look_at_inbox(self) -> int:
        """Hang."""
        self.let_go.wait()
        return 0


def test_it_runs_although_the_desks_own_thread_hangs(desk: TalkingDesk) -> None:
    """The heart's thread is caught in a look; the sweep, on the same heart, does what falls due and says so."""
    hanging = Hanging(desk.database, desk.clock, desk.house, {desk.platform.name: desk.platform}, {})
    hanging.let_go = threading.Event()
    heart = Heartbeat(hanging)
    with sweeping(desk) as sweep:
        heart.every(0.1, sweep)
        heart.start()
        try:
            passes(desk, hours=49)
            until(lambda: outcomes(desk, "respond") == ["missed", "missed"] and told(desk))
            assert heart.looked() > 0
        finally:
            hanging.let_go.set()
            heart.stop()


def test_a_timer_that_was_put_off_does_not_hide_its_clock(desk: TalkingDesk) -> None:
    """A timer that broke, or was set to a wrong moment, is not overdue; its clock is, and the desk sees to it."""
    with desk.database.writing() as session:
        for each in timer.of_case(session, desk.case().id):
            if each.kind == "clock":
                each.due_at = desk.clock.now() + timedelta(days=300)
                session.add(each)
    with sweeping(desk) as sweep:
        desk.later(hours=48, minutes=1)
        sweep()
        assert len(told(desk)) == 1
        with desk.database.reading() as session:
            assert all(clock.outcome == "missed" for clock in clocks.of_case(session, desk.case().id))
