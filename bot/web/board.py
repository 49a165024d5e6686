"""The staff board: what a person may see, and the same words and taps as in chat, from a browser.

Nothing is done here in a way of its own: what somebody types or taps becomes an event of the platform `board`, stored
and handled like one from any chat, with the same rights and the same history; what the desk answers is shown.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.desk import Desk
from bot.web import board_case, board_list
from bot.web import board_saying as saying
from bot.web.board_guard import COOKIE, Attempts, Guard, form_token, is_form_of
from bot.web.board_pages import Reader, base_of, page, reader_of, style
from config.language import Line, t
from handlers.act import Act
from handlers.board import entering, plotting
from handlers.board.entering import Lasting
from storage import board as doors
from storage.database import Session
from storage.person import Person

LONGEST_SEARCH: Final = 100
KEPT: Final = "public, max-age=31536000, immutable"  # the style sheet's address changes with its content
NO_GOOD: Final = t("这个入口已经用过、已过期或不对。请在聊天里对机器人再发一次“看板”。")
TOO_MANY: Final = t("试错次数太多,请十分钟后再试。")
STALE_FORM: Final = t("页面放得太久或已退出,没有办理。请回到看板再点一次。")
NOT_YOURS: Final = t("您没有查看这一页的权限。")
NO_CASE: Final = t("没有这个案件。")
NOTHING_SAID: Final = t("还没有写内容。请写一句,如“待办”。")
TOO_LONG: Final = t("内容太长,没有收下。请作为文件在聊天里发送。")
LONGEST_TEXT: Final = 100_000  # characters
Shows = Callable[[Act, Person, Reader, Request], Response]


def board_routes(
    desk: Desk, lasting: Lasting, *, hurry: Callable[[], None] | None = None, secure: bool = False
) -> list[BaseRoute]:
    """Return the pages of the board, to be mounted anywhere.

    hurry: lets the desk do what it was told, where nothing else makes it look; secure: the cookie goes over https only.
    """
    return Board(desk, lasting, hurry, secure=secure).routes()


class Board:
    """One desk's board."""

    def __init__(self, desk: Desk, lasting: Lasting, hurry: Callable[[], None] | None, *, secure: bool) -> None:
        """Show a desk."""
        self._desk = desk
        self._lasting = lasting
        self._hurry = hurry
        self._secure = secure
        self._attempts = Attempts()

    def routes(self) -> list[BaseRoute]:
        """Return what can be asked for."""
        routes: list[BaseRoute] = [
            Route("/", self._page("list", _list), methods=["GET"]),
            Route("/figures", self._page("stats", _figures), methods=["GET"]),
            Route("/cases/{case_id:uuid}", self._page("case", _case), methods=["GET"]),
            Route("/enter/{token}", self.door, methods=["GET"]),
            Route("/enter", self._form(self.enter), methods=["POST"]),
            Route("/say", self._form(self.say), methods=["POST"]),
            Route("/tap", self._form(self.tap), methods=["POST"]),
            Route("/leave", self._form(self.leave), methods=["POST"]),
            Route("/board.css", _style, methods=["GET"]),
        ]
        return [Mount("", routes=routes, middleware=[Middleware(Guard, self._refuse)])]

    # the door

    def door(self, request: Request) -> Response:
        """Show the one button that uses up a link: whoever only looks at an address uses nothing up."""
        reader = reader_of(request, self._desk.house)
        return page("enter.html", reader, token=request.path_params["token"])

    def enter(self, request: Request, form: dict[str, str]) -> Response:
        """Use up a link and begin a session."""
        now, address = self._desk.clock.now(), request.client.host if request.client else ""
        if not self._attempts.may(address, now):
            return self._refuse(request, TOO_MANY, 429)
        with self._acting("board_entered") as act:
            token = entering.enter(act, form.get("token", ""))
        if token is None:
            self._attempts.wrong(address, now)
            return self._refuse(request, NO_GOOD, 403)
        answer = RedirectResponse(f"{base_of(request)}/", 303)
        answer.set_cookie(
            COOKIE, token, path=base_of(request) or "/", httponly=True, samesite="lax", secure=self._secure,
            max_age=int(self._lasting.most.total_seconds()),
        )  # fmt: skip
        return answer

    def leave(self, request: Request, form: dict[str, str]) -> Response:
        """End this session, or all of them."""
        person = self._who(request)
        if person is None or not is_form_of(_token(request), form.get("form", "")):
            return self._refuse(request, STALE_FORM, 403)
        with self._acting("board_left") as act:
            if form.get("where") == "everywhere":
                act.person = person
                entering.leave(act, person)
            else:
                entering.leave_one(act, _token(request))
        answer = RedirectResponse(f"{base_of(request)}/", 303)
        answer.delete_cookie(COOKIE, path=base_of(request) or "/")
        return answer

    # what is said and tapped

    def say(self, request: Request, form: dict[str, str]) -> Response:
        """Say something to the desk, as in one's own chat."""
        text = form.get("text", "").replace("\r\n", "\n").strip()
        if not text or len(text) > LONGEST_TEXT:
            return self._refuse(request, TOO_LONG if text else NOTHING_SAID, 422)
        return self._event(request, form, lambda _session, _person: {"text": text})

    def tap(self, request: Request, form: dict[str, str]) -> Response:
        """Tap a button: one of a case's card as it stands, or one of a message this person was sent."""
        return self._event(request, form, lambda session, person: {"press": self._press(session, person, form)})

    def _event(
        self, request: Request, form: dict[str, str], said: Callable[[Session, Person], dict[str, str]]
    ) -> Response:
        person = self._who(request)
        if person is None or not is_form_of(_token(request), form.get("form", "")):
            return self._refuse(request, STALE_FORM, 403)
        with self._desk.database.reading() as session:
            event = saying.incoming(person, said(session, person), self._desk.clock.now())
            chat = saying.chat_of(session, person)
            before = doors.last_said(session, chat.id)
        self._desk.accept(event)
        if self._hurry is not None:
            self._hurry()
        saying.until_handled(self._desk.database, event, chat, before)
        return RedirectResponse(_back(request, form, before), 303)

    def _press(self, session: Session, person: Person, form: dict[str, str]) -> str:
        act = Act(session, self._desk.house, self._desk.clock.now())
        act.drop()  # nothing is changed here
        return saying.press(act, person, form)

    # inside

    def _page(self, right: str, shows: Shows) -> Callable[[Request], Response]:
        """Show a page to whoever is logged in and has the right to it; anybody else is told the way in."""

        def shown(request: Request) -> Response:
            token = _token(request)
            with self._looking() as act:
                person = entering.who(act, token, self._lasting)
                if person is None:
                    return page("outside.html", reader_of(request, self._desk.house), code=401)
                reader = reader_of(request, self._desk.house, person.language)
                if not act.house.rights.may(frozenset(person.roles), right, "direct"):
                    return self._refuse(request, NOT_YOURS, 403)
                answer = shows(act, person, reader, request)
                is_due = entering.needs_noting(act, token)
            if is_due:
                with self._desk.database.writing() as session:
                    act = Act(session, self._desk.house, self._desk.clock.now())
                    act.drop()  # that somebody looks is no fact for the record
                    entering.note_seen(act, token)
            return answer

        return shown

    def _form(self, do: Callable[[Request, dict[str, str]], Response]) -> Callable[[Request], object]:
        async def done(request: Request) -> Response:
            form = await request.form(max_files=0, max_fields=20)
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
            return await run_in_threadpool(do, request, fields)

        return done

    def _who(self, request: Request) -> Person | None:
        with self._looking() as act:
            return entering.who(act, _token(request), self._lasting)

    @contextmanager
    def _looking(self) -> Iterator[Act]:
        with self._desk.database.reading() as session:
            act = Act(session, self._desk.house, self._desk.clock.now())
            act.drop()  # nothing is changed here
            yield act

    @contextmanager
    def _acting(self, kind: str) -> Iterator[Act]:
        with self._desk.database.writing() as session:
            act = Act(session, self._desk.house, self._desk.clock.now())
            try:
                yield act
            except BaseException:
                act.drop()
                raise
            if act.person is None:  # a link that was no good: nothing happened
                act.drop()
            else:
                act.end({"kind": kind})

    def _refuse(self, request: Request, said: Line, code: int) -> Response:
        return page("refused.html", reader_of(request, self._desk.house), code=code, said=said)


def _list(act: Act, person: Person, reader: Reader, request: Request) -> Response:
    asked = request.query_params
    words, show = asked.get("q", "").strip()[:LONGEST_SEARCH], asked.get("show", "open")
    act.person = person
    found = board_list.listed(act, words, show if show in board_list.SHOWN else "open")
    return _shown("list.html", act, person, reader, request, found=found, words=words)


def _case(act: Act, person: Person, reader: Reader, request: Request) -> Response:
    case = board_case.find_case(act, person, str(request.path_params["case_id"]))
    if case is None:
        return page("refused.html", reader, code=404, said=NO_CASE)
    return _shown("case.html", act, person, reader, request, it=board_case.shown(act, person, case))


def _figures(act: Act, person: Person, reader: Reader, request: Request) -> Response:
    return _shown("figures.html", act, person, reader, request, plots=plotting.plots(act))


def _shown(template: str, act: Act, person: Person, reader: Reader, request: Request, **what: Any) -> Response:  # noqa: ANN401 - what templates show
    after = saying.number(request.query_params.get("after", ""))
    answers = board_case.answers(act, saying.chat_of(act.session, person), after) if after is not None else None
    return page(
        template, reader, person=person, form_token=form_token(_token(request)), answers=answers,
        may=board_case.rights_of(act, person), **what,
    )  # fmt: skip


def _back(request: Request, form: dict[str, str], after: int) -> str:
    """Return to the page that a form stood on."""
    asked = {"after": str(after)}
    try:
        where = f"cases/{uuid.UUID(form.get('case', ''))}"
    except ValueError:
        where = ""
    return f"{base_of(request)}/{where}?{urlencode(asked)}#answers"


def _token(request: Request) -> str:
    return request.cookies.get(COOKIE, "")


def _style(request: Request) -> Response:
    del request
    return Response(style(), media_type="text/css", headers={"Cache-Control": KEPT})
