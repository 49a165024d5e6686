"""Buttons that were shown long ago: each tap is answered with what is true now, and signs or publishes nothing."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from storage import chat as chats
from storage import draft as drafts
from storage import person as people
from storage import release as releases
from storage.outbox import Outbox
from tests.conversations.stages import Said
from tests.conversations.talking import Talk, TalkingDesk
from tests.conversations.writing import PLAIN, POST, REVIEWERS, quiet, rewrite, signed, submit, submitted

VERBS = ("draft", "submit", "touches", "agency_confirm", "approve", "reject", "text", "issue", "issue_now", "cancel")
OTHER = "关于停水的通报\n已经恢复供水。"


def asked_of_everybody(desk: TalkingDesk) -> TalkingDesk:
    """Let every prompt of a text's way be shown once, up to the last question before its release."""
    talk = desk.direct("王五")
    submitted(desk, PLAIN)
    desk.direct("王五").says(f"起草 1 {OTHER}")
    talk.says("涉及 1 水务局")
    talk.says("送审 1")
    desk.direct("钱进").taps("✅确认无误")
    signed(desk, *REVIEWERS)
    desk.later(minutes=35)  # reminders to the leader
    signed(desk, "郑局长")
    talk.says("发布 1")
    talk.says(f"起草 1 {PLAIN}")
    quiet(desk)
    return desk


def issued(desk: TalkingDesk) -> None:
    """Publish it."""
    desk.direct("王五").taps("📢确认发布")


def closed(desk: TalkingDesk) -> None:
    """Publish it and end the case."""
    issued(desk)
    desk.direct("赵强").says("办结 1")
    desk.direct("赵强").taps("确认办结")
    assert desk.case().stage == "closed"


def returned(desk: TalkingDesk) -> None:
    """Send it back although it is signed."""
    desk.direct("郑局长").says("退回 1 再等等")


def rewritten(desk: TalkingDesk) -> None:
    """Write it anew, and submit that."""
    rewrite(desk, "关于停水的新通报\n明早恢复供水。")
    once_more = desk.direct("王五").button("📤送审")
    submit(desk)
    desk.direct("王五").presses("王五", *once_more)


def second_round(desk: TalkingDesk) -> None:
    """Publish it and put the next text under review."""
    issued(desk)
    desk.direct("王五").says("起草 1 续报\n全部恢复供水。")
    submit(desk)


def nothing(_desk: TalkingDesk) -> None:
    """Leave it where it waits to be issued."""


def shown(desk: TalkingDesk) -> list[tuple[Talk, str, Said, str]]:
    """List every button of these verbs that was ever shown, with whom it was shown to."""
    talks = [(desk.direct(name), name) for name in desk.keys]
    return [
        (talk, name, message, button["press"])
        for talk, name in [*talks, (desk.staff, "王五")]
        for message in talk.messages()
        for row in message.buttons
        for button in row
        if button["press"].partition("|")[0] in VERBS
    ]


def is_live(desk: TalkingDesk, press: str) -> bool:
    """Say whether this tap is meant now: a live question about the newest text."""
    with desk.database.reading() as session:
        newest = drafts.newest(session, desk.case().id)
    live_in = {"approve": ("review", "signature"), "issue_now": ("issue",)}
    verb, _, argument = press.split("|")
    name = (newest.manifest_hash if newest else None) or "-"
    return desk.case().stage in live_in.get(verb, ()) and name.startswith(argument[:12])


@pytest.mark.parametrize("then", [nothing, issued, closed, returned, rewritten, second_round])
def test_every_spent_button_is_answered(desk: TalkingDesk, then: Callable[[TalkingDesk], None]) -> None:
    """Whatever became of the case, each tap is answered, breaks nothing, and signs or publishes no old text."""
    early = shown(asked_of_everybody(desk))
    then(desk)
    before = counts(desk)
    for talk, name, message, press in {(each[2].id, each[3]): each for each in [*early, *shown(desk)]}.values():
        if is_live(desk, press):
            continue
        heard = len(everything(desk))
        talk.presses(name, message, press)
        said = everything(desk)[heard:]
        assert said, f"silence to {press}"
        assert not [text for text in said if "系统出错" in text], press
    assert counts(desk) == before


def everything(desk: TalkingDesk) -> list[str]:
    """Return all that stands in any chat, toasts too."""
    talks = [desk.staff, *(desk.direct(name) for name in desk.keys)]
    found = [message for talk in talks for message in talk.messages()]
    return [message.text for message in sorted(found, key=lambda message: message.id)]


def counts(desk: TalkingDesk) -> tuple[int, int]:
    """Count the signatures and the releases on record."""
    with desk.database.reading() as session:
        case = desk.case().id
        return len(drafts.signatures(session, case)), len(releases.of_case(session, case))


def test_a_signing_button_without_a_text_signs_nothing(desk: TalkingDesk) -> None:
    """A press that names no text is refused, not guessed at."""
    submitted(desk, PLAIN)
    talk = desk.direct("刘洋")
    message = next(message for message in talk.messages() if message.buttons)
    for argument in ("", "x", "0" * 11):
        talk.presses("刘洋", message, f"approve|{desk.case().id}|{argument}")
        assert talk.toast() == "这个按钮已经失效,请看最新的卡片。"
    assert counts(desk) == (0, 0)


def test_an_agency_that_answers_after_the_release_is_told(desk: TalkingDesk) -> None:
    """Its late tap hears that the text is out, not how a draft is written."""
    issued(asked_of_everybody(desk))
    desk.direct("钱进").taps("✅确认无误")
    assert desk.direct("钱进").toast() == "1号 v2 已经发布,不用再答复,未做任何改动。"


def settled(desk: TalkingDesk, name: str, label: str) -> list[bool]:
    """Say of each message with such a button that somebody was sent, whether it counts as settled."""
    with desk.database.reading() as session:
        person = people.by_name(session, name)
        own = [chat.id for chat in chats.direct(session, person.id)] if person else []
        rows = [row for row in session.exec(select(Outbox)) if row.kind == "message" and row.chat_id in own]
    return ["spent" in row.payload for row in rows if label in labels_in(row)]


def labels_in(row: Outbox) -> list[str]:
    """Return what stands on the buttons of a message."""
    return [button["label"] for buttons in row.payload.get("buttons", ()) for button in buttons]


def test_who_is_to_take_over_keeps_the_button_until_somebody_has(desk: TalkingDesk) -> None:
    """A text that comes back from its gates settles those, not who has the case while its spokesperson is away."""
    desk.direct("刘洋").says("语言 en")
    submitted(desk, PLAIN)
    desk.direct("王五").says("请假 2026-11-24 2026-11-26")
    desk.direct("刘洋").says("reject 1 数字有误")
    assert desk.case().stage == "draft"
    assert settled(desk, "刘洋", "✅ Approve") == [True]
    assert settled(desk, "陈静", "接办") == [False]
    with desk.database.reading() as session:
        toasts = [row for row in session.exec(select(Outbox)) if row.payload.get("spends")]
    assert {label for row in toasts for label in labels_in(row)} == {"Done", "已处理"}  # each in their own language
    desk.direct("陈静").taps("接办")
    assert settled(desk, "陈静", "接办") == [True]


def test_a_missed_limit_still_asks_why(desk: TalkingDesk) -> None:
    """Once the case has somebody, the alarm still asks for the reason; what asked only for somebody is settled."""
    desk.staff.forwards("李敏", POST)
    desk.later(hours=49)
    asked_why = settled(desk, "赵强", "说明原因")
    assert asked_why
    assert settled(desk, "赵强", "稍后10分")
    desk.direct("王五").says("认领 1")
    assert settled(desk, "赵强", "说明原因") == [False] * len(asked_why)
    assert all(settled(desk, "赵强", "稍后10分"))
