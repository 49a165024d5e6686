"""What the official account answers of itself, the same to everybody: it promises nothing that nobody has decided."""

from typing import Final

from config.language import Line, Said, lines, t

FOLLOWER: Final = t("公众号关注者")  # stands for the writer: the desk knows nothing else of them
UNREADABLE: Final = t("这类消息收不到。请用文字、图片、语音、视频、位置或链接留言。")
HOW: Final = t("请直接在这里留言:写清时间、地点和事情,可附图片、视频或链接。请不要写身份证号、银行卡号。")
DANGER: Final = t("有险情或人员伤亡的,请先拨打 110、119 或 120。")


def receipt(phone: str) -> Said:
    """Say that a message was stored, and what it is not: help in danger."""
    return lines(t("已收到,由值班人员核对。"), DANGER, _call(phone))


def how(phone: str) -> Said:
    """Say what can be written here."""
    return lines(HOW, DANGER, _call(phone))


def _call(phone: str) -> Line | None:
    return t("咨询电话:{phone}", phone=phone) if phone else None
