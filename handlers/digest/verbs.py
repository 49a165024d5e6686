"""The morning digest for the staff, the week's for the joint meeting, and figures on request (R6, R10)."""

import re
from datetime import date, datetime, timedelta
from typing import Final

from config.language import t
from config.plan import WEEKDAYS
from handlers.act import DIGEST, Act
from handlers.conversation import Button
from handlers.digest import gathering, handover, words
from handlers.errors import Refusal
from handlers.registry import due, pressed, said
from storage import person as people
from storage import timer as timers
from storage.timer import Timer

TIMER: Final = "digest"
WEEK: Final = timedelta(days=7)
MONTH: Final = re.compile(r"(?P<year>20\d\d)[-年.](?P<month>1[0-2]|0?[1-9])月?")


def begin(act: Act) -> None:
    """Let the next digest fall due, unless it waits already; the plan may have moved it."""
    waiting = timers.waiting(act.session, TIMER, TIMER)
    since = datetime.fromisoformat(waiting.payload["since"]) if waiting is not None else act.now
    if waiting is None or waiting.due_at > act.now:  # one that fell due while the desk was off comes first
        _next(act, since)


@due(TIMER)
def tell(act: Act, timer: Timer) -> None:
    """Tell the staff what happened since the last digest, once a week also the joint meeting how it went."""
    since = datetime.fromisoformat(timer.payload["since"])
    plan, found = act.house.plan, gathering.morning(act, since)
    act.announce("staff", words.digest(found, act.today, act.now, _duty(act), plan), lane=DIGEST)
    if WEEKDAYS[act.today.weekday()] == plan.digest.weekly_on:
        _tell_week(act)
    _next(act, act.now)


def _duty(act: Act) -> tuple[words.Duty, words.Duty]:
    return gathering.duty_of(act, act.today), gathering.duty_of(act, act.today + gathering.DAY)


def _tell_week(act: Act) -> None:
    until = gathering.begin_of_day(act, act.today)
    found = gathering.figures(act, until - WEEK, until)
    last = act.today - gathering.DAY
    act.announce("joint_meeting", words.weekly(found, act.today - WEEK, last, act.house.plan), lane=DIGEST)


def _next(act: Act, since: datetime) -> None:
    at = act.house.plan.digest.at
    moment = datetime.combine(act.today, at, act.house.zone)
    if moment <= act.now:
        moment += gathering.DAY
    act.later(TIMER, moment, subject=TIMER, since=since.isoformat())


@said("digest", "简报", "日报", about="nothing", help=t("看到现在为止的简报:简报"))
def now(act: Act, _words: str) -> None:
    """Tell whoever asks, here, what the next digest would tell now."""
    waiting = timers.waiting(act.session, TIMER, TIMER)
    since = datetime.fromisoformat(waiting.payload["since"]) if waiting is not None else act.now - gathering.DAY
    act.reply(words.digest(gathering.morning(act, since), act.today, act.now, _duty(act), act.house.plan, since=since))


@said("stats", "统计", about="nothing", help=t("看一个月的统计:统计 2026-11"))
def statistics(act: Act, which: str) -> None:
    """Tell how a month went, this one unless another is named."""
    month = _month(act, which)
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    first, end = gathering.begin_of_day(act, month), gathering.begin_of_day(act, following)
    found = gathering.figures(act, first, end)
    act.reply(words.statistics(found, month, act.house.plan))


@said("handover", "交班", about="nothing", help=t("交班,列出在办和临近时限:交班 2号等水务局回话"))
def hand_over(act: Act, note: str) -> None:
    """Give the shift to whoever is on duty next: the open cases, the nearest limits, for whom each waits, a word."""
    by = act.somebody
    slot, coming = handover.coming(act, by)
    if [person.id for person in coming] == [by.id]:
        raise Refusal(words.yourself_again(slot))
    found = gathering.handed_over(act)
    text = words.handover(found, by, slot, note.strip(), act.now, act.house.plan)
    told = [person for person in coming if act.tell(person, text, [[Button(words.TAKE_OVER, "takeover", by.key)]])]
    act.note(handover=[person.key for person in coming])
    handover.wait(act, by, coming)
    act.answer(words.handed_over(coming, told, found.open_now))


@due(handover.SHIFT, reminds=True)
def nobody_took_over(act: Act, timer: Timer) -> None:
    """Tell whoever gave the shift that nobody has taken it, and whom to phone."""
    giver = people.by_name(act.session, timer.subject)
    coming = [person for key in timer.payload["coming"] if (person := people.by_name(act.session, key)) is not None]
    times = int(timer.payload["times"])
    if giver is not None and times <= act.house.plan.escalation.calls:
        act.tell(giver, words.not_taken_over(coming))
        handover.wait(act, giver, coming, times + 1)


@pressed("takeover", about="nothing", help=t("接班"))
def take_over(act: Act, key: str) -> None:
    """Say that the shift is taken over, once: whoever gave it hears it, and the staff."""
    giver = people.by_name(act.session, key)
    if timers.waiting(act.session, handover.SHIFT, key) is None:
        raise Refusal(words.taken_already())
    act.no_longer(handover.SHIFT, key)
    act.note(takeover=key)
    if giver is not None:
        act.tell(giver, words.taken_over(act.somebody))
    act.announce("staff", words.shift_changed(giver, act.somebody))
    act.answer(words.yours_now())


def _month(act: Act, which: str) -> date:
    if not which.strip():
        return act.today.replace(day=1)
    found = MONTH.fullmatch(which.strip())
    if found is None:
        raise Refusal(words.which_month())
    return date(int(found["year"]), int(found["month"]), 1)
