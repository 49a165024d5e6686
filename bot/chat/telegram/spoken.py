"""The words of a message as the desk hears them: whom they are meant for, and no address hidden behind a word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from telegram import Message, MessageEntity

from handlers.conversation import MAX_TEXT

_COMMAND_FOR = re.compile(r"(\s*[/／]\w+)[@＠]([A-Za-z0-9_]+)")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_IN_PATH = re.compile(r"[^/]+/.")  # example.com/page: without a page, "readme.md" would be an address too


@dataclass(frozen=True)
class Spoken:
    """What was said, and whether the desk was named."""

    text: str
    addressed: bool = False


@dataclass(frozen=True)
class Named:
    """How the desk is called: its id, and its username without the @."""

    bot_id: int
    username: str

    def is_called(self, name: str) -> bool:
        """Say whether a username is the desk's; Telegram does not tell capitals apart."""
        return name.casefold() == self.username.casefold()


def forwarded_words(message: Message) -> Spoken:
    """Return the words of a forward: nobody's command, whomever they name."""
    text, entities = _text(message)
    return Spoken(_with_addresses(text, entities, message))


def own_words(message: Message, named: Named) -> Spoken | None:
    """Return what a person says, a mention of the desk moved to the front; None for a command to another bot."""
    text, entities = _text(message)
    found = _COMMAND_FOR.match(text)
    if found is not None:
        if not named.is_called(found[2]):
            return None
        return Spoken(_with_addresses(found[1] + text[found.end() :], entities, message, text), addressed=True)
    spans = sorted(_mentions(text, entities, named))
    words = _moved_to_front(text, spans, named) if spans else text
    return Spoken(_with_addresses(words, entities, message, text), bool(spans))


def _text(message: Message) -> tuple[str, Sequence[MessageEntity]]:
    if message.text is not None:
        return message.text, message.entities
    return message.caption or "", message.caption_entities


def _mentions(text: str, entities: Sequence[MessageEntity], named: Named) -> Iterator[tuple[int, int]]:
    """Find where the desk is named.

    Telegram itself sees no mention where a letter stands beside the name, and Chinese is written without blanks:
    "请@desk_bot批准 12" comes without an entity, so the name is looked for in the text.
    """
    if named.username:
        name = re.compile(rf"(?<![A-Za-z0-9_/@＠])[@＠]{re.escape(named.username)}(?![A-Za-z0-9_])", re.IGNORECASE)
        yield from (found.span() for found in name.finditer(text))
    for entity in entities:
        if entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and entity.user.id == named.bot_id:
            yield _span(text, entity)


def _moved_to_front(text: str, spans: Sequence[tuple[int, int]], named: Named) -> str:
    rest, at = "", 0
    for start, end in spans:
        rest = _joined(rest, text[at:start])
        at = end
    return f"@{named.username or named.bot_id} {_joined(rest, text[at:]).strip()}".rstrip()


def _joined(before: str, after: str) -> str:
    """Join what stood on both sides of a name; two words do not become one."""
    if before and after and not before[-1].isspace():
        return f"{before} {after.lstrip(' ')}"
    return before + after.lstrip(" ")


def _with_addresses(words: str, entities: Sequence[MessageEntity], message: Message, text: str | None = None) -> str:
    """Add the addresses that the words do not show, each on a line of its own.

    Which of them is the post's own address and which one it only cites is for the intake to say.
    """
    addresses = dict.fromkeys(_addresses(words if text is None else text, entities))
    preview = message.link_preview_options
    if preview is not None and isinstance(preview.url, str) and not addresses and not _WEB.search(words):
        addresses[preview.url] = None
    hidden = [address for address in addresses if address not in words]
    return "\n".join((words, *hidden))[:MAX_TEXT]  # a message is far shorter; only addresses could be too many


def _addresses(text: str, entities: Sequence[MessageEntity]) -> Iterator[str]:
    for entity in entities:
        if entity.type == MessageEntity.TEXT_LINK and _WEB.match(entity.url or ""):
            yield entity.url or ""
        if entity.type == MessageEntity.URL:
            start, end = _span(text, entity)
            shown = text[start:end]
            if _WEB.match(shown):
                yield shown
            elif _IN_PATH.match(shown):
                yield f"https://{shown}"


def _span(text: str, entity: MessageEntity) -> tuple[int, int]:
    """Return where an entity begins and ends in the text: Telegram counts UTF-16 units, Python characters."""
    units = text.encode("utf-16-le", "surrogatepass")
    ends = (entity.offset, entity.offset + entity.length)
    start, end = (len(units[: 2 * max(0, end)].decode("utf-16-le", "replace")) for end in ends)
    return start, end
