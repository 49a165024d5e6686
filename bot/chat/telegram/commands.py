"""The menu that Telegram shows beside the text field: what can be said here, in the reader's language."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.error import TelegramError

from bot.chat.telegram.hearing import TELEGRAM
from config.language import LANGUAGES, Voice
from handlers.house import House
from handlers.registry import VERBS, Verb
from storage import chat as chats
from storage import person as people
from storage.database import Session

log = structlog.get_logger()
# https://core.telegram.org/bots/api#botcommand
NAME: Final = re.compile(r"[a-z0-9_]{1,32}")
MOST_COMMANDS: Final = 100
LONGEST_DESCRIPTION: Final = 256
# What is said most often stands first; the rest follows in the order of the capabilities.
FIRST: Final = ("list", "case", "report", "ack", "note", "draft", "submit", "approve", "reject", "issue", "help")
EXAMPLE: Final = re.compile("[:\uff1a].*", re.DOTALL)  # a verb's help goes on with how it is typed
ADMINISTRATOR: Final = "administrator"


@dataclass(frozen=True)
class Menu:
    """One list of commands: for one chat (its account) or for all 1:1 chats (empty), in one language.

    Without a language code it is what everybody sees whose language has no list of its own.
    """

    scope: str
    language_code: str
    commands: tuple[tuple[str, str], ...]  # name, description


@dataclass(frozen=True)
class Places:
    """The chats that have a menu of their own."""

    groups: tuple[tuple[str, str], ...] = ()  # account, use
    administrators: tuple[str, ...] = ()  # accounts of their 1:1 chats


def places(session: Session) -> Places:
    """Find the bound groups and the administrators who can be written to."""
    groups = [chat for chat in chats.groups(session) if chat.platform == TELEGRAM and chat.use != "release_channel"]
    who = [person.id for person in people.everybody(session) if person.has(ADMINISTRATOR)]
    private = [chat for person in who for chat in chats.direct(session, person) if chat.platform == TELEGRAM]
    return Places(tuple((chat.account, chat.use) for chat in groups), tuple(chat.account for chat in private))


def menus(house: House, where: Places) -> list[Menu]:
    """Return every menu: for 1:1 chats, for those of administrators, and for each bound group."""
    found = [*_in_languages(house, "", "direct", administrator=False)]
    for account in where.administrators:
        found += _in_languages(house, account, "direct", administrator=True)
    for account, use in where.groups:
        found += _in_languages(house, account, use, administrator=False)
    return found


def _in_languages(house: House, scope: str, use: str, *, administrator: bool) -> Iterator[Menu]:
    heard = [verb for verb in _ordered(VERBS.values()) if _belongs(house, verb, use, administrator=administrator)]
    others = [language for language in LANGUAGES if language != house.language]
    for code, language in [("", house.language), *((language, language) for language in others)]:
        yield Menu(scope, code, tuple(_command(verb, house.voice(language)) for verb in heard[:MOST_COMMANDS]))


def _ordered(verbs: Iterable[Verb]) -> list[Verb]:
    return sorted(verbs, key=lambda verb: FIRST.index(verb.key) if verb.key in FIRST else len(FIRST))


def _belongs(house: House, verb: Verb, use: str, *, administrator: bool) -> bool:
    if not verb.typed or not NAME.fullmatch(verb.key) or use not in house.rights.where(verb.key):
        return False
    return administrator or set(house.rights.who(verb.key)) != {ADMINISTRATOR}


def _command(verb: Verb, voice: Voice) -> tuple[str, str]:
    return verb.key, EXAMPLE.sub("", verb.help.say(voice)).strip()[:LONGEST_DESCRIPTION] or verb.key


async def set_menus(bot: Bot, wanted: Sequence[Menu]) -> list[Menu]:
    """Set what differs from what Telegram shows; return the menus that could not be set, to be tried again."""
    return [menu for menu in wanted if not await _set(bot, menu)]


async def _set(bot: Bot, menu: Menu) -> bool:
    scope = BotCommandScopeChat(_chat_id(menu.scope)) if menu.scope else BotCommandScopeAllPrivateChats()
    commands = [BotCommand(name, description) for name, description in menu.commands]
    try:
        if list(await bot.get_my_commands(scope, menu.language_code)) != commands:
            await bot.set_my_commands(commands, scope, menu.language_code)
    except TelegramError as trouble:
        log.warning("a menu was not set", chat=menu.scope, language=menu.language_code, why=str(trouble))
        return False
    return True


def _chat_id(account: str) -> int | str:
    return int(account) if account.lstrip("-").isdecimal() else account
