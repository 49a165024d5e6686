"""The check-up of the official account: whether it answers, and what to do when it does not. Nothing is published."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.channels.wechat_account import NAME
from bot.chat.calls import FAILURES, code_of
from bot.chat.findings import Finding
from bot.chat.wechat.callback import CALLBACK_PATH
from bot.chat.wechat.errors import TO_BE_MENDED
from bot.chat.wechat.line import WechatLine
from config.language import t
from config.plan import Plan
from config.settings import WECHAT_API, Settings, is_outside


@dataclass(frozen=True)
class Checkup:
    """What is looked at: the settings, the plan, and the account."""

    settings: Settings
    plan: Plan
    line: WechatLine

    def findings(self) -> Iterator[Finding]:
        """Look at one thing after the other."""
        try:
            self.line.get("get_api_domain_ip")
        except FAILURES as error:
            yield self._refused(error)
        else:
            yield Finding("well", t("公众号 {app_id} 应答正常", app_id=self.line.account.app_id))
        cover = self.settings.wechat_cover
        if cover is None or not cover.is_file():
            yield Finding("broken", t("封面图片 {file} 读不了:请检查 HUIYING_WECHAT_COVER", file=cover))
        if NAME not in self.plan.release_channels:
            said = t("方案的 release_channels 里没有 wechat_account:公众号接入了,但不会往那里发布")
            yield Finding("warning", said)
        yield from self._callback()

    def _callback(self) -> Iterator[Finding]:
        """Look at whether followers are heard, and whether what they write comes sealed."""
        if self.settings.wechat_token is None:
            yield Finding("off", t("关注者的来信没有接收:设置 HUIYING_WECHAT_TOKEN,见 docs/connecting-wechat.md"))
            return
        ours = f"{self.settings.public_url}{CALLBACK_PATH}"
        if self.settings.wechat_api_url == WECHAT_API and not is_outside(urlsplit(ours).hostname or ""):
            said = t("公众号从公网送消息来,打不开 {url}:请把 HUIYING_PUBLIC_URL 写成公网打得开的地址", url=ours)
            yield Finding("broken", said)
        else:
            yield Finding("well", t("公众号“服务器配置”的 URL 应是 {url}", url=ours))
        if self.settings.wechat_aes_key is None:
            said = t("公众号的消息没有加密(明文模式):请在“服务器配置”里选安全模式,并设 HUIYING_WECHAT_AES_KEY")
            yield Finding("warning", said)

    def _refused(self, error: BaseException) -> Finding:
        code, why = code_of(error), self.line.said_by(error)
        if code is not None and code in TO_BE_MENDED:
            return Finding("broken", t("公众号({code}):{do}", code=code, do=TO_BE_MENDED[code]))
        if code is not None:
            return Finding("broken", t("公众号不答应({why}):请按这个错误码查公众号的“返回码说明”", why=why))
        return Finding("broken", t("连不上公众号({why}):请检查本机的网络和 HUIYING_WECHAT_API_URL", why=why))
