"""Which posts are copies, which may tell of the same event, and how hot an event is."""

from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random

import pytest

from config.plan import HotTopics
from handlers.heat import Counts, heat_of
from handlers.reading.happenings import NAMED
from handlers.reading.telling import NOTHING, telling
from handlers.sameness.bulk import Events, Post, Relation, relate
from handlers.sameness.copies import Copies
from handlers.sameness.likeness import likest
from handlers.sameness.words import HAPPENINGS
from handlers.text.similarity import same_words

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DUST = "云澜府小区西门外的沥青拌和厂天天半夜开工,粉尘和噪音让人没法睡觉,业主苦不堪言,请尽快查处关停。"
SMELL = "紧挨着云澜府小区的沥青拌和厂,每天刺鼻气味,孩子咳嗽了半个月,请环保部门查处。"
BUS = "36路公交车经常脱班,早高峰等四十分钟,能不能加开区间车?"


def related(*posts: Post) -> dict[str, Relation]:
    """Relate posts, by their ids."""
    return {post.id: relation for post, relation in zip(posts, relate(posts), strict=True)}


def test_a_lightly_edited_copy_names_its_original() -> None:
    """A copy is of the event of what it copies, too; other words for it are offered; what is else is not."""
    found = related(
        Post("1", "", DUST, NOW),
        Post("2", "", "转:" + DUST.replace("天天", "每天"), NOW + timedelta(hours=1)),
        Post("3", "", SMELL, NOW + timedelta(hours=2)),
        Post("4", "", BUS, NOW + timedelta(hours=3)),
    )
    assert (found["1"].copy_of, found["1"].event_of) == ("", "")
    assert (found["2"].copy_of, found["2"].event_of) == ("1", "1")
    assert found["3"].copy_of == ""
    assert found["3"].event_of in {"1", "2"}
    assert (found["4"].copy_of, found["4"].event_of) == ("", "")
    assert found["1"].heat == found["2"].heat == found["3"].heat > found["4"].heat > 0


FIRE = "今天下午3点左右,江南大道港城商贸街发生火灾,浓烟很大,听说2人受伤送医院,消防车还没到!"
LIFT = "阳光花园3栋电梯坏了两周,老人下不了楼"


@pytest.mark.parametrize(
    ("first", "second", "offered"),
    [
        (FIRE, "江南大道港城商贸街着火了,黑烟冲天,楼下停的车都烧着了,有人从楼上被抬下来。", True),
        (FIRE, "最新:港城商贸街火灾已致3人死亡、5人受伤(其中2人重伤),另有1人失联。", True),
        (FIRE, "城东荷花苑三楼失火,一家人被困,邻居砸门救人。", False),
        (FIRE, "港城商贸街的商户反映租金太高,生意难做,希望减免。", False),
        (LIFT, "阳光花园电梯又困人了,一个孕妇被困半小时", True),
        (LIFT, "电梯广告太吵,能不能管管", False),
        ("港北区中心小学食堂学生吃坏肚子,十几个孩子送医", "中心小学多名学生呕吐腹泻,家长质疑食堂用臭肉", True),
        ("民生小区物业费涨价,业主不同意,反映多次没人管。", "民生小区停水三天了,打物业电话没人接", False),
        ("西江路施工噪声扰民,晚上两点还在打桩", "西江路路灯坏了一个月,晚上漆黑一片", False),
        ("江北大桥上两车相撞,一人被卡在车里", "刚才江北大桥出车祸了,货车追尾,堵得一动不动", True),
        ("西江路发生一起交通事故,一名骑电动车的老人被撞倒", "西江路又撞人了,骑车的老太太躺在地上没人敢扶", True),
        ("荷城新村3栋有人跳楼", "刚刚荷城新村一女子从18楼坠下", True),
        ("工地塔吊倒了,压到人了,在城东安置房项目", "城东安置房工地塔吊倒塌,2人死亡", True),
        ("今天下午三点荷城新村停水", "今天下午三点圣湖小区停电,打了电话没人接", False),
    ],
)
def test_the_same_happening_at_the_same_place_is_offered(first: str, second: str, *, offered: bool) -> None:
    """Whatever words people have for it; neither the place alone nor the kind of thing alone, nor the hour."""
    assert bool(related(Post("1", "", first), Post("2", "", second))["2"].event_of) is offered


def test_whatever_happened_has_a_name_for_people() -> None:
    """The reason of an offer says it."""
    assert set(HAPPENINGS) == NAMED


def test_earlier_is_by_time_where_times_are_known_and_the_order_is_kept() -> None:
    """A file may name the newest first."""
    found = related(Post("late", "", DUST, NOW), Post("early", "", DUST, NOW - timedelta(days=1)))
    assert (found["late"].copy_of, found["early"].copy_of) == ("early", "")
    found = related(Post("first", "", DUST), Post("second", "", DUST))
    assert (found["first"].copy_of, found["second"].copy_of) == ("", "first")
    naive = datetime(2026, 11, 24)  # noqa: DTZ001 - as files have it
    assert related(Post("a", "", DUST, naive), Post("b", "", DUST, NOW))["b"].copy_of == "a"


@pytest.mark.parametrize(
    "text", ["", " ", "🔥🔥🔥", "https://weibo.com/1/2", "ok", "好", "!" * 9, "\u200b", "雲瀾府小區" * 30_000]
)
def test_whatever_is_written_relates(text: str) -> None:
    """Nothing to read is no copy of nothing, however often it comes; a very long text is read like any other."""
    found = list(relate([Post(str(n), "", text) for n in range(3)]))
    assert len(found) == 3
    if not any(map(str.isalnum, text)):
        assert [relation.copy_of for relation in found] == ["", "", ""]


def test_copies_are_found_and_strangers_are_not() -> None:
    """Against comparing all with all: of texts edited more and more, those that share enough are found."""
    chance = Random(5)  # noqa: S311 - the same texts each time
    signs = [chr(0x4E00 + n) for n in range(2000)]
    originals = ["".join(chance.choices(signs, k=120)) for _ in range(60)]
    edited = []
    for text, changes in product(originals, (1, 3, 6)):
        letters = list(text)
        for place in chance.sample(range(len(letters)), changes):
            letters[place] = chance.choice(signs)
        edited.append((originals.index(text), "".join(letters)))
    copies = Copies()
    for n, text in enumerate(originals):
        assert copies.original(n, "", text) is None
    hit = asked = 0
    for n, (of, text) in enumerate(edited, len(originals)):
        found = copies.original(n, "", text)
        if same_words(originals[of], text) >= 0.6:
            asked, hit = asked + 1, hit + (found is not None)
        if found is not None and found < len(originals):
            assert same_words(originals[found], text) >= 0.6
    assert asked > 100
    assert hit / asked >= 0.98


def test_one_subject_in_two_places_is_less_likely_one_event() -> None:
    """Where each names a place and neither names the other's, the same words count less; where one is shared, not."""
    words = {"工地+夜间": 0.5, "扰民": 0.2}
    elsewhere = {"工地+夜间": [("1", "1", 0.5, True)], "扰民": [("1", "1", 0.2, True)]}
    apart, open_to_doubt = (likest(words, elsewhere, placed=placed) for placed in (True, False))
    assert apart is not None
    assert open_to_doubt is not None
    assert apart.score < open_to_doubt.score == pytest.approx(0.7)
    here = {**elsewhere, "#翠湖豪庭": [("1", "1", 0.3, True)]}
    same = likest({**words, "#翠湖豪庭": 0.3}, here, placed=True)
    assert same is not None
    assert same.score == pytest.approx(1.0)
    assert same.shared == ("工地+夜间", "#翠湖豪庭", "扰民")


def test_a_hot_topic_does_not_wear_out_its_own_words() -> None:
    """After fifty reports in other words the fifty-first is still offered one of them."""
    chance = Random(3)  # noqa: S311 - the same texts each time
    plaints = ["粉尘呛人", "彻夜轰鸣", "孩子咳嗽", "窗户不敢开", "货车横行", "气味刺鼻", "投诉无门", "老人失眠"]
    events = Events()
    last: tuple[int | None, int | None] = (None, None)
    for n in range(51):
        said = ",".join(chance.sample(plaints, 3))
        last = events.take(n, Post(str(n), "", f"云澜府门口的沥青拌和厂{said},第{n}次反映了。"))
    assert last[1] is not None
    assert events.event_of[50] == events.event_of[last[1]] == 0


def test_what_tells_of_an_event_leaves_out_addresses_and_everyday_words() -> None:
    """Neither a link nor 问题 says which event it is; without words nothing does."""
    terms = telling("请问这个问题什么时候解决?https://weibo.com/123/abc").terms
    assert not [term for term in terms if "weibo" in term or term in {"问题", "解决", "时候"}]
    assert telling("") == telling("  ") == NOTHING
    assert telling("\U0001f525").terms == {}


def test_the_heat_is_the_plans_formula() -> None:
    """A sum of what was counted, raised by growth; nothing reported is not hot."""
    plan = HotTopics(per_report=10, per_group=5, per_like=1, per_repost=2, growth=1)
    assert heat_of(Counts(reports=4, lately=0, likes=100, reposts=25, groups=2), plan) == 40 + 10 + 10 + 10
    assert heat_of(Counts(reports=4, lately=2, likes=100, reposts=25, groups=2), plan) == 105
    assert heat_of(Counts(reports=4, lately=2), HotTopics(growth=0)) == 40
    assert heat_of(Counts(reports=0, likes=9), plan) == 0
