"""How much shares a commit: as much as is done in a short time, learnt from the commits before."""

from typing import Final

GUESS: Final = 0.004  # seconds for one, until it is known


class Portion:
    """Knows what one thing costs. Seconds are those this thread works: what others take makes no portion smaller."""

    def __init__(self, fewest: int, most: int) -> None:
        """Take so many in any case, and never more than so many."""
        self._fewest = fewest
        self._most = most
        self._each = GUESS

    def within(self, seconds: float) -> int:
        """Return how many are done in so many seconds."""
        return min(self._most, max(self._fewest, int(seconds / self._each)))

    def took(self, count: int, seconds: float) -> None:
        """Learn from a commit. What is the same for one as for many weighs less on each when there are many."""
        if count:
            self._each = (self._each + seconds / count) / 2
