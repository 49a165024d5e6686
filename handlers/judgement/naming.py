"""Which of the plan's own names somebody typed: pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from config.plan import Name, Plan

SEPARATORS: Final = re.compile(r"[\s、,,;;和与及/]+")
Named = Mapping[str, Name]


def split_names(typed: str) -> list[str]:
    """Take a list of names apart."""
    return [part for part in SEPARATORS.split(typed.strip()) if part]


def named(typed: str, names: Named) -> str | None:
    """Return the key somebody meant: the key or a whole name, else the only name that holds the words."""
    wanted = typed.strip().casefold()
    if not wanted:
        return None
    for key, name in names.items():
        if wanted in (key.casefold(), name.zh.casefold(), name.en.casefold()):
            return key
    holding = [key for key, name in names.items() if wanted in name.zh.casefold() or wanted in name.en.casefold()]
    return holding[0] if len(holding) == 1 else None


def all_named(typed: str, names: Named) -> tuple[list[str], list[str]]:
    """Return the keys that were named, in order, and the words that name none."""
    whole = named(typed, names)  # English names hold spaces
    if whole is not None:
        return [whole], []
    parts = split_names(typed)
    found = [(part, named(part, names)) for part in parts]
    return list(dict.fromkeys(key for _, key in found if key)), [part for part, key in found if key is None]


def kind_names(plan: Plan) -> dict[str, Name]:
    """Return the names of the plan's kinds."""
    return {kind.key: kind.name for kind in plan.kinds}


def topic_names(plan: Plan) -> dict[str, Name]:
    """Return the names of the plan's topics."""
    return {topic.key: topic.name for topic in plan.topics}


def grade_names(plan: Plan) -> dict[str, Name]:
    """Return the names of the grades."""
    return {str(grade): name for grade, name in plan.grade_names.items()}


def in_rows(keys: Iterable[str], width: int = 3) -> list[Sequence[str]]:
    """Lay keys out in rows of buttons."""
    listed = list(keys)
    return [listed[start : start + width] for start in range(0, len(listed), width)]
