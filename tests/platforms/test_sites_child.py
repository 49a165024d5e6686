"""Pages and feeds are read in a process of their own: whatever is written in them, it ends, and the desk goes on."""

import time

import pytest

from bot.sites.apart import NotRead, read_apart
from bot.sites.child import decoded, words_of

CHINESE = "港北区江南路停水三天"


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        (CHINESE.encode(), "utf-8"),
        (CHINESE.encode("gb18030"), "gb2312"),
        (CHINESE.encode("gb18030"), "utf-8"),  # what the site says is wrong
        (CHINESE.encode(), "gb2312"),
        (CHINESE.encode("gb18030"), ""),
        (b"\xef\xbb\xbf" + CHINESE.encode(), "gbk"),
        (CHINESE.encode("utf-16"), ""),
        (b"<meta charset='gbk'>" + CHINESE.encode("gbk"), ""),
        (CHINESE.encode(), "no-such-charset"),
    ],
)
def test_chinese_is_read_however_it_is_written(content: bytes, declared: str) -> None:
    """By its mark, by what the site says where that fits, else by what fits."""
    assert decoded(content, declared).endswith(CHINESE)


def test_what_fits_nothing_is_read_as_far_as_it_goes() -> None:
    """A broken sign here and there costs that sign alone."""
    assert CHINESE in decoded(CHINESE.encode() + b"\xff\xff\xff", "utf-8")


def test_the_words_of_html_are_lines_of_text() -> None:
    """Scripts and styles say nothing; blocks are lines."""
    assert words_of("<p>停水<br>三天</p><script>alert(1)</script><style>p{}</style>a &amp; b") == "停水\n三天\na & b"
    assert words_of("plain") == "plain"


ENTITIES = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    "content",
    [
        b"<div>" * 100_000,
        b"<a " * 100_000,
        f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{ENTITIES}]><rss><channel><title>&j;</title></channel></rss>'.encode(),
        b"<rss version='2.0'><channel><item><pubDate>Mon, 99 Foo 99999 99:99:99</pubDate></item></channel></rss>",
        b"\x00" * 10_000,
        b"",
    ],
    ids=["deep", "open", "laughs", "date", "zeros", "nothing"],
)
@pytest.mark.parametrize("what", ["page", "feed"])
def test_what_is_written_to_harm_its_reader_ends(what: str, content: bytes) -> None:
    """With what little it says, or unread, in bounded time."""
    before = time.monotonic()
    try:
        read = read_apart("page" if what == "page" else "feed", content, {})
    except NotRead:
        read = {}
    assert len(str(read)) < 100_000
    assert time.monotonic() - before < 60


def test_an_entity_leads_to_no_file_of_ours() -> None:
    """Neither a page nor a feed makes its reader open what stands beside it."""
    content = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]>
    <rss version="2.0"><channel><title>&f;</title><item><title>&f;</title><description>&f;</description></item>
    </channel></rss>"""
    assert "root:" not in str(read_apart("feed", content, {}))
    assert "root:" not in str(read_apart("page", content, {}))
