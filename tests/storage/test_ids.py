"""Ids come in order of time, or from the source that a simulation gives."""

import uuid
from itertools import count

from storage.columns import ids_from, new_id
from storage.timer import Timer


def test_ids_come_from_the_source_that_is_given() -> None:
    """Meanwhile every new row is named by that source; afterwards by the time again."""
    numbers = count(1)
    with ids_from(lambda: uuid.UUID(int=next(numbers))):
        assert new_id() == uuid.UUID(int=1)
        assert Timer(kind="clock", due_at=None).id == uuid.UUID(int=2)  # type: ignore[arg-type]  # its id alone counts
    assert new_id().version == 7
