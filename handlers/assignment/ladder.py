"""Who is asked to take a case, in which order: pure rules over the people who are there (本台默认, R5)."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from config.plan import Assignment, Grade
from handlers.on_hand import OnHand
from storage.person import Person

Why = Literal["nobody", "on_leave", "unreachable", "already_asked"]
LEADING: Final = ("duty_leader", "leader")  # the rungs on which the bureau's leaders stand
SPEAKING: Final = ("spokesperson", "deputy")  # the rungs on which spokespeople stand, or whoever acts for them
STAND_INS: Final = ("deputy", "duty_officer", *LEADING)


@dataclass(frozen=True)
class Wish:
    """What the case needs somebody for, and who was asked for it already."""

    topic: str
    track: str = "opinion"
    asked: frozenset[uuid.UUID] = frozenset()
    step: int = 0  # rungs of the ladder already used


@dataclass(frozen=True)
class Skipped:
    """A rung, or somebody on it, that could not be asked, and why."""

    rung: str
    why: Why
    person: Person | None = None


@dataclass(frozen=True)
class Asking:
    """Who is asked next (None: nobody is left), what was skipped on the way, and how far up the ladder that is."""

    person: Person | None
    rung: str
    step: int
    skipped: tuple[Skipped, ...] = ()


def next_asked(ladder: Sequence[str], here: OnHand, wish: Wish) -> Asking:
    """Climb from the first unused rung to the first person who can be asked; each rung asks one person.

    Whoever stands on several rungs and cannot be asked is named once.
    """
    skipped: list[Skipped] = []
    for step, rung in enumerate(ladder[wish.step :], start=wish.step + 1):
        found, passed = _on_rung(rung, here, wish)
        named = {each.person.id for each in skipped if each.person is not None}
        skipped += [each for each in passed if each.person is None or each.person.id not in named]
        if found is not None:
            return Asking(found, rung, step, tuple(skipped))
    return Asking(None, "", len(ladder), tuple(skipped))


def candidates(rung: str, here: OnHand, wish: Wish) -> tuple[Person, ...]:
    """List who stands on a rung for this case, in the roster's order."""
    return _CANDIDATES[rung](here, wish)


def stand_in(here: OnHand, wish: Wish) -> Person | None:
    """Return who takes over from somebody away: the deputy for the topic, else the duty officer, else a leader."""
    return here.first([person for rung in STAND_INS for person in candidates(rung, here, wish)])


def still_fits(ladder: Sequence[str], here: OnHand, wish: Wish, person_id: uuid.UUID) -> bool:
    """Say whether somebody asked earlier is still one of those to ask, now that the judgement has changed."""
    used = ladder[: max(wish.step, 1)]
    return any(person.id == person_id for rung in used for person in candidates(rung, here, wish))


def accept_within(grade: Grade, rule: Assignment) -> timedelta:
    """Return within what time somebody asked must have accepted; a graver case waits less."""
    return timedelta(minutes=rule.accept_within_minutes[grade])


def _on_rung(rung: str, here: OnHand, wish: Wish) -> tuple[Person | None, list[Skipped]]:
    passed: list[Skipped] = []
    named = candidates(rung, here, wish)
    acting = [here.deputy_of(person.id, "spokesperson") or person for person in named] if rung in SPEAKING else named
    for person in {one.id: one for one in acting}.values():
        why = _why_not(person, here, wish)
        if why is None:
            return person, passed
        passed.append(Skipped(rung, why, person))
    return None, passed or [Skipped(rung, "nobody")]


def _why_not(person: Person, here: OnHand, wish: Wish) -> Why | None:
    if person.id in wish.asked:
        return "already_asked"
    if here.is_away(person):
        return "on_leave"
    return None if person.id in here.reached else "unreachable"


def _spokespeople(here: OnHand, wish: Wish) -> tuple[Person, ...]:
    if wish.track == "question":
        return here.with_role("network_spokesperson")
    return _answering(here, wish, lambda person: person.topics)


def _deputies(here: OnHand, wish: Wish) -> tuple[Person, ...]:
    return _answering(here, wish, lambda person: person.deputy_topics)


def _answering(here: OnHand, wish: Wish, topics: Callable[[Person], Iterable[str]]) -> tuple[Person, ...]:
    return tuple(person for person in here.with_role("spokesperson") if wish.topic in topics(person))


_CANDIDATES: Final[Mapping[str, Callable[[OnHand, Wish], tuple[Person, ...]]]] = {
    "spokesperson": _spokespeople,
    "deputy": _deputies,
    "duty_officer": lambda here, _: here.among(here.duty),
    "duty_leader": lambda here, _: here.duty_leaders,
    "leader": lambda here, _: here.with_role("leader"),
}
