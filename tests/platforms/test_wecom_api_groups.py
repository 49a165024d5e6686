"""The double's groups, AI bots, files and directory answer as the vendor's pages say."""

import base64
import hashlib
from collections.abc import Iterator

import httpx
import pytest

from tests.platforms.asgi import Json
from tests.platforms.wecom_api import WecomApi
from tests.platforms.wecom_desk import AGENT, Listener, called, http, listening, token

LI, WANG, ZHAO = "limin", "wangwu", "zhaoliu"
GROUP, KEY = "wrGroup1", "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"


@pytest.fixture
def api(vendor: WecomApi) -> WecomApi:
    """Furnish the double with an app, three members, an AI bot, a group of its, and a webhook."""
    vendor.reset()
    vendor.add_app(agentid=AGENT)
    vendor.add_department(2, "值班室")
    vendor.add_department(3, "夜班", parent=2)
    vendor.add_member(LI, "李敏", [1, 2], "13800000001", "发言人")
    vendor.add_member(WANG, "王五", 2)
    vendor.add_member(ZHAO, "赵六", 3)
    vendor.add_bot("aib1", "回应")
    vendor.add_group(GROUP, "联席会议", [LI, WANG])
    vendor.add_webhook(KEY, "应急群")
    return vendor


@pytest.fixture
def bot(api: WecomApi) -> Iterator[Listener]:
    """Let a desk listen to the AI bot."""
    with listening(api, "bot", api.world.robot().sealer) as listener:
        yield listener


def card(task_id: str, *labels: str) -> Json:
    """Give a card with buttons."""
    buttons = [{"text": label, "key": f"v:{label}"} for label in labels]
    return {
        "card_type": "button_interaction",
        "main_title": {"title": "12号"},
        "task_id": task_id,
        "button_list": buttons,
    }


def pushed(api: WecomApi, msgtype: str, content: Json, key: str = KEY) -> Json:
    """Write by the webhook."""
    given = {"msgtype": msgtype, msgtype: content}
    read: Json = http().post(f"{api.corp_url}/cgi-bin/webhook/send?key={key}", json=given).json()
    return read


# ------------------------------------------------------------------------------------------------- appchat
def test_a_group_is_made_changed_and_written_to(api: WecomApi) -> None:
    """https://developer.work.weixin.qq.com/document/path/90245 and after it."""
    made = called(api, "appchat/create", {"name": "12号会商", "owner": LI, "userlist": [LI, WANG], "chatid": "case12"})
    assert made["chatid"] == "case12"
    assert called(api, "appchat/create", {"userlist": [LI, WANG], "chatid": "case12"})["errcode"] == 86215
    change = {"chatid": "case12", "add_user_list": [ZHAO], "del_user_list": [WANG], "name": "12号"}
    assert called(api, "appchat/update", change)["errcode"] == 0
    shown = called(api, "appchat/get", {"chatid": "case12"})["chat_info"]
    assert (shown["name"], shown["owner"], shown["userlist"]) == ("12号", LI, [LI, ZHAO])
    given = {"chatid": "case12", "msgtype": "markdown", "markdown": {"content": "**会商**"}}
    assert called(api, "appchat/send", given)["errcode"] == 0
    assert [each.text for each in api.messages("case12")] == ["**会商**"]


@pytest.mark.parametrize(
    ("method", "given", "errcode"),
    [
        ("create", {"userlist": [LI]}, 86006),
        ("create", {"userlist": [LI, "nobody"]}, 86007),
        ("create", {"userlist": [LI, WANG], "owner": ZHAO}, 86005),
        ("create", {"userlist": [LI, WANG], "chatid": "十二"}, 40050),
        ("get", {"chatid": "none"}, 86003),
        ("update", {"chatid": "none"}, 86003),
        ("send", {"chatid": GROUP, "msgtype": "text", "text": {"content": "一"}}, 86003),
    ],
)
def test_a_wrong_group_is_refused(api: WecomApi, method: str, given: Json, errcode: int) -> None:
    """Too few, unknown, not the app's."""
    assert called(api, f"appchat/{method}", given)["errcode"] == errcode


def test_a_group_is_its_makers_alone_and_takes_no_cards(api: WecomApi) -> None:
    """Another app gets nothing of it."""
    api.add_app(agentid=1000003, secret="other")
    called(api, "appchat/create", {"userlist": [LI, WANG], "chatid": "case12"})
    other = token(api, "other")["access_token"]
    assert called(api, "appchat/get", {"chatid": "case12"}, with_token=other)["errcode"] == 86008
    given = {"chatid": "case12", "msgtype": "template_card", "template_card": card("t", "属实")}
    assert called(api, "appchat/send", given)["errcode"] == 40008


# ------------------------------------------------------------------------------------------------- webhook
def test_a_webhook_takes_twenty_messages_a_minute(api: WecomApi) -> None:
    """Then 45009, and the next minute again."""
    now = [1000.0]
    api.clock = lambda: now[0]
    api.enforce_limits()
    answers = [pushed(api, "text", {"content": "预警"})["errcode"] for _ in range(22)]
    assert answers == [0] * 20 + [45009] * 2
    assert (len(api.messages(KEY)), len(api.violations)) == (20, 2)
    now[0] += 61
    assert pushed(api, "text", {"content": "预警"})["errcode"] == 0


def test_a_webhook_counts_bytes_and_cuts_nothing(api: WecomApi) -> None:
    """2,048 of a text, 4,096 of markdown; jump cards only; no unknown key."""
    assert pushed(api, "text", {"content": "水" * 682})["errcode"] == 0
    assert pushed(api, "text", {"content": "水" * 683})["errcode"] == 40058
    assert pushed(api, "markdown", {"content": "水" * 1365})["errcode"] == 0
    assert pushed(api, "markdown", {"content": "水" * 1366})["errcode"] == 40058
    assert pushed(api, "template_card", card("t", "属实"))["errcode"] == 40058
    notice = {
        "card_type": "text_notice",
        "main_title": {"title": "12号"},
        "card_action": {"type": 1, "url": "https://x"},
    }
    assert pushed(api, "template_card", notice)["errcode"] == 0
    assert pushed(api, "text", {"content": "一"}, key="wrong")["errcode"] == 93000
    assert len(api.messages(KEY)) == 3


def test_a_webhooks_picture_bears_its_digest(api: WecomApi) -> None:
    """Base64 and md5."""
    digest = hashlib.md5(b"pixels").hexdigest()  # noqa: S324 - the vendor's
    picture = base64.b64encode(b"pixels").decode()
    assert pushed(api, "image", {"base64": picture, "md5": digest})["errcode"] == 0
    assert pushed(api, "image", {"base64": picture, "md5": "0"})["errcode"] != 0


# ------------------------------------------------------------------------------------------------- AI bot
def test_the_bot_hears_who_names_it_in_a_group(api: WecomApi, bot: Listener) -> None:
    """https://developer.work.weixin.qq.com/document/path/100719; answered at the response_url, once."""
    api.tells_bot(LI, "停水三天", GROUP, quote="全小区停水")
    heard = bot.heard[-1]
    assert heard["text"] == {"content": "@回应 停水三天"}
    assert (heard["aibotid"], heard["chatid"], heard["chattype"], heard["from"]) == (
        "aib1",
        GROUP,
        "group",
        {"userid": LI},
    )
    assert heard["quote"] == {"msgtype": "text", "text": {"content": "全小区停水"}}
    reply = {"msgtype": "markdown", "markdown": {"content": "已登记 **12号**"}}
    assert http().post(heard["response_url"], json=reply).json()["errcode"] == 0
    answered = api.messages(GROUP)[-1]
    assert (answered.text, answered.own) == ("已登记 **12号**", True)
    assert answered.quote is not None
    assert answered.quote.text == "@回应 停水三天"
    assert http().post(heard["response_url"], json=reply).json()["errcode"] == 40058


def test_a_response_url_ends_after_an_hour_and_takes_cards_in_private_alone(api: WecomApi, bot: Listener) -> None:
    """https://developer.work.weixin.qq.com/document/path/101138."""
    now = [1000.0]
    api.clock = lambda: now[0]
    reply = {"msgtype": "template_card", "template_card": card("t1", "属实")}
    api.tells_bot(LI, "停水", GROUP)
    assert http().post(bot.heard[-1]["response_url"], json=reply).json()["errcode"] == 40008
    api.tells_bot(LI, "停水")
    assert "chatid" not in bot.heard[-1]
    assert (bot.heard[-1]["chattype"], bot.heard[-1]["text"]) == ("single", {"content": "停水"})
    now[0] += 3599
    assert http().post(bot.heard[-1]["response_url"], json=reply).json()["errcode"] == 0
    assert api.messages(f"bot:{LI}")[-1].labels == ["属实"]
    api.tells_bot(LI, "停水")
    now[0] += 3601
    assert http().post(bot.heard[-1]["response_url"], json=reply).json()["errcode"] == 40058


def test_a_passive_card_is_tapped_and_changed(api: WecomApi, bot: Listener) -> None:
    """A tap is told once, whatever becomes of it."""
    bot.answers = [(200, bot.reply(msgtype="template_card", template_card=card("t1", "属实", "不属实")))]
    assert api.tells_bot(LI, "停水", GROUP).trouble == ""
    bot.answers = [(500, "")]
    assert api.taps_bot(WANG, "t1", "属实", GROUP).statuses == [500]
    new = card("t1", "批准")
    bot.answers = [(200, bot.reply(response_type="update_template_card", template_card=new))]
    api.taps_bot(WANG, "t1", "属实", GROUP)
    event = bot.heard[-1]["event"]
    detail = {"card_type": "button_interaction", "event_key": "v:属实", "task_id": "t1"}
    assert event == {"eventtype": "template_card_event", "template_card_event": detail}
    assert bot.heard[-1]["from"] == {"userid": WANG}
    assert api.messages(GROUP)[-1].labels == ["批准"]
    other = bot.reply(response_type="update_template_card", template_card=card("t2", "退回"))
    bot.answers = [(200, other)]
    assert api.taps_bot(WANG, "t1", "批准", GROUP).trouble
    assert api.messages(GROUP)[-1].labels == ["批准"]


def test_a_stream_grows_until_it_is_finished(api: WecomApi, bot: Listener) -> None:
    """Each part holds the whole; the vendor asks for the next."""
    bot.answers = [(200, bot.reply(msgtype="stream", stream={"id": "s1", "finish": False, "content": "1"}))]
    api.tells_bot(LI, "停水", GROUP)
    bot.answers = [(200, bot.reply(msgtype="stream", stream={"id": "s1", "finish": True, "content": "123"}))]
    api.refreshes("s1")
    assert (bot.heard[-1]["msgtype"], bot.heard[-1]["stream"]) == ("stream", {"id": "s1"})
    assert [each.text for each in api.messages(GROUP, own=True)] == ["123"]
    with pytest.raises(LookupError):
        api.refreshes("s1")


def test_other_messages_and_events_of_the_bot(api: WecomApi, bot: Listener) -> None:
    """Mixed, files under the bot's key, speech as words, the first visit of the day; a text answers that alone."""
    api.sends_bot_mixed(LI, "看图", b"pixels", GROUP)
    words, shown = bot.heard[-1]["mixed"]["msg_item"]
    assert words == {"msgtype": "text", "text": {"content": "@回应 看图"}}
    assert bot.sealer.decrypt_bytes(httpx.get(shown["image"]["url"]).content) == b"pixels"
    api.sends_bot_file(LI, b"%PDF")
    assert bot.sealer.decrypt_bytes(httpx.get(bot.heard[-1]["file"]["url"]).content) == b"%PDF"
    api.speaks_to_bot(LI, "停水三天")
    assert bot.heard[-1]["voice"] == {"content": "停水三天"}
    greeting = bot.reply(msgtype="text", text={"content": "您好"})
    bot.answers = [(200, greeting), (200, greeting)]
    api.enters_bot(LI)
    assert bot.heard[-1]["event"] == {"eventtype": "enter_chat"}
    assert api.tells_bot(LI, "停水").trouble
    assert [each.text for each in api.messages(f"bot:{LI}", own=True)] == ["您好"]
    assert api.verifies("bot")


# ------------------------------------------------------------------------------------------------- files, directory
def test_files_go_up_and_come_down(api: WecomApi) -> None:
    """For three days; what was sent to the app too."""
    now = [1000.0]
    api.clock = lambda: now[0]
    good = token(api)["access_token"]
    where = f"{api.corp_url}/cgi-bin/media"
    up = http().post(f"{where}/upload?access_token={good}&type=file", files={"media": ("稿件.docx", b"PK\3\4 draft")})
    media_id = up.json()["media_id"]
    down = http().get(f"{where}/get", params={"access_token": good, "media_id": media_id})
    assert down.content == b"PK\3\4 draft"
    given = {"touser": LI, "msgtype": "file", "agentid": AGENT, "file": {"media_id": media_id}}
    assert called(api, "message/send", given)["errcode"] == 0
    assert api.messages(LI)[-1].text == "稿件.docx"
    for wrong in ({"type": "none"}, {"type": "voice"}):
        answer = http().post(
            f"{where}/upload", params={"access_token": good, **wrong}, files={"media": ("a.docx", b"123456")}
        )
        assert answer.json()["errcode"] in (40004, 40005)
    small = http().post(f"{where}/upload?access_token={good}&type=file", files={"media": ("a.docx", b"12345")})
    assert small.json()["errcode"] == 40006
    image = api.sends_image(LI, b"pixels").fields["MediaId"]
    assert http().get(f"{where}/get", params={"access_token": good, "media_id": image}).content == b"pixels"
    now[0] += 3 * 86400 + 1
    late = {"access_token": token(api)["access_token"], "media_id": media_id}
    assert http().get(f"{where}/get", params=late).json()["errcode"] == 40007


def test_the_directory_is_read(api: WecomApi) -> None:
    """Departments with what is below them; no telephone numbers, unless the secret is the directory's own."""
    found = called(api, "user/get", {"userid": LI})
    assert (found["name"], found["department"], found["position"], "mobile" in found) == (
        "李敏",
        [1, 2],
        "发言人",
        False,
    )
    api.world.app().reads_telephones = True
    assert called(api, "user/get", {"userid": LI})["mobile"] == "13800000001"
    assert called(api, "user/get", {"userid": "nobody"})["errcode"] == 60111
    inside = called(api, "user/simplelist", {"department_id": 2})["userlist"]
    assert [each["userid"] for each in inside] == [LI, WANG]
    assert [each["userid"] for each in called(api, "user/list", {"department_id": 3})["userlist"]] == [ZHAO]
    assert called(api, "user/list", {"department_id": 9})["errcode"] == 60123
    assert [each["id"] for each in called(api, "department/list", {"id": 2})["department"]] == [2, 3]
    assert len(called(api, "department/list")["department"]) == 3
    assert called(api, "agent/get", {"agentid": AGENT})["name"] == "回应"
    assert called(api, "getcallbackip")["ip_list"] == called(api, "get_api_domain_ip")["ip_list"]
