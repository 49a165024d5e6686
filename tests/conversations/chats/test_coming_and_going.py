"""Who comes and goes: groups that nobody bound, people who block the desk, people it cannot write to."""

from datetime import UTC, datetime

from bot.chat.drill import NAME
from handlers.act import Act
from handlers.chats import first_start, reaching
from handlers.conversation import Place, Sender
from storage import chat as chats
from storage import person as people
from tests.conversations.chats.joining import POST, admin, chat_at, forget_direct, group_code, notice, owed
from tests.conversations.talking import Talk, TalkingDesk


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
