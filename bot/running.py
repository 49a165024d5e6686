"""Run the desk: the heartbeat, the press room, and beside them the drill room with its own database and clock."""

import gc
from contextlib import ExitStack
from typing import TYPE_CHECKING

import structlog
import typer
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.building import roster_not_taken
from bot.drilling import drill_room, drill_web
from bot.engine.embedded import DeskLock, Heartbeat
from bot.opening import OpenDesk, opened
from bot.watching import watched
from bot.web.health import health_routes
from bot.web.metrics import metrics_routes
from bot.web.pages import BOARD, board_pages, press_pages
from bot.web.server import listening, serve
from config.language import Voice, lines, t
from config.settings import Settings
from storage import person as people

if TYPE_CHECKING:
    from bot.attending import Attending

log = structlog.get_logger()
NO_ADMINISTRATOR = t(
    "还没有管理员:请运行 python -m bot administrator 姓名 --account 平台=账号。"
    "Telegram 的账号:给机器人发 /start,它会说出来;写成 telegram=数字"
)
TELEGRAM_IS_OFF = t("Telegram 未启用:设置 HUIYING_TELEGRAM_TOKEN,见 docs/connecting-telegram.md")


def run(settings: Settings) -> None:
    """Start everything and stay up until interrupted."""
    with ExitStack() as stack:
        lock = stack.enter_context(DeskLock(settings.data_dir))
        listener = stack.enter_context(listening(settings.host, settings.port))
        desk = stack.enter_context(opened(settings, stopped_at=lock.last_beat))
        desk.desk.take_over()
        room = stack.enter_context(drill_room(settings))
        heart = Heartbeat(desk.desk, lock.beat)
        signs = stack.enter_context(watched(desk.desk, heart, settings))
        telegram = _telegram(settings, desk, heart)
        receptions = {"telegram": telegram.reception.shown} if telegram else {}
        routes: list[BaseRoute] = [
            *health_routes(signs, receptions=receptions),
            *metrics_routes(desk.database, desk.clock, signs),
            *(telegram.routes if telegram else ()),
            *drill_web(room, settings),
            *board_pages(desk.desk, settings),
            *press_pages(desk.desk),
        ]
        stack.callback(heart.stop)
        if telegram:
            stack.callback(telegram.stop)
            telegram.start()
        heart.start()
        _greet(settings, desk, telegram)
        settle_memory()
        listens, loop = (telegram.listens, telegram.loop) if telegram else (lambda: None, None)
        serve(Starlette(routes=routes), listener, listens=listens, loop=loop)


def settle_memory() -> None:
    """Let the collector pass over all that was made so far and lives as long as the desk: that takes it 100 ms."""
    gc.collect()
    gc.freeze()


def _telegram(settings: Settings, desk: OpenDesk, heart: Heartbeat) -> "Attending | None":
    if desk.telegram is None:
        return None
    # Imported here for the same reason as in opening: the library is slow to load.
    from bot.attending import Attending  # noqa: PLC0415

    return Attending(settings, desk.desk, desk.telegram, heart.soon)


def _greet(settings: Settings, desk: OpenDesk, telegram: "Attending | None") -> None:
    with desk.database.reading() as session:
        everybody = people.everybody(session)
    local = f"http://127.0.0.1:{settings.port}"
    said = lines(
        t("回应 Huiying 已启动。按 Ctrl+C 停止。"),
        t("演练室:{url}", url=f"{local}/drill/"),
        t("新闻发布页:{url}", url=f"{settings.public_url}/"),
        t("看板:{url}(在聊天里发“看板”拿入口)", url=f"{settings.public_url}{BOARD}/"),
        None if everybody else t("还没有人员:写好 roster.yaml,用 HUIYING_ROSTER 指给我,或先在演练室里试用。"),
        None if any(person.has("administrator") for person in everybody) else NO_ADMINISTRATOR,
        roster_not_taken(settings, desk.database, desk.desk.house.plan),
        telegram.said() if telegram else TELEGRAM_IS_OFF,
        None if telegram else t("尚未接入聊天平台:案件只在演练室里办理;真实数据可用 python -m bot import 导入。"),
    )
    typer.echo(said.say(Voice(settings.language)))
