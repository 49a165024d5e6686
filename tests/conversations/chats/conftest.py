"""The desk that accounts and groups come to."""

import pytest

from storage.database import Database
from tests.conversations.chats.joining import opened
from tests.conversations.talking import TalkingDesk


@pytest.fixture
def desk(database: Database) -> TalkingDesk:
    """Give a desk whose administrator is 何主任 and which does not know 林峰's account."""
    return opened(database)
