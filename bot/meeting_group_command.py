"""A group of the joint meeting on WeCom, made and bound by the desk: it can be written to, and hears nobody."""

import secrets
from collections.abc import Sequence
from typing import Final

import typer

from bot.chat.platform import SendFailed
from bot.chat.wecom.groups import MADE
from bot.opening import OpenDesk, opened
from bot.refused import CommandRefused
from bot.running import WECOM_IS_OFF
from config.accounts import WECOM
from config.language import Voice, t
from config.settings import Settings
from handlers.chats.words import bound_here
from handlers.conversation import Content
from storage import history
from storage import person as people
from storage.chat import Chat
from storage.person import Identity

USE: Final = "joint_meeting"
SITS_IN: Final = ("joint_member", "leader", "duty_leader", "office_head")  # who is put into it unless others are named
FEWEST: Final = 2  # https://developer.work.weixin.qq.com/document/path/90245
CHATID_BYTES: Final = 16  # in hex the most that a chatid holds


def make_group(settings: Settings, title: str, members: Sequence[str]) -> int:
    """Make the group on WeCom, bind it and say what it is; return the exit code. Raises CommandRefused."""
    voice = Voice(settings.language)
    with opened(settings) as desk:
        if desk.wecom is None:
            raise CommandRefused(WECOM_IS_OFF)
        accounts = list(members) or _who_sits_in(desk)
        if len(accounts) < FEWEST:
            raise CommandRefused(t("群里至少要有两个人:请用 --member 写出他们的企业微信账号,或先在名册里写好"))
        account = MADE + secrets.token_hex(CHATID_BYTES)
        try:
            desk.wecom.make_group(account, title, accounts)
            _bind(desk, account, title)
            desk.wecom.send(account, Content(bound_here(USE).say(voice)), desk.clock.now())
        except SendFailed as failed:
            raise CommandRefused(t("企业微信没有建成群:{why}", why=str(failed))) from None
    typer.echo(t("已建群并绑定为联席会议群:{title},{n} 人。", title=title, n=len(accounts)).say(voice))
    return 0


def _who_sits_in(desk: OpenDesk) -> list[str]:
    """List the accounts on WeCom of whoever the joint meeting concerns."""
    with desk.database.reading() as session:
        sitting = {person.id for person in people.everybody(session) if person.has(*SITS_IN)}
        identities: Sequence[Identity] = people.all_identities(session)
        return [each.account for each in identities if each.platform == WECOM and each.person_id in sitting]


def _bind(desk: OpenDesk, account: str, title: str) -> None:
    with desk.database.writing() as session:
        people.save(session, Chat(platform=WECOM, account=account, use=USE, title=title, bound_by="code"))
        history.record(
            session, chain_case=None, at=desk.clock.now(), kind="chat_bound", actor="desk",
            actor_name="command line", payload={"chat": account, "use": USE, "title": title},
        )  # fmt: skip
