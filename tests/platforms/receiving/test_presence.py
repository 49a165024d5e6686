"""The bot makes itself known, and administrators hear what they alone can mend."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import OperationalError

from bot.chat.reception import Kind, Reception, Trouble
from bot.chat.telegram.platform import TelegramPlatform
from bot.chat.telegram.presence import Presence
from bot.chat.telegram.troubles import SAID, Alarms
from bot.chat.telegram.updates import ALLOWED
from config.language import Said
from tests.platforms.bot_api import BotApi
from tests.platforms.receiving.store import LI, QUICK, SECRET, Store, hook, until


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
