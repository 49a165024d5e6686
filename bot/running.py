"""Run the desk: the heartbeat, the press room, and beside them the drill room with its own database and clock."""

from contextlib import ExitStack

import structlog
import typer
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.drilling import drill_room, drill_web
from bot.engine.embedded import DeskLock, Heartbeat
from bot.opening import OpenDesk, opened
from bot.web.health import health_routes
from bot.web.pages import press_pages
from bot.web.server import serve
from config.language import Voice, lines, t
from config.settings import Settings
from storage import person as people

log = structlog.get_logger()


def run(settings: Settings) -> None:
    """Start everything and stay up until interrupted."""
    with ExitStack() as stack:
        stack.enter_context(DeskLock(settings.data_dir))
        desk = stack.enter_context(opened(settings))
        desk.desk.take_over()
        room = stack.enter_context(drill_room(settings))
        routes: list[BaseRoute] = [
            *health_routes(desk.database, desk.clock),
            *drill_web(room),
            *press_pages(desk.desk),
        ]
        heart = Heartbeat(desk.desk)
        stack.callback(heart.stop)
        heart.start()
        _greet(settings, desk)
        serve(Starlette(routes=routes), settings.host, settings.port)


def _greet(settings: Settings, desk: OpenDesk) -> None:
    with desk.database.reading() as session:
        somebody = bool(people.everybody(session))
    local = f"http://127.0.0.1:{settings.port}"
    said = lines(
        t("回应 Huiying 已启动。按 Ctrl+C 停止。"),
        t("演练室:{url}", url=f"{local}/drill/"),
        t("新闻发布页:{url}", url=f"{settings.public_url}/"),
        None if somebody else t("还没有人员:写好 roster.yaml,用 HUIYING_ROSTER 指给我,或先在演练室里试用。"),
        t("尚未接入聊天平台:案件只在演练室里办理;真实数据可用 python -m bot import 导入。"),
    )
    typer.echo(said.say(Voice(settings.language)))
