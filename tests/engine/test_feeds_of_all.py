"""Several workers watch the same feeds: each look is one worker's, and what is new is taken once."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from storage.database import Database
from tests.conversations.test_feeds import OUTAGE, WAGES, FeedsDesk, rss
from tests.engine.replicas import replica
from tests.platforms.site import Site, site
from tests.waiting import until


@pytest.fixture
def there() -> Iterator[Site]:
    """Give a site."""
    with site() as found:
        yield found


def test_a_look_that_is_due_is_one_workers(postgresql_database: Database, there: Site) -> None:
    """Both see that it is due, and the site is slow: it is asked once, and each new item is a report once."""
    desk = FeedsDesk(postgresql_database, there)
    desk.has(("1", OUTAGE, desk.ago(hours=1)))
    desk.watches()
    asked, gate = len(there.asked), threading.Event()
    news = rss(("2", WAGES, desk.clock.now()), ("1", OUTAGE, desk.ago(hours=1)))

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        until(gate.is_set)
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(news)))
        handler.end_headers()
        handler.wfile.write(news)

    there.puts("/feed", slowly)
    look = desk.feeds.look
    with replica(desk, look, seconds=60) as one, replica(desk, look, seconds=60) as two, ThreadPoolExecutor() as both:
        desk.clock.move_to(desk.clock.now() + timedelta(minutes=40))
        working = [both.submit(each.desk.settle) for each in (one, two)]
        until(lambda: len(there.asked) > asked)
        gate.set()
        for each in working:
            each.result()
    assert len(there.asked) == asked + 1
    assert desk.taken() == [OUTAGE, WAGES]
