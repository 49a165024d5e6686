"""Everything owed goes out here: claim, call the platform, note what came of it."""

import hashlib
import random
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.channels import Channel, ReleaseFailed
from bot.chat.platform import ChatPlatform, SendFailed
from config.language import t
from handlers import card
from handlers.act import Act, content_of, rendered
from handlers.conversation import Content
from handlers.house import House
from handlers.release import proving
from storage import case as cases
from storage import draft as drafts
from storage import history, outbox
from storage import person as people
from storage.chat import Chat
from storage.database import Database, DatabaseTrouble, Session
from storage.draft import Shown
from storage.outbox import Outbox
from storage.release import Release

log = structlog.get_logger()
BATCH = 50
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=10)
MOST_DOUBLINGS = 10  # beyond, the wait is the longest one anyway
MOST_ATTEMPTS = 12  # of a chat message; a release is owed for ever
CHANNEL = "channel"  # the platform of an owed release


class Sender:
    """Sends what is owed. Each row ends as sent, failed for good, to be retried, or unknown."""

    def __init__(
        self,
        database: Database,
        house: House,
        platforms: Mapping[str, ChatPlatform],
        channels: Mapping[str, Channel],
    ) -> None:
        """Send through these platforms and channels; rows for others wait."""
        self._database = database
        self._house = house
        self._platforms = platforms
        self._channels = channels
        self.destinations = (*platforms, CHANNEL)
        self._unsettled: dict[int, bool] = {}  # claimed, and whether it was tried: nobody noted yet what came of it

    def recover(self, now: datetime) -> None:
        """Send again, marked, what was being sent when the desk stopped: nobody knows whether it went out."""
        with self._database.writing() as session:
            for row in outbox.stranded(session):
                self._take_up(session, row, now, tried=True)

    def _take_up(self, session: Session, row: Outbox, moment: datetime, *, tried: bool) -> None:
        row.stage, row.not_before = "pending", moment
        if row.kind == "message" and tried:
            row.payload = {**row.payload, "extra": {**row.payload.get("extra", {}), "again": row.serial}}
        outbox.save(session, row)

    def send_due(self, now: datetime) -> int:
        """Send a batch; return how many rows were tried."""
        self._settle_unsettled(now)
        with self._database.reading() as session:
            if not outbox.any_due(session, self.destinations, now):
                return 0
        with self._database.writing() as session:
            claimed = [row.serial or 0 for row in outbox.claim(session, self.destinations, now, BATCH)]
        self._unsettled = dict.fromkeys(claimed, False)
        for serial in claimed:
            self._unsettled[serial] = True
            self._send(serial, now)
            del self._unsettled[serial]
        return len(claimed)

    def _settle_unsettled(self, now: datetime) -> None:
        """Take up again what an unusable database kept us from finishing."""
        if self._unsettled:
            with self._database.writing() as session:
                for serial, tried in self._unsettled.items():
                    row = outbox.load(session, serial)
                    self._take_up(session, row, now + wait_after(row.attempts) if tried else now, tried=tried)
            self._unsettled = {}

    def _send(self, serial: int, now: datetime) -> None:
        with self._database.reading() as session:
            row = outbox.load(session, serial)
        try:
            if row.kind == "release":
                self._publish(row, now)
            else:
                self._deliver(row, now)
        except SendFailed as failure:
            self._failed(row, failure, now)
        except ReleaseFailed as failure:
            self._not_proved(row, str(failure), now)
        except DatabaseTrouble:
            raise
        except Exception as broken:  # the edge to a platform's code: one broken send must not stop the others
            log.exception("a send broke", serial=row.serial)
            if row.kind == "release":
                self._not_proved(row, repr(broken), now)
            else:
                self._failed(row, SendFailed(repr(broken), unknown=True), now)

    # chats

    def _deliver(self, row: Outbox, now: datetime) -> None:
        if row.expires_at is not None and row.expires_at < now:
            self._note(row, "expired", now)
            return
        platform = self._platforms[row.platform]
        chat = row.destination.partition(":")[2]
        if row.kind == "toast":
            platform.toast(chat, content_of(row.payload), now)
            self._note(row, "sent", now)
        elif row.kind == "card":
            self._show_card(row, platform, chat, now)
        else:
            self._note(row, "sent", now, platform.send(chat, self._marked(content_of(row.payload), row), now))

    def _show_card(self, row: Outbox, platform: ChatPlatform, chat: str, now: datetime) -> None:
        with self._database.reading() as session:
            case_id, chat_id = card_of(row)
            case, place = cases.look(session, case_id), outbox.place(session, case_id, chat_id)
            voice = self._house.voice(language_of(session, session.get_one(Chat, chat_id)))
            message = card.render(session, self._house, case, now)
        content = Content(message.text.say(voice), rendered(message.buttons, case, voice))
        old = place.message_id if place else None
        message_id = platform.edit(chat, old, content, now) if old else platform.send(chat, content, now)
        self._note(row, "sent", now, message_id, text=content.text)

    def _marked(self, content: Content, row: Outbox) -> Content:
        """Say that a message may be a repeat, with the serial number both copies bear."""
        if not content.extra.get("again") or row.chat_id is None:
            return content
        with self._database.reading() as session:
            voice = self._house.voice(language_of(session, session.get_one(Chat, row.chat_id)))
        mark = t("(#{serial} 可能重复)", serial=row.serial).say(voice)
        return Content(f"{content.text}\n{mark}", content.buttons, content.reply_to)

    def _note(self, row: Outbox, stage: str, now: datetime, message_id: str | None = None, *, text: str = "") -> None:
        with self._database.writing() as session:
            row = outbox.load(session, row.serial or 0)
            row.stage, row.sent_at, row.message_id = stage, now, message_id
            if row.kind == "card" and text:
                row.payload = {"text": text}
                self._keep_place(session, row)
            outbox.save(session, row)
            if row.shows and stage == "sent":
                drafts.remember_shown(session, shown_of(row, now))
            if row.kind != "toast":
                self._record(session, row, now)

    def _keep_place(self, session: Session, row: Outbox) -> None:
        place = outbox.add_place(session, *card_of(row))
        place.message_id = row.message_id
        outbox.save(session, place)

    def _record(self, session: Session, row: Outbox, now: datetime) -> None:
        text = str(row.payload.get("text", ""))
        payload = {
            "serial": row.serial, "what": row.kind, "to": row.destination, "message": row.message_id,
            "text": hashlib.sha256(text.encode()).hexdigest(), "attempts": row.attempts, "end": row.stage,
        }  # fmt: skip
        history.record(
            session, chain_case=row.case_id, at=now, kind="sent", actor="desk", actor_name="", payload=payload
        )

    def _failed(self, row: Outbox, failure: SendFailed, now: datetime) -> None:
        with self._database.writing() as session:
            row = outbox.load(session, row.serial or 0)
            row.trouble = str(failure)[:500]
            gone = failure.permanent or row.attempts >= MOST_ATTEMPTS
            row.stage = "failed" if gone else "pending"
            row.not_before = now + max(wait_after(row.attempts), timedelta(seconds=failure.after))
            if failure.unknown and not gone:
                row.payload = {**row.payload, "extra": {**row.payload.get("extra", {}), "again": row.serial}}
            outbox.save(session, row)
            if gone:
                self._record(session, row, now)
        log.warning("not sent", serial=row.serial, to=row.destination, why=row.trouble, stage=row.stage)

    # releases

    def _publish(self, row: Outbox, now: datetime) -> None:
        channel = self._channels.get(row.destination.partition(":")[2])
        if channel is None:
            raise ReleaseFailed("no such channel here")
        with self._database.reading() as session:
            release = session.get_one(Release, proving.release_id(row.payload))
            addresses = proving.addresses(session, release)
        proof = channel.publish(release, addresses, now)
        with self._database.writing() as session:
            row = outbox.load(session, row.serial or 0)
            row.stage, row.sent_at, row.message_id = "sent", now, proof.id
            outbox.save(session, row)
            act = Act(session, self._house, now)
            proving.proved(act, release.id, channel.name, url=proof.url, at=proof.at, sha256=proof.sha256, id=proof.id)
            act.end({"kind": "release_proved"})

    def _not_proved(self, row: Outbox, why: str, now: datetime) -> None:
        with self._database.writing() as session:
            row = outbox.load(session, row.serial or 0)
            row.stage, row.trouble = "pending", why[:500]
            row.not_before = now + wait_after(row.attempts)
            outbox.save(session, row)
            act = Act(session, self._house, now)
            proving.not_proved(act, proving.release_id(row.payload), row.destination.partition(":")[2], row.trouble)
            act.end({"kind": "release_failed"})
        log.warning("release not proved", serial=row.serial, channel=row.destination, why=why)


def card_of(row: Outbox) -> tuple[uuid.UUID, uuid.UUID]:
    """Return the case and the chat of an owed card; a row without them is none."""
    if row.case_id is None or row.chat_id is None:
        raise ValueError(f"no card: {row.serial}")
    return row.case_id, row.chat_id


def language_of(session: Session, chat: Chat) -> str:
    """Return the language of a chat: in 1:1 that of the person, else its own."""
    person = people.person(session, chat.person_id) if chat.person_id else None
    return (person.language if person else "") or chat.language


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: doubling, with a little chance against stampedes."""
    wait: timedelta = min(FIRST_WAIT * 2 ** min(max(0, attempts - 1), MOST_DOUBLINGS), LONGEST_WAIT)
    return wait * random.uniform(0.9, 1.1)  # noqa: S311 - spreads retries, keeps no secret


def shown_of(row: Outbox, now: datetime) -> Shown:
    """Return what a sent message let its reader see."""
    return Shown(
        person_id=uuid.UUID(row.shows["person"]),
        case_id=uuid.UUID(row.shows["case"]),
        draft_version=row.shows["version"],
        manifest_hash=row.shows["manifest"],
        at=now,
    )
