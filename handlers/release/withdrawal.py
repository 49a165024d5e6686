"""What the public reads in place of a release that was withdrawn: fixed words, the moment, and the reason."""

import html
from datetime import datetime
from typing import Final

from storage.release import Release

FORM: Final = "本通报已于 {at} 撤回。原因\uff1a{why}"  # as the bureau tells the public, whatever language a page is in


def notice(why: str, at: datetime) -> str:
    """Return the notice; at: the moment where the bureau is."""
    return FORM.format(at=f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}", why=why)


def notice_html(release: Release) -> bytes:
    """Return the exact HTML of the notice on the website, UTF-8: everything escaped."""
    return f'<p class="withdrawn" lang="zh-CN">{html.escape(release.withdrawn_why)}</p>'.encode()


def notice_post(release: Release) -> str:
    """Return the exact words that stand in a chat in place of the release."""
    return f"【{release.title}】\n\n{release.withdrawn_why}"
