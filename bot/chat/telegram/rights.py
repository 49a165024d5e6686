"""Which rights the desk has not got in a chat, as an update of its membership tells: no question is asked for it."""

from collections.abc import Mapping
from typing import Any, Final

from telegram import ChatMember

# https://core.telegram.org/bots/api#chatmemberadministrator
RIGHTS: Final = {
    "post": "can_post_messages",
    "edit": "can_edit_messages",
    "delete": "can_delete_messages",
    "pin": "can_pin_messages",
}


def lacking(member: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the rights that a member has not got, by the desk's names for them."""
    if member["status"] == ChatMember.OWNER:
        return ()
    missing = tuple(name for name, right in RIGHTS.items() if member.get(right) is not True)
    silenced = member["status"] == ChatMember.RESTRICTED and member.get("can_send_messages") is not True
    return (*missing, "speak") if silenced else missing
