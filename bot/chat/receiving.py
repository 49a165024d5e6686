"""What a vendor delivers to an address of the desk: read up to a size, stored first, answered then."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.accepting import Accepting
from bot.chat.reception import Reception, Trouble
from handlers.conversation import storable
from storage.database import DatabaseTrouble

log = structlog.get_logger()
Update = Mapping[str, Any]
Keyed = tuple[str, Update]
Accept = Callable[[Sequence[Keyed]], int]
RETRY_AFTER: Final = "5"  # seconds
WITHIN: Final = 10.0  # seconds in which a body must have come


class NotRead(Exception):
    """A body that is read no further; whoever sends it is hung up on."""

    status = 400

    def answer(self) -> Response:
        """Return the answer to it."""
        return Response(status_code=self.status, headers={"Connection": "close"})


class TooLarge(NotRead):
    """No vendor's event is that large."""

    status = 413


class TooSlow(NotRead):
    """No vendor takes that long: it waits for its answer by then."""

    status = 408


async def body_of(request: Request, largest: int) -> bytes:
    """Read a body of at most so many bytes; TooLarge as soon as it is known to be larger, TooSlow when it takes long.

    Raises ValueError for a length that is no number, ClientDisconnect when it never comes to its end.
    """
    if int(request.headers.get("Content-Length", "0")) > largest:
        raise TooLarge
    body = bytearray()
    try:
        async with asyncio.timeout(WITHIN):
            async for part in request.stream():
                body += part
                if len(body) > largest:
                    raise TooLarge
    except TimeoutError:
        raise TooSlow from None
    return bytes(body)


async def stored(accepting: Accepting[Keyed], update: Keyed, noted: Reception) -> Response:
    """Store an event and say so: 200, or 503 while nothing can be stored, so that it is delivered again."""
    try:
        await accepting.put(update)
    except DatabaseTrouble as trouble:
        noted.troubled(Trouble("storage", str(trouble.orig)))
        return Response(status_code=503, headers={"Retry-After": RETRY_AFTER})
    except Exception as never:  # noqa: BLE001 - put on record: delivered again it would fail again
        pass_over(update[0], never)
    noted.heard()
    return Response()


def pass_over(update: str, trouble: Exception | None) -> None:
    """Put on record what can never be stored, so that it does not keep all others away; raises DatabaseTrouble."""
    if isinstance(trouble, DatabaseTrouble):
        raise trouble
    if trouble is not None:
        log.error("an update could not be stored and is passed over", update=update, exc_info=trouble)


def storable_tree(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Replace in all texts of an event what no database can keep."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(name): storable_tree(each) for name, each in value.items()}
    return [storable_tree(each) for each in value] if isinstance(value, list) else value
