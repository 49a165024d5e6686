"""Timers that fall due: each does what it was set for, and as many as time allows share a commit.

What they need is loaded for all of them at once. Of one case only one fires in a commit, so that none has to reckon
with another that fell due at the same moment and is not done yet.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

import structlog

from handlers import registry
from handlers.act import Act
from handlers.house import House
from storage import case as cases
from storage import timer as timers
from storage import together
from storage.card_place import CardPlace
from storage.clock import Clock
from storage.database import DatabaseTrouble, Session
from storage.timer import Timer

log = structlog.get_logger()
ON_TIME = timedelta(minutes=2)  # the desk's own grace: what is said later than that, after an outage, says so
RETRY = timedelta(seconds=30)
Enough = Callable[[int], bool]  # after so many: whether the rest has to wait


def fall_due(session: Session, house: House, due: Sequence[Timer], now: datetime, enough: Enough) -> int:
    """Fire timers, the earliest first, until it is enough; return how many had their turn."""
    batch = _held(session, _of_one_commit(due))
    timers.fire(session, batch, now)
    timers.look_together(session, {timer.case_id for timer in batch if timer.case_id is not None})
    try:
        with session.begin_nested():
            count = _fire_together(session, house, batch, now, enough)
    except DatabaseTrouble:
        raise
    except Exception:  # one of them is broken: each by itself, so that it stops none of the others
        session.together = False
        log.warning("timers could not be fired together", count=len(batch), exc_info=True)
        count = _fire_each(session, house, batch, now, enough)
    timers.wait_on(session, batch[count:])
    return count


def _of_one_commit(due: Sequence[Timer]) -> list[Timer]:
    """Take the first of each case; one that is about no case comes alone."""
    if due and due[0].case_id is None:
        return [due[0]]
    first: dict[object, Timer] = {}
    for timer in takewhile(lambda each: each.case_id is not None, due):
        first.setdefault(timer.case_id, timer)
    # Always in the same order, so that no two who write to the records of many cases wait for each other.
    return sorted(first.values(), key=lambda timer: str(timer.case_id))


def _held(session: Session, batch: Sequence[Timer]) -> Sequence[Timer]:
    """Load at once what they need, and leave those alone whose case somebody else holds just now."""
    about = [timer.case_id for timer in batch if timer.case_id is not None]
    if not about:
        return batch
    held = cases.hold(session, about)
    together.look(session, held, Clock, CardPlace)
    return [timer for timer in batch if timer.case_id in held]


def _fire_together(session: Session, house: House, batch: Sequence[Timer], now: datetime, enough: Enough) -> int:
    """Let what they put on record be written together; what only the database finds wrong with it breaks them all."""
    session.together = True
    count = 0
    for timer in _in_time(batch, enough):
        _fire(session, house, timer, now)
        count += 1
    session.write()
    return count


def _fire_each(session: Session, house: House, batch: Sequence[Timer], now: datetime, enough: Enough) -> int:
    count = 0
    for timer in _in_time(batch, enough):
        try:
            with session.begin_nested():
                _fire(session, house, timer, now)
        except DatabaseTrouble:
            raise
        except Exception:  # it stays and is tried again
            log.exception("a timer broke", kind=timer.kind, timer=str(timer.id))
            timers.put_off(session, timer, now + RETRY)
        count += 1
    return count


def _in_time(batch: Sequence[Timer], enough: Enough) -> Iterator[Timer]:
    for n, timer in enumerate(batch):
        if enough(n):
            return
        yield timer


def _fire(session: Session, house: House, timer: Timer, now: datetime) -> None:
    if not timers.begins(session, timer):
        return
    act = Act(session, house, now)
    act.late_since = timer.due_at if now - timer.due_at > ON_TIME else None
    try:
        registry.DUE[timer.kind](act, timer)
        act.end({"kind": f"due:{timer.kind}"})
    except Exception:
        act.drop()
        raise
