"""Every sentence about withdrawals of releases."""

from collections.abc import Sequence
from typing import Final

from config.language import Line, Said, joined, lines, t
from handlers.release.signed import ON_REQUEST
from handlers.release.words import channel_name, concerned, left_over, reason
from handlers.words import case_name, reference, short_name
from storage.case import Case
from storage.release import ChannelRelease, Release

CONFIRM: Final = t("🚫确认撤回")
CANCEL: Final = t("不撤回")


def form(case: Case, release: Release) -> Line:
    """Say how a release is withdrawn, and which one it would be."""
    return t(
        "撤回要写原因,公众会看到:“撤回 {case} 原因”。撤的是第{n}次发布《{title}》。",
        case=reference(case), n=release.round, title=release.title,
    )  # fmt: skip


def reason_too_long(length: int, limit: int) -> Line:
    """Say that a reason is too long."""
    return t("原因有 {length} 字,超过 {limit} 字,未做任何改动。请写短些,公众会看到。", length=length, limit=limit)


def nothing_issued(case: Case) -> Line:
    """Say that nothing was ever issued."""
    return t("{case} 还没有发布过,不用撤回。", case=short_name(case))


def reopen_first(case: Case) -> Line:
    """Say that an ended case must be reopened first."""
    return t("{case} 已办结。请先发“重开 {number}”,再撤回。", case=short_name(case), number=reference(case))


def withdrawn_already(case: Case, release: Release | None) -> Line:
    """Refuse to withdraw twice."""
    if release is None:
        return t("{case} 没有这一篇发布,未做任何改动。", case=short_name(case))
    return t(
        "{case} 的《{title}》已于 {at} 撤回,不能再撤一次。",
        case=short_name(case), title=release.title, at=release.withdrawn_at,
    )  # fmt: skip


def newer_out(case: Case) -> Line:
    """Say that a question was about an older release."""
    return t("{case} 之后又有新的发布,未做任何改动。请发“撤回 {number} 原因”重新确认。",
             case=short_name(case), number=reference(case))  # fmt: skip


def ask(
    case: Case,
    release: Release,
    rows: Sequence[ChannelRelease],
    along: Sequence[Release],
    others: Sequence[Release],
    why: str,
) -> Said:
    """Ask once more, naming the effect; along: what is withdrawn with it, others: what stays."""
    return lines(
        t("🚫 确认撤回 {case} 第{n}次发布?", case=short_name(case), n=release.round),
        t("标题:《{title}》", title=release.title),
        t("渠道:{channels}", channels=joined([_stands(row) for row in concerned(rows)])),
        t("网页改为撤回说明,频道里的帖子删除。公众看到的原因:{why}", why=why),
        _stays_on_phones(rows),
        _taken_along(along),
        t("仍可看到:{left}", left=_named(others)) if others else None,
        t("撤回不能恢复;时限记录不变,请另写新稿。"),
    )


def _stays_on_phones(rows: Sequence[ChannelRelease]) -> Line | None:
    if not any(row.channel in ON_REQUEST and row.stage == "proved" for row in rows):
        return None
    return t("群发过的消息还留在关注者手机里,收不回;点开时文章已删除。")


def _taken_along(along: Sequence[Release]) -> Line | None:
    if not along:
        return None
    return t("被它更正的一并撤回:{wrong}。网页改为说明,不再显示正文;频道里也不再有。", wrong=_named(along))


def _named(found: Sequence[Release]) -> Said:
    return joined([t("第{n}次发布《{title}》", n=one.round, title=one.title) for one in found], "、")


def _stands(row: ChannelRelease) -> Line:
    where = channel_name(row.channel)
    if row.stage == "proved":
        return t("{channel}(已发出)", channel=where)
    if row.trouble.startswith("unsure"):
        return t("{channel}(不知道是否已发出)", channel=where)
    if row.stage == "failing":
        return t("{channel}(没有发成,一并撤下)", channel=where)
    return t("{channel}(未发出,不再发)", channel=where)


def kept(case: Case, release: Release) -> Line:
    """Say that a withdrawal was called off."""
    return t("没有撤回,{case} 的《{title}》照旧。", case=short_name(case), title=release.title)


def withdrawing(case: Case, release: Release) -> Line:
    """Say that a withdrawal is under way."""
    return t("🚫 {case} 的《{title}》开始撤回,撤下并核对后告知。", case=short_name(case), title=release.title)


def withdrawn_by(case: Case, release: Release, along: Sequence[Release], name: str, why: str) -> Said:
    """Tell the spokesperson that a release is being withdrawn, and what to do."""
    head = t(
        "🚫 {name} 撤回了 {case} 的《{title}》:{why}", name=name, case=case_name(case), title=release.title, why=why
    )
    with_it = t("被它更正的一并撤回:{wrong}", wrong=_named(along)) if along else None
    return lines(head, with_it, t("请写新稿:第一行“起草 {case} 标题”,第二行起写正文。", case=reference(case)))


def withdrawn(case: Case, release: Release, rows: Sequence[ChannelRelease]) -> Said:
    """Tell that a release is readable nowhere any more."""
    marks = [t("{channel}已撤下", channel=channel_name(row.channel)) for row in concerned(rows)]
    return lines(
        t("🚫 {case} 已撤回:《{title}》", case=case_name(case), title=release.title),
        joined(marks),
        left_over(rows),
    )


def not_withdrawn(case: Case, release: Release, row: ChannelRelease) -> Said:
    """Tell that a channel still has what was withdrawn, and what happens next."""
    where, why = channel_name(row.channel), reason(row.trouble)
    return lines(
        t("❗ {case} 在{channel}没有撤下:{why}", case=case_name(case), channel=where, why=why),
        t("《{title}》 已试 {n} 次", title=release.title, n=row.attempts),
        t("会继续重试,撤下后告知。"),
    )
