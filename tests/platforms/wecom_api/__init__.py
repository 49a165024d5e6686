"""WeCom's and the official account's servers as the tests have them: a real HTTP server that the real library talks to.

    with wecom_api() as api:
        app = api.add_app("ww1234567890abcdef", 1000002, "secret", token="…", aes_key="43 characters")
        api.add_member("limin", "李敏")
        api.deliver_to("app", "http://127.0.0.1:8000/wecom/callback")
        api.corp_url  # stands for https://qyapi.weixin.qq.com: f"{api.corp_url}/cgi-bin/gettoken"

        pushed = api.says("limin", "批准 12")  # a sealed callback, pushed before the act returns
        pushed.statuses, pushed.took, pushed.answer, pushed.fields["MsgId"]
        api.taps("limin", task_id, "属实")  # by label or key; on a card of choices with {question_key: [option ids]}
        api.fail_next("message/send", "limin", errcode=45009)
        api.lose_reply("message/send", "limin"); api.end_tokens(42001); api.enforce_limits(); api.down(); api.up()

        api.messages("limin", own=True)[-1].text, .labels, .content, .task_id, .cut, .history
        api.calls("message/send", "limin"), api.violations, api.pushes

By itself: `python -m tests.platforms.wecom_api --port 8082`; POST /control/says {"who": "limin", "text": "…"} does what
`api.says` does (a list does it once for each element), POST /control/deliver_to {"line": "app", "url": "…"}.
"""

from tests.platforms.wecom_api.api import AES_KEY, TOKEN, WecomApi, wecom_api
from tests.platforms.wecom_api.delivery import Push
from tests.platforms.wecom_api.sealed import Sealer
from tests.platforms.wecom_api.world import Account, App, Call, Message

__all__ = ["AES_KEY", "TOKEN", "Account", "App", "Call", "Message", "Push", "Sealer", "WecomApi", "wecom_api"]
