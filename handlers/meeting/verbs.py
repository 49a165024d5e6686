"""召集 and what follows: a meeting of the joint meeting about a case (实施方案 四.4, R10)."""

import uuid

from config.language import Said, lines, t
from handlers.act import STATUTORY, Act
from handlers.errors import Refusal
from handlers.meeting import agreed, agreed_words, answering, calling, standing, words
from handlers.registry import due, on, said
from storage import case as cases
from storage import chat as chats
from storage import meeting as meetings
from storage import person as people
from storage.case import Case
from storage.meeting import Meeting
from storage.timer import Timer

LONGEST_NUMBER = 6  # digits of a task's number


@said("convene", "召集", help=t("召集联席会议,议程写在下面各行:召集 12 明天上午9点 三楼会议室"))
def convene(act: Act, case: Case, typed: str) -> None:
    """Call everybody to a meeting, in the group and each alone."""
    before = meetings.newest(act.session, case.id)
    if before is not None and before.is_ahead(act.now):
        raise Refusal(words.called_already(case, before))
    calling.refuse_without_group(act)
    what, (reached, unreached) = calling.read(act, case, typed), calling.members(act, case)
    meeting = calling.keep(act, case, what, reached, n=before.n + 1 if before else 1)
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
    act.answer(_call_off(act, case, meeting, why), case=case)


def _call_off(act: Act, case: Case, meeting: Meeting, why: str) -> Said:
    meeting.called_off_at, meeting.called_off_why = act.now, why
    meetings.save(act.session, meeting)
    act.no_longer(calling.ANSWER, str(meeting.id))
    act.no_longer(calling.START, str(meeting.id))
    told = words.called_off(case, meeting)
    calling.tell_everybody(act, case, meeting, told, ask=False)
    return told


@said("attend", "参加", help=t("答复参加会议:参加 12"))
def attend(act: Act, case: Case, typed: str) -> None:
    """Answer that one comes."""
    answering.own_words(act, case, typed)
    answering.answer(act, case, "attends")


@said("deputy", "派代表", help=t("派人代替参加会议:派代表 12 张三"))
def deputy(act: Act, case: Case, typed: str) -> None:
    """Answer who comes instead."""
    name = answering.own_words(act, case, typed)
    if not name:
        raise Refusal(words.who_comes(case))
    answering.answer(act, case, "deputy", name)


@said("absent", "不能参加", help=t("答复不能参加会议,要写原因:不能参加 12 出差"))
def absent(act: Act, case: Case, typed: str) -> None:
    """Answer that nobody comes, and why."""
    why = answering.own_words(act, case, typed)
    if not why:
        raise Refusal(words.why_not(case))
    answering.answer(act, case, "absent", why)


@said("meeting", "会议", "会商", help=t("看会议和各方答复:会议 12"))
def meeting(act: Act, case: Case, _words: str) -> None:
    """Show how a case's newest meeting stands."""
    newest = meetings.newest(act.session, case.id)
    if newest is None:
        raise Refusal(words.none(case))
    act.reply(lines(answering.shown(act, case, newest), *standing.agreed_on(act, case)), case=case)


@said("minutes", "纪要", help=t("写会议纪要,再写就是新的一版:纪要 12 内容"))
def minutes(act: Act, case: Case, typed: str) -> None:
    """Keep the minutes of a meeting that has begun; without words show them."""
    if typed:
        agreed.held(act, case)
    _text(act, case, "minutes", typed)


@said("dissemination", "传播方案", help=t("写商定的发布和传播方案,再写就是新的一版:传播方案 12 内容"))
def dissemination(act: Act, case: Case, typed: str) -> None:
    """Keep the agreed plan of release and dissemination; without words show it."""
    _text(act, case, "dissemination", typed)


def _text(act: Act, case: Case, kind: str, typed: str) -> None:
    if typed:
        group = bool(chats.used_for(act.session, "joint_meeting"))
        act.answer(agreed_words.kept(case, agreed.keep(act, case, kind, typed), group=group), case=case)
        return
    newest = meetings.text(act.session, case.id, kind)
    if newest is None:
        raise Refusal(agreed_words.no_text(case, kind, act.spoken or kind))
    act.reply(agreed_words.text(case, newest, people.person(act.session, newest.written_by).name), case=case)


@said("task", "任务", help=t("会后布置任务,一行一项:任务 12 马超 明天下午5点 核实检测数据"))
def task(act: Act, case: Case, typed: str) -> None:
    """Give what a meeting agreed to those who do it, each with a limit."""
    meeting = agreed.held(act, case)
    rows = agreed.give(act, case, meeting, agreed.read(act, case, typed))
    owners = [people.person(act.session, row.owner_id).name for row in rows]
    act.answer(agreed_words.tasks_given(case, rows, owners), case=case)


@said("done", "完成", help=t("报会议任务完成,可写结果:完成 12 1 数据已核实"))
def done(act: Act, case: Case, typed: str) -> None:
    """Note that a task is done, and what came of it."""
    number, _, result = typed.partition(" ")
    if not (number.isascii() and number.isdecimal() and len(number) < LONGEST_NUMBER):
        raise Refusal(agreed_words.which_task(case))
    row = agreed.finish(act, case, int(number), result.strip())
    act.answer(agreed_words.done(case, row, act.somebody.name), case=case)


@on("closed")
@on("merged")
def ended(act: Act, case: Case) -> None:
    """Call off a meeting that is still to come: the case has ended. Tasks go on."""
    meeting = meetings.newest(act.session, case.id)
    if meeting is not None and meeting.is_ahead(act.now):
        _call_off(act, case, meeting, words.CASE_ENDED.say(act.house.voice()))


@due(agreed.TASK, reminds=True)
def task_due(act: Act, timer: Timer) -> None:
    """Remind of a task, or say that its limit has passed."""
    row = meetings.task(act.session, uuid.UUID(timer.subject))
    case = cases.look(act.session, row.case_id)
    if row.done_at is not None:
        return
    if act.now >= row.due_at:
        agreed.overdue(act, case, row)
        return
    agreed.tell_owner(act, case, row, agreed_words.remind(case, row, act.now), lane=STATUTORY)
    agreed.wait(act, case, row)


@due(calling.ANSWER, reminds=True)
def not_answered(act: Act, timer: Timer) -> None:
    """Remind whoever has not answered."""
    found, case = _of(act, timer)
    for row in meetings.answers(act.session, found.id):
        if row.answer == "waiting" and found.is_ahead(act.now):
            person = people.person(act.session, row.person_id)
            act.tell(person, words.remind(case, found), calling.buttons(found), case=case, lane=STATUTORY)


@due(calling.START, reminds=True)
def begins_soon(act: Act, timer: Timer) -> None:
    """Remind whoever comes, or sends somebody, of time and place."""
    found, case = _of(act, timer)
    for row in meetings.answers(act.session, found.id):
        if row.answer in ("attends", "deputy"):
            act.tell(people.person(act.session, row.person_id), words.begins(case, found), case=case, lane=STATUTORY)


def _of(act: Act, timer: Timer) -> tuple[Meeting, Case]:
    found = meetings.load(act.session, uuid.UUID(timer.subject))
    return found, cases.look(act.session, found.case_id)
