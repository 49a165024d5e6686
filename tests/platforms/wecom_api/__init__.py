"""WeCom's and the official account's servers as the tests have them: real HTTP, for whatever client the desk uses.

    with wecom_api() as api:
        app = api.add_app("ww1234567890abcdef", 1000002, "secret", token="…", aes_key="43 characters")
        api.add_member("limin", "李敏")
        api.deliver_to("app", "http://127.0.0.1:8000/wecom/callback")
        api.corp_url  # stands for https://qyapi.weixin.qq.com: f"{api.corp_url}/cgi-bin/gettoken"

        pushed = api.says("limin", "批准 12")  # a sealed callback, pushed before the act returns
        pushed.statuses, pushed.took, pushed.answer, pushed.trouble, pushed.fields["MsgId"]
        api.taps("limin", task_id, "属实")  # by label or key; on a card of choices with {question_key: [option ids]}
        api.fail_next("message/send", "limin", errcode=45009)
        api.lose_reply("message/send", "limin"); api.end_tokens(42001); api.enforce_limits(); api.down(); api.up()

        api.messages("limin", own=True)[-1].text, .labels, .content, .task_id, .cut, .history
        api.calls("message/send", "limin"), api.violations, api.pushes, api.verifies("app")

        address = api.add_webhook("key"); api.messages("key")
        api.add_bot("aib1", "回应"); api.add_group("wrGroup1", "联席会议", ["limin"])  # an AI bot and its group
        api.deliver_to("bot", "http://127.0.0.1:8000/wecom/aibot")
        api.tells_bot("limin", "停水三天", "wrGroup1"); api.taps_bot("limin", task_id, "属实", "wrGroup1")

        api.add_account(mode="safe"); api.add_follower("oFollower1")  # the official account: api.account_url
        api.deliver_to("account", "http://127.0.0.1:8000/wechat/callback")
        api.says("oFollower1", "停水三天")  # a follower; a member's name would have meant the app
        api.finishes(); api.published()[-1].url  # the publication under way ends and is told; its page is served there
        api.publish_after = 0.1  # or every publication ends by itself

By itself: `python -m tests.platforms.wecom_api --port 8082`; POST /control/says {"who": "limin", "text": "…"} does what
`api.says` does (a list does it once for each element), POST /control/deliver_to {"line": "app", "url": "…"}.

What no page of the vendors says, and the double decides for itself: the errcode of a response_code, response_url or
msgid that is done with, and of a task_id used twice (40058); that callbacks answered other than 2xx are repeated too.
"""

from tests.platforms.wecom_api.api import AES_KEY, TOKEN, WecomApi, wecom_api
from tests.platforms.wecom_api.delivery import Push
from tests.platforms.wecom_api.sealed import Sealer
from tests.platforms.wecom_api.world import Account, App, Call, Chat, Follower, Member, Message, Robot

__all__ = [
    "AES_KEY",
    "TOKEN",
    "Account",
    "App",
    "Call",
    "Chat",
    "Follower",
    "Member",
    "Message",
    "Push",
    "Robot",
    "Sealer",
    "WecomApi",
    "wecom_api",
]
