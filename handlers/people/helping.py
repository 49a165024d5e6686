"""What somebody may say here, by subject: short at first, and whole for one subject on request."""

from collections.abc import Sequence
from typing import Final

from config.language import Line, Said, Voice, t
from handlers import registry
from handlers.act import Act
from handlers.people import words
from handlers.registry import Verb

ALL: Final = ("全部", "all")
SUBJECTS: Final = (  # with the packages that understand the verbs, in the order of the work
    (t("收集"), ("intake", "feeds")),
    (t("研判"), ("judgement",)),
    (t("分派"), ("assignment",)),
    (t("时限"), ("clocks",)),
    (t("推进"), ("urging",)),
    (t("拟稿"), ("drafting",)),
    (t("审签"), ("gates",)),
    (t("对外发布"), ("release",)),
    (t("联席会议"), ("joint_meeting", "meeting")),
    (t("值守"), ("digest", "hot", "board")),
    (t("人员"), ("people", "deputies")),
    (t("会话与账号"), ("chats",)),
)
Subject = tuple[Line, Sequence[Verb]]


def told(act: Act, about: str) -> Said:
    """Tell what this person may say here: by subject, all of one subject, or everything."""
    found = _allowed(act)
    if about.lower() in ALL:
        return words.help_whole(found)
    voice = act.voice_for(act.chat, act.person)
    if about:
        named = [subject for subject in found if _is_meant(subject, about.lower().removeprefix("/"), voice)]
        return words.help_whole(named) if named else words.no_such_help(about)
    return words.help_short([(name, [_word(verb, voice) for verb in verbs]) for name, verbs in found])


def _allowed(act: Act) -> list[Subject]:
    """Sort what this person may say in this chat by subject; a subject without any verb is left out."""
    roles = frozenset(act.person.roles) if act.person else frozenset[str]()
    use = act.chat.use if act.chat else ""
    verbs = [verb for verb in registry.VERBS.values() if verb.typed and act.house.rights.may(roles, verb.key, use)]
    sorted_in = [(name, [verb for verb in verbs if package_of(verb) in packages]) for name, packages in SUBJECTS]
    return [(name, own) for name, own in sorted_in if own]


def package_of(verb: Verb) -> str:
    """Return the package that understands a verb."""
    return verb.handler.__module__.split(".")[1]


def _is_meant(subject: Subject, about: str, voice: Voice) -> bool:
    """Say whether a subject is named, or one of the verbs in it."""
    name, verbs = subject
    verb = registry.ALIASES.get(about)
    return about in (name.text, name.say(voice).lower()) or any(each.key == verb for each in verbs)


def _word(verb: Verb, voice: Voice) -> str:
    return verb.key if voice.language == "en" else next(iter(verb.aliases), verb.key)
