"""The words in which Chinese texts tell a toll, as regular expressions over half-width text."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from handlers.reading.numerals import NUMBER

_PERSON: Final = (
    "男子|女子|男孩|女孩|男童|女童|男|女|老人|老妇|老太|工人|民工|农民工|施工人员|作业人员|司机|驾驶员|学生|小学生|中学生|"
    "大学生|儿童|孩子|幼童|幼儿|婴儿|少年|少女|村民|居民|乘客|游客|矿工|警察|民警|消防员|战士|官兵|师生|员工|职工|路人|"
    "妇女|孕妇|住户|业主|保安|环卫工|清洁工|母子|母女|夫妻|人员"
)
_MEASURE: Final = "名|人|位|个|口|条|例|具"
_WHO: Final = rf"\s*(?:多|余)?\s*(?:(?:{_MEASURE})(?!月|小时|以上|以下|以内)|(?={_PERSON}))"
_ONE: Final = rf"(?<![高初第])(?P<n>{NUMBER}){_WHO}"  # 高三学生 is one pupil
_NO_GAP: Final = r"\d,。;:、()!?\n没未称说报嫌抓判"
_GAP: Final = (
    rf"(?:(?!伤(?!后|势|重|情|员|及)|无(?!效)|[一二两三四五六七八九十百]+(?:{_MEASURE}|死|伤)|致人|致死|防止|预防|救援|家属|参与|说是|获救|因病|患病|"
    rf"(?:造成|导致|致|将|把)(?:其|他|她|我|儿子|女儿|孩子))"
    rf"[^{_NO_GAP}]){{0,16}}?"
)
_SHORT_GAP: Final = rf"(?:(?![一二两三四五六七八九十百]+(?:{_MEASURE})|无)[^{_NO_GAP}死亡]){{0,10}}?"
_NOT_QUOTA: Final = r"(?!\s*(?:以上|以下|以内|\(含))"
_GROWN: Final = (
    rf"(?:人?员?(?:总)?人?数)?(?:[由从]{NUMBER}[人名]?)?(?:目前|现|现在|已|已经|共|共计|累计|合计|总计|达到?|为|是|有|至少|各|了|"
    r"增加|更新|更正|修正|核定|突破|上升|攀升|升|增|至|到|约|近|逾|:|\s)*"
)

_DEAD: Final = (
    "死亡|遇难|身亡|丧生|丧命|罹难|殒命|殉职|溺亡|坠亡|毙命|遇害|被害|死于|不治|去世|离世|牺牲(?!品)|失去生命|停止呼吸|"
    "无生命体征|没有生命体征|(?<![病不])死(?![者因刑角心活党里尸守撑板循亡伤猪鱼忠磕扛粉结路胡弯]|多少)|亡(?![命灵国者])"
)
_SERIOUS: Final = (
    "受?重伤|重度烧伤|伤势(?:较|严|很|过|比较)?重|伤情(?:较|严|很)?重|病危|危重|生命垂危|命危|"
    "急性(?:工业|职业|职业性)中毒"
)
_HURT: Final = (
    "受伤|负伤|轻伤|轻微伤|轻重伤|[烧烫灼炸砸摔挫擦刺砍咬震冻压刮]伤|骨折|挂彩|"
    rf"伤(?![亡者心害及势情员]|{NUMBER}[人名])"
)
_AFTER_VICTIM: Final = rf"(?!\s*(?:{_SHORT_GAP})?(?:受伤|重伤|轻伤|受?重?伤|失踪|失联|被困|获救|送医|住院|受困|下落))"
_PEOPLE: Final = rf"(?:个?人|名|位|口人?|个(?=\s*(?:{_PERSON}|[,。!?;:、)]|了|在|$)))"
_STOP: Final = r"(?=[,。!?;:、)\s]|$)"
_KILLS: Final = "撞砸烧压炸打杀毒捅砍淹闷轧碾埋击刺夹溺摔电坠呛熏勒踩挤冻饿"
_BURDEN: Final = "房贷|贷款|债|酸雨|农药|污水|废水|利息|压力|生活|工作|作业|物价|学费|骆驼|稻草"
_COUNTED: Final = rf"(?P<n>{NUMBER})\s*(?:名|人|位|个)(?:遇难者|死者|人|{_PERSON})?{_NOT_QUOTA}"


@dataclass(frozen=True, slots=True)
class Wording:
    """One way of telling a number: which field, how, and whether it is only a part or a second-best hint."""

    about: str
    written: str
    part: str = ""
    hint: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        """Return it as it is searched for. Compiled when first asked for: commands that read no posts start sooner."""
        return _compiled(self.written)


_compiled: Final = cache(re.compile)


def _told(about: str, pattern: str, part: str = "", *, hint: bool = False) -> Wording:
    return Wording(about, pattern, part, hint)


STATED: Final = (
    # First the wordings whose number is made of two: what a later one reads inside them does not count.
    # 27名消防员和3名民兵牺牲
    _told(
        "deaths",
        rf"(?P<n>{NUMBER}(?:名|位)[^{_NO_GAP}]{{1,8}}[和与及]{NUMBER}(?:名|位))[^{_NO_GAP}]{{0,10}}?(?P<verb>{_DEAD})",
    ),
    # 一男一女身亡
    _told("deaths", rf"(?P<n>{NUMBER}男{NUMBER}女|{NUMBER}大{NUMBER}小|{NUMBER}女{NUMBER}男){_GAP}(?P<verb>{_DEAD})"),
    _told(
        "injured",
        rf"(?P<n>{NUMBER}男{NUMBER}女|{NUMBER}大{NUMBER}小|{NUMBER}女{NUMBER}男)[^{_NO_GAP}]{{0,6}}?(?:{_HURT})",
    ),
    # 3人死亡 / 五名被困工人全部遇难 / 一家六口死亡 / 致6人亡
    _told("deaths", rf"{_ONE}{_NOT_QUOTA}{_GAP}(?P<verb>{_DEAD})"),
    # 两名工人在作业时没听见车声,结果被火车撞死
    _told(
        "deaths", rf"{_ONE}{_NOT_QUOTA}[^。\d]{{0,40}},(?:结果|不幸|最终|当场|均|全部)[^,。\d]{{0,12}}(?P<verb>{_DEAD})"
    ),
    # 死亡人数升至12人 / 遇难者已达9人 / 死亡3人
    _told(
        "deaths", rf"(?<!未)(?:死亡|遇难|死难|罹难|身亡|丧生|死者|亡者|遇难者)者?的?{_GROWN}{_COUNTED}{_AFTER_VICTIM}"
    ),
    _told(
        "deaths",
        rf"(?:死亡|遇难|死难|罹难)者?(?:总?人数|总数)(?:目前|已|已经|现)*(?:上升|攀升|升|增加?|更新|更正|修正|核定)?"
        rf"(?:至|到|为|达到?|是|有)+(?P<n>{NUMBER})(?![年月日时:岁%])",
    ),
    # 死5人伤3人
    _told(
        "deaths",
        rf"(?<![0-9人者一二两三四五六七八九十百])[死亡](?P<n>{NUMBER})(?:人|名)?{_NOT_QUOTA}(?=[,、和 ]?(?:重伤|伤))",
    ),
    # 10死2伤 / 六死一伤
    _told("deaths", rf"(?P<n>{NUMBER})死(?:亡)?(?=,?、?{NUMBER}(?:人?[重轻]?伤|失))"),
    _told("deaths", rf"(?:致|已|酿|酿成|造成|导致)(?P<n>{NUMBER})[死亡](?![者因])"),
    # 撞死2人 / 夺走三条生命
    _told("deaths", rf"[{_KILLS}]死了?{_COUNTED}"),
    # 死了3个人 / 车祸2死 / 3人没了
    _told("deaths", rf"(?<![吓笑气累急病吵])死了?(?P<n>{NUMBER})\s*{_PEOPLE}(?:{_PERSON})?{_NOT_QUOTA}"),
    _told("deaths", rf"(?<![该第逃求以赴有难])(?P<n>{NUMBER})死(?:了(?!之))?{_STOP}"),
    _told(
        "deaths",
        rf"(?P<n>{NUMBER})\s*{_PEOPLE}(?:{_PERSON})?[^,。!?;:、\d]{{0,6}}?没了(?:{_STOP}|呼吸|性命|生命|命)",
    ),
    _told("deaths", rf"(?:夺走|夺去|带走|吞噬)了?(?P<n>{NUMBER})(?:条|名|个|人)[^,。\d]{{0,6}}(?:人命|生命|性命)"),
    _told("deaths", rf"{_ONE}(?:[^,。\d无没未]){{0,10}}(?:丢了|丢掉|失去|付出)了?(?:生命|性命)"),
    _told(
        "deaths",
        rf"(?:发现|找到|挖出|搜出)了?(?P<n>{NUMBER})(?:具|名|位)(?:遇难者|死者)?(?:的)?(?:遗体|尸体|遇难者)",
        hint=True,
    ),
    _told("serious_injuries", rf"{_ONE}{_NOT_QUOTA}{_SHORT_GAP}(?P<verb>{_SERIOUS})"),
    _told(
        "serious_injuries",
        rf"(?:重伤|病危|危重|急性(?:工业|职业|职业性)中毒)(?:者|员|患者)?{_GROWN}{_COUNTED}{_AFTER_VICTIM}",
    ),
    _told("serious_injuries", rf"(?P<n>{NUMBER})重伤"),
    _told("injured", rf"{_ONE}{_NOT_QUOTA}(?:(?![死亡无])[^{_NO_GAP}]){{0,12}}?(?P<verb>{_SERIOUS})", "重"),
    _told("injured", rf"{_ONE}{_NOT_QUOTA}(?:(?![死亡无])[^{_NO_GAP}]){{0,12}}?(?P<verb>轻伤|轻微伤|受轻伤)", "轻"),
    _told("injured", rf"{_ONE}{_NOT_QUOTA}(?:(?![死亡无])[^{_NO_GAP}]){{0,18}}?(?P<verb>{_HURT})"),
    _told("injured", rf"(?<!未)(?:受伤|负伤|伤者|伤员)(?:人员|者)?{_GROWN}{_COUNTED}(?!\s*(?:死亡|遇难|身亡))"),
    _told("injured", rf"重伤(?:者|员)?{_GROWN}{_COUNTED}", "重"),
    _told("injured", rf"轻伤(?:者|员)?{_GROWN}{_COUNTED}", "轻"),
    _told("injured", rf"[撞砸烧炸打捅砍刺咬刮压烫震]?伤(?P<n>{NUMBER})(?:人|名){_NOT_QUOTA}"),
    _told("injured", rf"(?P<n>{NUMBER})(?:人)?(?P<verb>重伤)", "重"),
    _told("injured", rf"(?P<n>{NUMBER})(?P<verb>轻伤)", "轻"),
    _told("injured", rf"(?P<n>{NUMBER})伤(?![亡势情])"),
    _told("injured", rf"[死亡]{NUMBER}(?:人|名)?[,、和 ]?伤(?P<n>{NUMBER})(?:人|名)?"),
    _told("injured", rf"(?P<n>{NUMBER})名?(?:伤者|伤员)", hint=True),
    _told(
        "injured",
        rf"{_ONE}{_NOT_QUOTA}(?:(?![死亡无])[^{_NO_GAP}]){{0,10}}?"
        r"(?:送医|送往[^,。\d]{0,8}医院|送院|入院|住院|就医|中毒)(?!后?不治)",
        hint=True,
    ),
    _told("injured", rf"(?:中毒|住院|入院)(?:者|人员|患者)?{_GROWN}{_COUNTED}", hint=True),
    _told("missing", rf"{_ONE}{_NOT_QUOTA}{_SHORT_GAP}(?:失联|失踪|下落不明)"),
    _told("missing", rf"(?:失联|失踪|下落不明)(?:者|人员)?{_GROWN}{_COUNTED}"),
    _told("missing", rf"(?P<n>{NUMBER})名?(?:失联|失踪)(?:者|人员)?"),
    _told("trapped", rf"{_ONE}{_NOT_QUOTA}{_SHORT_GAP}(?:被困|受困|被埋)"),
    _told("trapped", rf"(?:被困|受困|被埋)(?:者|人员|群众|工人|矿工)?{_GROWN}{_COUNTED}"),
    _told("trapped", rf"[埋困][了住着在]+(?P<n>{NUMBER})\s*{_PEOPLE}"),  # 基坑塌方埋了两个人
    _told(
        "loss_yuan",
        rf"(?:直接)?(?:经济|财产|直接)?损失{_GROWN}(?:人民币|高达|初步估算|初步估计|预计|估计|大约|超过|在|初步核定)*"
        rf"\s*(?P<n>{NUMBER})\s*(?:元{_NOT_QUOTA}|(?<=[万亿]){_STOP})",
    ),
    _told("loss_yuan", rf"(?P<n>{NUMBER})\s*元{_NOT_QUOTA}(?:人民币)?的?(?:直接)?(?:经济|财产)损失"),
    # A single victim named without a number: 司机当场身亡
    _told(
        "deaths",
        rf"(?P<verb>(?:{_PERSON})(?:(?!{_PERSON})[^{_NO_GAP}的]){{0,6}}(?:身亡|遇难|丧生|溺亡|坠亡|当场死亡|不治))",
        hint=True,
    ),
)

DENIES: Final = re.compile(
    r"(?<![暂尚])(?:没有|未|无|零|并无|均无)(?:造成|发生|出现|导致|有|引发|接到)?(?:任何|重大|其他)?(?:的)?(?:一|1)?(?:名|个)?"
    r"人?员?(?P<what>伤亡|死伤|死亡|遇难|受伤)"
)
"""所幸无人员伤亡 / 未造成人员伤亡: the text itself says nobody. 暂无 and 尚无 leave it open."""
DENIED: Final = {
    "伤亡": ("deaths", "serious_injuries", "injured"),
    "死伤": ("deaths", "serious_injuries", "injured"),
    "死亡": ("deaths",),
    "遇难": ("deaths",),
    "受伤": ("serious_injuries", "injured"),
}
_HARM: Final = (
    r"(?:造成|致|导致|发生|出现|(?<![没无是否])有)(?:了|重大|较大|大量|多人|人员|部分)*伤亡(?!情况|人数|报告|不明|不详|与否|吗|么|\?)|"
    rf"伤亡(?:惨重|严重|较大|很大|不小|{NUMBER}[人名])"
)
# 工人被吊臂砸死 / 有人触电身亡; not 差点被砸死, 被房贷压死, 养的狗被毒死
_KILLED: Final = (
    rf"(?<![快会要怕想险不别点鸡鸭鱼猪狗猫牛羊树草苗花])被(?:(?!{_BURDEN})[^{_NO_GAP}]){{0,10}}?"
    r"[压砸埋撞轧碾电烧炸淹夹踩挤闷]死(?![猪鸡鸭鱼狗猫羊牛树草苗]|的)|"
    rf"(?:{_PERSON})(?:(?![快会要怕险差没未])[^{_NO_GAP}]){{0,10}}?[摔砸压电淹烧炸撞轧埋闷]死(?:了|在|{_STOP})|"
    r"(?<![吓笑气累急病吵])死了人(?!家)|"
    r"(?:触电|溺水|坠楼|坠落|高坠|坠下|摔下|中毒|窒息|中暑|坍塌|塌方)(?:后|而|致|当场)?(?:死亡|身亡|而死|遇难)"
    r"(?!事故|人数|者|率|风险|案例|隐患|赔偿)"
)
UNCOUNTED: Final = {
    "deaths": re.compile(
        rf"(?<!过)(?:多|数|若干)(?:名|人|位)(?:[^,。\d无没未]{{0,6}})(?:死亡|遇难|身亡|丧生|死伤|伤亡)|{_HARM}|"
        rf"死了(?:好多|很多|不少|许多|好些|一些)(?:个|名)?人|有人(?:当场)?(?:死了|死亡|身亡|遇难|丧生)|"
        rf"(?<!\w)死人了|(?<=[又已经里上场都])死人了|[砸压电淹炸摔轧埋]死(?:了人|人了)|出了?人命(?!才|再|怎么|谁|咋|就|算)|{_KILLED}"
    ),
    "injured": re.compile(rf"(?<!过)(?:多|数|若干)(?:名|人|位)(?:[^,。\d无没未]{{0,6}})(?:受伤|死伤|伤亡)|{_HARM}"),
    "missing": re.compile(r"(?<!过)(?:多|数|若干)(?:名|人|位)(?:[^,。\d无没未]{0,4})(?:失联|失踪)"),
    "trapped": re.compile(r"(?<!过)(?:多|数|若干)(?:名|人|位)(?:[^,。\d无没未]{0,4})被困"),
}
LEFT_OPEN: Final = re.compile(
    r"(?:无|没有?|未|不)(?:造成|发生|出现|导致|有|发现|接到|收到|听说|见)*$|是否|不清楚|不知道|不会|以免|难道|非要|非得|是不是|要是|等到|等着|只有"
)
SPOKEN_OF: Final = {
    "deaths": re.compile(
        r"死|亡|遇难|丧生|丧命|罹难|殒命|殉职|毙命|遇害|被害|不治|离世|去世|牺牲|人命|生命|性命|呼吸|遗体|尸体|没了"
    ),
    "serious_injuries": re.compile(r"重伤|伤势|伤情|烧伤|病危|命危|危重|垂危|中毒"),
    "injured": re.compile(r"伤|病危|命危|危重|垂危|骨折|挂彩|中毒|医|住院|入院|送院"),
    "missing": re.compile(r"失联|失踪|下落不明"),
    "trapped": re.compile(r"被困|受困|埋|困住|困了|困在"),
    "loss_yuan": re.compile(r"损失"),
}
"""A sentence without any of these tells nothing of the field: most sentences, so reading stays quick."""
SENTENCE: Final = re.compile(r"[^。!?;\n]{1,300}")
SUPPOSED: Final = re.compile(
    r"如果|假如|假设|若|一旦|万一|差点|差一点|险些|迟早|早晚|否则|不然|担心|(?<![可恐])怕|凡是?|可能|足以|可造成|避免|防止|预防|演练|演习|模拟|是指|之日起|达到"
)
QUOTA: Final = re.compile(r"以上[^,。]{0,12}以下|人?以上(?:的)?(?:较大|重大|特别重大|一般)?(?:安全|生产|责任)*事故")
STATISTIC: Final = re.compile(
    r"每年|年均|平均|全年|上半年|下半年|前[一二三1-4]季度|今年以来|近年来|近[0-9一二三五十]+年|同比|环比|"
    r"累计发生|(?:各类|生产安全|道路交通|火灾)[^,。]{0,6}事故[^,。]{0,6}起|发生[^,。]{0,8}事故\d+起"
)
HISTORIC: Final = re.compile(
    r"去年|前年|此前曾|曾经?(?:发生|造成|致|导致|有)|\d+年前|历史上|上世纪|唐山大?地震|汶川大?地震|史上|回顾|[12]\d{3}年以来"
)
PRESENT: Final = re.compile(r"今天|今日|昨天|昨日|昨晚|日前|此次|本次|这次|目前|截至|近日|刚刚|又有|再次")
NOT_ONE: Final = re.compile(r"(?:无|没有?|未)(?:造成|发生|出现|导致|有)?$")
UPDATED: Final = re.compile(r"升至|升到|上升|攀升|增至|增到|增加(?:到|至)|更新|更正|修正|核定")
ADDED: Final = re.compile(r"另|又|还有|此外|随后|后有|其余|以及")
PARTS: Final = re.compile(r"当场|不治|抢救无效|送医|医院|途中")
RESCUED: Final = re.compile(r"救出|获救|脱险|脱困|生还|营救|解救|遇难|死亡|身亡")
