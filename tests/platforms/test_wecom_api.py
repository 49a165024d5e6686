"""The double of WeCom answers as the vendor's pages say: tokens, messages, cards, callbacks and what people do."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.platforms.wecom_api import WecomApi
from tests.platforms.wecom_desk import AGENT, Listener, called, http, listening, sent, token

LI, WANG = "limin", "WangWu"
Json = dict[str, Any]


@pytest.fixture
def api(vendor: WecomApi) -> WecomApi:
    """Furnish the double with a corp, an app and two members."""
    vendor.reset()
    vendor.add_app(agentid=AGENT)
    vendor.add_member(LI, "李敏", mobile="13800000001")
    vendor.add_member(WANG, "王五")
    return vendor


@pytest.fixture
def desk(api: WecomApi) -> Iterator[Listener]:
    """Give the app a desk that hears it."""
    with listening(api, "app", api.world.app().sealer) as listener:
        yield listener


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
    asked = http().get(f"{api.corp_url}/cgi-bin/gettoken", params={"corpid": right, "corpsecret": "secret"}).json()
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
    assert sent(api, "水" * 683, LI)["errcode"] == 0
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
        assert sent(api, "收到", LI, enable_duplicate_check=1)["errcode"] == 0
    assert len(api.messages(LI)) == 1
    now[0] += 1801
    sent(api, "收到", LI, enable_duplicate_check=1)
    sent(api, "收到", LI)
    assert len(api.messages(LI)) == 3


def test_another_apps_number_is_refused(api: WecomApi) -> None:
    """40056 for none, 301002 for one that is not the token's."""
    api.add_app(agentid=1000003, secret="other")
    assert sent(api, "收到", LI, agentid=7)["errcode"] == 40056
    assert sent(api, "收到", LI, agentid=1000003)["errcode"] == 301002


def test_a_message_is_recalled_within_a_day(api: WecomApi) -> None:
    """https://developer.work.weixin.qq.com/document/path/94867."""
    now = [1000.0]
    api.clock = lambda: now[0]
    first, second = sent(api, "一", LI), sent(api, "二", LI)
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
    assert [sent(api, "收到", LI)["errcode"] for _ in range(31)] == [0] * 31
    assert (len(api.messages(LI)), len(api.violations)) == (30, 1)
    now[0] += 61
    sent(api, "收到", LI)
    assert len(api.messages(LI)) == 31
    for minute in range(60):
        now[0] = 10_000.0 + 60 * minute
        for _ in range(20):
            api.limits.over("member", WANG)
    assert sum(each.chat == WANG for each in api.violations) == 1200 - 1000


# ------------------------------------------------------------------------------------------------- cards
def test_a_card_is_shown_tapped_and_disabled(api: WecomApi, desk: Listener) -> None:
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


def test_a_card_may_be_replaced_by_one_that_is_done_with(api: WecomApi) -> None:
    """replace_text: a grey button."""
    answer = sent_card(api, card("t1", "属实"))
    given = {"agentid": AGENT, "userids": [LI], "response_code": answer["response_code"]}
    assert called(
        api, "message/update_template_card", {**given, "template_card": card("t1", "同意", replace_text="已签")}
    )
    assert (api.messages(LI)[0].labels, api.messages(LI)[0].buttons) == (["已签"], [])


def test_a_card_of_choices_is_sent_back_with_what_was_chosen(api: WecomApi, desk: Listener) -> None:
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
def test_what_members_do_is_heard(api: WecomApi, desk: Listener) -> None:
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
    assert http().get(desk.heard[1]["PicUrl"]).content == b"pixels"
    assert (desk.heard[6]["Title"], desk.heard[6]["Url"]) == ("网传停水", "https://mp.weixin.qq.com/s/x")
    for act, event in ((api.enters, "enter_agent"), (api.subscribes, "subscribe"), (api.unsubscribes, "unsubscribe")):
        act(LI)
        assert (desk.heard[-1]["MsgType"], desk.heard[-1]["Event"]) == ("event", event)
        assert "MsgId" not in desk.heard[-1]
    api.clicks(LI, "menu:list")
    assert (desk.heard[-1]["Event"], desk.heard[-1]["EventKey"]) == ("click", "menu:list")


def test_a_callback_without_an_answer_is_repeated_three_times(api: WecomApi, desk: Listener) -> None:
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


def test_the_address_is_verified(api: WecomApi, desk: Listener) -> None:
    """The echo comes back decrypted, bare."""
    assert api.verifies("app")
    api.deliver_to("app", "http://127.0.0.1:9/nobody")
    assert not api.verifies("app")


def test_a_passive_reply_comes_into_the_chat(api: WecomApi, desk: Listener) -> None:
    """Sealed as the vendor asks; one that is not is none."""
    whole = {"ToUserName": LI, "FromUserName": api.world.corp_id, "CreateTime": 1, "MsgType": "text"}
    desk.answers = [(200, desk.reply(**whole, Content="已登记")), (200, "<xml/>"), (200, "success")]
    assert api.says(LI, "停水").trouble == ""
    assert [(each.text, each.passive) for each in api.messages(LI, own=True)] == [("已登记", True)]
    assert api.says(LI, "停水").trouble
    assert api.says(LI, "停水").trouble == ""
    assert len(api.messages(LI, own=True)) == 1
    desk.answers = [(200, desk.reply(**{**whole, "ToUserName": WANG}, Content="已登记"))]
    assert WANG in api.says(LI, "停水").trouble
    desk.answers = [(200, desk.reply(**whole, Content="水" * 683))]
    api.says(LI, "停水")
    assert (api.messages(LI, own=True)[-1].text, api.messages(LI, own=True)[-1].cut) == ("水" * 682, True)


def test_a_tap_may_be_answered_with_the_changed_card(api: WecomApi, desk: Listener) -> None:
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


def test_a_hundred_people_act_in_one_second(api: WecomApi, desk: Listener) -> None:
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
