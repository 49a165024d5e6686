"""What the machine decides: environment and .env, read once into one frozen value."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.language import Line, Voice, joined, t
from config.redaction import Redaction

PREFIX: Final = "HUIYING_"
ENV_FILE: Final = Path(".env")  # in the folder in which the desk is started
# As written → as SQLAlchemy must be told so that it takes psycopg 3, the only PostgreSQL driver here.
DATABASES: Final = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
TOKEN: Final = re.compile(r"[0-9]+:[A-Za-z0-9_-]{35,}")  # as BotFather gives it
WEBHOOK_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")  # https://core.telegram.org/bots/api#setwebhook
TELEGRAM_API: Final = "https://api.telegram.org"
WECOM_API: Final = "https://qyapi.weixin.qq.com"
WECHAT_API: Final = "https://api.weixin.qq.com"
APP_ID: Final = re.compile(r"wx[A-Za-z0-9]{6,30}")
CORP_ID: Final = re.compile(r"[A-Za-z0-9_-]{6,64}")
CALLBACK_TOKEN: Final = re.compile(r"[A-Za-z0-9]{1,32}")  # https://developer.work.weixin.qq.com/document/path/90930
WECHAT_TOKEN: Final = re.compile(r"[A-Za-z0-9]{3,32}")  # as the console of an official account takes it
AES_KEY: Final = re.compile(r"[A-Za-z0-9]{43}")  # the same page
# https://developer.work.weixin.qq.com/document/path/91770; behind # the chatid of a group that the AI bot hears
WEBHOOK: Final = re.compile(r"https?://[^\s?]+/cgi-bin/webhook/send\?key=[0-9A-Za-z-]{8,64}(#[0-9A-Za-z_-]{1,128})?")
PROXIES: Final = ("http", "https", "socks5")
SHORTEST_KEY: Final = 8  # characters of a part of the heartbeat's address that is hidden: a shorter one is a word
LAST_PORT: Final = 65_535
LARGEST_FILE: Final = 2_000_000_000  # bytes; what a self-hosted Bot API server gives at most


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
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, frozen=True, extra="ignore", validate_default=True,
        hide_input_in_errors=True,
    )  # fmt: skip

    data_dir: Path = Path("data")
    database_url: str = Field(default_factory=lambda known: f"sqlite:///{known['data_dir'] / 'huiying.db'}")
    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8080, ge=1, le=65535)
    public_url: str = Field(default_factory=lambda known: _own_address(known["host"], known["port"]))
    plan: str = Field(default="gangbei-2017", min_length=1)  # a plan of the house by name, or a path
    roster: Path | None = None  # none: a desk without people, which says so
    language: Literal["zh", "en"] = "zh"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    telegram_token: SecretStr | None = None  # none: Telegram is off
    telegram_api_url: str = TELEGRAM_API
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr | None = None
    telegram_proxy: SecretStr | None = None  # may hold a password
    telegram_file_limit: int = Field(default=20_000_000, ge=1, le=LARGEST_FILE)  # bytes
    wecom_corp_id: str | None = None  # none: WeCom is off
    wecom_agent_id: int | None = Field(default=None, ge=1)
    wecom_secret: SecretStr | None = None
    wecom_token: SecretStr | None = None  # of the callback, as _aes_key
    wecom_aes_key: SecretStr | None = None
    wecom_api_url: str = WECOM_API
    wecom_aibot_token: SecretStr | None = None  # none: no AI bot, and no group on WeCom is heard
    wecom_aibot_aes_key: SecretStr | None = None
    wecom_group_webhooks: SecretStr | None = None  # of joint meetings: addresses with blanks between them
    wechat_app_id: str | None = None  # none: no official account
    wechat_secret: SecretStr | None = None
    wechat_cover: Path | None = None  # the picture above every article
    wechat_kind: Literal["subscription", "service"] = "subscription"  # how often it may write to all followers
    wechat_token: SecretStr | None = None  # of the callback; none: followers are not heard
    wechat_aes_key: SecretStr | None = None  # none: messages come in plain
    wechat_api_url: str = WECHAT_API
    model_url: str | None = None  # none: no language model is asked; else an OpenAI-compatible one on our own network
    model_name: str = Field(default="default", min_length=1)
    model_key: SecretStr | None = None
    model_seconds: float = Field(default=10.0, gt=0, le=120)
    model_public: bool = False  # posts may leave the bureau's own network
    board_link_minutes: int = Field(default=5, ge=1, le=60)
    board_idle_minutes: int = Field(default=60, ge=5, le=720)
    board_session_hours: int = Field(default=12, ge=1, le=72)

    fetch_links: bool = False
    fetch_ports: str = "80 443"  # besides the hosts of feed_networks, at which any port may be asked
    feed_networks: str = ""  # of the bureau's own, in which feeds may be read

    heartbeat_url: SecretStr | None = None  # whoever knows it can feign that the desk lives

    def redaction(self) -> Redaction:
        """Return what hides every secret of these settings."""
        token, proxy, heartbeat = map(_revealed, (self.telegram_token, self.telegram_proxy, self.heartbeat_url))
        addresses = (
            self.database_url,
            self.telegram_api_url,
            self.wecom_api_url,
            self.wechat_api_url,
            self.model_url or "",
            proxy,
            heartbeat,
        )
        others = (
            *(self.telegram_webhook_secret, self.wecom_secret, self.wecom_token, self.wecom_aes_key, self.model_key),
            *(self.wecom_aibot_token, self.wecom_aibot_aes_key),
            *(self.wechat_secret, self.wechat_token, self.wechat_aes_key),
        )
        hooks = [url.partition("key=")[2].partition("#")[0] for url in self.webhooks()]
        return Redaction(token, addresses, (*map(_revealed, others), *hooks, *_after_host(heartbeat)))

    def webhooks(self) -> list[str]:
        """Return the addresses of the groups that gave the desk a webhook."""
        return _revealed(self.wecom_group_webhooks).split()

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: str) -> str:
        scheme, separator, rest = url.partition("://")
        if scheme not in DATABASES or not separator:
            raise ValueError("another kind of database")
        return f"{DATABASES[scheme]}://{rest}"

    @field_validator("log_level", mode="before")
    @classmethod
    def _small_letters(cls, level: object) -> object:
        return level.lower() if isinstance(level, str) else level

    @field_validator("public_url", "telegram_api_url", "wecom_api_url", "wechat_api_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        _check_address(url, ("http", "https"))
        return url.rstrip("/")

    @field_validator("telegram_token")
    @classmethod
    def _bot_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("not a bot token")
        return token

    @field_validator("telegram_mode")
    @classmethod
    def _reachable(cls, mode: str, known: ValidationInfo) -> str:
        # A Bot API server of one's own calls any address; Telegram's own calls https, and from outside.
        if mode == "webhook" and known.data.get("telegram_api_url") == TELEGRAM_API and "public_url" in known.data:
            url = urlsplit(known.data["public_url"])
            if url.scheme != "https" or not is_outside(url.hostname or ""):
                raise PydanticCustomError("webhook_address", "a webhook needs a public https address")
        return mode

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _secret(cls, secret: SecretStr | None, known: ValidationInfo) -> SecretStr | None:
        if secret is None and known.data.get("telegram_mode") == "webhook":
            raise PydanticCustomError("missing", "a webhook needs a secret")
        if secret is not None and not WEBHOOK_SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("not a webhook secret")
        return secret

    @field_validator("model_url")
    @classmethod
    def _model_address(cls, url: str | None) -> str | None:
        if url is not None:
            _check_address(url, ("http", "https"))
        return url

    @field_validator("wecom_corp_id")
    @classmethod
    def _corp_id(cls, corp_id: str | None) -> str | None:
        if corp_id is not None and not CORP_ID.fullmatch(corp_id):
            raise ValueError("not a corp id")
        return corp_id

    @field_validator("wecom_agent_id", "wecom_secret", "wecom_token", "wecom_aes_key")
    @classmethod
    def _of_wecom(cls, given: int | SecretStr | None, known: ValidationInfo) -> int | SecretStr | None:
        if given is None and known.data.get("wecom_corp_id") is not None:
            raise PydanticCustomError("missing", "WeCom needs it")
        shape = {"wecom_token": CALLBACK_TOKEN, "wecom_aes_key": AES_KEY}.get(known.field_name or "")
        if isinstance(given, SecretStr) and shape is not None and not shape.fullmatch(given.get_secret_value()):
            raise ValueError("not what the console shows")
        return given

    @field_validator("wecom_aibot_token", "wecom_aibot_aes_key")
    @classmethod
    def _of_aibot(cls, given: SecretStr | None, known: ValidationInfo) -> SecretStr | None:
        is_key = known.field_name == "wecom_aibot_aes_key"
        if given is None:
            if is_key and known.data.get("wecom_aibot_token") is not None:
                raise PydanticCustomError("missing", "the AI bot needs it")
            return None
        shape = AES_KEY if is_key else CALLBACK_TOKEN
        if known.data.get("wecom_corp_id") is None or not shape.fullmatch(given.get_secret_value()):
            raise ValueError("not what the console shows, or no app that answers 1:1")
        return given

    @field_validator("wechat_app_id")
    @classmethod
    def _app_id(cls, app_id: str | None) -> str | None:
        if app_id is not None and not APP_ID.fullmatch(app_id):
            raise ValueError("not an app id")
        return app_id

    @field_validator("wechat_secret", "wechat_cover")
    @classmethod
    def _of_wechat(cls, given: Path | SecretStr | None, known: ValidationInfo) -> Path | SecretStr | None:
        if given is None and known.data.get("wechat_app_id") is not None:
            raise PydanticCustomError("missing", "an official account needs it")
        return given

    @field_validator("wechat_token", "wechat_aes_key")
    @classmethod
    def _of_wechat_callback(cls, given: SecretStr | None, known: ValidationInfo) -> SecretStr | None:
        """Each may be left out; a key opens nothing without its token, nor a token without the account."""
        needs = {"wechat_token": "wechat_app_id", "wechat_aes_key": "wechat_token"}[known.field_name or ""]
        if given is None:
            return given
        if needs in known.data and known.data[needs] is None:
            raise PydanticCustomError(f"{known.field_name}_alone", "it needs the other one")
        shape = {"wechat_token": WECHAT_TOKEN, "wechat_aes_key": AES_KEY}[known.field_name or ""]
        if not shape.fullmatch(given.get_secret_value()):
            raise ValueError("not what the console shows")
        return given

    @field_validator("wecom_group_webhooks")
    @classmethod
    def _hooks(cls, hooks: SecretStr | None) -> SecretStr | None:
        if hooks is not None and not all(map(WEBHOOK.fullmatch, hooks.get_secret_value().split())):
            raise ValueError("not a webhook")
        return hooks

    @field_validator("fetch_ports")
    @classmethod
    def _ports(cls, ports: str) -> str:
        if not all(re.fullmatch("[1-9][0-9]{0,4}", port) and int(port) <= LAST_PORT for port in ports.split()):
            raise ValueError("not ports")
        return ports

    @field_validator("feed_networks")
    @classmethod
    def _networks(cls, named: str) -> str:
        for each in named.split():
            ipaddress.ip_network(each, strict=False)
        return named

    @field_validator("heartbeat_url")
    @classmethod
    def _heartbeat_address(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            _check_address(url.get_secret_value(), ("http", "https"))
        return url

    @field_validator("telegram_proxy")
    @classmethod
    def _proxy_address(cls, proxy: SecretStr | None) -> SecretStr | None:
        if proxy is not None:
            _check_address(proxy.get_secret_value(), PROXIES)
        return proxy


def read_settings(env_file: Path | None = ENV_FILE) -> Settings:
    """Read the settings; SettingsError names every variable that is wrong and what to write instead."""
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        problems = tuple(_problems(error))
    # Not from within the handler: the error beneath holds what was written, a token among it.
    raise SettingsError(problems)


def setting_problem(field: str, written: str) -> SettingsError | None:
    """Say what is wrong with one setting by itself, before it is written anywhere; None when it is right."""
    try:
        Settings(_env_file=None, **{field: written})  # type: ignore[arg-type] # any field takes what stands in .env
    except ValidationError as error:
        wrong = [each for each in error.errors(include_url=False) if each["loc"][0] == field]
        return SettingsError(tuple(_problem(field, each) for each in wrong)) if wrong else None
    return None


def is_outside(host: str) -> bool:
    """Tell whether somebody elsewhere may reach a host; a name is believed."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return host != "localhost"


def _revealed(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _after_host(url: str) -> tuple[str, ...]:
    """Return what of an address names more than a machine: all behind it, and each part long enough to be a key."""
    rest = url.partition("://")[2].partition("/")[2]
    parts = re.split(r"[/?&=#]", rest)
    return tuple(part for part in dict.fromkeys((rest, *parts)) if len(part) >= SHORTEST_KEY)


def _own_address(host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


def _check_address(url: str, schemes: tuple[str, ...]) -> None:
    """Refuse with ValueError what is no address of one of these kinds."""
    parts = urlsplit(url)
    if parts.scheme not in schemes or not parts.hostname or parts.port == 0:
        raise ValueError("not an address of this kind")


def _problems(error: ValidationError) -> Iterator[Line]:
    for each in error.errors(include_url=False):
        # What is made from a wrong setting is not wrong by itself.
        if each["type"] != "default_factory_not_called":
            yield _problem(str(each["loc"][0]), each)


def _problem(field: str, error: ErrorDetails) -> Line:
    variable, wanted = PREFIX + field.upper(), _WANTED.get(error["type"]) or _WANTED.get(field, _CORRECT_IT)
    if error["type"] == "missing":
        return t("{variable} 没有写;{wanted}", variable=variable, wanted=_WANTED[field])
    written = _without_secret(field, str(error["input"]))
    return t("{variable} 写了 {written};{wanted}", variable=variable, written=written, wanted=wanted)


def _without_secret(field: str, written: str) -> str:
    """Shorten what may hold a password or a token: an address to its kind, a secret to nothing."""
    kind, separator, _ = written.partition("://")
    if field in _SECRET:
        return "…"
    if field in _MAY_HOLD_PASSWORD and separator:
        return f"{kind}://…"
    return Redaction().hide(written)


# A proxy that was written without its kind begins with the name and the password.
_SECRET: Final = (
    *("telegram_token", "telegram_webhook_secret", "telegram_proxy", "heartbeat_url"),
    *("model_key", "wecom_secret", "wecom_token", "wecom_aes_key", "wecom_group_webhooks"),
    *("wecom_aibot_token", "wecom_aibot_aes_key", "wechat_secret", "wechat_token", "wechat_aes_key"),
)
_MAY_HOLD_PASSWORD: Final = ("database_url", "telegram_api_url", "wecom_api_url", "wechat_api_url", "model_url")
_CORRECT_IT: Final = t("请改正或删去它")
_WANTED: Final[Mapping[str, Line]] = {
    "database_url": t("请写 sqlite:///路径 或 postgresql://用户:密码@主机/库名,或删去它使用默认的 SQLite"),
    "port": t("请写 1 到 65535 的端口号,如 8080"),
    "public_url": t("请写公众打开网站的地址,以 http:// 或 https:// 开头"),
    "language": t("请写 zh 或 en"),
    "log_level": t("请写 debug、info、warning 或 error"),
    "telegram_token": t("请写 BotFather 给的令牌:一串数字、一个冒号、35 个以上的字母、数字、_ 或 -"),
    "telegram_api_url": t(
        "请写 Bot API 服务器的地址,以 http:// 或 https:// 开头,或删去它使用 https://api.telegram.org"
    ),
    "telegram_mode": t("请写 polling 或 webhook"),
    "webhook_address": t(
        "Telegram 只往公网的 https 地址送消息:请把 HUIYING_PUBLIC_URL 写成它打得开的 https:// 地址;没有时请写 polling,"
        "或用 HUIYING_TELEGRAM_API_URL 指向自建的 Bot API 服务器"
    ),
    "telegram_webhook_secret": t("webhook 方式需要它:请写 1 到 256 个字母、数字、_ 或 -"),
    "telegram_proxy": t("请写代理的地址,以 http://、https:// 或 socks5:// 开头"),
    "telegram_file_limit": t("请写 1 到 2000000000 的字节数,如 20000000"),
    "model_url": t("请写本单位网络里 OpenAI 兼容接口的地址,如 http://10.0.0.8:8000/v1,或删去它"),
    "model_name": t("请写模型的名字"),
    "model_seconds": t("请写 0 到 120 之间的秒数,如 10"),
    "model_public": t("请写 true 或 false;true 表示帖文可以送出本单位网络"),
    "wecom_corp_id": t("请写企业 ID:企业微信管理后台“我的企业”最下面的一串字母和数字,或删去它"),
    "wecom_agent_id": t("请写自建应用的 AgentId,如 1000002"),
    "wecom_secret": t("请写自建应用的 Secret"),
    "wecom_token": t("请写应用“接收消息”里的 Token:1 到 32 个字母、数字"),
    "wecom_aes_key": t("请写应用“接收消息”里的 EncodingAESKey:43 个字母、数字"),
    "wecom_api_url": t("请写企业微信接口的地址,以 http:// 或 https:// 开头,或删去它使用 https://qyapi.weixin.qq.com"),
    "wecom_aibot_token": t(
        "请写智能机器人“API 设置”里的 Token:1 到 32 个字母、数字,或删去它;应用(HUIYING_WECOM_CORP_ID)也要设"
    ),
    "wecom_aibot_aes_key": t("请写智能机器人“API 设置”里的 EncodingAESKey:43 个字母、数字,和 Token 一起写"),
    "wechat_app_id": t("请写公众号的开发者ID(AppID),以 wx 开头,或删去它"),
    "wechat_secret": t("请写公众号的开发者密码(AppSecret)"),
    "wechat_cover": t("请写文章封面图片的路径(jpg 或 png)"),
    "wechat_kind": t("请写 subscription(订阅号)或 service(服务号)"),
    "wechat_token": t("请写公众号“服务器配置”里的 Token:3 到 32 个字母、数字,或删去它"),
    "wechat_token_alone": t("要先写 HUIYING_WECHAT_APP_ID,或删去它"),
    "wechat_aes_key": t("请写公众号“服务器配置”里的 EncodingAESKey:43 个字母、数字,或删去它"),
    "wechat_aes_key_alone": t("要先写 HUIYING_WECHAT_TOKEN,或删去它"),
    "wechat_api_url": t("请写公众号接口的地址,以 http:// 或 https:// 开头,或删去它使用 https://api.weixin.qq.com"),
    "wecom_group_webhooks": t(
        "请写群机器人的 Webhook 地址,几个之间空一格;地址里有 /cgi-bin/webhook/send?key=;"
        "智能机器人所在的群,后面写 # 和群的 chatid"
    ),
    "heartbeat_url": t("请写监控给的地址,以 http:// 或 https:// 开头,或删去它"),
    "fetch_links": t("请写 true 或 false"),
    "fetch_ports": t("请写端口号,几个之间空一格,如 80 443"),
    "feed_networks": t("请写网段或地址,几个之间空一格,如 10.20.0.0/16 127.0.0.1"),
    "board_link_minutes": t("请写 1 到 60 的分钟数,如 5"),
    "board_idle_minutes": t("请写 5 到 720 的分钟数,如 60"),
    "board_session_hours": t("请写 1 到 72 的小时数,如 12"),
}
