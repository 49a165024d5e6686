"""The few words that WeCom's form of a message needs beside what the desk says."""

from typing import Final

from config.language import Line, t

SEEN: Final = t("已收到,见下条消息")  # stands on a card in place of its buttons
REPLACED: Final = t("已有新消息")
ENCLOSED: Final = t("(文字较长,全文见下面的文件)")
CHOOSE: Final = t("请选择")
SUBMIT: Final = t("提交")
MORE: Final = t("更多")
IN_PRIVATE: Final = t("要办的,请打开应用私聊办理")
# of the AI bot
IN_APP: Final = t("已收到,答复在应用的会话里")
WELCOME: Final = t("您好。私聊的事请在应用的会话里办;在群里 @我 可以上报、批准、查询。")
SPENT: Final = t("已办")  # stands on a card that has no buttons any more
LATE: Final = t("群里已不能答复,改在这里告诉您:")


def no_way(chat: str) -> Line:
    """Say why nothing can be said in a group that the bot hears, and what to do."""
    return t(
        "一小时内没有人 @我,这个群也没有推送地址。请在群里加“消息推送”,"
        "地址写进 HUIYING_WECOM_GROUP_WEBHOOKS,后面加 #{chat}",
        chat=chat,
    )


def by_number(numbered: str) -> Line:
    """Name for each button what can be typed in its place."""
    return t("也可回复编号:{numbered}", numbered=numbered)


def by_named_number(numbered: str) -> Line:
    """Name for each button what can be said to the bot in its place."""
    return t("也可 @我 说编号:{numbered}", numbered=numbered)
