"""Verb, aliases, right and help of everything the desk understands, in one place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from config.language import Line

About = Literal["case", "nothing"]
Handler = Callable[..., None]
Function = TypeVar("Function", bound=Handler)


@dataclass(frozen=True)
class Verb:
    """Something that can be said (or tapped) to the desk."""

    key: str  # the English word, also the slash command and the name of the right
    aliases: tuple[str, ...]
    about: About
    help: Line
    handler: Handler
    typed: bool = True  # False: only a button says it


VERBS: dict[str, Verb] = {}
ALIASES: dict[str, str] = {}
DUE: dict[str, Handler] = {}
REMINDERS: set[str] = set()  # kinds of timers that people hear of
INSTEAD: dict[str, tuple[Callable[[str], bool], str]] = {}  # by verb: when its words mean another verb, and which
LISTENERS: dict[str, list[Handler]] = {}


def said(
    key: str,
    *aliases: str,
    help: Line,  # noqa: A002 - the field's word
    about: About = "case",
    instead_of: tuple[str, Callable[[str], bool]] | None = None,
) -> Callable[[Function], Function]:
    """Register a verb. Its handler takes (act, case, words); (act, words) when it is about nothing.

    instead_of: another verb that means this one when its words are so.
    """
    if instead_of is not None:
        INSTEAD[instead_of[0]] = (instead_of[1], key)
    return _register(key, aliases, about, help, typed=True)


def meant(key: str, words: str) -> Verb:
    """Return the verb that a word means with what follows it."""
    fits, other = INSTEAD.get(key, (None, ""))
    return VERBS[other] if fits is not None and fits(words) else VERBS[key]


def pressed(key: str, *, help: Line, about: About = "case") -> Callable[[Function], Function]:  # noqa: A002 - see said
    """Register what only a button says."""
    return _register(key, (), about, help, typed=False)


def due(kind: str, *, reminds: bool = False) -> Callable[[Function], Function]:
    """Register what happens when a timer of this kind falls due: (act, timer).

    reminds: people hear of it, so that after an outage it is counted among what comes late.
    """

    def register(handler: Function) -> Function:
        _refuse_twice(kind in DUE, kind)
        DUE[kind] = handler
        REMINDERS.update({kind} if reminds else ())
        return handler

    return register


def on(happening: str) -> Callable[[Function], Function]:
    """Register what follows from something that happened to a case, in the same transaction: (act, case)."""

    def register(handler: Function) -> Function:
        LISTENERS.setdefault(happening, []).append(handler)
        return handler

    return register


def keep_order(packages: Sequence[str]) -> None:
    """Let what follows a happening follow in the order of these packages, however they were imported."""
    for listeners in LISTENERS.values():
        listeners.sort(key=lambda listener: packages.index(listener.__module__.rpartition(".")[0]))


def _register(
    key: str, aliases: tuple[str, ...], about: About, explanation: Line, *, typed: bool
) -> Callable[[Function], Function]:
    def register(handler: Function) -> Function:
        _refuse_twice(key in VERBS, key)
        VERBS[key] = Verb(key, aliases, about, explanation, handler, typed)
        for alias in (key, *aliases) if typed else ():
            _refuse_twice(alias in ALIASES, alias)
            ALIASES[alias] = key
        return handler

    return register


def _refuse_twice(taken: bool, name: str) -> None:  # noqa: FBT001 - one private question
    if taken:
        message = f"registered twice: {name}"
        raise ValueError(message)
