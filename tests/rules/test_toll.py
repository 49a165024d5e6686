"""The toll of an accident, read from a text (令493号 art. 3)."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.reading.toll import Toll, read_toll

# (text, deaths, serious injuries, injured)
TOLD = [
    ("基坑坍塌造成3人死亡、5人受伤(其中2人重伤)", 3, 2, 5),
    ("某工地塔吊倒塌,1名工人被砸身亡,2名工人重伤送医", 1, 2, 2),
    ("一在建楼房脚手架垮塌，已致六死一伤", 6, None, 1),
    ("围墙倒塌,三死四伤", 3, None, 4),
    ("高速追尾10死2伤", 10, None, 2),
    ("３死４伤", 3, None, 4),
    ("9人遇难", 9, None, None),
    ("一家三口遇难", 3, None, None),
    ("5名被困工人全部遇难", 5, None, None),
    ("两名男子在水库溺亡", 2, None, None),
    ("一男一女当场身亡", 2, None, None),
    ("27名消防员和3名民兵牺牲", 30, None, None),
    ("两名铺设管道的工人没听见鸣笛,结果不幸被火车撞死", 2, None, None),
    ("货车失控撞死2人,撞伤3人", 2, None, 3),
    ("爆炸夺走四条生命", 4, None, None),
    ("死亡 8 人，重伤 3 人，轻伤 12 人", 8, 3, 15),
    ("伤亡人数:死亡2人,受伤6人", 2, None, 6),
    ("死5人伤3人", 5, None, 3),
    ("30人受伤，死亡3人", 3, None, 30),
    ("死者为1名瓦工", 1, None, None),
    ("12人急性工业中毒", None, 12, 12),
    ("司机当场身亡", 1, None, None),
    ("5人送医，其中1人不治身亡", 1, None, 5),
    ("造成3人死亡,区里已启动应急预案,将按规定处理", 3, None, None),
    ("事故原因可能是超载,3人死亡", 3, None, None),
    ("听工友讲楼上死了3个人", 3, None, None),
    ("死了两个人,太惨了", 2, None, None),
    ("早高峰车祸2死", 2, None, None),
    ("2死!", 2, None, None),
    ("死3人伤5人", 3, None, 5),
    ("工地上3人没了", 3, None, None),
    ("一家两口人就这么没了", 2, None, None),
    ("吊臂砸死一个工人", 1, None, None),
    ("脚手架上摔死1人", 1, None, None),
    ("配电箱漏电,电死两名工人", 2, None, None),
    ("一工人被压死", 1, None, None),
    ("三死两重伤", 3, 2, 2),
    ("致10人重伤", None, 10, 10),
]


@pytest.mark.parametrize(("text", "deaths", "serious", "injured"), TOLD)
def test_told_counts(text: str, deaths: int | None, serious: int | None, injured: int | None) -> None:
    """Deaths, serious injuries and all injuries are read in the ways texts tell them."""
    toll = read_toll(text)

    assert (toll.deaths, toll.serious_injuries, toll.injured) == (deaths, serious, injured)


@pytest.mark.parametrize(
    ("text", "deaths"),
    [
        ("死亡人数升至12人", 12),
        ("塌方已致2人死亡。截至18时，死亡人数增至4人", 4),
        ("截至目前,事故死亡人数由5人增加到8人", 8),
        ("此前报道12人死亡有误，更正为死亡11人", 11),
        ("事故造成3人死亡。3人死亡的消息传来,家属悲痛", 3),
        ("共4人死亡（2人当场死亡，2人送医不治）", 4),
        ("去年该路段事故造成20人死亡，今天又有1人死亡", 1),
    ],
)
def test_latest_total_counts(text: str, deaths: int) -> None:
    """Of several mentions the latest total counts, not their sum, and the past does not count beside the present."""
    assert read_toll(text).deaths == deaths


@pytest.mark.parametrize(
    ("text", "deaths"),
    [
        ("2人当场死亡，另有1人经抢救无效死亡", 3),
        ("2人当场死亡，1人送医后不治", 3),
        ("1人当场死亡，另有2人途中死亡，又有1人不治身亡", 4),
    ],
)
def test_parts_the_text_adds_are_added(text: str, deaths: int) -> None:
    """Victims that one sentence itself adds up are one toll."""
    assert read_toll(text).deaths == deaths


@pytest.mark.parametrize(
    "text",
    [
        "死亡3人以上的事故应当在1小时内上报",
        "造成3人以上10人以下死亡的，是较大事故",
        "如果倒塌，可能造成数十人死亡",
        "避免造成3人死亡这样的悲剧",
        "全年共发生生产安全事故12起，死亡15人",
        "3名嫌疑人因涉嫌过失致人死亡被刑拘",
        "两人收购病死猪被罚",
        "目前暂无人员伤亡报告",
        "建筑工程死亡事故5起",
        "反映本小区停水三天的问题",
        "差点被砸死,太危险了",
        "早晚要砸死人",
        "每月还贷,快被房贷压死了",
        "花坛里的树被压死了,养的狗被毒死",
        "楼下死了3条狗",
        "死了3个月的鱼还在池子里",
        "难逃一死",
        "罪该万死",
        "3人没了工作",
        "2名老人因病去世",
        "初三学生在家中死亡的消息不实",
        "20个人也吓不死我",
        "一个球队死忠",
        "门口三个弯都是死路",
        "2名保安将他打死的传言不实",
        "不要成为下一个事故的牺牲品",
        "难道要出了人命才管",
        "",
    ],
)
def test_what_is_no_toll(text: str) -> None:
    """Quotas, suppositions, yearly figures and other talk of death are no toll."""
    assert read_toll(text).deaths is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("无人员伤亡", (0, 0, 0)),
        ("火灾没有造成人员伤亡", (0, 0, 0)),
        ("未造成死亡,3人受伤", (0, None, 3)),
        ("无一人死亡，2人轻伤", (0, None, 2)),
        ("40多人参与救援，所幸没有人员死亡", (0, None, None)),
    ],
)
def test_denied_tolls_are_nought(text: str, expected: tuple[int | None, ...]) -> None:
    """Where the text says that nobody was harmed the count is 0, not unknown."""
    toll = read_toll(text)

    assert (toll.deaths, toll.serious_injuries, toll.injured) == expected


def test_missing_and_trapped_are_not_deaths() -> None:
    """Missing and trapped people are shown on their own; those who were saved are no longer trapped."""
    toll = read_toll("隧道塌方,4人死亡、3人失联、6人被困")

    assert (toll.deaths, toll.missing, toll.trapped) == (4, 3, 6)
    assert read_toll("被困14人已经全部救出").trapped is None


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("直接经济损失1250万元", 12_500_000),
        ("直接经济损失约1.2亿元", 120_000_000),
        ("造成五千余万元的直接经济损失", 50_000_000),
        ("初步估计经济损失达300万元以上的,应当上报", None),
    ],
)
def test_loss(text: str, yuan: int | None) -> None:
    """Direct economic loss is read in yuan."""
    assert read_toll(text).loss_yuan == yuan


def test_vague_counts_are_marked() -> None:
    """A count that is approximate keeps its figure and a mark; one without a figure keeps only the mark."""
    near = read_toll("造成近30人死亡，上百人受伤")
    many = read_toll("事故致多人死亡")

    assert (near.deaths, near.injured, near.vague) == (30, 100, frozenset({"deaths", "injured"}))
    assert (many.deaths, "deaths" in many.vague) == (None, True)


@pytest.mark.parametrize(
    "text",
    ["工地出事,有伤亡", "现场伤亡惨重", "造成人员伤亡", "死了好多人", "死人了", "工人被压死在基坑里", "触电身亡"],
)
def test_victims_without_a_number_are_marked(text: str) -> None:
    """Victims who are told of without a number are marked and given none."""
    toll = read_toll(text)

    assert (toll.deaths, "deaths" in toll.vague) == (None, True)


def test_several_dead_are_approximate() -> None:
    """好几个 is at least two, and approximate."""
    toll = read_toll("死了好几个人")

    assert (toll.deaths, toll.vague) == (2, frozenset({"deaths"}))


@pytest.mark.parametrize(
    "text", ["无伤亡", "没有人员伤亡", "伤亡情况不明", "是否有伤亡还不清楚", "避免伤亡", "暂无伤亡报告", "没有死人"]
)
def test_no_victims_are_not_marked(text: str) -> None:
    """Where the text denies victims, or leaves it open, nothing is marked."""
    assert not read_toll(text).vague


def test_the_buried_are_trapped() -> None:
    """People who were buried are trapped, not dead."""
    toll = read_toll("基坑塌方埋了两个人")

    assert (toll.deaths, toll.trapped) == (None, 2)


@pytest.mark.parametrize(
    ("text", "past"),
    [
        ("去年该工地3人死亡", {"deaths"}),
        ("该工地3人死亡", set()),
        ("去年该工地3人死亡,今天又有1人重伤", {"deaths"}),
        ("去年3人死亡,今天又有1人死亡", set()),
    ],
)
def test_what_is_told_of_the_past_only_is_named(text: str, past: set[str]) -> None:
    """Fields of which the text tells nothing but history are named."""
    assert read_toll(text).past == past


def test_spans_are_the_texts_own_words() -> None:
    """What a count was read from is kept in the text's own signs, full-width ones too."""
    toll = read_toll("事故造成３人死亡，２人重伤")

    assert toll.spans == {"deaths": "３人死亡", "serious_injuries": "２人重伤", "injured": "２人重伤"}


def test_invisible_signs_do_not_hide_a_toll() -> None:
    """Zero-width and bidirectional signs inside the words change nothing."""
    assert read_toll("造成3\u200b人死\u202e亡").deaths == 3


@given(st.text(alphabet="死亡伤人名造成致0123456789一二三十百,。、(其中)失联困重受无未元万损", max_size=120))
def test_spans_always_come_from_the_text(text: str) -> None:
    """Whatever the text, every count has words that stand in it, and none is below 0."""
    toll = read_toll(text)

    assert all(words in text for words in toll.spans.values())
    assert all(getattr(toll, field) >= 0 for field in toll.spans)


def test_a_page_of_figures_is_read_quickly() -> None:
    """Long heaps of digits cost no more than their length (a reader that went back and forth would take minutes)."""
    page = "评分8585858585人,死亡3人," * 10_000
    started = time.perf_counter()

    read_toll(page)

    assert time.perf_counter() - started < 5


def test_no_toll_is_empty() -> None:
    """A text without victims gives an empty toll."""
    assert read_toll("小区电梯坏了") == Toll()
    assert read_toll("小区电梯坏了").is_empty
