"""Atom feeds (RFC 4287)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

ATOM: Final = "http://www.w3.org/2005/Atom"
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
# XML 1.0 cannot hold these; a release that has one is only linked.
_UNFIT: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EPOCH: Final = datetime.fromtimestamp(0, UTC)
register_namespace("", ATOM)


@dataclass(frozen=True)
class Entry:
    """One release in a feed; content is its HTML, empty for one that was withdrawn."""

    title: str
    url: str
    at: datetime
    content: str
    changed_at: datetime | None = None  # when it was corrected or withdrawn
    summary: str = ""  # what became of it

    @property
    def updated_at(self) -> datetime:
        """Return when the entry changed last."""
        return self.changed_at or self.at


def atom_feed(entries: Sequence[Entry], *, title: str, author: str, home: str, language: str = "zh-CN") -> bytes:
    """Return a feed, UTF-8; entries newest first, home is the address of the site."""
    home = home.rstrip("/")
    feed = Element(_name("feed"), {XML_LANG: language})
    _text(feed, "id", f"{home}/")
    _text(feed, "title", title)
    _text(feed, "updated", _moment(max((entry.updated_at for entry in entries), default=_EPOCH)))
    SubElement(feed, _name("link"), {"rel": "self", "type": "application/atom+xml", "href": f"{home}/feed.atom"})
    SubElement(feed, _name("link"), {"rel": "alternate", "type": "text/html", "href": f"{home}/"})
    _text(SubElement(feed, _name("author")), "name", author)
    for entry in entries:
        _entry(feed, entry)
    return bytes(tostring(feed, encoding="utf-8", xml_declaration=True))


def _entry(feed: Element, entry: Entry) -> None:
    made = SubElement(feed, _name("entry"))
    _text(made, "id", entry.url)
    _text(made, "title", _UNFIT.sub("", entry.title))
    _text(made, "updated", _moment(entry.updated_at))
    _text(made, "published", _moment(entry.at))
    SubElement(made, _name("link"), {"rel": "alternate", "type": "text/html", "href": entry.url})
    if entry.summary:
        _text(made, "summary", _UNFIT.sub("", entry.summary))
    if entry.content and not _UNFIT.search(entry.content):
        content = SubElement(made, _name("content"), {"type": "html"})
        content.text = entry.content


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, _name(name)).text = text


def _name(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
