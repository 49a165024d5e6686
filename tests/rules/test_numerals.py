"""Numbers as Chinese texts write them."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.reading.numerals import find_numbers, read_number

DIGITS = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """Write 1 to 9999 the way it is said."""
    words, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            words += ("零" if gap and words else "") + DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return words


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("7", 7),
        ("三", 3),
        ("两", 2),
        ("十", 10),
        ("十三", 13),
        ("二十", 20),
        ("廿", 20),
        ("廿五", 25),
        ("卅", 30),
        ("一百零五", 105),
        ("一百二", 120),
        ("两万五", 25_000),
        ("一千零一十", 1010),
        ("壹佰贰拾叁", 123),
        ("二〇二六", 2026),
        ("1,234", 1234),
        ("1亿2000万", 120_000_000),
        ("3.5亿", 350_000_000),
        ("2万5千", 25_000),
        ("三万亿", 3_000_000_000_000),
        ("１２", 12),
        ("５０００万", 50_000_000),
    ],
)
def test_exact_numbers(words: str, number: int) -> None:
    """A number that is said exactly is read exactly, in Chinese, Arabic and full-width digits."""
    read = read_number(words)

    assert read is not None
    assert read.value == Decimal(number)
    assert not read.approximate


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("5000余万", 50_000_000, None),
        ("三十多", 30, None),
        ("百余", 100, None),
        ("逾百", 100, None),
        ("至少12", 12, None),
        ("上百", 100, None),
        ("近百", 100, 100),
        ("约30", 30, 30),
        ("十几", 11, 19),
        ("数十", 20, 90),
        ("几百万", 2_000_000, 9_000_000),
        ("三四十", 30, 40),
        ("七八", 7, 8),
        ("十二三", 12, 13),
        ("3至5", 3, 5),
        ("3-5", 3, 5),
        ("3至5万", 30_000, 50_000),
    ],
)
def test_approximate_numbers(words: str, low: int, high: int | None) -> None:
    """A number that is said vaguely has no value but keeps what it says at least and at most."""
    read = read_number(words)

    assert read is not None
    assert read.approximate
    assert read.value is None
    assert (int(read.low), None if read.high is None else int(read.high)) == (low, high)


@pytest.mark.parametrize("words", ["", "多", "上", "人", "三人", "数", "5至3"])
def test_no_number(words: str) -> None:
    """Words that are no number as a whole are not read as one."""
    assert read_number(words) is None


def test_numbers_are_found_with_their_exact_words() -> None:
    """Every number of a text is found where it stands, in the text's own signs; 人数 does not swallow it."""
    text = "早上三人受困，人数１２人，损失5000余万元"

    found = find_numbers(text)

    assert [(number.words, int(number.low)) for number in found] == [("三", 3), ("１２", 12), ("5000余万", 50_000_000)]
    assert all(text[number.start : number.end] == number.words for number in found)


@given(st.integers(1, 9999))
def test_every_spoken_number_is_read(number: int) -> None:
    """Every number from 1 to 9999 is read as it is said, and so is as many 万."""
    read, myriads = read_number(spoken(number)), read_number(spoken(number) + "万")

    assert read is not None
    assert read.value == number
    assert myriads is not None
    assert myriads.value == number * 10_000


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_every_arabic_number_is_read(number: Decimal) -> None:
    """Every Arabic number is read, with or without thousands separators."""
    plain, grouped = read_number(f"{number}"), read_number(f"{number:,}")

    assert plain is not None
    assert plain.value == number
    assert grouped == plain or (grouped is not None and grouped.value == number)


@given(st.text(alphabet="0123456789.,一二三十百千万亿余多几数上近约至到-、 ", max_size=400))
def test_no_text_is_too_hard(text: str) -> None:
    """No heap of digits breaks the reader, and what it finds never overlaps."""
    found = find_numbers(text)

    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
