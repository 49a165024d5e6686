"""Every sentence about the pages that links lead to."""

from typing import Final, Literal, get_args

from config.language import Line, Said, t
from config.plan import Name
from handlers.text.excerpt import excerpt
from handlers.words import short_name
from storage.case import Case
from storage.linked_page import LinkedPage

Trouble = Literal[
    "garbled", "password", "private", "port", "too_large", "not_there", "not_a_page", "unreadable", "empty", "silent"
]
TROUBLES: Final = get_args(Trouble)
WHY: Final[dict[str, Said]] = {
    "garbled": t("网址不完整"),
    "password": t("网址里带着密码,不取"),
    "private": t("内网或保留地址,不取"),
    "port": t("不是常用端口,不取"),
    "too_large": t("太大"),
    "not_there": t("网站说没有,或不让看"),
    "not_a_page": t("不是网页"),
    "unreadable": t("读不出文字"),
    "empty": t("没有文字"),
    "silent": t("网站一直没有回应"),
}
REOPEN: Final = t("重开")
REJUDGE: Final = t("改判")
MERGE: Final = t("合并")


def on_card(page: LinkedPage) -> Said | None:
    """Show on the card what a linked page says, marked as fetched; what is still to come is not shown."""
    if page.stage == "kept":
        return t("🌐 链接网页(本台抓取,未核实,{at}):「{text}」", at=page.at, text=excerpt(page.words))
    return t("🌐 链接网页没有取到:{why}", why=WHY[page.trouble]) if page.stage == "refused" else None


def graver_page(case: Case, grade: Name) -> Line:
    """Raise the alarm: the page that a link leads to tells of more than the report."""
    return t("🚨 {case} 链接的网页更严重,研判为{grade},未核实,请核对", case=short_name(case), grade=grade)


def regrade(grade: Name) -> Line:
    """Offer the grade that the page speaks for."""
    return t("定为{grade}", grade=grade)


def same_page(case: Case, other: Case) -> Line:
    """Say that two cases have one page under two addresses."""
    return t("🔗 {case} 的链接打开是 {other} 的同一网页,可合并", case=short_name(case), other=short_name(other))
