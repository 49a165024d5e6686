"""What is asked and shown when accounts and groups come and go."""

import re
from typing import Literal

from bot.chat.drill import NAME
from config.roster import DRILL
from handlers.chats import codes
from handlers.conversation import Incoming, Place, Sender
from storage import chat as chats
from storage import drill, outbox
from storage import person as people
from storage.chat import Chat
from storage.database import Database
from tests.conversations.talking import Talk, TalkingDesk, no_channels

POST = "江南路全小区停水三天,老人孩子没水喝,打电话没人管。"
PASSER = Sender(account="passer", name="过路人")
Notice = Literal["added", "removed", "moved"]
NO_ACCOUNT = ("accounts: {drill: linfeng}", "accounts: {}")


def opened(database: Database) -> TalkingDesk:
    text = DRILL.read_text(encoding="utf-8").replace(*NO_ACCOUNT)
    desk = TalkingDesk(database, no_channels, roster=text)
    desk.desk.settle()  # nobody is administrator yet who could be told that 林峰 has no account
    desk.house.start_links = {NAME: lambda code, *, to: f"https://desk.test/{to}?{code}"}
    with database.writing() as session:
        head = people.by_name(session, "何主任")
        assert head is not None
        head.roles = [*head.roles, "administrator"]
        people.save(session, head)
    return desk


def admin(desk: TalkingDesk) -> Talk:
    return desk.direct("何主任")


def code_in(said: str) -> str:
    found = re.search(rf"[{codes.ALPHABET}]{{{codes.LENGTH}}}", said)
    assert found is not None, said
    return found[0]


def group_code(desk: TalkingDesk, use: str) -> str:
    admin(desk).says(f"绑定 {use}")
    return code_in(admin(desk).bot_says())


def invitation_of(desk: TalkingDesk, name: str = "林峰") -> str:
    admin(desk).says(f"邀请 {name}")
    return code_in(admin(desk).bot_says())


def account(desk: TalkingDesk, name: str) -> Talk:
    """Return the 1:1 chat of an account nobody knows."""
    return Talk(desk, f"direct:{name}", name)


def notice(desk: TalkingDesk, kind: Notice, place: Place, *, by: Sender = PASSER, moved_to: str = "") -> None:
    """Let the platform tell what became of the desk in a chat."""
    event = Incoming(
        platform=NAME,
        key=f"{kind}:{place.account}:{desk.clock.now()}",
        at=desk.clock.now(),
        place=place,
        sender=by,
        notice=kind,
        moved_to=moved_to,
    )
    desk.desk.accept(event)
    desk.desk.settle()


def posted(desk: TalkingDesk, place: Place, text: str) -> str:
    """Post in a channel in its own name; return the message's id."""
    with desk.database.writing() as session:
        message = drill.add(
            session, drill.DrillMessage(chat=place.account, author="channel", text=text, at=desk.clock.now())
        )
    event = Incoming(
        platform=NAME,
        key=f"post:{message.id}",
        at=desk.clock.now(),
        place=place,
        sender=Sender(account=place.account, name=place.title, anonymous=True),
        message_id=str(message.id),
        text=text,
    )
    desk.desk.accept(event)
    desk.desk.settle()
    return str(message.id)


def chat_at(desk: TalkingDesk, account: str) -> Chat | None:
    with desk.database.reading() as session:
        return chats.by_account(session, NAME, account)


def use_of(desk: TalkingDesk, account: str) -> str:
    chat = chat_at(desk, account)
    return chat.use if chat is not None else ""


def owed(desk: TalkingDesk, kind: str) -> list[outbox.Outbox]:
    with desk.database.reading() as session:
        rows = (session.get(outbox.Outbox, serial) for serial in range(1, 200))
        return [row for row in rows if row is not None and row.kind == kind]


def forget_direct(desk: TalkingDesk, name: str) -> None:
    """Let somebody be known whose first word is still to come."""
    with desk.database.writing() as session:
        chat = chats.by_account(session, NAME, f"direct:{desk.keys[name]}")
        assert chat is not None
        chats.unbind(session, chat)
        assert people.by_account(session, NAME, desk.keys[name]) is not None
