"""Who plays in the drill and which chats they have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.chat.drill import NAME
from storage import chat as chats
from storage import drill
from storage import person as people
from storage.database import Database, Session

ORDER = ("staff", "joint_meeting", "release_channel", "direct")


@dataclass(frozen=True)
class Member:
    """One of the cast: the account, and how the others know this person."""

    key: str
    name: str
    title: str
    body: str  # the section, or the other agency


@dataclass(frozen=True)
class Room:
    """One chat: what it is used for and, of a 1:1 chat, whose it is."""

    key: str
    use: str
    title: str
    member: Member | None = None

    @property
    def is_direct(self) -> bool:
        """Say whether this is a 1:1 chat."""
        return self.use == "direct"

    @property
    def is_read_only(self) -> bool:
        """Say whether only the desk speaks here."""
        return self.use == "release_channel"


@dataclass(frozen=True)
class Cast:
    """The people and chats of the drill, in the order of the roster."""

    members: Mapping[str, Member]
    rooms: Mapping[str, Room]


def load_cast(database: Database) -> Cast:
    """Read who plays and where."""
    with database.reading() as session:
        return read_cast(session)


def read_cast(session: Session) -> Cast:
    """Read who plays and where: groups first, then everybody's 1:1 chat."""
    persons = {person.id: person for person in people.everybody(session)}
    found: list[tuple[int, int, Room]] = []
    for chat in chats.on_platform(session, NAME):
        person = persons.get(chat.person_id) if chat.person_id else None
        if chat.use not in ORDER or (chat.use == "direct" and person is None):
            continue
        member = None
        if person is not None:
            account = chat.account.removeprefix("direct:")
            member = Member(account, person.name, person.title, person.agency or person.section)
        position = person.position if person else 0
        found.append((ORDER.index(chat.use), position, Room(chat.account, chat.use, chat.title, member)))
    rooms = [room for _, _, room in sorted(found, key=lambda each: each[:2])]
    members = {room.member.key: room.member for room in rooms if room.member is not None}
    return Cast(members, {room.key: room for room in rooms})


def unread(session: Session, rooms: Sequence[Room], reader: str) -> dict[str, int]:
    """Count per chat what its reader has not seen: in a 1:1 chat its owner, in a group whoever is being played."""
    counts: dict[str, int] = {}
    for room in rooms:
        viewer = room.member.key if room.member else reader
        seen = int(drill.value(session, f"seen:{viewer}").get(room.key, 0))
        counts[room.key] = drill.count_after(session, room.key, seen, viewer)
    return counts


def mark_seen(database: Database, room: Room, reader: str, newest: int) -> None:
    """Remember how far a reader has read a chat."""
    viewer = room.member.key if room.member else reader
    with database.reading() as session:
        if int(drill.value(session, f"seen:{viewer}").get(room.key, 0)) >= newest:
            return
    with database.writing() as session:
        seen = drill.value(session, f"seen:{viewer}")
        seen[room.key] = max(newest, int(seen.get(room.key, 0)))
        drill.set_value(session, f"seen:{viewer}", seen)
