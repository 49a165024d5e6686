"""The methods that change, delete and pin messages, and those that answer a tap."""

from collections.abc import Callable
from typing import Literal

from tests.platforms.bot_api.calling import Calling
from tests.platforms.bot_api.world import GROUPS, Chat, Json, Message, Toast, bad_request

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
DELETABLE = 48 * 3600  # seconds
MAX_TOAST = 200
PIN_RIGHT = {"channel": "can_edit_messages"}


def edit_message_text(call: Calling) -> Message:
    """https://core.telegram.org/bots/api#editmessagetext."""

    def change(message: Message) -> Json:
        if "text" not in message.fields:
            raise bad_request("there is no text in the message to edit")
        text, entities = call.said_text()
        message.parse_mode = call.parameters.text("parse_mode") or None
        return {"text": text, "entities": entities}

    return _edit(call, change)


def edit_message_caption(call: Calling) -> Message:
    """https://core.telegram.org/bots/api#editmessagecaption."""

    def change(message: Message) -> Json:
        if "text" in message.fields:
            raise bad_request("there is no caption in the message to edit")
        return {"caption": None, "caption_entities": None, **call.said_caption()}

    return _edit(call, change)


def edit_message_reply_markup(call: Calling) -> Message:
    """https://core.telegram.org/bots/api#editmessagereplymarkup."""
    return _edit(call, lambda _: {})


def _edit(call: Calling, change: Callable[[Message], Json]) -> Message:
    message = _own(call, call.chat())
    fields = {**message.fields, **change(message), "reply_markup": call.keyboard()}
    fields = {name: value for name, value in fields.items() if value not in (None, [])}
    if fields == message.fields:
        raise bad_request(NOT_MODIFIED)
    rewrite(message, fields, call.world.now())
    return message


def rewrite(message: Message, fields: Json, now: int) -> None:
    """Give a message other fields and keep the old ones."""
    message.history.append(message.fields)
    message.fields = {**fields, "edit_date": now}


def _own(call: Calling, chat: Chat) -> Message:
    message = chat.message(call.parameters.number("message_id") or 0)
    if message is None:
        raise bad_request("message to edit not found")
    posted = chat.kind == "channel" and call.me_in(chat).may("can_edit_messages")
    if message.service or not (posted or message.sender == call.bot.user.id):
        raise bad_request("message can't be edited")
    return message


def delete_message(call: Calling) -> Literal[True]:
    """https://core.telegram.org/bots/api#deletemessage."""
    chat = call.chat()
    message = chat.message(call.parameters.number("message_id") or 0)
    if message is None:
        raise bad_request("message to delete not found")
    _delete(call, message)
    return True


def delete_messages(call: Calling) -> Literal[True]:
    """https://core.telegram.org/bots/api#deletemessages — what is not there is skipped."""
    chat = call.chat()
    for number in call.parameters.read("message_ids") or []:
        message = chat.message(int(number))
        if message is not None:
            _delete(call, message)
    return True


def _delete(call: Calling, message: Message) -> None:
    chat = message.chat
    own = message.sender == call.bot.user.id or chat.kind == "private"
    if chat.kind == "channel":  # "Bots granted can_post_messages permissions can delete outgoing messages in channels"
        own = message.posted_by == call.bot.user.id and call.me_in(chat).may("can_post_messages")
    if not own and not call.me_in(chat).may("can_delete_messages"):
        raise bad_request("message can't be deleted")
    if call.world.now() - message.fields["date"] > DELETABLE:
        raise bad_request("message can't be deleted for everyone")
    message.deleted = True
    message.pinned = False
    if message.message_id in chat.pins:
        chat.pins.remove(message.message_id)


def pin_chat_message(call: Calling) -> Literal[True]:
    """https://core.telegram.org/bots/api#pinchatmessage."""
    chat = _pinnable(call)
    message = chat.message(call.parameters.number("message_id") or 0)
    if message is None:
        raise bad_request("message to pin not found")
    if message.pinned:
        return True
    message.pinned = True
    chat.pins.append(message.message_id)
    call.world.write(chat, {"from": call.bot.user.json(), "pinned_message": message.fields}, service=True)
    return True


def unpin_chat_message(call: Calling) -> Literal[True]:
    """https://core.telegram.org/bots/api#unpinchatmessage — the newest pin without a number."""
    chat = _pinnable(call)
    number = call.parameters.number("message_id", chat.pins[-1] if chat.pins else 0)
    message = chat.message(number or 0)
    if message is None:
        raise bad_request("message to unpin not found")
    _unpin(message)
    return True


def unpin_all_chat_messages(call: Calling) -> Literal[True]:
    """https://core.telegram.org/bots/api#unpinallchatmessages."""
    chat = _pinnable(call)
    for number in list(chat.pins):
        _unpin(chat.messages[number - 1])
    return True


def _unpin(message: Message) -> None:
    message.pinned = False
    if message.message_id in message.chat.pins:
        message.chat.pins.remove(message.message_id)


def _pinnable(call: Calling) -> Chat:
    chat = call.chat()
    everybody = chat.kind == "private" or (chat.kind in GROUPS and chat.members_may["can_pin_messages"])
    if not everybody and not call.me_in(chat).may(PIN_RIGHT.get(chat.kind, "can_pin_messages")):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


def answer_callback_query(call: Calling) -> Literal[True]:
    """https://core.telegram.org/bots/api#answercallbackquery."""
    query, text = call.parameters.text("callback_query_id"), call.parameters.text("text")
    if call.bot.queries.get(query, 0) < call.world.clock():
        raise bad_request(TOO_OLD)
    if len(text) > MAX_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    call.world.toasts.append(Toast(query, text, call.parameters.flag("show_alert")))
    return True
