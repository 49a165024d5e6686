"""Every sentence of asking somebody to take a case."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from config.language import Line, Said, joined, lines, t
from config.plan import Plan
from handlers.assignment.ladder import Asking, Skipped
from handlers.conversation import Button
from handlers.words import NEXT_STEPS, case_name, names, reference, short_name, stage_name
from storage.case import Case
from storage.person import Person

BY_DAY: Final = timedelta(hours=3)  # a longer time to answer reaches into the morning
RUNGS: Final[dict[str, Line]] = {
    "spokesperson": t("新闻发言人"),
    "deputy": t("副发言人"),
    "duty_officer": t("值班员"),
    "duty_leader": t("值班领导"),
    "leader": t("主要负责人"),
}
SKIPPED: Final[dict[str, Line]] = {
    "on_leave": t("休假"),
    "unreachable": t("没有可用的私聊"),
    "already_asked": t("已问过"),
}


def asked(case: Case, clock_lines: Iterable[Said], reasons: Said | None, until: Line, plan: Plan) -> Said:
    """Ask somebody to take a case: what it is, by when it is due, why it must be answered."""
    grade = plan.grade(case.grade)
    known = {kind.key: kind.name for kind in plan.kinds}
    kind = known.get(case.primary_kind or "")
    head = joined([t("📌 请认领 {case}", case=case_name(case)), kind, grade, plan.topic(case.topic).name])
    return lines(head, *clock_lines, case.title, reasons, until)


def take_button(case: Case, *, may_accept: bool) -> Button:
    """Offer to take a case; an online question is accepted with the same tap."""
    if case.track == "question" and may_accept:
        return Button(t("受理"), "accept", urgent=True)
    return Button(t("认领"), "ack", urgent=True)


def accept_by(case: Case, until: datetime, now: datetime, take: Button) -> Line:
    """Say within what time, at night until when, a case is to be taken, and what to type."""
    span, ref = until - now, reference(case)
    if span > BY_DAY:
        if take.verb == "accept":
            return t("请在 {until} 前受理,否则转请下一位。回复「受理 {ref}」亦可。", until=until, ref=ref)
        return t("请在 {until} 前认领,否则转请下一位。回复「认领 {ref}」亦可。", until=until, ref=ref)
    if take.verb == "accept":
        return t("请在 {span} 内受理,否则转请下一位。回复「受理 {ref}」亦可。", span=span, ref=ref)
    return t("请在 {span} 内认领,否则转请下一位。回复「认领 {ref}」亦可。", span=span, ref=ref)


def passed_over(case: Case, skipped: Iterable[Skipped], asking: Asking) -> Said:
    """Say at once which steps of the ladder were skipped, why, and who is asked instead."""
    parts = names([_skip(each) for each in skipped])
    if asking.person is None:
        return t("{case} 指派跳过:{skipped}", case=short_name(case), skipped=parts)
    return t("{case} 指派跳过:{skipped};已请 {next}", case=short_name(case), skipped=parts, next=_who(asking))


def _skip(skipped: Skipped) -> Line:
    rung = RUNGS[skipped.rung]
    if skipped.person is None:
        return t("{rung}(没有人)", rung=rung)
    return t("{rung} {name}({why})", rung=rung, name=skipped.person.name, why=SKIPPED[skipped.why])


def _who(asking: Asking) -> Line:
    name = asking.person.name if asking.person else ""
    return t("{rung} {name}", rung=RUNGS[asking.rung], name=name)


def next_one(case: Case, late: str, span: timedelta, asking: Asking) -> Line:
    """Tell the staff that somebody did not take a case and who is asked now."""
    return t(
        "⏭ {case} {late} {span} 未认领,已转请 {next}", case=short_name(case), late=late, span=span, next=_who(asking)
    )


def nobody_left(case: Case) -> Line:
    """Tell the staff and the leader that nobody took a case."""
    return t(
        "🚨 {case} 无人认领,可问的人都问过了。请值班员或领导直接指派:“指派 {ref} 姓名”,或自己认领。",
        case=short_name(case),
        ref=reference(case),
    )


def phone_too(case: Case, person: Person) -> Said:
    """Ask the duty officer to phone whoever was asked to take an emergency."""
    named = joined([person.name, person.title or None], " ")
    return lines(
        t("☎️ 请打电话给 {who}:{phone}", who=named, phone=person.phone),
        t("{case} 等其认领:{title}", case=short_name(case), title=case.title),
        t("打完点“已通知”,或发“已通知 {ref} {name}”。", ref=reference(case), name=person.name),
    )


def handed_on(case: Case, away: str, other: Person | None, *, on_leave: bool) -> Line:
    """Tell the staff who is asked in place of somebody who is away, or whom no message reaches."""
    name = short_name(case)
    if other is None and on_leave:
        return t("🔁 {case} {away} 请假,没有下一位可请", case=name, away=away)
    if other is None:
        return t("🔁 {case} {away} 联系不上,没有下一位可请", case=name, away=away)
    if on_leave:
        return t("🔁 {case} {away} 请假,转请 {next} 认领", case=name, away=away, next=other.name)
    return t("🔁 {case} {away} 联系不上,转请 {next} 认领", case=name, away=away, next=other.name)


def to_take_over(case: Case, away: str, other: Person | None) -> Line:
    """Tell the staff who is asked to take a case over from somebody who is away."""
    if other is None:
        return t("🔁 {case} {away} 请假,没有可接办的人", case=short_name(case), away=away)
    return t("🔁 {case} {away} 请假,已请 {next} 接办", case=short_name(case), away=away, next=other.name)


def take_over(case: Case, away: str, clock_lines: Iterable[Said]) -> Said:
    """Ask somebody to take a case over from whoever is away."""
    return lines(
        t("📌 {away} 请假,请接办 {case}〔{stage}〕", away=away, case=case_name(case), stage=stage_name(case)),
        *clock_lines,
        case.title,
        t("接办前的催办也发给您。回复「认领 {ref}」亦可。", ref=reference(case)),
    )


def accepted(case: Case, name: str, acceptors: Said | None) -> Said:
    """Confirm that somebody took a case (in a group by name), and say what comes next.

    acceptors: the roles that accept an online question, when whoever took it has none of them.
    """
    then = _next_step(case, acceptors)
    if name:
        return t("🙋 {case} 已由 {name} 认领。{then}", case=short_name(case), name=name, then=then)
    return t("🙋 {case} 已由您认领。{then}", case=short_name(case), then=then)


def _next_step(case: Case, acceptors: Said | None) -> Line:
    if case.stage != "draft":
        return Line(NEXT_STEPS[case.stage].text, {"ref": reference(case)})
    if case.track == "question" and acceptors is not None:
        return t("下一步:请{roles}“受理 {ref}”,再“答复 {ref} 内容”或“转办 {ref} 单位”。",
                 roles=acceptors, ref=reference(case))  # fmt: skip
    if case.track == "question":
        return t("下一步:“受理 {ref}”,再“答复 {ref} 内容”或“转办 {ref} 单位”。", ref=reference(case))
    return t("下一步:起草,第一行“起草 {ref} 标题”,第二行起写正文。", ref=reference(case))


def taken_over(case: Case, name: str) -> Line:
    """Tell somebody who was asked that another took the case."""
    return t("{case} 已由 {name} 认领,您不用再处理。", case=short_name(case), name=name)


def already_taken(case: Case, name: str) -> Line:
    """Refuse to take what somebody has taken."""
    return t("{case} 已由 {name} 认领。要换人请值班员或领导发“指派 {ref} 姓名”。", case=short_name(case), name=name,
             ref=reference(case))  # fmt: skip


def already_yours(case: Case) -> Line:
    """Refuse to take a case twice."""
    return t("{case} 已经由您认领。", case=short_name(case))


def stepped_in(case: Case, name: str) -> Line:
    """Say who took a case over because a limit was missed."""
    return t("🙋 {case} 已由 {name} 接管。", case=short_name(case), name=name)


def you_stepped_in(case: Case, name: str, acceptors: Said | None) -> Said:
    """Confirm that somebody took over (in a group by name), and say what comes next; acceptors as for accepted()."""
    then = _next_step(case, acceptors)
    if name:
        return t("🙋 {case} 已由 {name} 接管。{then}", case=short_name(case), name=name, then=then)
    return t("🙋 {case} 已由您接管。{then}", case=short_name(case), then=then)


def nothing_missed(case: Case) -> Line:
    """Refuse to take over what is in time."""
    return t("{case} 没有超时,没有接管。还没人认领的请“认领 {ref}”;要换人请“指派 {ref} 姓名”。",
             case=short_name(case), ref=reference(case))  # fmt: skip


def not_the_deputy(case: Case) -> Line:
    """Refuse whoever is neither the deputy for a topic nor a leader."""
    return t("{case} 由分管这一主题的副发言人、值班领导或主要负责人接管,未做任何改动。", case=short_name(case))


def not_for_taking(case: Case) -> Line:
    """Refuse to take what waits for something else."""
    then = Line(NEXT_STEPS[case.stage].text, {"ref": reference(case)})
    return t("{case} 现在是〔{stage}〕,不能认领,未做任何改动。{then}",
             case=short_name(case), stage=stage_name(case), then=then)  # fmt: skip


def assigned(case: Case, person: Person) -> Line:
    """Confirm an assignment."""
    return t("👉 {case} 已指派 {name},等待认领。", case=short_name(case), name=person.name)


def whom(case: Case, people: Iterable[Person]) -> Line:
    """Ask to whom a case is assigned."""
    return t("指派给谁?请写“指派 {ref} 姓名”。可指派:{people}。", ref=reference(case), people=_people(people))


def nobody_named(typed: str, people: Iterable[Person]) -> Line:
    """Refuse an unknown name."""
    return t("没有「{typed}」这个人可以指派。可指派:{people}。", typed=typed, people=_people(people))


def several_named(typed: str, people: Iterable[Person]) -> Line:
    """Refuse an ambiguous name."""
    return t("「{typed}」不止一个人。请点选,或写明代号:{people}。", typed=typed, people=_people(people, keys=True))


def cannot_be_asked(person: Person, *, away: bool) -> Line:
    """Refuse to assign to somebody who would not notice."""
    if away:
        return t("{name} 正在休假,没有指派。请换一个人。", name=person.name)
    return t("{name} 没有可用的私聊,通知不到,没有指派。请换一个人。", name=person.name)


def _people(people: Iterable[Person], *, keys: bool = False) -> Said:
    return names([
        t("{name}({key},{section})", name=person.name, key=person.key, section=person.section) if keys
        else t("{name}", name=person.name)
        for person in people
    ])  # fmt: skip
