"""Accounts and groups: they come by one-time codes, go when they are let go, and a stranger learns nothing."""

import re
from datetime import UTC, datetime
from typing import Literal

import pytest

from bot.chat.drill import NAME
from config.roster import DRILL
from handlers.act import Act
from handlers.chats import codes, first_start, moving, reaching
from handlers.conversation import Incoming, Place, Sender
from storage import chat as chats
from storage import drill, invitation, outbox
from storage import person as people
from storage.chat import Chat
from storage.database import Database
from tests.conversations.talking import Talk, TalkingDesk, no_channels

POST = "江南路全小区停水三天,老人孩子没水喝,打电话没人管。"
PASSER = Sender(account="passer", name="过路人")
Notice = Literal["added", "removed", "moved"]
NO_ACCOUNT = ("accounts: {drill: linfeng}", "accounts: {}")


@pytest.fixture
def desk(database: Database) -> TalkingDesk:
    """Give a desk whose administrator is 何主任 and which does not know 林峰's account."""
    return opened(database)


def opened(database: Database) -> TalkingDesk:
    text = DRILL.read_text(encoding="utf-8").replace(*NO_ACCOUNT)
    desk = TalkingDesk(database, no_channels, roster=text)
    desk.desk.settle()  # nobody is administrator yet who could be told that 林峰 has no account
    desk.house.start_links = {NAME: lambda code, *, to: f"https://desk.test/{to}?{code}"}
    with database.writing() as session:
        head = people.by_name(session, "何主任")
        assert head is not None
        head.roles = [*head.roles, "administrator"]
        people.save(session, head)
    return desk


def admin(desk: TalkingDesk) -> Talk:
    return desk.direct("何主任")


def code_in(said: str) -> str:
    found = re.search(rf"[{codes.ALPHABET}]{{{codes.LENGTH}}}", said)
    assert found is not None, said
    return found[0]


def group_code(desk: TalkingDesk, use: str) -> str:
    admin(desk).says(f"绑定 {use}")
    return code_in(admin(desk).bot_says())


def invitation_of(desk: TalkingDesk, name: str = "林峰") -> str:
    admin(desk).says(f"邀请 {name}")
    return code_in(admin(desk).bot_says())


def account(desk: TalkingDesk, name: str) -> Talk:
    """Return the 1:1 chat of an account nobody knows."""
    return Talk(desk, f"direct:{name}", name)


def notice(desk: TalkingDesk, kind: Notice, place: Place, *, by: Sender = PASSER, moved_to: str = "") -> None:
    """Let the platform tell what became of the desk in a chat."""
    event = Incoming(
        platform=NAME,
        key=f"{kind}:{place.account}:{desk.clock.now()}",
        at=desk.clock.now(),
        place=place,
        sender=by,
        notice=kind,
        moved_to=moved_to,
    )
    desk.desk.accept(event)
    desk.desk.settle()


def posted(desk: TalkingDesk, place: Place, text: str) -> str:
    """Post in a channel in its own name; return the message's id."""
    with desk.database.writing() as session:
        message = drill.add(
            session, drill.DrillMessage(chat=place.account, author="channel", text=text, at=desk.clock.now())
        )
    event = Incoming(
        platform=NAME,
        key=f"post:{message.id}",
        at=desk.clock.now(),
        place=place,
        sender=Sender(account=place.account, name=place.title, anonymous=True),
        message_id=str(message.id),
        text=text,
    )
    desk.desk.accept(event)
    desk.desk.settle()
    return str(message.id)


def chat_at(desk: TalkingDesk, account: str) -> Chat | None:
    with desk.database.reading() as session:
        return chats.by_account(session, NAME, account)


def use_of(desk: TalkingDesk, account: str) -> str:
    chat = chat_at(desk, account)
    return chat.use if chat is not None else ""


def owed(desk: TalkingDesk, kind: str) -> list[outbox.Outbox]:
    with desk.database.reading() as session:
        rows = (session.get(outbox.Outbox, serial) for serial in range(1, 200))
        return [row for row in rows if row is not None and row.kind == kind]


# invitations


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


# first words


def test_a_known_persons_first_message_connects_and_is_heard(desk: TalkingDesk) -> None:
    """Who is on the roster is greeted once, and what they said is done as well, or refused with a word."""
    forget_direct(desk, "王五")
    wang = desk.direct("王五")
    wang.says("我是谁")
    greeting, who = wang.bot_says_all()
    assert greeting == "✅ 已接通,王五。以后提醒和审稿都从这里找您。发“帮助”看可以说什么。"
    assert who.startswith("王五 · 新闻发言人")
    wang.says("我是谁")
    assert wang.bot_says() == who


def test_a_first_message_that_is_refused_connects_all_the_same(desk: TalkingDesk) -> None:
    """Nonsense from a known person is answered, in the chat it came from."""
    forget_direct(desk, "王五")
    wang = desk.direct("王五")
    wang.says("早上好")
    greeting, refused = wang.bot_says_all()
    assert greeting.startswith("✅ 已接通")
    assert refused.startswith("没看懂")


def test_start_is_only_greeted(desk: TalkingDesk) -> None:
    """A known person's first "/start" gets the greeting and no list of verbs."""
    forget_direct(desk, "王五")
    desk.direct("王五").says("/start")
    assert desk.direct("王五").bot_says().startswith("✅ 已接通,王五")


def test_a_stranger_is_answered_once(desk: TalkingDesk) -> None:
    """The first message tells what to give the administrator; then only "/start" is answered, once an hour."""
    stranger = account(desk, "who")
    stranger.says("请问今天停水吗")
    assert stranger.bot_says() == "我还不认识您。请把这一行发给管理员登记:drill:who"
    stranger.says("待办")
    stranger.says("/start")
    assert stranger.is_silent()
    desk.later(hours=1)
    stranger.says("有人吗")
    assert stranger.is_silent()
    stranger.says("/start")
    assert stranger.bot_says().startswith("我还不认识您")
    stranger.says("/start")
    assert stranger.is_silent()


def test_nothing_of_a_case_reaches_an_unbound_chat(desk: TalkingDesk) -> None:
    """Whatever a stranger or an unbound group says, no case is opened and no case is told of."""
    desk.staff.forwards("李敏", POST)
    desk.staff.says("赵强", "属实 S1")
    group, stranger = Talk(desk, "strangers"), account(desk, "who")
    stranger.says("/start")
    stranger.bot_says_all()
    for talk, name in ((group, "李敏"), (group, "who"), (stranger, "who")):
        for text in ("/case 1", "待办", "上报 江南路停水", "/start@desk"):
            talk.says(name, text)
        talk.forwards(name, POST)
    assert group.is_silent()
    assert stranger.is_silent()
    assert desk.case().reports == 1


# groups


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


# who comes and goes


def test_a_group_nobody_bound_is_left_in_silence(desk: TalkingDesk) -> None:
    """The administrators hear who added the desk to what; the group hears nothing."""
    notice(desk, "added", Place(account="party", title="吃喝群"))
    assert Talk(desk, "party").is_silent()
    assert admin(desk).bot_says() == (
        "⚠️ 过路人(passer)把我拉进了没有绑定的「吃喝群」,我没有发言,已退出。若是本局的群,请先发“绑定”取码。"
    )
    assert [row.destination for row in owed(desk, "leave")] == ["drill:party"]


def test_while_a_code_is_out_a_new_group_has_ten_minutes(desk: TalkingDesk) -> None:
    """The group for which the code is said stays; the other is left when the time is over."""
    code = group_code(desk, "工作群")
    notice(desk, "added", Place(account="ours", title="新工作群"))
    notice(desk, "added", Place(account="theirs", title="别人的群"))
    assert admin(desk).is_silent()
    Talk(desk, "ours").says("李敏", f"/start {code}")
    admin(desk).bot_says_all()
    desk.later(minutes=10)
    assert [row.destination for row in owed(desk, "leave")] == ["drill:theirs"]
    assert "「别人的群」" in admin(desk).bot_says()


def test_being_put_out_of_a_group_is_told_and_taken_back(desk: TalkingDesk) -> None:
    """Administrators and staff hear once what to do; when the desk is back, the administrators hear it."""
    place = Place(account="joint", title="联席会议群")
    notice(desk, "removed", place)
    told = admin(desk).bot_says()
    assert told.startswith("🚨 我在 「联席会议群」(联席会议群) 里发不出消息了")
    assert desk.staff.bot_says() == told
    desk.later(minutes=1)
    notice(desk, "removed", place)
    assert admin(desk).is_silent()
    notice(desk, "added", place)
    assert admin(desk).bot_says() == "✅ 我在 「联席会议群」(联席会议群) 里了,可以发言。"
    chat = chat_at(desk, "joint")
    assert chat is not None
    assert chat.unreachable_since is None


def test_who_blocks_the_desk_is_not_waited_for(desk: TalkingDesk) -> None:
    """What they were asked is asked of the next one at once; the staff hear what the person has to do."""
    desk.staff.forwards("李敏", POST)
    desk.staff.says("赵强", "属实 S1")
    assert "请认领" in desk.direct("王五").bot_says()
    desk.staff.bot_says_all()
    notice(desk, "removed", Place(account="direct:wangwu", direct=True), by=Sender(account="wangwu", name="王五"))
    assert "请认领" in desk.direct("陈静").bot_says()
    lost, handed = desk.staff.bot_says_all()
    assert lost.splitlines()[:2] == [
        "🚨 私聊找不到 王五 了:可能停用了我。请 王五 打开与我的私聊,按“开始”。",
        "https://desk.test/direct?",
    ]
    assert handed == "🔁 1号 王五 联系不上,转请 陈静 认领"


def test_who_was_not_reached_and_writes_again_is_reached(desk: TalkingDesk) -> None:
    """One word from them is enough, and they are told things as before."""
    with desk.database.writing() as session:
        act = Act(session, desk.house, desk.clock.now())
        chat = chats.by_account(session, NAME, "direct:wangwu")
        assert chat is not None
        reaching.unreachable(act, chat, "Forbidden: bot was blocked by the user")
        reaching.unreachable(act, chat, "Forbidden: bot was blocked by the user")
        act.end({"kind": "unreachable"})
    desk.desk.settle()
    assert desk.staff.bot_says().startswith("🚨 私聊找不到 王五 了")
    desk.direct("王五").says("我是谁")
    assert desk.direct("王五").bot_says().startswith("王五 · 新闻发言人")
    desk.staff.forwards("李敏", POST)
    desk.staff.says("赵强", "属实 S1")
    assert "请认领" in desk.direct("王五").bot_says()


def test_who_has_no_account_is_named_once_to_the_administrators(desk: TalkingDesk) -> None:
    """At the start of a desk; a later start names them again only when somebody more has none."""
    said = "👤 还没有账号:林峰。提醒和审稿发不到他们,他们说的话我也不认。请逐个发“邀请 姓名”。"
    for _ in range(2):
        desk.desk.open()
        desk.desk.settle()
    assert admin(desk).bot_says() == said
    with desk.database.writing() as session:
        wang = people.by_name(session, "王五")
        assert wang is not None
        for held in people.accounts_of(session, wang.id, NAME):
            people.forget(session, held)
    desk.desk.open()
    desk.desk.settle()
    assert admin(desk).bot_says().startswith("👤 还没有账号:王五、林峰。")
    desk.later(days=40)
    assert not [said for said in admin(desk).bot_says_all() if "还没有账号" in said]


def test_an_administrator_who_comes_later_hears_who_has_no_account(desk: TalkingDesk) -> None:
    """When the desk was started nobody could be told; the administrator's first word is answered with it."""
    forget_direct(desk, "何主任")
    desk.desk.open()
    desk.desk.settle()
    admin(desk).says("/start")
    greeting, absent = admin(desk).bot_says_all()
    assert greeting.startswith("✅ 已接通,何主任")
    assert absent.startswith("👤 还没有账号:林峰。")


def test_who_has_not_started_is_named_every_working_morning(desk: TalkingDesk) -> None:
    """The staff group is told who is missing and how to start, until nobody is."""
    for name in ("王五", "陈静"):
        forget_direct(desk, name)
    with desk.database.writing() as session:
        act = Act(session, desk.house, desk.clock.now())
        assert [person.name for person in first_start.missing(act)] == ["王五", "陈静"]
        first_start.begin(act)
        first_start.begin(act)
        act.end({"kind": "opened"})
    desk.desk.settle()
    said = desk.staff.bot_says()
    assert said.splitlines() == [
        "👋 还没接通私聊:王五、陈静。请各位打开与我的私聊,按“开始”;没接通前,提醒和审稿发不到您。",
        "https://desk.test/direct?",
    ]
    desk.direct("王五").says("/start")
    desk.until(datetime(2026, 11, 25, 0, 34, tzinfo=UTC))
    assert desk.staff.bot_says().startswith("☀️")
    desk.later(minutes=1)
    assert desk.staff.bot_says().startswith("👋 还没接通私聊:陈静。")
    desk.direct("陈静").says("/start")
    desk.later(days=7)
    assert not [said for said in desk.staff.bot_says_all() if said.startswith("👋")]


# moves


def test_a_group_that_moves_keeps_its_cards_and_its_words(desk: TalkingDesk) -> None:
    """After the move everything goes to the new account; a reply there never means a message of the old one."""
    desk.staff.forwards("李敏", POST)
    old_id = desk.staff.messages()[-1].name
    for _ in range(2):
        notice(desk, "moved", Place(account="staff", title="舆情工作群"), moved_to="staff-new")
        desk.later(minutes=1)
    desk.staff.bot_says_all()
    group = Talk(desk, "staff-new")
    desk.direct("赵强").says("属实 S1")
    assert "港建舆〔2026〕1号" in group.shows("来源")
    assert desk.staff.is_silent()
    with desk.database.reading() as session:
        chat = chats.by_account(session, NAME, "staff")
        assert chat is not None
        assert (chat.account, chat.former_accounts, chat.use) == ("staff-new", ["staff"], "staff")
        assert outbox.case_of_message(session, chat.id, str(old_id)) is None


def test_two_bound_groups_that_become_one_keep_the_new_ones_use(desk: TalkingDesk) -> None:
    """The administrators hear which use was given up."""
    notice(desk, "moved", Place(account="joint", title="联席会议群"), moved_to="staff")
    assert admin(desk).bot_says() == (
        "⚠️ 一个联席会议群已迁到 「舆情工作群」,两者合为一个,用途仍是工作群。如不对请发“绑定”重新绑定。"
    )
    assert use_of(desk, "joint") == "staff"


def test_moving_what_nobody_bound_changes_nothing(desk: TalkingDesk) -> None:
    """A move of an unknown chat is no trouble."""
    with desk.database.writing() as session:
        act = Act(session, desk.house, desk.clock.now())
        moving.move(act, NAME, "nowhere", "elsewhere")
        act.end({"kind": "moved"})
    assert chat_at(desk, "elsewhere") is None


def forget_direct(desk: TalkingDesk, name: str) -> None:
    """Let somebody be known whose first word is still to come."""
    with desk.database.writing() as session:
        chat = chats.by_account(session, NAME, f"direct:{desk.keys[name]}")
        assert chat is not None
        chats.unbind(session, chat)
        assert people.by_account(session, NAME, desk.keys[name]) is not None
