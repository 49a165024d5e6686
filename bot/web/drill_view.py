"""What the drill page shows, made ready for its templates: no rule here, only looking."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.chat.drill import DESK
from bot.drill import words
from bot.drill.cast import Cast, Member, Room, unread
from bot.drill.room import DrillRoom
from config.language import Line, Said, Voice, t
from handlers.words import short_name
from storage import case as cases
from storage import clock as clocks
from storage import drill
from storage.database import Session
from storage.drill import DrillMessage

TONES: Final = 8
EXCERPT: Final = 60
SHOWN: Final = 300  # messages of a chat on the page
WEEKDAYS: Final = (t("周一"), t("周二"), t("周三"), t("周四"), t("周五"), t("周六"), t("周日"))
URL: Final = re.compile(r"https?://[\w.~:/?#\[\]@!$&'()*+,;=%-]*[\w/#=&%~-]", re.ASCII)
DESK_NAME: Final = t("回应")
USES: Final[Mapping[str, Line]] = {
    "staff": t("全体值守人员和系统"),
    "joint_meeting": t("多个单位的联席会议"),
    "release_channel": t("公众看得到的频道"),
}
GROUP_TONES: Final[Mapping[str, str]] = {"staff": "7 group", "joint_meeting": "5 group", "release_channel": "2 group"}
INITIALS: Final[Mapping[str, Line]] = {"staff": t("群"), "joint_meeting": t("联"), "release_channel": t("发")}


@dataclass(frozen=True)
class Looking:
    """Who looks at which chat, in which language."""

    room: Room
    speaker: Member | None
    reader: str  # whose eyes count in the groups
    voice: Voice

    def say(self, line: Said) -> str:
        """Return a line in the looker's language."""
        return line.say(self.voice)


@dataclass(frozen=True)
class Composing:
    """What stands in the composer."""

    text: str = ""
    reply: Mapping[str, Any] | None = None
    edit: int | None = None
    preset: Any = None
    author: str = ""
    url: str = ""
    posted: str = ""
    forward: bool = False

    @property
    def rows(self) -> int:
        """Return how tall the box begins."""
        return min(8, max(1, self.text.count("\n") + 1))


@dataclass(frozen=True)
class Shown:
    """One message as the page shows it."""

    id: int
    kind: str  # desk, me, other, toast
    name: str
    job: str
    initial: str
    tone: int
    time: str
    iso: str
    day: str
    follows: bool
    edited: str
    lead: str  # the first line of what the desk says: what it is about
    pieces: Sequence[Mapping[str, str]]
    text: str
    reply: Mapping[str, Any] | None
    origin: Mapping[str, str] | None
    pictures: Sequence[Mapping[str, str]]
    documents: Sequence[Mapping[str, str]]
    buttons: Sequence[Sequence[Mapping[str, Any]]]
    revision: str
    newest: int  # of an album: its last message


def chats(session: Session, cast: Cast, looking: Looking) -> list[dict[str, Any]]:
    """List the chats in two groups, each with what is new in it."""
    rooms = list(cast.rooms.values())
    fresh, newest = unread(session, rooms, looking.reader), drill.latest(session)
    rows: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for room in rooms:
        rows[room.is_direct].append(_row(room, fresh[room.key], newest.get(room.key), cast, looking))
    return [
        {"title": looking.say(t("群和频道")), "rows": rows[False]},
        {"title": looking.say(t("私聊")), "rows": rows[True]},
    ]


def _row(room: Room, fresh: int, newest: DrillMessage | None, cast: Cast, looking: Looking) -> dict[str, Any]:
    sub = looking.say(USES[room.use]) if room.member is None else room.member.body
    if newest is not None:
        said = _excerpt(newest.text) or looking.say(t("[照片]"))
        own = newest.author == DESK or (room.member is not None and newest.author == room.member.key)
        sub = said if own else f"{_name(newest.author, cast, looking)}:{said}"
    return {
        "key": room.key,
        "title": room.title,
        "job": room.member.title if room.member else "",
        "sub": sub,
        "initial": initial_of(room, looking),
        "tone": face_of(room),
        "unread": 0 if room.key == looking.room.key else fresh,
        "current": room.key == looking.room.key,
    }


def head(looking: Looking) -> dict[str, Any]:
    """Say whose chat this is."""
    room, member = looking.room, looking.room.member
    if member is None:
        sub = looking.say(USES[room.use])
    else:
        sub = looking.say(
            t("{title} · {body} · 您现在就是 {name}", title=member.title, body=member.body, name=member.name)
        )
    return {"title": room.title, "sub": sub, "initial": initial_of(room, looking), "tone": face_of(room)}


def messages(session: Session, cast: Cast, looking: Looking) -> list[Shown]:
    """Show a chat's messages, an album as one; toasts only to whom they were said."""
    viewer = looking.speaker.key if looking.speaker else ""
    found = [each for each in drill.messages(session, looking.room.key, limit=SHOWN) if each.only_for in ("", viewer)]
    by_id = {message.id: message for message in found}
    shown: list[Shown] = []
    before: DrillMessage | None = None
    for album in _albums(found):
        shown.append(_shown(album, before, by_id, cast, looking))
        before = album[0]
    return shown


def _albums(found: Sequence[DrillMessage]) -> Iterator[list[DrillMessage]]:
    """Put pictures together that one person sent at one moment, the first with words or without."""
    album: list[DrillMessage] = []
    for message in found:
        if album and _belongs(message, album[-1]):
            album.append(message)
            continue
        if album:
            yield album
        album = [message]
    if album:
        yield album


def _belongs(message: DrillMessage, before: DrillMessage) -> bool:
    same = (message.author, message.at, message.origin) == (before.author, before.at, before.origin)
    return same and bool(message.files) and bool(before.files) and not message.text and not message.buttons


def _shown(
    album: Sequence[DrillMessage],
    before: DrillMessage | None,
    by_id: Mapping[int | None, DrillMessage],
    cast: Cast,
    looking: Looking,
) -> Shown:
    message, zone = album[0], looking.voice.zone
    lead, _, rest = message.text.partition("\n") if message.author == DESK else ("", "", message.text)
    lead, rest = (lead, rest) if rest else ("", message.text)
    local = message.at.astimezone(zone)
    new_day = before is None or before.at.astimezone(zone).date() != local.date()
    replied = by_id.get(message.reply_to)
    files = [_file(each.id, n, file) for each in album for n, file in enumerate(each.files)]
    member = cast.members.get(message.author)
    return Shown(
        id=message.id or 0,
        kind=_kind(message, looking),
        name=_name(message.only_for or message.author, cast, looking),
        job=member.title if member else "",
        initial=_name(message.author, cast, looking)[:1],
        tone=tone_of(message.author),
        time=local.strftime("%H:%M"),
        iso=local.isoformat(timespec="minutes"),
        day=day_of(local, looking) if new_day else "",
        follows=not new_day and _follows(message, before),
        edited=message.edited_at.astimezone(zone).strftime("%H:%M") if message.edited_at else "",
        lead=lead,
        pieces=list(pieces(rest)),
        text=message.text,
        reply=quote(replied, cast, looking) if replied and message.author != DESK else None,
        origin=_origin(message, looking),
        pictures=[file for file in files if file["picture"]],
        documents=[file for file in files if not file["picture"]],
        buttons=_buttons(message),
        revision=_revision(album),
        newest=album[-1].id or 0,
    )


def _kind(message: DrillMessage, looking: Looking) -> str:
    if message.only_for:
        return "toast"
    if message.author == DESK:
        return "desk"
    return "me" if looking.speaker and message.author == looking.speaker.key else "other"


def _follows(message: DrillMessage, before: DrillMessage | None) -> bool:
    return before is not None and before.author == message.author and not before.only_for


def _origin(message: DrillMessage, looking: Looking) -> dict[str, str] | None:
    if not message.origin:
        return None
    posted, url = message.origin.get("posted_at"), message.origin.get("url") or ""
    return {
        "author": message.origin.get("author") or "",
        "url": url if URL.match(url) else "",
        "posted": datetime.fromisoformat(posted).astimezone(looking.voice.zone).strftime("%m-%d %H:%M")
        if posted
        else "",
    }


def _file(message_id: int | None, n: int, file: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "at": f"{message_id}/{n}",
        "name": file["name"],
        "size": f"{max(1, file['size'] // 1024)} KB",
        "picture": str(file["media_type"]).startswith("image/"),
    }


def _buttons(message: DrillMessage) -> list[list[dict[str, Any]]]:
    return [
        [
            {"label": button["label"], "at": f"{row}.{column}", "urgent": bool(button.get("urgent"))}
            for column, button in enumerate(buttons)
        ]
        for row, buttons in enumerate(message.buttons)
    ]


def _revision(album: Sequence[DrillMessage]) -> str:
    seen = repr([(each.text, each.buttons, each.edited_at, each.id) for each in album])
    return hashlib.sha256(seen.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def quote(message: DrillMessage, cast: Cast, looking: Looking) -> dict[str, Any]:
    """Show the beginning of a message that is replied to."""
    return {"id": message.id, "name": _name(message.author, cast, looking), "text": _excerpt(message.text)}


def pieces(text: str) -> Iterator[dict[str, str]]:
    """Cut a text into words and web addresses."""
    end = 0
    for found in URL.finditer(text):
        if found.start() > end:
            yield {"text": text[end : found.start()], "url": ""}
        yield {"text": found.group(), "url": found.group()}
        end = found.end()
    if end < len(text):
        yield {"text": text[end:], "url": ""}


def clock(session: Session, room: DrillRoom, looking: Looking) -> dict[str, Any]:
    """Show what time it is in the drill, how fast it goes, and which limit ends next."""
    now = room.clock.now()
    local = now.astimezone(looking.voice.zone)
    offset = local.utcoffset()
    return {
        "iso": local.isoformat(timespec="seconds"),
        "milliseconds": int(now.timestamp() * 1000),
        "offset": int(offset.total_seconds() * 1000) if offset else 0,
        "hour_minute": local.strftime("%H:%M"),
        "seconds": local.strftime(":%S"),
        "day": local.strftime("%m-%d"),
        "weekday": looking.say(WEEKDAYS[local.weekday()]),
        "speed": room.speed,
        "limit": _limit(session, room, now, looking),
    }


def _limit(session: Session, room: DrillRoom, now: datetime, looking: Looking) -> str:
    running = clocks.next_running(session, now)
    if running is None:
        return ""
    case = cases.look(session, running.case_id)
    rule = room.desk.house.plan_of(session, case.plan_hash).clock(running.rule)
    return looking.say(words.next_limit(rule.name, short_name(case), running.due_at, running.due_at - now))


def example(room: DrillRoom, looking: Looking) -> dict[str, Any]:
    """Show how far the example has played."""
    player = room.example
    steps, position = player.steps, player.position
    last = steps[position - 1] if position else None
    return {
        "position": position,
        "total": len(steps),
        "title": looking.say(last.title) if last else "",
        "why": looking.say(last.why) if last else "",
        "next": looking.say(steps[position].title) if position < len(steps) else "",
        "over": position >= len(steps),
        "playing": room.is_playing,
    }


def day_of(local: datetime, looking: Looking) -> str:
    """Name a day."""
    return f"{local.strftime('%m-%d')} {looking.say(WEEKDAYS[local.weekday()])}"


def initial_of(room: Room, looking: Looking) -> str:
    """Return the sign that stands for a chat."""
    return room.title[:1] if room.member else looking.say(INITIALS[room.use])[:1]


def face_of(room: Room) -> str:
    """Return the colour and shape of a chat's face."""
    return str(tone_of(room.member.key)) if room.member else GROUP_TONES[room.use]


def tone_of(key: str) -> int:
    """Return the colour of somebody's face, always the same."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % TONES if key != DESK else TONES


def _name(author: str, cast: Cast, looking: Looking) -> str:
    if author == DESK:
        return looking.say(DESK_NAME)
    member = cast.members.get(author)
    return member.name if member else author


def _excerpt(text: str) -> str:
    first = " ".join(text.split())
    return first[:EXCERPT] + ("…" if len(first) > EXCERPT else "")
