"""A message as WeCom takes it: parts by bytes, nothing cut, and a number to type for each button."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.wecom.letters import Enclosed, Message, bytes_of, letters, split, typed
from config.language import Voice
from handlers.conversation import Content
from tests.platforms.wecom.bench import asks

ZH = Voice("zh")


def said(content: Content, stamp: str = "s") -> list[Message]:
    return [part for part in letters(content, ZH, stamp) if not isinstance(part, Enclosed)]


def texts(content: Content) -> list[str]:
    return [part["text"]["content"] for part in said(content) if part["msgtype"] == "text"]


def test_a_message_without_buttons_is_a_text() -> None:
    """As it is, to the letter."""
    assert letters(Content("停水了 😀"), ZH, "s") == [{"msgtype": "text", "text": {"content": "停水了 😀"}}]


def test_buttons_are_a_card_after_the_text_and_numbers_in_it() -> None:
    """Whoever sees no card, or one that was answered, types the number."""
    text, card = said(asks("✅同意", "↩️退回"), "1f2e")
    assert text["text"]["content"] == "📝 请审「法律关」 · 12号 v3\n也可回复编号:57a1 ✅同意 · 57a2 ↩️退回"
    assert card["template_card"] == {
        "card_type": "button_interaction",
        "main_title": {"title": "📝 请审「法律关」 · 12号 v3"},
        "task_id": "57-1f2e",
        "button_list": [{"text": "✅同意", "key": "57.0.0"}, {"text": "↩️退回", "key": "57.0.1"}],
    }


def choices(card: Message) -> list[list[str]]:
    assert card["template_card"]["card_type"] == "multiple_interaction"
    return [[option["text"] for option in asked["option_list"]] for asked in card["template_card"]["select_list"]]


def test_more_than_six_buttons_are_chosen_from_lists() -> None:
    """Nothing is chosen beforehand; the number of each can be typed all the same."""
    text, card = said(asks(*"甲乙丙丁戊己庚"))
    assert choices(card) == [["—", *"甲乙丙丁戊己庚"]]
    assert [asked["selected_id"] for asked in card["template_card"]["select_list"]] == ["none"]
    assert text["text"]["content"].endswith("57a6 己 · 57a7 庚")


def test_rows_are_lists_of_their_own_named_by_what_their_buttons_are_about() -> None:
    """Three things to decide, each with its own choices."""
    rows = tuple(
        tuple({"label": f"{what} {n}号", "press": ""} for what in ("✅同意", "↩️退回", "📄全文")) for n in (3, 7, 12)
    )
    _, card = said(Content("待您审的:", rows, serial=57))
    assert choices(card) == [["—", f"✅同意 {n}号", f"↩️退回 {n}号", f"📄全文 {n}号"] for n in (3, 7, 12)]
    assert [asked["title"] for asked in card["template_card"]["select_list"]] == ["3号", "7号", "12号"]


def test_what_no_card_holds_is_still_named_by_its_number() -> None:
    """Twenty-seven can be chosen; the others are typed."""
    labels = [f"{n}号" for n in range(1, 41)]
    text, card = said(asks(*labels))
    assert [len(each) for each in choices(card)] == [10, 10, 10]
    assert text["text"]["content"].endswith("57a40 40号")


def test_a_long_first_line_is_shortened_on_the_card_alone() -> None:
    """The text above it has the whole of it."""
    text, card = said(asks("是", text="长" * 50))
    assert card["template_card"]["main_title"]["title"] == "长" * 35 + "…"
    assert "长" * 50 in text["text"]["content"]


def test_numbers_are_read_however_they_are_typed() -> None:
    """Capitals, full width, blanks around; a date or a phone number is none."""
    assert [typed(words) for words in ("57a1", " 57A1 ", "57a1", "57b12")] == ["57.0.0", "57.0.0", "57.0.0", "57.1.11"]
    assert [typed(words) for words in ("2026-11-24", "12", "同意 12", "57a0", "a1", "57a1 同意")] == [""] * 6


@given(st.text(st.characters(codec="utf-8"), max_size=3000))
def test_parts_fit_and_lose_nothing(text: str) -> None:
    """Joined they are the text again; none is longer than WeCom takes."""
    parts = split(text)
    assert "".join(parts) == text
    assert all(bytes_of(part.strip()) <= 2048 for part in parts)


@given(st.text("停水。 \n😀", min_size=1, max_size=2500))
def test_what_is_sent_has_every_sign(text: str) -> None:
    """But for blanks at the ends of messages; not even half a character is cut."""
    sent = texts(Content(text))
    assert re.sub(r"\s", "", "".join(sent)) == re.sub(r"\s", "", text)
    assert all(bytes_of(part) <= 2048 for part in sent)
