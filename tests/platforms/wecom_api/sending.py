"""What the app sends to members, and what it changes afterwards."""

import json

from tests.platforms.asgi import Json
from tests.platforms.wecom_api.calling import Calling
from tests.platforms.wecom_api.contents import MEDIA, TEXT, TO_MEMBERS, check_card, check_media, check_words, content_of
from tests.platforms.wecom_api.faults import Violation
from tests.platforms.wecom_api.showing import CALLED_BACK
from tests.platforms.wecom_api.world import ApiError, Message, World

CARD_LIFE = 72.0  # hours for a response_code
RECALL_LIFE = 24 * 3600.0  # seconds
DUPLICATES = 1800  # seconds in which the same message is not sent again, when that was asked for
LONGEST_DUPLICATES = 4 * 3600
EVERYBODY = "@all"


def send(call: Calling) -> Json:
    """https://developer.work.weixin.qq.com/document/path/90236."""
    app = call.agent()
    msgtype, content = content_of(call, TO_MEMBERS)
    check_media(call, msgtype, content)
    over = False
    if msgtype == "template_card":
        check_card(content)
        _claim_task(call, content)
    elif msgtype not in MEDIA:
        over = check_words(msgtype, content, most=TEXT)
    known, unknown = receivers(call)
    if not known:
        raise ApiError(81013, invaliduser="|".join(unknown))
    msgid = f"msg{call.world.count():08d}"
    answer: Json = {"invaliduser": "|".join(unknown), "msgid": msgid}
    if not _repeated(call):
        for userid in known:
            _land(call, userid, msgtype, content, msgid, over=over)
    if msgtype == "template_card" and content["card_type"] in CALLED_BACK:
        task = str(content["task_id"])
        answer["response_code"] = call.world.ticket(call.world.response_codes, str(app.agentid), task, CARD_LIFE)
    return answer


def _land(call: Calling, userid: str, msgtype: str, content: Json, msgid: str, *, over: bool) -> None:
    if call.limits.over("member", userid):
        return
    message = call.world.write(call.world.chat(userid), msgtype, dict(content), msgid=msgid)
    message.cut = over
    if over:
        call.limits.violations.append(Violation("cut", userid))


def receivers(call: Calling) -> tuple[list[str], list[str]]:
    """Give whom a message goes to, and whom it named in vain, in small letters as the vendor does."""
    members = call.world.members
    if call.text("touser") == EVERYBODY:
        return list(members), []
    named = [each for each in call.text("touser").split("|") if each]
    found = [call.world.member(each) for each in named]
    known = [each.userid for each in found if each is not None and each.active]
    parties = [int(each) for each in call.text("toparty").split("|") if each.isdecimal()]
    known += [each.userid for each in members.values() if set(parties) & set(each.department)]
    heard = {each.lower() for each in known}
    return list(dict.fromkeys(known)), [each.lower() for each in named if each.lower() not in heard]


def _claim_task(call: Calling, card: Json) -> None:
    """同一个应用任务id不能重复: a task_id is good for one message of an app."""
    task = str(card.get("task_id", ""))
    key = (call.app.agentid, task)
    if task and key in call.world.tasks:
        raise ApiError(40058, "template_card.task_id duplicated")
    if task:
        call.world.tasks.add(key)


def _repeated(call: Calling) -> bool:
    """Tells whether the same message went out a moment ago, if the call asks about that."""
    if call.given.get("enable_duplicate_check") != 1:
        return False
    key = (call.app.agentid, json.dumps({k: v for k, v in call.given.items() if k != "access_token"}, sort_keys=True))
    asked = int(call.given.get("duplicate_check_interval", DUPLICATES))
    before, now = call.world.sent.get(key), call.world.clock()
    if before is not None and now - before < min(asked, LONGEST_DUPLICATES):
        return True
    call.world.sent[key] = now
    return False


def recall(call: Calling) -> Json:
    """https://developer.work.weixin.qq.com/document/path/94867 — within 24 hours."""
    found = [each for chat in call.world.chats.values() for each in chat.messages if each.msgid == call.need("msgid")]
    if not found or call.world.clock() - found[0].at > RECALL_LIFE:
        raise ApiError(40058, "invalid msgid")
    for message in found:
        message.recalled = True
    return {}


def update_template_card(call: Calling) -> Json:
    """https://developer.work.weixin.qq.com/document/path/94888 — each response_code good once, within 72 hours."""
    app = call.agent()
    button, card = call.given.get("button"), call.given.get("template_card")
    if not button and not card:
        raise ApiError(40058, "button and template_card missing")
    if card:
        check_card({"task_id": "task", **card})
    invalid = ApiError(40058, "invalid response_code")
    ticket = call.world.redeem(call.world.response_codes, str(call.need("response_code")), invalid)
    if ticket.chat != str(app.agentid):
        raise invalid
    named = list(call.world.members) if call.given.get("atall") == 1 else call.given.get("userids", [])
    parties = set(call.given.get("partyids", []))
    named = [*named, *(each.userid for each in call.world.members.values() if parties & set(each.department))]
    unknown = []
    for userid in named:
        message = card_of(call.world, userid, ticket.task_id)
        if message is not None:
            change(message, button, card)
        elif call.given.get("atall") != 1:
            unknown.append(userid)
    return {"invaliduser": unknown}


def card_of(world: World, userid: str, task_id: str) -> Message | None:
    """Find a card in the chat of a member."""
    member = world.member(userid)
    if member is None:
        return None
    return next((each for each in reversed(world.chat(member.userid).messages) if each.task_id == task_id), None)


def change(message: Message, button: Json | None, card: Json | None) -> None:
    """Put a grey text in place of a card's buttons, or another card in its place."""
    message.history.append(message.content)
    if card:
        message.content = {**card, "task_id": message.task_id}
        message.replaced = str(card.get("replace_text", ""))
    else:
        message.content = dict(message.content)
        message.replaced = str((button or {})["replace_name"])
