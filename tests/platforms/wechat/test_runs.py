"""`python -m bot run` with an official account alone: it says so, hears followers, and shows nobody who they are."""

import signal
from pathlib import Path

import pytest

from config.settings import Settings, SettingsError, read_settings
from storage import case as cases
from storage.database import Database
from tests.platforms.test_telegram_runs import health, running, until
from tests.platforms.wecom_api import AES_KEY, TOKEN, WecomApi

APP_ID, WHO, SECRET = "wx1234567890abcdef", "oFollowerWithALongId", "the secret of the account"
CALLBACK_TOKEN = TOKEN.replace(" ", "")


@pytest.fixture
def account(vendor: WecomApi) -> WecomApi:
    """Give the account's platform, with one follower."""
    vendor.reset()
    vendor.add_account(APP_ID, SECRET, token=CALLBACK_TOKEN)
    vendor.add_follower(WHO)
    return vendor


def opened_cases(folder: Path) -> list[str]:
    """Return the tracks of the cases that the desk has."""
    database = Database(f"sqlite:///{folder / 'data' / 'huiying.db'}")
    with database.reading() as session:
        found = [case.track for case in cases.open_cases(session)]
    database.close()
    return found


def test_a_desk_that_followers_write_to(account: WecomApi, tmp_path: Path) -> None:
    """The console verifies it, a follower is told and becomes a question; no secret and no openid is printed."""
    (tmp_path / "cover.jpg").write_bytes(b"\xff\xd8\xff")
    given = {
        "WECHAT_APP_ID": APP_ID, "WECHAT_SECRET": SECRET, "WECHAT_COVER": str(tmp_path / "cover.jpg"),
        "WECHAT_TOKEN": CALLBACK_TOKEN, "WECHAT_AES_KEY": AES_KEY, "WECHAT_API_URL": account.account_url,
        "TELEGRAM_TOKEN": "",
    }  # fmt: skip
    with running(tmp_path, **given) as (address, process):
        until(tmp_path, lambda: health(address))
        account.deliver_to("account", f"{address}/wechat/callback")
        assert account.verifies("account")
        assert account.says(WHO, "请问物业备案在哪里办理?").statuses == [200]
        until(tmp_path, lambda: opened_cases(tmp_path) == ["question"])
        shown = health(address)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    printed = (tmp_path / "out").read_text()
    assert "Traceback" not in printed
    assert f"公众号:接收消息的地址是 {address}/wechat/callback" in printed
    assert "尚未接入聊天平台" in printed  # the staff are nowhere yet
    assert (shown["wechat"]["mode"], shown["wechat"]["trouble"]) == ("webhook", None)
    assert [said.text.splitlines()[0] for said in account.messages(WHO, own=True)] == ["已收到,由值班人员核对。"]
    for hidden in (SECRET, CALLBACK_TOKEN, AES_KEY, WHO, "msg_signature"):
        assert hidden not in printed


GOOD = {"wechat_app_id": APP_ID, "wechat_secret": "s", "wechat_cover": "cover.jpg"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"wechat_token": "ab"}, "HUIYING_WECHAT_TOKEN 写了 …;请写公众号“服务器配置”里的 Token"),
        ({"wechat_token": "abc", "wechat_aes_key": "short"}, "HUIYING_WECHAT_AES_KEY 写了 …;请写公众号"),
        ({"wechat_aes_key": AES_KEY}, "HUIYING_WECHAT_AES_KEY 写了 …;要先写 HUIYING_WECHAT_TOKEN"),
        ({"wechat_kind": "both"}, "HUIYING_WECHAT_KIND 写了 both;请写 subscription(订阅号)或 service(服务号)"),
    ],
)
def test_settings_that_cannot_work_are_refused(
    monkeypatch: pytest.MonkeyPatch, more: dict[str, str], said: str
) -> None:
    """With what to write, and without a secret."""
    for name, value in {**GOOD, **more}.items():
        monkeypatch.setenv(f"HUIYING_{name.upper()}", value)
    with pytest.raises(SettingsError) as refused:
        read_settings(None)
    assert str(refused.value).startswith(said)
    assert not any(value in str(refused.value) for name, value in more.items() if name != "wechat_kind")


def test_a_token_without_an_account_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nobody who could call."""
    monkeypatch.setenv("HUIYING_WECHAT_TOKEN", "abc123")
    with pytest.raises(SettingsError, match="要先写 HUIYING_WECHAT_APP_ID"):
        read_settings(None)


def test_all_of_it_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever is logged."""
    for name, value in {**GOOD, "wechat_secret": SECRET, "wechat_token": "t0k3nOfTheCallback"}.items():
        monkeypatch.setenv(f"HUIYING_{name.upper()}", value)
    monkeypatch.setenv("HUIYING_WECHAT_AES_KEY", AES_KEY)
    found: Settings = read_settings(None)
    assert found.redaction().hide(f"{SECRET} t0k3nOfTheCallback {AES_KEY}").count("t0k3n") == 0
    assert SECRET not in found.redaction().hide(SECRET)
    assert AES_KEY not in found.redaction().hide(AES_KEY)
