"""Every sentence about feeds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from config.language import Line, Said, joined, lines, t
from config.plan import Name
from storage.feed import Feed

WHY: Final[dict[str, Said]] = {
    "silent": t("网站没有回应"),
    "garbled": t("网址不完整"),
    "password": t("网址里带着密码"),
    "private": t("内网或保留地址,设置 HUIYING_FEED_NETWORKS 才能读"),
    "port": t("不是常用端口,设置 HUIYING_FETCH_PORTS 才能读"),
    "too_large": t("太大"),
    "not_a_feed": t("读到的不是 RSS 或 Atom"),
    "unreadable": t("读不出内容"),
}
STAGES: Final[dict[str, Said]] = {"watched": t("在看"), "stopped": t("已停"), "gone": t("对方已撤销")}
HOW: Final = t("请这样写:“订阅 名称 网址”,可加“每30分钟”“主题 住房”“筛选”(只收像是涉事的)。停止:“停订 名称”。")


def why(trouble: str) -> Said:
    """Say what kept a feed from being read: a word of ours, or what the site answered."""
    return WHY.get(trouble) or t("网站回答 {status}", status=trouble)


def not_here() -> Said:
    """Refuse in a drill: nothing real is reached from there."""
    return t("演练里不订阅真实网站,未做任何改动。")


def how() -> Said:
    """Say how to subscribe."""
    return HOW


def bad_interval(shortest: int, longest: int) -> Line:
    """Refuse an interval."""
    return t("间隔请在 {shortest} 到 {longest} 分钟之间,未做任何改动。", shortest=shortest, longest=longest)


def name_taken(feed: Feed) -> Line:
    """Refuse a name that another feed has."""
    return t("已有订阅「{name}」({url}),未做任何改动。要换网址,先“停订 {name}”。", name=feed.name, url=feed.url)


def url_taken(feed: Feed) -> Line:
    """Refuse an address that is watched already."""
    return t("这个网址已经订阅了,名称「{name}」,未做任何改动。", name=feed.name)


def no_topic(wanted: str, topics: Sequence[Name]) -> Said:
    """Refuse a topic that the plan does not have."""
    return t("方案里没有主题「{wanted}」,未做任何改动。可用:{topics}。", wanted=wanted, topics=joined(topics, "、"))


def subscribed(feed: Feed) -> Said:
    """Say that a feed is watched from now on."""
    return t("📡 已订阅「{name}」,每 {minutes} 分钟看一次,马上看第一次。", name=feed.name, minutes=feed.every_minutes)


def none_yet() -> Said:
    """Say that nothing is watched."""
    return lines(t("还没有订阅。"), HOW)


def listed(feeds: Sequence[Feed]) -> Said:
    """List the feeds."""
    return lines(t("📡 订阅 {n} 个", n=len(feeds)), *(_one(n, feed) for n, feed in enumerate(feeds, 1)), HOW)


def _one(n: int, feed: Feed) -> Said:
    return joined([
        t("{n}. {name}", n=n, name=feed.name),
        STAGES[feed.stage],
        t("每 {minutes} 分钟", minutes=feed.every_minutes) if feed.stage == "watched" else None,
        t("收下 {taken} 条", taken=feed.taken),
        t("上次 {at}", at=feed.fine_at) if feed.fine_at else t("还没读到过"),
        t("⚠️ 连续 {n} 次读不到:{why}", n=feed.failures, why=why(feed.trouble)) if feed.failures else None,
        t("筛选") if feed.sifts else None,
        feed.url,
    ])  # fmt: skip


def no_such(wanted: str) -> Line:
    """Refuse to stop what is not there."""
    return t("没有订阅「{wanted}」,未做任何改动。发“订阅”看全部。", wanted=wanted)


def stopped(feed: Feed) -> Line:
    """Say that a feed is watched no more."""
    return t("🛑 已停订「{name}」;收下的报送都还在。再订:“订阅 {name} {url}”。", name=feed.name, url=feed.url)


def first_look(feed: Feed, found: int, taken: int) -> Line:
    """Say what the first look brought."""
    return t("📡 订阅「{name}」读到了 {found} 条,收下近一天的 {taken} 条。", name=feed.name, found=found, taken=taken)


def first_failed(feed: Feed) -> Line:
    """Say that the first look brought nothing."""
    return t("⚠️ 订阅「{name}」第一次没读到:{why}。会再试;网址不对请“停订 {name}”再订。",
             name=feed.name, why=why(feed.trouble))  # fmt: skip


def failing(feed: Feed) -> Line:
    """Tell once that a feed cannot be read."""
    return t(
        "⚠️ 订阅「{name}」连续 {n} 次读不到:{why}。会继续试,间隔渐长;不要了发“停订 {name}”。",
        name=feed.name, n=feed.failures, why=why(feed.trouble),
    )  # fmt: skip


def well_again(feed: Feed, since: datetime | None) -> Said:
    """Tell that a feed can be read again."""
    if since is None:
        return t("✅ 订阅「{name}」读到了。", name=feed.name)
    return t("✅ 订阅「{name}」又读到了,上次读到是 {since}。", name=feed.name, since=since)


def gone(feed: Feed) -> Line:
    """Tell that a site took a feed away for good."""
    return t("🛑 订阅「{name}」对方已撤销(410),不再看了。", name=feed.name)


def moved(feed: Feed, before: str) -> Line:
    """Tell that a feed has another address for good."""
    return t("↪️ 订阅「{name}」已永久搬到 {url}(原 {before}),以后读新址。", name=feed.name, url=feed.url, before=before)


def held_back(feed: Feed, taken: int, left: int) -> Line:
    """Say that a feed brought more than is taken at once."""
    return t(
        "📡 订阅「{name}」一次来了很多,先收 {taken} 条,另 {left} 条下次收。", name=feed.name, taken=taken, left=left
    )


def standing(watched: int, failing_now: int) -> Said:
    """Say on the command line how many feeds are watched."""
    return joined([
        t("订阅 {n} 个在看", n=watched), t("{n} 个读不到", n=failing_now) if failing_now else None,
    ])  # fmt: skip


def in_trouble(feed: Feed) -> Line:
    """Name on the command line a feed that cannot be read."""
    return t("订阅「{name}」连续 {n} 次读不到:{why}({url})",
             name=feed.name, n=feed.failures, why=why(feed.trouble), url=feed.url)  # fmt: skip
