"""Whom a clock reminds, and which events count for it."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from handlers.clocks.happened import REFERRAL_WAIVED, counted
from handlers.clocks.owners import who_can_end
from handlers.on_hand import OnHand
from storage.case import Case
from storage.case_event import CaseEvent
from storage.person import Person

NINE = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
WANGWU = Person(key="wangwu", name="王五", roles=["spokesperson"])
XULEI = Person(key="xulei", name="徐蕾", roles=["network_spokesperson"])
ZHAOQIANG = Person(key="zhaoqiang", name="赵强", roles=["duty_officer"])
GAOMING = Person(key="gaoming", name="高明", roles=["duty_officer"])
ZHENG = Person(key="zheng", name="郑局长", roles=["leader"])
CAST = (WANGWU, XULEI, ZHAOQIANG, GAOMING, ZHENG)
HERE = OnHand(CAST, reached=frozenset(each.id for each in CAST), duty=frozenset([GAOMING.id]), day=date(2026, 11, 24))


def case(**more: Any) -> Case:  # noqa: ANN401 - any column
    return Case(slip=1, title="", plan_hash="", received_at=NINE, **more)


def event(name: str, minutes: int) -> CaseEvent:
    return CaseEvent(case_id=uuid.uuid4(), event=name, at=NINE + timedelta(minutes=minutes))


def test_spokesperson_who_took_the_case() -> None:
    """Whoever took the case is reminded."""
    assert who_can_end("spokesperson", case(stage="draft", spokesperson_id=WANGWU.id), HERE) == WANGWU


def test_whoever_is_asked_while_nobody_took_it() -> None:
    """While nobody took the case, whoever is asked now is reminded."""
    asked = case(stage="acceptance", asked_ids=[str(ZHENG.id), str(WANGWU.id)])
    assert who_can_end("spokesperson", asked, HERE) == WANGWU


def test_duty_officer_of_the_shift_for_what_nobody_has() -> None:
    """Where nobody has the case, the duty officer of the shift is reminded, not the one off duty."""
    assert who_can_end("spokesperson", case(), HERE) == GAOMING


def test_leave_passes_the_reminder_on() -> None:
    """While the spokesperson is away, the duty officer is reminded instead."""
    away = Person(key="wangwu", name="王五", roles=["spokesperson"], leave=[["2026-11-24", "2026-11-30"]])
    here = replace(HERE, people=(away, *CAST[1:]), reached=HERE.reached | {away.id})
    assert who_can_end("spokesperson", case(spokesperson_id=away.id), here) == GAOMING


def test_network_spokesperson_for_a_question() -> None:
    """An online question reminds the network spokesperson, also when the case is somebody else's."""
    assert who_can_end("network_spokesperson", case(spokesperson_id=WANGWU.id), HERE) == XULEI


def test_leader_when_nobody_else_is_reached() -> None:
    """When no other chat reaches anybody, the leader is reminded; with nobody at all there is nobody."""
    assert who_can_end("duty_officer", case(), replace(HERE, reached=frozenset([ZHENG.id]))) == ZHENG
    assert who_can_end("duty_officer", case(), replace(HERE, reached=frozenset())) is None


def test_only_the_plans_events_count() -> None:
    """Notes and alerts on record start and stop nothing."""
    recorded = [event("note", 3), event("received", 0), event("alerted:registered", 5)]
    assert counted(recorded, rumour_stands=False) == {"received": [NINE]}


def test_rumour_taken_back_starts_no_clock() -> None:
    """A rumour that a person took back starts no referral."""
    assert "rumour_confirmed" not in counted([event("rumour_confirmed", 1)], rumour_stands=False)
    assert "rumour_confirmed" in counted([event("rumour_confirmed", 1)], rumour_stands=True)


def test_waived_referral_starts_no_clock_until_confirmed_again() -> None:
    """A referral that a person waived is not owed; a later decision to hand it over is."""
    waived = [event("rumour_confirmed", 1), event(REFERRAL_WAIVED, 2)]
    assert "rumour_confirmed" not in counted(waived, rumour_stands=True)
    again = [*waived, event("rumour_confirmed", 3)]
    assert counted(again, rumour_stands=True)["rumour_confirmed"] == [NINE + timedelta(minutes=3)]


def test_deputy_before_the_duty_officer() -> None:
    """While the spokesperson is away, the deputy for the topic is reminded before the duty officer."""
    away = Person(key="wangwu", name="王五", roles=["spokesperson"], leave=[["2026-11-24", "2026-11-30"]])
    deputy = Person(key="chenjing", name="陈静", roles=["spokesperson"], deputy_topics=["safety"])
    here = replace(HERE, people=(away, *CAST[1:], deputy), reached=HERE.reached | {away.id, deputy.id})
    assert who_can_end("spokesperson", case(topic="safety", spokesperson_id=away.id), here) == deputy
    assert who_can_end("spokesperson", case(topic="wages", spokesperson_id=away.id), here) == GAOMING
