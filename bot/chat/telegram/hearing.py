"""What a Telegram update means to the desk. Pure: the update comes as it was stored, and nothing is asked of anybody.

https://core.telegram.org/bots/api#update
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberUpdated,
    MaybeInaccessibleMessage,
    Message,
    Update,
    User,
)
from telegram.constants import ChatID

from bot.chat.telegram.buttons import opened
from bot.chat.telegram.files import files_of
from bot.chat.telegram.origins import origin_of, says_again
from bot.chat.telegram.rights import lacking
from bot.chat.telegram.sifting import sifted
from bot.chat.telegram.spoken import Named, forwarded_words, own_words
from handlers.conversation import Incoming, Place, Sender

TELEGRAM: Final = "telegram"
GENERAL: Final = "general"
# Whoever writes as the group, as a channel, or through the linked channel has one of these in place of an account.
NOBODY: Final = frozenset({ChatID.ANONYMOUS_ADMIN, ChatID.FAKE_CHANNEL, ChatID.SERVICE_CHAT})


class Unreadable(ValueError):
    """An update that is not built as Telegram describes it."""


class Hearing:
    """Reads the updates of one bot."""

    def __init__(self, bot_id: int, key: bytes) -> None:
        """Listen for the bot with this id; the key is the one that signs its buttons."""
        self.bot_id = bot_id
        self.key = key
        self.username = ""  # known once Telegram was asked; until then no mention and no /command@name is the desk's

    def hear(self, raw: Mapping[str, Any], received_at: datetime | None = None) -> Incoming | None:
        """Read an update; None for one that means nothing to the desk. Raises Unreadable.

        received_at: when it came, the only moment known of a tap; without it, when the tapped message was last changed.
        """
        try:
            kept = sifted(raw)
            heard = self._heard(Update.de_json(kept, None), received_at) if kept else None
            return _with_rights(heard, raw) if heard is not None and heard.notice in ("added", "rights") else heard
        except (TypeError, AttributeError, LookupError, ArithmeticError, OSError, ValueError) as trouble:
            raise Unreadable(f"{type(trouble).__name__}: {trouble}") from trouble

    def _heard(self, update: Update, received_at: datetime | None) -> Incoming | None:
        key = f"{self.bot_id}:{update.update_id}"
        if update.callback_query is not None:
            return self._tapped(key, update.callback_query, received_at)
        if update.my_chat_member is not None:
            return _presence(key, update.my_chat_member)
        edited = update.edited_message or update.edited_channel_post
        message = update.message or update.channel_post or edited
        if message is None:
            return None
        return _moved(key, message) or self._said(key, message, edited=message is edited)

    def _said(self, key: str, message: Message, *, edited: bool) -> Incoming | None:
        if _means_nothing(message) or says_again(message, self.bot_id):
            return None
        origin, files = origin_of(message), files_of(message)
        spoken = forwarded_words(message) if origin else own_words(message, Named(self.bot_id, self.username))
        if spoken is None or not (spoken.text or files):
            return None
        return Incoming(
            platform=TELEGRAM,
            key=key,
            at=message.edit_date or message.date if edited else message.date,
            place=_place(message.chat, message),
            sender=_sender(message),
            message_id=str(message.message_id),
            text=spoken.text,
            reply_to=_reply_to(message),
            origin=origin,
            files=files,
            album=f"{message.chat.id}/{message.media_group_id}" if message.media_group_id else None,
            edited=edited,
            addressed=spoken.addressed,
        )

    def _tapped(self, key: str, tap: CallbackQuery, received_at: datetime | None) -> Incoming | None:
        message = tap.message
        if message is None or tap.data is None:  # a message of inline mode, or a game: neither is ever sent by the desk
            return None
        changed_at = message.edit_date if isinstance(message, Message) else None
        return Incoming(
            platform=TELEGRAM,
            key=key,
            at=received_at or changed_at or message.date,
            place=_place(message.chat, message),
            sender=_person(tap.from_user),
            message_id=str(message.message_id),
            tap=opened(self.key, tap.data),
            receipt=tap.id,
        )


def _means_nothing(message: Message) -> bool:
    """Say whether a message is another bot's, or the copy of a channel's post in its discussion group."""
    user = message.from_user
    is_bot = user is not None and user.is_bot and user.id not in NOBODY
    return is_bot or bool(message.is_automatic_forward)


def _presence(key: str, change: ChatMemberUpdated) -> Incoming | None:
    """Read that the desk was let in or put out, or has other rights; in a 1:1 chat, unblocked or blocked."""
    was, now = change.old_chat_member.status, change.new_chat_member.status
    if was == now == ChatMember.LEFT:
        return None
    came_or_went: Literal["removed", "added"] = "removed" if now == ChatMember.LEFT else "added"
    return Incoming(
        platform=TELEGRAM,
        key=key,
        at=change.date,
        place=_place(change.chat),
        sender=_person(change.from_user),
        notice="rights" if was == now else came_or_went,
    )


def _with_rights(incoming: Incoming, raw: Mapping[str, Any]) -> Incoming:
    return incoming.model_copy(update={"lacks": lacking(raw["my_chat_member"]["new_chat_member"])})


def _moved(key: str, message: Message) -> Incoming | None:
    """Read that a group became a supergroup: the old one says so, and so does the new one, in any order."""
    old, new = message.migrate_from_chat_id or message.chat.id, message.migrate_to_chat_id or message.chat.id
    if old == new:
        return None
    return Incoming(
        platform=TELEGRAM,
        key=key,
        at=message.date,
        place=Place(account=str(old), title=message.chat.title or ""),
        sender=_sender(message),
        message_id=str(message.message_id),
        notice="moved",
        moved_to=str(new),
    )


def _place(chat: Chat, message: MaybeInaccessibleMessage | None = None) -> Place:
    in_topic = isinstance(message, Message) and message.is_topic_message and message.message_thread_id
    elsewhere = GENERAL if chat.is_forum else ""  # the one topic without a number
    return Place(
        account=str(chat.id),
        direct=chat.type == Chat.PRIVATE,
        public=chat.type == Chat.CHANNEL,
        title=chat.title or "",
        topic=str(in_topic) if in_topic else elsewhere,
    )


def _sender(message: Message) -> Sender:
    """Return who speaks; a group or a channel that speaks in its own name is nobody the desk could know."""
    speaker, user = message.sender_chat, message.from_user
    if speaker is None and user is not None:
        return _person(user, message.author_signature or "")
    chat = speaker or message.chat
    return Sender(account=str(chat.id), name=message.author_signature or chat.title or "", anonymous=True)


def _person(user: User, signature: str = "") -> Sender:
    if user.id in NOBODY:
        return Sender(account=str(user.id), name=signature or user.full_name, anonymous=True)
    return Sender(account=str(user.id), name=user.full_name)


def _reply_to(message: Message) -> str | None:
    """Return the message replied to. In a topic every message replies to the one that opened it: that says nothing."""
    replied = message.reply_to_message
    if replied is None or (replied.forum_topic_created is not None and replied.message_id == message.message_thread_id):
        return None
    return str(replied.message_id)
