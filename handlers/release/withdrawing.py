"""撤回: a release is taken back on every channel, on one decision that is asked once more and cannot be undone."""

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
    asked = words.ask(case, release, releases.channels(act.session, release.id), _others(act, release), why)
    act.reply(asked, [buttons], case=case)


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
    _withdraw(act, case, release, why)
    act.answer(words.withdrawing(case, release), case=case)
    _tell_spokesperson(act, case, release, why)


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


def _others(act: Act, release: Release) -> list[Release]:
    """List the other releases of the case that the public can still read."""
    found = releases.of_case(act.session, release.case_id)
    return [one for one in found if one.id != release.id and one.withdrawn_at is None and one.visible_at is not None]


def _reason(act: Act, said_words: str) -> str:
    if act.tapped:
        return ""
    return " ".join(canonical_copy(as_typed(said_words, typed(act))).split())


def _withdraw(act: Act, case: Case, release: Release, why: str) -> None:
    release.withdrawn_at, release.withdrawn_by = act.now, act.somebody.id
    release.withdrawn_why = withdrawal.notice(why, act.now.astimezone(act.house.zone))
    releases.save(act.session, release)
    for row in releases.channels(act.session, release.id):
        _call_off(act, release, row)
        proving.owe_withdrawal(act, release, row)
    if case.allows("retract"):
        case.move("retract")
    act.happened("withdrawn", case)


def _call_off(act: Act, release: Release, row: ChannelRelease) -> None:
    """Let nothing of the release go out any more; what is being sent now is withdrawn after it came out."""
    for owed in outbox.of_case(act.session, release.case_id):
        if proving.is_about(owed, release, row.channel) and owed.stage == "pending":
            _expire(act, owed)


def _expire(act: Act, owed: Outbox) -> None:
    owed.stage, owed.trouble = "expired", "withdrawn"
    outbox.save(act.session, owed)


def _tell_spokesperson(act: Act, case: Case, release: Release, why: str) -> None:
    if case.spokesperson_id is not None and case.spokesperson_id != act.somebody.id:
        told = words.withdrawn_by(case, release, act.somebody.name, why)
        act.tell(people.person(act.session, case.spokesperson_id), told, case=case, lane=STATUTORY)
