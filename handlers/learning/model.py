"""A learned model: what each piece of a post weighs for each label. Arrays and words, nothing that could run.

Reading needs numpy alone. The same post and model give the same verdict on every machine.
"""

import hashlib
import io
import json
import math
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, islice
from typing import TYPE_CHECKING, Any, Final
from zipfile import BadZipFile

from handlers.learning.features import BLOCKS, RUNS, TITLE_RUNS, Cut, shut
from handlers.learning.runs import Runs

if TYPE_CHECKING:
    import numpy as np

FORM: Final = 1  # of the file; another one is refused
SHOWN: Final = 4  # words that are given as reasons
SHORTEST_REASON: Final = 2
_MAY_BE_SHOWN: Final = ("w", "t")


class Unreadable(ValueError):
    """These bytes are no model of this version."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a model says of a post: every label's probability, the likeliest first, and the words that weighed most."""

    shares: Mapping[str, float]
    words: tuple[str, ...]

    @property
    def label(self) -> str:
        return next(iter(self.shares))

    @property
    def certainty(self) -> float:
        return self.shares[self.label]


@dataclass(frozen=True)
class Model:
    """`weights` has a row for each piece and a column for each label; `rarity` is what a piece counts by itself."""

    labels: tuple[str, ...]
    vocabulary: tuple[str, ...]  # block, colon, piece
    rarity: "np.ndarray[Any, np.dtype[np.float32]]"
    weights: "np.ndarray[Any, np.dtype[np.float32]]"
    offsets: tuple[float, ...]
    parts: Mapping[str, float]  # how much each block counts
    sharpness: float  # from scores to probabilities, as held-out posts bore it out

    @cached_property
    def _known(self) -> tuple[Mapping[str, Mapping[str, int]], Runs]:
        """Return where each piece stands: by block, and runs by their numbers."""
        found: dict[str, dict[str, int]] = {block: {} for block in BLOCKS}
        for place, named in enumerate(self.vocabulary):
            block, _, piece = named.partition(":")
            found[block][piece] = place
        return found, Runs.of(found.pop("c"), found.pop("r"))

    def judge(self, title: str, text: str, signs: Sequence[str] = ()) -> Verdict:
        """Say what a post is, and by which of its words."""
        return self.judge_cut(Cut.of(title, text), signs)

    def judge_cut(self, post: Cut, signs: Sequence[str] = ()) -> Verdict:
        """Say what a post is that was cut already."""
        places, rows = self._rows(self._found(post, signs))
        shares = _softmax([score * self.sharpness for score in self._sums(rows)])
        order = sorted(range(len(self.labels)), key=lambda each: -shares[each])
        best = self._heaviest(places, rows, order[0])
        told = [part[at : at + len(word)] for word in best for part, at in _places_of(word, post.read, post.shown)]
        return Verdict(
            {self.labels[each]: round(shares[each], 4) for each in order}, tuple(dict.fromkeys(told))[:SHOWN]
        )

    def _sums(self, rows: "np.ndarray[Any, Any]") -> list[float]:
        return [float(total) + offset for total, offset in zip(rows.sum(axis=0), self.offsets, strict=True)]

    def _found(self, post: Cut, signs: Sequence[str]) -> list[Counter[int]]:
        """Return for each block where the pieces of a post that are known stand, and how often it holds each."""
        known, runs = self._known
        texts = [shut(part) for part in post.read]
        in_texts, in_heading = runs.within(texts, RUNS, shut(post.heading), TITLE_RUNS)
        places = {
            "w": _places_in(known["w"], post.words),
            "c": in_texts,
            "t": _places_in(known["t"], post.heading_words),
            "r": in_heading,
            "k": _places_in(known["k"], signs),
        }
        return [Counter(places[block]) for block in BLOCKS]

    def _rows(self, found: Sequence[Counter[int]]) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
        """Return which pieces are known, and what each gives to each label.

        The pieces of a block make a vector of one length, as they were trained on.
        """
        import numpy as np  # noqa: PLC0415 - a desk that has learned nothing does not load it

        places = np.fromiter(chain.from_iterable(found), dtype=np.int64)
        often = np.fromiter(chain.from_iterable(each.values() for each in found), dtype=np.float32)
        values = (1 + np.log(often)) * self.rarity[places]
        for block, counted, end in zip(BLOCKS, found, accumulate(map(len, found)), strict=True):
            own = values[end - len(counted) : end]
            length = float(np.sqrt((own * own).sum())) or 1.0
            own *= np.float32(self.parts[block] / length)
        return places, self.weights[places] * values[:, None]

    @cached_property
    def _tellable(self) -> "np.ndarray[Any, Any]":
        """Tell of each piece whether it is a word that makes a reason."""
        import numpy as np  # noqa: PLC0415 - loaded with the first model

        named = (each.partition(":") for each in self.vocabulary)
        found = [block in _MAY_BE_SHOWN and " " not in it and len(it) >= SHORTEST_REASON for block, _, it in named]
        return np.array(found, dtype=bool)

    def _heaviest(self, places: "np.ndarray[Any, Any]", rows: "np.ndarray[Any, Any]", label: int) -> list[str]:
        """Return the words that weighed most for a label against the others, the weightiest first."""
        told = self._tellable[places]
        rows = rows[told]
        gained: dict[str, float] = {}
        for place, gain in zip(places[told].tolist(), (rows[:, label] - rows.mean(axis=1)).tolist(), strict=True):
            if gain > 0:
                word = self.vocabulary[place].partition(":")[2]
                gained[word] = gained.get(word, 0.0) + gain
        return sorted(gained, key=lambda word: (-gained[word], word))[: 2 * SHOWN]

    def to_bytes(self) -> bytes:
        """Return the model as a file: numpy's own form without pickled objects, the words as one text."""
        import numpy as np  # noqa: PLC0415 - loaded with the first model

        about = {
            "form": FORM, "labels": self.labels, "offsets": self.offsets, "parts": dict(self.parts),
            "sharpness": self.sharpness,
        }  # fmt: skip
        held = io.BytesIO()
        np.savez_compressed(
            held,
            about=_as_array(json.dumps(about, ensure_ascii=False)),
            vocabulary=_as_array("\n".join(self.vocabulary)),
            rarity=self.rarity,
            weights=self.weights,
        )
        return held.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Model":
        """Read a model's file; Unreadable when it is none of this version's."""
        import numpy as np  # noqa: PLC0415 - loaded with the first model

        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                about = json.loads(_as_text(arrays["about"]))
                if about["form"] != FORM:
                    raise Unreadable(f"form {about['form']}")
                vocabulary = tuple(_as_text(arrays["vocabulary"]).split("\n"))
                rarity, weights = arrays["rarity"], arrays["weights"]
        except (ValueError, KeyError, OSError, EOFError, BadZipFile, zlib.error) as broken:
            raise Unreadable(str(broken)) from broken
        if weights.shape != (len(vocabulary), len(about["labels"])) or rarity.shape != (len(vocabulary),):
            raise Unreadable("the arrays do not fit each other")
        return cls(
            tuple(about["labels"]), vocabulary, rarity, weights, tuple(about["offsets"]), about["parts"],
            about["sharpness"],
        )  # fmt: skip


def hash_of(content: bytes) -> str:
    """Name a model's file by its content."""
    return hashlib.sha256(content).hexdigest()


def _places_in(known: Mapping[str, int], pieces: Iterable[str]) -> list[int]:
    return [place for place in map(known.get, pieces) if place is not None]


def _places_of(word: str, read: Sequence[str], shown: Sequence[str]) -> list[tuple[str, int]]:
    """Return where a word first stands, in the part as it is shown."""
    found = ((part, at) for plain_part, part in zip(read, shown, strict=True) if (at := plain_part.find(word)) >= 0)
    return list(islice(found, 1))


def _softmax(scores: Sequence[float]) -> list[float]:
    highest = max(scores, default=0.0)
    powers = [math.exp(score - highest) for score in scores]
    return [power / sum(powers) for power in powers]


def _as_array(text: str) -> "np.ndarray[Any, Any]":
    import numpy as np  # noqa: PLC0415 - loaded with the first model

    return np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)


def _as_text(array: "np.ndarray[Any, Any]") -> str:
    return array.tobytes().decode("utf-8", "surrogatepass")
