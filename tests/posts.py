"""Posts made up for the tests of learning: two fields of work and matters of neither, in many words."""

import itertools

PLACES = ("江南花园", "城东新村", "北环路", "学苑小区", "滨江一号", "老机床厂宿舍")
HOUSES = ("外墙渗水开裂", "电梯老停运", "楼板空鼓墙皮脱落", "交房两年还没通水电", "地下室漏水严重", "房产证办不下来")
ROADS = ("路面坑洼积水", "路灯一个月不亮", "井盖破损没人修", "人行道地砖全碎了", "下水道堵塞", "断头路一直不修通")
SAYS = ("住户意见很大", "打了几次电话没有回音", "请尽快来看看", "大家都在群里说", "老人出门很不方便")


def posts() -> list[tuple[str, str]]:
    """Return labelled posts, no two of them copies of each other."""
    told = itertools.product(PLACES, SAYS)
    found = []
    for n, (place, says) in enumerate(told):
        found.append((f"{place}的房子,{HOUSES[n % 6]},{says}。已经第{n}回反映", "housing"))
        found.append((f"{place}门口,{ROADS[(n + 1) % 6]},{says}。都记了{n}笔", "municipal"))
    return found
