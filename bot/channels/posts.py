"""What is on record of a release's posts in the chats of a channel: kept before and after each call to a platform."""

from dataclasses import dataclass
from typing import Final

from bot.channels import ReleaseFailed
from storage import release as releases
from storage.chat import Chat
from storage.database import Database, Session
from storage.release import Release

UNSURE: Final = ""  # it may be out: nobody knows
SEEN: Final = "seen:"  # a person saw it: no id is known
TOLD: Final = "told:"  # its withdrawal may have been told in its place


@dataclass(frozen=True)
class Old:
    """A post of a release that is put right, in one chat; without an id it cannot be changed."""

    release: Release
    message_id: str


class Posts:
    """The posts of one channel, by release and chat; a chat is known by its account, also by a former one."""

    def __init__(self, database: Database, channel: str) -> None:
        """Keep the posts of this channel."""
        self._database = database
        self._channel = channel

    def of(self, release: Release) -> dict[str, str]:
        """Return a release's posts: chat and message id."""
        with self._database.reading() as session:
            return self._of(session, release)

    def own(self, release: Release, chat: Chat) -> str | None:
        """Return a release's post in a chat; None when there is none."""
        return _in(self.of(release), chat)

    def old(self, release: Release, chat: Chat) -> Old | None:
        """Return the nearest post in a chat that a release puts right; what is withdrawn goes its own way."""
        with self._database.reading() as session:
            for wrong in releases.corrected(session, release):
                posts = self._of(session, wrong)
                had = _in(posts, chat)
                if had is not None and wrong.withdrawn_at is None:
                    can_be_changed = has_id(had) and key_of(chat) in posts
                    return Old(wrong, had if can_be_changed else "")
        return None

    def check(self, release: Release) -> None:
        """Raise ReleaseFailed when a release must not go out any more."""
        with self._database.writing() as session:
            _check(session, release)

    def begin(self, release: Release, chat: Chat) -> None:
        """Keep that a post is under way; ReleaseFailed when it must not go out any more."""
        with self._database.writing() as session:
            _check(session, release)
            self._note(session, release, key_of(chat), UNSURE)

    def note(self, release: Release, key: str, message_id: str | None) -> None:
        """Keep what came of a post; None: it is not there."""
        with self._database.writing() as session:
            self._note(session, release, key, message_id)

    def hand_over(self, old: Release, new: Release, chat: Chat, message_id: str) -> None:
        """Keep that a post shows a correction now, and no longer what that puts right."""
        with self._database.writing() as session:
            self._note(session, old, key_of(chat), None)
            self._note(session, new, key_of(chat), message_id)

    def leave(self, release: Release, key: str, title: str) -> None:
        """Keep that a post may stand in a chat which only a person can take away."""
        with self._database.writing() as session:
            releases.note_left(session, release.id, self._channel, key, title)

    def _of(self, session: Session, release: Release) -> dict[str, str]:
        return dict(releases.channel(session, release.id, self._channel).proof.get("posts", {}))

    def _note(self, session: Session, release: Release, key: str, message_id: str | None) -> None:
        posts = {other: value for other, value in self._of(session, release).items() if other != key}
        if message_id is not None:
            posts[key] = message_id
        releases.note_posts(session, release.id, self._channel, posts)


def key_of(chat: Chat) -> str:
    """Name a chat."""
    return f"{chat.platform}:{chat.account}"


def has_id(message_id: str) -> bool:
    """Say whether a post is known by an id of its platform."""
    return message_id != UNSURE and not message_id.startswith((SEEN, TOLD))


def _in(posts: dict[str, str], chat: Chat) -> str | None:
    names = (f"{chat.platform}:{account}" for account in (chat.account, *chat.former_accounts))
    return next((posts[name] for name in names if name in posts), None)


def _check(session: Session, release: Release) -> None:
    if why := releases.called_off(session, release.id):
        raise ReleaseFailed(why)
