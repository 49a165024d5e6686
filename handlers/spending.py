"""Buttons that can do nothing any more: where they would stay to be tapped, they are taken away."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from handlers.conversation import read_press
from storage import draft as drafts
from storage import outbox
from storage.case import Case
from storage.chat import Chat
from storage.draft import Draft, GateStep
from storage.outbox import Outbox
from storage.session import Session

# In which stages a button still decides something; a signature hangs on its gate as well.
DECIDES_IN: Final[Mapping[str, tuple[str, ...]]] = {
    "confirm": ("confirmation",),
    "ack": ("assignment", "acceptance"),
    "submit": ("draft",),
    "touches": ("draft",),
    "approve": ("review", "signature"),
    "issue": ("issue",),
    "issue_now": ("issue",),
}
CHANGED: Final = ("cases", "gate_step")  # tables: what decides whether a button is of any use
DECIDED: Final = ("stage", "asked_ids")  # their columns
SHOWS_NONE: Final = {"spent", "list", "in_list"}  # a list has one button for each of its cases


def may_have_spent(changes: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether what an act changed in a case may have made buttons useless."""
    return any(
        change["table"] in CHANGED and any(name in change.get("set", {}) for name in DECIDED) for change in changes
    )


def spent(session: Session, case: Case, platforms: Sequence[str]) -> Iterator[tuple[Outbox, Chat]]:
    """Find messages about a case on these platforms whose buttons decide nothing any more, each once."""
    rows = [row for row in outbox.said_about(session, case.id, platforms) if not SHOWS_NONE & row.payload.keys()]
    asking = [(row, presses) for row in rows if (presses := list(_decisions(row)))]
    if not asking:
        return
    newest = drafts.newest(session, case.id)
    steps = drafts.steps(session, case.id, newest.round) if newest is not None else ()
    for row, presses in asking:
        chat = session.get_one(Chat, row.chat_id)
        if chat.use == "direct" and not any(_is_live(press, case, newest, steps, chat.person_id) for press in presses):
            row.payload = {**row.payload, "spent": True}
            yield row, chat


def _decisions(row: Outbox) -> Iterator[tuple[str, str]]:
    """List what the buttons of a message decide: verb and argument."""
    for buttons in row.payload.get("buttons", ()):
        for button in buttons:
            verb, _, argument = read_press(button["press"])
            if verb in DECIDES_IN:
                yield verb, argument


def _is_live(
    press: tuple[str, str], case: Case, newest: Draft | None, steps: Sequence[GateStep], reader: uuid.UUID | None
) -> bool:
    verb, argument = press
    if case.stage not in DECIDES_IN[verb] or verb != "approve":
        return case.stage in DECIDES_IN[verb]
    name, _, position = argument.partition(".")
    asked = [step for step in steps if step.stage == "open" and str(step.position) == position]
    same = newest is not None and (newest.manifest_hash or "").startswith(name)
    return same and any(str(reader) in step.asked_ids for step in asked)
