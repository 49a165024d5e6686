"""What of a post fits on one line."""

from handlers.text.excerpt import EXCERPT, newer

LONG = "阳光花园小区停水" * 12


def test_a_short_edit_is_shown_whole() -> None:
    """What fits on the line is shown from its beginning."""
    assert newer("停水三天", "停水三天,一人受伤") == "停水三天,一人受伤"


def test_of_a_long_edit_what_is_new_is_shown() -> None:
    """What was added at the end of a long post is on the card, with a little of what stood before it."""
    shown = newer(LONG, LONG + "。更新:3人死亡")
    assert shown.startswith("…")
    assert shown.endswith("园小区停水。更新:3人死亡")
    assert len(newer(LONG, "改了" + LONG)) == EXCERPT + 1
