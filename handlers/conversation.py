"""What reaches the desk and what it answers, the same on every platform."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

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
    """A file that came with a message, already kept by the hash of its content."""

    sha256: Words = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)
    name: Words = ""
    media_type: Words = "application/octet-stream"


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


class Place(Outside):
    """The chat something was said in."""

    account: Words
    direct: bool = False
    title: Words = ""


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
    edited: bool = False
    addressed: bool = False  # the desk was named: @desk
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
    """One tap: its verb, about the case of its message, with an argument."""

    label: Said
    verb: str
    argument: str = ""
    urgent: bool = False


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
    extra: Mapping[str, Any] = field(default_factory=dict)


def press_of(verb: str, case_id: object, argument: str = "") -> str:
    """Put a tap into one string: verb|case|argument."""
    return f"{verb}|{case_id or ''}|{argument}"


def read_press(press: str) -> tuple[str, str, str]:
    """Take a tap apart: verb, case id (may be empty), argument."""
    verb, _, rest = press.partition("|")
    case_id, _, argument = rest.partition("|")
    return verb, case_id, argument
