"""Patterns of the lexicon are taken apart to be sought quickly, and find the same."""

import re

import pytest

from config.lexicon.alternatives import alternatives


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("起火|爆炸", ("起火", "爆炸")),
        ("(?:起火|爆炸)了", ("(?:起火|爆炸)了",)),
        ("[|(]火|爆", ("[|(]火", "爆")),
        (r"\|火\(|爆", (r"\|火\(", "爆")),
        ("[]|]火|爆", ("[]|]火", "爆")),
        ("(?i)fire|blast", ("(?i)fire|blast",)),
        (r"(火|水)\1|爆", (r"(火|水)\1|爆",)),
        ("火|", ("火|",)),
        ("(?<!不是)(?:谣言|造谣)|(?=火)火灾", ("(?<!不是)(?:谣言|造谣)", "(?=火)火灾")),
    ],
)
def test_a_pattern_is_taken_apart_at_its_outermost_bars(pattern: str, parts: tuple[str, ...]) -> None:
    """Bars in brackets, in sets and escaped stay; what holds for the whole pattern keeps it whole."""
    assert alternatives(pattern) == parts
    assert [re.compile(part) for part in parts]
