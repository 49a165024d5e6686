"""群发: a release goes to all followers where somebody asks for it, counted, agreed to, told, and deleted again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.conversations.letters import LIU, ZHANG, Followed
from tests.conversations.publishing import publishing
from tests.conversations.releasing import (
    RIGHT_TITLE,
    TEXT,
    TITLE,
    correct,
    hear_nothing,
    issue,
    out,
    retract,
    row,
    sign,
)
from tests.platforms.wecom_api import WecomApi

ASKED = """📣 确认群发 1号?
标题:《关于停水的通报》
发给公众号的全部关注者,收到的人无法收回;以后撤回,文章打不开,消息还在。
次数:今天已用 0 次,每天最多 1 次(只算在这里群发的)
开了群发保护的公众号:管理员须在微信上同意,最迟 11-24 09:35;到时没有同意就没有发出。"""
WAITS = "公众号群发⏳(等公众号管理员在微信上同意,最迟 11-24 09:35)"


@pytest.fixture
def desk(database: Database, account: WecomApi, tmp_path: Path) -> Iterator[Followed]:
    """Give a desk whose release is out, on the website and on the account."""
    with publishing(database, account, tmp_path) as desk:
        account.clock = lambda: desk.clock.now().timestamp()
        sign(desk)
        issue(desk)
        hear_nothing(desk)
        yield desk


def ask(desk: Followed) -> None:
    """Say 群发 and confirm it."""
    desk.direct("王五").says("群发 1")
    desk.direct("王五").taps("📣确认群发")


def got(account: WecomApi) -> list[list[str]]:
    """Return what each follower was sent, besides receipts."""
    return [[said.text for said in account.messages(who, own=True) if not said.passive] for who in (ZHANG, LIU)]


def test_it_is_asked_once_more_and_counted(desk: Followed, account: WecomApi) -> None:
    """With what is left of the quota, and what the wait costs of the limits; nothing is sent by asking."""
    desk.direct("王五").says("群发 1")
    said = desk.direct("王五").bot_says()
    assert said.startswith(ASKED)
    assert "⏱ 持续发布 截止 11-25 09:05" in said
    assert not account.calls("message/mass/sendall")
    desk.direct("王五").taps("不群发")
    assert desk.direct("王五").toast() == "已取消,1号 没有群发。"


def test_a_limit_that_may_pass_meanwhile_is_named(desk: Followed) -> None:
    """No limit hangs on an administrator's tap."""
    desk.later(hours=23, minutes=40)
    hear_nothing(desk)
    desk.direct("王五").says("群发 1")
    assert "⏱ 持续发布 截止 11-25 09:05,等到同意可能已超过;不靠群发来回应。" in desk.direct("王五").bot_says()


def test_it_goes_out_once_an_administrator_agrees(desk: Followed, account: WecomApi) -> None:
    """The card shows until when; the platform's word ends the wait."""
    ask(desk)
    assert got(account) == [[], []]
    assert WAITS in desk.staff.shows("来源")
    assert any("还没有结果:等公众号管理员在微信上同意,最迟 11-24 09:35" in said for said in desk.staff.bot_says_all())
    desk.later(minutes=20)
    assert desk.staff.is_silent()
    desk.does(account.confirms_mass)
    assert got(account) == [[TITLE], [TITLE]]
    assert row(desk, "wechat_mass").stage == "proved"
    assert "📣 港建舆〔2026〕1号 已群发给公众号的全部关注者:《关于停水的通报》" in desk.direct("王五").bot_says_all()
    assert "公众号群发✅" in desk.staff.shows("来源")
    assert TEXT in account.published()[-1].fields["content"]


def test_without_the_platforms_word_it_is_asked(desk: Followed, account: WecomApi) -> None:
    """The net below the callback."""
    ask(desk)
    account.delivery.addresses.clear()
    account.confirms_mass()
    desk.later(minutes=2)
    assert row(desk, "wechat_mass").stage == "proved"
    assert len(account.calls("message/mass/sendall")) == 1


def test_nobody_is_written_to_twice(desk: Followed, account: WecomApi) -> None:
    """Neither while it waits, nor after it was sent."""
    desk.direct("王五").says("群发 1")
    desk.direct("王五").taps("📣确认群发")
    desk.direct("王五").taps("📣确认群发", on="确认群发", twice=True)
    desk.direct("王五").bot_says_all()
    desk.direct("王五").says("群发 1")
    assert "正在群发:等公众号管理员在微信上同意" in desk.direct("王五").bot_says()
    desk.does(account.confirms_mass)
    desk.direct("王五").bot_says_all()
    desk.direct("王五").says("群发 1")
    assert desk.direct("王五").bot_says() == "1号 这一篇已经群发过,没有重复群发。"
    assert len(account.world.mass) == 1


@pytest.mark.parametrize("agrees", [True, False], ids=["too late", "refused"])
def test_nothing_is_sent_unless_an_administrator_agrees(desk: Followed, account: WecomApi, agrees: bool) -> None:  # noqa: FBT001 - which of the two
    """It is told and not tried again by itself; the next day it may be asked for anew."""
    ask(desk)
    if agrees:
        desk.later(minutes=31)
    desk.does(lambda: account.confirms_mass(agrees=agrees))
    assert got(account) == [[], []]
    told = desk.direct("王五").bot_says_all()[-1]
    assert "在公众号群发没有发出:平台没有发,或公众号管理员没有同意" in told
    assert told.splitlines()[-1] == "没有再试。还要群发请再发“群发 1”。"
    desk.later(hours=1)
    assert len(account.calls("message/mass/sendall")) == 1
    desk.direct("王五").bot_says_all()
    desk.direct("王五").says("群发 1")
    assert desk.direct("王五").bot_says() == "今天已经群发 1 次,每天最多 1 次,未做任何改动。"
    desk.later(days=1)
    hear_nothing(desk)
    ask(desk)
    desk.does(account.confirms_mass)
    assert got(account) == [[TITLE], [TITLE]]


def test_who_says_nothing_at_all_is_waited_for_for_a_day(desk: Followed, account: WecomApi) -> None:
    """Neither agreed, nor refused: it is said once, and watched ever more rarely, since it may still go out."""
    ask(desk)
    desk.later(minutes=30)
    hear_nothing(desk)
    desk.later(minutes=15)
    assert [said for said in desk.direct("王五").bot_says_all() if "过了 30 分钟还没有结果" in said]
    asked = len(account.calls("message/mass/get"))
    assert asked < 40
    desk.later(hours=20)
    assert not [said for said in desk.direct("王五").bot_says_all() if "还没有结果" in said]
    assert 100 < len(account.calls("message/mass/get")) - asked < 180
    desk.later(hours=5)
    assert row(desk, "wechat_mass").trouble == "mass_unconfirmed"
    assert len(account.calls("message/mass/sendall")) == 1
    hear_nothing(desk)
    ask(desk)
    desk.does(account.confirms_mass)
    assert got(account) == [[TITLE], [TITLE]]


def test_a_lost_answer_does_no_harm(desk: Followed, account: WecomApi) -> None:
    """It is asked for once more under the same name, and has been taken already."""
    account.lose_reply("message/mass/sendall")
    ask(desk)
    assert row(desk, "wechat_mass").trouble == "under_way"
    desk.later(minutes=2)
    assert [call.errcode for call in account.calls("message/mass/sendall")] == [0, 45065]
    desk.does(account.confirms_mass)
    assert got(account) == [[TITLE], [TITLE]]


def test_what_the_platform_would_change_is_not_sent(desk: Followed, account: WecomApi) -> None:
    """Nobody can take it back from the phones, so that its draft is read before."""
    account.world.rewrites = lambda content: content.replace("今晚", "**")
    ask(desk)
    assert "公众号存下的草稿与签发的不一致,没有发出" in desk.direct("王五").bot_says_all()[-1]
    assert not account.world.mass
    account.world.rewrites = lambda content: f"<section>{content}</section>"
    desk.later(minutes=11)
    assert len(account.world.mass) == 1


def test_a_quota_that_was_used_in_the_console_is_told(desk: Followed, account: WecomApi) -> None:
    """The desk counts its own; the platform counts all."""
    account.fail_next("message/mass/sendall", errcode=45028)
    ask(desk)
    assert "公众号的群发次数用完了" in desk.direct("王五").bot_says_all()[-1]
    desk.later(hours=1)
    assert len(account.calls("message/mass/sendall")) == 1


def test_a_withdrawal_deletes_it_too(desk: Followed, account: WecomApi) -> None:
    """Both articles open nothing any more."""
    ask(desk)
    desk.does(account.confirms_mass)
    desk.direct("郑局长").says("撤回 1 数据有误")
    assert "\n群发过的消息还留在关注者手机里,收不回;点开时文章已删除。\n" in desk.direct("郑局长").bot_says_all()[-1]
    retract(desk)
    assert [article.gone for article in account.published()] == [5, 5]
    assert [row(desk, name).stage for name in ("wechat_account", "wechat_mass")] == ["withdrawn", "withdrawn"]


def test_what_is_withdrawn_while_it_waits_is_deleted_if_it_comes_out(desk: Followed, account: WecomApi) -> None:
    """It cannot be called back before."""
    ask(desk)
    retract(desk)
    assert row(desk, "wechat_mass").stage == "withdrawing"
    desk.does(account.confirms_mass)
    assert [article.gone for article in account.published()] == [5, 5]
    assert row(desk, "wechat_mass").stage == "withdrawn"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_correction_takes_along_what_was_sent(desk: Followed, account: WecomApi, when: str) -> None:
    """The wrong words open no more, whether they were out or came out afterwards; the correction is sent on request."""
    ask(desk)
    if when == "before":
        desk.does(account.confirms_mass)
    correct(desk)
    if when == "after":
        desk.does(account.confirms_mass)
        desk.later(minutes=2)
    assert [article.fields["title"] for article in account.published() if not article.gone] == [RIGHT_TITLE]
    assert row(desk, "wechat_mass", 0).proof["posts"] == {}


def test_it_is_for_what_is_out_and_for_who_may(desk: Followed, account: WecomApi) -> None:
    """Not the duty officer's, and not what was withdrawn."""
    desk.direct("赵强").says("群发 1")
    assert "群发" in desk.direct("赵强").bot_says_all()[-1]
    retract(desk)
    desk.direct("王五").bot_says_all()
    desk.direct("王五").says("群发 1")
    assert desk.direct("王五").bot_says() == "1号 还没有发布,不能群发。请先发“发布 1”。"
    assert not account.calls("message/mass/sendall")
    assert out(desk).withdrawn_at is not None


def test_without_an_account_it_says_so(desk: Followed) -> None:
    """And nothing happens."""
    desk.house.mass_limit = None
    desk.direct("王五").says("群发 1")
    assert desk.direct("王五").bot_says() == "没有接入公众号,不能群发。"
