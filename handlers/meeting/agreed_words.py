"""Every sentence about what a meeting agreed: minutes, tasks, the plan of release and dissemination."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from config.language import Line, Said, joined, lines, t
from handlers.words import case_name, reference, short_name
from storage.case import Case
from storage.meeting import MeetingTask, MeetingText

KINDS: Final[dict[str, Line]] = {"minutes": t("会议纪要"), "dissemination": t("发布和传播方案")}
DONE: Final = t("完成")


def text(case: Case, row: MeetingText, by: str) -> Said:
    """Show a text whole, with its version and whose it is."""
    return lines(
        t(
            "【{kind}】{case} 第{version}版({name},{at})",
            kind=KINDS[row.kind],
            case=case_name(case),
            version=row.version,
            name=by,
            at=row.written_at,
        ),
        row.text,
    )


def kept(case: Case, row: MeetingText, *, group: bool) -> Said:
    """Confirm a version; group: there is one that reads it."""
    told = t("已发联席会议群") if group else t("还没有接通联席会议群,没有转发")
    done = t("📝 {case} {kind}第{version}版已留存", case=short_name(case), kind=KINDS[row.kind], version=row.version)
    return joined([done, told], ",")


def tasks_given(case: Case, rows: Sequence[MeetingTask], owners: Sequence[str]) -> Said:
    """Confirm tasks, one on a line."""
    return lines(
        t("📋 {case} 已布置 {n} 项任务:", case=short_name(case), n=len(rows)),
        *[task(row, owner) for row, owner in zip(rows, owners, strict=True)],
    )


def task_list(rows: Sequence[MeetingTask], owners: Sequence[str]) -> Said:
    """List tasks."""
    return lines(t("任务:"), *[task(row, owner) for row, owner in zip(rows, owners, strict=True)])


def task(row: MeetingTask, owner: str) -> Said:
    """Put a task on a line, with how it stands."""
    what = t("{n}. {owner} {due} 前:{what}", n=row.n, owner=owner, due=row.due_at, what=row.what)
    if row.done_at is None:
        return what
    late = t("(迟 {late})", late=row.done_at - row.due_at) if row.done_at > row.due_at else None
    done_at = t("✅ {at}", at=row.done_at)
    return joined([what, done_at, late, row.result or None], " ")


def yours(case: Case, row: MeetingTask) -> Said:
    """Tell somebody that they have a task."""
    return lines(
        t("📋 {case} 会议任务 {n}:{what}", case=short_name(case), n=row.n, what=row.what),
        t("{due} 前完成。办完点“完成”,或发“完成 {ref} {n} 结果”。", due=row.due_at, ref=reference(case), n=row.n),
    )


def remind(case: Case, row: MeetingTask, now: datetime) -> Line:
    """Remind somebody of a task."""
    return t(
        "⏰ {case} 会议任务 {n} 还剩 {left}:{what}",
        case=short_name(case),
        n=row.n,
        left=row.due_at - now,
        what=row.what,
    )


def overdue(case: Case, row: MeetingTask, owner: str) -> Line:
    """Say that a task was not done in time."""
    return t(
        "🚨 {case} 会议任务 {n} 到期未完成:{owner},{what}(截止 {due})",
        case=short_name(case),
        n=row.n,
        owner=owner,
        what=row.what,
        due=row.due_at,
    )


def done(case: Case, row: MeetingTask, by: str) -> Said:
    """Say that a task is done."""
    return joined(
        [t("✅ {case} 会议任务 {n} 已完成({name}):{what}", case=short_name(case), n=row.n, name=by, what=row.what),
         row.result or None], ";",
    )  # fmt: skip


def agreed_line(version: int) -> Line:
    """Name the plan of release and dissemination on a card."""
    return t("发布和传播方案 第{version}版", version=version)


def open_tasks_line(count: int) -> Line:
    """Say on a card how many tasks are open."""
    return t("会议任务 {count} 项未完成", count=count)


# refusals


def not_held(case: Case) -> Line:
    """Refuse what follows a meeting before there was one."""
    return t("{case} 的会议还没有开,未做任何改动。发“会议 {ref}”查看。", case=short_name(case), ref=reference(case))


def no_text(case: Case, kind: str, word: str) -> Line:
    """Ask for the words of a text that nobody wrote yet."""
    return t(
        "{case} 还没有{kind}。请写“{word} {ref} 内容”。",
        case=short_name(case),
        kind=KINDS[kind],
        word=word,
        ref=reference(case),
    )


def how_to_task(case: Case, most: int) -> Line:
    """Say how tasks are written."""
    return t(
        "请一行写一项(最多 {most} 项):姓名 时间 事项,如“任务 {ref} 马超 明天下午5点 核实检测数据”。",
        most=most,
        ref=reference(case),
    )


def no_such_person(case: Case, name: str) -> Line:
    """Say that nobody has this name."""
    return t(
        "值班表里没有「{name}」,或不止一位,未做任何改动。请写“任务 {ref} 姓名 时间 事项”。",
        name=name,
        ref=reference(case),
    )


def unread_task(case: Case, line: str) -> Line:
    """Say that a line names no time, or nothing to do."""
    return t(
        "「{line}」没看出时间或事项,未做任何改动。请写“任务 {ref} 马超 明天下午5点 核实检测数据”。",
        line=line,
        ref=reference(case),
    )


def past(at: datetime) -> Line:
    """Say that a time is over."""
    return t("{at} 已经过了,未做任何改动。请写以后的时间,如“明天下午5点”。", at=at)


def which_task(case: Case) -> Line:
    """Ask which task is done."""
    return t("哪一项?请写“完成 {ref} 1”。发“会议 {ref}”看全部任务。", ref=reference(case))


def no_such_task(case: Case, number: int) -> Line:
    """Say that there is no such task."""
    return t("{case} 没有任务 {n}。发“会议 {ref}”看全部任务。", case=short_name(case), n=number, ref=reference(case))


def not_your_task(owner: str) -> Line:
    """Refuse whoever neither has nor gave a task."""
    return t("这项任务是 {owner} 的,由其本人、布置的人或值班员报完成。", owner=owner)


def done_already(row: MeetingTask) -> Line:
    """Say that a task was done before."""
    return t("任务 {n} 已在 {at} 完成。", n=row.n, at=row.done_at)
