"""One case on the board: its card, what is asked of whoever looks, and everything that led there."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from bot.web import board_past as past
from config.language import Said
from handlers import card, find
from handlers.act import Act
from handlers.board.still_open import is_still_open
from handlers.clocks.strictest import strictest_first
from handlers.clocks.words import limit_name, outcome
from handlers.conversation import Button, press_of, read_press
from handlers.meeting import answering, standing
from handlers.words import case_name, reference, stage_name
from storage import board as doors
from storage import case as cases
from storage import chat as chats
from storage import clock as clocks
from storage import meeting as meetings
from storage.case import Case
from storage.chat import Chat
from storage.outbox import Outbox
from storage.person import Person

MOST_READ, MOST_ASKED = 50, 5  # messages about a case that are looked at, and shown
LOOKS: Final = ("case", "text")  # what only shows something
Rights = Collection[str]


@dataclass(frozen=True)
class Tap:
    """A button as it stands on the page: its label, and the fields of the form that taps it."""

    label: Said | str
    fields: dict[str, str]
    urgent: bool = False


@dataclass(frozen=True)
class Told:
    """A message of the desk, with its buttons."""

    text: str
    at: datetime
    taps: Sequence[Tap] = ()


@dataclass(frozen=True)
class Limit:
    """One limit of a case."""

    name: Said
    basis: str
    started_at: datetime
    due_at: datetime
    outcome: Said
    is_late: bool


@dataclass(frozen=True)
class Shown:
    """A case as one person sees it. The insides are for the bureau's own people."""

    id: uuid.UUID
    name: Said
    title: str
    stage: Said
    reference: str
    card: Said
    taps: Sequence[Tap]
    asked: Sequence[Told]
    limits: Sequence[Limit]
    meeting: Sequence[Said]  # who comes, what was agreed, who does what until when
    inside: past.Inside | None
    events: Sequence[past.Happened] = field(default=())


def find_case(act: Act, person: Person, case_id: str) -> Case | None:
    """Find a case by id for reading; None for a garbled or unknown one, and for one that is not theirs to know."""
    try:
        case = cases.seen(act.session, uuid.UUID(case_id))
    except ValueError:
        return None
    return case if case is not None and find.is_known_to(act, person, case) else None


def shown(act: Act, person: Person, case: Case) -> Shown:
    """Gather a case for a person."""
    message = card.render(act.session, act.house, case, act.now)
    offered = [Tap(each.label, _fields(case, each), each.urgent) for each in card_buttons(act, person, case)]
    own = not person.agency
    return Shown(
        id=case.id,
        name=case_name(case),
        title=case.title,
        stage=stage_name(case),
        reference=reference(case),
        card=message.text,
        taps=offered,
        asked=_asked(act, person, case),
        limits=_limits(act, case),
        meeting=_meeting(act, case),
        inside=past.inside(act, case, with_drafts="text" in rights_of(act, person)) if own else None,
        events=past.happened(act, case) if own else (),
    )


def card_buttons(act: Act, person: Person, case: Case) -> list[Button]:
    """Return the buttons of a case's card that are for this person."""
    may = rights_of(act, person)
    buttons = card.render(act.session, act.house, case, act.now).buttons
    return [button for row in buttons for button in row if button.verb in may]


def rights_of(act: Act, person: Person) -> Rights:
    """Return the verbs that somebody may use 1:1, and so on the board."""
    roles = frozenset(person.roles)
    return {verb for verb in act.house.rights.verbs if act.house.rights.may(roles, verb, "direct")}


def answers(act: Act, chat: Chat, after: int) -> list[Told]:
    """List what the desk answered on the board after a moment, named by the newest row there was."""
    return [_told(row) for row in doors.said_since(act.session, chat.id, after) if row.payload.get("text")]


def _asked(act: Act, person: Person, case: Case) -> list[Told]:
    """List what somebody was asked 1:1 about a case and can still do, the newest first, each thing once."""
    own = [chat.id for chat in chats.direct(act.session, person.id)]
    may, known, found = rights_of(act, person), set[str](), list[Told]()
    for row in doors.asked_of(act.session, own, case.id, MOST_READ) if own else ():
        told = _told(row)
        taps = [tap for tap in told.taps if read_press(tap.fields["says"])[0] in may]
        asked = {tap.fields["says"] for tap in taps if is_still_open(act, person, tap.fields["says"])}
        if asked - known and "list" not in row.payload:
            looks = {tap.fields["says"] for tap in taps if read_press(tap.fields["says"])[0] in LOOKS}
            shown_here = (asked - known) | looks
            found.append(replace(told, taps=[tap for tap in taps if tap.fields["says"] in shown_here]))
            known |= asked
    return found[:MOST_ASKED]


def _told(row: Outbox) -> Told:
    taps = [
        Tap(
            button["label"],
            {"serial": str(row.serial), "row": str(n), "column": str(m), "says": button["press"],
             "case": str(row.case_id or "")},
            "urgent" in button,
        )
        for n, line in enumerate(row.payload.get("buttons", ()))
        for m, button in enumerate(line)
    ]  # fmt: skip
    return Told(row.payload["text"], row.sent_at or row.created_at, taps)


def _fields(case: Case, button: Button) -> dict[str, str]:
    return {"case": str(case.id), "press": press_of(button.verb, case.id, button.argument)}


def _meeting(act: Act, case: Case) -> list[Said]:
    newest = meetings.newest(act.session, case.id)
    return [answering.shown(act, case, newest), *standing.agreed_on(act, case)] if newest is not None else []


def _limits(act: Act, case: Case) -> list[Limit]:
    plan = act.plan_for(case)
    until = act.now if case.closed_at is None else case.closed_at
    return [
        Limit(
            limit_name(plan, clock, case), clock.basis, clock.started_at, clock.due_at, outcome(clock, until),
            clock.outcome == "missed",
        )
        for clock in strictest_first(clocks.of_case(act.session, case.id), plan)
    ]  # fmt: skip
