"""One form for texts, typed commands and addresses, so that equal things compare equal.

The original is always kept word for word elsewhere; nothing here is ever shown in its place.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from typing import Final

# U+FF01–U+FF5E are the full-width twins of printable ASCII; the ideographic space is the twin of the space.
_HALF_WIDTH: Final = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"\u3000": " "}
_FULL_WIDTH: Final = re.compile("[\uff01-\uff5e\u3000]")
_INVISIBLE: Final = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_FACE: Final = re.compile(r"\[[\u4e00-\u9fff]{1,4}\]")  # Weibo writes its emoji as [抓狂]


def visible(text: str) -> str:
    """Drop control, zero-width and bidirectional characters; line breaks and tabs stay."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def half_width(text: str) -> str:
    """Turn full-width ASCII into plain ASCII, character for character, so that positions in the text stay."""
    return exchanged(text, _FULL_WIDTH, _HALF_WIDTH)


def exchanged(text: str, signs: re.Pattern[str], twins: Mapping[str, str]) -> str:
    """Put its twin for each of some signs; no twin may be one of them.

    str.translate looks up every sign of a text and takes Chinese ones five times as long.
    """
    for sign in set(signs.findall(text)):
        text = text.replace(sign, twins[sign])
    return text


def canonical_text(text: str) -> str:
    """Return the text as it is compared: NFKC, nothing invisible, single spaces."""
    return " ".join(visible(unicodedata.normalize("NFKC", visible(text))).split())


def text_key(text: str) -> str:
    """Return a SHA-256 in hex that near-identical copies share: letters and digits only, case ignored.

    A text of nothing but signs is hashed as it stands, so that two different ones stay different.
    """
    plain = canonical_text(text)
    words = "".join(filter(str.isalnum, _FACE.sub("", plain).casefold()))
    return hashlib.sha256((words or plain).encode("utf-8", "surrogatepass")).hexdigest()


def command_text(text: str) -> str:
    """Return a typed command as the parser reads it: NFKC (／ is /, ＃ is #), nothing invisible, no outer space."""
    return visible(unicodedata.normalize("NFKC", visible(text))).strip()
