"""A town with its bureau on the double of Telegram, whose desk is a real process: people act, and wait for what comes.

Whoever waits also looks after the desk: one that was killed is started again, as a service would, and the story goes
on. Limits are a minute, so that reminders and misses fall due while it is told.
"""

import random
import re
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from bot.building import build_house, take_roster
from config.roster import DRILL
from storage import person as people
from storage.case import Case
from storage.database import Database
from storage.inbox import Inbox
from storage.outbox import Outbox
from storage.report import Report
from tests.faults.desk_process import DeskProcess, free_port
from tests.faults.evidence import Evidence
from tests.invariants import assert_unbroken
from tests.platforms.bot_api import BotApi

TOKEN: Final = "777000778:AAfaults-of-the-desk-on-telegram-0000"
SECRET: Final = "only-telegram"
UNSURE: Final = "unsure"  # so begins the trouble of a post whose fate nobody knows
STAFF, JOINT, CHANNEL = -1001000000001, -5500002, -1001000000003
GROUPS: Final = {"staff": STAFF, "joint": JOINT, "channel": CHANNEL}
FIRST_ACCOUNT: Final = 9001
SOON: Final = 150.0  # seconds after a start within which anything owed comes, pauses of a busy group included
PATIENCE: Final = 12.0  # seconds after which somebody says again what had no effect
A_LOOK: Final = 0.05  # seconds
REVIEWERS: Final = ("刘洋", "张伟", "周芳", "孙丽", "吴刚")
PLAN: Final = """
extends: gangbei-2017
name: {zh: 故障演练, en: Faults}
nudges: [0.1, 0.5, 1.0]
review: {order: parallel}
clocks:
  - key: respond
    limits:
      - {amount: 1, unit: minute, basis: 故障演练, applies: {except_grades: [extremely_grave, grave]}}
"""
PLACES: Final = ("城南", "城北", "江东", "江西", "港口", "园区", "大圩", "桥圩", "东津", "木梓")
THINGS: Final = ("路灯", "水表", "电梯", "井盖", "围挡", "护栏", "泵房", "屋顶")
PHOTO: Final = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 2000


@dataclass
class Death:
    """One kill: at which point, and what was under way."""

    point: str
    in_flight: frozenset[int]  # serials of the rows that were being sent


@dataclass(frozen=True)
class Point:
    """Where the desk dies: at a commit, or while the platform holds a call, or at a random moment."""

    name: str
    commit: str = ""  # as the launcher reads it
    arm: Callable[[BotApi], None] | None = None  # what the double is told beforehand
    held: Callable[[BotApi], bool] = field(default=lambda _api: False)  # whether the call is there by now
    seconds: float | None = None  # after the desk was first heard of


class Town:
    """The double, the tables and the desk's process."""

    def __init__(
        self,
        api: BotApi,
        database: Database,
        folder: Path,
        *,
        mode: str = "webhook",
        points: Sequence[Point] = (),
        replicas: int = 1,
    ) -> None:
        """Furnish the double and the (migrated, empty) database; nothing runs yet.

        points: where the desk dies; replicas: how many processes it has, of which only the first is killed.
        """
        self.api, self.database = api, database
        self.deaths: list[Death] = []
        self.points = list(points)
        self._point: Point | None = None
        self._armed = False
        self._heard_at, self._calls = 0.0, 0
        self.plan = folder / "plan.yaml"
        self.plan.write_text(PLAN, encoding="utf-8")
        for parent in ("gangbei-2017.yaml", "national.yaml"):
            shutil.copy(DRILL.parents[1] / "plans" / parent, folder)
        self.house = build_house(self.plan, public_url="")
        self._looked_for: set[int | None] = set()  # owed posts that somebody has looked for on the channel
        self.who = self._furnish()
        self.settings = self._settings(folder, mode)
        self.desk = DeskProcess(folder, self.settings)
        others = [{**self.settings, "PORT": str(free_port())} for _ in range(1, replicas)]
        self.others = [DeskProcess(folder, settings, name=f"run{n}") for n, settings in enumerate(others, 2)]
        self.tapped: dict[str, int] = {}  # in which chat each callback query began
        self._told = 0

    def _furnish(self) -> Mapping[str, int]:
        text = DRILL.read_text(encoding="utf-8")
        for name, number in GROUPS.items():
            text = re.sub(rf"platform: drill, id: {name}\b", f'platform: telegram, id: "{number}"', text)
        keys = re.findall(r"accounts: \{drill: (\w+)\}", text)
        accounts = {key: FIRST_ACCOUNT + n for n, key in enumerate(keys)}
        text = re.sub(
            r"accounts: \{drill: (\w+)\}", lambda found: f'accounts: {{telegram: "{accounts[found[1]]}"}}', text
        )
        roster = take_roster(self.database, text, "roster.yaml", self.house.plan, datetime.now(UTC), by="test")
        self._name_administrator("何主任")
        me = self.api.add_bot(TOKEN, "huiying_bot", privacy=False).user.id
        who = {person.name: accounts[person.key] for person in roster.people}
        for name, account in who.items():
            self.api.add_user(account, name)
        self.api.add_chat(STAFF, "supergroup", "舆情工作群", members=[*who.values(), me])
        self.api.add_chat(JOINT, "group", "联席会议群", members=[*who.values(), me])
        self.api.add_chat(CHANNEL, "channel", "港北建设发布", members=[me])
        for chat in GROUPS.values():
            self.api.promote(me, chat)
        for account in who.values():
            self.api.starts(account)
        return who

    def _name_administrator(self, name: str) -> None:
        with self.database.writing() as session:
            person = people.by_name(session, name)
            assert person is not None
            person.roles = [*person.roles, "administrator"]
            people.save(session, person)

    def _settings(self, folder: Path, mode: str) -> dict[str, str]:
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        webhook = {"TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": SECRET} if mode == "webhook" else {}
        return {
            "DATA_DIR": str(folder / "data"), "DATABASE_URL": self.database.url, "PLAN": str(self.plan),
            "PORT": str(port), "PUBLIC_URL": address, "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": self.api.url,
            **webhook,
        }  # fmt: skip

    # the desk

    def start(self) -> None:
        """Start the desk, to die at the next point, if there is one left."""
        self._point, self._armed = (self.points[0] if self.points else None), False
        self._heard_at, self._calls = 0.0, len(self.api.world.calls)
        self.desk.start(self._point.commit if self._point else "")
        for other in self.others:
            if not other.starts:
                other.start()

    def tend(self) -> None:
        """Look after the desk: kill it when its moment has come, start it again when it is dead."""
        point = self._point
        if point is not None and point.arm is not None and not self._armed:
            point.arm(self.api)
            self._armed = True
        if point is not None and self._moment_has_come(point):
            self.desk.kill()
        assert not any(other.is_dead for other in self.others)
        if self.desk.is_dead:
            self._died()

    def _moment_has_come(self, point: Point) -> bool:
        if point.seconds is not None:
            self._heard_at = self._heard_at or (time.monotonic() if len(self.api.world.calls) > self._calls else 0.0)
            return bool(self._heard_at) and time.monotonic() - self._heard_at > point.seconds
        return point.held(self.api)

    def _died(self) -> None:
        rows = self.rows("sending")
        point = self.points.pop(0)
        self.deaths.append(Death(point.name, frozenset(row.serial or 0 for row in rows)))
        self.api.mend()
        assert_unbroken([f"{point.name}: {each}" for each in self.broken(at_rest=False)])
        self.start()

    def stop(self) -> list[int]:
        """Ask every process to stop; return their exit codes."""
        return [desk.stop() for desk in (self.desk, *self.others)]

    def kill(self) -> None:
        """Kill every process."""
        for desk in (self.desk, *self.others):
            desk.kill()

    def evidence(self) -> Evidence:
        """Read what the double and the tables say now."""
        return Evidence(self.api, self.database, self.tapped)

    def broken(self, *, at_rest: bool) -> list[str]:
        """Return whatever was lost by now; the desk holds still meanwhile, so that log and tables are of one moment."""
        with ExitStack() as stack:
            for desk in (self.desk, *self.others):
                stack.enter_context(desk.held_still())
            return self.evidence().broken(at_rest=at_rest)

    # waiting

    def until(self, happened: Callable[[], object], what: str, seconds: float = SOON) -> None:
        """Wait in real time until something happened, and look after the desk meanwhile."""
        began = time.monotonic()
        while not self._has(happened):
            self.tend()
            waited = time.monotonic() - max(began, self.desk.started_at)
            assert waited < seconds, f"{what}: it did not happen\n{self._lately()}\n{self.desk.tail()}"
            time.sleep(A_LOOK)

    def _has(self, happened: Callable[[], object]) -> bool:
        try:
            return bool(happened())
        except DBAPIError:  # the database is away
            return False

    def settle(self) -> None:
        """Wait until everything that came is handled and everything owed by now has gone out."""
        self.until(lambda: not self.api.pending(), "every update was taken")
        self.until(lambda: self._count_waiting() == 0, "every event was handled")
        self.until(self._all_went_out, "everything owed went out")

    def _all_went_out(self) -> bool:
        """Say whether nothing is owed; whoever is asked about a post of unknown fate says what the channel shows.

        A desk that died while it posted does not post again on a guess.
        """
        owed = self.rows("pending", "sending")
        for row in owed:
            if row.kind == "release" and row.trouble.startswith(UNSURE) and row.serial not in self._looked_for:
                self._looked_for.add(row.serial)
                self._looks_at_the_channel(row)
        return not owed

    def _looks_at_the_channel(self, row: Outbox) -> None:
        with self.database.reading() as session:
            case = session.get_one(Case, row.case_id)
        stands = any(title(case) in message.text for message in self.api.messages(CHANNEL, own=True))
        self.taps("王五", "已经发出" if stands else "没有,重发", f"{case.seq}号")

    def _count_waiting(self) -> int:
        with self.database.reading() as session:
            return len(session.exec(select(Inbox.id).where(Inbox.stage == "waiting")).all())

    def _lately(self, calls: int = 25) -> str:
        return "\n".join(
            f"{call.at:.2f} {call.method} {call.chat_id} {call.code} {call.error[:40]} {call.parameters.get('text')!r}"
            for call in [call for call in self.api.calls() if call.method != "getUpdates"][-calls:]
        )

    # looking

    def rows(self, *stages: str) -> Sequence[Outbox]:
        """List what is owed in some stages."""
        with self.database.reading() as session:
            query = select(Outbox).where(col(Outbox.stage).in_(stages)).order_by(col(Outbox.serial))
            return session.exec(query).all()

    def case_of(self, post: str) -> Case | None:
        """Find the case that a post opened."""
        with self.database.reading() as session:
            query = select(Case).join(Report, col(Report.case_id) == Case.id).where(Report.text == post)
            return session.exec(query).first()

    # acting

    def reports(self, name: str = "李敏", *, photo: bool = False, chat: int | None = None) -> str:
        """Let somebody forward a post of its own; return its words."""
        self._told += 1
        n = self._told
        post = f"{PLACES[n % 10]}{THINGS[n % 8]}坏了{n}天没人管,住户都在问{_sound(n)}。"
        origin = {"type": "hidden_user", "sender_user_name": f"网友{n}"}
        place = self.who[name] if chat is None else chat
        self.api.forwards(self.who[name], place, post, origin, photo=PHOTO if photo else None)
        return post

    def says(self, name: str, text: str) -> None:
        """Let somebody say something 1:1."""
        self.api.says(self.who[name], self.who[name], text)

    def taps(self, name: str, label: str, words: str) -> None:
        """Let somebody tap the newest button with this label under a message with these words, once it is there."""
        account = self.who[name]
        found: list[int] = []

        def shown() -> bool:
            found[:] = [
                message.message_id
                for message in self.api.messages(account, own=True)
                if words in message.text and any(label in row for row in message.labels)
            ]
            return bool(found)

        self.until(shown, f"{name} sees {label} under {words}")
        self.tapped[self.api.taps(account, account, found[-1], label)] = account

    def waits_for(self, post: str, *stages: str) -> Case:
        """Wait until the case of a post is in one of these stages."""
        seen: list[Case] = []

        def there() -> bool:
            case = self.case_of(post)
            seen[:] = [case] if case is not None else []
            return case is not None and case.stage in stages

        self.until(there, f"a case waits for {stages}: {post}")
        return seen[0]

    # the story

    def registers(self, post: str) -> Case:
        """Bring the slip of a post to a case with a number."""
        there = self.case_of(post)
        if there is not None and there.number:
            return there
        slip = self.waits_for(post, "confirmation", "assignment", "acceptance")
        if slip.stage == "confirmation":
            self.says("赵强", f"属实 S{slip.slip}")
        return self.waits_for(post, "assignment", "acceptance")

    def drafts(self, post: str) -> Case:
        """Bring a registered case to the gates."""
        case = self.registers(post)
        self.says("王五", f"认领 {case.seq}")
        self.waits_for(post, "draft")
        self.says("王五", f"起草 {case.seq} {title(case)}\n正在抢修。今晚恢复。")
        self.hears("王五", f"{case.seq}号 稿件 v1")
        self.says("王五", f"送审 {case.seq}")
        self.taps("王五", "不涉及其他单位", f"{case.seq}号")
        return self.waits_for(post, "review")

    def signed(self, case: Case, post: str) -> tuple[Case, str]:
        """Let all five reviewers say yes in the same second, then the leader; return both again."""
        for name in REVIEWERS:
            self.hears(name, title(case))
        self.agree(case, post, REVIEWERS, "signature")
        self.hears("郑局长", title(case))
        self.agree(case, post, ["郑局长"], "issue")
        return case, post

    def agree(self, case: Case, post: str, names: Sequence[str], stage: str) -> None:
        """Let people say yes in the same second; whoever is told that it did not count yet says it again.

        It does not when the desk died before it could note that the text was shown.
        """
        for name in names:
            self.says(name, f"同意 {case.seq}")
        said = time.monotonic()

        def counted() -> bool:
            nonlocal said
            if time.monotonic() - said > PATIENCE:
                said = time.monotonic()
                for name in names:
                    self.says(name, f"同意 {case.seq}")
            now = self.case_of(post)
            return now is not None and now.stage == stage

        self.until(counted, f"{names} agreed: {post}")

    def issues(self, case: Case, post: str) -> Case:
        """Publish what was signed."""
        self.says("王五", f"发布 {case.seq}")
        self.taps("王五", "📢确认发布", f"{case.seq}号")
        return self.waits_for(post, "follow_up")

    def whole(self, *, photo: bool = False) -> Case:
        """Tell one whole story, from forward to release."""
        self.reports("高明")
        self.reports(chat=STAFF)
        post = self.reports(photo=photo)
        return self.issues(*self.signed(self.drafts(post), post))

    def hears(self, name: str, words: str) -> None:
        """Wait until the desk has said these words 1:1 to somebody."""
        self.until(lambda: any(words in text for text in self.texts(name)), f"{name} hears {words}")

    def texts(self, name: str) -> list[str]:
        """Return what the desk says 1:1 to somebody."""
        return [message.text for message in self.api.messages(self.who[name], own=True)]


def title(case: Case) -> str:
    """Return the title of a case's text: no two cases have the same, and none holds a number that wants a fact."""
    return f"关于{_sound(case.slip)}的通报"


def _sound(n: int) -> str:
    """Give words that no two posts share, so that none is taken for another."""
    return "".join(random.Random(n).choices("东南西北春夏秋冬山水云月风雨石木金火土田", k=12))  # noqa: S311 - words
