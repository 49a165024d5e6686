"""Words in a chat that nobody has bound: a code, a known person's first message, or a stranger's."""

from datetime import timedelta
from typing import Final

from handlers.act import Act
from handlers.chats import accounts, codes, redeeming, words
from handlers.conversation import Incoming
from handlers.registry import due
from storage import timer as timers
from storage.timer import Timer

ANSWERED: Final = "start_answered"
ANSWER_LASTS: Final = timedelta(hours=1)  # a stranger's "/start" is answered once within it


def heard(act: Act) -> str:
    """Hear what is said in an unbound chat; return the kind of the act, or "" when it is to be routed as usual."""
    incoming = act.incoming
    if incoming is None or incoming.edited or incoming.press is not None or incoming.tap:
        return "unbound"
    direct, code = incoming.place.direct, codes.said(incoming.text)
    if direct and act.person is not None and not (code and redeeming.is_good(act, incoming, code)):
        return _connect(act, incoming)
    if code:
        return redeeming.redeem(act, incoming, code)
    return _introduce(act, incoming) if direct else "unbound"


def says_code(incoming: Incoming) -> bool:
    """Say whether a one-time code is said."""
    return not incoming.edited and incoming.press is None and codes.is_code(codes.said(incoming.text))


def code_said(act: Act) -> str:
    """Redeem a code that is said in a bound chat; "" when none is said there."""
    incoming = act.incoming
    if incoming is None or not says_code(incoming):
        return ""
    return redeeming.redeem(act, incoming, codes.said(incoming.text))


def _connect(act: Act, incoming: Incoming) -> str:
    """Let a known person be reached here from now on; what they said is still to be handled, but for "/start"."""
    person = act.somebody
    accounts.bind_direct(act, incoming, person, bound_by="start")
    act.reply(words.connected(person))
    return "connected" if codes.is_start(incoming.text) or codes.said(incoming.text) else ""


def _introduce(act: Act, incoming: Incoming) -> str:
    """Tell a stranger once what to give the administrator; "/start" is answered again, but seldom."""
    subject = f"{incoming.platform}:{incoming.sender.account}"
    known = act.chat is not None
    if known and not (codes.is_start(incoming.text) and timers.waiting(act.session, ANSWERED, subject) is None):
        return "unbound"
    accounts.met(act, incoming)
    act.later(ANSWERED, act.now + ANSWER_LASTS, subject=subject)
    act.reply(words.unknown(incoming.platform, incoming.sender.account))
    return "introduced"


@due(ANSWERED)
def may_answer_again(_act: Act, _timer: Timer) -> None:
    """Answer a stranger's next "/start" again."""
