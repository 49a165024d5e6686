"""Drill rooms for the tests: each with a database, a folder and a clock of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.building import build_house, has_roster, take_roster
from bot.chat.drill import DESK, DrillPlatform
from bot.clock import DrillClock
from bot.desk import Desk
from bot.drill.room import DrillRoom
from config.roster import DRILL, drill_roster
from storage import drill
from storage.blobs import FolderBlobs
from storage.database import Database
from storage.drill import DrillMessage
from tests.plugins.databases import lay_down

MORNING = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)  # Tuesday, 09:05 in Guigang
POST = "锦绣花园小区停水三天了,打物业电话也没人管!"
URL = "https://weibo.example/status/1"


@contextmanager
def room_at(folder: Path, *, lock_wait: int = 100, start: datetime = MORNING) -> Iterator[DrillRoom]:
    """Open a drill room on what a folder holds; it waits for a locked database so many milliseconds."""
    lay_down(folder / "drill.db")
    database = Database(f"sqlite:///{folder / 'drill.db'}", lock_wait=lock_wait)
    house = build_house("gangbei-2017", public_url="http://127.0.0.1:9")
    platform = DrillPlatform(database)
    desk = Desk(database, DrillClock(start), house, {platform.name: platform}, {})

    def furnish() -> None:
        if not has_roster(database):
            take_roster(database, drill_roster(house.plan), DRILL.name, house.plan, desk.clock.now(), by="test")
        desk.open()

    furnish()
    clock = desk.clock
    assert isinstance(clock, DrillClock)
    room = DrillRoom(desk, platform, clock, database, FolderBlobs(folder / "blobs"), furnish=furnish)
    yield room
    room.close()
    database.close()


def said_in(room: DrillRoom, chat: str) -> list[DrillMessage]:
    """Return every message of a chat."""
    with room.database.reading() as session:
        return list(drill.messages(session, chat))


def desk_said(room: DrillRoom, chat: str) -> list[DrillMessage]:
    """Return what the desk said in a chat, toasts too."""
    return [message for message in said_in(room, chat) if message.author == DESK]


def button(room: DrillRoom, chat: str, label: str) -> tuple[int, int, int]:
    """Find the newest button with a label: message, row, column."""
    for message in reversed(desk_said(room, chat)):
        for row, buttons in enumerate(message.buttons):
            for column, found in enumerate(buttons):
                if found["label"] == label:
                    return message.id or 0, row, column
    raise AssertionError(f"no button {label} in {chat}")
