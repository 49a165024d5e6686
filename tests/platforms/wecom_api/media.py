"""Files that go up and come down.

Corp: https://developer.work.weixin.qq.com/document/path/90253 (upload), .../90254 (get), .../90256 (uploadimg).
Account: https://developers.weixin.qq.com/doc/offiaccount/Asset_Management/Adding_Permanent_Assets.html and
.../New_temporary_materials.html.
"""

from tests.platforms.asgi import Json
from tests.platforms.wecom_api.calling import Calling
from tests.platforms.wecom_api.world import ApiError, StoredFile

SMALLEST = 5  # bytes: every file must have more
KILO, MEGA = 1024, 1024 * 1024
LARGEST = {"image": 10 * MEGA, "voice": 2 * MEGA, "video": 10 * MEGA, "file": 20 * MEGA, "thumb": 64 * KILO}
ENDINGS = {"image": (".jpg", ".jpeg", ".png"), "voice": (".amr", ".mp3"), "video": (".mp4",), "thumb": (".jpg",)}
IN_ARTICLES = 1 * MEGA


def upload(call: Calling) -> Json:
    """Keep a file for three days."""
    kind = call.text("type")
    file = _kept(call, kind, days=3)
    return {"type": kind, "media_id": file.media_id, "created_at": str(call.world.now())}


def add_material(call: Calling) -> Json:
    """Keep a file for good; a picture has an address too."""
    file = _kept(call, call.text("type"), days=None)
    shown = {"url": f"{call.world.url}{file.url_path}"} if file.kind in ("image", "thumb") else {}
    return {"media_id": file.media_id, **shown}


def del_material(call: Calling) -> Json:
    """Forget a file."""
    if call.world.media.pop(call.text("media_id"), None) is None:
        raise ApiError(40007)
    return {}


def upload_image(call: Calling) -> Json:
    """Keep a picture for use within articles; only its address is given."""
    file = _kept(call, "image", days=None, most=IN_ARTICLES if call.side == "weixin" else LARGEST["image"])
    return {"url": f"{call.world.url}{file.url_path}"}


def get(call: Calling) -> Json:
    """Give a file; of a video the account is given an address instead.

    https://developers.weixin.qq.com/doc/offiaccount/Asset_Management/Get_temporary_materials.html
    """
    file = call.world.media.get(call.text("media_id"))
    if file is None or (file.until is not None and call.world.clock() > file.until):
        raise ApiError(40007)
    if call.side == "weixin" and file.kind == "video":
        return {"video_url": f"{call.world.url}{file.url_path}"}
    return {"content": file.content, "name": file.name}


def _kept(call: Calling, kind: str, *, days: float | None, most: int = 0) -> StoredFile:
    if kind not in LARGEST:
        raise ApiError(40004)
    if "media" not in call.uploads:
        raise ApiError(41005, "media data missing")
    name, content = call.uploads["media"]
    if not SMALLEST < len(content) <= (most or LARGEST[kind]):
        raise ApiError(40006, "invalid file size")
    if not name.lower().endswith(ENDINGS.get(kind, "")):
        raise ApiError(40005, "invalid file type")
    return call.world.keep(kind, name, content, days=days)
