"""What a new roster would change, to be shown before it applies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from config.language import Line, Voice, joined, t
from config.rights import ROLE_NAMES
from config.roster_shape import Absence, Chat, DutyWeek, Person, Roster

FIELD_NAMES: Final = {
    "name": t("姓名"),
    "title": t("职务"),
    "section": t("科室"),
    "agency": t("单位"),
    "phone": t("电话"),
    "language": t("语言"),
    "roles": t("角色"),
    "topics": t("负责主题"),
    "deputy_for": t("代理主题"),
    "gates": t("审核关口"),
    "deputy_gates": t("代理关口"),
    "accounts": t("账号"),
    "leave": t("休假"),
}


@dataclass(frozen=True)
class Change:
    """One difference between the roster in force and a new one."""

    act: Literal["added", "removed", "changed"]
    what: Line

    def say(self, voice: Voice) -> str:
        """Return the difference in the reader's language."""
        return self.what.say(voice)


def roster_difference(old: Roster, new: Roster) -> tuple[Change, ...]:
    """List what a new roster would change: people, chats, duty, in this order; nothing when they say the same."""
    return (*_people(old, new), *_chats(old.chats, new.chats), *_duty(old.duty, new.duty))


def _people(old: Roster, new: Roster) -> Iterator[Change]:
    before = {person.key: person for person in old.people}
    after = {person.key: person for person in new.people}
    for key, person in after.items():
        if key in before:
            yield from _fields(before[key], person)
        else:
            roles = joined((ROLE_NAMES[role] for role in person.roles), ", ")
            yield Change("added", t("新增人员 {name}({roles})", name=person.name, roles=roles))
    for key, person in before.items():
        if key not in after:
            yield Change("removed", t("移除人员 {name}", name=person.name))


def _fields(old: Person, new: Person) -> Iterator[Change]:
    for field, name in FIELD_NAMES.items():
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            values = {"person": old.name, "field": name, "before": _shown(before), "after": _shown(after)}
            yield Change("changed", t("{person} 的{field}:{before} → {after}", **values))


def _shown(value: object) -> object:
    if not value:
        return t("无")
    if isinstance(value, dict):
        return ", ".join(f"{platform}:{account}" for platform, account in value.items())
    if isinstance(value, tuple):
        return joined((_shown_item(each) for each in value), ", ")
    return value


def _shown_item(item: object) -> object:
    if isinstance(item, Absence):
        return f"{item.first}–{item.last}"
    return ROLE_NAMES.get(str(item), item)


def _chats(old: Sequence[Chat], new: Sequence[Chat]) -> Iterator[Change]:
    before = {(chat.platform, chat.id): chat for chat in old}
    after = {(chat.platform, chat.id): chat for chat in new}
    for place, chat in after.items():
        if place not in before:
            yield Change("added", t("新增会话 {title}({use})", title=chat.title, use=chat.use))
        elif before[place] != chat:
            values = {"old": before[place].title, "old_use": before[place].use, "new": chat.title, "new_use": chat.use}
            yield Change("changed", t("会话 {old}({old_use}) → {new}({new_use})", **values))
    for place, chat in before.items():
        if place not in after:
            yield Change("removed", t("移除会话 {title}({use})", title=chat.title, use=chat.use))


def _duty(old: Sequence[DutyWeek], new: Sequence[DutyWeek]) -> Iterator[Change]:
    for week in new:
        if week not in old:
            yield Change("added", t("新增值班 {week}", week=_week(week)))
    for week in old:
        if week not in new:
            yield Change("removed", t("移除值班 {week}", week=_week(week)))


def _week(week: DutyWeek) -> Line:
    last = week.last or t("长期")
    values = {"first": week.first, "last": last, "day": week.day, "night": week.night, "leader": week.leader}
    return t("{first} 至 {last}:白班 {day},夜班 {night},带班领导 {leader}", **values)
