"""A meeting of the joint meeting: called, answered, reminded of, called off."""

from datetime import UTC, datetime

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


def held(desk: TalkingDesk) -> TalkingDesk:
    """Let a meeting have begun, at nine on Wednesday."""
    called(desk)
    desk.until(datetime(2026, 11, 25, 1, 30, tzinfo=UTC))
    heard(desk)
    desk.direct("赵强").bot_says_all()
    return desk


def test_the_button_of_an_earlier_date_counts_no_more(desk: TalkingDesk) -> None:
    """Who could come on Wednesday has said nothing about Thursday."""
    called(desk)
    desk.direct("赵强").says("改期 1 后天下午3点")
    desk.direct("韩雪").taps("参加", on="时间:11-25 09:00")
    assert desk.direct("韩雪").toast() == "会议已改期或另行召集,请点最新的一条,或发“会议 1”查看。"
    desk.direct("韩雪").taps("参加", on="时间:11-26 15:00")
    assert desk.direct("韩雪").toast() == "已记下:1号 联席会议,参加。开会前可以改。"


def test_an_ended_case_calls_its_meeting_off(desk: TalkingDesk) -> None:
    """Nobody travels for what is settled."""
    called(desk)
    heard(desk)
    desk.staff.says("赵强", "不回应 1 已另行处理")
    assert "【联席会议】1号 原定 11-25 09:00 的会议取消:案件已了结" in desk.joint.bot_says_all()


def test_minutes_and_the_plan_of_dissemination_are_kept_in_versions(desk: TalkingDesk) -> None:
    """The group reads each version, the card names the plan, and the newest is shown."""
    called(desk)
    zhao = desk.direct("赵强")
    zhao.bot_says_all()
    zhao.says("纪要 1 明确由水务局抢修")
    assert zhao.bot_says() == "1号 的会议还没有开,未做任何改动。发“会议 1”查看。"
    held_at = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
    desk.until(held_at)
    heard(desk)
    zhao.bot_says_all()
    zhao.says("纪要 1")
    assert zhao.bot_says() == "1号 还没有会议纪要。请写“纪要 1 内容”。"
    zhao.says("纪要 1 明确由水务局抢修")
    assert zhao.bot_says() == "📝 1号 会议纪要第1版已留存,已发联席会议群"
    assert desk.joint.bot_says().splitlines() == [
        "【会议纪要】港建舆〔2026〕1号 第1版(赵强,11-25 09:30)",
        "明确由水务局抢修",
    ]
    zhao.says("纪要 1 明确由水务局抢修,今晚恢复")
    zhao.says("传播方案 1 网站首发\n发布频道转发,宣传部协调媒体")
    assert desk.joint.bot_says_all()[1].splitlines()[1:] == ["网站首发", "发布频道转发,宣传部协调媒体"]
    assert "发布和传播方案 第1版" in desk.staff.shows("来源")
    zhao.bot_says_all()
    zhao.says("会议 1")
    shown = zhao.bot_says()
    assert "【会议纪要】港建舆〔2026〕1号 第2版(赵强,11-25 09:30)\n明确由水务局抢修,今晚恢复" in shown
    assert "【发布和传播方案】" in shown


def test_tasks_met_and_missed(desk: TalkingDesk) -> None:
    """Each owner hears of theirs, is reminded, and says when it is done; what is not done in time is told."""
    held(desk)
    zhao, ma = desk.direct("赵强"), desk.direct("马超")
    zhao.says("任务 1 马超 今天17:00 核实检测数据\n王五 明天上午10点 起草情况通报")
    assert zhao.bot_says().splitlines() == [
        "📋 1号 已布置 2 项任务:",
        "1. 马超 11-25 17:00 前:核实检测数据",
        "2. 王五 11-26 10:00 前:起草情况通报",
    ]
    assert ma.bot_says().splitlines() == [
        "📋 1号 会议任务 1:核实检测数据",
        "11-25 17:00 前完成。办完点“完成”,或发“完成 1 1 结果”。",
    ]
    assert "会议任务 2 项未完成" in desk.staff.shows("来源")
    ma.says("待办")
    assert "会议任务 1" in ma.bot_says()
    desk.later(hours=3, minutes=45)
    assert ma.bot_says() == "⏰ 1号 会议任务 1 还剩 3时45分:核实检测数据"
    ma.says("完成 1 1 数据无误")
    done = "✅ 1号 会议任务 1 已完成(马超):核实检测数据;数据无误"
    assert ma.bot_says() == done
    assert zhao.bot_says_all()[-1] == done
    heard(desk)
    desk.until(datetime(2026, 11, 26, 2, 0, tzinfo=UTC))
    late = "🚨 1号 会议任务 2 到期未完成:王五,起草情况通报(截止 11-26 10:00)"
    for talk in (desk.direct("王五"), zhao, desk.staff):
        assert late in talk.bot_says_all()
    desk.later(minutes=30)
    desk.direct("王五").taps("完成", on="到期未完成")
    assert desk.direct("王五").toast() == "✅ 1号 会议任务 2 已完成(王五):起草情况通报"
    zhao.bot_says_all()
    zhao.says("会议 1")
    assert zhao.bot_says().splitlines()[-2:] == [
        "1. 马超 11-25 17:00 前:核实检测数据 ✅ 11-25 13:15 数据无误",
        "2. 王五 11-26 10:00 前:起草情况通报 ✅ 11-26 10:30 (迟 30分)",
    ]


def test_a_task_that_cannot_be_read_changes_nothing(desk: TalkingDesk) -> None:
    """Nobody of that name, no time, nothing to do, a time that is over, no such task, not one's own."""
    held(desk)
    zhao = desk.direct("赵强")
    for typed, answer in {
        "任务 1": "请一行写一项(最多 20 项):姓名 时间 事项,如“任务 1 马超 明天下午5点 核实检测数据”。",
        "任务 1 马超 明天下午5点 核实\n张三丰 明天下午5点 核实": "值班表里没有「张三丰」,或不止一位,未做任何改动。"
        "请写“任务 1 姓名 时间 事项”。",
        "任务 1 马超 核实数据": "「马超 核实数据」没看出时间或事项,未做任何改动。"
        "请写“任务 1 马超 明天下午5点 核实检测数据”。",
        "任务 1 马超 今天8:00 核实数据": "11-25 08:00 已经过了,未做任何改动。请写以后的时间,如“明天下午5点”。",
        "完成 1": "哪一项?请写“完成 1 1”。发“会议 1”看全部任务。",
        "完成 1 7": "1号 没有任务 7。发“会议 1”看全部任务。",
    }.items():
        zhao.says(typed)
        assert zhao.bot_says() == answer
    zhao.says("任务 1 马超 明天下午5点 核实数据")
    desk.direct("林峰").bot_says_all()
    desk.direct("林峰").says("完成 1 1")
    assert desk.direct("林峰").bot_says() == "这项任务是 马超 的,由其本人、布置的人或值班员报完成。"


def test_words_typed_before_a_case_was_picked_are_an_answer(desk: TalkingDesk) -> None:
    """With two meetings ahead the desk asks which; the tap answers with the words that were typed."""
    called(desk)
    desk.staff.forwards("李敏", "城东工地拖欠四十多名农民工工资半年,住建局说正在核实。")
    desk.staff.taps("赵强", "属实")
    desk.staff.says("赵强", "召集 2 后天上午9点 三楼会议室\n核对工资")
    han = desk.direct("韩雪")
    han.bot_says_all()
    han.says("派代表 张三")
    assert han.bot_says().startswith("要对哪个案件「派代表」?")
    han.taps(next(label for label in han.buttons("要对哪个") if "2号" in label))
    assert han.toast() == "已记下:2号 联席会议,派代表 张三。开会前可以改。"
