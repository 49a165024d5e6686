"""Lanes: what a limit hangs on goes first, then approvals, answers, cards, and what can wait; whatever else is owed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.chat.drill import NAME
from bot.chat.telegram.platform import TelegramPlatform
from bot.desk import Desk, run_until
from handlers.act import ANSWER, APPROVAL, CARD, DIGEST, STATUTORY
from storage import chat as chats
from storage import outbox
from storage import person as people
from storage.chat import Chat
from storage.database import Database
from storage.outbox import Outbox
from tests.conversations.stages import TOKEN
from tests.conversations.talking import UNHURRIED, TalkingDesk, no_channels
from tests.conversations.writing import PLAIN, submitted
from tests.platforms.bureau import Bureau
from tests.platforms.test_sending import Slow

AUDIENCE = 1_300
A_SECOND = 2  # messages in all that a small Telegram takes
CASES = 28  # each with its reminders: more than one look takes of timers at least
MOST = timedelta(seconds=2)  # that a broadcast may delay what the law wants told


@pytest.fixture
def desk(database: Database) -> TalkingDesk:
    """Give a desk with its cast."""
    return TalkingDesk(database, no_channels)


@pytest.fixture
def slow(desk: TalkingDesk) -> Slow:
    """Give a platform that takes thirty messages a second in all and one a second 1:1."""
    slow = Slow(desk.database)
    slow.waits = False
    slow.overall = ((30, 1.0),)
    slow.direct_pace = ((1, 1.0),)
    return slow


@pytest.fixture
def busy(desk: TalkingDesk, slow: Slow) -> Desk:
    """Give the desk that sends through it."""
    return Desk(desk.database, desk.clock, desk.house, {NAME: slow}, {}, reading=UNHURRIED)


def owe(desk: TalkingDesk, to: Sequence[Chat], text: str, lane: int) -> None:
    """Owe the same words to several chats."""
    with desk.database.writing() as session:
        outbox.put_all(session, rows_to(desk, to, text, lane))


def rows_to(desk: TalkingDesk, to: Sequence[Chat], text: str, lane: int) -> list[dict[str, Any]]:
    """Say what is owed when several chats are owed the same words."""
    now = desk.clock.now()
    return [
        {
            "kind": "message", "platform": chat.platform, "destination": f"{chat.platform}:{chat.account}",
            "chat_id": chat.id, "lane": lane, "payload": {"text": text}, "created_at": now, "not_before": now,
        }
        for chat in to
    ]  # fmt: skip


def audience(desk: TalkingDesk, platform: str, count: int) -> list[Chat]:
    """Let many people have a 1:1 chat; by name they come before everybody of the cast."""
    found = [Chat(platform=platform, account=f"direct:{n:04}", use="direct") for n in range(count)]
    with desk.database.writing() as session:
        people.save(session, *found)
    return found


def chat_of(desk: TalkingDesk, account: str) -> Chat:
    """Find a chat of the cast."""
    with desk.database.reading() as session:
        found = chats.by_account(session, NAME, account)
    assert found is not None
    return found


def when(slow: Slow, text: str) -> list[timedelta]:
    """List when words went out, after the first words that did."""
    return [at - slow.sent[0][2] for _, said, at in slow.sent if text in said]


def test_a_broadcast_to_1300_people_delays_a_reminder_by_two_seconds_at_most(
    desk: TalkingDesk, slow: Slow, busy: Desk
) -> None:
    """A reminder owed in the midst of a broadcast goes out next, where the broadcast waits for the platform's limit."""
    everybody = audience(desk, NAME, AUDIENCE)
    busy.settle()
    owe(desk, everybody, "全区公告", APPROVAL)
    run_until(busy, desk.clock.move_to, desk.clock.now() + timedelta(seconds=5))
    before = desk.clock.now()
    owe(desk, [chat_of(desk, "direct:wangwu")], "⏰ 1号 还剩 15分", STATUTORY)
    run_until(busy, desk.clock.move_to, before + timedelta(minutes=1))
    (reminded,) = [at for chat, text, at in slow.sent if "⏰" in text and chat == "direct:wangwu"]
    assert reminded - before <= MOST
    assert len(slow.sent) - 1 == AUDIENCE
    assert max(when(slow, "全区公告")) >= timedelta(seconds=AUDIENCE / 30 - 1)


def test_what_is_owed_at_once_goes_out_by_lanes(desk: TalkingDesk, slow: Slow, busy: Desk) -> None:
    """However it came to be owed and whoever it is for."""
    busy.settle()
    places = audience(desk, NAME, len(outbox.LANES))
    for chat, lane in zip(places, (DIGEST, CARD, ANSWER, APPROVAL, STATUTORY), strict=True):
        owe(desk, [chat], outbox.LANES[lane], lane)
    busy.settle()
    assert [text for _, text, _ in slow.sent] == list(outbox.LANES)


def test_what_is_owed_goes_out_with_the_commit_that_owes_it(desk: TalkingDesk, slow: Slow, busy: Desk) -> None:
    """Nobody has to look once more."""
    busy.settle()
    with busy.sender.writing(desk.clock.now()) as session:
        outbox.put_all(session, rows_to(desk, [chat_of(desk, "direct:wangwu")], "⏰ 1号 还剩 15分", STATUTORY))
        assert not slow.sent
    assert [text for _, text, _ in slow.sent] == ["⏰ 1号 还剩 15分"]


def test_what_falls_due_after_a_look_began_is_looked_at_next(desk: TalkingDesk, busy: Desk) -> None:
    """Whoever looks rests until then and no longer; what had its look and could not go does not keep it awake."""
    busy.settle()
    busy.look()
    now, moment = desk.clock.now(), timedelta(milliseconds=400)
    assert busy.rests_for(1.0) == 1.0
    with desk.database.writing() as session:
        (row,) = rows_to(desk, [chat_of(desk, "direct:wangwu")], "⏰ 1号 还剩 15分", STATUTORY)
        outbox.put_all(session, [{**row, "not_before": now + moment}])
    assert busy.rests_for(1.0) == pytest.approx(0.4)
    desk.clock.move_to(now + 2 * moment)
    busy.look(everywhere=False)
    assert busy.rests_for(1.0) == 0
    busy.look()
    assert busy.rests_for(1.0) == 1.0


def cards_owed(desk: TalkingDesk) -> int:
    """Count the cards that have not gone out."""
    with desk.database.reading() as session:
        return len(session.exec(select(Outbox).where(Outbox.lane == CARD, Outbox.stage == "pending")).all())


def test_cards_wait_while_limits_fall_due_faster_than_they_are_told(desk: TalkingDesk) -> None:
    """More reminders than one look takes: words go out first, cards after them, and after ten seconds in any case."""
    for n in range(CASES):
        desk.staff.forwards("李敏", f"第{n}小区停水三天没人管,业主着急。")
    desk.later(minutes=11)
    desk.clock.move_to(desk.clock.now() + timedelta(hours=24))
    hasty = Desk(desk.database, desk.clock, desk.house, {NAME: desk.platform}, {}, reading=0)
    for _ in range(2):
        desk.clock.move_to(desk.clock.now() + timedelta(seconds=1))
        assert hasty.look_at_timers()
        assert hasty.sender.words_first
    hasty.sender.pump(desk.clock.now())
    assert cards_owed(desk)
    desk.clock.move_to(desk.clock.now() + timedelta(seconds=11))
    assert hasty.look_at_timers()
    assert not hasty.sender.words_first
    hasty.settle()
    assert not hasty.sender.words_first
    assert cards_owed(desk) == 0


def test_on_telegram_a_reminder_overtakes_a_broadcast(bureau: Bureau) -> None:
    """Calls over the wire, two a second in all: of a broadcast to everybody two seconds' worth go first at most."""
    platform = TelegramPlatform(
        TOKEN, api_url=bureau.api.url, group_limits=(), private_limits=(), overall=((A_SECOND, 1.0),)
    )
    telegram = Desk(bureau.database, bureau.clock, bureau.house, {"telegram": platform}, {}, reading=UNHURRIED)
    telegram.settle()
    with bureau.database.reading() as session:
        cast = [chat for chat in chats.on_platform(session, "telegram") if chat.use == "direct"]
    began = len(bureau.api.calls("sendMessage"))
    owe(bureau, cast, "全区公告", ANSWER)
    run_until(telegram, bureau.clock.move_to, bureau.clock.now() + timedelta(seconds=1.5))
    before = len(bureau.api.calls("sendMessage"))
    assert before - began < len(cast) / 2
    owe(bureau, sorted(cast, key=lambda chat: chat.account)[-1:], "⏰ 1号 还剩 15分", STATUTORY)
    run_until(telegram, bureau.clock.move_to, bureau.clock.now() + timedelta(seconds=30))
    platform.close()
    said = [str(call.parameters["text"]) for call in bureau.api.calls("sendMessage")][began:]
    assert len(said) == len(cast) + 1
    (reminded,) = [n for n, text in enumerate(said, began) if "⏰" in text]
    assert reminded - before < A_SECOND * MOST.total_seconds()


def test_each_thing_the_desk_owes_has_its_lane(database: Database) -> None:
    """Being asked to take a case is statutory, being asked to sign approval; cards and digests have their own."""
    desk = TalkingDesk(database, no_channels)
    submitted(desk, PLAIN)
    desk.later(days=1)
    with database.reading() as session:
        rows = session.exec(select(Outbox)).all()
    said = [(row.lane, str(row.payload["text"])[:20]) for row in rows if row.kind == "message"]
    lanes = {"请认领": STATUTORY, "回应还剩": STATUTORY, "请审": APPROVAL, "由您认领": ANSWER, "晨报": DIGEST}
    assert {words: {each for each, text in said if words in text} for words in lanes} == {
        words: {lane} for words, lane in lanes.items()
    }
    assert {row.lane for row in rows if row.kind == "card"} == {CARD}
