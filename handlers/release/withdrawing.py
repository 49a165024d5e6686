"""撤回: a release is taken back on every channel, on one decision that is asked once more and cannot be undone.

A correction that the public may have read takes along what it put right: that is known to be wrong, and would stand
there as if it held again.
"""

from collections.abc import Sequence
from typing import Final

from config.language import t
from handlers.act import STATUTORY, Act
from handlers.conversation import Button
from handlers.drafting.finding import typed
from handlers.drafting.manifest import canonical_copy
from handlers.drafting.versions import as_typed
from handlers.errors import Refusal
from handlers.registry import pressed, said
from handlers.release import proving, withdrawal
from handlers.release import withdrawing_words as words
from storage import outbox
from storage import person as people
from storage import release as releases
from storage.case import Case, StageRefused
from storage.outbox import Outbox
from storage.release import ChannelRelease, Release

LONGEST_REASON: Final = 200  # characters
CANCELS: Final = "no."


@said("retract", "撤回", help=t("撤回已发布的通报,要写原因:撤回 12 原因"))
def retract(act: Act, case: Case, said_words: str) -> None:
    """Ask once more, naming what the public loses, where, and the words it gets instead."""
    release = _standing(act, case)
    why = _reason(act, said_words)
    if not why:
        raise Refusal(words.form(case, release))
    if len(why) > LONGEST_REASON:
        raise Refusal(words.reason_too_long(len(why), LONGEST_REASON))
    buttons = [
        Button(words.CONFIRM, "retract_now", f"{release.public_id} {why}", urgent=True),
        Button(words.CANCEL, "retract_now", f"{CANCELS}{release.public_id}"),
    ]
    along = _along(act, release)
    others = _others(act, [release, *along])
    rows = releases.channels(act.session, release.id)
    act.reply(words.ask(case, release, rows, along, others, why), [buttons], case=case)


@pressed("retract_now", help=t("确认撤回"))
def retract_now(act: Act, case: Case, argument: str) -> None:
    """Withdraw the release that was asked about; each channel is owed its withdrawal, all at once."""
    public_id, _, why = argument.removeprefix(CANCELS).partition(" ")
    release = next((one for one in releases.of_case(act.session, case.id) if one.public_id == public_id), None)
    if release is None or release.withdrawn_at is not None:
        raise Refusal(words.withdrawn_already(case, release))
    if argument.startswith(CANCELS):
        act.answer(words.kept(case, release))
        return
    if release.id != _standing(act, case).id:
        raise Refusal(words.newer_out(case))
    along = _along(act, releases.locked(act.session, release.id))
    _withdraw(act, case, release, along, why)
    act.answer(words.withdrawing(case, release), case=case)
    _tell_spokesperson(act, case, release, along, why)


def _standing(act: Act, case: Case) -> Release:
    """Return the newest release that was not withdrawn; refuse when there is none, or the case has ended."""
    issued = releases.of_case(act.session, case.id)
    if not issued:
        raise Refusal(words.nothing_issued(case))
    if case.stage == "closed":
        raise Refusal(words.reopen_first(case))
    if not case.is_open:
        raise StageRefused(case.id, case.stage, "retract")
    found = [release for release in issued if release.withdrawn_at is None]
    if not found:
        raise Refusal(words.withdrawn_already(case, issued[-1]))
    return found[-1]


def _along(act: Act, release: Release) -> list[Release]:
    """List what a release put right before the public's eyes: withdrawn with it, since nothing says any more so."""
    if not proving.may_have_been_read(release, releases.channels(act.session, release.id)):
        return []
    return [wrong for wrong in releases.corrected(act.session, release) if wrong.withdrawn_at is None]


def _others(act: Act, taken: Sequence[Release]) -> list[Release]:
    """List the other releases of the case that the public can still read."""
    found = releases.of_case(act.session, taken[0].case_id)
    standing = [one for one in found if one.withdrawn_at is None and one.visible_at is not None]
    return [one for one in standing if one.id not in {each.id for each in taken}]


def _reason(act: Act, said_words: str) -> str:
    if act.tapped:
        return ""
    return " ".join(canonical_copy(as_typed(said_words, typed(act))).split())


def _withdraw(act: Act, case: Case, release: Release, along: Sequence[Release], why: str) -> None:
    at = act.now.astimezone(act.house.zone)
    _take_back(act, release, withdrawal.notice(why, at))
    for wrong in along:
        _take_back(act, wrong, withdrawal.corrected_notice(why, at))
    if case.allows("retract"):
        case.move("retract")
    act.happened("withdrawn", case)


def _take_back(act: Act, release: Release, notice: str) -> None:
    release.withdrawn_at, release.withdrawn_by, release.withdrawn_why = act.now, act.somebody.id, notice
    releases.save(act.session, release)
    for row in releases.channels(act.session, release.id):
        _call_off(act, release, row)
        proving.owe_withdrawal(act, release, row)


def _call_off(act: Act, release: Release, row: ChannelRelease) -> None:
    """Let nothing of the release go out any more; what is being sent now is withdrawn after it came out."""
    for owed in outbox.on_channels(act.session, release.case_id):
        if proving.is_about(owed, release, row.channel) and owed.stage == "pending":
            _expire(act, owed)


def _expire(act: Act, owed: Outbox) -> None:
    owed.stage, owed.trouble = "expired", "withdrawn"
    outbox.save(act.session, owed)


def _tell_spokesperson(act: Act, case: Case, release: Release, along: Sequence[Release], why: str) -> None:
    if case.spokesperson_id is not None and case.spokesperson_id != act.somebody.id:
        told = words.withdrawn_by(case, release, along, act.somebody.name, why)
        act.tell(people.person(act.session, case.spokesperson_id), told, case=case, lane=STATUTORY)
