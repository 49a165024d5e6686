"""What the drill's cast does, by dice: mostly the next right thing, now and then the wrong one, or nothing for days."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final

from bot.chat.drill import NAME, direct_chat
from config.roster import Roster
from handlers.conversation import File, Incoming, Origin, Place, Sender, read_press
from storage import case as cases
from storage import draft as drafts
from storage import person as persons
from storage.case import Case
from storage.database import Session
from tests.simulation import posts
from tests.simulation.desk_life import DeskLife
from tests.simulation.platform import Shown

STAFF, JOINT = "staff", "joint"
SPOKESPERSON, DEPUTY, OFFICER, NIGHT, HEAD, LEADER = (
    "wangwu",
    "chenjing",
    "zhaoqiang",
    "gaoming",
    "hezhuren",
    "zhengjuzhang",
)
WRONG: Final = 0.12  # of acts
MINUTES: Final = 60.0
IDLE: Final = tuple(
    words.replace("/", "\n")
    for words in """
待办
时限 {n}
查 {n}
补充 {n} 已派人到场
稍后 {n} 30分
稍后 {n} 3小时
定级 {n} 重大
定级 {n} 一般
定级 {n} 较大
影响 {n} 较大
影响 {n} 一般
分类 {n} 工程质量
分类 {n} 施工安全
谣言 {n} 是
谣言 {n} 不是
移交 {n} 网安大队,回执 15
上报上级 {n} 已电话报告
说明原因 {n} 等水务局的数据
发布会 {n} 已召开 郑局长
已通知 {n} 郑局长
问政 {n}
受理 {n}
答复 {n} 已派员修复
转办 {n} 水务局
指派 {n} 陈静
指派 {n} 王五
定性 {n} 切身利益
召集 {n} 明天上午9点 三楼会议室
参加 {n}
不能参加 {n} 出差
取消会议 {n} 不需要了
纪要 {n} 尽快处置
任务 {n} 马超 明天下午5点 核实数据
完成 {n} 1 已核实
交班 无
值班
统计 2026-01
语言 en
语言 zh
帮助
形式 {n} 专家解读
重开 {n}
拆分 {n}
拆分 {n} 2
撤回 {n} 有误
办结 {n}
普通 {n}
不回应 {n} 已有通报
不属本局 {n} 水务局
误报 {n}
同意 {n}
退回 {n} 不妥
发布 {n}
送审 {n}
核实 {n} 1
涉及 {n} 无
事实 {n} 停水3天 来源:水务局
起草 {n} 甲/一。
更正 {n} 乙/二。
委托 {n} 宋佳
稿件 {n}
认领 {n}
属实 {n}
随便说一句话
模板 {n} 情况通报
收回委托
请假 取消
催办 {n}
升级 {n}
更多 {n}
接管 {n}
协办 {n} 水务局、应急局
协办 {n} 无
改判 {n} 特别重大
改判 {n} 社会热点
简报
""".strip().splitlines()
)


class People:
    """The cast, and what they remember."""

    def __init__(self, life: DeskLife, roster: Roster) -> None:
        """Know each other."""
        self._life = life
        self._world = life.world
        self._dice = life.world.dice
        self._names = {person.key: person.name for person in roster.people}
        self._keys = list(self._names)
        self._said: list[tuple[str, str, str]] = []  # message, chat, words: of posts
        self._keys_given = 0
        self.staff = STAFF

    # saying

    def say(self, person: str, chat: str, text: str, **more: Any) -> None:  # noqa: ANN401 - as below
        """Say something in a chat."""
        self._hand_over(person, chat, text=text, message_id=self._next_key("m"), **more)

    def tap(self, person: str, chat: str, shown: Shown, row: int, column: int) -> None:
        """Tap a button, now and then twice."""
        for _ in range(2 if self._dice.random() < 0.1 else 1):
            key = self._next_key("t")
            self._hand_over(person, chat, tap=f"{shown.serial}.{row}.{column}", message_id=shown.id, receipt=key)

    def _hand_over(self, person: str, chat: str, **what: Any) -> None:  # noqa: ANN401 - any of the fields of an event
        direct = chat.startswith("direct:")
        said = Incoming(
            platform=NAME, key=self._next_key("u"), at=self._world.now,
            place=Place(account=chat, direct=direct, title=chat),
            sender=Sender(account=person, name=self._names.get(person, person)), **what,
        )  # fmt: skip
        self._world.tell(
            f"{self._names.get(person, person)} in {chat}: {said.text or said.tap or said.notice!r} ({said.key})"
        )
        self._world.after(self._delay(), lambda: self._life.deliver(said))
        if self._dice.random() < self._life.weather.level:
            self._world.after(self._dice.uniform(0, 4000), lambda: self._life.deliver(said))

    def _delay(self) -> float:
        return (
            self._dice.uniform(20, 900)
            if self._dice.random() < self._life.weather.level
            else self._dice.uniform(0.1, 2)
        )

    def _next_key(self, kind: str) -> str:
        self._keys_given += 1
        return f"{kind}{self._keys_given}"

    # reporting

    def report(self) -> None:
        """Report a post: forwarded to the group mostly, else to the desk alone, or typed; a known one now and then."""
        known = self._said and self._dice.random() < 0.2
        text = self._dice.choice(self._said)[2] if known else posts.fresh(self._dice)
        person = self._dice.choice(("limin", "limin", NIGHT, OFFICER))
        how = self._dice.random()
        if how < 0.12:
            self.say(person, self.staff, f"上报 {text}")
            return
        chat = self.staff if how < 0.85 else direct_chat(person)
        files = (File(sha256=f"{self._dice.getrandbits(256):064x}", size=9, name="a.jpg", media_type="image/jpeg"),)
        self.say(
            person, chat, text, origin=Origin(kind="user", author=f"网友{self._dice.randint(1, 30)}"),
            files=files if self._dice.random() < 0.2 else (),
        )  # fmt: skip
        message = f"m{self._keys_given - 1}"
        self._said.append((message, chat, text))
        if self._dice.random() < 0.12:
            self._world.after(self._dice.uniform(1, 9000), lambda: self._edit(person, chat, message, text))

    def _edit(self, person: str, chat: str, message: str, text: str) -> None:
        origin = Origin(kind="user", author="网友")
        self._hand_over(
            person, chat, text=posts.edited(self._dice, text), message_id=message, edited=True, origin=origin
        )

    # working

    def work(self, left: int, case_id: uuid.UUID | None = None) -> None:
        """Do the next thing about a case, and come back to it some minutes later, so many times."""
        with self._life.database.reading() as session:
            case = self._case(session, case_id)
            if case is None:
                return
            act = self._wrong_thing(case) if self._dice.random() < WRONG else self._right_thing(session, case)
        act()
        if left:
            minutes = self._dice.uniform(1, 12)
            self._world.after(minutes * MINUTES, lambda: self.work(left - 1, case.id))

    def idle(self) -> None:
        """Say anything at all, about any case."""
        with self._life.database.reading() as session:
            case = self._case(session, None)
        if case is not None:
            self._wrong_thing(case)()

    def _case(self, session: Session, case_id: uuid.UUID | None) -> Case | None:
        if case_id is not None:
            return cases.seen(session, case_id)
        found = cases.open_cases(session)
        return self._dice.choice(found) if found else None

    def _wrong_thing(self, case: Case) -> Callable[[], None]:
        """Let anybody say anything anywhere, or tap any old button."""
        person = self._dice.choice(self._keys)
        chat = self.staff if self._dice.random() < 0.3 else direct_chat(person)
        board = self._life.platform.boards[chat]
        if board and self._dice.random() < 0.4:
            shown = self._dice.choice(board)
            places = [(row, column) for row, line in enumerate(shown.buttons) for column in range(len(line))]
            if places:
                row, column = self._dice.choice(places)
                return lambda: self.tap(person, chat, shown, row, column)
        words = self._dice.choice(IDLE).format(n=_name(case))
        return lambda: self.say(person, chat, words)

    def _right_thing(self, session: Session, case: Case) -> Callable[[], None]:
        next_things = {
            "confirmation": lambda: self._confirm(case),
            "assignment": lambda: self._take(self._dice.choice((SPOKESPERSON, DEPUTY)), case),
            "acceptance": lambda: self._take(self._asked(session, case), case),
            "draft": lambda: self._write(session, case),
            "review": lambda: self._judge(session, case),
            "signature": lambda: self._judge(session, case),
            "issue": lambda: self._issue(case),
            "release": lambda: self._settle(case),
            "follow_up": lambda: self._follow_up(case),
            "closed": lambda: self._does(OFFICER, "reopen", case, f"重开 {_name(case)}"),
            "merged": lambda: self._does(OFFICER, "split", case, f"拆分 {_name(case)}"),
        }
        return next_things[case.stage]()

    def _confirm(self, case: Case) -> Callable[[], None]:
        verb, words = ("false_alarm", "误报") if self._dice.random() < 0.1 else ("confirm", "属实")
        return self._does(self._dice.choice((OFFICER, NIGHT)), verb, case, f"{words} {_name(case)}")

    def _take(self, person: str, case: Case) -> Callable[[], None]:
        return self._does(person, "ack", case, f"认领 {_name(case)}")

    def _asked(self, session: Session, case: Case) -> str:
        return persons.person(session, uuid.UUID(case.asked_ids[-1])).key if case.asked_ids else SPOKESPERSON

    def _holder(self, session: Session, case: Case) -> str:
        return persons.person(session, case.spokesperson_id).key if case.spokesperson_id else SPOKESPERSON

    def _write(self, session: Session, case: Case) -> Callable[[], None]:
        n, newest, writer = _name(case), drafts.newest(session, case.id), self._holder(session, case)
        returned = newest is not None and newest.submitted_at is not None
        if newest is None or returned or self._dice.random() < 0.1:
            return self._does(writer, "", case, f"起草 {n} {posts.draft(self._dice)}")
        if self._dice.random() < 0.15:
            return self._does(writer, "", case, f"事实 {n} 影响居民 2160 户 来源:水务局")
        if drafts.facts(session, case.id) and self._dice.random() < 0.4:
            return self._does(OFFICER, "", case, f"核实 {n} 1")
        if newest.touches == "unasked" and self._dice.random() < 0.6:
            return self._does(writer, "touches", case, f"涉及 {n} {'水务局' if self._dice.random() < 0.2 else '无'}")
        return self._does(writer, "submit", case, f"送审 {n}")

    def _judge(self, session: Session, case: Case) -> Callable[[], None]:
        newest = drafts.newest(session, case.id)
        steps = drafts.steps(session, case.id, newest.round) if newest else ()
        asked = [person for step in steps if step.stage == "open" for person in step.asked_ids]
        person = persons.person(session, uuid.UUID(self._dice.choice(asked))).key if asked else LEADER
        how = self._dice.random()
        if how < 0.04:
            return self._does(person, "", case, f"退回 {_name(case)} 请核实数字")
        if how < 0.06:
            return self._does(self._holder(session, case), "", case, f"起草 {_name(case)} {posts.draft(self._dice)}")
        if how < 0.09:
            return self._does("qianjin", "agency_confirm", case, f"会签 {_name(case)} 水务局 同意")
        return self._does(person, "approve", case, f"同意 {_name(case)}")

    def _issue(self, case: Case) -> Callable[[], None]:
        asked = self._button(direct_chat(SPOKESPERSON), "issue_now", case)
        if asked is not None and self._dice.random() < 0.7:
            return lambda: self.tap(SPOKESPERSON, direct_chat(SPOKESPERSON), *asked)
        if self._dice.random() < 0.15:
            return self._does("qianjin", "agency_confirm", case, f"会签 {_name(case)} 水务局 同意")
        if self._dice.random() < 0.15:
            return self._does(OFFICER, "", case, f"核实 {_name(case)} 1")
        return self._does(SPOKESPERSON, "issue", case, f"发布 {_name(case)}")

    def _follow_up(self, case: Case) -> Callable[[], None]:
        how, n = self._dice.random(), _name(case)
        withdraw = self._button(direct_chat(LEADER), "retract_now", case)
        if withdraw is not None and how < 0.3:
            return lambda: self.tap(LEADER, direct_chat(LEADER), *withdraw)
        if how < 0.1:
            return self._does(LEADER, "", case, f"撤回 {n} 数字有误")
        if how < 0.25:
            return self._does(SPOKESPERSON, "", case, f"更正 {n} {posts.draft(self._dice)}")
        if how < 0.4:
            return self._does(SPOKESPERSON, "", case, f"起草 {n} {posts.draft(self._dice)}")
        return self._does(OFFICER, "close", case, f"办结 {n}")

    def _settle(self, case: Case) -> Callable[[], None]:
        """Answer the question whether a post is out, where it was asked."""
        verb = "post_again" if self._dice.random() < 0.5 else "post_seen"
        return self._does(SPOKESPERSON, verb, case, f"查 {_name(case)}")

    def _does(self, person: str, verb: str, case: Case, words: str) -> Callable[[], None]:
        """Tap the newest button for it where there is one, mostly; else type the words."""
        for chat in (direct_chat(person), self.staff):
            found = self._button(chat, verb, case) if verb and self._dice.random() < 0.8 else None
            if found is not None:
                return partial(self.tap, person, chat, *found)
        return lambda: self.say(person, direct_chat(person), words)

    def _button(self, chat: str, verb: str, case: Case) -> tuple[Shown, int, int] | None:
        for shown in reversed(self._life.platform.boards[chat]):
            for row, line in enumerate(shown.buttons):
                for column, button in enumerate(line):
                    key, case_id, _ = read_press(button["press"])
                    if key == verb and case_id == str(case.id):
                        return shown, row, column
        return None

    # coming and going

    def go_on_leave(self) -> None:
        """Be away from today for some days."""
        person, today = self._dice.choice(self._keys), (self._world.now + timedelta(hours=8)).date()
        last = today + timedelta(days=self._dice.randint(0, 3))
        self.say(person, direct_chat(person), f"请假 {today} {last}")

    def merge(self) -> None:
        """Merge two open cases."""
        with self._life.database.reading() as session:
            found = list(cases.open_cases(session))
        if len(found) > 1:
            one, other = self._dice.sample(found, 2)
            self.say(OFFICER, direct_chat(OFFICER), f"合并 {_name(one)} {_name(other)}")

    def block(self) -> None:
        """Block the desk for a while, then write to it again; a group only puts it out and lets it in again."""
        chat = self._dice.choice((self.staff, *map(direct_chat, self._keys), *map(direct_chat, self._keys)))
        hours = self._dice.uniform(0.1, 30)
        self._life.weather.blocked[chat] = self._world.now + timedelta(hours=hours)
        self._world.tell(f"{chat} is blocked for {hours:.1f} h")
        if chat.startswith("direct:"):
            person = chat.removeprefix("direct:")
            self._world.after(hours * 3600 + 5, lambda: self.say(person, chat, "待办"))

    def move(self) -> None:
        """Let the staff's group become another one."""
        old, self.staff = self.staff, f"staff-{self._next_key('g')}"
        self._life.weather.moved = {**dict.fromkeys(self._life.weather.moved, self.staff), old: self.staff}
        self._life.platform.boards[self.staff] = self._life.platform.boards.pop(
            old, self._life.platform.boards[self.staff]
        )
        self._world.tell(f"{old} is {self.staff} now")
        if self._dice.random() < 0.5:
            self._hand_over(OFFICER, old, notice="moved", moved_to=self.staff)


def _name(case: Case) -> str:
    return str(case.seq) if case.seq is not None else f"S{case.slip}"
