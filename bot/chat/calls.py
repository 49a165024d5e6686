"""Calls to WeCom and WeChat: the library's client with time-outs, our token, and one retry with another one."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO, Final, TypeVar

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from wechatpy.exceptions import WeChatClientException

from bot.chat.tokens import Fresh, NoToken, OwnToken, Tokens
from config.redaction import Redaction
from storage.database import Database

PIECE: Final = 64 * 1024  # bytes
LARGEST: Final = 5_000_000  # bytes of an answer
AT_ONCE: Final = 16  # calls under way; each needs a thread
FAILURES: Final = (WeChatClientException, requests.RequestException, NoToken, ValueError)
STALE: Final = (40001, 40014, 42001)  # of a token: another one is fetched, once
Answer = Mapping[str, Any]
Found = TypeVar("Found")


@dataclass(frozen=True)
class Timeouts:
    """How long a call may take, in seconds."""

    connect: float = 5.0
    read: float = 10.0


class _Patient(HTTPAdapter):
    """Gives every request the time that it may take: the library gives none to that for a token.

    A time-out of requests is for each piece of an answer: one that trickles would never end.
    """

    def __init__(self, timeouts: Timeouts) -> None:
        super().__init__(pool_connections=1, pool_maxsize=AT_ONCE)
        self._timeouts = (timeouts.connect, timeouts.read)

    def send(self, request: Any, **given: Any) -> Any:  # type: ignore[override] # noqa: ANN401 - as the library calls it
        streamed = given.pop("stream", False)
        until = time.monotonic() + sum(self._timeouts)
        answer = super().send(request, **{**given, "stream": True, "timeout": given.get("timeout") or self._timeouts})
        if not streamed:
            answer._content = _whole(answer.raw, until)  # noqa: SLF001 - as requests itself keeps it
        return answer


class _OurTokens:
    """What the library takes for its session: it holds our token, and none ever ends in the library's eyes."""

    def __init__(self, tokens: Tokens | OwnToken) -> None:
        self._tokens = tokens

    def get(self, key: str, default: object = None) -> object:
        return default if key.endswith("_expires_at") else self._tokens.get()


class Calls:
    """Calls in the name of one account, from any thread."""

    def __init__(
        self,
        client: Callable[..., Any],
        account: tuple[str, str],
        api_url: str,
        database: Database | None,
        timeouts: Timeouts,
    ) -> None:
        """Prepare the library's client for an account (id and secret); nothing is asked of the network.

        Without a database the token is for these calls alone.
        """
        self.redaction = Redaction(addresses=(api_url,), secrets=(account[1],))
        self._url = f"{api_url.rstrip('/')}/cgi-bin/"
        self._tokens = Tokens(database, self.token_name, self.fetch_token) if database else OwnToken(self.fetch_token)
        self._client = client(*account, session=_OurTokens(self._tokens), auto_retry=False)
        self._client.API_BASE_URL = self._url
        self._http: requests.Session = self._client._http  # noqa: SLF001 - the library hands it out nowhere else
        self._http.trust_env = False
        for kind in ("https://", "http://"):
            self._http.mount(kind, _Patient(timeouts))

    @property
    def token_name(self) -> str:
        """Return the name under which the token is kept."""
        raise NotImplementedError

    def fetch_token(self) -> Fresh:
        """Ask for a token; raises one of FAILURES."""
        raise NotImplementedError

    def get(self, path: str, **params: str) -> Answer:
        """Ask; raises one of FAILURES."""
        return self._call(lambda token: self._client.get(path, params={**params, "access_token": token}))

    def post(self, path: str, data: Mapping[str, Any], **params: str) -> Answer:
        """Order; raises one of FAILURES."""
        return self._call(
            lambda token: self._client.post(path, data=dict(data), params={**params, "access_token": token})
        )

    def upload(self, path: str, name: str, file: BinaryIO, **params: str) -> Answer:
        """Hand over a file; raises one of FAILURES."""

        def ask(token: str) -> object:
            file.seek(0)
            return self._client.post(path, files={"media": (name, file)}, params={**params, "access_token": token})

        return self._call(ask)

    def without_token(self, method: str, path: str, **given: Any) -> Answer:  # noqa: ANN401 - as the library takes it
        """Call where no token is asked for; raises one of FAILURES."""
        # With an empty access_token the library does not add one, for which it would ask us.
        params = {**given.pop("params", {}), "access_token": ""}
        return _read(getattr(self._client, method)(path, params=params, **given))

    def their_time(self) -> datetime | None:
        """Return what the vendor's clock says, as far as its answers bear it; raises one of FAILURES."""
        with self._http.get(self._url, stream=True) as answer:  # whatever it answers there, it dates it
            dated = answer.headers.get("Date")
        return parsedate_to_datetime(dated) if dated else None

    @contextmanager
    def downloading(self, path: str, token: str, **params: str) -> Iterator[requests.Response]:
        """Open a file that is read in pieces; raises one of FAILURES. See `with_token`."""
        with self._http.get(f"{self._url}{path}", params={**params, "access_token": token}, stream=True) as answer:
            yield answer

    @contextmanager
    def reading(self, address: str) -> Iterator[requests.Response]:
        """Open what the vendor keeps elsewhere, read in pieces and without our token; raises one of FAILURES."""
        with self._http.get(address, stream=True) as answer:
            yield answer

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def with_token(self, ask: Callable[[str], Found]) -> Found:
        """Ask with the token, and once more with another one where it is refused; raises one of FAILURES."""
        token = self._token()
        try:
            return ask(token)
        except WeChatClientException as refused:
            if code_of(refused) not in STALE:
                raise
        return ask(self._token(refused=token))

    def _call(self, ask: Callable[[str], object]) -> Answer:
        return _read(self.with_token(ask))

    def _token(self, refused: str = "") -> str:
        """Return the token; NoToken when nobody answered, since nothing has been said then."""
        try:
            return self._tokens.get(refused)
        except FAILURES as error:
            if code_of(error) is not None:
                raise
            raise NoToken(self.said_by(error)) from None

    def said_by(self, error: BaseException) -> str:
        """Return what an error says, without a secret: an address in it may hold one."""
        return self.redaction.hide(str(error) or type(error).__name__)


def code_of(error: BaseException) -> int | None:
    """Return the code of a refusal; None when there was no such answer."""
    code = error.errcode if isinstance(error, WeChatClientException) else None
    return int(code) if code is not None else None


def surely_unsent(error: BaseException) -> bool:
    """Tell what never left from what nobody answered, or answered so that nobody can read it."""
    if isinstance(error, NoToken | requests.exceptions.ConnectTimeout | requests.exceptions.InvalidURL):
        return True
    return isinstance(error, requests.exceptions.ConnectionError) and "NewConnectionError" in repr(error)


def words_of(answer: requests.Response) -> str:
    """Read what is answered in place of a file; raises one of FAILURES."""
    timeouts = Timeouts()
    return _whole(answer.raw, time.monotonic() + timeouts.connect + timeouts.read).decode("utf-8", "replace")


def _whole(raw: Any, until: float) -> bytes:  # noqa: ANN401 - the answer of the library beneath
    """Read an answer to its end, up to a moment; raises one of FAILURES."""
    body = bytearray()
    try:
        while piece := raw.read1(PIECE, decode_content=True):
            body += piece
            if time.monotonic() > until or len(body) > LARGEST:
                raise requests.exceptions.ReadTimeout("too slow, or too large")
    except HTTPError as broken:
        raise requests.exceptions.ConnectionError(type(broken).__name__) from None
    finally:
        raw.release_conn()
    return bytes(body)


def _read(answer: object) -> Answer:
    """Take the library's answer; ValueError when it could not read it: a proxy's page, for instance."""
    if not isinstance(answer, dict):
        raise ValueError("no answer of WeCom's")  # noqa: TRY004 - what was answered, not what was given
    return answer
