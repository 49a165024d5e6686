"""Sending: no chat holds up another, every chat keeps its pace, and nothing that is owed is lost on the way."""

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from bot.chat.drill import NAME, DrillPlatform
from bot.chat.platform import Limits, SendFailed
from bot.desk import Desk, run_until
from handlers.act import STATUTORY, payload_of
from handlers.conversation import Content, Incoming, Origin, Place, Sender
from storage import chat as chats
from storage import destination as destinations
from storage import outbox
from storage import person as people
from storage.database import Database, Session
from storage.outbox import Outbox
from tests.conversations.talking import UNHURRIED, TalkingDesk, no_channels

CALLS = 16  # at once
GROUP: Limits = ((3, 3.0), (20, 60.0))


class Slow(DrillPlatform):
    """A platform that is called from threads, has limits, and does to each message what it was told to do."""

    waits = True

    def __init__(self, database: Database) -> None:
        """Remember everything."""
        super().__init__(database)
        self.sent: list[tuple[str, str, datetime]] = []  # chat, words, when
        self.edits: list[tuple[str, str, datetime]] = []
        self.before: dict[str, Callable[[], None]] = {}  # by chat: what happens before a message is taken
        self.pace: Limits = ()
        self.direct_pace: Limits = ()

    def limits(self, chat: str) -> Limits:
        """Have limits in groups, and others 1:1."""
        return self.direct_pace if chat.startswith("direct:") else self.pace

    def send(self, chat: str, content: Content, at: datetime) -> str:
        """Take a message."""
        self.before.get(chat, lambda: None)()
        self.sent.append((chat, content.text, at))
        return super().send(chat, content, at)

    def edit(self, chat: str, message_id: str, content: Content, at: datetime) -> str:
        """Take a change."""
        self.before.get(chat, lambda: None)()
        self.edits.append((chat, content.text, at))
        return super().edit(chat, message_id, content, at)

    def to(self, chat: str) -> list[str]:
        """List what a chat got."""
        return [text for where, text, _ in self.sent if where == chat]


@pytest.fixture
def desk(sqlite_database: Database) -> TalkingDesk:
    """Give a desk with its cast."""
    return TalkingDesk(sqlite_database, no_channels)


@pytest.fixture
def slow(desk: TalkingDesk) -> Slow:
    """Give the platform."""
    return Slow(desk.database)


@pytest.fixture
def busy(desk: TalkingDesk, slow: Slow) -> Iterator[Desk]:
    """Give the desk that sends through it; what is still under way at the end of a test comes to its end."""
    with ThreadPoolExecutor(CALLS) as calls:
        yield Desk(desk.database, desk.clock, desk.house, {NAME: slow}, {}, reading=UNHURRIED, pool=calls)


def forward(n: int, chat: str = "staff") -> Incoming:
    """Return a forwarded post, each about another matter."""
    return Incoming(
        platform=NAME,
        key=f"sending:{n}",
        at=datetime.fromisoformat("2026-11-24T01:05:00Z"),
        place=Place(account=chat, direct=chat.startswith("direct:")),
        sender=Sender(account="limin", name="李敏"),
        message_id=str(900_000 + n),
        text=f"第{n}小区{n}栋停水{n}天没人管,老人小孩都没水喝",
        origin=Origin(kind="hidden_user", author=f"网友{n}"),
    )


def words(text: str, chat: str) -> Incoming:
    """Return words to the desk."""
    return forward(abs(hash((text, chat))) % 1_000_000, chat).model_copy(update={"text": text, "origin": None})


def step(desk: TalkingDesk, busy: Desk, seconds: float) -> None:
    """Let a little time pass and look once."""
    run_until(busy, desk.clock.move_to, desk.clock.now() + timedelta(seconds=seconds))


def test_a_chat_that_does_not_answer_holds_up_no_other(desk: TalkingDesk, slow: Slow, busy: Desk) -> None:
    """While the staff chat hangs, a person is answered; the staff chat's message follows when it answers."""
    gate = threading.Event()
    slow.before["staff"] = lambda: wait_for(gate)
    busy.accept(forward(1))
    busy.look()
    busy.accept(words("我是谁", "direct:limin"))
    busy.look()
    for _ in range(200):
        if slow.to("direct:limin"):
            break
        busy.sender.wake.wait(0.05)
    assert slow.to("direct:limin")
    assert not slow.to("staff")
    gate.set()
    busy.settle()
    assert "线索 S1" in slow.to("staff")[0]


def test_a_pause_is_of_one_chat_alone(desk: TalkingDesk, slow: Slow, busy: Desk) -> None:
    """Where the vendor asked for a pause nothing goes out until it is over, and it costs no attempt; others go on."""

    def pause() -> None:
        raise SendFailed("Too Many Requests", after=7)

    slow.before["staff"] = pause
    busy.accept(forward(1), words("我是谁", "direct:limin"))
    busy.settle()
    assert slow.to("direct:limin")
    del slow.before["staff"]
    step(desk, busy, 5)
    assert not slow.to("staff")
    step(desk, busy, 3)
    assert len(slow.to("staff")) == 1
    with desk.database.reading() as session:
        assert [row.attempts for row in rows(session, "card")] == [1]


def wait_for(gate: threading.Event) -> None:
    """Hang until the gate opens, or a test has surely failed."""
    gate.wait(10)


def rows(session: object, kind: str) -> list[Outbox]:
    """List the owed rows of a kind."""
    return [row for serial in range(1, 2000) if (row := session.get(Outbox, serial)) and row.kind == kind]  # type: ignore[attr-defined]


def test_what_may_have_gone_out_is_sent_again_and_says_so(desk: TalkingDesk, slow: Slow, busy: Desk) -> None:
    """A lost reply: the same words once more, with their number and 可能重复."""
    lost = [SendFailed("read time-out", unknown=True)]

    def lose() -> None:
        if lost:
            raise lost.pop()

    slow.before["direct:limin"] = lose
    busy.accept(words("我是谁", "direct:limin"))
    busy.settle()
    assert not slow.to("direct:limin")
    step(desk, busy, 5)
    assert re.search(r"\(#\d+ 可能重复\)$", slow.to("direct:limin")[0])


def test_a_card_that_may_stand_there_twice_says_so_as_long_as_it_stands(
    desk: TalkingDesk, slow: Slow, busy: Desk
) -> None:
    """A lost reply to a new card, and to the fresher one that took its place: both numbers are told, in edits too."""
    lost = [SendFailed("read time-out", unknown=True) for _ in range(2)]

    def lose() -> None:
        if lost:
            raise lost.pop()

    slow.before["staff"] = lose
    busy.accept(forward(1))
    busy.settle()
    assert not slow.to("staff")
    with desk.database.reading() as session:
        (first,) = rows(session, "card")
    step(desk, busy, 5)
    busy.accept(words("补充 S1 已派人到场", "direct:zhaoqiang"))
    for _ in range(4):
        step(desk, busy, 5)
    (said,) = slow.to("staff")
    marked = re.search(r"\(#(\d+) 可能重复\)$", said)
    assert marked
    assert int(marked[1]) >= (first.serial or 0)
    busy.accept(words("补充 S1 又打了电话", "direct:zhaoqiang"))
    for _ in range(4):
        step(desk, busy, 5)
    assert slow.edits
    assert all(text.endswith(marked[0]) for _, text, _ in slow.edits)


def test_many_posts_at_once_become_few_messages_and_none_is_missing(desk: TalkingDesk, slow: Slow, busy: Desk) -> None:
    """Three hundred forwards in fifteen seconds: never more than the group may take, and every slip is named."""
    slow.pace = GROUP
    for second in range(15):
        busy.accept(*(forward(second * 20 + n) for n in range(1, 21)))
        step(desk, busy, 1)
    step(desk, busy, 60)
    step(desk, busy, 60)
    counted = sorted(at.timestamp() for chat, _, at in [*slow.sent, *slow.edits] if chat == "staff")
    for most, seconds in GROUP:
        assert max(sum(moment - seconds < other <= moment for other in counted) for moment in counted) <= most
    said = "\n".join(slow.to("staff"))
    missing = [n for n in range(1, 301) if not re.search(rf"线索 S{n}\b", said)]
    assert not missing
    assert len(slow.to("staff")) < 40


def test_a_list_opens_each_of_its_cases(desk: TalkingDesk, slow: Slow, busy: Desk) -> None:
    """Under a list every case has its button, which shows its card."""
    slow.pace = GROUP
    busy.accept(*(forward(n) for n in range(1, 12)))
    busy.settle()
    listed = desk.staff.shows("消息较多")
    assert "线索 S7" in listed
    labels = desk.staff.buttons("消息较多")
    assert "S7" in labels


def test_what_is_left_over_by_itself_is_no_list(desk: TalkingDesk, slow: Slow, busy: Desk) -> None:
    """Forty slips that waited fill a list; the forty-first stands by itself, whole."""
    slow.pace = GROUP
    gate = threading.Event()
    slow.before["staff"] = lambda: wait_for(gate)
    for n in range(42):
        busy.accept(forward(n))
        busy.look()
    gate.set()
    busy.settle()
    _, listed, last = slow.to("staff")
    assert listed.startswith("📋 消息较多,合并 40 条:")
    assert "合并" not in last
    assert "线索 S42" in last
    assert "网友41" in last


@pytest.mark.parametrize("pace", [((3, 3.0),), GROUP])
def test_whoever_is_answered_gets_each_answer_by_itself(
    desk: TalkingDesk, slow: Slow, busy: Desk, pace: Limits
) -> None:
    """Five invitations at once: each can be handed on alone, none is in a list, and they keep their order."""
    slow.direct_pace = pace
    with desk.database.writing() as session:
        li = people.by_name(session, "李敏")
        assert li is not None
        li.roles = [*li.roles, "administrator"]
        people.save(session, li)
    names = ("王五", "赵强", "林峰", "何主任", "李敏")
    for name in names:
        busy.accept(words(f"邀请 {name}", "direct:limin"))
    busy.settle()
    assert len(slow.to("direct:limin")) == 3
    step(desk, busy, 4)
    assert [said.split("(")[0] for said in slow.to("direct:limin")] == [f"{name} 的邀请码" for name in names]


def test_answers_one_to_one_wait_for_their_turn(desk: TalkingDesk, slow: Slow, busy: Desk) -> None:
    """A chat that may soon be written to again gets no list: what is too much now follows as it would have come."""
    slow.direct_pace = ((1, 1.0),)
    busy.accept(words("我是谁", "direct:limin"), words("属实 S77", "direct:limin"), words("待办", "direct:limin"))
    busy.settle()
    for _ in range(3):
        step(desk, busy, 1)
    who, refused, todo = slow.to("direct:limin")
    assert who.startswith("李敏 · ")
    assert refused.startswith("您没有「属实」的权限")
    assert "合并" not in who + refused + todo


def test_a_desk_that_dies_while_sending_a_list_owes_each_message_again(
    desk: TalkingDesk, slow: Slow, busy: Desk
) -> None:
    """What was under way is owed as it was before it became a list."""
    slow.pace = GROUP
    busy.accept(*(forward(n) for n in range(1, 12)))
    gate = threading.Event()
    slow.before["staff"] = lambda: wait_for(gate)
    while busy.look_at_inbox():  # a slow machine takes them in several batches
        pass
    after = Desk(desk.database, desk.clock, desk.house, {NAME: Slow(desk.database)}, {})
    after.take_over()
    with desk.database.reading() as session:
        cards = rows(session, "card")
        assert len(cards) == 11
        assert {row.stage for row in cards} == {"pending"}
        assert not [row for row in cards if "list" in row.payload or "in_list" in row.payload]
    gate.set()


def test_edits_leave_room_for_what_is_new(desk: TalkingDesk, slow: Slow, busy: Desk) -> None:
    """A group that gets many changed cards can still be written to."""
    slow.pace = GROUP
    for n in range(1, 4):
        busy.accept(forward(n))
        step(desk, busy, 4)
    for n in range(40):
        busy.accept(words(f"补充 S{n % 3 + 1} 第{n}次", "direct:zhaoqiang"))
        step(desk, busy, 1)
    assert len(slow.edits) <= 18
    before = len(slow.to("staff"))
    busy.accept(forward(4))
    busy.settle()
    assert len(slow.to("staff")) == before + 1


def test_in_a_group_that_is_never_quiet_a_changed_card_has_its_turn(desk: TalkingDesk, slow: Slow, busy: Desk) -> None:
    """What is new comes first, but no card shows for minutes what is no longer so; what is new hardly waits for it."""
    slow.pace = GROUP
    busy.accept(forward(1))
    busy.settle()
    forwarded: dict[int, datetime] = {}
    for n in range(150):
        if n == 60:
            busy.accept(words("补充 S1 已派人到场", "direct:zhaoqiang"))
        forwarded |= {2 + 2 * n: desk.clock.now(), 3 + 2 * n: desk.clock.now()}
        busy.accept(forward(2 + 2 * n), forward(3 + 2 * n))
        step(desk, busy, 1)
    changed = [at for _, text, at in slow.edits if "已派人到场" in text]
    assert changed
    assert changed[0] - forwarded[2 + 2 * 60] < timedelta(seconds=75)
    named = [
        (int(n), at) for chat, text, at in slow.sent if chat == "staff" for n in re.findall(r"线索 S(\d+)\b", text)
    ]
    assert len(named) > 200
    # The places of a minute are taken within twenty seconds: that alone makes the next wait for forty.
    assert max(at - forwarded[n] for n, at in named if n in forwarded) < timedelta(seconds=50)


def test_in_a_group_that_is_never_quiet_a_reminder_goes_out_at_once(desk: TalkingDesk, slow: Slow, busy: Desk) -> None:
    """A tenth of what the group takes is kept for what the law wants told; what else waits keeps its order."""
    slow.pace = GROUP
    reminded: dict[str, datetime] = {}
    for n in range(90):
        if n % 35 == 20:
            reminded |= {f"还剩 {n} 分钟": desk.clock.now()}
            with desk.database.writing() as session:
                owe_words(session, f"还剩 {n} 分钟", desk.clock.now())
        busy.accept(forward(1 + 2 * n), forward(2 + 2 * n))
        step(desk, busy, 1)
    said = {text: at for chat, text, at in slow.sent if chat == "staff"}
    assert len(reminded) == 2
    assert all(said[text] - at <= timedelta(seconds=2) for text, at in reminded.items())
    named = list(dict.fromkeys(int(n) for text in said for n in re.findall(r"线索 S(\d+)\b", text)))
    assert named == sorted(named)
    assert len(named) > 100


def owe_words(session: Session, text: str, now: datetime) -> None:
    """Owe the staff what the law wants told."""
    (staff,) = chats.used_for(session, "staff")
    owed = {
        "kind": "message", "platform": NAME, "destination": f"{NAME}:{staff.account}", "chat_id": staff.id,
        "lane": STATUTORY, "payload": payload_of(Content(text)), "created_at": now, "not_before": now,
    }  # fmt: skip
    outbox.put_all(session, [owed])


def owe_card_again(session: Session, now: datetime) -> None:
    """Owe the first case's card once more to where it stands."""
    card = rows(session, "card")[0]
    again = {
        "kind": "card", "platform": NAME, "destination": card.destination, "chat_id": card.chat_id,
        "case_id": card.case_id, "created_at": now, "not_before": now,
    }  # fmt: skip
    outbox.put_all(session, [again])


def test_an_unchanged_card_is_not_sent_again(desk: TalkingDesk, slow: Slow, busy: Desk) -> None:
    """A card that stands there as it would be shown costs no call."""
    busy.accept(forward(1))
    busy.settle()
    with desk.database.writing() as session:
        owe_card_again(session, desk.clock.now())
    busy.settle()
    assert not slow.edits
    with desk.database.reading() as session:
        assert {row.stage for row in rows(session, "card")} == {"sent"}
        (staff,) = destinations.of(session, ["drill:staff"]).values()
        assert staff.paused_until is None


def test_a_card_of_whose_change_nobody_knows_is_changed_again_though_it_would_show_the_same(
    desk: TalkingDesk, slow: Slow, busy: Desk
) -> None:
    """A change landed, its answer was lost, and the case went back to what it was: what stands there is the change."""
    busy.accept(forward(1))
    busy.settle()
    lost = [SendFailed("read time-out")]

    def lose() -> None:
        if lost:
            raise lost.pop()

    def change(language: str) -> None:
        with desk.database.writing() as session:
            chats.used_for(session, "staff")[0].language = language
            owe_card_again(session, desk.clock.now())
            session.flush()
            for row in rows(session, "card"):
                row.not_before = desk.clock.now()  # at once: a card also tells how much time is left
        busy.settle()

    slow.before["staff"] = lose
    change("en")
    assert not lost
    assert not slow.edits
    change("zh")
    assert len(slow.edits) == 1


def test_a_message_nobody_can_say_stops_neither_its_chat_nor_a_list(desk: TalkingDesk, slow: Slow, busy: Desk) -> None:
    """One broken row among more than the group may take: the others go out, and the acts beside them stand."""
    slow.pace = ((1, 3.0),)
    busy.accept(*(forward(n) for n in range(1, 3)))
    with desk.database.writing() as session:
        staff = chats.used_for(session, "staff")[0]
        outbox.put(
            session,
            Outbox(
                kind="message", platform=NAME, destination="drill:staff", chat_id=staff.id, payload={},
                created_at=desk.clock.now(), not_before=desk.clock.now(),
            ),
        )  # fmt: skip
    busy.settle()
    for _ in range(4):
        step(desk, busy, 4)
    said = "\n".join(slow.to("staff"))
    assert "线索 S1" in said
    assert "线索 S2" in said
    with desk.database.reading() as session:
        (broken,) = [row for row in rows(session, "message") if not row.payload]
        assert broken.stage == "pending"
        assert "KeyError" in broken.trouble
