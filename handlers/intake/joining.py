"""Which case a post belongs to: the same post joins its case, silently; everything else opens a slip."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from handlers.conversation import Incoming
from handlers.text import canonical, similarity
from storage import report as reports
from storage.database import Session
from storage.report import Report

LONGEST_REMARK = 140  # characters beside a link; a longer text is a post of its own that cites the page
SHORTEST_NEAR = 40  # characters; shorter posts are too alike by chance


@dataclass(frozen=True)
class PostKeys:
    """What identifies a post: its origin, its address, its words."""

    text: str
    text_key: str
    origin_key: str | None
    url: str | None
    url_key: str | None
    bands: tuple[str, ...]


def keys_of(incoming: Incoming) -> PostKeys:
    """Return what identifies the post in a message; no keys for what it does not have."""
    url = _address(incoming)
    words = canonical.canonical_text(incoming.text)
    return PostKeys(
        text=incoming.text,
        text_key=canonical.text_key(incoming.text) if words else "",
        origin_key=incoming.origin.key if incoming.origin else None,
        url=url,
        url_key=_url_key(url) if url else None,
        bands=tuple(f"{n}:{band:x}" for n, band in enumerate(similarity.band_keys(similarity.fingerprint(words))))
        if len(words) >= SHORTEST_NEAR
        else (),
    )


def is_longer_than_a_remark(text: str) -> bool:
    """Say whether a text is too long to be a remark: it is a post, whoever pasted it."""
    return len(canonical.canonical_text(text)) > LONGEST_REMARK


def _url_key(url: str) -> str | None:
    """Return the key of an address; None for one that is garbled: the words are a report all the same."""
    try:
        return canonical.normal_url(url)
    except ValueError:
        return None


def _address(incoming: Incoming) -> str | None:
    """Return the post's own address: the stated one, or the link a short message is about; a cited page is none."""
    stated = incoming.url or (incoming.origin.url if incoming.origin else None)
    if stated:
        return stated
    found = canonical.find_urls(incoming.text)
    around = len(canonical.canonical_text(incoming.text)) - sum(map(len, found))
    return found[0] if len(found) == 1 and around <= LONGEST_REMARK and _names_a_page(found[0]) else None


def _names_a_page(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.path.strip("/") != "" or parts.query != ""


def twin(session: Session, keys: PostKeys, near_identical: float) -> tuple[Report, str] | None:
    """Find the first report of the same post and say what they share."""
    looks: tuple[tuple[str, Callable[[], Report | None]], ...] = (
        ("same_origin", lambda: _with(session, "origin_key", keys.origin_key)),
        ("same_url", lambda: _with(session, "url_key", keys.url_key)),
        ("same_text", lambda: _with(session, "text_key", keys.text_key)),
        ("near_text", lambda: _near(session, keys, near_identical)),
    )
    for shared, look in looks:
        found = look()
        if found is not None:
            return found, shared
    return None


def _with(session: Session, column: str, key: str | None) -> Report | None:
    return reports.earliest_with(session, column, key) if key else None


def _near(session: Session, keys: PostKeys, threshold: float) -> Report | None:
    for candidate in reports.near(session, keys.bands) if keys.bands else ():
        if similarity.near_identical(keys.text, candidate.text, threshold):
            return candidate
    return None
