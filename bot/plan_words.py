"""A plan in words: what the desk will do under it, and what would change."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from config.language import Line, Said, joined, lines, t
from config.plan import Alert, ClockRule, Escalated, Gate, Limit, Plan
from config.plan_difference import Change
from config.plan_file import LoadedPlan
from config.rights import ROLE_NAMES
from handlers.clocks.ladder_words import HOW, WHO
from handlers.clocks.words import within
from handlers.words import names

EFFECTS: Final[dict[str, Line]] = {"heavy_casualties": t("重大伤亡"), "large_effect": t("较大社会影响")}
MOST: Final = 60  # changes that are listed
OCCASIONS: Final[dict[str, Line]] = {
    "registered": t("立案"),
    "overdue": t("超时"),
    "released": t("发布"),
    "rumour": t("认定为谣言"),
}
STEPS: Final[dict[str, Line]] = {**ROLE_NAMES, "deputy": t("副职"), "joint_meeting": t("联席会议")}


def summary(loaded: LoadedPlan) -> Said:
    """Say what a plan makes the desk do."""
    plan = loaded.plan
    return lines(
        t("方案写得对:{name}({hash})", name=plan.name, hash=loaded.hash[:12]),
        t("文件:{files}", files=joined(loaded.texts, " → ")),
        t("文号:{form};默认主题:{topic}", form=plan.bureau.number_form, topic=plan.topic(plan.default_topic).name),
        t("时限 {n} 种:", n=len(plan.clocks)),
        *(line for rule in plan.clocks for line in _clock(rule, plan)),
        t("提醒:到 {parts} 时", parts=_parts(plan.nudges)),
        t("认领:依次问 {steps};每人等 {minutes}", steps=names(STEPS[step] for step in plan.assignment.ladder),
          minutes=_minutes(plan)),
        t("突发事件同时打电话给 {steps}", steps=names(STEPS[step] for step in plan.assignment.phoned))
        if plan.assignment.phoned else None,
        t("审核({order},紧急时{emergency}):", order=_ORDERS[plan.review.order],
          emergency=_ORDERS[plan.review.emergency_order]),
        *(_gate(gate) for gate in (*plan.review.gates, plan.review.signature)),
        t("逾期当即告诉 {who}", who=names(STEPS[step] for step in plan.escalation.overdue)),
        *(_step(step) for step in plan.escalation.then),
        *((t("联席会议自动预警:"), *(_alert(alert, plan) for alert in plan.alerts)) if plan.alerts else ()),
        t("夜间 {begins}–{ends};每日汇总 {at}", begins=_clocktime(plan.assignment.night.begins),
          ends=_clocktime(plan.assignment.night.ends), at=_clocktime(plan.digest.at)),
        t("发布渠道:{channels}", channels=joined(plan.release_channels, " → ")),
    )  # fmt: skip


def difference(changes: tuple[Change, ...], open_cases: int) -> Said:
    """Say what a plan would change for new cases."""
    if not changes:
        return t("与在用的方案没有差别。")
    rest: list[Line] = [t("另有 {n} 处", n=len(changes) - MOST)] if len(changes) > MOST else []
    return lines(
        t("与在用的方案不同 {n} 处,只对以后立的案件有效:", n=len(changes)),
        *[_change(change) for change in changes[:MOST]],
        *rest,
        t("在办的 {n} 件仍按原方案,时限不动。", n=open_cases),
    )


def _change(change: Change) -> Said:
    if change.before is None:
        return t("+ {place}:{after}", place=change.place, after=change.after)
    if change.after is None:
        return t("- {place}:{before}", place=change.place, before=change.before)
    return t("~ {place}:{before} → {after}", place=change.place, before=change.before, after=change.after)


def _clock(rule: ClockRule, plan: Plan) -> Iterator[Said]:
    for limit in rule.limits:
        yield joined([t("· {limit}", limit=within(limit, rule.name)), _applies(limit, plan), limit.basis])


def _applies(limit: Limit, plan: Plan) -> Said | None:
    """Say to which cases a limit applies; nothing: to every one."""
    applies = limit.applies
    named = [
        *(plan.grade_names[grade] for grade in applies.grades),
        *(t("非{grade}", grade=plan.grade_names[grade]) for grade in applies.except_grades),
        *(plan.kind(kind).name for kind in applies.kinds),
        *(EFFECTS[effect] for effect in applies.effects),
    ]
    return joined(named, "、") if named else None


def _gate(gate: Gate) -> Said:
    return t(
        "· {gate}:{minutes} 分钟,紧急 {emergency} 分钟",
        gate=gate.name,
        minutes=gate.limit_minutes,
        emergency=gate.emergency_limit_minutes,
    )


def _step(step: Escalated) -> Said:
    how = HOW[step.by].text
    return joined(
        [t("· 超时 {after} 后", after=timedelta(minutes=step.after_minutes)), Line(how, {"who": WHO[step.who]})], " "
    )


def _alert(alert: Alert, plan: Plan) -> Said:
    """Say on which occasion, of which cases, and what is needed from whom."""
    needs = [t("{body}({what})", body=need.body, what=need.what) for need in alert.needs]
    return joined(
        [
            t("· {occasion}", occasion=OCCASIONS[alert.on]),
            joined([plan.grade_names[grade] for grade in alert.grades], "、") if alert.grades else None,
            t("需要:{asked}", asked=joined(needs, ";")) if needs else None,
        ]
    )


def _minutes(plan: Plan) -> Said:
    waits = plan.assignment.accept_within_minutes
    return joined((t("{grade} {n} 分钟", grade=plan.grade_names[grade], n=n) for grade, n in waits.items()), "、")


def _parts(nudges: Iterable[float]) -> Said:
    return joined((f"{part:.0%}" for part in nudges), "、")


def _clocktime(at: object) -> str:
    return str(at)[:5]


_ORDERS: Final[dict[str, Line]] = {"sequence": t("逐关"), "parallel": t("同时")}
