"""Judging a case and letting it go: every finding can be corrected with one tap (实施方案 一, 二, 四.1)."""

import re

from config.language import t
from handlers.act import Act
from handlers.allowed import check_right
from handlers.conversation import Button
from handlers.errors import Refusal
from handlers.judgement import naming, words
from handlers.judgement.assisting import assist
from handlers.judgement.correcting import corrected, end, only_open
from handlers.registry import VERBS, said
from handlers.words import names
from storage import case_event
from storage import clock as clocks
from storage import draft as drafts
from storage import release as releases
from storage.case import Case
from storage.case_event import CaseEvent

__all__ = [
    "assist", "close", "effect", "forms", "grade", "judge", "no_response", "not_ours", "ordinary", "rejudge", "reopen",
    "rumour", "topic",
]  # fmt: skip
SURE = ("确认", "确定", "yes")
SAID_SURE = re.compile(rf"^(?:{'|'.join(SURE)})\s*")
NO = ("不", "否", "no", "denied")
WAIVED = ("不移交", "不须移交", "no referral", "waive")
YES = ("是", "属实", "确认", "confirmed", "yes")


# what it is


@said("judge", "定性", help=t("改定类别,主要的写在前面:定性 12 切身利益 社会热点"))
def judge(act: Act, case: Case, typed: str) -> None:
    """Set the kinds of a case, the first one as its primary kind."""
    plan = act.plan_for(case)
    only_open(case)
    kinds, unknown = naming.all_named(typed, naming.kind_names(plan))
    if not typed:
        raise Refusal(words.pick(case), _picker(act, case), case_id=case.id)
    if unknown or not kinds:
        raise Refusal(words.which_kind(case, unknown or [typed], plan), _picker(act, case), case_id=case.id)
    before = ",".join(case.kinds)
    case.kinds, case.primary_kind, case.kinds_set_by = kinds, kinds[0], act.somebody.id
    corrected(act, case, "kinds", before, ",".join(kinds))
    act.answer(words.judged_as(case, words.KIND, words.kind_line(case, plan)), case=case)


@said("grade", "定级", help=t("改定等级:定级 12 重大"))
def grade(act: Act, case: Case, typed: str) -> None:
    """Set the grade; the limits are counted anew from the original start."""
    plan = act.plan_for(case)
    only_open(case)
    found = naming.named(typed, naming.grade_names(plan))
    if found is None:
        raise Refusal(words.which_grade(case, typed, plan), _grades(act, case), case_id=case.id)
    before, case.grade, case.grade_set_by = case.grade, found, act.somebody.id
    corrected(act, case, "grade", before, found)
    act.answer(words.judged_as(case, words.GRADE, naming.grade_names(plan)[found]), case=case)


@said("rejudge", "改判", help=t("改判类别、等级或分类:改判 12 重大;只说“改判 12”就列出来点选"))
def rejudge(act: Act, case: Case, typed: str) -> None:
    """Set the grade, kinds or topic that was named, or offer the kinds and grades to choose from."""
    only_open(case)
    if not typed:
        act.aside(words.pick(case), _picker(act, case), case=case)
        return
    plan = act.plan_for(case)
    if naming.named(typed, naming.grade_names(plan)) is not None:
        meant = "grade"
    elif naming.named(typed, naming.topic_names(plan)) is not None:
        meant = "topic"
    else:
        meant = "judge"
    verb = VERBS[meant]
    check_right(act, verb)
    verb.handler(act, case, typed)


@said("effect", "影响", help=t("定社会影响:影响 12 较大,或 影响 12 一般"))
def effect(act: Act, case: Case, typed: str) -> None:
    """Set whether the effect on society is large (实施方案 三.1)."""
    only_open(case)
    if typed not in ("较大", "大", "large", "一般", "不大", "small"):
        buttons = [[Button(t("影响较大"), "effect", "较大"), Button(t("影响一般"), "effect", "一般")]]
        raise Refusal(words.which_effect(case), buttons, case_id=case.id)
    before, large = ",".join(case.effects), typed in ("较大", "大", "large")
    others = [each for each in case.effects if each != "large_effect"]
    case.effects = [*others, "large_effect"] if large else others
    corrected(act, case, "effects", before, ",".join(case.effects))
    act.answer(words.judged_as(case, words.EFFECT, words.LARGE if large else words.NOT_LARGE), case=case)


@said("topic", "分类", help=t("改定分类:分类 12 工程质量"))
def topic(act: Act, case: Case, typed: str) -> None:
    """Set the topic, and with it who answers for the case."""
    plan = act.plan_for(case)
    only_open(case)
    listed = naming.topic_names(plan)
    found = naming.named(typed, listed)
    if found is None:
        rows = [[Button(listed[key], "topic", key) for key in row] for row in naming.in_rows(listed)]
        raise Refusal(words.which_topic(case, typed, plan), rows, case_id=case.id)
    before, case.topic = case.topic, found
    corrected(act, case, "topic", before, found)
    act.answer(words.judged_as(case, words.TOPIC, listed[found]), case=case)


@said("rumour", "谣言", help=t("认定是不是谣言:谣言 12 是 / 谣言 12 是 不移交 / 谣言 12 不是"))
def rumour(act: Act, case: Case, typed: str) -> None:
    """Record a person's decision about a rumour (实施方案 二): the desk only suspects."""
    only_open(case)
    if typed.startswith(NO):
        _decide(act, case, "denied", "rumour_denied", typed)
    elif typed.startswith(YES):
        waived = any(word in typed.lower() for word in WAIVED)
        _decide(act, case, "confirmed", "referral_waived" if waived else "rumour_confirmed", typed)
    else:
        raise Refusal(words.is_it_a_rumour(case), _rumour_buttons(), case_id=case.id)


def _decide(act: Act, case: Case, decision: str, event: str, note: str) -> None:
    before, case.rumour = case.rumour, decision
    case_event.record(act.session, CaseEvent(case_id=case.id, event=event, at=act.now, by=act.somebody.id, note=note))
    corrected(act, case, "rumour", before, decision)
    act.happened("event", case)
    act.answer(words.judged_as(case, words.RUMOUR, words.RUMOUR_NAMES[decision]), case=case)


def _rumour_buttons() -> list[list[Button]]:
    return [
        [Button(words.RUMOUR_TO_REFER, "rumour", "是"), Button(words.RUMOUR_ONLY, "rumour", "是 不移交")],
        [Button(words.NO_RUMOUR, "rumour", "不是")],
    ]


@said("forms", "形式", help=t("定回应形式:形式 12 专家解读 发布会"))
def forms(act: Act, case: Case, typed: str) -> None:
    """Choose how to respond (实施方案 四.1)."""
    plan = act.plan_for(case)
    only_open(case)
    chosen, unknown = naming.all_named(typed, plan.response_forms)
    if unknown or not chosen:
        raise Refusal(words.which_forms(case, unknown, plan))
    case.forms = chosen
    act.changed(case)
    act.answer(words.judged_as(case, words.FORMS, names([plan.response_forms[key] for key in chosen])), case=case)


def _picker(act: Act, case: Case) -> list[list[Button]]:
    kinds = naming.kind_names(act.plan_for(case))
    rows = [[Button(kinds[key], "judge", key) for key in row] for row in naming.in_rows(kinds)]
    return [*rows, *_grades(act, case)]


def _grades(act: Act, case: Case) -> list[list[Button]]:
    listed = naming.grade_names(act.plan_for(case))
    return [[Button(listed[key], "grade", key) for key in row] for row in naming.in_rows(listed, 4)]


# let it go


@said("not_ours", "不属本局", help=t("不属本局,记明属于谁:不属本局 12 水务局"))
def not_ours(act: Act, case: Case, typed: str) -> None:
    """End a case that another body answers for (实施方案 一)."""
    body, _, why = typed.strip().partition(" ")
    elsewhere = case.lead_body if case.lead_body != act.plan_for(case).lead_body.zh else ""
    body = body or elsewhere
    if not body:
        raise Refusal(words.whose_is_it(case))
    end(act, case, "not_ours", " ".join(filter(None, (body, why.strip()))))
    act.answer(words.ended(case, words.EXIT_NAMES["not_ours"], case.exit_reason), case=case)


@said("ordinary", "普通", help=t("普通事项,不按舆情办理:普通 12"))
def ordinary(act: Act, case: Case, why: str) -> None:
    """End a case that is no public opinion the plan speaks of."""
    end(act, case, "ordinary", why)
    act.answer(words.ended(case, words.EXIT_NAMES["ordinary"], why), case=case)


@said("no_response", "不回应", help=t("不回应,须写理由:不回应 12 与已发布的通报重复"))
def no_response(act: Act, case: Case, why: str) -> None:
    """End a case without a response, for a reason that stays on record."""
    if not why.strip():
        raise Refusal(words.why_no_response(case))
    end(act, case, "no_response", why)
    act.answer(words.ended(case, words.EXIT_NAMES["no_response"], why), case=case)


@said("close", "办结", help=t("办结:办结 12"))
def close(act: Act, case: Case, typed: str) -> None:
    """Close a case as done; what still runs is named first, and asked about once more."""
    running = [clock for clock in clocks.of_case(act.session, case.id) if clock.outcome == "running"]
    unreleased = _unreleased(act, case)
    if case.allows("close") and (running or unreleased) and not typed.startswith(SURE):
        question = words.close_anyway(case, running, act.plan_for(case), unreleased)
        act.reply(question, [[Button(t("确认办结"), "close", f"确认 {typed[:40]}")]], case=case)
        return
    end(act, case, "done", SAID_SURE.sub("", typed))
    act.answer(words.done(case), case=case)


def _unreleased(act: Act, case: Case) -> int | None:
    draft = drafts.newest(act.session, case.id)
    out = {release.round for release in releases.of_case(act.session, case.id)}
    return draft.version if draft is not None and draft.round not in out else None


@said("reopen", "重开", help=t("重新办理已结束的案件:重开 12"))
def reopen(act: Act, case: Case, _words: str) -> None:
    """Take back the end of a case: it goes on where it stood."""
    if case.stage == "merged":
        raise Refusal(words.reopen_by_split(case))
    if case.is_open:
        raise Refusal(words.not_ended(case))
    case.move("reopen")
    case.exit, case.exit_reason, case.closed_at = None, "", None
    act.happened("reopened", case)
    act.answer(words.reopened(case), case=case)
