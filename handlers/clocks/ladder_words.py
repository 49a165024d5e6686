"""Every sentence of the ladder that is climbed while a limit stays missed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from config.language import Line, Said, joined, lines, t
from config.plan import Escalated, Plan
from handlers.clocks.strictest import by_limit
from handlers.words import reference, short_name
from storage.case import Case
from storage.clock import Clock
from storage.person import Person

WHO: Final[dict[str, Line]] = {
    "owner": t("负责人"),
    "duty_leader": t("值班领导"),
    "office_head": t("办公室主任"),
    "leader": t("主要负责人"),
    "joint_meeting": t("联席会议"),
}
HOW: Final[dict[str, Line]] = {
    "chat": t("报告{who}"),
    "phone": t("电话通知{who}"),
    "yellow_card": t("给{who}黄牌"),
    "red_card": t("给{who}红牌"),
}
CARDS: Final[dict[str, Line]] = {"yellow_card": t("🟨 黄牌"), "red_card": t("🟥 红牌")}


def still_missed(case: Case, standing: Sequence[Clock], now: datetime, plan: Plan) -> Said:
    """Say what is still overdue, by how much, on which basis."""
    return lines(t("🚨 {case} 仍未完成:", case=short_name(case)), *_overdue(standing, now, plan), case.title)


def call(case: Case, person: Person, standing: Sequence[Clock], now: datetime, plan: Plan) -> Said:
    """Ask the duty officer to phone somebody: whom, the number, and what to say."""
    named = joined([person.name, person.title or None], " ")
    return lines(
        t("☎️ 请打电话给 {who}:{phone}", who=named, phone=person.phone),
        t("{case} 仍未完成:", case=short_name(case)),
        *_overdue(standing, now, plan),
        case.title,
        t("打完点“已通知”,或发“已通知 {ref} {name}”。", ref=reference(case), name=person.name),
    )


def somebody_call(case: Case, person: Person) -> Line:
    """Ask in the group that somebody phones, without the number: it is in the roster."""
    return t(
        "☎️ {case} 仍未完成,联系不上值班员。请在场的人打电话给 {name},打完点“已通知”。",
        case=short_name(case),
        name=person.name,
    )


def phoned(case: Case, name: str) -> Line:
    """Say that a call is on record."""
    return t("☎️ {case} 已记:电话通知 {name}", case=short_name(case), name=name)


def whom_phoned(case: Case) -> Line:
    """Ask who was phoned."""
    return t("通知了谁?请写如“已通知 {ref} 张局长”。", ref=reference(case))


def nobody_for(case: Case, step: Escalated, after: Sequence[Escalated]) -> Said:
    """Say at once that nobody is there for a step, and what is done instead."""
    why = t("没有认领的人,或已请假,或超时后才接管") if step.by in CARDS else t("没有人在岗")
    skipped = t("⏭ {case} 跳过“{step}”:{why}", case=short_name(case), step=step_up(step), why=why)
    return joined([skipped, t("改为{step}", step=step_up(after[0])) if after else t("后面没有人了,请值班员处理")], ",")


def card_given(case: Case, person: Person, step: Escalated, standing: Sequence[Clock], now: datetime) -> Said:
    """Say who gets a card, and what for."""
    late = now - standing[0].due_at
    return lines(
        t("{card}:{name},{case} 超时 {late}", card=CARDS[step.by], name=person.name, case=short_name(case), late=late),
        case.title,
        t("有正当原因的请写:“说明原因 {ref} 原因”,与黄牌、红牌一并留存。", ref=reference(case)),
    )


def step_up(step: Escalated) -> Line:
    """Name a step of the ladder."""
    return Line(HOW[step.by].text, {"who": WHO[step.who]})


def _overdue(standing: Sequence[Clock], now: datetime, plan: Plan) -> list[Said]:
    return [
        t(
            "· {rule} 截止 {due},超时 {late}({basis})",
            rule=plan.clock(clock.rule).name,
            due=clock.due_at,
            late=now - clock.due_at,
            basis=basis,
        )
        for clock, basis in by_limit(standing)
    ]
