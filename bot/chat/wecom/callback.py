"""The address that WeCom calls: each event is opened, stored first, answered then with nothing.

https://developer.work.weixin.qq.com/document/path/90930: a GET wants its echo within a second; a POST that is not
answered within five comes again, up to three times.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.accepting import Accepting, Errand, in_a_thread
from bot.chat.receiving import Accept, Keyed, body_of, storable_tree, stored
from bot.chat.reception import Reception
from bot.chat.wecom.hearing import KEY
from bot.chat.wecom.letters import NONE
from bot.chat.wecom.refusing import REFUSED, echoed, refusal
from bot.chat.wecom.sealed import Seal, Stamp
from config.accounts import WECOM, plain_account

CALLBACK_PATH: Final = "/wecom/callback"
LARGEST: Final = 200_000  # bytes; a text has at most 2048
HTTP_OK: Final = 200
# https://developer.work.weixin.qq.com/document/path/90240: what was chosen on a card of choices, a list each
CHOSEN: Final = re.compile(r"SelectedItems\.SelectedItem(\.[0-9]+)?\.OptionIds\.OptionId(\.[0-9]+)?")
DEEPEST: Final = 20  # elements within one another


def callback_route(
    accept: Accept,
    seal: Seal,
    clock: Callable[[], datetime],
    *,
    reception: Reception | None = None,
    soon: Callable[[Errand], None] = in_a_thread,
) -> Route:
    """Return the route that WeCom calls; clock tells this machine's time, soon runs an errand that stores."""
    accepting = Accepting(accept, soon)
    noted = reception or Reception("webhook")

    async def called(request: Request) -> Response:
        try:
            if request.method != "POST":
                return echoed(seal, request.query_params, clock())
            event = keyed(opened(await body_of(request, LARGEST), Stamp.of(request.query_params), seal, clock()))
        except REFUSED as trouble:
            return refusal(trouble)
        answers = [await stored(accepting, update, noted) for update in choices(event)]
        return next((answer for answer in answers if answer.status_code != HTTP_OK), Response())

    return Route(CALLBACK_PATH, called, methods=["GET", "POST"])


def opened(body: bytes, stamp: Stamp, seal: Seal, now: datetime) -> str:
    """Return the XML within a callback; NotSealed, or ValueError for what has none."""
    encrypted = _tree(body).findtext("Encrypt")
    if encrypted is None:
        raise ValueError("nothing sealed in it")
    return seal.open(encrypted, stamp, now)


def keyed(xml: str) -> Keyed:
    """Name an event so that a second delivery has the same name: by its number, else by all that it says.

    A name of person and second would take a leader's second signature for a repeat of the first.
    """
    event = flat(xml)
    number = event.get("MsgId", "")
    name = number if number.isascii() and number.isdigit() else hashlib.sha256(xml.encode()).hexdigest()
    return name, storable_tree({**event, KEY: name})


def choices(event: Keyed) -> list[Keyed]:
    """Return a tap for each thing that was chosen on a card of choices, and any other event as it is.

    A second delivery chooses the same, and each choice has its own name.
    """
    name, told = event
    chosen = {key: str(value) for key, value in told.items() if CHOSEN.fullmatch(key)}
    if not chosen:
        return [event]
    rest = {key: value for key, value in told.items() if key not in chosen}
    kept = [value for value in chosen.values() if value != NONE]
    return [(f"{name}:{n}", {**rest, "EventKey": each, KEY: f"{name}:{n}"}) for n, each in enumerate(kept)]


def flat(xml: str) -> dict[str, str]:
    """Return the words of an XML by where they stand: Event, or SendLocationInfo.Label; ValueError for no XML."""
    return dict(_words(_tree(xml.encode()), "", 0))


def _words(element: Element, at: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > DEEPEST:
        raise ValueError("too deep")
    names: dict[str, int] = {}
    for child in element:
        names[child.tag] = names.get(child.tag, 0) + 1
        name = child.tag if names[child.tag] == 1 else f"{child.tag}.{names[child.tag]}"
        if len(child):
            yield from _words(child, f"{at}{name}.", depth + 1)
        else:
            yield f"{at}{name}", child.text or ""


def _tree(xml: bytes) -> Element:
    """Read XML that nobody may hide entities in; ValueError for what is none."""
    try:
        tree: Element = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, UnicodeError, LookupError) as broken:
        raise ValueError(type(broken).__name__) from None
    return tree


def place_of(event: Mapping[str, object]) -> str:
    """Return the member whom an event came from, which is how their 1:1 chat is called; empty for nobody's."""
    return plain_account(WECOM, str(event.get("FromUserName", "")))
