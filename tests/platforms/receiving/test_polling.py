"""Updates that are asked for: stored before they are acknowledged; nothing is lost."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.chat.reception import Reception, Trouble
from bot.chat.telegram.platform import TelegramPlatform
from bot.chat.telegram.polling import Polling
from bot.chat.telegram.updates import ALLOWED
from bot.chat.telegram.waiting import WAITS
from config.settings import PROXIES
from tests.platforms.bot_api import BotApi
from tests.platforms.receiving.store import BOT, LI, QUICK, TOKEN, Store, until


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
