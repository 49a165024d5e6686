"""Telegram's Bot API as the tests have it: a real HTTP server that the real library talks to.

    with bot_api() as api:
        me = api.add_bot("123456:abc", "huiying_bot", privacy=False).user.id
        api.add_user(7, "李敏", "limin")
        api.add_chat(-1001, "supergroup", "值班群", members=[7, me])
        bot = telegram.Bot("123456:abc", base_url=api.base_url, base_file_url=api.base_file_url)

        said = api.says(7, -1001, "@huiying_bot 批准 12")  # an update: by getUpdates, or the webhook that was set
        api.deliver_to = ("http://127.0.0.1:8000/telegram", "secret")  # or pushed before each act returns
        query = api.taps(7, -1001, card_id, "属实")  # label or callback data
        api.forwards(7, -1001, "停水三天", {"type": "channel", "chat": -1002, "message_id": 5})
        api.fail_next("sendMessage", -1001, retry_after=3)
        api.lose_reply("sendMessage", -1001)

        api.messages(-1001, own=True)[-1].text, .labels, .silent, .topic, .history
        api.messages(7)  # a user's number is their private chat with the (first) bot; `bot="other_bot"` for another
        api.toasts(), api.calls("sendMessage", -1001), api.pinned(-1001), api.commands({"type": "default"}, "zh")

By itself: `python -m tests.platforms.bot_api --port 8081`; POST /control/says {"user": 7, "chat": -1001, "text": "…"}
does what `api.says` does (a list does it once for each element), POST /control/deliver_to {"to": [url, secret]}.
"""

from tests.platforms.bot_api.api import BotApi, bot_api
from tests.platforms.bot_api.world import Call, Chat, Message, Toast, User

__all__ = ["BotApi", "Call", "Chat", "Message", "Toast", "User", "bot_api"]
