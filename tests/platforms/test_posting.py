"""The calls of the bot as they arrive: small ones as a plain form, those with a file in parts; what fails is told."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import NetworkError, TimedOut

from bot.chat.telegram.posting import Posting
from bot.web.server import serving

TOKEN = "7012345678:AAposting_posting-Posting0posting00"
SENT = {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}}


@contextmanager
def vendor(calls: list[dict[str, Any]]) -> Iterator[str]:
    """Answer every call with a message, and keep what it held."""

    async def answer(request: Request) -> JSONResponse:
        held: dict[str, Any] = {"type": request.headers["content-type"].partition(";")[0]}
        async with request.form() as form:
            for name, value in form.items():
                held[name] = (
                    (value.filename, value.content_type, await value.read()) if isinstance(value, UploadFile) else value
                )
        calls.append(held)
        return JSONResponse({"ok": True, "result": SENT})

    with serving(Starlette(routes=[Route("/bot{rest:path}", answer, methods=["POST"])])) as address:
        yield address


@contextmanager
def bot_at(address: str, read: float = 5.0) -> Iterator[tuple[Bot, asyncio.Runner]]:
    """Give a bot of the library whose calls are ours, and what runs its coroutines."""
    posting = Posting(httpx.Timeout(read))
    with asyncio.Runner() as runner:
        yield Bot(TOKEN, base_url=f"{address}/bot", request=posting), runner
        runner.run(posting.shutdown())


def test_words_and_buttons_are_a_plain_form() -> None:
    """Signs of every kind arrive as they were said."""
    said = "3 人死亡 & 5 人受伤 = 8;+%20 «引号» 🚨"
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("同意", callback_data="1.2")]])
    calls: list[dict[str, Any]] = []
    with vendor(calls) as address, bot_at(address) as (bot, runner):
        sent = runner.run(bot.send_message(5, said, reply_markup=buttons))
    assert sent.message_id == 1
    assert (calls[0]["type"], calls[0]["text"]) == ("application/x-www-form-urlencoded", said)
    assert '"callback_data": "1.2"' in calls[0]["reply_markup"]


def test_a_file_goes_along_in_parts() -> None:
    """Its name, kind and bytes arrive, and so do the words beside it."""
    calls: list[dict[str, Any]] = []
    with vendor(calls) as address, bot_at(address) as (bot, runner):
        runner.run(bot.send_document(5, b"\x00\xff\r\n--", filename="通报.pdf", caption="全文"))
    assert calls[0]["type"] == "multipart/form-data"
    assert calls[0]["caption"] == "全文"
    assert ("通报.pdf", "application/pdf", b"\x00\xff\r\n--") in calls[0].values()


def test_a_call_nobody_answers_ends_in_time() -> None:
    """Somebody listens and says nothing: the library's own error for that, as soon as the time is over."""
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        bot_at(f"http://127.0.0.1:{silent.getsockname()[1]}", read=0.2) as (bot, runner),
        pytest.raises(TimedOut),
    ):
        runner.run(bot.send_message(5, "有人吗"))


def test_a_call_to_nobody_says_why() -> None:
    """The reason is beneath, so that it is known that nothing went out."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with bot_at(f"http://127.0.0.1:{port}") as (bot, runner), pytest.raises(NetworkError) as refused:
        runner.run(bot.send_message(5, "有人吗"))
    assert "ClientConnectorError" in str(refused.value)
    assert TOKEN not in str(refused.value)
