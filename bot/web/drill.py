"""The drill room's page: server-rendered, works without scripts, and from this machine only."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, BinaryIO, Final
from urllib.parse import quote, urlencode

from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route

from bot.drill import words
from bot.drill.cast import Cast, Member, Room, mark_seen
from bot.drill.files import ANY
from bot.drill.presets import PRESETS, preset
from bot.drill.refused import Refused
from bot.drill.room import DrillRoom
from bot.web import drill_view as view
from bot.web.drill_events import event_stream
from bot.web.drill_forms import Form, ago, kept_files, origin_of, read_form
from bot.web.drill_guard import COOKIE, Guard, is_own_token, token_of
from bot.web.drill_help import verbs_shown
from bot.web.drill_pages import HERE, base_of, page, remember, voice_of
from bot.web.drill_view import Composing, Looking
from config.language import Said
from storage import drill
from storage.blobs import NoSuchBlob
from storage.database import DatabaseTrouble, Session

STATIC: Final = HERE / "static"
SPEAKS_AS: Final = "huiying_drill_as"
BY_SCRIPT: Final = "x-drill"  # the header of our own script's requests
LONGEST_NUMBER: Final = 6
REFUSED, EXPIRED, NOT_NOW = 422, 403, 409
PICTURES: Final = ("image/png", "image/jpeg", "image/gif", "image/webp")
SANDBOX: Final = {"Content-Security-Policy": "default-src 'none'; sandbox"}
Doing = Callable[[DrillRoom, Form], tuple[str, str] | None]


def drill_routes(room: DrillRoom) -> list[BaseRoute]:
    """Return the pages of a drill room, to be mounted anywhere; only this machine is let in."""
    pages = Pages(room)
    routes: list[BaseRoute] = [
        Route("/", pages.whole, methods=["GET"]),
        Route("/parts", pages.parts, methods=["GET"]),
        Route("/help", pages.help, methods=["GET"]),
        Route("/events", pages.events, methods=["GET"]),
        Route("/file/{message:int}/{n:int}", pages.file, methods=["GET"]),
        Route("/static/{name}", _static, methods=["GET"]),
        *(Route(f"/{name}", partial(pages.act, do), methods=["POST"]) for name, do in ACTS.items()),
    ]
    return [Mount("", routes=routes, middleware=[Middleware(Guard)])]


class Pages:
    """The pages of one drill room."""

    def __init__(self, room: DrillRoom) -> None:
        """Show a room."""
        self._room = room
        self._zone = room.desk.house.zone

    async def whole(self, request: Request) -> Response:
        """Show the page."""
        return await run_in_threadpool(self._show, "page.html", request, Form(request.query_params))

    async def parts(self, request: Request) -> Response:
        """Show what the page's script puts in place of what it has."""
        return await run_in_threadpool(self._show, "parts.html", request, Form(request.query_params))

    async def act(self, do: Doing, request: Request) -> Response:
        """Do what a form asks, then show where it leads."""
        try:
            form = await read_form(request)
            if not is_own_token(request, form.get("token")):
                return await run_in_threadpool(self._refuse, request, form, words.stale_form(), EXPIRED)
            return await run_in_threadpool(self._act, do, request, form)
        finally:
            await request.close()  # the uploaded files

    async def events(self, _request: Request) -> StreamingResponse:
        """Tell what changes."""
        return event_stream(self._room)

    def file(self, request: Request) -> Response:
        """Give a file of a message: pictures to look at, everything else to be saved, never to be run here."""
        with self._room.database.reading() as session:
            message = drill.load(session, request.path_params["message"])
        files = message.files if message else []
        n = request.path_params["n"]
        if n >= len(files):
            return Response(status_code=404)
        try:
            content = self._room.blobs.open(files[n]["sha256"])
        except NoSuchBlob:
            return Response(status_code=404)
        return _file_answer(content, files[n]["media_type"], files[n]["name"])

    def help(self, request: Request) -> Response:
        """Say how the room is used and what the desk understands."""
        voice = voice_of(request, self._zone)
        return page("help.html", request, voice, verbs=verbs_shown(self._room.desk.house.rights, voice))

    def _act(self, do: Doing, request: Request, form: Form) -> Response:
        try:
            led = do(self._room, form)
        except Refused as refused:
            return self._refuse(request, form, refused.text, REFUSED)
        except (DatabaseTrouble, OSError):
            return self._refuse(request, form, words.not_now(), NOT_NOW)
        chat, reader = led or (form.get("chat"), form.get("as"))
        if BY_SCRIPT in request.headers:
            return JSONResponse({"chat": chat, "as": reader})
        return RedirectResponse(f"{base_of(request)}/?{urlencode({'chat': chat, 'as': reader})}", 303)

    def _refuse(self, request: Request, form: Form, text: Said, code: int) -> Response:
        if BY_SCRIPT in request.headers:
            return JSONResponse({"notice": text.say(voice_of(request, self._zone))}, code)
        return self._show("page.html", request, form, notice=text, code=code)

    def _show(
        self, template: str, request: Request, form: Form, *, notice: Said | None = None, code: int = 200
    ) -> Response:
        cast = self._room.cast()
        looking = self._looking(request, form, cast)
        if looking is None:
            return page("help.html", request, voice_of(request, self._zone), verbs=[])
        token = token_of(request)
        shown = self._shown(request, form, cast, looking)
        shown["notice"] = looking.say(notice) if notice else ""
        shown["hidden"] = partial(_hidden, token, looking)
        answer = page(template, request, looking.voice, code=code, **shown)
        remember(answer, request, COOKIE, token)
        if looking.speaker and not looking.room.is_direct:
            remember(answer, request, SPEAKS_AS, looking.speaker.key)
        self._mark_seen(looking, shown["messages"])
        return answer

    def _looking(self, request: Request, form: Form, cast: Cast) -> Looking | None:
        asked = self._room.example.where if form.get("follow") else form.get("chat")
        found = cast.rooms.get(asked or "") or next(iter(cast.rooms.values()), None)
        if found is None:
            return None
        asked_as = (form.get("as"), request.cookies.get(SPEAKS_AS, ""))
        known = [key for key in asked_as if key in cast.members]
        reader = next(iter((*known, *cast.members)), "")
        voice = voice_of(request, self._zone)
        return Looking(found, _speaker(found, reader, cast), reader, voice)

    def _shown(self, request: Request, form: Form, cast: Cast, looking: Looking) -> dict[str, Any]:
        with self._room.database.reading() as session:
            return {
                "room": looking.room,
                "speaker": looking.speaker,
                "members": list(cast.members.values()),
                "head": view.head(looking),
                "groups": view.chats(session, cast, looking),
                "messages": view.messages(session, cast, looking),
                "clock": view.clock(session, self._room, looking),
                "example": view.example(self._room, looking),
                "composer": self._composing(session, form, cast, looking),
                "presets": [{"key": each.key, "title": looking.say(each.title)} for each in PRESETS],
                "press_url": self._room.desk.house.public_url,
                "here": partial(_here, base_of(request), looking),
            }

    def _composing(self, session: Session, form: Form, cast: Cast, looking: Looking) -> Composing:
        chosen, edited = preset(form.get("preset")), form.number("edit")
        message = drill.load(session, edited) if edited else None
        own = message is not None and looking.speaker is not None and message.author == looking.speaker.key
        replied = drill.load(session, form.number("reply") or 0)
        posted = ago(self._room.clock.now(), chosen.minutes_ago, self._zone) if chosen else ""
        return Composing(
            text=form.get("text") or (message.text if message and own else "") or (chosen.text if chosen else ""),
            reply=view.quote(replied, cast, looking) if replied else None,
            edit=edited if own else None,
            preset=chosen if chosen and chosen.pictures else None,
            author=form.get("author") or (chosen.author if chosen else ""),
            url=form.get("url") or (chosen.url if chosen else ""),
            posted=form.get("posted") or posted,
            forward=chosen is not None or any(form.get(name) for name in ("author", "url", "posted")),
        )

    def _mark_seen(self, looking: Looking, shown: list[view.Shown]) -> None:
        newest = max((message.newest for message in shown), default=0)
        with suppress(DatabaseTrouble):  # a badge that stays is no reason to show no page
            mark_seen(self._room.database, looking.room, looking.reader, newest)


def _speaker(room: Room, reader: str, cast: Cast) -> Member | None:
    if room.member is not None:
        return room.member
    return None if room.is_read_only else cast.members.get(reader)


def _here(base: str, looking: Looking, **changed: object) -> str:
    same = {"chat": looking.room.key, "as": looking.reader}
    return f"{base}/?{urlencode({**same, **changed})}"


def _hidden(token: str, looking: Looking) -> Markup:
    speaker = looking.speaker.key if looking.speaker else looking.reader
    fields = {"token": token, "chat": looking.room.key, "as": speaker}
    return Markup("").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value) for name, value in fields.items()
    )


# what the forms do


def _say(room: DrillRoom, form: Form) -> None:
    origin = origin_of(form, room.desk.house.zone)
    files = kept_files(form, room.blobs)
    room.say(
        form.get("as"), form.get("chat"), form.get("text"), files=files, origin=origin, reply_to=form.number("reply")
    )


def _edit(room: DrillRoom, form: Form) -> None:
    room.edit(form.get("as"), form.number("edit") or 0, form.get("text"))


def _tap(room: DrillRoom, form: Form) -> None:
    row, _, column = form.get("at").partition(".")
    if not (row.isdecimal() and column.isdecimal()):
        raise Refused(words.no_such_button())
    room.tap(form.get("as"), form.number("message") or 0, int(row), int(column))


def _clock(room: DrillRoom, form: Form) -> None:
    do, _, amount = form.get("do").partition(":")
    number = int(amount) if amount.isdecimal() and len(amount) < LONGEST_NUMBER else -1
    if do == "limit":
        room.to_next_limit()
    elif do == "skip":
        room.skip(number)
    else:
        room.run(number)


def _example(room: DrillRoom, form: Form) -> tuple[str, str] | None:
    match form.get("do"):
        case "next":
            step = room.next_step()
            return room.example.where, step.person
        case "restart":
            room.restart()
            return "staff", ""
        case do:
            room.play(on=do == "auto")
            return None


ACTS: Final[dict[str, Doing]] = {"say": _say, "edit": _edit, "tap": _tap, "clock": _clock, "example": _example}


def _file_answer(content: BinaryIO, media_type: str, name: str) -> Response:
    shown = media_type in PICTURES
    headers = {
        **SANDBOX,
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(name)}",
    }
    return StreamingResponse(
        iter(partial(content.read, 65_536), b""), media_type=media_type if shown else ANY, headers=headers,
        background=BackgroundTask(content.close),
    )  # fmt: skip


def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in ("drill.css", "drill.js", "drill.svg"):
        return Response(status_code=404)
    return FileResponse(STATIC / name, headers={"Cache-Control": "no-cache"})
