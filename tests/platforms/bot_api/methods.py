"""Every method by name, and those about the bot itself, its chats and its files."""

import re
from collections.abc import Callable
from typing import Literal

from tests.platforms.bot_api import editing, sending
from tests.platforms.bot_api.calling import Calling
from tests.platforms.bot_api.world import GROUPS, Json, Member, bad_request, forbidden

Method = Callable[[Calling], object]
MAX_DOWNLOAD = 20 * 1024 * 1024  # bytes
MAX_COMMANDS = 100
MAX_DESCRIPTION = 256
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
RIGHTS = (
    "can_be_edited",
    "can_manage_chat",
    "can_change_info",
    "can_delete_messages",
    "can_invite_users",
    "can_restrict_members",
    "can_promote_members",
    "can_manage_video_chats",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "is_anonymous",
)
IN_GROUPS = ("can_pin_messages", "can_manage_topics")
IN_CHANNELS = ("can_post_messages", "can_edit_messages")
PERMISSIONS = (
    *("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos"),
    *("can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages"),
    *("can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics"),
    *("can_edit_tag", "can_react_to_messages"),
)
GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_me(call: Calling) -> Json:
    """https://core.telegram.org/bots/api#getme."""
    return call.bot.json()


def member_json(member: Member, kind: str) -> Json:
    """Show as the API's ChatMember."""
    shown: Json = {"status": member.standing, "user": member.user.json()}
    if member.standing == "creator":
        return {**shown, "is_anonymous": member.rights.get("is_anonymous", False)}
    if member.standing == "administrator":
        own = IN_CHANNELS if kind == "channel" else IN_GROUPS
        return {**shown, **{right: member.rights.get(right, False) for right in (*RIGHTS, *own)}}
    if member.standing == "restricted":
        may = {right: member.rights.get(right, False) for right in PERMISSIONS}
        return {**shown, **may, "is_member": True, "until_date": 0}
    return {**shown, "until_date": 0} if member.standing == "kicked" else shown


def get_chat(call: Calling) -> Json:
    """https://core.telegram.org/bots/api#getchat."""
    chat = call.known_chat()
    if chat.kind != "private":
        chat = call.chat()
    shown = {**chat.json(), "accent_color_id": 0, "max_reaction_count": 11}
    shown["accepted_gift_types"] = dict.fromkeys(GIFTS, False)
    if chat.kind in GROUPS:
        shown["permissions"] = {right: chat.members_may.get(right, True) for right in PERMISSIONS}
    if chat.pins:
        shown["pinned_message"] = chat.messages[chat.pins[-1] - 1].fields
    return shown


def get_chat_member(call: Calling) -> Json:
    """https://core.telegram.org/bots/api#getchatmember."""
    chat = call.chat()
    user = call.world.users.get(call.parameters.number("user_id") or 0)
    if user is None:
        raise bad_request("user not found")
    if chat.kind == "channel" and not call.me_in(chat).administers and user is not call.bot.user:
        raise bad_request("member list is inaccessible")
    default = Member(user) if chat.kind == "private" else Member(user, "left")
    return member_json(chat.members.get(user.id, default), chat.kind)


def get_chat_administrators(call: Calling) -> list[Json]:
    """https://core.telegram.org/bots/api#getchatadministrators — without other bots."""
    chat = call.chat()
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    found = [member for member in chat.members.values() if member.administers]
    kept = [member for member in found if not member.user.is_bot or member.user is call.bot.user]
    return [member_json(member, chat.kind) for member in kept]


def get_chat_member_count(call: Calling) -> int:
    """https://core.telegram.org/bots/api#getchatmembercount."""
    return sum(member.present for member in call.chat().members.values())


def leave_chat(call: Calling) -> Literal[True]:
    """https://core.telegram.org/bots/api#leavechat."""
    chat = call.chat()
    if chat.kind == "private":
        raise forbidden("bot can't leave a private chat")
    me = call.me_in(chat)
    old = member_json(me, chat.kind)
    me.standing, me.rights = "left", {}
    change = {"chat": chat.json(), "from": call.bot.user.json(), "date": call.world.now(), "old_chat_member": old}
    call.emit(call.bot, "my_chat_member", {**change, "new_chat_member": member_json(me, chat.kind)})
    return True


def command_key(scope: Json | None, language: str) -> tuple[str, str]:
    """Name a list of commands by its scope and language."""
    whole = scope or {"type": "default"}
    parts = [str(whole[name]) for name in ("type", "chat_id", "user_id") if name in whole]
    return ":".join(parts), language


def _key(call: Calling) -> tuple[str, str]:
    return command_key(call.parameters.read("scope"), call.parameters.text("language_code"))


def set_my_commands(call: Calling) -> Literal[True]:
    """https://core.telegram.org/bots/api#setmycommands."""
    commands = call.parameters.read("commands") or []
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.fullmatch(command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= MAX_DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    call.bot.commands[_key(call)] = commands
    return True


def get_my_commands(call: Calling) -> list[Json]:
    """https://core.telegram.org/bots/api#getmycommands."""
    return call.bot.commands.get(_key(call), [])


def delete_my_commands(call: Calling) -> Literal[True]:
    """https://core.telegram.org/bots/api#deletemycommands."""
    call.bot.commands.pop(_key(call), None)
    return True


def get_file(call: Calling) -> Json:
    """https://core.telegram.org/bots/api#getfile."""
    file = call.world.files.get(call.parameters.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if file.size > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    known = {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": file.size}
    return {**known, "file_path": file.path}


def send_chat_action(call: Calling) -> Literal[True]:
    """https://core.telegram.org/bots/api#sendchataction."""
    call.chat()
    return True


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendVideo": sending.send_video,
    "sendMediaGroup": sending.send_media_group,
    "sendChatAction": send_chat_action,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "pinChatMessage": editing.pin_chat_message,
    "unpinChatMessage": editing.unpin_chat_message,
    "unpinAllChatMessages": editing.unpin_all_chat_messages,
    "answerCallbackQuery": editing.answer_callback_query,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "getFile": get_file,
}
