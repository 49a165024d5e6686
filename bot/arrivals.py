"""Which stored events are handled next: those that this process has just stored are at hand, all others are loaded."""

from collections import deque
from collections.abc import Sequence
from typing import Final

from storage import inbox
from storage.database import Session
from storage.inbox import Inbox

AT_HAND: Final = 500  # events; what comes beyond is loaded when its turn comes


class Arrivals:
    """Events to handle, the oldest first. Any thread may put, one takes."""

    def __init__(self) -> None:
        """Nothing is at hand yet."""
        self._at_hand: deque[Inbox] = deque()
        self._missed = False  # something was stored that is not at hand
        self._behind = True  # there may be older ones than those at hand
        self._loaded = False  # what was taken last was loaded

    @property
    def more(self) -> bool:
        """Say whether there is surely something left."""
        return self._behind or self._missed or bool(self._at_hand)

    def put(self, events: Sequence[Inbox], *, all_new: bool) -> None:
        """Have at hand what was stored just now."""
        if all_new and len(self._at_hand) < AT_HAND:
            self._at_hand.extend(events)
        else:
            self._missed = True

    def take(self, session: Session, most: int) -> list[Inbox]:
        """Return the first of what seems to wait; the table says at the last moment what really does."""
        self._loaded = self._behind or self._missed or not self._at_hand
        self._behind = True  # until it is known how it went
        if not self._loaded:
            return [self._at_hand.popleft() for _ in range(min(most, len(self._at_hand)))]
        self._missed = False
        self._at_hand.clear()  # whatever is stored from here on is put anew
        return list(inbox.peek(session, most))

    def give_back(self, events: Sequence[Inbox]) -> None:
        """Have at hand again what was taken last and not looked at."""
        if not self._loaded:
            self._at_hand.extendleft(reversed(events))

    def handled(self, *, whole: bool, left: bool) -> None:
        """Note how it went; whole: nothing older stood before any of them. Left: others wait on."""
        self._behind = left if self._loaded else not whole
