"""Events that are handled together, and one among them with which only the database finds a fault."""

from handlers.conversation import Incoming, Origin, Place, Sender
from storage import inbox
from storage import report as reports
from storage.database import Database
from tests.conversations.talking import MORNING, TalkingDesk, no_channels


def test_a_row_the_database_refuses_breaks_its_own_event_alone(database: Database) -> None:
    """Two posts claim to be the same message: the second is broken, those before and after it are taken in."""
    desk = TalkingDesk(database, no_channels)
    texts = ("东区一栋停水三天没人管", "西区九栋路灯全坏了", "南区工地夜里施工")
    desk.desk.accept(*(_post(n, message, text) for n, (message, text) in enumerate(zip("115", texts, strict=True))))
    assert desk.desk.look_at_inbox() == len(texts)
    with database.reading() as session:
        assert reports.count(session) == 2
        assert [inbox.count(session, "drill", stage) for stage in ("done", "broken", "waiting")] == [2, 1, 0]


def _post(n: int, message: str, text: str) -> Incoming:
    return Incoming(
        platform="drill", key=f"post:{n}", at=MORNING, place=Place(account="staff"), text=text,
        sender=Sender(account="limin", name="李敏"), message_id=message, origin=Origin(kind="user", author="网友"),
    )  # fmt: skip
