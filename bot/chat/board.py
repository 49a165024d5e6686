"""The board as a chat platform: its answers are read where they are owed, so that nothing has to be sent."""

from bot.chat.own import TakingPlatform
from handlers.board.entering import BOARD


class BoardPlatform(TakingPlatform):
    """Every person's own chat on the board: whoever opens it reads from what was owed."""

    name = BOARD
