"""A chat that moves takes everything with it, whatever kind of database keeps it."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config.roster import Person as Entry
from config.roster import Roster
from config.roster_shape import Chat as BoundChat
from handlers.people.applying import apply_roster
from storage import card_place, moving, outbox, tables
from storage import chat as chats
from storage import destination as destinations
from storage import message as messages
from storage import person as people
from storage.card_place import CardPlace
from storage.case import Case
from storage.chat import Chat
from storage.database import Database, Session
from storage.destination import Destination
from storage.message import MessagePart
from storage.outbox import Outbox
from storage.person import Identity, Person

NOW = datetime(2026, 11, 24, 6, 5, tzinfo=UTC)
ON, OLD, NEW = "telegram", "-42", "-100042"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give a database with every table, of each kind."""
    on_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'desk.db'}" if on_sqlite else request.getfixturevalue("postgresql_url")
    database = Database(url)
    tables.metadata.create_all(database.engine)
    yield database
    database.close()


def bound(session: Session, account: str, use: str = "staff", **rest: Any) -> Chat:  # noqa: ANN401 - columns
    chat = Chat(platform=ON, account=account, use=use, title=account, **rest)
    people.save(session, chat)
    return chat


def a_case(session: Session, slip: int = 1) -> uuid.UUID:
    case = Case(slip=slip, title="停水投诉", plan_hash="a" * 64, received_at=NOW)
    people.save(session, case)
    return case.id


def owe(session: Session, chat: Chat, kind: str = "message", **rest: Any) -> Outbox:  # noqa: ANN401 - columns
    row = Outbox(
        kind=kind, platform=ON, destination=f"{ON}:{chat.account}", chat_id=chat.id, created_at=NOW, not_before=NOW,
        **rest,
    )  # fmt: skip
    outbox.save(session, row)
    return row


def test_what_is_owed_goes_to_the_new_account(database: Database) -> None:
    """Owed words go there without the reply to an old message; what names an old message is not done at all."""
    with database.writing() as session:
        chat = bound(session, OLD)
        word = owe(session, chat, payload={"text": "t", "reply_to": "12"})
        pin = owe(session, chat, "pin", payload={"message_id": "12"})
        leave = Outbox(kind="leave", platform=ON, destination=f"{ON}:{OLD}", created_at=NOW, not_before=NOW)
        session.add_all((leave, Destination(name=f"{ON}:{OLD}", recent=[1.0])))
        assert moving.move(session, ON, OLD, NEW) == moving.Moved(chat)
        for row in (word, pin, leave):
            session.refresh(row)
        assert (word.destination, word.stage, word.payload["reply_to"]) == (f"{ON}:{NEW}", "pending", None)
        assert pin.stage == "expired"
        assert leave.destination == f"{ON}:{NEW}"
        assert destinations.of(session, [f"{ON}:{OLD}"])[f"{ON}:{OLD}"].recent == []


def test_no_old_message_is_taken_for_a_new_one(database: Database) -> None:
    """Ids start anew in the new chat: cards are sent anew, and a reply to 12 there is none to the old 12."""
    with database.writing() as session:
        chat, case_id = bound(session, OLD), a_case(session)
        sent = owe(session, chat, stage="sent", message_id="12 13", case_id=case_id)
        place = CardPlace(case_id=case_id, chat_id=chat.id, message_id="9", shown="abc", pinned=True)
        session.add_all((place, MessagePart(chat_id=chat.id, message_id="12", serial=sent.serial or 0)))
        moving.move(session, ON, OLD, NEW)
        for row in (sent, place):
            session.refresh(row)
        assert sent.message_id == f"{OLD}/12 13"
        assert (place.message_id, place.shown, place.pinned) == (None, "", False)
        assert messages.case_of(session, chat.id, "12") is None


def test_a_move_told_twice_moves_once(database: Database) -> None:
    """The second time nothing changes, and the chat is found by either account."""
    with database.writing() as session:
        chat = bound(session, OLD)
        moving.move(session, ON, OLD, NEW)
        sent = owe(session, chat, stage="sent", message_id="1")
        assert moving.move(session, ON, OLD, NEW) is None
        session.refresh(sent)
        assert sent.message_id == "1"
        assert (chat.account, chat.former_accounts) == (NEW, [OLD])
        assert chats.by_account(session, ON, OLD) == chats.by_account(session, ON, NEW) == chat
        assert chats.by_account(session, "wecom", OLD) is None


def test_an_unbound_chat_at_the_new_account_becomes_the_bound_one(database: Database) -> None:
    """What was said in it already stays as it is, under the one chat there is now."""
    with database.writing() as session:
        chat, other = bound(session, OLD), bound(session, NEW, "unbound")
        said = owe(session, other, stage="sent", message_id="3")
        moved = moving.move(session, ON, OLD, NEW)
        session.refresh(said)
        assert moved == moving.Moved(chat)
        assert (said.chat_id, said.message_id) == (chat.id, "3")
        assert [each.account for each in chats.on_platform(session, ON)] == [NEW]


def test_two_bound_chats_become_one(database: Database) -> None:
    """Of one use: every case keeps one card, and each card is owed once."""
    with database.writing() as session:
        old, new = bound(session, OLD), bound(session, NEW)
        both, only = a_case(session, 1), a_case(session, 2)
        for chat, case_id in ((old, both), (new, both), (old, only)):
            session.add(CardPlace(case_id=case_id, chat_id=chat.id, message_id="1"))
            owe(session, chat, "card", case_id=case_id)
        assert moving.move(session, ON, OLD, NEW) == moving.Moved(new, ("staff", "staff"))
        assert [len(card_place.of_case(session, case_id)) for case_id in (both, only)] == [1, 1]
        stages = {each: [row.stage for row in outbox.of_case(session, each)] for each in (both, only)}
        assert sorted(stages[both]) == ["expired", "pending"]
        assert stages[only] == ["pending"]
        assert all(row.chat_id == new.id for each in (both, only) for row in outbox.of_case(session, each))


def test_what_was_owed_to_another_use_is_not_said_there(database: Database) -> None:
    """A staff group that turns out to be the release channel takes no staff message into it."""
    with database.writing() as session:
        old, new = bound(session, OLD), bound(session, NEW, "release_channel")
        word = owe(session, old, payload={"text": "secret"})
        case_id = a_case(session)
        session.add(CardPlace(case_id=case_id, chat_id=old.id))
        assert moving.move(session, ON, OLD, NEW) == moving.Moved(new, ("staff", "release_channel"))
        session.refresh(word)
        assert word.stage == "expired"
        assert card_place.of_case(session, case_id) == []


def test_a_chat_that_is_let_go_gets_nothing_more(database: Database) -> None:
    """Owed words and cards are dropped; a code's post that is still to be taken away is taken away."""
    with database.writing() as session:
        chat = bound(session, OLD)
        word, gone = (
            owe(session, chat, payload={"text": "t"}),
            owe(session, chat, "delete", payload={"message_id": "1"}),
        )
        moving.let_go(session, chat)
        for row in (word, gone):
            session.refresh(row)
        assert (chat.use, word.stage, gone.stage) == ("unbound", "expired", "pending")


# the roster


def test_a_roster_lets_go_only_of_what_it_bound(database: Database) -> None:
    """A chat bound by code stays; one the roster bound and no longer names goes."""
    with database.writing() as session:
        by_code, by_roster = bound(session, "1", bound_by="code"), bound(session, "2")
        apply_roster(session, Roster(), direct={})
        assert (by_code.use, by_roster.use) == ("staff", "unbound")


def test_a_roster_that_names_the_old_account_means_the_moved_chat(database: Database) -> None:
    """The file need not be changed when a group becomes a supergroup."""
    roster = Roster(chats=(BoundChat(use="staff", platform=ON, id=OLD, title="工作群"),))
    with database.writing() as session:
        apply_roster(session, roster, direct={})
        moving.move(session, ON, OLD, NEW)
        apply_roster(session, roster, direct={})
        assert [(chat.account, chat.use) for chat in chats.on_platform(session, ON)] == [(NEW, "staff")]


def test_a_roster_takes_back_only_the_accounts_it_gave(database: Database) -> None:
    """An invited account goes on speaking; one the roster gave and no longer names does not, nor is it written to."""
    with database.writing() as session:
        person = Person(key="wang", name="王五", roles=["spokesperson"])
        people.save(session, person)
        for account, given_by in (("1", "invite"), ("2", "roster")):
            people.save(session, Identity(person_id=person.id, platform=ON, account=account, given_by=given_by))
            bound(session, account, "direct", person_id=person.id)
        apply_roster(session, Roster(people=(Entry(key="wang", name="王五", roles=("spokesperson",)),)), direct={})
        assert [each.account for each in people.all_identities(session)] == ["1"]
        assert [chat.account for chat in chats.direct(session, person.id)] == ["1"]


def test_nothing_goes_to_somebody_who_left_even_when_invited(database: Database) -> None:
    """Whoever is no longer on the roster is written to no more, and keeps no live cards, whoever gave the account."""
    with database.writing() as session:
        person = Person(key="wang", name="王五", roles=["spokesperson"])
        people.save(session, person)
        people.save(session, Identity(person_id=person.id, platform=ON, account="1", given_by="invite"))
        bound(session, "1", "direct", person_id=person.id)
        apply_roster(session, Roster(), direct={})
        assert not chats.direct(session, person.id)
