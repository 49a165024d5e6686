"""Every sentence of the digest and the figures."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from config.language import Line, Said, joined, lines, t
from config.plan import Plan
from handlers.clocks.words import limit_name
from handlers.digest.gathering import Figures, Limit, Morning, Shift
from handlers.hot.words import digest_line
from handlers.people.words import SLOTS
from handlers.text.excerpt import excerpt
from handlers.words import STAGE_NAMES, names, short_name
from storage.case import Case
from storage.person import Person
from storage.release import ChannelRelease, Release

MOST: Final = 12  # of one kind: the rest is a number
WEEKDAYS: Final = (t("周一"), t("周二"), t("周三"), t("周四"), t("周五"), t("周六"), t("周日"))
CHANNELS: Final[dict[str, Line]] = {
    "website": t("网站"),
    "release_channel": t("发布频道"),
    "wechat_account": t("公众号"),
}
Duty = Mapping[str, Sequence[str]]


def digest(
    found: Morning, day: date, now: datetime, duty: tuple[Duty, Duty], plan: Plan, *, since: datetime | None = None
) -> Said:
    """Tell what happened and what lies ahead; one line when there is nothing; since: from when on it was asked for."""
    today, tomorrow = duty
    named = {"day": f"{day:%m-%d}", "weekday": WEEKDAYS[day.weekday()]}
    head = (
        t("📋 {day} {weekday} 简报({since} 起)", **named, since=since)
        if since
        else t("☀️ {day} {weekday} 晨报", **named)
    )
    if found.is_empty:
        return joined([head, t("没有新增,没有在办"), _duty(today)])
    overdue = [_late(case, clock.due_at, now, limit_name(plan, clock, case)) for case, clock in found.overdue]
    return lines(
        joined([head, t("在办 {n} 件", n=found.open_now)]),
        _part(t("新增"), [_titled(case) for case in found.new]),
        _part(t("办结"), [_titled(case) for case in found.closed]),
        _part(t("🚨 超时"), overdue),
        _part(t("⏰ 今日到期"), [_due(limit, plan) for limit in found.due_today]),
        _part(t("已发布"), [_published(*each) for each in found.published]),
        digest_line(found.hot),
        *_waiting(found.waiting),
        joined([t("今日值班"), _duty(today)], ":"),
        joined([t("明日值班"), _duty(tomorrow)], ":"),
    )


TAKE_OVER: Final = t("接班")


def handover(found: Shift, by: Person, slot: str, note: str, now: datetime, plan: Plan) -> Said:
    """Tell whoever comes on duty what is open, what ends next, for whom each waits, and a word."""
    limits = [
        joined([t("· {case}", case=_titled(case)), limit_name(plan, clock, case), _left(clock.due_at, now)], " ")
        for case, clock in found.limits[:MOST]
    ]
    rest = len(found.limits) - MOST
    return lines(
        t("🔁 {name} 交班给{slot}:在办 {n} 件", name=by.name, slot=SLOTS[slot], n=found.open_now),
        *limits,
        t("另有 {n} 个时限", n=rest) if rest > 0 else None,
        *[t("· {case} 没有时限在计", case=_titled(case)) for case in found.without_limit[:MOST]],
        _more(len(found.without_limit)),
        *_waiting(found.waiting),
        t("交代:{note}", note=note) if note else None,
    )


def handed_over(coming: Sequence[Person], told: Sequence[Person], open_now: int) -> Said:
    """Say to whom a shift was given, and who of them no message reaches."""
    unreached = [person.name for person in coming if person not in told]
    return lines(
        t("🔁 已交班给 {names}:在办 {n} 件", names="、".join(person.name for person in coming), n=open_now),
        t("私聊找不到 {names},请当面或打电话交代。", names="、".join(unreached)) if unreached else None,
    )


def taken_over(by: Person) -> Line:
    """Tell whoever gave a shift that it was taken over."""
    return t("🔁 {name} 已接班", name=by.name)


def shift_changed(giver: Person | None, taker: Person) -> Line:
    """Tell the staff who is on duty from now on."""
    if giver is None:
        return taken_over(taker)
    return t("🔁 {giver} 已交班,{taker} 已接班", giver=giver.name, taker=taker.name)


def yours_now() -> Line:
    """Acknowledge that a shift was taken over."""
    return t("已接班。")


def nobody_comes(slot: str) -> Line:
    """Refuse to hand over to nobody."""
    return t("{slot}没有排人,也没有带班领导在岗,不能交班。请让管理员排班。", slot=SLOTS[slot])


def not_taken_over(coming: Sequence[Person]) -> Line:
    """Tell whoever gave a shift that nobody has taken it, and whom to phone."""
    told = [joined([person.name, person.phone or None], " ") for person in coming]
    return t("⏳ 还没有人接班。请打电话给 {people};您的班到接班为止。", people=names(told))


def taken_already() -> Line:
    """Say that a shift was taken already, or is over."""
    return t("这次交班已有人接过,或已过时,未做任何改动。")


def yourself_again(slot: str) -> Line:
    """Refuse to hand over to the one who hands over."""
    return t("{slot}也是您自己,不用交班。", slot=SLOTS[slot])


def _left(due: datetime, now: datetime) -> Line:
    return t("剩 {left}", left=due - now) if due > now else t("超时 {late}", late=now - due)


def weekly(found: Figures, first: date, last: date, plan: Plan) -> Said:
    """Tell the joint meeting how the week went."""
    return lines(
        t("【联席会议周报】{first} 至 {last}", first=f"{first:%m-%d}", last=f"{last:%m-%d}"), *_figures(found, plan)
    )


def statistics(found: Figures, month: date, plan: Plan) -> Said:
    """Tell how a month went."""
    return lines(t("📊 {month} 统计", month=f"{month:%Y-%m}"), *_figures(found, plan))


def which_month() -> Line:
    """Ask for a month."""
    return t("请写明月份,如“统计 2026-11”;不写就是本月。")


def _figures(found: Figures, plan: Plan) -> list[Said | None]:
    kinds = {kind.key: kind.name for kind in plan.kinds}
    by_kind = [t("{kind} {n}", kind=kinds.get(kind, t("未归类")), n=n) for kind, n in found.by_kind]
    return [
        joined([t("登记 {n} 件", n=found.registered), names(by_kind) if by_kind else None], ":"),
        t("办结 {closed} 件,发布 {released} 篇", closed=found.closed, released=found.released),
        t(
            "到期时限 {n} 个:按时 {met},超时 {missed}",
            n=found.met + found.missed,
            met=found.met,
            missed=found.missed,
        ),
        t("黄牌 {yellow} 张,红牌 {red} 张", yellow=found.cards[0], red=found.cards[1]) if any(found.cards) else None,
        t("首次回应用时(中位数){span}", span=found.first_response) if found.first_response is not None else None,
        t("现在在办 {n} 件,其中超时 {late} 件", n=found.open_now, late=found.overdue_now),
    ]


def _part(head: Line, listed: Sequence[Said]) -> Said | None:
    if not listed:
        return None
    told = joined([*listed[:MOST], _more(len(listed))], ";")
    return joined([t("{head} {n}", head=head, n=len(listed)), told], ":")


def _more(n: int) -> Line | None:
    return t("另有 {n} 件", n=n - MOST) if n > MOST else None


def _titled(case: Case) -> Said:
    return joined([short_name(case), excerpt(case.title)], " ")


def _late(case: Case, due: datetime, now: datetime, what: Said) -> Said:
    return joined([short_name(case), what, t("超时 {late}", late=now - due)], " ")


def _due(limit: Limit, plan: Plan) -> Said:
    case, clock = limit
    return joined([short_name(case), limit_name(plan, clock, case), clock.due_at], " ")


def _published(release: Release, on: Sequence[ChannelRelease]) -> Said:
    stands = [t("{channel}{mark}", channel=CHANNELS.get(each.channel, each.channel), mark=_mark(each)) for each in on]
    return joined([t("《{title}》", title=release.title), *stands], " ")


def _mark(each: ChannelRelease) -> str:
    return "✅" if each.stage == "proved" else "↩️" if each.stage in ("withdrawing", "withdrawn") else "⏳"


def _waiting(found: Sequence[tuple[str, Sequence[tuple[Case, object]]]]) -> list[Said | None]:
    rest = t("另有 {n} 人", n=len(found) - MOST) if len(found) > MOST else None
    return [*[_waits(name, what) for name, what in found[:MOST]], rest]


def _waits(name: str, what: Sequence[tuple[Case, object]]) -> Said:
    listed: list[Said] = [
        t("{case}({what})", case=short_name(case), what=STAGE_NAMES.get(str(each), each)) for case, each in what[:MOST]
    ]
    rest = _more(len(what))
    return joined([t("等 {name}", name=name), names([*listed, rest] if rest else listed)], ":")


def _duty(duty: Duty) -> Said:
    return joined([t("{slot} {names}", slot=SLOTS[slot], names="、".join(duty[slot]) or "—") for slot in SLOTS])
