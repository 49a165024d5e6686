"""START READING HERE: one event in, one transaction, everything out through the outbox.

An event is material (a post somebody forwards), words to the desk (a verb about a case), a tapped button, or a timer
that falls due (see `falling_due.py`). `verbs.py` names every capability; each registers what it understands in
`registry.py`.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from config.language import Line
from handlers import awaiting, find, registry, verbs, words
from handlers.act import Act
from handlers.allowed import check_right, word_used
from handlers.breakdown import break_down, new_reference
from handlers.chats import notices, reaching, unbound
from handlers.chats import words as chat_words
from handlers.conversation import Button, Incoming, read_press
from handlers.errors import Refusal
from handlers.house import House
from handlers.intake import joining
from handlers.intake import verbs as intake
from handlers.intake.opening import SLIPS
from handlers.post_keys import PostKeys
from handlers.reading.post import Reading
from handlers.registry import Verb
from handlers.release import finishing
from handlers.text.canonical import command_text
from handlers.text.mask import mask_personal
from handlers.text.simplified import simplified
from storage import series
from storage.case import Case, StageRefused
from storage.database import DatabaseTrouble, Session
from storage.inbox import End, Inbox

log = structlog.get_logger()
PICK = "pick"
LONGEST_SHOUT = 16  # characters: what is longer is a text
MOST_PICKS, LONGEST_PICK, LONGEST_ECHO = 6, 200, 40
SPOKEN_TO = re.compile(r"^\s*@\S+\s*")
ALIAS = re.compile(
    rf"^(?P<slash>/)?(?P<alias>{'|'.join(sorted(map(re.escape, verbs.aliases()), key=len, reverse=True))})"
    r"(?:@\S+)?(?P<rest>$|[\s#:,。!]+.*|(?=[\d〔第线]).*)$",
    re.DOTALL | re.IGNORECASE,
)
FIRST_WORD = re.compile(r"^/?[^\s#:,。!]{1,16}")  # no verb is longer


@dataclass(frozen=True)
class Command:
    """Words that begin with one that names a verb."""

    alias: str  # in simplified characters
    rest: str  # as it was written
    slashed: bool


@dataclass(frozen=True)
class Prepared:
    """A stored event as it was read before its transaction began."""

    incoming: Incoming | None  # None: it means nothing to the desk
    reading: Reading | None = None
    keys: PostKeys | None = None  # what identifies it, if it is a post
    broken: str = ""  # why it could not be read at all


def handle_together(
    session: Session, house: House, events: Sequence[Inbox], now: datetime, prepared: Mapping[uuid.UUID, Prepared]
) -> list[End]:
    """Handle stored events, of which each is taken back by itself when it breaks; their rows are written together.

    What only the database finds wrong with a row breaks all of them: then each is to be handled by itself.
    """
    session.together = True
    keys = [read.keys for read in (prepared[event.id] for event in events) if read.keys is not None]
    if keys:
        series.hold(session, SLIPS)  # from here on nobody else takes in the same post
        joining.expect(session, keys)
    ends = [handle(session, house, event, now, prepared[event.id]) for event in events]
    session.write()
    return ends


def handle(session: Session, house: House, event: Inbox, now: datetime, prepared: Prepared) -> End:
    """Handle one stored event: act on it, refuse it with a word, or note the breakdown; return how it ended."""
    try:
        stage, reference = _handled(session, house, event, now, prepared)
    except DatabaseTrouble:
        raise
    except Exception:  # not even a word to the sender was possible: one event must never stop the others
        stage, reference = "broken", new_reference()
        log.exception("breakdown", reference=reference, event_id=str(event.id))
    return End(event.id, stage, reference)


def _handled(session: Session, house: House, event: Inbox, now: datetime, prepared: Prepared) -> tuple[str, str]:
    if prepared.broken:
        reference = new_reference()
        log.error("an event nobody can read", reference=reference, event_id=str(event.id), why=prepared.broken)
        with session.begin_nested():
            break_down(Act(session, house, now), reference)
        return "broken", reference
    if prepared.incoming is None:
        return "done", ""
    return _attempt(session, house, event, prepared.incoming, now, prepared)


def command_in(text: str) -> Command | None:
    """Read the word that names a verb, in traditional characters too; what follows it stays as it was written."""
    found = ALIAS.match(text) or ALIAS.match(FIRST_WORD.sub(lambda word: simplified(word[0]), text))
    return Command(found["alias"], text[found.start("rest") :], bool(found["slash"])) if found else None


def is_bare_verb(text: str) -> bool:
    """Say whether a text is one word to the desk and nothing else: it reports nothing."""
    return text.strip().removeprefix("/").lower() in registry.ALIASES


def _attempt(
    session: Session, house: House, event: Inbox, incoming: Incoming, now: datetime, read: Prepared
) -> tuple[str, str]:
    act = Act(session, house, now, incoming, read.reading, read.keys)
    act.event_id = event.id
    try:
        if _is_arrival(act):
            if _settle_arrival(act):
                return "done", ""
            act = Act(session, house, now, incoming, read.reading, read.keys)
            act.event_id = event.id
        with session.begin_nested():
            kind = route(act)
            act.end({"kind": kind, "said": _said(incoming)})
    except (Refusal, StageRefused) as refusal:
        act.drop()
        with session.begin_nested():
            _refuse(Act(session, house, now, incoming), refusal)
        return "refused", ""
    except DatabaseTrouble:
        act.drop()
        raise
    except Exception:  # the edge of the desk: whatever broke, the sender is told and nothing is lost
        act.drop()
        reference = new_reference()
        log.exception("breakdown", reference=reference, event_id=str(event.id))
        with session.begin_nested():
            break_down(Act(session, house, now, incoming), reference)
        return "broken", reference
    return "done", ""


def _settle_arrival(act: Act) -> bool:
    """Settle it in a savepoint of its own, which stands even when the words are refused; say whether that was all."""
    with act.session.begin_nested():
        kind = _arrive(act)
        act.end({"kind": kind or "arrived", "said": _said(act.incoming)}, acknowledge=bool(kind))
    return bool(kind)


def _arrive(act: Act) -> str:
    incoming = act.incoming
    if incoming is not None and incoming.notice == "finished":
        return finishing.finished(act, incoming.message_id)
    if incoming is None or incoming.notice:
        return notices.noticed(act)
    if act.chat is None or act.chat.use == "unbound":
        return unbound.heard(act)
    if act.chat.unreachable_since is not None:
        reaching.reachable(act, act.chat)
    return unbound.code_said(act)


def _is_arrival(act: Act) -> bool:
    """Say whether it must first be settled where this was said, and who speaks there."""
    incoming, chat = act.incoming, act.chat
    if incoming is None or incoming.notice or chat is None or chat.use == "unbound":
        return True
    return chat.use != "intake" and (chat.unreachable_since is not None or unbound.says_code(incoming))


def route(act: Act) -> str:
    """Find what an event means and let it happen; return the kind of the act for the record."""
    incoming = act.incoming
    if incoming is None or act.chat is None or act.chat.use == "unbound":
        return "unbound"
    if act.chat.use == "intake":  # a file or a feed: its words are material, never a command
        return intake.take_in(act)
    act.speaks_here()
    if incoming.press is not None:
        return _press(act, incoming.press)
    act.incoming = incoming = awaiting.with_words(act, incoming)
    text = command_text(SPOKEN_TO.sub("", incoming.text) if incoming.addressed else incoming.text)
    spoken = None if incoming.edited or incoming.origin is not None else _verb(act, text)
    if spoken is not None and incoming.sender.anonymous:
        raise Refusal(chat_words.anonymous())
    if spoken is not None:
        return _say(act, *spoken)
    if intake.is_post(incoming) or (command_in(text) is None and intake.is_pasted(act, incoming)):
        act.incoming = _as_reported(act, incoming, text)
        return intake.take_in(act)
    if act.chat.use == "direct" or incoming.addressed:
        raise Refusal(words.not_understood(mask_personal(text[:LONGEST_ECHO])), intake.offer(act))
    return "overheard"


def _as_reported(act: Act, incoming: Incoming, text: str) -> Incoming:
    """Take the word 上报 off an edited report: it was no part of what was kept, and is no part of a version."""
    spoken = _verb(act, text) if incoming.edited and incoming.origin is None else None
    if spoken is None or spoken[0].key != "report":
        return incoming
    return incoming.model_copy(update={"text": spoken[1]})


def _verb(act: Act, text: str) -> tuple[Verb, str] | None:
    """Read words to the desk: in a group only when they surely are."""
    found = command_in(text)
    if found is None or act.incoming is None or act.chat is None:
        return None
    act.spoken = found.alias
    rest = _words_after(found.rest)
    verb = registry.meant(registry.ALIASES[found.alias.lower()], rest)
    sure = act.chat.use == "direct" or act.incoming.addressed or found.slashed
    sure = sure or (act.incoming.reply_to is not None and find.by_reply(act) is not None)
    sure = sure or bool(find.split_reference(rest).reference) or (verb.about == "nothing" and not rest)
    sure = sure or (verb.key == "report" and bool(rest))
    return (verb, rest) if sure else None


def _words_after(said: str) -> str:
    """Return what follows a verb; a text that was written keeps its last sign, "同意 12。" needs none."""
    words_ = said.lstrip(":,。! \n").rstrip()
    return words_ if len(words_) > LONGEST_SHOUT else words_.rstrip(":,。! ")


def _say(act: Act, verb: Verb, rest: str) -> str:
    check_right(act, verb)
    if verb.about == "nothing":
        verb.handler(act, rest)
        intake.keep_files(act, None)
        return verb.key
    case, rest = _case_meant(act, verb, rest)
    if case is None:
        raise Refusal(words.no_case_here(word_used(act, verb)))
    verb.handler(act, case, rest)
    intake.keep_files(act, case)
    return verb.key


def _press(act: Act, press: str) -> str:
    key, case_id, argument = read_press(press)
    if key == PICK:
        return _picked(act, argument)
    verb = registry.VERBS.get(key)
    if verb is None:
        raise Refusal(words.stale_button())
    check_right(act, verb)
    if verb.about == "nothing":
        verb.handler(act, argument)
        return verb.key
    case = find.by_id(act, case_id) if case_id else None
    if case is None:
        raise Refusal(words.stale_button())
    verb.handler(act, case, argument)
    return verb.key


def _picked(act: Act, sentence: str) -> str:
    """Say again, with its case, what was ambiguous before."""
    found = ALIAS.match(sentence)
    if found is None:
        raise Refusal(words.stale_button())
    return _say(act, registry.VERBS[registry.ALIASES[found["alias"].lower()]], found["rest"].strip())


def _case_meant(act: Act, verb: Verb, rest: str) -> tuple[Case | None, str]:
    named, replied = find.split_reference(rest), find.by_reply(act)
    if replied is not None and not named.marked:
        return _replied(act, verb, replied, rest)
    if named.reference:
        found = find.by_reference(act, named.reference)
        if not found:
            raise Refusal(words.no_such_case(named.reference))
        return _one_of(act, verb, found, named.rest), named.rest
    here = find.open_here(act)
    return (_one_of(act, verb, here, rest) if here else None), rest


def _replied(act: Act, verb: Verb, replied: Case, rest: str) -> tuple[Case | None, str]:
    """Take the case of the message replied to; another case's bare number beside it is not guessed at."""
    named = find.split_reference(rest)
    others = [case for case in find.by_reference(act, named.reference) if named.reference and case.id != replied.id]
    if others:
        raise Refusal(words.which_case(word_used(act, verb)), _picks(verb, [replied, *others], named.rest))
    return find.by_id(act, str(replied.id)), named.rest if named.reference == words.reference(replied) else rest


def _one_of(act: Act, verb: Verb, candidates: Sequence[Case], rest: str) -> Case | None:
    if len(candidates) == 1:
        return find.by_id(act, str(candidates[0].id))
    raise Refusal(words.which_case(word_used(act, verb)), _picks(verb, candidates, rest))


def _picks(verb: Verb, candidates: Sequence[Case], rest: str) -> list[list[Button]]:
    return [
        [Button(words.pick(case), PICK, f"{verb.key} #{words.reference(case)} {rest}"[:LONGEST_PICK])]
        for case in candidates[:MOST_PICKS]
    ]


def _refuse(act: Act, refusal: Refusal | StageRefused) -> None:
    if isinstance(refusal, Refusal):
        about = find.look(act, refusal.case_id) if refusal.case_id else None
        act.aside(refusal.text, refusal.buttons, case=about)
    else:
        act.aside(_stage_refusal(act, refusal))
    intake.keep_files(act, None)
    _, case_id, _ = read_press(act.incoming.press or "") if act.incoming else ("", "", "")
    stale = find.by_id(act, case_id) if case_id else None
    if stale is not None:
        act.refresh(stale)
    act.end({"kind": "refused", "said": _said(act.incoming)})


def _stage_refusal(act: Act, refusal: StageRefused) -> Line:
    return words.wrong_stage(find.look(act, refusal.case_id))


def _said(incoming: Incoming | None) -> dict[str, str]:
    if incoming is None:
        return {}
    return {"platform": incoming.platform, "key": incoming.key, "press": incoming.press or ""}
