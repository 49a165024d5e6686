"""Every sentence about sending a release to all followers of the official account."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from config.language import Line, Said, lines, t
from config.plan import Plan
from handlers.release.words import reason
from handlers.words import reference, short_name
from storage.case import Case
from storage.clock import Clock
from storage.release import ChannelRelease, Release

CONFIRM: Final = t("📣确认群发")
CANCEL: Final = t("不群发")
SPANS: Final = {"day": t("今天"), "month": t("本月")}
EACH: Final = {"day": t("每天"), "month": t("每月")}


def no_account() -> Line:
    """Say that there is nobody to send to."""
    return t("没有接入公众号,不能群发。")


def nothing_out(case: Case) -> Line:
    """Say that nothing is out that could be sent."""
    return t("{case} 还没有发布,不能群发。请先发“发布 {number}”。", case=short_name(case), number=reference(case))


def not_signed_for(case: Case) -> Line:
    """Say that the text was not signed for the official account."""
    return t("{case} 签发时没有公众号这个渠道,不能群发。", case=short_name(case))


def asked_already(case: Case, row: ChannelRelease) -> Line:
    """Refuse to send twice."""
    if row.stage == "proved":
        return t("{case} 这一篇已经群发过,没有重复群发。", case=short_name(case))
    if row.stage == "failing":
        return t("{case} 这一篇正在群发:{why}。", case=short_name(case), why=reason(row.trouble))
    return t("{case} 这一篇正在群发。", case=short_name(case))


def used_up(asked: int, most: int, span: str) -> Line:
    """Refuse what the platform would refuse."""
    return t(
        "{span}已经群发 {n} 次,{each}最多 {most} 次,未做任何改动。",
        span=SPANS[span],
        n=asked,
        each=EACH[span],
        most=most,
    )


def ask(
    case: Case, release: Release, quota: tuple[int, int, str], until: datetime, running: Sequence[Clock], plan: Plan
) -> Said:
    """Ask once more, naming the effect, what is left of the quota, and what waiting costs of the limits."""
    asked, most, span = quota
    return lines(
        t("📣 确认群发 {case}?", case=short_name(case)),
        t("标题:《{title}》", title=release.title),
        t("发给公众号的全部关注者,收到的人无法收回;以后撤回,文章打不开,消息还在。"),
        t(
            "次数:{span}已用 {n} 次,{each}最多 {most} 次(只算在这里群发的)",
            span=SPANS[span],
            n=asked,
            each=EACH[span],
            most=most,
        ),
        t("开了群发保护的公众号:管理员须在微信上同意,最迟 {until};到时没有同意就没有发出。", until=until),
        *(_limit(clock, until, plan) for clock in running),
    )  # fmt: skip


def _limit(clock: Clock, until: datetime, plan: Plan) -> Line:
    name = plan.clock(clock.rule).name
    if clock.due_at < until:
        return t("⏱ {rule} 截止 {due},等到同意可能已超过;不靠群发来回应。", rule=name, due=clock.due_at)
    return t("⏱ {rule} 截止 {due}", rule=name, due=clock.due_at)


def asked(case: Case, until: datetime) -> Line:
    """Say that it is on its way."""
    return t(
        "📣 {case} 已请求群发。公众号管理员请在微信上同意,最迟 {until};有结果后告知。",
        case=short_name(case),
        until=until,
    )


def kept(case: Case) -> Line:
    """Say that nothing was done."""
    return t("已取消,{case} 没有群发。", case=short_name(case))
