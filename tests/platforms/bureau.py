"""A whole bureau on the double of Telegram: the drill's cast, its groups, a desk that can stop and be opened again."""

import re
import time
from collections.abc import Callable, Sequence

import httpx
from sqlmodel import select

from bot.channels import Channel
from bot.chat.platform import ChatPlatform
from bot.desk import Desk
from bot.fetching import Fetching
from handlers.chats import codes
from storage import chat as chats
from storage import person as people
from storage.blobs import Blobs
from storage.chat import Chat
from storage.database import Database
from storage.inbox import Inbox
from storage.outbox import Outbox
from tests.conversations.stages import GROUPS, TelegramStage
from tests.conversations.talking import MakeChannels, MakeStage, TalkingDesk
from tests.platforms.bot_api import BotApi, Message

STAFF, JOINT, CHANNEL = GROUPS["staff"], GROUPS["joint"], GROUPS["channel"]
POST = "阳光花园小区全小区停水三天了,物业和住建部门互相推诿,老人小孩都没水喝,什么时候能解决?"
WAGES = "城东安置房工地拖欠四十多名农民工工资半年,包工头失联,住建局说正在核实。"
REPEATED = "可能重复"
PASSER = 8001  # an account that the desk does not know
SOON = 10.0  # seconds of real time within which a thread has done its part


class Bureau(TalkingDesk):
    """The desk of the transcripts on Telegram, with a look at what really stands in the chats and in the tables."""

    stage: TelegramStage

    def __init__(self, database: Database, channels: MakeChannels, *, stage: MakeStage, public_url: str) -> None:
        """Open it; 何主任 is its administrator, and there is somebody the desk does not know."""
        self._make_channels = channels
        super().__init__(database, channels, stage=stage, public_url=public_url)
        self.api: BotApi = self.stage.api
        self.me = self.stage.platform.bot_id
        self.api.add_user(PASSER, "过路人")
        with database.writing() as session:
            head = people.by_name(session, "何主任")
            assert head is not None
            head.roles = [*head.roles, "administrator"]
            people.save(session, head)
        self._seen: dict[int, int] = {}
        self._accounts = {name: self._account(name) for name in self.keys}
        for account in (*self._accounts.values(), *GROUPS.values()):
            self.new(account)

    def who(self, name: str) -> int:
        """Return somebody's account, which is their 1:1 chat too."""
        return self._accounts[name]

    def new(self, chat: int) -> list[Message]:
        """Return what the desk said in a chat since the last look."""
        there = self.api.messages(chat, own=True)
        new = [message for message in there if message.message_id > self._seen.get(chat, 0)]
        self._seen[chat] = max((message.message_id for message in there), default=0)
        return new

    def texts(self, chat: int) -> list[str]:
        """Return the words of what the desk said in a chat since the last look."""
        return [message.text for message in self.new(chat)]

    def card(self, words: str = "来源:", chat: int = STAFF) -> Message:
        """Return the newest message of the desk with these words."""
        return [message for message in self.api.messages(chat, own=True) if words in message.text][-1]

    def registers(self, post: str = POST) -> None:
        """Bring a case into the world; whoever heard of it has heard it."""
        self.staff.forwards("李敏", post)
        self.staff.taps("赵强", "属实")
        for account in (*self._accounts.values(), *GROUPS.values()):
            self.new(account)

    def asked(self, words: str) -> str:
        """Let the administrator say something 1:1; return the answer."""
        head = self.who("何主任")
        self.new(head)
        self.api.says(head, head, words)
        self.desk.settle()
        return self.texts(head)[-1]

    def code(self, words: str) -> str:
        """Let the administrator ask for a code; return it."""
        said = self.asked(words)
        found = re.search(rf"[{codes.ALPHABET}]{{{codes.LENGTH}}}", said)
        assert found is not None, said
        return found[0]

    def bound(self, account: int) -> Chat | None:
        """Return what the desk knows about a chat."""
        with self.database.reading() as session:
            return chats.by_account(session, "telegram", str(account))

    # the desk stops, and another one is opened

    def another(self) -> Desk:
        """Open another desk on the same tables, as a restart does."""
        platforms: dict[str, ChatPlatform] = {self.platform.name: self.platform}
        channels: dict[str, Channel] = self._make_channels(self.database, self.platform)
        blobs: Blobs = self.stage.blobs
        fetch = Fetching(self.database, self.house, blobs, platforms).fetch
        return Desk(self.database, self.clock, self.house, platforms, channels, fetch)

    def handles_and_is_gone(self, called: Callable[[], object]) -> None:
        """Let the desk handle what came and call Telegram; what comes of the calls it never notes."""
        self.desk.look_at_inbox()
        if not self.owed("sending"):
            self.desk.sender.pump(self.clock.now())
        until(called)
        assert self.owed("sending")

    def restart(self) -> None:
        """Let the desk be gone without a word, and another one take over."""
        self.desk = self.another()
        self.desk.take_over()
        self.desk.open()
        self.api.deliver_to = self.stage.hook(self.desk)

    # what is stored

    def events(self, stage: str | None = None) -> Sequence[Inbox]:
        """Return the stored updates, in order."""
        with self.database.reading() as session:
            query = select(Inbox).where(Inbox.platform == "telegram").order_by(Inbox.received_at, Inbox.id)  # type: ignore[arg-type]
            return [row for row in session.exec(query) if stage in (None, row.stage)]

    def owed(self, *stages: str) -> list[Outbox]:
        """Return the rows of the outbox in some stage, in order."""
        with self.database.reading() as session:
            rows = session.exec(select(Outbox).order_by(Outbox.serial))  # type: ignore[arg-type]
            return [row for row in rows if not stages or row.stage in stages]

    def post_raw(self, update: object) -> int:
        """Deliver anything at all to the webhook; return the answer's code."""
        address, secret = self.api.deliver_to or ("", "")
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        return httpx.post(address, json=update, headers=headers, trust_env=False).status_code

    def _account(self, name: str) -> int:
        with self.database.reading() as session:
            person = people.by_name(session, name)
            assert person is not None
            return int(people.account_on(session, person.id, "telegram") or 0)


def until(happened: Callable[[], object]) -> None:
    """Wait in real time until something happened."""
    deadline = time.monotonic() + SOON
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)
