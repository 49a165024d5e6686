"""What the desk itself says, whatever the capability."""

from collections.abc import Iterable

from config.language import Line, Said, joined, t
from config.rights import ROLE_NAMES
from storage.case import Case

MEGABYTE, KILOBYTE = 1_000_000, 1_000
STAGE_NAMES: dict[str, Line] = {
    "confirmation": t("待确认"),
    "assignment": t("待指派"),
    "acceptance": t("待认领"),
    "draft": t("待起草"),
    "review": t("待审核"),
    "signature": t("待签发"),
    "issue": t("待发布"),
    "release": t("发布中"),
    "follow_up": t("待跟进"),
    "closed": t("已办结"),
    "merged": t("已并入"),
}


NEXT_STEPS: dict[str, Line] = {
    "confirmation": t("下一步:值班员“属实 {ref}”登记,或“误报 {ref}”。"),
    "assignment": t("下一步:“认领 {ref}”,或值班员“指派 {ref} 姓名”。"),
    "acceptance": t("下一步:被问的人“认领 {ref}”。"),
    "draft": t("下一步:发言人“起草 {ref}”写稿,再“送审 {ref}”。"),
    "review": t("下一步:等各关审核人“同意 {ref}”或“退回 {ref} 原因”。"),
    "signature": t("下一步:等主要负责人签发“同意 {ref}”,或“退回 {ref} 原因”。"),
    "issue": t("下一步:发言人“发布 {ref}”。"),
    "release": t("正在发布,发出并核对后会告知。"),
    "follow_up": t("下一步:“起草 {ref}”写下一稿,或“办结 {ref}”。"),
    "closed": t("要重新办理请发“重开 {ref}”。"),
    "merged": t("要恢复请发“拆分 {ref}”。"),
}


def case_name(case: Case) -> Said:
    """Name a case in full: its number, or its slip."""
    return t("{number}", number=case.number) if case.number else t("线索 S{slip}", slip=case.slip)


def short_name(case: Case) -> Said:
    """Name a case as people do in a sentence."""
    return t("{seq}号", seq=case.seq) if case.seq else t("线索 S{slip}", slip=case.slip)


def reference(case: Case) -> str:
    """Return what somebody types to name the case."""
    return str(case.seq) if case.seq else f"S{case.slip}"


def stage_name(case: Case) -> Line:
    """Name the stage a case is in."""
    return STAGE_NAMES[case.stage]


def wrong_stage(case: Case) -> Line:
    """Say that an act does not fit the stage."""
    return t(
        "{case} 现在是〔{stage}〕,这一步不适用,未做任何改动。{then}",
        case=short_name(case),
        stage=stage_name(case),
        then=Line(NEXT_STEPS[case.stage].text, {"ref": reference(case)}),
    )


def not_understood(said: str) -> Line:
    """Say that a verb is unknown."""
    return t("没看懂「{said}」。要上报舆情:转发原帖,或发“上报 内容”;发“帮助”看全部说法。", said=said)


def no_such_case(said: str) -> Line:
    """Say that no case is named so."""
    return t("没有「{said}」这个案件。发“待办”看在办案件。", said=said)


def which_case(verb: str) -> Line:
    """Ask which case is meant."""
    return t("要对哪个案件「{verb}」?请点选,或写明编号,如“{verb} 12”。", verb=verb)


def no_case_here(verb: str) -> Line:
    """Say that no case is meant and none is open here."""
    return t("请写明案件编号,如“{verb} 12”。发“待办”看在办案件。", verb=verb)


def no_right(verb: str, roles: object) -> Line:
    """Say that somebody may not do this, and who may."""
    return t("您没有「{verb}」的权限,未做任何改动。可以办理的角色:{roles}。", verb=verb, roles=roles)


def not_in_this_chat(verb: str) -> Line:
    """Say that a verb is not for this chat."""
    return t("「{verb}」不能在这个会话里用,请私聊我,或到工作群办理。", verb=verb)


def breakdown(reference: str) -> Line:
    """Say that the desk itself failed."""
    return t("系统出错,未做任何改动,参考号 {reference}。请稍后再试;管理员已收到通知。", reference=reference)


def breakdown_for_administrator(reference: str) -> Line:
    """Tell an administrator of a breakdown."""
    return t("⚠️ 处理一条消息时系统出错,参考号 {reference}。原消息已保存,日志里按参考号可查。", reference=reference)


def breakdowns_meanwhile(count: int, last: Iterable[str]) -> Line:
    """Tell an administrator how many more there were in the hour since."""
    return t(
        "⚠️ 过去一小时又有 {count} 条消息处理时系统出错,最近的参考号:{last}。原消息都已保存,日志里按参考号可查。",
        count=count,
        last=joined(last, "、"),
    )


def too_long(characters: int, limit: int) -> Line:
    """Say that a message is too long."""
    return t(
        "这条消息有 {characters} 字,超过 {limit} 字的上限,没有收下。请作为文件发送。",
        characters=characters,
        limit=limit,
    )


def stale_button() -> Line:
    """Say that a button no longer fits."""
    return t("这个按钮已经失效,请看最新的卡片。")


def pick(case: Case) -> Line:
    """Offer one case of several."""
    return t("{case} {title}", case=case_name(case), title=case.title[:16])


def roles(keys: Iterable[str]) -> Said:
    """List roles by name."""
    order = list(ROLE_NAMES)
    return joined([ROLE_NAMES[key] for key in sorted(keys, key=order.index)], "、")


def names(parts: Iterable[object]) -> Said:
    """List names in one line."""
    return joined(parts, "、")


def file_size(number: int) -> str:
    """Write a number of bytes as people do."""
    return f"{number // MEGABYTE} MB" if number >= MEGABYTE else f"{number // KILOBYTE} KB"
