"""One act of the desk: what it may look at, and how it changes, says and plans things."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from config.language import Said, Voice, joined, lines, t
from config.plan import Plan
from handlers import night, registry
from handlers.conversation import Button, Content, Incoming, press_of
from handlers.errors import Refusal
from handlers.house import House
from handlers.post_keys import PostKeys
from handlers.reading.post import Reading
from storage import card_place, history, outbox, timer
from storage import chat as chats
from storage import person as people
from storage.case import Case
from storage.changes import Changes
from storage.chat import Chat
from storage.database import Session
from storage.history import Fact
from storage.outbox import Outbox
from storage.person import Person
from storage.timer import Timer

# Lanes, in the order in which what is owed goes out: what a limit or somebody's duty hangs on, what a text needs on its
# way to the signature, what answers or tells, cards, what can wait.
STATUTORY, APPROVAL, ANSWER, CARD, DIGEST = range(len(outbox.LANES))
NOTHING = joined(())  # acknowledges a tap without a word
SEVERAL = 2
TOAST_LIVES = timedelta(seconds=30)
# What becomes of these may settle what somebody was asked: tables, and their columns.
DECIDED_IN, DECIDED = {"cases", "gate_step"}, {"stage", "asked_ids", "spokesperson_id"}


class Act:
    """One event, one transaction: everything an act does is committed together, or not at all."""

    def __init__(
        self,
        session: Session,
        house: House,
        now: datetime,
        incoming: Incoming | None = None,
        reading: Reading | None = None,
        keys: PostKeys | None = None,
    ) -> None:
        """Begin an act; without an incoming event the desk acts by itself."""
        self.session = session
        self.house = house
        self.now = now
        self.incoming = incoming
        self.reading = reading
        self.keys = keys
        self.event_id: uuid.UUID | None = None
        self.spoken = ""  # the word that named the verb
        self.wanted_of_file: Mapping[str, str] = {}  # what the file that came with the words is for
        self.late_since: datetime | None = None  # since when this was due: whatever is said now says so (R6)
        self.person: Person | None = None
        self.chat: Chat | None = None
        self._touched: dict[uuid.UUID, Case] = {}
        self._notes: list[dict[str, Any]] = []
        self._changes = Changes(session)
        self._toasted = False
        self._owed: list[Mapping[str, Any]] = []
        if incoming is not None:
            self.person = people.by_account(session, incoming.platform, incoming.sender.account)
            self.chat = chats.by_account(session, incoming.platform, incoming.place.account)

    # who and where

    @property
    def somebody(self) -> Person:
        """Return who acts; an unknown account is refused."""
        if self.person is None:
            raise Refusal(t("我还不认识您,未做任何改动。请让管理员发给您邀请码(“邀请 姓名”)。"))
        return self.person

    @property
    def today(self) -> date:
        """Return the day it is where the bureau is."""
        return self.now.astimezone(self.house.zone).date()

    @property
    def tapped(self) -> bool:
        """Say whether this came from a button."""
        return self.incoming is not None and self.incoming.press is not None

    def plan_for(self, case: Case) -> Plan:
        """Return the plan a case runs under."""
        return self.house.plan_of(self.session, case.plan_hash)

    def voice_for(self, chat: Chat | None, person: Person | None = None) -> Voice:
        """Return how to speak in a chat, or to a person."""
        return self.house.voice((person.language if person else "") or (chat.language if chat else ""))

    def _foreign(self, voice: Voice) -> str:
        return voice.language if voice.language != self.house.language else ""

    def speaks_here(self) -> None:
        """Note where somebody speaks 1:1, as long as they might speak elsewhere: there they are written to."""
        person, chat = self.person, self.chat
        if person is None or chat is None or chat.use != "direct" or len(self.house.platforms) < SEVERAL:
            return
        if chat.platform in self.house.platforms and person.spoke_on != chat.platform:
            person.spoke_on = chat.platform
            people.save(self.session, person)

    # change

    def changed(self, case: Case) -> None:
        """Keep a case, and let its cards be shown afresh."""
        self.session.add(case)
        self._touched[case.id] = case

    def happened(self, happening: str, case: Case) -> None:
        """Let everything follow that follows from this, in the order of the capabilities."""
        self.changed(case)
        for listener in registry.LISTENERS.get(happening, ()):
            listener(self, case)

    def note(self, **said: object) -> None:
        """Put something on record beside what changed."""
        self._notes.append(said)

    def later(
        self, kind: str, due_at: datetime, *, case: Case | None = None, subject: str = "", **payload: object
    ) -> None:
        """Let something fall due, in place of what waits of that kind about the same subject."""
        if subject:
            timer.cancel(self.session, kind, subject, case.id if case else None)
        owed = Timer(kind=kind, due_at=due_at, case_id=case.id if case else None, subject=subject, payload=payload)
        timer.set_timer(self.session, owed)

    def no_longer(self, kind: str, subject: str, *, case: Case | None = None) -> None:
        """Cancel what waits; with the case whose timer it would be, nothing is asked where that is known."""
        timer.cancel(self.session, kind, subject, case.id if case else None)

    # say

    def answer(self, text: Said, *, case: Case | None = None) -> None:
        """Answer shortly: a toast to a tap, a message to words."""
        if self.tapped:
            self._toast(text)
        else:
            self.reply(text, case=case)

    def reply(
        self,
        text: Said,
        buttons: Sequence[Sequence[Button]] = (),
        *,
        case: Case | None = None,
        alone: bool = False,
    ) -> None:
        """Answer with a message in the same chat; alone: it never becomes part of a list."""
        if self.chat is not None and self.incoming is not None:
            to = self.incoming.message_id or None
            self._owe(self.chat, text, buttons, case=case, reply_to=to, person=self.person, alone=alone)

    def aside(self, text: Said, buttons: Sequence[Sequence[Button]] = (), *, case: Case | None = None) -> None:
        """Answer so that no group is disturbed: a toast to a tap, else a word to the person alone."""
        if self.tapped and not buttons:
            self._toast(text)
            return
        to = self.person if self.chat is not None and self.chat.use != "direct" else None
        if to is not None and self.tell(to, text, buttons, case=case):
            return
        if self.chat is None or self.chat.use != "release_channel":  # what the public reads is for releases alone
            self.reply(text, buttons, case=case)

    def tell(
        self,
        person: Person,
        text: Said,
        buttons: Sequence[Sequence[Button]] = (),
        *,
        case: Case | None = None,
        lane: int = ANSWER,
        shows: Mapping[str, Any] | None = None,
    ) -> bool:
        """Say something to one person, 1:1; False when no chat reaches them."""
        reach = {chat.platform: chat for chat in chats.direct(self.session, person.id)}
        for platform in (person.addressed_on, person.spoke_on, *self.house.platforms):
            if platform in reach and platform in self.house.platforms:
                self._owe(reach[platform], text, buttons, case=case, lane=lane, person=person, shows=shows)
                return True
        return False

    def tell_or_name(
        self,
        person: Person,
        use: str,
        text: Said,
        buttons: Sequence[Sequence[Button]] = (),
        *,
        case: Case,
        lane: int = ANSWER,
    ) -> None:
        """Say something to one person, 1:1; where no chat reaches them, by name in the chats of a use."""
        if not self.tell(person, text, buttons, case=case, lane=lane):
            self.announce(use, text, buttons, case=case, lane=lane, names=person)

    def announce(
        self,
        use: str,
        text: Said,
        buttons: Sequence[Sequence[Button]] = (),
        *,
        case: Case | None = None,
        lane: int = ANSWER,
        names: Person | None = None,
    ) -> None:
        """Say something in every chat of one use; it may name one person."""
        for chat in chats.used_for(self.session, use):
            spoken = lines(text, t("@{name}", name=names.name)) if names else text
            self._owe(chat, spoken, buttons, case=case, lane=lane, person=names)

    def card(self, case: Case, chat: Chat) -> None:
        """Give a case its live card in a chat."""
        if not self._speaks_in(chat):
            return
        card_place.add(self.session, case.id, chat.id)
        self._touched[case.id] = case

    def refresh(self, case: Case) -> None:
        """Let a case's cards be shown as the case stands, although nothing changed."""
        self._touched[case.id] = case

    def fresh_card(self, case: Case) -> None:
        """Show a case's card anew in this chat; from now on that is the one kept current here."""
        if self.chat is not None and self.chat.use != "intake":
            card_place.add(self.session, case.id, self.chat.id).message_id = None
            self._touched[case.id] = case

    # end

    def end(self, said: Mapping[str, Any], *, acknowledge: bool = True) -> None:
        """Owe the fresh cards, acknowledge a tap that got no word, and write the history of this act."""
        if acknowledge and self.incoming is not None and self.incoming.receipt and not self._toasted:
            self._toast(NOTHING)
        found = self._changes.end()
        main = next((case_id for case_id in found if case_id is not None), next(iter(self._touched), None))
        if self._notes:
            found.setdefault(main, [])
        # Always in the same order, so that two acts over several chains never wait for each other.
        for case_id, changes in sorted(found.items(), key=lambda pair: (pair[0] is None, str(pair[0]))):
            notes = {"notes": self._notes} if self._notes and case_id == main else {}
            self._record(case_id, {**said, "changes": changes, **notes})
        for case in self._touched.values():
            self._refresh(case)
            if self.house.spends and _is_decided(found.get(case.id, ())):
                for listener in registry.LISTENERS.get("decided", ()):
                    listener(self, case)
        outbox.put_all(self.session, self._owed)
        self.session.settle()

    def drop(self) -> None:
        """Forget an act that failed."""
        self._changes.drop()

    def _record(self, case_id: uuid.UUID | None, payload: dict[str, Any]) -> None:
        actor = str(self.person.id) if self.person else "desk"
        name = self.person.name if self.person else (self.incoming.sender.name if self.incoming else "")
        kind = str(payload.pop("kind", "act"))
        history.keep(self.session, Fact(case_id, self.now, kind, actor, name, payload))

    def _refresh(self, case: Case) -> None:
        for place in card_place.of_case(self.session, case.id):
            chat = chats.known(self.session, place.chat_id)
            if chat.use in ("unbound", "release_channel"):  # let go, or turned over to the public, meanwhile
                continue
            if not self._speaks_in(chat) or (chat.platform in self.house.pages and place.message_id is not None):
                continue  # a page shows the case as it stands whenever it is opened
            self._owed.append(self._row("card", chat, case=case, lane=CARD))

    def take_buttons(self, case: Case, row: Outbox, chat: Chat, person: Person) -> None:
        """Put one that opens the case in the place of a message's buttons, in silence."""
        voice = self.voice_for(chat, person)
        instead = rendered([[Button(words_of_spent(), "case")]], case, voice)
        content = Content(words_of_spent().say(voice), instead, receipt=row.message_id or "", spends=True)
        self._owed.append({**self._row("toast", chat, lane=DIGEST), "payload": payload_of(content)})

    def _toast(self, text: Said) -> None:
        self._toasted = True
        if self.chat is None or self.incoming is None:
            return
        voice = self.voice_for(self.chat, self.person)
        content = Content(
            text.say(voice),
            reply_to=self.incoming.message_id,
            only_for=self.incoming.sender.account,
            receipt=self.incoming.receipt,
            language=self._foreign(voice),
        )
        row = self._row("toast", self.chat, lane=STATUTORY)  # it expires soon, and no limit counts it
        self._owed.append({**row, "payload": payload_of(content), "expires_at": self.now + TOAST_LIVES})

    def _owe(
        self,
        chat: Chat,
        text: Said,
        buttons: Sequence[Sequence[Button]],
        *,
        case: Case | None = None,
        lane: int = ANSWER,
        reply_to: str | None = None,
        person: Person | None = None,
        shows: Mapping[str, Any] | None = None,
        alone: bool = False,
    ) -> None:
        if not self._speaks_in(chat):
            return
        if self.late_since is not None:
            text = lines(text, t("(迟发,原定 {due})", due=self.late_since))
        voice = self.voice_for(chat, person if chat.use == "direct" else None)
        topic = self.incoming.place.topic if self.incoming is not None and chat is self.chat else ""
        taps, language = rendered(buttons, case, voice), self._foreign(voice)
        content = Content(text.say(voice), taps, reply_to, topic=topic, language=language)
        payload = payload_of(content) | ({"alone": True} if alone else {})
        if case is not None and chat is not self.chat and self._can_wait(case):
            payload["silent"] = True
        row = self._row("message", chat, case=case, lane=lane)
        named = person.id if person else None
        self._owed.append({**row, "payload": payload, "shows": dict(shows or {}), "person_id": named})

    def _can_wait(self, case: Case) -> bool:
        """Say whether it is night and a case wakes nobody."""
        return night.waits_until(self.session, self.plan_for(case), case, self.now) is not None

    def _speaks_in(self, chat: Chat) -> bool:
        """Say whether anything sent to a chat could arrive: no file hears anything, nor a platform that is off."""
        return chat.use != "intake" and chat.platform in (*self.house.platforms, *self.house.pages)

    def _row(self, kind: str, chat: Chat, *, case: Case | None = None, lane: int) -> dict[str, Any]:
        """Return what is owed, by column."""
        return {
            "kind": kind,
            "platform": chat.platform,
            "destination": f"{chat.platform}:{chat.account}",
            "chat_id": chat.id,
            "case_id": case.id if case else None,
            "lane": lane,
            "created_at": self.now,
            "not_before": self.now,
        }


def _is_decided(changes: Sequence[Mapping[str, Any]]) -> bool:
    return any(change["table"] in DECIDED_IN and DECIDED & change.get("set", {}).keys() for change in changes)


def words_of_spent() -> Said:
    """Say in place of buttons that what they asked is settled."""
    return t("已处理")


def rendered(
    buttons: Sequence[Sequence[Button]], case: Case | None, voice: Voice
) -> tuple[tuple[dict[str, str], ...], ...]:
    """Render buttons for a reader: label and press."""
    case_id = case.id if case else None
    return tuple(
        tuple(
            {
                "label": button.label.say(voice),
                "press": press_of(button.verb, button.about or case_id, button.argument),
                **({"urgent": "yes"} if button.urgent else {}),
            }
            for button in row
        )
        for row in buttons
        if row
    )


def payload_of(content: Content) -> dict[str, Any]:
    """Return a content as the outbox keeps it."""
    return {
        "text": content.text,
        "buttons": [list(row) for row in content.buttons],
        "reply_to": content.reply_to,
        "only_for": content.only_for,
        "topic": content.topic,
        "receipt": content.receipt,
        **({"spends": True} if content.spends else {}),
        **({"language": content.language} if content.language else {}),
    }


def content_of(payload: Mapping[str, Any]) -> Content:
    """Read a content back from the outbox."""
    return Content(
        payload["text"],
        tuple(tuple(row) for row in payload.get("buttons", ())),
        payload.get("reply_to"),
        payload.get("only_for", ""),
        topic=payload.get("topic", ""),
        silent=payload.get("silent", False),
        receipt=payload.get("receipt", ""),
        spends=payload.get("spends", False),
        language=payload.get("language", ""),
    )
