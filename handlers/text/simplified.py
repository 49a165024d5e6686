"""Traditional characters as simplified ones, sign for sign, so that positions in the text stay."""

import re
from functools import cache
from typing import Final

_HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_FIRST, _AFTER_LAST = 0x3400, 0xA000


def simplified(text: str) -> str:
    """Return the text as it would be written on the mainland; what has no other form stays."""
    return text.translate(_table()) if _may_be_traditional(text) else text


def _may_be_traditional(text: str) -> bool:
    """Tell quickly: GB 2312 holds the simplified characters in use and hardly a traditional one."""
    try:
        "".join(_HAN.findall(text)).encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


@cache
def _table() -> dict[int, str]:
    """Ask OpenCC once for each character; it is loaded by the first text that needs it."""
    import opencc  # noqa: PLC0415 - most texts never need it

    convert = opencc.OpenCC("t2s").convert
    signs = map(chr, range(_FIRST, _AFTER_LAST))
    return {ord(sign): plain for sign in signs if (plain := convert(sign)) != sign and len(plain) == 1}
