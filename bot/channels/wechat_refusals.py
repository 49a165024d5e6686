"""What a refused call to an official account means for a release: nothing is out, or it is seen to again later."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.channels import ReleaseFailed
from bot.chat.calls import FAILURES, code_of
from bot.chat.wechat.errors import MENDING, TO_BE_MENDED
from bot.chat.wechat.line import WechatLine


@contextmanager
def owing(line: WechatLine, name: str) -> Iterator[None]:
    """Turn what goes wrong into ReleaseFailed; name: what people call the channel."""
    try:
        yield
    except FAILURES as error:
        raise not_out(line, error, name) from None


def not_out(line: WechatLine, error: BaseException, name: str) -> ReleaseFailed:
    """Translate what only asked, or surely did nothing; no secret shows."""
    after = MENDING if code_of(error) in TO_BE_MENDED else 0
    return ReleaseFailed(f"refused:{name} {line.said_by(error)}", after=after)
