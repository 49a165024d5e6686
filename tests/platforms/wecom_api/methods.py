"""Every method by host and name."""

from tests.platforms.asgi import Json
from tests.platforms.wecom_api import account, articles, directory, groups, media, sending
from tests.platforms.wecom_api.calling import Calling, Method
from tests.platforms.wecom_api.world import ApiError, Side


def gettoken(call: Calling) -> Json:
    """https://developer.work.weixin.qq.com/document/path/91039."""
    if call.text("corpid") != call.world.corp_id:
        raise ApiError(40013)
    for app in call.world.apps.values():
        if app.secret == call.text("corpsecret"):
            value, left = call.tokens.give("qyapi", str(app.agentid), "gettoken", anew=False)
            return {"access_token": value, "expires_in": left}
    raise ApiError(40001, "invalid credential")


# those that ask for no token
OPEN = ("gettoken", "token", "stable_token", "webhook/send", "webhook/upload_media", "aibot/response")
QYAPI: dict[str, Method] = {
    "gettoken": gettoken,
    "message/send": sending.send,
    "message/recall": sending.recall,
    "message/update_template_card": sending.update_template_card,
    "media/upload": media.upload,
    "media/uploadimg": media.upload_image,
    "media/get": media.get,
    "user/get": directory.user_get,
    "user/simplelist": directory.user_simplelist,
    "user/list": directory.user_list,
    "department/list": directory.department_list,
    "agent/get": directory.agent_get,
    "menu/create": directory.menu_create,
    "getcallbackip": directory.addresses,
    "get_api_domain_ip": directory.addresses,
    "appchat/create": groups.create,
    "appchat/get": groups.get,
    "appchat/update": groups.update,
    "appchat/send": groups.send,
    "webhook/send": groups.webhook_send,
    "webhook/upload_media": groups.webhook_upload,
    "aibot/response": groups.bot_response,
}
WEIXIN: dict[str, Method] = {
    "token": account.token,
    "stable_token": account.stable_token,
    "getcallbackip": directory.addresses,
    "get_api_domain_ip": directory.addresses,
    "clear_quota": account.clear_quota,
    "draft/add": articles.draft_add,
    "draft/get": articles.draft_get,
    "draft/delete": articles.draft_delete,
    "freepublish/submit": articles.submit,
    "freepublish/get": articles.get,
    "freepublish/delete": articles.delete,
    "freepublish/getarticle": articles.getarticle,
    "material/add_material": media.add_material,
    "material/del_material": media.del_material,
    "media/upload": media.upload,
    "media/uploadimg": media.upload_image,
    "media/get": media.get,
    "message/custom/send": account.custom_send,
    "message/mass/sendall": account.mass_sendall,
    "message/mass/get": account.mass_get,
    "message/mass/delete": account.mass_delete,
}
# the official account says errcode 0 only where it has nothing else to say, and of a publication that began
BARE: dict[Side, tuple[str, ...]] = {
    "qyapi": (),
    "weixin": (
        *("token", "stable_token", "getcallbackip", "get_api_domain_ip", "draft/add", "draft/get"),
        *("freepublish/get", "freepublish/getarticle", "material/add_material", "media/upload", "media/uploadimg"),
        "media/get",
    ),
}
METHODS: dict[Side, dict[str, Method]] = {"qyapi": QYAPI, "weixin": WEIXIN}
