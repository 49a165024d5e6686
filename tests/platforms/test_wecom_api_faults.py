"""What can go wrong at WeCom's, on demand: errcodes, pages of HTML, waits, lost replies, being down."""

import socket
import subprocess
import sys
import time

import httpx
import pytest

from tests.platforms.asgi import Loss
from tests.platforms.wecom_api import WecomApi
from tests.platforms.wecom_desk import AGENT, called, http, listening, sent, token

LI, WANG = "limin", "wangwu"
CODES = [40001, 40014, 42001, 45009, 45033, 48001, 60020, 81013, 130101]


@pytest.fixture
def api(vendor: WecomApi) -> WecomApi:
    """Furnish the double with a corp, an app and two members."""
    vendor.reset()
    vendor.add_app(agentid=AGENT)
    vendor.add_member(LI, "李敏")
    vendor.add_member(WANG, "王五")
    return vendor


@pytest.mark.parametrize("errcode", CODES)
def test_an_errcode_comes_when_it_is_wished(api: WecomApi, errcode: int) -> None:
    """Once, for the member who was meant; nothing arrives then."""
    api.fail_next("message/send", LI, errcode=errcode)
    assert sent(api, "一", WANG)["errcode"] == 0
    refused = sent(api, "一", LI)
    assert (refused["errcode"], bool(refused["errmsg"])) == (errcode, True)
    assert sent(api, "二", LI)["errcode"] == 0
    assert [each.text for each in api.messages(LI)] == ["二"]
    assert [call.errcode for call in api.calls("message/send", LI)] == [errcode, 0]


def test_the_token_call_may_fail_too(api: WecomApi) -> None:
    """As any other, and as often as wished."""
    api.fail_next("gettoken", times=2, errcode=45009)
    assert [token(api)["errcode"] for _ in range(3)] == [45009, 45009, 0]


def test_a_page_of_html_is_answered(api: WecomApi) -> None:
    """As nginx before the API does."""
    good = token(api)["access_token"]
    api.fail_next("message/send", code=502)
    answer = http().post(f"{api.corp_url}/cgi-bin/message/send", params={"access_token": good}, json={})
    assert (answer.status_code, answer.text[:6], answer.headers["content-type"]) == (502, "<html>", "text/html")
    assert http().get(f"{api.corp_url}/cgi-bin/nothing").status_code == 404


def test_what_is_no_json_is_refused(api: WecomApi) -> None:
    """47001."""
    answer = http().post(f"{api.corp_url}/cgi-bin/message/send", content=b'{"touser": ')
    assert answer.json()["errcode"] == 47001


@pytest.mark.parametrize("how", ["close", "cut", "silence"])
def test_a_reply_is_lost_after_the_message_landed(api: WecomApi, how: Loss) -> None:
    """By hanging up, before the answer or in the middle, or by saying nothing until the caller gives up."""
    good = token(api)["access_token"]
    api.lose_reply("message/send", LI, how=how)
    given = {"touser": LI, "msgtype": "text", "agentid": AGENT, "text": {"content": "一"}}
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError, httpx.ReadTimeout)):
        http().post(f"{api.corp_url}/cgi-bin/message/send?access_token={good}", json=given, timeout=0.3)
    assert [each.text for each in api.messages(LI)] == ["一"]


def test_calls_wait_and_hang(api: WecomApi) -> None:
    """One chat's calls, or all of them; nobody else waits."""
    good = token(api)["access_token"]
    api.hang(30, "message/send", LI)
    begun = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        http().post(f"{api.corp_url}/cgi-bin/message/send?access_token={good}", json={"touser": LI}, timeout=0.2)
    assert sent(api, "一", WANG)["errcode"] == 0
    assert time.monotonic() - begun < 5
    api.mend()
    api.late(0.2)
    begun = time.monotonic()
    token(api)
    assert time.monotonic() - begun > 0.15


def test_the_vendor_is_down_and_up_again(api: WecomApi) -> None:
    """At the same address; or there, but with nothing but pages of HTML."""
    before = api.url
    api.down()
    with pytest.raises((httpx.ConnectError, httpx.RemoteProtocolError, httpx.ReadError)):
        token(api)
    api.up()
    assert api.url == before
    assert token(api)["errcode"] == 0
    api.down(502)
    assert http().get(f"{api.corp_url}/cgi-bin/gettoken").status_code == 502
    api.up()
    assert token(api)["errcode"] == 0


def test_nobody_listens_for_callbacks(api: WecomApi) -> None:
    """Four tries in vain; without an address, none."""
    assert api.says(LI, "一").statuses == []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        api.deliver_to("app", f"http://127.0.0.1:{taken.getsockname()[1]}/callback")
        pushed = api.says(LI, "一")
    assert (pushed.statuses, pushed.taken) == ([0] * 4, False)


def test_the_address_is_dated_by_a_clock_of_its_own(api: WecomApi) -> None:
    """A callback from long ago, for who looks at its time."""
    with listening(api, "app", api.world.app().sealer) as listener:
        api.delivery.stamp = lambda: 1000.0
        api.says(LI, "一")
    assert listener.queries[-1]["timestamp"] == "1000"
    assert int(listener.heard[-1]["CreateTime"]) > 1000


def test_the_double_runs_by_itself() -> None:
    """And is controlled over HTTP."""
    started = [sys.executable, "-m", "tests.platforms.wecom_api"]
    with subprocess.Popen(started, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            url = running.stdout.readline().strip()
            ask = http().post
            assert ask(f"{url}/control/add_app", json={"agentid": AGENT}).json()["ok"]
            people = [{"userid": LI, "name": "李敏"}, {"userid": WANG, "name": "王五"}]
            assert ask(f"{url}/control/add_member", json=people).json()["ok"]
            asked = {"corpid": "ww1234567890abcdef", "corpsecret": "secret"}
            good = http().get(f"{url}/qyapi/cgi-bin/gettoken", params=asked).json()["access_token"]
            given = {"touser": LI, "msgtype": "text", "agentid": AGENT, "text": {"content": "一"}}
            ask(f"{url}/qyapi/cgi-bin/message/send?access_token={good}", json=given)
            assert ask(f"{url}/control/messages", json={"chat": LI}).json()["result"][0]["text"] == "一"
            assert ask(f"{url}/control/says", json={"who": LI, "text": "二"}).json()["result"]["statuses"] == []
            assert ask(f"{url}/control/nothing", json={}).status_code == 400
        finally:
            running.kill()


def test_the_double_knows_no_more_of_a_call_than_it_needs(api: WecomApi) -> None:
    """Every call is kept with what it gave and what it was answered."""
    called(api, "user/get", {"userid": LI})
    call = api.calls("user/get")[-1]
    assert (call.side, call.parameters["userid"], call.result["name"]) == ("qyapi", LI, "李敏")
