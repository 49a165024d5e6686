"""After an outage: one report of every limit that passed meanwhile, before anything else goes out (R6)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from config.language import Line, Said, joined, lines, t
from handlers.act import STATUTORY, Act
from handlers.chats.owing import tell_administrators
from handlers.clocks.words import limit_name
from handlers.registry import REMINDERS
from handlers.words import names, short_name
from storage import case as cases
from storage import clock as clocks
from storage import timer as timers
from storage.clock import Clock

# What people hear of late, by the kind of its timer.
LATE: Final[dict[str, Line]] = {
    "clock": t("时限提醒"),
    "escalate": t("逐级报告"),
    "call": t("催打电话"),
    "accept": t("催认领"),
    "gate_nudge": t("催审签"),
    "gate_limit": t("审签超时"),
    "paper_nudge": t("催确认代录"),
    "paper_limit": t("代录超时"),
    "alert": t("联席会议预警"),
    "meeting_task": t("任务提醒"),
    "meeting_answer": t("催答复会议"),
    "meeting_start": t("会议提醒"),
    "shift": t("催接班"),
}


def report(act: Act, since: datetime) -> None:
    """Tell the staff and the administrators that the desk stood still, and what passed meanwhile."""
    if act.now - since < timedelta(minutes=act.house.plan.recovery.tell_after_minutes):
        return
    ended = [clock for clock in clocks.running_until(act.session, act.now) if clock.due_at > since]
    passed = list({(clock.case_id, clock.rule, clock.due_at): clock for clock in ended}.values())  # of two bases one
    late = timers.due_between(act.session, since, act.now, sorted(REMINDERS))
    text = lines(
        t("🔌 值班台停了 {span}({since} 至 {until}),现已恢复。", span=act.now - since, since=since, until=act.now),
        *_passed(act, passed),
        _sent_late(late),
    )
    act.announce("staff", text, lane=STATUTORY)
    tell_administrators(act, text, lane=STATUTORY)


def _passed(act: Act, passed: Sequence[Clock]) -> list[Said]:
    if not passed:
        return [t("其间没有时限到期。")]
    head = t("🚨 其间到期 {n} 个时限:", n=len(passed))
    cases.look_together(act.session, {clock.case_id for clock in passed})
    return [head, *[_line(act, clock) for clock in passed]]


def _sent_late(late: Mapping[str, int]) -> Said:
    if not late:
        return t("其间没有该发而未发的提醒。")
    kinds = [t("{what} {n} 条", what=LATE[kind], n=late[kind]) for kind in LATE if kind in late]
    return t("其间该发的 {n} 条现在补发,都标明迟发:{kinds}。", n=sum(late.values()), kinds=names(kinds))


def _line(act: Act, clock: Clock) -> Said:
    case = cases.look(act.session, clock.case_id)
    what = limit_name(act.plan_for(case), clock, case)
    late = act.now - clock.due_at
    return joined(
        [t("· {case}", case=short_name(case)), what, t("{due} 到期,已过 {late}", due=clock.due_at, late=late)], " "
    )
