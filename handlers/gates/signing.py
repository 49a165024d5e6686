"""A signature that counts: kept and put on record, the others who were asked told, and on to what follows."""

from config.language import Said
from handlers.act import APPROVAL, Act
from handlers.conversation import Button
from handlers.gates import asking, follow, naming, review, rounds, words
from handlers.gates.blocking import blocks
from handlers.gates.review import SIGNATURE
from storage import draft as drafts
from storage.case import Case
from storage.draft import Draft
from storage.person import Person


def sign(
    act: Act, case: Case, newest: Draft, gate: str, signer: Person, remark: str = "", done: str = "signed"
) -> None:
    """Sign a gate, or the release, for the text under review; done: how it was given, for the record."""
    row = rounds.row(act, case, newest, gate)
    others = [person for person in asking.asked_people(act, row) if person.id != signer.id]
    rounds.keep(act, case, newest, review.signed(rounds.load(act, case, newest), gate, signer.id))
    rounds.record(act, newest, gate, done, signer.id, remark)
    asking.clear_timers(act, row)
    act.changed(case)
    told = words.signed_by_other(case, asking.gate_name(act, case, gate), signer.name)
    for person in others:
        act.tell(person, told, case=case)


def left(act: Act, case: Case, newest: Draft) -> list[Said]:
    """Name what is still to be signed."""
    rows = drafts.steps(act.session, case.id, newest.round)
    return [asking.gate_name(act, case, row.gate) for row in rows if row.stage != "signed"]


def go_on(act: Act, case: Case, newest: Draft, gate: str) -> None:
    """Ask for what comes next; after the final signature let the author issue it, and say what still blocks it."""
    if gate != SIGNATURE:
        asking.proceed(act, case, newest)
        return
    case.move("sign")
    act.happened("signed", case)
    reasons = blocks(act, case)
    signer = naming.signer(act.session, rounds.row(act, case, newest, gate))
    if reasons:
        told: Said = words.signed_but_blocked(case, newest.version, signer, reasons)
    else:
        told = words.ready(case, newest.version, signer)
    buttons = [] if reasons else [[Button(words.ISSUE, "issue")]]
    for person in follow.issuers(act, case, newest):
        act.tell(person, told, buttons, case=case, lane=APPROVAL)
