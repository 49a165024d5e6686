"""Wake-ups from one process to another, by Procrastinate: a job says "look", and nothing else.

It is deferred in the transaction that leaves something to do, so there is one exactly when there is something. A job
holds no work: whoever takes it looks at the tables, everywhere, and it ends when that look is done. Several jobs share
one look. Lost, late or doubled it does no harm: every worker also looks once a beat.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Final

import structlog
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException

from bot.loop import Loop
from storage.database import Session, driver_connection, unusable

log = structlog.get_logger()
QUEUE: Final = "desk"
LOOK: Final = "look"
EVERY_MINUTE: Final = "* * * * *"
AT_ONCE: Final = 20  # jobs that share a look
GRACE: Final = 10.0  # seconds for the jobs under way when the worker stops
PULSE: Final = 5.0  # seconds between two signs of life of Procrastinate's own
STALLED: Final = 15.0  # seconds without one, after which a worker's jobs are given to others
KEPT: Final = 24  # hours for which a job that failed is kept; those that ended well go at once
AGAIN: Final = 2.0  # seconds after which a worker that broke off begins anew

logging.getLogger("procrastinate").setLevel(logging.WARNING)  # a line for each job would drown all else


def waker(url: str) -> Callable[[Session], None]:
    """Return what leaves a wake-up in a transaction."""
    app = App(connector=SyncPsycopgConnector(conninfo=_plain(url)))  # never opened: it shares the transaction

    def wake(session: Session) -> None:
        try:
            app.configure_task(LOOK, queue=QUEUE, connection=driver_connection(session)).defer()
        except ConnectorException as broken:
            raise unusable(broken.__cause__ or broken) from broken

    return wake


class Wakes:
    """Takes wake-ups, for as long as this process works."""

    def __init__(self, url: str, look_for: Callable[["Future[None]"], None]) -> None:
        """Let each wake-up lead to a look; nothing runs before start()."""
        self._look_for = look_for
        self._app = App(connector=PsycopgConnector(conninfo=_plain(url), min_size=1, max_size=4, configure=_hasty))
        self._app.task(name=LOOK, queue=QUEUE)(self._look)
        sweep = self._app.task(name="sweep", queue=QUEUE)(self._sweep)
        self._app.periodic(cron=EVERY_MINUTE)(sweep)
        self._loop = Loop("wakes")
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._working: Future[None] | None = None

    def start(self) -> None:
        """Begin to take wake-ups."""
        self._working = self._loop.begin(self._work_for_ever())

    def stop(self) -> None:
        """Finish the looks that are waited for, and take no more."""
        self._stopping.set()
        if self._working is not None:
            self._working.cancel()
            self._ended.wait(GRACE + AGAIN)
        self._loop.close()

    async def _work_for_ever(self) -> None:
        try:
            while not self._stopping.is_set():
                await self._work()
                await asyncio.sleep(AGAIN)
        finally:
            self._ended.set()

    async def _work(self) -> None:
        """Work until told to stop, or until the database is gone: the beat looks meanwhile."""
        try:
            async with self._app.open_async():
                await self._app.run_worker_async(
                    queues=[QUEUE], concurrency=AT_ONCE, delete_jobs="successful", install_signal_handlers=False,
                    shutdown_graceful_timeout=GRACE, update_heartbeat_interval=PULSE, stalled_worker_timeout=STALLED,
                )  # fmt: skip
        except Exception as broken:  # noqa: BLE001 - the edge of a library: whatever broke, it begins anew
            log.warning("no wake-ups are taken", why=str(broken.__cause__ or broken))

    async def _look(self) -> None:
        asking: Future[None] = Future()
        self._look_for(asking)
        with suppress(asyncio.CancelledError):
            await asyncio.wrap_future(asking)

    async def _sweep(self, timestamp: int) -> None:
        """Take over the jobs of workers that died, forget what failed long ago, and look."""
        del timestamp
        jobs = self._app.job_manager
        for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED):
            await jobs.retry_job(job)
        await jobs.delete_old_jobs(KEPT, include_failed=True, include_cancelled=True, include_aborted=True)
        await self._look()


async def _hasty(connection: Any) -> None:  # noqa: ANN401 - the driver's own connection
    """Let nothing here wait for the disk: a wake-up that is lost with the machine is made up for by the next beat."""
    await connection.execute("SET synchronous_commit TO off")
    await connection.commit()


def _plain(url: str) -> str:
    """Return an address as PostgreSQL's own library reads it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)
