"""What a desk does towards the double, by hand: it calls, it takes callbacks, and answers them as a test says."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.platforms.asgi import Json
from tests.platforms.wecom_api import Sealer, WecomApi
from tests.platforms.wecom_api.delivery import Line
from tests.platforms.wecom_api.sealed import read_xml, xml_of

AGENT = 1000002


@cache
def http() -> httpx.Client:
    """Give one client for all: what takes long is making it."""
    return httpx.Client()


def token(api: WecomApi, secret: str = "secret") -> Json:  # noqa: S107 - of the double
    """Ask for a token as the app."""
    asked = {"corpid": api.world.corp_id, "corpsecret": secret}
    read: Json = http().get(f"{api.corp_url}/cgi-bin/gettoken", params=asked).json()
    return read


def called(api: WecomApi, method: str, given: Json | None = None, *, with_token: str | None = None) -> Json:
    """Call a method as the app, with a good token unless another one is given."""
    value = with_token if with_token is not None else token(api)["access_token"]
    answer = http().post(f"{api.corp_url}/cgi-bin/{method}", params={"access_token": value}, json=given or {})
    read: Json = answer.json()
    return read


def sent(api: WecomApi, text: str, touser: str, **more: object) -> Json:
    """Let the app send a text."""
    given = {"touser": touser, "msgtype": "text", "agentid": AGENT, "text": {"content": text}, **more}
    return called(api, "message/send", given)


def account_token(api: WecomApi) -> str:
    """Ask for a stable token as the account."""
    account = api.world.own_account()
    asked = {"grant_type": "client_credential", "appid": account.appid, "secret": account.secret}
    return str(http().post(f"{api.account_url}/cgi-bin/stable_token", json=asked).json()["access_token"])


def account_called(api: WecomApi, method: str, given: Json | None = None, *, with_token: str | None = None) -> Json:
    """Call a method as the account, with a good token unless another one is given."""
    value = with_token or account_token(api)
    answer = http().post(f"{api.account_url}/cgi-bin/{method}", params={"access_token": value}, json=given or {})
    read: Json = answer.json()
    return read


class Listener:
    """What it heard, and what it answers."""

    def __init__(self, line: Line, sealer: Sealer) -> None:
        self.line, self.sealer = line, sealer
        self.queries: list[dict[str, str]] = []
        self.bodies: list[str] = []
        self.heard: list[Json] = []
        self.answers: list[tuple[int, str]] = []  # status and body, one after another; then 200 and nothing
        self.wait = 0.0  # seconds

    def take(self, query: dict[str, str], body: str) -> None:
        """Open a callback as a desk would."""
        self.queries.append(query)
        self.bodies.append(body)
        self.heard.append(self._opened(query, body))

    def _opened(self, query: dict[str, str], body: str) -> Json:
        if self.line == "account":
            assert query["signature"] == self.sealer.signature(query["timestamp"], query["nonce"])
            if "encrypt_type" not in query:
                return read_xml(body)
        encrypted = json.loads(body)["encrypt"] if self.line == "bot" else read_xml(body)["Encrypt"]
        assert query["msg_signature"] == self.sealer.signature(query["timestamp"], query["nonce"], encrypted)
        message = self.sealer.decrypt(encrypted)
        read: Json = json.loads(message) if self.line == "bot" else read_xml(message)
        return read

    def echo(self, query: dict[str, str]) -> str:
        """Give the echo back."""
        return query["echostr"] if self.line == "account" else self.sealer.decrypt(query["echostr"])

    def reply(self, **fields: object) -> str:
        """Seal a passive reply."""
        if self.line == "bot":
            encrypted = self.sealer.encrypt(json.dumps(fields))
            signature = self.sealer.signature("1", "n", encrypted)
            return json.dumps({"encrypt": encrypted, "msgsignature": signature, "timestamp": 1, "nonce": "n"})
        encrypted = self.sealer.encrypt(xml_of(fields))
        signature = self.sealer.signature("1", "n", encrypted)
        return xml_of({"Encrypt": encrypted, "MsgSignature": signature, "TimeStamp": 1, "Nonce": "n"})


class _Server(ThreadingHTTPServer):
    request_queue_size = 200  # callers that wait to be let in


@contextmanager
def listening(api: WecomApi, line: Line, sealer: Sealer) -> Iterator[Listener]:
    """Let a desk listen to the app, the AI bot or the account."""
    listener = Listener(line, sealer)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._give(200, listener.echo(self._query()))

        def do_POST(self) -> None:
            listener.take(self._query(), self.rfile.read(int(self.headers["Content-Length"])).decode())
            time.sleep(listener.wait)
            self._give(*(listener.answers.pop(0) if listener.answers else (200, "")))

        def _query(self) -> dict[str, str]:
            return dict(parse_qsl(urlsplit(self.path).query))

        def _give(self, status: int, body: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    api.deliver_to(line, f"http://127.0.0.1:{server.server_port}/callback")
    try:
        yield listener
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
