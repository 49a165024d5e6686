"""Other words for the same event are offered with the reason, and merged by a person alone (R2)."""

from datetime import UTC, datetime
from io import BytesIO

from handlers.conversation import File
from handlers.reading.picture import look_of
from storage import case as cases
from tests.conversations.talking import TalkingDesk, photo
from tests.rules.test_picture import saved, scene

DUST = "举报云澜府小区西门外的沥青拌和厂天天半夜开工,粉尘和噪音让人没法睡觉,云澜府业主苦不堪言。"
SMELL = "紧挨着云澜府小区的沥青拌和厂,每天刺鼻气味,孩子咳嗽了半个月,请环保部门查处。"
LORRIES = "云澜府小区门口沥青拌和厂的重型货车昼夜不停,扬尘噪音没人管,业主连窗户都不敢开。"
ELSEWHERE = "梧桐苑小区门口乱停车,早高峰根本走不动,希望交警来管一管。"


def test_the_same_event_in_other_words_is_offered_with_the_reason(desk: TalkingDesk) -> None:
    """The card names the other case, what both speak of and how far apart they came; nothing is merged by itself."""
    desk.staff.forwards("李敏", DUST)
    desk.staff.bot_says()
    desk.later(minutes=5)
    desk.staff.forwards("王五", SMELL)
    card = desk.staff.bot_says()
    assert next(line for line in card.splitlines() if line.startswith("🔗")) == (
        "🔗 或与 1号《举报云澜府小区西门外的沥青拌和厂天天半夜开工,粉…》说的是同一件事 · "
        "都提到“云澜府”“沥青拌和” · 相隔 5分"
    )
    assert (desk.case("1").reports, desk.case("S2").reports) == (1, 1)
    assert desk.case("S2").stage == "confirmation"


def test_what_both_tell_of_is_said_once(desk: TalkingDesk) -> None:
    """A word that is what happened is not named as a shared word as well."""
    desk.staff.forwards("李敏", "云澜府小区停水五天没人管")
    desk.staff.forwards("王五", "云澜府又停水了,物业说不知道")
    offer = desk.staff.shows("🔗 或与")
    assert "都说停水" in offer
    assert "“停水”" not in offer.partition("🔗")[2]


def test_one_tap_merges_what_was_offered_and_another_takes_it_back(desk: TalkingDesk) -> None:
    """Merged by a person; once the merge is undone it is not offered again."""
    desk.staff.forwards("李敏", DUST)
    desk.staff.forwards("王五", SMELL)
    desk.staff.taps("赵强", "并入1号")
    assert desk.staff.bot_says_all()[-1].startswith("🔗 线索 S2 已并入 1号")
    assert desk.case("1").reports == 2
    desk.staff.taps("赵强", "↩️撤销")
    assert desk.case("S2").stage == "confirmation"
    assert "🔗 或与" not in desk.staff.shows("气味")


def test_a_case_takes_in_a_slip_whichever_was_offered(desk: TalkingDesk) -> None:
    """What has a number keeps it, whoever has it and whatever was written for it, by tap and by word."""
    desk.staff.forwards("李敏", SMELL)
    desk.staff.forwards("王五", DUST)
    assert desk.case("S1").stage == "confirmation"
    desk.staff.taps("赵强", "线索 S1并进来")
    assert desk.staff.bot_says_all()[-1].startswith("🔗 线索 S1 已并入 1号")
    assert (desk.case("1").stage, desk.case("1").reports) == ("acceptance", 2)
    desk.staff.taps("赵强", "↩️撤销")
    desk.staff.says("赵强", "合并 1 S1")
    assert desk.staff.bot_says_all()[-1].startswith("🔗 线索 S1 已并入 1号")


def test_a_person_says_that_it_is_something_else(desk: TalkingDesk) -> None:
    """The offer is gone from the card, and both stay cases of their own."""
    desk.staff.forwards("李敏", DUST)
    desk.staff.forwards("王五", SMELL)
    desk.staff.taps("赵强", "不是同一件")
    assert desk.staff.toast() == "已记下:线索 S2 与 1号 不是同一件事。"
    assert "🔗 或与" not in desk.staff.shows("气味")
    assert (desk.case("1").reports, desk.case("S2").reports) == (1, 1)


def test_what_shares_only_everyday_words_is_not_offered(desk: TalkingDesk) -> None:
    """Two estates, two troubles: no offer."""
    desk.staff.forwards("李敏", DUST)
    desk.staff.bot_says()
    desk.staff.forwards("王五", ELSEWHERE)
    assert "🔗" not in desk.staff.bot_says()


def test_hot_topics_are_listed_by_heat_with_what_makes_them_hot(desk: TalkingDesk) -> None:
    """Several reports of one event in several wordings are a topic; a copy counts, a lone report does not."""
    desk.staff.says("赵强", "热点")
    assert desk.staff.bot_says() == "近 7 天没有热点(同一件事报送满 3 条才算)。"
    for who, post in (("李敏", DUST), ("王五", SMELL), ("李敏", LORRIES), ("王五", DUST), ("王五", ELSEWHERE)):
        desk.staff.forwards(who, post)
    desk.staff.bot_says_all()
    desk.staff.says("赵强", "热点")
    lines = desk.staff.bot_says().splitlines()
    assert lines[0] == "🔥 近 7 天热点 1 个(热度从高到低):"
    assert lines[1] == "1. 举报云澜府小区西门外的沥青拌和厂天天半夜开工,粉… · 热度 90"
    assert lines[2] == "报送 4 条 · 近一天 4 条 · 3 种说法"
    assert lines[3] == "1号〔待认领〕、线索 S2〔待确认〕、2号〔待认领〕 · 都提到“云澜府”“沥青拌和”"
    assert len(lines) == 4


def test_the_digest_names_the_hot_topics(desk: TalkingDesk) -> None:
    """One line, the hottest first."""
    for post in (DUST, SMELL, LORRIES):
        desk.staff.forwards("李敏", post)
    desk.until(datetime(2026, 11, 25, 0, 33, tzinfo=UTC))
    told = next(said for said in desk.staff.bot_says_all() if said.startswith("☀️"))
    hot = next(line for line in told.splitlines() if line.startswith("🔥"))
    assert hot == "🔥 热点 1:1号 举报云澜府小区西门外的沥青拌和厂天天半夜开工,粉…(报送 3 条,热度 70)"


def pictured(seed: int, form: str, **how: int) -> File:
    """Return a picture that the platform hands over, as it looks."""
    content = saved(scene(seed), form, **how).getvalue()
    return photo(f"{seed}.{form.lower()}", content).model_copy(update={"look": look_of(BytesIO(content))})


def test_the_same_picture_with_other_words_is_offered_and_never_joins_by_itself(desk: TalkingDesk) -> None:
    """Saved anew it is still the same picture: the card says so; another picture says nothing."""
    desk.staff.forwards("李敏", "城西垃圾中转站又着火了,浓烟飘了一上午。", files=(pictured(3, "PNG"),))
    desk.staff.bot_says()
    desk.staff.forwards("王五", "谁来管管我们这里的空气?", files=(pictured(3, "JPEG", quality=50),))
    assert "说的是同一件事 · 有同一张图片 · 相隔" in desk.staff.shows("空气")
    desk.staff.forwards("王五", "桥下积水一米深,车都熄火了。", files=(pictured(4, "PNG"),))
    assert "🔗" not in desk.staff.shows("积水")
    with desk.database.reading() as session:
        assert cases.count(session) == 3


LETTER = (
    "尊敬的领导:我是{}的业主,物业公司把停车费从每月两百元涨到五百元,没有征求业主意见,也没有公示,"
    "门口的道闸天天排长队,老人孩子进出很不安全,多次找物业经理都被推托,请有关部门查处并督促整改,谢谢。"
)


def test_one_letter_from_two_estates_is_offered_and_does_not_join(desk: TalkingDesk) -> None:
    """A letter that estates pass on to each other is a matter of each: only a person makes one case of them."""
    desk.staff.forwards("李敏", LETTER.format("海棠湾小区"))
    desk.staff.bot_says()
    desk.staff.forwards("王五", LETTER.format("枫林苑小区"))
    assert "🔗 或与 线索 S1" in desk.staff.bot_says()
    assert (desk.case("S1").reports, desk.case("S2").reports) == (1, 1)


def test_a_copy_with_a_remark_before_it_joins(desk: TalkingDesk) -> None:
    """Words put before a copy, or a place that only one of the two names, make no other matter of it."""
    desk.staff.forwards("李敏", LETTER.format("海棠湾小区"))
    desk.staff.bot_says()
    desk.staff.forwards("王五", "求转!城东的朋友看看:" + LETTER.format("海棠湾小区"))
    assert desk.case("S1").reports == 2


def test_the_same_fire_in_three_peoples_words_is_offered_each_time(desk: TalkingDesk) -> None:
    """Who sees smoke, who sees flames, and who counts the dead tell of one fire; the card says why."""
    desk.staff.forwards("李敏", "今天下午3点左右,江南大道港城商贸街发生火灾,浓烟很大,消防车还没到!")
    assert "🔗" not in desk.staff.bot_says()
    for words in (
        "江南大道港城商贸街着火了,黑烟冲天,楼下停的车都烧着了,有人从楼上被抬下来。",
        "最新:港城商贸街火灾已致3人死亡、5人受伤(其中2人重伤),另有1人失联。",
    ):
        desk.staff.forwards("李敏", words)
        card = desk.staff.bot_says()
        assert "🔗 或与 线索 S1" in card
        assert "“港城商贸街”" in card
        assert "都说火情" in card
