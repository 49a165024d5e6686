"""The press room: what the public reads. Nothing is shown whose bytes do not hash to its signed manifest.

A release that was corrected stays readable under a banner that leads to its correction; one that was withdrawn is gone
(410), with a notice in its place.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from babel.dates import format_datetime as in_words
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.feed import Entry, atom_feed
from bot.web.mended import Corrections, corrections_of, is_as_public
from bot.web.reader import asked_language, is_known
from config.language import Line, Voice, t
from config.plan import Name
from handlers.release.signed import WEBSITE, exact_bytes, fingerprint
from handlers.release.withdrawal import notice_html
from storage import release as releases
from storage.database import Database, DatabaseTrouble
from storage.release import Release

log = structlog.get_logger()
HERE: Final = Path(__file__).parent
PER_PAGE: Final = 20
IN_FEED: Final = 30
EXCERPT: Final = 96  # characters of a text on the list
HEADERS: Final = {
    # There is no script on these pages, and none may be slipped in.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
FRESH: Final = "no-cache"  # asked for anew each time: what is withdrawn is gone at once
KEPT: Final = "public, max-age=31536000, immutable"  # its address changes with its content
ATOM: Final = "application/atom+xml"
HOW_TO_CHECK: Final = (
    t("取网页源码中从 <article 到 </article> 的字节，其 SHA-256 应等于 manifest.channels.website.sha256。"),
    t("manifest 按键名排序、不留空白写成 UTF-8 的 JSON，其 SHA-256 应等于 manifest_sha256，那就是审核签发的清单。"),
)
NAMELESS: Final = Name(zh="政务舆情回应", en="Public response")


def press_routes(
    database: Database,
    prefix: str = "",
    *,
    bureau: Name = NAMELESS,
    public_url: str = "",
    language: str = "zh",
    zone: ZoneInfo | None = None,
) -> list[BaseRoute]:
    """Return the routes of a press room, the last of which answers whatever is left.

    prefix: where the routes are mounted, for the links; public_url: the room's address from outside, prefix included
    (empty: as it was asked for).
    """
    return PressRoom(database, bureau, public_url, prefix, Voice(language, zone or Voice().zone)).routes()


@dataclass(frozen=True)
class PressRoom:
    """One bureau's releases as the public reads them."""

    database: Database
    bureau: Name
    public_url: str
    prefix: str = ""
    voice: Voice = field(default_factory=Voice)  # for readers who ask for no language

    def routes(self) -> list[BaseRoute]:
        """Return what can be asked for, and last the page that says that there is nothing."""
        pages: dict[str, Callable[[Request], Response]] = {
            "/": self.index,
            "/releases/{public_id}": self.release,
            "/releases/{public_id}/manifest.json": self.manifest,
            "/feed.atom": self.feed,
            "/press.css": self.style,
            "/press.svg": self.icon,
            "/{rest:path}": self.missing,
        }
        return [Route(path, self._guarded(page)) for path, page in pages.items()]

    def index(self, request: Request) -> Response:
        """Show the list of releases, newest first."""
        page = _page_of(request)
        with self.database.reading() as session:
            count = releases.count_visible(session)
            found = releases.visible(session, PER_PAGE, (page - 1) * PER_PAGE)
            mended = corrections_of(session, found)
        pages = max(1, -(-count // PER_PAGE))
        if not 1 <= page <= pages:
            return self.missing(request)
        shown = _as_signed(found)
        body = self._render("list.html", request, releases=shown, mended=mended, page=page, pages=pages)
        return _page(request, body, modified=shown[0].visible_at if shown else None)

    def release(self, request: Request) -> Response:
        """Show one release: the article is byte for byte what was signed."""
        found, mended = self._find(request)
        if found is None:
            return self.missing(request)
        if found.withdrawn_at is not None:
            return self._gone(request, found, mended)
        signed = exact_bytes(found, found.manifest_hash, WEBSITE).decode()
        article = Markup(signed)  # noqa: S704 - what was signed goes out as it is; all that people wrote is escaped in it
        said = {"release": found, "article": article, "sha256": fingerprint(found, WEBSITE), "mended": mended}
        return _page(request, self._render("release.html", request, **said), modified=mended.changed_at(found))

    def manifest(self, request: Request) -> Response:
        """Give a release's signed manifest, and how anybody can check the page against it."""
        found, mended = self._find(request)
        if found is None:
            return self.missing(request)
        if found.withdrawn_at is not None:
            return JSONResponse(_withdrawn(found), 410, {**HEADERS, "Cache-Control": FRESH})
        body = JSONResponse(self._checkable(found, mended, self._voice(request))).body
        return _page(request, bytes(body), media_type="application/json", modified=mended.changed_at(found))

    def feed(self, request: Request) -> Response:
        """Give the newest releases as an Atom feed (RFC 4287)."""
        with self.database.reading() as session:
            found = _as_signed(releases.recent(session, IN_FEED))
            mended = corrections_of(session, found)
        voice = self._voice(request)
        title = t("{bureau} · 信息发布", bureau=self.bureau).say(voice)
        entries = [_entry(one, mended, voice) for one in found]
        body = atom_feed(entries, title=title, author=self.bureau.say(voice), home=self._home(request))
        newest = max((entry.updated_at for entry in entries), default=None)
        return _page(request, body, media_type=ATOM, modified=newest)

    def style(self, request: Request) -> Response:
        """Give the style sheet."""
        return _page(request, static("press.css"), media_type="text/css", keep=KEPT)

    def icon(self, request: Request) -> Response:
        """Give the icon of the site."""
        return _page(request, static("press.svg"), media_type="image/svg+xml", keep=KEPT)

    def missing(self, request: Request, _error: Exception | None = None) -> Response:
        """Say that there is no such page: alike for what never was, is not out yet, or is gone."""
        headers = {**HEADERS, "Cache-Control": FRESH, "Vary": "Accept-Language"}
        return Response(self._render("missing.html", request), 404, headers, "text/html")

    def _gone(self, request: Request, release: Release, mended: Corrections) -> Response:
        """Say that a release was withdrawn: its title stays, its text is gone."""
        notice = Markup(notice_html(release).decode())  # noqa: S704 - all that people wrote is escaped in it
        body = self._render("withdrawn.html", request, release=release, notice=notice, mended=mended)
        return Response(body, 410, {**HEADERS, "Cache-Control": FRESH, "Vary": "Accept-Language"}, "text/html")

    def _find(self, request: Request) -> tuple[Release | None, Corrections]:
        """Return the release that is asked for, if the public may know of it, and what puts it right."""
        with self.database.reading() as session:
            found = releases.by_public_id(session, request.path_params["public_id"])
            known = [found] if found is not None and found.visible_at is not None else []
            mended = corrections_of(session, known)
        return next(iter(_as_signed(known)), None), mended

    def _guarded(self, page: Callable[[Request], Response]) -> Callable[[Request], Response]:
        def guarded(request: Request) -> Response:
            try:
                return page(request)
            except DatabaseTrouble as trouble:
                log.warning("the press room cannot read", why=str(trouble.orig))
                body = self._render("closed.html", request)
                return Response(body, 503, {**HEADERS, "Cache-Control": "no-store", "Retry-After": "10"}, "text/html")

        return guarded

    def _home(self, request: Request) -> str:
        return (self.public_url or str(request.base_url)).rstrip("/")

    def _voice(self, request: Request) -> Voice:
        return Voice(asked_language(request, self.voice.language), self.voice.zone)

    def _render(self, template: str, request: Request, **values: Any) -> bytes:  # noqa: ANN401 - a template takes anything
        voice = self._voice(request)
        chosen = request.query_params.get("lang", "")
        said: dict[str, Any] = {
            "t": lambda text, **parts: Line(text, parts).say(voice),
            "moment": lambda moment: _moment(moment, voice),
            "language": voice.language,
            "other_language": "zh" if voice.language == "en" else "en",
            "keep": f"lang={chosen}" if is_known(chosen) else "",
            "bureau": self.bureau.say(voice),
            "prefix": self.prefix,
            "home": f"{self.prefix}/",
            "address": self._home(request),
            "style": _version("press.css"),
            "icon": _version("press.svg"),
            "excerpt": _excerpt,
        }
        return _templates().get_template(template).render({**said, **values}).encode()

    def _checkable(self, release: Release, mended: Corrections, voice: Voice) -> dict[str, Any]:
        visible_at = release.visible_at or datetime.min.replace(tzinfo=UTC)
        correction = mended.of(release)
        return {
            **({"corrected_by": correction.manifest["url"]} if correction else {}),
            "url": release.manifest["url"],
            "title": release.title,
            "published": visible_at.isoformat(),
            "manifest": release.manifest,
            "manifest_sha256": release.manifest_hash,
            "check": [line.say(voice) for line in HOW_TO_CHECK],
        }


def static(name: str) -> bytes:
    """Read a static file of the press room."""
    return (HERE / "static" / name).read_bytes()


@cache
def _version(name: str) -> str:
    return hashlib.sha256(static(name)).hexdigest()[:12]


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates" / "press"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _as_signed(found: Sequence[Release]) -> list[Release]:
    shown = [one for one in found if is_as_public(one)]
    for other in found:
        if other not in shown:
            log.error("not shown: not what was signed", release=str(other.id))
    return shown


def _page(
    request: Request,
    body: bytes,
    *,
    media_type: str = "text/html",
    modified: datetime | None = None,
    keep: str = FRESH,
) -> Response:
    """Answer with a page, or only that it has not changed (RFC 9110 13.1.2)."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**HEADERS, "ETag": etag, "Cache-Control": keep, "Vary": "Accept-Language"}
    if modified is not None:
        headers["Last-Modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def _page_of(request: Request) -> int:
    asked = request.query_params.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 0  # noqa: PLR2004 - no bureau has more


def _moment(moment: datetime, voice: Voice) -> str:
    pattern = t("y年M月d日 HH:mm").say(voice)
    return in_words(moment, pattern, tzinfo=voice.zone, locale="en" if voice.language == "en" else "zh")


def _excerpt(text: str) -> str:
    """Return the beginning of a text: of its first paragraph."""
    plain = " ".join(text.strip().partition("\n\n")[0].split())
    return plain if len(plain) <= EXCERPT else f"{plain[:EXCERPT]}…"


def _withdrawn(release: Release) -> dict[str, Any]:
    return {"url": release.manifest["url"], "title": release.title, "withdrawn": release.withdrawn_why}


def _entry(release: Release, mended: Corrections, voice: Voice) -> Entry:
    url, at = release.manifest["url"], release.visible_at or release.issued_at
    if release.withdrawn_at is not None:
        title = t("已撤回:{title}", title=release.title).say(voice)
        return Entry(title, url, at, "", release.withdrawn_at, release.withdrawn_why)
    content = exact_bytes(release, release.manifest_hash, WEBSITE).decode()
    correction = mended.of(release)
    if correction is None:
        return Entry(release.title, url, at, content)
    title = t("已更正:{title}", title=release.title).say(voice)
    summary = t("本通报已更正,请看:{url}", url=correction.manifest["url"]).say(voice)
    return Entry(title, url, at, content, correction.visible_at, summary)
