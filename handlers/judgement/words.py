"""Every sentence of judging a case and of letting it go."""

from collections.abc import Iterable, Sequence
from typing import Final

from config.language import Line, Said, joined, lines, t
from config.plan import Name, Plan
from handlers.judgement.finding import UNSURE
from handlers.text.mask import mask_personal
from handlers.words import case_name, names, reference, short_name
from storage.case import Case
from storage.clock import Clock

TOLL_NAMES: Final[dict[str, Line]] = {
    "deaths": t("死亡"),
    "serious_injuries": t("重伤"),
    "injured": t("受伤"),
    "missing": t("失联"),
    "trapped": t("被困"),
}
RUMOUR_NAMES: Final[dict[str, Line]] = {
    "suspected": t("疑似谣言,待认定"),
    "confirmed": t("已认定为谣言"),
    "denied": t("已认定不是谣言"),
}
DOUBTS: Final[dict[str, Line]] = {"rumour": t("疑似谣言"), "old_news": t("疑似旧闻")}
NEED_NOT: Final[dict[str, Line]] = {"ordinary": t("普通事项"), "none": t("与政务无关")}
EXIT_NAMES: Final[dict[str, Line]] = {
    "done": t("已办结"),
    "ordinary": t("普通事项"),
    "not_ours": t("不属本局"),
    "no_response": t("不回应"),
    "false_alarm": t("误报"),
}


# what the judgement is


def kind_line(case: Case, plan: Plan) -> Said:
    """Name the kinds of a case, the primary one first."""
    known = {kind.key: kind.name for kind in plan.kinds}
    ordered = sorted(case.kinds, key=lambda kind: kind != case.primary_kind)
    return joined([known[kind] for kind in ordered if kind in known] or [t("类别待定")], "、")


def reason_lines(case: Case, plan: Plan) -> Said | None:
    """Give the reasons in the text's own words."""
    if not case.reasons:
        return None
    return lines(
        *[
            t("依据:{words} → {meaning}", words=_quoted(spoken), meaning=meaning(speaks_for, plan))
            for speaks_for, spoken in _by_meaning(case).items()
            if not speaks_for.startswith(UNSURE)
        ]
    )


def doubt_lines(case: Case) -> list[Said]:
    """Say, in the text's own words, what makes the text itself doubtful; a rumour only until a person decides."""
    spoken = _by_meaning(case)
    return [
        t("❓ {doubt}:{words}", doubt=doubt, words=_quoted(spoken[key]))
        for key, doubt in DOUBTS.items()
        if key in spoken
    ]


def unsure_lines(case: Case, plan: Plan) -> list[Said]:
    """Say where the desk's experience and its rules part, and ask; only until a person says what it is."""
    spoken = _by_meaning(case) if case.kinds_set_by is None else {}
    return [
        t(
            "🤔 拿不准:按以往的更正更像「{other}」:{words}。请确认或改判。",
            other=_other(key, plan),
            words=_quoted(words),
        )
        for key, words in spoken.items()
        if key.startswith(UNSURE)
    ]


def is_doubt(speaks_for: str) -> bool:
    """Tell what makes a judgement doubtful from what it stands on."""
    return speaks_for in DOUBTS or speaks_for.startswith(UNSURE)


def _other(speaks_for: str, plan: Plan) -> Said:
    """Name what the desk's experience would make of a post."""
    kind = speaks_for.removeprefix(UNSURE)
    return NEED_NOT.get(kind) or meaning(kind, plan)


def meaning(speaks_for: str, plan: Plan) -> Said:
    """Name what words of a text speak for: a kind, a grade, a topic, or a doubt about the text itself."""
    named: dict[str, Said] = {
        **{topic.key: topic.name for topic in plan.topics},
        **{kind.key: kind.name for kind in plan.kinds},
        **{str(grade): name for grade, name in plan.grade_names.items()},
        **DOUBTS,
    }
    return named.get(speaks_for, t("{key}", key=speaks_for))


def _by_meaning(case: Case) -> dict[str, list[str]]:
    """Gather the reasons by what they speak for; of a rumour only while it is suspected."""
    spoken: dict[str, list[str]] = {}
    for own_words, speaks_for in case.reasons:
        if speaks_for != "rumour" or case.rumour == "suspected":
            spoken.setdefault(speaks_for, []).append(own_words)
    return spoken


def _quoted(spoken: Iterable[str]) -> Said:
    return joined([t("“{words}”", words=mask_personal(words)) for words in spoken], " ")


def toll_line(case: Case) -> Said | None:
    """Give the toll a text states; missing and trapped people are shown but are not deaths."""
    people = [
        t("{what} {number} 人", what=name, number=case.toll[key])
        for key, name in TOLL_NAMES.items()
        if key in case.toll
    ]
    loss = case.toll.get("loss_yuan")
    money = [t("直接损失 {amount} 万元", amount=f"{loss / 10_000:g}")] if loss else []
    return joined([*people, *money], " · ") if people or money else None


# corrected


def judged_as(case: Case, field: Line, value: Said) -> Line:
    """Say what a person set."""
    return t("☑️ {case} {field}:{value}", case=short_name(case), field=field, value=value)


KIND: Final = t("定性")
GRADE: Final = t("等级")
EFFECT: Final = t("社会影响")
TOPIC: Final = t("分类")
RUMOUR: Final = t("谣言")
FORMS: Final = t("回应形式")
LARGE: Final = t("较大")
NOT_LARGE: Final = t("一般")


def pick(case: Case) -> Line:
    """Ask for the right kind and grade."""
    return t(
        "改判 {case}:点选类别或等级。也可写“定性 {ref} 切身利益 社会热点”。", case=short_name(case), ref=reference(case)
    )


def which_kind(case: Case, unknown: Iterable[str], plan: Plan) -> Line:
    """Say which kinds there are."""
    return t(
        "没有「{unknown}」这个类别。可写:{kinds}(几类并列时主要的写在前面)。不必回应的,请发“普通 {ref}”。",
        unknown=names(unknown),
        kinds=names([kind.name for kind in plan.kinds]),
        ref=reference(case),
    )


def which_grade(case: Case, typed: str, plan: Plan) -> Line:
    """Say which grades there are."""
    listed = names(list(plan.grade_names.values()))
    if not typed:
        return t("定什么等级?请点选,或写“定级 {ref} 重大”。可写:{grades}。", ref=reference(case), grades=listed)
    return t("没有「{typed}」这个等级。可写:{grades}。", typed=typed, grades=listed)


def which_effect(case: Case) -> Line:
    """Ask how large the effect on society is."""
    return t("社会影响多大?请写“影响 {ref} 较大”或“影响 {ref} 一般”。", ref=reference(case))


def which_topic(case: Case, typed: str, plan: Plan) -> Line:
    """Say which topics there are."""
    if not typed:
        return t("哪个分类?请点选,或写“分类 {ref} 工程质量”。", ref=reference(case))
    return t(
        "没有唯一对应「{typed}」的分类。可写:{topics}。如“分类 {ref} 工程质量”。",
        typed=typed,
        topics=names([topic.name for topic in plan.topics]),
        ref=reference(case),
    )


def which_forms(case: Case, unknown: Sequence[str], plan: Plan) -> Line:
    """Say which forms of response there are."""
    listed, ref = names(list(plan.response_forms.values())), reference(case)
    if not unknown:
        return t("怎样回应?可写:{forms}。如“形式 {ref} 专家解读 发布会”。", forms=listed, ref=ref)
    return t(
        "没有「{unknown}」这种回应形式。可写:{forms}。如“形式 {ref} 专家解读 发布会”。",
        unknown=names(unknown), forms=listed, ref=ref,
    )  # fmt: skip


def is_it_a_rumour(case: Case) -> Line:
    """Ask a person for the decision about a rumour."""
    return t(
        "{case} 是不是谣言?认定由人作出。严重危害社会秩序或国家利益的,须移交公安、网络监管部门。", case=short_name(case)
    )


RUMOUR_TO_REFER: Final = t("是谣言,须移交")
RUMOUR_ONLY: Final = t("是谣言,不须移交")
NO_RUMOUR: Final = t("不是谣言")


# let go


def ended(case: Case, how: Line, reason: str) -> Said:
    """Say that a case was let go, and how to take that back."""
    said = t("📁 {case} 已按「{how}」结束,时限终止。", case=short_name(case), how=how)
    why = t("理由:{reason}", reason=reason) if reason else None
    return lines(said, why, t("要恢复请发“重开 {ref}”。", ref=reference(case)))


def done(case: Case) -> Line:
    """Say that a case was closed."""
    return t("🏁 {case} 已办结。要恢复请发“重开 {ref}”。", case=short_name(case), ref=reference(case))


def who_assists(case: Case) -> Line:
    """Ask which bodies assist."""
    return t("请哪个单位协办?请点选,或写“协办 {ref} 水务局、应急局”;不再协办:“协办 {ref} 无”。", ref=reference(case))


def please_assist(case: Case, body: str, bureau: Name) -> Said:
    """Ask the people of another body for what they know about a case."""
    return lines(
        t("🤝 {bureau} 请 {body} 协办 {case}", bureau=bureau, body=body, case=case_name(case)),
        case.title,
        t("请提供贵单位掌握的情况,回复本条“补充 {ref} 内容”,可附照片。", ref=reference(case)),
    )


def assisted(case: Case, bodies: Sequence[str], unreached: Sequence[str]) -> Said:
    """Say which bodies assist now and were asked, and whom no message reaches."""
    head, left = t("🤝 {case} 协办:{bodies}", case=short_name(case), bodies=names(bodies)), names(unreached)
    if not unreached:
        return joined([head, t("已请其提供情况")], "。")
    phone = t("{bodies} 没有可联系的人,请打电话,情况用“补充 {ref} 内容”记下", bodies=left, ref=reference(case))
    return joined([head, phone], "。")


def nobody_assists(case: Case) -> Line:
    """Say that nobody assists any more."""
    return t("🤝 {case} 已没有协办单位。", case=short_name(case))


def assists_already(case: Case) -> Line:
    """Refuse bodies that assist already."""
    return t("{case} 已由这些单位协办:{bodies}。", case=short_name(case), bodies=names(case.assisting_bodies))


def too_many_assist(most: int) -> Line:
    """Refuse more bodies than a card can name."""
    return t("协办单位最多 {most} 个,没有记下。", most=most)


def leads_itself(case: Case) -> Line:
    """Refuse the lead body as one that assists."""
    return t("{body} 是责任主体,不用协办。", body=case.lead_body)


def whose_is_it(case: Case) -> Line:
    """Ask to which body a case belongs."""
    return t("不属本局,属于谁?请写“不属本局 {ref} 水务局”,后面可加原因。", ref=reference(case))


def why_no_response(case: Case) -> Line:
    """Ask for the reason that nobody responds."""
    return t("不回应须写明理由,如“不回应 {ref} 与已发布的通报重复”。", ref=reference(case))


def close_anyway(case: Case, running: Sequence[Clock], plan: Plan, draft_version: int | None) -> Said:
    """Ask once more before closing, and name what stops with it."""
    stops = [
        t("· {rule}(截止 {due},{basis})不再计时", rule=plan.clock(clock.rule).name, due=clock.due_at, basis=clock.basis)
        for clock in running
    ]
    draft = t("· 稿件 v{version} 尚未发布", version=draft_version) if draft_version else None
    question = t("办结 {case}?办结后:", case=short_name(case))
    again = t("确认请点按钮,或发“办结 {ref} 确认”。", ref=reference(case))
    return lines(question, *stops, draft, again)


def reopened(case: Case) -> Line:
    """Say that a case is open again."""
    return t("♻️ {case} 已重开,时限从原起点续算。", case=short_name(case))


def not_ended(case: Case) -> Line:
    """Refuse to reopen what is open."""
    return t("{case} 没有结束,不用重开。", case=short_name(case))


def reopen_by_split(case: Case) -> Line:
    """Say how a merge is undone."""
    return t("{case} 是并入了别的案件。要撤销请发“拆分 {ref}”。", case=short_name(case), ref=reference(case))
