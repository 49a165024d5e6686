"""Every sentence the desk says is there in English: nothing fuzzy, nothing empty, no Chinese left in it."""

import re
import string
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

CATALOGUE = Path(__file__).parents[1] / "config" / "locale" / "en" / "LC_MESSAGES" / "huiying.po"
CHINESE = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")
# Chinese that an English reader needs as it is: what to type where a form is Chinese, names of documents and numbers.
KEPT = re.compile(r"港建舆〔2026〕12号|〔\d{4}〕|〔\{\w+\}〕|〔|〕|令493号|国办发")


def _english() -> list[Message]:
    with CATALOGUE.open(encoding="utf-8") as file:
        catalogue: Catalog = read_po(file, locale="en")
    return [message for message in catalogue if message.id]


def test_there_is_a_catalogue() -> None:
    """The catalogue holds what the desk says."""
    assert len(_english()) > 300


def test_each_sentence_is_translated() -> None:
    """Each says something, is not a guess, has no Chinese left, and takes the same values."""
    assert [wrong for message in _english() for wrong in _faults(message)] == []


def _faults(message: Message) -> Iterator[str]:
    english = str(message.string)
    if not english.strip():
        yield f"no English: {message.id}"
    if message.fuzzy:
        yield f"only a guess: {message.id}"
    if CHINESE.search(KEPT.sub("", english)):
        yield f"Chinese left: {english}"
    if _values(english) != _values(str(message.id)):
        yield f"other values: {message.id} / {english}"


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
