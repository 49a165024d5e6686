"""Runs of up to three signs as numbers: a post has hundreds, and a number is sooner made and found than a text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[np.uint64]]
    Places = np.ndarray[Any, np.dtype[np.int64]]

LONGEST: Final = 3
_BITS: Final = 21  # of a sign of Unicode; three leave one bit of a number
_OF_A_HEADING: Final = 1 << LONGEST * _BITS
_BETWEEN: Final = "\n"
Lengths = Sequence[int]


@dataclass(frozen=True)
class Runs:
    """The runs that are known, by number, and the place of each; those of headings are apart from all others."""

    numbers: "Numbers"  # in order
    places: "Places"

    @classmethod
    def of(cls, runs: Mapping[str, int], of_headings: Mapping[str, int]) -> "Runs":
        """Take runs and their places."""
        import numpy as np  # noqa: PLC0415 - loaded with the first model

        known = {_number(run): place for run, place in runs.items() if len(run) <= LONGEST}
        known |= {_number(run) | _OF_A_HEADING: place for run, place in of_headings.items() if len(run) <= LONGEST}
        numbers = np.fromiter(known, dtype=np.uint64, count=len(known))
        order = np.argsort(numbers)
        return cls(numbers[order], np.fromiter(known.values(), dtype=np.int64, count=len(known))[order])

    def within(
        self, texts: Sequence[str], lengths: Lengths, heading: str, of_heading: Lengths
    ) -> tuple[list[int], list[int]]:
        """Return the places of the known runs of texts, and of their heading, in order, once for each time they stand.

        Runs of a text come by their lengths.
        """
        import numpy as np  # noqa: PLC0415 - loaded with the first model

        if not len(self.numbers):
            return [], []
        runs = list(_numbers([(text, lengths) for text in texts] + [(heading, of_heading)]))
        first = sum(map(len, runs[: -len(of_heading)]))
        sought = np.concatenate(runs)
        sought[first:] |= np.uint64(_OF_A_HEADING)
        found = self.numbers.searchsorted(sought)
        known = self.numbers.take(found, mode="clip") == sought
        in_texts = int(np.count_nonzero(known[:first]))
        places = self.places[found[known]].tolist()
        return places[:in_texts], places[in_texts:]


def _numbers(texts: Sequence[tuple[str, Lengths]]) -> Iterator["Numbers"]:
    """Yield the numbers of the runs of each text, for each length those of all its places."""
    import numpy as np  # noqa: PLC0415 - loaded with the first model

    joined = _BETWEEN.join(text for text, _ in texts)  # few long arrays take less time than many short ones
    read = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    signs: Numbers = np.add(read, 1, dtype=np.uint64)
    pairs = _longer(signs[:-1], signs[1:])
    by_length = (signs, pairs, _longer(pairs[:-1], signs[2:]))
    for begin, (text, lengths) in zip(_begins(text for text, _ in texts), texts, strict=False):
        for length in lengths:
            yield by_length[length - 1][begin : max(begin, begin + len(text) - length + 1)]


def _begins(texts: Iterable[str]) -> Iterator[int]:
    return accumulate((len(text) + len(_BETWEEN) for text in texts), initial=0)


def _longer(run: "Numbers", sign: "Numbers") -> "Numbers":
    import numpy as np  # noqa: PLC0415 - loaded with the first model

    return run << np.uint64(_BITS) | sign


def _number(run: str) -> int:
    """Return the number of a run; none of its signs counts nothing, so no shorter run has the same."""
    return reduce(lambda number, sign: number << _BITS | (ord(sign) + 1), run, 0)
