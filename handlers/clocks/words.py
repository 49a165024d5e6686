"""Every sentence about the statutory clocks, and the lines they have on a card."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from config.language import Line, Said, joined, lines, t
from config.plan import ClockRule, Limit, Name, Plan
from handlers.clocks.strictest import by_limit, strictest_first
from handlers.words import reference, short_name
from storage import clock as clocks
from storage.case import Case
from storage.clock import Clock
from storage.database import Session
from storage.person import Person

REGRADED: Final = "judged"
LAPSED: Final[dict[str, Line]] = {
    REGRADED: t("改判后不适用"),
    "event": t("情况有变"),
    "merged": t("案件已并入"),
    "done": t("已办结"),
    "ordinary": t("转为普通事项"),
    "not_ours": t("不属本局"),
    "no_response": t("决定不回应"),
    "false_alarm": t("误报"),
}
NO_TIME: Final = timedelta()


# the card


def clock_lines(session: Session, case: Case, now: datetime, plan: Plan) -> list[Said]:
    """Return a case's clocks for its card: the binding one on a line, the others short on the next.

    Only the binding one says how much is left: a card stands for hours, and the reminders show it afresh.
    """
    rows = strictest_first(clocks.of_case(session, case.id), plan)
    running = [clock for clock in rows if clock.outcome == "running"]
    others = [_short(clock, case, plan) for clock in _unlike(rows) if clock not in running[:1]]
    first = [_binding(running[0], case, now, plan), _bases(running[0], rows)] if running else []
    rest = joined([line for line in others if line is not None])
    return [*first, rest] if rest.parts else [*first]


def _unlike(rows: Sequence[Clock]) -> list[Clock]:
    """Leave out limits of other authorities that say the same; the one that binds stands first and stays."""
    seen: dict[tuple[str, str, datetime | None], Clock] = {}
    for clock in rows:
        at = clock.ended_at if clock.outcome == "met" else clock.due_at
        seen.setdefault((clock.rule, clock.outcome, at), clock)
    return list(seen.values())


def _binding(clock: Clock, case: Case, now: datetime, plan: Plan) -> Said:
    what = limit_name(plan, clock, case)
    line = t("⏱ {what} 截止 {due}({left})", what=what, due=clock.due_at, left=time_left(clock.due_at - now))
    return joined([line, _guess(clock)], " ")


def _bases(binding: Clock, rows: Sequence[Clock]) -> Line:
    """Name what the binding limit rests on: every authority that sets the same one."""
    same = [row for row in rows if (row.rule, row.due_at, row.outcome) == (binding.rule, binding.due_at, "running")]
    return t("规定:{bases}", bases="、".join(dict.fromkeys(row.basis for row in same)))


def _short(clock: Clock, case: Case, plan: Plan) -> Line | None:
    name = plan.clock(clock.rule).name
    if clock.outcome == "running":
        what = limit_name(plan, clock, case)
        return t("{what} 至 {due}({basis})", what=what, due=clock.due_at, basis=clock.basis)
    if clock.outcome == "met":
        return t("{rule} ✅{at}", rule=name, at=clock.ended_at)
    if clock.outcome == "missed" and clock.lapsed_why != REGRADED:
        return t("{rule} ❌ {late}", rule=name, late=_lateness(clock))
    return None


def _lateness(clock: Clock) -> Line:
    if clock.ended_at is not None:
        return t("迟 {late}", late=clock.ended_at - clock.due_at)
    return t("{due} 已过", due=clock.due_at)


def time_left(left: timedelta) -> Line:
    """Say how long is left; nothing left: so."""
    return t("剩 {left}", left=left) if left > NO_TIME else t("已到时限")


def _guess(clock: Clock) -> Line | None:
    return t("(节假日安排尚未公布,按周末推算)") if clock.guessed else None


def limit_name(plan: Plan, clock: Clock, case: Case) -> Said:
    """Name a limit as the plan states it: 48小时内回应."""
    rule = plan.clock(clock.rule)
    limit = _limit(rule, clock, case)
    return within(limit, rule.name) if limit else rule.name


def _limit(rule: ClockRule, clock: Clock, case: Case) -> Limit | None:
    """Find the limit a clock was started for: same basis and source, and the same length where that is in hours."""
    same = [limit for limit in rule.limits if (limit.basis, limit.source) == (clock.basis, clock.source)]
    spans = {"hour": timedelta(hours=1), "minute": timedelta(minutes=1)}
    fitting = [
        limit
        for limit in same
        if (limit.unit in spans and limit.amount * spans[limit.unit] == clock.due_at - clock.started_at)
        or (limit.unit not in spans and limit.applies.complex in (None, case.complex))
    ]
    return next(iter(fitting), None)


def within(limit: Limit, name: Name) -> Line:
    """Name a limit by its length and what is to be done in it."""
    if limit.unit == "minute":
        return t("{amount}分钟内{rule}", amount=limit.amount, rule=name)
    if limit.unit == "hour":
        return t("{amount}小时内{rule}", amount=limit.amount, rule=name)
    if limit.unit == "working_day":
        return t("{amount}个工作日内{rule}", amount=limit.amount, rule=name)
    return t("{amount}天内{rule}", amount=limit.amount, rule=name) if limit.amount else t("当日{rule}", rule=name)


# 时限


def all_clocks(case: Case, rows: Sequence[Clock], now: datetime, plan: Plan) -> Said:
    """List every clock of a case by rule, each limit with its basis, the stricter first."""
    if not rows:
        return t("{case} 没有时限在计。", case=short_name(case))
    by_rule = sorted(strictest_first(rows, plan), key=lambda clock: _place(plan, clock.rule))
    parts: list[object] = [t("⏱ {case} 的时限(并列时从严):", case=short_name(case))]
    for rule, group in groupby(by_rule, key=lambda clock: clock.rule):
        parts.append(t("【{rule}】", rule=plan.clock(rule).name))
        parts += [_whole(clock, case, case.closed_at or now, plan) for clock in group]
    return lines(*parts)


def _place(plan: Plan, rule: str) -> int:
    return [each.key for each in plan.clocks].index(rule)


def _whole(clock: Clock, case: Case, until: datetime, plan: Plan) -> Said:
    limit = t(
        "· {what},{start} 起算,截止 {due},依据 {basis}",
        what=limit_name(plan, clock, case),
        start=clock.started_at,
        due=clock.due_at,
        basis=clock.basis,
    )
    return joined([limit, outcome(clock, until), _guess(clock)], ":")


def outcome(clock: Clock, until: datetime) -> Said:
    """Say how a clock ended, or how long is left."""
    if clock.outcome == "met":
        return t("✅ {at} 完成", at=clock.ended_at)
    if clock.outcome == "missed":
        why = t("原因:{why}", why=clock.late_why) if clock.late_why else None
        gone = lapsed_why(clock) if clock.lapsed_why else None
        return joined([t("❌ {late}", late=_lateness(clock)), gone, why], ",")
    if clock.outcome == "lapsed":
        return t("○ {at} 终止({why})", at=clock.ended_at, why=lapsed_why(clock))
    return time_left(clock.due_at - until)


def lapsed_why(clock: Clock) -> Said:
    """Say why a clock lapsed."""
    return LAPSED.get(clock.lapsed_why, t("{why}", why=clock.lapsed_why))


# nagging


def reminder(case: Case, clock: Clock, now: datetime, plan: Plan) -> Line:
    """Remind of a limit."""
    return t(
        "⏰ {case} {rule}还剩 {left}({due},{basis})。{title}",
        case=short_name(case),
        rule=plan.clock(clock.rule).name,
        left=clock.due_at - now,
        due=clock.due_at,
        basis=clock.basis,
        title=case.title,
    )


def missed(case: Case, found: Sequence[tuple[Clock, Person | None]], now: datetime, plan: Plan) -> Said:
    """Say which limits have passed, by how much, on which basis, and whose each was."""
    owners = {clock.id: owner for clock, owner in found}
    each = by_limit(clock for clock, _ in found)
    told = [joined([_passed(case, clock, basis, now, plan), _whose(owners[clock.id])]) for clock, basis in each]
    return lines(*told, case.title)


def _whose(owner: Person | None) -> Line:
    return t("负责人 {name}", name=owner.name) if owner else t("没有联系得上的负责人")


def _passed(case: Case, clock: Clock, basis: str, now: datetime, plan: Plan) -> Line:
    return t(
        "🚨 {case} {rule}{late}(截止 {due},{basis})",
        case=short_name(case),
        rule=plan.clock(clock.rule).name,
        late=_overdue(clock, now),
        due=clock.due_at,
        basis=basis,
    )


def _overdue(clock: Clock, now: datetime) -> Line:
    if clock.ended_at is not None:
        return t("迟了 {late}", late=clock.ended_at - clock.due_at)
    late = now - clock.due_at
    return t("超时 {late}", late=late) if late >= timedelta(minutes=1) else t("已到时限,仍未完成")


# verbs


def snoozed(case: Case, until: datetime, limit: datetime) -> Line:
    """Say until when the reminders are quiet."""
    return t("🔕 {case} {until} 再提醒。时限 {limit} 不变。", case=short_name(case), until=until, limit=limit)


def snoozed_to_limit(case: Case, limit: datetime) -> Line:
    """Say that a snooze ends at the limit."""
    return t("🔕 {case} 到时限 {limit} 再提醒,不会更晚。", case=short_name(case), limit=limit)


def nothing_to_snooze(case: Case) -> Line:
    """Refuse to snooze what does not ring."""
    return t("{case} 没有时限在计,无须稍后。", case=short_name(case))


def nothing_missed(case: Case) -> Line:
    """Refuse a reason for what was not missed."""
    return t("{case} 没有超时,不用说明原因。", case=short_name(case))


def which_reason(case: Case) -> Line:
    """Ask for the reason of a delay."""
    return t("请写明原因,如“说明原因 {ref} 等水务局的数据”。", ref=reference(case))


def reason_kept(case: Case) -> Line:
    """Say that the reason of a delay is kept."""
    return t("📝 {case} 的超时原因已与超时一并留存,“时限 {ref}”可查。", case=short_name(case), ref=reference(case))


def how_long(case: Case) -> Line:
    """Ask how long to be quiet."""
    return t("稍后多久?请写如“稍后 {ref} 10分”或“稍后 {ref} 1小时”。", ref=reference(case))


def recorded(case: Case, what: Said, at: datetime, ended: Iterable[Clock], plan: Plan) -> Said:
    """Say that a milestone was recorded, and which limits it ended."""
    said = t("☑️ {case} {what},记于 {at}。", case=short_name(case), what=what, at=at)
    return lines(said, *[_ended(clock, plan) for clock in ended])


def next_step(case: Case, event: str) -> Line | None:
    """Say what comes after a milestone of an online question, or of a reply to a writer."""
    if event == "question_accepted":
        return t("下一步:“答复 {ref} 内容”;不归本局的“转办 {ref} 单位”。", ref=reference(case))
    if event in ("replied", "passed_on"):
        return t("下一步:值班员“办结 {ref}”。", ref=reference(case))
    return None


def _ended(clock: Clock, plan: Plan) -> Line:
    name = plan.clock(clock.rule).name
    if clock.outcome == "missed":
        late = (clock.ended_at or clock.due_at) - clock.due_at
        return t("❌ {rule} 迟了 {late}({basis})", rule=name, late=late, basis=clock.basis)
    return t("✅ {rule} 按时({basis},截止 {due})", rule=name, basis=clock.basis, due=clock.due_at)


REPORTED_UPWARD: Final = t("已上报上级")
CONFERENCE_HELD: Final = t("发布会已召开")
QUESTION_ACCEPTED: Final = t("问政已受理")
REPLIED: Final = t("已答复")
REFERRED: Final = t("线索已移交")


def passed_on(body: str) -> Line:
    """Say to whom a question was passed on."""
    return t("已转办 {body}", body=body)


def conference_of_whom(case: Case, names: Said) -> Line:
    """Refuse a conference without a head or spokesperson (实施方案 三.1)."""
    return t(
        "发布会须有部门负责人或新闻发言人出席。请写明出席人,如“发布会 {ref} 已召开 王局长”。可写:{names}。",
        ref=reference(case),
        names=names,
    )


def not_a_question(case: Case) -> Line:
    """Refuse what only an online question has."""
    return t("{case} 不是网络问政。是的话,请先发“问政 {ref}”。", case=short_name(case), ref=reference(case))


def reply_through_release(case: Case) -> Line:
    """Refuse to end a public-opinion case with an unreviewed reply."""
    return t(
        "{case} 须以审核签发的发布来回应。确系单独答复来信人的,请先发“形式 {ref} 答复来信人”。",
        case=short_name(case),
        ref=reference(case),
    )


def what_was_replied(case: Case) -> Line:
    """Ask for the reply."""
    return t("请写明答复内容或其网址,如“答复 {ref} 已派员修复,详见…”。", ref=reference(case))


def already_accepted(case: Case) -> Line:
    """Refuse to accept a question twice."""
    return t(
        "{case} 已经受理。下一步:“答复 {ref} 内容”,或“转办 {ref} 单位”。", case=short_name(case), ref=reference(case)
    )


def pass_on_to_whom(case: Case) -> Line:
    """Ask for the other body."""
    return t("转办给谁?请写如“转办 {ref} 水务局”。", ref=reference(case))


def no_rumour(case: Case) -> Line:
    """Refuse to hand over what nobody has found to be a rumour."""
    return t("{case} 没有认定为谣言。请先发“谣言 {ref} 是”。", case=short_name(case), ref=reference(case))


def which_receipt(case: Case) -> Line:
    """Ask for the receipt of a referral."""
    return t("请写明移交对象和回执,如“移交 {ref} 公安网安大队,回执 2026-15”。", ref=reference(case))


def became_question(case: Case) -> Line:
    """Say that a case is handled as an online question."""
    if case.complex:
        return t("☑️ {case} 按复杂的网络问政办理。", case=short_name(case))
    return t("☑️ {case} 按网络问政办理。", case=short_name(case))


def already_question(case: Case) -> Line:
    """Say that nothing changes."""
    return t("{case} 已经按网络问政办理;复杂的请发“问政 {ref} 复杂”。", case=short_name(case), ref=reference(case))


def became_opinion(case: Case) -> Line:
    """Say that a case is handled as public opinion."""
    return t("☑️ {case} 按舆情办理,时限从收到时算起。", case=short_name(case))


def already_opinion(case: Case) -> Line:
    """Say that nothing changes."""
    return t("{case} 已经按舆情办理。", case=short_name(case))


def case_has_ended(case: Case) -> Line:
    """Refuse a milestone of a case that has ended."""
    return t("{case} 已经结束。要继续办理,请先发“重开 {ref}”。", case=short_name(case), ref=reference(case))
