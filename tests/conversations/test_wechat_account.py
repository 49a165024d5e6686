"""A release on the bureau's official account: handed in, published in the vendor's own time, proved, replaced, gone."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from bot.channels import Channel
from bot.channels.website import WebsiteChannel
from bot.channels.wechat_account import WechatAccountChannel, article_of, words_of
from bot.chat.calls import Timeouts
from bot.chat.wechat.line import Account, WechatLine
from bot.web.server import serving
from config.plan_file import PLANS
from storage.database import Database
from tests.conversations.releasing import (
    RIGHT_TEXT,
    RIGHT_TITLE,
    TEXT,
    TITLE,
    Website,
    correct,
    hear_nothing,
    issue,
    out,
    post,
    retract,
    row,
    sign,
)
from tests.conversations.talking import TalkingDesk
from tests.platforms.wecom_api import WecomApi

ACCOUNT: Final = Account("wx1234567890abcdef", "secret of the account")
PLAN: Final = "extends: gangbei-2017\nname: {zh: 试, en: Trial}\nrelease_channels: [website, wechat_account]\n"
UNDER_WAY, PUBLISHED, REFUSED = 1, 0, 4


@pytest.fixture
def account(corp: WecomApi) -> WecomApi:
    """Give the official account, which publishes at once unless a test says otherwise."""
    corp.reset()
    corp.add_account(ACCOUNT.app_id, ACCOUNT.secret)
    corp.publish_after = 0.0
    return corp


@pytest.fixture
def line(account: WecomApi, database: Database) -> Iterator[WechatLine]:
    """Give the line to it."""
    line = WechatLine(ACCOUNT, account.account_url, database, Timeouts(1, 1))
    yield line
    line.close()


@pytest.fixture
def desk(database: Database, line: WechatLine, tmp_path: Path) -> Iterator[TalkingDesk]:
    """Give a desk whose text is signed and waits to go out, on the website and on the account."""
    for name in ("gangbei-2017", "national"):
        shutil.copy(PLANS / f"{name}.yaml", tmp_path)
    (tmp_path / "ours.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "cover.jpg").write_bytes(b"\xff\xd8\xff\xe0 a cover")
    with serving(Website(database)) as address, httpx.Client(trust_env=False) as client:
        channels: dict[str, Channel] = {
            "website": WebsiteChannel(database, client, address),
            "wechat_account": WechatAccountChannel(database, line, tmp_path / "cover.jpg", rest=_rest),
        }
        desk = TalkingDesk(database, lambda _d, _p: channels, plan=tmp_path / "ours.yaml", public_url=address)
        sign(desk)
        yield desk


def _rest(_seconds: float) -> None:
    """Let the vendor's own thread publish."""
    time.sleep(0.05)


def readable(account: WecomApi) -> list[str]:
    """Return the words of every article that anybody can read."""
    return [
        words_of(article.fields["title"], article.fields["content"])
        for article in account.published()
        if not article.gone
    ]


def test_it_goes_out_with_its_address_as_proof(desk: TalkingDesk, account: WecomApi) -> None:
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


def test_the_vendor_takes_its_time(desk: TalkingDesk, account: WecomApi) -> None:
    """The case waits for no channel behind the website; the article is asked for until it is out, and once only."""
    account.publish_after = None
    issue(desk)
    assert row(desk, "wechat_account").stage == "failing"
    assert "平台还在发布,没有结果" in desk.direct("王五").bot_says_all()[-1]
    account.finishes()
    desk.later(minutes=2)
    assert row(desk, "wechat_account").stage == "proved"
    assert len(account.calls("freepublish/submit")) == len(readable(account)) == 1


def test_a_lost_answer_is_not_guessed_at(desk: TalkingDesk, account: WecomApi) -> None:
    """Whether it was handed in nobody knows: a person looks, and it is not handed in twice."""
    account.lose_reply("freepublish/submit")
    issue(desk)
    assert row(desk, "wechat_account").trouble == "unsure:公众号"
    desk.later(hours=1)
    assert len(account.calls("freepublish/submit")) == 1
    desk.direct("王五").taps("已经发出")
    desk.later(minutes=15)
    assert row(desk, "wechat_account").stage == "proved"


def test_what_the_platform_refuses_is_told(desk: TalkingDesk, account: WecomApi) -> None:
    """And tried again later: nothing came out."""
    account.publish_after = None
    issue(desk)
    account.finishes(status=REFUSED)
    desk.later(minutes=2)
    assert row(desk, "wechat_account").trouble == "refused:公众号 4"
    account.publish_after = 0.0
    desk.later(minutes=15)
    assert row(desk, "wechat_account").stage == "proved"


def test_an_account_that_may_not_publish_waits(desk: TalkingDesk, account: WecomApi) -> None:
    """Since July 2025 verified accounts alone; nothing is unsure about it."""
    found = account.world.own_account()
    found.verified = False
    issue(desk)
    assert row(desk, "wechat_account").trouble.startswith("refused:公众号 Error code: 48001")
    assert ACCOUNT.secret not in row(desk, "wechat_account").trouble
    found.verified = True
    desk.later(minutes=15)
    assert row(desk, "wechat_account").stage == "proved"


def test_an_article_that_says_anything_else_is_deleted(desk: TalkingDesk, account: WecomApi) -> None:
    """What readers would get there is not what was signed."""
    account.publish_after = None
    issue(desk)
    job = next(iter(account.world.jobs.values()))
    job.articles[0]["content"] = job.articles[0]["content"].replace("今晚", "明晚")
    account.finishes()
    desk.later(minutes=1)
    assert readable(account) == []
    assert row(desk, "wechat_account").trouble == "other_words"


def test_a_correction_takes_its_place(desk: TalkingDesk, account: WecomApi) -> None:
    """The new article is out before the old one goes."""
    issue(desk)
    hear_nothing(desk)
    correct(desk)
    assert readable(account) == [post(RIGHT_TITLE, RIGHT_TEXT, out(desk, 1).manifest["url"])]
    assert row(desk, "wechat_account", 0).proof["posts"] == {}


def test_a_withdrawal_deletes_it(desk: TalkingDesk, account: WecomApi) -> None:
    """Its address says so."""
    issue(desk)
    url = row(desk, "wechat_account").proof["url"]
    retract(desk)
    assert readable(account) == []
    assert row(desk, "wechat_account").stage == "withdrawn"
    assert TEXT not in httpx.get(url, trust_env=False).text


def test_what_is_withdrawn_while_it_is_being_published_goes_as_soon_as_it_is_out(
    desk: TalkingDesk, account: WecomApi
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


def test_an_ended_token_is_replaced_once(desk: TalkingDesk, account: WecomApi, line: WechatLine) -> None:
    """The stable token: another one only when it was refused."""
    line.get("get_api_domain_ip")
    account.end_tokens(42001)
    issue(desk)
    assert row(desk, "wechat_account").stage == "proved"


@pytest.mark.parametrize("text", ["一行", "第一段。\n第二段。\n\n第四行 <b>&amp;</b>", "  缩进\n\n\n三个空行"])
def test_words_come_back_from_the_article_as_they_were(text: str) -> None:
    """Whatever marks the vendor puts around them."""
    words = post("标题", text, "https://desk.example.gov.cn/releases/x")
    content = article_of(words).replace("<p>", '<p style="margin: 0">').replace("段。", "<span>段。</span>")
    assert words_of("标题", content) == words
