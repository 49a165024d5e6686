"""The whole desk while Telegram does not answer, or the desk itself stops: nothing is lost, and a repeat says so."""

from datetime import timedelta

import pytest

from handlers.act import ANSWER, STATUTORY
from storage.outbox import Outbox
from tests.conversations.stages import TOKEN
from tests.platforms.bureau import POST, REPEATED, STAFF, WAGES, Bureau

both = pytest.mark.parametrize("tables", ["sqlite", "postgresql"], indirect=True)
OWED = ("pending", "sending", "unknown", "failed")


def row_of(bureau: Bureau, words: str) -> Outbox:
    """Return the newest owed message with these words."""
    return [row for row in bureau.owed() if row.kind == "message" and words in row.payload["text"]][-1]


# the desk stops


@both
def test_what_was_stored_before_a_restart_is_handled_after_it(bureau: Bureau) -> None:
    """An update is answered 200 once it is stored; the desk that accepted it need not be the one that handles it."""
    bureau.registers()
    bureau.api.forwards(bureau.who("李敏"), STAFF, WAGES)
    bureau.api.says(bureau.who("王五"), bureau.who("王五"), "认领 1")
    assert bureau.api.statuses[-2:] == [200, 200]
    assert len(bureau.events("waiting")) == 2
    bureau.restart()
    bureau.desk.settle()
    assert bureau.case("S2").stage == "confirmation"
    assert bureau.case().stage == "draft"
    assert not bureau.events("waiting")


@both
def test_what_was_being_sent_when_the_desk_stopped_is_sent_again_and_says_so(bureau: Bureau) -> None:
    """Nobody knows if it arrived: it comes once more under the same number, marked; a card just replaces itself."""
    bureau.registers()
    bureau.api.says(bureau.who("李敏"), STAFF, "补充 1 现场已通水")
    bureau.handles_and_is_gone(lambda: "现场已通水" in bureau.card().text)
    bureau.restart()
    bureau.desk.settle()
    note = row_of(bureau, "已补充")
    assert bureau.texts(STAFF) == ["📝 已补充到 1号", f"📝 已补充到 1号\n(#{note.serial} 可能重复)"]
    assert not bureau.owed(*OWED)
    cards = [message for message in bureau.api.messages(STAFF, own=True) if "来源:" in message.text]
    assert len(cards) == 1
    assert "现场已通水" in cards[0].text


# an answer is lost


def test_a_lost_answer_is_sent_once_more_with_its_number(bureau: Bureau) -> None:
    """The message landed and its answer did not: one repeat, marked with the number, and no third."""
    bureau.registers()
    bureau.api.lose_reply("sendMessage", STAFF)
    bureau.api.says(bureau.who("李敏"), STAFF, "补充 1 现场已通水")
    bureau.desk.settle()
    assert bureau.texts(STAFF) == ["📝 已补充到 1号"]
    bureau.later(minutes=1)
    note = row_of(bureau, "已补充")
    assert bureau.texts(STAFF) == [f"📝 已补充到 1号\n(#{note.serial} 可能重复)"]
    bureau.later(minutes=10)
    assert REPEATED not in "".join(bureau.texts(STAFF))
    assert not bureau.owed(*OWED)


def test_a_lost_answer_to_an_edit_is_just_repeated(bureau: Bureau) -> None:
    """The card is changed again into what it already shows, without a word and without a second card."""
    bureau.registers()
    bureau.api.lose_reply("editMessageText", STAFF)
    bureau.api.says(bureau.who("王五"), bureau.who("王五"), "认领 1")
    bureau.desk.settle()
    bureau.later(minutes=1)
    assert len(bureau.api.calls("editMessageText", STAFF)) >= 2
    assert "发言人 王五(已认领)" in bureau.card().text
    assert REPEATED not in bureau.card().text
    assert bureau.texts(STAFF) == []
    assert not bureau.owed(*OWED)


def test_a_lost_answer_to_a_first_card_leaves_one_card_that_is_kept(bureau: Bureau) -> None:
    """A card that may stand there twice: the newer one is kept current, and a tap on the older one works as well."""
    bureau.api.lose_reply("sendMessage", STAFF)
    bureau.api.forwards(bureau.who("李敏"), STAFF, POST)
    bureau.desk.settle()
    bureau.later(minutes=1)
    older, newer = (message for message in bureau.api.messages(STAFF, own=True) if "来源:" in message.text)
    bureau.api.taps(bureau.who("赵强"), STAFF, older.message_id, "属实")
    bureau.desk.settle()
    assert bureau.api.toasts()[-1].text.startswith("✅ 已登记")
    assert bureau.card("来源:").message_id == newer.message_id
    assert newer.text.startswith("港建舆〔2026〕1号")


# Telegram is slow, broken, or away


def test_a_chat_that_is_to_wait_holds_up_no_other(bureau: Bureau) -> None:
    """After a 429 that chat alone is left in peace for as long as it was said; it costs no attempt."""
    bureau.registers()
    api, li = bureau.api, bureau.who("李敏")
    api.fail_next("sendMessage", STAFF, retry_after=40)
    api.says(li, STAFF, "补充 1 现场已通水")
    api.says(li, STAFF, "补充 1 水压不足")
    api.says(li, li, f"上报 {WAGES}")
    bureau.desk.settle()
    calls = len(api.calls("sendMessage", STAFF))
    assert bureau.texts(STAFF) == []
    assert bureau.texts(li)[0].startswith("📥 已收到并留存:线索 S2。")
    bureau.until(bureau.clock.now() + timedelta(seconds=39))
    assert len(api.calls("sendMessage", STAFF)) == calls
    bureau.until(bureau.clock.now() + timedelta(seconds=3))
    assert bureau.texts(STAFF)[:2] == ["📝 已补充到 1号", "📝 已补充到 1号"]
    assert row_of(bureau, "已补充").attempts == 1
    assert not bureau.owed("failed", "unknown", "sending")


@pytest.mark.parametrize("code", [500, 502, 504])
def test_an_error_of_the_server_delays_and_loses_nothing(bureau: Bureau, code: int) -> None:
    """Three errors in a row; it is said in the end, marked, since nobody knows what a broken server has done."""
    bureau.registers()
    bureau.api.fail_next(None, STAFF, times=3, code=code)
    bureau.api.says(bureau.who("李敏"), STAFF, "补充 1 现场已通水")
    bureau.desk.settle()
    bureau.later(minutes=2)
    (said,) = bureau.texts(STAFF)
    assert said.startswith("📝 已补充到 1号\n(#")
    assert REPEATED in said
    assert "现场已通水" in bureau.card().text
    assert not bureau.owed(*OWED)


@pytest.mark.parametrize(
    ("tables", "minutes"),
    # Three hours are a hundred tries more, no other question to the database.
    [(kind, minutes) for kind in ("sqlite", "postgresql") for minutes in (2, 10)] + [("sqlite", 180)],
    indirect=["tables"],
)
def test_a_gateway_in_trouble_loses_nothing_however_long(bureau: Bureau, minutes: int) -> None:
    """502 to everything: whoever was to be asked is asked a minute after its end, once, and nothing is given up."""
    bureau.registers()
    api, wang = bureau.api, bureau.who("王五")
    bureau.staff.forwards("李敏", WAGES)
    bureau.later(minutes=9.9)
    bureau.new(wang)
    api.down(502)
    bureau.later(minutes=minutes)  # the slip registers itself meanwhile, and somebody is to be asked
    assert not bureau.owed("failed")
    api.up()
    bureau.later(minutes=1.5)
    asked = [text for text in bureau.texts(wang) if text.startswith("📌 请认领 港建舆〔2026〕2号")]
    assert len(asked) == 1
    bureau.later(minutes=11)
    assert not bureau.owed(*OWED)


@both
def test_what_is_given_up_is_told(bureau: Bureau) -> None:
    """One message alone is refused whenever it is said: administrators hear of it, and the staff of what was due."""
    bureau.staff.forwards("李敏", POST)
    head, wang = bureau.who("何主任"), bureau.who("王五")
    bureau.api.fail_next("sendMessage", wang, times=99, code=400, description="Bad Request: odd thing in the message")
    bureau.staff.taps("赵强", "属实")  # now somebody is to be asked
    told = [text for text in bureau.texts(head) if text.startswith("🚨 有一条没有送到 王五,已放弃:「")]
    assert len(told) == 1
    assert "dd thing in the message" in told[0]
    assert any(text.startswith("🚨 有一条没有送到 王五") for text in bureau.texts(STAFF))
    bureau.staff.forwards("李敏", WAGES)
    bureau.staff.taps("赵强", "属实")
    bureau.later(minutes=61)
    more = [text for text in bureau.texts(head) if text.startswith("🚨 过去一小时又有")]
    assert more
    assert all("条没有送到 王五,已放弃。" in text for text in more)


@both
@pytest.mark.parametrize(
    "why",
    [
        "TOPIC_CLOSED",
        "CHAT_SEND_PLAIN_FORBIDDEN",
        "CHAT_ADMIN_REQUIRED",
        "CHANNEL_PRIVATE",
        "CHAT_GUEST_SEND_FORBIDDEN",
        "chat is restricted",
        "TOPIC_DELETED",
    ],
)
def test_a_group_that_takes_nothing_gets_it_all_afterwards(bureau: Bureau, why: str) -> None:
    """Administrators are told once, what is owed waits, and goes out once the group takes it, within ten minutes."""
    bureau.registers()
    api, head, li = bureau.api, bureau.who("何主任"), bureau.who("李敏")
    api.fail_next(None, STAFF, times=10_000, code=400, description=f"Bad Request: {why}")
    api.says(li, STAFF, "补充 1 现场已通水")
    bureau.desk.settle()
    bureau.later(hours=5)
    assert sum("发不出消息了" in text for text in bureau.texts(head)) == 1
    assert not bureau.owed("failed")
    api.mend()
    bureau.later(minutes=11)
    assert any("已补充到 1号" in text for text in bureau.texts(STAFF))
    assert "现场已通水" in bureau.card().text
    assert not bureau.owed(*OWED)


@both
def test_one_file_that_cannot_be_had_keeps_no_other_back(bureau: Bureau) -> None:
    """It is tried more and more rarely, the others are fetched at once; after three days the card says it is gone."""
    bureau.registers()
    api, li = bureau.api, bureau.who("李敏")
    first = api.sends_document(li, li, b"%PDF-1 first", "first.pdf", caption=POST + "甲")
    api.world.files[first.fields["document"]["file_id"]].path = f"/{TOKEN}/documents/cleaned-up.pdf"
    api.sends_document(li, li, b"%PDF-1 second", "second.pdf", caption=WAGES)
    bureau.later(minutes=5)
    assert [row.payload["name"] for row in bureau.owed("pending") if row.kind == "file"] == ["first.pdf"]
    before = len(api.calls("getFile"))
    bureau.later(hours=2)
    assert len(api.calls("getFile")) - before <= 14
    bureau.later(days=3)
    assert not [row for row in bureau.owed(*OWED) if row.kind == "file" and row.stage != "failed"]


@both
def test_an_hour_without_telegram_loses_nothing_and_what_the_law_asks_goes_first(bureau: Bureau) -> None:
    """While connections are refused every clock runs on; afterwards all that is owed goes out in order, unmarked."""
    bureau.registers()
    api, li = bureau.api, bureau.who("李敏")
    for n in range(3):
        api.says(li, STAFF, f"补充 1 第{n}次")
    api.forwards(li, STAFF, WAGES)
    api.down()
    bureau.later(hours=1)
    owed = {row.serial: row for row in bureau.owed("pending")}
    assert sum(row.lane == STATUTORY for row in owed.values()) >= 2  # reminders and reports about deadlines
    assert all(row.attempts for row in owed.values() if row.kind == "message")
    api.up()
    bureau.clock.pass_by(timedelta(minutes=15))
    bureau.desk.settle()
    assert not bureau.owed(*OWED)
    numbers = [str(message.message_id) for message in bureau.new(STAFF)]
    went = {row.message_id: row for row in bureau.owed("sent") if row.destination == f"telegram:{STAFF}"}
    lanes = [went[number].lane for number in numbers if number in went and went[number].serial in owed]
    assert lanes == sorted(lanes)
    assert {STATUTORY, ANSWER} <= set(lanes)
    assert sum("已补充" in message.text for message in api.messages(STAFF, own=True)) == 3
    assert not [message for message in api.messages(STAFF, own=True) if REPEATED in message.text]


# nobody is there


@both
def test_who_blocks_the_desk_is_passed_over_and_comes_back(bureau: Bureau) -> None:
    """A 403 to a person: the next one is asked at once and the staff group hears it once; /start mends it."""
    bureau.staff.forwards("李敏", POST)
    bureau.new(STAFF)
    api, wang, chen = bureau.api, bureau.who("王五"), bureau.who("陈静")
    api.deliver_to = None  # Telegram's own notice is late: the refusal is what tells
    api.blocks(wang)
    api.world.bot().pending.clear()
    api.deliver_to = bureau.stage.hook(bureau.desk)
    bureau.staff.taps("赵强", "属实")
    lost = [text for text in bureau.texts(STAFF) if text.startswith("🚨 私聊找不到 王五 了")]
    assert len(lost) == 1
    assert "https://t.me/huiying_bot" in lost[0]
    assert any("1号" in text for text in bureau.texts(chen))
    bureau.later(minutes=30)
    assert not [text for text in bureau.texts(STAFF) if "找不到 王五" in text]
    assert bureau.texts(wang) == []
    api.starts(wang)
    bureau.desk.settle()
    assert [text.partition("\n")[0] for text in bureau.texts(wang)] == ["您在这里可以说:"]
    api.says(wang, wang, "认领 1")
    bureau.desk.settle()
    assert bureau.case().stage == "draft"
    assert any("1号" in text for text in bureau.texts(wang))


def test_a_desk_put_out_of_its_group_tells_the_administrators(bureau: Bureau) -> None:
    """Told once, by Telegram's notice or by a refusal; let in again, the desk says so and the cards go on."""
    bureau.registers()
    api, head = bureau.api, bureau.who("何主任")
    bureau.new(head)
    api.remove_member(STAFF, bureau.me, by=bureau.who("李敏"))
    bureau.desk.settle()
    bureau.later(minutes=30)
    told = [text for text in bureau.texts(head) if text.startswith("🚨 我在 「舆情工作群」(工作群) 里发不出消息了")]
    assert len(told) == 1
    api.says(bureau.who("王五"), bureau.who("王五"), "认领 1")
    bureau.desk.settle()
    bureau.later(minutes=5)
    assert bureau.case().stage == "draft"
    assert not [text for text in bureau.texts(head) if "发不出消息" in text]
    api.add_member(STAFF, bureau.me, by=bureau.who("李敏"))
    api.promote(bureau.me, STAFF)
    bureau.desk.settle()
    assert "✅ 我在 「舆情工作群」(工作群) 里了,可以发言。" in bureau.texts(head)
    bureau.new(STAFF)
    api.forwards(bureau.who("李敏"), STAFF, WAGES)
    bureau.desk.settle()
    assert "线索 S2" in bureau.texts(STAFF)[-1]
