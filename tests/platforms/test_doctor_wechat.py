"""The check-up of the official account: whether it answers, its cover, and whether the plan uses it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.wechat_checkup import Checkup
from bot.chat.calls import Timeouts
from bot.chat.wechat.line import Account, WechatLine
from config.language import Voice
from config.plan_file import load_plan
from config.settings import Settings
from tests.platforms.wecom_api import WecomApi, wecom_api

ACCOUNT = Account("wx1234567890abcdef", "secret of the account")
UNHEARD = "关注者的来信没有接收:设置 HUIYING_WECHAT_TOKEN,见 docs/connecting-wechat.md"
UNUSED = "⚠️ 方案的 release_channels 里没有 wechat_account:公众号接入了,但不会往那里发布"


@pytest.fixture
def api() -> Iterator[WecomApi]:
    """Give the account."""
    with wecom_api() as api:
        api.add_account(ACCOUNT.app_id, ACCOUNT.secret)
        yield api


def said(api: WecomApi, folder: Path, account: Account = ACCOUNT, more: dict[str, str] | None = None) -> list[str]:
    """Look; return the lines."""
    given: dict[str, Any] = {
        "wechat_app_id": account.app_id, "wechat_secret": account.secret, "wechat_cover": folder / "cover.jpg",
        "wechat_api_url": api.account_url, **(more or {}),
    }  # fmt: skip
    settings = Settings(_env_file=None, **given)
    line = WechatLine(account, api.account_url, None, Timeouts(1, 1))
    try:
        findings = list(Checkup(settings, load_plan("gangbei-2017").plan, line).findings())
    finally:
        line.close()
    return [finding.shown().say(Voice("zh")) for finding in findings]


def test_all_is_well_but_the_plan_does_not_use_it(api: WecomApi, tmp_path: Path) -> None:
    """Nothing is published by looking."""
    (tmp_path / "cover.jpg").write_bytes(b"\xff\xd8\xff")
    assert said(api, tmp_path) == ["✅ 公众号 wx1234567890abcdef 应答正常", UNUSED, UNHEARD]
    assert not api.calls("draft/add")


def test_what_is_wrong_says_what_to_do(api: WecomApi, tmp_path: Path) -> None:
    """A secret, an address that is not trusted, no answer, no cover."""
    wrong = Account(ACCOUNT.app_id, "another secret")
    assert said(api, tmp_path, wrong)[:2] == [
        "❌ 公众号(40125):AppSecret 不对:请在公众平台“基本配置”里查看,改对 HUIYING_WECHAT_SECRET",
        f"❌ 封面图片 {tmp_path / 'cover.jpg'} 读不了:请检查 HUIYING_WECHAT_COVER",
    ]
    api.fail_next("get_api_domain_ip", errcode=40164)
    assert said(api, tmp_path)[0] == ("❌ 公众号(40164):本机的出口 IP 不在“IP白名单”里:请在公众平台“基本配置”里加上它")
    api.down()
    assert said(api, tmp_path)[0].startswith("❌ 连不上公众号(")
    api.up()


def test_how_followers_are_heard(api: WecomApi, tmp_path: Path) -> None:
    """Sealed, and at an address that can be reached from outside."""
    (tmp_path / "cover.jpg").write_bytes(b"\xff\xd8\xff")
    given = {"wechat_token": "token12345", "public_url": "https://yq.example.gov.cn"}
    url = "✅ 公众号“服务器配置”的 URL 应是 https://yq.example.gov.cn/wechat/callback"
    plain = "⚠️ 公众号的消息没有加密(明文模式):请在“服务器配置”里选安全模式,并设 HUIYING_WECHAT_AES_KEY"
    assert said(api, tmp_path, more=given)[2:] == [url, plain]
    assert said(api, tmp_path, more={**given, "wechat_aes_key": "a" * 43})[2:] == [url]
