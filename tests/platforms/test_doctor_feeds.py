"""What `doctor` says of feeds: how many are watched, and which cannot be read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.examining import examine
from config.settings import Settings
from storage import feed as feeds
from storage.database import Database
from storage.feed import Feed
from storage.person import Person, save

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)


def test_a_feed_that_cannot_be_read_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With how often and why; one that was stopped is not counted."""
    settings = Settings(_env_file=None, data_dir=tmp_path)
    database = Database(settings.database_url)
    database.migrate()
    with database.writing() as session:
        admin = Person(key="xu", name="徐蕾", roles=["administrator"])
        save(session, admin)
        for name, stage, failures in (("论坛", "watched", 0), ("头条", "watched", 4), ("旧源", "stopped", 9)):
            feed = Feed(
                name=name, url=f"https://{stage}.test/{failures}", host="x", every_minutes=30, added_at=NOW,
                added_by=admin.id, stage=stage, failures=failures, trouble="503",
            )  # fmt: skip
            feeds.save(session, feed)
        assert feeds.counts(session) == {"watched": 2, "stopped": 1, "gone": 0, "failing": 1}
    database.close()
    examine(settings)
    said = capsys.readouterr().out
    assert "订阅 2 个在看 · 1 个读不到" in said
    assert "订阅「头条」连续 4 次读不到:网站回答 503(https://watched.test/4)" in said
    assert "旧源" not in said
