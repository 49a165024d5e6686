"""What is learned from judged posts, tried out on posts it has not seen, kept as arrays and words (R3)."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.learning.alike import families
from handlers.learning.features import pieces
from handlers.learning.in_use import KINDS, InUse
from handlers.learning.model import Model, Unreadable
from handlers.learning.scores import Scores
from handlers.learning.training import Example, TooLittle, Trained, train
from storage.models import BadName, Damaged, Models
from tests.posts import posts


@pytest.fixture(scope="module", name="trained")
def trained_once() -> Trained:
    """Train on posts about houses and about roads."""
    return train([Example("", text, label, rules=("x",)) for text, label in posts()])


def test_words_it_has_not_seen_together_are_told_apart(trained: Trained) -> None:
    """Held-out posts are told apart better than by the most frequent label, and a new one is judged."""
    assert trained.learned.macro_f1 > 0.9 > trained.majority.macro_f1
    verdict = trained.model.judge("", "南苑门口的路灯不亮,路面坑洼,请来看看")
    assert verdict.label == "municipal"
    assert {"路灯", "路面"} & set(verdict.words)
    assert sum(verdict.shares.values()) == pytest.approx(1, abs=0.01)


def test_reasons_are_the_posts_own_words(trained: Trained) -> None:
    """Words are given as the post writes them, in traditional characters, too."""
    verdict = trained.model.judge("", "南苑門口的路燈不亮,路面坑窪積水,請來看看")
    assert verdict.label == "municipal"
    assert verdict.words
    assert all(word in "南苑門口的路燈不亮,路面坑窪積水,請來看看" for word in verdict.words)


def test_file_holds_the_same_model_and_nothing_that_runs(trained: Trained) -> None:
    """A model read back says the same; other bytes, and arrays of objects, are refused."""
    content = trained.model.to_bytes()
    for text, _ in posts()[:5]:
        assert Model.from_bytes(content).judge("", text) == trained.model.judge("", text)
    for wrong in (b"", b"PK\x03\x04", content[: len(content) // 2], b"\x80\x04K\x01."):
        with pytest.raises(Unreadable):
            Model.from_bytes(wrong)


def test_personal_numbers_are_not_learnt() -> None:
    """Neither a phone number nor any part of it is among what a model may hold."""
    held = pieces("", "我的电话13812345678,身份证号450802199003071234,路灯坏了")
    assert not [piece for block in held.values() for piece in block if "1234" in piece or "5678" in piece]


def test_copies_stay_together() -> None:
    """A text and its lightly edited copy are of one family, another one is not."""
    one = "江南花园小区停水三天,物业一直没有给说法,几百户老人孩子没有水喝,请有关部门尽快解决"
    first, copy, other = families([one, one.replace("三天", "四天"), "城东路口的红绿灯坏了一个星期,上下学很危险"])
    assert first == copy != other


def test_copies_teach_nothing_about_unseen_posts() -> None:
    """A label that holds copies of one post alone cannot be tried out and is left out."""
    copies = [Example("", "祝大家节日快乐,身体健康,万事如意,阖家幸福", "greeting")] * 9
    trained = train([*(Example("", text, label) for text, label in posts()), *copies])
    assert trained.left_out == Counter(greeting=9)
    assert "greeting" not in trained.model.labels


def test_one_label_is_too_little() -> None:
    """Where there is nothing to tell apart nothing is trained, and what there is is counted."""
    with pytest.raises(TooLittle) as refused:
        train([Example("", text, "all") for text, _ in posts()])
    assert refused.value.labels == Counter(all=len(posts()))


def test_macro_f1_counts_a_rare_label_as_much() -> None:
    """One of two right of the rare label, all of the frequent one."""
    scores = Scores.of(["a", "a", "a", "b", "b"], ["a", "a", "a", "a", "b"])
    assert scores.macro_f1 == pytest.approx((6 / 7 + 2 / 3) / 2)
    assert scores.accuracy == pytest.approx(0.8)


@given(st.text(max_size=300), st.text(max_size=40))
def test_any_text_is_judged(trained: Trained, text: str, title: str) -> None:
    """Whatever is written gets one of the labels, with probabilities that make sense."""
    verdict = trained.model.judge(title, text)
    assert set(verdict.shares) == {"housing", "municipal"}
    assert 0.49 < verdict.certainty <= 1


def test_versions_can_be_gone_back_to(trained: Trained, tmp_path: Path) -> None:
    """Each model kept is a version; undoing goes back one, in the end to the rules alone."""
    models = Models(tmp_path)
    first = models.keep("topics", trained.model.to_bytes(), {"posts": 60})
    second = models.keep("topics", trained.model.to_bytes(), {"posts": 61})
    assert (first.version, second.version) == (1, 2)
    assert models.in_use("topics") == second
    assert models.undo("topics") == first
    assert models.undo("topics") is None
    assert models.in_use("topics") is None
    assert models.keep("topics", b"x", {}).version == 3
    assert models.names() == ["topics"]


@pytest.mark.parametrize("name", ["../up", "", "a/b", ".hidden", "x" * 41])
def test_name_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    """A name that would lead elsewhere is refused."""
    with pytest.raises(BadName):
        Models(tmp_path).keep(name, b"x", {})
    assert not list(tmp_path.parent.glob("up*"))


def test_changed_file_is_found_and_the_rules_go_on(trained: Trained, tmp_path: Path) -> None:
    """A model whose bytes changed is not used, its name is noted; the next good version is taken into use by itself."""
    models = Models(tmp_path)
    kept = models.keep(KINDS, trained.model.to_bytes(), {})
    (tmp_path / KINDS / "0001.npz").write_bytes(b"other")
    with pytest.raises(Damaged):
        models.content(kept)
    in_use = InUse(models)
    assert in_use.about("路灯不亮", ()).kind is None
    assert KINDS in in_use.broken
    models.keep(KINDS, trained.model.to_bytes(), {})
    found = in_use.about("路灯不亮", ()).kind
    assert found is not None
    assert found.label == "municipal"
    assert not in_use.broken
