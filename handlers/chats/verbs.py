"""Administrators let people's accounts and groups in, and let groups go."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from config.language import t
from handlers.act import Act
from handlers.chats import addressing, binding, codes, first_start, notices, owing, unbound, words
from handlers.conversation import Button
from handlers.errors import Refusal
from handlers.registry import said
from storage import chat as chats
from storage import invitation as invitations
from storage import person as people
from storage.chat import Chat
from storage.invitation import Invitation
from storage.person import Person

__all__ = [
    "addressing",
    "bind",
    "first_start",
    "invite",
    "notices",
    "unbind",
    "unbound",
]  # their timers are known once imported
MOST_NEAR: Final = 5
NEAR: Final = 0.4  # of two names of two characters each, one is the same
SURE: Final = " yes"


@said("invite", "邀请", about="nothing", help=t("邀请人员接通账号:邀请 王五"))
def invite(act: Act, wanted: str) -> None:
    """Give the administrator a code with which somebody connects their account."""
    person, platform = _named(act, wanted.strip()), _platform(act)
    for older in invitations.open_ones(act.session, "person", platform, act.now):
        if older.person_id == person.id:
            older.expires_at = act.now
            invitations.save(act.session, older)
    code = codes.new_code()
    made = Invitation(
        code_hash=codes.hash_of(code), kind="person", platform=platform, person_id=person.id,
        created_by=act.somebody.id, created_at=act.now, expires_at=act.now + codes.CODE_LIVES,
    )  # fmt: skip
    invitations.save(act.session, made)
    act.note(invited=str(person.id), platform=platform)
    act.reply(words.invited(person, code, owing.start_link(act, platform, code), made.expires_at), alone=True)


@said("bind", "绑定", about="nothing", help=t("绑定群或频道:绑定 工作群"))
def bind(act: Act, wanted: str) -> None:
    """Give the administrator a code with which a group is bound."""
    use, platform = words.use_named(wanted), _platform(act)
    if not use:
        raise Refusal(words.how_to_bind(), [[Button(name, "bind", key) for key, name in words.USE_NAMES.items()]])
    code = codes.new_code()
    made = Invitation(
        code_hash=codes.hash_of(code), kind="chat", platform=platform, use=use,
        created_by=act.somebody.id, created_at=act.now, expires_at=act.now + codes.GROUP_CODE_LIVES,
    )  # fmt: skip
    invitations.save(act.session, made)
    act.note(group_code=use, platform=platform)
    link = owing.start_link(act, platform, code, to="channel" if use == "release_channel" else "group")
    act.reply(words.group_code(use, code, link, made.expires_at), alone=True)


@said("unbind", "解绑", about="nothing", help=t("解绑群或频道:解绑"))
def unbind(act: Act, wanted: str) -> None:
    """Let a bound group go; it is asked once more."""
    if not wanted.strip():
        _offer(act, chats.groups(act.session))
        return
    chat = chats.by_id(act.session, wanted.removesuffix(SURE).strip())
    if chat is None or chat.use not in binding.GROUPS:
        raise Refusal(words.not_bound_any_more())
    if wanted.endswith(SURE):
        binding.unbind(act, chat)
    else:
        sure = Button(t("确定解绑"), "unbind", f"{chat.id}{SURE}", urgent=True)
        act.reply(words.sure_to_unbind(chat), [[sure]])


def _offer(act: Act, bound: Sequence[Chat]) -> None:
    if not bound:
        raise Refusal(words.nothing_bound())
    act.reply(words.which_to_unbind(), [[Button(words.chat_button(chat), "unbind", str(chat.id))] for chat in bound])


def _platform(act: Act) -> str:
    """Return the platform for a code: the one the administrator speaks on, if it has people."""
    here = act.incoming.platform if act.incoming is not None else ""
    return here if here in act.house.platforms else next(iter(act.house.platforms), here)


def _named(act: Act, name: str) -> Person:
    if not name:
        raise Refusal(
            words.how_to_invite(), _offered(people.without_account(act.session, [_platform(act)])[:MOST_NEAR])
        )
    person = people.by_name(act.session, name)
    if person is not None and person.active:
        return person
    near = _near(name, people.everybody(act.session))
    raise Refusal(words.nobody_named(name, near), _offered(near))


def _near(name: str, persons: Sequence[Person]) -> list[Person]:
    names = get_close_matches(name, {person.name for person in persons}, n=MOST_NEAR, cutoff=NEAR)
    return [person for person in persons if person.name in names][:MOST_NEAR]


def _offered(persons: Sequence[Person]) -> list[list[Button]]:
    return [[Button(words.person_button(person), "invite", person.key)] for person in persons]
