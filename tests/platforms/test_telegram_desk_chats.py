"""The whole desk in Telegram's kinds of chats: groups that move, topics, strangers' groups, anonymous speakers."""

import re

import pytest

from bot.building import take_roster
from bot.chat.telegram.checkup import Checkup
from config.language import Voice
from config.roster import DRILL, drill_roster
from config.settings import Settings
from storage import case as cases
from storage import chat as chats
from tests.conversations.stages import TOKEN
from tests.platforms.bureau import CHANNEL, PASSER, POST, STAFF, WAGES, Bureau

both = pytest.mark.parametrize("tables", ["sqlite", "postgresql"], indirect=True)
OTHER, FORUM, PRESS = -1001000000007, -1001000000008, -1001000000009
ANONYMOUS = "您现在以群的名义发言,我不知道您是谁,未做任何改动。请关掉匿名管理员身份再说一次,或私聊我。"


def test_people_are_named_as_the_roster_names_them(bureau: Bureau) -> None:
    """However somebody's account is called, the card and the list of reports name the person."""
    bureau.api.world.users[bureau.who("李敏")].first_name = "小李飞刀"
    bureau.registers()
    assert "(转发人 李敏)" in bureau.card().text
    bureau.api.says(bureau.who("王五"), STAFF, "查 1")
    bureau.desk.settle()
    assert "转发 李敏" in "\n".join(bureau.texts(STAFF))


# a group that moves


def basic(bureau: Bureau) -> None:
    """Let the staff group be one of the small kind, which can still move."""
    bureau.api.world.chats[STAFF].kind = "group"


@both
def test_a_group_that_moves_takes_its_case_along(bureau: Bureau) -> None:
    """Both service messages say it; the card is shown anew there, its buttons work, the old group hears no more."""
    basic(bureau)
    bureau.registers()
    new = bureau.api.migrates(STAFF, by=bureau.who("李敏"))
    bureau.desk.settle()
    old_calls = len(bureau.api.calls(None, STAFF))
    bureau.api.says(bureau.who("李敏"), bureau.who("李敏"), "补充 1 现场已通水")
    bureau.desk.settle()
    (card,) = bureau.new(new)
    assert "现场已通水" in card.text
    bureau.api.taps(bureau.who("王五"), new, card.message_id, "认领")
    bureau.desk.settle()
    assert bureau.case().stage == "draft"
    assert "发言人 王五(已认领)" in bureau.card(chat=new).text
    assert len(bureau.api.calls(None, STAFF)) == old_calls
    chat = bureau.bound(new)
    assert chat is not None
    assert (chat.account, chat.use, chat.former_accounts) == (str(new), "staff", [str(STAFF)])


@both
def test_a_refused_send_tells_that_a_group_has_moved(bureau: Bureau) -> None:
    """Where no service message came, the refusal names the new group; what was refused goes there at once, unmarked."""
    basic(bureau)
    bureau.registers()
    hook, bureau.api.deliver_to = bureau.api.deliver_to, None
    new = bureau.api.migrates(STAFF, by=bureau.who("李敏"))
    late = list(bureau.api.world.bot().pending)
    bureau.api.world.bot().pending.clear()
    bureau.api.deliver_to = hook
    bureau.api.says(bureau.who("王五"), bureau.who("王五"), "认领 1")
    bureau.desk.settle()
    (card,) = bureau.new(new)
    assert "发言人 王五(已认领)" in card.text
    for update in late:
        bureau.post_raw(update)
    bureau.desk.settle()
    bureau.api.says(bureau.who("李敏"), new, "补充 1 现场已通水")
    bureau.desk.settle()
    assert bureau.texts(new) == ["📝 已补充到 1号"]
    assert "现场已通水" in bureau.card(chat=new).text
    assert not bureau.owed("pending", "unknown", "failed")


def test_a_reply_in_the_moved_group_never_means_an_old_message(bureau: Bureau) -> None:
    """Messages are counted anew there: the same number as an old card's is not taken for that card."""
    basic(bureau)
    bureau.registers()
    old_card = bureau.card().message_id
    bureau.staff.forwards("李敏", WAGES)
    new = bureau.api.migrates(STAFF, by=bureau.who("李敏"))
    bureau.desk.settle()
    same = bureau.api.says(bureau.who("李敏"), new, "大家辛苦了")
    while same.message_id < old_card:
        same = bureau.api.says(bureau.who("李敏"), new, "大家辛苦了")
    bureau.desk.settle()
    assert same.message_id == old_card
    bureau.new(new)
    bureau.api.says(bureau.who("王五"), new, "认领", reply_to=same.message_id)
    bureau.desk.settle()
    assert bureau.case().stage == "acceptance"
    bureau.api.says(bureau.who("李敏"), bureau.who("李敏"), "补充 1 现场已通水")
    bureau.desk.settle()
    card = bureau.card("港建舆", chat=new)
    bureau.api.says(bureau.who("王五"), new, "认领", reply_to=card.message_id)
    bureau.desk.settle()
    assert bureau.case().stage == "draft"


@both
def test_a_roster_with_the_old_number_keeps_the_moved_group(bureau: Bureau) -> None:
    """The bureau need not change its roster when a group has moved."""
    basic(bureau)
    bureau.registers()
    new = bureau.api.migrates(STAFF, by=bureau.who("李敏"))
    bureau.desk.settle()
    takes(bureau, drill_roster(bureau.house.plan))
    with bureau.database.reading() as session:
        assert [chat.account for chat in chats.used_for(session, "staff")] == [str(new)]
    bureau.api.forwards(bureau.who("李敏"), new, WAGES)
    bureau.desk.settle()
    assert any("线索 S2" in text for text in bureau.texts(new))


# the roster's chats


def test_a_roster_without_chats_leaves_binding_to_codes(bureau: Bureau) -> None:
    """The people come from the roster, the group by its code; cards go there and nowhere else."""
    takes(bureau, re.sub(r"chats:\n(  - .*\n)+", "", drill_roster(bureau.house.plan)))
    bureau.api.forwards(bureau.who("李敏"), STAFF, POST)
    bureau.desk.settle()
    assert bureau.texts(STAFF) == []
    code = bureau.code("绑定 工作群")
    bureau.api.says(bureau.who("李敏"), STAFF, f"/bind@huiying_bot {code}")
    bureau.api.forwards(bureau.who("李敏"), STAFF, POST)
    bureau.desk.settle()
    bound, card = bureau.texts(STAFF)
    assert bound == "✅ 本群已绑定为工作群。"
    assert "线索 S1" in card


def test_nothing_is_owed_to_a_platform_that_is_off(bureau: Bureau) -> None:
    """A roster copied from the drill names the drill's chats: the desk that is on Telegram alone owes them nothing."""
    drill = "chats:\n  - {use: staff, platform: drill, id: room, title: 演练群}"
    text = bureau.stage.roster(drill_roster(bureau.house.plan)).replace("chats:", drill)
    take_roster(bureau.database, text, DRILL.name, bureau.house.plan, bureau.clock.now(), by="test")
    bureau.registers()
    bureau.later(hours=30)
    assert {row.platform for row in bureau.owed()} == {"telegram"}


def takes(bureau: Bureau, roster: str) -> None:
    """Let the desk take a roster of the cast."""
    text = bureau.stage.roster(roster)
    take_roster(bureau.database, text, DRILL.name, bureau.house.plan, bureau.clock.now(), by="test")


# topics


def test_an_answer_stays_in_its_topic(bureau: Bureau) -> None:
    """In a forum a card and a word come where the post was; what nobody asked for comes where the group was bound."""
    bureau.api.world.chats[STAFF].forum = True
    water = bureau.api.add_topic(STAFF, "供水", by=bureau.who("李敏"))
    bureau.api.says(bureau.who("李敏"), STAFF, f"上报 {POST}", topic=water)
    bureau.api.says(bureau.who("赵强"), STAFF, "属实 S1", topic=water)
    bureau.desk.settle()
    answer = next(message for message in bureau.new(STAFF) if message.text.startswith("✅ 已登记"))
    assert answer.topic == water


def forum(bureau: Bureau) -> tuple[int, int]:
    """Let a forum be bound as the staff group, in one of its topics; return that topic and another one."""
    everybody = [*bureau.api.world.chats[STAFF].members]
    bureau.api.add_chat(FORUM, "supergroup", "专题群", forum=True, members=everybody)
    bureau.api.promote(bureau.me, FORUM)
    work, other = (bureau.api.add_topic(FORUM, name, by=bureau.who("李敏")) for name in ("舆情", "闲聊"))
    code = bureau.code("绑定 工作群")
    bureau.api.says(bureau.who("何主任"), FORUM, f"/bind {code}", topic=work)
    bureau.desk.settle()
    (said,) = bureau.new(FORUM)
    assert (said.text, said.topic) == ("✅ 本群已绑定为工作群。", work)
    return work, other


def test_a_question_in_the_general_topic_is_answered_there(bureau: Bureau) -> None:
    """It has no number; that the group was bound in another topic does not draw the answer there."""
    forum(bureau)
    bureau.api.says(bureau.who("李敏"), FORUM, "/list")
    bureau.desk.settle()
    (answer,) = bureau.new(FORUM)
    assert answer.topic is None
    assert answer.text.startswith("现在没有")


def test_a_forum_bound_in_a_topic_has_its_cards_there(bureau: Bureau) -> None:
    """Cards and reminders come in that topic, wherever in the forum the post was."""
    work, other = forum(bureau)
    bureau.api.forwards(bureau.who("李敏"), FORUM, POST, topic=other)
    bureau.desk.settle()
    (card,) = bureau.new(FORUM)
    assert ("线索 S1" in card.text, card.topic) == (True, work)
    bureau.api.taps(bureau.who("赵强"), FORUM, card.message_id, "属实")
    bureau.desk.settle()
    bureau.later(hours=1)
    reminders = bureau.new(FORUM)
    assert reminders
    assert {message.topic for message in reminders} == {work}


def test_what_was_meant_for_a_deleted_topic_comes_into_the_group(bureau: Bureau) -> None:
    """Nothing is lost with a topic: it stands in the general part."""
    work, _ = forum(bureau)
    del bureau.api.world.chats[FORUM].topics[work]
    bureau.api.forwards(bureau.who("李敏"), FORUM, POST)
    bureau.desk.settle()
    (card,) = bureau.new(FORUM)
    assert ("线索 S1" in card.text, card.topic) == (True, None)
    assert not bureau.owed("failed")


# who speaks


@both
def test_nobody_acts_in_a_groups_name(bureau: Bureau) -> None:
    """An anonymous administrator's verb is refused with what to do; what they forward is taken."""
    bureau.registers()
    wang = bureau.who("王五")
    bureau.api.promote(wang, STAFF)
    bureau.api.says(wang, STAFF, "认领 1", anonymous=True)
    bureau.desk.settle()
    assert bureau.texts(STAFF) == [ANONYMOUS]
    assert bureau.case().stage == "acceptance"
    bureau.api.forwards(wang, STAFF, WAGES, anonymous=True)
    bureau.desk.settle()
    assert "线索 S2" in bureau.texts(STAFF)[-1]
    bureau.api.says(wang, STAFF, "认领 1", via_channel=CHANNEL)
    bureau.desk.settle()
    assert bureau.texts(STAFF) == [ANONYMOUS]
    assert bureau.case().stage == "acceptance"


def test_bots_and_reactions_are_nothing(bureau: Bureau) -> None:
    """Another bot's words, a reaction, a pin, somebody coming or going: nothing is said and nothing opened."""
    bureau.registers()
    api, li = bureau.api, bureau.who("李敏")
    other = api.add_bot("55:other", "other_bot", privacy=False).user.id
    api.add_member(STAFF, other, by=li)
    card = bureau.card()
    from_bot = {**card.fields, "message_id": 900, "text": "认领 1", "from": api.user_of(other).json()}
    assert bureau.post_raw({"update_id": 1, "message": from_bot}) == 200
    reaction = {"chat": card.chat.json(), "message_id": card.message_id, "user": api.user_of(li).json(), "date": 1}
    seen = {"old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]}
    assert bureau.post_raw({"update_id": 2, "message_reaction": {**reaction, **seen}}) == 200
    api.add_member(STAFF, PASSER, by=li)
    api.remove_member(STAFF, PASSER, by=li)
    api.sends_sticker(li, STAFF)
    bureau.desk.settle()
    assert bureau.texts(STAFF) == []
    assert not bureau.events("broken")
    assert not bureau.events("waiting")
    assert bureau.case().stage == "acceptance"


def test_privacy_mode_hides_forwards_and_doctor_says_so(bureau: Bureau) -> None:
    """With privacy mode on, a desk that does not administer a group gets no forward there; doctor names the way out."""
    api, li = bureau.api, bureau.who("李敏")
    api.set_privacy(on=True)
    api.remove_member(STAFF, bureau.me, by=li)
    api.add_member(STAFF, bureau.me, by=li)
    bureau.desk.settle()
    before = len(bureau.events())
    api.forwards(li, STAFF, POST)
    assert len(bureau.events()) == before
    settings = Settings(telegram_token=TOKEN, telegram_api_url=api.url)
    with bureau.database.reading() as session:
        known = list(chats.groups(session))
    checkup = Checkup(settings, bureau.stage.platform.line, known, running=True, now=bureau.clock.now)
    shown = "\n".join(finding.shown().say(Voice("zh")) for finding in checkup.findings())
    assert "舆情工作群" in shown
    assert "隐私模式" in shown
    api.promote(bureau.me, STAFF)
    api.forwards(li, STAFF, POST)
    bureau.desk.settle()
    with bureau.database.reading() as session:
        assert cases.count(session) == 1
