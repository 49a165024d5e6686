"""Every sentence about templates."""

from collections.abc import Sequence
from typing import Final

from config.language import Line, Said, joined, lines, t
from config.plan import Template
from handlers.words import reference, short_name
from storage.case import Case

KEEP: Final = t("✍️存为稿件")


def no_templates(form: Said) -> Said:
    """Say that a case's plan has no templates."""
    return t("这件案件登记时的方案没有模板。{form}", form=form)


def choice(template: Template, *, suggested: bool) -> Line:
    """Label the button of a template."""
    return t("{name}(建议)", name=template.name) if suggested else t("{name}", name=template.name)


def which(case: Case, wanted: str, suggested: Template | None) -> Said:
    """Ask which template is meant."""
    return lines(
        t("没有模板「{wanted}」。", wanted=wanted) if wanted else None,
        t("📄 {case} 用哪个模板?点选,或发“模板 {number} 名称”。", case=short_name(case), number=reference(case)),
        t("按这件案件的时钟和类别,建议「{name}」。", name=suggested.name) if suggested else None,
    )


def to_copy(case: Case, title: str, text: str) -> Line:
    """Give a filled template as the words that keep it when they are sent back."""
    return t("起草 {case} {title}\n{text}", case=reference(case), title=title, text=text)


def shown(case: Case, template: Template, left: Sequence[str]) -> Said:
    """Say what a filled template still lacks, and how it becomes a draft."""
    filled = t("待填 {n} 处:{left}", n=len(left), left=joined(left, "、")) if left else t("没有待填处")
    return lines(
        joined([t("📄 {case} 模板「{name}」", case=short_name(case), name=template.name), filled]),
        t("复制上一条,填好〔待填〕处后发回即存为稿件;或先点「存为稿件」,填好后再改。"),
        t(
            "事实核实后再取模板会自动填入,带名称的填到同名处:“事实 {case} 地点:江南路 来源:社区”。",
            case=reference(case),
        ),
    )


def unfilled(case: Case, version: int, left: Sequence[str]) -> Said:
    """Refuse to submit a text in which something is still to be filled in."""
    return lines(
        t(
            "⛔ {case} v{n} 还有 {count} 处待填,没有送审:{left}",
            case=short_name(case),
            n=version,
            count=len(left),
            left=joined(left, "、"),
        ),
        t("请改稿填好:第一行“起草 {case} 标题”,第二行起写正文;再发“送审 {case}”。", case=reference(case)),
    )
