"""Every sentence of collecting and registering."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from config.language import Line, Said, joined, lines, t
from config.plan import Name
from handlers.judgement.words import EXIT_NAMES, toll_line
from handlers.text.mask import mask_personal
from handlers.words import case_name, file_size, short_name
from storage.case import Case
from storage.person import Person
from storage.report import Attachment

LONGEST_NAME = 40  # characters of a file's name; its end tells what it is
TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # turn round what follows


def taken(case: Case) -> Line:
    """Tell a reporter in 1:1 that the post was stored."""
    if case.number:
        return t("📥 已收到并留存,已登记:{case}。结果会告诉您。", case=case_name(case))
    return t("📥 已收到并留存:{case}。值班员确认后登记,结果会告诉您。", case=case_name(case))


def yours_registered(case: Case) -> Line:
    """Tell whoever reported a slip 1:1 that it became a case."""
    return t("✅ 您报送的线索已登记:{case}", case=case_name(case))


def yours_merged(gone: Case, survivor: Case) -> Line:
    """Tell whoever reported it 1:1 that it goes on with another case."""
    return t("🔁 您报送的 {gone} 已并入 {survivor}。", gone=short_name(gone), survivor=short_name(survivor))


def yours_ended(case: Case) -> Line:
    """Tell whoever reported it 1:1 how it ended."""
    return t("📁 您报送的 {case} 已结:{exit}。", case=short_name(case), exit=EXIT_NAMES[case.exit or "done"])


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


def graver_edit(case: Case, n: int) -> Line:
    """Begin the alarm: the original post was edited and tells of more."""
    return t("🚨 {case} 的原帖改动后更严重,已留存第 {n} 版", case=short_name(case), n=n)


def graver_report(case: Case) -> Line:
    """Begin the alarm: a later report of a case tells of more."""
    return t("🚨 {case} 有新的报送更严重(第 {times} 次报送)", case=short_name(case), times=case.reports)


def graver_letter(case: Case, *, became: bool) -> Line:
    """Begin the alarm: a later letter tells of more; became: of public opinion, where it was a question before."""
    if became:
        return t("🚨 {case} 有新来信,由网络问政改按舆情办理", case=short_name(case))
    return t("🚨 {case} 有新来信更严重", case=short_name(case))


def graver_merge(case: Case) -> Line:
    """Begin the alarm: what was merged into a case tells of more."""
    return t("🚨 {case} 并入后更严重", case=short_name(case))


def graver(case: Case, head: Line, grades: Mapping[str, Name], grade: str) -> Said:
    """Raise the alarm: what came tells of more; a person's own grade is asked about."""
    read = t("研判为{grade}", grade=grades[grade])
    kept = t("现定{grade}", grade=grades[case.grade]) if grade != case.grade else None
    return joined([head, toll_line(case), read, kept, t("请核对")])


def graver_edit_of_ended(case: Case, n: int) -> Line:
    """Raise the alarm: the post of an ended case was edited and is worse now."""
    return t(
        "🚨 已办结的 {case} 原帖改动后更严重,已留存第 {n} 版,请马上核对;要办理请点「重开」。",
        case=short_name(case),
        n=n,
    )


def regrade(grade: Name) -> Line:
    """Offer the grade that the newer words speak for."""
    return t("定为{grade}", grade=grade)


def edited(n: int, at: datetime, text: str) -> Line:
    """Show on the card that the original post was edited, with its newer words."""
    return t("✏️ 原帖已改(第 {n} 版,{at}):「{text}」", n=n, at=at, text=text)


def other_files(case: Case) -> Line:
    """Say that the original post has other files now."""
    return t("✏️ {case} 的原帖换了附件,新旧都已留存", case=short_name(case))


def nameless() -> Line:
    """Call a slip that only a file without a name opened."""
    return t("文件(无文字)")


SHOTS: dict[str, Line] = {  # what a slip is called that only one of these opened
    "image": t("图片(无文字)"),
    "video": t("视频(无文字)"),
    "audio": t("语音(无文字)"),
}
TROUBLES: dict[str, Line] = {
    "too_large": t("过大"),
    "archive": t("压缩包"),
    "program": t("程序、脚本或带宏的文档"),
    "page": t("网页文件"),
    "unknown": t("类型不明"),
    "disguised": t("内容与名称不符"),
    "empty": t("空文件"),
    "gone": t("平台上已取不到"),
}
INSTEAD: dict[str, Line] = {
    "too_large": t("每个文件最多 {limit},请压缩、截取后再发,或发链接"),
    "archive": t("请解压后逐个发送"),
    "program": t("请发截图或 PDF"),
    "page": t("请发链接、截图或 PDF"),
    "unknown": t("请转成图片、PDF 或办公文档再发"),
    "disguised": t("请核对文件后重发,或发截图、PDF"),
    "empty": t("请核对文件后重发"),
    "gone": t("请重发一次"),
}


Refused = tuple[str, str]  # a file's name, and why it is not taken


def files_refused(files: Sequence[Refused], limit: int, rest: Line | None) -> Said:
    """Say which files were not taken, why, what is left of the message, and what to send; limit in bytes."""
    named = [t("{name}({why})", name=_file_name(name), why=TROUBLES[trouble]) for name, trouble in files]
    instead = {trouble: Line(INSTEAD[trouble].text, {"limit": file_size(limit)}) for _, trouble in files}
    how = joined(instead.values(), ";")
    if rest is None:
        return t("📎 没有收取 {files}。{instead}。", files=joined(named, "、"), instead=how)
    return t("📎 没有收取 {files},{rest}。{instead}。", files=joined(named, "、"), rest=rest, instead=how)


def what_is_left(case: Case, *, kept: bool, more_may_come: bool) -> Line | None:
    """Say what of a message is kept beside its refused files; nothing while the rest of an album may come."""
    if kept:
        return t("其余已收下")
    return (
        None
        if more_may_come
        else t("这条消息没有别的内容,没有留存任何原件;重发时回复本消息,即归入 {case}", case=short_name(case))
    )


def nothing_left() -> Line:
    """Say that nothing of a message is kept."""
    return t("这条消息没有别的内容,没有留存任何原件")


def _file_name(name: str) -> str | Line:
    plain = "".join(sign for sign in mask_personal(name) if sign not in TURNING)
    return plain[-LONGEST_NAME:] or t("附件")


def taken_without_content(case: Case) -> Line:
    """Tell a reporter in 1:1 that a slip is open although the only file was not taken."""
    return t("📥 已开 {case},但没有收到可留存的内容,请按上面说的重发。", case=case_name(case))


def files_alone(count: int) -> Line:
    """Stand for the words of a note that has only files."""
    return t("附件 {n} 份", n=count)


def went_with(case: Case) -> Line:
    """Say that files went with the case whose message they replied to."""
    return t("📎 已归入 {case}", case=short_name(case))


def whose_shot() -> Line:
    """Ask which case a picture without words belongs to."""
    return t("📎 这张图(音视频)属于哪件?请回复那件的卡片再发一次,即归入该件;要另立一件请点「登记」。")


def open_case() -> Line:
    """Offer to open a case with a picture."""
    return t("登记")


def files_line(files: Sequence[Attachment]) -> Said | None:
    """Count the files of a case for its card; the same content counts once."""
    owed = sum(file.stage == "owed" for file in files)
    refused = [file for file in files if file.stage == "refused"]
    kept = len({file.sha256 for file in files if file.stage == "kept"})
    why = joined([TROUBLES[trouble] for trouble in dict.fromkeys(file.trouble for file in refused)], "、")
    rest = [
        t("{n} 份待取", n=owed) if owed else None,
        t("{n} 份未取:{why}", n=len(refused), why=why) if refused else None,
    ]
    count = kept + owed + len(refused)
    if not any(rest):
        return t("附件 {n}", n=count) if count else None
    return t("附件 {n}({rest})", n=count, rest=joined(rest, ";"))


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


PICTURES = t("(见附件)")


def noted_by_agency(case: Case, person: Person, said: Said | str) -> Line:
    """Tell what somebody of another body says about a case."""
    who = {"agency": person.agency, "name": person.name}
    return t("🤝 {case} {agency} {name}:{said}", case=short_name(case), **who, said=said)


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


def yours(count: int) -> Line:
    """Head the cases that wait for whoever asks."""
    return t("📌 等您处理 {count} 件:", count=count)


def open_list(count: int, *, others: bool) -> Line:
    """Head the list of open cases; others: after those that wait for whoever asks."""
    if others:
        return t("其他在办 {count} 件(临近时限在前):", count=count)
    return t("在办案件 {count} 件(临近时限在前):", count=count)


def open_line(case: Case, stage: Said, left: timedelta | None) -> Said:
    """Put one open case on a line."""
    clock = t("剩 {left}", left=left) if left is not None and left > timedelta() else None
    overdue = t("超时 {late}", late=-left) if left is not None and left <= timedelta() else None
    return joined([case_name(case), case.title[:20], t("〔{stage}〕", stage=stage), clock, overdue], " ")


def more_open(count: int) -> Line:
    """Say that the list goes on."""
    return t("……另有 {count} 件,请用编号查询,如“查 12”。", count=count)


def report_lines(reports: list[Said]) -> Said:
    """List the reports of a case under its card."""
    return lines(t("报送记录:"), *reports)


def report_line(n: int, author: str, forwarder: str, at: object, text: str | Line) -> Line:
    """Put one report on a line; without an author it was typed by whoever reported it."""
    if not author:
        return t("{n}. {at} {forwarder} 报送:{text}", n=n, at=at, forwarder=forwarder, text=text)
    return t("{n}. {at} {author}(转发 {forwarder}):{text}", n=n, at=at, author=author, forwarder=forwarder, text=text)


def _ref(case: Case) -> str:
    return str(case.seq) if case.seq else f"S{case.slip}"
