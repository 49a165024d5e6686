"""Many small pools of connections instead of one large one.

httpcore looks through every connection of its pool at the beginning and at the end of each call. With 32 calls at once
that is most of the work of a call; spread over pools of a few connections each it is next to nothing.
"""

import asyncio
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any

from telegram.request import BaseRequest, HTTPXRequest


class Spread(BaseRequest):
    """Hands each call to the next of several requests in turn."""

    def __init__(self, make: Callable[[], HTTPXRequest], count: int) -> None:
        """Make so many of them."""
        self._all: Sequence[HTTPXRequest] = [make() for _ in range(count)]
        self._turn = cycle(self._all)

    @property
    def read_timeout(self) -> float | None:
        """Return how long an answer may take, in seconds."""
        return self._all[0].read_timeout

    async def initialize(self) -> None:
        """Prepare all of them."""
        await asyncio.gather(*(each.initialize() for each in self._all))

    async def shutdown(self) -> None:
        """Close all of them."""
        await asyncio.gather(*(each.shutdown() for each in self._all))

    async def do_request(self, *arguments: Any, **named: Any) -> tuple[int, bytes]:  # noqa: ANN401 - as the library calls it
        """Let the next one make the call."""
        return await next(self._turn).do_request(*arguments, **named)
