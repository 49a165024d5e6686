"""What always holds of the toll reader, whatever the text."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from handlers.reading import toll_grammar, toll_words
from handlers.reading.toll import read_toll
from handlers.text.canonical import visible
from handlers.text.simplified import simplified

WORDS = (
    "造成 导致 致 3 5 十余 近百 两 俩 数十 12 人 名 个 位 一家三口 工人 学生 死亡 遇难 受伤 重伤 轻伤 死 伤 失联 被困 "
    "送医 不治 当场 其中 另有 , 。 、 ( ) : ? 没有 无 如果 去年 升至 由5人 被 砸死 撞伤 死者 伤者 直接经济损失 万元 亿 "
    "年 日 号 楼 演练 网传 不实 killed injured no casualties 傷 萬 \n 3死5伤 夫妻 获救 以上 全部 均 经抢救无效"
).split(" ")
read_toll("造成3人死亡,直接经济损失3万元")  # what is compiled when first used is none of a test's time
texts = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(WORDS), max_size=60).map("".join))
PARTS = itertools.chain(toll_words.COUNTED, ((name, written) for name, _, written in toll_words.SAID))
UNHURRIED = toll_words.compiled("|".join(f"(?P<{name}>{written})" for name, written in PARTS))


@given(texts)
def test_nothing_breaks_it_and_nothing_is_made_up(text: str) -> None:
    """Every figure has words that stand in the text, a certainty, and a size that can be believed."""
    toll = read_toll(text)

    assert all(words in visible(text) for words in toll.spans.values())
    assert toll.spans.keys() == toll.certainty.keys()
    assert all(0 < sure < 1 for sure in toll.certainty.values())
    assert all(0 <= getattr(toll, about) <= 1_000_000 for about in toll.spans if about != "loss_yuan")
    assert 0 <= (toll.loss_yuan or 0) <= 10**13
    assert toll.vague.union(toll.past) <= {*toll.spans, *toll.uncounted}


@given(texts)
def test_the_same_text_in_traditional_signs_keeps_its_places(text: str) -> None:
    """Simplifying a text changes signs, never their places."""
    assert len(simplified(text)) == len(text)


@given(texts)
def test_looking_at_the_first_sign_loses_nothing(text: str) -> None:
    """The signs a part can begin with are a shortcut: without it the same parts are found."""
    assert [each.group() for each in toll_words.part_of_a_sentence().finditer(text)] == [
        each.group() for each in UNHURRIED.finditer(text)
    ]


@given(st.lists(st.sampled_from(WORDS), max_size=60).map("".join))
def test_mentions_stand_in_their_sentence(words: str) -> None:
    """A mention is a piece of its sentence, and never empty."""
    for each in toll_grammar.mentions(words):
        assert 0 <= each.start < each.end <= len(words)


FATES = {
    "deaths": (("死亡", "遇难", "当场死亡", "经抢救无效死亡", "身亡"), ("死亡", "遇难", "死亡人数为", "遇难人数达")),
    "injured": (("受伤", "不同程度受伤", "受伤送医"), ("受伤", "伤者", "受伤人数")),
    "missing": (("失联", "失踪", "下落不明"), ("失联", "失踪", "失联人员")),
}
OPENINGS = ("今晨某地工地坍塌,造成", "昨晚一厂房起火,已致", "G25高速追尾致", "截至18时,3号楼爆燃事故共造成", "")
ENDINGS = ("", "。救援仍在进行", ",3名责任人被控制", "!", ",附近200余名居民已疏散", " 现场一片狼藉")
CHINESE = "零一二三四五六七八九十"


@st.composite
def bulletins(draw: st.DrawFn) -> tuple[str, dict[str, int]]:
    """Compose a bulletin of some counts, told in either order, and say what it tells."""
    told = {about: draw(st.integers(1, 19)) for about in draw(st.permutations(list(FATES)))[: draw(st.integers(1, 3))]}
    clauses = [draw(_clauses(about, number)) for about, number in told.items()]
    return draw(st.sampled_from(OPENINGS)) + draw(st.sampled_from("、,,")).join(clauses) + draw(
        st.sampled_from(ENDINGS)
    ), told


@st.composite
def _clauses(draw: st.DrawFn, about: str, number: int) -> str:
    after, before = FATES[about]
    digits = st.sampled_from([str(number), CHINESE[number] if number <= 10 else f"十{CHINESE[number - 10]}"])
    if draw(st.booleans()):
        who = draw(st.sampled_from(["人", "名工人", "名学生", "位老人", "名乘客", "名施工人员"]))
        return f"{draw(digits)}{who}{draw(st.sampled_from(after))}"
    return f"{draw(st.sampled_from(before))}{draw(digits)}人"


@given(bulletins())
def test_a_composed_bulletin_is_read_as_it_was_composed(composed: tuple[str, dict[str, int]]) -> None:
    """Whatever the order of counts and fates, each count goes with its own fate, and nothing is added."""
    text, told = composed
    toll = read_toll(text)

    assert {about: getattr(toll, about) for about in FATES if getattr(toll, about) is not None} == told
