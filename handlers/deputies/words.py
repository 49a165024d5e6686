"""Every sentence about deputies."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from config.language import Line, Said, joined, lines, t
from handlers.words import short_name
from storage.case import Case

SPEAKING: Final = t("发言人")


def form() -> Said:
    """Say how one hands over."""
    return lines(
        t("请写明委托谁、到何时:“委托 张三 至 11-28 18:00”,后面可写关口(如 法律关、签发、发言人)和原因。"),
        t("只转一件案件的关口:“委托 12 张三”。"),
    )


CANNOT: Final[Mapping[str, Line]] = {
    "no_plan": t("本局方案不许定期委托(delegation.longest_days),未做任何改动。"),
    "self": t("不能委托给自己,未做任何改动。"),
    "not_held": t("您没有可委托的职责(关口、签发或发言人),或写了您不把的关,未做任何改动。"),
    "past": t("委托的截止时间已经过去,未做任何改动。请写将来的时间,如“至 11-28 18:00”。"),
    "too_long": t("委托最长 {days} 天,未做任何改动。请写早些的截止时间,到期可再委托。"),
    "role": t("按方案,{name} 的职责不能受托这些事,未做任何改动。可以受托的是:{roles}。"),
    "chain": t("{name} 已把自己的职责委托他人,不能再受托,未做任何改动。"),
    "acting": t("您正受托代他人办理,不能再委托(不许转委托),未做任何改动。请先请委托人收回。"),
    "given_already": t("您已有一项委托在生效,未做任何改动。请先发“收回委托”。"),
    "unreached": t("{name} 现在请假或联系不上,不能受托,未做任何改动。"),
}


def cannot(why: str, name: str, days: int, roles: Said) -> Line:
    """Say what keeps somebody from handing over."""
    return Line(CANNOT[why].text, {"name": name, "days": days, "roles": roles})


def given(deputy: str, rights: Sequence[Said], until: datetime, moved: Sequence[Said]) -> Said:
    """Say that one's rights were handed over."""
    return lines(
        t("🤝 已委托 {name} 代您办理:{rights},至 {until} 自动收回。",
          name=deputy, rights=joined(rights, "、"), until=until),
        t("提前收回发“收回委托”。"),
        *moved,
    )  # fmt: skip


def given_to_you(giver: str, rights: Sequence[Said], until: datetime, reason: str) -> Said:
    """Tell a deputy what they act for, whose and until when."""
    return lines(
        t("🤝 {giver} 委托您代为办理:{rights},至 {until}。", giver=giver, rights=joined(rights, "、"), until=until),
        t("原因:{reason}", reason=reason) if reason else None,
        t(
            "期间轮到 {giver} 的都来请您,署名“您(受托于 {giver})”;您写过的稿件、您已把关的稿件除外;不能转委托。",
            giver=giver,
        ),
    )


def told_staff(giver: str, deputy: str, rights: Sequence[Said], until: datetime) -> Line:
    """Tell the staff who acts for whom."""
    return t("🤝 {giver} 委托 {name} 代办:{rights},至 {until}",
             giver=giver, name=deputy, rights=joined(rights, "、"), until=until)  # fmt: skip


def ended(giver: str, deputy: str) -> Line:
    """Tell that a mandate ended by itself."""
    return t("⌛ {giver} 对 {name} 的委托已到期,自动收回。", giver=giver, name=deputy)


def revoked(giver: str, deputy: str) -> Line:
    """Tell that a mandate was taken back."""
    return t("↩️ {giver} 已收回对 {name} 的委托。", giver=giver, name=deputy)


def nothing_given() -> Line:
    """Say that there is nothing to take back."""
    return t("您没有生效的委托,未做任何改动。")


def moved(case: Case, gate: Said, name: str) -> Line:
    """Say that a gate somebody is asked for now goes to the deputy."""
    return t("{case}「{gate}」已转请 {name}", case=short_name(case), gate=gate, name=name)


def stays(case: Case, gate: Said, name: str) -> Line:
    """Say that a gate stays, since the deputy may not sign it."""
    return t(
        "{case}「{gate}」不能转请 {name}(起草人回避或已把另一道关),仍请您", case=short_name(case), gate=gate, name=name
    )


def in_force(giver: str, deputy: str, rights: Sequence[Said], until: datetime) -> Line:
    """Show a mandate beside the duty list."""
    return t("{giver} → {name}({rights},至 {until})",
             giver=giver, name=deputy, rights=joined(rights, "、"), until=until)  # fmt: skip


def list_in_force(shown: Sequence[Said]) -> Said:
    """Show the mandates beside the duty list."""
    return t("委托:{shown}", shown=joined(shown, ";"))
