"""What reaches the desk and what it answers, the same on every platform."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from config.language import Said

MOST_HEAT = 2_000_000_000  # likes or reposts; more is no count
MAX_TEXT = 200_000  # characters; a longer message is refused by its adapter, with a word to its sender


def storable(said: str) -> str:
    """Replace what no database can keep: NUL, and halves of surrogate pairs."""
    return said.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


Words = Annotated[str, BeforeValidator(lambda said: storable(said) if isinstance(said, str) else said)]


class Outside(BaseModel):
    """Input from outside: validated, frozen, nothing unknown in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class File(Outside):
    """A file that came with a message: kept already, by the hash of its content, or still to be fetched."""

    sha256: Words = Field(default="", pattern=r"^([0-9a-f]{64})?$")  # empty: still with the platform
    source: Words = ""  # the platform's own name for a file that is still to be fetched
    size: int = Field(default=0, ge=0)  # bytes; 0: the platform did not say
    name: Words = ""
    media_type: Words = "application/octet-stream"
    look: Words = Field(default="", pattern=r"^([0-9a-f]{64})?$")  # of a picture that is kept already


class Origin(Outside):
    """Where a forwarded post comes from."""

    kind: Literal["user", "hidden_user", "chat", "channel"]
    key: Words | None = None  # the platform's own name for the original: the best key for duplicates
    author: Words = ""
    url: Words | None = None
    posted_at: AwareDatetime | None = None


class Sender(Outside):
    """The account that speaks."""

    account: Words
    name: Words = ""
    anonymous: bool = False  # speaks in a group's or a channel's name: nobody knows who it is


class Place(Outside):
    """The chat something was said in."""

    account: Words
    direct: bool = False
    public: bool = False  # a channel the public reads
    title: Words = ""
    topic: Words = ""  # the part of a chat that holds this conversation


class Incoming(Outside):
    """One event from a chat platform, a web form, a feed or a file."""

    platform: Words
    key: Words  # unique on the platform: a repeated delivery has the same one
    at: AwareDatetime
    place: Place
    sender: Sender
    message_id: Words = ""
    text: Words = Field(default="", max_length=MAX_TEXT)
    reply_to: Words | None = None
    origin: Origin | None = None
    files: tuple[File, ...] = ()
    album: Words | None = None
    press: Words | None = None  # verb|case|argument of a tapped button
    tap: Words = ""  # serial.row.column of a tapped button, where the platform carries no more
    receipt: Words = ""  # what the answer to a tap must name; every tap that has one is answered
    # What became of the desk in this chat, when nothing was said there; or that the job named by message_id has ended.
    notice: Literal["", "added", "removed", "moved", "rights", "finished"] = ""
    lacks: tuple[Words, ...] = ()  # of the rights it may want there, those it has not got
    moved_to: Words = ""  # the chat's new account
    edited: bool = False
    addressed: bool = False  # the desk was named: @desk
    from_public: bool = False  # written to the bureau by somebody outside it: material, never a word to the desk
    likes: int = Field(default=0, ge=0, le=MOST_HEAT)
    reposts: int = Field(default=0, ge=0, le=MOST_HEAT)
    posted_at: AwareDatetime | None = None  # of an imported post
    author: Words = ""  # of an imported post
    url: Words | None = None

    @property
    def is_material(self) -> bool:
        """Say whether this carries a post rather than words to the desk."""
        return self.origin is not None or bool(self.files)


@dataclass(frozen=True)
class Button:
    """One tap: its verb, about the case of its message unless another is named, with an argument."""

    label: Said
    verb: str
    argument: str = ""
    urgent: bool = False
    about: uuid.UUID | None = None


@dataclass(frozen=True)
class Message:
    """What the desk says, not yet in a reader's language."""

    text: Said
    buttons: Sequence[Sequence[Button]] = ()


@dataclass(frozen=True)
class Content:
    """A message as it goes out: rendered, frozen, ready for any platform."""

    text: str
    buttons: tuple[tuple[Mapping[str, str], ...], ...] = ()
    reply_to: str | None = None
    only_for: str = ""  # a toast: the account that tapped
    topic: str = ""  # the part of a chat it belongs in
    serial: int = 0  # the owed row it comes from: a button is named by it
    names: tuple[str, str] | None = None  # "@name" in the text and the account it calls
    silent: bool = False  # nobody is to be woken by it
    again: bool = False  # it may be there already
    exact: bool = False  # signed words: shown as they are, or not at all
    receipt: str = ""  # a toast: what the answer must name
    spends: bool = False  # a toast that answers no tap: it stands in place of the buttons of the message it names
    language: str = ""  # of its reader, for what a platform adds of its own; empty: the desk's


def press_of(verb: str, case_id: object, argument: str = "") -> str:
    """Put a tap into one string: verb|case|argument."""
    return f"{verb}|{case_id or ''}|{argument}"


def read_press(press: str) -> tuple[str, str, str]:
    """Take a tap apart: verb, case id (may be empty), argument."""
    verb, _, rest = press.partition("|")
    case_id, _, argument = rest.partition("|")
    return verb, case_id, argument
