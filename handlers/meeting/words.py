"""Every sentence about a meeting that is called."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from config.language import Line, Said, joined, lines, t
from handlers.words import case_name, reference, short_name
from storage.case import Case
from storage.meeting import Meeting


def call(case: Case, meeting: Meeting, convener: str) -> Said:
    """Call to a meeting: when, where, about what, by whom, and how to answer."""
    return lines(
        t("【联席会议】{case} {title}", case=case_name(case), title=case.title),
        _when_and_where(meeting),
        _agenda(meeting),
        t(
            "召集人 {name}。请答复;要派代表写“派代表 {ref} 姓名”,不能参加写“不能参加 {ref} 原因”。",
            name=convener,
            ref=reference(case),
        ),
    )


def _when_and_where(meeting: Meeting) -> Line:
    return t("时间:{at} 地点:{place}", at=meeting.begins_at, place=meeting.place)


def _agenda(meeting: Meeting) -> Line | None:
    return t("议程:{agenda}", agenda=meeting.agenda) if meeting.agenda else None


def called(case: Case, meeting: Meeting, people: Sequence[str], unreached: Sequence[str]) -> Said:
    """Tell the convener who was called, and whom nothing reaches."""
    return lines(
        t(
            "{case} 联席会议已召集:{at} {place},通知 {people}。",
            case=short_name(case),
            at=meeting.begins_at,
            place=meeting.place,
            people=joined(people, "、"),
        ),
        t("通知不到:{people},请电话告知。", people=joined(unreached, "、")) if unreached else None,
    )


def state(case: Case, meeting: Meeting, convener: str, answers: Iterable[tuple[Line, Sequence[str]]]) -> Said:
    """Say how a meeting stands: when, where, who comes, who sends whom, who cannot, who has not answered."""
    return lines(
        t("【联席会议】{case} {title}", case=case_name(case), title=case.title),
        _when_and_where(meeting),
        t("已取消:{why}", why=meeting.called_off_why) if meeting.called_off_at else None,
        _agenda(meeting),
        t("召集人 {name}", name=convener),
        *[t("{answer}:{people}", answer=answer, people=joined(people, "、")) for answer, people in answers if people],
    )


ANSWERS: dict[str, Line] = {
    "attends": t("参加"),
    "deputy": t("派代表"),
    "absent": t("不能参加"),
    "waiting": t("未答复"),
}


def all_answered(told: Said) -> Said:
    """Tell the convener that nobody is waited for any more."""
    return lines(t("都已答复:"), told)


def answered(case: Case, answer: str, said: str) -> Line:
    """Confirm an answer, which may still be changed."""
    what = joined([ANSWERS[answer], said], " ")
    return t("已记下:{case} 联席会议,{what}。开会前可以改。", case=short_name(case), what=what)


def remind(case: Case, meeting: Meeting) -> Line:
    """Remind somebody who has not answered."""
    return t(
        "{case} 联席会议 {at} {place},您还没有答复。请点选。",
        case=short_name(case),
        at=meeting.begins_at,
        place=meeting.place,
    )


def begins(case: Case, meeting: Meeting) -> Line:
    """Remind somebody who comes."""
    return t(
        "{case} 联席会议 {at} 开始,地点:{place}。", case=short_name(case), at=meeting.begins_at, place=meeting.place
    )


def moved(case: Case, meeting: Meeting, before: datetime, convener: str) -> Said:
    """Tell that a meeting is at another time, and ask anew."""
    return lines(t("【改期】原定 {at} 的会议改期,请重新答复。", at=before), call(case, meeting, convener))


def rescheduled(case: Case, meeting: Meeting) -> Line:
    """Confirm that a meeting was moved."""
    return t(
        "{case} 会议改到 {at} {place},已请各方重新答复。",
        case=short_name(case),
        at=meeting.begins_at,
        place=meeting.place,
    )


def called_off(case: Case, meeting: Meeting) -> Line:
    """Tell that a meeting does not take place."""
    return t(
        "【联席会议】{case} 原定 {at} 的会议取消:{why}",
        case=short_name(case),
        at=meeting.begins_at,
        why=meeting.called_off_why,
    )


CASE_ENDED = t("案件已了结")


# refusals


def asked_anew(case: Case) -> Line:
    """Refuse the button of a call that is no longer so."""
    return t("会议已改期或另行召集,请点最新的一条,或发“会议 {ref}”查看。", ref=reference(case))


def no_time(case: Case) -> Line:
    """Say how a time is written."""
    return t("没看出开会时间。请写“召集 {ref} 明天上午9点 三楼会议室”,议程写在下面各行。", ref=reference(case))


def no_new_time(case: Case) -> Line:
    """Say how a new time is written."""
    return t("没看出改到什么时候。请写“改期 {ref} 后天下午3点”,地点要变就写在后面。", ref=reference(case))


def past(at: datetime) -> Line:
    """Say that a time is over."""
    return t("{at} 已经过了,未做任何改动。请写以后的时间,如“明天上午9点”。", at=at)


def no_place(case: Case) -> Line:
    """Say that the place is missing."""
    return t("在哪里开会?请在时间后面写地点,如“召集 {ref} 明天上午9点 三楼会议室”。", ref=reference(case))


def too_long(most: int) -> Line:
    """Say that it is too much."""
    return t("太长了,未做任何改动。请写在 {most} 字以内。", most=most)


def no_group() -> Line:
    """Say that there is no group to call."""
    return t("还没有接通联席会议群,没有召集。请管理员发“绑定”取得接通码。")


def called_already(case: Case, meeting: Meeting) -> Line:
    """Say that there is a meeting ahead."""
    return t(
        "{case} 已召集 {at} 的会议。要改时间写“改期 {ref} 后天下午3点”,不开了写“取消会议 {ref} 原因”。",
        case=short_name(case),
        at=meeting.begins_at,
        ref=reference(case),
    )


def none(case: Case) -> Line:
    """Say that no meeting was called."""
    return t(
        "{case} 没有召集过会议。召集请写“召集 {ref} 明天上午9点 三楼会议室”。",
        case=short_name(case),
        ref=reference(case),
    )


def not_ahead(case: Case) -> Line:
    """Say that it is too late."""
    return t("{case} 没有待开的会议,未做任何改动。发“会议 {ref}”查看。", case=short_name(case), ref=reference(case))


def not_called(convener: str) -> Line:
    """Say kindly that somebody was not called."""
    return t("谢谢,这次会议没有请您答复。需要参加请联系召集人 {name}。", name=convener)


def who_comes(case: Case) -> Line:
    """Ask who comes instead."""
    return t("派谁?请回复“派代表 {ref} 姓名”。", ref=reference(case))


def why_not(case: Case) -> Line:
    """Ask for the reason."""
    return t("为什么不能参加?请回复“不能参加 {ref} 原因”。", ref=reference(case))


def why_called_off(case: Case) -> Line:
    """Ask why a meeting is called off."""
    return t("请写明原因,如“取消会议 {ref} 情况已核实”。", ref=reference(case))
