"""更多: what can be done about a case besides what its card offers."""

from collections.abc import Callable
from typing import Final

from config.language import t
from handlers.act import Act
from handlers.clocks.escalating import missed
from handlers.conversation import Button
from storage import clock as clocks
from storage import meeting as meetings
from storage import release as releases
from storage.case import Case

ROW: Final = 3
Rule = Callable[[Act, Case], bool]


def offered(act: Act, case: Case) -> list[list[Button]]:
    """Return, in rows, what whoever acts may do, where a case stands."""
    roles = frozenset(act.somebody.roles)
    may = [button for button, fits in FURTHER if act.house.rights.may(roles, button.verb, "direct") and fits(act, case)]
    return [may[at : at + ROW] for at in range(0, len(may), ROW)]


def _always(_act: Act, _case: Case) -> bool:
    return True


def _open(_act: Act, case: Case) -> bool:
    return case.is_open


def _allows(action: str) -> Rule:
    return lambda _act, case: case.allows(action)


def _may_escalate(act: Act, case: Case) -> bool:
    return case.stage == "acceptance" or (case.is_open and bool(missed(act, case)))


def _may_step_in(act: Act, case: Case) -> bool:
    mine = act.person is not None and case.spokesperson_id == act.person.id
    return case.is_open and not mine and bool(missed(act, case))


def _has_limit(act: Act, case: Case) -> bool:
    return any(row.outcome == "running" for row in clocks.of_case(act.session, case.id))


def _was_late(act: Act, case: Case) -> bool:
    return any(row.outcome == "missed" for row in clocks.of_case(act.session, case.id))


def _has_met(act: Act, case: Case) -> bool:
    return meetings.newest(act.session, case.id) is not None


def _is_out(act: Act, case: Case) -> bool:
    return case.is_open and any(one.withdrawn_at is None for one in releases.of_case(act.session, case.id))


# In the order in which they are offered. What needs words is answered with how to say it.
FURTHER: Final[tuple[tuple[Button, Rule], ...]] = (
    (Button(t("⏫升级"), "escalate"), _may_escalate),
    (Button(t("接管"), "step_in"), _may_step_in),
    (Button(t("稍后10分"), "snooze", "10分"), _has_limit),
    (Button(t("指派"), "assign"), _allows("assign")),
    (Button(t("时限"), "clocks"), _always),
    (Button(t("说明原因"), "reason"), _was_late),
    (Button(t("改判"), "rejudge"), _open),
    (Button(t("分类"), "topic"), _open),
    (Button(t("影响"), "effect"), _open),
    (Button(t("谣言"), "rumour"), _open),
    (Button(t("形式"), "forms"), _open),
    (Button(t("协办"), "assist"), _open),
    (Button(t("补充"), "note"), _open),
    (Button(t("合并"), "merge"), _allows("merge")),
    (Button(t("召集"), "convene"), _open),
    (Button(t("会议"), "meeting"), _has_met),
    (Button(t("更正"), "correct"), _is_out),
    (Button(t("撤回"), "retract"), _is_out),
    (Button(t("办结"), "close"), _allows("close")),
)
