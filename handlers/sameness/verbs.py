"""What is offered as the same event: a person says that it is something else, or merges; the events follow (R2)."""

from config.language import t
from handlers.act import Act
from handlers.errors import Refusal
from handlers.registry import on, pressed
from handlers.sameness import offering, words
from handlers.words import reference
from storage import same_event
from storage.case import Case


@pressed("different", help=t("说明两件不是同一件事"))
def different(act: Act, case: Case, _words: str) -> None:
    """Keep that a case is not the event of what it was offered to join; it is not offered again."""
    found = offering.standing(act.session, case)
    if found is None:
        raise Refusal(words.nothing_offered(case))
    other, _ = found
    same_event.settle(act.session, case.id, other.id, case.id, refused=True)
    act.note(different_from=reference(other))
    act.changed(case)
    act.answer(words.something_else(case, other), case=case)


@on("merged")
def of_one_event(act: Act, gone: Case) -> None:
    """Let what was merged be one event from here on."""
    if gone.merged_into is not None:
        event = same_event.event_of(act.session, gone.merged_into)
        before = same_event.event_of(act.session, gone.id)
        same_event.settle(act.session, gone.id, gone.merged_into, event, refused=False)
        if before not in (event, gone.id):
            same_event.unite(act.session, before, event)
        same_event.unite(act.session, gone.id, event)


@on("split")
def of_its_own(act: Act, back: Case) -> None:
    """Let a case whose merge was undone be an event of its own; nobody offers it again."""
    same_event.settle(act.session, back.id, back.id, back.id, refused=True)
