"""Every sentence about empty answers and hollow words."""

from collections.abc import Iterable, Sequence
from typing import Final

from config.language import Said, joined, lines, t
from handlers.drafting.emptiness import Found, Verdict
from handlers.drafting.hollow import Hollow, Part

KINDS: Final[dict[Hollow, Said]] = {
    "received": t("只说收到"),
    "passed_on": t("只说转办"),
    "will_tell": t("只说以后答复"),
    "thanks": t("客套"),
    "attention": t("只说重视、安排"),
    "underway": t("只说在办"),
    "settled": t("只说办了,没说怎么办的"),
    "not_ours": t("说不归本单位管"),
    "elsewhere": t("让人另找、另说"),
    "study": t("只说会研究"),
    "resolve": t("只表态"),
    "soon": t("没有日期"),
}
PARTS: Final[dict[Part, Said]] = {
    "verified": t("核实情况"),
    "basis": t("依据(法规、文件)"),
    "handling": t("办了什么"),
    "next_step": t("下一步"),
    "time": t("下一步的时间"),
    "phone": t("联系电话"),
}
COURTESY: Final[frozenset[Hollow]] = frozenset({"received", "thanks", "not_ours", "elsewhere", "will_tell"})
MOST: Final = 4  # turns that are named to a reviewer
LONGEST: Final = 24  # characters of each


def before_review(verdict: Verdict, *, is_reply: bool) -> Said | None:
    """Tell a reviewer what the words lack; None when there is nothing to tell. A release need not hold all parts."""
    weak = [found for found in verdict.reasons if verdict.empty or found.kind not in COURTESY]
    said = [
        t("⚠️ 这份稿件像是空答复,没有实质内容") if verdict.empty else None,
        t("⚠️ 空话 {count} 处:{turns}", count=len(weak), turns=reasons(weak, MOST)) if weak else None,
        t("⚠️ 没有写:{parts}", parts=missing(verdict.missing)) if is_reply and verdict.missing else None,
    ]
    return lines(*said) if any(said) else None


def reasons(found: Sequence[Found], most: int | None = None) -> Said:
    """List hollow turns in the text's own words, each with what it is."""
    shown = [t("“{words}”({kind})", words=_cut(each.words), kind=KINDS[each.kind]) for each in found[:most]]
    return joined([*shown, t("……") if most is not None and len(found) > most else None], "、")


def missing(parts: Iterable[Part]) -> Said:
    """List the parts of an answer that are not there."""
    return joined([PARTS[part] for part in parts], "、")


def nothing_of_its_own() -> Said:
    """Say why a reply without any hollow turn is empty."""
    return t("没有自己的内容")


def told(count: int, empty: int) -> Said:
    """Say how many replies were looked at, and how many are empty."""
    return t("看了 {count} 条答复:空答复 {empty} 条", count=count, empty=empty)


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"
