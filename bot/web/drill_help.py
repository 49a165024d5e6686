"""What the desk understands, as a table for visitors of the drill room."""

from config.language import Voice, joined
from config.rights import ROLE_NAMES, Rights
from handlers import verbs
from handlers.registry import VERBS


def verbs_shown(rights: Rights, voice: Voice) -> list[dict[str, str]]:
    """List every verb that can be typed: its words, what it is for, who may."""
    verbs.aliases()  # importing it is what registers them
    return [
        {
            "words": " ".join((*verb.aliases, verb.key)),
            "help": verb.help.say(voice),
            "who": joined([ROLE_NAMES[role] for role in ROLE_NAMES if role in rights.who(verb.key)], "、").say(voice),
        }
        for verb in VERBS.values()
        if verb.typed
    ]
