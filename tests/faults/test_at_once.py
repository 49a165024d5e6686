"""Reports that come at the same moment, through several desks on one database."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bot.chat.drill import NAME
from bot.desk import Desk
from handlers.conversation import Incoming, Place, Sender
from storage import case as cases
from storage import report as reports
from storage.database import Database
from tests.conversations.talking import MORNING, TalkingDesk, no_channels

DESKS, EACH, SHARED = 4, 6, 3


def test_numbers_have_no_gap_and_no_double_when_reports_come_at_once(database: Database) -> None:
    """Every post becomes exactly one report; the same post one case; the numbers run 1, 2, 3 … without a gap."""
    first = TalkingDesk(database, no_channels)
    desks = [first.desk, *(_another(first, database.url) for _ in range(DESKS - 1))]
    start = threading.Barrier(DESKS)
    with ThreadPoolExecutor(DESKS) as pool:
        for done in [pool.submit(_rush, desk, n, start) for n, desk in enumerate(desks)]:
            done.result()
    for desk in desks[1:]:
        desk.database.close()
    first.later(hours=1)
    with database.reading() as session:
        found = cases.open_cases(session)
        assert reports.count(session) == DESKS * (EACH + SHARED)
        assert len(found) == DESKS * EACH + SHARED
        assert sorted(case.seq or 0 for case in found) == list(range(1, len(found) + 1))


def _another(first: TalkingDesk, url: str) -> Desk:
    database = Database(url)
    return Desk(database, first.clock, first.house, {NAME: first.platform}, {})


def _rush(desk: Desk, n: int, start: threading.Barrier) -> None:
    start.wait()
    post: Callable[[str, int], Incoming] = lambda text, i: Incoming(  # noqa: E731 - one form of event
        platform=NAME,
        key=f"rush:{n}:{i}",
        at=MORNING,
        place=Place(account="staff"),
        sender=Sender(account="limin", name="李敏"),
        message_id=f"{n}00{i}",
        text=text,
    )
    for i in range(EACH):
        desk.accept(post(f"上报 第{n}号桌的第{i}条:{'东西南北'[n]}区{i}栋停水{i + 1}天没人管", i))
        desk.look_at_inbox()
    for i in range(SHARED):
        desk.accept(post(f"上报 大家都在转的第{i}件事:{'甲乙丙'[i]}小区墙体开裂", EACH + i))
        desk.look_at_inbox()
    while desk.look_at_inbox():
        pass
