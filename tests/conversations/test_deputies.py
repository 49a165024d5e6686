"""Somebody away hands over what they answer for, to one person, until a moment."""

import pytest

from tests.conversations.talking import TalkingDesk
from tests.conversations.writing import PLAIN, POST, given, quiet, signed, steps, submit, submitted, taken

TERM = "委托 宋佳 至 11-28 18:00 出差"


def test_deputy_is_asked_and_signs_in_the_givers_stead(desk: TalkingDesk) -> None:
    """Both hear of it, the staff too; the card and the record name in whose stead."""
    desk.direct("周芳").says(TERM)
    assert desk.direct("周芳").bot_says() == (
        "🤝 已委托 宋佳 代您办理:法律关,至 11-28 18:00 自动收回。\n提前收回发“收回委托”。"
    )
    assert desk.direct("宋佳").bot_says().splitlines()[:2] == [
        "🤝 周芳 委托您代为办理:法律关,至 11-28 18:00。",
        "原因:出差",
    ]
    assert desk.staff.bot_says() == "🤝 周芳 委托 宋佳 代办:法律关,至 11-28 18:00"
    submitted(desk, PLAIN)
    signed(desk, "刘洋", "张伟")
    assert desk.direct("周芳").is_silent()
    asked = desk.direct("宋佳").bot_says().splitlines()
    assert asked[:2] == ["🤝 您受托于 周芳,代为审签:", "📝 请审「法律关」 · 1号 v1 · 请于 11-24 10:05 前"]
    assert "法律关⏳宋佳(受托于 周芳)" in desk.staff.shows("来源")
    desk.direct("周芳").says("同意 1")
    assert "「法律关」宋佳(受托于 周芳)" in desk.direct("周芳").bot_says()
    signed(desk, "宋佳")
    assert "法律关 宋佳(受托于 周芳) 同意" in desk.direct("孙丽").shows("请审")
    assert [(one.gate, one.acting_for is not None) for one in given(desk)][-1] == ("law", True)
    signed(desk, "孙丽", "吴刚", "郑局长")
    assert desk.case().stage == "issue"
    desk.direct("王五").says("发布 1")
    assert desk.direct("王五").bot_says_all()[-1].startswith("📢 确认发布 1号 v1?")


def test_open_gate_goes_over_and_comes_back_at_the_end(desk: TalkingDesk) -> None:
    """What the giver is asked for goes to the deputy at once, and comes back when the time is over; both hear it."""
    submitted(desk, PLAIN)
    quiet(desk)
    desk.direct("刘洋").says("委托 宋佳 至 09:30 政治关")
    assert desk.direct("刘洋").bot_says().splitlines()[-1] == "1号「政治关」已转请 宋佳"
    assert "请审「政治关」" in desk.direct("宋佳").bot_says_all()[-1]
    assert "政治关⏳宋佳(受托于 刘洋)" in desk.staff.shows("来源")
    quiet(desk)
    desk.later(minutes=25)
    assert "⌛ 刘洋 对 宋佳 的委托已到期,自动收回。" in desk.direct("宋佳").bot_says_all()
    said = desk.direct("刘洋").bot_says_all()
    assert "⌛ 刘洋 对 宋佳 的委托已到期,自动收回。" in said
    assert any(one.startswith("📝 请审「政治关」") for one in said)
    desk.direct("宋佳").says("同意 1")
    assert desk.direct("宋佳").bot_says().startswith("1号 现在没有请您审签")
    desk.direct("刘洋").taps("✅同意")
    assert steps(desk)["political"].stage == "signed"
    assert steps(desk)["political"].stands_for == {}


def test_taken_back_before_its_time(desk: TalkingDesk) -> None:
    """收回委托 ends it at once; twice is refused."""
    desk.direct("周芳").says(TERM)
    quiet(desk)
    desk.direct("周芳").says("收回委托")
    assert desk.direct("周芳").bot_says() == "↩️ 周芳 已收回对 宋佳 的委托。"
    assert desk.direct("宋佳").bot_says() == "↩️ 周芳 已收回对 宋佳 的委托。"
    desk.direct("周芳").says("收回委托")
    assert desk.direct("周芳").bot_says() == "您没有生效的委托,未做任何改动。"
    quiet(desk)
    desk.later(days=5)
    assert not any("委托" in said for said in desk.direct("宋佳").bot_says_all())


@pytest.mark.parametrize(
    ("who", "typed", "answer"),
    [
        ("周芳", "委托 周芳 至 11-28 18:00", "不能委托给自己,未做任何改动。"),
        (
            "周芳",
            "委托 宋佳 至 11-24 08:00",
            "委托的截止时间已经过去,未做任何改动。请写将来的时间,如“至 11-28 18:00”。",
        ),
        ("周芳", "委托 宋佳 至 12-24", "委托最长 14 天,未做任何改动。请写早些的截止时间,到期可再委托。"),
        ("周芳", "委托 宋佳 至 11-28 政治关", "您没有可委托的职责(关口、签发或发言人),或写了您不把的关,未做任何改动。"),
        (
            "周芳",
            "委托 李敏 至 11-28",
            "按方案,李敏 的职责不能受托这些事,未做任何改动。可以受托的是:审核人、主要负责人、值班领导。",
        ),
        (
            "郑局长",
            "委托 宋佳 至 11-28 签发",
            "按方案,宋佳 的职责不能受托这些事,未做任何改动。可以受托的是:主要负责人、值班领导。",
        ),
        ("周芳", "委托 无名氏 至 11-28", "名册里没有「无名氏」,未做任何改动。"),
    ],
)
def test_what_cannot_be_handed_over_is_refused(desk: TalkingDesk, who: str, typed: str, answer: str) -> None:
    """Nothing one does not hold, nobody who may not, nothing past, nothing too long."""
    desk.direct(who).says(typed)
    assert desk.direct(who).bot_says() == answer
    assert desk.staff.is_silent()


def test_no_chain_of_deputies(desk: TalkingDesk) -> None:
    """Who acts for somebody hands nothing on; who handed over takes nothing over; one mandate at a time."""
    desk.direct("周芳").says(TERM)
    quiet(desk)
    desk.direct("宋佳").says("委托 唐军 至 11-28 18:00")
    assert desk.direct("宋佳").bot_says().startswith("您正受托代他人办理,不能再委托(不许转委托)")
    desk.direct("张伟").says("委托 周芳 至 11-28 18:00")
    assert desk.direct("张伟").bot_says() == "周芳 已把自己的职责委托他人,不能再受托,未做任何改动。"
    desk.direct("周芳").says("委托 唐军 至 11-28 18:00")
    assert desk.direct("周芳").bot_says() == "您已有一项委托在生效,未做任何改动。请先发“收回委托”。"


def test_one_person_holds_one_gate_also_as_a_deputy(desk: TalkingDesk) -> None:
    """A reviewer who acts for another is asked for one gate only; the other goes to whoever deputises for it."""
    desk.direct("周芳").says("委托 张伟 至 11-28 18:00")
    submitted(desk, PLAIN)
    signed(desk, "刘洋", "张伟")
    assert "请审「法律关」" in desk.direct("宋佳").shows("请审")
    assert steps(desk)["law"].stands_for == {}


def test_a_gate_goes_back_to_whoever_handed_it_over_when_nobody_else_may_review_it(desk: TalkingDesk) -> None:
    """The deputy holds another gate by then and the second reviewer is away."""
    desk.direct("周芳").says("委托 张伟 至 11-28 18:00 法律关")
    desk.direct("宋佳").says("请假 2026-11-24 2026-11-30")
    submitted(desk, PLAIN)
    signed(desk, "刘洋", "张伟")
    assert "请审「法律关」" in desk.direct("周芳").shows("请审")
    assert steps(desk)["law"].stands_for == {}


def test_nobody_signs_their_own_text_through_a_deputy(desk: TalkingDesk) -> None:
    """A leader who wrote the text does not have it signed in their stead."""
    taken(desk).direct("郑局长").says("委托 冯副局长 至 11-28 18:00")
    desk.direct("郑局长").says(f"起草 1 {PLAIN}")
    submit(desk, "郑局长")
    signed(desk, "刘洋", "张伟", "周芳", "孙丽", "吴刚")
    assert steps(desk)["signature"].stands_for == {}
    desk.direct("冯副局长").taps("✅同意")
    assert desk.case().stage == "issue"
    assert given(desk)[-1].acting_for is None


def test_leader_hands_the_final_signature_over(desk: TalkingDesk) -> None:
    """The release is signed in the leader's stead, and says so."""
    desk.direct("郑局长").says("委托 冯副局长 至 明天 12:00")
    submitted(desk, PLAIN)
    signed(desk, "刘洋", "张伟", "周芳", "孙丽", "吴刚")
    quiet(desk)
    desk.direct("冯副局长").taps("✅同意")
    assert desk.direct("王五").bot_says() == "🖋 1号 v1 已由 冯副局长(受托于 郑局长) 签发,可以发布。"


def test_spokespersons_cases_and_reminders_go_to_the_deputy(desk: TalkingDesk) -> None:
    """New cases are offered to the deputy; what the spokesperson has is reminded of there."""
    taken(desk).direct("王五").says("委托 陈静 至 11-30 发言人")
    quiet(desk)
    desk.later(hours=24)
    assert desk.direct("陈静").bot_says_all()[-1].startswith("⏰ 1号 回应还剩 24时")
    assert not any(said.startswith("⏰") for said in desk.direct("王五").bot_says_all())
    desk.staff.forwards("李敏", POST.replace("阳光花园", "江南新村").replace("三天", "两天") + "城西路一带都这样。")
    if "属实" in desk.staff.buttons():
        desk.staff.taps("赵强", "属实")
    assert any("请认领" in said for said in desk.direct("陈静").bot_says_all())


def test_duty_list_names_who_acts_for_whom(desk: TalkingDesk) -> None:
    """值班 shows the mandates in force."""
    desk.direct("周芳").says(TERM)
    quiet(desk)
    desk.direct("赵强").says("值班")
    assert desk.direct("赵强").bot_says_all()[-1] == "委托:周芳 → 宋佳(法律关,至 11-28 18:00)"
