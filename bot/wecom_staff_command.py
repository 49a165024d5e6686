"""The bureau's directory on WeCom beside the people of the desk: who is missing on either side. Nothing is changed.

Who may sign is decided by the roster alone: what is found is offered as lines for it, without a role, and is taken with
`python -m bot roster` like any other change.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import typer

from bot.chat.calls import FAILURES, Answer, code_of
from bot.chat.wecom.errors import TO_BE_MENDED
from bot.chat.wecom.line import Line as Calls
from bot.opening import opened
from bot.refused import CommandRefused
from bot.running import WECOM_IS_OFF
from config.accounts import WECOM
from config.language import Line, Voice, t
from config.settings import Settings
from storage import person as people
from storage.database import Session

UNKNOWN: Final = 60111  # userid not found
ACTIVE, SWITCHED_OFF, LEFT = 1, 2, 5  # https://developer.work.weixin.qq.com/document/path/90196, status
UNJOINED: Final = 4
HOW: Final[Mapping[int, Line]] = {
    SWITCHED_OFF: t("账号已被禁用"),
    UNJOINED: t("还没有激活企业微信"),
    LEFT: t("已退出企业"),
}


@dataclass(frozen=True)
class Member:
    """Somebody in the directory."""

    account: str
    name: str


@dataclass(frozen=True)
class Known:
    """Somebody at the desk; without an account the desk does not reach them on WeCom."""

    name: str
    account: str = ""


def compare_staff(settings: Settings, departments: Sequence[str]) -> int:
    """Print the departments, or how the chosen ones differ from the desk's people; return the exit code."""
    voice = Voice(settings.language)
    with opened(settings) as desk:
        if desk.wecom is None:
            raise CommandRefused(WECOM_IS_OFF)
        directory = Directory(desk.wecom.line)
        with desk.database.reading() as session:
            known = list(_known(session))
        try:
            found = directory.departments()
            if not departments:
                _print(voice, _listed(found))
                return 0
            members = directory.members(_chosen(found, departments))
            _print(voice, differences(known, members, directory.trouble_of))
        except FAILURES as error:
            raise CommandRefused(_refused(desk.wecom.line, error)) from None
    return 0


class Directory:
    """Reads the directory, as far as the app's range goes; every call raises one of FAILURES."""

    def __init__(self, line: Calls) -> None:
        """Read through the app's line."""
        self._line = line

    def departments(self) -> list[Answer]:
        """List all departments. https://developer.work.weixin.qq.com/document/path/90208"""
        return list(self._line.get("department/list").get("department") or ())

    def members(self, departments: Iterable[int]) -> list[Member]:
        """List who is in some departments, each once. https://developer.work.weixin.qq.com/document/path/90200"""
        found: dict[str, Member] = {}
        for number in departments:
            for each in self._line.get("user/simplelist", department_id=str(number)).get("userlist") or ():
                account = str(each["userid"])
                found.setdefault(account.lower(), Member(account, _printable(str(each.get("name") or account))))
        return list(found.values())

    def trouble_of(self, account: str) -> Line | None:
        """Say why somebody cannot be reached; None for a member who is well."""
        try:
            status = self._line.get("user/get", userid=account).get("status", ACTIVE)
        except FAILURES as error:
            if code_of(error) == UNKNOWN:
                return t("企业微信里没有这个账号(离职,或账号写错)")
            if code_of(error) in TO_BE_MENDED:
                return t("不在应用的可见范围内")
            raise
        return HOW.get(int(status))


def differences(known: Sequence[Known], members: Sequence[Member], trouble_of: Any) -> Iterator[Line]:  # noqa: ANN401 - a question
    """Say what the desk's people lack and have too much, and offer who is not among them."""
    accounts = {each.account.lower(): each for each in known if each.account}
    listed = {each.account.lower(): each for each in members}
    same = [(known, listed[account]) for account, known in accounts.items() if account in listed]
    gone = [(each, trouble_of(each.account)) for account, each in accounts.items() if account not in listed]
    new = [each for account, each in listed.items() if account not in accounts]
    troubles = [
        *(t("· {name}({account}):{why}", name=each.name, account=each.account, why=why) for each, why in gone if why),
        *(_named_otherwise(each, member) for each, member in same if each.name != member.name),
    ]
    if troubles:
        yield t("值班台有、企业微信里不对的 {n} 人:", n=len(troubles))
        yield from troubles
    if new:
        yield t(
            "所选部门里有、值班台没有的 {n} 人。要加的,写好 roles,抄进值班表,再用 python -m bot roster 收下:",
            n=len(new),
        )
        yield from (_offered(member, known) for member in new)
    if not troubles and not new:
        yield t("所选部门与值班台一致,{n} 人。", n=len(same))


def _named_otherwise(each: Known, member: Member) -> Line:
    """Tell of an account that may speak for somebody else: mistyped, or given to another after its holder left."""
    return t(
        "· {name}({account}):企业微信里这个账号是 {theirs},请核对是不是同一个人",
        name=each.name, account=each.account, theirs=member.name,
    )  # fmt: skip


def _offered(member: Member, known: Sequence[Known]) -> Line:
    """Offer a line of the roster; who is called as somebody at the desk may be that person, which a person decides."""
    namesakes = [each for each in known if each.name == member.name]
    account, name = (json.dumps(said, ensure_ascii=False) for said in (member.account, member.name))
    speaks = f"accounts: {{wecom: {account}}}"
    if len(namesakes) == 1 and not namesakes[0].account:
        return t("  # {name} 已在值班表;如是本人,给他加上 {line}", name=member.name, line=speaks)
    line = f"  - {{key: {account}, name: {name}, roles: [], {speaks}}}"
    return t("{line}  # 值班表里有人同名", line=line) if namesakes else t("{text}", text=line)


def _printable(name: str) -> str:
    """Return a name as one line: members write their names themselves, and a line of a roster gives rights."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in name)


def _listed(departments: Sequence[Answer]) -> Iterator[Line]:
    yield t("应用看得到的部门 {n} 个。要比对的,写出编号:python -m bot wecom-staff 编号 …", n=len(departments))
    for each in departments:
        yield t("· {id} {name}", id=each["id"], name=each.get("name") or "—")


def _chosen(departments: Sequence[Answer], wanted: Sequence[str]) -> list[int]:
    """Return the numbers of departments by number or name, with all that are below them."""
    numbers = [int(each["id"]) for each in departments for one in wanted if one in (str(each["id"]), each.get("name"))]
    missing = [one for one in wanted if not any(one in (str(each["id"]), each.get("name")) for each in departments)]
    if missing:
        raise CommandRefused(t("应用看不到部门 {names}", names="、".join(missing)))
    for number in numbers:  # grows while it is gone through
        below = [int(each["id"]) for each in departments if each.get("parentid") == number]
        numbers += [each for each in below if each not in numbers]
    return list(dict.fromkeys(numbers))


def _known(session: Session) -> Iterator[Known]:
    accounts: dict[Any, list[str]] = {}
    for identity in people.all_identities(session):
        if identity.platform == WECOM:
            accounts.setdefault(identity.person_id, []).append(identity.account)
    for person in people.everybody(session):
        yield from (Known(person.name, account) for account in accounts.get(person.id, [""]))


def _refused(line: Calls, error: BaseException) -> Line:
    code = code_of(error)
    if code is not None and code in TO_BE_MENDED:
        return t("企业微信({code}):{do}", code=code, do=TO_BE_MENDED[code])
    return t("读不到企业微信的通讯录({why})", why=line.said_by(error))


def _print(voice: Voice, said: Iterable[Line]) -> None:
    for each in said:
        typer.echo(each.say(voice))
