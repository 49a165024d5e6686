"""A meeting of the joint meeting: called, answered, reminded of, called off."""

from tests.conversations.talking import TalkingDesk
from tests.conversations.writing import taken

CALLED = ("韩雪", "马超", "林峰", "王五")


def called(desk: TalkingDesk) -> TalkingDesk:
    """Call a meeting for tomorrow at nine, and look at what everybody heard."""
    taken(desk)
    desk.staff.says("赵强", "召集 1 明天上午9点 三楼会议室\n核对停水原因\n商定发布口径")
    return desk


def heard(desk: TalkingDesk) -> None:
    for name in CALLED:
        desk.direct(name).bot_says_all()
    desk.staff.bot_says_all()
    desk.joint.bot_says_all()


def test_a_whole_meeting(desk: TalkingDesk) -> None:
    """Two send different deputies, one cannot, one is reminded and comes; the convener hears how it stands."""
    called(desk)
    assert desk.staff.bot_says() == "1号 联席会议已召集:11-25 09:00 三楼会议室,通知 王五、韩雪、马超、林峰。"
    told = desk.joint.bot_says()
    assert told.splitlines()[1:] == [
        "时间:11-25 09:00 地点:三楼会议室",
        "议程:核对停水原因",
        "商定发布口径",
        "召集人 赵强。请答复;要派代表写“派代表 1 姓名”,不能参加写“不能参加 1 原因”。",
    ]
    for name in CALLED:
        assert desk.direct(name).bot_says() == told
    desk.direct("韩雪").taps("派代表")
    assert desk.direct("韩雪").toast() == "派谁?请回复“派代表 1 姓名”。"
    desk.direct("韩雪").says("派代表 1 张三")
    assert desk.direct("韩雪").bot_says() == "已记下:1号 联席会议,派代表 张三。开会前可以改。"
    desk.direct("马超").says("派代表 1 李四")
    desk.direct("林峰").taps("不能参加")
    assert desk.direct("林峰").toast() == "为什么不能参加?请回复“不能参加 1 原因”。"
    desk.direct("林峰").says("不能参加 1 出差")
    heard(desk)
    desk.later(hours=21, minutes=50)
    assert "1号 联席会议 11-25 09:00 三楼会议室,您还没有答复。请点选。" not in desk.direct("韩雪").bot_says_all()
    desk.later(minutes=10)
    assert "1号 联席会议 11-25 09:00 三楼会议室,您还没有答复。请点选。" in desk.direct("王五").bot_says_all()
    desk.direct("赵强").bot_says_all()
    desk.direct("王五").taps("参加", on="您还没有答复")
    assert desk.direct("赵强").bot_says().splitlines()[0] == "都已答复:"
    desk.staff.bot_says_all()
    desk.staff.says("赵强", "会议 1")
    assert desk.staff.bot_says().splitlines()[-4:] == [
        "召集人 赵强",
        "参加:王五",
        "派代表:韩雪(应急局)→张三、马超(宣传部)→李四",
        "不能参加:林峰(网信办) 出差",
    ]
    heard(desk)
    desk.later(minutes=90)
    assert "1号 联席会议 11-25 09:00 开始,地点:三楼会议室。" in desk.direct("王五").bot_says_all()
    assert not [said for said in desk.direct("林峰").bot_says_all() if "开始" in said]
    desk.later(hours=1)
    heard(desk)
    desk.direct("马超").says("参加 1")
    assert desk.direct("马超").bot_says() == "1号 没有待开的会议,未做任何改动。发“会议 1”查看。"


def test_a_meeting_is_called_off_with_a_reason(desk: TalkingDesk) -> None:
    """Everybody hears that it is called off, and nobody is reminded any more."""
    called(desk)
    heard(desk)
    desk.direct("赵强").says("取消会议 1")
    assert desk.direct("赵强").bot_says() == "请写明原因,如“取消会议 1 情况已核实”。"
    desk.direct("赵强").says("取消会议 1 情况已核实")
    told = "【联席会议】1号 原定 11-25 09:00 的会议取消:情况已核实"
    assert desk.direct("赵强").bot_says() == told
    assert desk.joint.bot_says() == told
    for name in CALLED:
        assert desk.direct(name).bot_says() == told
    desk.later(hours=23)
    assert not [said for said in desk.direct("韩雪").bot_says_all() if "联席会议" in said]


def test_a_call_that_lacks_something_is_refused(desk: TalkingDesk) -> None:
    """A missing or past time, a missing place, and a second meeting: what to type is said."""
    taken(desk)
    zhao = desk.direct("赵强")
    for typed, answer in {
        "召集 1 三楼会议室": "没看出开会时间。请写“召集 1 明天上午9点 三楼会议室”,议程写在下面各行。",
        "召集 1 今天8:00 三楼会议室": "11-24 08:00 已经过了,未做任何改动。请写以后的时间,如“明天上午9点”。",
        "召集 1 明天9点半": "在哪里开会?请在时间后面写地点,如“召集 1 明天上午9点 三楼会议室”。",
        "会议 1": "1号 没有召集过会议。召集请写“召集 1 明天上午9点 三楼会议室”。",
    }.items():
        zhao.says(typed)
        assert zhao.bot_says() == answer
    assert desk.joint.is_silent()
    zhao.says("召集 1 11-26 9:00 三楼会议室")
    zhao.bot_says()
    zhao.says("召集 1 11-27 9:00 三楼会议室")
    assert (
        zhao.bot_says() == "1号 已召集 11-26 09:00 的会议。要改时间写“改期 1 后天下午3点”,不开了写“取消会议 1 原因”。"
    )


def test_a_meeting_that_is_moved_asks_anew(desk: TalkingDesk) -> None:
    """Everybody hears of the new time; earlier answers no longer count; the place stays unless another is named."""
    called(desk)
    desk.direct("韩雪").taps("参加")
    heard(desk)
    desk.direct("赵强").says("改期 1")
    assert desk.direct("赵强").bot_says() == ("没看出改到什么时候。请写“改期 1 后天下午3点”,地点要变就写在后面。")
    desk.direct("赵强").says("改期 1 后天下午3点")
    assert desk.direct("赵强").bot_says() == "1号 会议改到 11-26 15:00 三楼会议室,已请各方重新答复。"
    told = desk.joint.bot_says()
    assert told.splitlines()[0] == "【改期】原定 11-25 09:00 的会议改期,请重新答复。"
    assert told.splitlines()[2:4] == ["时间:11-26 15:00 地点:三楼会议室", "议程:核对停水原因"]
    for name in CALLED:
        assert desk.direct(name).bot_says() == told
    desk.direct("赵强").says("会议 1")
    assert "未答复:王五、韩雪(应急局)、马超(宣传部)、林峰(网信办)" in desk.direct("赵强").bot_says()
    desk.later(hours=25)
    assert not [said for said in desk.direct("韩雪").bot_says_all() if "您还没有答复" in said]


def test_who_was_not_called_is_told_so_kindly(desk: TalkingDesk) -> None:
    """An answer of somebody who was not called changes nothing."""
    called(desk)
    desk.direct("李敏").bot_says_all()
    desk.direct("李敏").says("参加 1")
    assert desk.direct("李敏").bot_says() == "谢谢,这次会议没有请您答复。需要参加请联系召集人 赵强。"
