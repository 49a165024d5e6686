"""The whole desk lets in by a code: a new phone, a group, a channel; strangers' groups are left in silence."""

import re

import pytest

from storage import person as people
from tests.platforms.bot_api import Message
from tests.platforms.bureau import PASSER, POST, Bureau

both = pytest.mark.parametrize("tables", ["sqlite", "postgresql"], indirect=True)
OTHER, FORUM, PRESS = -1001000000007, -1001000000008, -1001000000009


def use_of(bureau: Bureau, account: int) -> str:
    """Return what a chat is used for."""
    chat = bureau.bound(account)
    return chat.use if chat is not None else ""


def told(bureau: Bureau) -> list[str]:
    """Return what the administrator has heard since the last look."""
    return bureau.texts(bureau.who("何主任"))


def added(bureau: Bureau, chat: int, kind: str = "supergroup") -> None:
    """Let a stranger add the desk to a group of theirs."""
    bureau.api.add_chat(chat, kind, "外面的群", members=[PASSER], owner=PASSER)
    bureau.api.add_member(chat, bureau.me, by=PASSER)
    bureau.desk.settle()


@both
def test_a_strangers_group_is_left_in_silence(bureau: Bureau) -> None:
    """Nothing is said there, the administrators hear who added the desk, and the desk is gone."""
    added(bureau, OTHER)
    assert bureau.new(OTHER) == []
    assert bureau.api.world.chats[OTHER].member(bureau.me) is None
    assert told(bureau) == [
        f"⚠️ 过路人({PASSER})把我拉进了没有绑定的「外面的群」,我没有发言,已退出。若是本局的群,请先发“绑定”取码。"
    ]
    assert use_of(bureau, OTHER) in ("", "unbound")


@both
def test_with_a_code_out_a_new_group_stays_until_it_is_bound(bureau: Bureau) -> None:
    """Ten minutes are enough to say the code; a group in which nobody does is left."""
    code = bureau.code("绑定 工作群")
    added(bureau, OTHER)
    added(bureau, FORUM)
    assert bureau.api.world.chats[OTHER].member(bureau.me) is not None
    bureau.api.says(PASSER, OTHER, f"/bind@huiying_bot {code}")
    bureau.desk.settle()
    assert bureau.texts(OTHER)[0] == "✅ 本群已绑定为工作群。"
    bureau.later(minutes=11)
    assert bureau.api.world.chats[OTHER].member(bureau.me) is not None
    assert bureau.api.world.chats[FORUM].member(bureau.me) is None
    assert bureau.new(FORUM) == []
    bureau.api.forwards(PASSER, OTHER, POST)
    bureau.desk.settle()
    assert "线索 S1" in bureau.texts(OTHER)[-1]


def test_a_channel_is_bound_by_a_code_that_nobody_reads_long(bureau: Bureau) -> None:
    """The code posted in a channel that the desk administers binds it and is deleted; nothing is said in public."""
    code = bureau.code("绑定 发布频道")
    bureau.api.add_chat(PRESS, "channel", "港北发布", members=[bureau.who("何主任")], owner=bureau.who("何主任"))
    bureau.api.promote(bureau.me, PRESS, can_post_messages=True, can_edit_messages=True, can_delete_messages=True)
    post: Message = bureau.api.channel_post(PRESS, f"/bind {code}")
    bureau.desk.settle()
    assert use_of(bureau, PRESS) == "release_channel"
    assert post.deleted
    assert bureau.api.messages(PRESS) == []
    assert told(bureau)[-1].startswith("✅ 已绑定 「港北发布」(发布频道),由 匿名管理员 说出绑定码。")


def test_rights_that_are_missing_are_told_to_whoever_binds(bureau: Bureau) -> None:
    """The channel's link asks for the rights by itself; who gave fewer is told which, and nothing is said in public."""
    head = bureau.who("何主任")
    said = bureau.asked("绑定 发布频道")
    assert "https://t.me/huiying_bot?startchannel&admin=post_messages+edit_messages+delete_messages" in said
    assert "startgroup" not in said
    code = bureau.code("绑定 发布频道")
    bureau.api.add_chat(PRESS, "channel", "港北发布", members=[head], owner=head)
    bureau.api.promote(bureau.me, PRESS, can_post_messages=True)
    bureau.api.channel_post(PRESS, f"/bind {code}")
    bureau.desk.settle()
    missing = (
        "⚠️ 我在 「港北发布」(发布频道) 里还缺少权限:编辑他人消息(更正)、删除消息(撤下)。请在它的管理员设置里给我。"
    )
    assert told(bureau)[-1].splitlines()[-1] == missing


def test_rights_given_before_the_code_is_said_are_not_missed(bureau: Bureau) -> None:
    """A group's plain member may not pin; once it was made an administrator, nothing is missing."""
    li, code = bureau.who("李敏"), bureau.code("绑定 工作群")
    added(bureau, OTHER)
    added(bureau, FORUM)
    bureau.api.promote(bureau.me, FORUM)
    bureau.desk.settle()
    for chat, said in ((OTHER, code), (FORUM, bureau.code("绑定 工作群"))):
        bureau.new(li)
        bureau.api.add_member(chat, li)
        bureau.api.says(li, chat, f"/bind@huiying_bot {said}")
        bureau.desk.settle()
        assert bureau.texts(chat)[0] == "✅ 本群已绑定为工作群。"
        missing = "⚠️ 我在 「外面的群」(工作群) 里还缺少权限:置顶消息(置顶在办案件)、删除消息(撤下)。"
        assert bureau.texts(li) == ([f"{missing}请在它的管理员设置里给我。"] if chat == OTHER else [])
        assert ("缺少权限" in told(bureau)[-1]) == (chat == OTHER)


def test_invitations_for_many_are_handed_on_one_by_one(bureau: Bureau) -> None:
    """More codes at once than a chat may take: each comes in a message of its own, and can be passed on alone."""
    head, names = bureau.who("何主任"), ("王五", "赵强", "林峰", "李敏", "何主任")
    for name in names:
        bureau.api.says(head, head, f"邀请 {name}")
    bureau.desk.settle()
    bureau.later(minutes=1)
    assert [said.split("(")[0] for said in told(bureau)] == [f"{name} 的邀请码" for name in names]


@both
def test_a_deep_link_lets_one_new_person_in(bureau: Bureau) -> None:
    """The link of an invitation opens the chat and says the code; a second account with the same link is refused."""
    with bureau.database.writing() as session:
        lin = people.by_name(session, "林峰")
        assert lin is not None
        for held in people.accounts_of(session, lin.id, "telegram"):
            people.forget(session, held)
    link = re.search(r"https://t\.me/huiying_bot\?start=(\w+)", bureau.asked("邀请 林峰"))
    assert link is not None
    new, thief = 8002, 8003
    bureau.api.add_user(new, "林峰的新手机")
    bureau.api.add_user(thief, "别人")
    bureau.api.starts(new, link[1])
    bureau.desk.settle()
    assert bureau.texts(new)[0].startswith("✅ 已接通。您是:")
    assert told(bureau) == [f"✅ 林峰 已接通:telegram 林峰的新手机 {new}"]
    bureau.api.starts(thief, link[1])
    bureau.desk.settle()
    assert bureau.texts(thief) == ["邀请码已用过或已过期,未做任何改动。请管理员重新邀请。"]
    with bureau.database.reading() as session:
        assert people.by_account(session, "telegram", str(thief)) is None
        found = people.by_account(session, "telegram", str(new))
        assert found is not None
        assert found.name == "林峰"
