"""A roster becomes people, accounts, chats and duty."""

import uuid
from collections.abc import Collection, Sequence
from itertools import product

from config.roster import Person as Entry
from config.roster import Roster
from storage import board, moving
from storage import chat as chats
from storage import person as people
from storage.chat import Chat
from storage.database import Session
from storage.person import DutyShift, Identity, Person


def apply_roster(session: Session, roster: Roster, *, direct: dict[str, str]) -> None:
    """Bring the people, chats and duty of the desk in line with a roster.

    direct names, per platform, the form of a 1:1 chat's account ("{account}"), for platforms that need no first start.
    """
    by_key = {person.key: person for person in people.all_people(session)}
    unlisted = {person.name: person for person in by_key.values() if person.roles == ["administrator"]}
    listed: dict[str, Person] = {}
    for position, entry in enumerate(roster.people):
        person = by_key.get(entry.key) or unlisted.get(entry.name) or Person(key=entry.key, name=entry.name)
        person.key = entry.key  # an administrator named before the roster came is the same person
        _fill(person, entry, position)
        listed[entry.key] = person
    for key, person in by_key.items():
        person.active = key in listed or "administrator" in person.roles
    people.save(session, *listed.values(), *by_key.values())
    known = {key: person.id for key, person in listed.items()}
    _accounts(session, roster, known, direct)
    _let_go(session, [person for person in by_key.values() if not person.active])
    _chats(session, roster)
    _duty(session, roster, known)


def _fill(person: Person, entry: Entry, position: int) -> None:
    kept = ["administrator"] if "administrator" in person.roles else []
    person.name, person.title, person.section, person.phone = entry.name, entry.title, entry.section, entry.phone
    person.agency, person.language, person.position, person.active = (
        entry.agency,
        entry.language or person.language,
        position,
        True,
    )
    person.roles = [*entry.roles, *kept]
    person.topics, person.deputy_topics = list(entry.topics), list(entry.deputy_for)
    person.gates, person.deputy_gates = list(entry.gates), list(entry.deputy_gates)
    person.leave = [[absence.first.isoformat(), absence.last.isoformat()] for absence in entry.leave]


def _accounts(session: Session, roster: Roster, known: dict[str, uuid.UUID], direct: dict[str, str]) -> None:
    """Let each account speak for whom the roster says: first all that changed hands speak for nobody."""
    wanted = {
        (platform, account): known[entry.key]
        for entry in roster.people
        for platform, account in sorted(entry.accounts.items())
    }
    held: set[tuple[str, str]] = set()
    for identity in people.all_identities(session):
        named = (identity.platform, identity.account)
        if wanted.get(named) == identity.person_id:
            held.add(named)
        elif named in wanted or _is_ours(session, identity):
            _forget(session, identity, direct)
    new = [(named, person_id) for named, person_id in wanted.items() if named not in held]
    given = [
        Identity(person_id=person_id, platform=platform, account=account) for (platform, account), person_id in new
    ]
    people.save(session, *given)
    names = {known[entry.key]: entry.name for entry in roster.people}
    there = _by_account(session, direct)
    for (platform, account), person_id in wanted.items():
        if platform in direct:
            at = (platform, direct[platform].format(account=account))
            _bind(session, there, at, "direct", names[person_id]).person_id = person_id
    people.save(session, *there.values())


def _is_ours(session: Session, identity: Identity) -> bool:
    """Say whether a roster may take an account back: it gave it, and to nobody who sets up the desk."""
    return identity.given_by == "roster" and not people.person(session, identity.person_id).has("administrator")


def _forget(session: Session, identity: Identity, direct: dict[str, str]) -> None:
    """Let an account speak for nobody, and let nothing meant for that person go to it."""
    accounts = (identity.account, direct.get(identity.platform, "{account}").format(account=identity.account))
    for chat in chats.direct_on(session, identity.person_id, identity.platform):
        if chat.account in accounts:
            moving.let_go(session, chat)
    people.forget(session, identity)


def _let_go(session: Session, gone: Sequence[Person]) -> None:
    """Let nothing go to people who left, whoever gave them their accounts: no word, and no card is kept current."""
    for person in gone:
        board.shut(session, person.id)
    platforms = {identity.platform for identity in people.all_identities(session)}
    for person, platform in product(gone, sorted(platforms)):
        for chat in chats.direct_on(session, person.id, platform):
            moving.let_go(session, chat)


def _chats(session: Session, roster: Roster) -> None:
    """Bind the roster's group chats, also one that has moved, and let go of those it bound and no longer names."""
    wanted = {(bound.platform, bound.id) for bound in roster.chats}
    for chat in chats.groups(session):
        names = {(chat.platform, account) for account in (chat.account, *chat.former_accounts)}
        if chat.bound_by == "roster" and names.isdisjoint(wanted):
            moving.let_go(session, chat)
    there = _by_account(session, {bound.platform for bound in roster.chats})
    for bound in roster.chats:
        _bind(session, there, (bound.platform, bound.id), bound.use, bound.title)
    people.save(session, *there.values())


def _by_account(session: Session, platforms: Collection[str]) -> dict[tuple[str, str], Chat]:
    """Find the chats of some platforms by what they are called now, or were called before they moved."""
    there = [(platform, chat) for platform in platforms for chat in chats.on_platform(session, platform)]
    before = {(platform, account): chat for platform, chat in there for account in chat.former_accounts}
    return before | {(platform, chat.account): chat for platform, chat in there}


def _bind(session: Session, there: dict[tuple[str, str], Chat], at: tuple[str, str], use: str, title: str) -> Chat:
    chat = there.setdefault(at, Chat(platform=at[0], account=at[1], use=use))
    if chat.use not in (use, "unbound"):
        moving.let_go(session, chat)
    chat.use, chat.title, chat.bound_by = use, title, "roster"
    return chat


def _duty(session: Session, roster: Roster, known: dict[str, uuid.UUID]) -> None:
    people.clear_duty(session)
    shifts = [
        DutyShift(first_day=week.first, last_day=week.last, slot=slot, person_id=known[key])
        for week in roster.duty
        for slot, key in (("day", week.day), ("night", week.night), ("leader", week.leader))
    ]
    people.save(session, *shifts)
