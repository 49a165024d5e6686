"""What a message may hold, by type and by who takes it; the surplus is cut or refused as the vendor does.

https://developer.work.weixin.qq.com/document/path/90236 (应用), .../path/90248 (群聊会话), .../path/91770 (消息推送).
"""

import re

from tests.platforms.asgi import Json
from tests.platforms.wecom_api.calling import Calling
from tests.platforms.wecom_api.showing import CALLED_BACK
from tests.platforms.wecom_api.world import ApiError

MEDIA = ("image", "voice", "video", "file")
TO_MEMBERS = ("text", *MEDIA, "textcard", "news", "mpnews", "markdown", "template_card")
TO_APPCHATS = ("text", *MEDIA, "textcard", "news", "mpnews", "markdown")
TO_WEBHOOKS = ("text", "markdown", "markdown_v2", "image", "news", "file", "voice", "template_card")
TEXT, WEBHOOK_MARKDOWN, BOT_MARKDOWN = 2048, 4096, 20480  # bytes
TITLE, DESCRIPTION = 128, 512  # bytes, longer ones are cut
ARTICLES, BUTTONS, ROWS, JUMPS, QUESTIONS, OPTIONS, CHOICES = 8, 6, 6, 3, 3, 10, 20
KEY = 1024  # bytes
TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
NOTICES = ("text_notice", "news_notice")


def content_of(call: Calling, types: tuple[str, ...]) -> tuple[str, Json]:
    """Give a message's type and content; raises ApiError."""
    msgtype = call.text("msgtype")
    if msgtype not in types:
        raise ApiError(40008)
    content = call.given.get(msgtype)
    if not isinstance(content, dict):
        raise ApiError(44004 if msgtype == "text" else 40058, f"{msgtype} missing")
    return msgtype, dict(content)


def check_media(call: Calling, msgtype: str, content: Json) -> None:
    """Refuse a file that was not uploaded, or no longer is."""
    if msgtype in MEDIA and "base64" not in content:
        file = call.world.media.get(str(content.get("media_id")))
        if file is None or (file.until is not None and call.world.clock() > file.until):
            raise ApiError(40007)
        content["name"] = file.name


def check_words(msgtype: str, content: Json, *, most: int, name: str = "content") -> bool:
    """Refuse what has no words or, unless it is an app's text, too many; tells whether words were cut."""
    if msgtype in ("news", "mpnews"):
        articles = content.get("articles")
        if not isinstance(articles, list) or not 1 <= len(articles) <= ARTICLES:
            raise ApiError(40058, "articles must hold 1 to 8")
        return False
    if msgtype == "textcard":
        over = [cut(content, "title", TITLE), cut(content, "description", DESCRIPTION)]
        return any(over)
    words = content.get(name)
    if not isinstance(words, str) or not words.strip():
        raise ApiError(44004)
    if len(words.encode()) > most and msgtype != "text":
        raise ApiError(40058, f"{msgtype}.{name} exceed max length {most}. invalid Request Parameter")
    return cut(content, name, most)


def cut(content: Json, name: str, most: int) -> bool:
    """Cut a text to so many bytes, at a character; tells whether that was needed."""
    whole = str(content.get(name, ""))
    content[name] = whole.encode()[:most].decode(errors="ignore")
    return bool(content[name] != whole)


def check_card(card: Json, *, types: tuple[str, ...] = (*NOTICES, *CALLED_BACK)) -> None:
    """Refuse a template card that has not what its type asks for."""
    kind = card.get("card_type")
    _ask(kind in types, "card_type")
    _ask("task_id" not in card or TASK_ID.fullmatch(str(card["task_id"])), "task_id")
    _ask(
        card.get("main_title", {}).get("title") or card.get("sub_title_text") or kind == "vote_interaction",
        "main_title",
    )
    _ask(len(card.get("horizontal_content_list", ())) <= ROWS, "horizontal_content_list")
    _ask(len(card.get("jump_list", ())) <= JUMPS, "jump_list")
    if kind in NOTICES:
        _ask(card.get("card_action", {}).get("type"), "card_action")
        return
    _ask(card.get("task_id"), "task_id")
    if kind == "button_interaction":
        _ask(1 <= len(card.get("button_list", ())) <= BUTTONS, "button_list")
        for button in card["button_list"]:
            _check_button(button, "button_list")
        return
    _check_button(card.get("submit_button", {}), "submit_button")
    questions = card.get("select_list", ()) if kind == "multiple_interaction" else [card.get("checkbox", {})]
    _ask(1 <= len(questions) <= QUESTIONS, "select_list")
    for question in questions:
        _ask(question.get("question_key"), "question_key")
        most = OPTIONS if kind == "multiple_interaction" else CHOICES
        _ask(1 <= len(question.get("option_list", ())) <= most, "option_list")


def _check_button(button: Json, where: str) -> None:
    _ask(button.get("text"), f"{where}.text")
    _ask(button.get("type", 0) == 1 or 0 < len(str(button.get("key", "")).encode()) <= KEY, f"{where}.key")


def _ask(fine: object, what: str) -> None:
    if not fine:
        raise ApiError(40058, f"template_card.{what} invalid Request Parameter")
