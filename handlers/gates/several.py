"""Several gates of one reviewer at once: whoever asks what waits for them may answer all of it under one message."""

from collections.abc import Iterator
from typing import Final

from handlers.act import Act
from handlers.conversation import Button
from handlers.drafting import showing
from handlers.drafting.manifest import short_hash
from handlers.gates import asking, words
from handlers.registry import on
from storage import case as cases
from storage import draft as drafts
from storage.case import Case
from storage.draft import GateStep

FEWEST: Final = 2  # one has its own message already
MOST: Final = 3  # lists on one card of WeCom; the others have their own messages too
Waiting = tuple[Case, GateStep]


@on("list_shown")
def offer(act: Act, _about: Case | None) -> None:
    """Put the gates that wait for whoever asks 1:1 under one message, those whose limit is nearest."""
    found = sorted(_mine(act), key=lambda pair: pair[1].due_at or act.now)
    if len(found) >= FEWEST:
        listed = [words.waiting_gate(case, asking.gate_name(act, case, row.gate), row.due_at) for case, row in found]
        act.reply(words.several(listed), [_row(act, case, row) for case, row in found[:MOST]])


def _mine(act: Act) -> Iterator[Waiting]:
    if act.person is None or act.chat is None or act.chat.use != "direct":
        return
    for case in cases.open_cases(act.session):
        newest = drafts.newest(act.session, case.id) if case.stage in ("review", "signature") else None
        for row in drafts.steps(act.session, case.id, newest.round) if newest is not None else ():
            if row.stage == "open" and str(act.person.id) in row.asked_ids:
                yield case, row


def _row(act: Act, case: Case, row: GateStep) -> list[Button]:
    """Return the buttons of a gate; a signature is for the text last shown to its signer, as everywhere."""
    newest, name = drafts.newest(act.session, case.id), asking.gate_name(act, case, row.gate)
    manifest = showing.hash_of(act, case, newest) if newest is not None else ""
    return [
        Button(words.sign_one(case, name), "approve", f"{short_hash(manifest)}.{row.position}", about=case.id),
        Button(words.return_one(case, name), "reject", about=case.id),
        Button(words.read_one(case, name), "text", about=case.id),
    ]
