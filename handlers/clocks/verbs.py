"""The statutory clocks in chat: they follow what happens, nag, and end with a milestone (实施方案 三.1)."""

import re
import uuid
from datetime import timedelta
from typing import Final

from config.language import Line, lines, t
from config.plan import Track
from handlers import night
from handlers.act import Act
from handlers.clocks import escalating, ladder_words, nagging, questions, restored, running, words
from handlers.clocks.strictest import binding
from handlers.errors import Refusal
from handlers.reading.numerals import read_number
from handlers.registry import due, on, said
from handlers.words import names
from storage import case as cases
from storage import case_event
from storage import clock as clocks
from storage import correction as corrections
from storage import person as people
from storage import timer as timers
from storage.case import Case
from storage.case_event import CaseEvent
from storage.correction import Correction
from storage.timer import Timer

SPAN: Final = re.compile(
    r"^(?P<amount>\d{1,3}|[半一二两三四五六七八九十百]{1,4})\s*(?:个)?"
    r"(?P<unit>分钟?|min|m|小时|时|h)$",
    re.IGNORECASE,
)
HEADS: Final = ("leader", "duty_leader", "spokesperson")


# what follows


@on("opened")
@on("registered")
@on("judged")
@on("split")
@on("reopened")
def judged_anew(act: Act, case: Case) -> None:
    """Count the limits of a case as it is judged now, from its original start."""
    running.keep_clocks(act, case, "judged")


@on("reopened")
def missed_still(act: Act, case: Case) -> None:
    """Go up the ladder once more for what was missed before the case was closed, and is not met to this day."""
    escalating.begin(act, case)


@on("event")
@on("released")
def went_on(act: Act, case: Case) -> None:
    """End what has been done, start what follows from it."""
    running.keep_clocks(act, case, "event")


@on("closed")
def ended(act: Act, case: Case) -> None:
    """Let the clocks of a closed case lapse for the reason it was closed."""
    running.keep_clocks(act, case, case.exit or "done")


@on("merged")
def merged(act: Act, case: Case) -> None:
    """Let a merged case's clocks lapse; the case that goes on takes the earliest start."""
    running.keep_clocks(act, case, "merged")
    if case.merged_into is not None:
        running.keep_clocks(act, cases.load(act.session, case.merged_into), "merged")


@due("clock", reminds=True)
def ring(act: Act, timer: Timer) -> None:
    """Remind of a limit, or record that it has passed."""
    clock = clocks.load(act.session, uuid.UUID(timer.subject))
    if clock.outcome != "running":
        return
    case = cases.load(act.session, clock.case_id)
    live = [row for row in clocks.of_case(act.session, case.id) if row.outcome == "running"]
    if act.now >= clock.due_at:
        running.miss(act, case, [row for row in live if act.now >= row.due_at])
        return
    binds = clock.id in {row.id for row in binding(live, act.plan_for(case))}
    if binds and night.waits_until(act.session, act.plan_for(case), case, act.now) is None:
        nagging.remind(act, case, clock)
    running.remind_next(act, case, clock)
    act.changed(case)


# looking and waiting


@said("clocks", "时限", help=t("看全部时限和依据:时限 12"))
def show_clocks(act: Act, case: Case, _words: str) -> None:
    """List every clock of a case with its basis and outcome."""
    act.reply(words.all_clocks(case, clocks.of_case(act.session, case.id), act.now, act.plan_for(case)), case=case)


@said("snooze", "稍后", help=t("过一会儿再提醒,不会越过时限:稍后 12 10分"))
def snooze(act: Act, case: Case, span: str) -> None:
    """Put off the reminders of a case, never past a limit."""
    live = binding(clocks.of_case(act.session, case.id), act.plan_for(case))
    if not live:
        raise Refusal(words.nothing_to_snooze(case))
    until = act.now + _span(case, span or "10分")
    waiting = {timer.subject: timer.due_at for timer in timers.of_case(act.session, case.id) if timer.kind == "clock"}
    for clock in clocks.of_case(act.session, case.id):
        subject = str(clock.id)
        if subject in waiting:
            act.later("clock", min(max(until, waiting[subject]), clock.due_at), case=case, subject=subject)
    act.changed(case)
    limit = live[0].due_at
    act.answer(words.snoozed(case, until, limit) if until < limit else words.snoozed_to_limit(case, limit), case=case)


def _span(case: Case, typed: str) -> timedelta:
    found = SPAN.match(typed.strip())
    amount = _amount(found["amount"]) if found is not None else 0
    if found is None or not amount:
        raise Refusal(words.how_long(case))
    return timedelta(minutes=amount * (1 if found["unit"].lower().startswith(("分", "m")) else 60))


def _amount(said: str) -> float:
    """Return what a number says, in either script; 0: it is none."""
    found = read_number(said) if said != "半" else None
    return 0.5 if said == "半" else float(found.value or 0) if found is not None else 0


# what was done about a limit that has passed


@said(escalating.PHONED, "已通知", help=t("记录已电话通知:已通知 12 张局长"))
def phoned(act: Act, case: Case, whom: str) -> None:
    """Record that somebody was phoned; nobody is asked to call again."""
    if not whom.strip():
        raise Refusal(ladder_words.whom_phoned(case))
    event = CaseEvent(case_id=case.id, event=escalating.PHONED, at=act.now, by=act.somebody.id, note=whom.strip())
    case_event.record(act.session, event)
    act.no_longer(escalating.CALL, str(case.id))
    act.changed(case)
    act.answer(ladder_words.phoned(case, whom.strip()), case=case)


@said("reason", "说明原因", help=t("说明超时的原因,与超时一并留存:说明原因 12 等水务局的数据"))
def explain(act: Act, case: Case, why: str) -> None:
    """Keep why a limit was missed beside every miss that has no reason yet; a later reason takes the place of all."""
    late = [clock for clock in clocks.of_case(act.session, case.id) if clock.outcome == "missed"]
    if not late:
        raise Refusal(words.nothing_missed(case))
    if not why.strip():
        raise Refusal(words.which_reason(case))
    for clock in [each for each in late if not each.late_why] or late:
        clock.late_why = why.strip()
        clocks.save(act.session, clock)
    act.changed(case)
    act.answer(words.reason_kept(case), case=case)


# milestones


@said("upward", "上报上级", "已上报", help=t("记录已向上级报告:已上报 12 电话报区政府值班室"))
def upward(act: Act, case: Case, note: str) -> None:
    """Record that the superior was told."""
    _milestone(act, case, "reported_upward", words.REPORTED_UPWARD, note)


@said("conference", "发布会", help=t("记录发布会已召开和出席人:发布会 12 已召开 王局长"))
def conference(act: Act, case: Case, note: str) -> None:
    """Record a press conference; a head or spokesperson must have attended (实施方案 三.1)."""
    heads = [person.name for person in people.everybody(act.session) if person.has(*HEADS)]
    if not any(name in note for name in heads):
        raise Refusal(words.conference_of_whom(case, names([t("{name}", name=name) for name in heads])))
    _milestone(act, case, "conference_held", words.CONFERENCE_HELD, note)


@said("question", "问政", help=t("按网络问政办理:问政 12,或 问政 12 复杂"))
def question(act: Act, case: Case, how: str) -> None:
    """Handle a case as an online question, perhaps a complex one."""
    is_complex = "复杂" in how or "complex" in how.lower()
    if (case.track, case.complex) == ("question", is_complex):
        raise Refusal(words.already_question(case))
    _go_over(act, case, "question", is_complex=is_complex)
    act.answer(words.became_question(case), case=case)


@said("opinion", "转舆情", help=t("不按网络问政、按舆情办理:转舆情 12"))
def opinion(act: Act, case: Case, _words: str) -> None:
    """Handle an online question as public opinion: its limits count from when it was received."""
    if case.track == "opinion":
        raise Refusal(words.already_opinion(case))
    _go_over(act, case, "opinion", is_complex=False)
    act.answer(words.became_opinion(case), case=case)


def _go_over(act: Act, case: Case, track: Track, *, is_complex: bool) -> None:
    """Put a case under the limits of the other track, on a person's word."""
    _only_while_open(case)
    before, case.track, case.complex = case.track, track, is_complex
    after = f"{track}{' complex' if is_complex else ''}"
    correction = Correction(case_id=case.id, field="track", before=before, after=after, by=act.somebody.id, at=act.now)
    corrections.record(act.session, correction)
    act.happened("judged", case)


@said("accept", "受理", help=t("受理网络问政:受理 12"))
def accept(act: Act, case: Case, note: str) -> None:
    """Record that an online question was accepted: whoever does so has it."""
    _only_question(case)
    if questions.was_recorded(act.session, case, "question_accepted"):
        raise Refusal(words.already_accepted(case))
    _only_while_open(case)
    questions.take(act, case)
    _milestone(act, case, "question_accepted", words.QUESTION_ACCEPTED, note)


@said("reply", "答复", help=t("记录已答复网民或来信人:答复 12 已派员修复"))
def reply(act: Act, case: Case, note: str) -> None:
    """Record the reply to a writer; public opinion is answered by a signed release instead."""
    if case.track != "question" and "reply_to_writer" not in case.forms:
        raise Refusal(words.reply_through_release(case))
    if not note.strip():
        raise Refusal(words.what_was_replied(case))
    _only_while_open(case)
    questions.take(act, case)
    _milestone(act, case, "replied", words.REPLIED, note)


@said("transfer", "转办", help=t("把网络问政转给负责的单位:转办 12 水务局"))
def transfer(act: Act, case: Case, body: str) -> None:
    """Record that a question was passed on to whoever is responsible."""
    _only_question(case)
    if not body.strip():
        raise Refusal(words.pass_on_to_whom(case))
    _only_while_open(case)
    questions.take(act, case)
    _milestone(act, case, "passed_on", words.passed_on(body), body)


@said("refer", "移交", "已移交", help=t("记录谣言线索已移交和回执:移交 12 公安网安大队,回执 15"))
def refer(act: Act, case: Case, receipt: str) -> None:
    """Record the receipt for a rumour's clue that was handed over (实施方案 二)."""
    if case.rumour != "confirmed":
        raise Refusal(words.no_rumour(case))
    if not receipt.strip():
        raise Refusal(words.which_receipt(case))
    _milestone(act, case, "referred", words.REFERRED, receipt)


def _milestone(act: Act, case: Case, event: str, what: Line, note: str) -> None:
    """Put a milestone on record; the clocks follow."""
    _only_while_open(case)
    done = CaseEvent(case_id=case.id, event=event, at=act.now, by=act.somebody.id, note=note.strip())
    case_event.record(act.session, done)
    act.happened("event", case)
    ended_now = [row for row in clocks.of_case(act.session, case.id) if row.ended_at == act.now and not row.lapsed_why]
    text = lines(words.recorded(case, what, act.now, ended_now, act.plan_for(case)), words.next_step(case, event))
    if event in questions.SETTLED:
        questions.offer_close(act, case, text)
    else:
        act.answer(text, case=case)


def _only_question(case: Case) -> None:
    if case.track != "question":
        raise Refusal(words.not_a_question(case))


def _only_while_open(case: Case) -> None:
    if not case.is_open:
        raise Refusal(words.case_has_ended(case))


@due(restored.TIMER)
def tell_restored(act: Act, timer: Timer) -> None:
    """Say first of all that the desk was restored from a backup."""
    restored.tell(act, timer)
