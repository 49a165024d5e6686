"""People, the accounts they speak from, and who is on duty."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, UniqueConstraint, bindparam
from sqlmodel import Field, SQLModel, col, or_, select

from storage.columns import id_field, list_field, moment_field
from storage.session import Session

FOUND_TOGETHER = "people found together"


class Person(SQLModel, table=True):
    """Somebody the desk knows, with what they may do and answer for."""

    id: uuid.UUID = id_field()
    key: str = Field(unique=True)  # the roster's name for this person
    name: str
    title: str = ""
    section: str = ""
    phone: str = ""
    agency: str = ""  # the other body this person belongs to; empty: the bureau itself
    language: str = ""  # empty: the desk's language
    addressed_on: str = ""  # the platform they chose to be written to on; empty: the one they spoke on last
    spoke_on: str = ""  # the platform they spoke on last, 1:1; empty: on none, or there is only one
    roles: list[str] = list_field()
    topics: list[str] = list_field()
    deputy_topics: list[str] = list_field()
    gates: list[str] = list_field()
    deputy_gates: list[str] = list_field()
    leave: list[list[str]] = list_field()  # [first day, last day], ISO dates
    position: int = 0  # order in the roster: who is asked first
    active: bool = True

    def is_on_leave(self, day: date) -> bool:
        """Say whether this person is away on that day."""
        return any(first <= day.isoformat() <= last for first, last in self.leave)

    def has(self, *roles: str) -> bool:
        """Say whether this person holds any of the roles."""
        return not set(roles).isdisjoint(self.roles)


class Identity(SQLModel, table=True):
    """A platform account that speaks for a person."""

    __table_args__ = (UniqueConstraint("platform", "account"),)
    id: uuid.UUID = id_field()
    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    platform: str
    account: str
    given_by: str = "roster"  # roster, or invite: a roster takes back only what it gave


class DutyShift(SQLModel, table=True):
    """Who is on duty, from one day to another (both included; without end: until changed)."""

    __tablename__ = "duty_shift"
    __table_args__ = (CheckConstraint("slot IN ('day', 'night', 'leader')"),)
    id: uuid.UUID = id_field()
    first_day: date
    last_day: date | None = None
    slot: str
    person_id: uuid.UUID = Field(foreign_key="person.id")


class RosterVersion(SQLModel, table=True):
    """A roster file as it was applied."""

    __tablename__ = "roster_version"
    id: uuid.UUID = id_field()
    hash: str
    text: str
    applied_at: datetime = moment_field()
    applied_by: str = ""


def by_account(session: Session, platform: str, account: str) -> Person | None:
    """Find who speaks from a platform account; people who left are nobody."""
    known: Person | None = session.info.get(FOUND_TOGETHER, {}).get((platform, account))
    if known is not None:
        return known if known.active else None
    query = select(Person).join(Identity).where(Identity.platform == platform, Identity.account == account)
    return session.exec(query.where(col(Person.active))).first()


def find_together(session: Session, platform: str, accounts: Collection[str]) -> None:
    """Find who speaks from several accounts at once, so that this transaction need not ask for each of them."""
    found = session.exec(_TOGETHER, params={"platform": platform, "accounts": list(accounts)})
    session.info.setdefault(FOUND_TOGETHER, {}).update({(platform, account): person for account, person in found})


_TOGETHER: Final = (  # the hot path: built once
    select(Identity.account, Person)
    .join(Person)
    .where(Identity.platform == bindparam("platform"))
    .where(col(Identity.account).in_(bindparam("accounts", expanding=True)))
)


def person(session: Session, person_id: uuid.UUID) -> Person:
    """Load a person by id; several acts and cards of one transaction ask but once."""
    return session.once(f"person {person_id}", lambda: session.get_one(Person, person_id))


def name_or(session: Session, person_id: uuid.UUID | None, otherwise: str) -> str:
    """Return somebody's name by the roster; of whoever is not in it, how their account is called."""
    return otherwise if person_id is None else person(session, person_id).name


def everybody(session: Session) -> Sequence[Person]:
    """List the active people in the roster's order."""
    return session.once("everybody", lambda: session.ask(_EVERYBODY).all())


_EVERYBODY: Final = select(Person).where(col(Person.active)).order_by(col(Person.position))


def all_people(session: Session) -> Sequence[Person]:
    """List everybody who was ever on the roster."""
    return session.exec(select(Person).order_by(col(Person.position))).all()


def by_name(session: Session, name: str) -> Person | None:
    """Find a person by key, or by a name that only one active person has."""
    found = session.exec(select(Person).where(Person.key == name)).first()
    namesakes = session.exec(select(Person).where(Person.name == name, col(Person.active))).all()
    return found or (namesakes[0] if len(namesakes) == 1 else None)


def all_identities(session: Session) -> Sequence[Identity]:
    """List every account that speaks for somebody."""
    return session.exec(select(Identity)).all()


def without_account(session: Session, platforms: Collection[str]) -> list[Person]:
    """List the active people who have no account on any of these platforms; none where there is no platform."""
    if not platforms:
        return []
    having = {each.person_id for each in all_identities(session) if each.platform in platforms}
    return [person for person in everybody(session) if person.id not in having]


def on_duty(session: Session, day: date, slot: str) -> Sequence[uuid.UUID]:
    """List who has a duty slot on that day."""
    shifts = session.once(f"on duty {day}", lambda: session.ask(_ON_DUTY, {"day": day}).all())
    return [person_id for duty, person_id in shifts if duty == slot]


_ON_DUTY: Final = select(DutyShift.slot, DutyShift.person_id).where(
    col(DutyShift.first_day) <= bindparam("day"),
    or_(col(DutyShift.last_day).is_(None), col(DutyShift.last_day) >= bindparam("day")),
)


def save(session: Session, *rows: SQLModel) -> None:
    """Keep rows of this family."""
    session.add_all(rows)
    session.flush()
    if any(isinstance(row, Identity) for row in rows):
        session.info.pop(FOUND_TOGETHER, None)


def forget(session: Session, identity: Identity) -> None:
    """Let an account speak for nobody."""
    session.delete(identity)
    session.flush()
    session.info.pop(FOUND_TOGETHER, None)


def clear_duty(session: Session) -> None:
    """Empty the duty roster, to be filled anew."""
    for shift in session.exec(select(DutyShift)):
        session.delete(shift)
    session.flush()


def newest_roster(session: Session) -> RosterVersion | None:
    """Return the roster that was applied last."""
    return session.exec(select(RosterVersion).order_by(col(RosterVersion.applied_at).desc())).first()


def account_on(session: Session, person_id: uuid.UUID, platform: str) -> str | None:
    """Return a person's account on a platform."""
    asked = {"person": person_id, "platform": platform}
    found: str | None
    found = session.once(f"account of {person_id} on {platform}", lambda: session.ask(_ACCOUNT, asked).first())
    return found


_ACCOUNT: Final = select(Identity.account).where(
    Identity.person_id == bindparam("person"), Identity.platform == bindparam("platform")
)


def identity(session: Session, platform: str, account: str) -> Identity | None:
    """Find for whom an account speaks, be they here or gone."""
    return session.exec(select(Identity).where(Identity.platform == platform, Identity.account == account)).first()


def accounts_of(session: Session, person_id: uuid.UUID, platform: str) -> Sequence[Identity]:
    """List the accounts that speak for a person on one platform."""
    return session.exec(select(Identity).where(Identity.person_id == person_id, Identity.platform == platform)).all()
