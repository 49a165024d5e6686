"""What a roster must not say: strangers, doubles, and steps of the plan that nobody could ever take."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from config.accounts import is_account
from config.language import Line, t
from config.plan import Plan
from config.problems import Problem, nearest
from config.rights import ROLE_NAMES
from config.roster_shape import Person, Roster
from config.yaml_tree import Tree

Place = tuple[str | int, ...]
Finding = tuple[Place, Line]
Check = Callable[[Roster, Plan], Iterator[Finding]]
DUTY_ROLES: Final[Mapping[str, frozenset[str]]] = {
    "day": frozenset({"duty_officer"}),
    "night": frozenset({"duty_officer"}),
    "leader": frozenset({"duty_leader", "leader"}),
}
PEOPLE: Final[Place] = ("people",)
# Nobody signs their own draft: with one signer alone, that person's draft could never go out.
SIGNERS: Final = 2


def roster_problems(roster: Roster, plan: Plan, tree: Tree, *, rooms: bool = False) -> Iterator[Problem]:
    """Find everything in a well-formed roster that cannot work under the plan; rooms: as roster_from_text."""
    for check in (*_CHECKS, _rooms) if rooms else _CHECKS:
        for place, what in check(roster, plan):
            where = tree.nearest(place)
            yield Problem(where.file, where.line, what)


def _doubles(roster: Roster, _: Plan) -> Iterator[Finding]:
    yield from _twice([(("people", n, "key"), person.key) for n, person in enumerate(roster.people)])
    yield from _twice([(("chats", n, "id"), f"{chat.platform}:{chat.id}") for n, chat in enumerate(roster.chats)])
    accounts = [
        (("people", n, "accounts", platform), f"{platform}:{account}")
        for n, person in enumerate(roster.people)
        for platform, account in person.accounts.items()
    ]
    yield from _twice(accounts)
    for n, person in enumerate(roster.people):
        for platform, account in person.accounts.items():
            if not is_account(platform, account):
                yield ("people", n, "accounts", platform), t("{name} 不是一个人的企业微信账号", name=account)


def _twice(named: Iterable[tuple[Place, str]]) -> Iterator[Finding]:
    seen: set[str] = set()
    for place, name in named:
        if name in seen:
            yield place, t("{name} 用了两次;每个只能属于一处,请改正", name=name)
        seen.add(name)


def _roles(roster: Roster, _: Plan) -> Iterator[Finding]:
    for n, person in enumerate(roster.people):
        if "administrator" in person.roles:
            yield ("people", n, "roles"), t("管理员不能写在名册里;请删去 administrator,并在命令行指定管理员")
        if "agency" in person.roles and not person.agency:
            yield ("people", n), t("协作单位人员 {name} 没有写单位;请加一行 agency: 单位名称", name=person.name)
        if (person.gates or person.deputy_gates) and not {"reviewer", "leader", "duty_leader"} & set(person.roles):
            yield ("people", n, "roles"), t("{name} 有审核关口却不是审核人;请在 roles 加 reviewer", name=person.name)


def _known_names(roster: Roster, plan: Plan) -> Iterator[Finding]:
    topics = [topic.key for topic in plan.topics]
    gates = [gate.key for gate in (*plan.review.gates, plan.review.signature)]
    for n, person in enumerate(roster.people):
        yield from _unknown(("people", n, "topics"), person.topics, topics, t("主题"))
        yield from _unknown(("people", n, "deputy_for"), person.deputy_for, topics, t("主题"))
        yield from _unknown(("people", n, "gates"), person.gates, gates, t("关口"))
        yield from _unknown(("people", n, "deputy_gates"), person.deputy_gates, gates, t("关口"))


def _unknown(place: Place, written: Iterable[str], known: Sequence[str], noun: Line) -> Iterator[Finding]:
    for n, name in enumerate(written):
        if name not in known:
            near = nearest(name, known) or t(";可写 {known}", known=", ".join(known))
            yield (*place, n), t("方案里没有{noun} {name}{near}", noun=noun, name=name, near=near)


def _leave(roster: Roster, _: Plan) -> Iterator[Finding]:
    for n, person in enumerate(roster.people):
        for number, absence in enumerate(person.leave):
            yield from _span(("people", n, "leave", number), absence.first, absence.last)


def _span(place: Place, first: date, last: date | None) -> Iterator[Finding]:
    if last and first > last:
        yield place, t("from 晚于 to;请对调两个日期")


def _duty(roster: Roster, _: Plan) -> Iterator[Finding]:
    by_key = {person.key: person for person in roster.people}
    for n, week in enumerate(roster.duty):
        yield from _span(("duty", n), week.first, week.last)
        for post, roles in DUTY_ROLES.items():
            yield from _post(("duty", n, post), getattr(week, post), by_key, roles)
    ordered = sorted(enumerate(roster.duty), key=lambda each: each[1].first)
    for (_place, earlier), (n, later) in pairwise(ordered):
        if earlier.covers(later.first):
            yield ("duty", n), t("与从 {first} 起的值班重叠;请改 from 或 to", first=earlier.first)


def _post(place: Place, key: str, people: Mapping[str, Person], roles: frozenset[str]) -> Iterator[Finding]:
    person = people.get(key)
    if person is None:
        yield place, t("名册里没有 {key}{near}", key=key, near=nearest(key, people) or t(";请写人员的 key"))
    elif roles.isdisjoint(person.roles):
        wanted = " / ".join(sorted(roles))
        yield place, t("{name} 没有 {wanted} 角色;请换人或在 roles 里加上", name=person.name, wanted=wanted)


def _gates(roster: Roster, plan: Plan) -> Iterator[Finding]:
    unheld = [gate for gate in plan.review.gates if not any(gate.key in person.gates for person in roster.people)]
    for gate in unheld:
        yield PEOPLE, t("{gate}没有审核人;请在某人的 gates 里加上 {key}", gate=gate.name, key=gate.key)
    signers = [person for person in roster.people if person.can_hold(plan.review.signature.key)]
    if len(signers) < SIGNERS:
        values = {"count": len(signers), "key": plan.review.signature.key}
        yield PEOPLE, t("能签发的只有 {count} 人,而谁都不能签自己的稿;请给两人以上加上关口 {key}", **values)
    if plan.review.one_gate_per_person and not unheld:
        yield from _one_gate_each(roster, plan)


def _one_gate_each(roster: Roster, plan: Plan) -> Iterator[Finding]:
    gates = (*plan.review.gates, plan.review.signature)
    able = {gate.key: [person.key for person in roster.people if person.can_hold(gate.key)] for gate in gates}
    for key in unmatched(able):
        gate = plan.gate(key)
        what = t("一人只能把一关,{gate}分不到人;请让另一位审核人也能审 {key}", gate=gate.name, key=key)
        yield PEOPLE, what


def unmatched(able: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the gates that stay without a person when each person may hold one (augmenting paths)."""
    holder: dict[str, str] = {}

    def place(gate: str, tried: set[str]) -> bool:
        for person in able[gate]:
            if person in tried:
                continue
            tried.add(person)
            if person not in holder or place(holder[person], tried):
                holder[person] = gate
                return True
        return False

    return tuple(gate for gate in able if not place(gate, set()))


def _steps(roster: Roster, plan: Plan) -> Iterator[Finding]:
    present = Counter(role for person in roster.people for role in person.roles)
    wanted = dict.fromkeys(
        (
            *(step for step in plan.assignment.ladder if step != "deputy"),
            *(step for step in plan.escalation.overdue if step != "joint_meeting"),
            *(step.role for step in plan.escalation.then if step.role is not None),
            *(clock.owner for clock in plan.clocks),
        )
    )
    for role in wanted:
        if not present[role]:
            what = t("方案要找{name},名册里没有人;请给某人加上角色 {role}", name=ROLE_NAMES[role], role=role)
            yield PEOPLE, what


def _phones(roster: Roster, plan: Plan) -> Iterator[Finding]:
    """Find calls that nobody could make: a number is wanted of somebody who stands on that step."""
    climbed = (step.role for step in plan.escalation.then if step.by == "phone")
    for role in dict.fromkeys((*climbed, *(rung for rung in plan.assignment.phoned if rung != "deputy"))):
        standing = [person for person in roster.people if role in person.roles]
        if role is not None and standing and not any(person.phone for person in standing):
            what = t("方案要打电话给{name},名册里没有号码;请给其中一人加上 phone", name=ROLE_NAMES[role])
            yield PEOPLE, what


def _speakers(roster: Roster, plan: Plan) -> Iterator[Finding]:
    speakers = [person for person in roster.people if "spokesperson" in person.roles]
    if not any(plan.default_topic in person.topics for person in speakers):
        what = t("默认主题 {topic} 没有发言人;请在某位发言人的 topics 里加上", topic=plan.default_topic)
        yield PEOPLE, what
    if "deputy" in plan.assignment.ladder and not any(person.deputy_for for person in speakers):
        yield PEOPLE, t("指派顺序里有副职(deputy),但没有人写 deputy_for;请给一位发言人加上")


def _rooms(roster: Roster, plan: Plan) -> Iterator[Finding]:
    uses = {chat.use for chat in roster.chats}
    meets = "joint_meeting" in plan.escalation.overdue or bool(plan.alerts)
    wanted = ("staff", "joint_meeting") if meets else ("staff",)
    for use in wanted:
        if use not in uses:
            yield ("chats",), t("没有 {use} 会话;请在 chats 里加一个 use: {use}", use=use)


_CHECKS: Final[tuple[Check, ...]] = (
    _doubles,
    _roles,
    _known_names,
    _leave,
    _duty,
    _gates,
    _steps,
    _phones,
    _speakers,
)
