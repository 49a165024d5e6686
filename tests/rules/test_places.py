"""The names of places in a text, real ones and masked ones, in the text's own words."""

import pytest

from handlers.reading.places import places

NAMED = [
    ("港北区建设路阳光花园业主投诉物业", ["港北区", "建设路", "阳光花园"]),
    ("B3区梧桐里小区旁边的搅拌站噪音扰民", ["B3区", "梧桐里小区"]),
    ("请解决C7县青石镇三塘村村道塌方的问题", ["C7县", "青石镇", "三塘村"]),
    ("家住翠湖豪庭,孩子在育才小学读书", ["翠湖豪庭", "育才小学"]),
    ("滨江大道与解放路交叉口路灯不亮", ["滨江大道", "解放路"]),
    ("投诉宏达建筑工程有限公司拖欠工资", ["宏达建筑工程有限公司"]),
    ("位于高新区的云谷雅苑二期工地夜间施工", ["云谷雅苑"]),
    ("云澜府小区业主反映,云澜府西门停水", ["云澜府"]),
]


@pytest.mark.parametrize(("text", "named"), NAMED, ids=[row[0][:8] for row in NAMED])
def test_places_are_named_in_the_texts_own_words(text: str, named: list[str]) -> None:
    """Each once, in their order; 小区 after a name that says what it is adds nothing."""
    found = [place.words for place in places(text)]
    assert [words for words in named if words in found] == named
    assert all(place.words in text for place in places(text))


@pytest.mark.parametrize(
    "text",
    [
        "我们小区停水三天了", "这条路坑坑洼洼", "政府什么时候修路", "本村村民反映", "学校门口", "孩子上学路上",
        "城市管理", "农村家庭", "公司不发工资", "影响小区居民", "", "!!!", "🏠🏠", "https://a.com/x", "Road to nowhere",
    ],
)  # fmt: skip
def test_what_is_only_a_kind_of_place_names_none(text: str) -> None:
    """Without a name of its own it is every such place."""
    assert [place.words for place in places(text) if place.kind != "district"] == []


def test_the_kinds_and_what_is_a_names_own() -> None:
    """By what a name ends with."""
    found = {place.words: (place.kind, place.own) for place in places("江南路的锦绣花园,锦绣小学,锦绣村")}
    assert found == {
        "江南路": ("road", "江南"),
        "锦绣花园": ("estate", "锦绣"),
        "锦绣小学": ("school", "锦绣"),
        "锦绣村": ("village", "锦绣"),
    }


def test_a_very_long_text_is_read_in_time() -> None:
    """A hundred thousand signs, of which none end a run."""
    assert len(places("建设路" * 30_000)) == 1
    assert len(places("路" * 100_000)) <= 1
