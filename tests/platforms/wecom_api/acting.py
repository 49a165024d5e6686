"""How what a person does becomes a callback, and how the desk's answer to it becomes a message."""

import re
from collections.abc import Callable
from contextlib import suppress

from tests.platforms.asgi import Json
from tests.platforms.wecom_api.contents import TEXT, cut
from tests.platforms.wecom_api.delivery import Delivery, Line, Push
from tests.platforms.wecom_api.sealed import NotOpened, read_xml
from tests.platforms.wecom_api.sending import card_of, change
from tests.platforms.wecom_api.world import ApiError, App, Message, World

EMPTY = ("", "success")
FAULTY = "该公众号提供的服务出现故障，请稍后再试"


class Acting:
    """What all the acts lean on."""

    def __init__(self) -> None:
        self.world = World()
        self.delivery = Delivery(self.world)

    def tell_app(self, userid: str, fields: Json, app: App) -> Push:
        """Push what a member did in the app, and take the passive reply."""
        whole = {"ToUserName": self.world.corp_id, "FromUserName": userid, "CreateTime": self.world.now()}
        push = self.delivery.push(Push("app", {**whole, **fields, "AgentID": app.agentid}, app.sealer))
        self.take(push, lambda: self._reply_to_member(userid, push))
        return push

    def tell_account(self, openid: str, fields: Json) -> Push:
        """Push what a follower did or what the platform reports, and take the passive reply."""
        account = self.world.own_account()
        whole = {"ToUserName": account.ghid, "FromUserName": openid, "CreateTime": self.world.now(), **fields}
        push = self.delivery.push(Push("account", whole, account.sealer))
        if openid in self.world.followers:
            self.take(push, lambda: self._reply_to_follower(openid, push))
            if push.statuses and not push.taken:
                self._complain(openid)
        return push

    def take(self, push: Push, reply: Callable[[], None]) -> None:
        """Let a passive reply do what it says; one that is not in order is as none, and counted."""
        if not push.taken or push.answer.strip() in EMPTY:
            return
        try:
            with self.world.lock:
                reply()
        except (ApiError, NotOpened, LookupError, KeyError) as trouble:
            push.trouble = str(trouble)
            if push.line == "account":
                self._complain(str(push.fields["FromUserName"]))

    def _complain(self, openid: str) -> None:
        with self.world.lock:
            self.world.write(self.world.chat(openid), "system", {"content": FAULTY}, sender="wechat")

    def _reply_to_member(self, userid: str, push: Push) -> None:
        """https://developer.work.weixin.qq.com/document/path/90241."""
        fields = push.sealer.open_xml(push.answer)
        if fields["MsgType"] in ("update_button", "update_template_card"):
            card = card_of(self.world, userid, str(push.fields["TaskId"]))
            if card is None:
                raise NotOpened("there is no such card")
            if fields["MsgType"] == "update_button":
                change(card, {"replace_name": fields["Button"]["ReplaceName"]}, None)
            else:
                change(card, None, _snake(fields["TemplateCard"]))
            return
        self._write_passive(userid, fields)

    def _reply_to_follower(self, openid: str, push: Push) -> None:
        """https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html."""
        plain = self.world.own_account().mode == "plain"
        self._write_passive(openid, read_xml(push.answer) if plain else push.sealer.open_xml(push.answer))

    def _write_passive(self, who: str, fields: Json) -> Message:
        if fields["ToUserName"] != who:
            raise NotOpened(f"the reply is for {fields['ToUserName']!r}")
        msgtype = str(fields["MsgType"])
        inner = fields.get(msgtype.capitalize(), {})
        content = {"content": fields["Content"]} if msgtype == "text" else _snake(inner)
        message = self.world.write(self.world.chat(who), msgtype, content, passive=True)
        message.cut = msgtype == "text" and cut(message.content, "content", TEXT)
        return message

    def verifies(self, line: Line) -> bool:
        """Ask for the echo, as the console does; tells whether the desk gave it."""
        sealers = {
            "app": lambda: self.world.app().sealer,
            "bot": lambda: self.world.robot().sealer,
            "account": lambda: self.world.own_account().sealer,
        }
        return self.delivery.verify(line, sealers[line]())


LISTS = ("button_list", "horizontal_content_list", "jump_list", "select_list", "option_list", "action_list", "articles")


def _snake(value: Json) -> Json:
    """Name XML's fields as JSON does; what JSON has as a list is one, however often XML repeats it."""
    read: Json = {}
    for name, inner in value.items():
        key = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
        each = [_snake(one) if isinstance(one, dict) else _number(one) for one in _listed(inner)]
        read[key] = each if key in LISTS else each[0]
    return read


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _number(value: object) -> object:
    with suppress(ValueError):
        return int(str(value))
    return value
