"""What a text must hold for a pattern to find anything in it: most patterns need not be tried on most texts.

A need is a set of signs and pairs of neighbouring signs, of which at least one stands in every text that the pattern
finds anything in. Patterns are read as Python's own parser reads them; whatever is not known here needs nothing.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import product
from operator import add
from typing import Any, Final

Need = frozenset[str]
Part = tuple[object, Any]  # what it is, and what the parser says about that

_MOST_IN_A_RANGE: Final = 64  # signs: a wider one stands in nearly every text
_MOST_PAIRS: Final = 300
_PAIRS_TO_A_SIGN: Final = 16  # so much rarer is a pair, about
# Private, but there is no other: where a later Python has none, every pattern is tried on every text.
_PARSE: Final = getattr(getattr(re, "_parser", None), "parse", None)


def needed(pattern: re.Pattern[str]) -> tuple[Need, ...]:
    """Return what a text needs all of, the rarest first; nothing where that cannot be told."""
    if _PARSE is None or pattern.flags & re.IGNORECASE:
        return ()
    return tuple(_of_all(_PARSE(pattern.pattern, pattern.flags)))


def _of_all(parts: Iterable[Part]) -> list[Need]:
    """Return what parts need that follow each other."""
    needs: set[Need] = set()
    before: Need | None = None  # what the sign before may be
    for what, about in parts:
        sign = _sign(str(what), about)
        if sign is None:
            needs.update(_of_one(str(what), about))
        else:
            needs.add(sign)
            needs.update(_pairs(before, sign))
        if sign is not None or str(what) not in ("AT", "ASSERT", "ASSERT_NOT"):  # these take up no room
            before = sign
    return sorted(needs, key=lambda need: (_commonness(need), sorted(need)))


def _commonness(need: Need) -> float:
    return sum(1 if len(piece) == 1 else 1 / _PAIRS_TO_A_SIGN for piece in need)


def _pairs(before: Need | None, sign: Need) -> Iterable[Need]:
    if before is not None and len(before) * len(sign) <= _MOST_PAIRS:
        yield frozenset(add(*pair) for pair in product(before, sign))


def _sign(what: str, about: Any) -> Need | None:  # noqa: ANN401 - the parser has no types
    """Return which signs a part may be that is always one sign; None: more or less than one, or too many to tell."""
    match what, about:
        case "LITERAL", int(code):
            return frozenset(chr(code))
        case "IN", [*members]:
            return _one_of(members)
        case "SUBPATTERN", (_, 0, 0, inside) if len(inside) == 1:
            return _sign(str(inside[0][0]), inside[0][1])
    return None


def _one_of(members: Sequence[Part]) -> Need | None:
    signs: set[str] = set()
    for what, about in members:
        match str(what), about:
            case "LITERAL", int(code):
                signs.add(chr(code))
            case "RANGE", (first, last) if last - first < _MOST_IN_A_RANGE:
                signs.update(map(chr, range(first, last + 1)))
            case _:  # a negation, too, stands among the members
                return None
    return frozenset(signs)


def _of_one(what: str, about: Any) -> Sequence[Need]:  # noqa: ANN401 - the parser has no types
    match what, about:
        case "BRANCH", (_, [*branches]):
            return _of_any([_of_all(branch) for branch in branches])
        case "SUBPATTERN", (_, added, _, inside) if not added & re.IGNORECASE:
            return _of_all(inside)
        case (("MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT"), (least, _, inside)) if least:
            return _of_all(inside)
        case "ATOMIC_GROUP", inside:
            return _of_all(inside)
        case "ASSERT", (_, inside):
            return _of_all(inside)
    return ()


def _of_any(branches: Sequence[Sequence[Need]]) -> list[Need]:
    """Return what is needed whichever branch is taken: one need of each, together; first their rarest, and so on."""
    if not all(branches):
        return []
    deepest = max(map(len, branches))
    return [frozenset().union(*(needs[min(n, len(needs) - 1)] for needs in branches)) for n in range(deepest)]
