"""One-time codes and who is asked when: pure rules."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.calendar import load_calendar
from handlers.chats import codes
from handlers.chats.binding import may_be
from handlers.chats.first_start import next_asking
from handlers.chats.words import USE_ALIASES, USE_NAMES, use_named

CODES = st.text(codes.ALPHABET, min_size=codes.LENGTH, max_size=codes.LENGTH)


def test_codes_cannot_be_guessed_and_fit_a_deep_link() -> None:
    """At least 50 bits, no letter that looks like another, and nothing a link would have to escape."""
    assert len(codes.ALPHABET) ** codes.LENGTH >= 2**50
    assert len({codes.new_code() for _ in range(1000)}) == 1000
    assert set("0O1IL").isdisjoint(codes.ALPHABET)
    assert codes.ALPHABET.isascii()
    assert codes.ALPHABET.isalnum()


@given(CODES)
def test_a_code_is_the_same_in_small_letters(code: str) -> None:
    """Whoever types it by hand need not mind capitals; the hash does not show it."""
    assert codes.hash_of(code) == codes.hash_of(code.lower())
    assert codes.is_code(code.lower())
    assert code not in codes.hash_of(code)


@given(
    CODES,
    st.sampled_from(
        ["/start {}", "/start@desk_bot {}", "/bind {}", "绑定 {}", "绑定:{}", "@desk 绑定 {}", "START  {}"]
    ),
)
def test_a_code_is_heard_however_it_is_said(code: str, said: str) -> None:
    """By the platform's own button, by hand, in Chinese, with or without naming the desk."""
    assert codes.said(said.format(code)) == code


@pytest.mark.parametrize("text", ["", "/start", "绑定", "开始 ABC", "请绑定 ABC", "/start a b", "/starting ABC"])
def test_other_words_say_no_code(text: str) -> None:
    """Only the two verbs say a code, and only one word is one."""
    assert codes.said(text) == ""


@pytest.mark.parametrize(
    ("text", "is_start"), [("/start", True), ("Start", True), ("/start X", True), ("绑定 X", False)]
)
def test_start_is_what_the_button_says(text: str, is_start: bool) -> None:  # noqa: FBT001 - a column
    """Start is what a platform's own button says, with or without a code."""
    assert codes.is_start(text) is is_start


@pytest.mark.parametrize("word", ["staff", "joint_meeting", "release_channel", "工作群", "联席会议群", "发布频道"])
def test_words_for_a_use_are_no_codes(word: str) -> None:
    """`/bind staff` asks for a code and says none."""
    assert use_named(word)
    assert not codes.is_code(word)


def test_every_use_can_be_named() -> None:
    """Each of the three has its words."""
    assert set(USE_ALIASES.values()) == set(USE_NAMES)


@pytest.mark.parametrize("use", USE_NAMES)
def test_what_the_public_reads_is_for_releases_alone(use: str) -> None:
    """A channel is a release channel or nothing; a group may be any of the three."""
    assert may_be(use, public=False)
    assert may_be(use, public=True) is (use == "release_channel")


@pytest.mark.parametrize(
    ("now", "asked"),
    [
        ("2026-11-24T01:05:00", "2026-11-25T00:35:00"),  # Tuesday: the next morning
        ("2026-11-24T20:00:00", "2026-11-26T00:35:00"),  # already Wednesday where the bureau is
        ("2026-11-27T09:00:00", "2026-11-30T00:35:00"),  # Friday: Monday
        ("2026-09-30T09:00:00", "2026-10-08T00:35:00"),  # before the National Day holiday
    ],
)
def test_who_is_missing_is_asked_on_the_next_working_morning(now: str, asked: str) -> None:
    """08:35 where the bureau is, never on a day off."""
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert next_asking(moment, load_calendar()) == datetime.fromisoformat(asked).replace(tzinfo=UTC)
