"""Several processes open one desk at once: one after the other, each step done once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlmodel import select

from bot.engine.replicated import Replicated
from bot.opening import opened
from bot.refused import CommandRefused
from config.language import Voice
from config.plan_file import load_plan
from config.roster import drill_roster
from config.settings import Settings
from storage import lease
from storage import person as people
from storage.chat import Chat
from storage.database import Database
from storage.history import HistoryRow
from storage.outbox import Outbox
from storage.timer import Timer

AT_ONCE = 4
TOKEN = "7012345678:AArunning_running-Running0running00"


def open_at_once(settings: Settings) -> None:
    """Open a desk from several sides at once; all are open at the same time."""
    start, all_open = threading.Barrier(AT_ONCE), threading.Barrier(AT_ONCE)

    def open_one() -> None:
        with Replicated() as engine:
            start.wait()
            with opened(settings, engine=engine):
                all_open.wait()
                engine.stop()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for each in [pool.submit(open_one) for _ in range(AT_ONCE)]:
            each.result()


@pytest.fixture
def settings(postgresql_url: str, tmp_path: Path) -> Settings:
    """Give the settings of a desk on an empty database, with a roster."""
    roster = tmp_path / "roster.yaml"
    text = drill_roster(load_plan("gangbei-2017").plan)
    roster.write_text(text[: text.index("chats:")] if "chats:" in text else text, encoding="utf-8")
    return Settings(
        _env_file=None, data_dir=tmp_path / "data", database_url=postgresql_url, roster=roster, telegram_token=TOKEN
    )


def test_an_empty_database_is_filled_once(settings: Settings) -> None:
    """Tables, roster, plan and digest are made by whoever comes first; the others find them."""
    open_at_once(settings)
    database = Database(settings.database_url)
    assert database.condition() == "current"
    with database.reading() as session:
        assert len(session.exec(select(HistoryRow).where(HistoryRow.kind == "roster_applied")).all()) == 1
        assert len(session.exec(select(Timer).where(Timer.kind == "digest", Timer.stage == "waiting")).all()) == 1
        assert people.newest_roster(session) is not None
        assert lease.workers(session) == 0
    database.close()


@pytest.mark.parametrize("lives", [False, True])
def test_what_passed_while_nobody_looked_is_told_once(settings: Settings, *, lives: bool) -> None:
    """By the first worker that comes back; by none while another lives."""
    open_at_once(settings)
    database = Database(settings.database_url)
    with database.writing() as session:
        people.save(session, Chat(platform="telegram", account="-100", use="staff", title="值班群"))
        for row in session.exec(select(lease.Lease)):
            row.renewed_at -= 7_200
            row.until = time.time() + 60 if lives else row.until
            session.add(row)
    open_at_once(settings)
    with database.reading() as session:
        said = [row.payload["text"] for row in session.exec(select(Outbox).where(Outbox.kind == "message"))]
    database.close()
    assert len([text for text in said if "值班台停了" in text]) == (0 if lives else 1), said


def test_an_older_program_says_that_the_tables_are_newer(database: Database, tmp_path: Path) -> None:
    """While some processes are newer already, one of the older ones that is started again refuses in a sentence."""
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    settings = Settings(_env_file=None, data_dir=tmp_path / "data", database_url=database.url)
    with pytest.raises(CommandRefused) as refused, opened(settings):
        pass
    assert "数据库是更新的程序建的" in refused.value.why.say(Voice("zh"))
    assert database.revision() == "9999"
