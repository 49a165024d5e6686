"""After a backup is restored nobody knows what went out since it was taken: nothing that may have is said again."""

from collections.abc import Sequence
from datetime import datetime

from bot.backup.archive import Manifest
from bot.channels.posts import UNSURE, key_of
from handlers.clocks.restored import HELD, TIMER
from handlers.release.signed import WEBSITE
from storage import chat as chats
from storage import history, outbox_care, timer
from storage import release as releases
from storage.database import Database, Session
from storage.timer import Timer


def hold_back(database: Database, manifest: Manifest, now: datetime) -> int:
    """Hold back what may have gone out since the backup, and let the desk say so when it starts; return how much.

    The website shows what the database holds: to publish there again changes nothing.
    """
    with database.writing() as session:
        held = [row.serial for row in outbox_care.hold(session, HELD)]
        posts = _ask_about_posts(session)
        history.record(
            session, chain_case=None, at=now, kind="restored", actor="desk", actor_name="command line",
            payload={"backup": manifest.at.isoformat(), "held": held, "releases": posts},
        )  # fmt: skip
        told = Timer(
            kind=TIMER, due_at=now, subject=TIMER, payload={"at": manifest.at.isoformat(), "posts": len(posts)}
        )
        timer.set_timer(session, told)
    return len(held) + len(posts)


def _ask_about_posts(session: Session) -> Sequence[str]:
    """Let the staff be asked of each post that may be out: as after a crash in the middle of it."""
    asked = []
    for row in releases.on_their_way(session, but=WEBSITE):
        known = dict(row.proof.get("posts", {}))
        posts = {key_of(chat): UNSURE for chat in chats.used_for(session, row.channel)} | known
        if posts != known:
            releases.note_posts(session, row.release_id, row.channel, posts)
            asked.append(str(row.release_id))
    return asked
