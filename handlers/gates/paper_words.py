"""Every sentence about signatures on paper."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from config.language import Line, Said, joined, lines, t
from handlers.words import reference, short_name
from storage.case import Case

CONFIRM: Final = t("✅确认,是我签的")
DENY: Final = t("❌否认,我没有签")


def form(case: Case) -> Line:
    """Say how a signature on paper is recorded."""
    return t(
        "请发签字页照片,并在照片说明里写“代录签批 {case} 签发 姓名 v1”(v1 是纸上那一稿的版本,或其指纹);"
        "照片写不了说明的,先私聊发这句话,再发照片。",
        case=reference(case),
    )


def not_allowed() -> Line:
    """Say that the plan takes no signature on paper."""
    return t("本局方案不认纸面签批(review.paper_signatures),未做任何改动。请签批人在对话里签。")


def gate_not_allowed(gate: Said, allowed: Sequence[Said]) -> Line:
    """Say for what the plan takes one."""
    return t("方案不许代录「{gate}」的签批,只许:{allowed}。未做任何改动。", gate=gate, allowed=joined(allowed, "、"))


def not_your_part(roles: Said) -> Line:
    """Say who may record one."""
    return t("按方案,代录签批由{roles}办理,未做任何改动。", roles=roles)


def photo_needed(form_: Said) -> Said:
    """Say that a photo must come along."""
    return lines(t("没有签字页的照片,没有记录。"), form_)


def photo_awaited(minutes: int) -> Said:
    """Ask for the photo that belongs to what was just said."""
    return lines(
        t("没有签字页的照片,没有记录。"),
        t("请在 {n} 分钟内把签字页照片发到这里,不用写字;收到才记录。", n=minutes),
    )


def use_photo(slip: Case) -> Line:
    """Name the button that takes the picture which came first."""
    return t("📷用刚才的照片({slip})", slip=short_name(slip))


def photo_gone(case: Case) -> Line:
    """Say that the picture, or the words that it belongs to, are no longer to be had."""
    return t("{case} 没有等着照片的代录,没有记录。请重新发“代录签批”,再发照片。", case=short_name(case))


def photo_never_came(case: Case, said_words: str) -> Line:
    """Say that nothing was recorded since no photo came."""
    return t(
        "{case} 没有等到签字页照片,没有记录。要记录,请重发“{words}”,再发照片。", case=short_name(case), words=said_words
    )


def photo_not_taken(name: str) -> Line:
    """Say that what came is no picture that can be kept."""
    return t("「{name}」不是能留存的照片或 PDF,没有记录。请拍照后重发。", name=name or t("附件"))


def not_their_gate(name: str, gate: Said) -> Line:
    """Say that somebody does not sign this gate."""
    return t("{name} 不审签「{gate}」,没有记录。", name=name, gate=gate)


CANNOT: Final[dict[str, Line]] = {
    "self": t("不能代录自己的签批:请直接在对话里签,没有记录。"),
    "recorder_wrote": t("这一稿您写过,不能由您代录签批。请另一位值班员记录。"),
    "author": t("{name} 是这一稿的起草人,不能审签自己的稿件,没有记录。"),
    "already": t("「{gate}」已经签过,没有重复记录。"),
    "not_open": t("还没有轮到「{gate}」,没有记录。前面的关口签完才能签。"),
    "holds_another": t("{name} 已把另一道关,一人只能把一道关,没有记录。"),
}


def cannot(why: str, name: str, gate: Said) -> Line:
    """Say what keeps a signature from being recorded."""
    return Line(CANNOT[why].text, {"name": name, "gate": gate})


def which_version(case: Case, version: int, fingerprint: str) -> Line:
    """Ask which version was printed."""
    return t(
        "请写明纸上签的是哪一稿,没有记录。{case} 送审的 v{n}(指纹 {hash}),核对后在末尾写 v{n}。全文:“稿件 {number}”。",
        case=short_name(case), n=version, hash=fingerprint, number=reference(case),
    )  # fmt: skip


def no_such_version(case: Case, stated: str, version: int) -> Line:
    """Say that no version is called so."""
    return t("{case} 没有「{stated}」这一稿,没有记录。送审的是 v{n}。", case=short_name(case), stated=stated, n=version)


def older(case: Case, printed: int, version: int, difference: Said) -> Said:
    """Refuse a signature for a text that was changed since it was printed."""
    return lines(
        t("⛔ 纸上签的是 v{printed},送审的已是 v{n},没有记录。改动:", printed=printed, n=version),
        difference,
        t("请打印 v{n} 请领导重签,或请其在对话里签。{case} 全文:“稿件 {number}”。",
          n=version, case=short_name(case), number=reference(case)),
    )  # fmt: skip


def recorded(case: Case, version: int, gate: Said, name: str, fingerprint: str, due: datetime) -> Said:
    """Say that a signature was recorded, and what it waits for."""
    return lines(
        t("🖋 {case} v{n}「{gate}」已代录:{name} 纸面签批(指纹 {hash}),照片随案留存",
          case=short_name(case), n=version, gate=gate, name=name, hash=fingerprint),
        t("已请 {name} 确认,须在 {due} 前;确认前到处标明“代录,待确认”。", name=name, due=due),
    )  # fmt: skip


def out_of_reach(name: str) -> Line:
    """Say that the signer cannot be asked."""
    return t("⚠️ {name} 没有可用的私聊,无法请其确认。请管理员发邀请码:“邀请 {name}”。", name=name)


def ask(case: Case, version: int, gate: Said, recorder: str, due: datetime) -> Said:
    """Ask the signer whether they gave it."""
    return lines(
        t("🖋 {recorder} 代录:您在纸上签了 {case} v{n}「{gate}」。是您签的吗?",
          recorder=recorder, case=short_name(case), n=version, gate=gate),
        t("请于 {due} 前确认;不是您签的,点「否认」,签批立即作废。", due=due),
    )  # fmt: skip


def how_to_answer(case: Case) -> Line:
    """Say what to type instead of tapping."""
    return t("回复“确认代录 {case}”或“否认代录 {case} 原因”亦可。", case=reference(case))


def remind(case: Case, version: int, gate: Said, due: datetime, left: timedelta) -> Line:
    """Remind the signer."""
    return t("⏰ {case} v{n}「{gate}」的代录签批请您确认,还剩 {left}({due})。",
             case=short_name(case), n=version, gate=gate, due=due, left=left)  # fmt: skip


def overdue(case: Case, gate: Said, name: str, due: datetime) -> Line:
    """Tell that a signature was not confirmed in time."""
    return t("🚨 {case}「{gate}」{name} 的代录签批到 {due} 仍未确认:确认前不能发布。请联系本人确认或否认。",
             case=short_name(case), gate=gate, name=name, due=due)  # fmt: skip


def unconfirmed(gate: Said, name: str, due: datetime) -> Line:
    """Say what keeps a text from going out."""
    return t("「{gate}」{name} 的代录签批到 {due} 未确认", gate=gate, name=name, due=due)


def mark(gate: Said, name: Said) -> Line:
    """Mark a signature on paper where something is decided on it."""
    return t("⚠️ 「{gate}」{name}", gate=gate, name=name)


def confirmed(case: Case, gate: Said, name: str) -> Line:
    """Tell that a signature was confirmed."""
    return t("✅ {case}「{gate}」{name} 已确认代录的签批。", case=short_name(case), gate=gate, name=name)


def denied(case: Case, version: int, gate: Said, name: str, reason: str) -> Said:
    """Tell that a signature was denied before the text went out."""
    return lines(
        t("🚨 {case} v{n}「{gate}」{name} 否认代录的签批,签批作废,退回这一关重签。",
          case=short_name(case), n=version, gate=gate, name=name),
        t("说明:{reason}", reason=reason) if reason else None,
        t("请立即核查照片和经过;记录和照片都已留存。"),
    )  # fmt: skip


def denied_after_edit(case: Case, version: int, gate: Said, name: str, reason: str) -> Said:
    """Tell that a signature was denied that did not count any more."""
    return lines(
        t("🚨 {case} v{n}「{gate}」{name} 否认代录的签批(这一签批此前已不算数)。",
          case=short_name(case), n=version, gate=gate, name=name),
        t("说明:{reason}", reason=reason) if reason else None,
        t("请立即核查照片和经过;记录和照片都已留存。"),
    )  # fmt: skip


def denied_too_late(case: Case, gate: Said, name: str, title: str, at: datetime, reason: str) -> Said:
    """Tell loudly that a text is out whose signature is denied, and what can be done."""
    return lines(
        t("🚨🚨🚨 {case}「{gate}」{name} 否认代录的签批,而这一稿已于 {at} 发布:《{title}》",
          case=short_name(case), gate=gate, name=name, at=at, title=title),
        t("说明:{reason}", reason=reason) if reason else None,
        t("稿件仍对公众可见,须马上决定:"),
        t("· 撤回:领导发“撤回 {case} 原因”,各渠道同时撤下", case=reference(case)),
        t("· 更正:发“更正 {case} 标题”,第二行起写正文,重新过关、签发后代替它", case=reference(case)),
        t("请立即核查照片和经过;记录和照片都已留存。"),
    )  # fmt: skip


def photo_lost(case: Case, gate: Said, name: str) -> Line:
    """Tell that no photo of a signature could be kept."""
    return t("🚨 {case}「{gate}」{name} 的代录签批没有留下照片(文件未能收取),签批作废。请重新拍照代录。",
             case=short_name(case), gate=gate, name=name)  # fmt: skip


def not_yours(name: Said) -> Line:
    """Say that only the signer answers."""
    return t("这是请 {name} 本人确认的,他人不能代答,未做任何改动。", name=name)


def nothing_to_answer(case: Case) -> Line:
    """Say that no signature waits for a word."""
    return t("{case} 没有等您确认的代录签批,未做任何改动。", case=short_name(case))


def answered_already(case: Case, what: Said) -> Line:
    """Say that it is settled."""
    return t("{case} 的这条签批已是“{what}”,未做任何改动。", case=short_name(case), what=what)
