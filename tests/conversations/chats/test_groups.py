"""Groups are bound by one-time codes, change their use, and are left when they are let go."""

from handlers.conversation import Place
from tests.conversations.chats.joining import POST, admin, code_in, group_code, owed, posted, use_of
from tests.conversations.talking import Talk, TalkingDesk


def test_a_code_binds_a_group(desk: TalkingDesk) -> None:
    """The group hears one line, the administrators hear who said the code and how to undo it."""
    admin(desk).says("/bind joint_meeting")
    said = admin(desk).bot_says()
    code = code_in(said)
    assert said.splitlines()[0] == f"绑定联席会议群的码(用一次,11-24 09:35 前有效):{code}"
    assert f"https://desk.test/group?{code}" in said
    group = Talk(desk, "new-joint")
    group.says("李敏", f"/start@desk {code}")
    assert group.bot_says() == "✅ 本群已绑定为联席会议群。"
    assert admin(desk).bot_says().splitlines() == [
        "✅ 已绑定 「new-joint」(联席会议群),由 李敏 说出绑定码。",
        "要撤销请发“解绑”。",
    ]
    group.says("李敏", "/case")
    assert not group.is_silent() or not desk.direct("李敏").is_silent()
    Talk(desk, "another").says("李敏", f"/bind {code}")
    assert use_of(desk, "another") == ""
    assert desk.direct("李敏").bot_says_all()[-1].startswith("邀请码已用过或已过期")


def test_a_groups_code_ends_after_half_an_hour(desk: TalkingDesk) -> None:
    """A code that nobody said in time binds nothing."""
    code = group_code(desk, "工作群")
    desk.later(minutes=30)
    Talk(desk, "late").says("李敏", f"/bind {code}")
    assert use_of(desk, "late") == ""


def test_without_a_use_the_three_are_offered(desk: TalkingDesk) -> None:
    """`绑定` alone explains itself; one tap gives the code."""
    admin(desk).says("绑定")
    assert admin(desk).bot_says().startswith("要绑定成哪一种?")
    assert admin(desk).buttons("哪一种") == ["工作群", "联席会议群", "发布频道"]
    admin(desk).taps("发布频道")
    assert admin(desk).bot_says().startswith("绑定发布频道的码")


def test_a_groups_code_said_in_private_binds_nothing(desk: TalkingDesk) -> None:
    """The code is for the group, and still good there."""
    code = group_code(desk, "职工群")
    desk.direct("李敏").says(f"/bind {code}")
    assert desk.direct("李敏").bot_says() == "这是绑定工作群的码,请发在要绑定的群或频道里。"
    Talk(desk, "staff2").says("李敏", f"/bind {code}")
    assert use_of(desk, "staff2") == "staff"


def test_a_code_changes_the_use_of_a_bound_group(desk: TalkingDesk) -> None:
    """The administrators hear what it was; its cards are kept there no more."""
    desk.staff.forwards("李敏", POST)
    desk.staff.bot_says_all()
    code = group_code(desk, "联席会议群")
    desk.staff.says("李敏", f"绑定 {code}")
    assert desk.staff.bot_says() == "✅ 本群已绑定为联席会议群。"
    assert "原来是工作群;发往原用途的消息不再发出。" in admin(desk).bot_says()
    before = desk.staff.shows("线索 S1")
    desk.direct("赵强").says("属实 S1")
    assert desk.staff.shows("线索 S1") == before


def test_a_channel_is_bound_without_a_word_in_it(desk: TalkingDesk) -> None:
    """The code's post is taken away, the public reads nothing, and the administrators are told."""
    code = group_code(desk, "发布频道")
    place = Place(account="public", public=True, title="港北发布")
    posted(desk, place, f"绑定 {code}")
    assert use_of(desk, "public") == "release_channel"
    assert Talk(desk, "public").messages() == []
    assert admin(desk).bot_says().startswith("✅ 已绑定 「港北发布」(发布频道),由 匿名管理员 说出绑定码。")


def test_a_channel_is_never_a_working_group(desk: TalkingDesk) -> None:
    """A working group's code said where the public reads it is void, and its post is taken away."""
    code = group_code(desk, "工作群")
    posted(desk, Place(account="public", public=True, title="港北发布"), f"绑定 {code}")
    assert use_of(desk, "public") == ""
    assert Talk(desk, "public").messages() == []
    assert admin(desk).bot_says().startswith("⚠️ 绑定工作群的码被发在「港北发布」里,已作废")
    Talk(desk, "staff2").says("李敏", f"/bind {code}")
    assert use_of(desk, "staff2") == ""


def test_unbinding_asks_once_more_and_leaves(desk: TalkingDesk) -> None:
    """The effect is named; after the second tap the group hears nothing more and is left."""
    admin(desk).says("解绑")
    assert admin(desk).bot_says() == "要解绑哪一个?请点选。"
    admin(desk).taps("演练室:「舆情工作群」(工作群)")
    sure = admin(desk).bot_says().splitlines()
    assert sure[0] == "确定解绑 演练室:「舆情工作群」(工作群)?解绑后舆情卡片、提醒和超时通报不再发到这里,我会离开它。"
    assert use_of(desk, "staff") == "staff"
    admin(desk).taps("确定解绑")
    assert admin(desk).bot_says() == "☑️ 何主任 已解绑「舆情工作群」(工作群),我已离开。"
    assert [row.destination for row in owed(desk, "leave")] == ["drill:staff"]
    desk.direct("李敏").forwards(POST)
    assert desk.staff.is_silent()
    admin(desk).taps("确定解绑")
    assert admin(desk).toast() == "它已经不是绑定的群了,未做任何改动。"
