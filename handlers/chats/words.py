"""Every sentence about how accounts and groups come to the desk, and leave it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from config.language import Line, Said, joined, lines, t
from config.plan import Plan
from handlers.conversation import Place, Sender
from handlers.people.words import who
from handlers.text.excerpt import excerpt
from handlers.text.mask import mask_personal
from handlers.words import names
from storage.chat import Chat
from storage.person import Person

USE_NAMES: Final[dict[str, Line]] = {
    "staff": t("工作群"),
    "joint_meeting": t("联席会议群"),
    "release_channel": t("发布频道"),
}
USE_ALIASES: Final[dict[str, str]] = {
    "staff": "staff",
    "工作群": "staff",
    "职工群": "staff",
    "joint_meeting": "joint_meeting",
    "joint": "joint_meeting",
    "联席会议群": "joint_meeting",
    "联席会议": "joint_meeting",
    "release_channel": "release_channel",
    "channel": "release_channel",
    "发布频道": "release_channel",
}
WHAT_ENDS: Final[dict[str, Line]] = {
    "staff": t("舆情卡片、提醒和超时通报不再发到这里"),
    "joint_meeting": t("联席会议预警不再发到这里"),
    "release_channel": t("签发的稿件不再发到这里"),
}


CALLED: Final = {  # what people type for a platform; members of WeCom may read it in their WeChat
    "telegram": "telegram", "tg": "telegram", "电报": "telegram",
    "wecom": "wecom", "企业微信": "wecom", "企微": "wecom", "微信": "wecom", "wechat": "wecom",
    "自动": "", "默认": "", "auto": "",
}  # fmt: skip
PLATFORM_NAMES: Final[dict[str, Said | str]] = {
    "telegram": "Telegram",
    "wecom": t("企业微信"),
    "drill": t("演练室"),
}
RIGHT_NAMES: Final[dict[str, Line]] = {
    "speak": t("发言"),
    "pin": t("置顶消息(置顶在办案件)"),
    "post": t("发布消息(发稿)"),
    "edit": t("编辑他人消息(更正)"),
    "delete": t("删除消息(撤下)"),
}


def use_named(words: str) -> str:
    """Return the use somebody names; empty for none."""
    return USE_ALIASES.get(words.strip().lower(), "")


def _title(chat: Chat) -> Said:
    if chat.use not in USE_NAMES:  # let go meanwhile
        return joined(["「", chat.title or chat.account, "」"], "")
    return t("「{title}」({use})", title=chat.title or chat.account, use=USE_NAMES[chat.use])


def _account(sender: Sender) -> Said:
    if sender.anonymous:
        return t("匿名管理员")
    return joined([sender.name, sender.account], " ")


# invitations


def how_to_invite() -> Line:
    """Say how to invite somebody."""
    return t("邀请谁?请写姓名,如“邀请 王五”。对方凭一次性邀请码接通自己的账号。")


def nobody_named(name: str, near: Iterable[Person]) -> Line:
    """Say that nobody has this name, and who has a similar one."""
    alike = [person.name for person in near]
    if not alike:
        return t("值班表里没有「{name}」。请核对姓名,或先把人写进值班表。", name=name)
    return t("值班表里没有唯一的「{name}」。相近的有:{near}。", name=name, near=names(alike))


def person_button(person: Person) -> Line:
    """Offer one person."""
    return t("{name} {title}", name=person.name, title=person.title or person.key)


def invited(person: Person, code: str, link: str, until: datetime) -> Said:
    """Give the administrator somebody's code."""
    say = t("请点开链接再按“开始”:{link}", link=link) if link else None
    return lines(
        t("{name} 的邀请码(用一次,{until} 前有效):{code}", name=person.name, until=until, code=code),
        say,
        t("或者私聊我发送:/start {code}", code=code),
        t("请只转给本人。再次邀请会作废这个码;接通后,此人在本平台原来的账号不再有效。"),
    )


def welcome(person: Person, plan: Plan) -> Said:
    """Tell somebody whose account was just connected who they are."""
    return lines(t("✅ 已接通。您是:"), who(person, plan), t("以后提醒和审稿都从这里找您。发“帮助”看可以说什么。"))


def connected(person: Person) -> Line:
    """Greet a known person whose first word this is."""
    return t("✅ 已接通,{name}。以后提醒和审稿都从这里找您。发“帮助”看可以说什么。", name=person.name)


def arrived(person: Person, platform: str, sender: Sender, replaced: Sequence[str]) -> Said:
    """Tell the administrator that an invitation was accepted, and which accounts it replaced."""
    return lines(
        t("✅ {name} 已接通:{platform} {account}", name=person.name, platform=platform, account=_account(sender)),
        t("原账号 {old} 不再代表此人;值班表里若还写着,请改掉。", old=names(replaced)) if replaced else None,
    )


def used_up() -> Line:
    """Say that a code is no good."""
    return t("邀请码已用过或已过期,未做任何改动。请管理员重新邀请。")


def speaks_for_another(holder: Person) -> Line:
    """Say that an account is somebody else's already."""
    return t("这个账号已经是 {name} 的,不能再代表别人,未做任何改动。管理员已收到通知。", name=holder.name)


def account_taken(sender: Sender, holder: Person, invited: Person) -> Line:
    """Tell the administrators that somebody's account said another's code."""
    return t(
        "⚠️ {holder} 的账号({account})说了 {invited} 的邀请码,没有接通。邀请码仍可由本人使用;若已外泄,请重新邀请。",
        holder=holder.name,
        account=_account(sender),
        invited=invited.name,
    )


def unknown(platform: str, account: str) -> Line:
    """Tell an unknown account what to give the administrator."""
    return t("我还不认识您。请把这一行发给管理员登记:{platform}:{account}", platform=platform, account=account)


def code_shown(use: str, person: Person | None, place: Place) -> Line:
    """Tell the administrators that a code was said where others read it and where it is good for nothing."""
    whose = t("{name} 的邀请码", name=person.name) if person else t("绑定{use}的码", use=USE_NAMES[use])
    where = place.title or place.account
    return t("⚠️ {whose}被发在「{where}」里,已作废,没有接通任何账号或群。请重新生成。", whose=whose, where=where)


# groups


def how_to_bind() -> Line:
    """Say how to bind a group."""
    return t("要绑定成哪一种?请点选,或发“绑定 工作群”“绑定 联席会议群”“绑定 发布频道”。")


def group_code(use: str, code: str, link: str, until: datetime) -> Said:
    """Give the administrator the code of a group."""
    return lines(
        t("绑定{use}的码(用一次,{until} 前有效):{code}", use=USE_NAMES[use], until=until, code=code),
        *(_into_channel(code, link) if use == "release_channel" else _into_group(code, link)),
    )


def _into_group(code: str, link: str) -> tuple[Line, ...]:
    if not link:
        return (t("请先把我拉进群,再在群里 @我 说:/bind {code}", code=code),)
    return (
        t("请点开链接选群,我入群后即绑定:{link}", link=link),
        t("或者先把我拉进群,再在群里发送:/bind {code}", code=code),
    )


def _into_channel(code: str, link: str) -> tuple[Line | None, ...]:
    return (
        t("请点开链接选频道,把我设为频道管理员(所需权限已选好):{link}", link=link)
        if link
        else t("请先把我设为频道管理员,给我发布、编辑、删除消息的权限。"),
        t("然后在频道里发送这一句,绑定后我会删掉它:/bind {code}", code=code),
    )


def say_it_there(use: str) -> Line:
    """Say that a group's code belongs into the group."""
    return t("这是绑定{use}的码,请发在要绑定的群或频道里。", use=USE_NAMES[use])


def bound_here(use: str) -> Line:
    """Tell a group what it is from now on."""
    return t("✅ 本群已绑定为{use}。", use=USE_NAMES[use])


def bound(chat: Chat, former: str, person: Person | None, sender: Sender) -> Said:
    """Tell the administrators what was bound, by whom, and how to undo it."""
    by = person.name if person else _account(sender)
    changed = t("原来是{former};发往原用途的消息不再发出。", former=USE_NAMES[former]) if former else None
    return lines(t("✅ 已绑定 {chat},由 {by} 说出绑定码。", chat=_title(chat), by=by), changed, t("要撤销请发“解绑”。"))


def rights_missing(chat: Chat, rights: Sequence[str]) -> Line:
    """Tell whoever bound a chat which rights are missing there, and where to grant them."""
    return t(
        "⚠️ 我在 {chat} 里还缺少权限:{rights}。请在它的管理员设置里给我。",
        chat=_title(chat),
        rights=joined((RIGHT_NAMES[right] for right in rights), "、"),
    )


def became_one(chat: Chat, given_up: str, kept: str) -> Line:
    """Tell the administrators that two bound chats turned out to be one."""
    return t(
        "⚠️ 一个{given_up}已迁到 {chat},两者合为一个,用途仍是{kept}。如不对请发“绑定”重新绑定。",
        given_up=USE_NAMES.get(given_up, given_up),
        chat=t("「{title}」", title=chat.title or chat.account),
        kept=USE_NAMES.get(kept, kept),
    )


def nothing_bound() -> Line:
    """Say that no group is bound."""
    return t("还没有绑定任何群或频道。发“绑定”开始。")


def which_to_unbind() -> Line:
    """Ask which group to let go."""
    return t("要解绑哪一个?请点选。")


def chat_button(chat: Chat) -> Line:
    """Offer one group, with the platform it is on."""
    platform = PLATFORM_NAMES.get(chat.platform, chat.platform)
    return t("{platform}:{chat}", platform=platform, chat=_title(chat))


def sure_to_unbind(chat: Chat) -> Said:
    """Name the effect of unbinding, and ask once more."""
    return lines(
        t("确定解绑 {chat}?解绑后{ends},我会离开它。", chat=chat_button(chat), ends=WHAT_ENDS[chat.use]),
        t("值班表里若还写着它,下次更换值班表时会重新绑定。") if chat.bound_by == "roster" else None,
    )


def unbound(chat: Chat, use: str, by: Person) -> Line:
    """Tell the administrators what was let go, and by whom."""
    title = chat.title or chat.account
    return t("☑️ {by} 已解绑「{title}」({use}),我已离开。", by=by.name, title=title, use=USE_NAMES[use])


def not_bound_any_more() -> Line:
    """Say that a group is bound no more."""
    return t("它已经不是绑定的群了,未做任何改动。")


def anonymous() -> Line:
    """Say that nobody can act in a group's name."""
    return t("您现在以群的名义发言,我不知道您是谁,未做任何改动。请关掉匿名管理员身份再说一次,或私聊我。")


# who comes and goes


def not_ours(title: str, name: str, account: str) -> Line:
    """Tell the administrators of a group that nobody bound."""
    return t(
        "⚠️ {name}({account})把我拉进了没有绑定的「{title}」,我没有发言,已退出。若是本局的群,请先发“绑定”取码。",
        name=name or "—",
        account=account,
        title=title or "—",
    )


def group_back(chat: Chat) -> Line:
    """Tell the administrators that the desk is in a group."""
    return t("✅ 我在 {chat} 里了,可以发言。", chat=_title(chat))


def group_lost(chat: Chat, why: str) -> Said:
    """Tell whoever can mend it that a group is not reached."""
    return lines(
        t("🚨 我在 {chat} 里发不出消息了。", chat=_title(chat)),
        t("平台的答复:{why}", why=why) if why else None,
        t("如是被移出或不许发言,请群主把我重新拉进群并允许发言;换了新群请发“绑定”取码。"),
    )


def given_up(chat: Chat, person: Person | None, text: str, why: str) -> Said:
    """Tell that something was not said and will not be, to whom, how it began, and why."""
    begins = excerpt(mask_personal(text))
    return lines(
        t("🚨 有一条没有送到 {to},已放弃:「{begins}」", to=person.name if person else _title(chat), begins=begins),
        t("平台的答复:{why}", why=why) if why else None,
        t("请用别的办法告诉对方。"),
    )


def more_given_up(chat: Chat, person: Person | None, count: int) -> Line:
    """Tell how much more was not said in the hour since."""
    to = person.name if person else _title(chat)
    return t("🚨 过去一小时又有 {count} 条没有送到 {chat},已放弃。", count=count, chat=to)


def person_lost(person: Person, link: str) -> Said:
    """Tell the staff that somebody is not reached, and what that person has to do."""
    return lines(
        t("🚨 私聊找不到 {name} 了:可能停用了我。请 {name} 打开与我的私聊,按“开始”。", name=person.name),
        link or None,
        t("在此之前,等此人认领的转请下一位。"),
    )


def without_account(people: Iterable[Person]) -> Line:
    """Tell the administrators who cannot speak to the desk, nor hear from it, before they are invited."""
    return t(
        "👤 还没有账号:{names}。提醒和审稿发不到他们,他们说的话我也不认。请逐个发“邀请 姓名”。",
        names=names(person.name for person in people),
    )


def not_started(people: Iterable[Person], links: Iterable[str]) -> Said:
    """Name who has never written to the desk."""
    asked = names(person.name for person in people)
    return lines(
        t("👋 还没接通私聊:{names}。请各位打开与我的私聊,按“开始”;没接通前,提醒和审稿发不到您。", names=asked),
        *links,
    )


def platform_named(wanted: str) -> str | None:
    """Return the platform that somebody names; empty for none in particular, None for what is no platform."""
    return CALLED.get(wanted.strip().lower())


def addressed(platform: str) -> Said:
    """Confirm where somebody is written to first."""
    if not platform:
        return t("好的,以后您在哪里说话,就先发到哪里。")
    return t("好的,以后先发到 {platform};发不到时再发到别处。", platform=PLATFORM_NAMES.get(platform, platform))


def where_to(platforms: Sequence[str]) -> Said:
    """Say which accounts there are to choose from."""
    named = joined([PLATFORM_NAMES.get(platform, platform) for platform in platforms], "、")
    return t("您可选:{platforms};不选的,在哪里说话就先发到哪里(“以后发到 自动”)。", platforms=named)


def account_back(person: Person, chat: Chat) -> Said:
    """Tell administrators that an account is reached again that was not: it may be somebody else's by now."""
    return t(
        "⚠️ {name} 的 {platform} 账号 {account} 一度收不到消息(离职、停用或移出范围),现又接通。账号可能已转给别人:"
        "请核对是否本人,不是的马上改值班表。",
        name=person.name, platform=PLATFORM_NAMES.get(chat.platform, chat.platform), account=chat.account,
    )  # fmt: skip
