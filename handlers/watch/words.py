"""What administrators hear when the desk found something passed over, and when that is over."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from config.language import Line, Said, lines, t
from storage.incident import Incident
from storage.sweeping import Overdue

NAMES: Final[dict[str, Line]] = {
    "clocks": t("已过而没有定时的时限"),
    "timers": t("到点的事"),
    "inbox": t("收到的消息"),
    "outbox": t("该发的消息"),
    "sending": t("没有下文的发送"),
}


def passed_over(found: Mapping[str, Overdue]) -> Said:
    """Say what was found, what it means and what to do."""
    return lines(
        t("🚨 巡查发现漏办,正在补办:"),
        *[_found(kind, found[kind]) for kind in NAMES if kind in found],
        t("迟于两分钟的注明迟发。请看 /healthz 和日志;十分钟内没有听到“漏办已补完”,请重启值班台。"),
    )


def over(ended: Sequence[Incident], seen_at: datetime) -> Said:
    """Say that nothing is passed over any more."""
    known = {incident.kind: incident for incident in ended}
    return lines(
        t("✅ 漏办已补完,{at} 以后没有再发现。请查明原因:", at=seen_at),
        *[_ended(known[kind]) for kind in NAMES if kind in known],
    )


def _found(kind: str, what: Overdue) -> Line:
    n, since = what.count, what.since
    match kind:
        case "clocks":
            return t("· 时限已过、却没有定时的 {n} 个,最早的 {since} 到期;定时已补上", n=n, since=since)
        case "timers":
            return t("· 到点没有办的事 {n} 件,最早的应在 {since}", n=n, since=since)
        case "inbox":
            return t("· 收到没有处理的消息 {n} 条,最早的 {since} 收到", n=n, since=since)
        case "outbox":
            return t("· 能发没有发的消息 {n} 条,最早的应在 {since}", n=n, since=since)
        case _:
            return t("· 发了没有下文的 {n} 条,不知是否发出;再发时注明可能重复", n=n)


def _ended(incident: Incident) -> Line:
    kind, most = NAMES[incident.kind], incident.most
    return t("· {kind}:{since} 发现,一次最多 {n}", kind=kind, since=incident.since, n=most)
