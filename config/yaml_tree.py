"""YAML read so that every value still knows the file and the line it was written on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from config.language import Line, t
from config.problems import FileError, Problem

Scalar = str | int | float | bool | date | None


@dataclass(frozen=True)
class Tree:
    """A value of a YAML file, with the line of its key or of its list item."""

    file: str
    line: int
    value: "Mapping[str, Tree] | tuple[Tree, ...] | Scalar"

    def get(self, *path: str) -> "Tree | None":
        """Return what lies under these keys; None when any of them is missing."""
        here: Tree | None = self
        for key in path:
            here = here.fields.get(key) if here else None
        return here

    @property
    def fields(self) -> "Mapping[str, Tree]":
        """The keys of a map; none when this is not a map."""
        return self.value if isinstance(self.value, Mapping) else {}

    @property
    def entries(self) -> "tuple[Tree, ...]":
        """The items of a list; none when this is not a list."""
        return self.value if isinstance(self.value, tuple) else ()

    @property
    def word(self) -> str:
        """The text of a scalar; empty when this is not one."""
        return "" if self.value is None or isinstance(self.value, Mapping | tuple) else str(self.value)

    def nearest(self, path: "tuple[str | int, ...]") -> "Tree":
        """Return the deepest value that exists on the way along the path."""
        here = self
        for step in path:
            if isinstance(step, str) and step in here.fields:
                here = here.fields[step]
            elif isinstance(step, int) and step < len(here.entries):
                here = here.entries[step]
        return here

    def plain(self) -> object:
        """Return the value as JSON knows it, dates as text."""
        if isinstance(self.value, Mapping):
            return {key: part.plain() for key, part in self.value.items()}
        if isinstance(self.value, tuple):
            return [part.plain() for part in self.value]
        return self.value.isoformat() if isinstance(self.value, date) else self.value


def read_file(path: Path) -> str:
    """Return the text of a UTF-8 file; FileError when there is none or it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise FileError([Problem(path.name, line, t("不是 UTF-8 文字;请把文件另存为 UTF-8"))]) from error
    except FileNotFoundError as error:
        raise FileError([_absent(path)]) from error
    except OSError as error:
        raise FileError([Problem(path.name, 0, t("读不了({why});请检查路径和权限", why=error.strerror))]) from error


@lru_cache(maxsize=32)  # of one start: the desk and its drill read the same plan, the plan itself is read twice
def read_tree(text: str, file: str) -> Tree:
    """Return the map a YAML text holds; FileError naming every line that is wrong."""
    tabs = tuple(_tabs(text, file))
    if tabs:
        raise FileError(tabs)
    root = _compose(text, file)
    if root is None:
        raise FileError([Problem(file, 1, t("文件是空的;请写上内容,或指向正确的文件"))])
    planting = _Planting(file)
    tree = planting.plant(root, root.start_mark.line + 1)
    if isinstance(root, SequenceNode | ScalarNode):
        planting.problems.append(Problem(file, tree.line, t("开头应是 键: 值,而不是列表或文字;请去掉行首的 -")))
    if planting.problems:
        raise FileError(planting.problems)
    return tree


def _absent(path: Path) -> Problem:
    beside = sorted(each.name for each in path.parent.glob("*.yaml")) if path.parent.is_dir() else []
    if beside:
        return Problem(path.name, 0, t("没有这个文件;同一目录下有 {beside}", beside=", ".join(beside)))
    return Problem(path.name, 0, t("没有这个文件;请检查路径 {path}", path=path))


def _tabs(text: str, file: str) -> Iterator[Problem]:
    for number, line in enumerate(text.splitlines(), 1):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            yield Problem(file, number, t("缩进用了制表符;请改用空格"))


def _compose(text: str, file: str) -> Node | None:
    try:
        composed: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = t("不是有效的 YAML({why});请检查缩进、冒号后的空格和引号", why=error.problem or error.context)
        raise FileError([Problem(file, mark.line + 1 if mark else 1, what)]) from error
    except YAMLError as error:
        raise FileError([Problem(file, 1, t("不是有效的 YAML;请检查有无看不见的控制字符"))]) from error
    return composed


class _Planting:
    """Turns parsed nodes into a tree and notes what no plan may hold: a key twice, an alias, a foreign tag."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self._seen: set[int] = set()
        self._yaml = YAML(typ="safe", pure=True)

    def plant(self, node: Node, line: int) -> Tree:
        if id(node) in self._seen:
            # An alias could make a file endless; a plan is short enough to write things out.
            self._note(line, t("不支持 YAML 别名(*);请把内容写全"))
            return Tree(self.file, line, None)
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            return Tree(self.file, line, self._map(node))
        if isinstance(node, SequenceNode):
            return Tree(self.file, line, tuple(self.plant(each, each.start_mark.line + 1) for each in node.value))
        return Tree(self.file, line, self._scalar(node, line))

    def _map(self, node: MappingNode) -> dict[str, Tree]:
        fields: dict[str, Tree] = {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in fields:
                what = t("{key} 写了两次(第 {first} 行已有);请删去一处", key=key, first=fields[key].line)
                self._note(line, what)
                continue
            fields[key] = self.plant(value_node, line)
        return fields

    def _scalar(self, node: Node, line: int) -> Scalar:
        try:
            value = self._yaml.constructor.construct_object(node)
        except (ConstructorError, ValueError):
            self._note(line, t("读不懂 {value};请写成文字、数字或日期(如 2026-01-31)", value=node.value))
            return None
        return value if isinstance(value, str | int | float | bool | date) or value is None else str(value)

    def _note(self, line: int, what: Line) -> None:
        self.problems.append(Problem(self.file, line, what))
