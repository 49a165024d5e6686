"""What a Telegram button carries: the row it was sent with and its place there, signed. 64 bytes hold no more."""

import base64
import hashlib
import hmac
import re

MOST_BYTES = 64  # https://core.telegram.org/bots/api#inlinekeyboardbutton
SIGNED_BYTES = 8
FORGED = "forged"
_PAYLOAD = re.compile(r"([0-9]{1,19})\.([0-9]{1,4})\.([0-9]{1,4})\.[A-Za-z0-9_-]{11}")


def button_key(token: str) -> bytes:
    """Return the key that signs the buttons of the bot with this token; the token cannot be found from it."""
    return hmac.digest(token.encode(), b"huiying buttons", hashlib.sha256)


def sealed(key: bytes, serial: int, row: int, column: int) -> str:
    """Return what a button carries: serial.row.column.signature; ValueError when it is longer than a button holds."""
    place = f"{serial}.{row}.{column}"
    payload = f"{place}.{_signature(key, place)}"
    if len(payload) > MOST_BYTES:
        raise ValueError(f"a button holds {MOST_BYTES} bytes, not {payload!r}")
    return payload


def opened(key: bytes, payload: str) -> str:
    """Return serial.row.column of a tapped button, or "forged" for what this bot never signed."""
    found = _PAYLOAD.fullmatch(payload)
    if found is None:
        return FORGED
    serial, row, column = map(int, found.groups())
    genuine = hmac.compare_digest(sealed(key, serial, row, column).encode(), payload.encode())
    return f"{serial}.{row}.{column}" if genuine else FORGED


def _signature(key: bytes, place: str) -> str:
    signed = hmac.digest(key, place.encode(), hashlib.sha256)[:SIGNED_BYTES]
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")
