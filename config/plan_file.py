"""Plan files read: from the bureau's YAML to one checked Plan, named by the hash of what it says."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from pathlib import Path
from typing import Final

from config.language import t
from config.plan import Plan
from config.plan_checks import plan_problems
from config.plan_merge import merge, own_problems, settled_problems, with_source
from config.problems import FileError, Problem
from config.shape import fit
from config.yaml_tree import Tree, read_file, read_tree

PLANS: Final = Path(__file__).parent / "plans"
SUFFIX: Final = ".yaml"
Read = Callable[[str], str]


class PlanError(FileError):
    """A plan was refused; every problem found in its files is listed."""


@dataclass(frozen=True)
class LoadedPlan:
    """A plan, the hash of its content, and the text of every file it was made of."""

    plan: Plan
    hash: str
    texts: Mapping[str, str]


def load_plan(where: Path | str) -> LoadedPlan:
    """Load a plan by path, or one of the house's own by name (gangbei-2017); PlanError lists all that is wrong."""
    path = plan_path(where)
    try:
        return _load(path.name, lambda name: read_file(path.parent / name))
    except FileError as error:
        raise PlanError(error.problems) from error


def plan_from_text(texts: Mapping[str, str]) -> Plan:
    """Load a plan again from the texts that were kept of its files."""

    def read(name: str) -> str:
        if name not in texts:
            raise FileError([Problem(name, 0, t("没有保存这个文件的内容;请重新载入方案"))])
        return texts[name]

    try:
        return _load(_first(texts), read).plan
    except FileError as error:
        raise PlanError(error.problems) from error


def plan_names() -> tuple[str, ...]:
    """List the plans that come with the house."""
    return tuple(sorted(path.stem for path in PLANS.glob(f"*{SUFFIX}")))


def plan_path(where: Path | str) -> Path:
    """Return the file of a plan: a path, or the name of one of the house's own."""
    named = isinstance(where, str) and "/" not in where and not where.endswith((SUFFIX, ".yml"))
    return PLANS / f"{where}{SUFFIX}" if named else Path(where)


def _first(texts: Mapping[str, str]) -> str:
    """Return the file that no other extends: the order in which texts were kept does not matter."""
    extended = {_extended(read_tree(text, name)) for name, text in texts.items()}
    return next((name for name in texts if name not in extended), next(iter(texts), ""))


def _load(name: str, read: Read) -> LoadedPlan:
    files = list(_chain(name, read))
    trees = [tree for _, tree in files]
    merged = _merged(trees)
    plan, misfits = fit(Plan, merged)
    problems = [*_file_problems(trees), *misfits, *plan_problems(merged)]
    if plan is None or problems:
        raise FileError(_in_order(problems, [tree.file for tree in trees]))
    return LoadedPlan(plan, _hash(merged), {tree.file: text for text, tree in files})


def _chain(name: str, read: Read) -> Iterator[tuple[str, Tree]]:
    """Read a plan and, one after the other, the plans it extends."""
    seen: list[str] = []
    wanted: str | None = name
    while wanted:
        text = read(wanted)
        tree = read_tree(text, wanted)
        yield text, tree
        seen.append(wanted)
        wanted = _extended(tree)
        if wanted in seen:
            where = tree.fields["extends"]
            raise FileError(
                [
                    Problem(
                        where.file, where.line, t("extends 绕成了圈:{chain};请断开", chain=" → ".join([*seen, wanted]))
                    )
                ]
            )


def _extended(tree: Tree) -> str | None:
    """Return the name of the file a plan extends."""
    extends = tree.get("extends")
    if extends is None:
        return None
    if not isinstance(extends.value, str) or not extends.value.strip() or Path(extends.value).name != extends.value:
        raise FileError(
            [Problem(extends.file, extends.line, t("extends 应是同一目录下方案的名字;请写如 extends: national"))]
        )
    return extends.value if extends.value.endswith(SUFFIX) else extends.value + SUFFIX


def _merged(trees: list[Tree]) -> Tree:
    own = [with_source(_without_extends(tree)) for tree in reversed(trees)]
    return reduce(merge, own)


def _without_extends(tree: Tree) -> Tree:
    return replace(tree, value={key: part for key, part in tree.fields.items() if key != "extends"})


def _file_problems(trees: list[Tree]) -> Iterator[Problem]:
    for tree in trees:
        yield from own_problems(tree)
    for over, base in pairwise(trees):
        yield from settled_problems(base, over)


def _in_order(problems: list[Problem], files: list[str]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (files.index(problem.file), problem.line))


def _hash(merged: Tree) -> str:
    canonical = json.dumps(merged.plain(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
