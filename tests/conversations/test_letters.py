"""What followers of the official account write becomes a question or a report, as the plan says (R16, R17)."""

import shutil
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel import SQLModel, select

from config.plan_file import PLANS
from storage import report as reports
from storage.database import Database
from storage.inbox import Inbox
from storage.report import Attachment
from tests.conversations.letters import LIU, ZHANG, Followed, followed, new_account
from tests.platforms.wecom_api import WecomApi

QUESTION = "请问阳光花园小区的物业备案在哪里办理?"
RECEIPT = "已收到,由值班人员核对。\n有险情或人员伤亡的,请先拨打 110、119 或 120。\n咨询电话:0775-4500000"


@pytest.fixture
def desk(database: Database, corp: WecomApi, tmp_path: Path) -> Iterator[Followed]:
    """Give a desk whose bureau has an account with two followers."""
    new_account(corp)
    with followed(database, corp, tmp_path) as desk:
        yield desk


Row = TypeVar("Row", bound=SQLModel)


def rows_of(database: Database, table: type[Row]) -> Sequence[Row]:
    """Return all rows of a table."""
    with database.reading() as session:
        return session.exec(select(table)).all()


def no_card(desk: Followed) -> bool:
    """Say whether the staff were shown no case."""
    return not any("来源" in said.text for said in desk.staff.messages())


def test_a_question_is_one_by_its_clocks_and_goes_to_the_network_spokesperson(desk: Followed) -> None:
    """From the follower's words to the reply on record, without a word of theirs taken for a command."""
    desk.writes(ZHANG, QUESTION)
    assert desk.told(ZHANG) == [RECEIPT]
    assert desk.case("S1").track == "question"
    card = desk.staff.shows("来源")
    assert "网络问政" in card
    assert "公众号关注者 报送" in card
    assert f"「{QUESTION}」" in card
    desk.staff.says("赵强", "属实 S1")
    asked = desk.direct("徐蕾").bot_says()
    assert "1个工作日内问政受理" in asked
    assert "48小时" not in asked
    desk.direct("徐蕾").says("受理 1")
    desk.direct("徐蕾").says("答复 1 已在公众号后台答复:政务中心三楼")
    assert desk.case().track == "question"
    assert desk.told(ZHANG) == [RECEIPT]


def test_words_to_the_desk_are_none_in_a_followers_mouth(desk: Followed) -> None:
    """Nobody signs, closes or learns anything there."""
    desk.writes(ZHANG, QUESTION)
    for words in ("属实 S1", "待办", "误报 S1 点错了", "我是谁"):
        desk.writes(LIU, words)
    assert desk.case("S1").stage == "confirmation"
    assert set(desk.told(LIU)) == {RECEIPT}


def test_what_is_read_as_an_emergency_is_a_report(desk: Followed) -> None:
    """The plan's kinds: such words are public opinion, however they were asked; but nobody vouches for them yet.

    However sure the reading is, a number and what follows from it wait for a person's word, or for nobody's denial.
    """
    words = "江北路工地塔吊倒塌,有3人死亡,还有人被埋,请你们快派人来!"
    desk.writes(ZHANG, words)
    case = desk.case("S1")
    assert (case.track, case.grade, case.stage) == ("opinion", "relatively_grave", "confirmation")
    assert case.certainty >= desk.house.plan.registration.certain_at
    desk.later(minutes=desk.house.plan.registration.confirm_within_minutes)
    assert desk.case("1").grade == "relatively_grave"


def test_an_article_that_is_passed_on_is_a_report(desk: Followed) -> None:
    """And the second follower who passes it on is a counter."""
    for follower in (ZHANG, LIU):
        desk.does(partial(desk.account.sends_link, follower, "网传全城停水三天", "https://mp.weixin.qq.com/s/x"))
    case = desk.case("S1")
    assert (case.track, case.reports) == ("opinion", 2)
    assert "https://mp.weixin.qq.com/s/x" in desk.staff.shows("来源")


def test_a_greeting_opens_nothing(desk: Followed) -> None:
    """It is received like everything else."""
    desk.writes(ZHANG, "你好", "谢谢!")
    assert desk.told(ZHANG) == [RECEIPT, RECEIPT]
    assert no_card(desk)


def test_what_one_writer_sends_within_minutes_belongs_together(desk: Followed) -> None:
    """In several short messages, and the picture after the words; what somebody else writes does not."""
    desk.writes(ZHANG, "我们小区的水又停了", "在江南路阳光花园三期", "5栋")
    desk.does(lambda: desk.account.sends_image(ZHANG))
    desk.writes(LIU, "请问公积金怎么提取?")
    assert (desk.case("S1").reports, desk.case("S2").reports) == (1, 1)
    card = desk.staff.shows("补充")
    assert "补充「在江南路阳光花园三期」\n补充「5栋」" in card
    assert "附件 1" in card
    desk.later(minutes=11)
    desk.writes(ZHANG, "还有路灯也坏了很久")
    assert desk.case("S3").reports == 1


def test_a_question_that_turns_out_an_emergency_becomes_a_report(desk: Followed) -> None:
    """What the same writer adds raises it; a person's word stays."""
    desk.writes(ZHANG, "江北路工地的事情归谁管?")
    assert desk.case("S1").track == "question"
    desk.writes(ZHANG, "塔吊倒塌,死了3个人!")
    assert (desk.case("S1").track, desk.case("S1").grade) == ("opinion", "relatively_grave")
    told = desk.staff.shows("🚨")
    assert told == "🚨 线索 S1 有新来信,由网络问政改按舆情办理 · 死亡 3 人 · 研判为较大 · 请核对\n@赵强"
    desk.writes(ZHANG, "死了11个人了!")
    assert desk.staff.shows("🚨").startswith("🚨 线索 S1 有新来信更严重 · 死亡 11 人 · 研判为重大")


def test_a_letter_that_adds_a_kind_alone_is_told_too(desk: Followed) -> None:
    """Nobody is counted yet, but it is a question no more; what adds nothing is only on the card."""
    desk.writes(ZHANG, QUESTION, "就在三楼窗口那边问的")
    assert not any("🚨" in said.text for said in desk.staff.messages())
    desk.writes(ZHANG, "3号楼工地塌方,有人被埋,快救人!")
    assert desk.staff.shows("🚨").startswith("🚨 线索 S1 有新来信,由网络问政改按舆情办理")


def test_a_person_says_that_it_is_public_opinion_after_all(desk: Followed) -> None:
    """One tap: its limits count from when it was received, and what the machine reads later does not take it back."""
    desk.writes(ZHANG, QUESTION)
    desk.later(minutes=5)
    desk.staff.taps("赵强", "转舆情")
    assert desk.staff.toast() == "☑️ 线索 S1 按舆情办理,时限从收到时算起。"
    card = desk.staff.shows("来源")
    assert "48小时内回应 截止 11-26 09:05" in card
    assert "网络问政" not in card
    desk.writes(ZHANG, "就在三楼窗口那边问的")
    assert desk.case("S1").track == "opinion"
    desk.staff.says("赵强", "转舆情 S1")
    assert desk.direct("赵强").bot_says() == "线索 S1 已经按舆情办理。"
    desk.staff.says("赵强", "问政 S1")
    desk.writes(ZHANG, "塔吊倒塌,死了3个人!")
    assert desk.case("S1").track == "question"


def test_the_same_question_joins_until_it_is_answered(desk: Followed) -> None:
    """Then its writer waits for an answer of their own."""
    desk.writes(ZHANG, QUESTION)
    desk.writes(LIU, QUESTION)
    assert desk.case("S1").reports == 2
    desk.staff.says("赵强", "属实 S1")
    desk.direct("徐蕾").says("答复 1 政务中心三楼")
    desk.later(minutes=30)
    desk.writes(LIU, QUESTION)
    assert (desk.case("1").reports, desk.case("S2").reports) == (2, 1)


def test_pictures_voices_videos_and_places_are_kept(desk: Followed) -> None:
    """Fetched like any other file; a video from where the platform says it lies."""
    for send in (desk.account.sends_image, desk.account.sends_voice, desk.account.sends_video):
        desk.does(partial(send, ZHANG))
    desk.does(lambda: desk.account.sends_location(ZHANG, "江南路88号"))
    kept = rows_of(desk.database, Attachment)
    assert [(file.stage, file.media_type) for file in kept] == [
        ("kept", "image/jpeg"), ("kept", "audio/amr"), ("kept", "video/mp4"),
    ]  # fmt: skip
    assert "📍 江南路88号" in desk.staff.shows("来源")


def test_a_file_that_is_gone_is_told_on_the_card(desk: Followed) -> None:
    """After three days the platform has it no longer."""
    desk.account.fail_next("media/get", errcode=40007)
    desk.does(lambda: desk.account.sends_image(ZHANG))
    assert "平台上已取不到" in desk.staff.shows("来源")


def test_a_message_that_comes_again_is_one(desk: Followed) -> None:
    """By its MsgId; the follower is told the same each time."""
    desk.writes(ZHANG, QUESTION)
    desk.account.repeat_last(3)
    desk.desk.settle()
    assert desk.case("S1").reports == 1


def test_nobody_is_known_by_what_is_kept(desk: Followed) -> None:
    """No openid and no name stands in the database, and nothing is asked about a follower."""
    desk.writes(ZHANG, QUESTION)
    desk.does(lambda: desk.account.subscribes(LIU))
    desk.does(lambda: desk.account.unsubscribes(LIU))
    stored = [row.payload["update"] for row in rows_of(desk.database, Inbox) if row.platform == "wechat"]
    assert len(stored) == 1
    assert ZHANG not in str([stored, *(row.place for row in rows_of(desk.database, Inbox))])
    with desk.database.reading() as session:
        (report,) = reports.of_case(session, desk.case("S1").id)
    assert ZHANG not in str(report)
    assert not [call.method for call in desk.account.calls() if call.method.startswith("user/")]


def test_who_comes_or_asks_the_menu_is_told_what_can_be_written(desk: Followed) -> None:
    """Who goes, or opens a page, is answered with nothing."""
    desk.does(lambda: desk.account.subscribes(ZHANG))
    desk.does(lambda: desk.account.clicks(ZHANG, "ask"))
    desk.does(lambda: desk.account.event(ZHANG, "VIEW", {"EventKey": "https://gov.example.cn"}))
    assert [words.splitlines()[0][:10] for words in desk.told(ZHANG)] == ["请直接在这里留言:写"] * 2
    assert no_card(desk)


@pytest.fixture
def opinions(database: Database, corp: WecomApi, tmp_path: Path) -> Iterator[Followed]:
    """Give a desk whose plan takes all letters for reports."""
    for name in ("gangbei-2017", "national"):
        shutil.copy(PLANS / f"{name}.yaml", tmp_path)
    plan = "extends: gangbei-2017\nname: {zh: 试, en: Trial}\nletters: {becomes: opinion, together_minutes: 0}\n"
    (tmp_path / "ours.yaml").write_text(plan, encoding="utf-8")
    new_account(corp)
    with followed(database, corp, tmp_path, plan=tmp_path / "ours.yaml") as desk:
        yield desk


def test_the_plan_says_what_letters_are(opinions: Followed) -> None:
    """Also that each message stands for itself."""
    opinions.writes(ZHANG, QUESTION, "还有一件事想问问你们")
    assert [opinions.case(slip).track for slip in ("S1", "S2")] == ["opinion", "opinion"]
    opinions.staff.says("赵强", "属实 S1")
    assert "请认领" in opinions.direct("王五").bot_says()
