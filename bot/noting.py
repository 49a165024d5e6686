"""What came of each call is noted here: the row, the card's place, the record, and who has to hear of it."""

import hashlib
import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from zlib import crc32

import structlog

from bot.channels import Proof, ReleaseFailed
from bot.chat.platform import ChatPlatform, SendFailed
from bot.delivering import ON_CHANNELS, Outcome
from bot.parcels import is_pinned
from handlers.act import DIGEST, STATUTORY, Act
from handlers.chats import moving, reaching
from handlers.house import House
from handlers.release import proving
from handlers.release.words import waits
from storage import card_place, history, outbox, outbox_care, together
from storage import case as cases
from storage import destination as destinations
from storage import draft as drafts
from storage import message as messages
from storage.card_place import CardPlace
from storage.case import Case
from storage.chat import Chat
from storage.database import Database, Session
from storage.draft import Shown
from storage.outbox import Outbox

log = structlog.get_logger()
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=10)
LONGEST_STATUTORY: Final = timedelta(minutes=1)  # what the law wants told is not to come ten minutes after an outage
SHARE: Final = 20
MOST_DOUBLINGS: Final = 10  # beyond, the wait is the longest one anyway
MOST_UNKNOWN: Final = 12  # times that a message may have gone out; what surely did not is owed for ever
MENDING: Final = 600.0  # seconds until a group that takes nothing is tried again
KEPT_FOR: Final = timedelta(days=3)  # what a group did not take for so long is of no use to it
WORDS: Final = ("message", "toast")
GIVEN_UP: Final = ("message", "card")  # somebody misses these
UNRECORDED: Final = ("toast", "pin")  # of no weight for the history


class Noting:
    """Keeps what came of calls; several outcomes share a commit."""

    def __init__(self, database: Database, house: House, platforms: Mapping[str, ChatPlatform]) -> None:
        """Note for these platforms."""
        self._database = database
        self._house = house
        self._platforms = platforms
        self._facts: list[history.Fact] = []  # of the commit under way

    def recover(self, now: datetime, serials: Collection[int] | None = None) -> None:
        """Let everything that was being sent when the desk stopped, or these, be sent again as a possible repeat."""
        with self._database.writing() as session:
            left = outbox_care.stranded(session) if serials is None else outbox_care.being_sent(session, serials)
            for row in left:
                _take_up(session, row, now, again=True)

    def note(self, session: Session, outcomes: Sequence[Outcome], now: datetime) -> None:
        """Note what came of calls."""
        self._facts = []
        simple = [outcome for outcome in outcomes if _is_simple(outcome) or self._is_simple_edit(outcome)]
        plain = set(map(id, simple))
        others = [outcome for outcome in outcomes if id(outcome) not in plain]
        known = outbox.load_all(session, [serial for outcome in others for serial in _serials(outcome)])
        self._expect(session, known.values())
        for outcome in outcomes:
            if id(outcome) in plain:
                self._facts += [_sent(row, outcome) for row in outcome.parcel.rows if row.kind not in UNRECORDED]
            else:
                self._note(session, outcome, [known[serial] for serial in _serials(outcome)], now)
        cards = [(out.parcel.first, out.parcel.edits) for out in simple if out.parcel.first.kind == "card"]
        card_place.show(session, cards)
        outbox.went_out(session, [(serial, out.at, out.message_id) for out in simple for serial in _serials(out)])
        session.flush()
        history.record_all(session, self._facts)

    def _is_simple_edit(self, outcome: Outcome) -> bool:
        """Say whether a card stands where it stood, so that nothing but what it shows has changed."""
        parcel = outcome.parcel
        if parcel.first.kind != "card" or parcel.edits is None or not _went_out_whole(outcome):
            return False
        return outcome.message_id == parcel.edits and (
            parcel.pin_stands or not self._platforms[parcel.first.platform].pins
        )

    def _expect(self, session: Session, rows: Collection[Outbox]) -> None:
        """Load at once the cases of cards, and where these stand."""
        cards = [row for row in rows if row.kind == "card" and row.case_id is not None]
        together.look(session, {row.case_id for row in cards if row.case_id is not None}, CardPlace)
        pinned = {row.case_id for row in cards if row.case_id is not None and self._platforms[row.platform].pins}
        cases.look_together(session, pinned)

    def take_up(self, session: Session, outcome: Outcome, now: datetime) -> None:
        """Owe as before what nobody can note: it may be a repeat the next time."""
        for row in outbox.load_all(session, _serials(outcome)).values():
            _take_up(session, row, now + wait_after(row), again=True)

    def not_called(self, session: Session, claims: Mapping[int, int], by: str, now: datetime) -> None:
        """Owe as before what a commit of this worker may have claimed that was not heard of: nobody called for it.

        claims: by serial the attempts as claimed; a row that counts others was not claimed by that commit.
        """
        for serial, row in outbox.load_all(session, claims).items():
            if row.stage == "sending" and row.held_by == by and row.attempts == claims[serial]:
                row.attempts -= 1
                _take_up(session, row, now, again=False)

    def not_noted(self, session: Session, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Leave out what a commit has noted that was not heard of."""
        known = outbox.load_all(session, [serial for outcome in outcomes for serial in _serials(outcome)])
        return [outcome for outcome in outcomes if all(_still_sending(row, known) for row in outcome.parcel.rows)]

    def _note(self, session: Session, outcome: Outcome, rows: Sequence[Outbox], now: datetime) -> None:
        if not outcome.tried:
            for row in rows:
                row.attempts -= 1
                _take_up(session, row, now, again=False)
        elif rows[0].kind in ON_CHANNELS:
            self._on_channel(session, rows[0], outcome, now)
        elif isinstance(outcome.failure, SendFailed):
            self._failed(session, rows, outcome.failure, now)
        else:
            for row in rows:
                self._done(session, row, outcome)

    # what went out

    def _done(self, session: Session, row: Outbox, outcome: Outcome) -> None:
        row.stage, row.sent_at = "expired" if outcome.expired else "sent", outcome.at
        row.message_id, row.trouble = outcome.message_id, ""
        if row.stage == "sent":
            if outcome.parcel.lost and row.chat_id is not None:
                act = Act(session, self._house, outcome.at)
                reaching.reachable(act, session.get_one(Chat, row.chat_id))
                act.end({"kind": "reached"})
            self._keep_ids(session, row, outcome)
            if row.shows:
                drafts.remember_shown(session, shown_of(row, outcome.at))
        if row.kind not in UNRECORDED:
            self._facts.append(_fact(row, outcome.at))

    def _keep_ids(self, session: Session, row: Outbox, outcome: Outcome) -> None:
        parts = (outcome.message_id or "").split()
        if len(parts) > 1 and row.chat_id is not None:
            messages.add_parts(session, row.chat_id, row.serial or 0, parts)
        if row.kind == "card" and len(outcome.parcel.rows) == 1:
            self._keep_place(session, row, outcome.at)

    def _keep_place(self, session: Session, row: Outbox, at: datetime) -> None:
        case_id, chat_id = row.case_id, row.chat_id
        if case_id is None or chat_id is None:
            raise ValueError(f"no card: {row.serial}")
        place = card_place.add(session, case_id, chat_id)
        moved = place.message_id != row.message_id
        place.message_id, place.shown = row.message_id, str(row.payload.get("shown", ""))
        place.pinned = place.pinned and not moved
        session.add(place)
        if self._platforms[row.platform].pins:
            self._pin(session, row, place, at)

    def _pin(self, session: Session, row: Outbox, place: CardPlace, at: datetime) -> None:
        """Pin the card in the staff's chat, or let go of it."""
        case, chat = session.get_one(Case, place.case_id), session.get_one(Chat, place.chat_id)
        wanted = is_pinned(case)
        if chat.use != "staff" or wanted == place.pinned:
            return
        place.pinned = wanted
        first = (row.message_id or "").partition(" ")[0]
        owed = Outbox(
            kind="pin", platform=row.platform, destination=row.destination, chat_id=row.chat_id, case_id=row.case_id,
            lane=DIGEST, payload={"message_id": first, "pinned": wanted}, created_at=at, not_before=at,
        )  # fmt: skip
        outbox.put(session, owed)

    # what did not

    def _failed(self, session: Session, rows: Sequence[Outbox], failure: SendFailed, now: datetime) -> None:
        chat = session.get_one(Chat, rows[0].chat_id) if rows[0].chat_id is not None else None
        if failure.unreachable and chat is not None and chat.use != "direct":
            failure.after = MENDING  # whoever runs the group can mend it; nobody else hears what is owed there
        for row in rows:
            self._one_failed(session, row, failure, now)
        if failure.moved_to:
            old = rows[0].destination.partition(":")[2]
            act = Act(session, self._house, now)
            moving.move(act, rows[0].platform, old, failure.moved_to)
            act.end({"kind": "chat_moved"})
        if failure.after:
            _pause(session, rows[0].destination, now + timedelta(seconds=failure.after))
        if failure.unreachable and chat is not None:
            act = Act(session, self._house, now)
            reaching.unreachable(act, chat, str(failure)[:200])
            act.end({"kind": "unreachable"})
        elif chat is not None and rows[0].kind in GIVEN_UP and rows[0].stage == "failed":
            act = Act(session, self._house, now)
            reaching.given_up(act, chat, rows[0])
            act.end({"kind": "given_up"})

    def _one_failed(self, session: Session, row: Outbox, failure: SendFailed, now: datetime) -> None:
        row.trouble = str(failure)[:500]
        if failure.after or failure.moved_to:  # not this message's fault
            row.attempts -= 1
        times = int(row.payload.get("again", 0)) + failure.unknown
        mendable = failure.after and now - row.created_at <= KEPT_FOR
        gone = times >= MOST_UNKNOWN or (failure.permanent and not mendable)
        at_once = failure.moved_to or failure.unreachable  # as soon as the pause of the destination is over
        wait = timedelta() if at_once else max(wait_after(row), timedelta(seconds=failure.after))
        if row.kind == "card":
            card_place.unsure(session, row)
            if failure.unknown:  # it was sent, or sent anew where what stood there is gone
                card_place.doubt(session, row)
        _take_up(session, row, now + wait, again=failure.unknown)
        if gone:
            row.stage = "failed"
            outbox.save(session, row)
            self._facts.append(_fact(row, now))
        log.warning("not sent", serial=row.serial, to=row.destination, why=row.trouble, stage=row.stage)

    # releases

    def _on_channel(self, session: Session, row: Outbox, outcome: Outcome, now: datetime) -> None:
        if isinstance(outcome.failure, ReleaseFailed):
            self._not_on_channel(session, row, outcome.failure, now)
            return
        row.stage, row.sent_at, row.trouble = "sent", outcome.at, ""
        row.message_id = outcome.proof.id if outcome.proof else None
        outbox.save(session, row)
        act = Act(session, self._house, now)
        if row.kind == "withdrawal":
            proving.withdrawn(act, proving.release_id(row.payload), _channel(row))
            act.end({"kind": "release_withdrawn"})
            return
        _proved(act, row, outcome.proof)
        act.end({"kind": "release_proved"})

    def _not_on_channel(self, session: Session, row: Outbox, failure: ReleaseFailed, now: datetime) -> None:
        row.stage, row.trouble = "pending", str(failure)[:500]
        least = timedelta(seconds=failure.after)
        row.not_before = now + max(least, wait_for(row, now) if waits(row.trouble) else wait_after(row))
        act = Act(session, self._house, now)
        if failure.moved is not None:
            row.not_before = now
            moving.move(act, failure.moved.platform, failure.moved.old, failure.moved.new)
        outbox.save(session, row)
        release_id = proving.release_id(row.payload)
        if row.kind == "withdrawal":
            proving.not_withdrawn(act, release_id, _channel(row), row.trouble)
            act.end({"kind": "withdrawal_failed"})
        else:
            proving.not_proved(act, release_id, _channel(row), row.trouble)
            act.end({"kind": "release_failed"})
        log.warning("release not proved", serial=row.serial, channel=row.destination, why=row.trouble)


def _proved(act: Act, row: Outbox, proof: Proof | None) -> None:
    if proof is None:
        raise ValueError(f"no proof: {row.serial}")
    release_id = proving.release_id(row.payload)
    proving.proved(act, release_id, _channel(row), url=proof.url, at=proof.at, sha256=proof.sha256, id=proof.id)


def _channel(row: Outbox) -> str:
    return row.destination.partition(":")[2]


def _take_up(session: Session, row: Outbox, moment: datetime, *, again: bool) -> None:
    """Owe a row as before; again: it may have gone out, and says so the next time.

    A card says so itself, and so does whatever card of its case comes there in its stead.
    """
    if row.kind == "card" and again:
        card_place.unsure(session, row)
        if not card_place.stands(session, row):
            card_place.doubt(session, row)
    if row.kind == "card" and outbox.fresher_card(session, row):
        row.stage = "expired"  # the one that is owed since shows the case as it stands by then
        outbox.save(session, row)
        return
    row.stage, row.not_before = "pending", moment
    row.payload = outbox_care.unpacked(row.payload)
    if row.kind == "message" and again:
        row.payload = {**row.payload, "again": int(row.payload.get("again", 0)) + 1}
    outbox.save(session, row)


def _pause(session: Session, name: str, until: datetime) -> None:
    paused = destinations.of(session, [name])[name]
    paused.paused_until = max(until, paused.paused_until or until)
    destinations.save(session, paused)


def _went_out_whole(outcome: Outcome) -> bool:
    if not outcome.tried or outcome.expired or outcome.failure is not None or " " in (outcome.message_id or ""):
        return False
    return not outcome.parcel.lost


def _is_simple(outcome: Outcome) -> bool:
    """Say whether nothing but the rows changes, so that they need not be read again: words that went out whole."""
    return _went_out_whole(outcome) and all(row.kind in WORDS and not row.shows for row in outcome.parcel.rows)


def _still_sending(row: Outbox, known: Mapping[int, Outbox]) -> bool:
    now = known[row.serial or 0]
    return now.stage == "sending" and now.attempts == row.attempts


def _serials(outcome: Outcome) -> list[int]:
    return [row.serial or 0 for row in outcome.parcel.rows]


def _sent(row: Outbox, outcome: Outcome) -> history.Fact:
    return _told(row, outcome.at, outcome.message_id, "sent")


def _fact(row: Outbox, at: datetime) -> history.Fact:
    return _told(row, at, row.message_id, row.stage)


def _told(row: Outbox, at: datetime, message_id: str | None, end: str) -> history.Fact:
    text = str((row.payload.get("list") or row.payload).get("text", ""))
    payload = {
        "serial": row.serial, "what": row.kind, "to": row.destination, "message": message_id,
        "text": hashlib.sha256(text.encode()).hexdigest(), "attempts": row.attempts, "end": end,
    }  # fmt: skip
    return history.Fact(row.case_id, at, "sent", "desk", "", payload)


def wait_after(row: Outbox) -> timedelta:
    """Return how long to wait after so many attempts: doubling, a little more or less from row to row."""
    longest = LONGEST_STATUTORY if row.lane == STATUTORY and row.kind == "message" else LONGEST_WAIT
    wait: timedelta = min(FIRST_WAIT * 2 ** min(max(0, row.attempts - 1), MOST_DOUBLINGS), longest)
    spread = crc32(f"{row.serial}/{row.attempts}".encode()) / 2**32  # against stampedes, and the same each time
    return wait * (0.9 + 0.2 * spread)


def wait_for(row: Outbox, now: datetime) -> timedelta:
    """Return how long to wait until somebody else's work is looked at again: a twentieth of what it took so far."""
    return min((now - row.created_at) / SHARE, LONGEST_WAIT)


def shown_of(row: Outbox, now: datetime) -> Shown:
    """Return what a sent message let its reader see."""
    return Shown(
        person_id=uuid.UUID(row.shows["person"]),
        case_id=uuid.UUID(row.shows["case"]),
        draft_version=row.shows["version"],
        manifest_hash=row.shows["manifest"],
        at=now,
    )
