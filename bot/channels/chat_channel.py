"""A chat that the public reads: the signed words are posted there once the website has its address."""

from collections.abc import Mapping
from datetime import datetime

from bot.channels import Proof, ReleaseFailed
from bot.chat.platform import ChatPlatform, SendFailed
from handlers.conversation import Content
from handlers.release.signed import WEBSITE, NotAsSignedError, exact_bytes, sha256
from storage import chat as chats
from storage import release as releases
from storage.chat import Chat
from storage.database import Database
from storage.release import Release

NO_CHAT = "no chat bound"  # the proof of a desk without such a chat: nothing was to be done


class ChatChannel:
    """Posts to every bound chat of its use on the platforms that are on, each once."""

    def __init__(
        self, database: Database, platforms: Mapping[str, ChatPlatform], name: str = "release_channel"
    ) -> None:
        """Post through these platforms; name is the channel's, and the use of the chats it posts to."""
        self.name = name
        self._database = database
        self._platforms = platforms

    def publish(self, release: Release, proofs: Mapping[str, str], at: datetime) -> Proof:
        """Post to every chat that has not had it; without a chat the channel does not apply and holds nobody up."""
        content = self._signed(release, proofs)
        with self._database.reading() as session:
            bound = [chat for chat in chats.used_for(session, self.name) if chat.platform in self._platforms]
        if not bound:
            return Proof("", at, "", NO_CHAT)
        troubles = [trouble for chat in bound if (trouble := self._post(release, chat, content, at))]
        if troubles:
            raise ReleaseFailed(troubles[0])
        posts = self._posts(release)
        return Proof("", at, sha256(content.text.encode()), " ".join(posts[_key(chat)] for chat in bound))

    def _signed(self, release: Release, proofs: Mapping[str, str]) -> Content:
        try:
            signed = exact_bytes(release, release.manifest_hash, self.name)
        except NotAsSignedError as trouble:
            raise ReleaseFailed("not_as_signed") from trouble
        if WEBSITE in release.manifest["channels"] and proofs.get(WEBSITE) != release.manifest["url"]:
            raise ReleaseFailed("waits_for_website")
        return Content(signed.decode())

    def _post(self, release: Release, chat: Chat, content: Content, at: datetime) -> str:
        """Post to one chat; return what is wrong, empty when it has the post.

        That a post is under way is kept before it goes out: after a crash or a lost answer a person is asked to look,
        since the public is never told twice on a guess.
        """
        had = self._posts(release).get(_key(chat))
        if had is not None:
            return "" if had else f"unsure:{_name(chat)}"
        self._note(release, chat, "")
        try:
            message_id = self._platforms[chat.platform].send(chat.account, content, at)
        except SendFailed as failure:
            if failure.unknown:
                return f"unsure:{_name(chat)}"
            self._note(release, chat, None)
            return f"refused:{_name(chat)} {failure}"
        self._note(release, chat, message_id)
        return ""

    def _posts(self, release: Release) -> dict[str, str]:
        with self._database.reading() as session:
            return dict(releases.channel(session, release.id, self.name).proof.get("posts", {}))

    def _note(self, release: Release, chat: Chat, message_id: str | None) -> None:
        posts = {key: value for key, value in self._posts(release).items() if key != _key(chat)}
        if message_id is not None:
            posts[_key(chat)] = message_id
        with self._database.writing() as session:
            releases.note_posts(session, release.id, self.name, posts)


def _key(chat: Chat) -> str:
    return f"{chat.platform}:{chat.account}"


def _name(chat: Chat) -> str:
    return chat.title or _key(chat)
