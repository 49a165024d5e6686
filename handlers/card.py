"""The live card of a case, rendered from its state whenever it is shown; the clock is always line two."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from config.language import Said, joined, lines, t
from config.plan import Plan
from handlers.clocks.questions import close_button
from handlers.clocks.words import clock_lines
from handlers.conversation import Button, Message
from handlers.feeds.looking import FEED
from handlers.gates.naming import asked as asked_names
from handlers.gates.naming import open_mark
from handlers.house import House
from handlers.intake import linked_words
from handlers.intake.opening import FURTHER
from handlers.intake.words import edited, files_line, open_line
from handlers.judgement.finding import is_unconfirmed_grave
from handlers.judgement.words import EXIT_NAMES, doubt_lines, is_doubt, meaning, toll_line, unsure_lines
from handlers.meeting.standing import card_line
from handlers.release.proving import is_replaced
from handlers.release.signed import WEBSITE
from handlers.release.words import channel_name, concerned, has_ended, reason, waits
from handlers.sameness.offering import offer_buttons, offer_line, standing
from handlers.text.excerpt import excerpt, newer
from handlers.text.mask import mask_personal
from handlers.words import case_name, short_name, stage_name
from storage import case as cases
from storage import case_event, together
from storage import clock as clocks
from storage import draft as drafts
from storage import linked_page as linked_pages
from storage import person as people
from storage import release as releases
from storage import report as reports
from storage.case import Case
from storage.case_event import CaseEvent
from storage.clock import Clock
from storage.database import Session
from storage.draft import Draft
from storage.meeting import MeetingTask, MeetingText
from storage.release import ChannelRelease, Release
from storage.report import Report
from storage.same_event import SameEvent

FURTHER_SHOWN = 3
REASONS_SHOWN = 3
# Where somebody can be pushed to take the next step; a slip waits for a word about it, and the rest for nobody.
WAITED = ("assignment", "acceptance", "draft", "review", "signature", "issue", "follow_up")
BEFORE_ANSWERED = ("confirmation", "assignment", "acceptance")
GRAVE = ("extremely_grave", "grave")


def render(session: Session, house: House, case: Case, now: datetime) -> Message:
    """Show a case as it stands."""
    plan = house.plan_of(session, case.plan_hash)
    offered = standing(session, case)
    text = lines(
        t("{case} {title}〔{stage}〕", case=case_name(case), title=case.title, stage=stage_name(case)),
        *clock_lines(session, case, now, plan),
        _judged(session, case, plan),
        _warning(case),
        _source(session, case),
        _reasons(case, plan),
        *doubt_lines(case),
        *unsure_lines(case, plan),
        offer_line(case, offered),
        toll_line(case),
        _people(session, case),
        _gates(session, case, plan),
        _progress(session, case),
        _draft(session, case),
        _release(session, case),
        card_line(session, case),
        _end(session, case),
    )
    return Message(text, [*_confirm_grade(case, plan), *offer_buttons(case, offered), *buttons(session, case)])


def expect(session: Session, case_ids: Collection[uuid.UUID]) -> None:
    """Load at once what the cards of several cases show."""
    cases.look_together(session, case_ids)
    reports.look_together(session, case_ids)
    together.look(session, case_ids, SameEvent, CaseEvent, Clock, Draft, Release, MeetingText, MeetingTask)


def line(session: Session, case: Case, now: datetime) -> Said:
    """Put a case on one line, with the time that is left."""
    running = [clock.due_at for clock in clocks.of_case(session, case.id) if clock.outcome == "running"]
    return open_line(case, stage_name(case), min(running) - now if running else None)


def tag(case: Case) -> Said:
    """Name a case where there is little room."""
    return t("{seq}号", seq=case.seq) if case.seq else t("S{slip}", slip=case.slip)


def _judged(session: Session, case: Case, plan: Plan) -> Said:
    judged: list[Said] = [plan.kind(key).name for key in _primary_first(case)]
    judged = judged or [_nothing_found(session, case)]
    grade = plan.grade(case.grade) if "emergency" in case.kinds or case.grade in GRAVE else None
    topic = plan.topic(case.topic).name if case.topic != plan.default_topic else None
    asked = t("网络问政") if case.track == "question" else None
    return joined([asked, *judged, grade, topic, t("报送 {n} 次", n=case.reports) if case.reports > 1 else None])


def _nothing_found(session: Session, case: Case) -> Said:
    """Say that nothing was found in the words; where there are none, a person has to look."""
    if any(report.text for report in reports.of_case(session, case.id)):
        return t("未见须回应的情形")
    return t("没有文字,请看附件研判")


def _primary_first(case: Case) -> list[str]:
    return sorted(case.kinds, key=lambda key: key != case.primary_kind)


def _warning(case: Case) -> Said | None:
    marks = [
        t("⚠️ 疑似重大,未核实") if case.grade in GRAVE and case.grade_set_by is None else None,
        {"suspected": t("❓ 疑似谣言,待人核实"), "confirmed": t("❗已认定为谣言")}.get(case.rumour),
    ]
    return joined(marks) if any(marks) else None


def _source(session: Session, case: Case) -> Said | None:
    first = next(iter(reports.of_case(session, case.id)), None)
    if first is None:
        return None
    heat = (
        t("点赞 {likes} 转发 {reposts}", likes=case.likes, reposts=case.reposts) if case.likes or case.reposts else None
    )
    origin = _origin(session, first)
    found = reports.files_of_case(session, case.id)
    files, alone = files_line(found), not first.text and found and all(file.stage == "refused" for file in found)
    kept = t("原件未能留存") if alone else t("原文已留存")
    return lines(
        joined([t("来源:{origin}", origin=origin), kept, files, heat]),
        t("「{text}」", text=excerpt(first.text)) if first.text else None,
        *_went_on(session, case),
        _edited(session, case),
        first.url,
        _page(session, first),
    )


def _went_on(session: Session, case: Case) -> list[Said]:
    """Show the last of what its writer added in further messages."""
    further = [report.text for report in reports.of_case(session, case.id) if report.joined == FURTHER and report.text]
    return [t("补充「{text}」", text=excerpt(text)) for text in further[-FURTHER_SHOWN:]]


def _origin(session: Session, first: Report) -> Said:
    """Say where a post comes from; one that was typed comes from whoever reported it."""
    reporter = people.name_or(session, first.forwarded_by, first.forwarder)
    if first.origin_kind == "none" and not first.origin_author:
        return joined([t("{name} 报送", name=reporter), first.posted_at], " ")
    by_feed = first.platform == FEED
    forwarder = t("(本台订阅「{name}」发现)", name=reporter) if by_feed else t("(转发人 {name})", name=reporter)
    return joined([mask_personal(first.origin_author), first.posted_at, forwarder], " ")


def _edited(session: Session, case: Case) -> Said | None:
    """Show the newest words of a post that was edited."""
    found = reports.newest_edit(session, case.id)
    if found is None:
        return None
    report, version = found
    return edited(version.n, version.at, newer(report.text, version.text))


def _page(session: Session, first: Report) -> Said | None:
    """Show what the page says that the first report links to."""
    page = linked_pages.of_report(session, first.id) if first.url else None
    return linked_words.on_card(page) if page else None


def _reasons(case: Case, plan: Plan) -> Said | None:
    told = [reason for reason in case.reasons if not is_doubt(reason[1])][:REASONS_SHOWN]
    named = [t("“{words}”→{what}", words=mask_personal(spoken), what=meaning(key, plan)) for spoken, key in told]
    return t("依据:{reasons}", reasons=joined(named, " ")) if named else None


def _people(session: Session, case: Case) -> Said | None:
    parts: list[Said] = []
    if case.spokesperson_id is not None:
        parts.append(t("发言人 {name}(已认领)", name=_name(session, case.spokesperson_id)))
    elif case.stage == "acceptance" and case.asked_ids:
        parts.append(t("待 {name} 认领", name=_name(session, uuid.UUID(case.asked_ids[-1]))))
    if case.lead_body:
        parts.append(t("责任主体 {body}", body=case.lead_body))
    if case.assisting_bodies:
        parts.append(t("协办 {bodies}", bodies=joined(case.assisting_bodies, "、")))
    return joined(parts) if parts else None


def _name(session: Session, person_id: uuid.UUID) -> str:
    return people.person(session, person_id).name


def _progress(session: Session, case: Case) -> Said | None:
    """Show the newest note: the handling and the news about it run together (实施方案 四.2)."""
    notes = [event for event in case_event.of_case(session, case.id) if event.event == "note"]
    if not notes:
        return None
    return t("进展:{note}({at})", note=excerpt(notes[-1].note), at=notes[-1].at)


def _gates(session: Session, case: Case, plan: Plan) -> Said | None:
    draft = drafts.newest(session, case.id)
    if draft is None or case.stage not in ("review", "signature", "issue", "release", "follow_up"):
        return None
    marks = [_gate(session, step, plan) for step in drafts.steps(session, case.id, draft.round)]
    return t("审核 {gates}", gates=joined(marks, " ")) if marks else None


def _gate(session: Session, step: drafts.GateStep, plan: Plan) -> Said:
    name = plan.gate(step.gate).name
    if step.stage == "signed":
        mark = open_mark(session, step)
        return t("{gate}✅({mark})", gate=name, mark=mark) if mark else t("{gate}✅", gate=name)
    asked = asked_names(session, step)
    if asked:
        return t("{gate}⏳{names}({at} 起)", gate=name, names=joined(asked, "、"), at=step.asked_at)
    return t("{gate}○", gate=name)


def _draft(session: Session, case: Case) -> Said | None:
    draft = drafts.newest(session, case.id)
    if draft is None:
        return None
    ledger = drafts.facts(session, case.id)
    open_facts = sum(fact.confirmed_by is None for fact in ledger)
    words = drafts.agencies(session, case.id, draft.round)
    return joined(
        [
            t("稿件 v{version}《{title}》", version=draft.version, title=excerpt(draft.title, 20)),
            t("事实 {n} 条,未核实 {open}", n=len(ledger), open=open_facts) if ledger else None,
            *(t("会签 {agency}{mark}", agency=word.agency, mark=WORD_MARKS[word.word]) for word in words),
        ]
    )


WORD_MARKS = {"waiting": "⏳", "agreed": "✅", "objected": "❌", "overridden": "⚠️"}
CHANNEL_MARKS = {"waiting": "○", "proved": "✅", "failing": "❌", "withdrawing": "⏳", "withdrawn": "🚫"}


def _release(session: Session, case: Case) -> Said | None:
    found = releases.of_case(session, case.id)
    if not found:
        return None
    corrections = releases.corrections(session, [release.id for release in found])
    return lines(*[_one_release(session, release, corrections.get(release.id)) for release in found])


def _one_release(session: Session, release: Release, correction: Release | None) -> Said:
    rows = releases.channels(session, release.id)
    url = next((one.proof["url"].partition(" ")[0] for one in rows if one.proof.get("url")), None)
    if release.withdrawn_at is not None:
        became: Said | None = t("已撤回({at})", at=release.withdrawn_at)
    else:
        became = t("已由第{n}次更正", n=correction.round) if correction else None
    marks = joined([_on_channel(one, corrected=correction is not None) for one in concerned(rows)])
    return joined([t("第{n}次发布 {marks}", n=release.round, marks=marks), url, became], " ")


def _on_channel(one: ChannelRelease, *, corrected: bool) -> Said:
    name = channel_name(one.channel)
    if is_replaced(one):
        return t("{channel}(已无此稿)", channel=name)
    trouble = t("(注明已更正)") if corrected and one.stage == "proved" and one.channel == WEBSITE else None
    if one.stage == "failing" and waits(one.trouble):
        return t("{channel}⏳({trouble})", channel=name, trouble=reason(one.trouble))
    if one.stage == "failing" and has_ended(one.trouble):
        trouble = t("(没有发出:{trouble})", trouble=reason(one.trouble))
    elif one.stage == "failing":
        trouble = t("(未发出:{trouble},继续重试)", trouble=reason(one.trouble))
    elif one.stage == "withdrawing" and one.trouble:
        trouble = t("(未撤下:{trouble},继续重试)", trouble=reason(one.trouble))
    return joined([t("{channel}{mark}", channel=name, mark=CHANNEL_MARKS[one.stage]), trouble], "")


def _end(session: Session, case: Case) -> Said | None:
    if case.stage == "merged" and case.merged_into is not None:
        survivor = session.get_one(Case, case.merged_into)
        return t("已并入 {case}", case=short_name(survivor))
    if case.stage == "closed" and case.exit is not None:
        return joined([t("结果:{exit}", exit=EXIT_NAMES[case.exit]), mask_personal(case.exit_reason)], " ")
    return None


def _confirm_grade(case: Case, plan: Plan) -> list[list[Button]]:
    """Offer one tap to confirm a grave finding that only the machine has made."""
    if not is_unconfirmed_grave(case):
        return []
    return [[Button(t("确认为{grade}", grade=plan.grade(case.grade)), "grade", case.grade, urgent=True)]]


def buttons(session: Session, case: Case) -> Sequence[Sequence[Button]]:
    """Return what can be tapped at this stage."""
    written = drafts.newest(session, case.id) is not None
    text = [Button(t("稿件"), "text")] if written else []
    settled = [button for button in (close_button(session, case),) if button is not None]
    rows: dict[str, list[list[Button]]] = {
        "confirmation": [
            [Button(t("属实"), "confirm"), Button(t("误报"), "false_alarm"), Button(t("改判"), "rejudge")],
            [Button(t("合并"), "merge"), Button(t("不属本局"), "not_ours")],
        ],
        "assignment": [[Button(t("认领"), "ack"), Button(t("改判"), "rejudge"), Button(t("合并"), "merge")]],
        "acceptance": [[Button(t("认领"), "ack"), Button(t("改判"), "rejudge"), Button(t("合并"), "merge")]],
        "draft": [
            [
                *text,
                Button(t("送审"), "submit") if written else Button(t("📄模板"), "template"),
                Button(t("改判"), "rejudge"),
                *settled,
            ],
        ],
        "review": [text],
        "signature": [text],
        "issue": [[Button(t("📢发布"), "issue"), *text]],
        "release": [text],
        "follow_up": [[*text, Button(t("办结"), "close")]],
        "closed": [[Button(t("重开"), "reopen")]],
        "merged": [[Button(t("拆分"), "split")]],
    }
    pushes = [Button(t("催办"), "nag")] if case.stage in WAITED else []
    more = [Button(t("更多"), "more")] if case.is_open and case.stage != "confirmation" else []
    asked = [Button(t("转舆情"), "opinion")] if case.track == "question" and case.stage in BEFORE_ANSWERED else []
    return [row for row in (*rows[case.stage], asked, [*pushes, *more]) if row]
