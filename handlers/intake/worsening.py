"""What comes later tells of more: the staff is told, and re-grading is offered; a person's grade stays (R3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from config.language import Line, Said, t
from handlers.act import STATUTORY, Act
from handlers.conversation import Button
from handlers.intake import words
from handlers.judgement.finding import graver, is_graver
from handlers.judgement.naming import grade_names
from handlers.on_hand import duty_officer
from storage.case import Case


@dataclass(frozen=True)
class Before:
    """How a case was judged before something came to it."""

    grade: str
    toll: dict[str, int]

    @classmethod
    def of(cls, case: Case) -> "Before":
        """Keep how a case is judged now."""
        return cls(case.grade, dict(case.toll))

    def is_surpassed(self, case: Case, read: str | None) -> bool:
        """Say whether what came tells of more; a grade that a person set is held against it, too."""
        if not case.is_open:
            return is_graver(read, case.grade)
        risen = any(number > self.toll.get(about, 0) for about, number in case.toll.items())
        return risen or is_graver(_proposed(case, read), self.grade)


def gravest(read: Iterable[str | None]) -> str | None:
    """Return the gravest of the grades that were read."""
    known = [grade for grade in read if grade is not None]
    return reduce(graver, known) if known else None


def tell_staff(act: Act, case: Case, head: Line, read: str | None) -> None:
    """Tell the staff chats of an open case; what a person graded is not raised, but offered for re-grading."""
    names, grade = grade_names(act.plan_for(case)), _proposed(case, read)
    asks = case.grade_set_by is None or is_graver(grade, case.grade)
    offer = [Button(words.regrade(names[grade]), "grade", grade)] if asks else []
    _announce(act, case, words.graver(case, head, names, grade), [*offer, Button(t("改判"), "rejudge")])


def tell_of_ended(act: Act, case: Case, said: Line) -> None:
    """Tell the staff chats of a case that has ended; reopening is offered."""
    _announce(act, case, said, [Button(t("重开"), "reopen")])


def _announce(act: Act, case: Case, said: Said, taps: list[Button]) -> None:
    act.announce("staff", said, [taps], case=case, names=duty_officer(act), lane=STATUTORY)


def _proposed(case: Case, read: str | None) -> str:
    """Return the grade that was read, or the case's own where it is graver."""
    return case.grade if read is None else graver(read, case.grade)
