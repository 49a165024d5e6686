"""One connection on which updates are pushed to a webhook."""

import http.client
from collections.abc import Callable
from urllib.parse import urlsplit

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Refused(Exception):
    """Nobody answered; says so as getWebhookInfo does."""


class Pusher:
    """Pushes updates to one address; used by one thread."""

    def __init__(self, url: str, secret: str, patience: Callable[[], float]) -> None:
        self._given = (url, secret, patience)
        self._at = urlsplit(url)
        self._patience = patience
        self._headers = {"Content-Type": "application/json", **({SECRET_HEADER: secret} if secret else {})}
        self._connection: http.client.HTTPConnection | None = None

    def again(self) -> "Pusher":
        """Give another connection to the same address."""
        return Pusher(*self._given)

    def push(self, body: bytes) -> int:
        """Push once and give the answer's status; raises Refused."""
        kept = self._connection is not None
        try:
            return self._post(body)
        except TimeoutError:
            self.close()
            raise Refused("Read timeout expired") from None
        except ConnectionRefusedError:
            self.close()
            raise Refused("Connection refused") from None
        except (OSError, http.client.HTTPException):
            self.close()
            if kept:  # the other side closed an idle connection
                return self.push(body)
            raise Refused("Connection reset by peer") from None

    def _post(self, body: bytes) -> int:
        if self._connection is None:
            secure = self._at.scheme == "https"
            kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
            self._connection = kind(self._at.hostname or "", self._at.port, timeout=self._patience())
        self._connection.request("POST", self._at.path or "/", body, self._headers)
        response = self._connection.getresponse()
        response.read()
        return response.status

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
