"""A later report that tells of more: re-grading is offered, and a person's grade stays until they tap (R3)."""

from tests.conversations.talking import TalkingDesk

FIRST = "北环路在建楼坍塌,造成1人死亡、2人受伤,现场仍在救援。"
RAISED = "北环路在建楼坍塌死亡人数由1人升至4人,另有2人受伤。"
OTHER_WORDS = "【最新】城北那个塌楼的工地,又找到遇难者,已有11人死亡!"


def graded(desk: TalkingDesk, text: str = FIRST) -> TalkingDesk:
    """Let a post become case 1, graded by the duty officer."""
    desk.staff.forwards("李敏", text, key="channel:1/1")
    desk.staff.says("赵强", "定级 1 一般")
    desk.staff.bot_says_all()
    return desk


def test_a_later_report_that_raises_the_toll_offers_to_regrade(desk: TalkingDesk) -> None:
    """The same post again, with a higher toll: the staff is told the figures, and one tap re-grades."""
    graded(desk).staff.forwards("李敏", RAISED, key="channel:1/1")
    told = desk.staff.shows("新的报送更严重")
    assert told.splitlines()[0] == (
        "🚨 1号 有新的报送更严重(第 2 次报送) · 死亡 4 人 · 受伤 2 人 · 研判为较大 · 现定一般 · 请核对"
    )
    assert told.endswith("@赵强")
    assert desk.case().grade == "ordinary"
    desk.staff.taps("赵强", "定为较大")
    assert desk.case().grade == "relatively_grave"


def test_a_later_report_that_tells_the_same_is_quiet(desk: TalkingDesk) -> None:
    """The same toll in other words is one quiet line."""
    graded(desk).staff.forwards("李敏", "北环路塌楼事故已致1死2伤。", key="channel:1/1")
    assert desk.staff.bot_says() == "🔁 与 1号 相同,第 2 次报送,已并入"


def test_a_lower_toll_takes_nothing_back(desk: TalkingDesk) -> None:
    """A milder report leaves the toll as it was, and rings nobody."""
    graded(desk, RAISED).staff.forwards("李敏", FIRST, key="channel:1/1")
    assert desk.staff.bot_says() == "🔁 与 1号 相同,第 2 次报送,已并入"
    assert desk.case().toll["deaths"] == 4


def test_what_is_merged_brings_its_toll_along(desk: TalkingDesk) -> None:
    """Another slip about the event, merged by a person, raises the toll and offers to re-grade; splitting undoes it."""
    graded(desk).staff.forwards("李敏", OTHER_WORDS)
    slip = "2" if desk.case("S2").number else "S2"
    desk.staff.bot_says_all()
    desk.staff.says("赵强", f"合并 {slip} 1")
    told = desk.staff.shows("并入后更严重")
    assert told.startswith("🚨 1号 并入后更严重 · 死亡 11 人 · 受伤 2 人 · 研判为重大 · 现定一般 · 请核对")
    assert (desk.case().grade, desk.case().toll["deaths"]) == ("ordinary", 11)
    desk.staff.taps("赵强", "定为重大")
    assert desk.case().grade == "grave"
    desk.staff.says("赵强", f"拆分 {slip}")
    assert desk.case().toll["deaths"] == 1


def test_what_the_machine_graded_rises_by_itself_and_asks(desk: TalkingDesk) -> None:
    """Where no person has graded, a higher toll raises the grade and its clocks at once; a person is asked."""
    desk.staff.forwards("李敏", FIRST, key="channel:1/1")
    desk.staff.bot_says_all()
    desk.staff.forwards("李敏", OTHER_WORDS, key="channel:1/1")
    assert desk.case().grade == "grave"
    told = desk.staff.shows("新的报送更严重")
    assert "死亡 11 人" in told
    assert "研判为重大 · 请核对" in told
