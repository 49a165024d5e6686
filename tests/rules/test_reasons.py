"""How the words that decided are put before a reader."""

from datetime import UTC, datetime

import pytest

from config.language import Voice
from config.plan_file import load_plan
from handlers.judgement.words import doubt_lines, meaning, reason_lines
from storage.case import Case

REASONS = [["坍塌", "emergency"], ["网传", "rumour"], ["速转", "rumour"], ["2019年", "old_news"]]
PLAN = load_plan("gangbei-2017").plan
VOICE = Voice()


def case(rumour: str) -> Case:
    """Return a case with reasons of every sort."""
    return Case(slip=1, title="", plan_hash="", received_at=datetime.now(UTC), reasons=REASONS, rumour=rumour)


def test_doubts_are_named() -> None:
    """What makes a text doubtful is named in words, never by a key."""
    said = reason_lines(case("suspected"), PLAN)
    assert said is not None
    assert said.say(VOICE).splitlines() == [
        "依据:“坍塌” → 突发事件或自然灾害",
        "依据:“网传” “速转” → 疑似谣言",
        "依据:“2019年” → 疑似旧闻",
    ]
    assert [line.say(VOICE) for line in doubt_lines(case("suspected"))] == [
        "❓ 疑似谣言:“网传” “速转”",
        "❓ 疑似旧闻:“2019年”",
    ]


@pytest.mark.parametrize("decided", ["confirmed", "denied"])
def test_suspicion_ends_with_the_decision(decided: str) -> None:
    """Once a person has decided about a rumour nobody is told of a mere suspicion."""
    said = reason_lines(case(decided), PLAN)
    assert said is not None
    assert "疑似谣言" not in said.say(VOICE)
    assert [line.say(VOICE) for line in doubt_lines(case(decided))] == ["❓ 疑似旧闻:“2019年”"]


@pytest.mark.parametrize(("key", "name"), [("municipal", "市政和供水"), ("grave", "重大"), ("old_news", "疑似旧闻")])
def test_meanings_have_names(key: str, name: str) -> None:
    """Topics, grades and doubts are shown by name."""
    assert meaning(key, PLAN).say(VOICE) == name
