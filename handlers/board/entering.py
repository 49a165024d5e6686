"""Who is let in to the board: by a link that is good once, for a session that ends by itself."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from handlers.act import Act
from handlers.house import House
from storage import board
from storage import chat as chats
from storage import person as people
from storage.board import BoardLink, BoardSession
from storage.chat import Chat
from storage.person import Identity, Person

BOARD: Final = "board"  # the board as a chat platform, and the right to it
TOKEN_BYTES: Final = 32
SEEN: Final = timedelta(minutes=1)  # how exactly it is kept when somebody was last seen


@dataclass(frozen=True)
class Lasting:
    """How long a session lasts: without a sign of its person, and at most."""

    idle: timedelta
    most: timedelta


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """Return the SHA-256 in hex under which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def may_enter(house: House, person: Person) -> bool:
    """Say whether somebody is still on the roster and has the right to the board."""
    return person.active and house.rights.may(frozenset(person.roles), BOARD, "direct")


def give_link(act: Act, person: Person) -> str:
    """Return the address of a new link for somebody; one they were given before is good no more."""
    call_back(act, person)
    token = new_token()
    expires_at = act.now + act.house.board_link_lives
    link = BoardLink(token_hash=hash_of(token), person_id=person.id, created_at=act.now, expires_at=expires_at)
    board.save(act.session, link)
    return f"{act.house.board_url}/enter/{token}"


def call_back(act: Act, person: Person) -> None:
    """Void the links somebody was given and did not use."""
    links = board.open_links(act.session, person.id)
    for link in links:
        link.used_at = act.now
    board.save(act.session, *links)


def enter(act: Act, token: str) -> str | None:
    """Use up a link; return the token of the session it opens, None for a link that is no good."""
    link = board.link(act.session, hash_of(token))
    if link is None or link.used_at is not None or link.expires_at <= act.now:
        return None
    link.used_at = act.now
    person = people.person(act.session, link.person_id)
    if not may_enter(act.house, person):
        return None
    _give_account(act, person)
    token = new_token()
    began = BoardSession(token_hash=hash_of(token), person_id=person.id, began_at=act.now, seen_at=act.now)
    board.save(act.session, link, began)
    act.person = person
    return token


def leave(act: Act, person: Person) -> None:
    """End all sessions of somebody and void their links."""
    call_back(act, person)
    ended = board.sessions_of(act.session, person.id)
    for session in ended:
        session.ended_at = act.now
    board.save(act.session, *ended)


def leave_one(act: Act, token: str) -> None:
    """End one session."""
    session = board.by_token(act.session, hash_of(token))
    if session is not None:
        act.person = people.person(act.session, session.person_id)
        session.ended_at = act.now
        board.save(act.session, session)


def who(act: Act, token: str, lasting: Lasting) -> Person | None:
    """Return whose session a token is; None when it has ended, or its person may not come in any more."""
    session = board.by_token(act.session, hash_of(token)) if token else None
    if session is None or act.now >= min(session.seen_at + lasting.idle, session.began_at + lasting.most):
        return None
    person = people.person(act.session, session.person_id)
    return person if may_enter(act.house, person) else None


def needs_noting(act: Act, token: str) -> bool:
    """Say whether it is a while since it was kept that somebody is there."""
    session = board.by_token(act.session, hash_of(token))
    return session is not None and act.now - session.seen_at >= SEEN


def note_seen(act: Act, token: str) -> None:
    """Keep that somebody is there."""
    session = board.by_token(act.session, hash_of(token))
    if session is not None:
        session.seen_at = act.now
        board.save(act.session, session)


def account_of(person: Person) -> str:
    """Return somebody's account, and their chat, on the board."""
    return str(person.id)


def _give_account(act: Act, person: Person) -> None:
    """Let somebody speak on the board as they do in chat: an account, and a 1:1 chat that calls nobody."""
    account = account_of(person)
    if people.identity(act.session, BOARD, account) is None:
        people.save(act.session, Identity(person_id=person.id, platform=BOARD, account=account, given_by=BOARD))
    chat = chats.at(act.session, BOARD, account) or Chat(platform=BOARD, account=account, use="direct")
    chat.use, chat.person_id, chat.title, chat.bound_by = "direct", person.id, person.name, BOARD
    people.save(act.session, chat)
