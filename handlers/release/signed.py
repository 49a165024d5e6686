"""What was signed is what goes out: the exact bytes of a release on each channel, held against its manifest."""

import hashlib
from typing import Any, Final, Protocol

from handlers.drafting.manifest import FORM, Copy, build_manifest, channel_bytes, manifest_hash

WEBSITE: Final = "website"  # the channel that fixes the address all others link to
POSTED: Final = "release_channel"  # the channel that posts to the chats bound to it, if any
ON_REQUEST: Final = ("wechat_mass",)  # channels that a release goes out on only where somebody asks for it
NO_CHAT: Final = "no chat bound"  # the proof of a desk without a chat for a channel: nothing was to be done


class NotAsSignedError(Exception):
    """The text kept for this release is not the one whose manifest was signed."""


class Signed(Protocol):
    """A text with the manifest that was signed for it: a draft, or a release."""

    title: str
    text: str
    public_id: str
    manifest: dict[str, Any]


def exact_bytes(signed: Signed, name: str | None, channel: str) -> bytes:
    """Return what a channel must show; NotAsSignedError unless all of it hashes to the manifest of that name."""
    if not is_as_signed(signed, name) or channel not in signed.manifest["channels"]:
        raise NotAsSignedError(channel)
    return channel_bytes(channel, _copy(signed))


def is_as_signed(signed: Signed, name: str | None) -> bool:
    """Say whether title, text and every channel's bytes are those of the manifest of that name (its hash)."""
    manifest = signed.manifest
    if not manifest or manifest.get("form") != FORM or manifest_hash(manifest) != name:
        return False
    try:
        return build_manifest(_copy(signed), tuple(manifest["channels"])) == manifest
    except KeyError:
        return False


def fingerprint(signed: Signed, channel: str) -> str:
    """Return the signed SHA-256 (hex) of what a channel shows; KeyError when it was not signed for that channel."""
    return str(signed.manifest["channels"][channel]["sha256"])


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes in hex."""
    return hashlib.sha256(content).hexdigest()


def _copy(signed: Signed) -> Copy:
    manifest = signed.manifest
    corrects = manifest.get("corrects", "")
    return Copy(signed.title, signed.text, signed.public_id, manifest["url"], manifest["bureau"], corrects)
