"""Takes in the pages that reported links lead to: fetched within bounds, read apart, judged like the report."""

import uuid
from datetime import datetime, timedelta
from typing import Final, cast

import structlog

from bot.chat.platform import SendFailed
from bot.sites.apart import NotRead, read_apart
from bot.sites.guard import Refused
from bot.sites.line import BODIES, Answer, TooMuch, Unreachable, Visitor
from bot.sites.manners import is_later, rest_of
from handlers.act import Act
from handlers.house import House
from handlers.intake import linked
from handlers.intake.linked_words import Trouble
from handlers.reading.post import Reading
from storage.database import Database
from storage.linked_page import LinkedPage
from storage.outbox import Outbox

log = structlog.get_logger()
PATIENCE: Final = timedelta(hours=6)  # a site that does not answer for so long is left alone
PAGES: Final = ("text/html", "application/xhtml+xml", "text/plain", "")


class LinkedPages:
    """Fetches owed pages; a second call for the same row changes nothing."""

    def __init__(self, database: Database, house: House, visitor: Visitor) -> None:
        """Fetch as this visitor."""
        self._database = database
        self._house = house
        self._visitor = visitor

    def fetch(self, row: Outbox, now: datetime) -> None:
        """Fetch the page of an owed row, from any thread; SendFailed when it may succeed later."""
        page = uuid.UUID(row.payload["page"])
        if not self._is_owed(page):
            return
        try:
            answer = self._answer(row.payload["url"], now)
            title, text = _read(answer)
        except _NotTaken as refused:
            self._not_taken(page, refused.why, now)
        except (Unreachable, SendFailed) as failure:
            if now - row.created_at > PATIENCE:
                self._not_taken(page, "silent", now)
                return
            raise failure if isinstance(failure, SendFailed) else SendFailed(str(failure)) from failure
        except TooMuch:
            self._not_taken(page, "too_large", now)
        except Refused as refused:
            self._not_taken(page, cast("Trouble", str(refused)), now)
        else:
            self._came(page, answer.url, title, text, now)

    def _is_owed(self, page: uuid.UUID) -> bool:
        with self._database.reading() as session:
            found = session.get(LinkedPage, page)
            return found is not None and found.stage == "owed"

    def _answer(self, url: str, now: datetime) -> Answer:
        answer = self._visitor.get(url, {"Accept": "text/html, text/plain;q=0.5"})
        if is_later(answer):
            raise SendFailed(f"answered {answer.status}", after=rest_of(answer, now))
        return answer

    def _came(self, page: uuid.UUID, url: str, title: str, text: str, now: datetime) -> None:
        read = self._judged(f"{title}\n{text}".strip(), now)
        with self._database.writing() as session:
            act = Act(session, self._house, now, reading=read)
            linked.came(act, page, url, title, text)
            act.end({"kind": "page_fetched"})
        log.info("page fetched", page=str(page))

    def _judged(self, words: str, now: datetime) -> Reading | None:
        try:
            return self._house.read(words, now)
        except Exception:  # as with any text: a person judges it
            log.exception("a page could not be judged")
            return None

    def _not_taken(self, page: uuid.UUID, why: Trouble, now: datetime) -> None:
        with self._database.writing() as session:
            act = Act(session, self._house, now)
            linked.not_taken(act, page, why)
            act.end({"kind": "page_not_taken"})
        log.info("page not taken", page=str(page), why=why)


class _NotTaken(Exception):
    """A page will never be had."""

    def __init__(self, why: Trouble) -> None:
        super().__init__(why)
        self.why: Trouble = why


def _read(answer: Answer) -> tuple[str, str]:
    """Return the title and the text of a page that was answered."""
    if answer.status not in BODIES:
        raise _NotTaken("not_there")
    if answer.media_type not in PAGES:
        raise _NotTaken("not_a_page")
    try:
        read = read_apart("page", answer.body, {"charset": _charset(answer), "type": answer.media_type})
    except NotRead as trouble:
        raise _NotTaken("unreadable") from trouble
    title, text = str(read["title"]), str(read["text"])
    if not (title or text):
        raise _NotTaken("empty")
    return title, text


def _charset(answer: Answer) -> str:
    said = answer.headers.get("content-type", "").lower().partition("charset=")[2]
    return said.partition(";")[0].strip(" \"'")
