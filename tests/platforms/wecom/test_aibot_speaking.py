"""What is said in a group that the AI bot hears: each address once, within the hour, and then where it can be said."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.calls import Answer, Timeouts
from bot.chat.platform import NotTaken, SendFailed
from bot.chat.wecom.aibot_hearing import OURS
from bot.chat.wecom.aibot_speaking import plain
from bot.chat.wecom.groups import hooks_of
from bot.chat.wecom.platform import WecomPlatform
from handlers.conversation import Content
from storage import occasion as occasions
from storage.database import Database
from storage.occasion import Occasion
from tests.platforms.wecom.bench import APP, LI, NOW, asks
from tests.platforms.wecom_api import AES_KEY, WecomApi
from tests.platforms.wecom_api.showing import shown_text

GROUP = "wrGroup1"
CHAT = f"aibot:{GROUP}"
KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"


@pytest.fixture
def robot(corp: WecomApi) -> WecomApi:
    """Give a corp with an AI bot in a group; its callbacks go nowhere."""
    corp.add_bot("aib1", "回应")
    corp.add_group(GROUP, "舆情工作群", [LI])
    return corp


@contextmanager
def speaking(corp: WecomApi, database: Database, *, hooked: bool = False) -> Iterator[WecomPlatform]:
    """Give the platform of a desk; hooked: the group has a webhook as well."""
    hooks = hooks_of([f"{corp.add_webhook(KEY, group=GROUP)}#{GROUP}"]) if hooked else {}
    found = WecomPlatform(APP, database, api_url=corp.corp_url, timeouts=Timeouts(1, 1), hooks=hooks, aibot_key=AES_KEY)
    yield found
    found.close()


@pytest.fixture
def platform(robot: WecomApi, sqlite_database: Database) -> Iterator[WecomPlatform]:
    """Give a platform without a webhook."""
    with speaking(robot, sqlite_database) as found:
        yield found


def occasion(
    corp: WecomApi, database: Database, words: str = "查 12", *, ago: float = 0, waits: float = 0, card: str = ""
) -> str:
    """Let somebody name the bot so many seconds ago, whoever delivered it still waiting; return the message's name."""
    fields = corp.tells_bot(LI, words, GROUP).fields
    heard = datetime.now(UTC) - timedelta(seconds=ago)
    with database.writing() as session:
        occasions.hear(
            session,
            Occasion(
                key=fields["msgid"], chat=CHAT, by=LI, message=fields["msgid"], address=fields["response_url"],
                card=card, heard_at=heard, waits_until=datetime.now(UTC) + timedelta(seconds=waits),
            ),
        )  # fmt: skip
    return str(fields["msgid"])


def taken(database: Database, key: str, send: Callable[[], object]) -> dict[str, object]:
    """Say something while somebody waits for it; return what they took."""
    found: list[dict[str, object]] = []

    def wait() -> None:
        for _ in range(100):
            with database.reading() as session:
                there = occasions.need_wait_no_more(session, "wecom", key)
            if there:
                break
            time.sleep(0.02)
        with database.writing() as session:
            found.append(occasions.take(session, key, datetime.now(UTC)))

    thread = threading.Thread(target=wait)
    thread.start()
    send()
    thread.join()
    return found[0]


def said(corp: WecomApi) -> list[str]:
    """Return what the desk said in the group."""
    return [each.text.removeprefix(OURS) for each in corp.messages(GROUP, own=True)]


def test_an_address_is_used_once(robot: WecomApi, platform: WecomPlatform, sqlite_database: Database) -> None:
    """And quotes what it answers; the next answer to it is said 1:1."""
    to = occasion(robot, sqlite_database)
    platform.send(CHAT, Content("12号 已发布", reply_to=to), NOW)
    platform.send(CHAT, Content("还有一句", reply_to=to), NOW)
    (message,) = robot.messages(GROUP, own=True)
    assert message.text == "12号 已发布"
    assert message.quote is not None
    assert [each.text for each in robot.messages(LI, own=True)] == ["群里已不能答复,改在这里告诉您:\n还有一句"]
    assert len(robot.calls("aibot/response")) == 1


def test_each_answer_has_its_own_address(robot: WecomApi, platform: WecomPlatform, sqlite_database: Database) -> None:
    """Whichever was asked first."""
    first, second = (occasion(robot, sqlite_database, words) for words in ("查 12", "查 13"))
    platform.send(CHAT, Content("13号", reply_to=second), NOW)
    platform.send(CHAT, Content("12号", reply_to=first), NOW)
    quotes = [each.quote.text for each in robot.messages(GROUP, own=True) if each.quote is not None]
    assert quotes == ["@回应 查 13", "@回应 查 12"]


def test_after_an_hour_it_is_said_1_1(robot: WecomApi, platform: WecomPlatform, sqlite_database: Database) -> None:
    """Without asking WeCom again."""
    to = occasion(robot, sqlite_database, ago=3590)
    platform.send(CHAT, Content("12号 已发布", reply_to=to), NOW)
    assert said(robot) == []
    assert not robot.calls("aibot/response")
    assert robot.messages(LI, own=True)[-1].text.endswith("12号 已发布")


def test_an_address_that_wecom_does_not_take_any_more_is_passed_over(
    robot: WecomApi, platform: WecomPlatform, sqlite_database: Database
) -> None:
    """What answers is said 1:1 then, what is said to all at the next address."""
    to = occasion(robot, sqlite_database)
    robot.fail_next("aibot/response", errcode=40058)
    platform.send(CHAT, Content("12号", reply_to=to), NOW)
    assert robot.messages(LI, own=True)[-1].text.endswith("\n12号")
    for _ in range(2):
        occasion(robot, sqlite_database)
    robot.fail_next("aibot/response", errcode=40058)
    platform.send(CHAT, Content("12号 已发布"), NOW)
    assert said(robot) == ["12号 已发布"]


def test_an_answer_that_nobody_heard_of_may_be_out(
    robot: WecomApi, platform: WecomPlatform, sqlite_database: Database
) -> None:
    """Its address is spent, and stands in no log."""
    to = occasion(robot, sqlite_database)
    robot.lose_reply("aibot/response")
    with pytest.raises(SendFailed) as failed:
        platform.send(CHAT, Content("12号", reply_to=to), NOW)
    assert failed.value.unknown
    assert "response_code=code" not in str(failed.value)


def test_what_surely_did_not_leave_keeps_its_address(
    robot: WecomApi, platform: WecomPlatform, sqlite_database: Database
) -> None:
    """It is good for the next attempt."""
    to = occasion(robot, sqlite_database)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with sqlite_database.writing() as session:
            kept = session.get_one(Occasion, to)
            address, kept.address = kept.address, f"http://127.0.0.1:{nobody.getsockname()[1]}/aibot"
            session.add(kept)
        with pytest.raises(SendFailed) as failed:
            platform.send(CHAT, Content("12号", reply_to=to), NOW)
    assert not failed.value.unknown
    with sqlite_database.writing() as session:
        kept = session.get_one(Occasion, to)
        kept.address = address
        session.add(kept)
    platform.send(CHAT, Content("12号", reply_to=to), NOW)
    assert said(robot) == ["12号"]


def test_what_nobody_asked_for_has_no_way(robot: WecomApi, platform: WecomPlatform) -> None:
    """Unless it names somebody: then it is told to them."""
    with pytest.raises(SendFailed) as failed:
        platform.send(CHAT, Content("⏰ 12号 首报还剩 15分"), NOW)
    assert failed.value.unreachable
    assert f"#{GROUP}" in str(failed.value)
    platform.send(CHAT, Content("⏰ 12号 首报还剩 15分\n@李敏", names=("李敏", LI)), NOW)
    assert robot.messages(LI, own=True)[-1].text.endswith("⏰ 12号 首报还剩 15分\n@李敏")


@pytest.mark.parametrize(("code", "told"), [(45009, (60.0, True, False)), (93000, (0.0, False, True))])
def test_what_broke_off_may_be_a_repeat(
    robot: WecomApi,
    sqlite_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    told: tuple[float, bool, bool],
) -> None:
    """Of two parts one is out when the webhook refuses: said again it is marked as such, and not before its time."""
    with speaking(robot, sqlite_database, hooked=True) as platform:
        hook = platform.line.hook

        def then_refused(key: str, data: Mapping[str, Any]) -> Answer:
            answer = hook(key, data)
            robot.fail_next("webhook/send", errcode=code)
            return answer

        monkeypatch.setattr(platform.line, "hook", then_refused)
        with pytest.raises(SendFailed) as failed:
            platform.send(CHAT, Content("停水。" * 400), NOW)
    assert len(robot.messages(KEY)) == 1
    assert (failed.value.after, failed.value.unknown, failed.value.permanent) == told


def test_a_webhook_says_what_nobody_asked_for(robot: WecomApi, sqlite_database: Database) -> None:
    """Whole, calling whom it names; addresses are kept for answers."""
    to = occasion(robot, sqlite_database)
    with speaking(robot, sqlite_database, hooked=True) as platform:
        platform.send(CHAT, Content("现场情况说明。" * 200 + "\n@李敏", names=("李敏", LI)), NOW)
        *_, last = robot.messages(GROUP, own=True)
        assert last.content["mentioned_list"] == [LI]
        assert "".join(said(robot)).replace("\n", "") == "现场情况说明。" * 200 + "@李敏"
        assert robot.violations == []
        platform.send(CHAT, Content("12号", reply_to=to), NOW)
    assert robot.messages(GROUP, own=True)[-1].msgtype == "markdown"


def test_a_card_answers_whoever_waits_and_its_words_follow(
    robot: WecomApi, platform: WecomPlatform, sqlite_database: Database
) -> None:
    """Numbers stand in the words; a card of nobody's is left out, its words are not."""
    to = occasion(robot, sqlite_database, waits=5)
    ids: list[str] = []
    reply = taken(sqlite_database, to, lambda: ids.append(platform.send(CHAT, asks("✅同意", "↩️退回"), NOW)))
    card = reply["template_card"]
    assert isinstance(card, dict)
    assert [button["key"] for button in card["button_list"]] == ["57.0.0", "57.0.1"]
    assert said(robot) == ["📝 请审「法律关」 · 12号 v3\n也可 @我 说编号:57a1 ✅同意 · 57a2 ↩️退回"]
    assert ids[0].endswith(f"~{card['task_id']}")
    occasion(robot, sqlite_database)
    assert "~" not in platform.send(CHAT, asks("✅同意"), NOW)
    assert said(robot)[-1].endswith("57a1 ✅同意")


def test_a_tap_changes_its_card_for_everybody(
    robot: WecomApi, platform: WecomPlatform, sqlite_database: Database
) -> None:
    """The same card; what it cannot show is said below."""
    tap = occasion(robot, sqlite_database, waits=5, card="57-abc")
    new = asks("发布", text="12号 已签发", serial=58)
    reply = taken(sqlite_database, tap, lambda: platform.edit(CHAT, "g1~57-abc", new, NOW))
    assert reply["response_type"] == "update_template_card"
    assert isinstance(reply["template_card"], dict)
    assert reply["template_card"]["task_id"] == "57-abc"
    assert said(robot) == []
    tap = occasion(robot, sqlite_database, waits=5, card="57-abc")
    long = asks("发布", text="12号 已签发\n" + "现场情况说明。" * 30, serial=58)
    taken(sqlite_database, tap, lambda: platform.edit(CHAT, "g1~57-abc", long, NOW))
    assert said(robot)[-1].startswith("12号 已签发\n现场情况说明。")


def test_a_card_of_what_is_done_has_nothing_to_tap(
    robot: WecomApi, platform: WecomPlatform, sqlite_database: Database
) -> None:
    """And what is tapped on it where a client still shows something is no button of the message's."""
    tap = occasion(robot, sqlite_database, waits=5, card="57-abc")
    done = Content("12号 已办结", serial=58)
    reply = taken(sqlite_database, tap, lambda: platform.edit(CHAT, "g1~57-abc", done, NOW))
    assert isinstance(reply["template_card"], dict)
    assert reply["template_card"]["replace_text"] == "已办"
    assert reply["template_card"]["button_list"] == [{"text": "已办", "key": "58.0.0"}]


def test_an_answer_is_nobody_elses(robot: WecomApi, platform: WecomPlatform, sqlite_database: Database) -> None:
    """Whoever waits for another answer is not handed this one."""
    to = occasion(robot, sqlite_database, ago=60)
    other = occasion(robot, sqlite_database, "查 13", waits=0.5)
    platform.send(CHAT, Content("12号", reply_to=to), NOW)
    with sqlite_database.writing() as session:
        assert occasions.take(session, other, datetime.now(UTC)) == {}
    assert [each.quote.text for each in robot.messages(GROUP, own=True) if each.quote] == ["@回应 查 12"]


def test_a_member_of_another_corp_is_not_written_to(
    robot: WecomApi, platform: WecomPlatform, sqlite_database: Database
) -> None:
    """What can no longer be answered in the group waits."""
    to = occasion(robot, sqlite_database, ago=3590)
    with sqlite_database.writing() as session:
        kept = session.get_one(Occasion, to)
        kept.by = f"wpOther/{LI}"
        session.add(kept)
    with pytest.raises(SendFailed) as failed:
        platform.send(CHAT, Content("12号", reply_to=to), NOW)
    assert failed.value.unreachable
    assert robot.messages(LI, own=True) == []


def test_signed_words_are_not_published_there(platform: WecomPlatform) -> None:
    """It would depend on who asks whether anybody reads them."""
    with pytest.raises(SendFailed) as failed:
        platform.send(CHAT, Content("关于停水的通报", exact=True), NOW)
    assert failed.value.permanent


def test_whoever_replays_a_callback_is_handed_nothing(
    robot: WecomApi, platform: WecomPlatform, sqlite_database: Database
) -> None:
    """WeCom repeats within seconds."""
    to = occasion(robot, sqlite_database, ago=60)
    with sqlite_database.writing() as session:
        kept = session.get_one(Occasion, to)
        again = kept.model_dump() | {
            "heard_at": datetime.now(UTC),
            "waits_until": datetime.now(UTC) + timedelta(seconds=5),
        }
        occasions.hear(session, Occasion(**again))
    platform.send(CHAT, Content("12号", reply_to=to), NOW)
    assert said(robot) == ["12号"]


def test_what_nobody_tapped_stands_as_it_was(robot: WecomApi, platform: WecomPlatform) -> None:
    """It says its own time; nothing is asked of WeCom."""
    assert platform.edit(CHAT, "g1~57-abc", asks("发布"), NOW) == "g1~57-abc"
    assert platform.edit(CHAT, "g1", Content("12号"), NOW) == "g1"
    platform.delete(CHAT, "g1", NOW)
    assert said(robot) == []
    assert not robot.calls("message/recall")


def test_a_tap_is_answered_1_1(robot: WecomApi, platform: WecomPlatform, sqlite_database: Database) -> None:
    """In the group only where that member cannot be written to."""
    platform.toast(CHAT, Content("", only_for=LI), NOW)
    platform.toast(CHAT, Content("您无权批准", only_for=LI), NOW)
    assert [each.text for each in robot.messages(LI, own=True)] == ["您无权批准"]
    occasion(robot, sqlite_database)
    platform.toast(CHAT, Content("您无权批准", only_for="wpOther/limin"), NOW)
    assert said(robot) == ["您无权批准"]


def test_a_reply_that_nobody_takes_goes_to_the_address(
    robot: WecomApi, platform: WecomPlatform, sqlite_database: Database
) -> None:
    """Whoever waited hung up: it is said once, not twice."""
    to = occasion(robot, sqlite_database, waits=0.2)
    platform.send(CHAT, Content("12号", reply_to=to), NOW)
    assert said(robot) == ["12号"]
    with sqlite_database.writing() as session:
        assert occasions.take(session, to, datetime.now(UTC)) == {}


@given(st.lists(st.sampled_from([*"\\`*_[]<>#~|! -1.停", "\n", "https://x.cn/a_b*c "])).map("".join))
def test_markdown_shows_the_words_as_they_are(text: str) -> None:
    """Letter by letter: nobody's words become a link, a heading or a call."""
    assert shown_text("markdown", {"content": plain(text)}) == text


def test_a_file_is_opened_with_the_bots_key(robot: WecomApi, platform: WecomPlatform) -> None:
    """Too large, gone, or sealed by another: not taken."""
    url = robot.sends_bot_file(LI, b"%PDF" * 100).fields["file"]["url"]
    into = BytesIO()
    platform.fetch(f"aibot:{url}", into, 400)
    assert into.getvalue() == b"%PDF" * 100
    for source, limit, large in ((url, 399, True), (url, 100, True), (f"{robot.url}/files/gone/x", 400, False)):
        with pytest.raises(NotTaken) as refused:
            platform.fetch(f"aibot:{source}", BytesIO(), limit)
        assert refused.value.too_large is large
    robot.add_bot("aib2", aes_key="0" * 43)
    foreign = robot.sends_bot_file(LI, b"%PDF", bot="aib2").fields["file"]["url"]
    with pytest.raises(NotTaken):
        platform.fetch(f"aibot:{foreign}", BytesIO(), 400)
