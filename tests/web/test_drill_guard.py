"""The drill page over HTTP: only this machine, only its own forms, nothing lost, and never a server error."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.drill.files import MEGABYTE
from bot.drill.room import LONGEST_TEXT, DrillRoom
from bot.web.drill import drill_routes
from bot.web.server import serving
from storage.blobs import FolderBlobs
from tests.platforms.rooms import POST, desk_said, room_at, said_in

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
KEEPS = 'name="text"[^>]*>{}'


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DrillRoom]:
    """Give a drill room."""
    with room_at(tmp_path) as opened:
        yield opened


@pytest.fixture
def visitor(room: DrillRoom) -> Iterator[httpx.Client]:
    """Give a browser on this machine that has opened the page, over real HTTP."""
    with serving(pages_of(room)) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        assert client.get("/drill/").status_code == 200
        yield client


def pages_of(room: DrillRoom) -> Starlette:
    """Return the drill page as an application."""
    return Starlette(routes=[Mount("/drill", routes=drill_routes(room))])


def asked_from(room: DrillRoom, address: str) -> httpx.Response:
    """Ask for the page as a machine with this address does."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(pages_of(room), client=(address, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8080") as client:
            return await client.get("/drill/")

    return asyncio.run(ask())


def post(visitor: httpx.Client, where: str, files: Any = None, **fields: object) -> httpx.Response:  # noqa: ANN401 - as httpx takes them
    """Send a form of the page."""
    token = visitor.cookies.get("huiying_drill") or ""
    filled = {"token": token, "chat": "staff", "as": "limin", **fields}
    answer: httpx.Response = visitor.post(f"/drill/{where}", data=filled, files=files)
    return answer


# who may come in


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "192.168.1.9", "172.17.0.1", "::ffff:10.1.2.3", "2001:db8::1", "somebody"]
)
def test_other_machines_are_kept_out(room: DrillRoom, address: str) -> None:
    """Only an address of this machine is answered; every other is told why not, in both languages."""
    answer = asked_from(room, address)
    assert answer.status_code == 403
    assert "只能在本机打开" in answer.text


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_let_in(room: DrillRoom, address: str) -> None:
    """Every loopback address is let in."""
    assert asked_from(room, address).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8080", "0.0.0.0"])
def test_other_names_for_this_machine_are_refused(visitor: httpx.Client, host: str) -> None:
    """A page asked for by another name may belong to a site that made its name point here."""
    assert visitor.get("/drill/", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_forms_of_other_sites_do_nothing(room: DrillRoom, visitor: httpx.Client, headers: dict[str, str]) -> None:
    """A form that another site sends is refused and changes nothing."""
    visitor.headers.update(headers)
    assert post(visitor, "say", text="你好").status_code == 403
    assert said_in(room, "staff") == []


@pytest.mark.parametrize("token", ["", "somethingelse", "中文"])
def test_a_form_without_the_visitors_token_does_nothing(room: DrillRoom, visitor: httpx.Client, token: str) -> None:
    """A form that does not hold the token is refused, and gives the words back to send again."""
    answer = post(visitor, "say", text="写了很久的话", token=token)
    assert answer.status_code == 403
    assert re.search(KEEPS.format("写了很久的话"), answer.text)
    assert said_in(room, "staff") == []


def test_every_answer_forbids_foreign_code(visitor: httpx.Client) -> None:
    """Pages, parts, files and refusals carry the policy that lets only our own scripts run."""
    for address in ("", "parts", "help", "static/drill.js", "static/nothing", "file/9/9", "nowhere"):
        headers = visitor.get(f"/drill/{address}").headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


# what is said and sent


def test_saying_something_leads_back_to_the_chat(room: DrillRoom, visitor: httpx.Client) -> None:
    """A form is answered with a redirect, so that a reload sends nothing twice."""
    answer = post(visitor, "say", text="大家好")
    assert (answer.status_code, answer.headers["location"]) == (303, "/drill/?chat=staff&as=limin")
    assert [message.text for message in said_in(room, "staff")] == ["大家好"]


@pytest.mark.parametrize(
    "text",
    [
        '<script>alert("x")</script>',
        "<img src=x onerror=alert(1)>",
        "\u202e\u2066倒过来\u2069",
        "a&amp;b",
        "{{ 7*7 }}",
        "\u200b\x00\x07",
    ],
)
def test_what_people_write_is_shown_as_they_wrote_it(visitor: httpx.Client, text: str) -> None:
    """Markup, template marks and invisible signs are text: shown inside an isolated block, never run."""
    assert post(visitor, "say", text=text).status_code == 303
    page = visitor.get("/drill/").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert ">49<" not in page
    assert '<div class="text" dir="auto">' in page


def test_only_web_addresses_become_links(visitor: httpx.Client) -> None:
    """An http address in a text is a link that tells the other site nothing; a javascript one stays text."""
    post(visitor, "say", text="看 https://example.org/a?b=1&c=2,不要点 javascript:alert(1)")
    page = visitor.get("/drill/").text
    assert 'href="https://example.org/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer"' in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": ""}, "还没写内容"),
        ({"text": "字" * (LONGEST_TEXT + 1)}, "上限"),
        ({"text": "一句话", "url": "javascript:alert(1)"}, "请以 http:// 或 https:// 开头"),
        ({"text": "一句话", "url": "http://[bad"}, "请以 http:// 或 https:// 开头"),
        ({"text": "一句话", "posted": "昨天"}, "发帖时间看不懂"),
        ({"text": "一句话", "posted": "0001-01-01T00:00"}, "发帖时间看不懂"),
        ({"text": "一句话", "as": "somebody"}, "没有「somebody」"),
        ({"text": "一句话", "chat": "channel"}, "不在这个会话里"),
        ({"text": "一句话", "chat": "nowhere"}, "没有这个会话"),
    ],
)
def test_a_refusal_says_why_and_keeps_the_words(
    room: DrillRoom, visitor: httpx.Client, fields: dict[str, str], words: str
) -> None:
    """What cannot be sent is refused with a word; the text stands in the box as before, and nothing was stored."""
    answer = post(visitor, "say", **fields)
    assert answer.status_code == 422
    assert words in answer.text
    if fields.get("chat") != "channel":
        assert re.search(KEEPS.format(fields["text"]), answer.text)
    assert said_in(room, "staff") == []


def test_too_many_or_too_large_files_are_refused(room: DrillRoom, visitor: httpx.Client) -> None:
    """Eleven files, a file over 10 MB, and an empty one are refused by name, and the words stay."""
    many = [("files", (f"{n}.png", PNG)) for n in range(11)]
    large = [("files", ("大图.png", PNG + bytes(10 * MEGABYTE)))]
    empty = [("files", ("空.png", b""))]
    for files, words in ((many, "一次最多 10 个"), (large, "「大图.png」超过 10 MB"), (empty, "「空.png」是空文件")):
        answer = post(visitor, "say", files=files, text="看照片")
        assert answer.status_code == 422
        assert words in answer.text
        assert re.search(KEEPS.format("看照片"), answer.text)
    assert said_in(room, "staff") == []


def test_a_form_beyond_all_limits_is_refused_in_words(visitor: httpx.Client) -> None:
    """A form with hundreds of files or an endless field is refused as too large, not with an error."""
    hundreds = [("files", (f"{n}.png", PNG)) for n in range(300)]
    assert "内容太大" in post(visitor, "say", files=hundreds).text
    answer = post(visitor, "say", files=[("files", ("a.png", PNG))], text="x" * (5 * MEGABYTE))
    assert (answer.status_code, "内容太大" in answer.text) == (413, True)


def test_pictures_are_shown_and_everything_else_is_only_saved(room: DrillRoom, visitor: httpx.Client) -> None:
    """What a file is, its bytes say: a page called .png is a download without a type, in a sandbox."""
    files = [("files", ("照片.png", PNG)), ("files", ("page.png", b"<html><script>")), ("files", ("x.svg", b"<svg/>"))]
    assert post(visitor, "say", files=files, text=POST).status_code == 303
    shown = [visitor.get(f"/drill/file/{message.id}/0") for message in said_in(room, "staff") if message.files]
    assert [answer.headers["content-type"] for answer in shown] == ["image/png", *["application/octet-stream"] * 2]
    assert [answer.headers["content-disposition"].partition(";")[0] for answer in shown] == [
        "inline",
        *["attachment"] * 2,
    ]
    assert all("sandbox" in answer.headers["content-security-policy"] for answer in shown)
    assert shown[0].content == PNG


# nothing lost


def test_a_locked_database_keeps_the_words_and_shows_the_page(room: DrillRoom, visitor: httpx.Client) -> None:
    """While another writer holds the database the page still opens, and a message is refused with its text kept."""
    with closing(room.database.engine.raw_connection()) as other:
        other.cursor().execute("BEGIN IMMEDIATE")
        refused = post(visitor, "say", text="很重要的话")
        assert visitor.get("/drill/").status_code == 200
        other.cursor().execute("ROLLBACK")
    assert refused.status_code == 409
    assert "暂时存不下" in refused.text
    assert re.search(KEEPS.format("很重要的话"), refused.text)
    assert post(visitor, "say", text="很重要的话").status_code == 303
    assert len(said_in(room, "staff")) == 1


def test_a_folder_that_takes_no_files_keeps_the_words(room: DrillRoom, visitor: httpx.Client, tmp_path: Path) -> None:
    """Where attachments cannot be written the message is refused as a whole, with its text kept."""
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    room.blobs = FolderBlobs(blocked)
    answer = post(visitor, "say", files=[("files", ("a.png", PNG))], text="带照片的话")
    assert answer.status_code == 409
    assert re.search(KEEPS.format("带照片的话"), answer.text)
    assert said_in(room, "staff") == []


def test_tables_that_are_gone_are_no_server_error(room: DrillRoom, visitor: httpx.Client) -> None:
    """While the room is being emptied a page says that the database does not answer."""
    room.database.migrate("base")
    answer = visitor.get("/drill/")
    assert (answer.status_code, "什么都没有丢" in answer.text) == (409, True)


def test_a_tap_and_a_clock_work_by_form(room: DrillRoom, visitor: httpx.Client) -> None:
    """A button of a message and a button of the clock are plain forms."""
    post(visitor, "say", text=POST, url="https://weibo.example/status/7")
    card = desk_said(room, "staff")[-1]
    assert post(visitor, "tap", **{"as": "zhaoqiang", "message": card.id, "at": "0.0"}).status_code == 303
    assert "港建舆〔2026〕1号" in visitor.get("/drill/").text
    assert post(visitor, "clock", do="skip:60").status_code == 303
    assert "10:05" in visitor.get("/drill/").text


def test_unread_messages_are_counted_for_whoever_is_played(visitor: httpx.Client) -> None:
    """What somebody has not seen is counted on their chat, and no longer once the chat was open."""
    post(visitor, "say", text=POST, url="https://weibo.example/status/7")
    post(visitor, "clock", do="skip:60")
    badge = re.compile(r'chat=direct%3Awangwu".*?</a>', re.DOTALL)
    before = badge.search(visitor.get("/drill/?chat=staff").text)
    assert before is not None
    assert 'class="badge"' in before[0]
    visitor.get("/drill/?chat=direct:wangwu")
    after = badge.search(visitor.get("/drill/?chat=staff").text)
    assert after is not None
    assert 'class="badge"' not in after[0]


words_of_any_kind = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.sampled_from(["staff", "direct:wangwu", "limin", "0.0", "run:60", "next"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    where=st.sampled_from(["", "parts", "help", "say", "edit", "tap", "clock", "example"]),
    fields=st.dictionaries(
        st.sampled_from(
            ["chat", "as", "text", "reply", "edit", "preset", "message", "at", "do", "url", "posted", "author", "lang"]
        ),
        words_of_any_kind,
    ),
)
def test_no_request_is_answered_with_a_server_error(visitor: httpx.Client, where: str, fields: dict[str, str]) -> None:
    """Whatever stands in an address or a form, the answer is a page or a refusal, never a 5xx."""
    assert visitor.get(f"/drill/{where}", params=fields).status_code < 500
    assert post(visitor, where, **fields).status_code < 500
