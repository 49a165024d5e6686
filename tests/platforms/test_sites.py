"""A site, however hostile, is read within bounds: of time, of size, and of where it may lead."""

import gzip
import time
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network

import pytest

from bot.sites.guard import Guard, Refused
from bot.sites.line import Bounds, TooMuch, Unreachable, Visitor
from tests.platforms.site import HERE, QUICK, Page, Site, site, visitor


@pytest.fixture
def there() -> Iterator[Site]:
    """Give a site."""
    with site() as found:
        yield found


def test_a_page_is_asked_for_with_who_asks(there: Site) -> None:
    """The site reads who comes and where their bureau is found; packed or not, the page is what it is."""
    url = there.puts("/港?a=1".partition("?")[0], Page(b"x"))
    assert visitor().get(there.puts("/plain", Page(b"hello"))).body == b"hello"
    assert (
        visitor().get(there.puts("/zip", Page(gzip.compress(b"hello"), headers={"Content-Encoding": "gzip"}))).body
        == b"hello"
    )
    packed = zlib.compress(b"hello")
    assert visitor().get(there.puts("/deflate", Page(packed, headers={"Content-Encoding": "deflate"}))).body == b"hello"
    assert visitor().get(url).status == 404  # asked for percent-encoded, as sites expect it
    assert there.asked[0].headers["user-agent"] == "Huiying-test (+http://127.0.0.1:9)"
    assert there.asked[-1].path == "/%E6%B8%AF"


def test_redirects_are_followed_and_each_is_checked(there: Site) -> None:
    """Only some of them, never to an address of another kind, of the bureau's own, or to another port of ours."""
    there.puts("/there", Page(b"found"))
    there.puts("/1", Page(status=302, headers={"Location": "/there"}))
    there.puts("/for-good", Page(status=301, headers={"Location": "/2"}))
    there.puts("/2", Page(status=308, headers={"Location": "/there"}))
    there.puts("/mixed", Page(status=301, headers={"Location": "/1"}))
    there.puts("/loop", Page(status=302, headers={"Location": "/loop"}))
    found = visitor().get(f"{there.url}/1")
    assert (found.body, found.url, found.moved_to) == (b"found", f"{there.url}/there", "")
    assert visitor().get(f"{there.url}/for-good").moved_to == f"{there.url}/there"
    assert visitor().get(f"{there.url}/mixed").moved_to == f"{there.url}/1"
    with pytest.raises(Unreachable, match="redirects without end"):
        visitor().get(f"{there.url}/loop")
    for location, why in (
        ("http://10.0.0.1/", "private"),
        ("http://169.254.169.254/latest/meta-data/", "private"),
        ("http://[::1]/", "private"),
        ("file:///etc/passwd", "garbled"),
        ("http://me:secret@127.0.0.1/", "password"),
    ):
        there.puts("/away", Page(status=302, headers={"Location": location}))
        with pytest.raises(Refused, match=why):
            visitor().get(f"{there.url}/away")


def test_nothing_of_this_machine_is_asked_unless_it_is_named(there: Site) -> None:
    """Nobody is even connected to."""
    there.puts("/secret", Page(b"secret"))
    with pytest.raises(Refused, match="private"):
        visitor(Guard()).get(f"{there.url}/secret")
    port = int(there.url.rpartition(":")[2])
    outside = Guard(ports=frozenset({port}))
    for name in ("127.0.0.1", "localhost", "[::1]"):
        with pytest.raises((Refused, Unreachable)):
            visitor(outside).get(f"http://{name}:{port}/secret")
    for name in ("2130706433", "0x7f000001", "127.1", "0177.0.0.1"):  # as a system's resolver reads them
        with pytest.raises(Refused):
            Visitor("t", outside, QUICK, lambda _host, _port: ["127.0.0.1"]).get(f"http://{name}:{port}/secret")
    assert there.asked == []


def test_a_name_that_changes_its_address_leads_nowhere_else(there: Site) -> None:
    """What was checked is what is connected to: a name is asked once, and all it says is checked."""
    there.puts("/secret", Page(b"secret"))
    said = [["93.184.215.14"], ["127.0.0.1"]]
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        del port
        asked.append(host)
        return said[min(len(asked), len(said)) - 1]

    port = int(there.url.rpartition(":")[2])
    outside = Guard(ports=frozenset({port}))
    with pytest.raises(Refused, match="private"):
        Visitor("t", outside, QUICK, lambda _host, _port: ["93.184.215.14", "127.0.0.1"]).get(f"http://a.test:{port}/")
    with pytest.raises(Refused, match="private"):
        Visitor("t", outside, QUICK, lambda _host, _port: ["::ffff:127.0.0.1"]).get(f"http://a.test:{port}/")
    asked.clear()
    said = [["127.0.0.1"], ["10.0.0.1"]]
    there.puts("/hop", Page(status=302, headers={"Location": f"http://a.test:{port}/secret"}))
    with pytest.raises(Refused, match="private"):
        Visitor("t", HERE, QUICK, rebinding).get(f"http://a.test:{port}/hop")
    assert asked == ["a.test", "a.test"]
    assert [each.path for each in there.asked] == ["/hop"]
    assert there.asked[0].headers["host"] == f"a.test:{port}"


def test_a_site_takes_no_more_than_its_time(there: Site) -> None:
    """Silence, a trickle of headers, a trickle of the body, a resolver that does not come back."""

    def silent(handler: BaseHTTPRequestHandler) -> None:
        del handler
        time.sleep(3)

    def headers(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        _trickle(handler)

    def body(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
        _trickle(handler)

    hasty = Bounds(seconds=0.5, size=10_000)
    for odd in (silent, headers, body):
        before = time.monotonic()
        with pytest.raises(Unreachable):
            visitor(bounds=hasty).get(there.puts("/odd", odd))
        assert time.monotonic() - before < 2.5
    before = time.monotonic()
    with pytest.raises(Unreachable, match="name server"):
        Visitor("t", HERE, hasty, _asleep).get("http://slow.test/")
    assert time.monotonic() - before < 2.5


def _asleep(_host: str, _port: int) -> list[str]:
    time.sleep(3)
    return []


def _trickle(handler: BaseHTTPRequestHandler) -> None:
    for _ in range(60):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)


def test_a_site_gives_no_more_than_is_taken(there: Site) -> None:
    """Whatever it says beforehand, however it is packed."""

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            handler.wfile.write(b"x" * 65_536)

    def chunks(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            handler.wfile.write(b"1\r\nx\r\n" * 10_000)

    bomb = Page(gzip.compress(b"0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    for odd in (endless, chunks, bomb, Page(b"x" * 200_001)):
        with pytest.raises((TooMuch, Unreachable)):
            visitor().get(there.puts("/odd", odd))
    assert len(visitor().get(there.puts("/even", Page(b"x" * 200_000))).body) == 200_000


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\x00\xff\x00",
        b"HTTP/1.1 200 OK\r\n\xff\xfe: x\r\n\r\n",
        b"HTTP/9.9 wat\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
    ],
)
def test_what_is_no_site_is_unreachable(there: Site, said: bytes) -> None:
    """Whatever answers there."""

    def odd(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(said)

    with pytest.raises(Unreachable):
        visitor().get(there.puts("/odd", odd))


def test_nobody_there_is_unreachable() -> None:
    """A port that nobody listens on, a name that nobody has, a packing that nobody knows."""
    with pytest.raises(Unreachable):
        visitor().get("http://127.0.0.1:9/")

    def nobody(_host: str, _port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(Unreachable, match="no such name"):
        Visitor("t", Guard((ip_network("127.0.0.0/8"),)), QUICK, nobody).get("http://nobody.test/")
