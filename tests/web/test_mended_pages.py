"""The pages of what was corrected or withdrawn, as readers and browsers meet them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from xml.etree.ElementTree import Element

import httpx
import pytest
from starlette.applications import Starlette

from bot.web.feed import ATOM
from bot.web.press import press_routes
from bot.web.server import serving
from config.plan import Name
from handlers.release.withdrawal import corrected_notice, notice
from storage import release as releases
from storage.database import Database
from storage.release import Release
from tests.web.conftest import OpenPage, axe_findings
from tests.web.released import BUREAU, MORNING, TEXT, TITLE, Text, parsed, put_out

LATER = MORNING + timedelta(hours=2)
RIGHT = "关于阳光花园小区停水情况的更正通报"
GONE = "关于全部恢复供水的通报"
WHY = '恢复时间有误 <b>"&"</b>'
PAGES = ["/", "/releases/wrong", "/releases/right", "/releases/gone"]


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Give an empty database."""
    return sqlite_database


@pytest.fixture
def live(database: Database) -> Iterator[str]:
    """Give the address of a press room with a corrected release, its correction, and one that was withdrawn."""
    application = Starlette()
    with serving(application) as address:
        text = Text(site=address)
        wrong, right, gone = put_out(
            database,
            replace(text, public_id="wrong"),
            replace(text, public_id="right", title=RIGHT, text="更正如下。", visible_at=LATER),
            replace(text, public_id="gone", title=GONE, text="已全部恢复供水。"),
        )
        keep(database, right, corrects_id=wrong.id)
        keep(database, gone, withdrawn_at=LATER, withdrawn_why=notice(WHY, LATER))
        application.router.routes.extend(
            press_routes(database, bureau=Name(zh=BUREAU, en="Gangbei"), public_url=address)
        )
        yield address


def keep(database: Database, release: Release, **values: object) -> None:
    """Change a stored release."""
    with database.writing() as session:
        stored = releases.load(session, release.id)
        for name, value in values.items():
            setattr(stored, name, value)
        releases.save(session, stored)


def get(address: str, *, language: str = "zh") -> httpx.Response:
    """Read a page."""
    return httpx.get(address, params={"lang": language}, trust_env=False)


def entries(live: str) -> dict[str, Element]:
    """Return the feed's entries by the last part of their address."""
    feed = parsed(get(f"{live}/feed.atom").content)
    found = feed.findall(f"{{{ATOM}}}entry")
    return {(entry.findtext(f"{{{ATOM}}}id") or "").rpartition("/")[2]: entry for entry in found}


def test_the_old_page_says_when_it_was_corrected_and_by_what(live: str) -> None:
    """The banner stands before the article, which is all there."""
    page = get(f"{live}/releases/wrong").text
    banner = page.index("本通报已于 2026年11月24日 16:05 更正")
    assert banner < page.index(RIGHT) < page.index("<article")
    assert TEXT.splitlines()[0] in page
    assert get(f"{live}/releases/right").headers["last-modified"] == "Tue, 24 Nov 2026 08:05:00 GMT"
    assert get(f"{live}/releases/wrong").headers["last-modified"] == "Tue, 24 Nov 2026 08:05:00 GMT"


def test_the_notice_stands_where_the_text_was(live: str) -> None:
    """410 with the title and the reason as it was typed; the text is on no page, list, feed or manifest."""
    page = get(f"{live}/releases/gone")
    assert page.status_code == 410
    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert GONE in page.text
    assert "恢复时间有误 &lt;b&gt;&quot;&amp;&quot;&lt;/b&gt;" in page.text
    for path in ("/", "/feed.atom", "/releases/gone", "/releases/gone/manifest.json"):
        assert "已全部恢复供水" not in get(live + path).text
    assert GONE not in get(live).text


def test_a_tag_from_before_does_not_hide_a_withdrawal(database: Database, live: str) -> None:
    """A reader who has the page kept asks anew, and learns that it is gone."""
    tag = get(f"{live}/releases/right").headers["etag"]
    with database.reading() as session:
        right = releases.by_public_id(session, "right")
    assert right is not None
    keep(database, right, withdrawn_at=LATER, withdrawn_why="撤回")
    answer = httpx.get(f"{live}/releases/right?lang=zh", headers={"If-None-Match": tag}, trust_env=False)
    assert answer.status_code == 410
    assert "已更正" not in get(live).text


def test_what_was_put_right_by_a_withdrawn_correction_is_shown_as_valid_nowhere(database: Database, live: str) -> None:
    """Its page says what became of it and of its correction, and leads to neither; list and feed have no text of it."""
    with database.reading() as session:
        wrong, right = (releases.by_public_id(session, name) for name in ("wrong", "right"))
    assert wrong is not None
    assert right is not None
    keep(database, right, withdrawn_at=LATER, withdrawn_why=notice("数字有误", LATER))
    keep(database, wrong, withdrawn_at=LATER, withdrawn_why=corrected_notice("数字有误", LATER))
    page = get(f"{live}/releases/wrong")
    assert page.status_code == 410
    assert "本通报已更正,更正通报已于 2026年11月24日 08:05 撤回,两者均不再有效。撤回原因\uff1a数字有误" in page.text
    assert RIGHT not in page.text
    for path in ("/", "/feed.atom", "/releases/wrong", "/releases/wrong/manifest.json"):
        assert TEXT.splitlines()[0] not in get(live + path).text
    assert entries(live)["wrong"].findtext(f"{{{ATOM}}}title") == f"已撤回:{TITLE}"


def test_the_feed_says_what_became_of_each(live: str) -> None:
    """Same ids, newer moments: a feed reader replaces what it has; the signed article of the corrected one is kept."""
    found = entries(live)
    assert found["wrong"].findtext(f"{{{ATOM}}}title") == f"已更正:{TITLE}"
    assert found["wrong"].findtext(f"{{{ATOM}}}updated") == "2026-11-24T08:05:00Z"
    assert found["wrong"].findtext(f"{{{ATOM}}}published") == "2026-11-24T06:05:00Z"
    assert (found["wrong"].findtext(f"{{{ATOM}}}content") or "").startswith("<article")
    assert found["gone"].findtext(f"{{{ATOM}}}title") == f"已撤回:{GONE}"
    assert found["gone"].findtext(f"{{{ATOM}}}summary") == notice(WHY, LATER)
    assert found["gone"].find(f"{{{ATOM}}}content") is None
    assert found["right"].find(f"{{{ATOM}}}summary") is None


def test_a_correction_that_was_not_signed_leads_nowhere(database: Database, live: str) -> None:
    """Altered behind the desk's back, a correction is neither shown nor pointed to."""
    with database.reading() as session:
        right = releases.by_public_id(session, "right")
    assert right is not None
    keep(database, right, text="没有停水。")
    assert get(f"{live}/releases/right").status_code == 404
    assert RIGHT not in get(f"{live}/releases/wrong").text
    assert "已更正" not in get(live).text


def test_only_the_bureaus_own_words_are_chinese_on_the_english_page(live: str) -> None:
    """Banner, marks and headings are translated; titles, texts and the notice stay as the bureau wrote them."""
    marked = re.compile(
        r'<(\w+)[^>]* lang="zh-CN"[^>]*>.*?</\1>|<title>.*?</title>|<meta name="description"[^>]*>', re.DOTALL
    )
    for path in PAGES:
        page = marked.sub("", get(live + path, language="en").text)
        assert not [letter for letter in page if "\u4e00" <= letter <= "\u9fff"], path


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_it_can_be_read_at_any_width_and_axe_finds_nothing(
    open_page: OpenPage, live: str, path: str, width: int
) -> None:
    """No page is wider than its window, and the accessibility rules find nothing wrong, by day and by night."""
    page = open_page(width=width)
    page.goto(live + path)
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert axe_findings(page) == []


def test_the_banner_leads_there_and_back(open_page: OpenPage, live: str) -> None:
    """One click from the old page to the new one, and one back."""
    page = open_page(scripts=False)
    page.goto(f"{live}/releases/wrong")
    page.click(".mended a")
    page.wait_for_url("**/releases/right")
    page.click(".corrects a")
    page.wait_for_url("**/releases/wrong")
