"""The staff board in a real browser: the way in and out, the list, a case, what is done there, figures."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect
from starlette.applications import Starlette

from bot.drilling import drill_room, drill_web
from bot.web.server import serving
from config.settings import Settings
from storage import drill, history
from storage import person as people
from storage.case import Case
from storage.database import Database
from tests.conversations.boarding import board_of, enter, link_of, says, token_in, visitor
from tests.conversations.releasing import issue, outside
from tests.conversations.talking import TalkingDesk, no_channels, photo
from tests.conversations.test_clocks import COLLAPSE, OUTAGE, reported
from tests.conversations.test_paper_signatures import DENY
from tests.conversations.writing import SECOND, drafted, quiet, rewrite, signed, submitted
from tests.web.conftest import OpenPage, axe_findings

PHONE, WIDE = 360, 1360
SMALLEST_TARGET = 44  # CSS pixels, for a thumb
SECRET = "13812345678"


@pytest.fixture
def desk(sqlite_database: Database) -> TalkingDesk:
    """Give a desk on a Tuesday morning."""
    return TalkingDesk(sqlite_database, no_channels)


@pytest.fixture
def address(desk: TalkingDesk) -> Iterator[str]:
    """Give the address of the desk's board."""
    with board_of(desk) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    """Give a visitor without a browser."""
    with visitor(address) as client:
        yield client


def come_in(page: Page, address: str, desk: TalkingDesk, name: str) -> Page:
    """Open the link somebody got in chat and press its one button."""
    page.goto(f"{address}/enter/{link_of(desk, name)}")
    page.get_by_role("button", name="进入看板").click()
    expect(page.locator("header .who")).to_have_text(name)
    return page


def case_page(page: Page) -> Page:
    """Go from the list to the first case."""
    page.locator(".cases a").first.click()
    expect(page.get_by_role("heading", name="履历")).to_be_visible()
    return page


def is_narrow_enough(page: Page) -> bool:
    """Say whether nothing reaches beyond the right edge."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("width", [PHONE, WIDE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(
    desk: TalkingDesk, address: str, open_page: OpenPage, width: int, scheme: str
) -> None:
    """On a phone and on a desk, by day and in the dark, from the door to the figures."""
    signed(submitted(desk), "刘洋")
    rewrite(desk, SECOND)
    page = open_page(width=width)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{address}/")
    assert axe_findings(page) == []
    page.goto(f"{address}/enter/{link_of(desk, '王五')}")
    assert axe_findings(page) == []
    come_in(page, address, desk, "王五")
    for way in (lambda: None, lambda: case_page(page), lambda: page.get_by_role("link", name="图表").click()):
        way()
        assert axe_findings(page) == []
        assert is_narrow_enough(page)
        for button in page.get_by_role("button").all():
            box = button.bounding_box()
            assert box is None or box["height"] >= SMALLEST_TARGET - 1


def test_it_works_without_scripts(desk: TalkingDesk, address: str, open_page: OpenPage) -> None:
    """From the link to a thing done: there is no script on any page."""
    reported(desk, OUTAGE)
    page = case_page(come_in(open_page(scripts=False), address, desk, "王五"))
    page.get_by_label("对回应说").fill("补充 1 抢修队已到现场")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("status")).to_contain_text("📝 已补充到 1号")
    assert page.locator("script").count() == 0


def test_late_cases_come_first(desk: TalkingDesk, address: str, open_page: OpenPage) -> None:
    """With the limit that passed, by how much, the time left of the others, and who is waited for."""
    reported(desk, OUTAGE)
    desk.later(hours=49)
    desk.staff.forwards("李敏", "建设路路灯全部不亮半个月,全小区居民出行不便,打电话没人管,非常气愤。")
    page = come_in(open_page(), address, desk, "王五")
    rows = page.locator(".cases li")
    expect(rows.first).to_contain_text("港建舆〔2026〕1号")
    expect(rows.first).to_contain_text("48小时内回应")
    expect(rows.first).to_contain_text("超时 1时")
    expect(rows.first).to_contain_text("等 王五")
    expect(rows.nth(1)).to_contain_text("剩")
    expect(page.locator(".count")).to_have_text("2 件,其中超时 1 件")


def test_a_case_shows_all_that_led_there(desk: TalkingDesk, address: str, open_page: OpenPage) -> None:
    """Clocks with their basis, what is new in a version, gates, facts, sends, reports, history."""
    submitted(desk)
    desk.direct("刘洋").says("退回 1 写清停水时间")
    quiet(desk)
    desk.direct("王五").says(f"起草 1 {SECOND}")
    desk.direct("王五").says("事实 1 停水两天 来源 供水公司")
    page = case_page(come_in(open_page(), address, desk, "王五"))
    expect(page.get_by_role("table")).to_contain_text("国办发〔2016〕61号")
    drafts = page.locator("section", has=page.get_by_role("heading", name="稿件"))
    expect(drafts.locator("summary").first).to_contain_text("v2")
    expect(drafts.locator("del").first).to_contain_text("停水三天")
    expect(drafts.locator("ins").first).to_contain_text("停水两天")
    expect(page.locator("section", has=page.get_by_role("heading", name="事实"))).to_contain_text("供水公司")
    gates = page.locator("section", has=page.get_by_role("heading", name="审核"))
    gates.locator("summary").click()
    expect(gates).to_contain_text("刘洋 退回 v1 · 写清停水时间")
    expect(page.locator("blockquote").first).to_contain_text("全小区停水三天了")
    past = page.locator(".past")
    expect(past).to_contain_text("王五 起草")
    expect(past).to_contain_text("刘洋 退回 → 待起草")
    sent = page.locator("section", has=page.get_by_role("heading", name="发送情况"))
    sent.locator("summary").click()
    expect(sent).to_contain_text("已发出")


def test_every_line_of_the_history_has_words(sqlite_database: Database) -> None:
    """From the report to what was issued and taken back: nothing stands there under a name of the desk's own."""
    with outside(sqlite_database) as desk:
        issue(desk)
        desk.direct("郑局长").says("撤回 1 数字有误")
        desk.direct("郑局长").taps("🚫确认撤回")
        with board_of(desk) as address, visitor(address) as client:
            enter(client, link_of(desk, "王五"))
            page = client.get(f"/cases/{desk.case().id}").text
    assert "网站已刊出" in page
    assert "系统记录" not in page


def test_how_a_signature_was_given_is_shown(desk: TalkingDesk, client: httpx.Client) -> None:
    """In whose stead, on paper and by whom recorded, not confirmed yet, denied: as on the card."""
    desk.direct("周芳").says("委托 宋佳 至 11-28 18:00")
    enter(client, link_of(desk, "王五"))
    signed(submitted(desk), "刘洋", "张伟")
    path = f"/cases/{desk.case().id}"
    assert "等 宋佳(受托于 周芳)" in client.get(path).text
    signed(desk, "宋佳", "孙丽", "吴刚")
    quiet(desk)
    desk.direct("赵强").says("代录签批 1 签发 郑局长 v1", files=(photo("签字页.jpg"),))
    shown = client.get(path).text
    assert "郑局长(代录,待确认) 于 " in shown
    assert "签发 · 郑局长 代录签批 v1 · 赵强" in shown
    assert "宋佳(受托于 周芳) 同意 v1" in shown
    desk.direct("郑局长").taps(DENY)
    assert "签发 · 郑局长 否认代录 v1" in client.get(path).text


def test_a_case_shows_its_meeting(desk: TalkingDesk, client: httpx.Client) -> None:
    """Who comes, the minutes, the plan of dissemination, the tasks: for the bureau and for who was called."""
    reported(desk, OUTAGE)
    desk.staff.says("赵强", "召集 1 今天上午10点 三楼会议室\n核对停水原因")
    desk.direct("韩雪").says("派代表 1 张三")
    desk.later(hours=1)
    desk.staff.says("赵强", "纪要 1 明确由水务局抢修")
    desk.staff.says("赵强", "传播方案 1 网站首发,宣传部协调媒体")
    desk.staff.says("赵强", "任务 1 马超 今天下午5点 核实检测数据")
    for name in ("赵强", "马超"):
        enter(client, link_of(desk, name))
        shown = client.get(f"/cases/{desk.case().id}").text
        for words in (
            "派代表:韩雪(应急局)→张三",
            "明确由水务局抢修",
            "网站首发,宣传部协调媒体",
            "1. 马超 11-24 17:00 前:核实检测数据",
        ):
            assert words in shown


def test_a_tap_on_the_board_is_a_tap_in_chat(desk: TalkingDesk, address: str, open_page: OpenPage) -> None:
    """The reviewer signs what was sent to them; the card in the group and the history say so, by their name."""
    submitted(desk)
    page = case_page(come_in(open_page(), address, desk, "刘洋"))
    asked = page.locator("section", has=page.get_by_role("heading", name="请您办的"))
    expect(asked).to_contain_text("请审")
    asked.get_by_role("button", name="✅同意").first.click()
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator("section", has=page.get_by_role("heading", name="审核"))).to_contain_text("刘洋 于")
    assert "政治关✅" in desk.staff.shows("审核 ")
    with desk.database.reading() as session:
        last = [row for row in history.rows(session, desk.case().id) if row.kind != "sent"][-1]
    assert (last.kind, last.actor_name) == ("approve", "刘洋")


def test_an_answer_can_be_tapped_on(desk: TalkingDesk, address: str, open_page: OpenPage) -> None:
    """A case asked for is shown with its card; what the desk asks back is answered on the page."""
    drafted(desk)
    page = come_in(open_page(), address, desk, "王五")

    def say(text: str) -> None:
        page.get_by_label("对回应说").fill(text)
        page.get_by_role("button", name="发送").click()

    say("查 1")
    expect(page.get_by_role("status")).to_contain_text("发言人 王五(已认领)")
    say("送审 1")
    page.get_by_role("status").get_by_role("button", name="📤送审").click()
    page.get_by_role("status").get_by_role("button", name="不涉及其他单位").click()
    expect(page.get_by_role("heading", name="审核")).to_be_visible()
    assert desk.case().stage == "review"


def test_the_drill_has_a_board_too(tmp_path: Path) -> None:
    """With a link from the drill's own chat, for this machine alone."""
    application, settings = Starlette(), Settings(_env_file=None, data_dir=tmp_path)
    with serving(application) as served, drill_room(settings, address=served, folder=tmp_path) as room:
        application.router.routes.extend(drill_web(room, settings))
        room.say("wangwu", "direct:wangwu", "看板")
        with room.database.reading() as session:
            told = drill.messages(session, "direct:wangwu")[-1].text
        with visitor(f"{served}/drill/board") as client:
            assert f"{served}/drill/board/enter/" in told
            assert "王五" in enter(client, token_in(told)).text
            assert "没看懂「喂」" in says(client, "/", "喂").text
            assert client.get("/", headers={"Host": "elsewhere.example"}).status_code == 403


def test_buttons_and_pages_are_those_of_the_person(desk: TalkingDesk, address: str, open_page: OpenPage) -> None:
    """Who may not decide sees no button for it; who may not read drafts sees none; another agency sees the card."""
    submitted(desk)
    desk.staff.forwards("李敏", "今天食堂的菜单:红烧肉、青菜。")
    reporter = come_in(open_page(), address, desk, "李敏")
    assert reporter.get_by_role("link", name="图表").count() == 0
    case_page(reporter)
    assert reporter.get_by_role("heading", name="稿件").count() == 0
    joint = next(person.name for person in desk.roster.people if person.roles == ("joint_member",) and person.agency)
    desk.staff.says("赵强", "定级 1 重大")
    outside = come_in(open_page(), address, desk, joint)
    outside.locator(".cases a").first.click()
    expect(outside.get_by_role("heading", name="时限")).to_be_visible()
    for heading in ("稿件", "履历", "报送和原文", "发送情况"):
        assert outside.get_by_role("heading", name=heading).count() == 0


def test_search_finds_by_number_words_and_person(desk: TalkingDesk, address: str, open_page: OpenPage) -> None:
    """Open and ended ones; nothing found is said."""
    reported(desk, OUTAGE)
    desk.staff.forwards("李敏", COLLAPSE)
    desk.staff.says("赵强", "误报 2")
    page = come_in(open_page(), address, desk, "王五")

    def found(words: str, show: str = "在办") -> list[str]:
        page.get_by_label("编号、文字或等谁").fill(words)
        page.get_by_label("范围").select_option(label=show)
        page.get_by_role("button", name="查找").click()
        return [name.split("号")[0][-1] for name in page.locator(".cases h2").all_inner_texts()]

    assert found("1号") == ["1"]
    assert found("老人孩子没水喝") == ["1"]
    assert found("王五") == ["1"]
    assert found("100%_") == []
    expect(page.locator("main")).to_contain_text("没有找到案件")
    assert found("2", "在办") == found("坍塌", "已结束") == ["2"]
    assert found("坍塌") == []


def test_however_many_are_open_the_nearest_limit_comes_first(desk: TalkingDesk, client: httpx.Client) -> None:
    """And whoever a case waits for is found with it, though others are older than the list is long."""
    older = desk.clock.now() - timedelta(days=1)
    with desk.database.writing() as session:
        for n in range(1_000, 1_230):
            session.add(Case(slip=n, title="道路积水", plan_hash=desk.house.plan_hash, received_at=older))
    reported(desk, OUTAGE)
    enter(client, link_of(desk, "王五"))
    listed = client.get("/").text
    assert "只列出前 200 件" in listed
    assert "1号" in listed.partition("</h2>")[0].rpartition("<h2")[2]
    assert "1号" in client.get("/", params={"q": "王五"}).text


def test_personal_numbers_are_masked(desk: TalkingDesk, client: httpx.Client) -> None:
    """As on the cards: neither the list nor the case shows one."""
    reported(desk, f"{OUTAGE} 联系我 {SECRET}")
    enter(client, link_of(desk, "王五"))
    for path in ("/", f"/cases/{desk.case().id}"):
        assert SECRET not in client.get(path).text


def test_what_is_hostile_is_text(desk: TalkingDesk, address: str, open_page: OpenPage) -> None:
    """Markup in a post is shown, never run."""
    reported(desk, OUTAGE + "<img src=x onerror=alert(1)><script>alert(2)</script>")
    page = case_page(come_in(open_page(), address, desk, "王五"))
    expect(page.locator("blockquote").first).to_contain_text("<script>alert(2)</script>")
    assert page.locator("main img").count() == 0


def test_a_form_from_elsewhere_is_refused(desk: TalkingDesk, client: httpx.Client, address: str) -> None:
    """Without the session's own token, with another's, from another origin: nothing is done."""
    reported(desk, OUTAGE)
    enter(client, link_of(desk, "王五"))
    form = client.get("/").text.partition('name="form" value="')[2][:64]
    words = {"text": "补充 1 伪造", "case": ""}
    for fields, headers in (
        (words, {}),
        ({**words, "form": "0" * 64}, {}),
        ({**words, "form": form}, {"Origin": "https://elsewhere.example"}),
        ({**words, "form": form}, {"Sec-Fetch-Site": "cross-site"}),
    ):
        assert client.post("/say", data=fields, headers=headers).status_code == 403
    with visitor(address) as other:
        enter(other, link_of(desk, "李敏"))
        assert other.post("/say", data={**words, "form": form}).status_code == 403
        assert other.post("/leave", data={"form": form}).status_code == 403
    assert "伪造" not in desk.staff.shows("港建舆〔2026〕1号")
    assert client.post("/say", data={**words, "form": form}).status_code == 200


def test_a_button_nobody_was_shown_does_nothing(desk: TalkingDesk, client: httpx.Client) -> None:
    """A made-up tap, one of somebody else's message, and one of another case are stale."""
    submitted(desk)
    enter(client, link_of(desk, "王五"))
    page = client.get(f"/cases/{desk.case().id}").text
    form = page.partition('name="form" value="')[2][:64]
    case = str(desk.case().id)
    before = desk.kinds_on_record()
    for fields in (
        {"press": f"issue_now|{case}|", "case": case},
        {"press": f"close|{case}|", "case": "not-a-case"},
        *({"serial": str(n), "row": "0", "column": "0", "case": case} for n in range(1, 40)),
    ):
        answer = client.post("/tap", data={"form": form, **fields})
        assert answer.status_code == 200
    assert desk.case().stage == "review"
    assert "approve" not in desk.kinds_on_record()[len(before) :]


def test_pages_are_kept_by_no_browser_and_run_nothing(desk: TalkingDesk, client: httpx.Client) -> None:
    """Headers of every answer, and of the cookie."""
    entered = client.post("/enter", data={"token": link_of(desk, "王五")}, follow_redirects=False)
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/board" in cookie
    for path in ("/", "/figures", "/nothing", "/enter/x", "/cases/x"):
        answer = client.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert "script" not in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "DENY"
    assert client.get("/nothing").status_code == 404
    assert client.post("/say", data={"text": "x" * 2_000_000}).status_code == 413


def test_leaving_ends_the_session(desk: TalkingDesk, address: str, open_page: OpenPage) -> None:
    """Here, or on every device; the page before is not shown again."""
    one, two = come_in(open_page(), address, desk, "王五"), come_in(open_page(), address, desk, "王五")
    one.get_by_role("button", name="退出", exact=True).click()
    expect(one.get_by_role("heading", name="请从聊天进入看板")).to_be_visible()
    two.reload()
    expect(two.locator("header .who")).to_have_text("王五")
    three = come_in(open_page(), address, desk, "王五")
    three.get_by_role("button", name="在所有设备上退出").click()
    two.reload()
    expect(two.get_by_role("heading", name="请从聊天进入看板")).to_be_visible()


def test_an_expired_session_does_nothing(desk: TalkingDesk, address: str, open_page: OpenPage) -> None:
    """A page left open too long says so, and nothing was done."""
    reported(desk, OUTAGE)
    page = come_in(open_page(), address, desk, "王五")
    desk.later(hours=2)
    page.get_by_label("对回应说").fill("补充 1 太迟")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("alert")).to_contain_text("页面放得太久或已退出,没有办理")
    assert "太迟" not in desk.staff.shows("港建舆〔2026〕1号")


def test_figures_are_read_from_the_tables(desk: TalkingDesk, address: str, open_page: OpenPage) -> None:
    """A limit that was missed, a case of its kind and week; every bar has its number beside it."""
    reported(desk, OUTAGE)
    desk.until(datetime(2026, 11, 27, 3, 0, tzinfo=UTC))
    page = come_in(open_page(), address, desk, "王五")
    page.get_by_role("link", name="图表").click()
    months = page.get_by_role("table", name="到期时限,按月").get_by_role("row")
    assert months.last.inner_text().split() == ["2026-11", "0", "2"]  # the bureau's own limit and the national one
    kinds = page.get_by_role("table", name="登记的案件,按类别")
    assert kinds.get_by_role("row").last.inner_text().split() == ["切身利益", "1"]
    weeks = page.get_by_role("table", name="登记的案件,按周").get_by_role("row")
    assert weeks.last.inner_text().split() == ["11-23", "1"]
    assert months.last.locator("rect").last.get_attribute("width") == "100.0"


def test_the_board_speaks_the_language_of_its_reader(desk: TalkingDesk, client: httpx.Client) -> None:
    """As the roster says, or as the address asks."""
    reported(desk, OUTAGE)
    with desk.database.writing() as session:
        person = people.by_name(session, "王五")
        assert person is not None
        person.language = "en"
        people.save(session, person)
    desk.direct("王五").bot_says_all()
    desk.direct("王五").says("board")
    enter(client, desk.direct("王五").bot_says().rpartition("/enter/")[2])
    assert "Cases" in client.get("/").text
    assert "案件" in client.get("/?lang=zh").text
