"""How a picture looks, as a number that stays nearly the same when it is sent on: made smaller, or saved anew.

Read beside the transaction, and within bounds: what claims too many pixels, is of no common format, broken, or a blank
sheet has no look.
"""

import importlib
import warnings
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
MOST_PIXELS: Final = 40_000_000  # a phone's camera makes half of that; a small file can claim far more
SIDE: Final = 16  # of the grid of signs that are compared: is a spot lighter than the one before it
ALIKE: Final = 20  # of the 256 signs that may differ
ALIKE_OF_ALL: Final = 0.25  # of those that say lighter: pages of text have few, and much the same ones
_DRAFT: Final = 256  # pixels: a JPEG is unpacked no larger than it need be
_STEP: Final = 6  # shades that count as one: saving anew changes less
_LEAST_SIGNS: Final = 24  # a picture with fewer edges is a blank sheet
_BANDS, _BAND_LENGTH = 8, 8  # hexadecimal digits of a band


def look_of(content: BinaryIO) -> str:
    """Return the look of a picture in 64 hexadecimal digits; empty where it has none."""
    pictures = importlib.import_module("PIL.Image")  # 14 MB of memory: only a desk that gets pictures pays for it
    try:
        with warnings.catch_warnings(), pictures.open(content, formats=FORMATS) as picture:
            warnings.simplefilter("error")
            if picture.width * picture.height > MOST_PIXELS:
                return ""
            look = _signs(_spots(picture).tobytes())
    except (OSError, ValueError, SyntaxError, OverflowError, MemoryError, Warning, pictures.DecompressionBombError):
        return ""  # what a decoder says of a broken file depends on where it is broken
    return look if int(look, 16).bit_count() >= _LEAST_SIGNS else ""


def _spots(picture: "Image") -> "Image":
    """Return a picture as the few spots that are compared, in few shades."""
    picture.draft("L", (_DRAFT, _DRAFT))
    resampling = importlib.import_module("PIL.Image").Resampling
    spots = picture.convert("L").resize((SIDE + 1, SIDE), resampling.BOX)
    return spots.point([shade // _STEP * _STEP for shade in range(256)])


def _signs(spots: bytes) -> str:
    """Say of each spot whether the next one in its row is lighter (a difference hash), in hexadecimal digits.

    By hand: a library for this brings numpy and scipy, which hold up the whole desk for a second when they are loaded.
    """
    rows = (spots[start : start + SIDE + 1] for start in range(0, len(spots), SIDE + 1))
    signs = "".join("1" if after > before else "0" for row in rows for before, after in pairwise(row))
    return f"{int(signs, 2):0{SIDE * SIDE // 4}x}"


def alike(one: str, other: str) -> bool:
    """Say whether two looks are of the same picture."""
    if not (one and other):
        return False
    first, second = int(one, 16), int(other, 16)
    differ = (first ^ second).bit_count()
    return differ <= ALIKE and differ <= ALIKE_OF_ALL * (first | second).bit_count()


def look_bands(look: str) -> tuple[str, ...]:
    """Split a look into names to index; looks that differ in up to seven signs share one, but for blank stripes."""
    stripes = (look[n * _BAND_LENGTH : (n + 1) * _BAND_LENGTH] for n in range(_BANDS))
    return tuple(f"%{n}:{stripe}" for n, stripe in enumerate(stripes) if int(stripe or "0", 16).bit_count() > 1)
