"""How a slip is opened, how a post joins a case, and how a slip gets its number."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.language import Voice
from config.plan import GRADES, Track
from handlers.act import Act
from handlers.conversation import File, Incoming
from handlers.intake import words
from handlers.intake.attaching import attach
from handlers.intake.files import kind_of_file
from handlers.intake.linking import owe_page
from handlers.judgement.finding import apply_finding
from handlers.post_keys import PostKeys, keys_of
from handlers.sameness import offering
from handlers.text.canonical import canonical_text, text_key
from handlers.text.mask import mask_personal
from storage import case as cases
from storage import case_event, series
from storage import chat as chats
from storage import correction as corrections
from storage import linked_page as linked_pages
from storage import report as reports
from storage.case import Case
from storage.case_event import CaseEvent
from storage.person import Person
from storage.report import Report

SLIPS = "slip"
FURTHER = "album"  # joined so, a message goes on with what its writer said before: it is heard once
TITLE_LENGTH, SHORTEST_TITLE = 24, 8
LABELS = re.compile(r"^(?:\s*(?:【[^】]{1,8}】|\[[^\]]{1,8}\]|#[^#\s]{1,20}#))+")  # 【转】, #话题#
SENTENCE_END = re.compile("[。!?;\n]")  # of a canonical text, in which full-width signs are half-width


@dataclass(frozen=True)
class Post:
    """A post on its way in: the event that carried it and what identifies it."""

    incoming: Incoming
    keys: PostKeys

    @classmethod
    def of(cls, act: Act, incoming: Incoming) -> "Post":
        """Take what identifies a post from what was read before the act began, where it is the same post."""
        read = act.keys if act.incoming is not None and act.incoming.key == incoming.key else None
        return cls(incoming, read if read is not None and read.text == incoming.text else keys_of(incoming))


def open_slip(act: Act, post: Post, track: Track = "opinion") -> Case:
    """Open a provisional slip for a post and start its clocks."""
    case = Case(
        slip=series.next_number(act.session, SLIPS),
        track=track,
        title=title_of(post.incoming, act.house.voice()),
        plan_hash=act.house.plan_hash,
        received_at=act.now,
        quiet=post.incoming.platform == "import",
    )
    cases.open_new(act.session, case)
    _judge(act, case)
    act.changed(case)
    case_event.record(act.session, CaseEvent(case_id=case.id, event="received", at=act.now))
    add_report(act, case, post, "opened")
    offering.offer(act, case, post.keys)
    register_later(act, case)
    act.happened("opened", case)
    return case


def register_later(act: Act, case: Case) -> None:
    """Let a slip register itself when nobody denies it in time."""
    wait = timedelta(minutes=act.plan_for(case).registration.confirm_within_minutes)
    act.later("confirm", act.now + wait, case=case, subject=str(case.id))


def title_of(incoming: Incoming, voice: Voice) -> str:
    """Return a short title: the first sentence of the post, else what its first file is, or how it is called."""
    return title_from(incoming.text) or (_title_of_file(incoming.files[0], voice) if incoming.files else "—")


def _title_of_file(file: File, voice: Voice) -> str:
    kind = kind_of_file(file)
    if kind in words.SHOTS:  # a camera's own name for a picture tells nobody anything
        return words.SHOTS[kind].say(voice)
    return title_from(file.name) or words.nameless().say(voice)


def title_from(said: str) -> str:
    """Return the beginning of a text as a title: its first sentence, personal data masked."""
    text = LABELS.sub("", mask_personal(canonical_text(said)))
    first = ""
    for part in SENTENCE_END.split(text):
        first = " ".join(filter(None, (first, part.strip(" ,【】[]「」"))))
        if len(first) >= SHORTEST_TITLE:
            break
    return first[:TITLE_LENGTH] + ("…" if len(first) > TITLE_LENGTH else "")


def add_report(act: Act, case: Case, post: Post, joined: str) -> Report:
    """Keep a post, word for word, as a report of a case."""
    incoming, keys = post.incoming, post.keys
    report = Report(
        case_id=case.id,
        first_case_id=case.id,
        joined=joined,
        platform=incoming.platform,
        message_key=message_key(incoming, incoming.message_id),
        chat_id=act.chat.id if act.chat else None,
        album_key=incoming.album,
        text=incoming.text,
        text_key=keys.text_key,
        origin_kind=incoming.origin.kind if incoming.origin else "none",
        origin_key=keys.origin_key,
        origin_author=(incoming.origin.author if incoming.origin else "") or incoming.author,
        url=keys.url,
        url_key=keys.url_key,
        occurred_at=act.reading.occurred_at if act.reading else None,
        posted_at=(incoming.origin.posted_at if incoming.origin else None) or incoming.posted_at,
        received_at=act.now,
        forwarded_by=act.person.id if act.person else None,
        forwarder=incoming.sender.name,
        likes=incoming.likes,
        reposts=incoming.reposts,
    )
    reports.add(act.session, report, keys.bands)
    attach(act, case, report, incoming)
    owe_page(act, case, report, incoming)
    act.changed(case)
    if joined != FURTHER:
        _grow_hotter(case, report)
    return report


def _grow_hotter(case: Case, report: Report) -> None:
    """Count one more report of a case."""
    case.reports += 1
    case.likes += report.likes
    case.reposts += report.reposts


def add_words(act: Act, case: Case, report: Report, text: str) -> None:
    """Keep the words that a later part of an album brought: the report's own when it had none, else a version."""
    if report.text:
        reports.add_version(act.session, report, text, act.now)
    else:
        reports.reword(act.session, report, text, text_key(text))
        case.title = title_from(text) or case.title
    judge_again(act, case)


def message_key(incoming: Incoming, message_id: str) -> str:
    """Name a platform message, unique on its platform."""
    return f"{incoming.place.account}/{message_id or incoming.key}"


def count_heat(act: Act, case: Case) -> None:
    """Bring the heat of a case up to date."""
    of_case = reports.of_case(act.session, case.id)
    case.reports = sum(report.joined != FURTHER for report in of_case)
    case.likes = sum(report.likes for report in of_case)
    case.reposts = sum(report.reposts for report in of_case)
    act.changed(case)


def join(act: Act, case: Case, post: Post, shared: str) -> Report:
    """Let a post join the case it belongs to; a graver reading raises the machine's finding."""
    report = add_report(act, case, post, shared)
    judge_again(act, case)
    return report


def judge_again(act: Act, case: Case) -> None:
    """Let what was read now raise the machine's finding of a case."""
    if case.is_open and _judge(act, case):
        act.happened("judged", case)


def _judge(act: Act, case: Case) -> bool:
    if act.reading is None:
        return False
    return apply_finding(case, act.reading, act.plan_for(case), corrections.fields(act.session, case.id))


def judge_afresh(act: Act, case: Case) -> None:
    """Judge a case from the reports it has now; what a person set stays."""
    if case.kinds_set_by is None:
        case.kinds, case.primary_kind = [], None
    if case.grade_set_by is None:
        case.grade = GRADES[-1]
    case.toll, case.reasons, case.certainty = {}, [], 0.0
    judge_from(act, case, reports.of_case(act.session, case.id))


def judge_from(act: Act, case: Case, of_case: Iterable[Report]) -> list[str | None]:
    """Let what reports say raise the machine's finding of a case; return the grades that were read in them."""
    kept, read = corrections.fields(act.session, case.id), []
    for report in of_case:
        page = linked_pages.of_report(act.session, report.id) if report.url else None
        for text in filter(None, [*reports.wordings(act.session, report), page.words if page else ""]):
            reading = act.house.read(text, report.received_at)
            apply_finding(case, reading, act.plan_for(case), kept)
            read.append(reading.grade)
    return read


def register(act: Act, case: Case, by: Person | None = None) -> None:
    """Give a slip its number, on a person's word or by itself: the last thing before what follows from it."""
    year = act.today.year
    case.move("register")
    seq = series.next_number(act.session, f"case:{year}")
    case.year, case.seq = year, seq
    case.number = act.plan_for(case).bureau.number_form.format(year=year, seq=seq)
    case.registered_at = act.now
    act.no_longer("confirm", str(case.id))
    case_event.record(act.session, CaseEvent(case_id=case.id, event="registered", at=act.now, by=by.id if by else None))
    act.happened("registered", case)


def restart(act: Act, case: Case) -> None:
    """Let a case count from the earliest of its reports: after a merge, and after its undoing."""
    earliest = min((report.received_at for report in reports.of_case(act.session, case.id)), default=case.received_at)
    move_start(act, case, earliest)


def move_start(act: Act, case: Case, start: datetime) -> None:
    """Let a case count from another moment."""
    case.received_at = start
    for event in case_event.of_case(act.session, case.id):
        if event.event == "received":
            event.at = start
            act.session.add(event)
    act.changed(case)


def show_card(act: Act, case: Case) -> None:
    """Give a case its live card in the staff chats."""
    for chat in chats.used_for(act.session, "staff"):
        act.card(case, chat)
