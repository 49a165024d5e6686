"""What the desk does not hear on Telegram, and what does not disturb its hearing."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.telegram.buttons import sealed
from bot.chat.telegram.hearing import Hearing, Unreadable
from handlers.conversation import Incoming
from tests.platforms.updates import (
    CHANNEL,
    KEY,
    LI,
    MEDIUM,
    PHOTO,
    SECONDS,
    STAFF,
    Raw,
    ears,
    entity,
    forward,
    heard,
    membership,
    message,
    tap,
    update,
)


@pytest.mark.parametrize(
    "kind",
    "message_reaction message_reaction_count chat_member poll poll_answer inline_query chat_join_request chat_boost "
    "business_connection business_message edited_business_message deleted_business_messages guest_message "
    "an_update_of_tomorrow".split(),
)
def test_other_updates_are_nothing(hearing: Hearing, kind: str) -> None:
    """Reactions, polls, business and guest messages and kinds not yet thought of pass by unread."""
    assert hearing.hear(update(kind, text="批准 12")) is None


def test_what_the_library_cannot_read_takes_no_words_with_it(hearing: Hearing) -> None:
    """A part of a message in a form of tomorrow does not cost the words beside it."""
    odd: Raw = {
        "gift": {"tomorrow": 1},
        "reply_markup": [3],
        "tomorrow": {"a": 1},
        "quote": 5,
        "external_reply": {"x": 1},
    }
    replied = message(message_id=70, poll={"tomorrow": 1})
    incoming = heard(hearing, update(text="批准 12", reply_to_message=replied, chat={**STAFF, "tomorrow": 1}, **odd))
    assert (incoming.text, incoming.reply_to) == ("批准 12", "70")


def test_hearing_changes_nothing(hearing: Hearing) -> None:
    """The update stays as it was stored, and is heard alike as often as it is read."""
    for raw in EXAMPLES:
        before = copy.deepcopy(raw)
        assert hearing.hear(raw) == hearing.hear(raw)
        assert raw == before


def test_an_update_that_is_none_is_unreadable(hearing: Hearing) -> None:
    """What is not built as an update is refused as such, by one kind of error."""
    for broken in (
        {"message": message(text="早")},
        update(chat=None, text="早"),
        update(text=5),
        update(date="早", text="早"),
    ):
        with pytest.raises(Unreadable):
            hearing.hear(broken)


EXAMPLES: list[Raw] = [
    update(text="请 @desk_bot 批准 12", entities=[entity("mention", "请 @desk_bot 批准 12", "@desk_bot")]),
    update(text="看这里", entities=[entity("text_link", "看这里", "这里", url="https://weibo.com/1/a")]),
    update("edited_message", caption="水", photo=PHOTO, media_group_id="13", edit_date=SECONDS),
    update("channel_post", chat=CHANNEL, sender_chat=CHANNEL, text="绑定 AB12"),
    update(text="同意", message_thread_id=9, is_topic_message=True, reply_to_message=message(message_id=9)),
    update(document={**MEDIUM, "file_name": "公告.pdf"}, link_preview_options={"url": "https://weibo.com/1/a"}),
    update(migrate_from_chat_id=-500),
    forward({"type": "channel", "chat": CHANNEL, "message_id": 321}),
    forward({"type": "user", "sender_user": LI}),
    tap(sealed(KEY, 812, 1, 0)),
    membership("left", "administrator"),
    membership("member", {"status": "restricted", "is_member": False}),
]


def _places(part: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    entries = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for name, inner in entries:
        yield (*path, name)
        yield from _places(inner, (*path, name))


def _with(raw: Raw, path: tuple[str | int, ...], value: object) -> Raw:
    changed: Any = copy.deepcopy(raw)
    part = changed
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return dict(changed)


NAMES = sorted({name for raw in EXAMPLES for path in _places(raw) for name in path if isinstance(name, str)})
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
GARBAGE = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)
DAMAGED = st.sampled_from([(raw, path) for raw in EXAMPLES for path in _places(raw)])


def _hears_or_says_why_not(raw: Raw) -> None:
    try:
        incoming = ears().hear(raw)
    except Unreadable:
        return
    assert incoming is None or Incoming.model_validate_json(incoming.model_dump_json()) == incoming


@settings(max_examples=400, deadline=2000)
@given(DAMAGED, GARBAGE)
def test_damage_anywhere_is_heard_or_refused(damaged: tuple[Raw, tuple[str | int, ...]], value: object) -> None:
    """Whatever stands in place of one part of an update, it is read, or refused as unreadable."""
    _hears_or_says_why_not(_with(*damaged, value))


@settings(deadline=2000)
@given(st.dictionaries(st.sampled_from([*NAMES, "update_id"]), GARBAGE, max_size=6))
def test_garbage_is_heard_or_refused(raw: Raw) -> None:
    """Whatever is built from the words of the Bot API is read, or refused as unreadable."""
    _hears_or_says_why_not(raw)
