"""What a refused or failed call to WeCom means for what was to be sent, and what to do about it.

https://developer.work.weixin.qq.com/document/path/90313 lists the codes.
"""

from collections.abc import Mapping
from typing import Final

from bot.chat.calls import STALE, code_of, surely_unsent
from bot.chat.platform import SendFailed
from config.language import Line, t

# The member is gone, or outside the app's range; the group is gone, or took the webhook away.
UNREACHABLE: Final = (40003, 60111, 81013, 86003, 93000)
BUSY: Final = -1
# Refused until an administrator has done something: seconds until it is tried again.
MENDING: Final = 60.0
TO_BE_MENDED: Final[Mapping[int, Line]] = {
    40001: t("Secret 不对:请在管理后台“应用管理”里查看,改对 HUIYING_WECOM_SECRET"),
    40013: t("企业 ID 不对:请在管理后台“我的企业”里查看,改对 HUIYING_WECOM_CORP_ID"),
    40056: t("AgentId 不对:请在管理后台“应用管理”里查看,改对 HUIYING_WECOM_AGENT_ID"),
    41001: t("没有带上令牌:请查看日志并报告"),
    48002: t("这个应用没有权限调用接口:请在管理后台检查应用的权限"),
    50001: t("接口的域名没有获准:请检查 HUIYING_WECOM_API_URL"),
    60011: t("应用无权看到这个成员:请在管理后台把他加进应用的可见范围"),
    60020: t("本机的出口 IP 不在“企业可信 IP”里:请在管理后台的应用页面加上它"),
    130101: t("应用被停用:请在管理后台启用它"),
    301002: t("Secret 是另一个应用的:HUIYING_WECOM_SECRET 和 HUIYING_WECOM_AGENT_ID 要取自同一个应用"),
}
# Told to be slower: seconds. https://developer.work.weixin.qq.com/document/path/90312
TOO_FAST: Final[Mapping[int, float]] = {45009: 60.0, 45033: 2.0, BUSY: 2.0}


def send_failed(error: BaseException, why: str) -> SendFailed:
    """Translate; why is what it says, without a secret."""
    code = code_of(error)
    if code is None:
        return SendFailed(why, unknown=not surely_unsent(error))
    if code in TO_BE_MENDED or code in STALE:
        return SendFailed(why, after=MENDING)
    if code in TOO_FAST:
        return SendFailed(why, after=TOO_FAST[code])
    return SendFailed(why, permanent=True, unreachable=code in UNREACHABLE)
