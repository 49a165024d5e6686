"""Invariant 1: every accepted report has its slip or case; and the numbers people use have no gap."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, select

from storage import series
from storage.case import Case
from storage.chat import Chat
from storage.inbox import Inbox
from storage.report import Report

RAW = "update"  # under this name a stored event holds what a platform sent


@dataclass(frozen=True)
class _Post:
    """A stored event that surely carries a post: where it was said, and what identifies it there."""

    chat: str
    key: str
    album: str


def lost(session: Session, accepted: Iterable[tuple[str, str]], *, at_rest: bool) -> Iterator[str]:
    """Yield what was accepted and is not there, not handled, given up, or handled without becoming a report."""
    events = session.exec(select(Inbox)).all()
    there = {(event.platform, event.key) for event in events}
    for platform, key in dict.fromkeys(accepted):
        if (platform, key) not in there:
            yield f"1: event {platform} {key} was accepted and is not in the inbox"
    known = {(report.platform, report.message_key) for report in session.exec(select(Report))}
    albums = {(report.platform, report.album_key) for report in session.exec(select(Report))}
    uses = _uses(session)
    for event in events:
        if event.stage == "broken":
            yield f"1: event {event.platform} {event.key} was given up as broken ({event.reference})"
        if event.stage == "waiting":
            if at_rest:
                yield f"1: event {event.platform} {event.key} still waits to be handled"
            continue
        post = _post(event, uses)
        if post is None or (event.platform, post.key) in known or (event.platform, post.album) in albums:
            continue
        yield f"1: event {event.platform} {event.key} is {event.stage}, but there is no report of its post {post.key}"


def homeless(session: Session) -> Iterator[str]:
    """Yield reports that stand in no case that goes on, and cases without any report."""
    found = {case.id: case for case in session.exec(select(Case))}
    held = Counter(report.case_id for report in session.exec(select(Report)))
    for case_id, case in found.items():
        if case.stage == "merged" and held[case_id]:
            yield f"1: {held[case_id]} reports stand in {_name(case)}, which was merged into another case"
        if case.stage != "merged" and not held[case_id]:
            yield f"1: {_name(case)} has no report"
        if case.stage != "merged" and case.reports != held[case_id]:
            yield f"1: {_name(case)} says it has {case.reports} reports and has {held[case_id]}"


def gaps(session: Session) -> Iterator[str]:
    """Yield series of numbers that have a gap, a double, or a counter that is elsewhere."""
    given: dict[str, list[int]] = defaultdict(list)
    for case in session.exec(select(Case)):
        given["slip"].append(case.slip)
        if case.seq is not None:
            given[f"case:{case.year}"].append(case.seq)
    counters = {row.series: row.last for row in session.exec(select(series.Counter))}
    for name, numbers in given.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"5: the numbers of {name} have a gap or a double: {sorted(numbers)}"
        if counters.get(name) != len(numbers):
            yield f"5: the counter of {name} says {counters.get(name)}, and {len(numbers)} numbers are given"


def _uses(session: Session) -> dict[tuple[str, str], str]:
    """Return what each chat is used for, also by the names it had before."""
    return {
        (chat.platform, account): chat.use
        for chat in session.exec(select(Chat))
        for account in (chat.account, *chat.former_accounts)
    }


def _post(event: Inbox, uses: dict[tuple[str, str], str]) -> _Post | None:
    """Read an event that surely is a post: words forwarded to a staff chat, or come by a feed or a file."""
    raw = event.payload.get(RAW)
    said = _said(event.payload, event.key) if raw is None else _said_on_telegram(raw)
    if said is None:
        return None
    post, is_forward = said
    use = uses.get((event.platform, post.chat))
    return post if use == "intake" or (use == "staff" and is_forward) else None


def _said(payload: dict[str, Any], key: str) -> tuple[_Post, bool] | None:
    if payload.get("edited") or payload.get("reply_to") or payload.get("notice") or not payload.get("text"):
        return None
    chat = payload["place"]["account"]
    post = _Post(chat, f"{chat}/{payload.get('message_id') or key}", payload.get("album") or "-")
    return post, payload.get("origin") is not None


def _said_on_telegram(update: dict[str, Any]) -> tuple[_Post, bool] | None:
    message = update.get("message")
    if message is None or message.get("reply_to_message") or not (message.get("text") or message.get("caption")):
        return None
    chat = str(message["chat"]["id"])
    post = _Post(chat, f"{chat}/{message['message_id']}", message.get("media_group_id") or "-")
    return post, "forward_origin" in message


def _name(case: Case) -> str:
    return case.number or f"S{case.slip}"
