"""Runs of signs are found by numbers just as they would be by their texts."""

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.learning.runs import Runs

TEXT = st.text("水火 a\n", max_size=9) | st.text(max_size=9) | st.text(st.characters(codec=None), max_size=5)
RUN = st.text("水火 a", min_size=1, max_size=3) | st.text(max_size=3)


@settings(deadline=None)  # the first example loads numpy
@given(st.lists(TEXT, min_size=1, max_size=2), TEXT, st.sets(RUN), st.sets(RUN))
def test_runs_are_found_in_order(texts: list[str], heading: str, known: set[str], of_headings: set[str]) -> None:
    """The places of all known runs, by text and length, once for each time; a heading has its own."""
    places = {run: place for place, run in enumerate(sorted(known))}
    own = {run: place for place, run in enumerate(sorted(of_headings), len(known))}
    found = Runs.of(places, own).within(texts, (2, 3), heading, (1, 2, 3))
    everywhere = [run for text in texts for length in (2, 3) for run in _runs(text, length)]
    in_heading = [run for length in (1, 2, 3) for run in _runs(heading, length)]
    assert found == (
        [places[run] for run in everywhere if run in places],
        [own[run] for run in in_heading if run in own],
    )


def test_a_longer_piece_is_no_run() -> None:
    """What a file holds beyond runs of three signs is passed over."""
    assert Runs.of({"停水三天": 0, "停水": 1}, {}).within(["停水三天"], (2, 3), "", (1,)) == ([1], [])


def _runs(text: str, length: int) -> list[str]:
    return [text[start : start + length] for start in range(len(text) - length + 1)]
