"""Every sentence about corrections of releases."""

from config.language import Line, Said, lines, t
from handlers.words import reference, short_name, stage_name
from storage.case import Case
from storage.release import Release


def form(case: Case, wrong: Release) -> Said:
    """Say how a correction is typed, and what it would correct."""
    return lines(
        t("请这样写:第一行“更正 {case} 标题”,从第二行起写更正后的全文。", case=reference(case)),
        t("要更正的是第{n}次发布《{title}》;更正稿照常送审、签发。", n=wrong.round, title=wrong.title),
    )


def nothing_out(case: Case) -> Line:
    """Say that nothing can be corrected."""
    return t("{case} 没有公众正在看到的发布,不用更正。要写新稿请发“起草 {number} 标题”。",
             case=short_name(case), number=reference(case))  # fmt: skip


def reopen_first(case: Case) -> Line:
    """Say that an ended case must be reopened first."""
    return t("{case} 已办结。请先发“重开 {number}”,再更正。", case=short_name(case), number=reference(case))


def same_words(case: Case, wrong: Release) -> Line:
    """Say that a correction changes nothing."""
    return t("与已发布的《{title}》一字不差,没有更正 {case}。", title=wrong.title, case=short_name(case))


def other_text_under_review(case: Case, n: int) -> Line:
    """Say that another text is with its reviewers."""
    return t(
        "{case} 的另一稿 v{n} 正在〔{stage}〕。请先把它发布,或请审核人退回,再更正。",
        case=short_name(case), n=n, stage=stage_name(case),
    )  # fmt: skip


def effect(wrong: Release) -> Line:
    """Say what issuing a correction does to what is out."""
    return t("更正《{title}》:原网页保留并注明已更正,频道里的原帖改成这一稿。", title=wrong.title)
