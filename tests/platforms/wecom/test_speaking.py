"""What is said on WeCom, through the real library to a double over HTTP: shown whole, and what a failure comes to."""

import socket
import threading
import time
from io import BytesIO
from typing import Any

import pytest

from bot.chat.calls import Timeouts
from bot.chat.platform import NotTaken, SendFailed
from bot.chat.wecom.line import App
from bot.chat.wecom.platform import WecomPlatform
from handlers.conversation import Content
from storage.database import Database
from tests.platforms.wecom.bench import APP, LI, NOW, asks
from tests.platforms.wecom_api import WecomApi

DAY = 86_400.0


def failure(platform: WecomPlatform, chat: str = LI, content: Content | None = None) -> SendFailed:
    """Return what a message that does not go out comes to."""
    with pytest.raises(SendFailed) as failed:
        platform.send(chat, content or Content("停水了"), NOW)
    return failed.value


def test_a_text_is_what_the_member_reads(corp: WecomApi, platform: WecomPlatform) -> None:
    """To the letter, under one id."""
    sent = platform.send(LI, Content("⏰ 12号 首报还剩 15分"), NOW)
    (message,) = corp.messages(LI, own=True)
    assert (message.text, message.msgid) == ("⏰ 12号 首报还剩 15分", sent)


def test_a_long_text_is_whole_in_several_messages(corp: WecomApi, platform: WecomPlatform) -> None:
    """WeCom would cut the 2049th byte without a word."""
    text = "现场情况说明。" * 500
    ids = platform.send(LI, Content(text), NOW).split()
    messages = corp.messages(LI, own=True)
    assert [message.msgid for message in messages] == ids
    assert "".join(message.text for message in messages) == text
    assert corp.violations == []


def test_buttons_follow_on_a_card(corp: WecomApi, platform: WecomPlatform) -> None:
    """Tapped, they come back as their place in the message."""
    platform.send(LI, asks("✅同意", "↩️退回"), NOW)
    text, card = corp.messages(LI, own=True)
    assert text.text.endswith("也可回复编号:57a1 ✅同意 · 57a2 ↩️退回")
    assert (card.labels, card.buttons[1]["key"]) == (["✅同意", "↩️退回"], "57.0.1")


def test_the_same_message_sent_again_has_another_card(corp: WecomApi, platform: WecomPlatform) -> None:
    """WeCom takes no second card of the same name."""
    for _ in range(2):
        platform.send(LI, asks("✅同意"), NOW)
    assert len({message.task_id for message in corp.messages(LI, own=True) if message.task_id}) == 2


@pytest.mark.parametrize("chat", ["@all", "limin|wangwu", "", "限民"])
def test_a_message_for_one_person_never_goes_to_several(corp: WecomApi, platform: WecomPlatform, chat: str) -> None:
    """Whatever a roster holds: WeCom would send it to everybody."""
    corp.add_member("wangwu", "王五")
    failed = failure(platform, chat)
    assert (failed.permanent, failed.unreachable) == (True, True)
    assert corp.calls("message/send") == []


def tap(corp: WecomApi) -> str:
    """Tap the newest card; return what the answer must name."""
    card = next(message for message in reversed(corp.messages(LI)) if message.task_id)
    return str(corp.tap_with(LI, card.task_id, "57.0.0").fields["ResponseCode"])


def test_a_short_answer_to_a_tap_stands_on_the_card(corp: WecomApi, platform: WecomPlatform) -> None:
    """In place of its buttons: it was answered."""
    platform.send(LI, asks("✅同意", "↩️退回"), NOW)
    platform.toast(LI, Content("✅ 已同意", receipt=tap(corp)), NOW)
    assert corp.messages(LI, own=True)[-1].labels == ["✅ 已同意"]


def test_a_longer_answer_is_said_below_the_card(corp: WecomApi, platform: WecomPlatform) -> None:
    """The card says that it was taken."""
    platform.send(LI, asks("✅同意"), NOW)
    platform.toast(LI, Content("您没有「同意」的权限,这一关由 周芳 审。", receipt=tap(corp)), NOW)
    card, said = corp.messages(LI, own=True)[-2:]
    assert (card.labels, said.text) == (["已收到,见下条消息"], "您没有「同意」的权限,这一关由 周芳 审。")


def test_a_tap_that_needs_no_word_leaves_the_card(corp: WecomApi, platform: WecomPlatform) -> None:
    """What it led to was a message: its other buttons are still good."""
    platform.send(LI, asks("📄全文"), NOW)
    platform.toast(LI, Content("", receipt=tap(corp)), NOW)
    assert corp.messages(LI, own=True)[-1].labels == ["📄全文"]


def test_an_answer_whose_code_is_spent_is_said_all_the_same(corp: WecomApi, platform: WecomPlatform) -> None:
    """Three days later, or the second time."""
    platform.send(LI, asks("✅同意"), NOW)
    code = tap(corp)
    for _ in range(2):
        platform.toast(LI, Content("✅ 已同意", receipt=code), NOW)
    assert corp.messages(LI, own=True)[-1].text == "✅ 已同意"


def test_what_changes_is_said_anew_and_the_old_is_gone(corp: WecomApi, platform: WecomPlatform) -> None:
    """One live message at a time."""
    old = platform.send(LI, asks("认领", text="12号 待认领"), NOW)
    platform.edit(LI, old, asks("稿件", text="12号 待起草", serial=60), NOW)
    assert [message.labels or message.text for message in corp.messages(LI, own=True)] == [
        "12号 待起草\n也可回复编号:60a1 稿件",
        ["稿件"],
    ]


def test_what_is_too_old_to_be_recalled_loses_its_buttons(corp: WecomApi, platform: WecomPlatform) -> None:
    """After a day it stands there, with nothing to tap."""
    old = platform.send(LI, asks("认领", text="12号 待认领"), NOW)
    corp.clock = lambda: time.time() + DAY + 60
    platform.edit(LI, old, Content("12号 待起草"), NOW)
    assert [message.labels for message in corp.messages(LI, own=True) if message.task_id] == [["已有新消息"]]


# what goes wrong


@pytest.mark.parametrize("code", [42001, 40014, 40001])
def test_an_ended_token_is_replaced_and_the_call_made_once_more(
    corp: WecomApi, platform: WecomPlatform, code: int
) -> None:
    """Nobody notices."""
    platform.send(LI, Content("一"), NOW)
    corp.end_tokens(code)
    platform.send(LI, Content("二"), NOW)
    assert [message.text for message in corp.messages(LI, own=True)] == ["一", "二"]
    assert len(corp.calls("gettoken")) == 2


def test_a_token_that_is_refused_again_is_not_tried_for_ever(corp: WecomApi, platform: WecomPlatform) -> None:
    """Two calls, and the message waits a minute."""
    corp.fail_next("message/send", times=9, errcode=40014)
    failed = failure(platform)
    assert (len(corp.calls("message/send")), failed.after, failed.permanent) == (2, 60, False)


REFUSALS: dict[int, dict[str, Any]] = {
    60020: {"after": 60.0},
    48002: {"after": 60.0},
    130101: {"after": 60.0},
    45009: {"after": 60.0},
    45033: {"after": 2.0},
    -1: {"after": 2.0},
    81013: {"permanent": True, "unreachable": True},
    40058: {"permanent": True},
}


@pytest.mark.parametrize(("code", "means"), REFUSALS.items(), ids=map(str, REFUSALS))
def test_a_refusal_is_taken_as_it_is_meant(
    corp: WecomApi, platform: WecomPlatform, code: int, means: dict[str, Any]
) -> None:
    """To be mended by an administrator, to be slower, nobody there, or never."""
    corp.fail_next("message/send", errcode=code)
    failed = failure(platform)
    wanted = {"permanent": False, "unknown": False, "unreachable": False, "after": 0, **means}
    assert {name: getattr(failed, name) for name in wanted} == wanted


def test_a_member_outside_the_range_is_not_reachable(corp: WecomApi, platform: WecomPlatform) -> None:
    """As one who is nobody."""
    assert failure(platform, "nobody").unreachable


def test_an_answer_that_never_came_leaves_it_open(corp: WecomApi, platform: WecomPlatform) -> None:
    """It may be there: lost, too late, or a proxy's page."""
    platform.send(LI, Content("一"), NOW)
    corp.lose_reply("message/send")
    assert failure(platform).unknown
    corp.fail_next("message/send", code=502)
    assert failure(platform).unknown
    corp.hang(3, "message/send", times=1)
    began = time.monotonic()
    assert failure(platform).unknown
    assert time.monotonic() - began < 2.5


def test_an_answer_that_trickles_ends(sqlite_database: Database) -> None:
    """A byte now and then is no answer either."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_trickle, args=(server,), daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        platform = WecomPlatform(APP, sqlite_database, api_url=url, timeouts=Timeouts(connect=0.5, read=0.5))
        began = time.monotonic()
        assert not failure(platform).unknown  # it was the question for a token
        assert time.monotonic() - began < 3
        platform.close()


def _trickle(server: socket.socket) -> None:
    caller, _ = server.accept()
    with caller:
        caller.recv(4096)
        caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            try:
                caller.sendall(b" ")
            except OSError:
                return
            time.sleep(0.1)


def test_without_a_token_nothing_was_said(corp: WecomApi, platform: WecomPlatform) -> None:
    """Whatever became of the question for it."""
    corp.lose_reply("gettoken")
    assert not failure(platform).unknown


def test_what_found_nobody_to_call_surely_did_not_go_out(corp: WecomApi, platform: WecomPlatform) -> None:
    """It is sent as soon as WeCom is there again, without 可能重复."""
    platform.send(LI, Content("一"), NOW)
    corp.down()
    assert not failure(platform).unknown
    corp.up()
    platform.send(LI, Content("二"), NOW)


def test_a_card_that_wecom_refuses_is_a_message_that_failed(corp: WecomApi, platform: WecomPlatform) -> None:
    """Its text is out, with the numbers to type; it is given up as a whole, and administrators are told."""
    failed = failure(platform, content=asks(""))
    assert failed.permanent
    assert [message.text for message in corp.messages(LI, own=True)] == [
        "📝 请审「法律关」 · 12号 v3\n也可回复编号:57a1"
    ]


def test_no_failure_shows_a_secret(corp: WecomApi, sqlite_database: Database) -> None:
    """Neither the app's nor the token."""
    platform = WecomPlatform(App("ww-other", 1000002, APP.secret), sqlite_database, api_url=corp.corp_url)
    try:
        assert APP.secret not in str(failure(platform))
    finally:
        platform.close()
    corp.down()
    other = WecomPlatform(APP, sqlite_database, api_url=corp.corp_url, timeouts=Timeouts(0.5, 0.5))
    try:
        said = str(failure(other))
    finally:
        other.close()
        corp.up()
    assert APP.secret not in said
    assert "corpsecret=[secret]" in said or "corpsecret" not in said


@pytest.mark.parametrize(
    ("content", "pieces"),
    [
        (Content("停水了"), 1),
        (asks("✅同意"), 2),
        (Content("现场情况说明。" * 500), 6),
        (asks("✅同意", text="现场情况说明。" * 500), 7),
        (asks("✅同意", text="现场情况说明。" * 3000), 3),
    ],
)
def test_what_a_content_comes_to_is_known_before(
    corp: WecomApi, platform: WecomPlatform, content: Content, pieces: int
) -> None:
    """WeCom drops in silence what is too much for a member: all that goes out is counted, texts, files and cards."""
    platform.send(LI, content, NOW)
    assert platform.pieces(content) == len(corp.messages(LI, own=True)) == pieces


def test_a_text_that_would_be_a_flood_comes_as_a_file(corp: WecomApi, platform: WecomPlatform) -> None:
    """Its beginning is said, the whole is in the file, and the buttons follow."""
    text = "现场情况说明。" * 3000
    sent = platform.send(LI, asks("✅同意", text=text), NOW)
    said, file, card = corp.messages(LI, own=True)
    assert sent.split()[:2] == [said.msgid, file.msgid]
    assert said.text.startswith("现场情况说明。现场情况说明。")
    assert said.text.endswith("…\n(文字较长,全文见下面的文件)\n也可回复编号:57a1 ✅同意")
    kept = corp.world.media[file.content["media_id"]]
    assert (kept.name, kept.content.decode("utf-8-sig")) == ("text-57.txt", text)
    assert card.labels == ["✅同意"]
    assert corp.violations == []


def test_a_file_that_cannot_be_handed_over_leaves_nothing_half_said(corp: WecomApi, platform: WecomPlatform) -> None:
    """It is tried again as a whole, and is no repeat then."""
    corp.fail_next("media/upload", errcode=45009)
    failed = failure(platform, content=Content("现场情况说明。" * 3000))
    assert (failed.unknown, failed.permanent, failed.after) == (False, False, 60.0)
    assert corp.messages(LI, own=True) == []


# files


def test_a_file_is_fetched_whole_or_not_at_all(corp: WecomApi, platform: WecomPlatform) -> None:
    """By its media id; what is too large or gone never comes."""
    picture = corp.sends_image(LI, b"p" * 100_000).fields["MediaId"]
    into = BytesIO()
    platform.fetch(picture, into, 100_000)
    assert into.getvalue() == b"p" * 100_000
    with pytest.raises(NotTaken) as large:
        platform.fetch(picture, BytesIO(), 99_999)
    assert large.value.too_large
    with pytest.raises(NotTaken):
        platform.fetch("never", BytesIO(), 100_000)
    corp.end_tokens(40014)
    platform.fetch(picture, BytesIO(), 100_000)
