"""Files that followers sent: found by their media id; a video by the address that is answered in its place.

https://developers.weixin.qq.com/doc/offiaccount/Asset_Management/Get_temporary_materials.html: kept for three days.
"""

import json
from typing import BinaryIO, Final

import requests

from bot.chat.calls import words_of
from bot.chat.platform import SendFailed
from bot.chat.wechat.line import WechatLine
from bot.chat.wecom.fetching import copy, is_file, refused

ELSEWHERE: Final = "video_url"


def fetch(line: WechatLine, source: str, into: BinaryIO, limit: int) -> None:
    """Write a file of at most so many bytes.

    Raises NotTaken for a larger one or one that is gone, SendFailed when it should be tried again; a part of it may
    have been written then.
    """

    def ask(token: str) -> None:
        with line.downloading("media/get", token, media_id=source) as answer:
            if is_file(answer):
                return copy(answer, into, limit)
            address = _elsewhere(answer)
        with line.reading(address) as answer:
            return copy(answer, into, limit)

    with line.telling():
        line.with_token(ask)


def _elsewhere(answer: requests.Response) -> str:
    said = words_of(answer)
    try:
        found = json.loads(said).get(ELSEWHERE, "")
    except (ValueError, AttributeError):
        found = ""
    if not isinstance(found, str) or not found.startswith(("https://", "http://")):
        raise refused(said)
    if answer.status_code != requests.codes.ok:
        raise SendFailed(f"file: {answer.status_code}")
    return found
