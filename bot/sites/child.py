"""What a page or a feed says, read in a process of its own that holds nothing and may die: `python -m bot.sites.child`.

Gets one line of hints as JSON and the bytes, prints one JSON object. The libraries that read HTML and XML are large,
and no bound of theirs holds against whoever writes a page to harm its reader: time and memory are the process's.
"""

import calendar
import hashlib
import io
import json
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from html.parser import HTMLParser
from typing import Any, Final

SECONDS: Final = 10  # of the processor
MEMORY: Final = 1_500_000_000  # bytes of address space
LONGEST: Final = 20_000  # characters of a text
LONGEST_LINE: Final = 300  # of a title, an author
LONGEST_ADDRESS: Final = 2_000
MOST: Final = 500  # items of a feed
LATEST: Final = 4_102_444_800  # seconds since 1970: the year 2100
_DECLARED: Final = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE
)
_CHINESE: Final = re.compile("[\u4e00-\u9fff]")
_HEAD: Final = 8_192  # bytes in which a page says how it is written
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WIDER: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "big5": "big5hkscs",
}
_BLOCKS: Final = frozenset("p div br li tr h1 h2 h3 h4 h5 h6 blockquote section article table ul ol pre hr".split())
_UNREAD: Final = frozenset(("script", "style", "noscript", "template"))


def decoded(content: bytes, declared: str) -> str:
    """Return a page as text: by its mark, its header, its own word, else by what fits.

    GB 2312 is read as what holds it: hardly a page keeps to it.
    """
    with suppress(UnicodeDecodeError):
        # Chinese that is valid UTF-8 is UTF-8, whatever a site says of it: other encodings hardly ever come out so.
        if _CHINESE.search(plain := content.decode("utf-8-sig")):
            return plain
    mark = next((name for sign, name in _MARKS if content.startswith(sign)), "")
    own = _DECLARED.search(content[:_HEAD])
    named = [mark, declared, own.group(1).decode("ascii", "replace") if own else "", "utf-8", "gb18030"]
    tried = [_WIDER.get(name.lower(), name) for name in named if name]
    for name in tried:
        try:
            return content.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode(next((name for name in tried if _is_known(name)), "utf-8"), "replace")


def _is_known(name: str) -> bool:
    try:
        b"".decode(name)
    except LookupError:
        return False
    return True


def page(content: bytes, hints: Mapping[str, str]) -> dict[str, Any]:
    """Return a page's title and main text; what it says of itself where it has none."""
    import trafilatura  # noqa: PLC0415 - loaded only here, as long as this process lives

    written = decoded(content, hints.get("charset", ""))
    if hints.get("type") == "text/plain":
        return {"title": "", "text": written.strip()[:LONGEST]}
    about = _About()
    about.feed(written)
    text = trafilatura.extract(written, include_comments=False, include_tables=True, favor_recall=True) or ""
    return {"title": _line(about.title), "text": (text.strip() or about.description.strip())[:LONGEST]}


class _About(HTMLParser):
    """What a page says of itself in its head."""

    def __init__(self) -> None:
        super().__init__()
        self._in_title = False
        self._titles: dict[str, str] = {}
        self.description = ""

    @property
    def title(self) -> str:
        return self._titles.get("og:title", "").strip() or self._titles.get("title", "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in_title = tag == "title" and "title" not in self._titles
        name = given.get("property") or given.get("name") or ""
        if tag == "meta" and name.lower() == "og:title":
            self._titles.setdefault("og:title", given.get("content", ""))
        if tag == "meta" and name.lower() in ("og:description", "description") and not self.description:
            self.description = given.get("content", "")

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self._titles["title"] = self._titles.get("title", "") + data


class _Words(HTMLParser):
    """The words of a piece of HTML, a line for each block."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._unread += tag in _UNREAD
        if tag in _BLOCKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in _UNREAD and self._unread > 0
        if tag in _BLOCKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.said.append(data)


def words_of(piece: str) -> str:
    """Return the words of a piece of HTML; plain text stays."""
    reading = _Words()
    reading.feed(piece)
    reading.close()
    lines = (" ".join(line.split()) for line in "".join(reading.said).split("\n"))
    return "\n".join(line for line in lines if line)


def feed(content: bytes, hints: Mapping[str, str]) -> dict[str, Any]:
    """Return a feed's title and its items; no `items` when this is no feed."""
    import feedparser  # noqa: PLC0415 - as above

    headers = {"content-type": hints.get("content_type", ""), "content-location": hints.get("url", "")}
    found = feedparser.parse(io.BytesIO(content), response_headers=headers)
    if not found.get("version") and not found.entries:
        return {"title": "", "broken": str(found.get("bozo_exception", ""))[:LONGEST_LINE]}
    return {"title": _line(found.feed.get("title", "")), "items": [_item(each) for each in found.entries[:MOST]]}


def _item(entry: Any) -> dict[str, Any]:  # noqa: ANN401 - the library's own kind of mapping
    content = entry.get("content") or [{}]
    title, text = _line(words_of(entry.get("title", ""))), words_of(content[0].get("value") or entry.get("summary", ""))
    link = str(entry.get("link", ""))[:LONGEST_ADDRESS]
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    named = entry.get("id") or link or f"{title}\n{text}"
    return {
        "id": hashlib.sha256(str(named).encode("utf-8", "replace")).hexdigest(),
        "title": title,
        "text": text[:LONGEST],
        "link": link if link.lower().startswith(("http://", "https://")) else "",
        "author": _line(words_of(str(entry.get("author", "")))),
        "at": _seconds(moment),
    }


def _seconds(moment: Any) -> int | None:  # noqa: ANN401 - a struct_time or nothing
    try:
        seconds = calendar.timegm(moment) if moment else None
    except (ValueError, OverflowError, TypeError):
        return None
    return seconds if seconds is not None and 0 <= seconds <= LATEST else None  # another is no date of an item


def _line(words: str) -> str:
    return " ".join(str(words).split())[:LONGEST_LINE]


def _bound() -> None:
    """Let the system end this process when it takes too much; where there is no such thing, its parent's clock does."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    """Read what stands at the input."""
    _bound()
    hints = json.loads(sys.stdin.buffer.readline())
    read = {"page": page, "feed": feed}[sys.argv[1]]
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read(), hints)))


if __name__ == "__main__":
    main()
