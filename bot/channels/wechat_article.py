"""Signed words as an article of an official account, and an article as the words it says. Pure.

A line that is nothing but the address of a picture is shown as that picture: the platform takes out pictures that lie
elsewhere, so that each is uploaded first. https://developers.weixin.qq.com/doc/offiaccount/Draft_Box/Add_draft.html
"""

import html
import re
from collections.abc import Mapping
from typing import Final

PARAGRAPH: Final = re.compile(r"<p\b[^>]*>(.*?)</p\s*>", re.IGNORECASE | re.DOTALL)
TAG: Final = re.compile(r"<[^>]*>")
IMAGE: Final = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
PICTURE: Final = re.compile(r"https?://[^\s?#]+\.(?:jpe?g|png)", re.IGNORECASE)
SHOWN: Final = "\ufffc"  # stands for a picture in the words of an article


def pictures_in(words: str) -> list[str]:
    """List the addresses of the pictures in signed words, each once."""
    return [line for line in dict.fromkeys(words.split("\n")) if PICTURE.fullmatch(line)]


def article_of(words: str, pictures: Mapping[str, str]) -> str:
    """Return signed words as an article's content: each line is a paragraph; the title stands in its own field.

    pictures: by their addresses, where they lie after they were uploaded.
    """
    _, _, text = words.partition("】\n\n")
    return "".join(f"<p>{_line(line, pictures)}</p>" for line in text.split("\n"))


def _line(line: str, pictures: Mapping[str, str]) -> str:
    if line in pictures:
        return f'<img src="{html.escape(pictures[line])}" alt="{html.escape(line)}"/>'
    return html.escape(line) or "<br/>"


def words_of(title: str, content: str) -> str:
    """Return the words of an article as they were signed, whatever marks the vendor has put around them."""
    lines = [_words(paragraph) for paragraph in PARAGRAPH.findall(content)]
    return f"【{html.unescape(title)}】\n\n" + "\n".join(lines)


def _words(paragraph: str) -> str:
    return html.unescape(TAG.sub("", IMAGE.sub(SHOWN, paragraph)))


def as_shown(words: str) -> str:
    """Return signed words as their article says them: a picture in place of its address."""
    return "\n".join(SHOWN if PICTURE.fullmatch(line) else line for line in words.split("\n"))
