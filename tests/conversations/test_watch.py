"""Days on which the watch is put to the test: a holiday week, nobody who answers, a grade given twice (R4, R5, R6)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.conversations.talking import TalkingDesk
from tests.conversations.test_clocks import COLLAPSE, OUTAGE, heard, outcomes, reported
from tests.conversations.test_questions import QUESTION
from tests.conversations.writing import FIRST, REVIEWERS, signed, submit

EVE = datetime(2026, 9, 30, 7, 0, tzinfo=UTC)  # Wednesday, 15:00: the holidays go from 1 to 7 October
CALL = "☎️ 请打电话给"


def test_a_holiday_week_with_a_day_made_up(new_desk: Callable[..., TalkingDesk]) -> None:
    """Hours run through the holidays; working days wait for the 8th, and the Saturday made up is one of them."""
    desk = new_desk(start=EVE)
    desk.staff.forwards("李敏", QUESTION)
    desk.staff.says("赵强", "属实 S1")
    desk.staff.says("赵强", "问政 1")
    reported_too(desk)
    desk.staff.says("赵强", "时限 1")
    limits = desk.staff.bot_says()
    assert "1个工作日内问政受理,09-30 15:00 起算,截止 10-09 00:00" in limits
    assert "5个工作日内问政答复,09-30 15:00 起算,截止 10-14 00:00" in limits  # 8, 9, 10 (made up), 12, 13
    desk.direct("徐蕾").says("受理 1")
    heard(desk)
    desk.until(EVE + timedelta(hours=48))
    assert "🚨 2号 回应已到时限,仍未完成(截止 10-02 15:00" in "".join(desk.direct("王五").bot_says_all())
    digests = [said.splitlines()[0] for said in desk.staff.bot_says_all() if said.startswith("☀️")]
    assert digests == ["☀️ 10-01 周四 晨报 · 在办 2 件", "☀️ 10-02 周五 晨报 · 在办 2 件"]
    desk.until(datetime(2026, 10, 10, 1, 0, tzinfo=UTC))
    digest = next(said for said in desk.staff.bot_says_all() if said.startswith("☀️ 10-10 周六"))
    assert "今日值班:白班 赵强" in digest
    desk.direct("徐蕾").says("答复 1 已告知在政务中心三楼办理")
    assert outcomes(desk, "question_answer") == ["met"]


def reported_too(desk: TalkingDesk) -> None:
    """Let a second post become case 2, and be taken."""
    desk.staff.forwards("李敏", OUTAGE)
    desk.direct("王五").taps("认领")
    heard(desk)


def test_the_spokesperson_is_away_and_the_deputy_does_not_answer(desk: TalkingDesk) -> None:
    """Skipped at once, then silence, then the leaders; in the end it waits for whoever is on duty."""
    desk.goes_away("王五")
    desk.staff.forwards("李敏", OUTAGE)
    assert "1号 指派跳过:新闻发言人 王五(休假);已请 副发言人 陈静" in desk.staff.bot_says_all()
    assert desk.direct("陈静").bot_says().startswith("📌 请认领 港建舆〔2026〕1号")
    desk.later(minutes=30)
    assert desk.staff.bot_says() == "⏭ 1号 陈静 30分 未认领,已转请 值班领导 冯副局长"
    assert desk.direct("王五").is_silent()
    desk.later(hours=1)
    assert desk.staff.bot_says().startswith("🚨 1号 无人认领,可问的人都问过了。")
    desk.until(datetime(2026, 11, 25, 0, 33, tzinfo=UTC))
    assert "等 赵强:1号(待指派)" in desk.staff.bot_says().splitlines()
    desk.staff.says("赵强", "指派 1 陈静")
    desk.direct("陈静").taps("认领")
    assert desk.case().stage == "draft"


def test_a_case_that_is_graded_twice(desk: TalkingDesk) -> None:
    """Found grave, its limits are past at once and go up the ladder; found ordinary, nobody is chased for them."""
    reported(desk).later(hours=2)
    heard(desk)
    desk.staff.says("赵强", "定级 1 重大")
    assert outcomes(desk, "first_release") == ["missed", "running"]
    desk.later(minutes=30)
    assert any(said.startswith(CALL) for said in desk.direct("赵强").bot_says_all())
    desk.staff.says("赵强", "定级 1 一般")
    heard(desk)
    desk.staff.says("赵强", "时限 1")
    limits = desk.staff.bot_says().splitlines()
    assert any("依据 本方案 三.1:❌ 11-24 10:05 已过,改判后不适用" in line for line in limits)
    assert sum("截止 11-26 09:05" in line and "剩 45时30分" in line for line in limits) == 2
    assert "❌" not in desk.staff.shows("港建舆〔2026〕1号")
    desk.later(hours=20)
    assert desk.direct("赵强").is_silent()
    said = desk.staff.bot_says_all()
    assert not [each for each in said if "超时" in each or "牌" in each]
    desk.staff.says("赵强", "定级 1 重大")
    assert "首发 ❌ 11-24 10:05 已过" in desk.staff.shows("港建舆〔2026〕1号")
    desk.later(minutes=30)
    assert any(each.startswith(CALL) for each in desk.direct("赵强").bot_says_all())


def test_a_night_from_the_first_word_to_the_morning(new_desk: Callable[..., TalkingDesk]) -> None:
    """Twelve dead at ten in the evening: woken, written, signed by six, published, told at 08:33, handed over."""
    desk = new_desk(start=datetime(2026, 11, 24, 14, 0, tzinfo=UTC))
    desk.staff.forwards("李敏", COLLAPSE)
    desk.staff.says("高明", "定级 1 重大")
    assert desk.joint.bot_says().splitlines()[0] == "【联席会议预警】重大 港建舆〔2026〕1号"
    desk.later(minutes=10)  # 王五 sleeps
    chen, gao = desk.direct("陈静"), desk.direct("高明")
    chen.taps("认领")
    gao.says("已上报 1 电话报区政府值班室")
    chen.says("起草 1 关于城东工地脚手架坍塌的初步通报\n城东工地脚手架坍塌。救援正在进行,后续情况由我局发布。")
    submit(desk, "陈静")
    signed(desk, *REVIEWERS, "郑局长")
    heard(desk)
    chen.taps("📢发布")
    chen.taps("📢确认发布")
    assert "📢 港建舆〔2026〕1号 已发布:《关于城东工地脚手架坍塌的初步通报》" in desk.staff.bot_says()
    assert "需要:宣传部门(统一发布口径、联系媒体、转发、协调媒体引用)" in desk.joint.bot_says()
    assert outcomes(desk, "first_release") == ["met", "met"]
    assert outcomes(desk, "report_upward") == ["met"]
    desk.later(hours=5)
    assert chen.bot_says_all()[-1].startswith("⏰ 1号 持续发布还剩 1时30分(11-25 04:10")
    chen.says("起草 1 城东工地脚手架坍塌续报\n救援仍在进行。")
    submit(desk, "陈静")
    signed(desk, *REVIEWERS, "郑局长")
    chen.taps("📢发布")
    chen.taps("📢确认发布")
    heard(desk)
    desk.until(datetime(2026, 11, 25, 0, 33, tzinfo=UTC))
    digest = next(said for said in desk.staff.bot_says_all() if said.startswith("☀️")).splitlines()
    assert digest[0] == "☀️ 11-25 周三 晨报 · 在办 1 件"
    published = next(line for line in digest if line.startswith("已发布"))
    assert published.startswith("已发布 2:《关于城东工地脚手架坍塌的初步通报》 网站✅ 发布频道✅;")
    assert "等 陈静:1号(待跟进)、1号(新闻发布会)" in digest
    gao.says("交班 家属由应急局安抚")
    assert "交代:家属由应急局安抚" in desk.direct("赵强").bot_says().splitlines()
    desk.direct("赵强").taps("接班")
    assert desk.staff.bot_says() == "🔁 高明 已交班,赵强 已接班"


def test_a_hand_over_in_the_middle_of_a_review(new_desk: Callable[..., TalkingDesk]) -> None:
    """Two gates of five are signed when the shift ends; the night is quiet, in the morning the text goes out."""
    desk = reported(new_desk(start=datetime(2026, 11, 24, 10, 30, tzinfo=UTC)))  # half past six in the evening
    wang = desk.direct("王五")
    wang.says(f"起草 1 {FIRST}")
    submit(desk)
    signed(desk, "刘洋", "张伟")
    desk.later(hours=1.6)
    heard(desk)
    desk.direct("赵强").says("交班 周芳在开会,会后就看")
    told = desk.direct("高明").bot_says().splitlines()
    assert told[0] == "🔁 赵强 交班给夜班:在办 1 件"
    assert told[2:] == ["等 周芳:1号(法律关)", "等 宋佳:1号(法律关)", "交代:周芳在开会,会后就看"]
    desk.direct("高明").taps("接班")
    assert desk.staff.bot_says() == "🔁 赵强 已交班,高明 已接班"
    signed(desk, "周芳")
    assert "等您处理" not in _list_of(desk, "高明")
    assert "政治关✅ 政策关✅ 法律关✅" in desk.staff.shows("审核")
    heard(desk)
    desk.until(datetime(2026, 11, 25, 0, 33, tzinfo=UTC))
    assert desk.direct("唐军").is_silent()  # nobody stands in for 孙丽 at night
    assert "等 孙丽:1号(文字关)" in desk.staff.bot_says().splitlines()
    desk.direct("高明").says("交班")
    assert "等 孙丽:1号(文字关)" in desk.direct("赵强").bot_says().splitlines()
    desk.direct("赵强").taps("接班")
    signed(desk, "孙丽", "吴刚", "郑局长")
    wang.taps("📢发布")
    wang.taps("📢确认发布")
    assert outcomes(desk, "respond") == ["met", "met"]
    assert desk.case().stage == "follow_up"


def test_an_outage_of_five_hours_over_several_cases(desk: TalkingDesk) -> None:
    """Each limit of each case that ended meanwhile is named, first of all; what comes late is counted and marked."""
    reported(desk)
    desk.staff.forwards("李敏", "城西路连续停水两天,居民楼里没水喝,业主打电话没人管。")
    desk.direct("王五").says("认领 2")
    desk.until(datetime(2026, 11, 26, 0, 30, tzinfo=UTC))
    desk.staff.forwards("李敏", COLLAPSE)
    desk.direct("王五").says("认领 3")
    heard(desk)
    began = desk.clock.now()
    desk.clock.move_to(began + timedelta(hours=5))
    desk.desk.open(stopped_at=began)
    desk.desk.settle()
    said = desk.staff.bot_says_all()
    assert said[0].splitlines() == [
        "🔌 值班台停了 5时(11-26 08:30 至 11-26 13:30),现已恢复。",
        "🚨 其间到期 5 个时限:",
        "· 1号 48小时内回应 11-26 09:05 到期,已过 4时25分",
        "· 2号 48小时内回应 11-26 09:05 到期,已过 4时25分",
        "· 3号 1小时内上报 11-26 09:30 到期,已过 4时",
        "· 3号 1小时内首发 11-26 09:30 到期,已过 4时",
        "· 3号 5小时内首发 11-26 13:30 到期,已过 0分",
        "其间该发的 8 条现在补发,都标明迟发:时限提醒 7 条、联席会议预警 1 条。",
    ]
    late = [each for each in said[1:] if "超时" in each.splitlines()[0]]
    assert len(late) == 3
    assert all(each.splitlines()[-1].startswith("(迟发,原定 11-26 ") for each in late)
    assert any("疑似,未核实" in each and "(迟发," in each for each in desk.joint.bot_says_all())


def _list_of(desk: TalkingDesk, name: str) -> str:
    desk.direct(name).bot_says_all()
    desk.direct(name).says("待办")
    return desk.direct(name).bot_says()
