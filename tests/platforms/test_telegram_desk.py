"""The whole desk on Telegram hears each thing once, from whoever may say it, and survives what it cannot read."""

import threading
from collections.abc import Callable, Iterator

import pytest

from bot.chat.telegram.polling import Polling
from handlers import registry
from storage import case as cases
from storage import report as reports
from tests.platforms.bureau import POST, STAFF, WAGES, Bureau, until

both = pytest.mark.parametrize("tables", ["sqlite", "postgresql"], indirect=True)
STALE = "这个按钮已经失效,请看最新的卡片。"
CHANNEL_POST = {
    "type": "channel",
    "chat": {"id": -1001700000005, "type": "channel", "title": "业主之声"},
    "message_id": 7,
}


def counts(bureau: Bureau) -> tuple[int, int]:
    """Count cases and reports."""
    with bureau.database.reading() as session:
        return cases.count(session), reports.count(session)


# the same again


@both
def test_an_update_that_is_delivered_three_times_acts_once(bureau: Bureau) -> None:
    """A forward, a command and a tap each act once, however often they are delivered; each delivery is answered 200."""
    api = bureau.api
    api.forwards(bureau.who("李敏"), STAFF, POST)
    api.repeat_last_update(2)
    bureau.desk.settle()
    assert counts(bureau) == (1, 1)
    api.taps(bureau.who("赵强"), STAFF, bureau.card().message_id, "属实")
    api.repeat_last_update(1)
    bureau.desk.settle()
    api.repeat_last_update(1)
    bureau.desk.settle()
    assert [toast.text for toast in api.toasts()] == ["✅ 已登记 港建舆〔2026〕1号(赵强 确认)"]
    bureau.new(STAFF)
    api.says(bureau.who("李敏"), STAFF, "补充 1 现场已通水")
    api.repeat_last_update(2)
    bureau.desk.settle()
    assert bureau.texts(STAFF) == ["📝 已补充到 1号"]
    assert bureau.kinds_on_record().count("note") == 1
    assert set(api.statuses) == {200}


def test_what_a_poll_gets_again_acts_once(bureau: Bureau) -> None:
    """Polling stores an update before it is acknowledged, and what comes a second and third time is the same update."""
    api, stage = bureau.api, bureau.stage
    api.deliver_to = None
    polling = Polling(
        stage.platform, lambda updates: bureau.desk.accept_raw("telegram", updates), lambda _trouble: None
    )
    polling.start()

    def three_times(act: Callable[[], object]) -> None:
        act()
        api.settle()
        api.repeat_last_update(2)
        until(lambda: not api.world.bot().again)
        bureau.desk.settle()

    try:
        three_times(lambda: api.forwards(bureau.who("李敏"), STAFF, POST))
        three_times(lambda: api.taps(bureau.who("赵强"), STAFF, bureau.card().message_id, "属实"))
        three_times(lambda: api.says(bureau.who("李敏"), STAFF, "补充 1 现场已通水"))
        api.settle()
    finally:
        polling.stop()
    bureau.desk.settle()
    assert counts(bureau) == (1, 1)
    assert [toast.text for toast in api.toasts()] == ["✅ 已登记 港建舆〔2026〕1号(赵强 确认)"]
    assert bureau.kinds_on_record().count("note") == 1


def test_no_edit_is_a_command(bureau: Bureau) -> None:
    """A message edited into a command does nothing; an edited command does not act again."""
    bureau.registers()
    api, wang = bureau.api, bureau.who("王五")
    said = api.says(wang, STAFF, "我看看")
    bureau.desk.settle()
    for edited in ("认领 1", "/ack 1", "@huiying_bot 认领 1"):
        api.edits(wang, STAFF, said.message_id, edited)
        bureau.desk.settle()
    assert bureau.case().stage == "acceptance"
    note = api.says(wang, STAFF, "补充 1 现场已通水")
    bureau.desk.settle()
    api.edits(wang, STAFF, note.message_id, "补充 1 现场没有通水")
    api.edits(wang, STAFF, note.message_id, "认领 1")
    bureau.desk.settle()
    assert bureau.kinds_on_record().count("note") == 1
    assert bureau.case().stage == "acceptance"
    assert bureau.texts(STAFF) == ["📝 已补充到 1号"]
    direct = api.says(wang, wang, "你好")
    bureau.desk.settle()
    bureau.new(wang)
    api.edits(wang, wang, direct.message_id, "认领 1")
    bureau.desk.settle()
    assert bureau.case().stage == "acceptance"
    assert bureau.texts(wang) == []


def test_an_edited_post_becomes_a_version(bureau: Bureau) -> None:
    """An edited post keeps its first words and has the new ones beside them; the verb is part of neither."""
    api, li = bureau.api, bureau.who("李敏")
    typed = api.says(li, STAFF, f"上报 {POST}")
    linked = api.says(li, STAFF, "大家看 https://weibo.com/7654321/Nabcdefgh 停水了")
    bureau.desk.settle()
    bureau.new(STAFF)
    api.edits(li, STAFF, linked.message_id, "大家看 https://weibo.com/7654321/Nabcdefgh 两千户没水")
    bureau.desk.settle()
    assert bureau.texts(STAFF) == ["✏️ 线索 S2 的原帖有改动,已留存第 2 版"]
    api.edits(li, STAFF, typed.message_id, f"上报 {POST}")  # as when Telegram has looked at a link
    bureau.desk.settle()
    assert bureau.texts(STAFF) == []
    api.edits(li, STAFF, typed.message_id, f"上报 {WAGES[:-1]}")
    bureau.desk.settle()
    assert bureau.texts(STAFF) == ["✏️ 线索 S1 的原帖有改动,已留存第 2 版"]
    assert counts(bureau) == (2, 2)
    assert versions(bureau, "S1") == [POST, WAGES[:-1]]
    assert versions(bureau, "S2")[-1].endswith("两千户没水")


def versions(bureau: Bureau, reference: str) -> list[str]:
    """Return the words of a case's only report, as they were and as they are."""
    case = bureau.case(reference)
    with bureau.database.reading() as session:
        (report,) = reports.of_case(session, case.id)
        return [report.text, *(version.text for version in reports.versions(session, report.id))]


# who may


@both
def test_a_tap_without_the_right_is_answered_with_a_toast(bureau: Bureau) -> None:
    """Who may not is told so, alone; nothing changes and the group hears nothing."""
    bureau.staff.forwards("李敏", POST)
    bureau.new(STAFF)
    card = bureau.card()
    bureau.api.taps(bureau.who("李敏"), STAFF, card.message_id, "误报")
    bureau.desk.settle()
    assert bureau.api.toasts()[-1].text.startswith("您没有「误报」的权限,未做任何改动。可以办理的角色:值班员")
    assert bureau.case("S1").stage == "confirmation"
    assert bureau.new(STAFF) == []


def test_a_forged_button_is_stale(bureau: Bureau) -> None:
    """Whatever the desk did not sign for this message is answered as stale and changes nothing."""
    bureau.staff.forwards("李敏", POST)
    card, api, zhao = bureau.card(), bureau.api, bureau.who("赵强")
    good = card.buttons[0][0]["callback_data"]
    serial, row, column, signature = good.split(".")
    other_place = f"{serial}.{row}.{int(column) + 1}.{signature}"
    other_row = f"{int(serial) - 1}.{row}.{column}.{signature}"
    for forged in (
        f"confirm|{bureau.case('S1').id}|",
        other_place,
        other_row,
        "x" * 64,
        "0.0.0.AAAAAAAAAAA",
        "水" * 21,
    ):
        api.tap_with(zhao, STAFF, card.message_id, forged)
        bureau.desk.settle()
        assert api.toasts()[-1].text == STALE, forged
    assert bureau.case("S1").stage == "confirmation"
    assert len(api.toasts()) == 6


def test_a_button_works_only_where_it_was_shown(bureau: Bureau) -> None:
    """Signed data of the staff group's card is stale in another chat, even for somebody who may."""
    bureau.staff.forwards("李敏", POST)
    good = bureau.card().buttons[0][0]["callback_data"]
    zhao = bureau.who("赵强")
    bureau.api.says(zhao, zhao, "查 S1")
    bureau.desk.settle()
    shown = bureau.new(zhao)[-1]
    bureau.api.tap_with(zhao, zhao, shown.message_id, good)
    bureau.desk.settle()
    assert bureau.api.toasts()[-1].text == STALE
    assert bureau.case("S1").stage == "confirmation"
    bureau.api.taps(zhao, STAFF, bureau.card().message_id, "属实")
    bureau.desk.settle()
    assert bureau.case("S1").stage == "acceptance"


@both
def test_two_people_who_tap_at_once_act_once(bureau: Bureau) -> None:
    """Two taps arrive together and two desks look at them: one registers, the other is told that it is so."""
    bureau.staff.forwards("李敏", POST)
    card, api = bureau.card(), bureau.api
    together(
        *(lambda name=name: api.taps(bureau.who(name), STAFF, card.message_id, "属实") for name in ("赵强", "高明"))
    )
    other = bureau.another()
    together(bureau.desk.settle, other.settle)
    said = sorted(toast.text.partition("(")[0] for toast in api.toasts())
    assert said == sorted(["✅ 已登记 港建舆〔2026〕1号", "港建舆〔2026〕1号 已经登记,不用再确认。"])
    assert [event.stage for event in bureau.events()[-2:]].count("done") == 1
    with bureau.database.reading() as session:
        assert cases.count(session) == 1


def together(*acts: Callable[[], object]) -> None:
    """Let several things happen in threads of their own, at once."""
    ready = threading.Barrier(len(acts))
    broken: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        ready.wait()
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            broken.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken, broken


# what breaks


@pytest.fixture
def cursed() -> Iterator[None]:
    """Let whatever follows from a claim break, as a fault in some capability would."""

    def breaks(_act: object, _case: object) -> None:
        raise RuntimeError("a fault")

    registry.on("accepted")(breaks)
    yield
    registry.LISTENERS["accepted"].remove(breaks)


@both
@pytest.mark.usefixtures("cursed")
def test_what_breaks_is_told_with_a_number_and_stops_nothing(bureau: Bureau) -> None:
    """Sender and administrators hear the same number, nothing is half done, the update is kept, the next go on."""
    bureau.registers()
    api, wang, head = bureau.api, bureau.who("王五"), bureau.who("何主任")
    bureau.new(wang)
    api.says(wang, wang, "认领 1")
    api.forwards(bureau.who("李敏"), STAFF, WAGES)
    bureau.desk.settle()
    broken = bureau.events("broken")
    assert len(broken) == 1
    reference = broken[0].reference
    assert len(reference) == 6
    assert broken[0].payload["update"]["message"]["text"] == "认领 1"
    assert bureau.texts(wang) == [f"系统出错,未做任何改动,参考号 {reference}。请稍后再试;管理员已收到通知。"]
    assert bureau.texts(head)[-1].startswith(f"⚠️ 处理一条消息时系统出错,参考号 {reference}。")
    assert (bureau.case().stage, bureau.case().spokesperson_id) == ("acceptance", None)
    assert "线索 S2" in bureau.texts(STAFF)[-1]
    api.taps(wang, STAFF, bureau.card("港建舆").message_id, "认领")
    bureau.desk.settle()
    assert api.toasts()[-1].text.startswith("系统出错,未做任何改动,参考号 ")
    assert bureau.new(STAFF) == []


@both
@pytest.mark.parametrize(
    "garbage",
    [
        {"message": {"message_id": "x", "date": 1, "chat": "nonsense", "text": "认领 1"}},
        {"message": {"message_id": 1, "date": 10**30, "chat": {"id": STAFF, "type": "supergroup"}, "text": "x"}},
        {"callback_query": {"id": "1", "from": 7, "message": [], "data": {}}},
    ],
    ids=["nonsense", "date", "tap"],
)
def test_what_nobody_can_read_is_kept_and_told(bureau: Bureau, garbage: dict[str, object]) -> None:
    """An update not built like one is stored, the administrators hear a number, and the next ones are handled."""
    assert bureau.post_raw({"update_id": 1, **garbage}) == 200
    bureau.api.forwards(bureau.who("李敏"), STAFF, POST)
    bureau.desk.settle()
    (broken,) = bureau.events("broken")
    assert broken.payload["update"] == {"update_id": 1, **garbage}
    assert bureau.texts(bureau.who("何主任"))[-1].startswith(f"⚠️ 处理一条消息时系统出错,参考号 {broken.reference}。")
    assert "线索 S1" in bureau.texts(STAFF)[-1]
    assert bureau.post_raw({"update_id": 1, **garbage}) == 200
    bureau.desk.settle()
    assert len(bureau.events("broken")) == 1


def test_a_thousand_breakdowns_do_not_bury_all_else(bureau: Bureau) -> None:
    """The first is told at once, the rest as one number an hour later, with the newest references; then silence."""
    head = bureau.who("何主任")
    for number in range(8):
        assert bureau.post_raw({"update_id": number, "message": {"message_id": "x"}}) == 200
    bureau.desk.settle()
    references = [event.reference for event in bureau.events("broken")]
    assert [text.split("参考号 ")[1][:6] for text in bureau.texts(head)] == references[:1]
    bureau.later(minutes=61)
    (told,) = bureau.texts(head)
    assert "过去一小时又有 7 条消息处理时系统出错" in told
    assert sorted(told.split("参考号:")[1].split("。")[0].split("、")) == sorted(references[3:])
    bureau.later(minutes=61)
    assert bureau.texts(head) == []
    assert bureau.post_raw({"update_id": 9, "message": {"message_id": "x"}}) == 200
    bureau.desk.settle()
    assert len(bureau.texts(head)) == 1


@pytest.mark.parametrize("body", [[], "x", {"message": {}}, {"update_id": "1"}])
def test_what_is_no_update_is_refused(bureau: Bureau, body: object) -> None:
    """Without a number nothing can be told apart from a repeat: it is answered 400 and not stored."""
    before = len(bureau.events())
    assert bureau.post_raw(body) == 400
    assert len(bureau.events()) == before
