"""Every sentence the joint meeting hears by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from config.language import Line, Said, joined, lines, t
from config.plan import Need, Plan
from handlers.judgement.words import EXIT_NAMES, doubt_lines, toll_line
from handlers.words import case_name, stage_name
from storage.case import Case
from storage.clock import Clock
from storage.meeting import Meeting
from storage.release import Release

UNVERIFIED: Final = t("疑似,未核实")
ENDED: Final = "ended:"  # before how a case ended, where it stands beside a grade
RUMOUR: Final = t("已认定为谣言")


@dataclass(frozen=True)
class Alerting:
    """What an alert tells besides its case: the news, the limits, what is needed from whom, the meeting ahead."""

    news: Said | None
    clock_lines: Sequence[Said]
    needs: Sequence[Need]
    meeting: Meeting | None


def alert(case: Case, told: Alerting, plan: Plan) -> Said:
    """Alert the joint meeting: what happened, how things stand, by when something is due, what is needed from whom."""
    grade = plan.grade(case.grade)
    head = t(
        "【联席会议预警】{grade} {what}",
        grade=grade,
        what=joined([case_name(case), told.news], " · "),
    )
    return lines(
        head, case.title, *told.clock_lines, *doubt_lines(case), _now(case), _needed(told.needs), _meets(told.meeting)
    )


def not_heard(text: Said) -> Said:
    """Tell the staff what the joint meeting should have heard, had it a group."""
    return lines(t("❗ 联席会议群没有接通,下面的预警没有送到。请电话通知各成员单位,并请管理员发“绑定”:"), text)


def _now(case: Case) -> Line:
    heard = t("报送 {times} 次", times=case.reports) if case.reports > 1 else None
    return t("现状:{state}", state=joined([stage_name(case), toll_line(case), heard]))


def _needed(needs: Sequence[Need]) -> Line | None:
    bodies = {need.body.zh: need.body for need in needs}
    asked = [
        t("{body}({what})", body=body, what=joined([need.what for need in needs if need.body.zh == zh], "、"))
        for zh, body in bodies.items()
    ]
    return t("需要:{asked}", asked=joined(asked, ";")) if asked else None


def _meets(meeting: Meeting | None) -> Line | None:
    return t("会商:{at} {place}", at=meeting.begins_at, place=meeting.place) if meeting is not None else None


def became(case: Case, before: str, plan: Plan, survivor: Case | None) -> Said:
    """Say what has become of a case since the joint meeting heard of it."""
    if survivor is not None:
        return t("已并入 {case}", case=case_name(survivor))
    if not case.is_open:
        ended = t("已结束") if case.exit != "done" else None  # 已办结 says so itself
        return joined([ended, EXIT_NAMES.get(case.exit or ""), case.exit_reason], ":")
    if before.startswith(ENDED):
        return t("重新办理")
    return t("等级由{before}改为{after}", before=plan.grade(before), after=plan.grade(case.grade))


def overdue(clock: Clock, plan: Plan) -> Line:
    """Say which limit has passed."""
    return t("{rule}超时(截止 {due},{basis})", rule=plan.clock(clock.rule).name, due=clock.due_at, basis=clock.basis)


def released(release: Release) -> Line:
    """Say that something was released, or put right."""
    if release.corrects_id is not None:
        return t("更正已发布:《{title}》", title=release.title)
    return t("已发布《{title}》", title=release.title)


def withdrawn(release: Release) -> Line:
    """Say that a release was withdrawn."""
    return t("已撤回《{title}》", title=release.title)
