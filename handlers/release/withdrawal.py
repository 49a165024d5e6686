"""What the public reads in place of a release that was withdrawn: fixed words, the moment, and the reason."""

import html
from datetime import datetime
from typing import Final

from storage.release import Release

# As the bureau tells the public, whatever language a page is in.
FORM: Final = "本通报已于 {at} 撤回。原因\uff1a{why}"
CORRECTED_FORM: Final = "本通报已更正,更正通报已于 {at} 撤回,两者均不再有效。撤回原因\uff1a{why}"


def notice(why: str, at: datetime) -> str:
    """Return the notice; at: the moment where the bureau is."""
    return _filled(FORM, why, at)


def corrected_notice(why: str, at: datetime) -> str:
    """Return the notice of a release whose correction is withdrawn; why: the reason for which that is."""
    return _filled(CORRECTED_FORM, why, at)


def _filled(form: str, why: str, at: datetime) -> str:
    return form.format(at=f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}", why=why)


def notice_html(release: Release) -> bytes:
    """Return the exact HTML of the notice on the website, UTF-8: everything escaped."""
    return f'<p class="withdrawn" lang="zh-CN">{html.escape(release.withdrawn_why)}</p>'.encode()


def notice_post(release: Release) -> str:
    """Return the exact words that stand in a chat in place of the release."""
    return f"【{release.title}】\n\n{release.withdrawn_why}"
