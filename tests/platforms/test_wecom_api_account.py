"""The double of the official account answers as the vendor's pages say: tokens, followers, drafts, quotas."""

from collections.abc import Iterator

import pytest

from tests.platforms.asgi import Json
from tests.platforms.wecom_api import WecomApi
from tests.platforms.wecom_api.sealed import xml_of
from tests.platforms.wecom_desk import Listener, account_called, account_token, http, listening, token
from tests.waiting import until

WHO, OTHER = "oFollower1", "oFollower2"
MODES = ["plain", "compatible", "safe"]


@pytest.fixture
def api(vendor: WecomApi) -> WecomApi:
    """Furnish the double with an official account and two followers."""
    vendor.reset()
    vendor.add_account()
    vendor.add_follower(WHO, "张三")
    vendor.add_follower(OTHER, "李四")
    return vendor


@pytest.fixture
def desk(api: WecomApi) -> Iterator[Listener]:
    """Let a desk listen to the account."""
    with listening(api, "account", api.world.own_account().sealer) as listener:
        yield listener


def plain_token(api: WecomApi) -> str:
    """Ask for a token by the older call."""
    account = api.world.own_account()
    asked = {"grant_type": "client_credential", "appid": account.appid, "secret": account.secret}
    return str(http().get(f"{api.account_url}/cgi-bin/token", params=asked).json()["access_token"])


def test_success_is_said_only_where_there_is_nothing_else_to_say(api: WecomApi) -> None:
    """Whoever looks for errcode 0 finds none in what the account is given."""
    publish_id = submitted(api)
    for answer in (drafted(api), account_called(api, "freepublish/get", {"publish_id": publish_id})):
        assert "errcode" not in answer
    assert account_called(api, "freepublish/submit", {"media_id": drafted(api)["media_id"]})["errcode"] == 0


def uploaded(api: WecomApi, method: str, name: str = "cover.jpg", content: bytes = b"\xff\xd8 pixels") -> Json:
    """Upload a picture."""
    where = f"{api.account_url}/cgi-bin/{method}"
    asked = {"access_token": account_token(api), "type": "image"}
    read: Json = http().post(where, params=asked, files={"media": (name, content)}).json()
    return read


def drafted(api: WecomApi, content: str = "<p>已恢复供水。</p>", **more: object) -> Json:
    """Add a draft with a cover."""
    cover = uploaded(api, "material/add_material")["media_id"]
    article = {"title": "情况通报", "author": "区水务局", "content": content, "thumb_media_id": cover, **more}
    return account_called(api, "draft/add", {"articles": [article]})


def submitted(api: WecomApi) -> str:
    """Begin to publish a draft."""
    return str(account_called(api, "freepublish/submit", {"media_id": drafted(api)["media_id"]})["publish_id"])


# ------------------------------------------------------------------------------------------------- tokens
def test_a_plain_token_outdoes_the_one_before_and_no_stable_one(api: WecomApi) -> None:
    """And the other way round; 40001 for what is done with."""
    first, stable = plain_token(api), account_token(api)
    second = plain_token(api)
    ask = {"appid": api.world.own_account().appid}
    assert [
        account_called(api, "clear_quota", ask, with_token=each)["errcode"] for each in (first, second, stable)
    ] == [
        40001,
        0,
        0,
    ]
    assert account_token(api) == stable


def test_the_older_token_may_be_good_for_five_minutes_more(api: WecomApi) -> None:
    """As the vendor does it; whoever asks a third time in between outdoes both."""
    now = [1000.0]
    api.clock, api.tokens.grace = (lambda: now[0]), 300.0
    ask, first = {"appid": api.world.own_account().appid}, plain_token(api)
    second = plain_token(api)
    assert account_called(api, "clear_quota", ask, with_token=first)["errcode"] == 0
    now[0] += 301
    assert account_called(api, "clear_quota", ask, with_token=first)["errcode"] == 40001
    assert account_called(api, "clear_quota", ask, with_token=second)["errcode"] == 0


def test_a_stable_token_is_made_anew_only_by_force_or_time(api: WecomApi) -> None:
    """force_refresh ends the one before."""
    now = [1000.0]
    api.clock = lambda: now[0]
    stable = account_token(api)
    account = api.world.own_account()
    asked = {"grant_type": "client_credential", "appid": account.appid, "secret": account.secret, "force_refresh": True}
    forced = http().post(f"{api.account_url}/cgi-bin/stable_token", json=asked).json()["access_token"]
    assert forced != stable
    assert account_called(api, "getcallbackip", with_token=stable)["errcode"] == 40001
    now[0] += 7200
    assert account_called(api, "getcallbackip", with_token=forced)["errcode"] == 42001
    assert account_token(api) not in (forced, stable)


def test_a_wrong_secret_or_a_corps_token_is_refused(api: WecomApi) -> None:
    """40125, 40013, 40002, 40014."""
    good = {"grant_type": "client_credential", "appid": api.world.own_account().appid, "secret": "secret"}
    wrong = [({"secret": "x"}, 40125), ({"appid": "x"}, 40013), ({"grant_type": "x"}, 40002)]
    for change, errcode in wrong:
        assert http().get(f"{api.account_url}/cgi-bin/token", params={**good, **change}).json()["errcode"] == errcode
    api.add_app()
    corps = token(api)["access_token"]
    assert account_called(api, "getcallbackip", with_token=corps)["errcode"] == 40014


# ------------------------------------------------------------------------------------------------- followers
@pytest.mark.parametrize("mode", MODES)
def test_what_followers_do_is_heard(api: WecomApi, desk: Listener, mode: str) -> None:
    """In plain, compatible and safe mode; answered within five seconds in the same way."""
    api.world.own_account().mode = mode  # type: ignore[assignment]
    whole = {"ToUserName": WHO, "FromUserName": api.world.own_account().ghid, "CreateTime": 1, "MsgType": "text"}
    receipt = {**whole, "Content": "已收到"}
    desk.answers = [(200, xml_of(receipt) if mode == "plain" else desk.reply(**receipt))]
    pushed = api.says(WHO, "停水三天")
    assert (pushed.statuses, pushed.trouble) == ([200], "")
    heard = desk.heard[-1]
    assert (heard["ToUserName"], heard["FromUserName"]) == (api.world.own_account().ghid, WHO)
    assert (heard["MsgType"], heard["Content"]) == ("text", "停水三天")
    assert "MsgId" in heard
    assert ("Content" in desk.bodies[-1]) == (mode != "safe")
    assert desk.queries[-1].get("encrypt_type") == (None if mode == "plain" else "aes")
    assert [(each.text, each.passive) for each in api.messages(WHO, own=True)] == [("已收到", True)]
    assert api.verifies("account")


def test_other_messages_and_events_of_followers(api: WecomApi, desk: Listener) -> None:
    """Pictures, links, menus, coming and going."""
    api.sends_image(WHO, b"pixels")
    assert http().get(desk.heard[-1]["PicUrl"]).content == b"pixels"
    api.sends_link(WHO, "网传停水", "https://mp.weixin.qq.com/s/x")
    assert (desk.heard[-1]["MsgType"], desk.heard[-1]["Url"]) == ("link", "https://mp.weixin.qq.com/s/x")
    api.clicks(WHO, "report")
    assert (desk.heard[-1]["Event"], desk.heard[-1]["EventKey"]) == ("CLICK", "report")
    api.subscribes(WHO)
    api.unsubscribes(WHO)
    assert [each["Event"] for each in desk.heard[-2:]] == ["subscribe", "unsubscribe"]


def test_a_follower_is_told_when_nothing_answers(api: WecomApi, desk: Listener) -> None:
    """该公众号提供的服务出现故障, after the last try; an empty answer is fine."""
    desk.answers = [(500, "")] * 4
    assert api.says(WHO, "停水").statuses == [500] * 4
    desk.answers = [(200, "<html>")]
    api.says(WHO, "停水")
    desk.answers = [(200, "success"), (200, "")]
    api.says(WHO, "停水")
    api.says(WHO, "停水")
    assert [each.text[:6] for each in api.messages(WHO) if each.sender == "wechat"] == ["该公众号提供"] * 2


def test_a_follower_is_written_to_five_times_within_two_days(api: WecomApi) -> None:
    """45015 after 48 hours or before a word from them, 45047 for the sixth."""
    now = [1_000_000.0]
    api.clock = lambda: now[0]
    given = {"touser": WHO, "msgtype": "text", "text": {"content": "已转水务局"}}
    assert account_called(api, "message/custom/send", given)["errcode"] == 45015
    api.says(WHO, "停水")
    answers = [account_called(api, "message/custom/send", given)["errcode"] for _ in range(6)]
    assert answers == [0] * 5 + [45047]
    api.says(WHO, "还没来水")
    now[0] += 48 * 3600 + 1
    assert account_called(api, "message/custom/send", given)["errcode"] == 45015
    assert account_called(api, "message/custom/send", {**given, "touser": "nobody"})["errcode"] == 40003
    assert len(api.messages(WHO, own=True)) == 5


# ------------------------------------------------------------------------------------------------- publishing
def test_a_draft_is_published_told_and_read(api: WecomApi, desk: Listener) -> None:
    """Submit, under way, PUBLISHJOBFINISH, the page at its address; the draft is gone then."""
    media_id = drafted(api)["media_id"]
    publish_id = account_called(api, "freepublish/submit", {"media_id": media_id})["publish_id"]
    under_way = account_called(api, "freepublish/get", {"publish_id": publish_id})
    assert (under_way["publish_status"], "article_id" in under_way) == (1, False)
    api.finishes()
    told = desk.heard[-1]
    assert (told["Event"], told["PublishEventInfo"]["publish_status"]) == ("PUBLISHJOBFINISH", "0")
    assert told["PublishEventInfo"]["publish_id"] == publish_id
    done = account_called(api, "freepublish/get", {"publish_id": publish_id})
    url = done["article_detail"]["item"][0]["article_url"]
    assert told["PublishEventInfo"]["article_detail"] == {"count": "1", "item": {"idx": "1", "article_url": url}}
    page = http().get(url)
    assert (page.status_code, "已恢复供水。" in page.text, "情况通报" in page.text) == (200, True, True)
    found = account_called(api, "freepublish/getarticle", {"article_id": done["article_id"]})["news_item"][0]
    assert (found["title"], found["is_deleted"], found["url"]) == ("情况通报", False, url)
    assert account_called(api, "draft/get", {"media_id": media_id})["errcode"] == 40007


def test_a_publication_is_taken_back(api: WecomApi) -> None:
    """By the call, by hand, by the platform: the page says so."""
    for _ in range(2):
        submitted(api)
        api.finishes()
    publish_id = submitted(api)
    api.finishes()
    urls = [each.url for each in api.published()]
    article_id = account_called(api, "freepublish/get", {"publish_id": publish_id})["article_id"]
    assert account_called(api, "freepublish/delete", {"article_id": article_id})["errcode"] == 0
    assert account_called(api, "freepublish/get", {"publish_id": publish_id})["publish_status"] == 5
    api.takes_down(urls[0])
    api.takes_down(urls[1], banned=True)
    pages = [http().get(url).text for url in urls]
    assert ["已恢复供水" in page for page in pages] == [False] * 3
    assert ["违规" in page for page in pages] == [False, True, False]
    assert account_called(api, "freepublish/delete", {"article_id": "none"})["errcode"] == 53600


def test_a_publication_fails(api: WecomApi, desk: Listener) -> None:
    """With what failed; the draft stays."""
    publish_id = submitted(api)
    api.finishes(publish_id, 4, [1])
    info = desk.heard[-1]["PublishEventInfo"]
    assert (info["publish_status"], info["fail_idx"]) == ("4", "1")
    shown = account_called(api, "freepublish/get", {"publish_id": publish_id})
    assert (shown["publish_status"], shown["fail_idx"], "article_id" in shown) == (4, [1], False)
    assert api.published() == []
    assert account_called(api, "freepublish/get", {"publish_id": "none"})["errcode"] == 53502
    with pytest.raises(LookupError):
        api.finishes(publish_id)


def test_a_publication_ends_by_itself_after_a_while(api: WecomApi, desk: Listener) -> None:
    """If a test wishes it."""
    api.publish_after = 0.05
    submitted(api)
    until(lambda: desk.heard)
    assert desk.heard[-1]["Event"] == "PUBLISHJOBFINISH"


def test_who_is_not_verified_publishes_nothing(api: WecomApi) -> None:
    """48001, since July 2025."""
    media_id = drafted(api)["media_id"]
    api.world.own_account().verified = False
    assert account_called(api, "freepublish/submit", {"media_id": media_id})["errcode"] == 48001
    given = {"filter": {"is_to_all": True}, "msgtype": "mpnews", "mpnews": {"media_id": media_id}}
    assert account_called(api, "message/mass/sendall", given)["errcode"] == 48001


def test_a_draft_keeps_only_own_pictures_and_no_scripts(api: WecomApi) -> None:
    """External pictures are taken out without a word; the words of the beginning stand for a digest."""
    own = uploaded(api, "media/uploadimg")["url"]
    content = f"<p>供水<script>x()</script>恢复</p><img src='{own}'><img alt='x' src=\"https://x.cn/a.jpg\">"
    kept = account_called(api, "draft/get", {"media_id": drafted(api, content)["media_id"]})["news_item"][0]
    assert kept["content"] == f"<p>供水恢复</p><img src='{own}'>"
    assert kept["digest"] == "供水恢复"
    assert http().get(own).content == b"\xff\xd8 pixels"


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"title": "长" * 65}, {"content": ""}, {"content": "长" * 20_000}, {"thumb_media_id": "none"}],
)
def test_a_wrong_draft_is_refused(api: WecomApi, wrong: Json) -> None:
    """Counted in characters; the cover must be permanent material."""
    assert drafted(api, **wrong).get("media_id") is None
    temporary = uploaded(api, "media/upload")["media_id"]
    assert drafted(api, thumb_media_id=temporary)["errcode"] == 40007


# ------------------------------------------------------------------------------------------------- to everybody
def test_sending_to_all_waits_for_the_administrator(api: WecomApi, desk: Listener) -> None:
    """Once a day; confirmed within 30 minutes, or it failed."""
    now = [1_764_500_000.0]
    api.clock = lambda: now[0]
    given = {"filter": {"is_to_all": True}, "msgtype": "mpnews"}
    first = account_called(api, "message/mass/sendall", {**given, "mpnews": {"media_id": drafted(api)["media_id"]}})
    assert first["errcode"] == 0
    second = {**given, "mpnews": {"media_id": drafted(api)["media_id"]}}
    assert account_called(api, "message/mass/sendall", second)["errcode"] == 45028
    api.confirms_mass(first["msg_id"])
    assert (desk.heard[-1]["Event"], desk.heard[-1]["Status"]) == ("MASSSENDJOBFINISH", "send success")
    assert [each.text for each in api.messages(WHO, own=True)] == ["情况通报"]
    now[0] += 86400
    assert (
        account_called(api, "message/mass/sendall", {**given, "mpnews": {"media_id": drafted(api)["media_id"]}})[
            "errcode"
        ]
        == 0
    )
    now[0] += 1801
    api.confirms_mass()
    assert desk.heard[-1]["Status"] == "err(40002)"
    assert len(api.messages(WHO, own=True)) == 1


def test_the_quota_is_cleared_ten_times_a_month(api: WecomApi) -> None:
    """48006 for the eleventh."""
    ask = {"appid": api.world.own_account().appid}
    answers = [account_called(api, "clear_quota", ask)["errcode"] for _ in range(11)]
    assert answers == [0] * 10 + [48006]
