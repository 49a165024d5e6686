"""`python -m bot outbox`: what is owed and what was given up can be looked at, and owed anew."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.outbox_command import show_outbox
from config.settings import Settings
from storage import outbox
from storage.database import Database
from storage.outbox import Outbox

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
TOKEN = "7012345678:AAoutboxOutbox_outboxOutbox-outboxOut12"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give the settings of a desk that gave one message up, and owes another."""
    settings = Settings(_env_file=None, data_dir=tmp_path, telegram_token=TOKEN)
    database = Database(settings.database_url)
    database.migrate()
    with database.writing() as session:
        for stage, text, trouble in (
            ("failed", "请认领 1号", f"bot{TOKEN} odd"),
            ("pending", "⏰ 1号 13800138000", ""),
        ):
            row = Outbox(
                kind="message", platform="telegram", destination="telegram:7", created_at=NOW, not_before=NOW,
                stage=stage, attempts=3, payload={"text": text}, trouble=trouble,
            )  # fmt: skip
            outbox.put(session, row)
    database.close()
    return settings


def test_what_was_given_up_comes_first_with_its_reason(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """No secret and no telephone number is shown, and how it is sent again is."""
    assert show_outbox(settings, []) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "待发 1 · 已放弃 1"
    assert said[1].startswith("#1 已放弃 message → telegram:7 · ")
    assert said[1].endswith("「请认领 1号」 · 试过 3 次 · bot[token] odd · 重发:--again 1")
    assert said[2].startswith("#2 待发 message → telegram:7 · ")
    assert "13800138000" not in said[2]


def test_what_was_given_up_is_owed_anew(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Once; what was not given up cannot be."""
    assert show_outbox(settings, [1]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "待发 2"
    assert show_outbox(settings, [1, 99]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said == [f"#{serial} 不能重发:没有这一条,或它没有被放弃。" for serial in (1, 99)]


def test_an_empty_outbox_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody has to guess what an empty line means."""
    settings = Settings(_env_file=None, data_dir=tmp_path)
    database = Database(settings.database_url)
    database.migrate()
    database.close()
    assert show_outbox(settings, []) == 0
    assert capsys.readouterr().out == "发件箱是空的:没有欠发的,也没有要人看的。\n"


def test_a_desk_that_was_never_started_has_no_outbox(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says so, and makes no database."""
    settings = Settings(_env_file=None, data_dir=tmp_path)
    assert show_outbox(settings, []) == 1
    assert capsys.readouterr().err.startswith("还没有数据库")
    assert list(tmp_path.iterdir()) == []
