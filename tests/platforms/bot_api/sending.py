"""The methods that put messages into chats."""

from pathlib import PurePath

from tests.platforms.asgi import Upload
from tests.platforms.bot_api.calling import Calling
from tests.platforms.bot_api.media import document_fields, photo_sizes, video_fields
from tests.platforms.bot_api.world import Chat, Json, Message, StoredFile, World, bad_request

ALBUM = range(2, 11)


def send_message(call: Calling) -> Message:
    """https://core.telegram.org/bots/api#sendmessage."""
    chat = call.writable_chat()
    text, entities = call.said_text()
    message = _send(call, chat, {"text": text, **({"entities": entities} if entities else {})})
    message.parse_mode = call.parameters.text("parse_mode") or None
    message.link_preview_options = call.parameters.read("link_preview_options")
    return message


def send_photo(call: Calling) -> Message:
    """https://core.telegram.org/bots/api#sendphoto."""
    return _send_media(call, "photo")


def send_document(call: Calling) -> Message:
    """https://core.telegram.org/bots/api#senddocument."""
    return _send_media(call, "document")


def send_video(call: Calling) -> Message:
    """https://core.telegram.org/bots/api#sendvideo."""
    return _send_media(call, "video")


def send_media_group(call: Calling) -> list[Message]:
    """https://core.telegram.org/bots/api#sendmediagroup."""
    chat = call.writable_chat()
    items = call.parameters.read("media") or []
    if len(items) not in ALBUM:
        raise bad_request("expected 2-10 elements in the album")
    album = str(call.world.count() + 13_000_000_000)
    wholes = [
        {**_media(call, item["type"], str(item["media"])), **call.said_caption(item), "media_group_id": album}
        for item in items
    ]
    return [_send(call, chat, fields) for fields in wholes]


def _send_media(call: Calling, kind: str) -> Message:
    chat = call.writable_chat()
    return _send(call, chat, {**_media(call, kind, call.parameters.text(kind)), **call.said_caption()})


def _send(call: Calling, chat: Chat, fields: Json) -> Message:
    keyboard = call.keyboard()
    place, answers = call.placed(chat, call.answered(chat))
    author = {"sender_chat": chat.json()} if chat.kind == "channel" else {"from": call.bot.user.json()}
    whole = {**author, **place, **fields, **({"reply_markup": keyboard} if keyboard else {})}
    message = call.world.write(chat, whole, answers=answers)
    message.silent = call.parameters.flag("disable_notification")
    message.posted_by = call.bot.user.id
    return message


def _media(call: Calling, kind: str, given: str) -> Json:
    """Keep what was uploaded, or name again what is kept already."""
    upload = call.parameters.uploads.get(given.removeprefix("attach://")) or call.parameters.uploads.get(kind)
    if upload is None:
        return _again(call.world, kind, given)
    if not upload[1]:
        raise bad_request("file must be non-empty")
    return _kept(call.world, kind, upload)


def _kept(world: World, kind: str, upload: Upload) -> Json:
    name, content = upload
    if kind == "photo":
        return {"photo": photo_sizes(world, content)}
    if kind == "video":
        return {"video": video_fields(world, content)}
    return {"document": document_fields(world, name, content)}


def _again(world: World, kind: str, file_id: str) -> Json:
    file = world.files.get(file_id)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return _named(kind, file)


def _named(kind: str, file: StoredFile) -> Json:
    known = {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": file.size}
    if kind == "photo":
        return {"photo": [{**known, "width": 1280, "height": 960}]}
    if kind == "video":
        return {"video": {**known, "width": 1280, "height": 720, "duration": 10}}
    return {"document": {**known, "file_name": PurePath(file.path).name}}
