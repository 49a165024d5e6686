"""Every sentence the joint meeting hears by itself."""

from collections.abc import Iterable
from typing import Final

from config.language import Line, Said, joined, lines, t
from config.plan import Name, Plan
from handlers.judgement.words import doubt_lines, toll_line
from handlers.words import case_name, names, stage_name
from storage.case import Case
from storage.clock import Clock
from storage.release import Release

UNVERIFIED: Final = t("疑似,未核实")
RUMOUR: Final = t("已认定为谣言")


def alert(case: Case, news: Said | None, clock_lines: Iterable[Said], plan: Plan) -> Said:
    """Alert the joint meeting: what happened, how things stand, by when something is due, who is needed."""
    grade: Name = plan.grade_names[case.grade]  # type: ignore[index]  # the column holds one of the plan's grades
    head = t(
        "【联席会议预警】{grade} {what}",
        grade=grade,
        what=joined([case_name(case), news], " · "),
    )
    return lines(head, case.title, *clock_lines, *doubt_lines(case), _now(case), _needed(case))


def _now(case: Case) -> Line:
    heard = t("报送 {times} 次", times=case.reports) if case.reports > 1 else None
    return t("现状:{state}", state=joined([stage_name(case), toll_line(case), heard]))


def _needed(case: Case) -> Line | None:
    return t("需要配合:{bodies}", bodies=names(case.assisting_bodies)) if case.assisting_bodies else None


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
