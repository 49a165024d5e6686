"""What people do with an AI bot (智能机器人), and what its passive replies do.

https://developer.work.weixin.qq.com/document/path/100719 (messages), .../101027 (events), .../101031 (passive replies).
In groups it hears only who names it by @; pictures, voices and files come in 1:1 alone, and lie encrypted at their
address for five minutes.
"""

from collections.abc import Callable, Mapping

from tests.platforms.asgi import Json
from tests.platforms.wecom_api.acting import Acting
from tests.platforms.wecom_api.contents import BOT_MARKDOWN, check_card, check_words
from tests.platforms.wecom_api.delivery import Push
from tests.platforms.wecom_api.sealed import NotOpened
from tests.platforms.wecom_api.sending import change
from tests.platforms.wecom_api.showing import questions_of
from tests.platforms.wecom_api.world import Chat, Message, Robot

Replies = Mapping[str, Callable[[Chat, Json], None]]  # what is done, by the msgtype of a reply
URL_LIFE = 1.0  # hours for a response_url
PASSIVE = ("stream", "template_card", "stream_with_template_card")


class Robots(Acting):
    """The acts of members towards AI bots; without a group they talk to the bot alone."""

    def tells_bot(
        self,
        userid: str,
        text: str,
        group: str | None = None,
        *,
        quote: str | None = None,
        picture: bytes | None = None,
        bot: str | None = None,
    ) -> Push:
        """Write to a bot, in a group by @; `quote` is the text, `picture` the picture of a message that is quoted."""
        content = {"content": self._named(text, group, bot)}
        quoted = {"msgtype": "text", "text": {"content": quote}} if quote is not None else None
        if picture is not None:
            quoted = {"msgtype": "image", "image": {"url": self._sealed_file("image.jpg", picture, bot)}}
        return self._said(userid, group, "text", content, quoted, bot)

    def sends_bot_mixed(
        self,
        userid: str,
        text: str,
        picture: bytes,
        group: str | None = None,
        *,
        quote: str | None = None,
        bot: str | None = None,
    ) -> Push:
        """Write words and a picture in one message."""
        words = {"msgtype": "text", "text": {"content": self._named(text, group, bot)}}
        shown = {"msgtype": "image", "image": {"url": self._sealed_file("image.jpg", picture, bot)}}
        quoted = {"msgtype": "text", "text": {"content": quote}} if quote is not None else None
        return self._said(userid, group, "mixed", {"msg_item": [words, shown]}, quoted, bot)

    def sends_bot_file(
        self, userid: str, content: bytes, kind: str = "file", name: str = "document.pdf", *, bot: str | None = None
    ) -> Push:
        """Send a file, a picture or a video to a bot alone."""
        return self._said(userid, None, kind, {"url": self._sealed_file(name, content, bot)}, None, bot)

    def speaks_to_bot(self, userid: str, heard: str, *, bot: str | None = None) -> Push:
        """Speak to a bot alone; it gets what was understood."""
        return self._said(userid, None, "voice", {"content": heard}, None, bot)

    def enters_bot(self, userid: str, *, bot: str | None = None) -> Push:
        """Open the talk with a bot for the first time today."""
        robot, chat = self.world.robot(bot), self.bot_chat(userid, None)
        fields = {"msgtype": "event", "event": {"eventtype": "enter_chat"}, "create_time": self.world.now()}
        return self._tell(robot, chat, userid, fields, dict.fromkeys(("text", "template_card"), self._first))

    def likes_bot(self, userid: str, feedback: str, group: str | None = None, *, bot: str | None = None) -> Push:
        """Tell that an answer of the bot's was good: 用户反馈事件."""
        robot, chat = self.world.robot(bot), self.bot_chat(userid, group)
        event = {"eventtype": "feedback_event", "feedback_event": {"id": feedback, "type": 1}}
        return self._tell(robot, chat, userid, {"msgtype": "event", "event": event}, {})

    def taps_bot(
        self,
        userid: str,
        task_id: str,
        button: str,
        group: str | None = None,
        *,
        selected: dict[str, list[str]] | None = None,
        bot: str | None = None,
    ) -> Push:
        """Tap a card of a bot; told once, whatever comes of it."""
        robot, chat = self.world.robot(bot), self.bot_chat(userid, group)
        card = _card(chat, task_id)
        asked = questions_of(card.content)
        items = [{"question_key": key, "option_ids": {"option_id": ids}} for key, ids in (selected or {}).items()]
        if any(not set(ids) <= set(asked.get(key, ())) for key, ids in (selected or {}).items()):
            raise LookupError(f"the card has only {asked}")
        keys = [str(each["key"]) for each in card.buttons if button in (each["text"], each["key"])]
        if not keys:
            raise LookupError(f"no button {button} on card {task_id}, only {card.labels}")
        detail: Json = {"card_type": card.content["card_type"], "event_key": keys[0], "task_id": task_id}
        if items:
            detail["selected_items"] = {"selected_item": items}
        event = {"eventtype": "template_card_event", "template_card_event": detail}
        fields = {"msgtype": "event", "event": event, "create_time": self.world.now()}
        fields["response_url"] = self._response_url(chat, card)
        return self._tell(robot, chat, userid, fields, {"": lambda _, reply: _change(card, reply)}, repeats=False)

    def refreshes(self, stream: str, *, bot: str | None = None) -> Push:
        """Ask for how a stream goes on, as the vendor does until it is finished, six minutes at most."""
        for chat in self.world.chats.values():
            for message in chat.messages:
                if message.stream == stream and not message.content.get("finish"):
                    fields = {"msgtype": "stream", "stream": {"id": stream}}
                    replies = dict.fromkeys(("stream", "stream_with_template_card"), self._answered)
                    return self._tell(self.world.robot(bot), chat, chat.members[0], fields, replies)
        raise LookupError(f"no stream {stream} under way")

    def bot_chat(self, userid: str, group: str | None) -> Chat:
        """Find the group, or the talk that somebody has with a bot alone."""
        key = group or f"bot:{userid}"
        with self.world.lock:
            if group is None and key not in self.world.chats:
                self.world.chats[key] = Chat(key, "bot", members=[userid])
            return self.world.chat(key)

    def _named(self, text: str, group: str | None, bot: str | None) -> str:
        return f"@{self.world.robot(bot).name} {text}" if group else text

    def _sealed_file(self, name: str, content: bytes, bot: str | None) -> str:
        with self.world.lock:
            file = self.world.keep("file", name, self.world.robot(bot).sealer.encrypt_bytes(content), days=5 / 1440)
        return f"{self.world.url}{file.url_path}"

    def _said(
        self, userid: str, group: str | None, msgtype: str, content: Json, quote: Json | None, bot: str | None
    ) -> Push:
        robot, chat = self.world.robot(bot), self.bot_chat(userid, group)
        with self.world.lock:
            said = self.world.write(chat, msgtype, content, sender=userid)
        fields = {"response_url": self._response_url(chat, said), "msgtype": msgtype, msgtype: content}
        if quote is not None:
            fields["quote"] = quote
        return self._tell(robot, chat, userid, fields, dict.fromkeys(PASSIVE, self._answered))

    def _response_url(self, chat: Chat, said: Message) -> str:
        with self.world.lock:
            code = self.world.ticket(self.world.response_urls, chat.key, "", URL_LIFE)
            self.world.response_urls[code].answers = said
        return f"{self.world.url}/qyapi/cgi-bin/aibot/response?response_code={code}"

    def _tell(
        self,
        robot: Robot,
        chat: Chat,
        userid: str,
        fields: Json,
        replies: Replies,
        *,
        repeats: bool = True,
    ) -> Push:
        """Push, and do what the reply says, if it is one of those that fit."""
        whole: Json = {"msgid": f"CAIQ{self.world.count():012d}", "aibotid": robot.aibotid}
        if not chat.key.startswith("bot:"):
            whole["chatid"] = chat.key
        kind = "single" if chat.key.startswith("bot:") else "group"
        corp = {"corpid": self.world.visitors[userid]} if userid in self.world.visitors else {}
        whole |= {"chattype": kind, "from": {**corp, "userid": userid}, **fields}
        push = self.delivery.push(Push("bot", whole, robot.sealer), repeats=repeats)
        self.take(push, lambda: self._reply(push, chat, replies))
        return push

    def _reply(self, push: Push, chat: Chat, replies: Replies) -> None:
        reply = push.sealer.open_json(push.answer)
        does = replies.get(str(reply.get("msgtype", "")))
        if does is None:
            raise NotOpened(f"no reply of type {reply.get('msgtype')} here")
        does(chat, reply)

    def _first(self, chat: Chat, reply: Json) -> None:
        self.world.write(chat, reply["msgtype"], reply[reply["msgtype"]], passive=True)

    def _answered(self, chat: Chat, reply: Json) -> None:
        if reply["msgtype"] != "template_card":
            self._streamed(chat, reply)
        if "template_card" in reply and reply["msgtype"] != "stream":
            check_card(reply["template_card"])
            self.world.write(chat, "template_card", reply["template_card"], passive=True)

    def _streamed(self, chat: Chat, reply: Json) -> None:
        """Show what a stream says now: the whole of it each time."""
        stream = dict(reply["stream"])
        check_words("markdown", stream, most=BOT_MARKDOWN)
        for message in chat.messages:
            if message.stream == stream["id"]:
                message.history.append(message.content)
                message.content = stream
                return
        self.world.write(chat, "markdown", stream, passive=True).stream = stream["id"]


def _card(chat: Chat, task_id: str) -> Message:
    for message in reversed(chat.messages):
        if message.task_id == task_id:
            return message
    raise LookupError(f"no card {task_id} in {chat.key}")


def _change(card: Message, reply: Json) -> None:
    """Put another card in its place, for everybody; the task_id must be the card's."""
    if reply["response_type"] != "update_template_card" or reply["template_card"].get("task_id") != card.task_id:
        raise NotOpened("not an update of the card that was tapped")
    check_card(reply["template_card"])
    change(card, None, reply["template_card"])
