"""The check-up of Telegram: what is well, what is not, and what to do about it. Nothing is changed by it."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from telegram import ChatMember, User, WebhookInfo
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken

from bot.chat.findings import Finding
from bot.chat.telegram.errors import FAILURES, is_strangers, said_by
from bot.chat.telegram.line import Line
from bot.chat.telegram.polling import raw_updates
from bot.chat.telegram.webhook import WEBHOOK_PATH
from config.language import joined, t
from config.settings import Settings
from storage.chat import Chat

SKEW: Final = timedelta(seconds=5)
WORST_SKEW: Final = timedelta(seconds=60)
RECENT: Final = timedelta(hours=1)
PORTS: Final = (443, 80, 88, 8443)  # https://core.telegram.org/bots/api#setwebhook
MOST_FROM_TELEGRAM: Final = 20_000_000  # bytes; https://core.telegram.org/bots/api#getfile
# Seconds for which a second desk is looked for: whoever else asks is back by then and puts an end to our asking.
LOOK: Final = 4.0
REST: Final = 1.0  # seconds between two questions, when there is something to hear and the answer comes at once
WANTED: Final = {"can_pin_messages": t("置顶消息"), "can_delete_messages": t("删除消息")}
NEEDED: Final = {
    "can_post_messages": t("发布消息"),
    "can_edit_messages": t("编辑消息"),
    "can_delete_messages": t("删除消息"),
}


@dataclass(frozen=True)
class Checkup:
    """What is looked at: the settings, the bound chats, and whether this desk runs meanwhile."""

    settings: Settings
    line: Line
    chats: Sequence[Chat]
    running: bool
    now: Callable[[], datetime]
    look: float = LOOK

    def findings(self) -> Iterator[Finding]:
        """Look at one thing after the other; without an answer to the first there is nothing more to ask."""
        yield from self._own_settings()
        try:
            me: User = self.line.call(self.line.bot.get_me())
        except FAILURES as error:
            yield self._no_answer(error)
            return
        yield Finding("well", t("Telegram 机器人 @{name}", name=me.username))
        yield from self._asked(self._clock)
        yield from self._asked(self._webhook)
        for chat in self.chats:
            yield from self._asked(partial(self._chat, me, chat))

    def _asked(self, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
        """Let a look that gets no answer end with a line that says so."""
        try:
            yield from look()
        except FAILURES as error:
            yield self._no_answer(error)

    def _no_answer(self, error: BaseException) -> Finding:
        if isinstance(error, InvalidToken) and not is_strangers(error):
            said = t("Telegram 不认令牌:请在 BotFather 用 /token 查看,改对 HUIYING_TELEGRAM_TOKEN")
            return Finding("broken", said)
        why = said_by(error, self.line.redaction)
        if self.settings.telegram_proxy is None:
            said = t("连不上 Telegram({why}):本机若不能直连,请设置 HUIYING_TELEGRAM_PROXY", why=why)
        else:
            said = t("连不上 Telegram({why}):请检查 HUIYING_TELEGRAM_PROXY 指的代理是否在运行", why=why)
        return Finding("broken", said)

    def _own_settings(self) -> Iterator[Finding]:
        limit, port = self.settings.telegram_file_limit, _port(self.settings.public_url)
        if self.line.is_public and limit > MOST_FROM_TELEGRAM:
            said = t("HUIYING_TELEGRAM_FILE_LIMIT 大于 20000000:更大的文件只有自建的 Bot API 服务器才给;请改小或自建")
            yield Finding("warning", said)
        if self.line.is_public and self.settings.telegram_mode == "webhook" and port not in PORTS:
            said = t("Telegram 不往端口 {port} 送消息:请让 HUIYING_PUBLIC_URL 用 443、80、88 或 8443", port=port)
            yield Finding("broken", said)

    # time

    def _clock(self) -> Iterator[Finding]:
        """Compare this machine's clock with the one that dates the server's answers."""
        answer = self.line.downloads.get(self.line.api_url)
        if "Date" not in answer.headers:
            return
        skew = abs(self.now() - parsedate_to_datetime(answer.headers["Date"]))
        seconds = round(skew.total_seconds())
        if skew > WORST_SKEW:
            said = t("本机时钟与 Telegram 相差 {n} 秒,时限会算错:请立即校时(启用 NTP)", n=seconds)
            yield Finding("broken", said)
        elif skew > SKEW:
            yield Finding("warning", t("本机时钟与 Telegram 相差 {n} 秒:请校时(启用 NTP)", n=seconds))
        else:
            yield Finding("well", t("时钟与 Telegram 一致"))

    # how updates come

    def _webhook(self) -> Iterator[Finding]:
        info: WebhookInfo = self.line.call(self.line.bot.get_webhook_info())
        if self.settings.telegram_mode == "webhook":
            yield self._webhook_wanted(info)
        elif info.url:
            said = t(
                "Telegram 上设有 webhook {url},轮询收不到消息:启动值班台会取消它;若又出现,请停掉设置它的程序",
                url=info.url,
            )
            yield Finding("broken" if self.running else "warning", said)
        else:
            yield from self._second_desk()
        if info.pending_update_count:
            said = t("有 {n} 条消息等着送来", n=info.pending_update_count)
            yield Finding("warning" if self.running else "well", said)
        yield from self._last_error(info)

    def _webhook_wanted(self, info: WebhookInfo) -> Finding:
        ours = f"{self.settings.public_url}{WEBHOOK_PATH}"
        if info.url == ours:
            return Finding("well", t("webhook 已设到 {url}", url=ours))
        if not info.url:
            return Finding("broken" if self.running else "warning", t("webhook 还没有设:启动值班台会设置它"))
        said = t(
            "webhook 设在别处({url}),不是 {ours}:启动值班台会改过来;若又变回,请停掉设置它的程序",
            url=info.url,
            ours=ours,
        )
        return Finding("broken", said)

    def _last_error(self, info: WebhookInfo) -> Iterator[Finding]:
        at, why = info.last_error_date, info.last_error_message
        if at is not None and why and self.now() - at < RECENT:
            said = t("Telegram 在 {at} 没能把消息送到 webhook:{why}。请检查证书、反向代理和防火墙", at=at, why=why)
            yield Finding("warning", said)

    def _second_desk(self) -> Iterator[Finding]:
        """Ask for updates without taking any: whoever else asks puts an end to it."""
        if self.running:
            yield Finding("well", t("值班台正在运行,正在收消息;是否另有程序抢收,由它自己报告"))
            return
        if self._somebody_else_asks():
            said = t("另有程序在用同一个令牌收消息:请停掉它;找不到时,在 BotFather 用 /revoke 换新令牌")
            yield Finding("broken", said)
        else:
            yield Finding("well", t("没有别的程序在用这个令牌收消息"))

    def _somebody_else_asks(self) -> bool:
        """Ask for a while: somebody else cuts our asking off, or takes away what waits, of which we take nothing."""
        until, waiting = time.monotonic() + self.look, None
        while True:
            left = max(0.0, until - time.monotonic())
            try:
                first = self._first_waiting(math.ceil(left))
            except Conflict:
                return True
            if waiting is not None and first != waiting:
                return True
            if not left:
                return False
            waiting = first
            time.sleep(max(0.0, min(REST, until - time.monotonic())))

    def _first_waiting(self, seconds: int) -> int | None:
        """Return the update that waits longest, and waits on; None when there is none for so many seconds."""
        updates = self.line.call(raw_updates(self.line.bot, self.line.polls, seconds, {"limit": 1}))
        return int(updates[0]["update_id"]) if updates else None

    # chats

    def _chat(self, me: User, chat: Chat) -> Iterator[Finding]:
        try:
            member: ChatMember = self.line.call(self.line.bot.get_chat_member(chat.account, me.id))
        except ChatMigrated:
            yield Finding("warning", t("「{title}」已升级为超级群:启动值班台后会自动跟过去", title=chat.title))
        except (BadRequest, Forbidden):
            yield _not_in(chat)
        else:
            yield from _in_channel(chat, member) if chat.use == "release_channel" else _in_group(me, chat, member)


def _not_in(chat: Chat) -> Finding:
    said = t("机器人不在「{title}」里:请重新加进去", title=chat.title or chat.account)
    return Finding("broken", said)


def _in_channel(chat: Chat, member: ChatMember) -> Iterator[Finding]:
    missing = [name for right, name in NEEDED.items() if not _may(member, right)]
    if member.status in (ChatMember.LEFT, ChatMember.BANNED):
        yield _not_in(chat)
    elif missing:
        said = t(
            "发布频道「{title}」里缺少权限:{rights}。请在频道的管理员设置里给机器人",
            title=chat.title or chat.account,
            rights=joined(missing, "、"),
        )
        yield Finding("broken", said)
    else:
        yield Finding("well", t("发布频道「{title}」权限齐全", title=chat.title or chat.account))


def _in_group(me: User, chat: Chat, member: ChatMember) -> Iterator[Finding]:
    title, administers = chat.title or chat.account, member.status in (ChatMember.ADMINISTRATOR, ChatMember.OWNER)
    missing = [name for right, name in WANTED.items() if chat.use == "staff" and not _may(member, right)]
    if member.status in (ChatMember.LEFT, ChatMember.BANNED):
        yield _not_in(chat)
        return
    if member.status == ChatMember.RESTRICTED and not _may(member, "can_send_messages"):
        yield Finding("broken", t("机器人在「{title}」里被禁言:请解除", title=title))
    if not administers and not me.can_read_all_group_messages:
        said = t(
            "机器人的隐私模式开着,在「{title}」里看不到转发:请在 BotFather 用 /setprivacy 选 Disable,"
            "再把机器人移出群、重新加进去;或把它设为管理员",
            title=title,
        )
        yield Finding("broken", said)
    elif missing:
        said = t("「{title}」里最好给机器人这些权限:{rights}", title=title, rights=joined(missing, "、"))
        yield Finding("warning", said)
    else:
        yield Finding("well", t("「{title}」听得到消息,权限齐全", title=title))


def _may(member: ChatMember, right: str) -> bool:
    found: Any = getattr(member, right, False)
    return member.status == ChatMember.OWNER or bool(found)


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)
