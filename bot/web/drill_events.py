"""Server-sent events: the page hears at once which chat changed, and fetches it anew."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Final

from starlette.responses import StreamingResponse

from bot.drill.room import DrillRoom

KEEP_ALIVE: Final = 15.0  # seconds
MOST_WAITING: Final = 500  # changes a slow page may lag behind; it fetches everything anyway


def event_stream(room: DrillRoom) -> StreamingResponse:
    """Answer with the changes of a room as they happen."""
    return StreamingResponse(_events(room), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _events(room: DrillRoom) -> AsyncIterator[str]:
    loop, changes = asyncio.get_running_loop(), asyncio.Queue[str](MOST_WAITING)

    def put(what: str) -> None:
        if not changes.full():
            changes.put_nowait(what)

    def tell(what: str) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(put, what)

    room.listeners.append(tell)
    try:
        yield "retry: 1000\n\n"
        while True:
            yield await _next(changes)
    finally:
        room.listeners.remove(tell)


async def _next(changes: asyncio.Queue[str]) -> str:
    try:
        what = await asyncio.wait_for(changes.get(), KEEP_ALIVE)
    except TimeoutError:
        return ": still here\n\n"
    return f"data: {json.dumps({'what': what}, ensure_ascii=False)}\n\n"
