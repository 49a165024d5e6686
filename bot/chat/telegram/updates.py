"""Updates as Telegram sends them, whichever way they come: which kinds are wanted, their names, how they are stored.

https://core.telegram.org/bots/api#getting-updates
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import structlog

from handlers.conversation import storable
from storage.database import DatabaseTrouble

log = structlog.get_logger()
Update = Mapping[str, Any]
Keyed = tuple[str, Update]
Accept = Callable[[Sequence[Keyed]], int]
ALLOWED: Final = (
    *("message", "edited_message", "channel_post", "edited_channel_post"),
    *("callback_query", "my_chat_member"),
)


def keyed(bot_id: int, update: Update) -> Keyed:
    """Name an update so that a second delivery has the same name; what no database can keep is replaced in it."""
    return f"{bot_id}:{update['update_id']}", _storable(update)


def chat_of(update: Update) -> str:
    """Return the chat that an update came from, whatever else it says; empty when it came from none."""
    for kind in ALLOWED:
        happened = _map(update.get(kind))
        chat = _map(happened.get("chat")) or _map(_map(happened.get("message")).get("chat"))
        if "id" in chat:
            return str(chat["id"])
    return ""


def _map(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - whatever JSON holds
    return value if isinstance(value, dict) else {}


def _storable(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(name): _storable(each) for name, each in value.items()}
    return [_storable(each) for each in value] if isinstance(value, list) else value


def pass_over(update: str, trouble: Exception | None) -> None:
    """Put on record what can never be stored, so that it does not keep all others away; raises DatabaseTrouble."""
    if isinstance(trouble, DatabaseTrouble):
        raise trouble
    if trouble is not None:
        log.error("an update could not be stored and is passed over", update=update, exc_info=trouble)
