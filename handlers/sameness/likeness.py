"""How near two posts are to telling of one event: how much of what each tells is the same.

A term that many events have had lately tells little; one that a single event has had many times still tells of it, so
that a hot topic does not wear out its own words. What speaks for an event in several of its posts speaks louder.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter
from typing import Final, Generic, TypeVar

from handlers.reading.telling import HAPPENED, NAMES, Telling, rarity

Key = TypeVar("Key", bound=Hashable)

TERMS: Final = 10  # of a post that are kept
NEWEST: Final = 20  # posts that have a term, the newest, against which a post is held
OFFERED: Final = 0.32  # of likeness, 0 to 1; from here on a person is asked
_WORN: Final = 0.8  # what a term loses as more events have it
_ELSEWHERE: Final = 0.6  # of the likeness of two posts that each name a place, and none that is the other's
_SAME_THING: Final = 1.5  # of the likeness of two posts that tell of the same happening at the same place
_FURTHER: Final = 0.2  # what each further post of the event adds
_MOST_FURTHER: Final = 4
_FURTHER_FROM: Final = 0.5  # of the likest post's likeness


# A post that has a term: which, of which event, how much of what it tells that is, whether its headline names a place.
Seen = tuple[Key, Key, float, bool]


@dataclass(frozen=True, slots=True)
class Likeness(Generic[Key]):
    """The post that one is likest to, its event, how like, and by which terms, what they share most by first."""

    post: Key
    event: Key
    score: float
    shared: tuple[str, ...]


def parts(told: Telling, seen: Mapping[str, Sequence[Seen[Key]]], kept: int = TERMS) -> dict[str, float]:
    """Return what a post tells most by, each as a part of the whole, given who else has had its terms lately."""
    weights: dict[str, float] = {}
    for term, dwelt in told.terms.items():
        events = len({event for _, event, _, _ in seen.get(term, ())})
        weight = dwelt * (rarity(term) - _WORN * math.log1p(events))
        if weight > 0:
            weights[term] = weight
    most = nlargest(kept, weights.items(), key=itemgetter(1))
    whole = sum(weight for _, weight in most)
    # What happened is kept whatever it weighs: alone it tells little, at the same place it decides.
    happened = [one for one in weights.items() if one[0][0] == HAPPENED and one not in most]
    return {term: weight / whole for term, weight in [*most, *happened]}


def likest(mine: Mapping[str, float], seen: Mapping[str, Sequence[Seen[Key]]], *, placed: bool) -> Likeness[Key] | None:
    """Find the earlier post that tells most of the same; None where nothing is shared."""
    scores: dict[Key, float] = {}
    event_of: dict[Key, Key] = {}
    elsewhere: set[Key] = set()
    here: set[Key] = set()
    happened: set[Key] = set()
    for term, part in mine.items():
        named = term[0] in NAMES
        for post, event, its_part, its_placed in seen.get(term, ()):
            scores[post] = scores.get(post, 0.0) + (min(its_part, part))
            event_of[post] = event
            if named:
                here.add(post)
            elif placed and its_placed:
                elsewhere.add(post)
            if term[0] == HAPPENED:
                happened.add(post)
    for post in elsewhere - here:
        scores[post] *= _ELSEWHERE
    for post in happened & here:
        scores[post] *= _SAME_THING
    if not scores:
        return None
    (post, best), *others = nlargest(_MOST_FURTHER + 2, scores.items(), key=itemgetter(1))
    event = event_of[post]
    further = sum(event_of[other] == event and score > _FURTHER_FROM * best for other, score in others[:_MOST_FURTHER])
    return Likeness(post, event, best * (1 + _FURTHER * further), _shared(mine, seen, post))


def _shared(mine: Mapping[str, float], seen: Mapping[str, Sequence[Seen[Key]]], post: Key) -> tuple[str, ...]:
    both = {
        term: min(part, its_part)
        for term, part in mine.items()
        for other, _, its_part, _ in seen.get(term, ())
        if other == post
    }
    return tuple(sorted(both, key=lambda term: -both[term]))
