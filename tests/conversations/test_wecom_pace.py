"""A member of WeCom gets never more than WeCom takes, which drops the rest in silence; what waits is not lost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from bot.chat.wecom.platform import TO_MEMBER
from handlers.act import ANSWER, STATUTORY
from storage import chat as chats
from storage import outbox
from storage.outbox import Outbox
from tests.conversations.talking import MakeStage, TalkingDesk
from tests.conversations.telegram_stage import Hook
from tests.conversations.wecom_stage import wecom_stages
from tests.platforms.bot_api import BotApi
from tests.platforms.wecom_api import WecomApi

NAME = "刘洋"
LENGTHS = (12, 3_000, 18_000, 12, 4_900, 700)  # characters: one message to nine, and a file
MANY = 60


@pytest.fixture
def stage(hook: Hook, api: BotApi, corp: WecomApi, tmp_path: Path) -> Iterator[MakeStage]:
    """Give WeCom with its limits."""
    with wecom_stages(hook, api, corp, tmp_path / "blobs", TO_MEMBER) as stages:
        yield stages
        assert corp.violations == []


@pytest.fixture
def desk(new_desk: Callable[..., TalkingDesk], corp: WecomApi) -> TalkingDesk:
    """Give a desk whose vendor keeps its limits."""
    desk = new_desk()
    corp.enforce_limits()
    return desk


def tell(desk: TalkingDesk, *lengths: int, buttons: bool = True, lane: int = ANSWER) -> None:
    """Let the desk owe a reviewer questions of so many characters, each to be answered by itself."""
    member, now = desk.keys[NAME], desk.clock.now()
    with desk.database.writing() as session:
        chat = chats.by_account(session, "wecom", member)
        assert chat is not None
        row = {
            "kind": "message",
            "platform": "wecom",
            "destination": f"wecom:{member}",
            "chat_id": chat.id,
            "lane": lane,
        }
        shown = [[{"label": "同意", "press": "list||"}]] if buttons else []
        for length in lengths:
            said = {"text": "说明。" * (length // 3), "buttons": shown, "alone": True}
            outbox.put_all(session, [{**row, "payload": said, "created_at": now, "not_before": now}])
        session.write()


def owed(desk: TalkingDesk) -> list[str]:
    """Return how all that was owed on WeCom stands."""
    with desk.database.reading() as session:
        return [row.stage for row in session.exec(select(Outbox).where(Outbox.platform == "wecom")) if row.attempts]


def test_many_long_messages_never_come_to_more_than_a_member_may_get(desk: TalkingDesk, corp: WecomApi) -> None:
    """Texts in parts, files, cards: all of it arrives, in its order, and none of it is dropped."""
    member = desk.keys[NAME]
    before = len(corp.messages(member, own=True))
    for n in range(20):
        tell(desk, *LENGTHS[n % 3 :])
        desk.desk.settle()
        desk.later(minutes=0.3)
    desk.later(minutes=40)
    messages = corp.messages(member, own=True)[before:]
    assert set(owed(desk)) == {"sent"}
    serials = [int(str(message.task_id).partition("-")[0]) for message in messages if message.task_id]
    assert serials == sorted(set(serials))
    assert len(serials) == sum(len(LENGTHS[n % 3 :]) for n in range(20))
    assert len(messages) > 4 * len(serials)


def test_an_hour_is_as_full_as_it_may_be_and_not_fuller(desk: TalkingDesk, corp: WecomApi) -> None:
    """A thousand in an hour, a tenth of them kept for what is statutory: the rest comes in the next one."""
    member = desk.keys[NAME]
    tell(desk, *[4_900] * 150)  # nine messages each
    desk.later(minutes=45)
    assert 880 < len(corp.messages(member, own=True)) <= 900
    tell(desk, *[4_900] * 15, lane=STATUTORY)
    desk.later(minutes=14)
    assert 980 < len(corp.messages(member, own=True)) <= 1000
    desk.later(minutes=55)
    assert set(owed(desk)) == {"sent"}


def test_answers_to_taps_count_as_what_they_are(desk: TalkingDesk, corp: WecomApi) -> None:
    """Somebody who taps sixty times in a minute gets sixty answers, thirty a minute, and none is too late."""
    member = desk.keys["李敏"]
    tapped = desk.direct("李敏")
    for n in range(MANY):
        corp.says(member, f"999{n}a1")
    desk.desk.settle()
    answered = len(tapped.bot_says_all()) + len([message for message in tapped.messages() if message.only_for])
    assert 0 < answered <= 30
    desk.later(minutes=3)
    answers = [message for message in tapped.messages() if message.only_for]
    assert len(answers) == MANY


def test_what_was_held_back_says_when_it_was_owed(desk: TalkingDesk) -> None:
    """Late words are not taken for new ones."""
    tell(desk, *[4_900] * 20)
    tell(desk, 12, buttons=False)
    desk.later(minutes=10)
    assert desk.direct(NAME).shows("迟发").splitlines()[-1] == "(迟发,原定 11-24 09:05)"
