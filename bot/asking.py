"""Questions in the terminal: each with a sensible default; what is wrong is said at once and asked again."""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import typer

from bot.first_files import number_form
from bot.refused import CommandRefused
from config.language import Said, Voice, t
from config.plan_file import PlanError, load_plan
from config.settings import setting_problem

NO_NUMBER: Final = "待填"  # where the plan wants a number and nobody gave one
SHORTEST_NUMBER: Final = 3  # digits, as 110


class NotSetUp(CommandRefused):
    """Nothing was written."""


Check = Callable[[str], Said | None]  # says what is wrong with an answer


def _setting(field: str) -> Check:
    return lambda answer: setting_problem(field, answer)


def _plan_problem(answer: str) -> Said | None:
    try:
        load_plan(answer)
    except PlanError as wrong:
        return wrong
    return None


def _number_problem(answer: str) -> Said | None:
    form = number_form(answer)
    if form.count("{year}") == form.count("{seq}") == 1:
        return None
    return t("案件编号要有年份和序号,请照样写一个,如 某建舆〔2026〕1号")


def name_problem(answer: str) -> Said | None:
    """Say that an answer is no name; a number typed beside it would stand on every card."""
    if re.search(r"[0-9=]", answer) is None:
        return None
    return t("「{answer}」里不只是姓名。这里只写姓名,要电话的职务会另问。", answer=answer)


def phone_problem(answer: str) -> Said | None:
    """Say that an answer is no telephone number; what is still to be filled in may stand for one."""
    if answer == NO_NUMBER or len(re.findall(r"[0-9]", answer)) >= SHORTEST_NUMBER:
        return None
    return t("「{answer}」不像电话号码,如 0775-1234567;还不知道就回车。", answer=answer)


TOKEN_FILE: Final = "--token-file"  # noqa: S105 - an option, no secret
CHECKS: Final[Mapping[str, Check]] = {
    "--plan": _plan_problem,
    "--number-form": _number_problem,
    "--public-url": _setting("public_url"),
    "--language": _setting("language"),
    TOKEN_FILE: _setting("telegram_token"),
}


@dataclass
class Asking:
    """Asks in the terminal; elsewhere it notes what is missing."""

    defaults: bool  # take what is sensible without asking
    missing: list[str]

    @property
    def is_heard(self) -> bool:
        """Say whether somebody is there to answer."""
        return not self.defaults and sys.stdin.isatty()

    def ask(self, option: str, question: str, given: str | None, default: str, check: Check | None = None) -> str:
        """Return what was given, or is answered; an empty answer is the default. What is wrong is asked again."""
        if given is not None:
            return given
        if self.defaults:
            return default
        if not sys.stdin.isatty():
            self.missing += [option] if default else []  # what may stay empty is not missed
            return default
        wrong, secret = check or CHECKS.get(option), option == TOKEN_FILE
        while True:
            answer = str(typer.prompt(question, default=default, hide_input=secret, show_default=bool(default)))
            answer = answer.strip() or default
            problem = wrong(answer) if wrong and answer else None
            if problem is None:
                return answer
            typer.echo(problem.say(Voice()))

    def settle(self) -> None:
        """Refuse to go on without a terminal while something was not given."""
        if self.missing:
            missing = " ".join(dict.fromkeys(self.missing))
            raise NotSetUp(t("这里没有终端可以提问。请给出 {missing},或用 --yes 取默认值。", missing=missing))
