"""From settings to a desk: plan, roster, rights and database are loaded and checked before anything runs."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from config import lexicon, rights
from config import roster as rosters
from config.calendar import load_calendar
from config.language import Said, lines, t
from config.plan import Plan
from config.plan_file import load_plan
from config.problems import FileError
from config.roster import Roster, roster_difference
from config.settings import Settings
from config.shape import fit
from config.yaml_tree import read_file, read_tree
from handlers.house import House
from handlers.people.applying import apply_roster
from storage import history
from storage import person as people
from storage.database import Database
from storage.person import RosterVersion

PUBLIC_ID_BYTES = 9
# Platforms whose 1:1 chats need no first start: an app of WeCom may write to every member in its range.
DIRECT_CHATS = {"drill": "direct:{account}", "wecom": "{account}"}


def build_house(plan: str | Path, *, language: str = "zh", public_url: str) -> House:
    """Load what the bureau decided; errors name file, line, and what to write instead."""
    loaded = load_plan(plan)
    return House(
        plan=loaded.plan,
        plan_hash=loaded.hash,
        plan_files=loaded.texts,
        calendar=load_calendar(),
        lexicon=lexicon.load_lexicon(),
        rights=rights.load_rights(),
        public_url=public_url,
        language=language,
        public_id=new_public_id,
    )


def new_public_id() -> str:
    """Return a random address that nobody can guess before it is public."""
    return secrets.token_urlsafe(PUBLIC_ID_BYTES)


def take_roster(
    database: Database, text: str, name: str, plan: Plan, now: datetime, *, by: str, rooms: bool = False
) -> Roster:
    """Read a roster and take it; name is how its problems call the file, rooms: it must name chats."""
    new = rosters.roster_from_text(text, name, plan, rooms=rooms)
    keep_roster(database, new, text, now, by=by)
    return new


def keep_roster(database: Database, new: Roster, text: str, now: datetime, *, by: str) -> None:
    """Apply a roster and keep its text on record."""
    with database.writing() as session:
        apply_roster(session, new, direct=DIRECT_CHATS)
        version = RosterVersion(hash=roster_hash(text), text=text, applied_at=now, applied_by=by)
        people.save(session, version)
        payload: Mapping[str, object] = {"hash": version.hash, "people": len(new.people), "chats": len(new.chats)}
        history.record(
            session, chain_case=None, at=now, kind="roster_applied", actor="desk", actor_name=by, payload=payload
        )


def roster_hash(text: str) -> str:
    """Name a roster by the hash of its text."""
    return hashlib.sha256(text.encode()).hexdigest()


def has_roster(database: Database) -> bool:
    """Say whether a roster was ever taken: later ones need a command and a look at the difference."""
    with database.reading() as session:
        return people.newest_roster(session) is not None


def roster_in_force(database: Database) -> Roster:
    """Return the roster that was taken last; an empty one when there is none."""
    with database.reading() as session:
        version = people.newest_roster(session)
    if version is None:
        return Roster()
    return fit(Roster, read_tree(version.text, "roster.yaml"))[0] or Roster()


def roster_not_taken(settings: Settings, database: Database, plan: Plan) -> Said | None:
    """Say that the roster's file is no longer what was taken, and how to take it; None when it is. Only looks."""
    if settings.roster is None:
        return None
    file = settings.roster
    try:
        new = rosters.roster_from_text(read_file(file), file.name, plan)
    except FileError as wrong:
        return lines(t("值班表 {file} 读不了,仍按以前收下的办;请改好后收下:", file=file), wrong)
    if not roster_difference(roster_in_force(database), new):
        return None
    return t(
        "值班表 {file} 与收下的不同,还没有生效:看改动用 python -m bot roster {file};"
        "确认后收下用 python -m bot roster {file} --apply",
        file=file,
    )
