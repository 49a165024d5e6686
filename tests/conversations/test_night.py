"""The night (R6): what can wait rings nobody and passes nobody over; what cannot wakes whoever it needs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from storage import outbox
from storage import person as people
from tests.conversations.talking import TalkingDesk

EVENING = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)  # 22:00 in Guigang
OUTAGE = "阳光花园小区全小区停水三天了,物业和住建部门互相推诿,老人小孩都没水喝,什么时候能解决?"
COLLAPSE = "城东工地脚手架坍塌,造成12人死亡,5人重伤,救援正在进行。"


@pytest.fixture
def late(new_desk: Callable[..., TalkingDesk]) -> TalkingDesk:
    """Give a desk at ten in the evening."""
    return new_desk(start=EVENING)


def rang(desk: TalkingDesk, name: str, reference: str = "1") -> list[str]:
    """Return what woke somebody, by its first line."""
    with desk.database.reading() as session:
        person = people.by_name(session, name)
        assert person is not None
        owed = [row for row in outbox.of_case(session, desk.case(reference).id) if row.person_id == person.id]
        return [row.payload["text"].partition("\n")[0] for row in owed if not row.payload.get("silent")]


def test_an_ordinary_case_wakes_nobody_and_passes_nobody_over(late: TalkingDesk) -> None:
    """Asked without a sound, with the morning as the limit; the next one is asked half an hour after the digest."""
    late.staff.forwards("李敏", OUTAGE)
    late.staff.taps("高明", "属实")
    asked = late.direct("王五").bot_says()
    assert "请在 11-25 09:03 前认领,否则转请下一位。回复「认领 1」亦可。" in asked
    late.until(EVENING + timedelta(hours=11))  # nine in the morning
    assert late.direct("陈静").is_silent()
    assert rang(late, "王五") == []
    late.later(minutes=4)
    assert "请认领 港建舆〔2026〕1号" in late.direct("陈静").bot_says()
    assert len(rang(late, "陈静")) == 1


def test_an_emergency_wakes_and_goes_up_within_minutes(late: TalkingDesk) -> None:
    """Twelve dead: asked with a sound, the next one after ten minutes, the leaders before half an hour is over."""
    late.staff.forwards("李敏", COLLAPSE)
    assert "请在 10分 内认领" in late.direct("王五").bot_says()
    late.later(minutes=31)
    assert rang(late, "王五")
    assert rang(late, "陈静")
    assert "请认领" in "".join(late.direct("冯副局长").bot_says_all())


def test_a_limit_that_leaves_no_time_by_day_rings(new_desk: Callable[..., TalkingDesk]) -> None:
    """Due at half past nine in the morning: reminded in the evening and at night, since by day no time is left."""
    desk = new_desk(start=datetime(2026, 11, 24, 1, 30, tzinfo=UTC))
    desk.staff.forwards("李敏", OUTAGE)
    desk.staff.taps("赵强", "属实")
    wang = desk.direct("王五")
    wang.taps("认领")
    desk.later(hours=23)
    wang.bot_says_all()
    desk.later(hours=24.5)
    assert [said.partition("(")[0] for said in wang.bot_says_all()] == [
        f"⏰ 1号 回应还剩 {left}" for left in ("24时", "12时", "4时48分")
    ]
    assert len(rang(desk, "王五")) == 4


def test_a_reminder_at_night_of_what_can_wait_is_left_to_the_digest(new_desk: Callable[..., TalkingDesk]) -> None:
    """Due in the evening after: half of the time is over at one at night, and nobody is told so then."""
    desk = new_desk(start=datetime(2026, 11, 24, 17, 0, tzinfo=UTC))  # one in the morning
    desk.staff.forwards("李敏", OUTAGE)
    desk.staff.taps("高明", "属实")
    wang = desk.direct("王五")
    wang.taps("认领")
    desk.later(hours=20)
    wang.bot_says_all()
    desk.later(hours=9)  # from nine in the evening to six in the morning; half of the time was over at one
    assert wang.is_silent()
    desk.later(hours=8)
    assert [said.partition("(")[0] for said in wang.bot_says_all()] == ["⏰ 1号 回应还剩 12时"]


def test_a_gate_asked_for_at_night_has_until_the_morning(late: TalkingDesk) -> None:
    """A reviewer has the hour by day; at night nobody is asked in their place."""
    late.staff.forwards("李敏", OUTAGE)
    late.staff.taps("高明", "属实")
    wang = late.direct("王五")
    wang.taps("认领")
    wang.says("起草 1 停水情况\n\n泵房损坏造成停水。抢修队正在更换。")
    wang.says("送审 1")
    wang.taps("不涉及其他单位")
    assert "请于 11-25 09:33 前" in late.direct("刘洋").bot_says()
    assert rang(late, "刘洋") == []
    late.later(hours=8)
    assert late.direct("刘洋").is_silent()


def test_whoever_speaks_at_night_is_answered_with_a_sound(late: TalkingDesk) -> None:
    """They are awake: only those who are not are left to sleep."""
    late.direct("李敏").says(f"上报 {OUTAGE}")
    assert rang(late, "李敏", "S1")
