"""A group or channel comes to be of use to the desk, or is let go."""

from collections.abc import Sequence
from typing import Final

from config.language import lines
from handlers.act import Act
from handlers.chats import accounts, first_start, owing, words
from handlers.conversation import Incoming
from storage import moving
from storage import person as people
from storage import timer as timers
from storage.chat import Chat
from storage.invitation import Invitation

GROUPS: Final = ("staff", "joint_meeting", "release_channel")
LEAVE_UNBOUND: Final = "leave_unbound"
# What each use needs the desk to be allowed, in the order in which it is told.
WANTED: Final = {
    "staff": ("speak", "pin", "delete"),
    "joint_meeting": ("speak",),
    "release_channel": ("post", "edit", "delete"),
}


def may_be(use: str, *, public: bool) -> bool:
    """Say whether a place can have a use: what the public reads is for releases alone."""
    return use == "release_channel" or not public


def bind(act: Act, incoming: Incoming, invitation: Invitation) -> str:
    """Let the group or channel in which a code was said be used as its code says."""
    place = incoming.place
    accounts.use_up(act, incoming, invitation)
    chat = accounts.met(act, incoming)
    former = chat.use if chat.use in GROUPS and chat.use != invitation.use else ""
    if former:
        moving.let_go(act.session, chat)
    chat.use, chat.bound_by, chat.unreachable_since = invitation.use, "code", None
    chat.title, chat.topic = place.title or chat.title, place.topic
    people.save(act.session, chat)
    missing = _missing(act, chat)
    act.no_longer(LEAVE_UNBOUND, subject_of(chat.platform, chat.account))
    _say_bound(act, incoming, chat, former, missing)
    if chat.use == "staff":
        first_start.ask_now(act)
    return "chat_bound"


def _missing(act: Act, chat: Chat) -> list[str]:
    """List the rights the desk wants here and was not given when it was let in; none when nobody told."""
    waiting = timers.waiting(act.session, LEAVE_UNBOUND, subject_of(chat.platform, chat.account))
    lacks = waiting.payload.get("lacks", ()) if waiting is not None else ()
    return [right for right in WANTED[chat.use] if right in lacks]


def _say_bound(act: Act, incoming: Incoming, chat: Chat, former: str, missing: Sequence[str]) -> None:
    if incoming.place.public:  # the public reads no word about how the desk is set up
        owing.delete(act, chat.platform, chat.account, incoming.message_id)
    else:
        act.reply(words.bound_here(chat.use))
    grant = words.rights_missing(chat, missing) if missing else None
    owing.tell_administrators(act, lines(words.bound(chat, former, act.person, incoming.sender), grant))
    if grant is not None and act.person is not None and not act.person.has("administrator"):
        act.tell(act.person, grant)


def unbind(act: Act, chat: Chat) -> None:
    """Let a group or channel go, and leave it."""
    use = chat.use
    moving.let_go(act.session, chat)
    owing.leave(act, chat.platform, chat.account)
    owing.tell_administrators(act, words.unbound(chat, use, act.somebody))


def subject_of(platform: str, account: str) -> str:
    """Name a chat for a timer."""
    return f"{platform}:{account}"
