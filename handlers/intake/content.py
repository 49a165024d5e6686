"""What a file is by its first bytes, whatever its name says.

The signs are those of the WHATWG's MIME Sniffing Standard and, for what runs, of the formats themselves.
"""

import codecs
import re
from typing import Final

HEAD: Final = 4096  # bytes that are looked at
_EXACT: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS\x00", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
)
_BRANDS: Final = (  # of the boxes that MP4 and its relatives begin with
    (b"hei", "image/heic"),
    (b"mif1", "image/heic"),
    (b"avif", "image/avif"),
    (b"M4A", "audio/mp4"),
    (b"qt  ", "video/quicktime"),
)
_ARCHIVES: Final = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"MSCF\x00\x00\x00\x00", "cab"),
)
_MACH_O: Final = (
    b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe",
)  # fmt: skip
_SCRIPT: Final = re.compile(rb"(\xef\xbb\xbf)?#! ?/")
_DOS_HEADER: Final = 64  # bytes; full of zeros, while a text that begins with MZ has none
_PAGE: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    r"<(?:!doctype\s+(?:html|svg)|html|head|body|script|iframe|svg|table|meta|style|title|div|h1|font|br|a|p)[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
_WIDE: Final = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def media_type_of(head: bytes) -> str:
    """Return a file's media type by its first bytes; empty where they do not tell."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return next((kind for brand, kind in _BRANDS if head[8:].startswith(brand)), "video/mp4")
    return next((kind for sign, kind in _EXACT if head.startswith(sign)), "")


def archive_type(head: bytes) -> str:
    """Return which container of other files this is (zip, ole, rar …); empty when it is none."""
    return next((kind for sign, kind in _ARCHIVES if head.startswith(sign)), "")


def runs(head: bytes) -> bool:
    """Say whether this is a program: of Windows, Linux, macOS or Java, or a script that names its interpreter."""
    if head.startswith(b"MZ"):
        return b"\x00" in head[:_DOS_HEADER]
    return head.startswith((b"\x7fELF", *_MACH_O)) or _SCRIPT.match(head) is not None


def is_page(head: bytes) -> bool:
    """Say whether a browser would take this for a page or an SVG, either of which may hold scripts."""
    encoding = next((name for mark, name in _WIDE if head.startswith(mark)), "")
    if encoding:
        return _PAGE.match(head[2:].decode(encoding, "replace")) is not None
    return _PAGE.match(head.removeprefix(codecs.BOM_UTF8).decode("latin-1")) is not None
