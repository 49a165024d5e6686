"""Files without words: said in reply to a case they go with it; a bare picture in a staff group is asked about (R1)."""

import uuid

from handlers import find
from handlers.act import Act
from handlers.conversation import Button, Incoming
from handlers.errors import Refusal
from handlers.intake import attaching, opening, words
from handlers.intake.files import kind_of_file
from storage import case as cases
from storage import case_event
from storage import report as reports
from storage.case import Case
from storage.case_event import CaseEvent


def case_replied_to(act: Act, incoming: Incoming) -> Case | None:
    """Return the case that somebody's own files were sent in reply to; a forward is a post, whatever it replies to."""
    if not incoming.files or incoming.origin is not None or act.chat is None or act.chat.use == "intake":
        return None
    replied = find.by_reply(act)
    return find.by_id(act, str(replied.id)) if replied is not None else None


def keep_with(act: Act, case: Case, incoming: Incoming) -> str:
    """Keep files with a case, their words as a note; the later parts of an album without a word."""
    kept = attaching.attach_to_case(act, case)
    if incoming.text.strip():
        by = act.person.id if act.person else None
        event = CaseEvent(case_id=case.id, event="note", at=act.now, by=by, note=incoming.text.strip())
        case_event.record(act.session, event)
    if kept and (incoming.text.strip() or incoming.album is None):
        act.reply(words.went_with(case), case=case)
    return "attached"


def follow(act: Act, case_id: uuid.UUID | None) -> str:
    """Let a wordless part of an album go where the words of another part went."""
    case = cases.find(act.session, case_id) if case_id is not None else None
    if case is not None:
        attaching.attach_to_case(act, case)
    return "attached" if case is not None else "overheard"


def is_loose(act: Act, incoming: Incoming) -> bool:
    """Say whether this is a single shot in a staff group that nothing says anything about."""
    bare = incoming.origin is None and incoming.album is None and incoming.url is None and not incoming.text.strip()
    shots = bool(incoming.files) and all(kind_of_file(file) in words.SHOTS for file in incoming.files)
    return act.chat is not None and act.chat.use == "staff" and bare and shots


def has_words_now(act: Act, incoming: Incoming) -> bool:
    """Say whether an edit gave a shot its words that was asked about: it is a photo with a caption now, a report."""
    named = incoming.text.strip() and incoming.reply_to is None
    key = opening.message_key(incoming, incoming.message_id)
    bare = is_loose(act, incoming.model_copy(update={"text": ""}))
    return bool(named) and bare and reports.by_message(act.session, incoming.platform, key) is None


def ask_about(act: Act, incoming: Incoming) -> str:
    """Ask once which case a shot belongs to; it stays in the inbox, from which one tap takes it as a report."""
    refused = attaching.refused_at_once(act, incoming)
    if refused:
        raise Refusal(words.files_refused(refused, act.house.file_limit, words.nothing_left()))
    act.note(asked_about=incoming.message_id)
    act.reply(words.whose_shot(), [[Button(words.open_case(), "report_text", str(act.event_id))]])
    return "asked"
