"""What a new case is offered to join: one that may tell of the same event. Nothing is merged but by a person's word."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from config.language import Said
from handlers.act import Act
from handlers.conversation import Button
from handlers.post_keys import PostKeys
from handlers.sameness import words
from handlers.sameness.likeness import likest, parts
from handlers.words import reference
from storage import case as cases
from storage import same_event
from storage.case import Case
from storage.database import Session
from storage.same_event import SameEvent

Offered = tuple[Case, SameEvent]
KEPT: Final = 8  # terms of a case: each is a row


def expect(session: Session, posts: Iterable[PostKeys]) -> None:
    """Find out at once which cases have the terms of these posts."""
    same_event.expect(session, {term for keys in posts for term in keys.told.terms})


def offer(act: Act, case: Case, keys: PostKeys) -> None:
    """Keep what a new case tells by, and which earlier one it is offered to join."""
    if not keys.told.terms:
        return
    found = same_event.newest(act.session, keys.told.terms)
    mine = parts(keys.told, found, KEPT)
    same_event.keep_terms(act.session, case.id, mine, placed=keys.told.placed)
    like = likest(mine, found, placed=keys.told.placed)
    by_picture = same_event.of_case(act.session, case.id)
    if by_picture is not None:  # the same picture says more than the same words
        if like is not None and like.post == by_picture.like_id.hex:
            by_picture.shared = [*by_picture.shared, *like.shared]
    elif like is not None and like.score >= act.house.plan.registration.same_event:
        offered = SameEvent(
            case_id=case.id,
            like_id=UUID(like.post),
            event_id=UUID(like.event),
            shared=list(like.shared),
            score=round(like.score, 3),
        )
        same_event.offer(act.session, offered)


def standing(session: Session, case: Case) -> Offered | None:
    """Return the case that a case is offered to join, as long as nobody has said a word about it."""
    offered = same_event.of_case(session, case.id) if case.is_open else None
    if offered is None or offered.refused:
        return None
    other = cases.seen(session, offered.like_id)
    while other is not None and other.merged_into is not None:
        other = cases.seen(session, other.merged_into)
    return (other, offered) if other is not None and other.id != case.id else None


def offer_line(case: Case, found: Offered | None) -> Said | None:
    """Say on the card which case may tell of the same event, and why."""
    if found is None:
        return None
    other, offered = found
    return words.may_be_the_same(other, offered.shared, abs(case.received_at - other.received_at))


def offer_buttons(case: Case, found: Offered | None) -> Sequence[Sequence[Button]]:
    """Offer one tap to merge, and one to say that it is something else."""
    if found is None:
        return []
    other, _ = found
    join = [Button(words.merge(case, other), "merge", reference(other))] if other.is_open else []
    return [[*join, Button(words.SOMETHING_ELSE, "different")]]
