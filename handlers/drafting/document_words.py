"""Every sentence about a draft that comes as a document."""

from collections.abc import Mapping
from typing import Final

from config.language import Line, Said, joined, lines, t
from handlers.reading.docx import Fault, Left
from handlers.words import file_size, reference, short_name
from storage.case import Case

KEEP: Final = t("存为稿件")
DROP: Final = t("不用")
LEFT: Final[Mapping[Left, Line]] = {
    "pictures": t("图片和文本框"),
    "comments": t("批注"),
    "notes": t("脚注尾注"),
    "hidden": t("隐藏文字"),
    "numbers": t("自动编号"),
    "formulas": t("公式和符号"),
}
FAULTS: Final[Mapping[Fault, Line]] = {
    "no_docx": t("不是 .docx,或加了密码。请另存为不加密码的 .docx"),
    "too_large": t("内容太大。请只留正文"),
    "broken": t("文件坏了,或里面有读不了的内容。请另存一份"),
    "tracked": t("有没处理的修订。请先接受或拒绝全部修订"),
    "empty": t("没有文字"),
}


def reading(name: str) -> Line:
    """Say that a document is being read."""
    return t("📄 收到 {name},读出正文后私聊给您看。", name=name)


def read(case: Case, name: str, title: str, text: str, left: Mapping[Left, int]) -> Said:
    """Show the text that was read, whole, and what of the document is not in it."""
    dropped = [t("{what} {n} 处", what=LEFT[kind], n=count) for kind, count in left.items()]
    return lines(
        t("📄 {case} {name} 读出的正文如下。存为稿件后,审的、签的、发的都是它:", case=short_name(case), name=name),
        t("标题:{title}", title=title),
        text,
        joined([t("没有带过来的:"), joined(dropped, "、")], "") if dropped else None,
    )


def not_read(name: str, fault: Fault) -> Line:
    """Say why a document was not read, and what to do."""
    return t("📄 {name} 读不了:{why},再发一次;或直接写正文。原件已留存。", name=name, why=FAULTS[fault])


def form(case: Case) -> Line:
    """Say how a document must be made."""
    return t("文档第一段是标题,第二段起是正文;或在说明里写“起草 {ref} 标题”。请改好再发。", ref=reference(case))


def not_docx(name: str) -> Line:
    """Refuse a document of another format."""
    return t("{name} 读不了,未做任何改动。请另存为 .docx 再发,或直接写正文。", name=name)


def too_large(name: str, limit: int) -> Line:
    """Say that a document is too large to be taken; limit in bytes."""
    return t(
        "{name} 过大,没有收取,未做任何改动。最多 {limit}:请压缩里面的图片再发,或直接写正文。",
        name=name, limit=file_size(limit),
    )  # fmt: skip


def one_at_a_time() -> Line:
    """Refuse several files at once."""
    return t("请只附一个 .docx,未做任何改动。")


def cannot_read_here() -> Line:
    """Refuse where files are not fetched."""
    return t("这里读不了文档,未做任何改动。请直接写正文,或在聊天平台里发。")


def dropped(case: Case) -> Line:
    """Confirm that a document's text is not kept."""
    return t("没有存,{case} 还没有稿件。", case=short_name(case))
