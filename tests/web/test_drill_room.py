"""The drill room in a real browser: the example clicked through, chats, clock, keyboard, phones, scripts off."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from starlette.applications import Starlette

from bot.drill.files import PICTURES
from bot.drill.room import LONGEST_TEXT
from bot.drill.script import STEPS
from bot.drilling import drill_room, drill_web
from bot.web.server import serving
from config.settings import Settings
from tests.web.conftest import OpenPage, axe_findings

PHONE = 360
SMALLEST_TARGET = 44  # CSS pixels, for a thumb
PHOTOS = [PICTURES / "dry-tap.jpg", PICTURES / "broken-main.jpg"]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Give the address of a drill room with its press room, both served."""
    application = Starlette()
    configured = Settings(_env_file=None, data_dir=tmp_path)
    with serving(application) as served, drill_room(configured, address=served, folder=tmp_path) as room:
        application.router.routes.extend(drill_web(room, configured))
        yield f"{served}/drill/"


def open_room(open_page: OpenPage, address: str, **how: object) -> Page:
    """Open the room in a browser of its own."""
    page = open_page(**how)
    page.goto(address)
    return page


def step(page: Page) -> None:
    """Play the next step of the example and wait until the page shows it."""
    count = page.locator(".count")
    position = int((count.text_content() or "").partition("/")[0])
    page.locator("[name=do][value=next]").click()
    expect(count).to_have_text(f"{position + 1}/{len(STEPS)}")


def play_as(page: Page, key: str) -> None:
    """Choose whom one plays in a group."""
    page.get_by_label("扮演").select_option(key)
    expect(page.locator("main")).to_have_attribute("data-as", key)


def box(page: Page) -> str:
    """Return what stands in the message box."""
    return page.locator("#say").input_value()


# the example


def test_a_visitor_clicks_through_the_example_to_the_end(open_page: OpenPage, address: str) -> None:
    """Every step can be clicked and tells what it is for; at the end the notice is in the channel and on the web."""
    page = open_room(open_page, address)
    for each in STEPS:
        step(page)
        expect(page.locator(".narration .step").last).to_have_text(re.compile(re.escape(each.title.text[:6])))
    expect(page.get_by_text("示例演完了")).to_be_visible()
    page.get_by_role("link", name=re.compile("港北建设发布")).click()
    notice = page.locator(".message.desk").last
    expect(notice).to_contain_text("破裂原因正在调查")
    with page.expect_popup() as opened:
        notice.locator('a[href*="/press/releases/"]').click()
    expect(opened.value.locator("article")).to_contain_text("破裂原因正在调查")


def test_the_example_plays_by_itself_and_the_page_follows(open_page: OpenPage, address: str) -> None:
    """Autoplay goes from step to step without a click, shows the chat where it happens, and can be stopped."""
    page = open_room(open_page, address)
    page.get_by_role("button", name="自动播放").click()
    expect(page.locator(".count")).to_have_text(f"2/{len(STEPS)}", timeout=15_000)
    page.get_by_role("button", name="停下").click()
    expect(page.get_by_role("button", name="自动播放")).to_be_visible()
    expect(page.locator(".message.desk", has_text="港建舆〔").first).to_be_visible()


def test_starting_again_asks_once_more(open_page: OpenPage, address: str) -> None:
    """The room is emptied only by the button that names what it does."""
    page = open_room(open_page, address)
    step(page)
    page.get_by_text("重新开始", exact=True).click()
    expect(page.get_by_text("会清空演练室里所有会话和案件")).to_be_visible()
    page.get_by_role("button", name="清空并重新开始").click()
    expect(page.locator(".count")).to_have_text(f"0/{len(STEPS)}")
    expect(page.get_by_text("还没有消息")).to_be_visible()


# chats


def test_enter_sends_and_shift_enter_does_not(open_page: OpenPage, address: str) -> None:
    """A message goes out with Enter, has the line break made with Shift+Enter, and the box is empty and ready again."""
    page = open_room(open_page, address)
    page.locator("#say").fill("第一行")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("第二行")
    page.keyboard.press("Enter")
    said = page.locator(".message.me .text")
    expect(said).to_have_text("第一行\n第二行", use_inner_text=True)
    expect(page.locator("#say")).to_be_focused()
    assert box(page) == ""


@pytest.mark.parametrize("width", [390, 1200])
def test_a_word_of_ones_own_stands_in_one_line(open_page: OpenPage, address: str, width: int) -> None:
    """Its bubble is as wide as it needs, with the moment beneath; a long one keeps to the chat."""
    page = open_room(open_page, address, width=width)
    for said in ("待办", "上报 " + "江南大道港城商贸街发生火灾," * 12):
        page.locator("#say").fill(said)
        page.keyboard.press("Enter")
        bubble = page.locator(".message.me .bubble", has_text=said)
        expect(bubble).to_be_visible()
        expect(page.locator("#composer:not([data-sending])")).to_be_visible()  # until then Enter sends nothing more
        held = bubble.evaluate("bubble => bubble.scrollWidth <= bubble.clientWidth")
        assert held, f"{said[:9]} runs over its bubble"
    word = page.locator(".message.me .text", has_text="待办").first
    line = float(word.evaluate("text => parseFloat(getComputedStyle(text).lineHeight)"))
    box = word.bounding_box()
    assert box is not None
    assert box["height"] < 2 * line


def test_a_ready_post_is_forwarded_with_its_photos(open_page: OpenPage, address: str) -> None:
    """A ready post fills the box and its origin; sent, it shows whose it is, an album, and the desk's card."""
    page = open_room(open_page, address)
    page.get_by_text("转发帖子").click()
    page.get_by_role("link", name="小区停水三天").click()
    expect(page.get_by_label("发帖人")).to_have_value("港北小陈")
    page.get_by_role("button", name="发送").click()
    mine = page.locator(".message.me")
    expect(mine).to_contain_text("转发自 港北小陈")
    expect(mine.locator(".album img")).to_have_count(2)
    for photo in mine.locator(".album img").all():
        expect(photo).not_to_have_js_property("naturalWidth", 0)  # it was loaded, and is a picture
    expect(page.locator(".message.desk")).to_contain_text("48小时内回应 截止")
    assert box(page) == ""


def test_chosen_photos_go_as_an_album(open_page: OpenPage, address: str) -> None:
    """Two photos chosen together are named before they are sent and arrive as one album."""
    page = open_room(open_page, address)
    page.locator("input[type=file]").set_input_files(PHOTOS)
    expect(page.locator("#chosen")).to_contain_text("dry-tap.jpg、broken-main.jpg")
    page.locator("#say").fill("现场照片")
    page.keyboard.press("Enter")
    expect(page.locator(".message.me")).to_have_count(1)
    expect(page.locator(".message.me .album img")).to_have_count(2)


def test_a_button_is_tapped_by_keyboard(open_page: OpenPage, address: str) -> None:
    """A button of a card is reached and pressed without a mouse; the answer appears and the focus is not lost."""
    page = open_room(open_page, address)
    step(page)
    play_as(page, "zhaoqiang")
    page.get_by_role("button", name="属实").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("已登记 港建舆〔")
    expect(page.locator(".message.desk .taps").first).to_contain_text("认领")
    assert page.evaluate("document.activeElement !== document.body")


# What flashes at the foot of the page and is seen there: it is gone after four seconds, which a busy machine may take
# until it looks.
FLASHED = """() => {
  const seen = [];
  const watch = changes => changes.flatMap(each => [...each.addedNodes]).forEach(node => {
    if (node.classList?.contains("flash") && node.checkVisibility()) seen.push(node.textContent);
  });
  new MutationObserver(watch).observe(document, { childList: true, subtree: true });
  return seen;
}"""


# A slow room: what was said stands there before the page hears that it was said, and looking takes a while.
SLOW = """() => {
  const fetched = window.fetch, later = () => new Promise(done => setTimeout(done, 400));
  window.fetch = async (address, ...how) => {
    if (String(address).includes("/parts")) await later();
    const answer = await fetched(address, ...how);
    if (String(address).endsWith("/say")) await later();
    return answer;
  };
}"""


@pytest.mark.parametrize("pace", ["at once", "slowly"])
def test_somebody_without_the_right_is_told_who_has_it(open_page: OpenPage, address: str, pace: str) -> None:
    """A reporter who taps what only others may do hears so alone, wherever on the page, and the card stays."""
    page = open_room(open_page, address)
    step(page)
    if pace == "slowly":
        page.evaluate(SLOW)
    page.locator("#say").fill("第一行\n" * 30)
    page.keyboard.press("Enter")
    expect(page.locator(".message.me")).to_have_count(2)
    flashed = page.evaluate_handle(FLASHED)
    page.get_by_role("button", name="误报").click()
    page.wait_for_function("flashed => flashed.length", arg=flashed)
    assert [said for said in flashed.json_value() if said.startswith("您没有「误报」的权限")]
    expect(page.locator(".toast")).to_contain_text("只有 李敏 看得到")
    play_as(page, "gaoming")
    expect(page.locator(".toast")).to_have_count(0)
    expect(page.get_by_role("button", name="误报")).to_be_visible()


def test_replying_and_editing(open_page: OpenPage, address: str) -> None:
    """A reply quotes what it answers; an edit changes one's own words in place and says when."""
    page = open_room(open_page, address)
    page.locator("#say").fill("原来的话")
    page.keyboard.press("Enter")
    page.locator(".message.me").hover()
    page.locator("[data-reply]").click()
    expect(page.locator(".chip")).to_contain_text("原来的话")
    page.locator("#say").fill("回答")
    page.keyboard.press("Enter")
    expect(page.locator(".quote")).to_contain_text("原来的话")
    page.locator(".message.me").first.hover()
    page.locator("[data-edit]").first.click()
    expect(page.locator("#say")).to_have_value("原来的话")
    page.locator("#say").fill("改过的话")
    page.keyboard.press("Enter")
    expect(page.locator(".message.me").first).to_contain_text("改过的话")
    expect(page.locator(".message.me").first).to_contain_text("已更新")


def test_another_window_hears_of_it_at_once(open_page: OpenPage, address: str) -> None:
    """What is said in one window appears in another, with what is unread, while a half-written text stays there."""
    one, other = open_room(open_page, address), open_room(open_page, f"{address}?chat=direct:wangwu")
    other.locator("#say").fill("写到一半")
    step(one)
    step(one)
    expect(other.locator(".message.desk")).to_contain_text("请认领 港建舆〔")
    expect(other.get_by_role("link", name=re.compile("舆情工作群.*条未读"))).to_be_visible()
    assert box(other) == "写到一半"
    expect(other.locator("#say")).to_be_focused()


def test_a_refused_message_stays_in_the_box(open_page: OpenPage, address: str) -> None:
    """What is too long to send is refused with a word, read out as an alert, and not a character of it is lost."""
    page = open_room(open_page, address)
    text = "长" * (LONGEST_TEXT + 1)
    page.locator("#say").fill(text)
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("alert")).to_contain_text(f"上限 {LONGEST_TEXT} 字")
    assert box(page) == text
    page.locator("#say").fill("短")
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".message.me")).to_contain_text("短")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_leaving_a_chat_keeps_what_stands_in_its_box(open_page: OpenPage, address: str) -> None:
    """A half-written text waits in its chat, and does not move into another."""
    page = open_room(open_page, address)
    page.locator("#say").fill("给工作群的话")
    page.get_by_role("link", name=re.compile("王五")).click()
    expect(page.locator("main")).to_have_attribute("data-chat", "direct:wangwu")
    assert box(page) == ""
    page.get_by_role("link", name=re.compile("舆情工作群")).click()
    expect(page.locator("#say")).to_have_value("给工作群的话")


# the clock


def test_the_clock_runs_jumps_and_stands(open_page: OpenPage, address: str) -> None:
    """×3600 lets hours go by, the limit is reached to the minute, and a pause holds the time."""
    page = open_room(open_page, address)
    step(page)
    step(page)
    expect(page.locator(".limit")).to_contain_text("1号 回应")
    due = re.search(r"\d\d-\d\d \d\d:\d\d", page.locator(".limit").inner_text())
    assert due is not None
    page.get_by_role("button", name="到下一时限").click()
    expect(page.locator("[data-hm]")).to_have_text(due[0][6:])
    expect(page.locator("[data-day]")).to_have_text(due[0][:5])
    page.get_by_role("button", name="一秒走一小时").click()
    expect(page.get_by_role("button", name="一秒走一小时")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-hm]")).not_to_have_text(due[0][6:])
    page.get_by_role("button", name="暂停").click()
    expect(page.get_by_role("button", name="暂停")).to_have_attribute("aria-pressed", "true")
    standing = page.locator("#now").inner_text()
    page.wait_for_timeout(700)
    assert page.locator("#now").inner_text() == standing


# phones, keyboards, readers


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [PHONE, 768, 1000, 1280, 1920])
def test_nothing_overflows(open_page: OpenPage, address: str, width: int, language: str) -> None:
    """At every width the page fits, and clock, chats, messages and the box are all in view at once."""
    page = open_room(open_page, f"{address}?lang={language}", width=width, height=740)
    step(page)
    step(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = "all => all.filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display != 'inline')"
    boxes = ".top, .side, .clock, .example, .pace, .player, .talk-head, .composer, .message, .bubble, button"
    assert page.locator(boxes).evaluate_all(f"{cut}.map(one => one.className + one.textContent)") == []
    last = page.locator(".links a").last.bounding_box()
    assert last is not None
    assert last["x"] + last["width"] <= width
    for part in ("#now", ".chats a[aria-current]", ".message.desk >> nth=-1", "#say"):
        expect(page.locator(part)).to_be_in_viewport()


def test_everything_on_a_phone_is_large_enough_for_a_thumb(open_page: OpenPage, address: str) -> None:
    """At 360 px every link outside of texts, button and field is at least 44 px high and wide."""
    page = open_room(open_page, address, width=PHONE, height=740)
    step(page)
    page.get_by_text("转发帖子").click()
    small = page.locator(
        "button, select, textarea, summary, .fields input, .links a, .chats a, .actions a, .presets a, .attach"
    )
    sizes = [
        (one.inner_text() or one.get_attribute("name"), one.bounding_box()) for one in small.all() if one.is_visible()
    ]
    assert len(sizes) > 20
    assert [name for name, size in sizes if size and min(size["width"], size["height"]) < SMALLEST_TARGET - 0.5] == []


def test_the_whole_page_is_reached_by_tab(open_page: OpenPage, address: str) -> None:
    """Tab alone reaches the skip link first, then clock, example, chats, messages and box, and each shows its focus."""
    page = open_room(open_page, address)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    reached: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "() => { const at = document.activeElement, seen = at.matches('.attach input') ? at.parentElement : at;"
            " const name = at.value || at.id || at.textContent.trim();"
            " return [name, getComputedStyle(seen).outlineStyle] }"
        )
        assert found[1] != "none", found
        reached.append(found[0])
        if found[0] == "send" or "发送" in found[0]:
            break
    order = [
        next(n for n, name in enumerate(reached) if wanted in name)
        for wanted in ("run:60", "next", "舆情工作群", "scroll", "say")
    ]
    assert order == sorted(order)


@pytest.mark.parametrize("width", [PHONE, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing(open_page: OpenPage, address: str, width: int, scheme: str, language: str) -> None:
    """Empty, in the middle of the example, with the forward form and a refusal open: axe finds nothing wrong."""
    page = open_page(width=width, height=800)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    page.goto(f"{address}?lang={language}")
    assert axe_findings(page) == []
    for _ in range(5):
        step(page)
    page.locator(".forward summary").click()
    page.locator(".presets a").first.click()
    expect(page.locator(".chip")).to_be_visible()
    page.locator("[name=url]").fill("javascript:1")
    page.locator("#send").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert axe_findings(page) == []
    page.goto(f"{address}?chat=staff")
    assert axe_findings(page) == []
    page.goto(f"{address}help")
    assert axe_findings(page) == []


def test_the_language_of_the_page_is_remembered(open_page: OpenPage, address: str) -> None:
    """English is asked for once; the next page speaks it too, and a link leads back."""
    page = open_room(open_page, address)
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


@pytest.mark.parametrize("width", [PHONE, 1280])
def test_without_scripts_everything_still_works(open_page: OpenPage, address: str, width: int) -> None:
    """Forward, tap, change of person, clock and example are plain forms and links; a refusal keeps the text."""
    page = open_room(open_page, address, scripts=False, width=width)
    page.locator(".forward summary").click()
    page.get_by_role("link", name="小区停水三天").click()
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".message.desk")).to_contain_text("48小时内回应 截止")
    expect(page.locator(".message.desk")).to_be_in_viewport()
    page.get_by_label("扮演").select_option("zhaoqiang")
    page.get_by_role("button", name="换人").click()
    page.get_by_role("button", name="属实").click()
    expect(page.locator(".toast")).to_contain_text("已登记")
    page.get_by_role("button", name="到下一时限").click()
    expect(page.locator(".message.desk", has_text="港建舆〔").first).to_be_visible()
    page.locator("[name=author]").evaluate("one => one.closest('details').open = true")
    page.locator("#say").fill("没有发出去的话")
    page.locator("[name=url]").fill("不是链接")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("alert")).to_contain_text("请以 http:// 或 https:// 开头")
    assert box(page) == "没有发出去的话"
