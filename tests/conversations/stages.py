"""Where the transcripts are played: the drill, and Telegram through the real library and a Bot API over HTTP."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.chat.drill import DESK, DrillPlatform, direct_chat
from bot.chat.platform import ChatPlatform
from bot.chat.telegram.platform import TelegramPlatform
from bot.clock import Clock
from bot.desk import Desk
from handlers.conversation import File, Origin
from storage import chat as chats
from storage import drill
from storage import message as messages
from storage.blobs import Blobs
from storage.database import Database
from tests.platforms.bot_api import BotApi, Message

CONTENTS: dict[str, bytes] = {}  # of the files that the cast sends, by hash


@dataclass(frozen=True)
class Said:
    """A message as somebody in the chat sees it."""

    id: int  # later ones are greater, in whatever chat
    text: str
    author: str
    buttons: Sequence[Sequence[dict[str, str]]] = ()
    only_for: str = ""  # a toast: the account that tapped
    name: int = 0  # what the platform calls it


@dataclass(frozen=True)
class Words:
    """What one of the cast says."""

    person: str
    name: str
    chat: str
    text: str
    files: Sequence[File] = ()
    origin: Origin | None = None
    reply_to: Said | None = None
    album: str | None = None


class Stage(Protocol):
    """Chats in which the cast speaks and the desk answers; everything said reaches the desk before it returns."""

    @property
    def platform(self) -> ChatPlatform:
        """Return what the desk speaks through."""
        ...

    @property
    def platforms(self) -> Mapping[str, ChatPlatform]:
        """Return all platforms that are on, by name."""
        ...

    @property
    def blobs(self) -> Blobs | None:
        """Return where files are kept that must be fetched; None where they come with the message."""
        ...

    def roster(self, text: str) -> str:
        """Return the cast's roster with its accounts here."""
        ...

    def opens(self, desk: Desk, names: Mapping[str, str]) -> None:
        """Let the desk and the cast meet; names of people by key."""
        ...

    def says(self, words: Words) -> None:
        """Let somebody say something."""
        ...

    def edits(self, person: str, name: str, message: Said, chat: str, text: str) -> None:
        """Let somebody edit what they said."""
        ...

    def taps(self, person: str, name: str, chat: str, message: Said, press: str) -> None:
        """Let somebody tap a button."""
        ...

    def messages(self, chat: str) -> list[Said]:
        """Return all that stands in a chat, toasts too, in order."""
        ...

    def newest(self) -> int:
        """Return the id of the newest message in any chat."""
        ...


class DrillStage:
    """The drill's own chats."""

    def __init__(self, database: Database, clock: Clock, platform: DrillPlatform | None = None) -> None:
        """Play in a database, under its desk's clock."""
        self.platform = platform or DrillPlatform(database)
        self.blobs = None
        self._database = database
        self._clock = clock
        self._desk: Desk | None = None

    @property
    def platforms(self) -> Mapping[str, ChatPlatform]:
        """Return the drill alone."""
        return {self.platform.name: self.platform}

    def roster(self, text: str) -> str:
        """Leave it as it is."""
        return text

    def opens(self, desk: Desk, names: Mapping[str, str]) -> None:
        """Know the desk; the cast needs no first word."""
        del names
        self._desk = desk

    def says(self, words: Words) -> None:
        """Let somebody say something."""
        event = self.platform.said(
            words.person,
            words.name,
            words.chat,
            words.text,
            self._clock.now(),
            files=words.files,
            origin=words.origin,
            reply_to=words.reply_to.name if words.reply_to else None,
            album=words.album,
        )
        _opened(self._desk).accept(event)

    def edits(self, person: str, name: str, message: Said, chat: str, text: str) -> None:
        """Let somebody edit what they said."""
        del chat
        event = self.platform.edited(person, name, message.name, text, self._clock.now())
        assert event is not None
        _opened(self._desk).accept(event)

    def taps(self, person: str, name: str, chat: str, message: Said, press: str) -> None:
        """Let somebody tap a button."""
        _opened(self._desk).accept(self.platform.pressed(person, name, chat, message.name, press, self._clock.now()))

    def messages(self, chat: str) -> list[Said]:
        """Return all that stands in a chat."""
        with self._database.reading() as session:
            found = drill.messages(session, chat)
        return [Said(said.id or 0, said.text, said.author, said.buttons, said.only_for, said.id or 0) for said in found]

    def newest(self) -> int:
        """Return the id of the newest message in any chat."""
        with self._database.reading() as session:
            return max((said.id or 0 for said in drill.all_messages(session)), default=0)


GROUPS = {"staff": -1001000000001, "joint": -1001000000002, "channel": -1001000000003}
TOKEN = "777000777:AAtranscripts-of-the-desk-on-telegram"
FIRST_ACCOUNT = 9001


@dataclass
class TelegramStage:
    """Chats on a Bot API double; what is said there reaches the desk by webhook."""

    database: Database
    clock: Clock
    api: BotApi
    platform: TelegramPlatform
    blobs: Blobs
    hook: Callable[[Desk], tuple[str, str]]  # starts to listen for a desk: the address and the secret
    _accounts: dict[str, int] = field(default_factory=dict)
    _tapped: dict[str, tuple[int, int]] = field(default_factory=dict)  # by query: who, and in which chat
    _albums: dict[str, str] = field(default_factory=dict)
    _pressed: dict[str, str] = field(default_factory=dict)  # by what a button carries: what it says

    @property
    def platforms(self) -> Mapping[str, ChatPlatform]:
        """Return Telegram alone."""
        return {self.platform.name: self.platform}

    def roster(self, text: str) -> str:
        """Give everybody a number, and the groups theirs."""
        for name, number in GROUPS.items():
            text = re.sub(rf"platform: drill, id: {name}\b", f'platform: telegram, id: "{number}"', text)
        keys = re.findall(r"accounts: \{drill: (\w+)\}", text)
        self._accounts = {key: FIRST_ACCOUNT + n for n, key in enumerate(keys)}
        return re.sub(
            r"accounts: \{drill: (\w+)\}", lambda found: f'accounts: {{telegram: "{self._accounts[found[1]]}"}}', text
        )

    def opens(self, desk: Desk, names: Mapping[str, str]) -> None:
        """Let the groups be there, and the cast meet the desk."""
        self.api.clock = lambda: self.clock.now().timestamp()
        me = self.api.add_bot(TOKEN, "huiying_bot", privacy=False).user.id
        for key, name in names.items():
            self.api.add_user(self._accounts[key], name)
        members = [*self._accounts.values(), me]
        self.api.add_chat(GROUPS["staff"], "supergroup", "舆情工作群", members=members)
        self.api.add_chat(GROUPS["joint"], "supergroup", "联席会议群", members=members)
        self.api.add_chat(GROUPS["channel"], "channel", "港北建设发布", members=[me])
        for chat in GROUPS.values():
            self.api.promote(me, chat)
        self.platform.meet()
        self.api.deliver_to = self.hook(desk)
        self.meets(desk, names)
        desk.settle()

    def meets(self, desk: Desk, names: Mapping[str, str]) -> None:
        """Let everybody press Start once."""
        del desk
        for key in names:
            self.api.starts(self._accounts[key])

    def account_of(self, person: str) -> int:
        """Return the number of one of the cast."""
        return self._accounts[person]

    def says(self, words: Words) -> None:
        """Let somebody say something: a text, a photo, or a forward of either."""
        user = self._account(words)
        where: dict[str, Any] = {"reply_to": words.reply_to.name if words.reply_to else None}
        if words.album is not None:
            where["media_group_id"] = self._albums.setdefault(words.album, f"88{len(self._albums)}")
        picture = next((CONTENTS[file.sha256] for file in words.files), None)
        chat = self._chat(words.chat)
        if words.origin is not None:
            self.api.forwards(user, chat, words.text, self._origin(words.origin), photo=picture, **where)
        elif picture is not None:
            self.api.sends_photo(user, chat, picture, words.text, **where)
        elif words.text:  # nobody can send nothing here
            self.api.says(user, chat, words.text.replace("@desk", "@huiying_bot"), **where)

    def edits(self, person: str, name: str, message: Said, chat: str, text: str) -> None:
        """Let somebody edit what they said."""
        del name
        self.api.edits(self._accounts[person], self._chat(chat), message.name, text)

    def taps(self, person: str, name: str, chat: str, message: Said, press: str) -> None:
        """Let somebody tap a button; one that the message does not have is forged."""
        del name
        user, place = self._accounts[person], self._chat(chat)
        carried = next((b["data"] for row in message.buttons for b in row if b["press"] == press), press[:60])
        self._tapped[self.api.tap_with(user, place, message.name, carried)] = (user, place)

    def messages(self, chat: str) -> list[Said]:
        """Return all that stands in a chat, and the toasts that were answered to taps in it."""
        place = self._chat(chat)
        with self.database.reading() as session:
            bound = chats.by_account(session, "telegram", str(place))
            said = [self._said(session, bound, message) for message in self.api.messages(place)]
        return sorted([*said, *self._toasts(place)], key=lambda each: each.id)

    def newest(self) -> int:
        """Return the id of the newest message in any chat; nobody has tapped anything before."""
        places = (*self._accounts.values(), *GROUPS.values())
        return max((_moment(message) for place in places for message in self.api.messages(place)), default=0)

    def _said(self, session: Any, bound: Any, message: Message) -> Said:  # noqa: ANN401 - the storage's own
        mine = message.sender in (self.platform.bot_id, 0)
        author = DESK if mine else next(key for key, number in self._accounts.items() if number == message.sender)
        buttons = [[self._button(session, bound, found) for found in row] for row in message.buttons]
        return Said(_moment(message), message.text, author, buttons, "", message.message_id)

    def _button(self, session: Any, bound: Any, found: dict[str, Any]) -> dict[str, str]:  # noqa: ANN401 - see above
        data = found["callback_data"]
        if data not in self._pressed:
            serial, row, column, _ = data.split(".")
            self._pressed[data], _ = messages.press(session, int(serial), bound.id, int(row), int(column))
        return {"label": found["text"], "press": self._pressed[data], "data": data}

    def _toasts(self, place: int) -> list[Said]:
        answered = [
            (call, self._tapped[query])
            for call in self.api.calls("answerCallbackQuery")
            if (query := str(call.parameters["callback_query_id"])) in self._tapped and call.parameters.get("text")
        ]
        return [
            Said(int(call.at * 1e6), str(call.parameters["text"]), DESK, (), str(user))
            for call, (user, where) in answered
            if where == place
        ]

    def _chat(self, chat: str) -> int:
        return GROUPS[chat] if chat in GROUPS else self._accounts[chat.removeprefix(direct_chat(""))]

    def _account(self, words: Words) -> int:
        if words.person not in self._accounts:
            self._accounts[words.person] = FIRST_ACCOUNT + 500 + len(self._accounts)
            self.api.add_user(self._accounts[words.person], words.name)
        return self._accounts[words.person]

    def _origin(self, origin: Origin) -> dict[str, Any]:
        date = {"date": int(origin.posted_at.timestamp())} if origin.posted_at else {}
        if origin.key is None:
            return {"type": "hidden_user", "sender_user_name": origin.author, **date}
        channel, _, message = origin.key.removeprefix("channel:").partition("/")
        chat = {"id": -1001700000000 - int(channel), "type": "channel", "title": origin.author}
        return {"type": "channel", "chat": chat, "message_id": int(message), **date}


def _moment(message: Message) -> int:
    return int(message.at * 1e6)


def _opened(desk: Desk | None) -> Desk:
    assert desk is not None
    return desk
