"""What WeCom and WeChat seal: opened only when it surely comes from them, and lately.

https://developer.work.weixin.qq.com/document/path/90968: AES-256-CBC under the key from the console, signed with SHA-1
over token, timestamp, nonce and the sealed text. The AI bot seals the same with an empty receiver, the official
account with its app id.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from wechatpy.work.crypto import PrpCrypto

WINDOW: Final = 600  # seconds that a callback may be old, or ahead of this machine's clock
LONGEST_STAMP: Final = 12  # digits of a moment in seconds


class NotSealed(Exception):
    """This was not sealed by the vendor for us, or too long ago."""


@dataclass(frozen=True)
class Stamp:
    """What stands beside a sealed text in the address."""

    signature: str
    timestamp: str
    nonce: str

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Stamp":
        """Read it from an address's query; what is missing is empty."""
        return cls(query.get("msg_signature", ""), query.get("timestamp", ""), query.get("nonce", ""))


class Seal:
    """Opens and seals under one token and key."""

    def __init__(self, token: str, aes_key: str, receive_id: str) -> None:
        """Take what the console shows; receive_id: the corp's id, an app id, or nothing."""
        self._token = token
        self._receive_id = receive_id
        self._key = base64.b64decode(aes_key + "=")

    def open(self, encrypted: str, stamp: Stamp, now: datetime) -> str:
        """Return what was sealed; NotSealed for whatever was not, without a word about why to whoever sent it."""
        expected = signature(self._token, stamp, encrypted)
        if not hmac.compare_digest(expected.encode(), stamp.signature.encode("utf-8", "replace")):
            raise NotSealed("another signature")
        if not is_recent(stamp.timestamp, now):
            raise NotSealed("too old")
        try:
            return str(PrpCrypto(self._key).decrypt(encrypted, self._receive_id))
        except Exception as garbage:  # noqa: BLE001 - the library raises whatever it stumbles over: assertions, index errors
            raise NotSealed(type(garbage).__name__) from None

    def seal(self, text: str, nonce: str, now: datetime) -> tuple[str, Stamp]:
        """Return a text sealed, and what stands beside it."""
        encrypted = PrpCrypto(self._key).encrypt(text, self._receive_id).decode()
        stamp = Stamp("", str(int(now.timestamp())), nonce)
        return encrypted, Stamp(signature(self._token, stamp, encrypted), stamp.timestamp, nonce)


def signature(token: str, stamp: Stamp, *encrypted: str) -> str:
    """Return what must stand beside a sealed text; without one, beside a call of the official account."""
    parts = sorted((token, stamp.timestamp, stamp.nonce, *encrypted))
    return hashlib.sha1("".join(parts).encode("utf-8", "replace")).hexdigest()  # noqa: S324 - the vendor's choice


def is_recent(timestamp: str, now: datetime) -> bool:
    """Say whether a stamp lies within the window."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= LONGEST_STAMP):
        return False
    return abs(now.timestamp() - int(timestamp)) <= WINDOW
