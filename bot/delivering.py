"""Calls the platforms: parcels of one destination in order, and what came of each."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog

from bot.channels import Channel, Proof, ReleaseFailed
from bot.chat.platform import Awaited, ChatPlatform, SendFailed
from bot.clock import Clock
from bot.pace import LEAVES
from bot.parcels import Parcel
from handlers.conversation import Content
from handlers.release import proving
from storage.database import Database
from storage.outbox import Outbox
from storage.release import Release

log = structlog.get_logger()
ON_CHANNELS: Final = ("release", "withdrawal")
Fetch = Callable[[Outbox, datetime], None]
AT_ONCE: Final = 32  # calls under way that need a thread each


@dataclass(frozen=True)
class Outcome:
    """What came of a parcel: a receipt, a proof, a failure, or nothing since it was not tried."""

    parcel: Parcel
    at: datetime
    message_id: str | None = None
    proof: Proof | None = None
    failure: SendFailed | ReleaseFailed | None = None
    expired: bool = False
    tried: bool = True


CameBack = Callable[[Outcome], None]


class Delivering:
    """Takes parcels to their platforms and channels."""

    def __init__(
        self,
        platforms: Mapping[str, ChatPlatform],
        channels: Mapping[str, Channel],
        database: Database,
        fetch: Fetch | None,
        pool: Executor | None,
        clock: Clock,
    ) -> None:
        """Deliver through these platforms and channels; fetch takes in an owed file; pool runs what is not awaited."""
        self._clock = clock
        self._platforms = platforms
        self._channels = channels
        self._database = database
        self._fetch = fetch
        self._pool = pool

    def begin(self, parcels: Sequence[Parcel], now: datetime, came_back: CameBack) -> Future[None] | None:
        """Begin to call for the parcels of one destination; None when that is done already."""
        until = self._clock.now() + LEAVES
        platform = self._platforms.get(parcels[0].first.platform)
        awaited = platform.awaited if platform is not None and all(map(_may_be_awaited, parcels)) else None
        if awaited is not None:
            return awaited.begin(self._deliver(parcels, now, until, came_back, awaited))
        if platform is not None and not platform.waits:
            _to_its_end(self._deliver(parcels, now, until, came_back))
            return None
        if self._pool is None:
            self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="call")
        return self._pool.submit(lambda: _to_its_end(self._deliver(parcels, now, until, came_back)))

    def close(self) -> None:
        """Begin no more."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    async def _deliver(
        self,
        parcels: Sequence[Parcel],
        now: datetime,
        until: datetime,
        came_back: CameBack,
        awaited: Awaited | None = None,
    ) -> None:
        """Call for each parcel in turn; the rest waits untried once a destination does not answer, or takes too long.

        What leaves late would fall into a stretch that was counted without it.
        """
        held_up = False
        for parcel in parcels:
            held_up = held_up or self._clock.now() > until
            outcome = Outcome(parcel, now, tried=False) if held_up else await self._one(parcel, now, awaited)
            held_up = held_up or _holds_up(outcome.failure)
            came_back(outcome)

    async def _one(self, parcel: Parcel, now: datetime, awaited: Awaited | None) -> Outcome:
        row = parcel.first
        if row.expires_at is not None and row.expires_at < now and not parcel.pieces:  # a message is never too late
            return Outcome(parcel, now, expired=True)
        try:
            if awaited is not None:
                return Outcome(parcel, now, message_id=await _awaited_in_chat(awaited, parcel))
            if row.kind in ON_CHANNELS:
                return Outcome(parcel, now, proof=self._on_channel(row, now))
            return Outcome(parcel, now, message_id=self._in_chat(parcel, now))
        except Exception as broken:  # noqa: BLE001 - the edge to a platform's code: one send must not stop the others
            return Outcome(parcel, now, failure=_failure(row, broken))

    def _in_chat(self, parcel: Parcel, now: datetime) -> str | None:
        row = parcel.first
        platform, chat = self._platforms[row.platform], _chat(row)
        match row.kind:
            case "toast":
                platform.toast(chat, _content(parcel), now)
            case "pin":
                platform.pin(chat, row.payload["message_id"], pinned=row.payload["pinned"])
            case "delete":
                platform.delete(chat, row.payload["message_id"], now)
            case "leave":
                platform.leave(chat)
            case "file":
                self._take_in(row, now)
            case _ if parcel.edits:
                return platform.edit(chat, parcel.edits, _content(parcel), now)
            case _:
                return platform.send(chat, _content(parcel), now)
        return None

    def _take_in(self, row: Outbox, now: datetime) -> None:
        if self._fetch is None:
            raise SendFailed("nowhere to keep files here")
        self._fetch(row, now)

    def _on_channel(self, row: Outbox, now: datetime) -> Proof | None:
        channel = self._channels.get(_chat(row))
        if channel is None:
            raise ReleaseFailed("no such channel here")
        with self._database.reading() as session:
            release = session.get_one(Release, proving.release_id(row.payload))
            addresses = proving.addresses(session, release)
        if row.kind == "withdrawal":
            channel.withdraw(release, now)
            return None
        return channel.publish(release, addresses, now)


async def _awaited_in_chat(calls: Awaited, parcel: Parcel) -> str | None:
    chat, content = _chat(parcel.first), _content(parcel)
    if parcel.first.kind == "toast":
        await calls.toast(chat, content)
        return None
    return await (calls.edit(chat, parcel.edits, content) if parcel.edits else calls.send(chat, content))


def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Carry out what never has to wait for a loop: each of its calls comes back when it is done."""
    with suppress(StopIteration):
        work.send(None)


def _may_be_awaited(parcel: Parcel) -> bool:
    return parcel.first.kind in ("message", "card", "toast")


def _chat(row: Outbox) -> str:
    return row.destination.partition(":")[2]


def _failure(row: Outbox, broken: Exception) -> SendFailed | ReleaseFailed:
    """Return what a failed call comes to; what nobody foresaw may have gone out."""
    if not isinstance(broken, SendFailed | ReleaseFailed):
        log.error("a send broke", serial=row.serial, exc_info=broken)
        broken = SendFailed(repr(broken), unknown=True)
    if row.kind in ON_CHANNELS and isinstance(broken, SendFailed):
        return ReleaseFailed(str(broken), after=broken.after)
    return broken


def _content(parcel: Parcel) -> Content:
    if parcel.content is None:
        raise ValueError(f"nothing to say: {parcel.first.serial}")
    return parcel.content


def _holds_up(failure: SendFailed | ReleaseFailed | None) -> bool:
    return isinstance(failure, SendFailed) and (failure.unreachable or not failure.permanent)
