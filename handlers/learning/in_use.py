"""What the desk learned from its own cases, as it is in use: looked up anew when another version comes into use."""

from dataclasses import dataclass
from typing import Final

from handlers.learning.features import Cut
from handlers.learning.model import Model, Unreadable, Verdict
from storage.models import Damaged, Kept, Models

KINDS: Final = "desk-kinds"
TOPIC: Final = "desk-topic"
ORDINARY, NONE = "ordinary", "none"  # the labels of a post that need not be answered


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned says about a post; None where nothing was learned."""

    kind: Verdict | None = None
    topic: Verdict | None = None


NOTHING: Final = Learned()


class InUse:
    """The desk's own models."""

    def __init__(self, models: Models) -> None:
        """Read nothing yet."""
        self._models = models
        self._known: dict[str, tuple[int, Model | None]] = {}
        self.broken: dict[str, str] = {}  # by name: why a version that should be in use is not

    def about(self, text: str, signs: tuple[str, ...]) -> Learned:
        """Judge a post by what was learned."""
        kinds, topics = self._model(KINDS), self._model(TOPIC)
        if kinds is None and topics is None:
            return NOTHING
        post = Cut.of("", text)
        return Learned(
            kinds.judge_cut(post, signs) if kinds else None,
            topics.judge_cut(post, signs) if topics else None,
        )

    def _model(self, name: str) -> Model | None:
        stamp = self._models.stamp(name)
        known = self._known.get(name)
        if known is None or known[0] != stamp:
            known = (stamp, self._load(name) if stamp else None)
            self._known[name] = known
        return known[1]

    def _load(self, name: str) -> Model | None:
        """Load a model; one that cannot be read is as if it were not there: the rules go on."""
        self.broken.pop(name, None)
        try:
            kept: Kept | None = self._models.in_use(name)
            return Model.from_bytes(self._models.content(kept)) if kept else None
        except (Damaged, Unreadable, OSError, ValueError) as trouble:
            self.broken[name] = str(trouble)
            return None
