"""The bureau's website: a release is made visible, read back over HTTP, and held against what was signed.

A release that is withdrawn answers 410 (Gone, RFC 9110 15.5.11) with a notice; that is read back too.
"""

import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import httpx

from bot.channels import Proof, ReleaseFailed
from config.settings import is_outside
from handlers.drafting.manifest import release_url
from handlers.release.signed import WEBSITE, NotAsSignedError, exact_bytes, fingerprint, sha256
from handlers.release.withdrawal import notice_html
from storage import history
from storage import release as releases
from storage.database import Database, Session
from storage.release import Release

PATIENCE: Final = 5.0  # seconds, for the connection and for each piece of the answer
LONGEST: Final = 15.0  # seconds, for the whole answer
LARGEST: Final = 1_000_000  # bytes
PLAIN: Final = {"Cache-Control": "no-cache", "Accept-Encoding": "identity", "User-Agent": "huiying-read-back"}
_ARTICLE: Final = re.compile(rb"<article[\s>].*?</article>", re.DOTALL)


class WebsiteChannel:
    """Publishes by letting the press room show a release; the proof is what a reader really gets there."""

    name = WEBSITE

    def __init__(self, database: Database, fetch: httpx.Client, public_url: str) -> None:
        """Publish from a database; pages are read back through a client, at addresses under public_url."""
        self._database = database
        self._client = fetch
        self._public_url = public_url

    def publish(self, release: Release, proofs: Mapping[str, str], at: datetime) -> Proof:
        """Make a release readable and prove it; one that shows other bytes than signed is taken off again."""
        del proofs  # the website comes first and waits for nothing
        url = self._address(release)
        _refuse_unsigned(release)
        self._show(release, at)
        found = article_of(fetched(self._client, url))
        if sha256(found) != fingerprint(release, WEBSITE):
            self._hide(release, at)
            raise ReleaseFailed("other_bytes")
        return Proof(url, at, sha256(found), release.public_id)

    def withdraw(self, release: Release, at: datetime) -> None:
        """Prove that a withdrawn release is gone and its notice there; one that was never shown has no page at all."""
        del at  # the press room shows what was withdrawn no more from the moment of the decision
        with self._database.reading() as session:
            was_shown = releases.load(session, release.id).visible_at is not None
        wanted = httpx.codes.GONE if was_shown else httpx.codes.NOT_FOUND
        page = fetched(self._client, self._address(release), wanted)
        if _ARTICLE.search(page):
            raise ReleaseFailed("still_readable")
        if was_shown and notice_html(release) not in page:
            raise ReleaseFailed("no_notice")

    def _address(self, release: Release) -> str:
        """Return the signed address; every other channel links to it, so no other will do."""
        url = release_url(self._public_url, release.public_id)
        if url != release.manifest.get("url"):
            raise ReleaseFailed(f"other_address:{release.manifest.get('url')}")
        return url

    def _show(self, release: Release, at: datetime) -> None:
        with self._database.writing() as session:
            if why := releases.called_off(session, release.id):
                raise ReleaseFailed(why)
            if releases.show(session, release.id, at):
                _record(session, release, at, "shown")

    def _hide(self, release: Release, at: datetime) -> None:
        with self._database.writing() as session:
            releases.hide(session, release.id)
            _record(session, release, at, "hidden")


def article_of(page: bytes) -> bytes:
    """Cut the one article out of a page; ReleaseFailed when there is none, or more than one."""
    found = _ARTICLE.findall(page)
    if len(found) != 1:
        raise ReleaseFailed("no_article")
    return bytes(found[0])


def picture_at(client: httpx.Client, public_url: str, address: str) -> bytes:
    """Return what lies at the address of a picture: anywhere outside, or on the bureau's own website."""
    ours = address.startswith(f"{public_url.rstrip('/')}/")
    if not ours and not is_outside(urlsplit(address).hostname or ""):
        raise ReleaseFailed("no_answer:inside")
    return fetched(client, address)


def fetched(client: httpx.Client, url: str, wanted: int = httpx.codes.OK) -> bytes:
    """Return the page at an address, as the website itself sends it: within limits of time and size, no redirects."""
    try:
        with client.stream("GET", url, headers=PLAIN, timeout=PATIENCE, follow_redirects=False) as answer:
            if answer.status_code != wanted:
                raise ReleaseFailed(_another_answer(answer.status_code, wanted))
            return _whole(answer)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as trouble:
        raise ReleaseFailed(f"no_answer:{type(trouble).__name__}") from trouble


def _another_answer(status_code: int, wanted: int) -> str:
    readable = status_code == httpx.codes.OK and wanted != httpx.codes.OK
    return "still_readable" if readable else f"answered:{status_code}"


def _whole(answer: httpx.Response) -> bytes:
    page, end = bytearray(), time.monotonic() + LONGEST
    for piece in answer.iter_bytes():
        page += piece
        if len(page) > LARGEST:
            raise ReleaseFailed("too_large")
        if time.monotonic() > end:
            raise ReleaseFailed("no_answer:TooSlow")
    return bytes(page)


def _refuse_unsigned(release: Release) -> None:
    try:
        exact_bytes(release, release.manifest_hash, WEBSITE)
    except NotAsSignedError as trouble:
        raise ReleaseFailed("not_as_signed") from trouble


def _record(session: Session, release: Release, at: datetime, kind: str) -> None:
    payload = {"release": str(release.id), "public_id": release.public_id, "manifest": release.manifest_hash}
    history.record(session, chain_case=release.case_id, at=at, kind=kind, actor="desk", actor_name="", payload=payload)
