"""A bot's token is never shown: whoever reads it can speak in the bureau's name."""

import re
from typing import Final

HIDDEN: Final = "[token]"
# Longer than any number before a colon in a log, shorter than a real token: https://core.telegram.org/bots/api
TOKEN: Final = re.compile(r"\d{6,}(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)


def without_tokens(text: str, known: str = "") -> str:
    """Replace the known token, its secret half alone, and whatever looks like a token, by a word that says so."""
    for secret in (known, known.partition(":")[2]):
        text = text.replace(secret, HIDDEN) if secret else text
    return TOKEN.sub(HIDDEN, text)
