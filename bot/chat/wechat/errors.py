"""What a refused call to the official account's platform asks for.

https://developers.weixin.qq.com/doc/oplatform/developers/errCode/errCode.html
"""

from collections.abc import Mapping
from typing import Final

from bot.chat.calls import STALE, code_of, surely_unsent
from bot.chat.platform import SendFailed
from config.language import Line, t

BUSY: Final = -1  # it had too much to do: whether it took this nobody knows
MENDING: Final = 600.0  # seconds, when an administrator has to do something first
# Refused until somebody has done something.
TO_BE_MENDED: Final[Mapping[int, Line]] = {
    40001: t("AppSecret 不对或已重置:请在公众平台“基本配置”里查看,改对 HUIYING_WECHAT_SECRET"),
    40013: t("AppID 不对:请在公众平台“基本配置”里查看,改对 HUIYING_WECHAT_APP_ID"),
    40125: t("AppSecret 不对:请在公众平台“基本配置”里查看,改对 HUIYING_WECHAT_SECRET"),
    40164: t("本机的出口 IP 不在“IP白名单”里:请在公众平台“基本配置”里加上它"),
    45009: t("当天的调用次数用完了:第二天恢复"),
    48001: t("这个公众号没有发布的权限:须是已认证的服务号或订阅号"),
}


def not_fetched(error: BaseException, why: str) -> SendFailed:
    """Translate what kept a file from being fetched; why is what it says, without a secret."""
    code = code_of(error)
    if code in TO_BE_MENDED or code in STALE:
        return SendFailed(why, after=MENDING)
    return SendFailed(why, unknown=code is None and not surely_unsent(error))
