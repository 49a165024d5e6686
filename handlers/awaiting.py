"""Words that wait for their picture: on some platforms a message holds words or a picture, never both (R7)."""

from datetime import timedelta
from typing import Final

from handlers.act import Act
from handlers.conversation import File, Incoming
from handlers.intake.files import kind_of_file
from handlers.words import reference
from storage import timer as timers
from storage.case import Case
from storage.timer import Timer

KIND: Final = "picture_awaited"
WAITS: Final = timedelta(minutes=10)
PDF: Final = "application/pdf"


def wait_here(act: Act, case: Case, said: str) -> None:
    """Let words about a case, said without their verb, wait for a picture from whoever said them, in this chat."""
    words = f"{act.spoken} #{reference(case)} {said}"
    act.later(KIND, act.now + WAITS, subject=_subject(act), words=words, said=said, about=str(case.id))


def here(act: Act) -> Timer | None:
    """Return what waits in this chat for a picture from whoever speaks."""
    return timers.waiting(act.session, KIND, _subject(act))


def no_longer(act: Act) -> None:
    """Let nothing wait here any more."""
    act.no_longer(KIND, _subject(act))


def with_words(act: Act, incoming: Incoming) -> Incoming:
    """Give somebody's own picture, sent 1:1 without a word, the words that wait for it."""
    bare = incoming.files and not incoming.text.strip() and incoming.origin is None and not incoming.edited
    if not bare or act.chat is None or act.chat.use != "direct" or not all(map(is_picture, incoming.files)):
        return incoming
    waiting = here(act)
    return incoming.model_copy(update={"text": waiting.payload["words"]}) if waiting is not None else incoming


def is_picture(file: File) -> bool:
    """Say whether a file shows a sheet of paper: a picture or a PDF."""
    return kind_of_file(file) == "image" or file.media_type == PDF or file.name.lower().endswith(".pdf")


def _subject(act: Act) -> str:
    incoming = act.incoming
    return f"{incoming.platform}:{incoming.place.account}:{incoming.sender.account}" if incoming is not None else ""
