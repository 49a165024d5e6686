"""The parameters of a call: form fields, JSON or multipart, all read the same way."""

import json
from typing import Any

from tests.platforms.asgi import Upload
from tests.platforms.bot_api.world import Json, bad_request

TRUE = (True, 1, "true", "True", "1")


class Parameters:
    """What one call was given."""

    def __init__(self, given: Json, uploads: dict[str, Upload] | None = None) -> None:
        self.given = given
        self.uploads = uploads or {}

    def text(self, name: str) -> str:
        """Give a text; empty when it was not given."""
        value = self.given.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """Tells whether a switch is on."""
        return self.given.get(name) in TRUE

    def number(self, name: str, default: int | None = None) -> int | None:
        """Give a number."""
        value = self.given.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f"invalid {name} specified") from None

    def read(self, name: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Give a JSON value, whether it came as text or as it is; None when it was not given."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except json.JSONDecodeError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def chat_id(self) -> int | str | None:
        """Give the chat a call is about: a number, an @name or None."""
        value = self.given.get("chat_id")
        if value is None or value == "":
            return None
        text = str(value)
        return int(text) if text.lstrip("-").isdecimal() else text
