"""Who may say what, and where: rights are a table the bureau can read, not code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from config.language import Line, t
from config.problems import FileError, Problem, nearest
from config.shape import fit
from config.yaml_tree import Tree, read_file, read_tree

Role = Literal[
    "reporter",
    "duty_officer",
    "spokesperson",
    "network_spokesperson",
    "reviewer",
    "office_head",
    "leader",
    "duty_leader",
    "joint_member",
    "agency",
    "expert",
    "administrator",
]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
ChatUse = Literal["staff", "joint_meeting", "direct"]

ROLE_NAMES: Final[Mapping[str, Line]] = {
    "reporter": t("信息员"),
    "duty_officer": t("值班员"),
    "spokesperson": t("新闻发言人"),
    "network_spokesperson": t("网络发言人"),
    "reviewer": t("审核人"),
    "office_head": t("办公室主任"),
    "leader": t("主要负责人"),
    "duty_leader": t("值班领导"),
    "joint_member": t("联席会议成员"),
    "agency": t("协作单位"),
    "expert": t("专家"),
    "administrator": t("管理员"),
    "anyone": t("所有人"),
}

# Every verb the desk knows by right; a test holds the verbs that handlers register against this list.
VERBS: Final = (
    *("report", "report_text", "case", "more", "list", "note", "text"),
    *("ack", "step_in", "assign"),
    *(
        "judge",
        "rejudge",
        "grade",
        "effect",
        "topic",
        "forms",
        "assist",
        "confirm",
        "false_alarm",
        "not_ours",
        "ordinary",
        "no_response",
    ),
    *("merge", "different", "split", "close", "reopen"),
    *("draft", "template", "fact", "verify", "touches", "agency_confirm", "override", "submit"),
    *("paper", "paper_photo", "paper_confirm", "paper_deny"),
    *("entrust", "revoke"),
    *("approve", "reject", "delegate", "issue", "issue_now", "cancel", "post_seen", "post_again"),
    *("correct", "retract", "retract_now", "mass", "mass_now"),
    *(
        "clocks",
        "snooze",
        "nag",
        "escalate",
        "phoned",
        "reason",
        "upward",
        "conference",
        "rumour",
        "refer",
    ),
    *("question", "opinion", "accept", "reply", "transfer"),
    *("stats", "digest", "hot", "handover", "takeover"),
    *("duty", "leave", "help", "whoami", "language", "address", "board"),
    *("convene", "reschedule", "call_off", "attend", "deputy", "absent", "meeting"),
    *("minutes", "task", "done", "dissemination"),
    *("invite", "bind", "unbind", "subscribe", "unsubscribe"),
)
RIGHTS_FILE: Final = Path(__file__).parent / "rights.yaml"


class RightsError(FileError):
    """The table of rights was refused; every problem found in it is listed."""


class Right(BaseModel):
    """Who may use one verb (any one of the roles is enough; `anyone`: every known person), and in which chats."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    roles: tuple[Literal[Role, "anyone"], ...] = Field(min_length=1)
    chats: tuple[ChatUse, ...] = Field(min_length=1)


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    verbs: dict[str, Right]


@dataclass(frozen=True)
class Rights:
    """The table in force: a verb that is not in it is nobody's."""

    verbs: Mapping[str, Right]

    def may(self, roles: frozenset[str], verb: str, chat_use: str) -> bool:
        """Tell whether someone with these roles may use the verb in a chat of this use (see ChatUse)."""
        right = self.verbs.get(verb)
        if right is None or chat_use not in right.chats:
            return False
        return "anyone" in right.roles or not roles.isdisjoint(right.roles)

    def who(self, verb: str) -> tuple[str, ...]:
        """Return the roles that may use the verb, to say so in a refusal."""
        return self.verbs[verb].roles if verb in self.verbs else ()

    def where(self, verb: str) -> tuple[str, ...]:
        """Return the uses of the chats in which the verb is heard."""
        return self.verbs[verb].chats if verb in self.verbs else ()


def load_rights(path: Path = RIGHTS_FILE) -> Rights:
    """Load the table of rights; RightsError lists all that is wrong."""
    try:
        tree = read_tree(read_file(path), path.name)
    except FileError as error:
        raise RightsError(error.problems) from error
    table, misfits = fit(_Table, tree)
    problems = [*misfits, *_verb_problems(tree)]
    if table is None or problems:
        raise RightsError(sorted(problems, key=lambda problem: problem.line))
    return Rights(table.verbs)


def _verb_problems(tree: Tree) -> Iterator[Problem]:
    verbs = tree.get("verbs")
    if verbs is None or not verbs.fields:
        return
    for verb, right in verbs.fields.items():
        if verb not in VERBS:
            near = nearest(verb, VERBS)
            yield Problem(right.file, right.line, t("没有指令 {verb}{near}", verb=verb, near=near))
    missing = [verb for verb in VERBS if verb not in verbs.fields]
    if missing:
        what = t("缺少指令 {missing};请各写一行 roles 和 chats", missing=", ".join(missing))
        yield Problem(verbs.file, verbs.line, what)
