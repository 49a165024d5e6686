"""The beginning of a post, fit for one line of a card or a list."""

from handlers.text.canonical import visible
from handlers.text.mask import mask_personal

EXCERPT = 80


def excerpt(text: str, length: int = EXCERPT) -> str:
    """Return the beginning of a post: personal data masked, on one line, nothing invisible in it."""
    shown = " ".join(visible(mask_personal(text)).split())
    return shown if len(shown) <= length else f"{shown[:length]}…"
