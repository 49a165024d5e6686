"""A code is said: whoever or whatever it is for is connected; a code that is no good is answered, but not for ever."""

from datetime import timedelta
from typing import Final

from handlers.act import Act
from handlers.chats import accounts, binding, codes, owing, words
from handlers.conversation import Incoming
from handlers.registry import due
from storage import invitation as invitations
from storage import person as people
from storage import timer as timers
from storage.invitation import Invitation
from storage.timer import Timer

WRONG: Final = "wrong_codes"
WRONG_LASTS: Final = timedelta(hours=1)
MOST_WRONG: Final = 5  # answers an account gets for codes that are no good, within WRONG_LASTS


def redeem(act: Act, incoming: Incoming, code: str) -> str:
    """Do what a code is for; return the kind of the act for the record."""
    invitation = _good(act, incoming, code)
    if invitation is None:
        return _wrong(act, incoming)
    if invitation.kind == "person":
        return _person(act, incoming, invitation)
    return _chat(act, incoming, invitation)


def is_good(act: Act, incoming: Incoming, code: str) -> bool:
    """Say whether a code is still good here."""
    return _good(act, incoming, code) is not None


def _good(act: Act, incoming: Incoming, code: str) -> Invitation | None:
    found = invitations.by_hash(act.session, codes.hash_of(code))
    if found is None or found.used_at is not None or found.expires_at <= act.now:
        return None
    return found if found.platform == incoming.platform else None


def _person(act: Act, incoming: Incoming, invitation: Invitation) -> str:
    person = people.person(act.session, invitation.person_id) if invitation.person_id else None
    if person is None or not person.active:
        return _wrong(act, incoming)
    if not incoming.place.direct:
        return _shown(act, incoming, invitation)
    return accounts.accept(act, incoming, invitation, person)


def _chat(act: Act, incoming: Incoming, invitation: Invitation) -> str:
    if incoming.place.direct:
        accounts.met(act, incoming)
        act.reply(words.say_it_there(invitation.use))
        return "code_refused"
    if not binding.may_be(invitation.use, public=incoming.place.public):
        return _shown(act, incoming, invitation)
    return binding.bind(act, incoming, invitation)


def _shown(act: Act, incoming: Incoming, invitation: Invitation) -> str:
    """Void a code that was said where others read it and where it is good for nothing."""
    accounts.use_up(act, incoming, invitation)
    if incoming.place.public:
        owing.delete(act, incoming.platform, incoming.place.account, incoming.message_id)
    person = people.person(act.session, invitation.person_id) if invitation.person_id else None
    owing.tell_administrators(act, words.code_shown(invitation.use, person, incoming.place))
    return "code_refused"


def _wrong(act: Act, incoming: Incoming) -> str:
    if not _may_answer(act, incoming):
        return "wrong_code"
    if incoming.place.direct:
        accounts.met(act, incoming)
        act.reply(words.used_up())
    elif act.person is not None:
        act.tell(act.person, words.used_up())
    return "wrong_code"


def _may_answer(act: Act, incoming: Incoming) -> bool:
    """Count the codes of an account that were no good; the timer forgets them after a while."""
    subject = f"{incoming.platform}:{incoming.sender.account}"
    waiting = timers.waiting(act.session, WRONG, subject)
    so_far = int(waiting.payload["times"]) if waiting is not None else 0
    if so_far < MOST_WRONG:
        ends = waiting.due_at if waiting is not None else act.now + WRONG_LASTS
        act.later(WRONG, ends, subject=subject, times=so_far + 1)
    return so_far < MOST_WRONG


@due(WRONG)
def forgotten(_act: Act, _timer: Timer) -> None:
    """Forget how many codes of an account were no good."""
