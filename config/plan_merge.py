"""How a plan that extends another is laid over it.

Maps merge key by key, whatever else is written replaces what was there, except that the lists named here merge by each
part's `key` and that a clock's limits add up: the bureau's limit stands beside the nation's, and the stricter binds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from config.language import t
from config.problems import Problem, nearest
from config.yaml_tree import Tree

Path = tuple[str, ...]
BY_KEY: Final[frozenset[Path]] = frozenset({("kinds",), ("topics",), ("clocks",), ("review", "gates"), ("templates",)})
ADDED: Final[Path] = ("clocks", "*", "limits")
# What a clock counts is the wider authority's word: a bureau may set a stricter limit, not another beginning or end.
SETTLED: Final = ("starts", "stops", "repeats")


def merge(base: Tree, over: Tree, path: Path = ()) -> Tree:
    """Lay one plan over the plan it extends."""
    if path in BY_KEY and base.entries and over.entries:
        return replace(over, value=_by_key(base.entries, over.entries, path))
    if path == ADDED:
        return replace(over, value=(*base.entries, *over.entries))
    if isinstance(base.value, Mapping) and isinstance(over.value, Mapping) and not _is_name(base):
        return replace(over, value=_fields(base.value, over.value, path))
    return over


def _is_name(tree: Tree) -> bool:
    """Tell whether this is a name in both languages: half of one must not mix with half of another."""
    return set(tree.fields) == {"zh", "en"}


def own_problems(tree: Tree) -> Iterator[Problem]:
    """Find in one plan file what merging would hide: a key used twice, a source written by hand."""
    for path in sorted(BY_KEY):
        yield from _twice(tree.get(*path))
    for clock in _entries(tree, "clocks"):
        for limit in _entries(clock, "limits"):
            if source := limit.get("source"):
                yield Problem(source.file, source.line, t("source 由系统填写;请删去这一行"))


def settled_problems(base: Tree, over: Tree) -> Iterator[Problem]:
    """Find where a plan would move the beginning or the end of a clock that the plan it extends has settled."""
    settled = {_name(clock, 0): clock for clock in _entries(base, "clocks")}
    for place, clock in enumerate(_entries(over, "clocks")):
        name = _name(clock, place + 1)
        before = settled.get(name)
        if before is None and clock.get("starts") is None and (near := nearest(name, settled)):
            yield Problem(
                clock.file, clock.line, t("{file} 里没有时钟 {clock}{near}", file=base.file, clock=name, near=near)
            )
        for field in SETTLED if before else ():
            now, then = clock.get(field), before.get(field) if before else None
            if now and then and now.plain() != then.plain():
                what = t("{field} 已由 {file} 规定,不能在此更改;请删去这一行", field=field, file=then.file)
                yield Problem(now.file, now.line, what)


def with_source(tree: Tree) -> Tree:
    """Write into every limit the name of the file it stands in."""
    clocks = tree.get("clocks")
    if clocks is None:
        return tree
    marked = replace(clocks, value=tuple(_mark_limits(clock) for clock in clocks.entries)) if clocks.entries else clocks
    return replace(tree, value={**tree.fields, "clocks": marked})


def _mark_limits(clock: Tree) -> Tree:
    limits = clock.get("limits")
    if limits is None or not limits.entries:
        return clock
    marked = tuple(_mark(limit) for limit in limits.entries)
    return replace(clock, value={**clock.fields, "limits": replace(limits, value=marked)})


def _mark(limit: Tree) -> Tree:
    if not isinstance(limit.value, Mapping):
        return limit
    return replace(limit, value={**limit.value, "source": Tree(limit.file, limit.line, limit.file)})


def _fields(base: Mapping[str, Tree], over: Mapping[str, Tree], path: Path) -> dict[str, Tree]:
    merged = {key: merge(base[key], part, (*path, key)) if key in base else part for key, part in over.items()}
    return {**base, **merged}


def _by_key(base: tuple[Tree, ...], over: tuple[Tree, ...], path: Path) -> tuple[Tree, ...]:
    merged = {_name(part, place): part for place, part in enumerate(base)}
    for place, part in enumerate(over, len(base)):
        name = _name(part, place)
        merged[name] = merge(merged[name], part, (*path, "*")) if name in merged else part
    return tuple(merged.values())


def _name(part: Tree, place: int) -> str:
    """Return the key, or for a part without one its place, which no key looks like."""
    key = part.get("key")
    return key.word if key else f"#{place}"


def _entries(tree: Tree, key: str) -> tuple[Tree, ...]:
    found = tree.get(key)
    return found.entries if found else ()


def _twice(parts: Tree | None) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for part in parts.entries if parts else ():
        key = part.get("key")
        if key is None:
            continue
        if key.word in seen:
            what = t("key {key} 用了两次(第 {first} 行已有);请改名或删去一处", key=key.word, first=seen[key.word])
            yield Problem(key.file, key.line, what)
        seen.setdefault(key.word, key.line)
