"""Words of the board for what stands in the tables: how a send stands, what a row of the history tells."""

from collections.abc import Mapping
from typing import Final

from config.language import Line, t

SENDING: Final[Mapping[str, Line]] = {
    "pending": t("待发"),
    "sending": t("正在发"),
    "sent": t("已发出"),
    "failed": t("没有发出"),
    "unknown": t("是否发出不清楚"),
    "expired": t("过期未发"),
}
SENT_KINDS: Final[Mapping[str, Line]] = {
    "message": t("消息"),
    "card": t("卡片"),
    "toast": t("提示"),
    "release": t("发布"),
    "withdrawal": t("撤回"),
    "file": t("取文件"),
    "pin": t("置顶"),
    "delete": t("删除消息"),
    "leave": t("退群"),
}
ON_CHANNEL: Final[Mapping[str, Line]] = {
    "waiting": t("待发布"),
    "proved": t("已发布并核对"),
    "failing": t("没有发布成,继续重试"),
    "withdrawing": t("正在撤下"),
    "withdrawn": t("已撤下"),
}
SIGNED: Final[Mapping[str, Line]] = {
    "signed": t("同意"),
    "returned": t("退回"),
    "carried": t("沿用前稿的同意"),
    "paper": t("代录签批"),
    "denied": t("否认代录"),
}
AGENCY_WORDS: Final[Mapping[str, Line]] = {
    "waiting": t("等回复"),
    "agreed": t("已同意"),
    "objected": t("有不同意见"),
    "overridden": t("已由负责人决定"),
}
KINDS: Final[Mapping[str, Line]] = {
    "opened": t("报送"),
    "joined": t("再次报送"),
    "attached": t("补交文件"),
    "refused": t("没有办成"),
    "given_up": t("有消息没有发出"),
    "file_fetched": t("取到文件"),
    "file_not_taken": t("文件没有收下"),
    "shown": t("网站已刊出"),
    "hidden": t("网站已撤下"),
    "release_proved": t("发布已核对"),
    "release_failed": t("没有发布成"),
    "release_withdrawn": t("已撤下"),
    "withdrawal_failed": t("没有撤下"),
    "due:clock": t("时限提醒或到时"),
    "due:confirm": t("无人否认,按时登记"),
    "due:accept": t("催认领,或改请他人"),
    "due:escalate": t("超时,逐级上报"),
    "due:call": t("再请打电话"),
    "due:alert": t("联席会议预警"),
    "due:gate_nudge": t("催审核"),
    "due:gate_limit": t("审核到时"),
    "due:gate_retry": t("再请审核"),
}
BY_ITSELF: Final = t("回应")
FELL_DUE: Final = t("到点自动办理")
OTHER: Final = t("系统记录")
