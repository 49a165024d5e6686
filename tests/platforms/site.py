"""A site on loopback that answers as told: well, slowly, without end, with redirects, or not at all."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

from bot.sites.guard import Guard
from bot.sites.line import Bounds, Visitor

HERE = Guard(networks=(ip_network("127.0.0.0/8"),))
QUICK = Bounds(seconds=3.0, size=200_000)


@dataclass(frozen=True)
class Page:
    """What is answered at one path."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]


Odd = Callable[[BaseHTTPRequestHandler], None]  # writes what it likes


@dataclass
class Site:
    """What stands where, and what was asked for."""

    url: str = ""
    pages: dict[str, Page | Odd] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def puts(self, path: str, page: Page | Odd) -> str:
        """Put something at a path; return its address."""
        self.pages[path] = page
        return f"{self.url}{path}"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer a request."""
        with self.lock:
            self.asked.append(Asked(handler.path, {name.lower(): value for name, value in handler.headers.items()}))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self._answer(handler)
        except OSError:
            pass  # whoever asked has hung up
        finally:
            with self.lock:
                self.at_once -= 1

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        page = self.pages.get(handler.path.partition("?")[0], Page(status=404))
        if not isinstance(page, Page):
            page(handler)
            return
        handler.send_response(page.status)
        for name, value in page.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(page.body)))
        handler.end_headers()
        handler.wfile.write(page.body)


@contextmanager
def site() -> Iterator[Site]:
    """Open a site."""
    found = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.close_connection = True
            found.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    running.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


def visitor(guard: Guard = HERE, bounds: Bounds = QUICK) -> Visitor:
    """Return somebody who may go to loopback."""
    return Visitor("Huiying-test (+http://127.0.0.1:9)", guard, bounds)
