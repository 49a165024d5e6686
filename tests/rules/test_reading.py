"""What a post says to the desk: kinds, grade, topic, when (R3)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.reading.post import AccidentGrades, Reason, read_post
from handlers.reading.toll import Toll
from tests.rules.reading import COLLAPSE, LEXICON, OUTAGE, PERMIT, SHANGHAI, TABLE, TODAY, read


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (COLLAPSE, "emergency"),
        ("突发!城东一栋民房起火,浓烟滚滚,居民被紧急疏散", "emergency"),
        ("受强降雨影响,我区多地发生山体滑坡,道路中断,武警正在抢险", "emergency"),
        ("某工地食堂发生疑似食物中毒,20多名工人呕吐腹泻送医", "emergency"),
        (OUTAGE, "vital_interests"),
        ("工地深夜施工扰民,附近居民夜夜睡不着。多次反映没人管。", "vital_interests"),
        ("开发商逾期交房两年,楼盘烂尾,几百户业主维权无门", "vital_interests"),
        ("项目部拖欠农民工工资半年,我们四十多名工人讨薪未果,请领导主持公道", "vital_interests"),
        ("公积金新政一刀切,异地缴存的为什么不能贷款?规定太不合理", "policy_misread"),
        ("老旧小区改造补贴标准依据是什么?凭什么我们街道就没有资格,政策朝令夕改", "policy_misread"),
        ("养老院护工虐待老人,殴打视频曝光,令人发指", "moral_bottom_line"),
        ("区政府办公室要求你局就桥梁开裂一事主动回应,请限期回复", "superior_request"),
        ("江滨路树木被砍一事冲上热搜,引发热议", "hot_topic"),
        ("请你局就城南步行街围挡倒伏一事于明日12时前核实并书面反馈。", "superior_request"),
        ("【舆情交办】市委网信办转来一条网络舆情,涉及城东工地扬尘,请核查。", "superior_request"),
        ("张副市长在专报上批示:请住建局认真核查,尽快公布情况。", "superior_request"),
        ("本地一段拆围墙的视频播放量超过五百万,评论区炸开了锅", "hot_topic"),
        ("江南小區已經停水三天,幾百戶居民沒有水喝,物業推諉", "vital_interests"),
        ("咁多日冇水,全屋邨街坊都投訴,冇人理", "vital_interests"),
        ("城西化工园氨气泄漏,附近村民紧急转移", "emergency"),
        ("4路公交等了四十分钟不来,全小区老人出门都难,没人理", "vital_interests"),
        ("我們村的低保補助一直沒有發,村民多次反映", "vital_interests"),
    ],
)
def test_primary_kind(text: str, kind: str) -> None:
    """A post that speaks for a kind of the plan has it as its primary kind."""
    assert read(text).primary == kind


@pytest.mark.parametrize(
    "text",
    [
        PERMIT,
        "建议在江滨公园增设几盏路灯,方便市民散步。",
        "希望尽快开通到新区的公交车",
        "咨询一下公租房的申请条件,我家三口人,想了解要什么材料",
    ],
)
def test_ordinary_posts_have_no_kind(text: str) -> None:
    """Questions and suggestions to the government have no kind but are public affairs."""
    reading = read(text)

    assert (reading.primary, reading.public_affairs) == (None, True)


@pytest.mark.parametrize("text", ["晚安,愿你有个好梦。", "转发抽奖,送两张演唱会门票!", "今天食堂有红烧肉", "", "😡"])
def test_posts_about_nothing_public(text: str) -> None:
    """What is none of the government's business has no kind and is no public affair."""
    reading = read(text)

    assert (reading.primary, reading.public_affairs, reading.grade) == (None, False, None)


def test_kinds_are_a_set_with_a_primary_one() -> None:
    """A post can speak for several kinds; the primary one comes first, each with words of the text."""
    text = f"{OUTAGE}此事已冲上热搜。"
    reading = read(text)

    assert next(iter(reading.kinds)) == reading.primary == "vital_interests"
    assert "hot_topic" in reading.kinds
    assert all(words in text for kind in reading.kinds.values() for words in kind.words)


def test_reasons_are_the_texts_own_words() -> None:
    """The reasons fit a card line: the text's own words, longest wording first, and what they speak for."""
    reasons = read(OUTAGE).reasons

    assert Reason("停水三天", "vital_interests") in reasons
    assert all(reason.words in OUTAGE for reason in reasons)


NOISE = "工地晚上施工扰民,噪音大,居民睡不着。小区没人管!"


def test_reasons_never_cross_punctuation() -> None:
    """Words that are found across a comma are quoted on one side of it, and no word is cut."""
    words = [reason.words for reason in read(NOISE).reasons]

    assert "工地晚上施工扰民" in words
    assert not any(sign in spoken for spoken in words for sign in ",。!?;:、")


def test_reasons_end_where_a_word_ends() -> None:
    """A reason does not stop in the middle of a word that the lexicon knows."""
    quoted = [reason.words for reason in read("外墙大面积开裂,楼板渗水,业主维权多次投诉没人管").reasons]

    assert not any(words.endswith(("外墙大面积开", "外墙大面积裂", "渗")) for words in quoted)
    assert any(words.endswith("开裂") for words in quoted)


def test_parts_that_were_added_up_are_each_quoted() -> None:
    """Where a sentence adds victims up, each part is a reason for the grade."""
    reasons = read("坍塌事故2人当场死亡，另有1人经抢救无效死亡").reasons

    assert reasons[:2] == (
        Reason("2人当场死亡", "relatively_grave"),
        Reason("另有1人经抢救无效死亡", "relatively_grave"),
    )


def test_nobody_hurt_is_no_reason() -> None:
    """That nobody was hurt is no reason for an emergency."""
    assert not any("无" in reason.words for reason in read("无人伤亡,塔吊倒了").reasons)


def test_a_number_is_not_torn_apart() -> None:
    """The comma inside a number is no punctuation."""
    assert read("坍塌致直接经济损失1,200万元").reasons[0] == Reason("直接经济损失1,200万元", "relatively_grave")


@given(
    st.lists(
        st.sampled_from(
            "工地 晚上 施工 扰民 噪音 睡不着 为什么 没人管 3人 死亡 塌了 拖欠 工资 速转".split()
            + list(",。!?;:、，。！？；：\n ")
        ),
        max_size=14,
    )
)
def test_no_reason_ever_holds_punctuation(parts: list[str]) -> None:
    """Whatever the text, every reason stands in it and never crosses punctuation, half or full width."""
    text = "".join(parts)

    for reason in read(text).reasons:
        assert reason.words in text
        assert not set(reason.words) & set(",。!?;:、，。！？；：\n")


def test_reasons_name_the_criterion_of_the_grade() -> None:
    """The words that reach a grade lead the reasons."""
    assert read(COLLAPSE).reasons[0] == Reason("3人死亡", "relatively_grave")


@pytest.mark.parametrize(
    ("text", "grade", "words"),
    [
        ("工地坍塌致30人死亡", "extremely_grave", ("致30人死亡",)),
        ("工地坍塌致29人死亡", "grave", ()),
        ("工地坍塌造成10人遇难", "grave", ()),
        ("工地坍塌造成三人死亡", "relatively_grave", ()),
        ("工地坍塌造成2人死亡", "ordinary", ()),
        ("厂房爆炸,2人死亡,50人重伤", "grave", ("50人重伤",)),
        ("厂房泄漏事故,100人急性工业中毒", "extremely_grave", ("100人急性工业中毒",)),
        ("厂房火灾,1人死亡,直接经济损失1亿元", "extremely_grave", ("直接经济损失1亿元",)),
        ("厂房火灾,无人员伤亡,正在抢险", "ordinary", ()),
        ("隧道塌方,12人失联,救援正在进行", "ordinary", ()),
    ],
)
def test_grades(text: str, grade: str, words: tuple[str, ...]) -> None:
    """Any one criterion is enough, the number itself counts, the highest wins; missing people are not deaths."""
    reading = read(text)

    assert reading.grade == grade
    if words:
        assert any(word in told or told in word for word in words for told in reading.grade_words)


def test_only_emergencies_have_a_grade() -> None:
    """A complaint has no grade, however grave the words in it."""
    assert read(OUTAGE).grade is None


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 10**9))
def test_more_never_grades_lower(deaths: int, serious: int, loss: int) -> None:
    """One more death, injury or yuan never lowers a grade, and the grade never depends on the other criteria."""
    order = [grade for grade, *_ in TABLE.rows]
    spans = {"deaths": "d", "serious_injuries": "s", "loss_yuan": "l"}

    def rank(toll: Toll) -> int:
        grade, _ = TABLE.of(toll)
        return order.index(grade or order[-1])

    toll = Toll(deaths=deaths, serious_injuries=serious, loss_yuan=loss, spans=spans)
    alone = [
        Toll(deaths=deaths, spans=spans),
        Toll(serious_injuries=serious, spans=spans),
        Toll(loss_yuan=loss, spans=spans),
    ]
    assert rank(toll) == min(rank(each) for each in alone)
    assert rank(Toll(deaths=deaths + 1, serious_injuries=serious, loss_yuan=loss, spans=spans)) <= rank(toll)


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("某工地三死两重伤,直接损失一千二百万元", "relatively_grave"),
        ("致10人重伤", "relatively_grave"),
        ("投诉:城西某工地死了3个人,请有关部门查处", "relatively_grave"),
        ("直接经济损失六千万元", "grave"),
        ("车祸2死", "ordinary"),
        ("死3人伤5人", "relatively_grave"),
        ("死了好几个人", "ordinary"),
        ("工地上3人没了", "relatively_grave"),
        ("砸死一个工人", "ordinary"),
        ("听说有人被压死", "ordinary"),
        ("摔死1人", "ordinary"),
        ("触电身亡", "ordinary"),
        ("工人从架子上掉下来摔死了", "ordinary"),
        ("那边死了人", "ordinary"),
        ("直接经济损失1200万", "relatively_grave"),
        ("城北出事了,有伤亡", "ordinary"),
    ],
)
def test_a_toll_is_itself_an_emergency(text: str, grade: str) -> None:
    """Victims or a great direct loss that are really told of make an emergency, whatever it is called."""
    reading = read(text)

    assert (reading.primary, reading.grade) == ("emergency", grade)


@pytest.mark.parametrize(
    "text",
    [
        "去年某工地三死两重伤",
        "2015年某工地死了3个人",
        "死亡3人以上的事故由市政府调查",
        "印度某地死了3个人",
        "如果再不管,可能死了3个人才有人来",
        "炒股损失一千二百万元",
        "全年死亡15人",
    ],
)
def test_quotas_history_and_elsewhere_are_no_emergency(text: str) -> None:
    """A number of victims in a rule, in the past or abroad is no emergency of today."""
    assert read(text).primary != "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "城东工地塌了",
        "塔吊倒了",
        "楼塌了",
        "脚手架垮了",
        "基坑塌方埋了两个人",
        "刚路过江滨路。那边的脚手架塌下来了",
        "工地的吊篮掉下来了",
        "在建厂房的屋顶整个垮了",
        "城东工地围墙倒下来",
        "塔吊今天下午突然倒了",
    ],
)
def test_what_falls_down_is_an_emergency_of_safety(text: str) -> None:
    """Something built that came down is an emergency, and the bureau's own matter of safety."""
    reading = read(text)

    assert (reading.primary, reading.ours) == ("emergency", "safety")


@pytest.mark.parametrize(
    "text",
    [
        "楼快要塌了,没人管",
        "脚手架像要倒了似的",
        "房价塌了",
        "楼市垮了",
        "工地没有塌",
        "脚手架差点倒了",
        "工人差点摔死,没人管",
        "楼塌了怎么赔?请问有保险吗",
    ],
)
def test_what_may_fall_is_no_emergency(text: str) -> None:
    """What is about to fall, or falls in a figure of speech, is no emergency."""
    assert read(text).primary != "emergency"


@pytest.mark.parametrize(
    ("text", "emergency_class"),
    [
        (COLLAPSE, "accident"),
        ("凌晨发生5.1级地震,震感强烈,多间房屋受损", "natural_disaster"),
        ("学校食堂发生食物中毒,学生呕吐送医", "public_health"),
        ("男子持刀行凶砍伤两人,警方已控制现场", "social_security"),
    ],
)
def test_class_of_emergency(text: str, emergency_class: str) -> None:
    """The class of an emergency is named, since each has a grade table of its own."""
    assert read(text).emergency_class == emergency_class


@pytest.mark.parametrize(
    "text",
    [
        "区里今天开展防止坍塌事故应急演练",
        "请问如何预防火灾?",
        "爆炸消息:某歌手要来开演唱会",
        "印度一座桥梁坍塌,造成20人死亡",
    ],
)
def test_what_is_no_emergency_here(text: str) -> None:
    """Drills, precautions, figures of speech and accidents abroad are no emergency of the bureau."""
    assert read(text).primary != "emergency"


@pytest.mark.parametrize(
    ("text", "ours", "body"),
    [
        (OUTAGE, "municipal", ""),
        ("楼板开裂,外墙渗水,房屋质量太差", "quality", ""),
        ("塔吊和脚手架摇摇欲坠,工地事故迟早要出", "safety", ""),
        ("工地深夜施工扰民,渣土车扬尘满天", "environment", ""),
        ("包工头拖欠农民工工资", "wages", ""),
        ("邻居违章搭建,违建没人管", "planning", ""),
        ("拆迁补偿款和安置房都没有落实", "demolition", ""),
        ("派出所不给办户口和身份证", None, "公安局"),
        ("小学老师强制补课,教育局不管", None, "教育局"),
        ("交警乱开罚单,红绿灯坏了", None, "公安交警部门"),
    ],
)
def test_whose_it_is(text: str, ours: str | None, body: str) -> None:
    """The bureau's own topics have a key; for others the body usually responsible is named."""
    reading = read(text)

    assert reading.topic is not None
    assert (reading.ours, reading.topic.body) == (ours, body)
    assert all(words in text for words in reading.topic.words)


def test_no_topic() -> None:
    """A text without a word of any field has no topic."""
    assert read("晚安").topic is None
    assert read("晚安").ours is None


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("11月23日14时05分许,", datetime(2026, 11, 23, 14, 5, tzinfo=SHANGHAI)),
        ("11月23日下午2点半,", datetime(2026, 11, 23, 14, 30, tzinfo=SHANGHAI)),
        ("昨晚8点,", datetime(2026, 11, 23, 20, 0, tzinfo=SHANGHAI)),
        ("今天上午10时许,", datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI)),
        ("今日凌晨三点,", datetime(2026, 11, 24, 3, 0, tzinfo=SHANGHAI)),
        ("２３日２０时,", datetime(2026, 11, 23, 20, 0, tzinfo=SHANGHAI)),
        ("2026年11月20日9:30,", datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)),
        ("2025年11月20日9:30,", None),
        ("11月23日,", None),
        ("12月23日14时,", None),
        ("", None),
    ],
)
def test_when_it_occurred(words: str, moment: datetime | None) -> None:
    """A day with a time of day within the last month is when it occurred; anything less says nothing."""
    reading = read(f"{words}{COLLAPSE}")

    assert reading.occurred_at == moment
    assert moment is None or reading.occurred_at.astimezone(UTC) == moment.astimezone(UTC)  # type: ignore[union-attr]


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    """Every text gives a reading whose certainty lies between 0 and 1, the same each time."""
    reading = read(text)

    assert 0 <= reading.certainty <= 1
    assert read(text) == reading


@given(
    st.lists(
        st.sampled_from([COLLAPSE, OUTAGE, PERMIT, "网传", "旧闻", "😡", "\u200b", "印度", "2020年1月1日"]), max_size=8
    )
)
def test_reasons_always_come_from_the_text(parts: list[str]) -> None:
    """Whatever is put together, every reason stands in the text (signs that cannot be seen aside)."""
    text = "".join(parts)

    assert all(reason.words in text.replace("\u200b", "") for reason in read(text).reasons)


def test_a_long_post_is_read_by_its_beginning() -> None:
    """A very long post is judged by its beginning and not refused."""
    assert read(OUTAGE + "无关的话。" * 20_000).primary == "vital_interests"


def test_without_an_accident_table_there_is_no_grade() -> None:
    """Where no table is given a person grades."""
    reading = read_post(COLLAPSE, lexicon=LEXICON, accident_grades=AccidentGrades(()), today=TODAY)

    assert (reading.primary, reading.grade) == ("emergency", None)


@pytest.mark.parametrize(
    "text",
    [
        "尊敬的市长:请您责成住建局尽快解决我们小区的停水问题,盼复,谢谢!",
        "某歌手演唱会冲上热搜第一,粉丝刷屏",
        "楼道堆满杂物,一旦发生火灾后果不堪设想",
        "墙皮随时可能引发坠落伤人,请来看看",
    ],
)
def test_no_such_kind_in_mere_words(text: str) -> None:
    """What a citizen asks is no superior's order, fans make no hot topic, and what might happen is no emergency."""
    assert not {"superior_request", "hot_topic", "emergency"} & read(text).kinds.keys()


def test_words_of_a_traditional_text_are_its_own() -> None:
    """Kinds, toll and reasons of a text in traditional characters stand in its own words."""
    text = "港北區一在建工地鷹架倒塌,造成3人死亡、5人受傷,消防正在搶救。"
    reading = read(text)
    assert (reading.primary, reading.toll.deaths, reading.toll.injured) == ("emergency", 3, 5)
    assert reading.reasons
    assert all(reason.words in text for reason in reading.reasons)
    assert all(words in text for words in reading.toll.spans.values())


def test_emergency_elsewhere_is_told_but_is_nobody_s_here() -> None:
    """What happened abroad is no kind of ours, and yet it is noticed that an emergency is told of."""
    reading = read("日本一座工厂爆炸,造成4人死亡")
    assert reading.primary is None
    assert reading.told == ("emergency",)
