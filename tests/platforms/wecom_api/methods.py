"""Every method by host and name."""

from tests.platforms.asgi import Json
from tests.platforms.wecom_api import sending
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


OPEN = ("gettoken",)  # those that ask for no token
METHODS: dict[tuple[Side, str], Method] = {
    ("qyapi", "gettoken"): gettoken,
    ("qyapi", "message/send"): sending.send,
    ("qyapi", "message/recall"): sending.recall,
    ("qyapi", "message/update_template_card"): sending.update_template_card,
}
