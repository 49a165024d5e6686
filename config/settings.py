"""What the machine decides: environment and .env, read once into one frozen value."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.language import Line, Voice, joined, t

PREFIX: Final = "HUIYING_"
# As written → as SQLAlchemy must be told so that it takes psycopg 3, the only PostgreSQL driver here.
DATABASES: Final = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


class SettingsError(ValueError):
    """The environment was refused; every variable that is wrong is named with what to write."""

    def __init__(self, problems: tuple[Line, ...]) -> None:
        """Keep one sentence per variable."""
        self.problems = problems
        super().__init__(problems)

    def say(self, voice: Voice) -> str:
        """Return one line per variable in the reader's language."""
        return joined(self.problems, "\n").say(voice)

    def __str__(self) -> str:
        """Return every problem in Chinese and then in English."""
        both = (Voice("zh"), Voice("en"))
        return "\n".join("\n".join(dict.fromkeys(each.say(voice) for voice in both)) for each in self.problems)


class Settings(BaseSettings):
    """The settings in force; each is a variable HUIYING_… or a line of .env."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, frozen=True, extra="ignore", validate_default=True
    )

    data_dir: Path = Path("data")
    database_url: str = Field(default_factory=lambda known: f"sqlite:///{known['data_dir'] / 'huiying.db'}")
    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8080, ge=1, le=65535)
    public_url: str = Field(default_factory=lambda known: _own_address(known["host"], known["port"]))
    plan: str = Field(default="gangbei-2017", min_length=1)  # a plan of the house by name, or a path
    roster: Path | None = None  # none: a desk without people, which says so
    language: Literal["zh", "en"] = "zh"

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: str) -> str:
        scheme, separator, rest = url.partition("://")
        if scheme not in DATABASES or not separator:
            raise ValueError("another kind of database")
        return f"{DATABASES[scheme]}://{rest}"

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("not a web address")
        return url.rstrip("/")


def read_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings; SettingsError names every variable that is wrong and what to write instead."""
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        raise SettingsError(tuple(_problems(error))) from error


def _own_address(host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


def _problems(error: ValidationError) -> Iterator[Line]:
    for each in error.errors(include_url=False):
        field = str(each["loc"][0])
        # What is made from a wrong setting is not wrong by itself.
        if each["type"] != "default_factory_not_called":
            written = _without_secret(field, str(each["input"]))
            values = {"variable": PREFIX + field.upper(), "written": written, "wanted": _WANTED.get(field, _CORRECT_IT)}
            yield t("{variable} 写了 {written};{wanted}", **values)


def _without_secret(field: str, written: str) -> str:
    """Shorten a database address, which may hold a password, to its kind."""
    kind, separator, _ = written.partition("://")
    return f"{kind}://…" if field == "database_url" and separator else written


_CORRECT_IT: Final = t("请改正或删去它")
_WANTED: Final[Mapping[str, Line]] = {
    "database_url": t("请写 sqlite:///路径 或 postgresql://用户:密码@主机/库名,或删去它使用默认的 SQLite"),
    "port": t("请写 1 到 65535 的端口号,如 8080"),
    "public_url": t("请写公众打开网站的地址,以 http:// 或 https:// 开头"),
    "language": t("请写 zh 或 en"),
}
