"""What is signed: canonical text, exact bytes on each channel, and a hash that no change escapes."""

import hashlib
import re
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handlers.drafting.manifest import (
    CHANNELS,
    Copy,
    build_manifest,
    canonical_copy,
    channel_bytes,
    channel_post,
    manifest_hash,
    release_url,
    website_article,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
COPY = Copy(
    "供水恢复情况通报",
    "11月24日14时,供水恢复。\n\n详见 https://www.gov.cn/x?a=1&b=2。",
    "p-1",
    "http://x/p-1",
    "建设局",
)


class Seen(HTMLParser):
    """Collect what a browser would read."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.links: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(article: bytes) -> Seen:
    seen = Seen()
    seen.feed(article.decode())
    return seen


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("一\r\n二\r三", "一\n二\n三"),
        ("一  \n二\u3000\n", "一\n二"),
        ("\n\n一\n\n\n二\n\n", "一\n\n\n二"),
        ("\u3000\u3000首行缩进,全角\uff0c保留", "\u3000\u3000首行缩进,全角\uff0c保留"),
        ("e\u0301", "\u00e9"),
        ("", ""),
    ],
)
def test_canonical_text(typed: str, kept: str) -> None:
    """Only line ends, blanks at line ends, outer empty lines and the form of letters change."""
    assert canonical_copy(typed) == kept


@given(TEXTS)
def test_canonical_text_is_final(text: str) -> None:
    """A canonical text is its own canonical text, and it is NFC."""
    once = canonical_copy(text)
    assert canonical_copy(once) == once
    assert unicodedata.is_normalized("NFC", once)


def test_the_article_word_for_word() -> None:
    """The website's bytes: title, bureau, paragraphs, a clickable address; no moment in them."""
    assert website_article(COPY.title, COPY.text, public_id="p-1", bureau="建设局").decode() == (
        '<article class="release" id="release-p-1" lang="zh-CN">\n'
        "<h1>供水恢复情况通报</h1>\n"
        '<p class="bureau">建设局</p>\n'
        "<p>11月24日14时,供水恢复。</p>\n"
        '<p>详见 <a href="https://www.gov.cn/x?a=1&amp;b=2" rel="nofollow">https://www.gov.cn/x?a=1&amp;b=2</a>。</p>\n'
        "</article>"
    )


def test_the_post_word_for_word() -> None:
    """A chat that the public reads gets title, text and the page's address."""
    assert channel_post("通报", "正文。\n", "http://x/p-1") == "【通报】\n\n正文。\n\nhttp://x/p-1"


def test_the_address_is_known_before_the_release() -> None:
    """The page's address needs the desk's public address and the release's public id only."""
    assert release_url("https://press.example/", "abc") == "https://press.example/releases/abc"


@given(TEXTS, TEXTS)
def test_html_is_always_escaped(title: str, text: str) -> None:
    """Whatever is written, the article has no tags but its own, and reads as the text."""
    seen = read(website_article(title, text, public_id="p", bureau="局"))
    assert set(seen.tags) <= {"article", "h1", "p", "a", "br"}
    plain = re.sub(r"\s", "", "".join(seen.words))
    assert plain == re.sub(r"\s", "", unicodedata.normalize("NFC", title + "局" + text))


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '" onclick="x', "javascript:alert(1)", 'https://a.cn/"><b>']
)
def test_hostile_text_stays_text(text: str) -> None:
    """Tags, quotes and other schemes in a text never become markup."""
    seen = read(website_article(text, text, public_id="p", bureau="局"))
    assert not {"script", "b"} & set(seen.tags)
    assert all(link is not None and link.startswith("https://") for link in seen.links)


def test_an_address_within_another_is_one_link() -> None:
    """Two addresses, one the beginning of the other, are two whole links."""
    seen = read(website_article("t", "https://a.cn/b 和 https://a.cn", public_id="p", bureau="局"))
    assert seen.links == ["https://a.cn/b", "https://a.cn"]


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_any_change_of_title_or_text_changes_the_hash(title: str, text: str, other_title: str, other_text: str) -> None:
    """Two texts that differ canonically never share a manifest."""
    one, other = (
        (canonical_copy(title), canonical_copy(text)),
        (canonical_copy(other_title), canonical_copy(other_text)),
    )
    assume(one != other)
    first = build_manifest(replace(COPY, title=title, text=text), CHANNELS)
    second = build_manifest(replace(COPY, title=other_title, text=other_text), CHANNELS)
    assert manifest_hash(first) != manifest_hash(second)


@pytest.mark.parametrize("field", ["title", "text", "public_id", "url", "bureau"])
def test_every_part_of_a_release_is_in_the_hash(field: str) -> None:
    """Title, text, address and name of the bureau: each is signed."""
    changed = replace(COPY, **{field: "别的"})
    assert manifest_hash(build_manifest(changed, CHANNELS)) != manifest_hash(build_manifest(COPY, CHANNELS))


def test_the_channels_are_in_the_hash() -> None:
    """A release signed for one channel is not signed for two."""
    assert manifest_hash(build_manifest(COPY, CHANNELS[:1])) != manifest_hash(build_manifest(COPY, CHANNELS))


def test_what_a_release_corrects_is_in_the_hash() -> None:
    """A correction is signed as one; a text that corrects nothing has the manifest it always had."""
    correction = build_manifest(replace(COPY, corrects="p-0"), CHANNELS)
    plain = build_manifest(COPY, CHANNELS)
    assert correction["corrects"] == "p-0"
    assert "corrects" not in plain
    assert manifest_hash(correction) != manifest_hash(plain)
    assert {**plain, "corrects": "p-0"} == correction


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_manifest_measures_the_exact_bytes(channel: str) -> None:
    """What the manifest says of a channel is the hash and the length of the bytes that go out there."""
    content = channel_bytes(channel, COPY)
    measured = build_manifest(COPY, CHANNELS)["channels"][channel]
    assert measured == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def test_a_channel_without_a_form_is_an_error() -> None:
    """Nothing is signed for a channel whose form nobody knows."""
    with pytest.raises(KeyError):
        build_manifest(COPY, ["pigeon"])
