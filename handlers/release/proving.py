"""What a channel's proof, or its lack, means for the case: the next channel, the clocks, who is told.

A release is out with its first proof (the website's): the clocks of the case stop then. The case goes on to follow-up
when every channel has proved it, or as soon as a later channel fails: that one stays owed and on the card, and the next
release of the case does not wait for it. A release that was withdrawn is owed its withdrawal on every channel; what
comes out behind it is withdrawn again.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from config.language import Said
from handlers.act import ANSWER, STATUTORY, Act
from handlers.conversation import Button
from handlers.release import withdrawing_words, words
from handlers.release.signed import ON_REQUEST
from storage import case as cases
from storage import case_event, outbox
from storage import person as people
from storage import release as releases
from storage.case import Case
from storage.case_event import CaseEvent
from storage.database import Session
from storage.outbox import Outbox
from storage.release import ChannelRelease, Release

UNSURE: Final = "unsure"  # the reason that only a person can settle
CALLED_OFF: Final = ("withdrawn", "superseded")  # the reasons for which nothing goes out any more
_TOLD_AGAIN_FROM: Final = 8  # failures; then each time their number doubles


def release_id(payload: Mapping[str, Any]) -> uuid.UUID:
    """Read which release an owed row is about."""
    return uuid.UUID(payload["release"])


def addresses(session: Session, release: Release) -> dict[str, str]:
    """Return where a release can be read already, by channel."""
    rows = releases.channels(session, release.id)
    return {row.channel: row.proof["url"] for row in rows if row.stage == "proved" and row.proof.get("url")}


def owe(act: Act, release: Release, channel: str) -> None:
    """Owe a release on one channel."""
    _owe(act, "release", release, channel)


def owe_withdrawal(act: Act, release: Release, row: ChannelRelease) -> None:
    """Owe that a channel shows a release no more."""
    row.stage, row.trouble, row.attempts = "withdrawing", "", 0
    releases.save(act.session, row)
    _owe(act, "withdrawal", release, row.channel)


def _owe(act: Act, kind: str, release: Release, channel: str) -> None:
    row = Outbox(
        kind=kind,
        platform="channel",
        destination=f"channel:{channel}",
        case_id=release.case_id,
        lane=STATUTORY,
        payload={"release": str(release.id)},
        created_at=act.now,
        not_before=act.now,
    )
    outbox.put(act.session, row)


def proved(
    act: Act,
    release_id: uuid.UUID,
    channel: str,
    *,
    url: str,
    at: datetime,
    sha256: str,
    id: str,  # noqa: A002 - the field's word
) -> None:
    """Keep a channel's proof; owe the next channel, or let the case go on."""
    release, case = _release_and_case(act, release_id)
    row = releases.channel(act.session, release_id, channel)
    if row.stage == "proved":
        return
    if release.withdrawn_at is not None:
        act.changed(case)
        owe_withdrawal(act, release, row)
        return
    first = sha256 != "" and not is_out(releases.channels(act.session, release_id))
    row.stage, row.trouble, row.proved_at = "proved", "", at
    row.proof = {**row.proof, "url": url, "id": id, "at": at.isoformat(), "sha256": sha256}
    releases.save(act.session, row)
    act.changed(case)
    if first:
        _out(act, case, release, at)
    if channel in ON_REQUEST:
        _tell(act, case, words.sent_to_all(case, release), lane=ANSWER)
    else:
        _go_on(act, case, release)


def not_proved(act: Act, release_id: uuid.UUID, channel: str, why: str) -> None:
    """Note that a channel failed; it stays owed. People hear of it at first, then ever more rarely."""
    release, case = _release_and_case(act, release_id)
    row = releases.channel(act.session, release_id, channel)
    act.changed(case)
    if why in CALLED_OFF:
        _call_off(act, release, row, why)
        return
    if release.withdrawn_at is not None:
        return
    newly_unsure = is_unsure(why) and not is_unsure(row.trouble)
    waits_anew = words.waits(why) and not words.same_reason(why, row.trouble)
    row.stage, row.trouble, row.attempts = "failing", why, row.attempts + 1
    releases.save(act.session, row)
    if words.has_ended(why):
        _try_no_more(act, release, row)
    again = not words.waits(why) and worth_telling(row.attempts)
    if waits_anew or again or newly_unsure or words.has_ended(why):
        _tell_failure(act, case, release, row)
    if is_out(releases.channels(act.session, release_id)):
        _owe_next(act, release)
        _released(act, case, release)


def withdrawn(act: Act, release_id: uuid.UUID, channel: str) -> None:
    """Note that a channel shows a release no more; people hear of it when none does."""
    release, case = _release_and_case(act, release_id)
    row = releases.channel(act.session, release_id, channel)
    if row.stage == "withdrawn":
        return
    row.stage, row.trouble = "withdrawn", ""
    releases.save(act.session, row)
    act.note(withdrawn=release.public_id, channel=channel)
    act.changed(case)
    rows = releases.channels(act.session, release_id)
    if all(row.stage == "withdrawn" for row in rows):
        _tell(act, case, withdrawing_words.withdrawn(case, release, rows))


def not_withdrawn(act: Act, release_id: uuid.UUID, channel: str, why: str) -> None:
    """Note that a channel still shows what was withdrawn; it stays owed. People hear of it ever more rarely."""
    release, case = _release_and_case(act, release_id)
    row = releases.channel(act.session, release_id, channel)
    row.trouble, row.attempts = why, row.attempts + 1
    releases.save(act.session, row)
    act.changed(case)
    if worth_telling(row.attempts):
        _tell(act, case, withdrawing_words.not_withdrawn(case, release, row))


def is_out(rows: Sequence[ChannelRelease]) -> bool:
    """Say whether the public can read a release anywhere."""
    return any(row.stage == "proved" and row.proof.get("sha256") for row in rows)


def may_have_been_read(release: Release, rows: Sequence[ChannelRelease]) -> bool:
    """Say whether the public saw anything of a release: its page, or a post, also one that nobody is sure of."""
    return release.visible_at is not None or any(row.proof.get("posts") for row in rows)


def is_replaced(row: ChannelRelease) -> bool:
    """Say whether the posts of a release in a channel show its correction, or nothing, by now."""
    return row.stage == "proved" and row.proof.get("posts") == {}


def is_unsure(why: str) -> bool:
    """Say whether nobody knows if the post went out, so that a person must look."""
    return why.partition(":")[0] == UNSURE


def settled(posts: Mapping[str, str], by: str) -> dict[str, str]:
    """Return a channel's posts after a person looked: unsure ones seen by somebody, or (by nobody) not made at all."""
    seen = {chat: message_id or (by and f"seen:{by}") for chat, message_id in posts.items()}
    return {chat: message_id for chat, message_id in seen.items() if message_id}


def worth_telling(failures: int) -> bool:
    """Say whether people hear of this failure: the first, the 8th, the 16th, the 32nd …"""
    return failures == 1 or (failures >= _TOLD_AGAIN_FROM and failures & (failures - 1) == 0)


def _call_off(act: Act, release: Release, row: ChannelRelease, why: str) -> None:
    """Try no more what must not go out: it was withdrawn, or its correction goes out in its place."""
    _try_no_more(act, release, row)
    if release.withdrawn_at is None:
        row.stage, row.trouble = "withdrawn", why
        releases.save(act.session, row)


def _try_no_more(act: Act, release: Release, row: ChannelRelease) -> None:
    for owed in outbox.on_channels(act.session, release.case_id):
        if is_about(owed, release, row.channel) and owed.stage == "pending":
            owed.stage = "expired"
            outbox.save(act.session, owed)


def _release_and_case(act: Act, release_id: uuid.UUID) -> tuple[Release, Case]:
    release = releases.load(act.session, release_id)
    return release, cases.load(act.session, release.case_id)


def _out(act: Act, case: Case, release: Release, at: datetime) -> None:
    event = CaseEvent(case_id=case.id, event="release_out", at=at, by=release.issued_by, note=release.public_id)
    case_event.record(act.session, event)
    act.happened("event", case)


def _go_on(act: Act, case: Case, release: Release) -> None:
    rows = [row for row in releases.channels(act.session, release.id) if row.channel not in ON_REQUEST]
    if any(row.stage != "proved" for row in rows):
        _owe_next(act, release)
        return
    _tell(act, case, words.released(case, release, rows), lane=ANSWER)
    _released(act, case, release)


def _owe_next(act: Act, release: Release) -> None:
    """Owe the next channel that has not had its turn."""
    owed = {row.destination for row in outbox.on_channels(act.session, release.case_id) if is_about(row, release)}
    waiting = [row.channel for row in releases.channels(act.session, release.id) if row.stage == "waiting"]
    following = next((channel for channel in waiting if f"channel:{channel}" not in owed), None)
    if following is not None:
        owe(act, release, following)


def is_about(row: Outbox, release: Release, channel: str = "") -> bool:
    """Say whether something owed is this release (on one channel)."""
    there = not channel or row.destination == f"channel:{channel}"
    return there and row.kind == "release" and row.payload.get("release") == str(release.id)


def try_at_once(act: Act, release: Release, channel: str) -> None:
    """Let what is owed of a release on a channel, also its withdrawal, be tried now."""
    for row in outbox.on_channels(act.session, release.case_id):
        ours = row.destination == f"channel:{channel}" and row.payload.get("release") == str(release.id)
        if ours and row.stage == "pending":
            row.not_before = act.now
            outbox.save(act.session, row)


def _released(act: Act, case: Case, release: Release) -> None:
    """Let the case go on to follow-up, once, and only with its newest release."""
    newest = releases.of_case(act.session, case.id)[-1]
    if case.allows("released") and newest.id == release.id:
        case.move("released")
        act.happened("released", case)


def _tell_failure(act: Act, case: Case, release: Release, row: ChannelRelease) -> None:
    answers = ((words.SEEN, "post_seen"), (words.AGAIN, "post_again"))
    buttons = [Button(label, verb, str(release.round)) for label, verb in answers]
    _tell(act, case, words.failing(case, release, row), [buttons] if is_unsure(row.trouble) else [])


def _tell(act: Act, case: Case, text: Said, buttons: Sequence[Sequence[Button]] = (), *, lane: int = STATUTORY) -> None:
    if case.spokesperson_id is not None:
        act.tell(people.person(act.session, case.spokesperson_id), text, buttons, case=case, lane=lane)
    act.announce("staff", text, buttons, case=case, lane=lane)
