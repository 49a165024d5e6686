"""What Telegram makes of a text: entities from HTML, entities by itself, outer whitespace off, lengths in UTF-16 units.

https://core.telegram.org/bots/api#html-style; the sentences are those of td/telegram/MessageEntity.cpp.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from tests.platforms.bot_api.world import Json, bad_request

STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));?")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
ATTRIBUTE = re.compile(r"\s*([^\s=>]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9.\-]+)))?")
MENTIONED_USER = re.compile(r"tg://user/?\?id=(\d+)")
KEPT = ("bot_command", "mention", "url", "hashtag", "email")
PATTERNS = (
    ("url", re.compile(r"https?://[\w.-]+(?::\d+)?(?:[/?#][^\s<>\"«»]*)?", re.IGNORECASE)),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?!\w)")),
    (
        "url",
        re.compile(r"(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|cn|org|net|gov|io)\b(?:[/?#][^\s<>\"«»]*)?", re.IGNORECASE),
    ),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z0-9_]{4,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d_])\w{1,256}")),
)
NOT_AT_THE_END = ".:;,('?!`"


def units(text: str) -> int:
    """Count UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass
class _Open:
    tag: str
    argument: str
    begin: int  # in the text so far


@dataclass
class _Reader:
    source: str
    mention: Callable[[int], Json | None]
    at: int = 0
    text: str = ""

    def __post_init__(self) -> None:
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            if self.source[self.at] == "<":
                self._tag()
            else:
                self._characters()
        if self.open:
            raise bad_request(
                f"can't parse entities: Can't find end tag corresponding to start tag \"{self.open[-1].tag}\""
            )
        return self.text, sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))

    def _characters(self) -> None:
        until = self.source.find("<", self.at)
        until = len(self.source) if until < 0 else until
        self.text += REFERENCE.sub(_character, self.source[self.at : until])
        self.at = until

    def _tag(self) -> None:
        closing = self.source.startswith("</", self.at)
        until = self.source.find(">", self.at)
        if until < 0:
            self._refuse("Unclosed end tag" if closing else "Unclosed start tag")
        inside = self.source[self.at + (2 if closing else 1) : until]
        if closing:
            self._close(inside.rstrip())
        else:
            self._begin(inside)
        self.at = until + 1

    def _begin(self, inside: str) -> None:
        name = re.split(r"\s", inside, maxsplit=1)[0]
        tag = name.lower()
        if tag not in STYLES:
            self._refuse(f'Unsupported start tag "{tag}"')
        attributes = self._attributes(tag, inside[len(name) :])
        argument = attributes.get(
            {"a": "href", "code": "class", "span": "class", "tg-emoji": "emoji-id"}.get(tag, ""), ""
        )
        if tag == "span" and argument != "tg-spoiler":
            self._refuse('Tag "span" must have class "tg-spoiler"')
        if tag == "blockquote" and "expandable" in attributes:
            argument = "expandable"
        self.open.append(_Open(tag, argument, len(self.text)))

    def _attributes(self, tag: str, rest: str) -> dict[str, str]:
        found: dict[str, str] = {}
        at = 0
        while rest[at:].strip():
            match = ATTRIBUTE.match(rest, at)
            if match is None:
                self._refuse(f'Empty attribute name in the tag "{tag}"')
            values = [value for value in match.groups()[1:] if value is not None]
            if not values and match[1] != "expandable":
                self._refuse(f'Expected equal sign in declaration of an attribute of the tag "{tag}"')
            found[match[1].lower()] = html.unescape(values[0]) if values else ""
            at = match.end()
        return found

    def _close(self, name: str) -> None:
        if not self.open:
            self._refuse("Unexpected end tag")
        begun = self.open[-1]
        if name and name.lower() != begun.tag:
            self._refuse("Unmatched end tag", f', expected "</{begun.tag}>", found "</{name}>"')
        self.open.pop()
        self._emit(begun)

    def _emit(self, begun: _Open) -> None:
        covered = self.text[begun.begin :]
        entity: Json = {"offset": units(self.text[: begun.begin]), "length": units(covered), "type": STYLES[begun.tag]}
        if not covered or not self._complete(entity, begun, covered):
            return
        self.entities.append(entity)

    def _complete(self, entity: Json, begun: _Open, covered: str) -> bool:
        """Add what the tag says; a link that leads nowhere is no entity."""
        if begun.tag == "a":
            return self._link(entity, begun.argument or covered)
        if begun.tag == "tg-emoji":
            entity["custom_emoji_id"] = begun.argument
        if begun.tag == "blockquote" and begun.argument:
            entity["type"] = "expandable_blockquote"
        if begun.tag == "code" and self.open and self.open[-1].tag == "pre":
            self.open[-1].argument = begun.argument.removeprefix("language-")
            return False
        if begun.tag == "pre" and begun.argument:
            entity["language"] = begun.argument
        return True

    def _link(self, entity: Json, address: str) -> bool:
        mentioned = MENTIONED_USER.fullmatch(address)
        if mentioned:
            user = self.mention(int(mentioned[1]))
            entity.update(type="text_mention", user=user)
            return user is not None
        if not re.match(r"(https?|tg|ton|mailto|tel):|[\w-]+(\.[\w-]+)+", address, re.IGNORECASE):
            return False
        entity["url"] = address if ":" in address else f"http://{address}/"
        return True

    def _refuse(self, what: str, ending: str = "") -> NoReturn:
        offset = len(self.source[: self.at].encode())
        raise bad_request(f"can't parse entities: {what} at byte offset {offset}{ending}")


def _character(reference: re.Match[str]) -> str:
    decimal, hexadecimal, name = reference.groups()
    if name:
        return NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else reference[0]


def found_entities(text: str) -> list[Json]:
    """Find the entities that Telegram finds by itself: links, commands, mentions, hashtags."""
    taken: list[tuple[int, int]] = []
    entities = []
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            begin, end = (
                match.start(),
                match.start() + len(match[0].rstrip(NOT_AT_THE_END) if kind == "url" else match[0]),
            )
            if all(end <= first or begin >= last for first, last in taken):
                taken.append((begin, end))
                entities.append({"offset": units(text[:begin]), "length": units(text[begin:end]), "type": kind})
    return sorted(entities, key=lambda entity: int(entity["offset"]))


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Take the outer whitespace off; entities move and shrink with it."""
    kept = text.strip()
    if kept == text:
        return text, entities
    lead = units(text) - units(text.lstrip())
    length = units(kept)
    moved = []
    for entity in entities:
        begin = max(0, entity["offset"] - lead)
        end = min(length, entity["offset"] - lead + entity["length"])
        if begin < end:
            moved.append({**entity, "offset": begin, "length": end - begin})
    return kept, moved


def formatted(
    text: str, mode: str, entities: list[Json] | None, mention: Callable[[int], Json | None]
) -> tuple[str, list[Json]]:
    """Give text and entities as Telegram shows them; raises ApiError on bad markup."""
    if mode and mode.lower() != "html":
        raise bad_request(f"unsupported parse_mode {mode}: this double knows HTML")
    given = _Reader(text.replace("\r", ""), mention).read() if mode else (text.replace("\r", ""), list(entities or []))
    shown, styled = trimmed(*given)
    own = [entity for entity in found_entities(shown) if not any(_overlap(entity, other) for other in styled)]
    return shown, sorted([*styled, *own], key=lambda entity: (entity["offset"], -entity["length"]))


def _overlap(found: Json, given: Json) -> bool:
    """A style may lie over a link; code, a link or a mention excludes it."""
    if given["type"] not in {"code", "pre", "text_link", "text_mention", *KEPT}:
        return False
    return bool(
        found["offset"] < given["offset"] + given["length"] and given["offset"] < found["offset"] + found["length"]
    )
