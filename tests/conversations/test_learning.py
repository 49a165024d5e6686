"""What the desk learned from corrections is proposed with the words that weighed most; unsure, it asks (R3)."""

from pathlib import Path

import pytest

from bot.own_learning import learn_one, lessons
from config.language import Voice
from handlers.learning.in_use import KINDS, TOPIC, InUse
from handlers.learning.training import Example, train
from storage.models import Models
from tests.conversations.talking import TalkingDesk
from tests.posts import posts

ROAD = "南苑门口的路灯不亮,路面坑洼积水,井盖破损没人修,请尽快来看看"
BETWEEN = "南苑的路灯、电梯,都在群里说"
OUTAGE = "江南路全小区停水三天,老人孩子没水喝,打电话没人管,居民非常气愤。"


def taught(desk: TalkingDesk, folder: Path, name: str, labels: dict[str, str]) -> Models:
    """Let the desk have learned what the made-up posts are."""
    models = Models(folder)
    trained = train([Example("", text, labels[label]) for text, label in posts()])
    models.keep(name, trained.model.to_bytes(), {})
    desk.house.learned = InUse(models)
    return models


def test_what_was_learned_is_proposed_with_its_words(desk: TalkingDesk, tmp_path: Path) -> None:
    """A post the rules find ordinary gets the kind that people gave such posts, by its own words."""
    taught(desk, tmp_path, KINDS, {"housing": "vital_interests", "municipal": "hot_topic"})
    desk.staff.forwards("李敏", ROAD)
    card = desk.staff.shows("来源")
    assert "社会热点" in card
    assert any(f"“{word}”→社会热点" in card for word in ("路灯", "路面", "坑洼", "积水", "井盖", "破损"))


def test_topic_is_proposed(desk: TalkingDesk, tmp_path: Path) -> None:
    """What people filed such posts under is proposed as the topic."""
    taught(desk, tmp_path, TOPIC, {"housing": "wages", "municipal": "demolition"})
    desk.staff.forwards("李敏", ROAD)
    assert desk.case("S1").topic == "demolition"


def test_unsure_asks_until_a_person_says(desk: TalkingDesk, tmp_path: Path) -> None:
    """Where rules and experience part, the card says so and asks; one tap settles it."""
    taught(desk, tmp_path, KINDS, {"housing": "policy_misread", "municipal": "ordinary"})
    desk.staff.forwards("李敏", f"{OUTAGE}{ROAD}")
    card = desk.staff.shows("来源")
    assert "🤔 拿不准:按以往的更正更像「普通事项」:“" in card
    assert "请确认或改判" in card
    assert desk.case("S1").kinds == ["vital_interests"]  # the machine only raises
    desk.staff.taps("赵强", "改判")
    desk.direct("赵强").taps("切身利益", on="改判")
    assert desk.case("S1").kinds_set_by is not None
    assert "🤔" not in desk.staff.shows("来源")


def test_grave_toll_stays_first(desk: TalkingDesk, tmp_path: Path) -> None:
    """What was learned never puts anything before an emergency with a grave toll."""
    taught(desk, tmp_path, KINDS, {"housing": "policy_misread", "municipal": "hot_topic"})
    desk.staff.forwards("李敏", f"城东工地脚手架坍塌,造成12人死亡、5人重伤,救援正在进行。{ROAD}")
    case = desk.case("S1")
    assert (case.primary_kind, case.grade) == ("emergency", "grave")


def test_undone_the_rules_judge_alone(desk: TalkingDesk, tmp_path: Path) -> None:
    """Once gone back, the running desk reads the next post by the rules alone."""
    models = taught(desk, tmp_path, KINDS, {"housing": "vital_interests", "municipal": "hot_topic"})
    models.undo(KINDS)
    desk.staff.forwards("李敏", ROAD)
    assert "hot_topic" not in desk.case("S1").kinds


def test_lessons_are_what_people_said(desk: TalkingDesk) -> None:
    """Corrected kinds, confirmed ones, false alarms and topics teach; what nobody has said teaches nothing."""
    for n, text in enumerate((OUTAGE, "养老院护工虐待老人,网传视频", "食堂今天红烧肉", ROAD), 1):
        desk.staff.forwards("李敏", f"{text}({n})")
        desk.later(minutes=1)
    desk.staff.says("赵强", "定性 S1 社会热点")
    desk.staff.says("赵强", "属实 S2")
    desk.staff.says("赵强", "误报 S3")
    desk.staff.says("赵强", "分类 S4 欠薪")
    kinds, topics = lessons(desk.database, desk.house)
    assert sorted(each.label for each in kinds) == ["hot_topic", "moral_bottom_line", "none"]
    assert [(each.label, each.text.endswith("(4)")) for each in topics] == [("wages", True)]


def told(models: Models, examples: list[Example]) -> str:
    """Let something be learned and read what is said."""
    return learn_one(models, KINDS, examples, lambda _part: None).say(Voice())


def test_too_few_corrections_are_counted(tmp_path: Path) -> None:
    """With too little to learn from nothing is trained, and it is said how much is missing."""
    said = told(Models(tmp_path), [Example("", text, label) for text, label in posts()[:40]])
    assert "至少还差 20 件" in said
    assert Models(tmp_path).in_use(KINDS) is None


@pytest.mark.parametrize(("rules_know", "kept"), [(True, False), (False, True)])
def test_kept_only_if_better_than_the_rules(tmp_path: Path, *, rules_know: bool, kept: bool) -> None:
    """A model that does no better than the rules alone is not taken into use."""
    examples = [Example("", text, label, rules=(label if rules_know else "x",)) for text, label in posts()]
    said = told(Models(tmp_path), examples)
    assert ("已采用" in said, "不采用" in said) == (kept, not kept)
    assert (Models(tmp_path).in_use(KINDS) is not None) == kept
