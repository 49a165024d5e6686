"""The roster: who works at the desk, in which chats it speaks, and who is on duty."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from config.accounts import plain_accounts
from config.rights import Role


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Absence(_Row):
    """Days on leave, both ends included."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")

    def covers(self, day: date) -> bool:
        """Tell whether the day is one of them."""
        return self.first <= day <= self.last


class Person(_Row):
    """Somebody the desk knows, with what they may do and where they are reached."""

    key: str = Field(min_length=1)
    name: str = Field(min_length=1)
    title: str = ""
    section: str = ""
    agency: str = ""  # the other body they come from; empty: the bureau itself
    phone: str = ""
    language: Literal["zh", "en", ""] = ""  # empty: the language of the desk
    roles: tuple[Role, ...] = Field(min_length=1)
    topics: tuple[str, ...] = ()  # speaks for these
    deputy_for: tuple[str, ...] = ()  # speaks for these when the first does not accept
    gates: tuple[str, ...] = ()  # reviews these (or signs: the signature's key)
    deputy_gates: tuple[str, ...] = ()
    accounts: Annotated[dict[str, str], AfterValidator(plain_accounts)] = Field(default_factory=dict)  # by platform
    leave: tuple[Absence, ...] = ()

    def is_away(self, day: date) -> bool:
        """Tell whether they are on leave that day."""
        return any(absence.covers(day) for absence in self.leave)

    def can_hold(self, gate: str) -> bool:
        """Tell whether they may sign this gate, as its reviewer or as a deputy."""
        return gate in self.gates or gate in self.deputy_gates


class Chat(_Row):
    """A group the desk speaks in."""

    use: Literal["staff", "joint_meeting", "release_channel"]
    platform: str = Field(min_length=1)
    id: str = Field(min_length=1)
    title: str = Field(min_length=1)


class DutyWeek(_Row):
    """Who is on duty, by day and by night, and the leader on duty; people by key. `to` empty: until further notice."""

    first: date = Field(alias="from")
    last: date | None = Field(alias="to")
    day: str
    night: str
    leader: str

    def covers(self, day: date) -> bool:
        """Tell whether the day falls into it."""
        return self.first <= day and (self.last is None or day <= self.last)


class Roster(_Row):
    """The whole roster; the empty one is a desk without people, which says so."""

    people: tuple[Person, ...] = ()
    chats: tuple[Chat, ...] = ()
    duty: tuple[DutyWeek, ...] = ()

    def person(self, key: str) -> Person:
        """Return the person named so; KeyError when there is none."""
        for person in self.people:
            if person.key == key:
                return person
        raise KeyError(key)

    def with_role(self, role: Role) -> Iterator[Person]:
        """List the people who hold a role."""
        return (person for person in self.people if role in person.roles)

    def duty_on(self, day: date) -> DutyWeek | None:
        """Return who is on duty that day; None when nobody was put down."""
        return next((week for week in self.duty if week.covers(day)), None)
