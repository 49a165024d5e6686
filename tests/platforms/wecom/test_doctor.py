"""The check-up of WeCom: what is well, and for each code what to do."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.chat.calls import Timeouts
from bot.chat.findings import Finding, right_now
from bot.chat.wecom.checkup import Checkup
from bot.chat.wecom.line import App, Line
from config.language import Voice
from config.settings import Settings
from tests.platforms.wecom.bench import APP, LI
from tests.platforms.wecom_api import WecomApi

ZH = Voice("zh")


def settings(api_url: str, public_url: str = "https://desk.example.gov.cn") -> Settings:
    """Return the settings of a desk on WeCom."""
    return Settings(
        _env_file=None, public_url=public_url, wecom_corp_id=APP.corp_id, wecom_agent_id=APP.agent_id,
        wecom_secret=APP.secret, wecom_token="Token", wecom_aes_key="k" * 43, wecom_api_url=api_url,
    )  # fmt: skip


def found(corp: WecomApi, app: App = APP, members: tuple[tuple[str, str], ...] = (), late: float = 0) -> list[Finding]:
    """Look."""
    line = Line(app, corp.corp_url, None, Timeouts(1, 1))
    try:
        return list(
            Checkup(settings(corp.corp_url), line, members, lambda: right_now() + timedelta(seconds=late)).findings()
        )
    finally:
        line.close()


def said(findings: list[Finding]) -> list[str]:
    """Return the lines."""
    return [finding.shown().say(ZH) for finding in findings]


@pytest.fixture(autouse=True)
def _up(corp: WecomApi) -> Iterator[None]:
    yield
    corp.up()


def test_all_is_well(corp: WecomApi) -> None:
    """What the console should hold, and the app's name."""
    assert said(found(corp, members=(("李敏", LI),))) == [
        "✅ 应用“接收消息”的 URL 应是 https://desk.example.gov.cn/wecom/callback",
        "✅ 企业微信应用「回应」",
    ]


def test_whoever_is_outside_the_range_is_named(corp: WecomApi) -> None:
    """They would get nothing."""
    assert said(found(corp, members=(("李敏", LI), ("王五", "wangwu"))))[-1] == (
        "⚠️ 王五(wangwu)不在应用的可见范围内,收不到消息:请在管理后台加上"
    )


def test_a_clock_that_is_wrong_is_told(corp: WecomApi) -> None:
    """Beyond the window nothing would be heard."""
    assert "秒:请校时(启用 NTP)" in said(found(corp, late=60))[-1]
    assert said(found(corp, late=-700))[-1].startswith("❌ 本机时钟与企业微信相差 ")


CODES = {
    60020: "本机的出口 IP 不在“企业可信 IP”里:请在管理后台的应用页面加上它",
    48002: "这个应用没有权限调用接口:请在管理后台检查应用的权限",
    130101: "应用被停用:请在管理后台启用它",
}


@pytest.mark.parametrize(("code", "do"), CODES.items(), ids=map(str, CODES))
def test_a_code_says_what_to_do(corp: WecomApi, code: int, do: str) -> None:
    """In one line."""
    corp.fail_next("agent/get", errcode=code)
    assert said(found(corp))[-1] == f"❌ 企业微信({code}):{do}"


def test_a_wrong_secret_names_its_setting(corp: WecomApi) -> None:
    """And shows none."""
    assert said(found(corp, App(APP.corp_id, APP.agent_id, "wrong-secret")))[-1] == (
        "❌ 企业微信(40001):Secret 不对:请在管理后台“应用管理”里查看,改对 HUIYING_WECOM_SECRET"
    )


def test_a_rare_code_and_no_answer_are_told_as_such(corp: WecomApi) -> None:
    """With where to look."""
    corp.fail_next("agent/get", errcode=45011)
    assert said(found(corp))[-1].startswith("❌ 企业微信不答应(Error code: 45011")
    corp.down()
    assert said(found(corp))[-1].startswith("❌ 连不上企业微信(")


def test_an_address_that_only_this_machine_opens_is_none() -> None:
    """WeCom itself calls from outside; a private one of the bureau calls any address."""
    line = Line(APP, "http://127.0.0.1:9", None, Timeouts(0.1, 0.1))
    own = settings("https://qyapi.weixin.qq.com", "http://127.0.0.1:8080")
    first = next(Checkup(own, line, (), right_now).findings())
    line.close()
    assert first.shown().say(ZH) == (
        "❌ 企业微信从公网送消息来,打不开 http://127.0.0.1:8080/wecom/callback:"
        "请把 HUIYING_PUBLIC_URL 写成公网打得开的地址"
    )


def test_a_group_that_the_desk_can_only_answer_in_is_named(corp: WecomApi) -> None:
    """With the chatid that is to be written behind its address."""
    key = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
    with_bot = {"wecom_aibot_token": "Token", "wecom_aibot_aes_key": "k" * 43}
    hooks = f"{corp.add_webhook(key)}#wrJoint"
    asked = settings(corp.corp_url).model_copy(
        update={name: SecretStr(value) for name, value in {**with_bot, "wecom_group_webhooks": hooks}.items()}
    )
    groups = (("舆情工作群", "aibot:wrStaff"), ("", "aibot:wrJoint"), ("预警", "group:abc"))
    line = Line(APP, corp.corp_url, None, Timeouts(1, 1))
    lines = said(list(Checkup(asked, line, (("李敏", LI),), right_now, groups).findings()))
    line.close()
    assert lines[2:] == [
        "✅ 智能机器人“API 设置”的 URL 应是 https://desk.example.gov.cn/wecom/aibot",
        (
            "⚠️ 群「舆情工作群」没有推送地址,没人 @机器人 时发不进去:请在群里加“消息推送”,"
            "地址写进 HUIYING_WECOM_GROUP_WEBHOOKS,后面加 #wrStaff"
        ),
    ]
