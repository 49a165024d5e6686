"""One form for texts, typed commands and addresses, so that equal things compare equal.

The original is always kept word for word elsewhere; nothing here is ever shown in its place.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

# U+FF01–U+FF5E are the full-width twins of printable ASCII; the ideographic space is the twin of the space.
_HALF_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_INVISIBLE: Final = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_FACE: Final = re.compile(r"\[[\u4e00-\u9fff]{1,4}\]")  # Weibo writes its emoji as [抓狂]
_URL: Final = re.compile(r"https?://[!#-;=?-Z_a-z~%\[\]]+", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"%[0-9a-fA-F]{2}")
_DEFAULT_PORT: Final = {"http": 80, "https": 443}
_TRACKING: Final = frozenset(
    "from spm scm share_token share_source share_medium share_plat share_session_id share_tag share_times share_from "
    "sharefrom shareuid share_id wxshare wxshare_count wxfid wfr sudaref luicode lfid featurecode isappinstalled "
    "timestamp wx_sharer mpshare scene srcid sharer_sharetime sharer_shareid sharer_shareinfo chksm nwr sessionid "
    "fbclid gclid vd_source unique_k bbid ts".split()
)
_WECHAT_ARTICLE: Final = ("__biz", "mid", "idx", "sn")
_WEIBO_HOSTS: Final = frozenset({"weibo.com", "www.weibo.com", "m.weibo.cn", "m.weibo.com", "weibo.cn"})
_WEIBO_POST: Final = re.compile(r"/(?:status|detail|\d{5,12})/(\w+)/?", re.ASCII)
_BASE62: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def visible(text: str) -> str:
    """Drop control, zero-width and bidirectional characters; line breaks and tabs stay."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def half_width(text: str) -> str:
    """Turn full-width ASCII into plain ASCII, character for character, so that positions in the text stay."""
    return text.translate(_HALF_WIDTH)


def canonical_text(text: str) -> str:
    """Return the text as it is compared: NFKC, nothing invisible, single spaces."""
    return " ".join(visible(unicodedata.normalize("NFKC", visible(text))).split())


def text_key(text: str) -> str:
    """Return a SHA-256 in hex that near-identical copies share: letters and digits only, case ignored.

    A text of nothing but signs is hashed as it stands, so that two different ones stay different.
    """
    plain = canonical_text(text)
    words = "".join(filter(str.isalnum, _FACE.sub("", plain).casefold()))
    return hashlib.sha256((words or plain).encode("utf-8", "surrogatepass")).hexdigest()


def command_text(text: str) -> str:
    """Return a typed command as the parser reads it: NFKC (／ is /, ＃ is #), nothing invisible, no outer space."""
    return visible(unicodedata.normalize("NFKC", visible(text))).strip()


def find_urls(text: str) -> tuple[str, ...]:
    """Return the web addresses in a text in their order, each once; Chinese letters and punctuation end an address."""
    return tuple(dict.fromkeys(_addresses(visible(text))))


def _addresses(text: str) -> Iterator[str]:
    for match in _URL.finditer(text):
        address = _without_tail(match.group())
        if len(address) > len("https://"):
            yield address


def _without_tail(address: str) -> str:
    """Drop the punctuation of the sentence that the address stands in."""
    while address and (address[-1] in ".,;:!?'\"*" or (address[-1] in ")]" and not _balanced(address))):
        address = address[:-1]
    return address


def _balanced(address: str) -> bool:
    opening = {")": "(", "]": "["}[address[-1]]
    return address.count(opening) >= address.count(address[-1])


def normal_url(url: str) -> str:
    """Return the one form of a web address under which the same post is found again.

    Raises ValueError for anything that is not an http or https address with a host.
    """
    parts = urlsplit(visible(url).strip())
    scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".")
    if scheme not in _DEFAULT_PORT or not host:
        message = f"not a web address: {url[:200]!r}"
        raise ValueError(message)
    return _weibo_post(host, parts) or _wechat_article(host, parts) or _general(scheme, host, parts)


def _general(scheme: str, host: str, parts: SplitResult) -> str:
    port = "" if parts.port in {None, _DEFAULT_PORT[scheme]} else f":{parts.port}"
    path = _ESCAPE.sub(lambda escape: escape.group().upper(), parts.path)
    query = urlencode(sorted(_telling(parts.query)))
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}{port}{'' if path == '/' else path}{'?' + query if query else ''}"


def _telling(query: str) -> Iterator[tuple[str, str]]:
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name.lower() not in _TRACKING and not name.lower().startswith("utm_"):
            yield name, value


def _wechat_article(host: str, parts: SplitResult) -> str | None:
    """Return the address of a WeChat article without the marks of whoever passed it on."""
    if host != "mp.weixin.qq.com" or not parts.path.startswith("/s"):
        return None
    if parts.path not in {"/s", "/s/"}:
        return f"https://{host}{parts.path.rstrip('/')}"
    given = dict(parse_qsl(parts.query))
    if not all(given.get(name) for name in _WECHAT_ARTICLE):
        return None
    return f"https://{host}/s?{urlencode([(name, given[name]) for name in _WECHAT_ARTICLE])}"


def _weibo_post(host: str, parts: SplitResult) -> str | None:
    """Return the one address of a Weibo post, which the site shows under several hosts, its number spelt two ways."""
    found = _WEIBO_POST.fullmatch(parts.path) if host in _WEIBO_HOSTS else None
    return f"https://m.weibo.cn/status/{_weibo_number(found.group(1))}" if found else None


def _weibo_number(name: str) -> str:
    """Turn Weibo's short post name into its number: four base-62 letters stand for seven decimal digits."""
    if name.isdigit() or "_" in name:
        return name
    groups = [name[max(0, end - 4) : end] for end in range(len(name), 0, -4)][::-1]
    return "".join(f"{_base62(group):07d}" for group in groups).lstrip("0")


def _base62(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * 62 + _BASE62.index(letter)
    return value
