"""A release on the bureau's official account: handed in, published in the vendor's own time, proved, replaced, gone."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.channels import ReleaseFailed
from bot.channels.website import picture_at
from bot.channels.wechat_article import SHOWN, article_of, as_shown, pictures_in, words_of
from storage.database import Database
from tests.conversations.letters import ACCOUNT, Followed
from tests.conversations.publishing import publishing
from tests.conversations.releasing import (
    RIGHT_TEXT,
    RIGHT_TITLE,
    TEXT,
    TITLE,
    correct,
    hear_nothing,
    issue,
    out,
    post,
    retract,
    row,
    sign,
    write,
)
from tests.platforms.wecom_api import WecomApi

UNDER_WAY, PUBLISHED, REFUSED = 1, 0, 4


@pytest.fixture
def desk(database: Database, account: WecomApi, tmp_path: Path) -> Iterator[Followed]:
    """Give a desk whose text is signed and waits to go out, on the website and on the account."""
    with publishing(database, account, tmp_path) as desk:
        sign(desk)
        yield desk


def readable(account: WecomApi) -> list[str]:
    """Return the words of every article that anybody can read."""
    return [
        words_of(article.fields["title"], article.fields["content"])
        for article in account.published()
        if not article.gone
    ]


def test_it_goes_out_with_its_address_as_proof(desk: Followed, account: WecomApi) -> None:
    """After the website; what stands there is what was signed, and anybody finds it at the address."""
    issue(desk)
    url = out(desk).manifest["url"]
    assert readable(account) == [post(TITLE, TEXT, url)]
    proof = row(desk, "wechat_account").proof
    assert proof["sha256"] == out(desk).manifest["channels"]["wechat_account"]["sha256"]
    assert proof["url"] == account.published()[0].url
    assert TEXT in httpx.get(proof["url"], trust_env=False).text
    assert "公众号✅" in desk.direct("王五").bot_says_all()[-1]
    assert desk.case().stage == "follow_up"


def test_the_vendor_takes_its_time(desk: Followed, account: WecomApi) -> None:
    """The case waits for no channel behind the website; the article is asked for until it is out, and once only."""
    account.publish_after = None
    issue(desk)
    assert row(desk, "wechat_account").stage == "failing"
    assert "平台还在发布,没有结果" in desk.direct("王五").bot_says_all()[-1]
    account.finishes()
    desk.later(minutes=2)
    assert row(desk, "wechat_account").stage == "proved"
    assert len(account.calls("freepublish/submit")) == len(readable(account)) == 1


def test_its_end_is_told_and_nobody_waits_for_the_next_look(desk: Followed, account: WecomApi) -> None:
    """The platform's word makes the desk ask at once; what it says is not believed."""
    account.publish_after = None
    issue(desk)
    (job,) = account.world.jobs.values()
    info = {"publish_id": job.publish_id, "publish_status": PUBLISHED, "article_id": "forged"}
    event = {"MsgType": "event", "Event": "PUBLISHJOBFINISH", "PublishEventInfo": info}
    desk.does(lambda: account.tell_account("oForger", event))
    assert row(desk, "wechat_account").stage == "failing"
    assert "公众号⏳(平台还在发布,没有结果)" in desk.staff.shows("来源")
    desk.does(account.finishes)
    assert row(desk, "wechat_account").stage == "proved"
    assert "公众号✅" in desk.direct("王五").bot_says_all()[-1]


def test_its_end_may_be_told_late_or_twice(desk: Followed, account: WecomApi) -> None:
    """When everybody knows already nothing follows; nor from a job that nobody waits for."""
    address = account.delivery.addresses.pop("account")
    account.publish_after = None
    issue(desk)
    account.finishes()
    desk.later(minutes=1)
    assert row(desk, "wechat_account").stage == "proved"
    asked = len(account.calls())
    account.deliver_to("account", address)
    account.repeat_last(2)
    desk.does(lambda: account.pushes[-1])
    assert len(account.calls()) == asked


def test_a_lost_answer_is_not_guessed_at(desk: Followed, account: WecomApi) -> None:
    """Whether it was handed in nobody knows: a person looks, and it is not handed in twice."""
    account.lose_reply("freepublish/submit")
    issue(desk)
    assert row(desk, "wechat_account").trouble == "unsure:公众号"
    desk.later(hours=1)
    assert len(account.calls("freepublish/submit")) == 1
    desk.direct("王五").taps("已经发出")
    desk.later(minutes=15)
    assert row(desk, "wechat_account").stage == "proved"


def test_what_the_platform_refuses_is_told(desk: Followed, account: WecomApi) -> None:
    """And tried again later: nothing came out."""
    account.publish_after = None
    issue(desk)
    account.finishes(status=REFUSED)
    desk.later(minutes=2)
    assert row(desk, "wechat_account").trouble == "refused:公众号 4"
    account.publish_after = 0.0
    desk.later(minutes=15)
    assert row(desk, "wechat_account").stage == "proved"


def test_an_account_that_may_not_publish_waits(desk: Followed, account: WecomApi) -> None:
    """Since July 2025 verified accounts alone; nothing is unsure about it."""
    found = account.world.own_account()
    found.verified = False
    issue(desk)
    assert row(desk, "wechat_account").trouble.startswith("refused:公众号 Error code: 48001")
    assert ACCOUNT.secret not in row(desk, "wechat_account").trouble
    found.verified = True
    desk.later(minutes=15)
    assert row(desk, "wechat_account").stage == "proved"


def test_an_article_that_says_anything_else_is_deleted(desk: Followed, account: WecomApi) -> None:
    """What readers would get there is not what was signed."""
    account.publish_after = None
    issue(desk)
    job = next(iter(account.world.jobs.values()))
    job.articles[0]["content"] = job.articles[0]["content"].replace("今晚", "明晚")
    account.finishes()
    desk.later(minutes=1)
    assert readable(account) == []
    assert row(desk, "wechat_account").trouble == "other_words"


def test_a_correction_takes_its_place(desk: Followed, account: WecomApi) -> None:
    """The new article is out before the old one goes."""
    issue(desk)
    hear_nothing(desk)
    correct(desk)
    assert readable(account) == [post(RIGHT_TITLE, RIGHT_TEXT, out(desk, 1).manifest["url"])]
    assert row(desk, "wechat_account", 0).proof["posts"] == {}


def test_a_withdrawal_deletes_it(desk: Followed, account: WecomApi) -> None:
    """Its address says so."""
    issue(desk)
    url = row(desk, "wechat_account").proof["url"]
    retract(desk)
    assert readable(account) == []
    assert row(desk, "wechat_account").stage == "withdrawn"
    assert TEXT not in httpx.get(url, trust_env=False).text


def test_what_is_withdrawn_while_it_is_being_published_goes_as_soon_as_it_is_out(
    desk: Followed, account: WecomApi
) -> None:
    """Nothing stays behind."""
    account.publish_after = None
    issue(desk)
    retract(desk)
    assert row(desk, "wechat_account").stage == "withdrawing"
    account.finishes()
    desk.later(minutes=2)
    assert readable(account) == []
    assert row(desk, "wechat_account").stage == "withdrawn"


def test_an_ended_token_is_replaced_once(desk: Followed, account: WecomApi) -> None:
    """The stable token: another one only when it was refused."""
    desk.line.get("get_api_domain_ip")
    account.end_tokens(42001)
    issue(desk)
    assert row(desk, "wechat_account").stage == "proved"


@pytest.mark.parametrize("text", ["一行", "第一段。\n第二段。\n\n第四行 <b>&amp;</b>", "  缩进\n\n\n三个空行"])
def test_words_come_back_from_the_article_as_they_were(text: str) -> None:
    """Whatever marks the vendor puts around them."""
    words = post("标题", text, "https://desk.example.gov.cn/releases/x")
    content = article_of(words, {}).replace("<p>", '<p style="margin: 0">').replace("段。", "<span>段。</span>")
    assert words_of("标题", content) == words


PICTURE = b"\x89PNG\r\n\x1a\n a map"


def test_pictures_are_uploaded_and_shown_in_their_places(desk: Followed, account: WecomApi) -> None:
    """The platform would take out what lies elsewhere; the words are proved as they are signed."""
    there = picture(account, PICTURE)
    write(desk, TITLE, f"泵房已经抢修。\n{there}\n今晚恢复供水。")
    issue(desk)
    (article,) = account.published()
    (uploaded,) = account.calls("media/uploadimg")
    kept = uploaded.result["url"]
    assert f'<p><img src="{kept}" alt="{there}"/></p><p>今晚恢复供水。</p>' in article.fields["content"]
    assert httpx.get(kept, trust_env=False).content == PICTURE
    assert row(desk, "wechat_account").stage == "proved"


@pytest.mark.parametrize("content", [b"GIF89a", PICTURE + b"x" * 1_000_000, b""])
def test_what_is_no_picture_holds_up_the_account_alone(desk: Followed, account: WecomApi, content: bytes) -> None:
    """It is told, and tried again; the website is out."""
    there = picture(account, content)
    write(desk, TITLE, f"泵房已经抢修。\n{there}")
    issue(desk)
    assert account.published() == []
    assert row(desk, "website").stage == "proved"
    assert f"图片取不到,或不是 1 MB 以内的 jpg、png:{there}" in desk.staff.shows("公众号没有发出")
    assert not account.calls("draft/add")


def picture(account: WecomApi, content: bytes) -> str:
    """Let a picture lie somewhere; return its address."""
    file = account.world.keep("image", "map.png", content)
    return f"{account.url}{file.url_path}"


def test_a_picture_within_the_house_is_not_fetched() -> None:
    """A signed text must not make the desk read what only it can reach; its own website is the public's."""
    with httpx.Client(trust_env=False) as client:
        for address in ("http://127.0.0.1:1/a.png", "http://10.0.0.7/a.png", "http://localhost/a.png"):
            with pytest.raises(ReleaseFailed, match="inside"):
                picture_at(client, "https://desk.example.gov.cn", address)
        with pytest.raises(ReleaseFailed, match="no_answer:Connect"):
            picture_at(client, "http://127.0.0.1:1", "http://127.0.0.1:1/a.png")


def test_only_a_line_that_is_an_address_is_a_picture() -> None:
    """What stands within a sentence is read, and clicked."""
    words = post("标题", "见 https://a.cn/1.png 。\nhttps://a.cn/2.JPG\nhttps://a.cn/3.gif", "https://b.cn/r")
    assert pictures_in(words) == ["https://a.cn/2.JPG"]
    assert as_shown(words).split("\n")[3] == SHOWN
