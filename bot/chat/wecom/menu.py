"""The menu below the app's chat: what everybody may say at any time, said by a tap.

https://developer.work.weixin.qq.com/document/path/90231: three entries, the last of which opens five more.
"""

from collections.abc import Mapping
from typing import Any, Final

from bot.chat.wecom.words import MORE
from config.language import Voice
from handlers.registry import VERBS

SHOWN: Final = ("list", "board")
FURTHER: Final = ("digest", "duty", "whoami", "help")


def menu(language: str) -> Mapping[str, Any]:
    """Return the menu in the desk's language: an entry says the word that stands on it."""
    more = {"name": MORE.say(Voice(language)), "sub_button": [_entry(key, language) for key in FURTHER]}
    return {"button": [*(_entry(key, language) for key in SHOWN), more]}


def _entry(key: str, language: str) -> Mapping[str, str]:
    word = VERBS[key].aliases[0] if language == "zh" else key
    return {"type": "click", "name": word, "key": word}
