"""The check-up of WeCom: what is well, what is not, and what to do about it. Nothing is changed by it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from bot.chat.calls import FAILURES, Answer, code_of
from bot.chat.findings import Finding
from bot.chat.wecom.aibot import AIBOT_PATH
from bot.chat.wecom.aibot_hearing import HEARD
from bot.chat.wecom.callback import CALLBACK_PATH
from bot.chat.wecom.errors import TO_BE_MENDED
from bot.chat.wecom.groups import hooks_of
from bot.chat.wecom.line import Line
from bot.chat.wecom.sealed import WINDOW
from config.language import t
from config.settings import WECOM_API, Settings, is_outside

SKEW: Final = 5  # seconds
OFF: Final = 1  # "close": the app is switched off, https://developer.work.weixin.qq.com/document/path/90227


@dataclass(frozen=True)
class Checkup:
    """What is looked at: the settings, the app, and whether it may write to everybody on the roster."""

    settings: Settings
    line: Line
    members: Collection[tuple[str, str]]  # of those on the roster, name and account
    now: Callable[[], datetime]
    groups: Collection[tuple[str, str]] = ()  # that are bound, title and account

    def findings(self) -> Iterator[Finding]:
        """Look at one thing after the other; without an answer there is nothing more to ask."""
        yield self._address()
        try:
            app = self.line.get("agent/get", agentid=str(self.line.app.agent_id))
        except FAILURES as error:
            yield self._refused(error)
            return
        if app.get("close") == OFF:
            yield Finding("broken", TO_BE_MENDED[130101])
        else:
            yield Finding("well", t("企业微信应用「{name}」", name=app.get("name", "")))
        yield from self._range(app)
        yield from self._clock()
        yield from self._aibot()

    def _address(self) -> Finding:
        ours = f"{self.settings.public_url}{CALLBACK_PATH}"
        if self.settings.wecom_api_url == WECOM_API and not is_outside(urlsplit(ours).hostname or ""):
            said = t("企业微信从公网送消息来,打不开 {url}:请把 HUIYING_PUBLIC_URL 写成公网打得开的地址", url=ours)
            return Finding("broken", said)
        return Finding("well", t("应用“接收消息”的 URL 应是 {url}", url=ours))

    def _refused(self, error: BaseException) -> Finding:
        code = code_of(error)
        if code is not None and code in TO_BE_MENDED:
            return Finding("broken", t("企业微信({code}):{do}", code=code, do=TO_BE_MENDED[code]))
        why = self.line.said_by(error)
        if code is not None:
            return Finding("broken", t("企业微信不答应({why}):请按这个错误码查企业微信的“全局错误码”", why=why))
        return Finding("broken", t("连不上企业微信({why}):请检查本机的网络和 HUIYING_WECOM_API_URL", why=why))

    def _clock(self) -> Iterator[Finding]:
        """Compare this machine's clock with WeCom's: what WeCom seals is refused when they are too far apart."""
        try:
            theirs = self.line.their_time()
        except FAILURES:  # the app answered a moment ago: nothing to mend
            return
        seconds = round(abs(self.now() - theirs).total_seconds()) if theirs is not None else 0
        if seconds > WINDOW:
            said = t("本机时钟与企业微信相差 {n} 秒,它送来的消息都会被拒绝:请立即校时(启用 NTP)", n=seconds)
            yield Finding("broken", said)
        elif seconds > SKEW:
            yield Finding("warning", t("本机时钟与企业微信相差 {n} 秒:请校时(启用 NTP)", n=seconds))

    def _aibot(self) -> Iterator[Finding]:
        """Say what the AI bot's address should be, and which of its groups the desk can only answer in."""
        if self.settings.wecom_aibot_token is None:
            return
        ours = f"{self.settings.public_url}{AIBOT_PATH}"
        yield Finding("well", t("智能机器人“API 设置”的 URL 应是 {url}", url=ours))
        hooked = hooks_of(self.settings.webhooks())
        for title, account in self.groups:
            if account.startswith(HEARD) and account not in hooked:
                chat = account.removeprefix(HEARD)
                said = t(
                    "群「{title}」没有推送地址,没人 @机器人 时发不进去:请在群里加“消息推送”,"
                    "地址写进 HUIYING_WECOM_GROUP_WEBHOOKS,后面加 #{chat}",
                    title=title or chat,
                    chat=chat,
                )
                yield Finding("warning", said)

    def _range(self, app: Answer) -> Iterator[Finding]:
        """Name who is on the roster and not in the app's range; whole departments are not looked into."""
        if _listed(app, "allow_partys", "partyid") or _listed(app, "allow_tags", "tagid"):
            return
        inside = {str(each.get("userid", "")).lower() for each in _listed(app, "allow_userinfos", "user")}
        for name, account in self.members:
            if account.lower() not in inside:
                said = t(
                    "{name}({account})不在应用的可见范围内,收不到消息:请在管理后台加上", name=name, account=account
                )
                yield Finding("warning", said)


def _listed(app: Answer, group: str, each: str) -> list[Any]:
    found = app.get(group) or {}
    return list(found.get(each) or []) if isinstance(found, Mapping) else []
