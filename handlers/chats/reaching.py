"""Whom and what the desk cannot reach, and when it can again."""

from handlers import hourly, registry
from handlers.act import STATUTORY, Act
from handlers.chats import first_start, owing, words
from handlers.registry import due
from storage import chat as chats
from storage import destination as destinations
from storage import person as people
from storage.chat import Chat
from storage.outbox import Outbox
from storage.person import Person
from storage.timer import Timer

GIVEN_UP = "given_up"
REISSUED = ("wecom",)  # where the account of somebody who left may be given to somebody else


def unreachable(act: Act, chat: Chat, why: str) -> None:
    """Note that nothing can be said in a chat, and tell whoever can mend it; once, until it is reached again."""
    if chat.unreachable_since is not None or chat.use in ("unbound", "intake"):
        return
    chat.unreachable_since = act.now
    people.save(act.session, chat)
    act.note(unreachable=f"{chat.platform}:{chat.account}", why=why)
    if chat.use == "direct":
        _person_lost(act, chat)
    else:
        _group_lost(act, chat, why)


def reachable(act: Act, chat: Chat) -> None:
    """Note that a chat is reached again."""
    if chat.unreachable_since is not None:
        chat.unreachable_since = None
        people.save(act.session, chat)
        person = _whose(act, chat) if chat.use == "direct" and chat.platform in REISSUED else None
        if person is not None and person.active:
            owing.tell_administrators(act, words.account_back(person, chat), lane=STATUTORY)
        destinations.resume(act.session, f"{chat.platform}:{chat.account}")


def given_up(act: Act, chat: Chat, row: Outbox) -> None:
    """Tell administrators that something was given up; of what the law wants told one person, the staff too."""
    if not hourly.is_first(act, GIVEN_UP, str(chat.id), str(row.serial)):
        return
    text = words.given_up(chat, _whose(act, chat), str(row.payload.get("text", "")), row.trouble)
    owing.tell_administrators(act, text)
    if row.lane == STATUTORY and chat.use == "direct":
        act.announce("staff", text, lane=STATUTORY)


@due(GIVEN_UP)
def more_given_up(act: Act, told: Timer) -> None:
    """Tell administrators how much more was given up in the hour since."""
    chat = chats.by_id(act.session, told.subject)
    if chat is not None and hourly.again(act, told):
        owing.tell_administrators(act, words.more_given_up(chat, _whose(act, chat), hourly.counted(told)))


def _whose(act: Act, chat: Chat) -> Person | None:
    return people.person(act.session, chat.person_id) if chat.person_id else None


def _person_lost(act: Act, chat: Chat) -> None:
    person = _whose(act, chat)
    if person is None or not person.active or person.id in chats.reached(act.session, act.house.platforms):
        return
    act.announce("staff", words.person_lost(person, owing.start_link(act, chat.platform)), lane=STATUTORY)
    for listener in registry.LISTENERS.get("away", ()):
        listener(act, person)
    first_start.ask_again_later(act)


def _group_lost(act: Act, chat: Chat, why: str) -> None:
    text = words.group_lost(chat, why)
    owing.tell_administrators(act, text, lane=STATUTORY)
    if chat.use != "staff":
        act.announce("staff", text, lane=STATUTORY)
