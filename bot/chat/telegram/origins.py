"""Where a forwarded message comes from. https://core.telegram.org/bots/api#messageorigin"""

from telegram import (
    Message,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)

from handlers.conversation import Origin

_PRIVATE_ID = "-100"  # how the Bot API marks the ids of channels and supergroups, and links do not


def origin_of(message: Message) -> Origin | None:
    """Return where a message was forwarded from; None for one that was not. Of a person only the name is kept."""
    match message.forward_origin:
        case None:
            return None
        case MessageOriginChannel() as channel:
            return _channel(channel)
        case MessageOriginChat(date=posted_at, sender_chat=chat, author_signature=signature):
            author = " · ".join(filter(None, (chat.title, signature)))
            return Origin(kind="chat", author=author, posted_at=posted_at)
        case MessageOriginUser(date=posted_at, sender_user=user):
            return Origin(kind="user", author=user.full_name, posted_at=posted_at)
        case MessageOriginHiddenUser(date=posted_at, sender_user_name=name):
            return Origin(kind="hidden_user", author=name, posted_at=posted_at)
        case MessageOrigin(date=posted_at):  # a kind that came after this was written: a forward all the same
            return Origin(kind="hidden_user", posted_at=posted_at)


def says_again(message: Message, bot_id: int) -> bool:
    """Say whether a message only passes on what the desk itself has said."""
    origin = message.forward_origin
    return isinstance(origin, MessageOriginUser) and origin.sender_user.id == bot_id


def _channel(origin: MessageOriginChannel) -> Origin:
    chat = origin.chat
    path = chat.username or f"c/{str(chat.id).removeprefix(_PRIVATE_ID)}"
    return Origin(
        kind="channel",
        key=f"channel:{chat.id}/{origin.message_id}",
        author=chat.title or "",
        url=f"https://t.me/{path}/{origin.message_id}",
        posted_at=origin.date,
    )
