"""Settings come from the environment, and a wrong one names its variable and what to write."""

from pathlib import Path

import pytest

from config.language import Voice
from config.settings import SettingsError, read_settings

DATABASE = "请写 sqlite:///路径 或 postgresql://用户:密码@主机/库名,或删去它使用默认的 SQLite"
ADDRESS = "请写公众打开网站的地址,以 http:// 或 https:// 开头"

BAD = [
    ("PORT", "web", "HUIYING_PORT 写了 web;请写 1 到 65535 的端口号,如 8080"),
    ("PORT", "0", "HUIYING_PORT 写了 0;请写 1 到 65535 的端口号,如 8080"),
    ("PORT", "65536", "HUIYING_PORT 写了 65536;请写 1 到 65535 的端口号,如 8080"),
    ("DATABASE_URL", "mysql://root:secret@db/x", f"HUIYING_DATABASE_URL 写了 mysql://…;{DATABASE}"),
    ("DATABASE_URL", "data/huiying.db", f"HUIYING_DATABASE_URL 写了 data/huiying.db;{DATABASE}"),
    ("PUBLIC_URL", "press.example.cn", f"HUIYING_PUBLIC_URL 写了 press.example.cn;{ADDRESS}"),
    ("PUBLIC_URL", "ftp://press.example.cn", f"HUIYING_PUBLIC_URL 写了 ftp://press.example.cn;{ADDRESS}"),
    ("LANGUAGE", "fr", "HUIYING_LANGUAGE 写了 fr;请写 zh 或 en"),
]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("DATABASE_URL", "DATA_DIR", "HOST", "PORT", "PUBLIC_URL", "PLAN", "ROSTER", "LANGUAGE")
    for name in names:
        monkeypatch.delenv(f"HUIYING_{name}", raising=False)


def test_without_any_variable_the_desk_runs_on_embedded_defaults() -> None:
    """Nothing set: SQLite under data/, loopback, the house's plan, no roster, Chinese."""
    settings = read_settings(None)
    assert settings.database_url == "sqlite:///data/huiying.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.public_url == "http://127.0.0.1:8080"
    assert (settings.plan, settings.roster, settings.language) == ("gangbei-2017", None, "zh")


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
