"""Updates are stored before they are acknowledged, whichever way they come; nothing is lost."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

from bot.accepting import Accepting, Errand, in_a_thread
from bot.chat.telegram.platform import TelegramPlatform
from bot.chat.telegram.presence import Presence
from bot.chat.telegram.receiving import (
    ALLOWED,
    LARGEST,
    SECRET_HEADER,
    WAITS,
    WEBHOOK_PATH,
    Polling,
    Update,
    webhook_route,
)
from bot.chat.telegram.reception import Kind, Reception, Trouble
from bot.chat.telegram.troubles import SAID, Alarms
from bot.web.server import serving
from config.language import Said
from config.settings import PROXIES
from tests.platforms.bot_api import BotApi, bot_api

TOKEN = "7012345678:AAreceivingReceiving_receiving-Receivin"
SECRET = "Only-Telegram_knows-this"
BOT, LI = 7012345678, 7
SOON = 5.0  # seconds within which whatever is to happen happens
QUICK: dict[Kind, tuple[float, float]] = dict.fromkeys(WAITS, (0.05, 0.1))


class Store:
    """Remembers what was stored, in what order and in how many commits; can be locked."""

    def __init__(self) -> None:
        self.kept: dict[str, Update] = {}
        self.commits: list[list[str]] = []
        self.locked = False
        self.cursed = ""  # a key that can never be stored
        self.hold = threading.Event()
        self.hold.set()

    def accept(self, updates: Sequence[tuple[str, Update]]) -> int:
        self.hold.wait(SOON)
        if self.locked:
            raise OperationalError("insert", {}, Exception("database is locked"))
        if self.cursed in [key for key, _ in updates]:
            raise ValueError(self.cursed)
        new = [key for key, _ in updates if key not in self.kept]
        self.kept.update({key: update for key, update in updates if key in new})
        self.commits.append([key for key, _ in updates])
        return len(new)

    @property
    def texts(self) -> list[str]:
        """What was said, in the order in which it was stored."""
        return [update["message"]["text"] for update in self.kept.values()]


@pytest.fixture
def api() -> Iterator[BotApi]:
    """Give a Bot API with the bot and one person."""
    with bot_api() as api:
        api.add_bot(TOKEN, "huiying_bot", privacy=False)
        api.add_user(LI, "李敏")
        yield api


@pytest.fixture
def platform(api: BotApi) -> Iterator[TelegramPlatform]:
    """Give the platform that talks to it."""
    platform = TelegramPlatform(TOKEN, api_url=api.url)
    yield platform
    platform.close()


@contextmanager
def polling(
    platform: TelegramPlatform, store: Store, told: list[Trouble], reception: Reception | None = None
) -> Iterator[Polling]:
    """Ask for updates meanwhile."""
    asking = Polling(platform, store.accept, told.append, reception, QUICK)
    asking.start()
    try:
        yield asking
    finally:
        asking.stop()


def until(happened: Callable[[], object]) -> None:
    """Wait until something happened; fail when it did not."""
    deadline = time.monotonic() + SOON
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


# ---------------------------------------------------------------------------------------------- polling


def test_what_is_said_is_stored_as_it_came(api: BotApi, platform: TelegramPlatform) -> None:
    """The stored update is the one that was sent, under the bot's and its own number."""
    store = Store()
    api.says(LI, LI, "停水三天")
    sent = api.pending()[0]
    with polling(platform, store, []):
        until(lambda: store.kept)
    assert store.kept == {f"{BOT}:{sent['update_id']}": sent}


def test_only_the_kinds_the_desk_knows_are_asked_for_in_a_long_poll(api: BotApi, platform: TelegramPlatform) -> None:
    """One request at a time, held back for 25 seconds; a webhook left behind is taken away and what waits is kept."""
    api.world.bot().webhook = {"url": "https://elsewhere.example/"}
    with polling(platform, Store(), []):
        until(lambda: api.calls("getUpdates"))
        time.sleep(0.2)
    (call,) = api.calls("getUpdates")
    assert json.loads(call.parameters["allowed_updates"]) == list(ALLOWED)
    assert (call.parameters["timeout"], call.parameters["limit"]) == ("25", "100")
    (removed,) = api.calls("deleteWebhook")
    assert removed.parameters.get("drop_pending_updates") in (None, "false", "False", False)


def test_what_could_not_be_stored_is_asked_for_again(api: BotApi, platform: TelegramPlatform) -> None:
    """While the database is locked nothing is acknowledged; afterwards everything is there, once and in order."""
    store, told = Store(), list[Trouble]()
    store.locked = True
    with polling(platform, store, told):
        for n in range(3):
            api.says(LI, LI, f"第 {n} 条")
        until(lambda: len(told) >= 2)
        assert len(api.pending()) == 3
        store.locked = False
        until(lambda: len(store.kept) == 3)
        api.settle()
    assert store.texts == ["第 0 条", "第 1 条", "第 2 条"]
    assert {trouble.kind for trouble in told} == {"storage"}


def test_one_update_that_can_never_be_stored_does_not_stop_the_others(api: BotApi, platform: TelegramPlatform) -> None:
    """It is passed over and logged; what came with it and after it is stored."""
    store = Store()
    for text in ("一", "二", "三"):
        api.says(LI, LI, text)
    store.cursed = f"{BOT}:{api.pending()[1]['update_id']}"
    with polling(platform, store, []):
        until(lambda: len(store.kept) == 2)
        api.says(LI, LI, "四")
        until(lambda: len(store.kept) == 3)
    assert store.texts == ["一", "三", "四"]


def test_one_update_nested_too_deep_does_not_stop_the_others(api: BotApi, platform: TelegramPlatform) -> None:
    """It is passed over and logged; what came with it and after it is stored."""
    store = Store()
    for text in ("一", "二", "三"):
        api.says(LI, LI, text)
    deep: list[Any] = []
    for _ in range(600):
        deep = [deep]
    api.pending()[1]["message"]["x"] = deep
    with polling(platform, store, []):
        until(lambda: len(store.kept) == 2)
        api.says(LI, LI, "四")
        until(lambda: len(store.kept) == 3)
    assert store.texts == ["一", "三", "四"]


def test_a_restart_between_storing_and_acknowledging_loses_nothing(api: BotApi, platform: TelegramPlatform) -> None:
    """What was stored but not acknowledged comes again under the same key; what was not stored comes at last."""
    store = Store()
    store.hold.clear()
    api.says(LI, LI, "一")
    with polling(platform, store, []):
        until(lambda: api.calls("getUpdates"))
        time.sleep(0.1)
    store.hold.set()  # the commit under way when the desk stopped
    until(lambda: store.kept)
    api.says(LI, LI, "二")
    with polling(platform, store, []):
        until(lambda: len(store.kept) == 2)
        api.settle()
    assert store.texts == ["一", "二"]


def test_stopping_does_not_wait_for_a_long_poll(api: BotApi, platform: TelegramPlatform) -> None:
    """A desk stops within two seconds although nobody says anything."""
    with polling(platform, Store(), []) as asking:
        until(lambda: api.calls("getUpdates"))
        began = time.monotonic()
        asking.stop()
        assert time.monotonic() - began < 2


def test_a_second_desk_is_told_of_and_outlasted(api: BotApi, platform: TelegramPlatform) -> None:
    """409: told each time, tried again more and more rarely, and it works once the other one is gone."""
    store, told, reception = Store(), list[Trouble](), Reception("polling")
    api.fail_next("getUpdates", times=3, code=409)
    with polling(platform, store, told, reception):
        until(lambda: len(told) == 3)
        api.says(LI, LI, "还在吗")
        until(lambda: store.kept)
        until(lambda: reception.shown()["trouble"] is None)
    assert [trouble.kind for trouble in told] == ["conflict"] * 3


def test_a_second_desk_that_is_gone_is_no_trouble_soon_after(api: BotApi, platform: TelegramPlatform) -> None:
    """Although nobody writes: the next asking is short, and the one after it long again."""
    reception = Reception("polling")
    api.fail_next("getUpdates", code=409)
    with polling(platform, Store(), [], reception):
        until(lambda: reception.shown()["trouble"] == "conflict")
        until(lambda: reception.shown()["trouble"] is None)
        until(lambda: len(api.calls("getUpdates")) == 3)
        assert [call.parameters["timeout"] for call in api.calls("getUpdates")] == ["25", "3", "25"]


def test_a_desk_without_network_comes_back_by_itself(api: BotApi, platform: TelegramPlatform) -> None:
    """Neither a refused connection nor the page of a gateway ends the asking."""
    store, told = Store(), list[Trouble]()
    with polling(platform, store, told):
        until(lambda: api.calls("getUpdates"))
        api.down()
        until(lambda: told)
        api.up()
        api.down(502)
        before = len(told)
        until(lambda: len(told) > before)
        api.up()
        api.says(LI, LI, "回来了")
        until(lambda: store.kept)
    assert {trouble.kind for trouble in told} == {"unreachable"}


def test_a_refused_token_is_told_of_and_not_hammered(api: BotApi) -> None:
    """Told at once; the next attempt waits a minute."""
    platform, told = TelegramPlatform(TOKEN[:-1] + "X", api_url=api.url), list[Trouble]()
    asking = Polling(platform, Store().accept, told.append)
    asking.start()
    until(lambda: told)
    time.sleep(0.3)
    asking.stop()
    platform.close()
    assert [trouble.kind for trouble in told] == ["token"]
    assert WAITS["token"] == (60.0, 60.0)


@pytest.mark.parametrize("scheme", PROXIES)
def test_asking_goes_through_every_kind_of_proxy_there_can_be(api: BotApi, scheme: str) -> None:
    """A proxy that is away is no way to Telegram, although there is one without it."""
    platform, told = TelegramPlatform(TOKEN, api_url=api.url, proxy=f"{scheme}://127.0.0.1:1"), list[Trouble]()
    with polling(platform, Store(), told):
        until(lambda: told)
    platform.close()
    assert told[0].kind == "unreachable"
    assert api.calls() == []


# ---------------------------------------------------------------------------------------------- webhook


@contextmanager
def hook(store: Store, reception: Reception | None = None, largest: int = LARGEST) -> Iterator[str]:
    """Serve the webhook."""
    route = webhook_route(store.accept, SECRET, BOT, reception=reception, largest=largest)
    with serving(Starlette(routes=[route])) as address:
        yield address + WEBHOOK_PATH


def post(url: str, body: bytes | str, secret: str | bytes = SECRET, **more: Any) -> httpx.Response:  # noqa: ANN401
    """Deliver as Telegram does."""
    headers = {SECRET_HEADER.encode(): secret if isinstance(secret, bytes) else secret.encode()}
    content = body.encode() if isinstance(body, str) else body
    return httpx.post(url, content=content, headers=headers, trust_env=False, **more)


def test_a_delivery_is_answered_once_it_is_stored(api: BotApi) -> None:
    """200 with nothing in it; the same update again changes nothing."""
    store, reception = Store(), Reception("webhook")
    with hook(store, reception) as url:
        api.deliver_to = (url, SECRET)
        api.says(LI, LI, "停水三天")
        api.repeat_last_update(2)
        assert post(url, '{"update_id": 1}').content == b""
    assert api.statuses == [200, 200, 200]
    assert [update.get("message", {}).get("text") for update in store.kept.values()] == ["停水三天", None]
    assert reception.shown()["last_update_seconds"] is not None


def test_a_locked_database_is_no_acknowledgement(api: BotApi) -> None:
    """503, and the platform delivers again: nothing is lost."""
    store, reception = Store(), Reception("webhook")
    store.locked = True
    with hook(store, reception) as url:
        refused = post(url, '{"update_id": 1}')
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        api.deliver_to = (url, SECRET)
        api.says(LI, LI, "停水三天")
        assert api.statuses == [503]
        assert reception.shown()["trouble"] == "storage"
        store.locked = False
        assert api.deliver() == [200]
    assert store.texts == ["停水三天"]
    assert reception.shown()["trouble"] is None


BAD = {
    "no secret": ("", '{"update_id": 1}', 401),
    "another secret": ("Only-Telegram_knows-thiS", '{"update_id": 1}', 401),
    "a secret no header can hold": ("密".encode(), '{"update_id": 1}', 401),
    "no JSON": (SECRET, "停水", 400),
    "no object": (SECRET, "[1]", 400),
    "no number": (SECRET, '{"message": {}}', 400),
    "a number that is none": (SECRET, '{"update_id": true}', 400),
    "a number in words": (SECRET, '{"update_id": "1"}', 400),
    "what no database can keep as a number": (SECRET, '{"update_id": 1, "x": NaN}', 400),
    "half a character": (SECRET, b'{"update_id": 1, "x": "\xe5"}', 400),
    "a number beyond all bounds": (SECRET, '{"update_id": 1, "x": 1e999}', 400),
    "nested without end": (SECRET, "[" * 200_000, 400),
    "nested deeper than it can be kept": (SECRET, f'{{"update_id": 1, "x": {"[" * 900}{"]" * 900}}}', 400),
    "too large": (SECRET, '{"update_id": 1, "x": "' + "x" * 1_000_000 + '"}', 413),
}


@pytest.mark.parametrize(("secret", "body", "code"), BAD.values(), ids=BAD)
def test_what_telegram_would_not_send_is_refused(secret: str | bytes, body: bytes | str, code: int) -> None:
    """An empty answer with the fitting code, and nothing is stored."""
    store = Store()
    with hook(store) as url:
        answer = post(url, body, secret)
    assert (answer.status_code, answer.content) == (code, b"")
    assert store.commits == []


def test_only_post_is_heard() -> None:
    """Whoever looks at the address with a browser sees nothing."""
    with hook(Store()) as url:
        assert httpx.get(url, headers={SECRET_HEADER: SECRET}, trust_env=False).status_code == 405


def spoken(url: str, *parts: bytes, wait: float = 0.0) -> bytes:
    """Send raw parts of a request and return the beginning of the answer."""
    at = urlsplit(url)
    with socket.create_connection((at.hostname, at.port or 80), timeout=SOON) as line:
        head = f"POST {at.path} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\n".encode()
        line.sendall(head + parts[0])
        for part in parts[1:]:
            time.sleep(wait)
            line.sendall(part)
        return line.recv(100)


def test_a_body_that_says_it_is_too_large_is_not_waited_for() -> None:
    """The answer comes before the body."""
    with hook(Store()) as url:
        assert spoken(url, b"Content-Length: 900000000\r\n\r\n").startswith(b"HTTP/1.1 413")


def test_a_body_that_does_not_say_its_size_is_read_no_further_than_allowed() -> None:
    """Chunk after chunk: as soon as there is too much of it, the answer comes."""
    chunk = b"64\r\n" + b"x" * 100 + b"\r\n"
    with hook(Store(), largest=150) as url:
        answer = spoken(url, b"Transfer-Encoding: chunked\r\n\r\n", chunk, chunk, wait=0.05)
    assert answer.startswith(b"HTTP/1.1 413")


def test_what_no_database_can_keep_is_replaced() -> None:
    """A NUL or half a surrogate pair, in a value or a name, at any depth."""
    store = Store()
    with hook(store) as url:
        post(url, r'{"update_id": 1, "a": ["x\u0000", {"b\u0000": "\ud83d"}], "c": "\ud83d\ude00"}')
    assert store.kept[f"{BOT}:1"] == {"update_id": 1, "a": ["x\ufffd", {"b\ufffd": "?"}], "c": "😀"}


def test_nothing_is_acknowledged_before_its_commit() -> None:
    """While the commit runs there is no answer."""
    store = Store()
    with hook(store) as url, ExitStack() as stack:
        store.hold.clear()
        stack.callback(store.hold.set)
        with pytest.raises(httpx.ReadTimeout):
            post(url, '{"update_id": 1}', timeout=0.3)
        assert store.commits == []
        store.hold.set()
        assert post(url, '{"update_id": 1}').status_code == 200


def test_deliveries_that_come_together_share_commits() -> None:
    """What comes while a commit runs waits and goes with the next one: fifty deliveries, two commits."""
    store = Store()
    store.hold.clear()

    async def deliver() -> None:
        accepting = Accepting(store.accept)
        deliveries = [asyncio.create_task(accepting.put(("0", {})))]
        await asyncio.sleep(0.1)
        deliveries += [asyncio.create_task(accepting.put((str(n), {}))) for n in range(1, 50)]
        await asyncio.sleep(0.1)
        assert not any(delivery.done() for delivery in deliveries)
        store.hold.set()
        await asyncio.gather(*deliveries)

    asyncio.run(deliver())
    assert store.commits == [["0"], [str(n) for n in range(1, 50)]]


def test_an_error_reaches_everybody_whose_item_was_in_the_batch() -> None:
    """Those of the next batch are not concerned, nor is one who has gone meanwhile."""
    stored: list[Sequence[int]] = []

    def store(items: Sequence[int]) -> int:
        if 2 in items:
            raise ValueError("no")
        stored.append(items)
        return len(items)

    async def at_once() -> list[object]:
        loop = asyncio.get_running_loop()

        def when_all_are_there(errand: Errand) -> None:
            loop.call_soon(in_a_thread, errand)

        accepting = Accepting(store, when_all_are_there)
        bad = [asyncio.create_task(accepting.put(n)) for n in (1, 2, 3)]
        await asyncio.sleep(0)
        bad[2].cancel()
        results: list[object] = list(await asyncio.gather(*bad, return_exceptions=True))
        await accepting.put(4)
        return results

    first, second, third = asyncio.run(at_once())
    assert (str(first), str(second)) == ("no", "no")
    assert isinstance(third, asyncio.CancelledError)
    assert stored == [[4]]


# ---------------------------------------------------------------------------------------------- presence


@contextmanager
def present(platform: TelegramPlatform, told: list[Trouble], webhook: tuple[str, str] | None) -> Iterator[Presence]:
    """Let the bot make itself known meanwhile."""
    presence = Presence(platform, list, told.append, Reception("webhook"), webhook=webhook, waits=QUICK)
    presence.start()
    try:
        yield presence
    finally:
        presence.stop()


def test_the_webhook_is_set_as_soon_as_telegram_is_there(api: BotApi, platform: TelegramPlatform) -> None:
    """A start without network is tried again; then updates come, with the secret, and what waited comes too."""
    store, told = Store(), list[Trouble]()
    api.says(LI, LI, "先说的")
    api.down(502)
    with hook(store) as url, present(platform, told, (url, SECRET)):
        until(lambda: told)
        api.up()
        until(lambda: store.kept)
        api.says(LI, LI, "后说的")
        until(lambda: len(store.kept) == 2)
    (call,) = api.calls("setWebhook")
    assert (call.parameters["secret_token"], call.parameters["max_connections"]) == (SECRET, "40")
    assert json.loads(call.parameters["allowed_updates"]) == list(ALLOWED)
    assert store.texts == ["先说的", "后说的"]


def test_the_webhook_is_not_set_before_somebody_answers_there(api: BotApi, platform: TelegramPlatform) -> None:
    """What Telegram delivers to a closed port comes again minutes later; the name is known before."""
    listening = threading.Event()
    presence = Presence(
        platform, list, lambda _: None, Reception("webhook"), webhook=("http://127.0.0.1:1/", SECRET),
        waits=QUICK, listening=listening,
    )  # fmt: skip
    presence.start()
    until(presence.met.is_set)
    time.sleep(0.2)
    assert api.calls("setWebhook") == []
    listening.set()
    until(lambda: api.calls("setWebhook"))
    presence.stop()


def test_a_webhook_that_is_refused_is_told_of(api: BotApi, platform: TelegramPlatform) -> None:
    """An address that Telegram does not take is the administrator's to mend."""
    told = list[Trouble]()
    with present(platform, told, ("ftp://desk.example", SECRET)):
        until(lambda: told)
    assert told[0].kind == "webhook"


def test_the_bot_knows_its_name_before_anything_is_heard(api: BotApi, platform: TelegramPlatform) -> None:
    """Until it was met nothing is asked for: a mention would not be understood as one."""
    api.fail_next("getMe", times=2, code=502)
    order: list[str] = []
    presence = Presence(
        platform, list, lambda _: None, Reception("polling"), met=lambda: order.append(platform.username), waits=QUICK
    )
    presence.start()
    until(lambda: order)
    presence.stop()
    assert order == ["huiying_bot"]


# ---------------------------------------------------------------------------------------------- alarms


def test_administrators_hear_once_an_hour_of_what_they_can_mend() -> None:
    """Of each kind by itself; a network that is away for a while is no alarm."""
    now, heard = [0.0], list[Said]()
    alarms = Alarms(heard.append, clock=lambda: now[0])
    kinds: list[Kind] = ["conflict", "conflict", "unreachable", "storage", "token"]
    for kind in kinds:
        alarms.told(Trouble(kind, ""))
    assert heard == [SAID["conflict"], SAID["token"]]
    now[0] = 3600.0
    alarms.told(Trouble("conflict", ""))
    assert heard[2:] == [SAID["conflict"]]


def test_an_alarm_that_could_not_be_raised_is_raised_again() -> None:
    """The hour begins with an alarm that was stored."""
    tried = [0]

    def locked(_: Said) -> None:
        tried[0] += 1
        raise OperationalError("insert", {}, Exception("locked"))

    alarms = Alarms(locked)
    for _ in range(2):
        with pytest.raises(OperationalError):
            alarms.told(Trouble("token", ""))
    assert tried == [2]
