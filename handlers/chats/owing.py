"""What is owed to a platform besides words, and what all administrators hear."""

from config.language import Said
from handlers.act import ANSWER, Act
from handlers.house import LinkTo
from storage import outbox
from storage import person as people
from storage.outbox import Outbox


def leave(act: Act, platform: str, account: str) -> None:
    """Owe that the desk leaves a chat."""
    _owe(act, "leave", platform, account)


def delete(act: Act, platform: str, account: str, message_id: str) -> None:
    """Owe that a message is taken away."""
    _owe(act, "delete", platform, account, message_id=message_id)


def tell_administrators(act: Act, text: Said, *, lane: int = ANSWER) -> None:
    """Tell every administrator, 1:1."""
    for person in people.everybody(act.session):
        if person.has("administrator"):
            act.tell(person, text, lane=lane)


def start_link(act: Act, platform: str, code: str = "", *, to: LinkTo = "direct") -> str:
    """Return the address that opens the desk on a platform and says a code; empty where there is none."""
    link = act.house.start_links.get(platform)
    return link(code, to=to) if link is not None else ""


def _owe(act: Act, kind: str, platform: str, account: str, **payload: str) -> None:
    if platform not in act.house.platforms:
        return
    row = Outbox(
        kind=kind,
        platform=platform,
        destination=f"{platform}:{account}",
        lane=ANSWER,
        payload=payload,
        created_at=act.now,
        not_before=act.now,
    )
    outbox.put(act.session, row)
