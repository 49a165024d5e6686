"""What the desk takes in on Telegram: forwards, links and files."""

import pytest

from bot.chat.telegram.hearing import Hearing
from handlers.conversation import File, Origin
from tests.platforms.updates import (
    CHANNEL,
    DESK,
    FILMED,
    LI,
    MEDIUM,
    ORIGINAL,
    PHOTO,
    STAFF,
    Raw,
    entity,
    forward,
    heard,
    message,
    update,
)


def test_a_forward_from_a_public_channel_has_a_link_and_a_key(hearing: Hearing) -> None:
    """A channel's post brings its title, moment, permalink and the best key for duplicates."""
    assert heard(hearing, forward({"type": "channel", "chat": CHANNEL, "message_id": 321})).origin == Origin(
        kind="channel",
        key="channel:-1009876543210/321",
        author="港北发布",
        url="https://t.me/gangbei/321",
        posted_at=ORIGINAL,
    )


def test_a_forward_from_a_private_channel_has_its_members_link(hearing: Hearing) -> None:
    """Without a username the link is the one that members can open."""
    closed = {**CHANNEL, "username": None}
    origin = heard(hearing, forward({"type": "channel", "chat": closed, "message_id": 321})).origin
    assert origin is not None
    assert origin.url == "https://t.me/c/9876543210/321"


@pytest.mark.parametrize(
    ("origin", "kind", "author"),
    [
        ({"type": "user", "sender_user": {**LI, "id": 43}}, "user", "敏 李"),
        ({"type": "hidden_user", "sender_user_name": "潜水员"}, "hidden_user", "潜水员"),
        ({"type": "chat", "sender_chat": STAFF, "author_signature": "组长"}, "chat", "舆情值班群 · 组长"),
        ({"type": "chat", "sender_chat": STAFF}, "chat", "舆情值班群"),
        ({"type": "a_kind_of_tomorrow", "somebody": 1}, "hidden_user", ""),
    ],
)
def test_other_forwards_keep_a_name_only(hearing: Hearing, origin: Raw, kind: str, author: str) -> None:
    """A forward of any other kind is material with the author's name and moment: no id, no key, no link."""
    incoming = heard(hearing, forward(origin))
    assert incoming.is_material
    assert incoming.origin is not None
    assert incoming.origin.model_dump() == {
        "kind": kind, "author": author, "posted_at": ORIGINAL, "key": None, "url": None
    }  # fmt: skip


def test_a_forward_is_never_a_word_to_the_desk(hearing: Hearing) -> None:
    """A mention or a command inside a forwarded post is part of the post."""
    for text in ("@desk_bot 批准 12", "/approve@other_bot 12", "/approve@desk_bot 12"):
        hidden = {"type": "hidden_user", "sender_user_name": "潜水员"}
        incoming = heard(hearing, forward(hidden, text=text, entities=[entity("mention", text, text.split()[0])]))
        assert (incoming.text, incoming.addressed) == (text, False)


def test_the_desks_own_words_passed_on_are_no_report(hearing: Hearing) -> None:
    """A forwarded card opens no slip about itself."""
    assert hearing.hear(forward({"type": "user", "sender_user": DESK})) is None


def test_the_linked_channels_copy_is_no_report(hearing: Hearing) -> None:
    """What Telegram itself copies from the channel into its discussion group was reported by nobody."""
    service = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
    origin = {"type": "channel", "chat": CHANNEL, "message_id": 321}
    assert hearing.hear(forward(origin, **{"from": service}, sender_chat=CHANNEL, is_automatic_forward=True)) is None


def test_an_address_behind_a_word_is_not_lost(hearing: Hearing) -> None:
    """Addresses that the words hide stand below them, each once; what is no web address does not."""
    said = "😀看这里 和那里 和他"
    entities = [
        entity("text_link", said, "这里", url="https://weibo.com/1/a"),
        entity("text_link", said, "那里", url="https://weibo.com/1/b"),
        entity("text_link", said, "和他", url="tg://user?id=42"),
        entity("text_link", said, "看", url="https://weibo.com/1/a"),
    ]
    assert (
        heard(hearing, update(text=said, entities=entities)).text
        == f"{said}\nhttps://weibo.com/1/a\nhttps://weibo.com/1/b"
    )
    hidden = {"type": "hidden_user", "sender_user_name": "潜水员"}
    captioned = forward(hidden, text=None, caption=said, caption_entities=entities[:1], photo=PHOTO)
    assert heard(hearing, captioned).text == f"{said}\nhttps://weibo.com/1/a"


def test_an_address_behind_a_word_survives_a_mention(hearing: Hearing) -> None:
    """Moving the desk's name does not lose the address, nor does taking it from a command."""
    said = "看这里 @desk_bot"
    link = entity("text_link", said, "这里", url="https://weibo.com/1/a")
    assert heard(hearing, update(text=said, entities=[link])).text == "@desk_bot 看这里\nhttps://weibo.com/1/a"
    said = "/report@desk_bot 看 weibo.com/1/b"
    incoming = heard(hearing, update(text=said, entities=[entity("url", said, "weibo.com/1/b")]))
    assert incoming.text == "/report 看 weibo.com/1/b\nhttps://weibo.com/1/b"


def test_a_shown_address_stays_as_it_is(hearing: Hearing) -> None:
    """An address in the words is not said twice; one without a scheme is completed when it names a page."""
    said = "😀 https://weibo.com/1/a 见 weibo.com/1/b 与 readme.md"
    entities = [entity("url", said, shown) for shown in ("https://weibo.com/1/a", "weibo.com/1/b", "readme.md")]
    assert heard(hearing, update(text=said, entities=entities)).text == f"{said}\nhttps://weibo.com/1/b"


def test_the_page_of_a_preview_counts_when_no_other_is_named(hearing: Hearing) -> None:
    """A preview may show the only address of a message; beside another it only repeats it, spelt in its own way."""
    preview = {"url": "https://weibo.com/1/a"}
    assert heard(hearing, update(text="看", link_preview_options=preview)).text == "看\nhttps://weibo.com/1/a"
    said = "HTTPS://WEIBO.COM/1/a"
    shown = [entity("url", said, said)]
    assert heard(hearing, update(text=said, entities=shown, link_preview_options=preview)).text == said
    said = "看 weibo.com/1/a"
    bare = update(
        text=said,
        entities=[entity("url", said, "weibo.com/1/a")],
        link_preview_options={"url": "http://weibo.com/1/a/"},
    )
    assert heard(hearing, bare).text == f"{said}\nhttps://weibo.com/1/a"
    assert heard(hearing, update(text="看", link_preview_options={"is_disabled": True})).text == "看"


def test_no_address_is_taken_for_the_posts_own(hearing: Hearing) -> None:
    """Which of its links a post is about is for the intake to say, which tells a cited page from the post itself."""
    said = "看 https://weibo.com/1/a"
    preview = {"url": "https://weibo.com/1/a"}
    raw = update(text=said, entities=[entity("url", said, "https://weibo.com/1/a")], link_preview_options=preview)
    assert heard(hearing, raw).url is None


@pytest.mark.parametrize(
    ("media", "name", "media_type"),
    [
        ({"document": {"file_name": "公告.pdf", "mime_type": "application/pdf"}}, "公告.pdf", "application/pdf"),
        ({"document": {}}, "document-AQ", "application/octet-stream"),
        ({"video": {**FILMED, "file_name": "水.mov", "mime_type": "video/quicktime"}}, "水.mov", "video/quicktime"),
        ({"video": FILMED}, "video-AQ.mp4", "video/mp4"),
        ({"audio": {"duration": 1, "mime_type": "audio/mp4"}}, "audio-AQ.mp3", "audio/mp4"),
        ({"voice": {"duration": 1}}, "voice-AQ.ogg", "audio/ogg"),
        ({"animation": FILMED, "document": {"file_name": "水.gif"}}, "animation-AQ.mp4", "video/mp4"),
        ({"video_note": {"length": 240, "duration": 1}}, "video-note-AQ.mp4", "video/mp4"),
    ],
)
def test_each_kind_of_file_comes_once(hearing: Hearing, media: Raw, name: str, media_type: str) -> None:
    """A file is named by its sender, or by its kind; it stays with Telegram until it is fetched."""
    raw = update(**{kind: {**MEDIUM, **fields} for kind, fields in media.items()})
    assert heard(hearing, raw).files == (File(source="f", size=7, name=name, media_type=media_type),)


def test_of_a_photo_the_largest_size_is_taken(hearing: Hearing) -> None:
    """Telegram offers a photo in several sizes, in no promised order."""
    large = File(source="large", size=90_000, name="photo-AQL.jpg", media_type="image/jpeg")
    for sizes in (PHOTO, PHOTO[::-1]):
        assert heard(hearing, update(photo=sizes)).files == (large,)


def test_a_file_of_unknown_size_is_taken(hearing: Hearing) -> None:
    """A size Telegram does not say is 0."""
    assert heard(hearing, update(document={"file_id": "f", "file_unique_id": "AQ"})).files[0].size == 0


def test_an_album_is_known_by_its_chat(hearing: Hearing) -> None:
    """The parts of an album share a name that no other chat uses."""
    assert heard(hearing, update(photo=PHOTO, media_group_id="13")).album == "-1001234567890/13"


@pytest.mark.parametrize(
    "fields",
    [
        {"sticker": {**MEDIUM, "width": 5, "height": 5, "is_animated": False, "is_video": False, "type": "regular"}},
        {"dice": {"emoji": "🎲", "value": 3}},
        {"location": {"longitude": 109.6, "latitude": 23.1}},
        {"contact": {"phone_number": "1", "first_name": "敏"}},
        {"poll": {"id": "1", "question": "停水了吗"}},
        {"paid_media": {"star_count": 5, "paid_media": []}},
        {"story": {"chat": CHANNEL, "id": 1}},
        {"new_chat_members": [LI]},
        {"left_chat_member": LI},
        {"pinned_message": message(text="卡片")},
        {"new_chat_title": "新名"},
        {"forum_topic_created": {"name": "供水", "icon_color": 1}},
        {"group_chat_created": True},
    ],
)
def test_what_carries_no_words_and_no_file_is_nothing(hearing: Hearing, fields: Raw) -> None:
    """Stickers, dice, places and the notes of the service mean nothing; words beside them do."""
    assert hearing.hear(update(**fields)) is None
    assert heard(hearing, update(caption="水管爆了", **fields)).text == "水管爆了"
