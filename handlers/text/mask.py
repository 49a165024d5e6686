"""Hide personal numbers: mobile phones, identity cards, bank cards and the name part of e-mail addresses (R20).

Landlines stay: they are the bureau's own and meant to be called.
"""

import re
from collections.abc import Callable, MutableMapping
from datetime import date
from typing import Any, Final

from handlers.text.canonical import half_width

_STARS: Final = "****"
_DIGIT: Final = re.compile(r"\d")
_FEWEST_DIGITS: Final = 11  # of a mobile number; cards have more
_AT: Final = re.compile("[@＠]")
_GAP: Final = r"[ \t\u00a0\u3000\-–—－]?"
_MOBILE: Final = re.compile(
    rf"(?<!\d)(?P<country>(?:[+＋]|[0０]{{2}})?[8８][6６]{_GAP})?"
    rf"(?P<number>[1１]{_GAP}[3-9３-９]{_GAP}\d(?:[.·]\d{{4}}[.·]\d{{4}}|(?:{_GAP}\d){{8}}))(?!\d)"
)
_IDENTITY: Final = re.compile(r"(?<!\d)(?:\d{17}[\dXxＸｘ]|\d{15})(?![\dXxＸｘ])")
_ALONE: Final = r"(?<![\dA-Za-z_\-])(?!(?<=\*{4})\d\d(?!\d))"  # the two digits after the stars are masked already
_NO_MORE: Final = r"(?![\dA-Za-z_]|-\d)"
_CARD: Final = re.compile(rf"{_ALONE}\d(?:[ \-]?\d){{12,18}}{_NO_MORE}")
_CARD_OF_A_BRAND: Final = re.compile(  # UnionPay, Visa, Mastercard, in one piece or in fours
    rf"{_ALONE}(?:[6６][2２]|[4４5５]\d)"
    rf"(?:\d{{14,17}}|\d\d(?P<gap>[ \-])\d{{4}}(?P=gap)\d{{4}}(?P=gap)\d{{4}}(?:(?P=gap)\d{{1,3}})?){_NO_MORE}"
)
_SAID_TO_BE_ONE: Final = re.compile(r"(?:卡号|[账帐]号|银行卡).{0,6}$", re.DOTALL)
_SAID_BEFORE: Final = 8
_URL: Final = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_EMAIL: Final = re.compile(
    r"(?<![A-Za-z0-9._%+\-])(?P<name>[A-Za-z0-9._%+\-]{1,64})(?=[@＠][A-Za-z0-9\-]{1,63}\.[A-Za-z0-9])"
)
_CHECK_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_CHECK_SIGNS: Final = "10X98765432"
_OLDEST_YEAR, _YOUNGEST_YEAR = 1900, 2099
_DOUBLE_DIGIT: Final = 9


def mask_personal(text: str) -> str:
    """Return the text with personal numbers as 138****23; never longer, and masking twice changes nothing more."""
    if len(_DIGIT.findall(text)) >= _FEWEST_DIGITS:  # most texts hold none of these numbers
        text = _MOBILE.sub(lambda found: (found["country"] or "") + _ends(found["number"]), text)
        text = _IDENTITY.sub(_identity, text)
        text = _outside_urls(text, _cards)
    return _EMAIL.sub(lambda found: _name(found["name"]), text) if _AT.search(text) else text


def mask_log(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask every text in a log event, at any depth; a structlog step that stands after exception formatting."""
    for key in event:
        if key != "exc_info":
            event[key] = _mask_inside(event[key])
    return event


def _mask_inside(value: object) -> object:
    if isinstance(value, str):
        return mask_personal(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return _mask_number(value)
    if isinstance(value, dict):
        return {_mask_inside(key): _mask_inside(each) for key, each in value.items()}
    if isinstance(value, (list, set, frozenset)):
        return [_mask_inside(each) for each in value]
    if isinstance(value, tuple):
        return tuple(_mask_inside(each) for each in value)
    return _mask_text_of(value)


def _mask_text_of(value: object) -> object:
    """Mask what a log line would print for an object; leave the object alone if there is nothing to hide."""
    if value is None or isinstance(value, (bool, float)):
        return value
    shown = str(value)
    masked = mask_personal(shown)
    return value if masked == shown else masked


def _mask_number(value: int) -> object:
    """Mask a bare number; card checks are left out, since a moment in milliseconds often passes them."""
    shown = str(value)
    masked = _IDENTITY.sub(_identity, _MOBILE.sub(lambda found: _ends(found["number"]), shown))
    return value if masked == shown else masked


def _outside_urls(text: str, change: Callable[[str], str]) -> str:
    """Change what stands outside addresses: a number in a link is no bank card, and the link must keep working."""
    parts, end = [], 0
    for url in _URL.finditer(text):
        parts += [change(text[end : url.start()]), url.group()]
        end = url.end()
    return "".join([*parts, change(text[end:])])


def _ends(number: str) -> str:
    signs = [sign for sign in number if sign.isalnum()]
    return "".join([*signs[:3], _STARS, *signs[-2:]])


def _identity(found: re.Match[str]) -> str:
    signs = "".join(str(int(sign)) if sign.isdigit() else half_width(sign).upper() for sign in found.group())
    born = signs[6:14] if len(signs) == len(_CHECK_WEIGHTS) + 1 else "19" + signs[6:12]
    return _ends(found.group()) if _is_date(born) or _is_checked(signs) else found.group()


def _is_date(digits: str) -> bool:
    if not digits.isdigit() or not _OLDEST_YEAR <= int(digits[:4]) <= _YOUNGEST_YEAR:
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def _is_checked(signs: str) -> bool:
    if len(signs) != len(_CHECK_WEIGHTS) + 1:
        return False
    total = sum(int(sign) * weight for sign, weight in zip(signs, _CHECK_WEIGHTS, strict=False))
    return signs[-1] == _CHECK_SIGNS[total % 11]


def _cards(text: str) -> str:
    """Mask card numbers; one with a digit mistyped is somebody's all the same: its brand or the words before tell."""
    return _CARD.sub(_card, _CARD_OF_A_BRAND.sub(lambda found: _ends(found.group()), text))


def _card(found: re.Match[str]) -> str:
    before = found.string[max(0, found.start() - _SAID_BEFORE) : found.start()]
    is_one = _passes_luhn(found.group()) or _SAID_TO_BE_ONE.search(before)
    return _ends(found.group()) if is_one else found.group()


def _passes_luhn(number: str) -> bool:
    digits = [int(sign) for sign in reversed(number) if sign.isdigit()]
    doubled = [digit * 2 if place % 2 else digit for place, digit in enumerate(digits)]
    return sum(each - _DOUBLE_DIGIT if each > _DOUBLE_DIGIT else each for each in doubled) % 10 == 0 and any(digits)


def _name(name: str) -> str:
    return name[0] + "***"[: len(name) - 1] if len(name) > 1 else "*"
