"""Groups that are only written to: by webhook, or made by the desk; the text is whole, and says where to answer."""

import pytest

from bot.chat.platform import SendFailed
from bot.chat.wecom.groups import hooks_of
from bot.chat.wecom.platform import WecomPlatform
from handlers.conversation import Content
from storage.database import Database
from tests.platforms.wecom.bench import APP, LI, NOW, asks
from tests.platforms.wecom_api import WecomApi

KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"


@pytest.fixture
def hook(corp: WecomApi) -> str:
    """Give a group with a webhook; return its account."""
    (account,) = hooks_of([corp.add_webhook(KEY, "舆情联席会议")])
    return account


@pytest.fixture
def hooked(corp: WecomApi, hook: str, sqlite_database: Database) -> WecomPlatform:
    """Give the platform of a desk that has the webhook."""
    return WecomPlatform(APP, sqlite_database, api_url=corp.corp_url, hooks={hook: KEY})


def test_a_webhooks_group_reads_it_whole(corp: WecomApi, hooked: WecomPlatform, hook: str) -> None:
    """In parts by bytes; whom it names is called."""
    text = "【联席会议预警】重大。" + "现场情况说明。" * 200 + "\n@李敏"
    ids = hooked.send(hook, Content(text, names=("李敏", LI)), NOW).split()
    messages = corp.messages(KEY)
    hooked.close()
    assert len(ids) == len(messages) > 1
    assert "".join(message.text for message in messages).replace("\n", "") == text.replace("\n", "")
    assert [message.content.get("mentioned_list") for message in messages][-1] == [LI]
    assert corp.violations == []


def test_what_could_be_tapped_elsewhere_says_where(corp: WecomApi, hooked: WecomPlatform, hook: str) -> None:
    """No button works there."""
    hooked.send(hook, asks("参会", "委派", text="会商 15:30"), NOW)
    hooked.close()
    assert [message.text for message in corp.messages(KEY)] == ["会商 15:30\n要办的,请打开应用私聊办理"]


def test_a_webhook_that_is_gone_or_not_ours_any_more(
    corp: WecomApi, hooked: WecomPlatform, platform: WecomPlatform, hook: str
) -> None:
    """Administrators can mend it."""
    corp.fail_next("webhook/send", errcode=93000)
    for speaking in (hooked, platform):
        with pytest.raises(SendFailed) as failed:
            speaking.send(hook, Content("停水"), NOW)
        assert failed.value.unreachable
        assert KEY not in str(failed.value)
    hooked.close()


def test_it_is_never_told_too_much(hooked: WecomPlatform, hook: str) -> None:
    """Twenty a minute: the pace keeps the rest back, and makes lists of it."""
    hooked.close()
    assert hooked.limits(hook) == ((20, 61.0),)


def test_a_group_that_the_desk_made(corp: WecomApi, platform: WecomPlatform) -> None:
    """Its members read what the desk says."""
    corp.add_member("wangwu", "王五")
    platform.make_group("group:abc123", "舆情联席会议", [LI, "wangwu"])
    platform.send("group:abc123", Content("✅ 本群已绑定为联席会议群。"), NOW)
    (message,) = corp.messages("abc123")
    assert (message.text, message.chat.members, message.chat.title) == (
        "✅ 本群已绑定为联席会议群。",
        [LI, "wangwu"],
        "舆情联席会议",
    )


def test_what_cannot_be_taken_away_stays(corp: WecomApi, platform: WecomPlatform) -> None:
    """Nothing is asked of WeCom for it."""
    corp.add_member("wangwu", "王五")
    platform.make_group("group:abc123", "舆情联席会议", [LI, "wangwu"])
    sent = platform.send("group:abc123", Content("一"), NOW)
    platform.delete("group:abc123", sent, NOW)
    assert not corp.calls("message/recall")


def test_a_text_that_would_be_a_flood_comes_as_a_file(
    corp: WecomApi, hooked: WecomPlatform, platform: WecomPlatform, hook: str
) -> None:
    """In groups too, handed over under the key of the webhook, which no failure tells."""
    corp.add_member("wangwu", "王五")
    platform.make_group("group:abc123", "舆情联席会议", [LI, "wangwu"])
    text = "现场情况说明。" * 3000
    for speaking, chat, there in ((hooked, hook, KEY), (platform, "group:abc123", "abc123")):
        assert len(speaking.send(chat, Content(text, serial=57), NOW).split()) == len(corp.messages(there)) == 2
        file = corp.messages(there)[-1]
        assert corp.world.media[file.content["media_id"]].content.decode("utf-8-sig") == text
    corp.fail_next("webhook/upload_media", errcode=93000, description=f"webhook/upload_media?key={KEY}")
    with pytest.raises(SendFailed) as failed:
        hooked.send(hook, Content(text), NOW)
    hooked.close()
    assert KEY not in str(failed.value)
    assert len(corp.messages(KEY)) == 2
