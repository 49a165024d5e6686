"""The checker finds what is broken, and nothing where a desk did as it should."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import text

from bot.channels import Channel
from bot.channels.chat_channel import ChatChannel
from bot.channels.website import WebsiteChannel
from bot.chat.drill import NAME, DrillPlatform
from bot.chat.platform import ChatPlatform
from handlers.conversation import Content
from storage.database import Database
from tests.conversations.releasing import correct, issue, retract, sign
from tests.conversations.stages import DrillStage
from tests.conversations.talking import TalkingDesk
from tests.invariants import Received, broken
from tests.simulation.reading import reader

GRAVE: Final = "某工地脚手架坍塌,已造成11人死亡,多人被困,现场还在救援。"
URL: Final = "http://127.0.0.1:9"


class Noted(DrillPlatform):
    """The drill's chats, which write down what reaches them."""

    def __init__(self, database: Database) -> None:
        """Begin with nothing."""
        super().__init__(database)
        self.calls: list[Received] = []

    def send(self, chat: str, content: Content, at: datetime) -> str:
        """Write down a message."""
        self.calls.append(Received(f"{NAME}:{chat}", at, content.text, content.serial or None))
        return super().send(chat, content, at)

    def edit(self, chat: str, message_id: str, content: Content, at: datetime) -> str:
        """Write down a change."""
        self.calls.append(Received(f"{NAME}:{chat}", at, content.text, content.serial or None, "edit"))
        return super().edit(chat, message_id, content, at)

    def toast(self, chat: str, content: Content, at: datetime) -> None:
        """Write down a toast."""
        self.calls.append(Received(f"{NAME}:{chat}", at, content.text, content.serial or None, "toast"))
        super().toast(chat, content, at)


def lived(database: Database) -> tuple[list[Received], datetime]:
    """Let a desk live through a release, its correction and withdrawal, and a grave case that nobody takes."""
    platform = Noted(database)

    def channels(database: Database, platform: ChatPlatform) -> dict[str, Channel]:
        website = WebsiteChannel(database, reader(database, URL), URL)
        return {"website": website, "release_channel": ChatChannel(database, {NAME: platform})}

    desk = TalkingDesk(database, channels, stage=lambda base, clock: DrillStage(base, clock, platform), public_url=URL)
    sign(desk)
    issue(desk)
    correct(desk)
    retract(desk)
    desk.staff.forwards("李敏", GRAVE)
    desk.later(days=2)
    desk.staff.forwards("李敏", "城北路路灯不亮,天黑看不清,请尽快修好。")
    desk.desk.seal()
    return platform.calls, desk.clock.now()


Life = tuple[Database, list[Received], datetime]


@pytest.fixture(scope="module")
def past(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Received], datetime]:
    """Give the file of a desk that lived, what its chats got, and the moment."""
    file = tmp_path_factory.mktemp("past") / "huiying.db"
    database = Database(f"sqlite:///{shutil.copy(empty_sqlite, file)}")
    calls, now = lived(database)
    database.close()
    return file, calls, now


@pytest.fixture
def life(past: tuple[Path, list[Received], datetime], sqlite_database: Database) -> Life:
    """Give a desk that lived, to be harmed."""
    file, calls, now = past
    sqlite_database.close()
    shutil.copy(file, str(sqlite_database.file))
    return sqlite_database, calls, now


def test_nothing_is_found_where_a_desk_did_as_it_should(database: Database) -> None:
    """Releases, a correction, a withdrawal, missed limits and a ladder leave no broken invariant."""
    calls, now = lived(database)
    assert broken(database, calls, now=now, accepted=[(NAME, "message:1")]) == []


LOST: Final[dict[str, str]] = {
    "DELETE FROM timer WHERE kind = 'confirm' AND stage = 'waiting'": "2: .*without its timer",
    "DELETE FROM timer WHERE kind = 'clock' AND stage = 'waiting'": "2: .*runs with 0 timers",
    "UPDATE clock SET due_at = started_at WHERE outcome = 'running'": "2: the timer of the clock .*after its limit",
    "UPDATE outbox SET created_at = '2020-01-01 00:00:00' WHERE kind = 'message'": "2: .*nobody was told",
    "UPDATE cases SET grade = 'ordinary'": "5: cases .*grade",
    "UPDATE counter SET last = last + 1 WHERE series = 'slip'": "5: the counter of slip",
    "UPDATE chain_head SET n = n + 1": "5: the chain .*ends",
    "UPDATE chain_head SET hash = 'another' WHERE chain = 'seal'": "5: the head of the seals",
    "UPDATE inbox SET stage = 'waiting' WHERE key = 'message:1'": "1: .*still waits",
    "UPDATE report SET message_key = message_key || 'x'": "1: .*no report of its post",
    "UPDATE signature SET act = 'returned' WHERE gate = 'secrecy'": "3: .*without secrecy",
    "UPDATE signature SET manifest_hash = 'another' WHERE gate = 'signature'": "3: .*without signature",
    "UPDATE release SET text = 'another'": "3: .*not the text of its manifest",
    "UPDATE outbox SET stage = 'sending' WHERE serial = 1": "6: #1 .*sent for ever",
    "UPDATE outbox SET sent_at = NULL WHERE serial = 1": "6: #1 .*nobody knows when",
    "UPDATE outbox SET stage = 'pending' WHERE serial = 1": "6: #1 .*nobody sends it",
    "UPDATE outbox SET stage = 'failed' WHERE serial = 1": "6: #1 .*record does not say",
}


@pytest.mark.parametrize("harm", LOST)
def test_each_harm_is_found(life: Life, harm: str) -> None:
    """What was lost or altered behind the desk's back is named."""
    database, calls, now = life
    with database.writing() as session:
        session.connection().execute(text(harm))
    found = broken(database, calls, now=now)
    assert [one for one in found if _fits(LOST[harm], one)], found


MISHEARD: Final[dict[str, tuple[Callable[[list[Received]], list[Received]], str]]] = {
    "never arrived": (lambda calls: [replace(call, landed=False) for call in calls], "6: .*never arrived"),
    "twice": (lambda calls: [*calls, *(call for call in calls if call.deed == "send")], "6: .*without a mark"),
    "unsigned": (
        lambda calls: [*calls, replace(calls[0], destination="drill:channel", text="别的话")],
        "3: drill:channel was shown",
    ),
    "too soon": (
        lambda calls: [replace(call, nothing_for=1e9, landed=True) for call in calls],
        "7: .*had said not before",
    ),
    "at once": (lambda calls: [replace(call, at=calls[0].at) for call in calls], "7: .*got 21 messages"),
}


@pytest.mark.parametrize("what", MISHEARD)
def test_what_a_platform_got_is_held_against_what_is_on_record(life: Life, what: str) -> None:
    """A message that never came, came twice, was never signed, or came too fast is named."""
    database, calls, now = life
    harm, wanted = MISHEARD[what]
    found = broken(database, harm(calls), now=now, limits=lambda _: ((20, 60.0),))
    assert [one for one in found if _fits(wanted, one)], found


def test_an_accepted_event_that_is_nowhere_is_found(life: Life) -> None:
    """What a platform was told was taken has to be in the inbox."""
    database, calls, now = life
    found = broken(database, calls, now=now, accepted=[(NAME, "message:999")])
    assert found == ["1: event drill message:999 was accepted and is not in the inbox"]


def _fits(pattern: str, said: str) -> bool:
    return re.match(pattern, said) is not None
