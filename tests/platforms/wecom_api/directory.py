"""The corp as an app may read it: members, departments, itself, the vendor's addresses."""

from tests.platforms.asgi import Json
from tests.platforms.wecom_api.calling import Calling
from tests.platforms.wecom_api.world import ApiError, Member

MOST_ENTRIES, MOST_BELOW = 3, 5
ADDRESSES = ["127.0.0.1", "101.226.103.0/25"]


def user_get(call: Calling) -> Json:
    """https://developer.work.weixin.qq.com/document/path/90196 — an app sees no telephone numbers since June 2022."""
    member = call.world.member(str(call.need("userid")))
    if member is None:
        raise ApiError(60111)
    return _whole(call, member)


def user_simplelist(call: Calling) -> Json:
    """https://developer.work.weixin.qq.com/document/path/90200."""
    keys = ("userid", "name", "department")
    return {"userlist": [{key: getattr(each, key) for key in keys} for each in _inside(call)]}


def user_list(call: Calling) -> Json:
    """https://developer.work.weixin.qq.com/document/path/90201."""
    return {"userlist": [_whole(call, each) for each in _inside(call)]}


def _inside(call: Calling) -> list[Member]:
    number = call.text("department_id")
    if not number.isdecimal() or int(number) not in call.world.departments:
        raise ApiError(60123)
    return [each for each in call.world.members.values() if int(number) in each.department]


def _whole(call: Calling, member: Member) -> Json:
    shown: Json = {"userid": member.userid, "name": member.name, "department": member.department}
    shown |= {"position": member.position, "status": 1 if member.active else 2, "main_department": member.department[0]}
    return {**shown, "mobile": member.mobile} if call.app.reads_telephones else shown


def department_list(call: Calling) -> Json:
    """https://developer.work.weixin.qq.com/document/path/90208 — a department with all below it."""
    found, asked = call.world.departments, call.text("id")
    if not asked:
        return {"department": list(found.values())}
    if not asked.isdecimal() or int(asked) not in found:
        raise ApiError(60123)
    below = [int(asked)]
    for number in below:
        below += [each["id"] for each in found.values() if each["parentid"] == number]
    return {"department": [found[number] for number in below]}


def agent_get(call: Calling) -> Json:
    """https://developer.work.weixin.qq.com/document/path/90227."""
    app = call.agent()
    users = [{"userid": each.userid} for each in call.world.members.values() if each.active]
    return {"agentid": app.agentid, "name": app.name, "allow_userinfos": {"user": users}, "close": 0}


def menu_create(call: Calling) -> Json:
    """https://developer.work.weixin.qq.com/document/path/90231: one to three entries, below each at most five."""
    call.agent()
    entries = call.need("button")
    if not 1 <= len(entries) <= MOST_ENTRIES or any(len(each.get("sub_button", ())) > MOST_BELOW for each in entries):
        raise ApiError(40058, "button invalid Request Parameter")
    return {}


def addresses(_: Calling) -> Json:
    """https://developer.work.weixin.qq.com/document/path/92521 and .../90930: the vendor's addresses."""
    return {"ip_list": ADDRESSES}
