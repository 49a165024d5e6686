"""What identifies a post: its origin, its address, its words."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from handlers.conversation import Incoming
from handlers.reading.telling import NOTHING, Telling, telling
from handlers.text import canonical, links, similarity

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
    narrow: tuple[str, ...] = ()  # the bands by which older reports are known
    told: Telling = NOTHING  # of which event it may be

    @property
    def sought(self) -> tuple[str, ...]:
        """List the bands by which a near copy may be known."""
        return (*self.bands, *self.narrow)


def keys_of(incoming: Incoming) -> PostKeys:
    """Return what identifies the post in a message; no keys for what it does not have."""
    url = _address(incoming)
    words = canonical.canonical_text(incoming.text)
    mark = similarity.fingerprint(words) if len(words) >= SHORTEST_NEAR else None
    return PostKeys(
        text=incoming.text,
        text_key=canonical.text_key(incoming.text) if words else "",
        origin_key=incoming.origin.key if incoming.origin else None,
        url=url,
        url_key=_url_key(url) if url else None,
        bands=_names(similarity.band_keys(mark)) if mark is not None else (),
        narrow=_names(similarity.narrow_keys(mark)) if mark is not None else (),
        told=telling(incoming.text) if words else NOTHING,
    )


def _names(bands: Iterable[int]) -> tuple[str, ...]:
    return tuple(f"{n}:{band:x}" for n, band in enumerate(bands))


def _url_key(url: str) -> str | None:
    """Return the key of an address; None for one that is garbled: the words are a report all the same."""
    try:
        return links.normal_url(url)
    except ValueError:
        return None


def _address(incoming: Incoming) -> str | None:
    """Return the post's own address: the stated one, or the link a short message is about; a cited page is none."""
    stated = incoming.url or (incoming.origin.url if incoming.origin else None)
    if stated:
        return stated
    found = links.find_links(incoming.text)
    around = len(canonical.canonical_text(incoming.text)) - sum(map(len, found))
    return found[0] if len(found) == 1 and around <= LONGEST_REMARK and _names_a_page(found[0]) else None


def _names_a_page(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.path.strip("/") != "" or parts.query != ""
