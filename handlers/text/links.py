"""The one form of a web address under which the same post is found again, whoever passed it on and from which app.

A table for each platform tells which of its addresses name the same post. Short links (t.cn, v.douyin.com …) cannot be
told from each other without asking the platform: each is its own address, without the marks of whoever passed it on.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from handlers.text.canonical import half_width, visible
from handlers.text.platforms import PLATFORMS, POSTS, SHORT, TRACKING, WRAPPERS

_SIGNS: Final = r"[!#-;=?-Z_a-z~%\[\]]+"
_URL: Final = re.compile(rf"https?://{_SIGNS}", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"%[0-9a-fA-F]{2}")
_DEFAULT_PORT: Final = {"http": 80, "https": 443}
# The same pages stand under these names too.
_OTHER_NAMES: Final = re.compile(r"^(?:www|m|wap|3g|4g|h5|mobile|touch)\.(?=[^.]+\.[^.]+)")
_LINK: Final = re.compile(
    rf"https?://{_SIGNS}|(?<![A-Za-z0-9@./:_-])(?:{PLATFORMS}|{'|'.join(map(re.escape, sorted(SHORT)))})/{_SIGNS}",
    re.IGNORECASE,
)
_GLUED: Final = re.compile(r"(?<![=/?&:%])(?=https?://)", re.IGNORECASE)
_WIDE_SCHEME: Final = re.compile("[ｈＨ][ｔＴ][ｔＴ][ｐＰ]")
_ROUTE: Final = re.compile(r"[!/]")  # a fragment that begins so names a page of an application
_BASE62: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BV: Final = "FcwAPNKTMug3GV5Lj7EJnHpWsx4tb8haYeviqBz6rkCy12mUSDQX9RdoZf"
_BV_XOR, _BV_MASK = 23442827791579, 2**51 - 1
_NESTED: Final = 3  # wrappers around wrappers that are taken off

_ARTICLE: Final = (("__biz", "__biz"), ("mid", "appmsgid"), ("idx", "itemidx"), ("sn", "sign"))


def find_urls(text: str) -> tuple[str, ...]:
    """Return the web addresses in a text in their order, each once; Chinese letters and punctuation end an address."""
    found = (_without_tail(match.group()) for match in _URL.finditer(visible(text)))
    return tuple(dict.fromkeys(address for address in found if len(address) > len("https://")))


def find_links(text: str) -> tuple[str, ...]:
    """Return what people pasted as links: also full-width, glued together, or a platform's without its https."""
    plain = visible(text)
    plain = (half_width(plain) if _WIDE_SCHEME.search(plain) else plain).replace("&amp;", "&")
    return tuple(dict.fromkeys(_links(plain)))


def _links(plain: str) -> Iterator[str]:
    # To look for bare hosts costs most of all, and what has none has no slash outside of its links.
    pattern = _LINK if "/" in _URL.sub("", plain) else _URL
    for match in pattern.finditer(plain):
        for piece in _GLUED.split(match.group()):
            address = _without_tail(piece).rstrip("([{")
            if address and "://" not in address[:8]:
                address = f"https://{address}"
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
    parts = _parts(url)
    for _ in range(_NESTED):
        inner = _unwrapped(parts)
        if inner is None:
            break
        parts = inner
    return _post(parts) or _wechat_article(parts) or _general(parts)


def is_short(url: str) -> bool:
    """Say whether an address only leads on to another, which the platform alone knows."""
    return _host(_parts(url)) in SHORT


def _parts(url: str) -> SplitResult:
    parts = urlsplit(visible(url).strip().replace("&amp;", "&"))
    if parts.scheme.lower() not in _DEFAULT_PORT or not _host(parts):
        message = f"not a web address: {url[:200]!r}"
        raise ValueError(message)
    _ = parts.port  # raises for one that cannot be
    return parts


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").rstrip(".").lower()


def _site(parts: SplitResult) -> str:
    """Return the address as the tables know it: without kind, other names of the site, and fragment."""
    query = f"?{parts.query}" if parts.query else ""
    return f"{_OTHER_NAMES.sub('', _host(parts))}{parts.path}{query}"


def _unwrapped(parts: SplitResult) -> SplitResult | None:
    """Return the address that this one leads on to by what is written in it; None when it leads nowhere else."""
    site, given = _site(parts), dict(parse_qsl(parts.query))
    for wrapper, name in WRAPPERS:
        if wrapper.match(site) and name in given:
            try:
                return _parts(given[name])
            except ValueError:
                return None
    return None


def _post(parts: SplitResult) -> str | None:
    site = _site(parts)
    for pattern, form in POSTS:
        found = pattern.match(site)
        if found is not None:
            return form.format_map(
                {name: _PARTS.get(name, str)(value or "") for name, value in found.groupdict().items()}
            )
    return None


def _put(name: str, value: str) -> str:
    return _PARTS[name](value) if name in _PARTS else value


def _wechat_article(parts: SplitResult) -> str | None:
    """Return the address of a WeChat article without the marks of whoever passed it on."""
    if _host(parts) != "mp.weixin.qq.com" or not parts.path.startswith(("/s", "/mp/appmsg/show")):
        return None
    given = dict(parse_qsl(parts.query.replace("+", "%2B")))
    named = [(name, given.get(name) or given.get(older, "")) for name, older in _ARTICLE]
    return f"https://mp.weixin.qq.com/s?{urlencode(named)}" if all(value for _, value in named) else None


def _general(parts: SplitResult) -> str:
    scheme, host = parts.scheme.lower(), _host(parts)
    port = "" if parts.port in {None, _DEFAULT_PORT[scheme]} else f":{parts.port}"
    if not port:  # the same page, encrypted or not, for a phone or not
        scheme, host = "https", _OTHER_NAMES.sub("", host)
    if host in SHORT:
        return f"https://{host}{parts.path.rstrip('/')}"
    path = _ESCAPE.sub(lambda escape: escape.group().upper(), parts.path)
    query = urlencode(sorted(_telling(parts.query)))
    route = f"#{parts.fragment}" if _ROUTE.match(parts.fragment) else ""
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}{port}{path.rstrip('/')}{'?' + query if query else ''}{route}"


def _telling(query: str) -> Iterator[tuple[str, str]]:
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name.lower() not in TRACKING and not name.lower().startswith("utm_"):
            yield name, value


def _weibo_number(name: str) -> str:
    """Turn Weibo's short post name into its number: four base-62 letters stand for seven decimal digits."""
    if name.isdigit() or "_" in name:
        return name
    groups = [name[max(0, end - 4) : end] for end in range(len(name), 0, -4)][::-1]
    return "".join(f"{_in_base(group, _BASE62):07d}" for group in groups).lstrip("0")


def _bilibili_number(name: str) -> str:
    """Turn BV…, the name of a video, into its av number (the site's own published turn of digits)."""
    signs = list(name[3:])
    signs[0], signs[6] = signs[6], signs[0]
    signs[1], signs[4] = signs[4], signs[1]
    return str((_in_base("".join(signs), _BV) & _BV_MASK) ^ _BV_XOR)


def _in_base(letters: str, digits: str) -> int:
    value = 0
    for letter in letters:
        value = value * len(digits) + digits.index(letter)
    return value


def _reply(pid: str) -> str:
    return f"?pid={pid}" if pid else ""


def _page(page: str) -> str:
    return f"?p={page}" if page not in ("", "1") else ""


_PARTS: Final[dict[str, Callable[[str], str]]] = {
    "weibo": _weibo_number,
    "bv": _bilibili_number,
    "pid": _reply,
    "page": _page,
}
