"""What the desk does in a chat of Telegram: say, change, take away, pin, answer a tap, leave."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from telegram import LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden

from bot.chat.platform import SendFailed
from bot.chat.telegram.errors import is_strangers, says
from bot.chat.telegram.letters import Letter, ids_of, keyboard, letters
from bot.chat.telegram.line import Line
from bot.chat.telegram.words import beginning, units
from handlers.conversation import Content

RESTS = (1.0, 3.0)  # seconds before a later part is tried again
LONGEST_REST = 45.0  # seconds; when Telegram wants a longer one, the whole message waits its turn
MOST_TOAST = 200  # UTF-16 units; https://core.telegram.org/bots/api#answercallbackquery
EASILY_MISSED = 80  # UTF-16 units; a longer answer to a tap waits until it is closed
ERASED = "…"

# The server's own sentences:
# https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp
UNCHANGED = ("message is not modified",)
CANNOT_EDIT = ("message to edit not found", "message can't be edited", "message_id_invalid", "there is no text in the")
DELETED = ("message to delete not found", "message_id_invalid", "message identifier is not specified")
CANNOT_DELETE = ("message can't be deleted", "message_delete_forbidden")
AS_IT_IS = ("chat_not_modified", "message to unpin not found")
EXPIRED = ("query is too old", "query id is invalid", "query_id_invalid")
NOT_THERE = ("chat not found", "peer_id_invalid", "bot is not a member", "user_not_participant", "group chat was")


class Speaking:
    """Says things through a line, under buttons sealed with a key."""

    def __init__(self, line: Line, key: bytes, seen: Callable[[Message], None]) -> None:
        """Speak; every message that went out is shown to `seen`."""
        self._line = line
        self._bot = line.bot
        self._key = key
        self._seen = seen

    # say

    async def send(self, chat: str, content: Content) -> str:
        """Send all parts; return their ids with blanks between them.

        What may be there already is said again only while Telegram answers at all: during an outage it would be tried
        again and again, and each time it might be there once more.
        """
        parts = letters(content, self._key)
        if content.again:
            with self._line.telling(repeatable=True):
                await self._line.within(self._bot.get_me())
        sent = await self._send_all(chat, parts)
        if content.exact and not _as_said(parts, sent):
            await self._clear(
                chat, [message.message_id for message in sent]
            )  # signed words stand as they are, or not at all
            raise SendFailed("shown differently", permanent=True)
        return _ids(message.message_id for message in sent)

    async def _send_all(self, chat: str, parts: Sequence[Letter]) -> list[Message]:
        sent = [await self._put(chat, parts[0])]
        return sent + [await self._put_next(chat, part) for part in parts[1:]]

    async def _put(self, chat: str, letter: Letter) -> Message:
        """Send one message, in a plainer form when the server takes no other."""
        with self._line.telling():
            try:
                return await self._say(chat, letter)
            except BadRequest as refused:
                plainer = letter.without(refused)
                if plainer is None:
                    raise
        return await self._put(chat, plainer)

    async def _say(self, chat: str, letter: Letter) -> Message:
        answered = letter.reply_to
        message = await self._line.within(
            self._bot.send_message(
                chat_id=account_of(chat),
                text=letter.html or letter.text,
                parse_mode=ParseMode.HTML if letter.html else None,
                reply_markup=letter.buttons,
                reply_parameters=ReplyParameters(answered, allow_sending_without_reply=True) if answered else None,
                message_thread_id=letter.topic,
                disable_notification=letter.silent,
                link_preview_options=LinkPreviewOptions(is_disabled=not letter.preview),
            )
        )
        self._seen(message)
        return message

    async def _put_next(self, chat: str, letter: Letter) -> Message:
        """Send a later part. What surely did not go out is tried again here, so that no half message stays behind."""
        for rest in RESTS:
            try:
                return await self._put(chat, letter)
            except SendFailed as failure:
                if failure.permanent or failure.unknown or failure.moved_to or failure.after > LONGEST_REST:
                    raise failure.half_out() from None
                with self._line.telling():
                    await asyncio.sleep(max(rest, failure.after))
        try:
            return await self._put(chat, letter)
        except SendFailed as failure:
            raise failure.half_out() from None

    # change

    async def edit(self, chat: str, message_id: str, content: Content) -> str:
        """Change all parts; return their ids, new ones for those that had to be sent again."""
        old, parts = ids_of(message_id), letters(content, self._key)
        with self._line.telling(repeatable=True):
            there = [await self._change(chat, number, part) for number, part in zip(old, parts, strict=False)]
        surplus = old[len(parts) :]
        if not all(there) or not old:
            await self._clear(
                chat, [number for number, is_there in zip(old, there, strict=False) if is_there] + surplus
            )
            return await self.send(chat, content)
        await self._clear(chat, surplus)
        added = [await self._put_next(chat, replace(part, reply_to=old[0])) for part in parts[len(old) :]]
        return _ids([*old[: len(parts)], *(message.message_id for message in added)])

    async def _change(self, chat: str, number: int, letter: Letter) -> bool:
        """Change one message; False when it is there no longer, or can be changed no longer."""
        try:
            await self._rewrite(chat, number, letter)
        except BadRequest as refused:
            if says(refused, *UNCHANGED):
                return True
            if says(refused, *CANNOT_EDIT):
                return False
            plainer = letter.without(refused)
            if plainer is None:
                raise
            return await self._change(chat, number, plainer)
        return True

    async def _rewrite(self, chat: str, number: int, letter: Letter) -> None:
        await self._line.within(
            self._bot.edit_message_text(
                chat_id=account_of(chat),
                message_id=number,
                text=letter.html or letter.text,
                parse_mode=ParseMode.HTML if letter.html else None,
                reply_markup=letter.buttons,
                link_preview_options=LinkPreviewOptions(is_disabled=not letter.preview),
            )
        )

    async def _clear(self, chat: str, numbers: Sequence[int]) -> None:
        """Take away what is no longer part of a message; what is too old for that is emptied, its buttons with it."""
        for number in numbers:
            try:
                await self._delete_one(chat, number)
            except SendFailed as failure:
                if not failure.permanent or failure.unreachable:
                    raise
                with self._line.telling(repeatable=True), suppress(BadRequest):
                    await self._rewrite(chat, number, Letter(ERASED))

    # take away

    async def delete(self, chat: str, message_id: str) -> None:
        """Take all parts away."""
        for number in ids_of(message_id):
            await self._delete_one(chat, number)

    async def _delete_one(self, chat: str, number: int) -> None:
        with self._line.telling(repeatable=True):
            try:
                await self._line.within(self._bot.delete_message(account_of(chat), number))
            except BadRequest as refused:
                if says(refused, *CANNOT_DELETE):
                    raise SendFailed("cannot be deleted any more", permanent=True) from None
                if not says(refused, *DELETED):
                    raise

    # pin

    async def pin(self, chat: str, message_id: str, *, pinned: bool) -> None:
        """Pin the first part, or no longer, and wake nobody."""
        for number in ids_of(message_id)[:1]:
            with self._line.telling(repeatable=True):
                try:
                    await self._pin(chat, number, pinned=pinned)
                except BadRequest as refused:
                    if not says(refused, *AS_IT_IS):
                        raise

    async def _pin(self, chat: str, number: int, *, pinned: bool) -> None:
        if pinned:
            await self._line.within(self._bot.pin_chat_message(account_of(chat), number, disable_notification=True))
        else:
            await self._line.within(self._bot.unpin_chat_message(account_of(chat), number))

    # answer a tap

    async def toast(self, chat: str, content: Content) -> None:
        """Answer a tap. What a toast cannot hold is also said in full, to the person alone where that is possible."""
        if content.spends:
            await self._spend(chat, content)
            return
        text = content.text.strip()
        with self._line.telling(repeatable=True):
            await self._acknowledge(content.receipt, beginning(text, MOST_TOAST))
        if units(text) > MOST_TOAST:
            await self._say_in_full(chat, content)

    async def _spend(self, chat: str, content: Content) -> None:
        """Put other buttons under a message; one that is gone, or has them already, needs none."""
        for number in ids_of(content.receipt)[-1:]:  # the last part bears them
            with self._line.telling(repeatable=True):
                try:
                    await self._line.within(
                        self._bot.edit_message_reply_markup(
                            chat_id=account_of(chat), message_id=number, reply_markup=keyboard(content, self._key)
                        )
                    )
                except BadRequest as refused:
                    if not says(refused, *UNCHANGED, *CANNOT_EDIT):
                        raise

    async def _acknowledge(self, receipt: str, text: str) -> None:
        try:
            await self._line.within(
                self._bot.answer_callback_query(receipt, text or None, show_alert=units(text) > EASILY_MISSED)
            )
        except BadRequest as refused:
            if not says(refused, *EXPIRED):
                raise

    async def _say_in_full(self, chat: str, content: Content) -> None:
        person = content.only_for
        try:
            await self.send(person or chat, Content(content.text))
        except SendFailed as failure:
            if not failure.unreachable or person in ("", chat):
                raise
            await self.send(chat, Content(content.text, reply_to=content.reply_to, topic=content.topic))

    # leave

    async def leave(self, chat: str) -> None:
        """Leave; where the bot is no longer, there is nothing to leave."""
        with self._line.telling(repeatable=True):
            try:
                await self._line.within(self._bot.leave_chat(account_of(chat)))
            except (Forbidden, BadRequest) as refused:
                if is_strangers(refused) or not (isinstance(refused, Forbidden) or says(refused, *NOT_THERE)):
                    raise


def account_of(chat: str) -> int | str:
    """Return a chat as the Bot API names it: its number, or its public name."""
    return int(chat) if chat.removeprefix("-").isdecimal() else chat


def _ids(numbers: Iterable[int]) -> str:
    return " ".join(map(str, numbers))


def _as_said(parts: Sequence[Letter], sent: Sequence[Message]) -> bool:
    """Say whether Telegram shows the words as they are, but for blanks at the ends of its messages."""
    return [part.text.strip() for part in parts] == [(message.text or "").strip() for message in sent]
