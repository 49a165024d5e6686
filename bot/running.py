"""Run the desk: its engine, the press room, and beside them the drill room with its own database and clock."""

import gc
import socket
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import structlog
import typer
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.building import roster_not_taken
from bot.chat.reception import Reception
from bot.drill.room import DrillRoom
from bot.drilling import drill_room, drill_web
from bot.engine.chosen import engine_for, is_alone
from bot.engine.embedded import AlreadyRunning, DeskLock
from bot.engine.engine import Engine
from bot.loop import Loop
from bot.opening import OpenDesk, opened
from bot.refused import CommandRefused
from bot.vital_signs import VitalSigns
from bot.watching import watched
from bot.web.health import health_routes
from bot.web.metrics import metrics_routes
from bot.web.pages import BOARD, board_pages, press_pages
from bot.web.server import listening, serve
from config.language import Line, Voice, lines, t
from config.settings import Settings
from storage import person as people

log = structlog.get_logger()
NO_ADMINISTRATOR = t(
    "还没有管理员:请运行 python -m bot administrator 姓名 --account 平台=账号。"
    "Telegram 的账号:给机器人发 /start,它会说出来;写成 telegram=数字。"
    "企业微信的账号:管理后台通讯录里的“账号”;写成 wecom=账号"
)
TELEGRAM_IS_OFF = t("Telegram 未启用:设置 HUIYING_TELEGRAM_TOKEN,见 docs/connecting-telegram.md")
WECHAT_IS_OFF = t("公众号未启用:设置 HUIYING_WECHAT_APP_ID,见 docs/connecting-wechat.md")
WECOM_IS_OFF = t("企业微信未启用:设置 HUIYING_WECOM_CORP_ID,见 docs/connecting-wecom.md")


class Attends(Protocol):
    """Hears what comes from one chat platform for as long as the desk runs."""

    name: str
    routes: list[BaseRoute]
    reception: Reception
    loop: Loop | None  # on which its routes are served best

    def start(self) -> None:
        """Begin to hear."""
        ...

    def listens(self) -> None:
        """Let the platform call: the routes are served from now on."""
        ...

    def stop(self) -> None:
        """Stop hearing; what was not stored comes again."""
        ...

    def said(self) -> Line:
        """Say how the desk is reached there."""
        ...


def run(settings: Settings) -> None:
    """Start everything in one process and stay up until interrupted."""
    with ExitStack() as stack:
        running = _running(stack, settings, engine_for(settings))
        room = _drill_room(stack, settings)
        drill = drill_web(room, settings) if room else []
        running.begin(stack)
        _greet(running, drill=room is not None)
        running.serve([*drill, *board_pages(running.desk.desk, settings), *press_pages(running.desk.desk)])


def run_web(settings: Settings) -> None:
    """Receive and show; workers elsewhere do what there is to do."""
    _refuse_alone(settings, "web")
    with ExitStack() as stack:
        running = _running(stack, settings, engine_for(settings, works=False))
        running.begin(stack)
        typer.echo(t("接收端已启动:{url}。按 Ctrl+C 停止。", url=running.local).say(Voice(settings.language)))
        running.serve([*board_pages(running.desk.desk, settings), *press_pages(running.desk.desk)])


def run_worker(settings: Settings) -> None:
    """Only work: handle what was received, let fall due, send. Answers /healthz and /metrics, nothing else."""
    _refuse_alone(settings, "work")
    with ExitStack() as stack:
        running = _running(stack, settings, engine_for(settings), hears=False)
        running.begin(stack)
        said = t("工作进程已启动,健康检查在 {url}/healthz。按 Ctrl+C 停止。", url=running.local)
        typer.echo(said.say(Voice(settings.language)))
        running.serve([])


@dataclass
class _Running:
    """One process of a desk: what it is made of, and how it begins."""

    settings: Settings
    engine: Engine
    listener: socket.socket
    desk: OpenDesk
    signs: VitalSigns
    hearing: Sequence[Attends]

    @property
    def local(self) -> str:
        """Return its address on this machine."""
        return f"http://127.0.0.1:{self.settings.port}"

    def begin(self, stack: ExitStack) -> None:
        """Begin to hear and to look; both end with the stack, hearing first."""
        stack.callback(self.engine.stop)
        self.desk.desk.take_over()
        for platform in self.hearing:
            stack.callback(platform.stop)
            platform.start()
        self.engine.start()

    def serve(self, routes: Sequence[BaseRoute]) -> None:
        """Serve these pages, and what a monitor asks, until interrupted."""
        database, clock = self.desk.database, self.desk.clock
        shown = {"engine": self.engine.shown} | {each.name: each.reception.shown for each in self.hearing}
        own: list[BaseRoute] = [
            *health_routes(self.signs, receptions=shown),
            *metrics_routes(database, clock, self.signs),
            *(route for each in self.hearing for route in each.routes),
        ]
        settle_memory()
        loop = next((each.loop for each in self.hearing if each.loop is not None), None)
        serve(Starlette(routes=[*own, *routes]), self.listener, listens=self._listens, loop=loop)

    def _listens(self) -> None:
        for each in self.hearing:
            each.listens()


def _running(stack: ExitStack, settings: Settings, engine: Engine, *, hears: bool = True) -> _Running:
    stack.enter_context(engine)
    listener = stack.enter_context(listening(settings.host, settings.port))
    desk = stack.enter_context(opened(settings, engine=engine))
    signs = stack.enter_context(watched(desk.desk, engine.heart, settings))
    return _Running(settings, engine, listener, desk, signs, _hearing(settings, desk, engine, hears=hears))


def _refuse_alone(settings: Settings, command: str) -> None:
    if is_alone(settings):
        raise CommandRefused(
            t(
                "{command} 用于几个进程共用一个 PostgreSQL;现在的数据库是 SQLite,只有一个进程。请用 python -m bot run,"
                "或把 HUIYING_DATABASE_URL 写成 postgresql://… 再试。",
                command=command,
            )
        )


def _drill_room(stack: ExitStack, settings: Settings) -> DrillRoom | None:
    """Open the drill room; none where another desk with the same data directory has opened it."""
    try:
        stack.enter_context(nullcontext() if is_alone(settings) else DeskLock(settings.data_dir / "drill"))
    except AlreadyRunning:
        return None
    return stack.enter_context(drill_room(settings))


def settle_memory() -> None:
    """Let the collector pass over all that was made so far and lives as long as the desk: that takes it 100 ms."""
    gc.collect()
    gc.freeze()


def _hearing(settings: Settings, desk: OpenDesk, engine: Engine, *, hears: bool) -> list[Attends]:
    """Put together what hears; each is imported here for the same reason as in opening: its library loads slowly."""
    found: list[Attends] = []
    if desk.telegram is not None:
        from bot.attending import Attending  # noqa: PLC0415

        found.append(Attending(settings, desk.desk, desk.telegram, engine.soon, in_turn=engine.in_turn, hears=hears))
    if desk.wecom is not None:
        from bot.chat.wecom import attending as wecom  # noqa: PLC0415

        accept = partial(desk.desk.accept_raw, "wecom")
        found.append(wecom.Attending(settings, accept, desk.wecom, engine.soon, hears=hears))
    if desk.wechat is not None:
        from bot.chat.wechat import attending as wechat  # noqa: PLC0415

        accept, phone = partial(desk.desk.accept_raw, "wechat"), desk.desk.house.plan.bureau.phone
        found.append(wechat.Attending(settings, accept, phone, engine.soon, hears=hears))
    return found


def _greet(running: _Running, *, drill: bool) -> None:
    settings, desk = running.settings, running.desk
    with desk.database.reading() as session:
        everybody = people.everybody(session)
    said = lines(
        t("回应 Huiying 已启动。按 Ctrl+C 停止。"),
        t("演练室:{url}", url=f"{running.local}/drill/") if drill else t("演练室在共用这个数据目录的另一个进程里。"),
        t("新闻发布页:{url}", url=f"{settings.public_url}/"),
        t("看板:{url}(在聊天里发“看板”拿入口)", url=f"{settings.public_url}{BOARD}/"),
        None if everybody else t("还没有人员:写好 roster.yaml,用 HUIYING_ROSTER 指给我,或先在演练室里试用。"),
        None if any(person.has("administrator") for person in everybody) else NO_ADMINISTRATOR,
        roster_not_taken(settings, desk.database, desk.desk.house.plan),
        *(each.said() for each in running.hearing),
        None if desk.telegram else TELEGRAM_IS_OFF,
        None if desk.wecom else WECOM_IS_OFF,
        None
        if desk.telegram or desk.wecom
        else t("尚未接入聊天平台:案件只在演练室里办理;真实数据可用 python -m bot import 导入。"),
    )
    typer.echo(said.say(Voice(settings.language)))
