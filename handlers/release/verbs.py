"""发布: a signed text goes out, after one more question; and a person's word on a post that nobody is sure of."""

from collections.abc import Sequence

from config.language import lines, t
from handlers.act import Act
from handlers.conversation import Button
from handlers.drafting import showing
from handlers.drafting.manifest import release_url, short_hash
from handlers.errors import Refusal
from handlers.gates.blocking import blocks
from handlers.gates.papers import marks as paper_marks
from handlers.registry import pressed, said
from handlers.release import correcting_words, proving, words
from handlers.release.correcting import correct
from handlers.release.mass import mass, mass_now
from handlers.release.signed import POSTED, is_as_signed
from handlers.release.withdrawing import retract, retract_now
from storage import chat as chats
from storage import draft as drafts
from storage import release as releases
from storage.case import Case, StageRefused
from storage.draft import Draft
from storage.release import ChannelRelease, Release

__all__ = [
    "cancel", "correct", "issue", "issue_now", "mass", "mass_now", "post_again", "post_seen", "retract", "retract_now",
]  # fmt: skip


@said("issue", "发布", help=t("发布已签发的稿件:发布 12"))
def issue(act: Act, case: Case, _words: str) -> None:
    """Ask once more, naming what goes out, where, and that it cannot be unread."""
    newest = _ready(act, case)
    name = short_hash(newest.manifest_hash or "")
    buttons = [
        Button(words.CONFIRM, "issue_now", name, urgent=True),
        Button(words.CANCEL, "cancel", name),
    ]
    wrong = showing.corrected(act, newest)
    effect = correcting_words.effect(wrong) if wrong else None
    asked = words.ask(case, newest, _with_place(act, act.plan_for(case).release_channels), effect)
    act.reply(lines(*paper_marks(act, case, newest), asked), [buttons], case=case)


def _with_place(act: Act, channels: Sequence[str]) -> list[str]:
    """Leave out a channel without a chat on a platform that is on: nothing will stand there."""
    there = any(chat.platform in act.house.platforms for chat in chats.used_for(act.session, POSTED))
    return [name for name in channels if name != POSTED or there]


@pressed("issue_now", help=t("确认发布"))
def issue_now(act: Act, case: Case, manifest: str) -> None:
    """Check everything again and put the signed text on its way, website first (实施方案 三.2)."""
    _refuse_twice(act, case, manifest)
    newest = _ready(act, case)
    if short_hash(newest.manifest_hash or "") != manifest:
        raise Refusal(words.newer_text(case, newest.version))
    case.move("issue")
    channels = act.plan_for(case).release_channels
    release = _release(act, newest)
    rows = [ChannelRelease(release_id=release.id, channel=name, position=n) for n, name in enumerate(channels)]
    releases.save(act.session, *rows)
    proving.owe(act, release, channels[0])
    act.happened("issued", case)
    act.answer(words.issued(case, newest, channels), case=case)


@pressed("cancel", help=t("取消刚才的询问"))
def cancel(act: Act, case: Case, manifest: str) -> None:
    """Leave everything as it is; what is on its way already is not called back."""
    if _is_issued(act, case, manifest):
        raise Refusal(words.too_late_to_cancel(case))
    act.answer(words.cancelled())


@pressed("post_seen", help=t("确认频道里已经发出"))
def post_seen(act: Act, case: Case, round_: str) -> None:
    """Take a person's word that a post is out."""
    _settle(act, case, round_, by=act.somebody.name)
    act.answer(words.settled(case, seen=True), case=case)


@pressed("post_again", help=t("频道里没有,重新发出"))
def post_again(act: Act, case: Case, round_: str) -> None:
    """Take a person's word that a post is not out, and post again."""
    _settle(act, case, round_, by="")
    act.answer(words.settled(case, seen=False), case=case)


def _ready(act: Act, case: Case) -> Draft:
    """Return the newest text when it may go out; refuse with everything that stops it."""
    newest = drafts.newest(act.session, case.id)
    if newest is None or not case.allows("issue"):
        raise StageRefused(case.id, case.stage, "issue")
    reasons = [*blocks(act, case)]
    if not is_as_signed(newest, newest.manifest_hash):
        reasons.append(words.changed_since())
    if newest.manifest.get("url") != release_url(act.house.public_url, newest.public_id):
        reasons.append(words.other_address())
    signed_for = newest.manifest.get("channels", {})
    reasons += [words.no_form(name) for name in act.plan_for(case).release_channels if name not in signed_for]
    if reasons:
        raise Refusal(words.blocked(case, reasons))
    return newest


def _refuse_twice(act: Act, case: Case, manifest: str) -> None:
    """Refuse a second tap on the same question."""
    if _is_issued(act, case, manifest):
        raise Refusal(words.already_issued(case))


def _is_issued(act: Act, case: Case, manifest: str) -> bool:
    """Say whether the text with these first digits is on its way, or out."""
    issued = [release.manifest_hash for release in releases.of_case(act.session, case.id)]
    return any(short_hash(name) == manifest for name in issued)


def _release(act: Act, newest: Draft) -> Release:
    wrong = showing.corrected(act, newest)
    release = Release(
        case_id=newest.case_id,
        round=newest.round,
        public_id=newest.public_id,
        title=newest.title,
        text=newest.text,
        manifest=newest.manifest,
        manifest_hash=newest.manifest_hash or "",
        issued_by=act.somebody.id,
        issued_at=act.now,
        corrects_id=wrong.id if wrong else None,
    )
    releases.save(act.session, release)
    return release


def _settle(act: Act, case: Case, round_: str, *, by: str) -> None:
    """Mark unsure posts as seen by somebody, or (by nobody) as not made; then look again at once."""
    found = [release for release in releases.of_case(act.session, case.id) if str(release.round) == round_]
    unsure = [
        (release, row)
        for release in found
        for row in releases.channels(act.session, release.id)
        if row.stage == "failing" and proving.is_unsure(row.trouble)
    ]
    if not unsure:
        raise Refusal(words.nothing_unsure(case))
    for release, row in unsure:
        releases.note_posts(act.session, release.id, row.channel, proving.settled(row.proof.get("posts", {}), by))
        proving.try_at_once(act, release, row.channel)
    act.changed(case)
