"""Handing over the shift 交班, and what is said after an outage (R5, R6)."""

from datetime import UTC, date, datetime, timedelta

from storage import person as people
from storage.person import DutyShift
from tests.conversations.talking import TalkingDesk
from tests.conversations.test_clocks import COLLAPSE, OUTAGE, heard, reported

OUTAGE_BEGAN = datetime(2026, 11, 26, 0, 50, tzinfo=UTC)  # ten to nine; the first case's limit ends at 09:05


def test_a_shift_is_handed_over_with_what_is_open(desk: TalkingDesk) -> None:
    """The night officer hears what is open, what ends when, for whom it waits, and a word; one tap takes it over."""
    reported(desk)
    desk.later(hours=10)
    heard(desk)
    zhao, gao = desk.direct("赵强"), desk.direct("高明")
    zhao.says("交班 等水务局回话,别催太急")
    assert zhao.bot_says() == "🔁 已交班给 高明:在办 1 件"
    assert gao.bot_says().splitlines() == [
        "🔁 赵强 交班给夜班:在办 1 件",
        "· 1号 江南路全小区停水三天,老人孩子没水喝,打电话没人… 48小时内回应 剩 38时",
        "等 王五:1号(待起草)",
        "交代:等水务局回话,别催太急",
    ]
    gao.taps("接班")
    assert gao.toast() == "已接班。"
    assert zhao.bot_says() == "🔁 高明 已接班"
    assert desk.staff.bot_says() == "🔁 赵强 已交班,高明 已接班"
    gao.taps("接班")
    assert gao.toast() == "这次交班已有人接过,或已过时,未做任何改动。"
    assert (zhao.is_silent(), desk.staff.is_silent()) == (True, True)


def test_a_shift_nobody_takes_stays_with_whoever_gave_it(desk: TalkingDesk) -> None:
    """After half an hour they hear whom to phone, three times in all; a late yes is heard too."""
    zhao, gao = desk.direct("赵强"), desk.direct("高明")
    zhao.says("交班")
    zhao.bot_says()
    desk.later(minutes=90)
    assert zhao.bot_says_all() == ["⏳ 还没有人接班。请打电话给 高明 0775-0000103;您的班到接班为止。"] * 3
    desk.later(hours=2)
    assert zhao.is_silent()
    gao.taps("接班")
    assert zhao.bot_says() == "🔁 高明 已接班"


def test_nobody_hands_over_to_themselves(desk: TalkingDesk) -> None:
    """Whoever has the next shift too is told so; nothing is handed over."""
    with desk.database.writing() as session:
        zhao = people.by_name(session, "赵强")
        assert zhao is not None
        people.clear_duty(session)
        whole = [DutyShift(first_day=date(2026, 11, 1), slot=slot, person_id=zhao.id) for slot in ("day", "night")]
        people.save(session, *whole)
    desk.direct("赵强").says("交班")
    assert desk.direct("赵强").bot_says() == "夜班也是您自己,不用交班。"


def test_whoever_stayed_on_gives_the_shift_to_the_one_that_has_begun(desk: TalkingDesk) -> None:
    """Half an hour late, at night and in the morning: not to the shift after the next, who would be themselves."""
    desk.until(datetime(2026, 11, 24, 12, 30, tzinfo=UTC))  # half past eight in the evening
    desk.direct("赵强").says("交班")
    assert desk.direct("赵强").bot_says() == "🔁 已交班给 高明:在办 0 件"
    desk.direct("高明").taps("接班")
    heard(desk)
    desk.until(datetime(2026, 11, 25, 0, 40, tzinfo=UTC))  # twenty to nine in the morning
    desk.direct("高明").says("交班")
    assert desk.direct("高明").bot_says() == "🔁 已交班给 赵强:在办 0 件"


def test_what_the_duty_officer_owes_is_named_too(desk: TalkingDesk) -> None:
    """To report upward is no step of the text: it stands on their list, in the digest's and in the shift's words."""
    desk.staff.forwards("李敏", COLLAPSE)
    heard(desk)
    zhao = desk.direct("赵强")
    zhao.says("待办")
    assert zhao.bot_says().splitlines()[:2] == [
        "📌 等您处理 1 件:",
        "港建舆〔2026〕1号 城东工地脚手架坍塌,造成12人死亡,5人 〔上报〕 剩 1时",
    ]
    zhao.says("交班")
    assert "等 赵强:1号(上报)" in desk.direct("高明").bot_says().splitlines()
    zhao.says("已上报 1 电话报区政府值班室")
    heard(desk)
    zhao.says("待办")
    assert "等您处理" not in zhao.bot_says()


def test_the_leader_takes_over_where_the_next_officer_is_away(desk: TalkingDesk) -> None:
    """A shift is never given to nobody."""
    desk.goes_away("高明")
    desk.direct("赵强").says("交班")
    assert desk.direct("赵强").bot_says() == "🔁 已交班给 冯副局长:在办 0 件"
    assert desk.direct("冯副局长").bot_says() == "🔁 赵强 交班给夜班:在办 0 件"
    desk.goes_away("冯副局长")
    desk.direct("赵强").says("交班")
    assert desk.direct("赵强").bot_says().startswith("夜班没有排人,也没有带班领导在岗,不能交班。")


def test_an_outage_of_five_hours_is_told_in_one_report(desk: TalkingDesk) -> None:
    """Which limits passed meanwhile and by how much, how many reminders come late; first of all, and once."""
    reported(desk)
    desk.until(OUTAGE_BEGAN)
    heard(desk)
    desk.clock.move_to(OUTAGE_BEGAN + timedelta(hours=5))
    desk.desk.open(stopped_at=OUTAGE_BEGAN)
    desk.desk.settle()
    said = desk.staff.bot_says_all()
    assert said[0].splitlines() == [
        "🔌 值班台停了 5时(11-26 08:50 至 11-26 13:50),现已恢复。",
        "🚨 其间到期 1 个时限:",
        "· 1号 48小时内回应 11-26 09:05 到期,已过 4时45分",
        "其间该发的 2 条现在补发,都标明迟发:时限提醒 2 条。",
    ]
    assert any("超时 4时45分" in each for each in said[1:])
    desk.later(hours=1)
    assert not [each for each in desk.staff.bot_says_all() if each.startswith("🔌")]


def test_whatever_an_outage_delayed_says_so(desk: TalkingDesk) -> None:
    """Not the limits alone: who is asked to take a case hears it late, and is told since when."""
    desk.staff.forwards("李敏", OUTAGE)
    heard(desk)
    desk.clock.move_to(desk.clock.now() + timedelta(minutes=50))
    desk.desk.settle()
    assert desk.direct("陈静").bot_says().splitlines()[-1] == "(迟发,原定 11-24 09:35)"


def test_an_outage_in_which_nothing_passed_says_so(desk: TalkingDesk) -> None:
    """Nobody has to wonder; a restart within minutes is no outage."""
    reported(desk, COLLAPSE).direct("王五")
    heard(desk)
    for minutes, lines in ((2, 0), (20, 3)):
        before = desk.clock.now()
        desk.clock.move_to(before + timedelta(minutes=minutes))
        desk.desk.open(stopped_at=before)
        told = [said for said in desk.staff.messages() if said.text.startswith("🔌")]
        assert len(told) == 0
        desk.desk.settle()
        told = [said for said in desk.staff.messages() if said.text.startswith("🔌")]
        assert [len(said.text.splitlines()) for said in told] == ([lines] if lines else [])
