"""One-time codes: hard to guess, easy to read out, kept only as a hash."""

import hashlib
import re
import secrets
from datetime import timedelta
from typing import Final

from handlers.text.canonical import command_text

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks like something else: no 0 O, 1 I L
LENGTH: Final = 12  # 31 letters: 59 bits; letters a deep link may carry, https://core.telegram.org/bots/features
CODE_LIVES: Final = timedelta(hours=24)  # an invitation of a person
GROUP_CODE_LIVES: Final = timedelta(minutes=30)
SAID: Final = re.compile(
    r"^(?:@\S+\s+)?(?P<verb>/?start|/?bind|绑定|綁定)(?:@\S+)?(?:[\s:]+(?P<code>\S+))?$", re.IGNORECASE
)
SHAPE: Final = re.compile(rf"^[{ALPHABET}]{{{LENGTH}}}$")


def new_code() -> str:
    """Return a code that was never given before."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def hash_of(code: str) -> str:
    """Return the SHA-256 in hex under which a code is kept; small letters are as good as capitals."""
    return hashlib.sha256(code.upper().encode()).hexdigest()


def said(text: str) -> str:
    """Return the code somebody says: "/start CODE", "/bind CODE", "绑定 CODE"; empty when they say none."""
    found = SAID.match(command_text(text))
    return (found["code"] or "") if found else ""


def is_code(word: str) -> bool:
    """Say whether a word can be one of our codes, used up or not."""
    return SHAPE.match(word.upper()) is not None


def is_start(text: str) -> bool:
    """Say whether somebody says "/start", which a platform's own start button says for them."""
    found = SAID.match(command_text(text))
    return found is not None and found["verb"].lower() in ("/start", "start")
