"""Accounts come by one-time codes, and another account takes the place of the first."""

import pytest

from bot.chat.drill import NAME
from handlers.chats import codes
from storage import invitation
from tests.conversations.chats.joining import account, admin, code_in, invitation_of
from tests.conversations.talking import TalkingDesk


def test_an_invitation_connects_an_account(desk: TalkingDesk) -> None:
    """The code is good for one account, once; it says who one is, and the administrator hears of it."""
    admin(desk).says("/invite 林峰")
    said = admin(desk).bot_says()
    code = code_in(said)
    assert said.splitlines()[0] == f"林峰 的邀请码(用一次,11-25 09:05 前有效):{code}"
    assert f"https://desk.test/direct?{code}" in said
    phone = account(desk, "feng")
    phone.says(f"/start {code}")
    assert phone.bot_says().splitlines()[:2] == ["✅ 已接通。您是:", "林峰 · 网管科科长 · 网信办"]
    assert admin(desk).bot_says() == "✅ 林峰 已接通:drill feng feng"
    phone.says("我是谁")
    assert "角色:联席会议成员" in phone.bot_says()
    other = account(desk, "thief")
    other.says(f"绑定 {code.lower()}")
    assert other.bot_says() == "邀请码已用过或已过期,未做任何改动。请管理员重新邀请。"


def test_only_the_hash_of_a_code_is_kept(desk: TalkingDesk) -> None:
    """Whoever reads the table of codes can say none of them."""
    code = invitation_of(desk)
    with desk.database.reading() as session:
        kept = invitation.open_ones(session, "person", NAME, desk.clock.now())
        assert [each.code_hash for each in kept] == [codes.hash_of(code)]
        assert code not in str([each.model_dump() for each in kept])


def test_an_invitation_ends_after_a_day(desk: TalkingDesk) -> None:
    """A code that nobody used in time is no good, and the account stays a stranger's."""
    code = invitation_of(desk)
    desk.later(hours=24)
    phone = account(desk, "feng")
    phone.says(f"/start {code}")
    assert phone.bot_says().startswith("邀请码已用过或已过期")
    phone.says("我是谁")
    assert phone.is_silent()


def test_a_newer_invitation_voids_the_older(desk: TalkingDesk) -> None:
    """Of two codes for one person only the last connects."""
    first, second = invitation_of(desk), invitation_of(desk)
    phone = account(desk, "feng")
    phone.says(f"/start {first}")
    assert phone.bot_says().startswith("邀请码已用过或已过期")
    phone.says(f"/start {second}")
    assert phone.bot_says().startswith("✅ 已接通")


def test_another_account_of_a_person_replaces_the_first(desk: TalkingDesk) -> None:
    """Who lost a phone is invited again: the old account speaks for nobody, and is told nothing any more."""
    old, new = account(desk, "feng"), account(desk, "feng2")
    old.says(f"/start {invitation_of(desk)}")
    admin(desk).bot_says_all()
    new.says(f"/start {invitation_of(desk)}")
    assert "原账号 feng 不再代表此人" in admin(desk).bot_says_all()[-1]
    old.bot_says_all()
    old.says("我是谁")
    assert old.is_silent()
    new.bot_says_all()
    new.says("我是谁")
    assert "林峰" in new.bot_says()


def test_an_account_of_somebody_else_is_refused(desk: TalkingDesk) -> None:
    """王五 cannot become 林峰; the administrators hear who tried, and the code is still good."""
    code = invitation_of(desk)
    wang = desk.direct("王五")
    wang.says(f"/start {code}")
    assert wang.bot_says() == "这个账号已经是 王五 的,不能再代表别人,未做任何改动。管理员已收到通知。"
    assert admin(desk).bot_says().startswith("⚠️ 王五 的账号(王五 wangwu)说了 林峰 的邀请码,没有接通。")
    phone = account(desk, "feng")
    phone.says(f"/start {code}")
    assert phone.bot_says().startswith("✅ 已接通")


def test_a_persons_code_said_in_a_group_is_void(desk: TalkingDesk) -> None:
    """Others have read it: it connects nobody, and the administrators are told."""
    code = invitation_of(desk)
    desk.staff.says("李敏", f"绑定 {code}")
    assert desk.staff.is_silent()
    assert admin(desk).bot_says().startswith("⚠️ 林峰 的邀请码被发在「staff」里,已作废")
    phone = account(desk, "feng")
    phone.says(f"/start {code}")
    assert phone.bot_says().startswith("邀请码已用过或已过期")


def test_wrong_codes_are_answered_five_times_an_hour(desk: TalkingDesk) -> None:
    """Whoever tries codes is soon talking to nobody; an hour later they are answered again."""
    stranger = account(desk, "guesser")
    for n in range(7):
        stranger.says(f"/start WRONG{n}")
    assert len(stranger.bot_says_all()) == 5
    desk.later(hours=1)
    stranger.says("/start WRONG8")
    assert stranger.bot_says().startswith("邀请码已用过或已过期")


def test_an_unknown_name_is_refused_with_near_ones(desk: TalkingDesk) -> None:
    """Near names are listed and can be tapped."""
    admin(desk).says("邀请 王武")
    assert admin(desk).bot_says() == "值班表里没有唯一的「王武」。相近的有:王五。"
    admin(desk).taps("王五 新闻发言人")
    assert admin(desk).bot_says().startswith("王五 的邀请码")
    admin(desk).says("邀请 欧阳千里")
    assert admin(desk).bot_says() == "值班表里没有「欧阳千里」。请核对姓名,或先把人写进值班表。"


def test_without_a_name_those_without_an_account_are_offered(desk: TalkingDesk) -> None:
    """`邀请` alone explains itself and offers who has no account yet."""
    admin(desk).says("邀请")
    assert admin(desk).bot_says().startswith("邀请谁?请写姓名")
    assert admin(desk).buttons("邀请谁") == ["林峰 网管科科长"]


@pytest.mark.parametrize("verb", ["邀请 林峰", "绑定 工作群", "解绑"])
def test_only_administrators_and_only_in_private(desk: TalkingDesk, verb: str) -> None:
    """No other person may do it, and an administrator not in a group."""
    desk.direct("王五").says(verb)
    assert "没有「" in desk.direct("王五").bot_says()
    desk.staff.says("何主任", f"/{verb}")
    assert "不能在这个会话里用" in admin(desk).bot_says()
    assert desk.staff.is_silent()
