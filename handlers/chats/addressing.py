"""Where somebody with several accounts is written to first: where they chose, else where they spoke last."""

from collections.abc import Iterator

from config.language import t
from handlers.act import Act
from handlers.chats import words
from handlers.errors import Refusal
from handlers.registry import said
from storage import chat as chats
from storage import person as people
from storage.person import Person


@said("address", "以后发到", about="nothing", help=t("有几个账号的,选先发到哪里:以后发到 企业微信"))
def address(act: Act, wanted: str) -> None:
    """Let somebody choose where they are written to first; what cannot go there goes to the next account."""
    person, platforms = act.somebody, list(_reached_on(act, act.somebody))
    chosen = words.platform_named(wanted)
    if chosen is None or (chosen and chosen not in platforms):
        raise Refusal(words.where_to(platforms))
    person.addressed_on = chosen
    people.save(act.session, person)
    act.answer(words.addressed(chosen))


def _reached_on(act: Act, person: Person) -> Iterator[str]:
    reached = {chat.platform for chat in chats.direct(act.session, person.id)}
    return (platform for platform in act.house.platforms if platform in reached)
