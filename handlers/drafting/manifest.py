"""What is signed: the canonical text and the exact bytes it will be on every channel (实施方案 四.2)."""

import hashlib
import html
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handlers.text.links import find_urls
from storage.record_format import canonical

FORM: Final = 1  # of the manifest; a release keeps the form it was signed in
SHORT: Final = 12  # hex digits of a hash that a button carries and a person compares
_BLANKS: Final = re.compile(r"[ \t\u00a0\u3000]+$", re.MULTILINE)
_PARAGRAPH_END: Final = re.compile(r"\n+")  # as officials write: a line is a paragraph


@dataclass(frozen=True)
class Copy:
    """What every form of a release is made of; nothing in it is decided after signing."""

    title: str
    text: str
    public_id: str
    url: str  # where the release will be read on the website
    bureau: str
    corrects: str = ""  # the public id of the release it puts right


def canonical_copy(text: str) -> str:
    r"""Return a text as it is signed: NFC, \n line ends, no blanks at line ends, no empty lines around; never more."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _BLANKS.sub("", plain).strip("\n")


def release_url(public_url: str, public_id: str) -> str:
    """Return the address of a release on the website, known before it is out."""
    return f"{public_url.rstrip('/')}/releases/{public_id}"


def website_article(title: str, text: str, *, public_id: str, bureau: str) -> bytes:
    """Return the exact HTML of a release on the website, UTF-8: everything escaped, addresses clickable."""
    paragraphs = "\n".join(f"<p>{_paragraph(part)}</p>" for part in _PARAGRAPH_END.split(canonical_copy(text)))
    article = (
        f'<article class="release" id="release-{_escaped(public_id)}" lang="zh-CN">\n'
        f"<h1>{_escaped(canonical_copy(title))}</h1>\n"
        f'<p class="bureau">{_escaped(bureau)}</p>\n'
        f"{paragraphs}\n</article>"
    )
    return article.encode()


def channel_post(title: str, text: str, url: str) -> str:
    """Return the exact words of a release in a chat that the public reads, with the address of the full page."""
    return f"【{canonical_copy(title)}】\n\n{canonical_copy(text)}\n\n{url}"


def channel_bytes(channel: str, copy: Copy) -> bytes:
    """Return the exact bytes of a release on a channel; KeyError for one that has no form."""
    return _FORMS[channel](copy)


def build_manifest(copy: Copy, channels: Sequence[str]) -> dict[str, Any]:
    """Return what is signed: the hash of title and text, and of the bytes on every channel with their length.

    A correction also names the release it puts right.
    """
    manifest = {
        "form": FORM,
        "public_id": copy.public_id,
        "url": copy.url,
        "bureau": copy.bureau,
        "title": _sha256(canonical_copy(copy.title).encode()),
        "text": _sha256(canonical_copy(copy.text).encode()),
        "channels": {channel: _measure(channel_bytes(channel, copy)) for channel in channels},
    }
    return {**manifest, "corrects": copy.corrects} if copy.corrects else manifest


def manifest_hash(manifest: dict[str, Any]) -> str:
    """Return the name of a manifest: SHA-256 in hex of its one JSON form."""
    return _sha256(canonical(manifest).encode())


def short_hash(name: str) -> str:
    """Return the first digits of a manifest's name."""
    return name[:SHORT]


def _website(copy: Copy) -> bytes:
    return website_article(copy.title, copy.text, public_id=copy.public_id, bureau=copy.bureau)


def _post(copy: Copy) -> bytes:
    return channel_post(copy.title, copy.text, copy.url).encode()


# Of an article on an official account the words are signed: the vendor puts marks of its own around them.
_FORMS: Final[dict[str, Callable[[Copy], bytes]]] = {
    "website": _website,
    "release_channel": _post,
    "wechat_account": _post,
}
CHANNELS: Final = tuple(_FORMS)


def _paragraph(text: str) -> str:
    addresses = sorted(find_urls(text), key=len, reverse=True)
    if not addresses:
        return _escaped(text)
    pieces = re.split(f"({'|'.join(map(re.escape, addresses))})", text)
    return "".join(_link(piece) if piece in addresses else _escaped(piece) for piece in pieces)


def _link(address: str) -> str:
    return f'<a href="{_escaped(address)}" rel="nofollow">{_escaped(address)}</a>'


def _escaped(text: str) -> str:
    return html.escape(text, quote=True)


def _measure(content: bytes) -> dict[str, Any]:
    return {"sha256": _sha256(content), "bytes": len(content)}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
