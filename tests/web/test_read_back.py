"""Reading a release back: whatever a web server does, nothing is proved that was not read; nobody waits for ever."""

import socket
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.channels import ReleaseFailed
from bot.channels.website import LARGEST, WebsiteChannel, fetched
from bot.web.press import press_routes
from bot.web.server import serving
from handlers.release.signed import WEBSITE, fingerprint
from storage import release as releases
from storage.database import Database
from tests.web.released import MORNING, Text, put_out


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Give an empty database."""
    return sqlite_database


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """Give a client that follows redirects unless it is told not to."""
    with httpx.Client(trust_env=False, follow_redirects=True) as client:
        yield client


def _large(_request: Request) -> Response:
    return PlainTextResponse("x" * (LARGEST + 1))


def _elsewhere(_request: Request) -> Response:
    return RedirectResponse("/large")


def _broken(_request: Request) -> Response:
    return PlainTextResponse("", 500)


@pytest.mark.parametrize(
    ("path", "why"),
    [("/large", "too_large"), ("/elsewhere", "answered:307"), ("/broken", "answered:500"), ("/none", "answered:404")],
)
def test_a_server_that_gives_no_page_proves_nothing(client: httpx.Client, path: str, why: str) -> None:
    """Too much, a redirect, an error, nothing: each fails with its reason."""
    routes = [Route("/large", _large), Route("/elsewhere", _elsewhere), Route("/broken", _broken)]
    with serving(Starlette(routes=routes)) as address, pytest.raises(ReleaseFailed, match=f"^{why}$"):
        fetched(client, address + path)


def test_nobody_at_the_address(client: httpx.Client) -> None:
    """A refused connection and a garbled address fail with their reasons."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ReleaseFailed, match=r"^no_answer:ConnectError$"):
        fetched(client, f"http://127.0.0.1:{port}/")
    with pytest.raises(ReleaseFailed, match=r"^no_answer:"):
        fetched(client, "http://127.0.0.1:99999999/")


def test_a_server_that_never_answers_is_given_up(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes the connection and says nothing costs a time-out, not the desk."""
    monkeypatch.setattr("bot.channels.website.PATIENCE", 0.2)
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        pytest.raises(ReleaseFailed, match=r"^no_answer:ReadTimeout$"),
    ):
        fetched(client, f"http://127.0.0.1:{listener.getsockname()[1]}/")


def test_publishing_twice_changes_nothing(database: Database, client: httpx.Client) -> None:
    """A release that is out stays as it is: the same proof, the same moment it became readable."""
    with serving(Starlette(routes=press_routes(database))) as address:
        (release,) = put_out(database, Text(site=address, visible_at=None))
        channel = WebsiteChannel(database, client, address)
        first = channel.publish(release, {}, MORNING)
        second = channel.publish(release, {}, MORNING.replace(hour=9))
    assert (first.url, first.sha256) == (second.url, second.sha256) == (
        release.manifest["url"], fingerprint(release, WEBSITE),
    )  # fmt: skip
    with database.reading() as session:
        assert releases.load(session, release.id).visible_at == MORNING


def test_a_text_that_was_not_signed_is_not_even_shown(database: Database, client: httpx.Client) -> None:
    """A release that does not fit its manifest fails before it becomes visible."""
    (release,) = put_out(database, Text(visible_at=None))
    release.text = "没有停水。"
    with pytest.raises(ReleaseFailed, match=r"^not_as_signed$"):
        WebsiteChannel(database, client, "http://press.test").publish(release, {}, MORNING)
    with database.reading() as session:
        assert releases.load(session, release.id).visible_at is None


def test_another_address_than_the_signed_one_will_not_do(database: Database, client: httpx.Client) -> None:
    """Other channels link to the signed address: a website that moved since must not publish elsewhere."""
    (release,) = put_out(database, Text(visible_at=None))
    with pytest.raises(ReleaseFailed, match=r"^other_address:http://press\.test/releases/"):
        WebsiteChannel(database, client, "http://new.test").publish(release, {}, MORNING)
