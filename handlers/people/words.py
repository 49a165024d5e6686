"""Every sentence about people, duty and help."""

from collections.abc import Iterable, Sequence
from datetime import date

from config.language import Line, Said, joined, lines, t
from config.plan import Plan
from handlers.registry import Verb
from handlers.words import names, roles
from storage.person import Person


def who(person: Person, plan: Plan) -> Said:
    """Tell somebody who the desk takes them for; the plan names their topics and gates."""
    return lines(
        joined([person.name, person.title, person.agency or person.section], " · "),
        t("角色:{roles}", roles=roles(person.roles)),
        *_answers_for(person, plan),
    )


def _answers_for(person: Person, plan: Plan) -> list[Said]:
    """Name somebody's topics and gates; what the plan no longer knows is given as the roster has it."""
    topics = {topic.key: topic.name for topic in plan.topics}
    gates = {gate.key: gate.name for gate in (*plan.review.gates, plan.review.signature)}
    return [
        *([t("负责:{topics}", topics=names(topics.get(key, key) for key in person.topics))] if person.topics else ()),
        *([t("审核关口:{gates}", gates=names(gates.get(key, key) for key in person.gates))] if person.gates else ()),
    ]


def language_set() -> Line:
    """Confirm the language."""
    return t("好的,以后用中文和您说。")


def which_language() -> Line:
    """Say which languages there are."""
    return t("可用的语言:中文(language zh)、English(language en)。")


def duty_line(slot: str, names: Iterable[str]) -> Line:
    """Name who has a duty slot."""
    return t("{slot}:{names}", slot=SLOTS[slot], names="、".join(names) or "—")


Slot = tuple[str, list[str]]  # a duty slot and who has it
SLOTS: dict[str, Line] = {"day": t("白班"), "night": t("夜班"), "leader": t("带班领导")}


def duty_of(day: date, today: Iterable[Slot], tomorrow: Iterable[Slot]) -> Said:
    """Head the duty list of a day; the next day's on one line."""
    slots = [duty_line(slot, who) for slot, who in today]
    after = joined([duty_line(slot, who) for slot, who in tomorrow])
    return lines(t("📅 {day} 值班", day=day.isoformat()), *slots, t("明日 {duty}", duty=after))


def leave_set(person: Person, first: date, last: date) -> Line:
    """Confirm a leave."""
    return t(
        "已记 {name} {first} 至 {last} 请假:等您认领的转请下一位,已认领而未发布的请副手接办。",
        name=person.name,
        first=first.isoformat(),
        last=last.isoformat(),
    )


def how_to_leave() -> Line:
    """Say how to ask for leave."""
    return t("请写明起止日期,如“请假 2026-12-01 2026-12-03”;销假发“请假 取消”。")


def leave_cancelled(person: Person) -> Line:
    """Confirm that a leave was taken back."""
    return t("已销假:{name}。", name=person.name)


def help_short(subjects: Sequence[tuple[Line, Sequence[str]]]) -> Said:
    """Name what may be said by subject, and how to see more."""
    named = [t("· {subject}:{words}", subject=name, words="、".join(said)) for name, said in subjects]
    return (
        lines(t("您在这里可以说:"), *named, t("发“帮助 {subject}”或“帮助 全部”看用法。", subject=subjects[0][0]))
        if subjects
        else t("您在这里没有可用的说法。请找管理员。")
    )


def help_whole(subjects: Sequence[tuple[Line, Sequence[Verb]]]) -> Said:
    """Explain each verb of some subjects."""
    explained = [
        said
        for name, verbs in subjects
        for said in (
            t("【{subject}】", subject=name),
            *[t("· {help}(/{key})", help=verb.help, key=verb.key) for verb in verbs],
        )
    ]
    return lines(t("我能听懂(您有权限的):"), *explained)


def no_such_help(about: str) -> Line:
    """Say that there is no such subject here, nor a word of that name."""
    return t("没有「{about}」这个说法,或您在这里用不了。发“帮助”看全部主题。", about=about[:20])
