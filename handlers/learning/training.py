"""Train a model from labelled posts and say, on posts it was not shown, how well it does (scikit-learn, only here)."""

import math
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from handlers.learning.alike import families
from handlers.learning.features import BLOCKS, Pieces, pieces
from handlers.learning.model import Model
from handlers.learning.scores import Scores

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

FOLDS: Final = 5
FEWEST: Final = 2  # families of one label: with fewer there is nothing to be tried on
SEED: Final = 1
SEEN_TWICE: Final = 2  # what stands in one post alone teaches nothing
PARTS: Final = {"w": 1.0, "c": 1.0, "t": 0.8, "r": 1.0}
SHORT_PARTS: Final = {"w": 0.7, "c": 0.7, "t": 0.7, "r": 1.5}  # where titles are all there is, runs of signs say most
SHORT: Final = 50  # signs of the post in the middle
SHARES: Final = (0.0, 0.3, 1.0, 3.0)  # of what the rules noticed: a topic needs none of it, an emergency much
GIVING_WAY: Final = 0.15  # LinearSVC's C: small, for posts are short and pieces many
NEVER: Final = -10.0
_SOFTEST, _SHARPEST, _NARROWINGS = 0.2, 12.0, 24
Progress = Callable[[float], None]


class TooLittle(ValueError):
    """There is not enough to learn from; `labels` counts what there is."""

    def __init__(self, labels: Counter[str]) -> None:
        """Keep what there is."""
        super().__init__(str(dict(labels)))
        self.labels = labels


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled post: `signs` is what the rules noticed in it, `rules` what they say it is, in any words."""

    title: str
    text: str
    label: str
    signs: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trained:
    """A model, and how it, the rules alone and the most frequent label did on posts that were held out."""

    model: Model
    used: tuple[Example, ...]
    found: tuple[str, ...]  # for each that was used, by a model that had not seen it
    sure: tuple[float, ...]  # and how sure it was
    learned: Scores
    rules: Scores
    majority: Scores
    left_out: Counter[str]  # labels with too few posts, and how many these had

    @property
    def is_better(self) -> bool:
        """Say whether the model did better than the rules alone."""
        return self.learned.macro_f1 > self.rules.macro_f1


def train(examples: Sequence[Example], progress: Progress = lambda _part: None) -> Trained:
    """Train on examples and try it out by cross-validation; TooLittle when there are not two labels to tell apart.

    Near copies stay on one side of every split: a copy is remembered, not understood.
    """
    family = families([f"{each.title}\n{each.text}" for each in examples])
    places, left_out = _enough(examples, family)
    used = [examples[place] for place in places]
    labels = tuple(sorted({each.label for each in used}))
    if len(labels) < FEWEST:
        raise TooLittle(Counter(each.label for each in examples))
    counted = _Counted(used, lambda part: progress(part / 2))
    splits = _splits(used, [family[place] for place in places])
    true = [each.label for each in used]
    trials = []
    for n, share in enumerate(SHARES):
        counted.share = share
        scores = counted.held_out_scores(splits, labels, partial(_of_trial, progress, n))
        trials.append(_Trial(share, scores, [labels[row.index(max(row))] for row in scores]))
    found = [""] * len(used)
    for learnt, held_out in splits:  # how much to trust the rules, too, is learnt without the posts it is tried on
        chosen = max(trials, key=lambda trial: trial.macro_f1(true, learnt))
        for place in held_out:
            found[place] = chosen.found[place]
    best = max(trials, key=lambda trial: trial.macro_f1(true, range(len(true))))
    model = _whole(counted, labels, best, true)
    return Trained(
        model,
        tuple(used),
        tuple(found),
        tuple(_surest(row, model.sharpness) for row in best.scores),
        Scores.of(true, found),
        Scores.of(true, _by_rules(used, splits)),
        Scores.of(true, _by_majority(used, splits)),
        left_out,
    )


def _of_trial(progress: Progress, n: int, part: float) -> None:
    progress(0.5 + (n + part) / len(SHARES) / 2)


def _enough(examples: Sequence[Example], family: Sequence[int]) -> tuple[list[int], Counter[str]]:
    """Return the places of the examples whose label has enough families, and count the others."""
    there: dict[str, set[int]] = {}
    for each, its in zip(examples, family, strict=True):
        there.setdefault(each.label, set()).add(its)
    used = [place for place, each in enumerate(examples) if len(there[each.label]) >= FEWEST]
    return used, Counter(each.label for each in examples if len(there[each.label]) < FEWEST)


Split = tuple[list[int], list[int]]


def _splits(used: Sequence[Example], family: Sequence[int]) -> list[Split]:
    from sklearn.model_selection import StratifiedGroupKFold  # noqa: PLC0415 - half a second, and only here

    true = [each.label for each in used]
    there: dict[str, set[int]] = {}
    for label, its in zip(true, family, strict=True):
        there.setdefault(label, set()).add(its)
    folds = max(FEWEST, min(FOLDS, *map(len, there.values())))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a label is rarer than there are folds: the table shows its count
        found = StratifiedGroupKFold(folds, shuffle=True, random_state=SEED).split(true, true, family)
        return [(learnt.tolist(), held_out.tolist()) for learnt, held_out in found]


def _by_rules(used: Sequence[Example], splits: Sequence[Split]) -> list[str]:
    """Put what the rules say into the words of the labels: the label that most often goes with it elsewhere."""
    found = [""] * len(used)
    for learnt, held_out in splits:
        goes_with: dict[tuple[str, ...], Counter[str]] = {}
        for each in (used[place] for place in learnt):
            for length in range(len(each.rules) + 1):
                goes_with.setdefault(each.rules[:length], Counter())[each.label] += 1
        for place in held_out:
            rules = used[place].rules
            known = (rules[:length] for length in range(len(rules), -1, -1) if rules[:length] in goes_with)
            found[place] = _most(goes_with[next(known)])
    return found


def _by_majority(used: Sequence[Example], splits: Sequence[Split]) -> list[str]:
    found = [""] * len(used)
    for learnt, held_out in splits:
        most = _most(Counter(used[place].label for place in learnt))
        for place in held_out:
            found[place] = most
    return found


def _most(counted: Counter[str]) -> str:
    return max(sorted(counted), key=counted.__getitem__)


@dataclass(frozen=True, slots=True)
class _Trial:
    """What came of one share of the rules: each post's scores and label while it was held out."""

    share: float
    scores: list[list[float]]
    found: list[str]

    def macro_f1(self, true: Sequence[str], places: Iterable[int]) -> float:
        pairs = [(true[place], self.found[place]) for place in places]
        return Scores.of([label for label, _ in pairs], [label for _, label in pairs]).macro_f1


def _whole(counted: "_Counted", labels: tuple[str, ...], trial: _Trial, true: Sequence[str]) -> Model:
    """Fit on everything; how sure the scores make is taken from the posts while they were held out."""
    import numpy as np  # noqa: PLC0415 - only who trains loads it

    everything = list(range(len(true)))
    counted.share = trial.share
    weights, offsets = counted.fit(everything, labels)
    rarity = counted.rarity(everything)
    told = np.flatnonzero(rarity * np.abs(weights).sum(axis=0))
    return Model(
        labels,
        tuple(counted.vocabulary[place] for place in told),
        rarity[told],
        np.ascontiguousarray(weights[:, told].T, dtype=np.float32),
        tuple(map(float, offsets)),
        counted.parts,
        _sharpness(trial.scores, [labels.index(label) for label in true]),
    )


def _sharpness(scores: Sequence[Sequence[float]], true: Sequence[int]) -> float:
    """Return the factor under which the probabilities of held-out posts are likeliest (temperature scaling)."""
    import numpy as np  # noqa: PLC0415 - only who trains loads it

    table = np.array(scores)
    table -= table.max(axis=1, keepdims=True)
    right = table[np.arange(len(true)), list(true)]

    def cost(sharpness: float) -> float:
        return float((np.log(np.exp(sharpness * table).sum(axis=1)) - sharpness * right).sum())

    low, high = _SOFTEST, _SHARPEST
    for _ in range(_NARROWINGS):
        left, more = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, more) if cost(left) < cost(more) else (left, high)
    return round((low + high) / 2, 3)


def _length_in_the_middle(used: Sequence[Example]) -> int:
    return sorted(len(each.title) + len(each.text) for each in used)[len(used) // 2]


def _surest(row: Sequence[float], sharpness: float) -> float:
    return 1 / sum(math.exp(sharpness * (each - max(row))) for each in row)


class _Counted:
    """How often which pieces stand in each post, counted once for all folds."""

    def __init__(self, used: Sequence[Example], progress: Progress) -> None:
        import numpy as np  # noqa: PLC0415 - only who trains loads it

        self._true = np.array([each.label for each in used])
        self.vocabulary: list[str] = []
        self._parts = SHORT_PARTS if _length_in_the_middle(used) < SHORT else PARTS
        self.share = 0.0  # how much what the rules noticed counts beside the words
        self._blocks: list[tuple[str, Any]] = []
        read: dict[str, list[Pieces]] = {block: [] for block in BLOCKS}
        for n, each in enumerate(used):
            for block, found in pieces(each.title, each.text, each.signs).items():
                read[block].append(found)
            if n % 100 == 0:
                progress(n / len(used))
        self._seen = SEEN_TWICE if len(used) > SEEN_TWICE * FOLDS * FOLDS else 1
        for block in BLOCKS:
            self._blocks.append((block, self._matrix(block, read.pop(block))))

    def _matrix(self, block: str, read: list[Pieces]) -> Any:  # noqa: ANN401 - scipy has no types
        """Return a row for each post and a column for each piece that more than one post holds."""
        import numpy as np  # noqa: PLC0415 - only who trains loads it
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - only who trains loads it

        often = Counter(piece for found in read for piece in set(found))
        column = {piece: n for n, piece in enumerate(sorted(p for p, count in often.items() if count >= self._seen))}
        self.vocabulary += [f"{block}:{piece}" for piece in column]
        values: list[int] = []
        columns: list[int] = []
        ends = [0]
        for found in read:
            counted = Counter(filter(column.__contains__, found))
            columns += [column[piece] for piece in counted]
            values += counted.values()
            ends.append(len(columns))
        made = csr_matrix((np.array(values, dtype=np.float32), columns, ends), shape=(len(read), len(column)))
        made.data = 1 + np.log(made.data)
        return made

    @property
    def parts(self) -> dict[str, float]:
        """Return how much each block counts."""
        return {**self._parts, "k": self.share}

    def rarity(self, learnt: Sequence[int]) -> "Array":
        """Return what each piece counts by itself, the rarer the more; nothing if these posts do not hold it twice."""
        import numpy as np  # noqa: PLC0415 - only who trains loads it

        return np.concatenate([self._rarity_in(matrix, learnt) for _, matrix in self._blocks]).astype(np.float32)

    def _rarity_in(self, matrix: Any, learnt: Sequence[int]) -> "Array":  # noqa: ANN401 - see _matrix
        import numpy as np  # noqa: PLC0415 - only who trains loads it

        often = np.bincount(matrix[learnt].indices, minlength=matrix.shape[1])
        return np.where(often >= self._seen, np.log((1 + len(learnt)) / (1 + often)) + 1, 0)

    def rows(self, wanted: Sequence[int], learnt: Sequence[int]) -> Any:  # noqa: ANN401 - see _matrix
        """Return posts as they are weighed by who learnt from some of them: each block a vector of one length."""
        from scipy.sparse import diags, hstack  # noqa: PLC0415 - only who trains loads it
        from sklearn.preprocessing import normalize  # noqa: PLC0415 - only who trains loads it

        weighed = [
            normalize(matrix[wanted] @ diags(self._rarity_in(matrix, learnt))) * self.parts[block]
            for block, matrix in self._blocks
            if matrix.shape[1]
        ]
        return hstack(weighed).tocsr()

    def fit(self, learnt: list[int], labels: tuple[str, ...]) -> "tuple[Array, Array]":
        """Return a row of weights and an offset for each label; one that never wins for a label that is not there."""
        import numpy as np  # noqa: PLC0415 - only who trains loads it
        from sklearn.svm import LinearSVC  # noqa: PLC0415 - only who trains loads it

        fitted = LinearSVC(C=GIVING_WAY, class_weight="balanced", random_state=SEED)
        fitted.fit(self.rows(learnt, learnt), self._true[learnt])
        weights, offsets = fitted.coef_, fitted.intercept_
        if len(fitted.classes_) == FEWEST:  # of two labels it keeps one
            weights, offsets = np.vstack([-weights, weights]), np.concatenate([-offsets, offsets])
        place = {label: n for n, label in enumerate(fitted.classes_)}
        absent = np.zeros(weights.shape[1])
        return (
            np.array([weights[place[label]] if label in place else absent for label in labels]),
            np.array([offsets[place[label]] if label in place else NEVER for label in labels]),
        )

    def held_out_scores(
        self, splits: Sequence[Split], labels: tuple[str, ...], progress: Progress
    ) -> list[list[float]]:
        """Return what each label scores for each post, by who had not seen it."""
        scores: list[list[float]] = [[] for _ in self._true]
        for n, (learnt, held_out) in enumerate(splits):
            weights, offsets = self.fit(learnt, labels)
            found = self.rows(held_out, learnt) @ weights.T + offsets
            for place, row in zip(held_out, found.tolist(), strict=True):
                scores[place] = row
            progress((n + 1) / len(splits))
        return scores
