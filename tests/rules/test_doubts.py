"""What makes a text itself doubtful: a rumour is suspected, old news is told, both with their words (R3)."""

import pytest

from handlers.reading.post import Reason
from tests.rules.reading import COLLAPSE, OUTAGE, read


def test_rumour_is_a_suspicion_with_reasons() -> None:
    """What reads like a rumour is suspected, with the words that make it so; a complaint is not."""
    reading = read("网传自来水有毒致癌,紧急扩散,速转给家人!!!")

    assert reading.is_suspected_rumour
    assert {"网传", "紧急扩散"} <= set(reading.rumour)
    assert not read(OUTAGE).is_suspected_rumour


def test_the_words_of_a_rumour_are_reasons() -> None:
    """What makes a text suspect is among its reasons, in its own words, also where it has kinds of its own."""
    reasons = read(f"速转!内部消息:{COLLAPSE}此事已冲上热搜").reasons

    assert {Reason("速转", "rumour"), Reason("内部消息", "rumour")} <= set(reasons[:8])
    assert not any(reason.speaks_for == "rumour" for reason in read(COLLAPSE).reasons)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2015年某工地坍塌致3人死亡", "2015年"),
        ("2015年8月12日某工地坍塌致3人死亡", "2015年8月12日"),
        ("２０１５年８月某工地坍塌致3人死亡", "２０１５年８月"),
        ("旧闻:某工地坍塌致3人死亡", "旧闻"),
    ],
)
def test_the_words_of_old_news_are_reasons(text: str, words: str) -> None:
    """What makes a text look old is among its reasons, in its own words."""
    assert Reason(words, "old_news") in read(text).reasons


@pytest.mark.parametrize(
    "text",
    [
        "2015年建成的楼塌了,3人死亡",
        "2015年开工的工地昨晚坍塌致3人死亡",
        "2015年3月5日开工的某工地坍塌致3人死亡",
        "业主2015年购房,至今没有房产证",
        "2025年某工地坍塌致3人死亡",
    ],
)
def test_a_year_alone_is_old_only_beside_an_event(text: str) -> None:
    """The year a house was built or bought in, or one that may be within twelve months, is no history."""
    assert not read(text).is_old_news


@pytest.mark.parametrize("old", ["旧闻重发:", "2024年3月5日,"])
def test_old_news_lowers_the_certainty(old: str) -> None:
    """Words of history or a date more than a year back are shown and lower the certainty."""
    reading = read(f"{old}{COLLAPSE}")

    assert reading.is_old_news
    assert reading.certainty < read(COLLAPSE).certainty


def test_a_recent_date_is_not_old() -> None:
    """A date within a year is no history, and of several dates the youngest counts."""
    assert not read(f"2026年3月5日,{COLLAPSE}").is_old_news
    assert not read(f"2012年建成的楼,2026年11月20日{COLLAPSE}").is_old_news


def test_rumour_lowers_the_certainty() -> None:
    """A post that reads like a rumour is judged less surely."""
    assert read(f"网传 {COLLAPSE} 速转!!!").certainty < read(COLLAPSE).certainty


@pytest.mark.parametrize(
    "text",
    [
        "【太可怕了!】我朋友亲眼看见有人在小学门口抢孩子,赶紧转给身边的家人",
        "网传城北水厂被投毒,官方封锁消息,大家千万别喝自来水",
        "副局长之子当街殴打女孩,狂叫没人管得了他[怒]大家扩散出去!!!",
    ],
)
def test_sensational_claims_without_a_source_are_suspected(text: str) -> None:
    """A shocking claim without a source, to be passed on, smells of rumour; the words that say so are given."""
    reading = read(text)
    assert reading.is_suspected_rumour
    assert all(words in text for words in reading.rumour)


@pytest.mark.parametrize(
    "text",
    [
        "本报讯(记者李明)昨日城东一处仓库起火,消防通报无人员伤亡。",
        "您好,听说公交票价要涨,请问是否属实?盼复。",
        "周末电影首映抽奖,评论转发就有机会!!!",
    ],
)
def test_sourced_news_letters_and_adverts_are_not(text: str) -> None:
    """News with a source, a citizen's question and an advert are no rumours."""
    assert not read(text).is_suspected_rumour
