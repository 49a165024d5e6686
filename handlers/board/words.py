"""Every sentence about the board in chat."""

from typing import Final

from config.language import Line, Said, lines, t
from handlers.house import House
from storage.person import Person


def link(house: House, url: str) -> Said:
    """Give somebody their link."""
    return lines(
        t(
            "🔑 看板入口,{minutes} 分钟内有效,只能用一次。请不要转发,打开后点“进入看板”。",
            minutes=int(house.board_link_lives.total_seconds() // 60),
        ),
        url,
    )


def sent_alone(person: Person) -> Line:
    """Say in a group that the link went to its person."""
    return t("看板入口已私聊发给 {name}。", name=person.name)


def write_first(person: Person) -> Line:
    """Say that no link can be given where others read it."""
    return t("看板入口只能私聊给。{name} 请先私聊我,发“看板”。", name=person.name)


NO_BOARD: Final = t("这里没有开通看板。请管理员设置 HUIYING_PUBLIC_URL 后重新启动。")

LEFT: Final = t("已在所有设备上退出看板,没用过的入口也已作废。要再进入请发“看板”。")
