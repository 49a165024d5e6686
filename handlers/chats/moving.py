"""A chat that moved to another account: the desk follows, and forgets none of what it owes there."""

from handlers.act import Act
from handlers.chats import owing, words
from storage import moving


def move(act: Act, platform: str, old: str, new: str) -> None:
    """Let a chat be at its new account, with everything that is keyed by it; a second time it changes nothing."""
    moved = moving.move(act.session, platform, old, new)
    if moved is None:
        return
    act.note(moved=f"{platform}:{old}", to=f"{platform}:{new}")
    if act.chat is not None and act.chat.platform == platform and act.chat.account in (old, new):
        act.chat = moved.chat
    if moved.both is not None:
        owing.tell_administrators(act, words.became_one(moved.chat, *moved.both))
