"""People: who am I, which language, who is on duty, who is on leave, what can be said."""

import re
from datetime import date, timedelta

from config.language import t
from handlers import registry
from handlers.act import Act
from handlers.errors import Refusal
from handlers.people import helping, words
from handlers.registry import said
from storage import person as people

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
CHINESE = ("zh", "中文", "汉语", "chinese")
ENGLISH = ("en", "english", "英文", "英语")


@said("help", "帮助", "?", "start", about="nothing", help=t("看可以说什么:帮助,帮助 拟稿,帮助 全部"))
def show_help(act: Act, about: str) -> None:
    """Tell what this person may say here, where they asked."""
    act.reply(helping.told(act, about.strip()))


@said("whoami", "我是谁", about="nothing", help=t("看自己的身份:我是谁"))
def whoami(act: Act, _words: str) -> None:
    """Tell somebody who the desk takes them for."""
    act.aside(words.who(act.somebody, act.house.plan))


@said("language", "语言", about="nothing", help=t("换语言:语言 en"))
def set_language(act: Act, wanted: str) -> None:
    """Change the language in which somebody is spoken to."""
    choice = wanted.strip().lower()
    if choice not in (*CHINESE, *ENGLISH):
        raise Refusal(words.which_language())
    person = act.somebody
    person.language = "zh" if choice in CHINESE else "en"
    people.save(act.session, person)
    act.answer(words.language_set())


@said("duty", "值班", about="nothing", help=t("看今天谁值班:值班"))
def show_duty(act: Act, _words: str) -> None:
    """Name who is on duty today, and tomorrow."""
    today, tomorrow = (_duty_of(act, act.today + timedelta(days=days)) for days in (0, 1))
    act.reply(words.duty_of(act.today, today, tomorrow))
    for listener in registry.LISTENERS.get("duty_shown", ()):
        listener(act, None)


def _duty_of(act: Act, day: date) -> list[words.Slot]:
    return [
        (slot, [people.person(act.session, who).name for who in people.on_duty(act.session, day, slot)])
        for slot in words.SLOTS
    ]


@said("leave", "请假", about="nothing", help=t("请假:请假 2026-12-01 2026-12-03"))
def ask_leave(act: Act, wanted: str) -> None:
    """Put a leave on the roster, or take it back."""
    person = act.somebody
    if wanted.strip() in ("取消", "cancel"):
        person.leave = []
        people.save(act.session, person)
        act.answer(words.leave_cancelled(person))
        return
    first, last = _days(wanted)
    person.leave = [*person.leave, [first.isoformat(), last.isoformat()]]
    people.save(act.session, person)
    for listener in registry.LISTENERS.get("away", ()):
        listener(act, None)
    act.answer(words.leave_set(person, first, last))


def _days(wanted: str) -> tuple[date, date]:
    try:
        days = [date.fromisoformat(day) for day in DAY.findall(wanted)]
    except ValueError:
        raise Refusal(words.how_to_leave()) from None
    if not days or days[0] > days[-1]:
        raise Refusal(words.how_to_leave())
    return days[0], days[-1]
