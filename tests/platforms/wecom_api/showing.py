"""What people see of a message: its text in reading order, and what can be tapped on a card.

Fields of template cards: https://developer.work.weixin.qq.com/document/path/90236 (模板卡片消息).
"""

import re

from tests.platforms.asgi import Json

ESCAPED = re.compile(r"\\([\\`*_\[\]<>#~|!])")  # https://spec.commonmark.org/0.31.2/#backslash-escapes
CALLED_BACK = ("button_interaction", "vote_interaction", "multiple_interaction")


def shown_text(msgtype: str, content: Json) -> str:
    """Give a message's text."""
    if msgtype == "template_card":
        return _card_text(content)
    if msgtype in ("news", "mpnews"):
        return "\n".join(str(article["title"]) for article in content["articles"])
    if msgtype == "markdown":
        return _markdown_text(str(content["content"]))
    if msgtype == "textcard":
        return f"{content['title']}\n{content['description']}"
    return str(content.get("content", content.get("title", content.get("name", ""))))


def _markdown_text(markdown: str) -> str:
    """Give what markdown shows of words in which signs of its own were disarmed; nobody sees an invisible sign."""
    return ESCAPED.sub(r"\1", markdown).replace("  \n", "\n").replace("\u2063", "")


def _card_text(card: Json) -> str:
    main, quote = card.get("main_title", {}), card.get("quote_area", {})
    emphasis, source = card.get("emphasis_content", {}), card.get("source", {})
    lines = [source.get("desc"), main.get("title"), main.get("desc"), emphasis.get("title"), emphasis.get("desc")]
    lines += [quote.get("title"), quote.get("quote_text"), card.get("sub_title_text")]
    lines += [f"{row['keyname']} {row.get('value', '')}".rstrip() for row in card.get("horizontal_content_list", ())]
    lines += [row["title"] for row in card.get("vertical_content_list", ())]
    lines += [jump["title"] for jump in card.get("jump_list", ())]
    return "\n".join(str(line) for line in lines if line)


def buttons_of(card: Json) -> list[Json]:
    """Give what a tap calls back with: its buttons, or the one that submits."""
    submit = [card["submit_button"]] if "submit_button" in card else []
    return [button for button in [*card.get("button_list", ()), *submit] if button.get("type", 0) == 0]


def questions_of(card: Json) -> dict[str, list[str]]:
    """Give the questions on a card with the ids of their options."""
    asked = [*card.get("select_list", ())]
    asked += [card[name] for name in ("checkbox", "button_selection") if name in card]
    return {each["question_key"]: [option["id"] for option in each["option_list"]] for each in asked}
