"""The double of WeCom answers as the vendor's pages say: tokens, messages, cards, callbacks and what people do."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.platforms.wecom_api import App, Sealer, WecomApi, wecom_api
from tests.platforms.wecom_api.sealed import read_xml, xml_of

LI, WANG = "limin", "WangWu"
AGENT = 1000002
Json = dict[str, Any]


@pytest.fixture(scope="module")
def running() -> Iterator[WecomApi]:
    """Run a double."""
    with wecom_api() as api:
        yield api


@pytest.fixture
def api(running: WecomApi) -> WecomApi:
    """Furnish the double with a corp, an app and two members."""
    running.reset()
    running.add_app(agentid=AGENT)
    running.add_member(LI, "李敏", mobile="13800000001")
    running.add_member(WANG, "王五")
    return running


class Desk:
    """A desk that takes callbacks and answers as a test says."""

    def __init__(self, app: App) -> None:
        self.sealer = app.sealer
        self.heard: list[Json] = []
        self.answers: list[tuple[int, str]] = []  # status and body, one after another; then 200 and nothing
        self.wait = 0.0
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = dict(parse_qsl(urlsplit(self.path).query))
                self.give(200, desk.sealer.decrypt(query["echostr"]))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                desk.take(dict(parse_qsl(urlsplit(self.path).query)), body)
                time.sleep(desk.wait)
                self.give(*(desk.answers.pop(0) if desk.answers else (200, "")))

            def give(self, status: int, body: str) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/wecom/callback"

    def take(self, query: dict[str, str], body: str) -> None:
        """Open a callback as a desk would."""
        outer = read_xml(body)
        assert query["msg_signature"] == self.sealer.signature(query["timestamp"], query["nonce"], outer["Encrypt"])
        self.heard.append(read_xml(self.sealer.decrypt(outer["Encrypt"])))

    def reply(self, **fields: object) -> str:
        """Seal a passive reply."""
        encrypted = self.sealer.encrypt(xml_of(fields))
        signature = self.sealer.signature("1", "n", encrypted)
        return xml_of({"Encrypt": encrypted, "MsgSignature": signature, "TimeStamp": 1, "Nonce": "n"})


@pytest.fixture
def desk(api: WecomApi) -> Iterator[Desk]:
    """Give the app a desk that hears it."""
    desk = Desk(api.world.app())
    thread = threading.Thread(target=desk.server.serve_forever, args=(0.01,))
    thread.start()
    api.deliver_to("app", desk.url)
    yield desk
    desk.server.shutdown()
    thread.join()
    desk.server.server_close()


def token(api: WecomApi, secret: str = "secret") -> Json:  # noqa: S107 — of the double
    """Ask for a token."""
    asked = {"corpid": api.world.corp_id, "corpsecret": secret}
    read: Json = httpx.get(f"{api.corp_url}/cgi-bin/gettoken", params=asked).json()
    return read


def called(api: WecomApi, method: str, given: Json | None = None, *, with_token: str | None = None) -> Json:
    """Call a method with a good token."""
    value = with_token if with_token is not None else token(api)["access_token"]
    answer = httpx.post(f"{api.corp_url}/cgi-bin/{method}", params={"access_token": value}, json=given or {})
    read: Json = answer.json()
    return read


def sent(api: WecomApi, text: str, touser: str = LI, **more: object) -> Json:
    """Let the app send a text."""
    given = {"touser": touser, "msgtype": "text", "agentid": AGENT, "text": {"content": text}, **more}
    return called(api, "message/send", given)


def card(task_id: str, *labels: str, **more: object) -> Json:
    """Give a card with buttons."""
    buttons = [{"text": label, "key": f"v:{label}"} for label in labels]
    main = {"title": "12号 停水", "desc": "剩 2时"}
    whole = {"card_type": "button_interaction", "main_title": main, "task_id": task_id, "button_list": buttons}
    return {**whole, **more}


def sent_card(api: WecomApi, content: Json, touser: str = LI) -> Json:
    """Let the app send a card."""
    given = {"touser": touser, "msgtype": "template_card", "agentid": AGENT, "template_card": content}
    return called(api, "message/send", given)


# ------------------------------------------------------------------------------------------------- tokens
def test_a_token_is_the_same_until_it_ends(api: WecomApi) -> None:
    """https://developer.work.weixin.qq.com/document/path/91039."""
    now = [1000.0]
    api.clock = lambda: now[0]
    first = token(api)
    assert (first["errcode"], first["expires_in"]) == (0, 7200)
    now[0] += 7199
    assert token(api) == {**first, "expires_in": 1}
    now[0] += 1
    assert token(api)["access_token"] != first["access_token"]
    assert called(api, "message/send", with_token=first["access_token"])["errcode"] == 42001


@pytest.mark.parametrize("errcode", [42001, 40014, 40001])
def test_tokens_end_when_the_vendor_likes(api: WecomApi, errcode: int) -> None:
    """A new one is given then."""
    first = token(api)["access_token"]
    api.end_tokens(errcode)
    assert called(api, "message/send", with_token=first)["errcode"] == errcode
    assert token(api)["access_token"] != first


def test_a_wrong_secret_corp_or_token_is_refused(api: WecomApi) -> None:
    """40001, 40013, 40014, 41001; nothing is sent."""
    assert token(api, "wrong")["errcode"] == 40001
    api.world.corp_id, right = "ww2", api.world.corp_id
    asked = httpx.get(f"{api.corp_url}/cgi-bin/gettoken", params={"corpid": right, "corpsecret": "secret"}).json()
    assert asked["errcode"] == 40013
    assert called(api, "message/send", with_token="wrong")["errcode"] == 40014
    assert called(api, "message/send", with_token="")["errcode"] == 41001
    assert [call.errcode for call in api.calls("message/send")] == [40014, 41001]


# ------------------------------------------------------------------------------------------------- messages
def test_a_text_comes_to_its_readers(api: WecomApi) -> None:
    """User ids do not differ by case; those who are not there are named in small letters."""
    answer = sent(api, "收到", f"{LI}|wangwu|NoBody")
    assert answer["invaliduser"] == "nobody"
    assert [each.text for each in api.messages(LI)] == [each.text for each in api.messages(WANG)] == ["收到"]
    assert api.messages(LI)[0].msgid == answer["msgid"]
    assert "response_code" not in answer


def test_a_text_for_nobody_is_refused(api: WecomApi) -> None:
    """81013."""
    assert sent(api, "收到", "NoBody")["errcode"] == 81013


def test_a_long_text_is_cut_without_a_word(api: WecomApi) -> None:
    """最长不超过2048个字节,超过将截断; the double counts it, at a character's end."""
    assert sent(api, "水" * 683)["errcode"] == 0
    message = api.messages(LI)[0]
    assert (message.text, message.cut) == ("水" * 682, True)
    assert [(each.scope, each.chat) for each in api.violations] == [("cut", LI)]


def test_too_much_markdown_is_refused(api: WecomApi) -> None:
    """Markdown is never cut."""
    given = {"touser": LI, "msgtype": "markdown", "agentid": AGENT, "markdown": {"content": "水" * 683}}
    assert called(api, "message/send", given)["errcode"] == 40058
    assert api.messages(LI) == []


def test_the_same_message_twice_comes_once_when_asked(api: WecomApi) -> None:
    """Enable_duplicate_check, for 1,800 seconds."""
    now = [1000.0]
    api.clock = lambda: now[0]
    for _ in range(2):
        assert sent(api, "收到", enable_duplicate_check=1)["errcode"] == 0
    assert len(api.messages(LI)) == 1
    now[0] += 1801
    sent(api, "收到", enable_duplicate_check=1)
    sent(api, "收到")
    assert len(api.messages(LI)) == 3


def test_another_apps_number_is_refused(api: WecomApi) -> None:
    """40056 for none, 301002 for one that is not the token's."""
    api.add_app(agentid=1000003, secret="other")
    assert sent(api, "收到", agentid=7)["errcode"] == 40056
    assert sent(api, "收到", agentid=1000003)["errcode"] == 301002


def test_a_message_is_recalled_within_a_day(api: WecomApi) -> None:
    """https://developer.work.weixin.qq.com/document/path/94867."""
    now = [1000.0]
    api.clock = lambda: now[0]
    first, second = sent(api, "一"), sent(api, "二")
    assert called(api, "message/recall", {"msgid": first["msgid"]})["errcode"] == 0
    assert [each.text for each in api.messages(LI)] == ["二"]
    now[0] += 86401
    assert called(api, "message/recall", {"msgid": second["msgid"]})["errcode"] != 0
    assert [each.text for each in api.messages(LI)] == ["二"]


def test_a_member_gets_thirty_a_minute_and_a_thousand_an_hour(api: WecomApi) -> None:
    """The surplus is dropped, and the answer says nothing of it."""
    now = [1000.0]
    api.clock = lambda: now[0]
    api.enforce_limits()
    good = token(api)["access_token"]
    given = {"touser": LI, "msgtype": "text", "agentid": AGENT, "text": {"content": "收到"}}
    with httpx.Client(base_url=api.corp_url) as client:
        for _ in range(31):
            answer = client.post("/cgi-bin/message/send", params={"access_token": good}, json=given).json()
            assert answer["errcode"] == 0
    assert (len(api.messages(LI)), len(api.violations)) == (30, 1)
    now[0] += 61
    sent(api, "收到")
    assert len(api.messages(LI)) == 31
    for minute in range(60):
        api.clock = lambda minute=minute: 2000.0 + minute  # type: ignore[misc]
        for _ in range(20):
            api.limits.over("member", WANG)
    assert sum(each.chat == WANG for each in api.violations) == 1200 - 30


# ------------------------------------------------------------------------------------------------- cards
def test_a_card_is_shown_tapped_and_disabled(api: WecomApi, desk: Desk) -> None:
    """The tap bears a response_code of its own; it changes the card once."""
    answer = sent_card(api, card("t1", "属实", "不属实"))
    shown = api.messages(LI)[0]
    assert (shown.text, shown.labels) == ("12号 停水\n剩 2时", ["属实", "不属实"])
    api.taps(LI, "t1", "属实")
    heard = desk.heard[-1]
    assert {name: heard[name] for name in ("FromUserName", "MsgType", "Event", "EventKey", "TaskId", "CardType")} == {
        "FromUserName": LI,
        "MsgType": "event",
        "Event": "template_card_event",
        "EventKey": "v:属实",
        "TaskId": "t1",
        "CardType": "button_interaction",
    }
    change = {"agentid": AGENT, "userids": [LI], "button": {"replace_name": "已定性"}}
    assert heard["ResponseCode"] != answer["response_code"]
    given = {**change, "response_code": heard["ResponseCode"]}
    assert called(api, "message/update_template_card", given) == {"errcode": 0, "errmsg": "ok", "invaliduser": []}
    assert (shown.labels, shown.buttons) == (["已定性"], [])
    assert called(api, "message/update_template_card", given)["errcode"] == 40058
    with pytest.raises(LookupError):
        api.taps(LI, "t1", "属实")
    api.tap_with(LI, "t1", "v:属实")  # whoever still sees the old card
    assert desk.heard[-1]["ResponseCode"] not in (heard["ResponseCode"], answer["response_code"])


def test_a_card_is_replaced_for_those_who_are_named(api: WecomApi) -> None:
    """Another card stands there; the code of the message itself is good too, for 72 hours."""
    now = [1000.0]
    api.clock = lambda: now[0]
    answer, late = sent_card(api, card("t1", "属实"), f"{LI}|{WANG}"), sent_card(api, card("t2", "属实"))
    new = card("t1", "同意", "退回")
    given = {"agentid": AGENT, "userids": [LI, "nobody"], "template_card": new}
    changed = called(api, "message/update_template_card", {**given, "response_code": answer["response_code"]})
    assert changed["invaliduser"] == ["nobody"]
    assert (api.messages(LI)[0].labels, api.messages(WANG)[0].labels) == (["同意", "退回"], ["属实"])
    now[0] += 72 * 3600 + 1
    assert called(api, "message/update_template_card", {**given, "response_code": late["response_code"]})["errcode"]


def test_a_card_of_choices_is_sent_back_with_what_was_chosen(api: WecomApi, desk: Desk) -> None:
    """Multiple_interaction, with SelectedItems."""
    options = [{"id": "yes", "text": "同意"}, {"id": "no", "text": "退回"}]
    questions = [{"question_key": gate, "title": gate, "option_list": options} for gate in ("政治关", "法律关")]
    whole: Json = card("t1", card_type="multiple_interaction", select_list=questions)
    whole["submit_button"] = {"text": "提交", "key": "submit"}
    assert "response_code" in sent_card(api, whole)
    api.taps(LI, "t1", "提交", {"政治关": ["yes"], "法律关": ["no"]})
    assert desk.heard[-1]["SelectedItems"] == {
        "SelectedItem": [
            {"QuestionKey": "政治关", "OptionIds": {"OptionId": "yes"}},
            {"QuestionKey": "法律关", "OptionIds": {"OptionId": "no"}},
        ]
    }
    with pytest.raises(LookupError):
        api.taps(LI, "t1", "提交", {"政治关": ["maybe"]})


@pytest.mark.parametrize(
    "wrong",
    [
        card("t1"),
        card("t1", *"一二三四五六七"),
        card("", "属实"),
        card("任务", "属实"),
        card("t1", "属实", main_title={}),
        card("t1", "属实", card_type="none"),
        card("t1", "属实", card_type="text_notice"),
        card("t1", "属实", card_type="multiple_interaction"),
        card("t1", "属实", horizontal_content_list=[{"keyname": "时"}] * 7),
        card("t1", "属实", button_list=[{"text": "属实", "key": "长" * 342}]),
    ],
)
def test_a_wrong_card_is_refused(api: WecomApi, wrong: Json) -> None:
    """Its parts are counted and measured in bytes."""
    assert sent_card(api, wrong)["errcode"] == 40058
    assert api.messages(LI) == []


def test_a_task_id_is_good_for_one_message(api: WecomApi) -> None:
    """同一个应用任务id不能重复."""
    assert sent_card(api, card("t1", "属实"))["errcode"] == 0
    assert sent_card(api, card("t1", "属实"))["errcode"] == 40058


# ------------------------------------------------------------------------------------------------- callbacks
def test_what_members_do_is_heard(api: WecomApi, desk: Desk) -> None:
    """https://developer.work.weixin.qq.com/document/path/90239 and .../90240."""
    pushed = [
        api.says(LI, "停水三天 <b>]]>"),
        api.sends_image(LI, b"pixels"),
        api.sends_voice(LI),
        api.sends_video(LI),
        api.sends_file(LI),
        api.sends_location(LI, "人民路 1 号"),
        api.sends_link(LI, "网传停水", "https://mp.weixin.qq.com/s/x"),
    ]
    assert [each.statuses for each in pushed] == [[200]] * 7
    assert [each["MsgType"] for each in desk.heard] == "text image voice video file location link".split()
    first = desk.heard[0]
    assert (first["ToUserName"], first["FromUserName"], first["AgentID"]) == (api.world.corp_id, LI, str(AGENT))
    assert first["Content"] == "停水三天 <b>]]>"
    assert len({each["MsgId"] for each in desk.heard}) == 7
    assert httpx.get(desk.heard[1]["PicUrl"]).content == b"pixels"
    assert (desk.heard[6]["Title"], desk.heard[6]["Url"]) == ("网传停水", "https://mp.weixin.qq.com/s/x")
    for act, event in ((api.enters, "enter_agent"), (api.subscribes, "subscribe"), (api.unsubscribes, "unsubscribe")):
        act(LI)
        assert (desk.heard[-1]["MsgType"], desk.heard[-1]["Event"]) == ("event", event)
        assert "MsgId" not in desk.heard[-1]
    api.clicks(LI, "menu:list")
    assert (desk.heard[-1]["Event"], desk.heard[-1]["EventKey"]) == ("click", "menu:list")


def test_a_callback_without_an_answer_is_repeated_three_times(api: WecomApi, desk: Desk) -> None:
    """The same MsgId, sealed anew; then it is given up."""
    desk.answers = [(500, "")] * 2
    assert api.says(LI, "停水").statuses == [500, 500, 200]
    assert len({each["MsgId"] for each in desk.heard}) == 1
    desk.answers = [(500, "")] * 5
    assert api.says(LI, "停水").statuses == [500] * 4
    desk.answers.clear()
    api.delivery.patience, desk.wait = 0.05, 0.2
    assert api.says(LI, "停水").statuses == [0] * 4
    desk.wait = 0.0
    api.repeat_last(2)
    assert api.pushes[-1].statuses == [200]


def test_the_address_is_verified(api: WecomApi, desk: Desk) -> None:
    """The echo comes back decrypted, bare."""
    assert api.verifies("app")
    desk.sealer = Sealer(desk.sealer.token, desk.sealer.aes_key, api.world.corp_id)
    api.deliver_to("app", "http://127.0.0.1:9/nobody")
    assert not api.verifies("app")


def test_a_passive_reply_comes_into_the_chat(api: WecomApi, desk: Desk) -> None:
    """Sealed as the vendor asks; one that is not is none."""
    whole = {"ToUserName": LI, "FromUserName": api.world.corp_id, "CreateTime": 1, "MsgType": "text"}
    desk.answers = [(200, desk.reply(**whole, Content="已登记")), (200, "<xml/>"), (200, "success")]
    assert api.says(LI, "停水").trouble == ""
    assert [(each.text, each.passive) for each in api.messages(LI, own=True)] == [("已登记", True)]
    assert api.says(LI, "停水").trouble
    assert api.says(LI, "停水").trouble == ""
    assert len(api.messages(LI, own=True)) == 1


def test_a_tap_may_be_answered_with_the_changed_card(api: WecomApi, desk: Desk) -> None:
    """https://developer.work.weixin.qq.com/document/path/90241: update_button and update_template_card."""
    sent_card(api, card("t1", "属实"))
    sent_card(api, card("t2", "属实"))
    whole = {"ToUserName": LI, "FromUserName": api.world.corp_id, "CreateTime": 1}
    button = desk.reply(**whole, MsgType="update_button", Button={"ReplaceName": "已定性"})
    new = {"CardType": "button_interaction", "MainTitle": {"Title": "12号"}, "ButtonList": {"Text": "批准", "Key": "a"}}
    replaced = desk.reply(**whole, MsgType="update_template_card", TemplateCard=new)
    desk.answers = [(200, button), (200, replaced)]
    assert (api.taps(LI, "t1", "属实").trouble, api.taps(LI, "t2", "属实").trouble) == ("", "")
    assert [each.labels for each in api.messages(LI)] == [["已定性"], ["批准"]]


def test_a_hundred_people_act_in_one_second(api: WecomApi, desk: Desk) -> None:
    """Acts in threads of their own are pushed beside one another."""
    desk.wait = 0.05
    acts = [threading.Thread(target=api.says, args=(LI, f"同意 {number}")) for number in range(100)]
    begun = time.monotonic()
    for act in acts:
        act.start()
    for act in acts:
        act.join()
    assert time.monotonic() - begun < 100 * 0.05
    assert {each["Content"] for each in desk.heard} == {f"同意 {number}" for number in range(100)}
