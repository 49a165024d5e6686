"""A chat that the public reads: the signed words are posted there once the website has its address.

A correction takes the place of the post it puts right; a withdrawn post is deleted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from bot.channels import Move, Proof, ReleaseFailed
from bot.channels.posts import TOLD, Posts, has_id, key_of
from bot.chat.platform import ChatPlatform, SendFailed
from handlers.conversation import Content
from handlers.release.proving import is_unsure
from handlers.release.signed import NO_CHAT, WEBSITE, NotAsSignedError, exact_bytes, sha256
from handlers.release.withdrawal import notice_post
from storage import chat as chats
from storage.chat import Chat
from storage.database import Database
from storage.release import Release

Item = TypeVar("Item")


class ChatChannel:
    """Posts to every bound chat of its use on the platforms that are on, each once."""

    def __init__(
        self, database: Database, platforms: Mapping[str, ChatPlatform], name: str = "release_channel"
    ) -> None:
        """Post through these platforms; name is the channel's, and the use of the chats it posts to."""
        self.name = name
        self._database = database
        self._platforms = platforms
        self._posts = Posts(database, name)

    # publish

    def publish(self, release: Release, proofs: Mapping[str, str], at: datetime) -> Proof:
        """Post to every chat that has not had it; without a chat the channel does not apply and holds nobody up."""
        self._posts.check(release)
        content = self._signed(release, proofs)
        bound = self._bound()
        if not bound:
            return Proof("", at, "", NO_CHAT)
        _each(bound, lambda chat: self._bring(release, chat, content, at))
        made = [(chat, self._posts.own(release, chat) or "") for chat in bound]
        links = " ".join(link for chat, message_id in made if (link := self._link(chat, message_id)))
        return Proof(links, at, sha256(content.text.encode()), " ".join(message_id for _, message_id in made))

    def _bound(self) -> list[Chat]:
        with self._database.reading() as session:
            return [chat for chat in chats.used_for(session, self.name) if chat.platform in self._platforms]

    def _signed(self, release: Release, proofs: Mapping[str, str]) -> Content:
        try:
            signed = exact_bytes(release, release.manifest_hash, self.name)
        except NotAsSignedError as trouble:
            raise ReleaseFailed("not_as_signed") from trouble
        if WEBSITE in release.manifest["channels"] and proofs.get(WEBSITE) != release.manifest["url"]:
            raise ReleaseFailed("waits_for_website")
        return Content(signed.decode(), exact=True)

    def _bring(self, release: Release, chat: Chat, content: Content, at: datetime) -> None:
        """Bring the words to one chat: in place of the post they put right, or as a new post."""
        had = self._posts.own(release, chat)
        if had is not None:
            _refuse_unsure(chat, had)
            return
        old = self._posts.old(release, chat)
        if old is not None and old.message_id:
            self._replace(release, old.release, chat, old.message_id, content, at)
            return
        if old is not None:
            self._posts.leave(release, key_of(chat), _name(chat))
        self._post(release, chat, content, at)

    def _post(self, release: Release, chat: Chat, content: Content, at: datetime) -> None:
        """Post anew.

        That a post is under way is kept before it goes out: after a crash or a lost answer a person is asked to look,
        since the public is never told twice on a guess.
        """
        self._posts.begin(release, chat)
        try:
            message_id = self._platforms[chat.platform].send(chat.account, _there(chat, content), at)
        except SendFailed as failure:
            if not failure.unknown:
                self._posts.note(release, key_of(chat), None)
            raise _failed(chat, failure) from failure
        self._posts.note(release, key_of(chat), message_id)

    def _replace(
        self, release: Release, wrong: Release, chat: Chat, message_id: str, content: Content, at: datetime
    ) -> None:
        """Change an old post into the words that put it right: repeated without harm, unless it had to be sent anew."""
        self._posts.check(release)
        try:
            new_id = self._platforms[chat.platform].edit(chat.account, message_id, _there(chat, content), at)
        except SendFailed as failure:
            if failure.unknown:
                self._posts.begin(release, chat)
            raise _failed(chat, failure) from failure
        self._posts.hand_over(wrong, release, chat, new_id)

    def _link(self, chat: Chat, message_id: str) -> str:
        return self._platforms[chat.platform].link(chat.account, message_id) if has_id(message_id) else ""

    # withdraw

    def withdraw(self, release: Release, at: datetime) -> None:
        """Delete every post; one that cannot be deleted any more shows the notice instead."""
        _each(self._posts.of(release).items(), lambda post: self._take_away(release, *post, at))

    def _take_away(self, release: Release, key: str, message_id: str, at: datetime) -> None:
        platform_name, _, account = key.partition(":")
        platform, chat = self._platforms.get(platform_name), self._chat_at(platform_name, account)
        if platform is None:
            raise ReleaseFailed(f"no_platform:{platform_name}")
        if not has_id(message_id) or chat.account != account:
            self._tell_instead(release, platform, chat, key, message_id, at)
        else:
            _delete(platform, chat, message_id, Content(notice_post(release), exact=True), at)
        self._posts.note(release, key, None)

    def _tell_instead(
        self, release: Release, platform: ChatPlatform, chat: Chat, key: str, message_id: str, at: datetime
    ) -> None:
        """Tell of the withdrawal where a post has no id to delete it by; once, and a person is asked to look."""
        if chat.use == self.name and not message_id.startswith(TOLD):
            self._posts.note(release, key, TOLD)
            try:
                platform.send(chat.account, _there(chat, Content(notice_post(release), exact=True)), at)
            except SendFailed as failure:
                if not failure.unknown:
                    self._posts.note(release, key, message_id)
                    raise _failed(chat, failure) from failure
        self._posts.leave(release, key, _name(chat))

    def _chat_at(self, platform: str, account: str) -> Chat:
        """Return the chat that has, or had, this account; one that is not known any more is nothing to the desk."""
        with self._database.reading() as session:
            found = chats.by_account(session, platform, account)
        return found or Chat(platform=platform, account=account, use="unbound")


def _each(items: Iterable[Item], act: Callable[[Item], None]) -> None:
    """Do something in every chat; what failed is raised afterwards."""
    failures: list[ReleaseFailed] = []
    for item in items:
        try:
            act(item)
        except ReleaseFailed as failure:
            failures.append(failure)
    if failures:
        raise _weightiest(failures)


def _weightiest(failures: Sequence[ReleaseFailed]) -> ReleaseFailed:
    """Return the failure that is told: one that only a person can settle comes first; the longest wait counts."""
    told = next((one for one in failures if is_unsure(str(one))), failures[0])
    moved = next((one.moved for one in failures if one.moved), None)
    return ReleaseFailed(str(told), after=max(one.after for one in failures), moved=moved)


def _delete(platform: ChatPlatform, chat: Chat, message_id: str, notice: Content, at: datetime) -> None:
    try:
        platform.delete(chat.account, message_id, at)
    except SendFailed as failure:
        if not failure.permanent or failure.unreachable:
            raise _failed(chat, failure) from failure
        _change(platform, chat, message_id, notice, at)


def _change(platform: ChatPlatform, chat: Chat, message_id: str, notice: Content, at: datetime) -> None:
    try:
        platform.edit(chat.account, message_id, _there(chat, notice), at)
    except SendFailed as failure:
        raise _failed(chat, failure) from failure


def _there(chat: Chat, content: Content) -> Content:
    return replace(content, topic=chat.topic)


def _refuse_unsure(chat: Chat, message_id: str) -> None:
    if not message_id:
        raise ReleaseFailed(f"unsure:{_name(chat)}")


def _failed(chat: Chat, failure: SendFailed) -> ReleaseFailed:
    if failure.unknown:
        return ReleaseFailed(f"unsure:{_name(chat)}")
    if failure.moved_to:
        return ReleaseFailed(f"moved:{_name(chat)}", moved=Move(chat.platform, chat.account, failure.moved_to))
    return ReleaseFailed(f"refused:{_name(chat)} {failure}", after=failure.after)


def _name(chat: Chat) -> str:
    return chat.title or key_of(chat)
