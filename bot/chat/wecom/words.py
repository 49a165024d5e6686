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


def by_number(numbered: str) -> Line:
    """Name for each button what can be typed in its place."""
    return t("也可回复编号:{numbered}", numbered=numbered)
