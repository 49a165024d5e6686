"""What a plan must not say though each value is well formed: dead steps, unknown names, impossible numbers."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from string import Formatter
from typing import Final
from zoneinfo import ZoneInfo

from config.language import Line, t
from config.plan import GRADES, PLACE
from config.problems import Problem, nearest
from config.rights import VERBS
from config.shape import BILINGUAL
from config.yaml_tree import Tree

Check = Callable[[Tree], Iterator[Problem]]
CRITERIA: Final = ("deaths", "serious_injuries", "loss_yuan")
NEVER_EMPTY: Final = (
    (("kinds",), t("没有任何舆情类别,什么都不必回应;请至少写一类")),
    (("topics",), t("没有任何主题,案件无处可派;请至少写一个")),
    (("clocks",), t("没有任何时钟,什么都不会到期;请至少写一条")),
    (("nudges",), t("没有提醒点,谁也不会被提醒;请写如 [0.5, 0.75, 0.9, 1.0]")),
    (("assignment", "ladder"), t("指派顺序是空的,案件永远无人认领;请至少写一级,如 [spokesperson, duty_leader]")),
    (("review", "gates"), t("没有审核关口,稿件无法送审;请至少写一关")),
    (("escalation", "overdue"), t("超时无人知晓;请至少写一级,如 [office_head, leader]")),
    (("release_channels",), t("没有发布渠道,稿件无处可发;请至少写 website")),
)


def plan_problems(plan: Tree) -> Iterator[Problem]:
    """Find everything in a merged plan that could never work."""
    for check in _CHECKS:
        yield from check(plan)


def _emptiness(plan: Tree) -> Iterator[Problem]:
    for path, what in NEVER_EMPTY:
        found = plan.get(*path)
        if found and found.value == ():
            yield _at(found, what)


def _time_zone(plan: Tree) -> Iterator[Problem]:
    zone = plan.get("time_zone")
    if zone and isinstance(zone.value, str) and not _is_zone(zone.value):
        yield _at(zone, t("没有时区 {zone};请写如 Asia/Shanghai", zone=zone.word))


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return False
    return True


def _number_form(plan: Tree) -> Iterator[Problem]:
    form = plan.get("bureau", "number_form")
    if form and isinstance(form.value, str) and _places(form.value) != ["seq", "year"]:
        names = {"year": "{year}", "seq": "{seq}", "example": "港建舆〔{year}〕{seq}号"}
        yield _at(form, t("案件编号的格式须含 {year} 和 {seq} 各一个;请写如 {example}", **names))


def _places(form: str) -> list[str]:
    try:
        parts = [
            (name, spec or conversion) for _, name, spec, conversion in Formatter().parse(form) if name is not None
        ]
    except ValueError:
        return []
    return sorted("" if dressed else name for name, dressed in parts)


def _grades(plan: Tree) -> Iterator[Problem]:
    minutes = plan.get("assignment", "accept_within_minutes")
    yield from _every_grade(plan.get("grade_names"), BILINGUAL)
    yield from _every_grade(minutes, t("分钟数"))
    for amount in minutes.fields.values() if minutes else ():
        if (_number(amount) or 0) <= 0 and _number(amount) is not None:
            yield _at(amount, t("认领时限写了 {written},应大于 0 分钟", written=amount.word))


def _every_grade(table: Tree | None, wanted: Line | str) -> Iterator[Problem]:
    if table is None or not table.fields:
        return
    for grade in GRADES:
        if grade not in table.fields:
            yield _at(table, t("缺少等级 {grade};请加一行 {grade}: {wanted}", grade=grade, wanted=wanted))


def _accident_table(plan: Tree) -> Iterator[Problem]:
    rows = [row for grade in GRADES for row in _parts(plan, "accident_grades") if _word(row, "grade") == grade]
    for graver, milder in pairwise(rows):
        for criterion in CRITERIA:
            above, below = _number(graver.get(criterion)), _number(milder.get(criterion))
            if above is not None and below is not None and above <= below:
                what = t(
                    "{criterion} 写了 {above},应高于轻一级的 {below}", criterion=criterion, above=above, below=below
                )
                yield _at(graver.get(criterion) or graver, what)


def _fractions(plan: Tree) -> Iterator[Problem]:
    lists = [
        plan.get("nudges"),
        plan.get("review", "nudges"),
        plan.get("review", "paper_signatures", "nudges"),
        plan.get("meetings", "task_nudges"),
        *(clock.get("nudges") for clock in _parts(plan, "clocks")),
    ]
    for fraction in (each for nudges in lists if nudges for each in nudges.entries):
        number = _number(fraction)
        if number is not None and not 0 < number <= 1:
            yield _at(fraction, t("提醒点写了 {written},应大于 0 且不大于 1,如 0.9", written=fraction.word))


def _references(plan: Tree) -> Iterator[Problem]:
    topics, kinds = _keys(plan, "topics"), _keys(plan, "kinds")
    gates = _keys(plan, "review", "gates")
    yield from _known(plan.get("default_topic"), topics, t("主题"))
    for gate in _entries(plan.get("review", "edit_reopens")):
        yield from _known(gate, gates, t("关口"))
    for gate in _entries(plan.get("review", "paper_signatures", "gates")):
        yield from _known(gate, [*gates, "signature"], t("关口"))
    for kind in (*_entries(plan.get("night_calls", "kinds")), *_entries(plan.get("letters", "report_kinds"))):
        yield from _known(kind, kinds, t("类别"))
    for clock in _parts(plan, "clocks"):
        yield from _known(clock.get("verb"), VERBS, t("指令"))
        for limit in _parts(clock, "limits"):
            for kind in _entries(limit.get("applies", "kinds")):
                yield from _known(kind, kinds, t("类别"))


def _known(written: Tree | None, known: Iterable[str], noun: Line) -> Iterator[Problem]:
    names = list(known)
    if written and isinstance(written.value, str) and names and written.word not in names:
        near, listed = nearest(written.word, names), ", ".join(names)
        if near:
            yield _at(written, t("没有{noun} {written}{near}", noun=noun, written=written.word, near=near))
        else:
            yield _at(written, t("没有{noun} {written};可写 {listed}", noun=noun, written=written.word, listed=listed))


def _signature(plan: Tree) -> Iterator[Problem]:
    signature = plan.get("review", "signature", "key")
    if signature and signature.word in _keys(plan, "review", "gates"):
        yield _at(signature, t("签发与关口同名 {key};请改用另一个 key", key=signature.word))


def _clock_ends(plan: Tree) -> Iterator[Problem]:
    for clock in _parts(plan, "clocks"):
        starts, stops = clock.get("starts"), clock.get("stops")
        for field, found in (("stops", stops), ("limits", clock.get("limits"))):
            if found and found.value == ():
                yield _at(
                    found, t("时钟 {clock} 的 {field} 是空的;请至少写一项", clock=_word(clock, "key"), field=field)
                )
        if starts and starts.word in {stop.word for stop in _entries(stops)} and _word(clock, "repeats") != "True":
            what = t(
                "时钟 {clock} 一开始就结束(starts 也在 stops 里);请改 stops,或写 repeats: true",
                clock=_word(clock, "key"),
            )
            yield _at(starts, what)


def _amounts(plan: Tree) -> Iterator[Problem]:
    for limit in _limits(plan):
        amount = limit.get("amount")
        if amount and _number(amount) == 0 and _word(limit, "unit") != "calendar_day":
            yield _at(amount, t("amount 写了 0,应大于 0(只有 calendar_day 可写 0,即当日)"))


def _dead_limits(plan: Tree) -> Iterator[Problem]:
    for limit in _limits(plan):
        applies = limit.get("applies")
        only = {each.word for each in _entries(applies and applies.get("grades"))}
        never = {each.word for each in _entries(applies and applies.get("except_grades"))}
        if applies and (only or set(GRADES)) <= never:
            yield _at(applies, t("这条时限永远不适用(等级全被 except_grades 排除);请改 grades 或 except_grades"))


def _templates(plan: Tree) -> Iterator[Problem]:
    clocks, kinds = _keys(plan, "clocks"), _keys(plan, "kinds")
    for template in _parts(plan, "templates"):
        for clock in _entries(template.get("clocks")):
            yield from _known(clock, clocks, t("时钟"))
        for kind in _entries(template.get("kinds")):
            yield from _known(kind, kinds, t("类别"))
        for form in (template.get("title"), template.get("text")):
            if form and isinstance(form.value, str) and set("{}") & set(PLACE.sub("", form.value)):
                what = t("待填处的花括号不成对,或名称空白、超过 20 字;请写如 {example}", example="{地点}")
                yield _at(form, what)


def _dead_steps(plan: Tree) -> Iterator[Problem]:
    before = -1.0
    for step in _parts(plan, "escalation", "then"):
        after = _number(step.get("after_minutes"))
        if _word(step, "who") == "joint_meeting" and _word(step, "by") not in ("", "chat"):
            yield _at(step, t("联席会议是一个群,不能打电话、发牌;请写 by: chat"))
        if after is not None and after < before:
            yield _at(step, t("这一步早于上一步,轮不到它;请按 after_minutes 从小到大排列"))
        before = max(before, after or 0)


def _dead_calls(plan: Tree) -> Iterator[Problem]:
    """Find calls to nobody who is asked; what an extended plan names for a longer ladder of its own does no harm."""
    ladder = [rung.word for rung in _entries(plan.get("assignment", "ladder"))]
    for rung in _entries(plan.get("assignment", "phone")):
        if rung.file == plan.file and isinstance(rung.value, str) and ladder and rung.word not in ladder:
            yield _at(rung, t("phone 里的 {rung} 不在 ladder 里,轮不到;请在 ladder 里加上,或删去", rung=rung.word))


def _limits(plan: Tree) -> Iterator[Tree]:
    for clock in _parts(plan, "clocks"):
        yield from _parts(clock, "limits")


def _parts(tree: Tree, *path: str) -> tuple[Tree, ...]:
    return _entries(tree.get(*path))


def _entries(tree: Tree | None) -> tuple[Tree, ...]:
    return tree.entries if tree else ()


def _keys(plan: Tree, *path: str) -> list[str]:
    return [_word(part, "key") for part in _parts(plan, *path)]


def _word(tree: Tree, key: str) -> str:
    found = tree.get(key)
    return found.word if found else ""


def _number(tree: Tree | None) -> float | None:
    if tree is None or isinstance(tree.value, bool) or not isinstance(tree.value, int | float):
        return None
    return tree.value


def _at(tree: Tree, what: Line) -> Problem:
    return Problem(tree.file, tree.line, what)


_CHECKS: Final[tuple[Check, ...]] = (
    _emptiness,
    _time_zone,
    _number_form,
    _grades,
    _accident_table,
    _fractions,
    _references,
    _signature,
    _clock_ends,
    _amounts,
    _dead_limits,
    _dead_steps,
    _dead_calls,
    _templates,
)
