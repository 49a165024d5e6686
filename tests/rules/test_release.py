"""Release: only what was signed has any bytes to show, and people hear of failures ever more rarely."""

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.channels import ReleaseFailed
from bot.channels.website import article_of
from bot.web.feed import ATOM, Entry, atom_feed
from bot.web.reader import preferred
from config.language import Voice
from handlers.drafting.manifest import Copy, build_manifest, manifest_hash
from handlers.release import proving, words
from handlers.release.signed import WEBSITE, NotAsSignedError, exact_bytes, is_as_signed, sha256
from tests.web.released import parsed

CHANNELS = (WEBSITE, "release_channel")
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)


@dataclass
class Kept:
    """A text and its manifest as the tables keep them."""

    title: str = "关于停水的通报"
    text: str = "泵房已修复。\n\n详见 http://press.test/ ，电话 0775-0000100。"
    public_id: str = "abc"
    manifest: dict[str, Any] = field(default_factory=dict)


def signed(kept: Kept) -> tuple[Kept, str]:
    """Sign a text as it is."""
    copy = Copy(kept.title, kept.text, kept.public_id, f"http://press.test/releases/{kept.public_id}", "港北区建设局")
    manifest = build_manifest(copy, CHANNELS)
    return replace(kept, manifest=manifest), manifest_hash(manifest)


@given(title=TEXTS, text=TEXTS)
def test_what_is_shown_hashes_to_the_manifest(title: str, text: str) -> None:
    """Whatever was written, the bytes for each channel are those whose hash was signed."""
    kept, name = signed(Kept(title, text))
    for channel in CHANNELS:
        shown = exact_bytes(kept, name, channel)
        assert hashlib.sha256(shown).hexdigest() == kept.manifest["channels"][channel]["sha256"]
        assert len(shown) == kept.manifest["channels"][channel]["bytes"]


@given(text=TEXTS, other=TEXTS)
def test_a_text_that_was_not_signed_is_never_shown(text: str, other: str) -> None:
    """Any other text under a signed manifest has no bytes, on any channel."""
    kept, name = signed(Kept(text=text))
    altered = replace(kept, text=other)
    assume(
        build_manifest(Copy("", other, "", "", ""), ())["text"]
        != build_manifest(Copy("", text, "", "", ""), ())["text"]
    )
    for channel in CHANNELS:
        with pytest.raises(NotAsSignedError):
            exact_bytes(altered, name, channel)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "关于停气的通报"},
        {"public_id": "abd"},
        {"manifest": {}},
        {"manifest": {"form": 2}},
        {"manifest": {"form": 1, "channels": {"website": {"sha256": "0" * 64, "bytes": 1}}}},
    ],
    ids=["title", "address", "no manifest", "unknown form", "foreign manifest"],
)
def test_nothing_else_may_differ_either(change: dict[str, Any]) -> None:
    """Title, address and manifest are signed too."""
    kept, name = signed(Kept())
    assert is_as_signed(kept, name)
    assert not is_as_signed(replace(kept, **change), name)


def test_a_manifest_that_was_edited_to_fit_is_refused() -> None:
    """A manifest made anew for another text does not have the name that was signed."""
    _, name = signed(Kept())
    forged, other = signed(Kept(text="没有停水。"))
    assert not is_as_signed(forged, name)
    assert not is_as_signed(forged, None)
    assert is_as_signed(forged, other)


@pytest.mark.parametrize("corrects", ["", "abb", None])
def test_what_is_corrected_is_signed_too(corrects: str | None) -> None:
    """A correction that names another release than was signed, or none, or an empty name, is not what was signed."""
    copy = Copy("通报", "正文", "abc", "http://press.test/releases/abc", "局", "aba")
    manifest = build_manifest(copy, CHANNELS)
    kept = Kept("通报", "正文", "abc", manifest)
    assert is_as_signed(kept, manifest_hash(manifest))
    altered = {**manifest, "corrects": corrects}
    assert not is_as_signed(replace(kept, manifest=altered), manifest_hash(manifest))
    assert not is_as_signed(replace(kept, manifest={**manifest, "else": 1}), manifest_hash({**manifest, "else": 1}))


def test_an_empty_name_corrects_nothing_and_is_no_manifest() -> None:
    """A manifest that says it corrects, and nothing, is in no form that is ever signed."""
    kept, _ = signed(Kept())
    odd = {**kept.manifest, "corrects": ""}
    assert not is_as_signed(replace(kept, manifest=odd), manifest_hash(odd))


def test_a_channel_that_was_not_signed_has_no_bytes() -> None:
    """A text signed for the website alone cannot go out elsewhere."""
    copy = Copy("通报", "正文", "abc", "http://press.test/releases/abc", "局")
    kept = Kept("通报", "正文", "abc", build_manifest(copy, [WEBSITE]))
    with pytest.raises(NotAsSignedError):
        exact_bytes(kept, manifest_hash(kept.manifest), "release_channel")


def test_the_signed_form_does_not_change() -> None:
    """The bytes of form 1 are fixed: a change here would make every release that is out unreadable."""
    kept, name = signed(Kept(title="甲 & 乙", text="一\n二\n\n<三>"))
    assert exact_bytes(kept, name, WEBSITE).decode() == (
        '<article class="release" id="release-abc" lang="zh-CN">\n<h1>甲 &amp; 乙</h1>\n'
        '<p class="bureau">港北区建设局</p>\n<p>一</p>\n<p>二</p>\n<p>&lt;三&gt;</p>\n</article>'
    )


@given(text=TEXTS)
def test_the_article_is_cut_out_of_any_page_exactly(text: str) -> None:
    """Whatever the text, cutting a page gives back the signed bytes."""
    kept, name = signed(Kept(text=text))
    article = exact_bytes(kept, name, WEBSITE)
    assert article_of(b"<html><main>\n" + article + b"\n</main></html>") == article


@pytest.mark.parametrize("page", [b"", b"<p>x</p>", b"<article>a", b"<article>a</article><article>b</article>"])
def test_a_page_without_one_article_proves_nothing(page: bytes) -> None:
    """No article, half of one, or two: the read-back fails."""
    with pytest.raises(ReleaseFailed, match="no_article"):
        article_of(page)


def test_people_hear_of_failures_ever_more_rarely() -> None:
    """The first failure is told, then the 8th, 16th, 32nd: never each one."""
    assert [n for n in range(1, 200) if proving.worth_telling(n)] == [1, 8, 16, 32, 64, 128]


def test_a_person_settles_only_what_is_unsure() -> None:
    """Posts that are known stay; unsure ones become seen, or are forgotten so that they are made again."""
    posts = {"drill:a": "17", "drill:b": ""}
    assert proving.settled(posts, "王五") == {"drill:a": "17", "drill:b": "seen:王五"}
    assert proving.settled(posts, "") == {"drill:a": "17"}


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("no_answer:ConnectTimeout", "网站地址打不开(ConnectTimeout)"),
        ("other_bytes", "网页上的内容与签发的不一致,已从网站撤下"),
        ("unsure:港北建设发布", "不知道是否已发出:港北建设发布"),
        ("still_readable", "网页还能打开"),
        ("no such channel here", "no such channel here"),
    ],
)
def test_a_reason_is_kept_as_a_word_and_said_in_the_readers_language(why: str, said: str) -> None:
    """What is stored is a code; what is read is a sentence; what nobody knows is passed on."""
    assert words.reason(why).say(Voice()) == said


# the feed


def entry(title: str = "通报", content: str = "<p>一</p>") -> Entry:
    """Return one entry."""
    return Entry(title, "http://press.test/releases/abc", datetime(2026, 11, 24, 6, 5, tzinfo=UTC), content)


def test_the_feed_is_atom() -> None:
    """Every element that RFC 4287 requires is there, once, and moments are in UTC."""
    feed = parsed(atom_feed([entry()], title="发布", author="局", home="http://press.test/"))
    names = {"a": ATOM}
    assert feed.tag == f"{{{ATOM}}}feed"
    for name in ("id", "title", "updated", "author/a:name", "entry/a:id", "entry/a:title", "entry/a:updated"):
        assert len(feed.findall(f"a:{name}", names)) == 1, name
    assert feed.findtext("a:updated", None, names) == "2026-11-24T06:05:00Z"
    assert feed.find("a:link[@rel='self']", names).attrib["href"] == "http://press.test/feed.atom"  # type: ignore[union-attr]


@given(title=TEXTS, text=TEXTS)
def test_what_a_feed_reader_gets_is_the_signed_article(title: str, text: str) -> None:
    """The content of an entry, read back, is the signed article; one that XML cannot hold is only linked."""
    kept, name = signed(Kept(title, text))
    article = exact_bytes(kept, name, WEBSITE).decode()
    read = parsed(atom_feed([entry(title, article)], title="", author="局", home="http://press.test"))
    content = read.findtext("a:entry/a:content", None, {"a": ATOM})
    assert content is None or sha256(content.encode()) == kept.manifest["channels"][WEBSITE]["sha256"]
    assert content is not None or re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", article)


def test_an_empty_feed_is_valid_too() -> None:
    """Before the first release the feed still has its moment."""
    assert b"<updated>1970-01-01T00:00:00Z</updated>" in atom_feed([], title="发布", author="局", home="http://x")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("fr,en;q=0.5,zh;q=0.4", "en"),
        ("en;q=0,fr", "zh"),
        ("en;q=nonsense,*", "zh"),
        ("de", "zh"),
    ],
)
def test_the_browser_says_which_language(header: str, language: str) -> None:
    """The best-liked language of ours wins; a refused, unknown or garbled one is passed over."""
    assert preferred(header, "zh") == language
