"""Who is asked to take a case, in which order."""

import uuid
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.plan import Assignment, Night
from handlers.assignment.ladder import Wish, accept_within, next_asked, stand_in, still_fits
from handlers.on_hand import OnHand, shift_of
from storage.person import Person

TODAY = date(2026, 11, 24)
LADDER = ("spokesperson", "deputy", "duty_officer", "duty_leader", "leader")
SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = Night(begins=time(20), ends=time(8))


def person(name: str, *roles: str, **more: Any) -> Person:  # noqa: ANN401 - any column
    return Person(key=name, name=name, roles=list(roles), **more)


WANGWU = person("王五", "spokesperson", topics=["safety"])
CHENJING = person("陈静", "spokesperson", deputy_topics=["safety"])
XULEI = person("徐蕾", "network_spokesperson")
ZHAOQIANG = person("赵强", "duty_officer")
FENG = person("冯副局长", "duty_leader")
ZHENG = person("郑局长", "leader")
CAST = (WANGWU, CHENJING, XULEI, ZHAOQIANG, FENG, ZHENG)
HERE = OnHand(
    CAST,
    reached=frozenset(each.id for each in CAST),
    duty=frozenset([ZHAOQIANG.id]),
    leading=frozenset([FENG.id]),
    day=TODAY,
)
SAFETY = Wish("safety")


def test_topic_decides_who_is_asked_first() -> None:
    """The spokesperson for the topic is asked first."""
    asking = next_asked(LADDER, HERE, SAFETY)
    assert (asking.person, asking.rung, asking.step, asking.skipped) == (WANGWU, "spokesperson", 1, ())


def test_next_rung_after_a_used_one() -> None:
    """When the spokesperson's time is over, the deputy is asked."""
    asking = next_asked(LADDER, HERE, replace(SAFETY, asked=frozenset([WANGWU.id]), step=1))
    assert (asking.person, asking.rung, asking.step) == (CHENJING, "deputy", 2)


def test_leave_is_skipped_and_said() -> None:
    """Whoever is on leave is skipped at once, and the skip is named with its reason."""
    away = person("王五", "spokesperson", topics=["safety"], leave=[["2026-11-20", "2026-11-24"]])
    here = replace(HERE, people=(away, *CAST[1:]), reached=HERE.reached | {away.id})
    asking = next_asked(LADDER, here, SAFETY)
    assert asking.person == CHENJING
    assert [(each.rung, each.why, each.person) for each in asking.skipped] == [("spokesperson", "on_leave", away)]


def test_unreachable_is_skipped_and_said() -> None:
    """Whoever no chat reaches is skipped at once, and the skip is named with its reason."""
    here = replace(HERE, reached=HERE.reached - {WANGWU.id})
    asking = next_asked(LADDER, here, SAFETY)
    assert asking.person == CHENJING
    assert [each.why for each in asking.skipped] == ["unreachable"]


def test_empty_rung_is_skipped_and_said() -> None:
    """A rung on which nobody stands for the topic is skipped at once and named."""
    asking = next_asked(LADDER, HERE, Wish("wages"))
    assert asking.person == ZHAOQIANG
    assert [(each.rung, each.why) for each in asking.skipped] == [("spokesperson", "nobody"), ("deputy", "nobody")]


def test_who_stands_on_two_rungs_is_named_once() -> None:
    """Somebody away who answers for a topic and is its deputy too is skipped on both and named on the first."""
    away = [["2026-11-24", "2026-11-24"]]
    both = person("甲", "spokesperson", topics=["safety"], deputy_topics=["safety"], leave=away)
    here = replace(HERE, people=(both, ZHAOQIANG))
    asking = next_asked(LADDER, here, SAFETY)
    assert (asking.person, asking.step) == (ZHAOQIANG, 3)
    assert [(each.rung, each.person) for each in asking.skipped] == [("spokesperson", both)]


def test_nobody_left() -> None:
    """At the top of the ladder nobody is left to ask."""
    asking = next_asked(LADDER, HERE, replace(SAFETY, step=len(LADDER)))
    assert (asking.person, asking.step) == (None, len(LADDER))


def test_second_spokesperson_of_a_rung_stands_in() -> None:
    """Where two answer for a topic and the first is away, the second is asked on the same rung."""
    away = person("甲", "spokesperson", topics=["safety"], leave=[["2026-11-24", "2026-11-24"]])
    here = replace(HERE, people=(away, *CAST), reached=HERE.reached | {away.id})
    assert next_asked(LADDER, here, SAFETY).person == WANGWU


def test_online_question_goes_to_the_network_spokesperson() -> None:
    """An online question is offered to the network spokesperson, whatever its topic."""
    assert next_asked(LADDER, HERE, Wish("wages", track="question")).person == XULEI


@pytest.mark.parametrize(("topic", "fits"), [("safety", True), ("wages", False)])
def test_new_topic_may_not_fit_the_person_asked(topic: str, fits: bool) -> None:  # noqa: FBT001 - a row of the table
    """After a correction of the topic the person asked fits only if they answer for the new one."""
    assert still_fits(LADDER, HERE, Wish(topic, step=1), WANGWU.id) is fits


@given(
    asked=st.sets(st.sampled_from([each.id for each in CAST])),
    away=st.sets(st.sampled_from([each.id for each in CAST])),
    step=st.integers(0, len(LADDER)),
)
def test_nobody_is_asked_twice_or_in_vain(asked: set[uuid.UUID], away: set[uuid.UUID], step: int) -> None:
    """Never is somebody asked who was asked before or whom nothing reaches, and the ladder is only climbed."""
    here = replace(HERE, reached=HERE.reached - away)
    asking = next_asked(LADDER, here, replace(SAFETY, asked=frozenset(asked), step=step))
    assert asking.person is None or (asking.person.id not in asked and asking.person.id not in away)
    assert asking.step > step or step == len(LADDER)


def test_graver_case_waits_less() -> None:
    """The time to accept depends on the grade."""
    rule = Assignment(
        ladder=("leader",),
        accept_within_minutes={"extremely_grave": 5, "grave": 10, "relatively_grave": 15, "ordinary": 30},
        night=NIGHT,
    )
    assert accept_within("ordinary", rule) == timedelta(minutes=30)
    assert accept_within("extremely_grave", rule) == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("moment", "day", "slot"),
    [
        (datetime(2026, 11, 24, 7, 59, tzinfo=SHANGHAI), date(2026, 11, 23), "night"),
        (datetime(2026, 11, 24, 8, 0, tzinfo=SHANGHAI), TODAY, "day"),
        (datetime(2026, 11, 24, 19, 59, tzinfo=SHANGHAI), TODAY, "day"),
        (datetime(2026, 11, 24, 20, 0, tzinfo=SHANGHAI), TODAY, "night"),
        (datetime(2026, 11, 25, 0, 0, tzinfo=SHANGHAI), TODAY, "night"),
    ],
)
def test_night_belongs_to_the_day_it_begins(moment: datetime, day: date, slot: str) -> None:
    """Who has the night shift of a day still has it after midnight."""
    assert shift_of(moment, NIGHT) == (day, slot)


@given(away=st.sets(st.sampled_from([each.id for each in CAST])))
def test_only_somebody_who_is_here_stands_in(away: set[uuid.UUID]) -> None:
    """Never is somebody asked to take a case over who is away; the deputy goes before everybody else."""
    today = TODAY.isoformat()
    cast = tuple(
        Person(**each.model_dump(exclude={"leave"}), leave=[[today, today]] if each.id in away else []) for each in CAST
    )
    found = stand_in(replace(HERE, people=cast), SAFETY)
    assert found is None or found.id not in away
    if CHENJING.id not in away:
        assert found is not None
        assert found.id == CHENJING.id
