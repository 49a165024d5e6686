"""One desk on Telegram and on WeCom: whoever has an account on both acts on either, and both show the same."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from handlers.conversation import Origin
from storage import chat as chats
from storage import person as people
from storage.history import HistoryRow
from tests.conversations.stages import GROUPS, Words
from tests.conversations.talking import MakeStage, TalkingDesk
from tests.conversations.telegram_stage import Hook
from tests.conversations.wecom_stage import WecomStage, wecom_stages
from tests.conversations.writing import PLAIN, POST, REVIEWERS, quiet, rewrite, signed, submitted, three_at_the_gates
from tests.platforms.bot_api import BotApi
from tests.platforms.wecom_api import WecomApi
from tests.platforms.wecom_api.showing import questions_of

LEADER = "zhengjuzhang"
MANY = 100
NUMBER = re.compile(r"(\d+a1) ✅同意")


@pytest.fixture
def stage(hook: Hook, api: BotApi, corp: WecomApi, tmp_path: Path) -> Iterator[MakeStage]:
    """Give the groups on Telegram and everybody 1:1 on WeCom."""
    with wecom_stages(hook, api, corp, tmp_path / "blobs") as stages:
        yield stages


@pytest.fixture
def both(new_desk: Callable[..., TalkingDesk]) -> tuple[TalkingDesk, WecomStage]:
    """Give the desk and where it stands."""
    desk = new_desk()
    assert isinstance(desk.stage, WecomStage)
    return desk, desk.stage


def start_on_telegram(desk: TalkingDesk, stage: WecomStage, person: str) -> int:
    """Let somebody press Start at the bot as well; return their account there."""
    account = stage.account_of(person)
    stage.api.starts(account)
    desk.desk.settle()
    return account


@pytest.mark.parametrize("signs_on", ["wecom", "telegram"])
def test_a_whole_case_goes_through_both(both: tuple[TalkingDesk, WecomStage], signs_on: str) -> None:
    """Reported on Telegram, written on WeCom, signed on either; the group's card and the record are the same."""
    desk, stage = both
    account = start_on_telegram(desk, stage, LEADER)
    signed(submitted(desk, PLAIN), *REVIEWERS)
    asked = stage.api.messages(account)[-1]
    assert asked.text.startswith("🖋 请签发 · 1号 v1")
    assert not any("请签发" in message.text for message in stage.corp.messages(LEADER))
    if signs_on == "telegram":
        stage.api.says(account, account, "同意 1")
    else:
        desk.direct("郑局长").says("同意 1")
    desk.desk.settle()
    assert desk.case().stage == "issue"
    assert "签发✅" in desk.staff.shows("来源")
    desk.direct("王五").says("发布 1")
    desk.direct("王五").taps("📢确认发布")
    desk.later(minutes=1)
    assert desk.case().stage == "follow_up"
    assert desk.direct("王五").shows("已发布")


def test_what_one_did_on_one_platform_is_done_on_the_other(both: tuple[TalkingDesk, WecomStage]) -> None:
    """A second yes on the other platform is told that it was said already."""
    desk, stage = both
    account = start_on_telegram(desk, stage, LEADER)
    signed(submitted(desk, PLAIN), *REVIEWERS)
    desk.direct("郑局长").says("同意 1")
    quiet(desk)
    before = desk.kinds_on_record()
    stage.api.says(account, account, "同意 1")
    desk.desk.settle()
    assert desk.case().stage == "issue"
    assert desk.kinds_on_record().count("approve") == before.count("approve") == len(REVIEWERS) + 1


def test_a_message_on_wecom_is_in_one_language(both: tuple[TalkingDesk, WecomStage]) -> None:
    """What the form of a message adds there is its reader's as well: on a card, on a question, on an answer."""
    desk, stage = both
    desk.direct("赵强").says("language en")
    desk.direct("赵强").says("在吗")
    desk.staff.forwards("赵强", POST)
    desk.direct("赵强").says("case S1")
    told = [message.text for message in stage.corp.messages("zhaoqiang", own=True)]
    assert sum("Or reply with a number: " in text for text in told) == 2
    assert not any("也可回复编号" in text for text in told)


def told_on(stage: WecomStage, person: str, words: str) -> list[str]:
    """Return where somebody was told something 1:1."""
    account = stage.account_of(person)
    on_telegram = [message.text for message in stage.api.messages(account)]
    on_wecom = [message.text for message in stage.corp.messages(person, own=True)]
    told = {"telegram": on_telegram, "wecom": on_wecom}
    return [platform for platform, texts in told.items() if any(words in text for text in texts)]


def test_a_person_is_written_to_where_they_spoke_last(both: tuple[TalkingDesk, WecomStage]) -> None:
    """Whoever has picked up the other telephone is asked on that one."""
    desk, stage = both
    start_on_telegram(desk, stage, LEADER)
    desk.direct("郑局长").says("我是谁")
    signed(submitted(desk, PLAIN), *REVIEWERS)
    assert told_on(stage, LEADER, "🖋 请签发 · 1号 v1") == ["wecom"]


@pytest.mark.parametrize(("chosen", "where"), [("电报", "telegram"), ("企业微信", "wecom"), ("自动", "wecom")])
def test_a_person_chooses_where_they_are_written_to(
    both: tuple[TalkingDesk, WecomStage], chosen: str, where: str
) -> None:
    """Wherever they speak afterwards, until they choose otherwise."""
    desk, stage = both
    account = start_on_telegram(desk, stage, LEADER)
    stage.api.says(account, account, f"以后发到 {chosen}")
    desk.desk.settle()
    said = stage.api.messages(account)[-1].text
    assert said == (
        "好的,以后您在哪里说话,就先发到哪里。" if chosen == "自动"
        else f"好的,以后先发到 {'Telegram' if where == 'telegram' else '企业微信'};发不到时再发到别处。"
    )  # fmt: skip
    desk.direct("郑局长").says("我是谁")
    signed(submitted(desk, PLAIN), *REVIEWERS)
    assert told_on(stage, LEADER, "🖋 请签发 · 1号 v1") == [where]


def test_what_cannot_be_reached_where_it_was_chosen_goes_elsewhere(both: tuple[TalkingDesk, WecomStage]) -> None:
    """A choice is not a reason to miss a signature; a place without an account is no choice."""
    desk, stage = both
    desk.direct("郑局长").says("以后发到 电报")
    assert desk.direct("郑局长").bot_says() == "您可选:企业微信;不选的,在哪里说话就先发到哪里(“以后发到 自动”)。"
    account = start_on_telegram(desk, stage, LEADER)
    desk.direct("郑局长").says("以后发到 tg")
    stage.api.blocks(account)
    desk.desk.settle()
    signed(submitted(desk, PLAIN), *REVIEWERS)
    assert told_on(stage, LEADER, "🖋 请签发 · 1号 v1") == ["wecom"]


def test_a_member_is_the_same_whatever_the_capitals(both: tuple[TalkingDesk, WecomStage]) -> None:
    """On WeCom LiMin is limin: nobody else, and nobody new."""
    desk, stage = both
    stage.corp.world.members.pop("limin")
    stage.corp.add_member("LiMin", "李敏")
    stage.corp.says("LiMin", "我是谁")
    desk.desk.settle()
    assert any(message.text.startswith("李敏 · ") for message in stage.corp.messages("LiMin", own=True))
    with desk.database.reading() as session:
        assert [chat.account for chat in chats.on_platform(session, "wecom") if chat.account.lower() == "limin"] == [
            "limin"
        ]


def test_an_account_that_comes_back_is_looked_at_by_a_person(both: tuple[TalkingDesk, WecomStage]) -> None:
    """Somebody left, and their account may be another's by now: administrators hear of it."""
    desk, stage = both
    with desk.database.writing() as session:
        head = people.by_name(session, "何主任")
        assert head is not None
        head.roles = [*head.roles, "administrator"]
        people.save(session, head)
    stage.corp.unsubscribes("wangwu")
    desk.desk.settle()
    quiet(desk)
    stage.corp.subscribes("wangwu")
    desk.desk.settle()
    assert desk.direct("何主任").bot_says().startswith("⚠️ 王五 的 企业微信 账号 wangwu 一度收不到消息")


def cards_of(stage: WecomStage, person: str) -> list[list[str]]:
    """Return what can be tapped, or stands in its place, on somebody's cards."""
    return [message.labels for message in stage.corp.messages(person, own=True) if message.task_id]


@pytest.mark.parametrize("how", ["tapped", "typed", "elsewhere"])
def test_what_was_decided_cannot_be_tapped_any_more(both: tuple[TalkingDesk, WecomStage], how: str) -> None:
    """However and wherever it was decided, the card that asked for it has no buttons left."""
    desk, stage = both
    account = start_on_telegram(desk, stage, LEADER)
    desk.direct("郑局长").says("我是谁")
    signed(submitted(desk, PLAIN), *REVIEWERS)
    assert cards_of(stage, LEADER)[-1] == ["✅同意", "↩️退回", "📄全文"]
    if how == "tapped":
        desk.direct("郑局长").taps("✅同意")
    elif how == "typed":
        desk.direct("郑局长").says("同意 1")
    else:
        stage.api.says(account, account, "同意 1")
    desk.desk.settle()
    assert desk.case().stage == "issue"
    assert cards_of(stage, LEADER)[-1] == ["已处理"]
    assert all(cards_of(stage, desk.keys[name])[-1] == ["已处理"] for name in REVIEWERS)
    assert cards_of(stage, desk.keys["王五"])[-1] == ["📢发布"]


@pytest.mark.parametrize("how", ["tapped", "typed", "elsewhere"])
def test_what_was_decided_shows_so_on_telegram_too(both: tuple[TalkingDesk, WecomStage], how: str) -> None:
    """A question that went to Telegram has one button left, wherever it was answered: it opens the case."""
    desk, stage = both
    account = start_on_telegram(desk, stage, LEADER)
    signed(submitted(desk, PLAIN), *REVIEWERS)
    asked = stage.api.messages(account)[-1]
    assert asked.labels == [["✅同意", "↩️退回", "📄全文"]]
    if how == "tapped":
        stage.api.taps(account, account, asked.message_id, "✅同意")
    elif how == "typed":
        stage.api.says(account, account, "同意 1")
    else:
        desk.direct("郑局长").says("同意 1")
    desk.desk.settle()
    assert desk.case().stage == "issue"
    assert asked.text.startswith("🖋 请签发 · 1号 v1")
    assert asked.labels == [["已处理"]]
    stage.api.taps(account, account, asked.message_id, "已处理")
    desk.desk.settle()
    assert "来源" in stage.api.messages(account)[-1].text


def test_whoever_is_still_asked_keeps_their_buttons(both: tuple[TalkingDesk, WecomStage]) -> None:
    """One gate is signed: the others' cards stay, and a text that is rewritten takes all of them away."""
    desk, stage = both
    signed(submitted(desk, PLAIN), "刘洋")
    assert cards_of(stage, desk.keys["刘洋"])[-1] == ["已处理"]
    asked = [name for name in REVIEWERS[1:] if cards_of(stage, desk.keys[name])]
    assert asked
    assert all(cards_of(stage, desk.keys[name])[-1] == ["✅同意", "↩️退回", "📄全文"] for name in asked)
    rewrite(desk, PLAIN + "请节约用水。")
    assert all(["✅同意", "↩️退回", "📄全文"] not in cards_of(stage, desk.keys[name]) for name in asked)


def test_a_button_is_typed_by_its_number(both: tuple[TalkingDesk, WecomStage]) -> None:
    """Whoever sees no card, or one that was answered, does the same."""
    desk, stage = both
    submitted(desk, PLAIN)
    reviewer = desk.keys["刘洋"]
    numbers = [found for message in stage.corp.messages(reviewer, own=True) if (found := NUMBER.search(message.text))]
    stage.corp.says(reviewer, numbers[-1][1].upper())
    desk.desk.settle()
    assert desk.kinds_on_record().count("approve") == 1


def test_several_gates_are_decided_on_one_card(both: tuple[TalkingDesk, WecomStage]) -> None:
    """Two are signed by one tap, the third is left; delivered again it signs nothing more."""
    desk, stage = both
    three_at_the_gates(desk).direct("刘洋").says("待办")
    reviewer = desk.keys["刘洋"]
    card = stage.corp.messages(reviewer)[-1]
    first, _, third = [ids[1] for ids in questions_of(card.content).values()]
    stage.corp.taps(reviewer, card.task_id, "提交", {"q1": [first], "q2": ["none"], "q3": [third]})
    stage.corp.repeat_last()
    desk.desk.settle()
    assert [desk.kinds_on_record(case).count("approve") for case in ("1", "2", "3")] == [1, 0, 1]


def test_a_hundred_decisions_in_one_second_all_count_once(both: tuple[TalkingDesk, WecomStage]) -> None:
    """Each delivered twice: a hundred slips become cases, each by one decision."""
    desk, stage = both
    for n in range(MANY):
        words = "".join(chr(0x4E00 + (n * 131 + k * 37) % 5000) for k in range(30))
        stage.corp.sends_link(desk.keys["李敏"], f"{words}停水三天", f"https://news.example.cn/a/{n}")
    desk.desk.settle()
    for n in range(MANY):
        stage.corp.says(desk.keys["赵强"], f"属实 S{n + 1}")
        stage.corp.repeat_last()
    desk.desk.settle()
    with desk.database.reading() as session:
        query = select(HistoryRow.case_id).where(HistoryRow.kind == "confirm", col(HistoryRow.case_id).is_not(None))
        confirmed = session.exec(query).all()
    assert len(confirmed) == len(set(confirmed)) == MANY


def test_a_wecom_that_hangs_delays_nobody_else(both: tuple[TalkingDesk, WecomStage]) -> None:
    """Its calls wait in threads of their own: what Telegram is told is there while they hang."""
    desk, stage = both
    stage.corp.hang(3)
    for key in list(stage.corp.world.members):
        stage.corp.says(key, "我是谁")
    stage.says(Words(desk.keys["李敏"], "李敏", "staff", POST, origin=Origin(kind="hidden_user", author="网友甲")))
    began = time.monotonic()
    while not any(
        "停水三天" in message.text and message.sender == stage.platform.bot_id
        for message in stage.api.messages(GROUPS["staff"])
    ):
        desk.desk.look()
        assert time.monotonic() - began < 2.5, "Telegram waited for WeCom"
        time.sleep(0.02)
    stage.corp.mend()
    desk.desk.settle()
