"""What people do: write, forward, send files, edit, tap, react, come and go."""

from typing import Any, TypedDict, Unpack

from tests.platforms.bot_api.acting import Acting, act
from tests.platforms.bot_api.editing import rewrite
from tests.platforms.bot_api.html_text import found_entities, trimmed
from tests.platforms.bot_api.media import document_fields, photo_sizes, sticker_fields, video_fields
from tests.platforms.bot_api.methods import member_json
from tests.platforms.bot_api.world import Chat, Json, Member, Message

QUERY_LIFE = 600.0  # seconds, by the world's clock
PHOTO = b"\xff\xd8\xff\xe0 a photo"
Content = bytes | str


class Where(TypedDict, total=False):
    """Where and as whom a person writes; every act that writes takes these."""

    reply_to: int | None
    topic: int | None
    anonymous: bool
    via_channel: int | None
    date: int | None


class People(Acting):
    """The acts of people; each gives the message that it wrote."""

    @act
    def says(
        self,
        user: int,
        chat: int,
        text: str,
        *,
        entities: list[Json] | None = None,
        bot: str | None = None,
        **where: Unpack[Where],
    ) -> Message:
        """Write a text; a chat that is a user's number is the private chat with a bot."""
        return self.post(user, self.chat_of(chat, bot), _text(text, entities), **where)

    @act
    def starts(self, user: int, payload: str = "", *, bot: str | None = None) -> Message:
        """Open the private chat with a bot by /start, as a deep link does."""
        chat = self.chat_of(user, bot)
        if chat.blocked:
            self._private_change(chat, "kicked", "member")
        return self.post(user, chat, _text(f"/start {payload}".rstrip(), None))

    @act
    def forwards(
        self,
        user: int,
        chat: int,
        text: str = "",
        origin: Json | None = None,
        *,
        photo: Content | None = None,
        document: Content | None = None,
        video: Content | None = None,
        name: str = "document.pdf",
        media_group_id: str | None = None,
        entities: list[Json] | None = None,
        bot: str | None = None,
        **where: Unpack[Where],
    ) -> Message:
        """Forward a message; the origin is a MessageOrigin in which a user or chat may be its number alone."""
        fields = self._carried(photo, document, video, name)
        said = _caption(text, entities) if fields else _text(text, entities)
        whole = {**fields, **said, "forward_origin": self._origin(origin)}
        if media_group_id:
            whole["media_group_id"] = media_group_id
        return self.post(user, self.chat_of(chat, bot), whole, **where)

    @act
    def sends_photo(
        self,
        user: int,
        chat: int,
        content: Content = PHOTO,
        caption: str = "",
        *,
        media_group_id: str | None = None,
        bot: str | None = None,
        **where: Unpack[Where],
    ) -> Message:
        """Send a photo; its largest size has this content."""
        fields = {"photo": photo_sizes(self.world, _bytes(content)), **_caption(caption, None)}
        album = {"media_group_id": media_group_id} if media_group_id else {}
        return self.post(user, self.chat_of(chat, bot), {**fields, **album}, **where)

    @act
    def sends_document(
        self,
        user: int,
        chat: int,
        content: Content = b"%PDF-1.7",
        name: str = "document.pdf",
        caption: str = "",
        *,
        size: int | None = None,
        bot: str | None = None,
        **where: Unpack[Where],
    ) -> Message:
        """Send a document; `size` in bytes claims another size than its content has."""
        fields = {"document": document_fields(self.world, name, _bytes(content), size), **_caption(caption, None)}
        return self.post(user, self.chat_of(chat, bot), fields, **where)

    @act
    def sends_video(
        self,
        user: int,
        chat: int,
        content: Content = b"\x00\x00\x00 ftypmp42",
        caption: str = "",
        *,
        size: int | None = None,
        bot: str | None = None,
        **where: Unpack[Where],
    ) -> Message:
        """Send a video; `size` in bytes claims another size than its content has."""
        fields = {"video": video_fields(self.world, _bytes(content), size), **_caption(caption, None)}
        return self.post(user, self.chat_of(chat, bot), fields, **where)

    @act
    def sends_sticker(
        self, user: int, chat: int, emoji: str = "👍", *, bot: str | None = None, **where: Unpack[Where]
    ) -> Message:
        """Send a sticker."""
        return self.post(user, self.chat_of(chat, bot), {"sticker": sticker_fields(self.world, emoji)}, **where)

    @act
    def sends_album(
        self,
        user: int,
        chat: int,
        contents: list[Content],
        caption: str = "",
        *,
        origin: Json | None = None,
        bot: str | None = None,
        **where: Unpack[Where],
    ) -> list[Message]:
        """Send photos as an album: one message each, the caption on the first, one media_group_id."""
        album: Json = {"media_group_id": str(13_000_000_000 + self.world.count())}
        if origin is not None:
            album["forward_origin"] = self._origin(origin)
        sent = []
        for number, content in enumerate(contents):
            fields = {"photo": photo_sizes(self.world, _bytes(content)), **album}
            said = _caption(caption, None) if number == 0 else {}
            sent.append(self.post(user, self.chat_of(chat, bot), {**fields, **said}, **where))
        return sent

    @act
    def edits(self, user: int, chat: int, message_id: int, text: str, *, bot: str | None = None) -> Message:
        """Edit an own message's text or caption."""
        message = self._message(self.chat_of(chat, bot), message_id)
        if message.chat.kind != "channel" and message.sender != user:
            raise ValueError(f"message {message_id} is not from {user}")
        kept = {name: value for name, value in message.fields.items() if name not in {"entities", "caption_entities"}}
        said = _text(text, None) if "text" in kept else _caption(text, None)
        rewrite(message, {**kept, **said}, self.world.now())
        self.tell(message, "edited_channel_post" if message.chat.kind == "channel" else "edited_message")
        return message

    @act
    def channel_post(
        self, chat: int, text: str, *, photo: Content | None = None, date: int | None = None, signature: str = ""
    ) -> Message:
        """Publish a post in a channel."""
        fields = self._carried(photo, None, None, "")
        said = _caption(text, None) if fields else _text(text, None)
        signed = {"author_signature": signature} if signature else {}
        return self.post(0, self.chat_of(chat), {**fields, **said, **signed}, date=date)

    @act
    def taps(self, user: int, chat: int, message_id: int, button: str, *, bot: str | None = None) -> str:
        """Tap a button named by its label or callback data; gives the callback query's id."""
        message = self._message(self.chat_of(chat, bot), message_id)
        for found in (found for row in message.buttons for found in row):
            if button in (found["text"], found.get("callback_data")) and "callback_data" in found:
                return self._tap(user, message, found["callback_data"])
        raise LookupError(f"no button {button} on message {message_id}, only {message.labels}")

    @act
    def tap_with(self, user: int, chat: int, message_id: int, callback_data: str, *, bot: str | None = None) -> str:
        """Tap with callback data that need not stand on any button, even of a deleted message."""
        where = self.chat_of(chat, bot)
        if not 1 <= message_id <= len(where.messages):
            raise LookupError(f"no message {message_id} in {chat}")
        return self._tap(user, where.messages[message_id - 1], callback_data)

    @act
    def reacts(self, user: int, chat: int, message_id: int, emoji: str, *, bot: str | None = None) -> None:
        """React to a message; only bots that asked for it, and in groups administer, hear of it."""
        message = self._message(self.chat_of(chat, bot), message_id)
        reaction = {"old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": emoji}]}
        fields = {"chat": message.chat.json(), "message_id": message_id, "user": self.user_of(user).json()}
        for each in self.audience(message.chat):
            me = message.chat.member(each.user.id)
            if me is None or me.administers:
                self.delivery.emit(each, "message_reaction", {**fields, "date": self.world.now(), **reaction})

    @act
    def blocks(self, user: int, *, bot: str | None = None) -> None:
        """Block a bot."""
        chat = self.chat_of(user, bot)
        chat.blocked = True
        self._private_change(chat, "member", "kicked")

    def _private_change(self, chat: Chat, old: str, new: str) -> None:
        assert chat.user is not None
        for bot in self.audience(chat):
            shown = {"chat": chat.json(), "from": chat.user.json(), "date": self.world.now()}
            before, after = (member_json(Member(bot.user, standing), "private") for standing in (old, new))
            self.delivery.emit(bot, "my_chat_member", {**shown, "old_chat_member": before, "new_chat_member": after})

    def _tap(self, user: int, message: Message, callback_data: str) -> str:
        query, bot = str(4_000_000_000_000 + self.world.count()), self.owner(message)
        bot.queries[query] = self.world.clock() + QUERY_LIFE
        gone = {"chat": message.chat.json(), "message_id": message.message_id, "date": 0}
        shown = gone if message.deleted else message.json()
        whole = {"id": query, "from": self.user_of(user).json(), "message": shown, "data": callback_data}
        instance = str(7_000_000_000 + abs(message.chat.id))
        self.delivery.emit(bot, "callback_query", {**whole, "chat_instance": instance})
        return query

    def _message(self, chat: Chat, message_id: int) -> Message:
        message = chat.message(message_id)
        if message is None:
            raise LookupError(f"no message {message_id} in {chat.id}")
        return message

    def _carried(self, photo: Content | None, document: Content | None, video: Content | None, name: str) -> Json:
        if photo is not None:
            return {"photo": photo_sizes(self.world, _bytes(photo))}
        if document is not None:
            return {"document": document_fields(self.world, name, _bytes(document))}
        return {"video": video_fields(self.world, _bytes(video))} if video is not None else {}

    def _origin(self, given: Json | None) -> Json:
        origin: Json = {"date": self.world.now(), **(given or {"type": "hidden_user", "sender_user_name": "路人"})}
        if isinstance(origin.get("sender_user"), int):
            origin["sender_user"] = self.user_of(origin["sender_user"]).json()
        for name in ("sender_chat", "chat"):
            if isinstance(origin.get(name), int):
                origin[name] = self.world.chats[origin[name]].json()
        return origin


def _bytes(content: Content) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _text(text: str, entities: list[Json] | None) -> Json:
    return _said("text", "entities", text, entities)


def _caption(text: str, entities: list[Json] | None) -> Json:
    return _said("caption", "caption_entities", text, entities) if text else {}


def _said(name: str, entities_name: str, text: str, entities: list[Json] | None) -> dict[str, Any]:
    shown, given = trimmed(text, entities or [])
    found = given if entities is not None else found_entities(shown)
    return {name: shown, **({entities_name: found} if found else {})}
