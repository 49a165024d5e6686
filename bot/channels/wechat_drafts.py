"""Drafts of an official account: signed words with their pictures and the cover, which nobody but its own people sees.

https://developers.weixin.qq.com/doc/offiaccount/Asset_Management/Adding_Permanent_Assets.html: what is uploaded for use
within an article (media/uploadimg) is jpg or png, at most 1 MB, and counts among no material.
"""

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

from bot.channels import ReleaseFailed
from bot.channels.wechat_article import article_of, as_shown, pictures_in, words_of
from bot.chat.wechat.errors import MENDING
from bot.chat.wechat.line import WechatLine
from handlers.release.signed import WEBSITE, NotAsSignedError, exact_bytes
from storage.release import Release

ACCOUNT: Final = "wechat_account"  # the channel whose words are signed, also for what is sent to all followers
LONGEST_TITLE: Final = 64  # characters
LARGEST: Final = 1024 * 1024  # bytes of a picture
KINDS: Final = {b"\xff\xd8\xff": "picture.jpg", b"\x89PNG\r\n\x1a\n": "picture.png"}  # by how its content begins
Fetch = Callable[[str], bytes]


class Drafts:
    """Keeps drafts on one official account."""

    def __init__(self, line: WechatLine, cover: Path, fetch: Fetch) -> None:
        """Put each under this cover (a picture); fetch reads what lies at an address, or raises ReleaseFailed."""
        self._line = line
        self._cover = cover
        self._fetch = fetch

    def keep(self, release: Release, words: str) -> str:
        """Keep a draft that says what was signed; return its media id.

        Raises ReleaseFailed, or one of FAILURES: nothing is public yet.
        """
        if len(release.title) > LONGEST_TITLE:
            raise ReleaseFailed(f"title_too_long:{LONGEST_TITLE}")
        try:
            cover = BytesIO(self._cover.read_bytes())
        except OSError as unreadable:
            raise ReleaseFailed(f"no_cover:{unreadable.strerror}", after=MENDING) from None
        pictures = {address: self._uploaded(address) for address in pictures_in(words)}
        kept = self._line.upload("material/add_material", self._cover.name, cover, type="image")
        article = {
            "title": release.title,
            "content": article_of(words, pictures),
            "thumb_media_id": kept["media_id"],
            "content_source_url": release.manifest["url"],
        }
        draft = str(self._line.post("draft/add", {"articles": [article]})["media_id"])
        (item,) = self._line.post("draft/get", {"media_id": draft})["news_item"]
        if words_of(str(item["title"]), str(item["content"])) != as_shown(words):
            raise ReleaseFailed("other_draft", after=MENDING)
        return draft

    def _uploaded(self, address: str) -> str:
        """Upload a picture; return where it lies then."""
        try:
            content = self._fetch(address)
        except ReleaseFailed as failed:
            raise ReleaseFailed(f"no_picture:{address} {failed}", after=MENDING) from None
        name = next((name for begins, name in KINDS.items() if content.startswith(begins)), "")
        if not name or len(content) > LARGEST:
            raise ReleaseFailed(f"no_picture:{address}", after=MENDING)
        return str(self._line.upload("media/uploadimg", name, BytesIO(content))["url"])


def signed_words(release: Release, proofs: Mapping[str, str]) -> str:
    """Return the words that were signed for the account; ReleaseFailed while the website does not show them."""
    try:
        words = exact_bytes(release, release.manifest_hash, ACCOUNT)
    except NotAsSignedError as trouble:
        raise ReleaseFailed("not_as_signed") from trouble
    if WEBSITE in release.manifest["channels"] and proofs.get(WEBSITE) != release.manifest["url"]:
        raise ReleaseFailed("waits_for_website")
    return words.decode()
