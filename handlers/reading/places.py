"""The names of places in a text: roads, estates, schools, projects and units, in the text's own words.

A name ends with a word that says what it is (路, 花园, 小学, 公司) and begins where a name can begin: after a sign,
an administrative unit, another place, or a word that leads up to one (位于, 投诉, 附近的). What is only such a word
names nothing: 我们小区, 这条路.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from handlers.text.canonical import half_width

KINDS: Final = {
    "road": "大道 公路 高速 快速路 国道 省道 立交桥 立交 大桥 高架桥 高架 隧道 环线 号线 路 街 巷 胡同",
    "estate": (
        "小区 新村 花园 花苑 新城 新都 家园 公寓 名城 华庭 公馆 别墅 山庄 庄园 豪庭 豪园 名邸 名都 广场 大厦 国际城 "
        "苑 庭 郡 府 湾 城 园 邨"
    ),
    "school": "幼儿园 小学 初中 高中 中学 大学 学院 职校 技校 学校 附中 附小 一中 二中 三中 四中",
    "project": "安置房 保障房 公租房 经适房 廉租房 项目 工程 工地 楼盘 地块",
    "unit": (
        "有限公司 有限责任公司 公司 集团 医院 卫生院 派出所 物业 酒店 饭店 商场 超市 "
        "市场 驾校 银行 水厂 电厂 工厂 水泥厂 化工厂 养老院 "
        "敬老院 火车站 汽车站 高铁站 地铁站 公交站 地铁口 水库 公园"
    ),
    "village": "街道 社区 村委会 居委会 村 镇 乡",
    "district": "经开区 高新区 开发区 新区 自治区 省 市 县 区",
}
SHORTEST, LONGEST = 2, 6  # signs of what is a name's own; 4 for one that ends in a sign that ends many words
_KIND_OF: Final = {ending: kind for kind, endings in KINDS.items() for ending in endings.split()}
# 政府, 城市 and the like end no name; 路灯 stands on a road that is named all the same.
_ENDING: Final = re.compile(
    f"(?!(?<=[政学官])府|(?<=[家法])庭|(?<=[线铁公马思出退网])路|城[市管乡投中]|园[区林长]|村[民委]|市[民场]|区[别域块]|湾里)"
    f"(?:{'|'.join(sorted(_KIND_OF, key=len, reverse=True))})"
)
_WIDENING: Final = frozenset({"小区", "社区", "楼盘", "项目", "物业", "工程", "工地", "安置房"})
_MASKED: Final = re.compile(r"(?<![A-Za-z0-9])[A-Z]\d{0,2}$")  # A7县, as published letters have it
_RUN: Final = re.compile(r"[\u3007\u4e00-\u9fffA-Za-z0-9·]+")
# A name does not reach back over these.
_LEADS: Final = re.compile(
    ".*(?:刚才|刚刚|方才|今天|昨天|前天|今早|今晚|昨晚|现在|目前|突然|忽然|位于|网传|听说|据说|受伤|送往|送到|转到|送|发生|解决|整治|处理|坐落|座落|家住|住在|居住|投诉|反映|反应|举报|关于|咨询|请问|请求|恳请|希望|建议|质疑|附近|旁边|旁的|周边|"
    "对面|门口|门前|楼下|里面|内部|以及|还有|或者|由于|因为|为了|自从|通过|根据|尊敬|领导|您好|你好|我们|我是|本人|业主|"
    "居民|村民|市民|群众|家长|学生|请|在|从|到|至|往|由|和|与|及|跟|同|对|向|把|被|让|给|将|于|的|了|着|过|是|为|有|没|"
    "影响|导致|造成|进入|进出|出入|开设|开展|配合|感谢|相信|呼吁|严重|加大|加强|周围|周边|地方|相关|有关|配套|普通|多家|这个|那个|"
    "不|就|都|也|还|又|再|很|太|这|那|该|此|某|每|各|全|整|本|我|你|您|他|她|它|们|等|后|前|内|外|上|下|来|去|但|而|且|或|如|"
    "若|因|所|以|之|其|某|几|两|个|条|座|栋|期|号|经|沿|距|离|靠|近|临|叫|说|问|想|要|会|能|可|应|须|需|办|修|建(?![设筑业])|买|卖)"
)
_NOT_NAMES: Final = frozenset(
    (
        "道 马 公 铁 网 线 电 思 出 退 一 二 三 四 套 水 走 农 乡 全 新 老 旧 大 小 好 高 "
        "政 官 内 外 城 园 校 居 住 别 商 市 社 地 片 辖 山 景 郊 矿 厂 库 学 科 公共 城市 "
        "农村 政府 管理 有限 有限责任 责任 股份 开发 房地产 房产 地产 投资 建设 人民 中心 私立 公立 "
        "公办 民办 重点 附属 普通 义务 基础 工业 商业 农贸 菜 夜 安置 高档 老旧 住宅 居民 生活 大型 "
        "建筑 施工 劳务 装修 装饰 贸易 实业 文化 传媒 物业管理 物业服务 服务 供水 供电 燃气 自来水 "
        "污水 绿化 改造 拆迁 民生 惠民 重大 相关 有关 当地 国家 中国 全省 全市 全县 全区 省 县 区 "
        "镇 村 街 乡镇 街道 社区 行政 自然 城乡 乡村 新农 贫困"
    ).split()
)
# 人民路, 民生小区 and 中心小学 are names all the same.
_NAMES_OF: Final = {
    "road": frozenset("人民 建设 文化 工业 商业 中心 投资 民生 中国 开发".split()),
    "estate": frozenset("人民 建设 文化 民生 惠民 投资".split()),
    "school": frozenset(("中心",)),
}
_ONE_SIGN_OWN: Final = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a text names: what it is, the words, and the words without what says only what it is."""

    kind: str
    words: str
    own: str


def places(text: str) -> tuple[Place, ...]:
    """Return the places that a text names, each once, in their order; districts among them."""
    return tuple(dict.fromkeys(place for run in _RUN.finditer(half_width(text)) for place in _in_run(run.group())))


def _in_run(run: str) -> Iterator[Place]:
    start, last = 0, None  # of what may belong to the next name; the place that ended there
    for ending in _ENDING.finditer(run):
        word = ending.group()
        own = _own(run[start : ending.start()])
        if not own and last is not None and ending.start() == start and word in _WIDENING:
            start = ending.end()  # 阳光花园小区 is 阳光花园
            continue
        if len(word) > 1 and not own and last is not None and ending.start() == start and last.kind != "district":
            last = Place(_KIND_OF[word], last.words + word, last.own)  # 江南路小学
            start = ending.end()
            continue
        if last is not None:
            yield last
            last = None
        if _is_name(own, word):
            last = Place(_KIND_OF[word], own + word, own)
            start = ending.end()
        elif word in _WIDENING or len(word) > 1 or _KIND_OF[word] == "district":
            start = ending.end()
    if last is not None:
        yield last


def _own(before: str) -> str:
    """Return what can belong to a name, of the words before its ending."""
    near = before[-(LONGEST + 2) :]
    masked = _MASKED.search(near)
    if masked:
        return masked.group()
    lead = _LEADS.match(near)
    return (near[lead.end() :] if lead else near)[-LONGEST:]


def _is_name(own: str, ending: str) -> bool:
    if not own or (own in _NOT_NAMES and own not in _NAMES_OF.get(_KIND_OF[ending], ())):
        return False
    if _KIND_OF[ending] == "district":
        return True
    return SHORTEST <= len(own) <= (_ONE_SIGN_OWN if len(ending) == 1 else LONGEST)
