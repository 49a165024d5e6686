"""The first words of an account: whoever is known is heard at once, a stranger is answered once and learns nothing."""

from tests.conversations.chats.joining import POST, account, forget_direct
from tests.conversations.talking import Talk, TalkingDesk


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
