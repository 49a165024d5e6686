"""Callbacks sealed and answers opened, written from the vendors' specification alone.

https://developer.work.weixin.qq.com/document/path/91144: the key is Base64(EncodingAESKey + "="), the cipher is
AES-256-CBC with the key's first 16 bytes as its IV and PKCS#7 to a multiple of 32 bytes, the plain text random(16) +
length(4, network order) + msg + receiveid; the signature is the sha1 of token, timestamp, nonce and ciphertext, sorted
and joined. The official account does the same with its AppID; the AI bot with an empty receiveid and JSON around it
(https://developer.work.weixin.qq.com/document/path/101033).
"""

import base64
import hashlib
import hmac
import json
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

BLOCK = 32  # bytes
RANDOM = 16  # bytes
HEAD = RANDOM + 4

Fields = Mapping[str, Any]


class NotOpened(Exception):
    """What came back is not an answer as the vendor asks for it."""


@dataclass(frozen=True)
class Sealer:
    token: str
    aes_key: str  # EncodingAESKey: 43 characters
    receive_id: str

    def encrypt(self, message: str, random: bytes | None = None) -> str:
        """Encrypt a message."""
        text = message.encode()
        plain = (random or os.urandom(RANDOM)) + struct.pack("!I", len(text)) + text + self.receive_id.encode()
        return base64.b64encode(self.encrypt_bytes(plain)).decode()

    def decrypt(self, encrypted: str) -> str:
        """Decrypt a message; raises NotOpened when it is none, or somebody else's."""
        try:
            plain = self.decrypt_bytes(base64.b64decode(encrypted, validate=True))
            length = struct.unpack("!I", plain[RANDOM:HEAD])[0]
            message, receiver = plain[HEAD : HEAD + length].decode(), plain[HEAD + length :].decode()
        except (ValueError, struct.error) as trouble:
            raise NotOpened(str(trouble)) from trouble
        if len(message.encode()) != length or receiver != self.receive_id:
            raise NotOpened(f"receiveid {receiver!r}")
        return message

    def encrypt_bytes(self, plain: bytes) -> bytes:
        """Encrypt bytes as they are: the AI bot's pictures and files lie at their addresses so."""
        padder = PKCS7(BLOCK * 8).padder()
        encryptor = self._cipher().encryptor()
        return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()

    def decrypt_bytes(self, sealed: bytes) -> bytes:
        """Decrypt bytes; raises ValueError."""
        decryptor, unpadder = self._cipher().decryptor(), PKCS7(BLOCK * 8).unpadder()
        padded = decryptor.update(sealed) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()

    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(self.aes_key + "=")
        return Cipher(algorithms.AES256(key), modes.CBC(key[:16]))

    def signature(self, timestamp: str, nonce: str, *encrypted: str) -> str:
        """Sign; without a ciphertext as the official account signs what it sends in plain."""
        return hashlib.sha1("".join(sorted([self.token, timestamp, nonce, *encrypted])).encode()).hexdigest()  # noqa: S324 - the vendor's choice

    def query(self, encrypted: str, timestamp: str, nonce: str) -> dict[str, str]:
        """Give what stands in the address of a callback."""
        return {
            "msg_signature": self.signature(timestamp, nonce, encrypted),
            "timestamp": timestamp,
            "nonce": nonce,
        }

    def open_xml(self, body: str) -> dict[str, Any]:
        """Open a passive reply: Encrypt, MsgSignature, TimeStamp, Nonce; raises NotOpened."""
        outer = read_xml(body)
        parts = [str(outer.get(name, "")) for name in ("TimeStamp", "Nonce", "Encrypt", "MsgSignature")]
        return read_xml(self._opened(*parts))

    def open_json(self, body: str) -> dict[str, Any]:
        """Open an AI bot's passive reply: encrypt, msgsignature, timestamp, nonce; raises NotOpened."""
        try:
            outer = json.loads(body)
            parts = [str(outer[name]) for name in ("timestamp", "nonce", "encrypt", "msgsignature")]
            read: dict[str, Any] = json.loads(self._opened(*parts))
        except (ValueError, KeyError, TypeError) as trouble:
            raise NotOpened(f"{type(trouble).__name__}: {trouble}") from trouble
        return read

    def _opened(self, timestamp: str, nonce: str, encrypted: str, signature: str) -> str:
        if not hmac.compare_digest(self.signature(timestamp, nonce, encrypted), signature):
            raise NotOpened("the signature does not fit")
        return self.decrypt(encrypted)


def xml_of(fields: Fields) -> str:
    """Write a message as XML: texts as CDATA, numbers bare, a list as its element repeated."""
    return f"<xml>{_elements(fields)}</xml>"


def _elements(fields: Fields) -> str:
    return "".join(
        f"<{name}>{_inside(each)}</{name}>"
        for name, value in fields.items()
        for each in (value if isinstance(value, list) else [value])
    )


def _inside(value: object) -> str:
    if isinstance(value, Mapping):
        return _elements(value)
    if isinstance(value, int | float):
        return str(value)
    return "<![CDATA[" + str(value).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def read_xml(body: str) -> dict[str, Any]:
    """Read a message's elements, nested ones as dictionaries; raises NotOpened."""
    try:
        root = ET.fromstring(body)  # noqa: S314 - what our own desk answered
    except ET.ParseError as trouble:
        raise NotOpened(f"not XML: {trouble}") from trouble
    return _children(root)


def _children(element: ET.Element) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for child in element:
        value: Any = _children(child) if len(child) else child.text or ""
        if child.tag in read:
            before = read[child.tag]
            read[child.tag] = [*(before if isinstance(before, list) else [before]), value]
        else:
            read[child.tag] = value
    return read
