"""Who can end a clock: pure rules over the case and the people who are there."""

import uuid
from collections.abc import Callable, Mapping
from typing import Final

from handlers.on_hand import OnHand
from storage.case import Case
from storage.person import Person


def who_can_end(owner: str, case: Case, here: OnHand) -> Person | None:
    """Return whom to remind: the one the plan names, else the duty officer, else the leaders; None: nobody."""
    named = _OWNERS[owner](case, here)
    return here.first((*named, *_duty(case, here), *here.duty_leaders, *here.with_role("office_head", "leader")))


def responsible(owner: str, case: Case, here: OnHand) -> Person | None:
    """Return who has to answer for it that a clock was missed; None: nobody does, or they are away.

    That is whoever took the case. An online question is the network spokesperson's before it is taken.
    """
    whose = case.duty_officer_id if owner == "duty_officer" else case.spokesperson_id
    by_role = here.with_role(owner) if owner in ("leader", "network_spokesperson") else ()
    named = here.among(frozenset([whose])) if whose and owner != "leader" else by_role
    return next((person for person in named if person.active and not here.is_away(person)), None)


def _spokesperson(case: Case, here: OnHand) -> tuple[Person, ...]:
    """Return who took the case (while nobody has, who is asked for it now), and after them their deputies."""
    asked = uuid.UUID(case.asked_ids[-1]) if case.stage == "acceptance" and case.asked_ids else None
    whose = case.spokesperson_id or asked
    if whose is None:
        return ()
    acting = here.deputy_of(whose, "spokesperson")
    return (*((acting,) if acting else ()), *here.among(frozenset([whose])), *_deputies(case, here))


def _deputies(case: Case, here: OnHand) -> tuple[Person, ...]:
    return tuple(person for person in here.with_role("spokesperson") if case.topic in person.deputy_topics)


def _network_spokesperson(case: Case, here: OnHand) -> tuple[Person, ...]:
    taken = _spokesperson(case, here)
    return (
        *(person for person in taken if person.has("network_spokesperson")),
        *here.with_role("network_spokesperson"),
    )


def _duty(case: Case, here: OnHand) -> tuple[Person, ...]:
    own = frozenset([case.duty_officer_id]) if case.duty_officer_id else frozenset[uuid.UUID]()
    return (*here.among(own & here.duty), *here.among(here.duty), *here.with_role("duty_officer"))


def _leader(_case: Case, here: OnHand) -> tuple[Person, ...]:
    return here.with_role("leader")


_OWNERS: Final[Mapping[str, Callable[[Case, OnHand], tuple[Person, ...]]]] = {
    "spokesperson": _spokesperson,
    "network_spokesperson": _network_spokesperson,
    "duty_officer": _duty,
    "leader": _leader,
}
