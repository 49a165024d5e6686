"""Settings come from the environment, and a wrong one names its variable and what to write."""

import io
import traceback
from pathlib import Path

import pytest

from config.language import Voice
from config.settings import Settings, SettingsError, read_settings

DATABASE = "请写 sqlite:///路径 或 postgresql://用户:密码@主机/库名,或删去它使用默认的 SQLite"
ADDRESS = "请写公众打开网站的地址,以 http:// 或 https:// 开头"
TOKEN = "7012345678:AAsettings_settings-Settings0settin"  # 35 characters after the colon
BOTFATHER = "请写 BotFather 给的令牌:一串数字、一个冒号、35 个以上的字母、数字、_ 或 -"
SERVER = "请写 Bot API 服务器的地址,以 http:// 或 https:// 开头,或删去它使用 https://api.telegram.org"
SECRET = "webhook 方式需要它:请写 1 到 256 个字母、数字、_ 或 -"
PROXY = "请写代理的地址,以 http://、https:// 或 socks5:// 开头"
HEARTBEAT = "请写监控给的地址,以 http:// 或 https:// 开头,或删去它"
CORP = "请写企业 ID:企业微信管理后台“我的企业”最下面的一串字母和数字,或删去它"
AES_KEY = "请写应用“接收消息”里的 EncodingAESKey:43 个字母、数字"
INTERFACE = "请写企业微信接口的地址,以 http:// 或 https:// 开头,或删去它使用 https://qyapi.weixin.qq.com"
SIZE = "请写 1 到 2000000000 的字节数,如 20000000"

NETWORKS = "请写网段或地址,几个之间空一格,如 10.20.0.0/16 127.0.0.1"
BAD = [
    ("PORT", "web", "HUIYING_PORT 写了 web;请写 1 到 65535 的端口号,如 8080"),
    ("PORT", "0", "HUIYING_PORT 写了 0;请写 1 到 65535 的端口号,如 8080"),
    ("PORT", "65536", "HUIYING_PORT 写了 65536;请写 1 到 65535 的端口号,如 8080"),
    ("FETCH_LINKS", "maybe", "HUIYING_FETCH_LINKS 写了 maybe;请写 true 或 false"),
    ("FETCH_PORTS", "80 web", "HUIYING_FETCH_PORTS 写了 80 web;请写端口号,几个之间空一格,如 80 443"),
    ("FETCH_PORTS", "65536", "HUIYING_FETCH_PORTS 写了 65536;请写端口号,几个之间空一格,如 80 443"),
    ("FEED_NETWORKS", "intranet", f"HUIYING_FEED_NETWORKS 写了 intranet;{NETWORKS}"),
    ("DATABASE_URL", "mysql://root:secret@db/x", f"HUIYING_DATABASE_URL 写了 mysql://…;{DATABASE}"),
    ("DATABASE_URL", "data/huiying.db", f"HUIYING_DATABASE_URL 写了 data/huiying.db;{DATABASE}"),
    ("PUBLIC_URL", "press.example.cn", f"HUIYING_PUBLIC_URL 写了 press.example.cn;{ADDRESS}"),
    ("PUBLIC_URL", "ftp://press.example.cn", f"HUIYING_PUBLIC_URL 写了 ftp://press.example.cn;{ADDRESS}"),
    ("LANGUAGE", "fr", "HUIYING_LANGUAGE 写了 fr;请写 zh 或 en"),
    ("LOG_LEVEL", "loud", "HUIYING_LOG_LEVEL 写了 loud;请写 debug、info、warning 或 error"),
    ("TELEGRAM_TOKEN", f"{TOKEN}!", f"HUIYING_TELEGRAM_TOKEN 写了 …;{BOTFATHER}"),
    ("TELEGRAM_TOKEN", TOKEN[:-1], f"HUIYING_TELEGRAM_TOKEN 写了 …;{BOTFATHER}"),
    ("TELEGRAM_TOKEN", f"bot{TOKEN}", f"HUIYING_TELEGRAM_TOKEN 写了 …;{BOTFATHER}"),
    ("TELEGRAM_API_URL", "tg://api", f"HUIYING_TELEGRAM_API_URL 写了 tg://…;{SERVER}"),
    ("TELEGRAM_API_URL", f"api/bot{TOKEN}", f"HUIYING_TELEGRAM_API_URL 写了 api/bot[token];{SERVER}"),
    ("TELEGRAM_MODE", "push", "HUIYING_TELEGRAM_MODE 写了 push;请写 polling 或 webhook"),
    ("TELEGRAM_WEBHOOK_SECRET", "a b", f"HUIYING_TELEGRAM_WEBHOOK_SECRET 写了 …;{SECRET}"),
    ("TELEGRAM_WEBHOOK_SECRET", "x" * 257, f"HUIYING_TELEGRAM_WEBHOOK_SECRET 写了 …;{SECRET}"),
    ("TELEGRAM_PROXY", "wang:secret@proxy:1080", f"HUIYING_TELEGRAM_PROXY 写了 …;{PROXY}"),
    ("TELEGRAM_PROXY", "socks4://proxy:1080", f"HUIYING_TELEGRAM_PROXY 写了 …;{PROXY}"),
    ("TELEGRAM_PROXY", "http://proxy:port", f"HUIYING_TELEGRAM_PROXY 写了 …;{PROXY}"),
    ("HEARTBEAT_URL", "monitor.example/ping/secret-key", f"HUIYING_HEARTBEAT_URL 写了 …;{HEARTBEAT}"),
    ("HEARTBEAT_URL", "ftp://monitor.example/x", f"HUIYING_HEARTBEAT_URL 写了 …;{HEARTBEAT}"),
    ("TELEGRAM_FILE_LIMIT", "0", f"HUIYING_TELEGRAM_FILE_LIMIT 写了 0;{SIZE}"),
    ("TELEGRAM_FILE_LIMIT", "2000000001", f"HUIYING_TELEGRAM_FILE_LIMIT 写了 2000000001;{SIZE}"),
    ("WECOM_CORP_ID", "ww 1", f"HUIYING_WECOM_CORP_ID 写了 ww 1;{CORP}"),
    ("WECOM_AGENT_ID", "回应", "HUIYING_WECOM_AGENT_ID 写了 回应;请写自建应用的 AgentId,如 1000002"),
    ("WECOM_TOKEN", "a b", "HUIYING_WECOM_TOKEN 写了 …;请写应用“接收消息”里的 Token:1 到 32 个字母、数字"),
    ("WECOM_AES_KEY", "k" * 42, f"HUIYING_WECOM_AES_KEY 写了 …;{AES_KEY}"),
    ("WECOM_API_URL", "qyapi", f"HUIYING_WECOM_API_URL 写了 qyapi;{INTERFACE}"),
    ("TELEGRAM_FILE_LIMIT", "20MB", f"HUIYING_TELEGRAM_FILE_LIMIT 写了 20MB;{SIZE}"),
]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"HUIYING_{name.upper()}", raising=False)


def test_a_corp_id_needs_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each that is missing is named with what to write."""
    said = refused(monkeypatch, WECOM_CORP_ID="ww1234567890abcdef", WECOM_AGENT_ID="1000002")
    assert said.splitlines() == [
        "HUIYING_WECOM_SECRET 没有写;请写自建应用的 Secret",
        "HUIYING_WECOM_TOKEN 没有写;请写应用“接收消息”里的 Token:1 到 32 个字母、数字",
        f"HUIYING_WECOM_AES_KEY 没有写;{AES_KEY}",
    ]


def test_an_ai_bot_needs_its_key_and_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    """The app answers for it 1:1."""
    key = "请写智能机器人“API 设置”里的 EncodingAESKey:43 个字母、数字,和 Token 一起写"
    token = "请写智能机器人“API 设置”里的 Token:1 到 32 个字母、数字,或删去它;应用(HUIYING_WECOM_CORP_ID)也要设"
    app = {"CORP_ID": "ww1234567890abcdef", "AGENT_ID": "1", "SECRET": "s", "TOKEN": "t", "AES_KEY": "k" * 43}
    whole = {f"WECOM_{name}": value for name, value in app.items()}
    assert refused(monkeypatch, **whole, WECOM_AIBOT_TOKEN="t") == f"HUIYING_WECOM_AIBOT_AES_KEY 没有写;{key}"
    said = refused(monkeypatch, **whole, WECOM_AIBOT_TOKEN="t", WECOM_AIBOT_AES_KEY="k" * 42)
    assert said == f"HUIYING_WECOM_AIBOT_AES_KEY 写了 …;{key}"
    for name in whole:
        monkeypatch.delenv(f"HUIYING_{name}")
    monkeypatch.delenv("HUIYING_WECOM_AIBOT_AES_KEY")
    assert refused(monkeypatch, WECOM_AIBOT_TOKEN="t") == f"HUIYING_WECOM_AIBOT_TOKEN 写了 …;{token}"


def test_the_address_of_a_group_that_is_heard_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind #; what is hidden is the key alone."""
    hook = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4"
    monkeypatch.setenv("HUIYING_WECOM_GROUP_WEBHOOKS", f"{hook} {hook}#wrOgQhDgAAMYQiS5")
    settings = read_settings()
    assert settings.webhooks()[1].endswith("#wrOgQhDgAAMYQiS5")
    assert settings.redaction().hide("key 693a91f6-7xxx-4bc4, group wrOgQhDgAAMYQiS5") == (
        "key [secret], group wrOgQhDgAAMYQiS5"
    )


def test_without_any_variable_the_desk_runs_on_embedded_defaults() -> None:
    """Nothing set: SQLite under data/, loopback, the house's plan, no roster, Chinese."""
    settings = read_settings(None)
    assert settings.database_url == "sqlite:///data/huiying.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.public_url == "http://127.0.0.1:8080"
    assert (settings.plan, settings.roster, settings.language) == ("gangbei-2017", None, "zh")
    assert (settings.telegram_token, settings.telegram_mode, settings.log_level) == (None, "polling", "info")


def test_log_level_may_be_written_in_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    """As everybody writes it elsewhere."""
    monkeypatch.setenv("HUIYING_LOG_LEVEL", "DEBUG")
    assert read_settings(None).log_level == "debug"


def test_what_is_not_set_follows_what_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database lies in the data directory, and the public address is that of host and port."""
    monkeypatch.setenv("HUIYING_DATA_DIR", "/srv/desk")
    monkeypatch.setenv("HUIYING_HOST", "::1")
    monkeypatch.setenv("HUIYING_PORT", "9000")
    settings = read_settings(None)
    assert settings.database_url == "sqlite:////srv/desk/huiying.db"
    assert settings.public_url == "http://[::1]:9000"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_always_spoken_through_psycopg(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    """However PostgreSQL is written, the one driver of the house is used."""
    monkeypatch.setenv("HUIYING_DATABASE_URL", f"{scheme}://desk:pw@db/huiying")
    assert read_settings(None).database_url == "postgresql+psycopg://desk:pw@db/huiying"


def test_a_dotenv_file_is_read_and_the_environment_overrules_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """.env gives the values; a variable that is set wins; an empty one counts as not set."""
    file = tmp_path / ".env"
    file.write_text("HUIYING_PORT=9001\nHUIYING_LANGUAGE=en\nHUIYING_PLAN=\n", encoding="utf-8")
    monkeypatch.setenv("HUIYING_PORT", "9002")
    settings = read_settings(file)
    assert (settings.port, settings.language, settings.plan) == (9002, "en", "gangbei-2017")


@pytest.mark.parametrize(("name", "value", "said"), BAD)
def test_a_wrong_setting_is_named_with_what_to_write(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    """The error names the variable, what it held (never a password) and what to write instead."""
    monkeypatch.setenv(f"HUIYING_{name}", value)
    with pytest.raises(SettingsError) as refused:
        read_settings(None)
    assert refused.value.say(Voice("zh")) == said


def test_every_wrong_setting_is_listed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two wrong variables make two lines, and what merely follows from them makes none."""
    monkeypatch.setenv("HUIYING_PORT", "many")
    monkeypatch.setenv("HUIYING_LANGUAGE", "fr")
    with pytest.raises(SettingsError) as refused:
        read_settings(None)
    assert len(refused.value.problems) == 2


def refused(monkeypatch: pytest.MonkeyPatch, **settings: str) -> str:
    """Return what is said of settings that do not go together."""
    for name, value in settings.items():
        monkeypatch.setenv(f"HUIYING_{name}", value)
    with pytest.raises(SettingsError) as error:
        read_settings(None)
    return error.value.say(Voice("zh"))


def test_a_webhook_needs_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one anybody could speak in anybody's name."""
    said = refused(monkeypatch, TELEGRAM_MODE="webhook", PUBLIC_URL="https://press.example.cn")
    assert said == f"HUIYING_TELEGRAM_WEBHOOK_SECRET 没有写;{SECRET}"


INSIDE = (
    *("http://press.example.cn", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:9"),
    *("https://127.0.0.1", "https://localhost", "https://10.0.0.8", "https://192.168.1.5:8443"),
)


@pytest.mark.parametrize("url", INSIDE)
def test_a_webhook_needs_https_and_an_address_outside(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Telegram delivers to nothing else; the sentence names all three ways out."""
    said = refused(monkeypatch, TELEGRAM_MODE="webhook", PUBLIC_URL=url, TELEGRAM_WEBHOOK_SECRET="x")
    needs = (
        "Telegram 只往公网的 https 地址送消息:请把 HUIYING_PUBLIC_URL 写成它打得开的 https:// 地址;"
        "没有时请写 polling,或用 HUIYING_TELEGRAM_API_URL 指向自建的 Bot API 服务器"
    )
    assert said == f"HUIYING_TELEGRAM_MODE 写了 webhook;{needs}"


@pytest.mark.parametrize(
    ("url", "server"),
    [("https://press.example.cn", ""), ("https://1.1.1.1", ""), *((url, "http://127.0.0.1:8081") for url in INSIDE)],
)
def test_a_webhook_from_outside_or_from_a_server_of_ones_own(
    monkeypatch: pytest.MonkeyPatch, url: str, server: str
) -> None:
    """With a secret it is taken."""
    given = {"PUBLIC_URL": url, "TELEGRAM_API_URL": server, "TELEGRAM_MODE": "webhook"}
    for name, value in {**given, "TELEGRAM_WEBHOOK_SECRET": "a_B-9"}.items():
        monkeypatch.setenv(f"HUIYING_{name}", value)
    assert read_settings(None).telegram_mode == "webhook"


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:7890", "https://p.example:443", "socks5://wang:pa55@[::1]:1080"])
def test_a_proxy_is_taken_and_its_password_is_not_shown(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """Neither the settings in full nor one of them alone say it when they are printed."""
    monkeypatch.setenv("HUIYING_TELEGRAM_PROXY", proxy)
    settings = read_settings(None)
    assert settings.telegram_proxy is not None
    assert settings.telegram_proxy.get_secret_value() == proxy
    assert "pa55" not in repr(settings)


def test_no_error_holds_a_token_or_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it was written: not in what is said, nor in the whole traceback with all that lies beneath."""
    for name in ("TELEGRAM_TOKEN", "TELEGRAM_MODE", "PORT", "PUBLIC_URL", "DATABASE_URL", "TELEGRAM_API_URL"):
        monkeypatch.setenv(f"HUIYING_{name}", f"{TOKEN}" if name != "TELEGRAM_TOKEN" else f"{TOKEN} ")
    with pytest.raises(SettingsError) as error:
        read_settings(None)
    traceback.print_exception(error.value, file=(printed := io.StringIO()))
    said = f"{error.value!r}{error.value}{error.value.say(Voice())}{error.value.__context__!r}{printed.getvalue()}"
    assert len(error.value.problems) == 6
    assert TOKEN not in said
    assert TOKEN.partition(":")[2] not in said
