"""Every sentence about releases, and the names of what stops one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from config.language import Line, Said, joined, lines, t
from handlers.release.signed import NO_CHAT
from handlers.words import case_name, reference, short_name
from storage.case import Case
from storage.draft import Draft
from storage.release import ChannelRelease, Release

CONFIRM: Final = t("📢确认发布")
CANCEL: Final = t("取消")
SEEN: Final = t("已经发出")
AGAIN: Final = t("没有,重发")

CHANNEL_NAMES: Final[dict[str, Line]] = {
    "website": t("网站"),
    "release_channel": t("发布频道"),
    "wechat_account": t("公众号"),
    "wechat_mass": t("公众号群发"),
}
REASONS: Final[dict[str, Line]] = {
    "no_answer": t("网站地址打不开({detail})"),
    "answered": t("网站地址回应 {detail},没有给出页面"),
    "too_large": t("网页过大,不能核对"),
    "no_article": t("网页上找不到正文"),
    "other_bytes": t("网页上的内容与签发的不一致,已从网站撤下"),
    "not_as_signed": t("留存的稿件与签发的清单不一致"),
    "other_address": t("签发的网址是 {detail},与现在的网站地址不同"),
    "waits_for_website": t("网站还没有发出"),
    "refused": t("平台没有收下:{detail}"),
    "unsure": t("不知道是否已发出:{detail}"),
    "moved": t("频道换了编号:{detail}"),
    "superseded": t("更正稿代替了它"),
    "still_readable": t("网页还能打开"),
    "no_notice": t("网页上没有撤回说明"),
    "under_way": t("平台还在发布,没有结果"),
    "other_words": t("公众号上的内容与签发的不一致,已删除"),
    "other_draft": t("公众号存下的草稿与签发的不一致,没有发出"),
    "title_too_long": t("标题超过公众号允许的 {detail} 字"),
    "no_cover": t("封面图片读不了({detail}):请检查 HUIYING_WECHAT_COVER"),
    "no_picture": t("图片取不到,或不是 1 MB 以内的 jpg、png:{detail}"),
    "mass_waits": t("等公众号管理员在微信上同意,最迟 {detail}"),
    "mass_silent": t("过了 30 分钟还没有结果,请公众号管理员到后台看"),
    "mass_unconfirmed": t("一天里没有结果,看来没有人同意"),
    "mass_refused": t("平台没有发,或公众号管理员没有同意 {detail}"),
    "mass_quota": t("公众号的群发次数用完了"),
    "no_platform": t("这个台没有接入:{detail}"),
}

WAITING: Final = ("under_way", "mass_waits", "mass_silent")
ENDED: Final = ("mass_unconfirmed", "mass_refused", "mass_quota")
UNTIL: Final = ("mass_waits",)  # whose detail is a moment


def channel_name(channel: str) -> Said:
    """Name a channel."""
    return CHANNEL_NAMES.get(channel) or t("{channel}", channel=channel)


def reason(why: str) -> Said:
    """Say why a channel failed: its reason is kept as a word, sometimes with a detail."""
    word, _, detail = why.partition(":")
    line = REASONS.get(word)
    told = datetime.fromisoformat(detail) if word in UNTIL else detail
    return Line(line.text, {"detail": told}) if line else t("{why}", why=why)


def waits(why: str) -> bool:
    """Say whether a channel only waits for its platform, or for somebody there."""
    return why.partition(":")[0] in WAITING


def same_reason(why: str, other: str) -> bool:
    """Say whether two troubles are the same, whatever their details."""
    return why.partition(":")[0] == other.partition(":")[0]


def has_ended(why: str) -> bool:
    """Say whether a channel tries no more: whoever asked for it has to ask anew."""
    return why.partition(":")[0] in ENDED


def concerned(rows: Sequence[ChannelRelease]) -> list[ChannelRelease]:
    """Leave out a channel of which the desk has no chat: nothing is out there, nor ever was."""
    return [row for row in rows if row.proof.get("id") != NO_CHAT]


# issuing


def ask(case: Case, draft: Draft, channels: Sequence[str], correction: Said | None) -> Said:
    """Ask once more, naming the effect; correction: what becomes of the release that this one puts right."""
    order = joined([channel_name(channel) for channel in channels], " → ")
    return lines(
        t("📢 确认发布 {case} v{n}?", case=short_name(case), n=draft.version),
        t("标题:《{title}》", title=draft.title),
        t("渠道:{channels}", channels=order),
        correction,
        t("发布后向社会公开,读到的人无法收回。"),
    )


def blocked(case: Case, reasons: Sequence[Said]) -> Said:
    """Refuse a release, with everything that stops it."""
    return lines(t("⛔ {case} 还不能发布:", case=short_name(case)), *[t("· {reason}", reason=each) for each in reasons])


def other_address() -> Line:
    """Say that the text was signed for another website."""
    return t("签发时的网站地址与现在的不同,请重新送审")


def changed_since() -> Line:
    """Say that text and manifest do not match."""
    return t("稿件与签发的清单不一致,请重新送审")


def no_form(channel: str) -> Line:
    """Say that a text was not signed for a channel."""
    return t("签发的清单里没有渠道“{channel}”,请重新送审", channel=channel_name(channel))


def newer_text(case: Case, n: int) -> Line:
    """Say that a button was made for another text than the one that is signed now."""
    return t("签发的已是 v{n},这个按钮是旧稿的,未发布。请发“发布 {case}”重新确认。", n=n, case=reference(case))


def already_issued(case: Case) -> Line:
    """Say that somebody has tapped already."""
    return t("{case} 这一稿已经在发布,没有重复发布。", case=short_name(case))


def too_late_to_cancel(case: Case) -> Line:
    """Say that a release cannot be called off any more."""
    return t("{case} 这一稿已经确认发布,取消不了。", case=short_name(case))


def issued(case: Case, draft: Draft, channels: Sequence[str]) -> Line:
    """Say that a release is on its way."""
    return t(
        "📢 {case} v{n} 开始发布,先发{channel};发出并核对后告知。",
        case=short_name(case), n=draft.version, channel=channel_name(channels[0]),
    )  # fmt: skip


def cancelled() -> Line:
    """Say that nothing was done."""
    return t("已取消,未做任何改动。")


# proofs


def released(case: Case, release: Release, rows: Sequence[ChannelRelease]) -> Said:
    """Tell that a release is out everywhere, with its proof."""
    shown = [row for row in rows if row.proof.get("sha256")]
    marks = [t("{channel}✅{at}", channel=channel_name(row.channel), at=row.proved_at) for row in shown]
    return lines(
        _out_now(case, release),
        release.manifest.get("url"),
        *_links(rows, release.manifest.get("url")),
        joined([*marks, t("与签发的一字不差")]),
        left_over(rows),
    )


def _out_now(case: Case, release: Release) -> Line:
    if release.corrects_id is not None:
        return t("📢 {case} 更正已发布:《{title}》", case=case_name(case), title=release.title)
    return t("📢 {case} 已发布:《{title}》", case=case_name(case), title=release.title)


def _links(rows: Sequence[ChannelRelease], but: str | None) -> list[str]:
    """List where else the public reads it."""
    found = (address for row in rows for address in str(row.proof.get("url", "")).split())
    return [address for address in found if address != but]


def left_over(rows: Sequence[ChannelRelease]) -> Said | None:
    """Name the chats where an old post may stand that only a person can take away."""
    chats = [title for row in rows for title in row.proof.get("left", {}).values()]
    if not chats:
        return None
    return t("❗ {chats}:旧帖没有记下编号,请到频道里看,有就手工删除。", chats=joined(chats, "、"))


def failing(case: Case, release: Release, row: ChannelRelease) -> Said:
    """Tell that a channel failed, and what happens next."""
    where, why = channel_name(row.channel), reason(row.trouble)
    if waits(row.trouble):
        return t("⏳ {case} 在{channel}还没有结果:{why}。有结果后告知。", case=case_name(case), channel=where, why=why)
    head = t("❗ {case} 在{channel}没有发出:{why}", case=case_name(case), channel=where, why=why)
    if has_ended(row.trouble):
        return lines(head, t("没有再试。还要群发请再发“群发 {case}”。", case=reference(case)))
    title = t("《{title}》 已试 {n} 次", title=release.title, n=row.attempts)
    if row.trouble.startswith("unsure"):
        return lines(head, title, t("请到频道里看一眼:已经发出的点「已经发出」;没有的点「没有,重发」。"))
    return lines(head, title, t("会继续重试,发出后告知。"))


def sent_to_all(case: Case, release: Release) -> Line:
    """Tell that a release was sent to all followers."""
    return t("📣 {case} 已群发给公众号的全部关注者:《{title}》", case=case_name(case), title=release.title)


def settled(case: Case, *, seen: bool) -> Line:
    """Say what a person decided about a post nobody was sure of."""
    if seen:
        return t("✅ {case} 记为已经发出。", case=short_name(case))
    return t("🔁 {case} 马上重发。", case=short_name(case))


def nothing_unsure(case: Case) -> Line:
    """Say that no post waits for a person's word."""
    return t("{case} 没有待确认的发布,未做任何改动。", case=short_name(case))
