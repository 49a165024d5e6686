"""Words on their way to Telegram: nothing is markup that was not meant so, nothing is lost where a text is divided."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.telegram.letters import Letter, letters
from bot.chat.telegram.words import MOST, beginning, escaped, marked_up, split, trimmed, units
from handlers.conversation import Content

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1e8\U0001f1f3"
THUMB = "\U0001f44d\U0001f3fd"
ACCENTED = "e\u0301"
URL = "https://a.cn/x?y=1.2"
PIECES = [*"ab。！. \n\u3000\t中@", "\n\n", FAMILY, FLAG, THUMB, ACCENTED, URL, "@李敏", "\ufe0f", "\u200d"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=100).map("".join)


@given(TEXTS, st.integers(8, 60))
def test_parts_are_the_text(text: str, most: int) -> None:
    """Divided and joined again, a text is the same, character by character."""
    assert "".join(split(text, most)) == text


@given(TEXTS, st.integers(8, 60))
def test_no_part_is_too_long_or_blank(text: str, most: int) -> None:
    """Every part fits and shows something, unless the whole text shows nothing."""
    parts = split(text, most)
    assert all(units(part.strip()) <= most for part in parts)
    assert all(part.strip() for part in parts) or not text.strip()


@given(st.lists(st.sampled_from([FAMILY, FLAG, THUMB, ACCENTED, "中"]), max_size=60), st.integers(24, 60))
def test_no_sign_is_torn(signs: list[str], most: int) -> None:
    """A flag, a family, a coloured thumb and an accented letter are in one part or in the next, never in both."""
    for part in split("".join(signs), most):
        rest = part
        for sign in (FAMILY, FLAG, THUMB, ACCENTED, "中"):
            rest = rest.replace(sign, "")
        assert not rest


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("第一段。\n第二行。\n\n第三段很长很长", "第一段。\n第二行。\n\n"),
        ("第一行没有句号\n第二行也没有句号第二行", "第一行没有句号\n"),
        ("第一句话到此为止。第二句话还没有说完呢", "第一句话到此为止。"),
        ("他说“停水三天了。”大家都在等消息呢消息", "他说“停水三天了。”"),
        ("one two three four five", "one two three "),
        ("It is 3.5 km. And then on", "It is 3.5 km. "),
        (f"请看通告{URL}谢谢谢谢", "请看通告"),
        ("没有一个可以分开的地方也没有标点", "没有一个可以分开的地方也没有标"),
    ],
)
def test_a_text_is_divided_where_it_pauses(text: str, first: str) -> None:
    """After a paragraph, else a line, else a sentence, else a word; never inside an address or a number."""
    assert split(text, 16 if text.isascii() else len(first) + 4 if URL in text else 15)[0] == first


def test_a_long_address_is_torn_only_when_no_part_could_hold_it() -> None:
    """An address longer than a part is divided like any other word."""
    address = "https://a.cn/" + "x" * 100
    assert split(address, 50) == [address[:50], address[50:100], address[100:]]


def test_a_name_is_kept_whole() -> None:
    """A name with a blank in it stays in one part, so that it can call its owner."""
    assert split("请尽快处理 @Li Min 谢谢", 12, ("@Li Min",))[0] == "请尽快处理 "


def test_an_indent_stays_with_its_line() -> None:
    """The wide blanks that indent a paragraph begin the next part."""
    parts = split("一二三四五六。\n\u3000\u3000七八九十", 12)
    assert [trimmed(part) for part in parts] == ["一二三四五六。", "\u3000\u3000七八九十"]


@given(st.text(alphabet="<>&\"'ab;#", max_size=30))
def test_no_text_is_markup(text: str) -> None:
    """Whatever stands in a text, no tag and no entity of its own comes of it."""
    made = escaped(text)
    assert "<" not in made
    assert ">" not in made
    assert made.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


def test_the_first_of_several_lines_is_bold() -> None:
    """A heading is bold; a single line is no heading."""
    assert marked_up("12号<急>\n停水", bold=True) == "<b>12号&lt;急&gt;</b>\n停水"
    assert marked_up("12号<急>", bold=True) == "12号&lt;急&gt;"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@李<敏> 请看\n@李<敏>", '<b><a href="tg://user?id=42">@李&lt;敏&gt;</a> 请看</b>\n@李&lt;敏&gt;'),
        ("请看\n@李<敏>", '<b>请看</b>\n<a href="tg://user?id=42">@李&lt;敏&gt;</a>'),
        ("请看\n李敏", "<b>请看</b>\n李敏"),
    ],
)
def test_the_first_mention_calls(text: str, expected: str) -> None:
    """The first "@name" becomes a link to its account, wherever it stands; later ones do not."""
    assert marked_up(text, ("李<敏>", "42"), bold=True) == expected


def test_an_account_that_is_no_number_calls_nobody() -> None:
    """An account of another kind cannot break out of the link."""
    assert marked_up("@李敏", ("李敏", '1"><b>')) == "@李敏"


def test_a_beginning_says_that_there_is_more() -> None:
    """A text that fits is whole; a longer one ends in three dots at the end of a sentence."""
    assert beginning("好。" * 10, 20) == "好。" * 10
    assert beginning("好。" * 11, 20) == "好。" * 9 + "…"


def only(content: Content) -> Letter:
    """Give the one letter of a content."""
    (letter,) = letters(content, b"key")
    return letter


def test_the_first_part_answers_and_the_last_has_the_buttons() -> None:
    """Of a divided message, the first part is the reply and the last bears the buttons."""
    content = Content("长" * MOST + "短", (({"label": "属实", "press": "x"},),), reply_to="7 8", topic="9", silent=True)
    first, last = letters(content, b"key")
    assert (first.reply_to, first.buttons, last.reply_to) == (7, None, None)
    assert last.buttons is not None
    assert (last.text, last.buttons.inline_keyboard[0][0].text) == ("短", "属实")
    assert (first.topic, last.topic, first.silent, last.silent) == (9, 9, True, True)


def test_signed_words_bear_no_markup() -> None:
    """Signed words are neither bold nor do they call anybody, and a page they name may be shown."""
    letter = only(Content("标题\n@李敏 <b>", names=("李敏", "42"), exact=True))
    assert (letter.text, letter.html, letter.preview) == ("标题\n@李敏 <b>", "", True)


def test_a_long_row_is_wrapped_and_every_button_keeps_its_number() -> None:
    """Telegram takes eight in a row: the ninth stands below, still the ninth of its row; empty rows are left out."""
    row = tuple({"label": str(number), "press": "x"} for number in range(9))
    keyboard = only(Content("选", ((), row), serial=5)).buttons
    assert keyboard is not None
    assert [[button.text for button in shown] for shown in keyboard.inline_keyboard] == [list("01234567"), ["8"]]
    assert str(keyboard.inline_keyboard[1][0].callback_data).startswith("5.1.8.")
