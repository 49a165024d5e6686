"""What goes wrong with a call: lost before or after it landed, late, refused, put off, moved, or all at once."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final, Literal

from bot.chat.platform import SendFailed

LEVELS: Final = (0.0, 0.02, 0.06, 0.2)  # of calls that go wrong; each desk has its own
QUICK, SLOW, TIME_OUT = (0.03, 0.9), (5.0, 90.0), (8.0, 30.0)  # seconds
HALF: Final = 0.5
Deed = Literal["send", "edit", "toast", "delete", "pin"]


def level_of(dice: Random) -> float:
    """Throw the dice for how stormy it is: the first throw of each seed."""
    return dice.choice(LEVELS)


@dataclass(frozen=True)
class Fate:
    """What becomes of one call."""

    lands: bool
    answered_after: float  # seconds
    failure: SendFailed | None = None
    name: str = "ok"


@dataclass
class Weather:
    """How the platform is today."""

    dice: Random
    level: float
    out_until: datetime | None = None  # nobody answers
    blocked: dict[str, datetime] = field(default_factory=dict)  # chats the desk was put out of, until when
    moved: dict[str, str] = field(default_factory=dict)  # chats by their former account

    def clear(self) -> None:
        """Let nothing go wrong any more; whoever is blocked stays so for as long as was said."""
        self.level, self.out_until = 0.0, None

    def fate(self, chat: str, deed: Deed, now: datetime) -> Fate:
        """Decide what becomes of a call."""
        if self.out_until is not None and now < self.out_until:
            return self._unanswered(deed) if self.dice.random() < 0.3 else self._unconnected()
        if chat in self.moved:
            return self._refused(SendFailed("group migrated", moved_to=self.moved[chat]), "moved")
        if chat in self.blocked and now < self.blocked[chat]:
            return self._refused(SendFailed("bot was blocked", permanent=True, unreachable=True), "403")
        if self.dice.random() < self.level:
            return self._wrong(deed)
        return Fate(lands=True, answered_after=self.dice.uniform(*QUICK))

    def _wrong(self, deed: Deed) -> Fate:
        dice = self.dice
        after = float(dice.randint(1, 40))
        return dice.choice(
            (
                self._unanswered(deed),
                self._unconnected(),
                Fate(lands=True, answered_after=dice.uniform(*TIME_OUT), failure=_no_answer(deed), name="lost after"),
                Fate(dice.random() < HALF, dice.uniform(*QUICK), _no_answer(deed), "500"),
                self._refused(SendFailed("too many requests", after=after), "429"),
                self._refused(SendFailed("too many requests", after=after), "429"),
                self._refused(SendFailed("bad request", permanent=True), "400"),
                Fate(lands=True, answered_after=dice.uniform(*SLOW), name="slow"),
                Fate(lands=True, answered_after=dice.uniform(*SLOW), name="slow"),
            )
        )

    def _unanswered(self, deed: Deed) -> Fate:
        return Fate(
            lands=False, answered_after=self.dice.uniform(*TIME_OUT), failure=_no_answer(deed), name="lost before"
        )

    def _unconnected(self) -> Fate:
        return self._refused(SendFailed("no connection"), "connect")

    def _refused(self, failure: SendFailed, name: str) -> Fate:
        return Fate(lands=False, answered_after=self.dice.uniform(*QUICK), failure=failure, name=name)


def _no_answer(deed: Deed) -> SendFailed:
    """Return what the desk is told of a lost answer: an edit is simply repeated, so nothing of it is unknown."""
    return SendFailed("no answer", unknown=deed in ("send", "toast"))
