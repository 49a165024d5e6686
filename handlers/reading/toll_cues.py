"""Cues for whole sentences and texts: what is told, supposed, refuted, recalled or only counted by the year.

Those with numbers in them are long: they are kept as written, and compiled when first searched for (`compiled`).
"""

import re
from typing import Final

from handlers.reading.numerals import NUMBER
from handlers.reading.toll_words import PERSON, STOP

_NO_GAP: Final = r"\d,。;:、()!?\n没未称说报嫌抓判"
_BURDEN: Final = "房贷|贷款|债|酸雨|农药|污水|废水|利息|压力|生活|工作|作业|物价|学费|骆驼|稻草"
DENIES: Final = (
    r"(?<![暂尚])(?:没有|未|无|零|并无|均无)(?:造成|发生|出现|导致|有|引发|接到)?(?:任何|重大|"
    r"其他)?(?:的)?(?:一|1)?(?:名|个)?"
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
    r"(?:造成|致|导致|发生|出现|(?<![没无是否])有)(?:了|重大|较大|大量|多人|人员|部分)*伤亡(?!情况|人数|报告|"
    r"不明|不详|与否|吗|么|\?)|"
    rf"伤亡(?:惨重|严重|较大|很大|不小|{NUMBER}[人名])"
)
# 工人被吊臂砸死 / 有人触电身亡; not 差点被砸死, 被房贷压死, 养的狗被毒死
_KILLED: Final = (
    rf"(?<![快会要怕想险不别点鸡鸭鱼猪狗猫牛羊树草苗花])被(?:(?!{_BURDEN})[^{_NO_GAP}]){{0,10}}?"
    r"[压砸埋撞轧碾电烧炸淹夹踩挤闷]死(?![猪鸡鸭鱼狗猫羊牛树草苗]|的)|"
    rf"(?:{PERSON})(?:(?![快会要怕险差没未])[^{_NO_GAP}]){{0,10}}?[摔砸压电淹烧炸撞轧埋闷]死(?:了|在|{STOP})|"
    r"(?<![吓笑气累急病吵])死了人(?!家)|"
    r"(?:触电|溺水|坠楼|坠落|高坠|坠下|摔下|中毒|窒息|中暑|坍塌|塌方)(?:后|而|致|当场)?(?:死亡|身亡|而死|遇难)"
    r"(?!事故|人数|者|率|风险|案例|隐患|赔偿)"
)
UNCOUNTED: Final = {
    "deaths": (
        rf"(?<!过)(?:多|数|若干)(?:名|人|位)(?:[^,。\d无没未]{{0,6}})(?:死亡|遇难|身亡|丧生|死伤|伤亡)|{_HARM}|"
        rf"死了(?:好多|很多|不少|许多|好些|一些)(?:个|名)?人|有人(?:当场)?(?:死了|死亡|身亡|遇难|丧生)|"
        r"(?<!\w)死人了|(?<=[又已经里上场都])死人了|[砸压电淹炸摔轧埋]死(?:了人|人了)|出了?人命(?!才|再|怎么|"
        rf"谁|咋|就|算)|{_KILLED}"
    ),
    "injured": (rf"(?<!过)(?:多|数|若干)(?:名|人|位)(?:[^,。\d无没未]{{0,6}})(?:受伤|死伤|伤亡)|{_HARM}"),
    "missing": (r"(?<!过)(?:多|数|若干)(?:名|人|位)(?:[^,。\d无没未]{0,4})(?:失联|失踪)"),
    "trapped": (r"(?<!过)(?:多|数|若干)(?:名|人|位)(?:[^,。\d无没未]{0,4})被困"),
}
LEFT_OPEN: Final = re.compile(
    r"(?:无|没有?|未|不)(?:造成|发生|出现|导致|有|发现|接到|收到|听说|见)*$|是否|不清楚|不知道|不会|以免|难道|"
    r"非要|非得|是不是|要是|等到|等着|只有"
)

TELLS: Final = re.compile(
    "死|亡|伤|遇难|丧生|丧命|罹难|殒|殉职|毙命|遇害|被害|杀害|杀了|不治|无效|离世|去世|逝世|牺牲|生命|性命|人命|呼吸|"
    "遗体|尸|没了|病危|命危|"
    "危重|垂危|中毒|骨折|送医|医院|住院|入院|送院|失联|失踪|下落不明|失去联系|被困|受困|埋|困[住了在于]|损失|"
    "生还|幸存|幸免|挂彩|葬身|断气|身故|心跳|救过来|救回来|救活|重症"
)
"""A sentence without any of these tells nothing of a toll: most sentences, so reading stays quick.

Each word begins with a sign of its own, no set: by those Python looks for a place to try quickly."""
SENTENCE: Final = re.compile(r"[^。!?;\n]{1,300}[!?]?")
CONDITION: Final = re.compile(
    r"可处|处以|如果|假如|假设|(?<![似恍宛])若(?![干是无])|一旦|万一|倘若|要是|否则|不然|凡是?|之日起|是指|应当|"
    r"以上[^,。]{0,12}以下"
)
"""What follows in the sentence is supposed or ruled, not told."""
SUPPOSED: Final = re.compile(
    r"不存在|否认|差点|差一点|险些|迟早|早晚|担心|(?<![可恐])怕|可能|足以|可造成|避免|防止|预防|模拟|达到|难道|非要|非得|"
    r"等到|以免|假设|不会|扬言"
)
QUOTA: Final = re.compile(
    r"[亡伤]的,?(?:处|可处|应当|依法|构成|属于|按|扣)|以上[^,。]{0,12}以下|人?以上(?:的)?(?:较大|重大|特别重大|一般)?(?:安全|生产|责任)*事故"
)
STATISTIC: Final = re.compile(
    r"电影(?![院城节厂]|公司|学院|频道)|影片|电视剧|(?<![悲惨加])剧中|剧情|小说(?!家)|游戏里|漫画|抗战|抗日|大屠杀|二战|解放战争|抗美援朝|"
    r"自(?:\d{4}年|去年|前年)[^。]{0,12}(?:以来|起)|每年|年均|平均|全年|上半年|下半年|前[一二三1-4]季度|"
    r"(?:今年以来|近年来|近[0-9一二三五十]+年来?|[0-9一二两三四五六七八九十]+年(?:来|间|内|里))(?![^,。]{0,8}(?:最|第|首|罕见))|"
    r"同比|环比|每天|每日|"
    r"累计发生|(?:各类|生产安全|道路交通|火灾)[^,。]{0,6}事故[^,。]{0,6}起|发生[^,。]{0,8}事故\d+起|发生(?:各类)?(?:火灾|火警|溺水)(?:[2-9]|\d[\d,]+)起|频发|频频|"
    r"死亡率|发病率"
)
DRILL: Final = re.compile(r"演练|演习|桌面推演|模拟(?:现场|事故|场景|救援)|假想|情景设定")
IN_A_DRILL: Final = re.compile(
    r"(?:演练|演习|军演)(?:中|时|过程中|期间)[^。]{0,24}(?:事故|意外|出事|失控|走火|相撞|坠毁|失事|不幸)"
)
HISTORIC: Final = re.compile(
    r"去年|前年|此前曾|曾经?(?:发生|造成|致|导致|有|出现)|\d+年前|[一二两三四五六七八九十几多]+年前|历史上|"
    r"上世纪|唐山大?地震|汶川大?地震|史上|回顾|"
    r"[12]\d{3}年以来|旧闻|当年|往年|类似事故|忘记|还记得|记忆犹新|令人想起|(?<!\d)[6-9]\d年(?=[,的月]|\d)|"
    r"新闻背景|相关链接|背景链接|背景资料|新闻链接|事故盘点|历年"
)
BACKGROUND: Final = re.compile(
    r"以来[^。]{0,12}第[二三四五六七八九十几\d]+[起次]|"
    r"新闻背景|相关链接|背景链接|背景资料|新闻链接|相关新闻|事故盘点|历史事故|往期回顾|事故回顾"
)
"""From here to the end of the text other events are recalled."""
PRESENT: Final = re.compile(r"今天|今日|昨天|昨日|昨晚|日前|此次|本次|这次|目前|截至|近日|刚刚|又有|再次")
YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:年|[-./]\d{1,2})")
EARLIER: Final = re.compile(r"\((?:此前|之前|原先|先前|早前|原报|原为|上次)[^()]*$")
"""In brackets, what was told before."""
DENIED_BEFORE: Final = re.compile(r"(?:无|没有?|未)(?:造成|发生|出现|导致|有)?$")
NEW_SENTENCE: Final = re.compile(r"[。!?\n](?!(?:另有?|此外还有|还有)\s?[0-9一二两三四五六七八九十])")
ADDED: Final = re.compile(r"另|又|还有|此外|随后|后有|其余|以及")
TOTAL: Final = re.compile(r"累计|共计|合计|总计|一共|总共|总数|总人数|共(?!同)")
ANEW: Final = re.compile(r"仍|尚有|剩余")
"""Who is still missing or trapped: an earlier count of them is over."""
PLACE: Final = re.compile(r"([一-龥]{2,6}?)([县区市州盟旗镇乡村])(?:已经?|因灾|共|有|造成|报告)*$")
"""The place that a count is told of: 甲县死亡3人、乙县死亡2人."""
WHOLE: Final = re.compile("^(?:全|本|我|该|各)")
ALL_SAVED: Final = re.compile(
    r"(?:全部|均已?被?|都已?被?|悉数|最后一[名人个位][^,。]{0,8})(?:成功|安全)*(?:救出|获救|脱险|脱困|解救|"
    r"营救|疏散|撤离|找到)"
)
ILL: Final = re.compile(
    "新冠|肺炎|确诊|病例|疫情|感染|癌|肿瘤|白血病|流感|非典|埃博拉|登革|鼠疫|艾滋|尘肺|病逝|因病|病毒|患病|"
    "猝死|心梗|脑溢血|疫苗|老死|寿终|绝症|血栓|高温死亡|热浪|心脏病|尿毒症|中风|病故|突发疾病"
)
EVENT: Final = re.compile(
    "事故|车祸|火灾|爆炸|爆燃|闪爆|坍塌|垮塌|倒塌|塌方|塌陷|滑坡|泥石流|地震|台风|洪水|暴雨|山洪|龙卷|雷击|"
    "触电|漏电|溺水|落水|坠|砸|撞|食物中毒|"
    "煤气中毒|一氧化碳|中暑|浓烟|烟雾|毒气|氯气|氨气|泄漏|燃烧|起火|着火|大火|山火|袭击|枪击|爆破|矿难|透水|沉船|翻船|翻车|侧翻|追尾|失事|"
    "拉肚子|上吐下泻|集体腹泻|集体呕吐|踩踏|掩埋|跌落|摔|被埋|脱轨|劫持|砍|捅|行凶|恐怖"
)
EVERYDAY: Final = re.compile("去世|离世|逝世|送医|医院|住院|入院|送院|就医|送诊")
"""People die in their beds and go to hospitals on other days, too."""
BY_OWN_HAND: Final = re.compile(r"自杀|轻生|自缢|自尽|跳楼|楼[^,。]{0,4}跳下|跳桥|跳河|烧炭|服毒|割腕|殉情|上吊|自焚")
REFUTED: Final = re.compile(
    r"不实|(?<!并非)(?<!不是)(?<!绝非)谣言|造谣|传谣|辟谣|谣传|假消息|假新闻|虚假|子虚乌有|并无此事|纯属|系谣|有误"
)
QUOTED: Final = re.compile("[“「『][^“”「」『』]{1,200}[”」』]")
TRUE: Final = re.compile(r"实际|实为|真实情况|事实上|经核实|经查|确认|更正|通报称|官方")
CORRECTED: Final = re.compile(r"(?:后经|进一步|重新)核实|应为|实际(?:为|是)?|更正|最终确认")
HEARSAY: Final = re.compile(
    r"网传|传言|听说|据说|据传|听工友|听人|有网友|网友称|爆料|疑似|好像|据称|传出|传闻|目击者称"
)
_WHERE: Final = r"[A-Z]?\d+(?:\.\d+)?(?:多|余)?(?:楼|层|米|公里|国道|省道|高速|号楼|栋)"
NAMED: Final = r"[一-龥]某{1,2}(?:\([^()]{1,24}\))?"
_NAMES: Final = rf"{NAMED}(?:[、和及与,]{NAMED})*"
_VAINLY: Final = r"(?:当场|不幸|先后|受伤后|送医后|经[^,。;]{0,6}抢救无效|抢救无效)*"
SINGLE: Final = (
    rf"(?P<verb>(?:{PERSON})(?:(?!{PERSON})(?:[^{_NO_GAP}的]|{_WHERE}|,(?=当场|不幸|经抢救|抢救无效|送医))){{0,10}}(?:身亡|遇难(?!者)|丧生|溺亡|坠亡|"
    r"当场死亡|不治(?!之症)))|"
    rf"致(?P<names>{_NAMES}){_VAINLY}(?:死亡|身亡|遇难)"
)
"""A single victim who is told of without a number (司机当场身亡), or those who are named (致张某、李某死亡)."""
LOSS: Final = (
    r"(?:直接)?(?:经济|财产|直接)?损失(?:人民币|高达|初步估算|初步估计|预计|估计|大约|超过|在|初步核定|金额|"
    r"总额|共计|合计|累计|总计|折合|约合|"
    r"目前|已经|已|达到?|为|是|有|约|近|逾|至|到|:|"
    rf"\s)*(?P<n>{NUMBER})\s*个?(?P<more>[万亿])?\s*(?:元(?!\s*(?:以[上下内]|\())|人民币|(?<=[万亿]){STOP})|"
    rf"(?P<n2>{NUMBER})\s*元(?!以[上下内])(?:人民币)?的?(?:直接)?(?:经济|财产)?损失"
)
