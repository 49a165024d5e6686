"""召集 and what follows: a meeting of the joint meeting about a case (实施方案 四.4, R10)."""

import uuid

from config.language import t
from handlers.act import Act
from handlers.errors import Refusal
from handlers.meeting import answering, calling, words
from handlers.registry import due, said
from storage import case as cases
from storage import meeting as meetings
from storage import person as people
from storage.case import Case
from storage.meeting import Meeting, MeetingAnswer
from storage.timer import Timer


@said("convene", "召集", help=t("召集联席会议,议程写在下面各行:召集 12 明天上午9点 三楼会议室"))
def convene(act: Act, case: Case, typed: str) -> None:
    """Call everybody to a meeting, in the group and each alone."""
    before = meetings.newest(act.session, case.id)
    if before is not None and before.is_ahead(act.now):
        raise Refusal(words.called_already(case, before))
    calling.refuse_without_group(act)
    what, (reached, unreached) = calling.read(act, case, typed), calling.members(act, case)
    meeting = Meeting(
        case_id=case.id,
        n=before.n + 1 if before else 1,
        begins_at=what.at,
        place=what.place,
        agenda=what.agenda,
        convened_by=act.somebody.id,
        convened_at=act.now,
    )
    meetings.save(act.session, meeting)
    rows = [
        MeetingAnswer(case_id=case.id, meeting_id=meeting.id, person_id=person.id, position=n)
        for n, person in enumerate(reached)
    ]
    meetings.save(act.session, *rows)
    calling.tell_everybody(act, case, meeting, words.call(case, meeting, act.somebody.name), ask=True)
    calling.set_reminders(act, case, meeting)
    act.answer(words.called(case, meeting, [one.name for one in reached], [one.name for one in unreached]), case=case)


@said("reschedule", "改期", help=t("会议改期,各方重新答复:改期 12 后天下午3点"))
def reschedule(act: Act, case: Case, typed: str) -> None:
    """Move a meeting (without a new place it stays where it is); answers are asked anew and everybody is told."""
    meeting = answering.ahead(act, case)
    what = calling.read(act, case, typed, meeting)
    before, meeting.begins_at, meeting.place = meeting.begins_at, what.at, what.place
    meeting.agenda, meeting.round = what.agenda, meeting.round + 1
    rows = meetings.answers(act.session, meeting.id)
    for row in rows:
        row.answer, row.words, row.answered_at = "waiting", "", None
    meetings.save(act.session, meeting, *rows)
    told = words.moved(case, meeting, before, people.person(act.session, meeting.convened_by).name)
    calling.tell_everybody(act, case, meeting, told, ask=True)
    calling.set_reminders(act, case, meeting)
    act.answer(words.rescheduled(case, meeting), case=case)


@said("call_off", "取消会议", help=t("取消会议,要写原因:取消会议 12 原因"))
def call_off(act: Act, case: Case, why: str) -> None:
    """Call a meeting off with a reason; everybody is told."""
    meeting = answering.ahead(act, case)
    if not why:
        raise Refusal(words.why_called_off(case))
    if len(why) > answering.LONGEST_WORDS:
        raise Refusal(words.too_long(answering.LONGEST_WORDS))
    meeting.called_off_at, meeting.called_off_why = act.now, why
    meetings.save(act.session, meeting)
    act.no_longer(calling.ANSWER, str(meeting.id))
    act.no_longer(calling.START, str(meeting.id))
    told = words.called_off(case, meeting)
    calling.tell_everybody(act, case, meeting, told, ask=False)
    act.answer(told, case=case)


@said("attend", "参加", help=t("答复参加会议:参加 12"))
def attend(act: Act, case: Case, _words: str) -> None:
    """Answer that one comes."""
    answering.answer(act, case, "attends")


@said("deputy", "派代表", help=t("派人代替参加会议:派代表 12 张三"))
def deputy(act: Act, case: Case, name: str) -> None:
    """Answer who comes instead."""
    if not name:
        raise Refusal(words.who_comes(case))
    answering.answer(act, case, "deputy", name)


@said("absent", "不能参加", help=t("答复不能参加会议,要写原因:不能参加 12 出差"))
def absent(act: Act, case: Case, why: str) -> None:
    """Answer that nobody comes, and why."""
    if not why:
        raise Refusal(words.why_not(case))
    answering.answer(act, case, "absent", why)


@said("meeting", "会议", help=t("看会议和各方答复:会议 12"))
def meeting(act: Act, case: Case, _words: str) -> None:
    """Show how a case's newest meeting stands."""
    newest = meetings.newest(act.session, case.id)
    if newest is None:
        raise Refusal(words.none(case))
    act.reply(answering.shown(act, case, newest), case=case)


@due(calling.ANSWER)
def not_answered(act: Act, timer: Timer) -> None:
    """Remind whoever has not answered."""
    found, case = _of(act, timer)
    for row in meetings.answers(act.session, found.id):
        if row.answer == "waiting" and found.is_ahead(act.now):
            act.tell(people.person(act.session, row.person_id), words.remind(case, found), calling.BUTTONS, case=case)


@due(calling.START)
def begins_soon(act: Act, timer: Timer) -> None:
    """Remind whoever comes of time and place."""
    found, case = _of(act, timer)
    for row in meetings.answers(act.session, found.id):
        if row.answer == "attends":
            act.tell(people.person(act.session, row.person_id), words.begins(case, found), case=case)


def _of(act: Act, timer: Timer) -> tuple[Meeting, Case]:
    found = meetings.load(act.session, uuid.UUID(timer.subject))
    return found, cases.look(act.session, found.case_id)
