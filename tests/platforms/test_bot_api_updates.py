"""The double of Telegram's Bot API gives a bot the updates that Telegram would: by polling, by webhook, one by one."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import telegram
from starlette.types import Receive, Scope, Send
from telegram.error import Conflict

from bot.web.server import serving
from tests.platforms.bot_api import BotApi
from tests.platforms.bot_api.library import library_bot
from tests.platforms.bot_api.world import Json

TOKEN, OTHER = "123456:abc", "654321:def"
ME, YOU = 123456, 654321
LI, WANG = 7, 8
GROUP, FORUM, CHANNEL = -1001, -1002, -1003


@pytest.fixture
def api(double: BotApi) -> BotApi:
    """Furnish the double with a bot that hears everything and one in privacy mode."""
    double.reset()
    double.add_bot(TOKEN, "huiying_bot", privacy=False)
    double.add_bot(OTHER, "shy_bot")
    double.add_user(LI, "李敏", "limin")
    double.add_user(WANG, "王五")
    double.add_chat(GROUP, "supergroup", "值班群", members=[LI, WANG, ME, YOU])
    double.add_chat(FORUM, "supergroup", "专题", forum=True, members=[LI, ME])
    double.add_chat(CHANNEL, "channel", "公告", members=[ME])
    return double


class Receiver:
    """A webhook that keeps what it gets and answers as it is told."""

    def __init__(self) -> None:
        self.updates: list[Json] = []
        self.secrets: list[str] = []
        self.answers: list[int] = []  # what to answer next; then 200
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one update."""
        if scope["type"] != "http":
            return
        body = b""
        while (event := await receive()).get("more_body"):
            body += event["body"]
        headers = dict(scope["headers"])
        with self._lock:
            self.updates.append(json.loads(body + event["body"]))
            self.secrets.append(headers.get(b"x-telegram-bot-api-secret-token", b"").decode())
            status = self.answers.pop(0) if self.answers else 200
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


@contextmanager
def receiving() -> Iterator[tuple[Receiver, str]]:
    """Run a webhook."""
    receiver = Receiver()
    with serving(receiver) as url:
        yield receiver, f"{url}/telegram"


def call(api: BotApi, method: str, token: str = TOKEN, **given: object) -> Json:
    """Call a method without the library."""
    answer: Json = httpx.post(f"{api.url}/bot{token}/{method}", json=given, timeout=10).json()
    return answer


def heard(api: BotApi, token: str = TOKEN) -> list[str]:
    """Give the texts a bot has pending."""
    return [str(update["message"].get("text", "")) for update in api.pending(bot=token) if "message" in update]


def test_polling_confirms_by_offset(api: BotApi) -> None:
    """What was not confirmed comes again; a limit limits; a negative offset keeps the newest."""
    for text in ("一", "二", "三", "四"):
        api.says(LI, GROUP, text)

    async def poll() -> None:
        async with library_bot(api, TOKEN) as bot:
            first = await bot.get_updates(limit=1)
            assert [update.message.text for update in first if update.message] == ["一"]
            rest = await bot.get_updates(offset=first[0].update_id + 1)
            assert [update.message.text for update in rest if update.message] == ["二", "三", "四"]
            newest = await bot.get_updates(offset=-1)
            assert [update.message.text for update in newest if update.message] == ["四"]
            assert await bot.get_updates(offset=newest[0].update_id + 1) == ()

    asyncio.run(poll())
    assert api.pending() == []


def test_a_long_poll_wakes_for_an_update(api: BotApi) -> None:
    """It need not wait for its time-out."""

    async def poll() -> tuple[telegram.Update, ...]:
        async with library_bot(api, TOKEN) as bot:
            waiting = asyncio.create_task(bot.get_updates(timeout=30))
            await asyncio.sleep(0.1)
            await asyncio.to_thread(api.says, LI, GROUP, "停水了")
            return await asyncio.wait_for(waiting, 5)

    assert len(asyncio.run(poll())) == 1


def test_the_older_of_two_polls_is_terminated(api: BotApi) -> None:
    """With 409."""

    async def poll() -> None:
        async with (
            library_bot(api, TOKEN) as one,
            library_bot(api, TOKEN) as other,
        ):
            older = asyncio.create_task(one.get_updates(timeout=30))
            await asyncio.sleep(0.1)
            await other.get_updates()
            with pytest.raises(Conflict, match="terminated by other getUpdates request"):
                await older

    asyncio.run(poll())


def test_no_polling_beside_a_webhook(api: BotApi) -> None:
    """With 409, until the webhook is deleted."""
    call(api, "setWebhook", url="http://127.0.0.1:9/x")
    assert call(api, "getUpdates")["description"].startswith("Conflict: can't use getUpdates method while webhook is")
    call(api, "deleteWebhook")
    assert call(api, "getUpdates")["result"] == []


def test_only_the_kinds_asked_for_come(api: BotApi) -> None:
    """Reactions come on request alone; a choice holds until another is made."""
    number = api.says(LI, GROUP, "停水了").message_id
    api.reacts(WANG, GROUP, number, "👍")
    assert len(api.pending()) == 1
    call(api, "getUpdates", offset=-1, allowed_updates=["message_reaction"])
    api.promote(ME, GROUP)
    api.reacts(WANG, GROUP, number, "👍")
    api.says(LI, GROUP, "又停了")
    assert [min(update) for update in api.pending()] == ["message", "message_reaction"]


def test_privacy_mode_hides_what_is_not_for_the_bot(api: BotApi) -> None:
    """Commands, mentions, replies to it and service messages come through; an administrator hears everything."""
    card = call(api, "sendMessage", OTHER, chat_id=GROUP, text="卡片")["result"]["message_id"]
    api.says(LI, GROUP, "闲聊")
    api.says(LI, GROUP, "/list")
    api.says(LI, GROUP, "/list@huiying_bot")
    api.says(LI, GROUP, "/list@shy_bot")
    api.says(LI, GROUP, "@shy_bot 批准 12")
    api.says(LI, GROUP, "收到", reply_to=card)
    assert heard(api, OTHER) == ["/list", "/list@shy_bot", "@shy_bot 批准 12", "收到"]
    assert len(heard(api)) == 6
    api.promote(YOU, GROUP)
    api.says(LI, GROUP, "又闲聊")
    assert heard(api, OTHER)[-1] == "又闲聊"


def test_a_change_of_privacy_needs_the_bot_added_again(api: BotApi) -> None:
    """Until then it hears what it heard before."""
    api.set_privacy(on=False, bot="shy_bot")
    api.says(LI, GROUP, "闲聊")
    assert heard(api, OTHER) == []
    api.remove_member(GROUP, YOU)
    api.add_member(GROUP, YOU, by=LI)
    api.says(LI, GROUP, "又闲聊")
    assert heard(api, OTHER)[-1] == "又闲聊"
    change = next(update["my_chat_member"] for update in api.pending(bot=OTHER) if "my_chat_member" in update)
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("member", "kicked")


def test_a_channel_is_heard_by_administrators(api: BotApi) -> None:
    """And a bot does not hear itself or another bot."""
    api.channel_post(CHANNEL, "公告一")
    api.promote(ME, CHANNEL)
    api.channel_post(CHANNEL, "公告二", photo=b"jpg")
    call(api, "sendMessage", chat_id=GROUP, text="我说的")
    posts = [update["channel_post"] for update in api.pending() if "channel_post" in update]
    assert [(post["caption"], post["sender_chat"]["id"]) for post in posts] == [("公告二", CHANNEL)]
    assert heard(api, OTHER) == []


def test_entities_are_found_as_telegram_finds_them(api: BotApi) -> None:
    """A Chinese letter right after a command or mention makes it none; a full-width sign stays in a link's path."""
    text = "😀 /ack@huiying_bot /ack批准 @huiying_bot批准 @limin https://weibo.cn/1,看 #12 #停水"
    found = [(entity["type"], entity["offset"], entity["length"]) for entity in api.says(LI, GROUP, text).entities]
    assert found == [
        ("bot_command", 3, 16),
        ("mention", 42, 6),
        ("url", 49, 20),
        ("hashtag", 74, 3),
    ]


def test_forwards_name_their_origin(api: BotApi) -> None:
    """Each of the four kinds, with text or a file, alone or in an album."""
    api.add_chat(-1009, "channel", "热线", username="hotline")
    origins: list[Json] = [
        {"type": "user", "sender_user": WANG},
        {"type": "hidden_user", "sender_user_name": "路人"},
        {"type": "chat", "sender_chat": GROUP},
        {"type": "channel", "chat": -1009, "message_id": 5},
    ]
    for origin in origins:
        api.forwards(LI, GROUP, "停水三天", origin)
    api.forwards(LI, GROUP, "现场", origins[3], photo=b"jpg", media_group_id="9")

    async def poll() -> tuple[telegram.Update, ...]:
        async with library_bot(api, TOKEN) as bot:
            return await bot.get_updates()

    told = [update.message for update in asyncio.run(poll()) if update.message]
    kinds = [said.forward_origin.type for said in told if said.forward_origin]
    assert kinds == ["user", "hidden_user", "chat", "channel", "channel"]
    channel = told[-1].forward_origin
    assert isinstance(channel, telegram.MessageOriginChannel)
    assert (channel.chat.username, channel.message_id) == ("hotline", 5)
    assert (told[-1].caption, told[-1].media_group_id, len(told[-1].photo)) == ("现场", "9", 4)


def test_people_send_every_kind_of_file(api: BotApi) -> None:
    """An album is several messages with one media_group_id and one caption."""
    album = api.sends_album(LI, GROUP, [b"1", b"2"], "现场")
    assert [message.text for message in album] == ["现场", ""]
    assert len({message.fields["media_group_id"] for message in album}) == 1
    assert api.sends_video(LI, GROUP, b"mp4").fields["video"]["mime_type"] == "video/mp4"
    assert api.sends_sticker(LI, GROUP).fields["sticker"]["emoji"] == "👍"
    assert api.sends_document(LI, GROUP, b"x", "名单.xlsx").fields["document"]["file_name"] == "名单.xlsx"
    assert len(api.pending()) == 5


def test_people_edit_and_hide_who_they_are(api: BotApi) -> None:
    """An edit is another update; anonymous administrators and channels have their own senders."""
    number = api.says(LI, GROUP, "停水").message_id
    api.edits(LI, GROUP, number, "停水三天")
    assert api.pending()[-1]["edited_message"]["text"] == "停水三天"
    with pytest.raises(ValueError, match="not from"):
        api.edits(WANG, GROUP, number, "x")
    anonymous = api.says(LI, GROUP, "批准 12", anonymous=True).fields
    assert (anonymous["from"]["id"], anonymous["sender_chat"]["id"]) == (1087968824, GROUP)
    channel = api.says(LI, GROUP, "公告", via_channel=CHANNEL).fields
    assert (channel["from"]["id"], channel["sender_chat"]["id"]) == (136817688, CHANNEL)
    assert len(api.pending()) == 4


def test_a_message_in_a_topic_answers_its_opening(api: BotApi) -> None:
    """As Telegram has it, unless it answers another message."""
    topic = api.add_topic(FORUM, "供水", by=LI)
    shown = api.says(LI, FORUM, "停水了", topic=topic).json()
    assert (shown["is_topic_message"], shown["reply_to_message"]["message_id"]) == (True, topic)
    answer = api.says(LI, FORUM, "收到", reply_to=shown["message_id"]).json()
    assert (answer["message_thread_id"], answer["reply_to_message"]["text"]) == (topic, "停水了")


def test_a_webhook_gets_updates_with_the_secret(api: BotApi) -> None:
    """One chat's in order; a refused one is sent again before the next, and getWebhookInfo says why."""
    with receiving() as (receiver, url):
        receiver.answers = [500]
        api.says(LI, GROUP, "一")
        call(api, "setWebhook", url=url, secret_token="s-1", max_connections=4)
        api.settle()
        for text in ("二", "三"):
            api.says(LI, GROUP, text)
        api.says(LI, LI, "私聊")
        api.settle()
        told = [update["message"]["text"] for update in receiver.updates if update["message"]["chat"]["id"] == GROUP]
        assert told == ["一", "一", "二", "三"]
        assert set(receiver.secrets) == {"s-1"}
        assert sorted(api.statuses) == [200, 200, 200, 200, 500]
        shown = call(api, "getWebhookInfo")["result"]
        assert (shown["url"], shown["pending_update_count"]) == (url, 0)
        assert shown["last_error_message"] == "Wrong response from the webhook: 500"
        call(api, "deleteWebhook")


def test_a_webhook_that_is_gone_keeps_updates_pending(api: BotApi) -> None:
    """Until it is there again or they are dropped."""
    call(api, "setWebhook", url="http://127.0.0.1:9/x")
    api.says(LI, GROUP, "一")
    with pytest.raises(TimeoutError):
        api.settle(0.3)
    shown = call(api, "getWebhookInfo")["result"]
    assert (shown["pending_update_count"], shown["last_error_message"]) == (1, "Connection refused")
    call(api, "deleteWebhook", drop_pending_updates=True)
    assert api.pending() == []


def test_every_act_can_push_before_it_returns(api: BotApi) -> None:
    """In order; a refused update stays due; the newest one can be repeated under its own number."""
    with receiving() as (receiver, url):
        api.deliver_to = (url, "s-2")
        api.says(LI, GROUP, "一")
        assert [update["message"]["text"] for update in receiver.updates] == ["一"]
        receiver.answers = [503]
        api.says(LI, GROUP, "二")
        assert api.statuses == [200, 503]
        assert api.deliver() == [200]
        api.repeat_last_update(2)
        assert [update["message"]["text"] for update in receiver.updates] == ["一", "二", "二", "二", "二"]
        assert len({update["update_id"] for update in receiver.updates}) == 2
        assert set(receiver.secrets) == {"s-2"}


def test_a_poll_can_get_an_update_again(api: BotApi) -> None:
    """Though it was confirmed."""
    api.says(LI, GROUP, "一")
    number = call(api, "getUpdates")["result"][0]["update_id"]
    api.repeat_last_update()
    assert [update["update_id"] for update in call(api, "getUpdates", offset=number + 1)["result"]] == [number]
    assert call(api, "getUpdates", offset=number + 1)["result"] == []
