"""What differs between two plans, place by place, as somebody would look for it in the files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from config.plan import Plan


@dataclass(frozen=True)
class Change:
    """One place of a plan that differs; None: there is nothing at this place."""

    place: str
    before: str | None
    after: str | None


def plan_difference(old: Plan, new: Plan) -> tuple[Change, ...]:
    """List where two plans differ, in the order of the new one, then what is gone."""
    before, after = _flat(old), _flat(new)
    places = [*after, *(place for place in before if place not in after)]
    changes = (Change(place, before.get(place), after.get(place)) for place in places)
    return tuple(change for change in changes if change.before != change.after)


def _flat(plan: Plan) -> dict[str, str]:
    return dict(_leaves("", plan.model_dump(mode="json")))


def _leaves(place: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield every value by its place; parts of a list are named by their key where they have one."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            if key != "source":  # filled in when loaded: which file it stands in is no difference
                yield from _leaves(f"{place}.{key}" if place else str(key), part)
    elif isinstance(value, list) and any(isinstance(part, Mapping) for part in value):
        for n, part in enumerate(value, 1):
            named = part.get("key") if isinstance(part, Mapping) else None
            yield from _leaves(f"{place}.{named or n}", part)
    elif value is not None:
        yield place, ", ".join(map(str, value)) if isinstance(value, list) else str(value)
