"""Drafts, their publication, and the pages that come of it.

https://developers.weixin.qq.com/doc/offiaccount: Draft_Box/Add_draft.html, Publish/Publish.html, Get_status.html,
Delete_posts.html, Get_article_from_id.html and Callback_on_finish.html.
"""

import html
import re

from tests.platforms.asgi import Json
from tests.platforms.wecom_api.account import plain_words
from tests.platforms.wecom_api.calling import Calling
from tests.platforms.wecom_api.world import ApiError, Article, Job, World

PUBLISHED, UNDER_WAY, NOT_ORIGINAL, FAILED, REFUSED, DELETED, BANNED = range(7)
ARTICLES = 8
TITLE, AUTHOR, DIGEST = 64, 16, 120  # characters
CONTENT, CONTENT_BYTES = 20_000, 1024 * 1024
FIRST_WORDS = 54  # characters that stand for a digest
IMAGE = re.compile(r"""<img\b[^>]*?\bsrc\s*=\s*["']([^"']*)["'][^>]*>""", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.IGNORECASE | re.DOTALL)
GONE = {DELETED: "该内容已被发布者删除", BANNED: "此内容因违规无法查看"}


def draft_add(call: Calling) -> Json:
    """Keep one to eight articles; pictures from elsewhere and scripts are taken out without a word."""
    articles = call.given.get("articles")
    if not isinstance(articles, list) or not 1 <= len(articles) <= ARTICLES:
        raise ApiError(45003 if articles else 44003, "invalid articles")
    media_id = f"draft{call.world.count():06d}ID"
    call.world.drafts[media_id] = [_checked(call.world, dict(each)) for each in articles]
    return {"media_id": media_id}


def _checked(world: World, article: Json) -> Json:
    title, content = str(article.get("title", "")), str(article.get("content", ""))
    if not title or len(title) > TITLE:
        raise ApiError(45003, "title size out of limit")
    if len(str(article.get("author", ""))) > AUTHOR:
        raise ApiError(45110, "author size out of limit")
    if len(str(article.get("digest", ""))) > DIGEST:
        raise ApiError(45004, "description size out of limit")
    if not content or len(content) >= CONTENT or len(content.encode()) > CONTENT_BYTES:
        raise ApiError(45002)
    thumb = world.media.get(str(article.get("thumb_media_id")))
    if thumb is None or thumb.until is not None or thumb.kind not in ("image", "thumb"):
        raise ApiError(40007)
    own = f"{world.url}/files/"
    content = world.rewrites(content)
    kept = IMAGE.sub(lambda image: image[0] if image[1].startswith(own) else "", SCRIPT.sub("", content))
    digest = article.get("digest") or plain_words(kept)[:FIRST_WORDS]
    return {"author": "", "content_source_url": "", **article, "content": kept, "digest": digest}


def draft_get(call: Calling) -> Json:
    """Give a draft."""
    return {"news_item": _draft(call)}


def draft_delete(call: Calling) -> Json:
    """Throw a draft away."""
    _draft(call)
    del call.world.drafts[call.text("media_id")]
    return {}


def _draft(call: Calling) -> list[Json]:
    found = call.world.drafts.get(call.text("media_id"))
    if found is None:
        raise ApiError(40007)
    return found


def submit(call: Calling) -> Json:
    """Begin to publish a draft; what comes of it is told later. Verified accounts alone, since July 2025."""
    if not call.account.verified:
        raise ApiError(48001)
    job = Job(str(2_247_483_647 + call.world.count()), call.text("media_id"), _draft(call))
    call.world.jobs[job.publish_id] = job
    call.world.when_submitted(job.publish_id)
    return {"publish_id": job.publish_id, "msg_data_id": str(call.world.count())}


def get(call: Calling) -> Json:
    """Tell how a publication stands."""
    job = call.world.jobs.get(call.text("publish_id"))
    if job is None:
        raise ApiError(53502)
    shown: Json = {"publish_id": job.publish_id, "publish_status": job.status, "fail_idx": job.fail_idx}
    if job.status == PUBLISHED:
        items = [{"idx": index, "article_url": each.url} for index, each in enumerate(job.published, 1)]
        shown |= {"article_id": job.article_id, "article_detail": {"count": len(items), "item": items}}
    return shown


def delete(call: Calling) -> Json:
    """Take a publication back: the article of an index, or all of them."""
    job = _published(call)
    index = int(call.given.get("index") or 0)
    if not 0 <= index <= len(job.published):
        raise ApiError(53600)
    for number, article in enumerate(job.published, 1):
        if index in (0, number):
            article.gone = DELETED
    if all(each.gone for each in job.published):
        job.status = DELETED
    return {}


def getarticle(call: Calling) -> Json:
    """Give what was published."""
    job = _published(call)
    return {"news_item": [{**each.fields, "url": each.url, "is_deleted": bool(each.gone)} for each in job.published]}


def _published(call: Calling) -> Job:
    for job in call.world.jobs.values():
        if job.article_id and job.article_id == call.text("article_id"):
            return job
    raise ApiError(53600)


def finish(world: World, job: Job, status: int, fail_idx: list[int]) -> None:
    """Let a publication end: pages at addresses of their own, and the draft gone, or a failure."""
    job.status, job.fail_idx = status, fail_idx
    if status != PUBLISHED:
        return
    world.drafts.pop(job.media_id, None)
    job.article_id = f"article{world.count():06d}ID"
    job.published += published(world, job.articles)


def published(world: World, drafts: list[Json]) -> list[Article]:
    """Give articles their pages."""
    found = []
    for fields in drafts:
        path = f"s{world.count():06d}"
        world.articles[path] = Article(f"{world.url}/s/{path}", fields)
        found.append(world.articles[path])
    return found


def page_of(world: World, path: str) -> str | None:
    """Give the page of an article as whoever opens its address gets it."""
    article = world.articles.get(path)
    if article is None:
        return None
    if article.gone:
        return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{GONE[article.gone]}</body></html>"
    title, author = (html.escape(str(article.fields[name])) for name in ("title", "author"))
    head = f"<head><meta charset='utf-8'><title>{title}</title></head>"
    body = f"<h1 id='activity-name'>{title}</h1><span id='js_name'>{author}</span>"
    return (
        f"<!DOCTYPE html><html>{head}<body>{body}<div id='js_content'>{article.fields['content']}</div></body></html>"
    )
