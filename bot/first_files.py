"""The first files of a bureau: settings, plan and roster, written so that the desk takes them as they are."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from config.plan import Plan

YEAR: Final = re.compile(r"20\d\d")
COUNT: Final = re.compile(r"\d+(?!.*\d)")  # the last number
PLAIN: Final = re.compile(r"[\w:/.@%+-]+", re.ASCII)  # needs no quotes in .env


@dataclass(frozen=True)
class Post:
    """Something the plan needs somebody for: its key, what it is called, and what its holder may do."""

    key: str
    zh: str
    en: str
    role: str
    work: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # lists of the roster: topics, gates …
    phoned: bool = False  # the plan names them to be phoned


@dataclass(frozen=True)
class Holder:
    """Who holds a post, and the number they are phoned at."""

    name: str
    phone: str = ""


def posts_of(plan: Plan) -> list[Post]:
    """List what a plan needs somebody for: a roster without any of these would be refused."""
    topics, sign = tuple(topic.key for topic in plan.topics), (plan.review.signature.key,)
    phoned = {step.role for step in plan.escalation.then if step.by == "phone"}
    return [
        Post("reporter", "信息员", "Reporter", "reporter"),
        Post("duty_officer", "值班员", "Duty officer", "duty_officer"),
        Post("spokesperson", "新闻发言人", "Spokesperson", "spokesperson", {"topics": topics}),
        Post("deputy", "副发言人", "Deputy spokesperson", "spokesperson", {"deputy_for": topics}),
        Post("network_spokesperson", "网络发言人", "Network spokesperson", "network_spokesperson"),
        *(Post(gate.key, f"{gate.name.zh}审核人", f"Reviewer, {gate.name.en}", "reviewer", {"gates": (gate.key,)})
          for gate in plan.review.gates),
        Post("office_head", "办公室主任", "Office head", "office_head", phoned="office_head" in phoned),
        Post("duty_leader", "带班领导", "Duty leader", "duty_leader", {"deputy_gates": sign}, "duty_leader" in phoned),
        Post("leader", "主要负责人", "Head of the bureau", "leader", {"gates": sign}, "leader" in phoned),
    ]  # fmt: skip


def number_form(said: str) -> str:
    """Return the form of case numbers that somebody wrote, or gave an example of: 某建舆〔2026〕1号."""
    return said if "{" in said else COUNT.sub("{seq}", YEAR.sub("{year}", said, count=1), count=1)


def env_text(settings: Mapping[str, str]) -> str:
    """Write settings as a .env file; what is empty is left out."""
    head = "# 值班台的设置,见 README / the settings of the desk. 令牌是秘密 / the token is a secret: chmod 600.\n"
    return head + "".join(f"{name}={_quoted(value)}\n" for name, value in settings.items() if value)


def plan_text(extends: str, zh: str, en: str, number_form: str) -> str:
    """Write a bureau's own plan: another one under its own name, with its own case numbers."""
    name = f"{{zh: {_text(zh)}, en: {_text(en)}}}"
    title = f"{{zh: {_text(f'{zh}政务舆情回应方案')}, en: {_text(f'Plan of {en}')}}}"
    return (
        f"# 本局的方案:与 {extends} 不同之处写在这里 / what differs from {extends} is written here.\n"
        "# 改后请先检查 / check it after a change: python -m bot plan check\n"
        f"extends: {extends}\n\nname: {title}\n\nbureau:\n  name: {name}\n  number_form: {_text(number_form)}\n\n"
        f"lead_body: {name}\n"
    )


def roster_text(posts: Sequence[Post], holders: Mapping[str, Holder], today: date) -> str:
    """Write a roster: whoever holds several posts is one person; duty begins today and goes on until it is changed."""
    named: dict[str, list[Post]] = {}
    for post in posts:
        named.setdefault(holders[post.key].name, []).append(post)
    keys = {name: f"p{n}" for n, name in enumerate(named, 1)}
    phones = {holder.name: holder.phone for holder in holders.values() if holder.phone}
    people = "".join(_person(keys[name], name, phones.get(name, ""), held) for name, held in named.items())
    officer, leader = keys[holders["duty_officer"].name], keys[holders["duty_leader"].name]
    return (
        "# 谁在值班台工作 / who works at the desk. 改后 / after a change: python -m bot roster roster.yaml --apply\n"
        "# key 不要改;账号由“邀请 姓名”发码登记 / a key never changes; accounts come by invitation.\n"
        f"people:\n{people}\n"
        "# 值班:每周一行更好 / duty: better a line for each week\n"
        f"duty:\n  - from: {today.isoformat()}\n    to:\n"
        f"    day: {officer}\n    night: {officer}\n    leader: {leader}\n"
    )


def _person(key: str, name: str, phone: str, held: Sequence[Post]) -> str:
    lines = [f"  - key: {key}", f"    name: {_text(name)}", f"    title: {_text(held[0].zh)}"]
    lines += [f"    phone: {_text(phone)}"] if phone else []
    lines.append(f"    roles: [{', '.join(dict.fromkeys(post.role for post in held))}]")
    for work in ("topics", "deputy_for", "gates", "deputy_gates"):
        wanted = dict.fromkeys(key for post in held for key in post.work.get(work, ()))
        lines += [f"    {work}: [{', '.join(wanted)}]"] if wanted else []
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    """Write any text so that YAML reads it as it is."""
    return json.dumps(value, ensure_ascii=False)


def _quoted(value: str) -> str:
    if PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
