"""What people do with the app and with the official account: write, send files, tap, come and go.

Members: https://developer.work.weixin.qq.com/document/path/90239 (消息格式) and .../90240 (事件格式). Followers:
https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html and
.../Receiving_event_pushes.html. Whoever is a member acts in the app, whoever is a follower in the official account.
"""

from tests.platforms.asgi import Json
from tests.platforms.wecom_api.acting import Acting
from tests.platforms.wecom_api.delivery import Push
from tests.platforms.wecom_api.showing import questions_of
from tests.platforms.wecom_api.world import Message, StoredFile

PICTURE = b"\xff\xd8\xff\xe0 a picture"
CARD_LIFE = 72.0  # hours for a response_code
Content = bytes | str


class People(Acting):
    """The acts of members and followers; each gives the callback that it led to."""

    def says(self, who: str, text: str, *, agentid: int | None = None) -> Push:
        """Write a text."""
        return self._message(who, "text", {"content": text}, {"Content": text}, agentid)

    def sends_image(self, who: str, content: Content = PICTURE, *, agentid: int | None = None) -> Push:
        """Send a picture."""
        file = self._file("image", "picture.jpg", content)
        fields = {"PicUrl": f"{self.world.url}{file.url_path}", "MediaId": file.media_id}
        return self._message(who, "image", {"media_id": file.media_id}, fields, agentid)

    def sends_voice(self, who: str, content: Content = b"#!AMR voice", *, agentid: int | None = None) -> Push:
        """Send what one said."""
        file = self._file("voice", "voice.amr", content)
        fields = {"MediaId": file.media_id, "Format": "amr"}
        return self._message(who, "voice", {"media_id": file.media_id}, fields, agentid)

    def sends_video(self, who: str, content: Content = b"\0\0\0 ftypmp42", *, agentid: int | None = None) -> Push:
        """Send a video."""
        file, thumb = self._file("video", "video.mp4", content), self._file("image", "thumb.jpg", PICTURE)
        fields = {"MediaId": file.media_id, "ThumbMediaId": thumb.media_id}
        return self._message(who, "video", {"media_id": file.media_id}, fields, agentid)

    def sends_file(
        self, who: str, content: Content = b"%PDF-1.7", name: str = "document.pdf", *, agentid: int | None = None
    ) -> Push:
        """Send a file; the vendor's page names no such message for apps, so its fields are those of a picture."""
        file = self._file("file", name, content)
        fields = {"MediaId": file.media_id, "Title": name}
        return self._message(who, "file", {"media_id": file.media_id, "name": name}, fields, agentid)

    def sends_location(
        self, who: str, label: str, latitude: float = 22.53, longitude: float = 114.05, *, agentid: int | None = None
    ) -> Push:
        """Send a place."""
        fields = {"Location_X": latitude, "Location_Y": longitude, "Scale": 16, "Label": label}
        if who in self.world.members:
            fields["AppType"] = "wxwork"
        return self._message(who, "location", {"content": label}, fields, agentid)

    def sends_link(self, who: str, title: str, url: str, description: str = "", *, agentid: int | None = None) -> Push:
        """Forward an article."""
        fields = {"Title": title, "Description": description, "Url": url}
        if who in self.world.members:
            fields["PicUrl"] = f"{self.world.url}/files/cover.jpg"
        return self._message(who, "link", {"title": title, "url": url}, fields, agentid)

    def enters(self, userid: str, *, agentid: int | None = None) -> Push:
        """Open the app."""
        return self.event(userid, "enter_agent", {"EventKey": ""}, agentid=agentid)

    def subscribes(self, who: str, *, agentid: int | None = None) -> Push:
        """Come into the app's range, or follow the account."""
        self._set_subscribed(who, on=True)
        return self.event(who, "subscribe", {"EventKey": ""}, agentid=agentid)

    def unsubscribes(self, who: str, *, agentid: int | None = None) -> Push:
        """Leave the app's range, or the account."""
        self._set_subscribed(who, on=False)
        return self.event(who, "unsubscribe", {"EventKey": ""}, agentid=agentid)

    def clicks(self, who: str, key: str, *, agentid: int | None = None) -> Push:
        """Click an entry of the menu."""
        return self.event(who, "click" if who in self.world.members else "CLICK", {"EventKey": key}, agentid=agentid)

    def taps(
        self,
        userid: str,
        task_id: str,
        button: str,
        selected: dict[str, list[str]] | None = None,
        *,
        agentid: int | None = None,
    ) -> Push:
        """Tap a card's button by label or key; on a card of choices with what was chosen: {question_key: ids}."""
        card = self.card(userid, task_id)
        for found in card.buttons:
            if button in (found["text"], found["key"]):
                return self.tap_with(userid, task_id, str(found["key"]), selected, agentid=agentid)
        raise LookupError(f"no button {button} on card {task_id}, only {card.labels}")

    def tap_with(
        self,
        userid: str,
        task_id: str,
        key: str,
        selected: dict[str, list[str]] | None = None,
        *,
        agentid: int | None = None,
    ) -> Push:
        """Tap with a key that need not stand on the card any more, as whoever still sees the old one does."""
        card, app = self.card(userid, task_id), self.world.app(agentid)
        first = card.history[0] if card.history else card.content
        codes = self.world.response_codes
        fields = {
            "EventKey": key,
            "TaskId": task_id,
            "CardType": first["card_type"],
            "ResponseCode": self.world.ticket(codes, str(app.agentid), task_id, CARD_LIFE, userid),
        }
        return self.event(userid, "template_card_event", {**fields, **_selected(first, selected)}, agentid=agentid)

    def card(self, userid: str, task_id: str) -> Message:
        """Find a card in a member's chat."""
        with self.world.lock:
            for message in reversed(self.world.chat(userid).messages):
                if message.task_id == task_id:
                    return message
        raise LookupError(f"no card {task_id} for {userid}")

    def event(self, who: str, event: str, fields: Json | None = None, *, agentid: int | None = None) -> Push:
        """Let any event happen to a member or a follower."""
        whole = {"MsgType": "event", "Event": event, **(fields or {})}
        if who in self.world.members:
            return self.tell_app(who, whole, self.world.app(agentid))
        return self.tell_account(who, whole)

    def _message(self, who: str, msgtype: str, content: Json, fields: Json, agentid: int | None) -> Push:
        with self.world.lock:
            message = self.world.write(self.world.chat(who), msgtype, content, sender=who)
        whole = {"MsgType": msgtype, **fields, "MsgId": int(message.msgid)}
        if who in self.world.members:
            return self.tell_app(who, whole, self.world.app(agentid))
        follower = self.world.followers[who]
        follower.wrote_at, follower.answers = self.world.clock(), 0
        return self.tell_account(who, whole)

    def _file(self, kind: str, name: str, content: Content) -> StoredFile:
        with self.world.lock:
            return self.world.keep(kind, name, content.encode() if isinstance(content, str) else content)

    def _set_subscribed(self, who: str, *, on: bool) -> None:
        if who in self.world.followers:
            self.world.followers[who].subscribed = on
        else:
            self.world.members[who].active = on


def _selected(card: Json, selected: dict[str, list[str]] | None) -> Json:
    """Say what was chosen, as the callback does; every choice must be one of the card's."""
    asked = questions_of(card)
    items = []
    for question, ids in (selected or {}).items():
        if not set(ids) <= set(asked.get(question, ())):
            raise LookupError(f"{question} has only {asked.get(question)}")
        items.append({"QuestionKey": question, "OptionIds": {"OptionId": ids}})
    return {"SelectedItems": {"SelectedItem": items}} if items else {}
