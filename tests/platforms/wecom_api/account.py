"""The official account's calls: tokens, messages to followers, sending to all, quotas.

https://developers.weixin.qq.com/doc/offiaccount: Basic_Information/Get_access_token.html and getStableAccessToken.html,
Message_Management/Service_Center_messages.html and Batch_Sends_and_Originality_Checks.html.
"""

import re
from datetime import UTC, datetime, timedelta

from tests.platforms.asgi import Json
from tests.platforms.wecom_api.calling import Calling
from tests.platforms.wecom_api.world import Account, ApiError, Mass

CREDENTIAL = "client_credential"
WINDOW = 48 * 3600  # seconds after a follower wrote
ANSWERS = 5  # within them
TEXT = 2048  # bytes of a customer-service text
TO_FOLLOWERS = ("text", "image", "voice", "video", "news", "mpnewsarticle")
TO_ALL = ("mpnews", "text", "voice", "image", "mpvideo")
CLEARINGS = 10  # a month
DELETED = 5  # of an article
CHINA = timedelta(hours=8)  # the vendor's days and months begin at its midnight


def token(call: Calling) -> Json:
    """Give a new token; the one before is done with."""
    account = _account(call, "appid", "secret")
    value, left = call.tokens.give("weixin", account.appid, "token", anew=True)
    return {"access_token": value, "expires_in": left}


def stable_token(call: Calling) -> Json:
    """Give the same token to everybody who asks, until it ends."""
    account = _account(call, "appid", "secret")
    value, left = call.tokens.give(
        "weixin", account.appid, "stable_token", anew=call.given.get("force_refresh") is True
    )
    return {"access_token": value, "expires_in": left}


def _account(call: Calling, appid: str, secret: str) -> Account:
    account = call.world.account
    if call.text("grant_type") != CREDENTIAL:
        raise ApiError(40002, "invalid grant_type")
    if account is None or call.text(appid) != account.appid:
        raise ApiError(40013, "invalid appid")
    if call.text(secret) != account.secret:
        raise ApiError(40125)
    return account


def custom_send(call: Calling) -> Json:
    """Write to a follower who wrote within 48 hours, five times at most."""
    openid, msgtype = call.text("touser"), call.text("msgtype")
    follower = call.world.followers.get(openid)
    if follower is None:
        raise ApiError(40003)
    if msgtype not in TO_FOLLOWERS or not isinstance(call.given.get(msgtype), dict):
        raise ApiError(40008)
    if not follower.subscribed or call.world.clock() - follower.wrote_at > WINDOW:
        raise ApiError(45015)
    if follower.answers >= ANSWERS:
        raise ApiError(45047)
    content = dict(call.given[msgtype])
    if msgtype == "text" and not 0 < len(str(content.get("content", "")).encode()) <= TEXT:
        raise ApiError(45002)
    if msgtype in ("image", "voice") and content.get("media_id") not in call.world.media:
        raise ApiError(40007)
    follower.answers += 1
    call.world.write(call.world.chat(openid), msgtype, content)
    return {}


def mass_sendall(call: Calling) -> Json:
    """Send to everybody: once a day (subscription account) or four times a month (service account).

    With protection on, an administrator confirms within 30 minutes, or it failed: `confirms_mass`.
    """
    account, now = call.account, call.world.clock()
    if not account.verified:
        raise ApiError(48001)
    msgtype = call.text("msgtype")
    if msgtype not in TO_ALL or not isinstance(call.given.get(msgtype), dict):
        raise ApiError(40008)
    content = dict(call.given[msgtype])
    if msgtype == "mpnews":
        if content.get("media_id") not in call.world.drafts:
            raise ApiError(40007)
        content["articles"] = call.world.drafts.pop(content["media_id"])
    clientmsgid = call.text("clientmsgid")
    same = next((each for each in call.world.mass.values() if clientmsgid and each.clientmsgid == clientmsgid), None)
    if same is not None:
        raise ApiError(45065, "clientmsgid exist", msg_id=int(same.msg_id))
    pattern, most = ("%Y-%m-%d", 1) if account.kind == "subscription" else ("%Y-%m", 4)
    if sum(_in_china(each.at, pattern) == _in_china(now, pattern) for each in call.world.mass.values()) >= most:
        raise ApiError(45028)
    number = str(1_000_000_000 + call.world.count())
    call.world.mass[number] = Mass(number, msgtype, content, now, clientmsgid)
    return {
        "errmsg": "send job submission success",
        "msg_id": int(number),
        "msg_data_id": 200_000_000 + len(call.world.mass),
    }


def mass_get(call: Calling) -> Json:
    """Tell how it stands: SENDING until an administrator agreed, too."""
    mass = _mass(call)
    stage = "SENDING" if not mass.status else "SEND_SUCCESS" if mass.status == "send success" else "SEND_FAIL"
    return {"msg_id": int(mass.msg_id), "msg_status": "DELETE" if mass.gone else stage}


def mass_delete(call: Calling) -> Json:
    """Let what was sent open nothing any more; the cards stay on the followers' phones."""
    mass = _mass(call)
    if mass.status != "send success":
        raise ApiError(40059)
    mass.gone = True
    for article in mass.pages:
        article.gone = DELETED
    return {}


def _mass(call: Calling) -> Mass:
    found = call.world.mass.get(call.text("msg_id"))
    if found is None:
        raise ApiError(40059)
    return found


def _in_china(at: float, pattern: str) -> str:
    return (datetime.fromtimestamp(at, UTC) + CHINA).strftime(pattern)


def clear_quota(call: Calling) -> Json:
    """Begin the day's counts anew, ten times a month."""
    if call.text("appid") != call.account.appid:
        raise ApiError(40013, "invalid appid")
    month = _in_china(call.world.clock(), "%Y-%m")
    if call.world.clearings.count(month) >= CLEARINGS:
        raise ApiError(48006, "forbid to clear quota because of reaching the limit")
    call.world.clearings.append(month)
    return {}


def plain_words(html: str) -> str:
    """Give the words of an article."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()
