"""What happens to the desk on Telegram: taps, its coming and going, groups that move."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.telegram.buttons import MOST_BYTES, button_key, opened, sealed
from bot.chat.telegram.hearing import Hearing
from handlers.conversation import Incoming, Place, Sender
from tests.platforms.updates import (
    ANONYMOUS,
    CHANNEL,
    KEY,
    PRIVATE,
    SECONDS,
    SENT,
    STAFF,
    Raw,
    heard,
    membership,
    message,
    tap,
    update,
)


def test_a_tap_names_its_button(hearing: Hearing) -> None:
    """A tap comes from the person who tapped, about a message, with what its answer must name."""
    received_at = SENT + timedelta(minutes=5)
    assert hearing.hear(tap(sealed(KEY, 812, 1, 0)), received_at) == Incoming(
        platform="telegram",
        key="7000000001:501",
        at=received_at,
        place=Place(account="-1001234567890", title="舆情值班群"),
        sender=Sender(account="42", name="敏 李"),
        message_id="80",
        tap="812.1.0",
        receipt="q1",
    )


def test_a_tap_in_a_topic_and_in_a_channel_knows_its_place(hearing: Hearing) -> None:
    """The place of a tap is that of its message."""
    on = message(message_id=80, message_thread_id=9, is_topic_message=True)
    assert heard(hearing, tap("x", message=on)).place.topic == "9"
    assert heard(hearing, tap("x", message={**on, "chat": CHANNEL})).place.public


def test_a_tap_on_a_message_that_is_gone_is_a_tap(hearing: Hearing) -> None:
    """Telegram may say no more than the chat and the number of an old message."""
    incoming = heard(hearing, tap(sealed(KEY, 812, 1, 0), message={"message_id": 80, "chat": STAFF, "date": 0}))
    assert (incoming.tap, incoming.message_id, incoming.place.account) == ("812.1.0", "80", "-1001234567890")


def test_a_tap_without_a_moment_is_not_older_than_its_message(hearing: Hearing) -> None:
    """When nobody says when a tap came, the last change of its message is the nearest moment known."""
    on = message(message_id=80, edit_date=SECONDS + 60)
    assert heard(hearing, tap("x", message=on)).at == SENT + timedelta(seconds=60)


def test_a_tap_the_desk_cannot_have_offered_is_nothing(hearing: Hearing) -> None:
    """Inline messages and games are never the desk's."""
    assert hearing.hear(tap(sealed(KEY, 812, 1, 0), message=None, inline_message_id="i")) is None
    assert hearing.hear(tap(None, game_short_name="g")) is None


@pytest.mark.parametrize(
    "payload",
    [
        "812.1.0",
        "",
        "confirm|case|",
        sealed(button_key("another token"), 812, 1, 0),
        "0" + sealed(KEY, 812, 1, 0),
        sealed(KEY, 812, 1, 0).replace("812", "813"),
        sealed(KEY, 812, 1, 0).replace("8", "\uff18", 1),
        sealed(KEY, 812, 1, 0) + "\n",
        sealed(KEY, 812, 1, 0)[:-1],
        "9" * 5000 + ".0.0.aaaaaaaaaaa",
        "坏\ud83d",
    ],
)
def test_a_payload_the_desk_never_signed_is_forged(hearing: Hearing, payload: str) -> None:
    """A forged tap is a tap, so that it is answered, but names no button."""
    incoming = heard(hearing, tap(payload))
    assert (incoming.tap, incoming.receipt) == ("forged", "q1")


@given(st.integers(0, 2**63 - 1), st.integers(0, 99), st.integers(0, 7), st.text())
def test_only_a_sealed_button_opens(serial: int, row: int, column: int, other: str) -> None:
    """Every button fits, opens as it was sealed, and no other text does."""
    payload = sealed(KEY, serial, row, column)
    assert len(payload.encode()) <= MOST_BYTES
    assert opened(KEY, payload) == f"{serial}.{row}.{column}"
    assert opened(KEY, payload + other) == ("forged" if other else f"{serial}.{row}.{column}")


def test_a_button_that_would_not_fit_is_not_sealed() -> None:
    """Telegram would refuse the whole message for it."""
    with pytest.raises(ValueError, match="64 bytes"):
        sealed(KEY, 10**60, 0, 0)


@pytest.mark.parametrize("chat", [STAFF, PRIVATE, CHANNEL])
@pytest.mark.parametrize(
    ("was", "now", "notice"),
    [
        ("left", "member", "added"),
        ("kicked", "member", "added"),
        ("left", "administrator", "added"),
        ("left", {"status": "restricted", "is_member": True}, "added"),
        ("member", "left", "removed"),
        ("member", "kicked", "removed"),
        ("administrator", "kicked", "removed"),
        ("member", {"status": "restricted", "is_member": False}, "removed"),
    ],
)
def test_coming_and_going_is_noticed(hearing: Hearing, chat: Raw, was: str, now: str | Raw, notice: str) -> None:
    """The desk notices who let it in or put it out, in a group, a channel, or 1:1 where it is blocked."""
    incoming = heard(hearing, membership(was, now, chat=chat))
    assert (incoming.notice, incoming.place.account) == (notice, str(chat["id"]))
    assert (incoming.sender.account, incoming.at, incoming.text) == ("42", SENT, "")


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("member", "administrator"),
        ("administrator", "member"),
        ("member", {"status": "restricted", "is_member": True}),
    ],
)
def test_a_change_of_rights_is_no_coming_and_going(hearing: Hearing, was: str, now: str | Raw) -> None:
    """Who stays in has neither come nor gone, but may have other rights."""
    assert heard(hearing, membership(was, now)).notice == "rights"


def test_who_stays_out_is_not_noticed(hearing: Hearing) -> None:
    """Nothing became of the desk there."""
    assert hearing.hear(membership("left", "kicked")) is None


@pytest.mark.parametrize(
    ("now", "lacks"),
    [
        ("member", ("post", "edit", "delete", "pin")),
        ("creator", ()),
        ({"status": "administrator", "can_post_messages": True, "can_pin_messages": True}, ("edit", "delete")),
        ({"status": "restricted", "is_member": True}, ("post", "edit", "delete", "pin", "speak")),
    ],
)
def test_what_the_desk_may_not_do_comes_with_the_notice(
    hearing: Hearing, now: str | Raw, lacks: tuple[str, ...]
) -> None:
    """An update of the membership names the rights that were given; the others are missing."""
    assert heard(hearing, membership("left", now)).lacks == lacks


def test_an_anonymous_administrator_who_lets_the_desk_in_is_nobody(hearing: Hearing) -> None:
    """The notice says that nobody knows who did it."""
    assert heard(hearing, membership("left", "member", **{"from": ANONYMOUS})).sender.anonymous


def test_a_group_that_moves_is_noticed_from_both_sides(hearing: Hearing) -> None:
    """The old group's word and the new one's say the same: this chat has that account now."""
    old = {"id": -500, "type": "group", "title": "值班群"}
    for raw in (update(chat=old, migrate_to_chat_id=STAFF["id"]), update(migrate_from_chat_id=-500)):
        incoming = heard(hearing, raw)
        assert (incoming.notice, incoming.place.account, incoming.moved_to) == ("moved", "-500", "-1001234567890")
    assert heard(hearing, update(migrate_from_chat_id=-500, **{"from": ANONYMOUS}, sender_chat=STAFF)).notice == "moved"
