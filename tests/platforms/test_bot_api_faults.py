"""The double of Telegram's Bot API fails as Telegram and the way to it do, notes every call, and can run by itself."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import telegram
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from tests.platforms.bot_api import BotApi
from tests.platforms.bot_api.library import asked

ROOT = Path(__file__).parents[2]
TOKEN = "123456:abc"
ME, LI, GROUP, OTHER = 123456, 7, -1001, -1002


@pytest.fixture
def api(double: BotApi) -> BotApi:
    """Furnish the double with a bot and two groups."""
    double.reset()
    double.add_bot(TOKEN, "huiying_bot", privacy=False)
    double.add_user(LI, "李敏")
    double.add_chat(GROUP, "supergroup", "值班群", members=[LI, ME])
    double.add_chat(OTHER, "supergroup", "另一群", members=[LI, ME])
    return double


def send(api: BotApi, text: str, chat: int = GROUP, *, patience: float = 5.0) -> telegram.Message:
    """Send a text through the library."""
    return asked(api, TOKEN, lambda bot: bot.send_message(chat, text, read_timeout=patience))


def texts(api: BotApi, chat: int = GROUP) -> list[str]:
    """Give what stands in a chat."""
    return [message.text for message in api.messages(chat)]


def test_a_call_is_told_to_wait(api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 with retry_after, in one chat alone, so many times."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # without it the library warns of a change to come
    api.fail_next("sendMessage", GROUP, times=2, retry_after=3)
    send(api, "别处", OTHER)
    for _ in range(2):
        with pytest.raises(RetryAfter) as caught:
            send(api, "x")
        assert caught.value.retry_after == timedelta(seconds=3)
    assert send(api, "到了").text == "到了"
    assert [call.code for call in api.calls("sendMessage", GROUP)] == [429, 429, 200]


def test_a_call_is_refused_or_meets_a_broken_gateway(api: BotApi) -> None:
    """Any code and words; 5xx without words is a page of HTML."""
    api.fail_next(code=400, description="Bad Request: CHAT_RESTRICTED")
    with pytest.raises(BadRequest, match="Chat_restricted"):
        send(api, "x")
    api.fail_next("sendMessage", code=502)
    with pytest.raises(NetworkError):
        send(api, "x")
    api.fail_next(code=500)
    answer = httpx.post(f"{api.url}/bot{TOKEN}/getMe")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "text/html")
    assert texts(api) == []


def test_a_reply_is_lost_after_the_message_landed(api: BotApi) -> None:
    """The connection closes, or nothing comes until the time-out."""
    api.lose_reply("sendMessage", GROUP)
    with pytest.raises(NetworkError):
        send(api, "一")
    api.lose_reply("sendMessage", GROUP, how="silence")
    with pytest.raises(TimedOut):
        send(api, "二", patience=0.3)
    assert texts(api) == ["一", "二"]
    assert send(api, "三").text == "三"


def test_a_chat_hangs_while_others_go_on(api: BotApi) -> None:
    """What hung is carried out in the end, though nobody waits for the answer any more."""
    api.hang(GROUP, 0.6)
    begun = time.monotonic()
    send(api, "别处", OTHER)
    assert time.monotonic() - begun < 0.5
    with pytest.raises(TimedOut):
        send(api, "一", patience=0.2)
    assert texts(api) == []
    time.sleep(0.6)
    assert texts(api) == ["一"]


def test_everything_can_be_late(api: BotApi) -> None:
    """By so many seconds, until mended."""
    api.late(0.3)
    begun = time.monotonic()
    send(api, "x")
    assert time.monotonic() - begun >= 0.3
    api.mend()
    begun = time.monotonic()
    send(api, "x")
    assert time.monotonic() - begun < 0.3


def test_the_api_can_be_down_and_up_again(api: BotApi) -> None:
    """Connections are refused, or a page of HTML is all there is; afterwards the world is as it was."""
    send(api, "一")
    api.down()
    with pytest.raises(NetworkError, match="ConnectError"):
        send(api, "二")
    api.up()
    api.down(502)
    with pytest.raises(NetworkError):
        send(api, "三")
    api.up()
    send(api, "四")
    assert texts(api) == ["一", "四"]


def test_limits_are_kept(api: BotApi) -> None:
    """20 a minute in a group: the next is told to wait, and coming before the wait is over is another violation."""
    api.enforce_limits(overall_per_second=None)
    codes = [httpx.post(f"{api.url}/bot{TOKEN}/sendMessage", json={"chat_id": GROUP, "text": "x"}) for _ in range(22)]
    assert [answer.status_code for answer in codes] == [200] * 20 + [429] * 2
    assert 55 <= codes[-1].json()["parameters"]["retry_after"] <= 60
    assert [(violation.scope, violation.chat_id) for violation in api.violations] == [("group", GROUP)] * 2
    assert send(api, "x", OTHER).text == "x"


def test_limits_can_be_counted_alone(api: BotApi) -> None:
    """Then nobody is told to wait."""
    api.enforce_limits(None, chat_per_second=1, overall_per_second=2, answer=False)
    for _ in range(3):
        assert httpx.post(f"{api.url}/bot{TOKEN}/sendMessage", json={"chat_id": GROUP, "text": "x"}).is_success
    assert {violation.scope for violation in api.violations} == {"chat", "overall"}


def test_every_call_is_noted(api: BotApi) -> None:
    """With parameters, result or error, and the message it made."""
    number = asked(api, TOKEN, lambda bot: bot.send_message(GROUP, "x", disable_notification=True)).message_id
    with pytest.raises(BadRequest):
        send(api, "")
    good, bad = api.calls("sendMessage", GROUP)
    assert (good.message_id, good.parameters["text"], good.code, good.at > 0) == (number, "x", 200, True)
    assert (bad.error, bad.code) == ("Bad Request: message text is empty", 400)
    assert api.messages(GROUP)[-1].silent


@pytest.mark.parametrize(
    "how", [{"json": {"chat_id": GROUP, "text": "x"}}, {"data": {"chat_id": str(GROUP), "text": "x"}}]
)
def test_parameters_come_as_json_or_form(api: BotApi, how: dict[str, Any]) -> None:
    """And a method that is none is not found."""
    assert httpx.post(f"{api.url}/bot{TOKEN}/sendMessage", **how).json()["result"]["text"] == "x"
    assert httpx.post(f"{api.url}/bot{TOKEN}/sendNothing", **how).status_code == 404


def test_the_double_runs_by_itself() -> None:
    """It prints its address, and its control does what the Python interface does."""
    command = [sys.executable, "-m", "tests.platforms.bot_api"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as running:
        assert running.stdout is not None
        url = running.stdout.readline().strip()
        try:
            _controlled(url)
        finally:
            running.terminate()


def _controlled(url: str) -> None:
    def control(name: str, given: object) -> object:
        answer = httpx.post(f"{url}/control/{name}", json=given).json()
        assert answer["ok"], answer
        return answer["result"]

    control("add_bot", {"token": TOKEN, "username": "huiying_bot", "privacy": False})
    control("add_user", [{"id": LI, "name": "李敏"}, {"id": 8, "name": "王五"}])
    control("add_chat", {"id": GROUP, "kind": "supergroup", "title": "值班群", "members": [LI, ME]})
    control("promote", {"user": ME, "chat": GROUP, "can_pin_messages": True})
    said = control("says", {"user": LI, "chat": GROUP, "text": "停水了"})
    assert isinstance(said, dict)
    assert (said["message_id"], said["deleted"]) == (1, False)
    updates = httpx.get(f"{url}/bot{TOKEN}/getUpdates").json()["result"]
    assert [min(update) for update in updates] == ["my_chat_member", "message"]
    assert len(control("messages", {"chat": GROUP})) == 1  # type: ignore[arg-type]  # a list it is
    assert not httpx.post(f"{url}/control/_tap", json={}).json()["ok"]
    assert not httpx.post(f"{url}/control/says", json={"user": 404, "chat": GROUP, "text": "x"}).json()["ok"]
