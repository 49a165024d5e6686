"""Who may say what: checked before any verb is acted on."""

from handlers import words
from handlers.act import Act
from handlers.errors import Refusal
from handlers.registry import Verb


def check_right(act: Act, verb: Verb) -> None:
    """Refuse a verb to whoever may not say it, or not here; the refusal says who may, or where."""
    rights, roles = act.house.rights, frozenset(act.somebody.roles)
    if rights.may(roles, verb.key, act.chat.use if act.chat else ""):
        return
    if any(rights.may(roles, verb.key, other) for other in rights.where(verb.key)):
        raise Refusal(words.not_in_this_chat(word_used(act, verb)))
    raise Refusal(words.no_right(word_used(act, verb), words.roles(rights.who(verb.key))))


def word_used(act: Act, verb: Verb) -> str:
    """Return the word that was used for a verb; for a button, the one people use."""
    if act.spoken:
        return act.spoken
    chinese = act.voice_for(act.chat, act.person).language != "en"
    return next(iter(verb.aliases), verb.key) if chinese else verb.key
