"""The bureau's official account (公众号): the signed words as an article, and the proof is what stands there.

A draft is published by the vendor in its own time (freepublish); it is asked until the article is out or failed. Nobody
is notified of an article that comes out so, and no quota counts it. What corrects a release comes out as an article of
its own, and the one it puts right is deleted; so is what is withdrawn.

https://developers.weixin.qq.com/doc/offiaccount/Publish/Publish.html
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from bot.channels import Proof, ReleaseFailed
from bot.channels.posts import Posts, has_id
from bot.channels.wechat_article import as_shown, words_of
from bot.channels.wechat_drafts import ACCOUNT, Drafts, signed_words
from bot.channels.wechat_mass import WechatMassChannel
from bot.channels.wechat_refusals import not_out, owing
from bot.chat.calls import FAILURES, Answer, code_of, surely_unsent
from bot.chat.wechat.errors import BUSY, MENDING
from bot.chat.wechat.line import WechatLine
from handlers.release.signed import sha256
from storage.chat import Chat
from storage.database import Database
from storage.release import Release

NAME: Final = ACCOUNT
OURS: Final = "公众号"  # as people are told of it
THERE: Final = Chat(platform="wechat", account="account", use="unbound", title=OURS)  # names the post on record
KEY: Final = "wechat:account"
UNDER_WAY: Final = "job:"  # so begins the id of a post of which the vendor has not said yet what became
PUBLISHED, PUBLISHING = 0, 1  # https://developers.weixin.qq.com/doc/offiaccount/Publish/Get_status.html
LOOKS: Final = (1.0, 2.0, 4.0)  # seconds before it is asked again, within one attempt
LATER: Final = 30.0  # seconds until the next attempt
LONG: Final = 3600.0  # seconds: what the vendor changes each time must not come and go before readers' eyes
GONE: Final = (53600,)  # no such article


class WechatAccountChannel:
    """Publishes through one official account."""

    name = NAME

    def __init__(
        self,
        database: Database,
        line: WechatLine,
        drafts: Drafts,
        mass: WechatMassChannel,
        rest: Callable[[float], None] = time.sleep,
    ) -> None:
        """Publish what is kept as drafts; mass: what was sent to all followers; rest waits so many seconds."""
        self._posts = Posts(database, NAME)
        self._line = line
        self._drafts = drafts
        self._mass = mass
        self._rest = rest

    # publish

    def publish(self, release: Release, proofs: Mapping[str, str], at: datetime) -> Proof:
        """Bring the article out, or ask what became of it; prove that it says what was signed."""
        self._posts.check(release)
        words = signed_words(release, proofs)
        had = self._posts.of(release).get(KEY)
        if had is None:
            had = self._submit(release, words)
        if not had:
            raise ReleaseFailed(f"unsure:{OURS}")
        if not has_id(had):  # a person saw it there
            return Proof("", at, sha256(words.encode()), had)
        article, url = self._came_out(release, had)
        self._check(release, article, words)
        self._replace(release)
        return Proof(url, at, sha256(words.encode()), article)

    def _submit(self, release: Release, words: str) -> str:
        """Hand the article in; that it is under way is kept before, since nothing is published twice on a guess."""
        with owing(self._line, OURS):
            draft = self._drafts.keep(release, words)
        self._posts.begin(release, THERE)
        try:
            job = f"{UNDER_WAY}{self._line.post('freepublish/submit', {'media_id': draft})['publish_id']}"
        except FAILURES as error:
            if code_of(error) == BUSY or (code_of(error) is None and not surely_unsent(error)):
                raise ReleaseFailed(f"unsure:{OURS}") from None
            self._posts.note(release, KEY, None)
            raise not_out(self._line, error, OURS) from None
        self._posts.note(release, KEY, job)
        return job

    def _came_out(self, release: Release, had: str) -> tuple[str, str]:
        """Return the article's id and address, once it is out; kept by its id from then on."""
        job = had.removeprefix(UNDER_WAY).partition(" ")[0]
        found = self._asked_until(job)
        if found["publish_status"] != PUBLISHED:
            self._posts.note(release, KEY, None)
            raise ReleaseFailed(f"refused:{OURS} {found['publish_status']}", after=MENDING)
        article, url = str(found["article_id"]), str(found["article_detail"]["item"][0]["article_url"])
        self._posts.note(release, KEY, f"{UNDER_WAY}{job} {article}")
        return article, url

    def _asked_until(self, job: str) -> Answer:
        for rest in (*LOOKS, None):
            with owing(self._line, OURS):
                found = self._line.post("freepublish/get", {"publish_id": job})
            if found["publish_status"] != PUBLISHING:
                return found
            if rest is not None:
                self._rest(rest)
        raise ReleaseFailed("under_way", after=LATER)

    def _check(self, release: Release, article: str, words: str) -> None:
        """Read the article back; one that says anything else is deleted."""
        if self._words_there(article) != as_shown(words):
            self._delete(article)
            self._posts.note(release, KEY, None)
            raise ReleaseFailed("other_words", after=LONG)

    def _words_there(self, article: str) -> str | None:
        with owing(self._line, OURS):
            try:
                (item,) = self._line.post("freepublish/getarticle", {"article_id": article})["news_item"]
            except FAILURES as error:
                if code_of(error) in GONE:
                    return None
                raise
        return None if item.get("is_deleted") else words_of(str(item["title"]), str(item["content"]))

    def _replace(self, release: Release) -> None:
        """Delete what a release puts right, once it is out itself; also what was sent to all followers."""
        old = self._posts.old(release, THERE)
        if old is not None:
            self._take_away(old.release)
        self._mass.replace(release)

    # withdraw

    def withdraw(self, release: Release, at: datetime) -> None:
        """Delete the article, and see that it is gone; what is still being published is waited for."""
        del at
        self._take_away(release)

    def _take_away(self, release: Release) -> None:
        had = self._posts.of(release).get(KEY)
        if had is None:
            return
        if not has_id(had):
            self._posts.leave(release, KEY, OURS)  # nobody knows its id: a person has to look
        else:
            known = had.removeprefix(UNDER_WAY).partition(" ")[2]
            article = known or self._came_out(release, had)[0]
            self._delete(article)
            if self._words_there(article) is not None:
                raise ReleaseFailed("still_readable")
        self._posts.note(release, KEY, None)

    def _delete(self, article: str) -> None:
        with owing(self._line, OURS):
            try:
                self._line.post("freepublish/delete", {"article_id": article, "index": 0})
            except FAILURES as error:
                if code_of(error) not in GONE:
                    raise
