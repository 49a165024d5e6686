"""群发: a release that is out is sent to all followers of the official account, where somebody asks for it.

It is counted, and may wait for half an hour until an administrator of the account agrees: no limit hangs on it.
"""

from datetime import datetime, timedelta
from typing import Final

from config.language import t
from handlers.act import Act
from handlers.conversation import Button
from handlers.errors import Refusal
from handlers.registry import pressed, said
from handlers.release import mass_words as words
from handlers.release import proving
from handlers.release.words import has_ended
from storage import case_event
from storage import clock as clocks
from storage import release as releases
from storage.case import Case
from storage.case_event import CaseEvent
from storage.release import ChannelRelease, Release

CHANNEL: Final = "wechat_mass"
SIGNED_AS: Final = "wechat_account"  # the words are those that were signed for the account
AGREES_WITHIN: Final = timedelta(minutes=30)  # the platform's rule, see bot/channels/wechat_mass.py
EVENT: Final = "mass_asked"
CANCELS: Final = "no."


@said("mass", "群发", help=t("把已发布的通报群发给公众号关注者:群发 12"))
def mass(act: Act, case: Case, _words: str) -> None:
    """Ask once more, with the quota and what it costs of the limits."""
    release = _ready(act, case)
    buttons = [
        Button(words.CONFIRM, "mass_now", release.public_id, urgent=True),
        Button(words.CANCEL, "mass_now", f"{CANCELS}{release.public_id}"),
    ]
    running = [clock for clock in clocks.of_case(act.session, case.id) if clock.outcome == "running"]
    asked = words.ask(case, release, _quota(act), act.now + AGREES_WITHIN, running, act.plan_for(case))
    act.reply(asked, [buttons], case=case)


@pressed("mass_now", help=t("确认群发"))
def mass_now(act: Act, case: Case, argument: str) -> None:
    """Check everything again and put it on its way."""
    if argument.startswith(CANCELS):
        act.answer(words.kept(case))
        return
    release = _ready(act, case)
    if release.public_id != argument:
        raise Refusal(words.nothing_out(case))
    row = _row(act, release) or ChannelRelease(
        release_id=release.id, channel=CHANNEL, position=len(releases.channels(act.session, release.id))
    )
    row.stage, row.trouble, row.attempts = "waiting", "", 0
    releases.save(act.session, row)
    asked = CaseEvent(case_id=case.id, event=EVENT, at=act.now, by=act.somebody.id, note=release.public_id)
    case_event.record(act.session, asked)
    proving.owe(act, release, CHANNEL)
    act.changed(case)
    act.answer(words.asked(case, act.now + AGREES_WITHIN), case=case)


def _ready(act: Act, case: Case) -> Release:
    """Return the newest release when it may be sent to all; else refuse."""
    if act.house.mass_limit is None:
        raise Refusal(words.no_account())
    standing = [each for each in releases.of_case(act.session, case.id) if each.withdrawn_at is None]
    if not standing or standing[-1].visible_at is None:
        raise Refusal(words.nothing_out(case))
    release = standing[-1]
    if SIGNED_AS not in release.manifest["channels"]:
        raise Refusal(words.not_signed_for(case))
    row = _row(act, release)
    if row is not None and not (row.stage == "failing" and has_ended(row.trouble)):
        raise Refusal(words.asked_already(case, row))
    asked, most, span = _quota(act)
    if asked >= most:
        raise Refusal(words.used_up(asked, most, span))
    return release


def _row(act: Act, release: Release) -> ChannelRelease | None:
    return next((row for row in releases.channels(act.session, release.id) if row.channel == CHANNEL), None)


def _quota(act: Act) -> tuple[int, int, str]:
    """Return how often it was asked for in this span, how often it may be, and the span."""
    most, span = act.house.mass_limit or (0, "day")
    day = act.now.astimezone(act.house.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    since: datetime = day if span == "day" else day.replace(day=1)
    return case_event.count(act.session, EVENT, since, act.now + timedelta(seconds=1)), most, span
