"""People: each is spoken to in their own language, and told what they may say."""

import re

from handlers import registry
from handlers.people import helping
from tests.conversations.talking import TalkingDesk

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_an_english_speaker_is_answered_in_english(desk: TalkingDesk) -> None:
    """After `语言 en` every answer, refusal and request 1:1 is English; names and posts stay as they are."""
    wang = desk.direct("王五")
    wang.says("语言 en")
    assert not CHINESE.search(wang.bot_says())
    wang.says("/fly")
    assert not CHINESE.search(wang.bot_says())
    wang.says("/false_alarm 1")
    assert wang.bot_says().startswith("You may not use “false_alarm”")
    desk.staff.forwards("李敏", "江南路全小区停水三天,老人孩子没水喝,打电话没人管。")
    desk.staff.says("赵强", "属实 S1")
    assert wang.bot_says().startswith("📌 Please take")
    wang.says("/ack 1")
    assert "taken case 1" in wang.bot_says()
    wang.says("/case 1")
    said = wang.bot_says_all()
    assert any("Respond within 48 h" in text for text in said), said


def test_help_names_what_one_may_say_by_subject(desk: TalkingDesk) -> None:
    """A reviewer's words and none of the duty officer's; one subject, or one word, is explained on request."""
    liu = desk.direct("刘洋")
    liu.says("帮助")
    assert liu.bot_says().splitlines() == [
        "您在这里可以说:",
        "· 收集:上报、补充、查、待办",
        "· 时限:时限、稍后、已通知、说明原因",
        "· 推进:更多",
        "· 拟稿:核实、稿件",
        "· 审签:确认代录、否认代录、同意、退回、委托",
        "· 联席会议:参加、派代表、不能参加、会议、完成",
        "· 值守:看板、简报、统计、热点",
        "· 人员:定期委托、收回委托、帮助、我是谁、语言、值班、请假",
        "· 会话与账号:以后发到",
        "发“帮助 收集”或“帮助 全部”看用法。",
    ]
    liu.says("帮助 审签")
    subject = liu.bot_says()
    assert subject.splitlines()[:2] == ["我能听懂(您有权限的):", "【审签】"]
    assert "(/approve)" in subject
    liu.says("帮助 同意")
    assert liu.bot_says() == subject
    liu.says("帮助 全部")
    assert "(/approve)" in (everything := liu.bot_says())
    assert "(/leave)" in everything
    assert "(/false_alarm)" not in everything
    liu.says("帮助 误报")
    assert liu.bot_says() == "没有「误报」这个说法,或您在这里用不了。发“帮助”看全部主题。"


def test_every_verb_has_a_subject() -> None:
    """Nothing that can be said is missing from the help."""
    packages = {package for _, named in helping.SUBJECTS for package in named}
    assert {helping.package_of(verb) for verb in registry.VERBS.values() if verb.typed} <= packages


def test_who_am_i_names_roles_and_gates(desk: TalkingDesk) -> None:
    """Everybody can see who the desk takes them for."""
    desk.direct("刘洋").says("我是谁")
    said = desk.direct("刘洋").bot_says()
    assert "角色:审核人" in said
    assert "审核关口:政治关" in said
    desk.direct("王五").says("我是谁")
    assert "负责:工程质量、施工安全、" in desk.direct("王五").bot_says()
    desk.direct("王五").says("语言 en")
    desk.direct("王五").says("/whoami")
    assert "Building quality" in desk.direct("王五").bot_says_all()[-1]


def test_help_is_answered_where_it_was_asked(desk: TalkingDesk) -> None:
    """Who asks in the group is answered there, and not 1:1 as well."""
    desk.staff.says("刘洋", "@desk 帮助")
    assert "· 审签:确认代录、否认代录、同意、退回、委托" in desk.staff.bot_says().splitlines()
    assert desk.direct("刘洋").is_silent()


def test_addressing_the_desk_in_the_group_is_heard(desk: TalkingDesk) -> None:
    """@desk makes words in the group words to the desk."""
    desk.staff.forwards("李敏", "江南路全小区停水三天,老人孩子没水喝,打电话没人管。")
    desk.staff.bot_says_all()
    desk.staff.says("赵强", "@desk 属实")
    assert "港建舆〔2026〕1号" in desk.staff.shows("来源")
