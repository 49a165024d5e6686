"""Updates as Telegram sends them, whichever way they come: which kinds are wanted, their names, how they are stored.

https://core.telegram.org/bots/api#getting-updates
"""

from collections.abc import Mapping
from typing import Any, Final

from bot.chat.receiving import Keyed, Update, storable_tree

ALLOWED: Final = (
    *("message", "edited_message", "channel_post", "edited_channel_post"),
    *("callback_query", "my_chat_member"),
)


def keyed(bot_id: int, update: Update) -> Keyed:
    """Name an update so that a second delivery has the same name; what no database can keep is replaced in it."""
    return f"{bot_id}:{update['update_id']}", storable_tree(update)


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
