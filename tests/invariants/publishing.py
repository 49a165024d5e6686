"""Invariants 3 and 4: nothing is out that was not signed by every gate and the signature, each by another person."""

import hashlib
import uuid
from collections.abc import Iterator, Sequence

from sqlmodel import Session, col, select

from config.plan import Plan
from config.plan_file import plan_from_text
from handlers.release.signed import is_as_signed
from handlers.release.withdrawal import notice_post
from storage import plan as plans
from storage.case import Case
from storage.chat import Chat
from storage.draft import Draft, Signature
from storage.person import Person
from storage.release import ChannelRelease, Release
from tests.invariants.received import Received

SIGNATURE = "signature"
GIVEN = ("signed", "carried", "paper")
FOR_THE_PUBLIC = "release_channel"
PLANS: dict[str, Plan] = {}  # by hash, which names all that is in it


def unsigned(session: Session, calls: Sequence[Received]) -> Iterator[str]:
    """Yield releases that were not signed as the plan wants it, and what stood in public without being one."""
    releases = session.exec(select(Release)).all()
    for release in releases:
        case = session.get_one(Case, release.case_id)
        yield from _release(session, release, _plan(session, case.plan_hash))
    yield from _channels(session, {release.id: release for release in releases})
    yield from _posts(session, releases, calls)


def _plan(session: Session, name: str) -> Plan:
    if name not in PLANS:
        PLANS[name] = plan_from_text(plans.texts(session, name))
    return PLANS[name]


def _release(session: Session, release: Release, plan: Plan) -> Iterator[str]:
    name = f"the release {release.public_id}"
    if not is_as_signed(release, release.manifest_hash):
        yield f"3: {name} is not the text of its manifest"
    of_round = (Signature.case_id == release.case_id, Signature.round == release.round)
    given = session.exec(select(Signature).where(*of_round).order_by(col(Signature.at), col(Signature.id)))
    last: dict[str, Signature] = {one.gate: one for one in given if one.at <= release.issued_at}
    valid = {gate: one for gate, one in last.items() if _counts(one, release.manifest_hash)}
    for gate in (*(gate.key for gate in plan.review.gates), SIGNATURE):
        if gate not in valid:
            yield f"3: {name} went out without {gate}"
    signers = [signer for one in valid.values() for signer in {one.by, one.acting_for or one.by}]
    if plan.review.one_gate_per_person and len(set(signers)) != len(signers):
        yield f"4: somebody holds two gates of {name}"
    yield from _people(session, release, name, valid)


def _counts(given: Signature, manifest: str) -> bool:
    return given.act in GIVEN and given.manifest_hash == manifest


def _people(session: Session, release: Release, name: str, valid: dict[str, Signature]) -> Iterator[str]:
    of_round = (Draft.case_id == release.case_id, Draft.round == release.round)
    authors = set(session.exec(select(Draft.author_id).where(*of_round)))
    for gate, one in valid.items():
        signer = session.get_one(Person, one.by)
        if one.by in authors:
            yield f"4: {signer.name} wrote {name} and signed {gate}"
        if not signer.has(*(("leader", "duty_leader") if gate == SIGNATURE else ("reviewer",))) and not one.acting_for:
            yield f"4: {signer.name} signed {gate} of {name} without the right to"


def _channels(session: Session, releases: dict[uuid.UUID, Release]) -> Iterator[str]:
    for row in session.exec(select(ChannelRelease)):
        signed = releases[row.release_id].manifest.get("channels", {}).get(row.channel, {}).get("sha256")
        shown = row.proof.get("sha256")
        if row.stage == "proved" and shown and shown != signed:
            yield f"3: {row.channel} shows other bytes of {releases[row.release_id].public_id} than were signed"


def _posts(session: Session, releases: Sequence[Release], calls: Sequence[Received]) -> Iterator[str]:
    public = {
        f"{chat.platform}:{account}"
        for chat in session.exec(select(Chat).where(Chat.use == FOR_THE_PUBLIC))
        for account in (chat.account, *chat.former_accounts)
    }
    may_stand = {release.manifest["channels"][FOR_THE_PUBLIC]["sha256"] for release in releases}
    may_stand |= {_sha256(notice_post(release)) for release in releases if release.withdrawn_at is not None}
    for call in calls:
        says = call.destination in public and call.deed in ("send", "edit")
        if says and call.landed and _sha256(call.text) not in may_stand:
            yield f"3: {call.destination} was shown words nobody signed, at {call.at}: {call.text[:40]!r}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
