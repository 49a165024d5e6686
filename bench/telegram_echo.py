"""The floor of the benchmark: a bare echo bot of the same library, with a webhook of its own as its manual shows one.

https://docs.python-telegram-bot.org/en/stable/examples.customwebhookbot.html
"""

import argparse
import asyncio
import contextlib
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bench.telegram_double import CONNECTIONS

WEBHOOK = "/telegram"


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer with what was said."""
    if update.message is not None:
        await update.message.reply_text(update.message.text or "")


async def run(token: str, api_url: str, port: int, at_once: int) -> None:
    """Echo until interrupted; so many updates at once (0: as many as the library takes by itself, 256)."""
    building = Application.builder().token(token).base_url(f"{api_url}/bot").updater(None)
    building = building.concurrent_updates(at_once or True)
    application: Application[Any, Any, Any, Any, Any, Any] = building.build()
    application.add_handler(MessageHandler(filters.TEXT, echo))

    async def deliver(request: Request) -> Response:
        await application.update_queue.put(Update.de_json(await request.json(), application.bot))
        return Response()

    app = Starlette(routes=[Route(WEBHOOK, deliver, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", log_config=None, access_log=False))
    async with application:
        await application.bot.set_webhook(f"http://127.0.0.1:{port}{WEBHOOK}", max_connections=CONNECTIONS)
        await application.start()
        await server.serve()
        await application.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--token", required=True)
    parser.add_argument("--api-url", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--at-once", type=int, default=0)
    given = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(given.token, given.api_url, given.port, given.at_once))
