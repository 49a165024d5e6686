"""Whom and what the desk cannot reach, and when it can again."""

from handlers import registry
from handlers.act import Act
from handlers.chats import first_start, owing, words
from storage import chat as chats
from storage import person as people
from storage.chat import Chat


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


def _person_lost(act: Act, chat: Chat) -> None:
    person = people.person(act.session, chat.person_id) if chat.person_id else None
    if person is None or not person.active or person.id in chats.reached(act.session, act.house.platforms):
        return
    act.announce("staff", words.person_lost(person, owing.start_link(act, chat.platform)))
    for listener in registry.LISTENERS.get("away", ()):
        listener(act, person)
    first_start.ask_again_later(act)


def _group_lost(act: Act, chat: Chat, why: str) -> None:
    text = words.group_lost(chat, why)
    owing.tell_administrators(act, text)
    if chat.use != "staff":
        act.announce("staff", text)
