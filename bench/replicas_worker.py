"""`python -m bench.replicas_worker URL`: one worker of a measurement, sending to a platform that takes everything."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg

from bot.building import build_house, take_roster
from bot.chat.own import TakingPlatform
from bot.clock import SystemClock
from bot.desk import Desk
from bot.engine.replicated import Replicated
from bot.logs import set_up_logs
from bot.running import settle_memory
from bot.sending import ONLY, Worker
from config.roster import DRILL, drill_roster
from storage.database import Database
from tests.orphans import end_with_parent

NAME: Final = "drill"
PLACES: Final = [f"feed:{n}" for n in range(16)]


class TakesAll(TakingPlatform):
    """A platform that takes whatever it is given, at once."""

    name = NAME


@contextmanager
def open_desk(database: Database, *, roster: bool = False, worker: Worker = ONLY) -> Iterator[Desk]:
    """Give a desk on a database."""
    house = build_house("gangbei-2017", public_url="http://127.0.0.1")
    clock = SystemClock()
    if roster:
        take_roster(database, drill_roster(house.plan), DRILL.name, house.plan, clock.now(), by="bench", rooms=True)
    desk = Desk(database, clock, house, {NAME: TakesAll()}, {}, worker=worker)
    if roster:
        desk.open()
    yield desk


def main(url: str) -> None:
    """Work until terminated; says a line once it is ready, then waits for the lock that the measurement holds."""
    set_up_logs("warning")
    database = Database(url)
    with Replicated() as engine:
        engine.join(database)
        with open_desk(database, worker=engine.worker) as desk:
            engine.drive(desk)
            settle_memory()
            print("ready", flush=True)
            with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1)) as gate:
                gate.execute("SELECT pg_advisory_xact_lock_shared(1)")
            engine.start()
            signal.sigwait({signal.SIGTERM})
            engine.stop()
    database.close()


if __name__ == "__main__":
    end_with_parent()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    main(sys.argv[1])
