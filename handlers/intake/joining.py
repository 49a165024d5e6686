"""Which case a post belongs to: the same post joins its case, silently; everything else opens a slip."""

from collections.abc import Callable, Iterable

from handlers.post_keys import LONGEST_REMARK, PostKeys
from handlers.sameness import offering
from handlers.sameness.elsewhere import are_of_other_places
from handlers.text import canonical, similarity
from storage import case as cases
from storage import correction as corrections
from storage import report as reports
from storage import together
from storage.card_place import CardPlace
from storage.database import Session
from storage.report import Report


def expect(session: Session, posts: Iterable[PostKeys]) -> None:
    """Find out at once what these posts share with earlier ones, and hold the cases that they are going to join."""
    known = list(posts)
    about = {
        *reports.expect(session, "origin_key", {keys.origin_key for keys in known if keys.origin_key}),
        *reports.expect(session, "url_key", {keys.url_key for keys in known if keys.url_key}),
        *reports.expect(session, "text_key", {keys.text_key for keys in known if keys.text_key}),
    }
    reports.expect_bands(session, {band for keys in known for band in keys.sought})
    offering.expect(session, known)
    if about:
        held = cases.hold(session, about)
        together.look(session, held, CardPlace)
        corrections.look_together(session, held)


def is_longer_than_a_remark(text: str) -> bool:
    """Say whether a text is too long to be a remark: it is a post, whoever pasted it."""
    return len(canonical.canonical_text(text)) > LONGEST_REMARK


def twin(session: Session, keys: PostKeys, near_identical: float) -> tuple[Report, str] | None:
    """Find the first report of the same post and say what they share."""
    looks: tuple[tuple[str, Callable[[], Report | None]], ...] = (
        ("same_origin", lambda: _with(session, "origin_key", keys.origin_key)),
        ("same_url", lambda: _with(session, "url_key", keys.url_key)),
        ("same_text", lambda: _with(session, "text_key", keys.text_key)),
        ("near_text", lambda: _near(session, keys, near_identical)),
    )
    for shared, look in looks:
        found = look()
        if found is not None:
            return found, shared
    return None


def _with(session: Session, column: str, key: str | None) -> Report | None:
    return reports.earliest_with(session, column, key) if key else None


def _near(session: Session, keys: PostKeys, threshold: float) -> Report | None:
    for report_id, text in reports.near(session, keys.sought) if keys.bands else ():
        if similarity.near_identical(keys.text, text, threshold) and not are_of_other_places(keys.text, text):
            return reports.load(session, report_id)
    return None
