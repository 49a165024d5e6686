"""Find the words of a lexicon in a text: which groups speak, with which of the text's own words."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from operator import add
from typing import Final

from config.lexicon import Clue, Lexicon
from handlers.reading.quote import quotable

_DENIED: Final = re.compile(
    r"(?:可能|或|恐|容易|极易|一旦|万一|如果|要是|若|怕|担心|以免|免得|潜在|随时|早晚|迟早|险些|差点|差点儿)(?:会|将|要|就)?(?:再|发生|造成|出现|导致|引发|引起|传播|有)*$"
    r"|(?:快|就|都|马上|简直|好像)要(?:被)?$|(?:没有|没|未|并未|并无|无|不是|并非|不存在|不会|防止|避免|预防|防范|谨防|杜绝|严防|以防|防)(?:再|发生|造成|出现|存在|任何|引发|发现|有|过)*$"
)
_LOOK_BACK: Final = 8
_HEADLINE: Final = re.compile(r"[^。!?;\n]{1,60}")
_HEADLINE_PART: Final = 1.5
_FURTHER_PART: Final = 0.5


@dataclass(slots=True)
class Voice:
    """What one group of words says in one text."""

    quoting: Callable[[str, int], str | None]  # of words and where they stand: as they can be quoted
    words: dict[str, int] = field(default_factory=dict)  # the text's own words → where they first stand
    in_headline: bool = False
    quoted: dict[str, str] | None = None

    @property
    def quotes(self) -> dict[str, str]:
        """What of the words can be quoted, where anything can: looked for only where a reason is given."""
        if self.quoted is None:
            found = {words: self.quoting(words, place) for words, place in self.words.items()}
            self.quoted = {words: quote for words, quote in found.items() if quote}
        return self.quoted

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where its words stand."""
        return [(at, at + len(words)) for words, at in self.words.items()]

    def weight(self, most: int) -> float:
        """Return how strongly it speaks: one word counts whole, further ones half, the headline half as much again."""
        return self.weight_of(min(len(self.words), most))

    def weight_of(self, counted: int) -> float:
        """Return how strongly a number of its words speak."""
        return (1 + _FURTHER_PART * (counted - 1)) * (_HEADLINE_PART if self.in_headline else 1) if counted else 0.0


def voices(plain: str, shown: str, lexicon: Lexicon) -> dict[int, Voice]:
    """Return the groups (clues, then topics, by place) that speak in a half-width text, with words as shown."""
    headline = _HEADLINE.match(plain)
    headline_end = headline.end() if headline else 0
    found: dict[int, Voice] = {}
    quoting = partial(_quote, plain, shown, lexicon)
    for place, start, end in sorted(_hits(plain, lexicon), key=lambda hit: hit[1]):
        group = lexicon.clues[place] if place < len(lexicon.clues) else None
        if group and group.negatable and _is_denied(plain, start):
            continue
        voice = found.get(place) or found.setdefault(place, Voice(quoting))
        if _add(voice, shown, start, end):
            voice.in_headline = voice.in_headline or start < headline_end
    return found


def _quote(plain: str, shown: str, lexicon: Lexicon, words: str, place: int) -> str | None:
    start = shown.index(words, place)
    span = quotable(plain, start, start + len(words), lexicon.index)
    return shown[slice(*span)].strip() if span else None


def _hits(plain: str, lexicon: Lexicon) -> Iterator[tuple[int, int, int]]:
    pairs = list(map(add, plain, plain[1:]))
    for start, begun in enumerate(map(lexicon.index.get, pairs)):
        for word, places in begun or ():
            if plain.startswith(word, start):
                for place in places:
                    yield place, start, start + len(word)
    for place, pattern in lexicon.patterns.that_may_find(plain, pairs):
        for match in pattern.finditer(plain):
            yield place, match.start(), match.end()


def _add(voice: Voice, shown: str, start: int, end: int) -> bool:
    """Add words unless longer ones of the same group already cover them, which then stand for both."""
    words = shown[start:end].strip()
    if not words:
        return False
    for known in list(voice.words):
        at = voice.words[known]
        if at <= start and end <= at + len(known):
            return True
        if start <= at and at + len(known) <= end:
            del voice.words[known]
    voice.words.setdefault(words, start)
    return True


def _is_denied(plain: str, start: int) -> bool:
    return bool(_DENIED.search(plain[max(0, start - _LOOK_BACK) : start]))


def clue_weight(clue: Clue, voice: Voice) -> float:
    """Return the weight of a clue in a text, before its share for each kind."""
    return voice.weight(clue.most)
