"""The way to the board: a link for one person, and the way out of it everywhere."""

from typing import Final

from config.language import t
from handlers.act import Act
from handlers.board import entering, settling, words
from handlers.errors import Refusal
from handlers.registry import said

__all__ = ["board", "settling"]  # what settles questions listens once it is imported

OUT: Final = ("退出", "out", "logout")


@said("board", "看板", about="nothing", help=t("打开网页看板:看板;在所有设备上退出:看板 退出"))
def board(act: Act, wanted: str) -> None:
    """Give whoever asks a one-time link, 1:1 only; or log them out everywhere."""
    person = act.somebody
    if wanted.strip().lower() in OUT:
        entering.leave(act, person)
        act.reply(words.LEFT)
        return
    if not act.house.board_url:
        raise Refusal(words.NO_BOARD)
    link = words.link(act.house, entering.give_link(act, person))
    if act.chat is not None and act.chat.use == "direct":
        act.reply(link, alone=True)
    elif act.tell(person, link):
        act.reply(words.sent_alone(person))
    else:
        raise Refusal(words.write_first(person))
