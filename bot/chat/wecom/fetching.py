"""Files that members sent: found by their media id, read in pieces, never more than was asked for.

https://developer.work.weixin.qq.com/document/path/90254: kept for three days.
"""

import re
from typing import BinaryIO, Final

import requests
from wechatpy.exceptions import WeChatClientException

from bot.chat.calls import STALE, words_of
from bot.chat.copying import PIECE, copy_pieces
from bot.chat.platform import NotTaken, SendFailed
from bot.chat.wecom.line import Line

GONE: Final = (40007, 40004)
REFUSED: Final = ("application/json", "text/plain")  # an answer of this kind is no file but says why there is none
CODE: Final = re.compile(r'"errcode"\s*:\s*(\d+)')


def fetch(line: Line, source: str, into: BinaryIO, limit: int) -> None:
    """Write a file of at most so many bytes.

    Raises NotTaken for a larger one or one that is gone, SendFailed when it should be tried again; a part of it may
    have been written then.
    """

    def ask(token: str) -> None:
        with line.downloading("media/get", token, media_id=source) as answer:
            if not is_file(answer):
                raise refused(words_of(answer))
            copy(answer, into, limit)

    with line.telling():
        line.with_token(ask)


def copy(answer: requests.Response, into: BinaryIO, limit: int) -> None:
    """Write what is answered, at most so many bytes; raises NotTaken or SendFailed."""
    if answer.status_code != requests.codes.ok:
        raise SendFailed(f"file: {answer.status_code} {answer.reason}")
    if int(answer.headers.get("Content-Length", "0")) > limit:
        raise NotTaken("too large", too_large=True)
    copy_pieces(answer.iter_content(PIECE), into, limit)


def is_file(answer: requests.Response) -> bool:
    """Tell a file, or a failure of the way there, from an answer that says why there is no file."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip()
    if answer.status_code != requests.codes.ok:
        return True
    return answer.headers.get("Content-Disposition") is not None or kind not in REFUSED


def refused(said: str) -> Exception:
    """Return what such an answer comes to; one of FAILURES where another token may help."""
    found = CODE.search(said)
    code = int(found[1]) if found is not None else 0
    if code in GONE:
        return NotTaken("gone")
    if code in STALE:
        stale: Exception = WeChatClientException(code, "")
        return stale
    return SendFailed(f"no file: {said[:200]}")
