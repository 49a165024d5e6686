"""Intake: how fast a post is accepted and handled, beside raw inserts of the same rows with the same durability.

`python -m bench.intake [--engine sqlite|postgresql] [--posts N] [--rate N] [--seconds N]`
"""

import argparse
import asyncio
import os
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count

import structlog

from bench.servers import Rows, empty_database, raw_inserts, written_rows
from bot.accepting import Accepting
from bot.building import build_house, take_roster
from bot.chat.own import OwnPlatform
from bot.chat.platform import Limits
from bot.clock import SystemClock
from bot.desk import Desk
from bot.engine.heart import Heartbeat
from bot.running import settle_memory
from config.roster import DRILL, drill_roster
from handlers.conversation import Content, Incoming, Origin, Place, Sender
from storage import inbox
from storage.database import Database

POSTS = int(os.environ.get("HUIYING_BENCH_POSTS", "300"))
RATE, SECONDS = 300, 60
PLACES = ("阳光花园", "西江路", "城东安置房", "江南大道", "港城商贸街", "荷城新村", "民生小区", "圣湖一号")
MATTERS = (
    "停水三天没人管,老人小孩都没水喝",
    "路灯坏了一个月,晚上漆黑一片很危险",
    "工地夜间施工噪声扰民,投诉多次无果",
    "拖欠四十多名农民工工资半年",
    "新房墙体开裂漏水,开发商推诿",
    "污水管道堵塞,粪水流了一街",
)


class Group(OwnPlatform):
    """Chats that take what they are given at once, a group twenty messages a minute, as on Telegram."""

    name = "drill"

    def __init__(self) -> None:
        self._ids = count(1)

    def limits(self, chat: str) -> Limits:
        return () if chat.startswith("direct:") else ((20, 60.0),)

    def send(self, chat: str, content: Content, at: datetime) -> str:
        del chat, content, at
        return str(next(self._ids))

    def edit(self, chat: str, message_id: str, content: Content, at: datetime) -> str:
        del chat, content, at
        return message_id

    def delete(self, chat: str, message_id: str, at: datetime) -> None:
        """Do nothing."""

    def toast(self, chat: str, content: Content, at: datetime) -> None:
        """Do nothing."""


def posts(count: int, first: int = 0) -> list[Incoming]:
    """Make posts: of every six, one is the same as an earlier one."""
    chance = random.Random(12 + first)  # noqa: S311 - the same posts in every run
    texts: list[str] = []
    for n in range(first, first + count):
        again = texts and n % 6 == 5
        fresh = f"{chance.choice(PLACES)}{n}栋{chance.choice(MATTERS)},已经反映{n}次,请有关部门尽快处理!"
        texts.append(chance.choice(texts) if again else fresh)
    return [_event(n, text) for n, text in enumerate(texts, first)]


def _event(n: int, text: str) -> Incoming:
    return Incoming(
        platform="drill",
        key=f"bench:{n}",
        at=datetime.now(UTC),
        place=Place(account="staff"),
        sender=Sender(account="limin", name="李敏"),
        message_id=str(10_000_000 + n),
        text=text,
        origin=Origin(kind="user", author=f"网友{n}"),
    )


def bench_desk(database: Database) -> Desk:
    """Open a desk with the drill's cast."""
    house = build_house("gangbei-2017", public_url="http://127.0.0.1")
    clock = SystemClock()
    take_roster(database, drill_roster(house.plan), DRILL.name, house.plan, clock.now(), by="bench")
    desk = Desk(database, clock, house, {"drill": Group()}, {})
    desk.open()
    return desk


def accept_each(desk: Desk, events: Sequence[Incoming]) -> list[float]:
    """Accept each event in a transaction of its own; return the seconds each took."""
    took = []
    for event in events:
        began = time.perf_counter()
        desk.accept(event)
        took.append(time.perf_counter() - began)
    return took


def handle_all(desk: Desk) -> tuple[float, float]:
    """Handle everything that was accepted (judge, register or join, start clocks, owe answers).

    Return the seconds by the clock on the wall, and those of the processor.
    """
    began, began_cpu = time.perf_counter(), time.process_time()
    while desk.look_at_inbox():
        pass
    return time.perf_counter() - began, time.process_time() - began_cpu


def measure(database: Database, count: int) -> None:
    """Measure posts that wait already, and print."""
    desk = bench_desk(database)
    handle_some(desk, posts(120, 900_000))  # the statements are compiled by then
    before = set(written_rows(database))
    settle_memory()
    took = accept_each(desk, posts(count))
    accepted: Rows = [row for row in written_rows(database, ("inbox",)) if row not in before]
    handling, cpu = handle_all(desk)
    new = [row for row in written_rows(database) if row not in before]
    floor_accept, floor = raw_inserts(database, accepted, count), raw_inserts(database, new, count)
    whole = sum(took) + handling
    print(f"  accept  {_spread(took)}, {count / sum(took):.0f}/s; raw {count / floor_accept:.0f}/s, "
          f"ratio {floor_accept / sum(took):.2f}")  # fmt: skip
    print(f"  handle  {count / handling:.0f}/s ({count / cpu:.0f} in a second of the processor, {len(new) / count:.1f} "
          f"rows each); accept and handle {count / whole:.0f}/s; raw, one transaction a report, {count / floor:.0f}/s; "
          f"ratio {floor / whole:.2f}")  # fmt: skip


def handle_some(desk: Desk, events: Sequence[Incoming]) -> tuple[float, float]:
    """Accept some events together and handle them; return the seconds of handling."""
    desk.accept(*events)
    return handle_all(desk)


async def arrive(desk: Desk, heart: Heartbeat, rate: int, seconds: int) -> list[float]:
    """Let posts arrive at a rate, as a webhook takes them in; return how long each waited to be stored."""
    accepting: Accepting[Incoming] = Accepting(lambda events: desk.accept(*events), heart.soon)
    events = posts(rate * seconds, 100_000)
    began, waited, under_way = time.perf_counter(), list[float](), set[asyncio.Task[None]]()

    async def put(event: Incoming, due: float) -> None:
        await accepting.put(event)
        waited.append(time.perf_counter() - due)

    for n, event in enumerate(events):
        due = began + n / rate
        early = due - time.perf_counter()
        if early > 0:
            await asyncio.sleep(early)
        task = asyncio.create_task(put(event, due))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        if n % 10 == 0:
            await asyncio.sleep(0)
    await asyncio.gather(*under_way)
    return waited


def measure_arrivals(database: Database, rate: int, seconds: int) -> None:
    """Measure posts that arrive while the running engine handles them, and print."""
    desk = bench_desk(database)
    heart = Heartbeat(desk)
    settle_memory()
    heart.start()
    began = time.perf_counter()
    waited = asyncio.run(arrive(desk, heart, rate, seconds))
    arrived = time.perf_counter() - began
    backlog = _waiting(database)
    while _waiting(database):
        time.sleep(0.1)
    whole = time.perf_counter() - began
    heart.stop()
    print(f"  {rate}/s for {seconds} s, handled meanwhile: accept {_spread(waited)}; arrived in {arrived:.1f} s, "
          f"{backlog} not handled by then, all after {whole:.1f} s ({len(waited) / whole:.0f}/s)")  # fmt: skip


def _waiting(database: Database) -> int:
    with database.reading() as session:
        return inbox.count(session, "drill", "waiting")


def _spread(took: Sequence[float]) -> str:
    ranked = sorted(took)
    p50, p99 = statistics.median(ranked) * 1e3, ranked[int(len(ranked) * 0.99)] * 1e3
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms"


@contextmanager
def quiet() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    yield
    structlog.reset_defaults()


def main(arguments: Sequence[str] = ()) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--posts", type=int, default=POSTS)
    parser.add_argument("--rate", type=int, default=RATE)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    given = parser.parse_args(arguments)
    for engine in given.engine or ("sqlite",):
        print(f"intake on {engine}, {given.posts} posts")
        with quiet():
            with empty_database(engine) as database:
                measure(database, given.posts)
            if given.seconds:
                with empty_database(engine) as database:
                    measure_arrivals(database, given.rate, given.seconds)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
