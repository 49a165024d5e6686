"""The way to the board: a link in chat for one person, good once; what is done there is done in chat."""

from bot.building import keep_roster
from storage import board as doors
from storage import chat as chats
from storage import history
from storage import person as people
from tests.conversations.boarding import board_of, enter, link_of, says, token_in, visitor
from tests.conversations.talking import TalkingDesk
from tests.conversations.test_clocks import OUTAGE, heard, reported

NO_GOOD = "这个入口已经用过、已过期或不对。请在聊天里对机器人再发一次“看板”。"
OUTSIDE = "请从聊天进入看板"


def test_a_link_is_given_one_to_one(desk: TalkingDesk) -> None:
    """It says how long it holds and what to do; of it only a hash is kept among the doors."""
    wang = desk.direct("王五")
    wang.says("看板")
    said = wang.bot_says()
    assert said.splitlines()[0] == "🔑 看板入口,5 分钟内有效,只能用一次。请不要转发,打开后点“进入看板”。"
    token = token_in(said)
    with desk.database.reading() as session:
        person = people.by_name(session, "王五")
        assert person is not None
        (link,) = doors.open_links(session, person.id)
    assert token not in link.token_hash


def test_in_a_group_the_link_goes_to_its_person_alone(desk: TalkingDesk) -> None:
    """The group reads that it was sent, and no address."""
    desk.staff.says("王五", "看板")
    assert desk.staff.bot_says() == "看板入口已私聊发给 王五。"
    assert "/board/enter/" in desk.direct("王五").bot_says()


def test_who_has_no_right_gets_no_link(desk: TalkingDesk) -> None:
    """Somebody of another agency and somebody unknown are told why."""
    outsider = next(
        person.name for person in desk.roster.people if person.roles and set(person.roles) <= {"agency", "expert"}
    )
    desk.direct(outsider).says("看板")
    assert desk.direct(outsider).bot_says().startswith("您没有「看板」的权限,未做任何改动。")
    desk.staff.says("过路人", "看板")
    assert all("/enter/" not in message.text for message in desk.staff.messages())


def test_a_link_opens_once_and_only_by_its_button(desk: TalkingDesk) -> None:
    """Whoever looks at the address uses nothing up; the button does, and a second time nobody is let in."""
    token = link_of(desk, "王五")
    with board_of(desk) as address, visitor(address) as first, visitor(address) as second:
        for _ in range(3):
            assert "进入看板" in first.get(f"/enter/{token}").text
        assert OUTSIDE in first.get("/").text
        entered = enter(first, token)
        assert entered.status_code == 200
        assert "王五" in entered.text
        again = enter(second, token)
        assert (again.status_code, NO_GOOD in again.text) == (403, True)
        assert OUTSIDE in second.get("/").text


def test_a_link_expires_and_a_new_one_voids_the_old(desk: TalkingDesk) -> None:
    """After five minutes, and once another was asked for."""
    late, old, new = link_of(desk, "王五"), link_of(desk, "李敏"), link_of(desk, "李敏")
    desk.later(minutes=5)
    fresh = link_of(desk, "赵强")
    with board_of(desk) as address, visitor(address) as client:
        for token in (late, old, new, "no-token", ""):
            assert enter(client, token).status_code == 403
        assert enter(client, fresh).status_code == 200


def test_who_guesses_has_to_wait(desk: TalkingDesk) -> None:
    """Ten links that are no good from one address are enough; later it may try again."""
    with board_of(desk) as address, visitor(address) as client:
        for n in range(10):
            assert enter(client, f"guess-{n}").status_code == 403
        token = link_of(desk, "王五")
        refused = enter(client, token)
        assert (refused.status_code, "试错次数太多" in refused.text) == (429, True)
        desk.later(minutes=10)
        assert enter(client, link_of(desk, "王五")).status_code == 200


def test_a_session_ends(desk: TalkingDesk) -> None:
    """Idle for an hour; after twelve hours in any case; by its person; everywhere by a word in chat."""
    with board_of(desk) as address, visitor(address) as client, visitor(address) as other:
        enter(client, link_of(desk, "王五"))
        desk.later(minutes=59)
        assert client.get("/").status_code == 200
        desk.later(minutes=59)
        assert client.get("/").status_code == 200  # looking counts
        desk.later(minutes=61)
        assert client.get("/").status_code == 401

        enter(client, link_of(desk, "王五"))
        for _ in range(13):
            desk.later(minutes=55)
            client.get("/")
        assert client.get("/").status_code == 200
        desk.later(minutes=10)
        assert client.get("/").status_code == 401

        enter(client, link_of(desk, "王五"))
        enter(other, link_of(desk, "王五"))
        heard(desk)
        desk.direct("王五").says("看板 退出")
        assert desk.direct("王五").bot_says() == "已在所有设备上退出看板,没用过的入口也已作废。要再进入请发“看板”。"
        assert [client.get("/").status_code, other.get("/").status_code] == [401, 401]


def test_who_leaves_the_roster_or_loses_the_right_is_out_at_once(desk: TalkingDesk) -> None:
    """The next look finds the door shut; a link that was not used yet opens nothing."""
    with board_of(desk) as address, visitor(address) as gone, visitor(address) as demoted:
        enter(gone, link_of(desk, "王五"))
        enter(demoted, link_of(desk, "李敏"))
        unused = link_of(desk, "赵强")
        with desk.database.writing() as session:
            for name, change in (
                ("王五", {"active": False}),
                ("李敏", {"roles": ["agency"]}),
                ("赵强", {"active": False}),
            ):
                person = people.by_name(session, name)
                assert person is not None
                for column, value in change.items():
                    setattr(person, column, value)
                people.save(session, person)
        assert [gone.get("/").status_code, demoted.get("/").status_code] == [401, 401]
        assert enter(gone, unused).status_code == 403


def test_who_comes_back_to_the_roster_enters_anew(desk: TalkingDesk) -> None:
    """Leaving the roster shuts the doors for good: neither the session nor the link is good again later."""
    smaller = desk.roster.model_copy(
        update={"people": tuple(person for person in desk.roster.people if person.name != "李敏")}
    )
    with board_of(desk) as address, visitor(address) as client:
        enter(client, link_of(desk, "李敏"))
        unused = link_of(desk, "李敏")
        for roster in (smaller, desk.roster):
            keep_roster(desk.database, roster, roster.model_dump_json(), desk.clock.now(), by="test")
        assert client.get("/").status_code == 401
        assert enter(client, unused).status_code == 403


def test_what_is_done_on_the_board_is_done_in_chat(desk: TalkingDesk) -> None:
    """A note written there stands on the case's card in the group and in the history, by that person."""
    reported(desk, OUTAGE)
    with board_of(desk) as address, visitor(address) as client:
        enter(client, link_of(desk, "王五"))
        answered = says(client, f"/cases/{desk.case().id}", "补充 1 抢修队已到现场")
    assert "📝 已补充到 1号" in answered.text
    assert "进展:抢修队已到现场" in desk.staff.shows("港建舆〔2026〕1号")
    with desk.database.reading() as session:
        last = [row for row in history.rows(session, desk.case().id) if row.kind != "sent"][-1]
    assert (last.kind, last.actor_name) == ("note", "王五")
    assert last.payload is not None
    assert last.payload["said"]["platform"] == "board"


def test_rights_are_those_of_the_chat(desk: TalkingDesk) -> None:
    """What somebody may not say in chat they may not say there; the refusal stands on the page alone."""
    reported(desk, OUTAGE)
    with board_of(desk) as address, visitor(address) as client:
        enter(client, link_of(desk, "李敏"))
        heard(desk)
        refused = says(client, "/", "办结 1")
    assert "您没有「办结」的权限" in refused.text
    assert desk.direct("李敏").is_silent()
    assert desk.case().stage == "draft"


def test_entering_and_leaving_are_on_record(desk: TalkingDesk) -> None:
    """By name, in the desk's own history."""
    with board_of(desk) as address, visitor(address) as client:
        enter(client, link_of(desk, "王五"))
    with desk.database.reading() as session:
        entered = [row for row in history.rows(session, None) if row.kind == "board_entered"]
    assert [row.actor_name for row in entered] == ["王五"]


def test_the_board_reaches_nobody(desk: TalkingDesk) -> None:
    """Whoever is logged in is still asked where they are called; the page gets no word of its own accord."""
    with board_of(desk) as address, visitor(address) as client:
        enter(client, link_of(desk, "王五"))
        desk.staff.forwards("李敏", OUTAGE)
        asked = desk.direct("王五").bot_says_all()
    assert any("认领" in said for said in asked)
    with desk.database.reading() as session:
        person = people.by_name(session, "王五")
        assert person is not None
        (chat,) = chats.direct_on(session, person.id, "board")
        assert doors.last_said(session, chat.id) == 0


def test_another_agency_sees_what_the_joint_meeting_was_told_of(desk: TalkingDesk) -> None:
    """No other case is on its list or found, and neither the address nor the number of one opens it."""
    reported(desk)
    with board_of(desk) as address, visitor(address) as client:
        enter(client, link_of(desk, "马超"))
        assert "江南路全小区停水" not in client.get("/").text
        assert "江南路全小区停水" not in client.get("/", params={"q": "停水"}).text
        assert client.get(f"/cases/{desk.case().id}").status_code == 404
        assert "没有「1」这个案件" in says(client, "/", "查 1").text
        desk.staff.says("赵强", "定级 1 重大")
        assert "江南路全小区停水" in client.get("/").text
        assert client.get(f"/cases/{desk.case().id}").status_code == 200
