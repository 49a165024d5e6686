"""代录签批: a signature given on paper is recorded with a photo, and whoever gave it confirms or denies it (R7)."""

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from config.language import Said, joined, lines, t
from handlers import awaiting, find, night
from handlers.act import APPROVAL, Act
from handlers.conversation import Button, File
from handlers.drafting import showing
from handlers.drafting import words as drafting_words
from handlers.drafting.finding import typed
from handlers.drafting.manifest import short_hash
from handlers.drafting.versions import as_typed
from handlers.errors import Refusal
from handlers.gates import asking, naming, paper_settling, review, reviewers, rounds, signing
from handlers.gates import paper_words as words
from handlers.intake import merging
from handlers.intake.files import refusal
from handlers.registry import due, pressed, said
from handlers.words import roles
from storage import case as cases
from storage import draft as drafts
from storage import paper as papers
from storage import person as people
from storage import report as reports
from storage.case import Case, StageRefused
from storage.draft import Draft
from storage.paper import PaperSignature
from storage.person import Person
from storage.report import Report
from storage.timer import Timer

VERSION: Final = re.compile(r"v(?P<n>\d{1,4})|第(?P<nth>\d{1,4})稿|(?P<hash>(?=.*\d)[0-9a-f]{6,64})", re.IGNORECASE)
LONGEST_REASON: Final = 200  # characters


@dataclass(frozen=True)
class Claim:
    """What is said of a paper: which gate was signed, by whom, and which version it shows (empty: not said)."""

    gate: str
    name: str
    version: str


@said("paper", "代录签批", "代录", help=t("代录纸面签批,须附照片:代录签批 12 签发 李局长 v2"))
def paper(act: Act, case: Case, said_words: str) -> None:
    """Record that somebody signed the printed text, for the version under review and no other."""
    _record(act, case, said_words, act.incoming.files if act.incoming is not None and not act.tapped else ())


def _record(act: Act, case: Case, said_words: str, files: Sequence[File]) -> bool:
    """Record a signature with its photos; 1:1 the words wait for them. Say whether it is on record."""
    newest, rules = _under_review(act, case), act.plan_for(case).review.paper_signatures
    if not rules.gates:
        raise Refusal(words.not_allowed())
    if not act.somebody.has(*rules.recorders):
        raise Refusal(words.not_your_part(roles(rules.recorders)))
    claim = _claim(act, case, newest, said_words)
    signer = naming.called(act, claim.name, words.form(case))
    _refuse_unfit(act, case, newest, claim, signer)
    _refuse_other_version(act, case, newest, claim.version)
    if not files and act.chat is not None and act.chat.use == "direct":
        _wait_for_photo(act, case, newest, claim, said_words)
        return False
    row = _keep(act, case, newest, claim, signer, _photos(act, case, files))
    signing.sign(act, case, newest, claim.gate, signer, act.somebody.name, "paper")
    gate, name = asking.gate_name(act, case, claim.gate), short_hash(row.manifest_hash)
    act.reply(words.recorded(case, newest.version, gate, signer.name, name, row.due_at), case=case)
    if not _ask(act, case, newest, row, signer):
        act.reply(words.out_of_reach(signer.name), case=case)
    paper_settling.set_timers(act, case, row)
    signing.go_on(act, case, newest, claim.gate)
    awaiting.no_longer(act)
    return True


def _wait_for_photo(act: Act, case: Case, newest: Draft, claim: Claim, said_words: str) -> None:
    """Ask for the photo, for the version of now: what is shown meanwhile is not what was signed."""
    stated = said_words if claim.version else f"{said_words} v{newest.version}"
    awaiting.wait_here(act, case, stated)
    just = _just_sent(act)
    taken = [[Button(words.use_photo(find.look(act, just.case_id)), "paper_photo", str(just.id))]] if just else []
    minutes = int(awaiting.WAITS.total_seconds() // 60)
    act.reply(words.photo_awaited(minutes), taken, case=case)


def _just_sent(act: Act) -> Report | None:
    """Return the picture that the recorder has just sent here without a word, which opened a slip of its own."""
    if act.chat is None:
        return None
    report = reports.bare_picture(act.session, act.chat.id, act.somebody.id, act.now - awaiting.WAITS)
    if report is None or not all(map(awaiting.is_picture, _files_of(act, report))):
        return None
    slip = find.look(act, report.case_id)
    return report if slip.stage == "confirmation" and slip.reports == 1 else None


def _files_of(act: Act, report: Report) -> list[File]:
    rows = [row for row in reports.files(act.session, report.id) if row.stage != "refused"]
    return [
        File(sha256=row.sha256, source=row.source, size=row.size, name=row.name, media_type=row.media_type)
        for row in rows
    ]


@pressed("paper_photo", help=t("用刚才单独发来的照片作签字页"))
def paper_photo(act: Act, case: Case, report_id: str) -> None:
    """Record with the picture that came before its words; the slip it had opened goes with the case."""
    waiting, just = awaiting.here(act), _just_sent(act)
    if waiting is None or waiting.payload["about"] != str(case.id) or just is None or str(just.id) != report_id:
        raise Refusal(words.photo_gone(case))
    slip = reports.case_to_change(act.session, just)
    if _record(act, case, str(waiting.payload["said"]), _files_of(act, just)) and case.is_open:
        merging.merge(act, slip, case)


@due(awaiting.KIND)
def photo_never_came(act: Act, waited: Timer) -> None:
    """Tell the recorder that nothing was recorded."""
    case = cases.find(act.session, uuid.UUID(waited.payload["about"]))
    person = people.by_account(act.session, *_account(waited))
    if case is not None and person is not None:
        act.tell(person, words.photo_never_came(case, str(waited.payload["words"])), case=case)


def _account(waited: Timer) -> tuple[str, str]:
    platform, _, rest = waited.subject.partition(":")
    return platform, rest.rpartition(":")[2]


@said("paper_confirm", "确认代录", help=t("确认代录的签批是本人所签:确认代录 12"))
def paper_confirm(act: Act, case: Case, said_words: str) -> None:
    """Confirm that one signed the paper."""
    row = _mine(act, case, said_words)
    paper_settling.answer(act, row, "confirmed")
    told = words.confirmed(case, asking.gate_name(act, case, row.gate), act.somebody.name)
    act.changed(case)
    act.reply(told, case=case)
    act.tell(people.person(act.session, row.recorder_id), told, case=case)
    if row.due_at <= act.now:
        act.happened("checked", case)  # it kept the text from going out


@said("paper_deny", "否认代录", help=t("否认代录的签批,签批立即作废:否认代录 12 原因"))
def paper_deny(act: Act, case: Case, said_words: str) -> None:
    """Deny that one signed the paper: the signature falls, or, when the text is out, everybody hears it."""
    row = _mine(act, case, said_words)
    reason = "" if act.tapped else as_typed(said_words, typed(act)).strip()[:LONGEST_REASON]
    told = paper_settling.deny(act, case, row, reason)
    act.reply(told, case=case)


def marks(act: Act, case: Case, newest: Draft) -> Iterator[Said]:
    """Mark the signatures on paper that a text rests on and that nobody has confirmed."""
    for step in drafts.steps(act.session, case.id, newest.round):
        if naming.open_mark(act.session, step) is not None:
            yield words.mark(asking.gate_name(act, case, step.gate), naming.signer(act.session, step))


def _under_review(act: Act, case: Case) -> Draft:
    newest = drafts.newest(act.session, case.id)
    if newest is None or case.stage not in ("review", "signature"):
        raise StageRefused(case.id, case.stage, "paper")
    return newest


def _claim(act: Act, case: Case, newest: Draft, said_words: str) -> Claim:
    parts = said_words.split()
    version = next((part for part in parts if VERSION.fullmatch(part)), "")
    rest = [part for part in parts if part != version]
    plan, first = act.plan_for(case), rest[0].lower() if rest else ""
    allowed = plan.review.paper_signatures.gates
    gate = next((key for key in _keys(act, case, newest) if first in naming.called_also(plan, key)), "")
    name = rest[1] if gate and len(rest) > 1 else "" if gate or not rest else rest[0]
    if not name or len(rest) > (2 if gate else 1):
        raise Refusal(words.form(case))
    if not gate and len(allowed) == 1:
        gate = allowed[0]
    if not gate:
        raise Refusal(words.form(case))
    if gate not in allowed:
        named = [asking.gate_name(act, case, key) for key in allowed]
        raise Refusal(words.gate_not_allowed(asking.gate_name(act, case, gate), named))
    return Claim(gate, name, version)


def _keys(act: Act, case: Case, newest: Draft) -> list[str]:
    return [row.gate for row in drafts.steps(act.session, case.id, newest.round)]


def _refuse_unfit(act: Act, case: Case, newest: Draft, claim: Claim, signer: Person) -> None:
    row, gate = rounds.row(act, case, newest, claim.gate), asking.gate_name(act, case, claim.gate)
    round_ = rounds.load(act, case, newest)
    why = review.may_sign_on_paper(round_, claim.gate, signer.id, act.somebody.id)
    if why:
        raise Refusal(words.cannot(why, signer.name, gate))
    has_right = act.house.rights.may(frozenset(signer.roles), "approve", "direct")
    if not has_right or not (str(signer.id) in row.asked_ids or reviewers.holds(claim.gate, signer)):
        raise Refusal(words.not_their_gate(signer.name, gate))


def _refuse_other_version(act: Act, case: Case, newest: Draft, stated: str) -> None:
    """Refuse what was printed before the text was changed; unsaid, it is what the recorder was shown last."""
    if not stated:
        seen = drafts.shown_to(act.session, act.somebody.id, case.id)
        if seen is None or seen.manifest_hash != newest.manifest_hash:
            raise Refusal(words.which_version(case, newest.version, short_hash(newest.manifest_hash or "")))
        return
    printed = _version(drafts.versions(act.session, case.id, newest.round), stated)
    if printed is None:
        raise Refusal(words.no_such_version(case, stated, newest.version))
    if printed.version != newest.version:
        difference = drafting_words.difference(showing.changes(printed, newest))
        act.note(refused="older text on paper", printed=printed.version, under_review=newest.version)
        raise Refusal(words.older(case, printed.version, newest.version, difference))


def _version(versions: Sequence[Draft], stated: str) -> Draft | None:
    found = VERSION.fullmatch(stated)
    if found is None:
        return None
    number, name = found["n"] or found["nth"], (found["hash"] or "").lower()
    for version in versions:
        if version.version == int(number) if number else (version.manifest_hash or "").startswith(name):
            return version
    return None


def _photos(act: Act, case: Case, files: Sequence[File]) -> list[str]:
    """Return the files that show the paper; refuse when there is none, or one that cannot be kept."""
    if not files:
        raise Refusal(words.photo_needed(words.form(case)))
    for file in files:
        if not awaiting.is_picture(file) or (not file.sha256 and refusal(file, act.house.file_limit)):
            raise Refusal(words.photo_not_taken(file.name))
    return [file.sha256 or file.source for file in files]


def _keep(act: Act, case: Case, newest: Draft, claim: Claim, signer: Person, photos: list[str]) -> PaperSignature:
    plan = act.plan_for(case)
    within = timedelta(minutes=plan.review.paper_signatures.confirm_within_minutes)
    row = PaperSignature(
        case_id=case.id,
        round=newest.round,
        gate=claim.gate,
        signer_id=signer.id,
        recorder_id=act.somebody.id,
        draft_version=newest.version,
        manifest_hash=newest.manifest_hash or "",
        photos=photos,
        recorded_at=act.now,
        due_at=night.answer_by(act.session, plan, case, act.now, within),
    )
    papers.save(act.session, row)
    return row


def _ask(act: Act, case: Case, newest: Draft, row: PaperSignature, signer: Person) -> bool:
    gate = asking.gate_name(act, case, row.gate)
    text = lines(
        words.ask(case, row.draft_version, gate, act.somebody.name, row.due_at),
        showing.body(newest),
        words.how_to_answer(case),
    )
    return act.tell(signer, text, [paper_settling.buttons(row)], case=case, lane=APPROVAL)


def _mine(act: Act, case: Case, argument: str) -> PaperSignature:
    """Return the signature that somebody is asked about; refuse everybody else."""
    found = papers.of_case(act.session, case.id)
    if act.tapped:
        found = [row for row in found if str(row.id) == argument]
    mine = [row for row in found if row.signer_id == act.somebody.id]
    if not mine and found:
        raise Refusal(words.not_yours(joined([people.person(act.session, row.signer_id).name for row in found[-1:]])))
    if not mine:
        raise Refusal(words.nothing_to_answer(case))
    row = papers.load(act.session, mine[-1].id)
    if row.stage in ("confirmed", "denied") or (row.stage == "void" and not act.tapped):
        raise Refusal(words.answered_already(case, naming.MARKS[row.stage]))
    return row
