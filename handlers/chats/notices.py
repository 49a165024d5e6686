"""What becomes of the desk itself in a chat: it is let in, put out, blocked, or the chat moves."""

from datetime import timedelta
from typing import Final

from config.language import Said
from handlers.act import Act
from handlers.chats import binding, moving, owing, reaching, words
from handlers.conversation import Incoming
from handlers.registry import due
from storage import chat as chats
from storage import invitation as invitations
from storage import timer as timers
from storage.chat import Chat
from storage.timer import Timer

WAIT_FOR_CODE: Final = timedelta(minutes=10)


def noticed(act: Act) -> str:
    """Follow what became of the desk in a chat; return the kind of the act for the record."""
    incoming = act.incoming
    if incoming is None:
        return "nothing"
    bound = act.chat if act.chat is not None and act.chat.use not in ("unbound", "intake") else None
    if incoming.notice == "moved":
        if incoming.moved_to:
            moving.move(act, incoming.platform, incoming.place.account, incoming.moved_to)
    elif incoming.notice == "removed":
        if bound is not None:
            reaching.unreachable(act, bound, "")
    elif incoming.notice == "rights":
        _keep_rights(act, incoming)
    elif bound is not None:
        _back(act, bound)
    elif not incoming.place.direct:
        _let_in(act, incoming)
    return incoming.notice or "nothing"


def _back(act: Act, chat: Chat) -> None:
    reaching.reachable(act, chat)
    if chat.use != "direct":
        owing.tell_administrators(act, words.group_back(chat))


def _let_in(act: Act, incoming: Incoming) -> None:
    """Say nothing in a group nobody has bound, and leave it; when a code is out, somebody may be about to bind it."""
    place, sender = incoming.place, incoming.sender
    if not invitations.open_ones(act.session, "chat", incoming.platform, act.now):
        _leave(act, words.not_ours(place.title, sender.name, sender.account), incoming.platform, place.account)
        return
    act.later(
        binding.LEAVE_UNBOUND,
        act.now + WAIT_FOR_CODE,
        subject=binding.subject_of(incoming.platform, place.account),
        platform=incoming.platform,
        account=place.account,
        title=place.title,
        name=sender.name,
        by=sender.account,
        lacks=incoming.lacks,
    )


def _keep_rights(act: Act, incoming: Incoming) -> None:
    """Remember which rights are missing in a group that waits for its code."""
    subject = binding.subject_of(incoming.platform, incoming.place.account)
    waiting = timers.waiting(act.session, binding.LEAVE_UNBOUND, subject)
    if waiting is not None:
        act.later(
            binding.LEAVE_UNBOUND, waiting.due_at, subject=subject, **{**waiting.payload, "lacks": incoming.lacks}
        )


@due(binding.LEAVE_UNBOUND)
def nobody_bound_it(act: Act, timer: Timer) -> None:
    """Leave a group for which no code was said in time."""
    said = timer.payload
    chat = chats.by_account(act.session, said["platform"], said["account"])
    if chat is None or chat.use == "unbound":
        account = chat.account if chat is not None else said["account"]
        _leave(act, words.not_ours(said["title"], said["name"], said["by"]), said["platform"], account)


def _leave(act: Act, text: Said, platform: str, account: str) -> None:
    owing.tell_administrators(act, text)
    owing.leave(act, platform, account)
