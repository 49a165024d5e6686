"""The beginning of a post, fit for one line of a card or a list; of an edited one, what is new."""

from handlers.text.canonical import visible
from handlers.text.mask import mask_personal

EXCERPT = 80
LEAD = 8  # characters shown before what is new


def excerpt(text: str, length: int = EXCERPT) -> str:
    """Return the beginning of a post: personal data masked, on one line, nothing invisible in it."""
    return _cut(_on_one_line(text), length)


def newer(before: str, after: str, length: int = EXCERPT) -> str:
    """Return an edited post as its beginning is shown, from shortly before the change where all does not fit."""
    old, new = _on_one_line(before), _on_one_line(after)
    shorter = min(len(old), len(new))
    start = next((at for at in range(shorter) if old[at] != new[at]), shorter) - LEAD
    if len(new) <= length or start <= 0:
        return _cut(new, length)
    return f"…{_cut(new[start:], length)}"


def _on_one_line(text: str) -> str:
    return " ".join(visible(mask_personal(text)).split())


def _cut(shown: str, length: int) -> str:
    return shown if len(shown) <= length else f"{shown[:length]}…"
