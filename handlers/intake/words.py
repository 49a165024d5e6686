"""Every sentence of collecting and registering."""

from datetime import timedelta

from config.language import Line, Said, joined, lines, t
from handlers.words import case_name, short_name
from storage.case import Case
from storage.person import Person


def taken(case: Case) -> Line:
    """Tell a reporter in 1:1 that the post was stored."""
    return t("📥 已收到并留存:{case}。值班员确认后登记,结果会告诉您。", case=case_name(case))


def joined_case(case: Case, times: int) -> Line:
    """Say quietly that the same post came again."""
    return t("🔁 与 {case} 相同,第 {times} 次报送,已并入", case=short_name(case), times=times)


def joined_ended(case: Case, times: int) -> Line:
    """Say that the same post came again although its case has ended."""
    return t(
        "🔁 与已办结的 {case} 相同,第 {times} 次报送,已记入。要重新办理请点「重开」。",
        case=short_name(case),
        times=times,
    )


def graver_than_ended(case: Case) -> Line:
    """Raise the alarm: an ended case was reported again, and worse."""
    return t("🚨 已办结的 {case} 又收到一条更严重的报送,请马上核对;要办理请点「重开」。", case=short_name(case))


def new_version(case: Case, n: int) -> Line:
    """Say that the original post was edited."""
    return t("✏️ {case} 的原帖有改动,已留存第 {n} 版", case=short_name(case), n=n)


def registered(case: Case, by: Person | None, why: str) -> Said:
    """Say that a slip became a case."""
    who = t("{name} 确认", name=by.name) if by else WHY_REGISTERED[why]
    return t("✅ 已登记 {case}({who})", case=case_name(case), who=who)


WHY_REGISTERED: dict[str, Line] = {
    "certain": t("研判把握大,自动登记"),
    "silence": t("到时无人否定,自动登记"),
    "import": t("导入登记"),
}


def grade_confirmed(case: Case, by: Person) -> Line:
    """Say that a person stands behind a grave finding."""
    return t("✅ {case} 的等级已由 {name} 确认属实。", case=short_name(case), name=by.name)


def already_registered(case: Case) -> Line:
    """Refuse to register twice."""
    return t("{case} 已经登记,不用再确认。", case=case_name(case))


def false_alarm(case: Case) -> Line:
    """Say that a slip was a false alarm."""
    return t("🗑 {case} 已记为误报,时限终止。点错了可以「撤销」。", case=case_name(case))


def merged(gone: Case, survivor: Case) -> Line:
    """Say that a case was merged into another."""
    return t(
        "🔗 {gone} 已并入 {survivor},起算时间取较早的一个。要撤销请发“拆分 {ref}”。",
        gone=short_name(gone),
        survivor=short_name(survivor),
        ref=gone.seq or f"S{gone.slip}",
    )


def split(back: Case, survivor: Case) -> Line:
    """Say that a merge was undone."""
    return t("✂️ {back} 已从 {survivor} 拆出,各自计时。", back=short_name(back), survivor=short_name(survivor))


def split_report(new: Case, source: Case, n: int) -> Line:
    """Say that a report became a slip of its own."""
    return t("✂️ {source} 的第 {n} 条报送已另立为 {new}。", source=short_name(source), n=n, new=case_name(new))


def which_survivor(case: Case) -> Line:
    """Ask which case another is merged into."""
    return t("把 {case} 并入哪个案件?请点选,或写明编号,如“合并 {ref} 9”。", case=short_name(case), ref=_ref(case))


def nothing_to_merge(case: Case) -> Line:
    """Say that there is no other open case."""
    return t("没有别的在办案件可以并入。要并入已编号的案件,请写“合并 {ref} 编号”。", ref=_ref(case))


def not_with_itself(case: Case) -> Line:
    """Refuse to merge a case into itself."""
    return t("{case} 不能并入它自己,请换一个编号。", case=short_name(case))


def survivor_ended(case: Case) -> Line:
    """Refuse to merge into a case that has ended."""
    return t("{case} 已经结束,不能再并入。请先发“重开 {ref}”。", case=short_name(case), ref=_ref(case))


def what_to_split(case: Case, reports: int) -> Line:
    """Say how a case can be split."""
    return t(
        "{case} 有 {reports} 条报送,没有并入的案件。要把第几条另立?请写“拆分 {ref} 2”。",
        case=short_name(case),
        reports=reports,
        ref=_ref(case),
    )


def no_such_report(case: Case, reports: int) -> Line:
    """Say that a case has no report with that number."""
    return t("{case} 只有 {reports} 条报送,请写 1 到 {reports} 的数字。", case=short_name(case), reports=reports)


def only_report(case: Case) -> Line:
    """Refuse to split off the only report."""
    return t("{case} 只有一条报送,不用拆分。", case=short_name(case))


def noted(case: Case) -> Line:
    """Say that a note was kept."""
    return t("📝 已补充到 {case}", case=short_name(case))


def empty_note(case: Case) -> Line:
    """Ask for the words of a note."""
    return t("请写上要补充的内容,如“补充 {ref} 现场已通水”。", ref=_ref(case))


def empty_report() -> Line:
    """Ask for the words of a report."""
    return t("请写上舆情内容,如“上报 XX路停水三天,无人处理”,或直接转发原帖。")


def report_it() -> Line:
    """Offer to take a text as a report."""
    return t("作为舆情上报")


def nothing_open() -> Line:
    """Say that no case is open."""
    return t("现在没有在办案件。")


def open_list(count: int) -> Line:
    """Head the list of open cases."""
    return t("在办案件 {count} 件(临近时限在前):", count=count)


def open_line(case: Case, stage: Said, left: timedelta | None) -> Said:
    """Put one open case on a line."""
    clock = t("剩 {left}", left=left) if left is not None and left > timedelta() else None
    overdue = t("已超时") if left is not None and left <= timedelta() else None
    return joined([case_name(case), case.title[:20], t("〔{stage}〕", stage=stage), clock, overdue], " ")


def more_open(count: int) -> Line:
    """Say that the list goes on."""
    return t("……另有 {count} 件,请用编号查询,如“查 12”。", count=count)


def report_lines(reports: list[Said]) -> Said:
    """List the reports of a case under its card."""
    return lines(t("报送记录:"), *reports)


def report_line(n: int, author: str, forwarder: str, at: object, text: str) -> Line:
    """Put one report on a line."""
    return t("{n}. {at} {author}(转发 {forwarder}):{text}", n=n, at=at, author=author, forwarder=forwarder, text=text)


def _ref(case: Case) -> str:
    return str(case.seq) if case.seq else f"S{case.slip}"
