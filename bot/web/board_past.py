"""What led a case to where it stands: drafts, facts, gates, what was sent, reports, and the history row by row."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.web.board_words import AGENCY_WORDS, BY_ITSELF, FELL_DUE, KINDS, ON_CHANNEL, OTHER, SENDING, SENT_KINDS, SIGNED
from config.language import Said, joined
from handlers.act import Act
from handlers.drafting.difference import Change
from handlers.drafting.showing import changes
from handlers.gates import naming
from handlers.gates.rounds import gate_of
from handlers.intake.words import files_line
from handlers.registry import VERBS
from handlers.release.words import channel_name, concerned
from handlers.text.mask import mask_personal
from handlers.words import STAGE_NAMES
from storage import chat as chats
from storage import draft as drafts
from storage import history, outbox
from storage import linked_page as linked_pages
from storage import person as people
from storage import release as releases
from storage import report as reports
from storage.case import Case
from storage.draft import Draft, GateStep
from storage.history import HistoryRow
from storage.outbox import Outbox
from storage.release import ChannelRelease
from storage.report import Report

MOST_SENT: Final = 100
SENT: Final = "sent"


@dataclass(frozen=True)
class Happened:
    """One row of the history."""

    n: int
    at: datetime
    who: Said | str
    what: Said | str
    stage: Said | None
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Version:
    """One version of a draft, and what is new in it."""

    n: int
    title: str
    text: str
    author: str
    at: datetime
    is_submitted: bool
    changes: Sequence[Change]


@dataclass(frozen=True)
class Gate:
    """One gate: how it stands, who signed it, who is waited for and until when."""

    name: Said
    stage: str
    signed_by: Said | str
    signed_at: datetime | None
    waits: Said
    due_at: datetime | None


@dataclass(frozen=True)
class Inside:
    """What the bureau's own people see of a case."""

    reports: Sequence[Mapping[str, Any]]
    drafts: Sequence[Version]
    facts: Sequence[Mapping[str, Any]]
    gates: Sequence[Gate]
    signatures: Sequence[Mapping[str, Any]]
    agencies: Sequence[Mapping[str, Any]]
    releases: Sequence[Mapping[str, Any]]
    sent: Sequence[Mapping[str, Any]]


def inside(act: Act, case: Case, *, with_drafts: bool) -> Inside:
    """Gather the insides of a case; an unpublished draft and its facts only for those who may read it."""
    newest = drafts.newest(act.session, case.id) if with_drafts else None
    round_ = newest.round if newest else 0
    return Inside(
        reports=[_report(act, report) for report in reports.of_case(act.session, case.id)],
        drafts=_versions(act, case) if newest else [],
        facts=[_fact(act, fact) for fact in drafts.facts(act.session, case.id)] if with_drafts else [],
        gates=[_gate(act, case, step) for step in drafts.steps(act.session, case.id, round_)],
        signatures=[_signature(act, case, each) for each in drafts.signatures(act.session, case.id)] if newest else [],
        agencies=[
            {"name": each.agency, "word": AGENCY_WORDS[each.word], "note": mask_personal(each.note)}
            for each in drafts.agencies(act.session, case.id, round_)
        ],
        releases=[
            _release(release.title, release.round, one)
            for release in releases.of_case(act.session, case.id)
            for one in concerned(releases.channels(act.session, release.id))
        ],
        sent=[_sent(act, row) for row in reversed(outbox.of_case(act.session, case.id)[-MOST_SENT:])],
    )


def happened(act: Act, case: Case) -> list[Happened]:
    """List the history of a case, the newest first."""
    rows = history.rows(act.session, case.id)
    return [_happened(row) for row in reversed(rows) if row.kind != SENT]  # told apart


def _happened(row: HistoryRow) -> Happened:
    payload = row.payload or {}
    stages = _set(payload, "cases", "stage")
    notes = _set(payload, "case_event", "note")
    return Happened(
        n=row.n,
        at=row.at,
        who=row.actor_name or BY_ITSELF,
        what=_what(row.kind),
        stage=STAGE_NAMES.get(stages[-1]) if stages else None,
        notes=[mask_personal(note) for note in notes if isinstance(note, str)],
    )


def _set(payload: Mapping[str, Any], table: str, column: str) -> list[Any]:
    """List what a column of a table was set to."""
    found = [each["set"] for each in payload.get("changes", ()) if each["table"] == table and "set" in each]
    return [values[column] for values in found if column in values]


def _what(kind: str) -> Said | str:
    if kind in VERBS:
        return VerbName(kind)
    if kind in KINDS:
        return KINDS[kind]
    if kind.startswith("due:"):
        return FELL_DUE
    return joined([OTHER, kind], " ")


@dataclass(frozen=True)
class VerbName:
    """A verb as people say it: its Chinese word, or the English one."""

    key: str

    def say(self, voice: Any) -> str:  # noqa: ANN401 - a Voice
        """Return the word."""
        verb = VERBS[self.key]
        if voice.language == "en":
            return verb.key
        return next(iter(verb.aliases), verb.help.say(voice))


def _report(act: Act, report: Report) -> Mapping[str, Any]:
    page = linked_pages.of_report(act.session, report.id) if report.url else None
    return {
        "at": report.received_at,
        "posted_at": report.posted_at,
        "author": mask_personal(report.origin_author),
        "by": people.name_or(act.session, report.forwarded_by, report.forwarder),
        "platform": report.platform,
        "text": mask_personal(report.text),
        "url": report.url if report.url and report.url.startswith(("http://", "https://")) else "",
        "versions": [
            {"n": each.n, "at": each.at, "text": mask_personal(each.text)}
            for each in reports.versions(act.session, report.id)
        ],
        "page": {"at": page.at, "words": mask_personal(page.words)} if page and page.stage == "kept" else None,
        "files": files_line(reports.files(act.session, report.id)),
    }


def _versions(act: Act, case: Case) -> list[Version]:
    """List every version of every round, the newest first, each against the one before it in its round."""
    found: list[Version] = []
    for round_ in range(1, _last_round(act, case) + 1):
        before: Draft | None = None
        for draft in drafts.versions(act.session, case.id, round_):
            author = people.person(act.session, draft.author_id).name
            found.append(
                Version(
                    draft.version, draft.title, draft.text, author, draft.written_at,
                    draft.submitted_at is not None, changes(before, draft),
                )
            )  # fmt: skip
            before = draft
    return found[::-1]


def _last_round(act: Act, case: Case) -> int:
    newest = drafts.newest(act.session, case.id)
    return newest.round if newest else 0


def _fact(act: Act, fact: drafts.Fact) -> Mapping[str, Any]:
    by = people.person(act.session, fact.confirmed_by).name if fact.confirmed_by else ""
    return {
        "n": fact.n, "text": mask_personal(fact.text), "source": mask_personal(fact.source), "by": by,
        "at": fact.confirmed_at,
    }  # fmt: skip


def _gate(act: Act, case: Case, step: GateStep) -> Gate:
    by = naming.signer(act.session, step) if step.signed_by else ""
    waits = joined(naming.asked(act.session, step), "、")
    return Gate(gate_of(act.plan_for(case), step.gate).name, step.stage, by, step.signed_at, waits, step.due_at)


def _signature(act: Act, case: Case, each: drafts.Signature) -> Mapping[str, Any]:
    return {
        "gate": gate_of(act.plan_for(case), each.gate).name,
        "act": SIGNED.get(each.act, each.act),
        "by": naming.in_stead_of(act.session, each.by, each.acting_for),
        "at": each.at,
        "version": each.draft_version,
        "reason": mask_personal(each.reason),
    }


def _release(title: str, round_: int, one: ChannelRelease) -> Mapping[str, Any]:
    url = str(one.proof.get("url", "")).partition(" ")[0]
    return {
        "round": round_, "title": title, "channel": channel_name(one.channel),
        "stage": ON_CHANNEL[one.stage], "at": one.proved_at,
        "url": url if url.startswith(("http://", "https://")) else "",
    }  # fmt: skip


def _sent(act: Act, row: Outbox) -> Mapping[str, Any]:
    return {
        "serial": row.serial, "kind": SENT_KINDS[row.kind], "to": _to(act, row.chat_id) or row.destination,
        "stage": SENDING[row.stage], "is_bad": row.stage in ("failed", "unknown", "expired"),
        "at": row.sent_at or row.created_at,
    }  # fmt: skip


def _to(act: Act, chat_id: uuid.UUID | None) -> str:
    chat = chats.by_id(act.session, str(chat_id)) if chat_id else None
    if chat is None:
        return ""
    person = people.person(act.session, chat.person_id).name if chat.person_id else ""
    return person or chat.title or chat.account
