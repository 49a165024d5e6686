"""What is said about a trained model: how well it did on posts it had not seen, and what it confused."""

import unicodedata
from collections import Counter
from typing import Final

from config.language import Line, Said, lines, t
from handlers.learning.scores import Scores
from handlers.learning.training import FEWEST, Trained
from storage.models import Kept

_CONFUSED: Final = 12  # labels up to which the whole table is shown
_PAIRS: Final = 12  # beyond: the most frequent confusions


def cross_validated(trained: Trained, without: int) -> Said:
    """Give the scores, a line for each label, and what was taken for what."""
    n, labels = len(trained.used), trained.learned.labels
    return lines(
        t(
            "学了 {n} 条,{labels} 个标签;没有标签或没有正文而跳过 {without} 条。",
            n=n,
            labels=len(labels),
            without=without,
        ),
        _left_out(trained.left_out) if trained.left_out else None,
        t("交叉验证(近似的抄件不跨折):"),
        _row(t("学到的"), trained.learned),
        _row(t("只按规则"), trained.rules),
        _row(t("最多的标签"), trained.majority),
        t("规则没有这些标签,「只按规则」取规则判断在训练部分里最常对应的标签。"),
        "",
        *map(_plain, _each_label(trained.learned)),
        "",
        *map(_plain, _confused(trained.learned)),
    )


def _row(name: Line, scores: Scores) -> Line:
    return t(
        "  {name}:macro-F1 {f1},准确率 {accuracy}",
        name=name,
        f1=_three(scores.macro_f1),
        accuracy=_three(scores.accuracy),
    )


def _left_out(labels: Counter[str]) -> Line:
    told = "、".join(f"{label} {count}" for label, count in labels.most_common())
    return t("太少而没有学的标签(至少要 {least} 条互不相似的):{labels}", least=FEWEST, labels=told)


def _plain(text: str) -> Line:
    return t("{text}", text=text)


def _each_label(scores: Scores) -> list[str]:
    width = max(map(_width, scores.labels), default=0) + 2
    width = max(width, 8)
    head = f"{_padded('label', width)}precision  recall      F1   posts"
    rows = [
        f"{_padded(each.label, width)}{each.precision:9.3f}{each.recall:8.3f}{each.f1:8.3f}{each.count:8}"
        for each in scores.each()
    ]
    return [head, *rows]


def _confused(scores: Scores) -> list[str]:
    """Show true labels as rows and what they were taken for as columns; with many labels only what went wrong most."""
    if len(scores.labels) > _CONFUSED:
        wrong = Counter({pair: count for pair, count in scores.taken.items() if pair[0] != pair[1]})
        return [f"{true} → {found}: {count}" for (true, found), count in wrong.most_common(_PAIRS)]
    width = max(map(_width, scores.labels), default=0) + 2
    column = max(width, 8)
    head = _padded("true ↓ found →", max(width, 16)) + "".join(_padded(label, column) for label in scores.labels)
    rows = [
        _padded(true, max(width, 16)) + "".join(f"{scores.taken[true, found]:<{column}}" for found in scores.labels)
        for true in scores.labels
    ]
    return [head, *rows]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _three(number: float) -> str:
    return f"{number:.3f}"


def version_line(kept: Kept) -> Line:
    """Name a version of a model, and how well it does."""
    return t(
        "{name} 第 {version} 版:{posts} 条,macro-F1 {f1}(只按规则 {rules}),{made}",
        name=kept.name,
        version=kept.version,
        posts=kept.about.get("posts", "-"),
        f1=kept.about.get("macro_f1", "-"),
        rules=kept.about.get("rules_macro_f1", "-"),
        made=str(kept.about.get("made_at", "-"))[:10],
    )


def too_little(labels: Counter[str]) -> Said:
    """Say that there is too little to learn from, what there is and what it takes."""
    told = "、".join(f"{label} {count}" for label, count in labels.most_common()) or "-"
    return lines(
        t("没有训练:至少要两个标签,每个至少 {least} 条互不相似的帖文。", least=FEWEST),
        t("现有:{labels}", labels=told),
    )
