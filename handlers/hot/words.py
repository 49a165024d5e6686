"""Every sentence about hot topics."""

from collections.abc import Sequence
from typing import Final

from config.language import Line, Said, joined, lines, t
from handlers.hot.topics import HotTopic
from handlers.sameness.words import shared_words
from handlers.words import short_name, stage_name
from storage.case import Case

LISTED: Final = 10
NAMED: Final = 6  # cases of one topic
IN_DIGEST: Final = 3


def none_hot(days: int, least: int) -> Line:
    """Say that nothing is a hot topic."""
    return t("近 {days} 天没有热点(同一件事报送满 {least} 条才算)。", days=days, least=least)


def hot_list(topics: Sequence[HotTopic], days: int) -> Said:
    """List the hot topics, each with why it is one."""
    return lines(
        t("🔥 近 {days} 天热点 {n} 个(热度从高到低):", days=days, n=len(topics)),
        *[part for n, topic in enumerate(topics[:LISTED], 1) for part in _topic(n, topic)],
        t("……另有 {n} 个", n=len(topics) - LISTED) if len(topics) > LISTED else None,
    )


def _topic(n: int, topic: HotTopic) -> list[Said]:
    first, counted = topic.cases[0], topic.counted
    named = t("{n}. {title} · 热度 {heat}", n=n, title=first.title, heat=f"{topic.heat:g}")
    told = [
        t("报送 {n} 条", n=counted.reports),
        t("近一天 {n} 条", n=counted.lately) if counted.lately else None,
        t("{n} 种说法", n=counted.wordings) if counted.wordings > 1 else None,
        t("{n} 个群", n=counted.groups) if counted.groups > 1 else None,
        t("点赞 {likes} 转发 {reposts}", likes=counted.likes, reposts=counted.reposts)
        if counted.likes or counted.reposts
        else None,
    ]
    both = t("都提到{shared}", shared=shared_words(topic.shared)) if topic.shared else None
    return [named, joined(told), joined([_named(topic.cases), both])]


def _named(cases: Sequence[Case]) -> Said:
    listed = [t("{case}〔{stage}〕", case=short_name(case), stage=stage_name(case)) for case in cases[:NAMED]]
    rest = len(cases) - NAMED
    return joined([*listed, t("等 {n} 件", n=len(cases)) if rest > 0 else None], "、")


def digest_line(topics: Sequence[HotTopic]) -> Said | None:
    """Name the hottest topics on one line of the digest."""
    if not topics:
        return None
    named = [
        t("{case} {title}(报送 {n} 条,热度 {heat})", case=short_name(topic.cases[0]), title=topic.cases[0].title,
          n=topic.counted.reports, heat=f"{topic.heat:g}")
        for topic in topics[:IN_DIGEST]
    ]  # fmt: skip
    return t("🔥 热点 {n}:{topics}", n=len(topics), topics=joined(named, ";"))
