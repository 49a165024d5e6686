"""Files that were sent to the AI bot: they lie at an address for five minutes, sealed with the bot's key.

https://developer.work.weixin.qq.com/document/path/100719: AES-256-CBC, PKCS#7 to a multiple of 32 bytes, the IV the
key's first 16 bytes.
"""

import base64
import io
from typing import BinaryIO, Final

import requests
from wechatpy.crypto.base import WeChatCipher

from bot.chat.copying import PIECE, copy_pieces
from bot.chat.platform import NotTaken, SendFailed
from bot.chat.wecom.aibot_hearing import LYING
from bot.chat.wecom.line import Line

BLOCK: Final = 32  # bytes to a multiple of which a file is filled up
CIPHER_BLOCK: Final = 16  # bytes
NEVER: Final = range(400, 500)  # the address is good no more


def fetch_lying(line: Line, aes_key: str, source: str, into: BinaryIO, limit: int) -> None:
    """Write a file of at most so many bytes; NotTaken for a larger one or one that is gone, SendFailed: later."""
    with line.telling(), line.lying(source.removeprefix(LYING)) as answer:
        if answer.status_code in NEVER:
            raise NotTaken(f"file: {answer.status_code}")
        if answer.status_code != requests.codes.ok:
            raise SendFailed(f"file: {answer.status_code} {answer.reason}")
        closed = io.BytesIO()
        copy_pieces(answer.iter_content(PIECE), closed, limit + BLOCK)
    into.write(_opened(closed.getvalue(), base64.b64decode(aes_key + "="), limit))


def _opened(closed: bytes, key: bytes, limit: int) -> bytes:
    if not closed or len(closed) % CIPHER_BLOCK:
        raise NotTaken("no file of the bot's")
    filled = bytes(WeChatCipher(key).decrypt(closed))
    surplus = filled[-1]
    if not 1 <= surplus <= BLOCK or filled[-surplus:] != bytes([surplus]) * surplus:
        raise NotTaken("not sealed with the bot's key")
    if len(filled) - surplus > limit:
        raise NotTaken("too large", too_large=True)
    return filled[:-surplus]
