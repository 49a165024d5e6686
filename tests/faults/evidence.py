"""What the double and the tables say afterwards: they alone, never the desk, are asked whether anything was lost."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlmodel import Session, col, select

from handlers.record.verify import verify
from storage.database import Database
from storage.outbox import Outbox
from storage.report import Report
from tests.invariants import Limits, Received, broken
from tests.invariants.received import Deed
from tests.platforms.bot_api import BotApi, Call

DEEDS: Final[Mapping[str, Deed]] = {
    "sendMessage": "send",
    "editMessageText": "edit",
    "editMessageReplyMarkup": "edit",
    "answerCallbackQuery": "toast",
    "deleteMessage": "delete",
    "pinChatMessage": "pin",
    "unpinChatMessage": "pin",
}
MARKED: Final = re.compile(r"#(?P<serial>\d+) (?:可能重复|may be a repeat)")
BUTTON: Final = re.compile(r"(?P<serial>\d+)\.\d+\.\d+\.")
GROUP_LIMIT: Final[Limits] = ((20, 45.0),)  # a minute, by a machine so busy that some calls are long under way
FIRST_UPDATE: Final = 100001


class Evidence:
    """The double's log held against the tables."""

    def __init__(self, api: BotApi, database: Database, tapped: Mapping[str, int]) -> None:
        """Read the log; tapped: in which chat each callback query began."""
        self._api, self._database, self._tapped = api, database, tapped
        with database.reading() as session:
            rows = session.exec(select(Outbox).where(Outbox.kind == "message").order_by(col(Outbox.serial))).all()
        self.calls = list(_numbered([call for each in api.calls() if (call := self._received(each))], rows, api))

    def broken(self, *, at_rest: bool) -> list[str]:
        """Return everything that was lost, done twice or left untold, in words."""
        found = broken(
            self._database,
            self.calls,
            now=datetime.now(UTC),
            accepted=self._accepted(),
            limits=lambda name: GROUP_LIMIT if ":-" in name else (),
            at_rest=at_rest,
        )
        with self._database.reading() as session:
            return [*found, *(self._unreported(session) if at_rest else ())]

    def marked(self) -> Counter[int]:
        """Count how often a message or card came with the mark that it may be a repeat, by the number that it bears."""
        return Counter(int(found["serial"]) for call in self._sends() if (found := MARKED.search(call.text)))

    def doubles(self) -> Counter[int]:
        """Count by serial how often people saw a message more than once."""
        with self._database.reading() as session:
            messages = set(session.exec(select(Outbox.serial).where(Outbox.kind == "message")))
        seen = Counter(call.serial for call in self._sends() if call.serial and call.serial in messages)
        return Counter({serial: count - 1 for serial, count in seen.items() if count > 1})

    def in_doubt(self) -> int:
        """Count the sends that landed, and the desk was told nothing."""
        return sum(not call.answered for call in self._sends())

    def _sends(self) -> Iterator[Received]:
        return (call for call in self.calls if call.deed == "send" and call.landed)

    def cards_again(self) -> int:
        """Count the cards that were sent anew although they may stand there: they bear the mark, as messages do."""
        with self._database.reading() as session:
            cards = set(session.exec(select(Outbox.serial).where(Outbox.kind == "card")))
        sent = Counter(call.serial for call in self.calls if call.serial in cards and call.deed == "send")
        return sum(count - 1 for count in sent.values())

    def _received(self, call: Call) -> Received | None:
        deed = DEEDS.get(call.method)
        if deed is None:
            return None
        chat = call.chat_id if deed != "toast" else self._tapped.get(str(call.parameters["callback_query_id"]))
        shown: Any = call.result if isinstance(call.result, dict) else {}
        text = str(shown.get("text") or call.parameters.get("text", ""))
        lost = call.error.startswith("reply lost")
        landed = call.code == 200 and (not call.error or lost)
        at = datetime.fromtimestamp(call.at, UTC)
        return Received(f"telegram:{chat}", at, text, _serial(shown, text), deed, landed, landed and not lost)

    def _accepted(self) -> Iterator[tuple[str, str]]:
        """Yield every update that was acknowledged: all that the double ever gave, but for what it still holds."""
        bot = self._api.world.bot()
        held = {update["update_id"] for update in self._api.pending()}
        for number in range(FIRST_UPDATE, bot.next_update_id):
            if number not in held:
                yield "telegram", f"{bot.user.id}:{number}"

    def _unreported(self, session: Session) -> Iterator[str]:
        """Yield posts that stand in the double's chats, forwarded by people, and are no report."""
        known = set(session.exec(select(Report.message_key).where(Report.platform == "telegram")))
        bot = self._api.world.bot()
        for chat in (*self._api.world.chats.values(), *bot.private.values()):
            for message in chat.messages:
                key = f"{chat.id}/{message.message_id}"
                if "forward_origin" in message.fields and key not in known:
                    yield f"1: {key} was forwarded and taken, and is no report: {message.text[:30]}"


def _serial(shown: Mapping[str, Any], text: str) -> int | None:
    """Read the number of the owed row where the message shows it: under a button, or else in its mark.

    A card may bear the number of another one in its mark: of the one that it came in the stead of.
    """
    rows = shown.get("reply_markup", {}).get("inline_keyboard", ())
    pressed = (BUTTON.match(str(button.get("callback_data", ""))) for row in rows for button in row)
    marked = MARKED.search(text)
    return next((int(found["serial"]) for found in (*pressed, marked) if found), None)


def _numbered(calls: Sequence[Received], rows: Sequence[Outbox], api: BotApi) -> Iterator[Received]:
    """Give each message that shows no number that of its row, by its words and place.

    Of rows with the same words the one that came again, with its mark, is taken first for a copy too many.
    """
    again = Counter(call.serial for call in calls if MARKED.search(call.text))
    free: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: again[row.serial or 0] > 0):
        if row.attempts:
            free[row.destination, str(row.payload.get("text", ""))].append(row.serial or 0)
    taken: set[int] = set()
    for call in calls:
        serials = free.get((call.destination, call.text), [])
        if call.serial is not None or call.deed != "send" or not call.landed or not serials:
            yield call
            continue
        serial = next((each for each in serials if each not in taken), serials[-1])
        taken.add(serial)
        yield replace(call, serial=serial)


def history_is_whole(lines: Sequence[str]) -> bool:
    """Say whether an export of the record verifies."""
    return verify(lines, None).ok
