"""What is secret is never shown: whoever reads a token can speak in the bureau's name, a password opens the rest."""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import parse_qsl, quote, quote_plus, unquote

HIDDEN: Final = "[token]"
HIDDEN_PASSWORD: Final = "[secret]"  # noqa: S105 - what stands in its place
# Longer than any number before a colon in a log, shorter than a real token: https://core.telegram.org/bots/api
TOKEN: Final = re.compile(r"\d{6,}(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
# In an address, between a name and an @: hidden even where nobody was told of it.
IN_ADDRESS: Final = re.compile(r"(?<=://)([^\s/?#:@\"']*):[^\s/@\"']+(?=@)")
# In an address, behind a ?: what vendors take for a key.
IN_QUERY: Final = re.compile(r"(?<=[?&])((?:access_token|corpsecret|secret|key|response_code)=)[^\s&#\"']+")
SHORTEST: Final = 4  # characters; a shorter one would be found in every second word, and is guessed sooner than read


class Redaction:
    """Puts a word in the place of each secret it knows, however it is written, and of what looks like one."""

    def __init__(self, token: str = "", addresses: Iterable[str] = (), secrets: Iterable[str] = ()) -> None:
        """Know a bot's token, the passwords in these addresses, and other secrets."""
        self._words = dict.fromkeys((token, token.partition(":")[2]), HIDDEN)
        found = [*secrets, *(secret for address in addresses for secret in _passwords(address))]
        self._words |= {form: HIDDEN_PASSWORD for secret in found for form in _forms(secret)}
        # The longest first: one that begins like another must not leave its end behind.
        known = sorted((word for word in self._words if len(word) >= SHORTEST), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def hide(self, text: str) -> str:
        """Return the text without a secret."""
        if self._known is not None:
            text = self._known.sub(lambda found: self._words[found[0]], text)
        text = IN_QUERY.sub(rf"\1{HIDDEN_PASSWORD}", text)
        return IN_ADDRESS.sub(rf"\1:{HIDDEN_PASSWORD}", TOKEN.sub(HIDDEN, text))


def _passwords(address: str) -> Iterator[str]:
    """Find what an address holds of passwords, also in the way it is sent to a proxy."""
    rest = address.partition("://")[2]
    user, _, password = rest.rpartition("@")[0].partition(":")
    if password:
        yield password
        yield b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
    for name, value in parse_qsl(rest.partition("?")[2]):
        if name.endswith("password"):
            yield value


def _forms(secret: str) -> set[str]:
    """Return every way in which a secret may be written: in an address, as Python shows text and bytes, and in JSON."""
    spoken = {secret, unquote(secret)}
    in_address = {write(each) for each in spoken for write in (quote, quote_plus, lambda text: quote(text, safe=""))}
    shown = {repr(each)[1:-1] for each in spoken} | {repr(each.encode())[2:-1] for each in spoken}
    plain = spoken | in_address | shown
    return plain | {json.dumps(each, ensure_ascii=strict)[1:-1] for each in plain for strict in (True, False)}
