"""Three hundred posts in a quarter of a minute, at Telegram's real pace: none is lost, every one is named in the group.

What is checked is read from the double's own log and from the tables with plain SQL, not through the desk.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.website import WebsiteChannel
from bot.chat.telegram.platform import TelegramPlatform
from bot.clock import Clock
from bot.engine.heart import Heartbeat
from storage.blobs import FolderBlobs
from storage.database import Database
from tests.conversations.stages import TOKEN, TelegramStage
from tests.conversations.telegram_stage import Hook
from tests.platforms.bot_api import BotApi, Call
from tests.platforms.bureau import STAFF, Bureau
from tests.platforms.posts import posts

COUNT, PER_SECOND = 300, 20
ASKED, BETWEEN = 30, 1.5  # cards, seconds
PATIENCE = 60.0  # seconds until everything must be named, and later until everything is answered
A_GROUP_TAKES, WINDOW = 20, 60.0  # messages in so many seconds; https://core.telegram.org/bots/faq
OWED = "SELECT count(*) FROM outbox WHERE stage IN ('pending', 'sending')"
CASES = "SELECT slip, number FROM cases"
OK = 200
JOINED = re.compile(r"🔁 与 .+? 相同,第 \d+ 次报送")


@pytest.fixture
def busy(tables: Database, fetch: httpx.Client, hook: Hook, api: BotApi, tmp_path: Path) -> Iterator[Bureau]:
    """Give a bureau on a running desk: the real heartbeat, real time, Telegram's own limits."""
    opened: list[TelegramPlatform] = []

    def stage(database: Database, clock: Clock) -> TelegramStage:
        api.reset()
        opened.append(TelegramPlatform(TOKEN, api_url=api.url))
        listen = lambda desk: hook.listen_for(desk, opened[0].bot_id)  # noqa: E731 - one word for what follows
        return TelegramStage(database, clock, api, opened[0], FolderBlobs(tmp_path / "blobs"), listen)

    bureau = Bureau(
        tables,
        lambda database, _platform: {"website": WebsiteChannel(database, fetch, "http://127.0.0.1:9")},
        stage=stage,
        public_url="http://127.0.0.1:9",
    )
    heart = Heartbeat(bureau.desk)
    bureau.clock.run(1)
    heart.start()
    yield bureau
    heart.stop()
    opened[0].close()


def test_three_hundred_posts_are_taken_and_named_at_telegrams_pace(busy: Bureau, tables: Database) -> None:
    """Each is answered 200 and becomes a report; slips and repeats are all named; no limit is passed. About 70 s."""
    api, log = busy.api, Log(busy.api, tables)
    _rested(busy)
    log.begin()
    _pour(busy, posts(COUNT))
    _wait(lambda: not log.unnamed())
    named = time.time()
    _ask(busy)
    _wait(lambda: not log.unanswered(named) and not log.one(OWED))
    log.show_figures(named)
    assert api.statuses == [200] * (COUNT + ASKED)
    assert log.one("SELECT count(*) FROM report WHERE platform = 'telegram'") == COUNT
    joins = log.one("SELECT count(*) FROM report WHERE joined <> 'opened'")
    assert log.one("SELECT count(*) FROM cases") + joins == COUNT
    assert log.one("SELECT count(*) FROM inbox WHERE stage <> 'done'") == 0
    assert (log.unnamed(), log.unanswered(named)) == ([], [])
    assert log.most_in_a_window() <= A_GROUP_TAKES
    assert api.violations == []
    assert log.one("SELECT count(*) FROM outbox WHERE stage IN ('pending', 'sending', 'failed', 'unknown')") == 0


class Log:
    """What the double has seen of the staff group, and what stands in the tables."""

    def __init__(self, api: BotApi, tables: Database) -> None:
        """Read these two."""
        self._api = api
        self._tables = tables
        self._first = 0
        self._begun = 0.0

    def begin(self) -> None:
        """Count from now on, and keep Telegram's limits."""
        self._api.statuses.clear()
        self._api.took.clear()
        self._first, self._begun = len(self._api.calls(None, STAFF)), time.time()
        self._api.enforce_limits()

    def said(self) -> list[Call]:
        """Return what was said in the group, new or changed."""
        calls = self._api.calls(None, STAFF)[self._first :]
        return [call for call in calls if call.method.startswith(("send", "edit")) and call.code == OK]

    def unnamed(self) -> list[str]:
        """List the slips, cases and repeats that no message in the group has named, and the posts not yet reports."""
        texts = [str(call.parameters["text"]) for call in self.said()]
        whole = "\n".join(texts)
        missing = [f"S{slip}" for slip, number in self._rows(CASES) if not _names(whole, slip, number)]
        repeats = {found for text in texts for found in JOINED.findall(text)}
        joins = self.one("SELECT count(*) FROM report WHERE joined <> 'opened'")
        waiting = COUNT - self.one("SELECT count(*) FROM report WHERE platform = 'telegram'")
        return [*missing, *["a repeat"] * (joins - len(repeats)), *["a post"] * waiting]

    def unanswered(self, since: float) -> list[int]:
        """List the slips that were asked for and not shown since a moment."""
        whole = "\n".join(str(call.parameters["text"]) for call in self.said() if call.at > since)
        return [slip for slip, number in self._rows(CASES) if slip <= ASKED and not _names(whole, slip, number)]

    def most_in_a_window(self) -> int:
        """Return how many messages and changes came within the busiest minute."""
        times = [call.at for call in self.said()]
        return max(sum(1 for at in times if start <= at < start + WINDOW) for start in times)

    def show_figures(self, named: float) -> None:
        """Print how it went."""
        took, said = sorted(self._api.took[:COUNT]), self.said()
        new = sum(call.method.startswith("send") for call in said)
        print(  # noqa: T201 - the figures are what one runs it for
            f"\n{COUNT} posts at {PER_SECOND}/s: accepted in p50 {took[COUNT // 2] * 1000:.0f} ms, "
            f"p99 {took[COUNT * 99 // 100] * 1000:.0f} ms; all named after {named - self._begun:.0f} s "
            f"in {sum(call.at < named for call in said)} messages; with {ASKED} cards asked for later: "
            f"{new} messages and {len(said) - new} changes, at most {self.most_in_a_window()} in a minute, "
            f"the last after {said[-1].at - self._begun:.0f} s"
        )

    def one(self, query: str) -> int:
        """Return the one number that a query gives."""
        return int(self._rows(query)[0][0])

    def _rows(self, query: str) -> list[Any]:
        with self._tables.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]


def _rested(bureau: Bureau) -> None:
    """Wait until everybody was greeted."""
    deadline = time.time() + 20
    while bureau.owed("pending", "sending") and time.time() < deadline:
        time.sleep(0.1)
    assert not bureau.owed("pending", "sending")


def _pour(bureau: Bureau, texts: Sequence[str]) -> None:
    """Forward the posts into the staff group, so many a second."""
    begun, li = time.monotonic(), bureau.who("李敏")
    for n, text in enumerate(texts):
        time.sleep(max(0.0, begun + n / PER_SECOND - time.monotonic()))
        bureau.api.forwards(li, STAFF, text, {"type": "hidden_user", "sender_user_name": f"网友{n}"})


def _ask(bureau: Bureau) -> None:
    """Ask in the group for one card after the other, for more of them than it takes in a minute."""
    for n in range(1, ASKED + 1):
        time.sleep(BETWEEN)
        bureau.api.says(bureau.who("赵强"), STAFF, f"查 S{n}")


def _wait(happened: Callable[[], bool]) -> None:
    """Wait until something happened; the test says what is missing when it did not in time."""
    deadline = time.time() + PATIENCE
    while not happened() and time.time() < deadline:
        time.sleep(0.2)


def _names(whole: str, slip: int, number: str | None) -> bool:
    by_slip = re.search(rf"线索 S{slip}\b", whole) is not None
    return by_slip or (number is not None and number in whole)
