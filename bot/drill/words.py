"""Every sentence the drill room says by itself; what the desk says comes from its capabilities."""

from datetime import datetime, timedelta

from config.language import Line, Said, joined, lines, t


def nothing_said() -> Line:
    """Ask for words or a file."""
    return t("还没写内容。请输入文字,或附上照片、文件。")


def too_long(characters: int, limit: int) -> Line:
    """Refuse a text that is too long."""
    return t(
        "这条消息有 {characters} 字,上限 {limit} 字,没有发出。请删短,或作为文件附上。",
        characters=characters,
        limit=limit,
    )


def file_too_large(name: str, megabytes: int) -> Line:
    """Refuse a file that is too large."""
    return t("「{name}」超过 {megabytes} MB,没有发出。请换小一点的文件。", name=name, megabytes=megabytes)


def empty_file(name: str) -> Line:
    """Refuse a file without content."""
    return t("「{name}」是空文件,没有发出。", name=name)


def too_many_files(count: int, limit: int) -> Line:
    """Refuse more files than an album holds."""
    return t("一次最多 {limit} 个文件,这次有 {count} 个,没有发出。请分几次发。", count=count, limit=limit)


def too_much() -> Line:
    """Refuse a form larger than all that is allowed together."""
    return t("这次发送的内容太大,没有收下。请返回上一页,去掉几个文件再发。")


def not_now() -> Line:
    """Say that nothing could be stored just now."""
    return t("暂时存不下,没有发出。您写的内容还在,请稍后重发。")


def not_now_page() -> Line:
    """Say that the page cannot be shown just now."""
    return t("数据库暂时没有应答,请稍后刷新本页。什么都没有丢。")


def garbled() -> Line:
    """Say that a request made no sense."""
    return t("这个请求看不懂,未做任何改动。请回到演练室再试。")


def no_such_page() -> Line:
    """Say that there is no such page, or no such form."""
    return t("演练室里没有这一页。")


def no_such_chat() -> Line:
    """Say that there is no such chat."""
    return t("没有这个会话。请从会话列表里选一个。")


def not_a_member(name: str) -> Line:
    """Refuse somebody who is not in a chat."""
    return t("{name} 不在这个会话里。", name=name)


def nobody_known(key: str) -> Line:
    """Say that nobody in the cast is called so."""
    return t("演练人员里没有「{key}」。请在列表里重新选人。", key=key)


def no_such_button() -> Line:
    """Say that a message has no such button any more."""
    return t("这条消息已经更新,没有这个按钮了。请看它现在的样子。")


def not_yours(name: str) -> Line:
    """Refuse to edit what somebody else said."""
    return t("{name} 只能修改自己发的消息。", name=name)


def not_a_link() -> Line:
    """Refuse a link that is none."""
    return t("原帖链接请以 http:// 或 https:// 开头。")


def not_a_moment() -> Line:
    """Refuse a posted time that is none."""
    return t("发帖时间看不懂,请写成 2026-11-24T08:40 这样。")


def no_limit_running() -> Line:
    """Say that no statutory clock runs."""
    return t("现在没有在走的时限。先转发一条舆情,时限就会开始。")


def nothing_to_skip() -> Line:
    """Refuse a span the clock cannot go by."""
    return t("时钟只能往前走,请写 1 到 {most} 分钟。", most=10_080)


def no_such_speed() -> Line:
    """Refuse a speed the clock does not have."""
    return t("时钟只有暂停、×60 和 ×3600 三挡。")


def over() -> Line:
    """Say that the example has been played to its end."""
    return t("示例已经演完。点“重新开始”可以再看一遍。")


def cannot_play(label: Said, where: str) -> Line:
    """Say that a step of the example does not fit what has been changed by hand."""
    return t(
        "示例走到这里要在「{where}」点〔{label}〕,可是现在没有这个按钮。您可以自己接着办,或点“重新开始”。",
        label=label,
        where=where,
    )


def stale_form() -> Line:
    """Say that a form was not ours, or too old."""
    return t("这个页面已经过期,没有做任何改动。内容还在,请再点一次。")


def foreign_form() -> Line:
    """Refuse a form that another site sent."""
    return t("这个请求不是从演练室页面发出的,没有做任何改动。")


def loopback_only() -> Line:
    """Say from where the drill room can be opened."""
    return t("演练室里谁都可以扮演任何人,所以只能在本机打开:http://localhost 或 http://127.0.0.1。")


def next_limit(name: object, case: object, due: datetime, left: timedelta) -> Line:
    """Tell the nearest limit."""
    return t("{case} {name} {due}(剩 {left})", name=name, case=case, due=due, left=left)


DESK_NAME = t("回应")


def heading(n: int, title: Said) -> Line:
    """Head a step of the transcript."""
    return t("—— 第 {n} 步 · {title} ——", n=n, title=title)


def explained(why: Said) -> Line:
    """Explain a step of the transcript."""
    return t("({why})", why=why)


def said_in(chat: str, at: datetime, author: object, where: Said | None, *, again: bool) -> Said:
    """Head a message of the transcript: chat, time, who."""
    head = t("[{chat}] {at} {author}", chat=chat, at=at, author=author)
    return joined([head, where, t("(更新)") if again else None, t(":")], "")


def tapped(chat: str, at: datetime, author: str, label: Said) -> Line:
    """Say that somebody tapped a button."""
    return t("[{chat}] {at} {author} 点〔{label}〕", chat=chat, at=at, author=author, label=label)


def seen_by(name: str) -> Line:
    """Say who alone sees a word."""
    return t("(只有 {name} 看得到)", name=name)


def forwarded(author: str) -> Line:
    """Say whose post was forwarded."""
    return t("转发自 {author}", author=author)


def proved(rows: int, chains: int, head: str) -> Said:
    """Say that the record of the case verifies."""
    return lines(
        t("✔ 履历核验有效:{rows} 条,{chains} 条链,一条不缺、一字未改。", rows=rows, chains=chains),
        t("封印头 {head}", head=head),
    )


def not_proved() -> Line:
    """Say that the record does not verify."""
    return t("✘ 履历核验无效:")


def how_to_prove(file: object, head: str) -> Line:
    """Say how to check the record again."""
    return t("自己核验:python -m bot verify-history {file} --head {head}", file=file, head=head)
