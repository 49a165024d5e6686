"""A tree held against the class it must fit: every misfit becomes a problem with a line and a way out."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from types import NoneType, UnionType
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from config.language import Line, t
from config.problems import Problem, nearest
from config.yaml_tree import Tree

M = TypeVar("M", bound=BaseModel)
Loc = tuple[str | int, ...]
BILINGUAL: Final = "{zh: 中文, en: English}"


def fit(model: type[M], tree: Tree) -> tuple[M | None, tuple[Problem, ...]]:
    """Return the model the tree fits, or what does not fit."""
    try:
        # Strict JSON: "24" is not 24 and yes is not 1, while lists and dates still pass.
        return model.model_validate_json(json.dumps(tree.plain()), strict=True), ()
    except ValidationError as error:
        found = (each for each in error.errors(include_url=False) if not _follows(tree, each))
        return None, tuple(_problem(model, tree, each) for each in found)


def _follows(tree: Tree, error: ErrorDetails) -> bool:
    """Tell whether a list counts as too short only because its one item is wrong, which is said already."""
    return error["type"] == "too_short" and bool(tree.nearest(error["loc"]).entries)


def _problem(model: type[BaseModel], tree: Tree, error: ErrorDetails) -> Problem:
    loc = tuple(step for step in error["loc"] if step != "[key]")
    where = tree.nearest(loc)
    return Problem(where.file, where.line, _what(model, tree, loc, error))


def _what(model: type[BaseModel], tree: Tree, loc: Loc, error: ErrorDetails) -> Line:
    kind, key = error["type"], _key(loc)
    wanted = _annotation(model, loc)
    if kind == "extra_forbidden":
        return _unknown_key(model, loc)
    if kind == "missing":
        return t("缺少 {key};请写 {key}: {wanted}", key=key, wanted=_wanted(wanted))
    if kind == "literal_error":
        if error["loc"][-1] == "[key]":
            return _unknown(key, _allowed_keys(model, loc))
        return _not_allowed(key, error["input"], _allowed(wanted))
    return _bad_value(tree, loc, wanted, error)


def _bad_value(tree: Tree, loc: Loc, wanted: Any, error: ErrorDetails) -> Line:  # noqa: ANN401 - see _annotation
    kind, key = error["type"], _key(loc)
    if kind in _EMPTY:
        return t("{key} 是空的;请写上内容", key=key)
    if kind in _BOUNDS:
        return t("{key} 写了 {written},应{bound}", key=key, written=error["input"], bound=_bound(error))
    written = tree.nearest(loc)
    return t("{key} 写了 {written},应为{wanted}", key=key, written=_shown(written), wanted=_wanted(wanted))


def _unknown_key(model: type[BaseModel], loc: Loc) -> Line:
    above = _annotation(model, loc[:-1]) if loc[:-1] else model
    known = list(_fields(above)) if isinstance(above, type) and issubclass(above, BaseModel) else []
    return _unknown(str(loc[-1]), known)


def _unknown(key: str, known: Sequence[str]) -> Line:
    near, listed = nearest(key, known), ", ".join(known)
    if near:
        return t("不认识 {key}{near}", key=key, near=near)
    return t("不认识 {key};此处可写 {known}", key=key, known=listed)


def _not_allowed(key: object, written: object, allowed: tuple[str, ...]) -> Line:
    near = nearest(str(written), allowed)
    return t(
        "{key} 不能写 {written};可写 {allowed}{near}", key=key, written=written, allowed=", ".join(allowed), near=near
    )


_EMPTY: Final = frozenset({"string_too_short", "too_short"})
_BOUNDS: Final[Mapping[str, Line]] = {
    "greater_than": t("大于 {gt}"),
    "greater_than_equal": t("不小于 {ge}"),
    "less_than_equal": t("不大于 {le}"),
}


def _bound(error: ErrorDetails) -> Line:
    return Line(_BOUNDS[error["type"]].text, error.get("ctx", {}))


def _key(loc: Loc) -> str:
    """Name the place by its last key: limits 第 2 项 is told by its line, so the key alone will do."""
    return next((str(step) for step in reversed(loc) if isinstance(step, str)), "")


def _annotation(model: type[BaseModel], loc: Loc) -> Any:  # noqa: ANN401 - annotations have no narrower type
    here: Any = model
    for step in loc:
        here = _plain_annotation(here)
        if isinstance(here, type) and issubclass(here, BaseModel):
            found = _fields(here).get(str(step))
            here = found.annotation if found else None
        else:
            arguments = get_args(here)
            here = arguments[1 if get_origin(here) is dict else 0] if arguments else None
    return _plain_annotation(here)


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return a model's fields by the names that are written in the file."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _plain_annotation(annotation: Any) -> Any:  # noqa: ANN401 - an annotation may be anything
    """Return X for X | None."""
    if get_origin(annotation) in {Union, UnionType}:
        return next(each for each in get_args(annotation) if each is not NoneType)
    return annotation


def _allowed(annotation: Any) -> tuple[str, ...]:  # noqa: ANN401 - an annotation may be anything
    return tuple(str(each) for each in get_args(annotation)) if get_origin(annotation) is Literal else ()


def _allowed_keys(model: type[BaseModel], loc: Loc) -> tuple[str, ...]:
    above = _annotation(model, loc[:-1])
    return _allowed(get_args(above)[0]) if get_origin(above) is dict else ()


def _wanted(annotation: Any) -> Line | str:  # noqa: ANN401 - an annotation may be anything
    if _allowed(annotation):
        return " | ".join(_allowed(annotation))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _map_wanted(annotation)
    origin = get_origin(annotation) or annotation
    return _WORDS.get(origin, t("别的内容"))


def _map_wanted(model: type[BaseModel]) -> Line | str:
    if set(model.model_fields) == {"zh", "en"}:
        return BILINGUAL
    return t("若干行 键: 值({keys})", keys=", ".join(_fields(model)))


_WORDS: Final[Mapping[Any, Line]] = {
    int: t("整数(不加引号)"),
    float: t("数字(不加引号)"),
    str: t("文字(加引号)"),
    bool: t("是非值 true 或 false"),
    date: t("日期(如 2026-01-31)"),
    tuple: t("列表(每项以 - 开头)"),
    dict: t("若干行 键: 值"),
}


def _shown(tree: Tree) -> Line | str:
    if isinstance(tree.value, tuple):
        return t("列表")
    if isinstance(tree.value, Mapping):
        return t("若干行 键: 值")
    return t("空值") if tree.value is None else _yaml_word(tree.value)


def _yaml_word(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
