"""Who is there right now: on duty, not away, and within reach of a chat."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from config.plan import Night
from handlers.act import Act
from storage import chat as chats
from storage import mandate as mandates
from storage import person as people
from storage.person import Person


@dataclass(frozen=True)
class OnHand:
    """The bureau's people at one moment, in the roster's order."""

    people: tuple[Person, ...]
    reached: frozenset[uuid.UUID]
    duty: frozenset[uuid.UUID] = frozenset()  # duty officers of this shift
    leading: frozenset[uuid.UUID] = frozenset()  # duty leaders of this day
    day: date = date.min
    mandates: Mapping[tuple[uuid.UUID, str], uuid.UUID] = field(default_factory=dict)  # deputies, by giver and right
    # What is asked anew for each reminder of a batch.
    _with_role: dict[tuple[str, ...], tuple[Person, ...]] = field(default_factory=dict, init=False, compare=False)
    _among: dict[frozenset[uuid.UUID], tuple[Person, ...]] = field(default_factory=dict, init=False, compare=False)

    def with_role(self, *roles: str) -> tuple[Person, ...]:
        """List who holds any of the roles."""
        if roles not in self._with_role:
            self._with_role[roles] = tuple(person for person in self.people if person.has(*roles))
        return self._with_role[roles]

    def among(self, ids: frozenset[uuid.UUID]) -> tuple[Person, ...]:
        """List the people with these ids."""
        if ids not in self._among:
            self._among[ids] = tuple(person for person in self.people if person.id in ids)
        return self._among[ids]

    def is_away(self, person: Person) -> bool:
        """Say whether somebody is on leave."""
        return person.is_on_leave(self.day)

    def can_ask(self, person: Person) -> bool:
        """Say whether somebody is here and a message reaches them."""
        return person.active and person.id in self.reached and not self.is_away(person)

    def deputy_of(self, person_id: uuid.UUID, right: str) -> Person | None:
        """Return who acts in somebody's stead for a right (a gate, the signature, spokesperson)."""
        deputy = self.mandates.get((person_id, right))
        return next((person for person in self.people if person.id == deputy), None) if deputy else None

    def first(self, persons: Sequence[Person]) -> Person | None:
        """Return the first of them who can be asked."""
        return next((person for person in persons if self.can_ask(person)), None)

    @property
    def duty_leaders(self) -> tuple[Person, ...]:
        """List the leaders on duty; without a duty list, whoever holds the role."""
        return self.among(self.leading) or self.with_role("duty_leader")


def shift_of(local: datetime, night: Night) -> tuple[date, str]:
    """Return the duty day and slot (day, night) of a local moment: the night belongs to the day on which it begins."""
    moment = local.time()
    if moment < night.ends:
        return local.date() - timedelta(days=1), "night"
    return local.date(), "night" if moment >= night.begins else "day"


def on_hand(act: Act) -> OnHand:
    """Look who is there now; of several acts in one transaction only the first has to ask."""
    return act.session.once(f"on hand {act.now}", lambda: _on_hand(act))


def _on_hand(act: Act) -> OnHand:
    day, slot = shift_of(act.now.astimezone(act.house.zone), act.house.plan.assignment.night)
    return OnHand(
        tuple(people.everybody(act.session)),
        frozenset(chats.reached(act.session, act.house.platforms)),
        frozenset(people.on_duty(act.session, day, slot)),
        frozenset(people.on_duty(act.session, day, "leader")),
        act.today,
        {(row.giver_id, right): row.deputy_id for row in mandates.active(act.session, act.now) for right in row.rights},
    )


def duty_officer(act: Act) -> Person | None:
    """Return the duty officer of this shift who can be asked now."""
    here = on_hand(act)
    return here.first(here.among(here.duty))
