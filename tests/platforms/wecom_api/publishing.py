"""What the platform itself does: publications end, articles are taken down, administrators confirm; and it tells.

https://developers.weixin.qq.com/doc/offiaccount/Publish/Callback_on_finish.html and
.../Message_Management/Batch_Sends_and_Originality_Checks.html (MASSSENDJOBFINISH).
"""

import threading
from contextlib import suppress

from tests.platforms.asgi import Json
from tests.platforms.wecom_api import articles
from tests.platforms.wecom_api.acting import Acting
from tests.platforms.wecom_api.delivery import Push
from tests.platforms.wecom_api.world import Article, Job

HELPER = "oMassAssistant"  # openid of 公众号群发助手, mphelper
CONFIRMATION = 30 * 60.0  # seconds
SUCCESS, TOO_LATE, REJECTED = "send success", "err(40002)", "err(40001)"


class Publishing(Acting):
    """The acts of the platform."""

    def __init__(self) -> None:
        super().__init__()
        self.publish_after: float | None = None  # seconds until a publication ends by itself; None: `finishes` alone
        self._timers: list[threading.Timer] = []

    def finishes(
        self, publish_id: str | None = None, status: int = articles.PUBLISHED, fail_idx: list[int] | None = None
    ) -> Push:
        """Let a publication end, the newest one under way unless named, and tell: PUBLISHJOBFINISH."""
        with self.world.lock:
            job = self._under_way(publish_id)
            articles.finish(self.world, job, status, fail_idx or [])
        return self.tell_account(
            HELPER, {"MsgType": "event", "Event": "PUBLISHJOBFINISH", "PublishEventInfo": _told(job)}
        )

    def takes_down(self, url: str, *, banned: bool = False) -> None:
        """Let somebody delete a published article by hand, or the platform ban it; nobody is told."""
        with self.world.lock:
            for job in self.world.jobs.values():
                for article in job.published:
                    if article.url == url:
                        article.gone = job.status = articles.BANNED if banned else articles.DELETED
                        return
        raise LookupError(f"no article {url}")

    def confirms_mass(self, msg_id: str | int | None = None, *, agrees: bool = True) -> Push:
        """Let the administrator confirm or reject; after 30 minutes it failed whatever they say: MASSSENDJOBFINISH."""
        with self.world.lock:
            mass = self.world.mass[str(msg_id) if msg_id is not None else list(self.world.mass)[-1]]
            late = self.world.clock() - mass.at > CONFIRMATION
            mass.status = TOO_LATE if late else SUCCESS if agrees else REJECTED
            readers = [each for each in self.world.followers.values() if each.subscribed]
            if mass.status == SUCCESS:
                mass.pages = articles.published(self.world, mass.content.get("articles", []))
            for follower in readers if mass.status == SUCCESS else ():
                self.world.write(self.world.chat(follower.openid), mass.msgtype, mass.content)
        sent = len(readers) if mass.status == SUCCESS else 0
        counts = {"TotalCount": len(readers), "FilterCount": len(readers), "SentCount": sent, "ErrorCount": 0}
        fields = {"MsgType": "event", "Event": "MASSSENDJOBFINISH", "MsgID": int(mass.msg_id), "Status": mass.status}
        results = [{"ArticleIdx": n, "ArticleUrl": each.url} for n, each in enumerate(mass.pages, 1)]
        urls = {"ArticleUrlResult": {"Count": len(results), "ResultList": {"item": results}}} if results else {}
        return self.tell_account(HELPER, {**fields, **counts, **urls})

    def published(self) -> list[Article]:
        """Give what was published, in order, with what is gone again."""
        with self.world.lock:
            return list(self.world.articles.values())

    def _under_way(self, publish_id: str | None) -> Job:
        for job in reversed(self.world.jobs.values()):
            if job.status == articles.UNDER_WAY and publish_id in (None, job.publish_id):
                return job
        raise LookupError(f"no publication {publish_id} under way")

    def finish_later(self, publish_id: str) -> None:
        """Let a publication end by itself, if it should."""
        if self.publish_after is not None:
            timer = threading.Timer(self.publish_after, self._finish_now, (publish_id,))
            timer.daemon = True
            self._timers.append(timer)
            timer.start()

    def _finish_now(self, publish_id: str) -> None:
        with suppress(LookupError):  # a test ended it by hand
            self.finishes(publish_id)

    def stop_publishing(self) -> None:
        """Let nothing end by itself any more."""
        timers, self._timers = self._timers, []
        for timer in timers:
            timer.cancel()
        for timer in timers:
            timer.join(5)
        self.publish_after = None


def _told(job: Job) -> Json:
    told: Json = {"publish_id": job.publish_id, "publish_status": job.status}
    if job.status != articles.PUBLISHED:
        return {**told, "fail_idx": job.fail_idx}
    items = [{"idx": index, "article_url": each.url} for index, each in enumerate(job.published, 1)]
    return {**told, "article_id": job.article_id, "article_detail": {"count": len(items), "item": items}}
