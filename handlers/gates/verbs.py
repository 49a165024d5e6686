"""同意 · 退回 · 委托: what reviewers and the leader say of a text."""

import re
from typing import Final

from config.language import Said, t
from handlers.act import APPROVAL, Act
from handlers.drafting.finding import name_before_others, name_in_group
from handlers.drafting.versions import as_typed
from handlers.errors import Refusal
from handlers.gates import asking, follow, naming, review, rounds, several, signing, words
from handlers.gates.papers import paper, paper_confirm, paper_deny
from handlers.gates.review import SIGNATURE, Round, Verdict
from handlers.on_hand import on_hand
from handlers.registry import said
from handlers.words import stale_button
from storage import draft as drafts
from storage import person as people
from storage.case import Case, StageRefused
from storage.draft import Draft, GateStep
from storage.person import Person

__all__ = ["approve", "delegate", "follow", "paper", "paper_confirm", "paper_deny", "reject", "several"]

PRESSED: Final = re.compile(r"(?P<hash>[0-9a-f]{12})(?:\.(?P<position>\d+))?")
JUDGED_IN: Final = ("review", "signature", "issue")


@said("approve", "同意", "批准", help=t("审核通过或签发:同意 12"))
def approve(act: Act, case: Case, said_words: str) -> None:
    """Sign a gate or the release: for the text last shown to this person, and no other.

    It is answered under that text, also when a button was tapped: of a toast the signer keeps nothing.
    """
    newest = _under_review(act, case, "approve")
    round_ = rounds.load(act, case, newest)
    pressed = PRESSED.fullmatch(said_words) if act.tapped else None
    if act.tapped and pressed is None:
        raise Refusal(stale_button())
    gate = _gate_at(round_, pressed["position"]) if pressed else ""
    seen = drafts.shown_to(act.session, act.somebody.id, case.id)
    shown = seen.manifest_hash if seen else None
    verdict = review.may_sign(round_, act.somebody.id, shown, gate=gate, pressed=pressed["hash"] if pressed else "")
    if verdict.kind != "sign" or verdict.step is None:
        _refuse(act, case, newest, round_, verdict)
        return
    remark = "" if pressed else as_typed(said_words, act.incoming.text if act.incoming else "")
    _sign(act, case, newest, verdict.step.gate, remark)


@said("reject", "退回", "驳回", help=t("退回修改,要写原因:退回 12 原因"))
def reject(act: Act, case: Case, said_words: str) -> None:
    """Send a text back to its author, with a reason."""
    newest = _under_review(act, case, "return")
    round_, me = rounds.load(act, case, newest), act.somebody
    step = review.may_return(round_, me.id)
    if step is None:
        raise Refusal(_not_asked(act, case, newest))
    reason = as_typed(said_words, act.incoming.text if act.incoming else "").strip()
    if not reason:
        raise Refusal(words.reason_needed(case))
    told = words.returned(case, asking.gate_name(act, case, step.gate), me.name, reason)
    asking.withdraw(act, case, newest, words.withdrawn_by_return(case, told), but=me)
    rounds.keep(act, case, newest, review.returned(round_, step.gate))
    rounds.record(act, newest, step.gate, "returned", me.id, reason)
    case.move("return")
    act.happened("returned", case)
    _tell_returned(act, case, newest, told)


@said("delegate", "委托", help=t("把自己的关口转请他人审:委托 12 张伟"))
def delegate(act: Act, case: Case, said_words: str) -> None:
    """Pass an open gate on to somebody who may take it."""
    newest = _under_review(act, case, "delegate")
    round_, me = rounds.load(act, case, newest), act.somebody
    mine = round_.asked_of(me.id)
    if not mine:
        raise Refusal(_not_asked(act, case, newest))
    gate, taker = mine[0].gate, naming.called(act, said_words.strip(), words.delegate_form(case))
    why = _keeps_from(act, round_, gate, taker)
    if why:
        raise Refusal(words.cannot_take_over(why, taker.name))
    rounds.keep(act, case, newest, review.delegated(round_, gate, me.id, taker.id))
    row = rounds.row(act, case, newest, gate)
    row.delegated_from = me.id
    row.stands_for = {**row.stands_for, str(taker.id): str(me.id)}
    drafts.save(act.session, row)
    act.changed(case)
    asking.send(act, case, newest, row, taker, words.delegated_to_you(me.name))
    gate_name = asking.gate_name(act, case, gate)
    act.answer(words.delegated(case, gate_name, taker.name, name_in_group(act)), case=case)


def _under_review(act: Act, case: Case, action: str) -> Draft:
    newest = drafts.newest(act.session, case.id)
    if newest is None or case.stage not in JUDGED_IN:
        raise StageRefused(case.id, case.stage, action)
    return newest


def _gate_at(round_: Round, position: str | None) -> str:
    return next((step.gate for step in round_.steps if position and step.position == int(position)), "")


def _sign(act: Act, case: Case, newest: Draft, gate: str, remark: str) -> None:
    row, by = rounds.row(act, case, newest, gate), name_before_others(act)
    signing.sign(act, case, newest, gate, act.somebody, remark)
    if gate == SIGNATURE:
        act.reply(words.sign_done(case, newest.version, by), case=case)
    else:
        left = signing.left(act, case, newest)
        act.reply(words.signed(case, _name(act, case, row), newest.version, left, by), case=case)
    signing.go_on(act, case, newest, gate)


def _refuse(act: Act, case: Case, newest: Draft, round_: Round, verdict: Verdict) -> None:
    step = verdict.step
    if verdict.kind == "author":
        raise Refusal(words.own_text(case))
    if step is not None and verdict.kind == "already":
        raise Refusal(words.already(case, asking.gate_name(act, case, step.gate)))
    if step is not None and verdict.kind == "holds_another":
        raise Refusal(words.holds_another(case, asking.gate_name(act, case, step.gate)))
    if step is None or not round_.manifest:
        if _has_come(act, case, newest, round_):
            return
        raise Refusal(_not_asked(act, case, newest))
    _show_newest(act, case, newest, step.gate, verdict)


def _has_come(act: Act, case: Case, newest: Draft, round_: Round) -> bool:
    """Ask whoever speaks for a gate that nobody could be asked for, and that is theirs: they read the text first."""
    for row in drafts.steps(act.session, case.id, newest.round):
        if row.stage != "open" or row.asked_ids:
            continue
        person = asking.next_person(act, round_, row.gate)
        if person is not None and person.id == act.somebody.id:
            asking.ask(act, case, newest, row.gate, person)
            return True
    return False


def _show_newest(act: Act, case: Case, newest: Draft, gate: str, verdict: Verdict) -> None:
    """Refuse a signature for a text that was not before the signer's eyes, and put it there."""
    seen = drafts.shown_to(act.session, act.somebody.id, case.id)
    if verdict.kind == "unseen":
        refusal: Said = words.unseen(case, newest.version)
    else:
        refusal = words.older(case, seen.draft_version if seen else None, newest.version)
    act.note(refused=verdict.kind)
    if act.tapped and act.chat is not None and act.chat.use != "direct":
        act.answer(refusal)
    row = rounds.row(act, case, newest, gate)
    if not asking.send(act, case, newest, row, act.somebody, refusal, whole=True):
        raise Refusal(refusal)


def _not_asked(act: Act, case: Case, newest: Draft) -> Said:
    open_rows = [row for row in drafts.steps(act.session, case.id, newest.round) if row.stage == "open"]
    asked = [words.who_is_asked(_name(act, case, row), naming.asked(act.session, row)) for row in open_rows]
    return words.not_asked(case, asked)


def _tell_returned(act: Act, case: Case, newest: Draft, told: Said) -> None:
    author = people.person(act.session, newest.author_id)
    act.tell(author, words.returned_to_author(case, told), case=case, lane=APPROVAL)
    act.announce("staff", told, case=case, lane=APPROVAL)
    if act.tapped or act.chat is None or act.chat.use != "staff":
        act.answer(told, case=case)


def _keeps_from(act: Act, round_: Round, gate: str, taker: Person) -> str:
    """Say what keeps somebody from taking a gate over; empty when nothing does."""
    roles = ("leader", "duty_leader") if gate == SIGNATURE else ("reviewer",)
    if not taker.has(*roles):
        return "role"
    if not asking.can_review(act, on_hand(act), taker):
        return "away"
    return review.may_take_over(round_, gate, taker.id)


def _name(act: Act, case: Case, row: GateStep) -> Said:
    return asking.gate_name(act, case, row.gate)
