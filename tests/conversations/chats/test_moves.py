"""A group that becomes another keeps its cards and its words."""

from bot.chat.drill import NAME
from handlers.act import Act
from handlers.chats import moving
from handlers.conversation import Place
from storage import chat as chats
from storage import message as messages
from tests.conversations.chats.joining import POST, admin, chat_at, notice, use_of
from tests.conversations.talking import Talk, TalkingDesk


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
        assert messages.case_of(session, chat.id, str(old_id)) is None


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
