"""Collect and register, as the staff group lives it."""

from datetime import UTC, datetime, timedelta

import pytest

from storage import case as cases
from storage import report as reports
from storage.case import Case
from tests.conversations.talking import TalkingDesk, photo

OUTAGE = "阳光花园小区全小区停水三天了,物业和住建部门互相推诿,老人小孩都没水喝,什么时候能解决?"
WAGES = "城东安置房工地拖欠四十多名农民工工资半年,包工头失联,住建局说正在核实。"


def test_a_forward_becomes_a_slip_and_a_person_makes_it_a_case(desk: TalkingDesk) -> None:
    """A forwarded post is answered by its card; one tap gives it a number."""
    desk.staff.forwards("李敏", OUTAGE, author="@阳光业主", posted_at=datetime(2026, 11, 24, 0, 58, tzinfo=UTC))
    card = desk.staff.bot_says()
    assert card.startswith("线索 S1 阳光花园小区全小区停水三天了")
    assert "〔待确认〕" in card.splitlines()[0]
    assert "来源:@阳光业主 11-24 08:58 (转发人 李敏) · 原文已留存" in card
    desk.staff.taps("赵强", "属实")
    assert desk.staff.toast() == "✅ 已登记 港建舆〔2026〕1号(赵强 确认)"
    assert desk.staff.shows("来源").startswith("港建舆〔2026〕1号 阳光花园小区")


def test_silence_never_costs_the_clock(desk: TalkingDesk) -> None:
    """A slip nobody denies registers itself; its clocks count from the forward, not from the registration."""
    desk.staff.forwards("李敏", OUTAGE)
    received = desk.clock.now()
    desk.later(minutes=60)
    case = desk.case("1")
    assert case.received_at == received
    assert case.registered_at is not None
    assert case.registered_at > received
    assert desk.staff.shows("到时无人否定,自动登记")


def test_a_lunch_menu_costs_one_tap(desk: TalkingDesk) -> None:
    """A false alarm is one tap, takes no number, and can be taken back."""
    desk.staff.forwards("李敏", "今天食堂供应红烧肉、清蒸鱼、番茄炒蛋,欢迎大家来品尝。")
    desk.staff.taps("赵强", "误报")
    desk.later(hours=2)
    assert "〔已办结〕" in desk.staff.shows("来源")
    desk.staff.forwards("李敏", WAGES)
    desk.staff.taps("赵强", "属实")
    assert desk.staff.toast().startswith("✅ 已登记 港建舆〔2026〕1号")
    desk.staff.taps("赵强", "↩️撤销")
    assert desk.case("S1").stage == "confirmation"


def test_the_same_post_joins_its_case_quietly(desk: TalkingDesk) -> None:
    """By origin, by address, or by its words: one line, one more in the count, no second case."""
    address = "https://weibo.com/7654321/Nabcdefgh?from=page#comment"
    desk.staff.forwards("李敏", OUTAGE, key="channel:5/77")
    desk.staff.bot_says()
    desk.staff.forwards("赵强", "看看这个", key="channel:5/77")
    assert desk.staff.bot_says() == "🔁 与 线索 S1 相同,第 2 次报送,已并入"
    desk.staff.forwards("李敏", "【转】" + OUTAGE.replace(",", "\uff0c") + "\u200b")
    assert desk.staff.bot_says().startswith("🔁 与 线索 S1 相同,第 3 次报送")
    desk.staff.says("李敏", f"大家看 {address}")
    assert "线索 S2" in desk.staff.bot_says()
    desk.staff.says("赵强", "https://weibo.com/7654321/Nabcdefgh")
    assert desk.staff.bot_says() == "🔁 与 线索 S2 相同,第 2 次报送,已并入"
    with desk.database.reading() as session:
        assert (reports.count(session), cases.count(session)) == (5, 2)


def test_the_same_link_in_another_shape_joins_its_case(desk: TalkingDesk) -> None:
    """As the app shares it and as a browser shows it, without https, with Chinese words around it."""
    desk.staff.says("李敏", "https://www.iesdouyin.com/share/video/7300000000000000001/?region=CN&u_code=1")
    desk.staff.bot_says()
    desk.staff.says("赵强", "看看这个www.douyin.com/user/MS4wLjABAAAA?modal_id=7300000000000000001吧")
    assert desk.staff.bot_says() == "🔁 与 线索 S1 相同,第 2 次报送,已并入"
    desk.staff.says("赵强", "https://www.douyin.com/video/7300000000000000002")
    assert "线索 S2" in desk.staff.bot_says()


def test_an_album_is_one_report(desk: TalkingDesk) -> None:
    """The first picture opens the slip, the rest attach without a word."""
    desk.staff.forwards("李敏", OUTAGE, album="a1", files=(photo("1.jpg", b"one"),))
    desk.staff.bot_says()
    desk.staff.forwards("李敏", "", album="a1", files=(photo("2.jpg", b"two"),))
    assert desk.staff.is_silent()
    assert "附件 2" in desk.staff.shows("来源")


def test_an_edited_post_is_kept_as_a_new_version(desk: TalkingDesk) -> None:
    """The first words stay; the edit is kept beside them."""
    desk.staff.forwards("李敏", OUTAGE)
    desk.staff.bot_says()
    desk.staff.edits("李敏", OUTAGE, OUTAGE + "刚才来水了。")
    assert desk.staff.bot_says() == "✏️ 线索 S1 的原帖有改动,已留存第 2 版"
    assert f"✏️ 原帖已改(第 2 版,11-24 09:05):「{OUTAGE}刚才来水了。」" in desk.staff.shows("来源")
    with desk.database.reading() as session:
        report = reports.of_case(session, cases.named(session, "S1")[0].id)[0]
        assert report.text == OUTAGE
        assert [version.text for version in reports.versions(session, report.id)] == [OUTAGE + "刚才来水了。"]


def test_chatter_in_the_group_is_not_for_the_desk(desk: TalkingDesk) -> None:
    """What is said among colleagues gets no answer and opens nothing."""
    talk = (
        "中午吃什么", "同意", "收到", "收到!", "好的", "好的,马上", "12", "12号", "3", "👍", "🙏🙏",
        "@赵强 你看一下这件", "@赵强 收到", "报告写好了吗?", "查一下昨天的记录", "合并同类项", "上报!",
        "阳光花园停水三天了,你那边知道情况吗?",
    )  # fmt: skip
    for words in talk:
        desk.staff.says("李敏", words)
    desk.staff.edits("李敏", "好的", "好的好的")
    assert desk.staff.is_silent()
    with desk.database.reading() as session:
        assert cases.count(session) == 0


PASTED = "网友发帖:" + OUTAGE * 4


def test_a_long_pasted_text_is_a_report(desk: TalkingDesk) -> None:
    """What is too long for a remark is a post, pasted; the same text again joins it."""
    desk.staff.says("李敏", PASTED)
    assert desk.staff.bot_says().startswith("线索 S1 网友发帖")
    desk.staff.says("赵强", PASTED)
    assert desk.staff.bot_says() == "🔁 与 线索 S1 相同,第 2 次报送,已并入"


def test_a_long_answer_and_a_long_order_are_no_reports(desk: TalkingDesk) -> None:
    """However long, what replies to somebody is talk, and what begins with a verb that was not sure is none, either."""
    desk.staff.forwards("李敏", WAGES)
    desk.staff.bot_says()
    desk.staff.says("赵强", PASTED, reply_to="来源")
    desk.staff.says("赵强", "起草 " + PASTED)
    assert desk.staff.is_silent()
    with desk.database.reading() as session:
        assert cases.count(session) == 1


def test_words_become_a_report_when_asked(desk: TalkingDesk) -> None:
    """In 1:1, words that are no verb are offered as a report; 上报 takes them at once."""
    desk.direct("李敏").says("西江路路灯坏了一个月,没人修")
    assert desk.direct("李敏").bot_says().startswith("没看懂「西江路路灯坏了一个月,没人修」")
    desk.direct("李敏").taps("作为舆情上报")
    assert desk.direct("李敏").bot_says().startswith("📥 已收到并留存:线索 S1")
    desk.direct("李敏").says("上报 " + WAGES)
    assert desk.direct("李敏").bot_says().startswith("📥 已收到并留存:线索 S2")
    with desk.database.reading() as session:
        assert reports.of_case(session, desk.case("S2").id)[0].text == WAGES  # to its last sign
    desk.direct("李敏").taps("作为舆情上报")
    assert desk.direct("李敏").toast() == "这条已经上报过了。"


def test_a_report_in_traditional_characters_stays_as_it_was_written(desk: TalkingDesk) -> None:
    """Its verb is understood, typed or left out; its words are kept sign for sign."""
    desk.direct("李敏").says("上報 花園小區停水三天,老人小孩都沒水喝")
    assert desk.direct("李敏").bot_says().startswith("📥 已收到并留存:线索 S1")
    with desk.database.reading() as session:
        assert reports.of_case(session, desk.case("S1").id)[0].text == "花園小區停水三天,老人小孩都沒水喝"
    assert "切身利益" in desk.staff.bot_says()
    desk.direct("赵强").says("屬實 S1")
    assert desk.case("1").stage == "acceptance"


def test_whoever_reported_1_1_hears_what_became_of_it(desk: TalkingDesk) -> None:
    """As they were promised: its number, what it was merged into, how it ended; once, and not what they did."""
    li = desk.direct("李敏")
    li.says("上报 西江路路灯坏了一个月,没人修")
    li.says("上报 " + WAGES)
    li.bot_says_all()
    desk.staff.says("赵强", "属实 S1")
    assert li.bot_says() == "✅ 您报送的线索已登记:港建舆〔2026〕1号"
    desk.staff.says("赵强", "合并 S2 1")
    assert li.bot_says() == "🔁 您报送的 线索 S2 已并入 1号。"
    desk.staff.says("赵强", "普通 1")
    assert li.bot_says() == "📁 您报送的 1号 已结:普通事项。"
    desk.staff.forwards("李敏", "北江路有个坑,车都过不去。")
    desk.staff.says("赵强", "误报 S3")
    assert li.is_silent()


def test_a_typed_report_names_who_reported_it(desk: TalkingDesk) -> None:
    """Without a post it was forwarded from, the source is whoever typed it, by the roster's name."""
    desk.staff.says("李敏", "上报 " + WAGES)
    assert "来源:李敏 报送 · 原文已留存" in desk.staff.bot_says()
    desk.staff.says("赵强", "查 S1")
    assert "1. 11-24 09:05 李敏 报送:城东安置房工地" in desk.staff.shows("报送记录")


def test_words_taken_by_a_tap_are_judged(desk: TalkingDesk) -> None:
    """A tap that takes what was said before judges it as if it had been reported at once."""
    desk.direct("李敏").says("北环路在建楼坍塌,造成12人死亡,请马上处理")
    desk.direct("李敏").taps("作为舆情上报")
    assert desk.case("1" if desk.case("S1").number else "S1").grade == "grave"


def test_merge_and_split_by_a_person(desk: TalkingDesk) -> None:
    """The survivor keeps the earliest start; splitting gives everything back."""
    desk.staff.forwards("李敏", OUTAGE)
    desk.staff.taps("赵强", "属实")
    first = desk.case("1").received_at
    desk.later(minutes=30)
    desk.staff.forwards("李敏", "阳光花园今天还是没有水,已经打了好几次热线。")
    desk.staff.taps("赵强", "属实")
    second = desk.case("2").received_at
    desk.staff.bot_says_all()
    desk.staff.says("赵强", "合并 1 2")
    assert desk.staff.bot_says_all()[-1].startswith("🔗 1号 已并入 2号,起算时间取较早的一个")
    assert (desk.case("2").received_at, desk.case("2").reports) == (first, 2)
    assert desk.case("1").stage == "merged"
    desk.staff.says("赵强", "拆分 1")
    assert "1号 已从 2号 拆出" in desk.staff.bot_says_all()[-1]
    assert (desk.case("2").received_at, desk.case("2").reports) == (second, 1)
    assert desk.case("1").reports == 1


def test_a_report_can_become_a_case_of_its_own(desk: TalkingDesk) -> None:
    """What was joined by mistake is split off by its number."""
    desk.staff.forwards("李敏", OUTAGE, key="channel:1/1")
    desk.staff.forwards("李敏", "同一频道的另一件事:工地夜间施工噪声扰民。", key="channel:1/1")
    desk.staff.says("赵强", "拆分 S1 2")
    assert any("第 2 条报送已另立为 线索 S2" in said for said in desk.staff.bot_says_all())
    assert (desk.case("S1").reports, desk.case("S2").reports) == (1, 1)


def test_an_ambiguous_case_gets_a_pick_list(desk: TalkingDesk) -> None:
    """With several open cases the desk asks which, and the tap does what was meant."""
    desk.staff.forwards("李敏", OUTAGE)
    desk.staff.forwards("李敏", WAGES)
    desk.direct("赵强").says("查")
    assert desk.direct("赵强").bot_says().startswith("请写明案件编号")
    desk.staff.says("赵强", "@desk 误报")
    assert desk.direct("赵强").bot_says().startswith("要对哪个案件「误报」?")
    desk.staff.says("赵强", "/case")
    said = desk.direct("赵强").bot_says()
    assert said.startswith("要对哪个案件「case」?")
    desk.direct("赵强").taps(next(label for label in desk.direct("赵强").buttons("要对哪个") if "S2" in label))
    assert any("报送记录" in words for words in desk.direct("赵强").bot_says_all())


def test_personal_data_is_masked_on_the_card(desk: TalkingDesk) -> None:
    """Numbers of phones, identity cards and bank cards stay in the original only."""
    text = "我叫张三,电话13812345678,身份证11010519491231002X,工地拖欠工资不给,请住建局处理。"
    desk.staff.forwards("李敏", text)
    card = desk.staff.bot_says()
    assert "13812345678" not in card
    assert "11010519491231002X" not in card
    with desk.database.reading() as session:
        assert reports.of_case(session, cases.named(session, "S1")[0].id)[0].text == text


def test_notes_and_the_list(desk: TalkingDesk) -> None:
    """A note is kept with its case; the list shows the nearest limit first."""
    desk.staff.forwards("李敏", OUTAGE)
    desk.staff.taps("赵强", "属实")
    desk.staff.says("赵强", "补充 1 供水公司已派抢修队")
    assert "进展:供水公司已派抢修队(11-24 09:05)" in desk.staff.shows("来源")
    desk.direct("赵强").bot_says_all()
    desk.direct("赵强").says("待办")
    assert desk.direct("赵强").bot_says().splitlines()[0] == "在办案件 1 件(临近时限在前):"


def test_what_waits_for_whoever_asks_comes_first(desk: TalkingDesk) -> None:
    """1:1 the list begins with one's own, the nearest limit first; in the group everybody sees the same."""
    desk.staff.forwards("李敏", OUTAGE)
    desk.staff.taps("赵强", "属实")
    desk.direct("王五").taps("认领")
    desk.staff.forwards("李敏", "南湖公园积水没人管,三天了,居民过不去")
    for talk in (desk.staff, desk.direct("王五")):
        talk.bot_says_all()
    desk.direct("王五").says("待办")
    assert desk.direct("王五").bot_says().splitlines() == [
        "📌 等您处理 1 件:",
        "港建舆〔2026〕1号 阳光花园小区全小区停水三天了,物业和住建 〔待起草〕 剩 48时",
        "其他在办 1 件(临近时限在前):",
        "线索 S2 南湖公园积水没人管,三天了,居民过不去 〔待确认〕 剩 48时",
    ]
    desk.staff.says("赵强", "待办")
    assert desk.staff.bot_says().splitlines()[0] == "在办案件 2 件(临近时限在前):"
    desk.later(hours=50)
    desk.direct("赵强").bot_says_all()
    desk.direct("赵强").says("待办")
    assert "超时 2时" in desk.direct("赵强").bot_says()


GRAVE = "北环路在建楼坍塌,造成12人死亡、30人重伤,现场仍在救援。"


def test_words_on_a_later_part_of_an_album_count(desk: TalkingDesk) -> None:
    """The caption may come with the second picture: it is the post's words, its title and its gravity."""
    desk.staff.forwards("李敏", "", album="a9", files=(photo("1.jpg", b"one"),))
    desk.staff.forwards("李敏", GRAVE, album="a9", files=(photo("2.jpg", b"two"),))
    case = desk.case("S1") if desk.case("S1").number is None else desk.case("1")
    assert (case.title, case.grade, case.toll["deaths"]) == ("北环路在建楼坍塌,造成12人死亡、30人重伤,现…", "grave", 12)
    with desk.database.reading() as session:
        assert reports.of_case(session, case.id)[0].text == GRAVE


def test_a_split_report_takes_its_gravity_along(desk: TalkingDesk) -> None:
    """Both cases are judged from the reports they have after the split."""
    desk.staff.forwards("李敏", "西江路路灯坏了一个月,没人修。", key="channel:1/1")
    desk.staff.forwards("李敏", GRAVE, key="channel:1/1")
    assert desk.case("S1").grade == "grave"
    desk.staff.says("赵强", "拆分 S1 2")
    assert (desk.case("S1").grade, desk.case("S1").toll) == ("ordinary", {})
    assert (desk.case("S2").grade, desk.case("S2").toll["deaths"]) == ("grave", 12)


def test_an_edit_that_makes_it_graver_is_judged(desk: TalkingDesk) -> None:
    """The new wording raises grade and clocks, counted from the first forward."""
    desk.staff.forwards("李敏", "北环路在建楼坍塌,情况不明。")
    desk.staff.edits("李敏", "北环路在建楼坍塌,情况不明。", GRAVE)
    case = desk.case("1") if desk.case("S1").number else desk.case("S1")
    assert case.grade == "grave"
    assert "1小时内首发" in desk.staff.shows("来源")
    told = desk.staff.shows("改动后更严重")
    assert told.splitlines()[0] == (
        "🚨 线索 S1 的原帖改动后更严重,已留存第 2 版 · 死亡 12 人 · 重伤 30 人 · 受伤 30 人 · 研判为重大 · 请核对"
    )
    assert told.endswith("@赵强")
    desk.staff.taps("赵强", "定为重大")
    assert desk.staff.toast() == "☑️ 线索 S1 等级:重大"


def test_an_edit_never_overrules_a_persons_grade_but_asks(desk: TalkingDesk) -> None:
    """Deaths that an edit adds to a case somebody graded are told, and re-grading is one tap."""
    before = "北环路在建楼坍塌,1人受伤。"
    desk.direct("李敏").forwards(before)
    desk.staff.says("赵强", "定级 S1 一般")
    desk.staff.bot_says_all()
    desk.direct("李敏").bot_says_all()
    desk.direct("李敏").edits("李敏", before, "北环路在建楼坍塌,造成4人死亡。")
    assert desk.direct("李敏").bot_says() == "✏️ 线索 S1 的原帖有改动,已留存第 2 版"
    told = desk.staff.bot_says()
    assert told.startswith("🚨 线索 S1 的原帖改动后更严重,已留存第 2 版 · 死亡 4 人 · 受伤 1 人")
    assert "研判为较大 · 现定一般 · 请核对" in told
    assert desk.case("S1").grade == "ordinary"
    desk.staff.taps("赵强", "定为较大")
    assert desk.case("S1").grade == "relatively_grave"


def test_a_worse_edit_of_an_ended_case_is_not_quiet(desk: TalkingDesk) -> None:
    """A false alarm whose post is edited into a grave one names the duty officer."""
    desk.staff.forwards("李敏", "北环路好像有响声。")
    desk.staff.taps("赵强", "误报")
    desk.staff.bot_says_all()
    desk.staff.edits("李敏", "北环路好像有响声。", GRAVE)
    said = desk.staff.bot_says()
    assert said.startswith("🚨 已办结的 线索 S1 原帖改动后更严重,已留存第 2 版,请马上核对")
    assert said.endswith("@赵强")


def test_an_edit_back_to_the_first_words_is_a_version_too(desk: TalkingDesk) -> None:
    """The card shows what the post says now; the same words a second time are no edit."""
    other = "西江路路灯坏了。"
    desk.staff.forwards("李敏", OUTAGE)
    desk.staff.edits("李敏", OUTAGE, other)
    desk.staff.edits("李敏", other, OUTAGE)
    assert f"✏️ 原帖已改(第 3 版,11-24 09:05):「{OUTAGE}」" in desk.staff.shows("来源")
    desk.staff.bot_says_all()
    desk.staff.edits("李敏", OUTAGE, OUTAGE)
    assert desk.staff.is_silent()


def test_what_an_edit_added_counts_after_a_split(desk: TalkingDesk) -> None:
    """A case is judged from every wording of its reports."""
    desk.staff.forwards("李敏", OUTAGE, key="channel:1/1")
    desk.staff.forwards("李敏", WAGES, key="channel:1/1")
    desk.staff.edits("李敏", OUTAGE, OUTAGE + GRAVE)
    desk.staff.says("赵强", "拆分 S1 2")
    assert desk.case("S1").toll["deaths"] == 12


def test_a_graver_report_on_an_ended_case_is_not_quiet(desk: TalkingDesk) -> None:
    """What ended as a false alarm and comes again with deaths names the duty officer."""
    desk.staff.forwards("李敏", "北环路好像有响声。", key="channel:1/1")
    desk.staff.taps("赵强", "误报")
    desk.staff.bot_says_all()
    desk.staff.forwards("李敏", GRAVE, key="channel:1/1")
    said = desk.staff.bot_says()
    assert said.startswith("🚨 已办结的 线索 S1 又收到一条更严重的报送")
    assert said.endswith("@赵强")


@pytest.mark.parametrize("url", ["http://[abc/def", "http://a.com:99999/x", "http://a.com:abc/x"])
def test_a_garbled_address_is_no_reason_to_lose_a_post(desk: TalkingDesk, url: str) -> None:
    """The words are a report whatever the link is worth."""
    desk.staff.forwards("李敏", f"看这个 {url} 全小区停水三天了")
    assert desk.staff.bot_says().startswith("线索 S1")


def test_the_list_counts_all_and_the_nearest_limit_comes_first(desk: TalkingDesk) -> None:
    """However many cases are open: what came in last may have to be answered first."""
    older = desk.clock.now() - timedelta(days=1)
    with desk.database.writing() as session:
        for n in range(1_000, 1_230):
            session.add(Case(slip=n, title="道路积水", plan_hash=desk.house.plan_hash, received_at=older))
    desk.staff.forwards("李敏", WAGES)
    desk.staff.taps("赵强", "属实")
    desk.staff.bot_says_all()
    desk.staff.says("赵强", "待办")
    said = desk.staff.bot_says().splitlines()
    assert said[0] == "在办案件 231 件(临近时限在前):"
    assert "1号" in said[1]
    assert said[-1].startswith("……")
