"""The press room, as readers, feed readers, browsers and doubters meet it."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from bot.web.feed import ATOM
from bot.web.press import press_routes
from bot.web.server import serving
from config.plan import Name
from handlers.drafting.manifest import manifest_hash
from storage import release as releases
from storage.database import Database
from storage.record_format import canonical
from tests.web.conftest import OpenPage, axe_findings
from tests.web.released import BUREAU, MORNING, SITE, TEXT, TITLE, Text, many, parsed, put_out

NAME = Name(zh=BUREAU, en="Gangbei District Construction Bureau")
ADDRESS = "/releases/Zk3x9QpLm2aB"
LONG = "关于城东安置房项目拖欠农民工工资问题处理进展及下一步保障措施的情况通报"
PAGES = ["/", "/?page=2", ADDRESS, "/releases/nothing-here"]


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Give an empty database."""
    return sqlite_database


@contextmanager
def reading(routes: list[BaseRoute]) -> Iterator[httpx.Client]:
    """Give a reader without a browser, over HTTP."""
    with serving(Starlette(routes=routes)) as address, httpx.Client(base_url=address, trust_env=False) as client:
        yield client


@pytest.fixture
def client(database: Database) -> Iterator[httpx.Client]:
    """Give a reader of a press room."""
    with reading(press_routes(database, bureau=NAME, public_url=SITE)) as client:
        yield client


@pytest.fixture
def live(database: Database) -> Iterator[str]:
    """Give the address of a press room with two pages of releases, on loopback."""
    application = Starlette()
    with serving(application) as address:
        late = MORNING + timedelta(hours=2)
        put_out(database, *many(21, address), Text(site=address, visible_at=late - timedelta(hours=1)))
        put_out(database, Text(title=LONG, public_id="wages", site=address, visible_at=late))
        application.router.routes.extend(press_routes(database, bureau=NAME, public_url=address))
        yield address


def article(page: bytes) -> bytes:
    """Cut a page as the instructions on it say."""
    return page[page.index(b"<article ") : page.index(b"</article>") + len(b"</article>")]


def without_date(answer: httpx.Response) -> dict[str, str]:
    """Return an answer's headers but for its moment."""
    return {name: value for name, value in answer.headers.items() if name != "date"}


# what is readable


def test_the_page_holds_the_signed_bytes(database: Database, client: httpx.Client) -> None:
    """The article on the page hashes to the manifest, in either language of the page around it."""
    (release,) = put_out(database, Text())
    for language in ("zh", "en"):
        shown = article(client.get(f"{ADDRESS}?lang={language}").content)
        assert hashlib.sha256(shown).hexdigest() == release.manifest["channels"]["website"]["sha256"]


def test_a_release_is_not_there_before_it_is_out(database: Database, client: httpx.Client) -> None:
    """A release that is not visible answers like an address that never was: same code, same bytes, on every path."""
    put_out(database, Text(visible_at=None))
    for path in (ADDRESS, f"{ADDRESS}/manifest.json"):
        hidden, unknown = client.get(path), client.get(path.replace("Zk3x", "AAAA"))
        assert hidden.status_code == unknown.status_code == 404
        assert hidden.content == unknown.content
        assert without_date(hidden) == without_date(unknown)
    assert TITLE not in client.get("/").text
    assert TITLE not in client.get("/feed.atom").text


@pytest.mark.parametrize("change", [{"text": "没有停水。"}, {"title": "一切正常"}, {"manifest_hash": "0" * 64}])
def test_what_was_not_signed_is_readable_nowhere(
    database: Database, client: httpx.Client, change: dict[str, str]
) -> None:
    """A stored text that is not the signed one is on no page, list, feed or manifest."""
    (release,) = put_out(database, Text())
    with database.writing() as session:
        stored = releases.load(session, release.id)
        for name, value in change.items():
            setattr(stored, name, value)
        releases.save(session, stored)
    assert client.get(ADDRESS).status_code == 404
    assert client.get(f"{ADDRESS}/manifest.json").status_code == 404
    for path in ("/", "/feed.atom"):
        assert client.get(path).status_code == 200
        assert "通报" not in client.get(path).text
        assert "一切正常" not in client.get(path).text


def test_what_people_wrote_is_never_markup(database: Database, client: httpx.Client) -> None:
    """Tags in a title or text are shown as they were typed, on page, list and feed."""
    put_out(database, Text(title="<script>alert(1)</script>", text='<img src=x onerror="alert(1)">\n\n</article>&amp;'))
    for path in ("/", ADDRESS):
        page = client.get(path).text
        assert "<script" not in page
        assert "<img" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert client.get(ADDRESS).text.count("</article>") == 1


# the list


def test_the_list_is_newest_first_and_paged(database: Database, client: httpx.Client) -> None:
    """Twenty to a page, the newest first; the next page has the rest."""
    put_out(database, *many(23))
    first, second = client.get("/").text, client.get("/?page=2").text
    assert first.index("第23号通报") < first.index("第22号通报") < first.index("第4号通报")
    assert "第3号通报" not in first
    assert second.index("第3号通报") < second.index("第1号通报")
    assert "第 1 页\uff0c共 2 页" in first


@pytest.mark.parametrize("page", ["0", "3", "-1", "x", "1.5", "", "9999999999999999999999", "２"])
def test_a_page_that_is_not_there_is_not_found(database: Database, client: httpx.Client, page: str) -> None:
    """Beyond the end, before the start, or no number: the page that says so, never an error."""
    put_out(database, *many(23))
    assert client.get("/", params={"page": page}).status_code == 404


def test_an_empty_press_room_says_so(client: httpx.Client) -> None:
    """Before the first release there is a page, and a valid feed without entries."""
    assert "还没有发布的信息。" in client.get("/").text
    assert not parsed(client.get("/feed.atom").content).findall(f"{{{ATOM}}}entry")


# checking


def test_anybody_can_check_a_release_against_its_manifest(database: Database, client: httpx.Client) -> None:
    """The manifest hashes to the name that was signed, and names the hash of the article; how is said with it."""
    (release,) = put_out(database, Text())
    answer = client.get(f"{ADDRESS}/manifest.json")
    told: dict[str, Any] = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert hashlib.sha256(canonical(told["manifest"]).encode()).hexdigest() == told["manifest_sha256"]
    assert told["manifest_sha256"] == release.manifest_hash == manifest_hash(told["manifest"])
    assert (
        told["manifest"]["channels"]["website"]["sha256"]
        == hashlib.sha256(article(client.get(ADDRESS).content)).hexdigest()
    )
    assert told["check"][0].startswith("取网页源码中从 <article 到 </article> 的字节")


@pytest.mark.skipif(not all(map(shutil.which, ("sh", "curl", "perl", "shasum"))), reason="a tool is missing here")
def test_the_command_on_the_page_prints_the_fingerprint_on_the_page(live: str, open_page: OpenPage) -> None:
    """Copying the command into a terminal gives the hash that is printed above it."""
    page = open_page(scripts=False)
    page.goto(live + ADDRESS)
    page.click("summary")
    command = page.inner_text(".check pre")
    printed = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True, timeout=20).stdout
    assert printed.split()[0] == page.inner_text(".check p > code")


# feeds


def test_the_feed_leads_to_the_releases(database: Database, client: httpx.Client) -> None:
    """Atom, newest first, each entry with the signed address and the signed article."""
    put_out(database, *many(2))
    answer = client.get("/feed.atom")
    assert answer.headers["content-type"] == "application/atom+xml"
    entries = parsed(answer.content).findall(f"{{{ATOM}}}entry")
    assert [entry.findtext(f"{{{ATOM}}}id") for entry in entries] == [
        f"{SITE}/releases/number-2", f"{SITE}/releases/number-1",
    ]  # fmt: skip
    content = entries[0].findtext(f"{{{ATOM}}}content") or ""
    assert content.encode() == article(client.get("/releases/number-2").content)


# HTTP


def test_what_has_not_changed_is_not_sent_again(database: Database, client: httpx.Client) -> None:
    """The tag of a page answers 304 until something changes; a release withdrawn is gone at once."""
    (release,) = put_out(database, Text())
    for path in ("/", ADDRESS, "/feed.atom", f"{ADDRESS}/manifest.json"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
        assert (again.status_code, again.content) == (304, b""), path
        assert first.headers["last-modified"] == "Tue, 24 Nov 2026 06:05:00 GMT"
        assert first.headers["cache-control"] == "no-cache"
    tag = client.get(ADDRESS).headers["etag"]
    with database.writing() as session:
        releases.hide(session, release.id)
    assert client.get(ADDRESS, headers={"If-None-Match": tag}).status_code == 404


@pytest.mark.parametrize("path", ["/", ADDRESS, "/none", "/feed.atom", "/press.css", "/press.svg"])
def test_every_answer_forbids_scripts_and_frames(database: Database, client: httpx.Client, path: str) -> None:
    """No script can run, no site can frame the page, nothing tells other sites where a reader came from."""
    put_out(database, Text())
    headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert "script-src" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_only_reading_is_possible(client: httpx.Client) -> None:
    """Anything but GET and HEAD is refused; HEAD has the headers alone."""
    assert client.post("/").status_code == 405
    assert client.head("/").content == b""


def test_a_database_that_is_gone_closes_the_room_politely(tmp_path: Path) -> None:
    """Without its tables the press room answers 503 and says to come back."""
    closed = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    with reading(press_routes(closed, bureau=NAME, public_url=SITE)) as client:
        answer = client.get("/")
    closed.close()
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "10"
    assert "暂时打不开" in answer.text


def test_a_second_press_room_under_a_path_keeps_to_it(database: Database) -> None:
    """Mounted under a path, every link stays below it: the drill's press room never leads into the real one."""
    (site, prefix) = (f"{SITE}/drill/press", "/drill/press")
    put_out(database, *many(21, site))
    routes = press_routes(database, prefix, bureau=NAME, public_url=site)
    with reading([Mount(prefix, routes=routes)]) as client:
        for path in ("/", "/releases/number-1", "/none"):
            page = client.get(prefix + path).text
            links = [part.split('"')[0] for part in page.replace(f'"{SITE}/" rel="nofollow"', "").split('href="')[1:]]
            assert links
            assert all(link.startswith((f"{prefix}/", f"{site}/", "?", "#")) for link in links), links
        assert client.get(prefix + "/press.css").status_code == 200
        assert client.get(prefix + "/releases/number-1").status_code == 200


# languages


def test_the_page_speaks_the_readers_language_and_the_text_stays_as_written(
    client: httpx.Client, database: Database
) -> None:
    """English readers get English around the Chinese text; ?lang= wins over the browser, and the links keep it."""
    put_out(database, Text())
    english = client.get("/", headers={"Accept-Language": "en"}).text
    assert '<html lang="en">' in english
    assert "Gangbei District Construction Bureau" in english
    assert TITLE in english
    chinese = client.get("/?lang=zh", headers={"Accept-Language": "en"}).text
    assert '<html lang="zh-CN">' in chinese
    assert f'href="{ADDRESS}?lang=zh"' in chinese


def test_nothing_chinese_is_left_around_the_english_page(client: httpx.Client, database: Database) -> None:
    """Everything that is not the release itself is translated."""
    (release,) = put_out(database, Text(text="English only.", title="Notice"))
    for path in ("/", ADDRESS, "/none"):
        page = client.get(f"{path}?lang=en").text.replace("中文", "").replace(BUREAU, "")
        assert not [letter for letter in page if "\u4e00" <= letter <= "\u9fff"], path
    assert release.title in client.get("/?lang=en").text


# in a browser


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_it_can_be_read_without_scripts_at_any_width(open_page: OpenPage, live: str, path: str, width: int) -> None:
    """With scripts off nothing is missing, and nothing is wider than the window."""
    page = open_page(width=width, scripts=False)
    page.goto(live + path)
    assert page.locator("h1").count() == 1
    assert page.locator("h1").is_visible()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    assert float(page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)")) >= 14


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(open_page: OpenPage, live: str, path: str, scheme: str) -> None:
    """The accessibility rules find nothing wrong, by day and by night."""
    page = open_page()
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # both are literals above
    page.goto(live + path)
    if page.locator("summary").count():
        page.click("summary")
    assert axe_findings(page) == []


def test_it_can_be_used_by_keyboard(open_page: OpenPage, live: str) -> None:
    """The first stop is the way to the text; from there the next stop is the first release."""
    page = open_page(scripts=False)
    page.goto(live)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "跳到正文"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == LONG
    page.keyboard.press("Enter")
    page.wait_for_url("**/releases/wages")
    assert page.locator("article h1").inner_text() == LONG


def test_the_pages_turn(open_page: OpenPage, live: str) -> None:
    """Older releases are one click away, and back."""
    page = open_page(width=360, scripts=False)
    page.goto(live)
    page.click("text=较早的")
    assert page.locator(".releases li").count() == 3
    page.click("text=较新的")
    assert page.locator(".releases li").count() == 20


def test_on_paper_there_is_the_text_and_where_it_is_from(open_page: OpenPage, live: str) -> None:
    """Printed, the navigation is gone and the address is there."""
    page = open_page(scripts=False)
    page.emulate_media(media="print")
    page.goto(live + ADDRESS)
    assert not page.locator("footer").is_visible()
    assert page.locator(".printed").inner_text() == live + ADDRESS
    assert TEXT.splitlines()[0] in page.locator("article").inner_text()


def test_a_long_word_does_not_break_the_page(open_page: OpenPage, database: Database, live: str) -> None:
    """An address without a break wraps on a narrow screen."""
    text = "http://press.test/" + "a" * 300
    put_out(database, replace(Text(), public_id="long", title="x" * 100, text=text, site=live))
    page = open_page(width=360, scripts=False)
    for path in ("/", "/releases/long"):
        page.goto(live + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_read_back_sees_what_readers_see(live: str) -> None:
    """Over real HTTP the manifest's hash is that of the page, whatever a reader's language."""
    with httpx.Client(trust_env=False) as reader:
        told = json.loads(reader.get(f"{live}{ADDRESS}/manifest.json").content)
        page = reader.get(live + ADDRESS, headers={"Accept-Language": "en"}).content
    assert hashlib.sha256(article(page)).hexdigest() == told["manifest"]["channels"]["website"]["sha256"]
