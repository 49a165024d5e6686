"""Traditional characters read as simplified ones, sign by sign, so that places in the text stay."""

import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opencc import OpenCC

# Frequent signs of official and everyday writing that simplified text does not have: a text without any is left alone.
_TRADITIONAL: Final = re.compile(
    "[們個這來對時會國過說為爲還後開關問題見現點實當樣發經將應無與請謝復覆處門業電話號調查區縣網帳設場車體長員報轉責規劃"
    "維護產權費據條給讓從許貴貿響億萬兩幾於讀寫錯難雖種類寧願]"
)


def simplified(text: str) -> str:
    """Return the text in simplified characters, as many as before."""
    if not _TRADITIONAL.search(text):
        return text
    converter = _converter()
    whole: str = converter.convert(text)
    return whole if len(whole) == len(text) else "".join(converter.convert(sign)[:1] or sign for sign in text)


@cache
def _converter() -> "OpenCC":
    from opencc import OpenCC  # noqa: PLC0415 - most texts never need it

    return OpenCC("t2s")
