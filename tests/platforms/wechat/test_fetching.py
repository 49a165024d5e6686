"""Files that followers sent are had as they are, or it is known why not; no token goes where a video lies."""

import io
from collections.abc import Iterator
from typing import Literal

import pytest

from bot.chat.calls import Timeouts
from bot.chat.platform import NotTaken, SendFailed
from bot.chat.wechat.fetching import fetch
from bot.chat.wechat.line import Account, WechatLine
from tests.platforms.wecom_api import WecomApi

ACCOUNT = Account("wx1234567890abcdef", "secret of the account")
LIMIT = 100


@pytest.fixture
def account(vendor: WecomApi) -> WecomApi:
    """Give the account's platform."""
    vendor.reset()
    vendor.add_account(ACCOUNT.app_id, ACCOUNT.secret)
    return vendor


@pytest.fixture
def line(account: WecomApi) -> Iterator[WechatLine]:
    """Give the line to it."""
    line = WechatLine(ACCOUNT, account.account_url, None, Timeouts(2, 2))
    yield line
    line.close()


def had(line: WechatLine, account: WecomApi, content: bytes, kind: str = "image") -> bytes:
    """Fetch a file that a follower sent."""
    into = io.BytesIO()
    fetch(line, account.world.keep(kind, f"{kind}.bin", content).media_id, into, LIMIT)
    return into.getvalue()


@pytest.mark.parametrize("kind", ["image", "voice", "video"])
def test_a_file_is_had_whole(account: WecomApi, line: WechatLine, kind: str) -> None:
    """A video from the address that is answered in its place."""
    assert had(line, account, b"x" * LIMIT, kind) == b"x" * LIMIT


@pytest.mark.parametrize("kind", ["image", "video"])
def test_what_is_too_large_is_not_taken(account: WecomApi, line: WechatLine, kind: str) -> None:
    """Wherever it lies."""
    with pytest.raises(NotTaken) as refused:
        had(line, account, b"x" * (LIMIT + 1), kind)
    assert refused.value.too_large


def test_what_is_gone_is_not_tried_again(account: WecomApi, line: WechatLine) -> None:
    """After three days, or for another account's file."""
    account.fail_next("media/get", errcode=40007)
    with pytest.raises(NotTaken, match="gone"):
        had(line, account, b"x")


@pytest.mark.parametrize("trouble", [{"errcode": 45009}, {"errcode": 40164}, {"code": 502}])
def test_any_other_refusal_is_tried_again(account: WecomApi, line: WechatLine, trouble: dict[str, int]) -> None:
    """Without a secret in what is told."""
    account.fail_next("media/get", **trouble)  # type: ignore[arg-type] # one of its numbers
    with pytest.raises(SendFailed) as failed:
        had(line, account, b"x")
    assert not failed.value.permanent
    assert ACCOUNT.secret not in str(failed.value)


def test_a_video_that_lies_nowhere_is_tried_again(account: WecomApi, line: WechatLine) -> None:
    """Its address leads to nothing yet."""
    file = account.world.keep("video", "video.mp4", b"x")
    account.world.url, real = f"{account.url}/nowhere", account.world.url
    try:
        with pytest.raises(SendFailed, match="404"):
            fetch(line, file.media_id, io.BytesIO(), LIMIT)
    finally:
        account.world.url = real


def test_another_token_is_fetched_once(account: WecomApi, line: WechatLine) -> None:
    """Where the vendor took the token back, which may be long before its time; refused again, it waits."""
    had(line, account, b"x" * LIMIT)
    account.end_tokens(42001)
    assert had(line, account, b"x" * LIMIT) == b"x" * LIMIT
    account.fail_next("media/get", times=2, errcode=40001)
    with pytest.raises(SendFailed) as failed:
        had(line, account, b"x")
    assert failed.value.after


@pytest.mark.parametrize("how", ["cut", "silence"])
def test_a_refusal_that_breaks_off_is_tried_again(
    account: WecomApi, line: WechatLine, how: Literal["cut", "silence"]
) -> None:
    """As any answer may."""
    account.lose_reply("media/get", how=how)
    with pytest.raises(SendFailed):
        had(line, account, b"x" * LIMIT, "video")
