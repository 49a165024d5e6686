"""The text of a .docx (ECMA-376, WordprocessingML): what a reader would see, and what of it is not taken over.

A file from outside is hostile: what it unpacks to is bounded, entities and outside references are refused.
"""

import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from posixpath import normpath
from typing import TYPE_CHECKING, Final, Literal

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_BYTES: Final = 8 * 1024 * 1024  # of one part of the file, unpacked
MOST_PARTS: Final = 2000
DEEPEST: Final = 200  # elements within one another
MAIN: Final = "/officeDocument"
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT: Final = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_CELLS: Final = " | "
Fault = Literal["no_docx", "too_large", "broken", "tracked", "empty"]
Left = Literal["pictures", "comments", "notes", "hidden", "numbers", "formulas"]
_TRACKED: Final = frozenset({"ins", "del", "moveFrom", "moveTo"})
_LEFT_OUT: Final[Mapping[str, Left]] = {
    "drawing": "pictures",
    "pict": "pictures",
    "object": "pictures",
    "AlternateContent": "pictures",
    "commentReference": "comments",
    "footnoteReference": "notes",
    "endnoteReference": "notes",
    "oMath": "formulas",
    "oMathPara": "formulas",
    "sym": "formulas",
}
_BREAKS: Final[Mapping[str, str]] = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}


class NotRead(Exception):
    """A file whose text cannot be taken; fault says why."""

    def __init__(self, fault: Fault) -> None:
        """Name the fault."""
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Document:
    """The paragraphs of a document, and how much of what is not taken over."""

    paragraphs: tuple[str, ...]
    left: Mapping[Left, int] = field(default_factory=dict)


def read(content: bytes) -> Document:
    """Return the text of a .docx; NotRead when it has none that could be signed."""
    body = next((part for part in _main_part(content) if _name(part) == "body"), None)
    if body is None:
        raise NotRead("broken")
    _refuse_tracked(body)
    left: Counter[Left] = Counter()
    paragraphs = tuple(text for text in _blocks(body, left, 0) if text)
    if not paragraphs:
        raise NotRead("empty")
    return Document(paragraphs, dict(left))


def _main_part(content: bytes) -> "Element":
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if len(archive.infolist()) > MOST_PARTS:
                raise NotRead("too_large")
            return _parsed(archive, _main_name(archive))
    except zipfile.BadZipFile as broken:  # an old .doc, or one that is encrypted, is no archive
        raise NotRead("no_docx") from broken
    except KeyError as missing:
        raise NotRead("no_docx") from missing
    except (DefusedXmlException, ParseError, NotImplementedError, RuntimeError, ValueError, EOFError) as broken:
        raise NotRead("broken") from broken
    except (OSError, zlib.error) as broken:
        raise NotRead("broken") from broken


def _main_name(archive: zipfile.ZipFile) -> str:
    for relation in _parsed(archive, "_rels/.rels"):
        if str(relation.get("Type", "")).endswith(MAIN):
            return normpath(str(relation.get("Target", "")).lstrip("/"))
    raise NotRead("no_docx")


def _parsed(archive: zipfile.ZipFile, name: str) -> "Element":
    with archive.open(name) as part:
        raw = part.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise NotRead("too_large")
    root: Element = fromstring(raw, forbid_dtd=True)
    return root


def _refuse_tracked(body: "Element") -> None:
    """Refuse changes that nobody has accepted or rejected: whether they are meant is not for the desk to say."""
    if any(_name(element) in _TRACKED for element in body.iter() if _is_word(element)):
        raise NotRead("tracked")


def _blocks(parent: "Element", left: "Counter[Left]", depth: int) -> Iterator[str]:
    """Yield paragraphs and the rows of tables, in order."""
    if depth > DEEPEST:
        raise NotRead("broken")
    for element in parent:
        match _name(element):
            case "p":
                yield from _paragraph(element, left)
            case "tbl":
                yield from _rows(element, left, depth)
            case "sdt" | "sdtContent" | "customXml" | "smartTag":
                yield from _blocks(element, left, depth + 1)


def _rows(table: "Element", left: "Counter[Left]", depth: int) -> Iterator[str]:
    for row in table:
        if _name(row) == "tr":
            cells = [" ".join(_blocks(cell, left, depth + 1)) for cell in row if _name(cell) == "tc"]
            yield _CELLS.join(cell for cell in cells if cell)


def _paragraph(element: "Element", left: "Counter[Left]") -> Iterator[str]:
    text = "".join(_inline(element, left, 0))
    rows = [" ".join(line.split()) for line in text.split("\n")]
    if any(rows) and any(_name(each) == "numPr" for each in element.iter()):
        left["numbers"] += 1
    yield from (row for row in rows if row)


def _inline(parent: "Element", left: "Counter[Left]", depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        raise NotRead("broken")
    for element in parent:
        name = _name(element)
        if name in _LEFT_OUT:
            left[_LEFT_OUT[name]] += 1
        elif name in _BREAKS:
            yield _BREAKS[name]
        elif name == "t":
            yield element.text or ""
        elif name == "r" and _is_hidden(element):
            left["hidden"] += 1
        elif name not in ("pPr", "rPr", "instrText", "delText"):
            yield from _inline(element, left, depth + 1)


def _is_hidden(run: "Element") -> bool:
    """Say whether a run is not shown (w:vanish); a reader of the page would not have read it."""
    for properties in run:
        if _name(properties) == "rPr":
            marks = [each for each in properties if _name(each) in ("vanish", "specVanish", "webHidden")]
            return any(_value(each) not in ("0", "false", "off") for each in marks)
    return False


def _value(element: "Element") -> str:
    return next((value for name, value in element.items() if name.rpartition("}")[2] == "val"), "")


def _is_word(element: "Element") -> bool:
    return str(element.tag).startswith((_W, _STRICT))


def _name(element: "Element") -> str:
    return str(element.tag).rpartition("}")[2]
