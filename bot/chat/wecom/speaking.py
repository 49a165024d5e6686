"""What the desk does in a member's 1:1 chat, and in a group: say, say anew, take away, answer a tap.

A text cannot be changed and a card only once for each code, so what changes is said anew; the old is recalled, or its
buttons are disabled when it is too old for that. https://developer.work.weixin.qq.com/document/path/94867 (recall),
/94888 (codes)
"""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from typing import Final

from bot.chat.calls import Answer
from bot.chat.platform import SendFailed
from bot.chat.wecom.aibot_hearing import HEARD
from bot.chat.wecom.aibot_speaking import AibotSpeaking
from bot.chat.wecom.groups import MADE, group_letters, is_group
from bot.chat.wecom.letters import Enclosed, Message, letters
from bot.chat.wecom.line import Line
from bot.chat.wecom.words import REPLACED, SEEN
from config.accounts import WECOM, is_account
from config.language import Voice
from handlers.conversation import Content
from storage.database import Database

CODE: Final = "~"  # between a message's id and the code with which its card may be changed once
SHORT: Final = 10  # characters that a button shows


class Speaking:
    """Says things through a line."""

    def __init__(self, line: Line, voice: Voice, hooks: Mapping[str, str], database: Database) -> None:
        """Speak; voice: the language of what the form of a message adds; hooks: keys of webhooks by their chats.

        database: where it stands what the AI bot may say.
        """
        self._line = line
        self._voice = voice
        self._hooks = hooks
        self._aibot = AibotSpeaking(line, database, voice, hooks, self.send)

    def send(self, chat: str, content: Content) -> str:
        """Send all parts; return their ids with blanks between them."""
        if chat.startswith(HEARD):
            return self._aibot.send(chat, content)
        stamp = secrets.token_hex(4)
        voice = self._voice_for(content)
        parts = group_letters(content, voice) if is_group(chat) else letters(content, voice, stamp)
        ready = [self._handed_over(chat, part) if isinstance(part, Enclosed) else part for part in parts]
        sent: list[str] = []
        for part in ready:
            try:
                sent.append(self._put(chat, part))
            except SendFailed as failure:
                raise failure.half_out() if sent else failure from None
        return " ".join(sent)

    def edit(self, chat: str, message_id: str, content: Content) -> str:
        """Say anew and take the old away; return the new ids."""
        if chat.startswith(HEARD):
            return self._aibot.edit(chat, message_id, content)
        sent = self.send(chat, content)
        self.delete(chat, message_id)
        return sent

    def delete(self, chat: str, message_id: str) -> None:
        """Take a message away with all its parts; of what is too old for that the buttons are disabled.

        In a group nothing can be taken away.
        """
        if is_group(chat):
            return
        for part in message_id.split():
            number, _, code = part.partition(CODE)
            try:
                self._order("message/recall", {"msgid": number})
            except SendFailed:  # what stands there says its own time, and its buttons are checked when tapped
                if code:
                    with suppress(SendFailed):
                        self._change_card(chat, code, REPLACED.say(self._voice))

    def toast(self, chat: str, content: Content) -> None:
        """Answer a tap: on the card where the answer is short, else below it. Without words the card stays."""
        if chat.startswith(HEARD):
            if not content.spends:  # its cards change only for whoever taps them
                self._aibot.toast(chat, content)
            return
        words = content.text.strip()
        if content.spends:
            self._spend(chat, content.receipt, words)
            return
        if not words:
            return
        on_card = words if len(words) <= SHORT else SEEN.say(self._voice_for(content))
        changed = False
        if content.receipt:
            with suppress(SendFailed):  # the code was used or is too old: the words are said all the same
                self._change_card(chat, content.receipt, on_card)
                changed = True
        if not changed or on_card != words:
            self.send(chat, Content(words))

    def _voice_for(self, content: Content) -> Voice:
        return replace(self._voice, language=content.language) if content.language else self._voice

    def _spend(self, chat: str, message_id: str, words: str) -> None:
        """Put words in place of a card's buttons; one whose code is spent or too old answers for itself when tapped."""
        for code in (code for part in message_id.split() if (code := part.partition(CODE)[2])):
            with suppress(SendFailed):
                self._change_card(chat, code, words)

    def _handed_over(self, chat: str, enclosed: Enclosed) -> Message:
        """Hand a file over, which is no message yet: whatever fails, nothing is out. It is kept for three days."""
        file = BytesIO(enclosed.content)
        try:
            with self._line.telling():
                if chat in self._hooks:
                    answer = self._line.hand_to_hook(self._hooks[chat], enclosed.name, file)
                else:
                    answer = self._line.upload("media/upload", enclosed.name, file, type="file")
        except SendFailed as failure:
            raise SendFailed(str(failure), permanent=failure.permanent, after=failure.after) from None
        return {"msgtype": "file", "file": {"media_id": answer["media_id"]}}

    def _put(self, chat: str, message: Message) -> str:
        if is_group(chat):
            return self._put_in_group(chat, message)
        if not is_account(WECOM, chat.lower()):  # it would go to several members, or to all
            raise SendFailed("not the account of one member", permanent=True, unreachable=True)
        answer = self._order("message/send", {"touser": chat, "agentid": self._line.app.agent_id, **message})
        if chat.lower() in str(answer.get("invaliduser", "")).lower().split("|"):
            raise SendFailed("invaliduser", permanent=True, unreachable=True)
        code = answer.get("response_code")
        return f"{answer['msgid']}{CODE}{code}" if code else str(answer["msgid"])

    def _put_in_group(self, chat: str, message: Message) -> str:
        """Write into a group; WeCom gives such a message no name, so it gets one of ours."""
        if chat.startswith(MADE):
            self._order("appchat/send", {"chatid": chat.removeprefix(MADE), **message})
        elif chat not in self._hooks:
            raise SendFailed("this webhook is not in HUIYING_WECOM_GROUP_WEBHOOKS", permanent=True, unreachable=True)
        else:
            with self._line.telling():
                self._line.hook(self._hooks[chat], message)
        return f"g{secrets.token_hex(8)}"

    def _change_card(self, chat: str, code: str, words: str) -> None:
        changed = {"userids": [chat], "agentid": self._line.app.agent_id, "response_code": code}
        self._order("message/update_template_card", {**changed, "button": {"replace_name": words}})

    def _order(self, path: str, data: Message) -> Answer:
        with self._line.telling():
            return self._line.post(path, data)
