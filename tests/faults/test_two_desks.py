"""Two desks on one database: whoever comes second sees what the first has done."""

from storage import case as cases
from storage.database import Database, Session
from tests.conversations.talking import TalkingDesk, no_channels

POST = "阳光花园小区全小区停水三天了,物业互相推诿,老人小孩都没水喝。"


def test_a_lock_shows_the_case_as_it_is_not_as_it_was_seen(postgresql_database: Database) -> None:
    """A case seen before another desk changed it is read anew when it is locked."""
    desk = TalkingDesk(postgresql_database, no_channels)
    desk.staff.forwards("李敏", POST)
    desk.staff.says("赵强", "属实 S1")
    case_id = desk.case().id
    with Session(postgresql_database.engine) as session:
        seen = cases.look(session, case_id)
        assert seen.stage == "acceptance"
        desk.direct("王五").says("认领 1")
        assert cases.load(session, case_id).stage == "draft"
        assert seen.stage == "draft"
