"""The words of the toll reader, as regular expressions over half-width, simplified text: what a sentence is cut into.

`COUNTED` and `SAID` list the parts of a sentence by the names that the grammar (toll_grammar.py) knows them by. A new
word goes into one of the expressions; the sign it begins with must be among those that its part can begin with.
"""

import re
from functools import cache
from typing import Final

from handlers.reading.numerals import NUMBER, NUMBER_STARTS

_END: Final = r"[,。!?;:、()\s”」』】#\]]|$"
STOP: Final = rf"(?={_END})"

# ---- who is counted

PERSON: Final = (
    "男子|女子|男孩|女孩|男童|女童|男婴|女婴|男生|女生|男性|女性|老人|老妇|老太|大爷|大妈|阿姨|"
    "老汉|农民工|工人|民工|施工人员|作业人员|司机|驾驶员|驾驶人|骑手|小哥|小学生|中学生|大学生|"
    "学生|儿童|孩子|小孩|幼童|幼儿|婴儿|少年|少女|青年|村民|居民|市民|群众|乘客|旅客|游客|矿工|"
    "瓦工|木工|电工|焊工|架子工|警察|民警|辅警|交警|消防员|战士|官兵|师生|教师|老师|员工|职工|"
    "路人|行人|妇女|孕妇|产妇|住户|业主|租客|保安|环卫工人|环卫工|清洁工|保洁员|医生|护士|"
    "医护人员|船员|渔民|平民|士兵|警员|公民|同胞|囚犯|犯人|嫌疑人|歹徒|观光客|顾客|食客|考生|"
    "信徒|球员|运动员|选手|跑者|专家|干部|志愿者|保姆|船工|水手|飞行员|机组人员|难民|移民|农民|"
    "牧民|商贩|摊主|店员|女工|男工|技工|技术员|工程师|研究人员|人员|伤员|伤者|患者|队员|驴友|"
    "成员|工友|维修工|装修工|安装工|养护工|外卖员|快递员|小伙"
)
_ROLE: Final = rf"(?:{PERSON})(?!楼|区|院|宿舍|公寓|委|小组|群(?!众)|会|证|节|医院|乐园|新村|大代表|家)"
_RELATIVES: Final = "夫妻|夫妇|母子|母女|父子|父女|兄弟|姐妹|姊妹|兄妹|姐弟|爷孙|祖孙|婆媳|情侣|双胞胎"
_MEASURE: Final = (
    r"(?:名(?![额单牌列校气叫称誉次义录])|位(?![数于置列次址])|人(?![座间份次均类格口员]|民币|工智)|"
    r"个(?![月亿万百]|小时|多月|多小时|钟头|工作日|星期|平方|单元|小区|村(?!民)|镇|县|市(?!民)|省|国家)|"
    r"口(?![井塘锅水饭气径])|条(?![件例款规路街河狗鱼蛇船])|具(?![体有]))"
)
_NO_QUOTA: Final = r"(?!\s*(?:及?以[上下内]|\(含(?:本数)?\)))"
_MANY: Final = (
    r"(?<!过)(?:多|数|若干)[名位人](?![次口])|(?:好多|很多|许多|不少|大量|好些|一些|部分|众多)的?个?[名位]?"
    rf"(?:{_ROLE}|人)|(?<![没未所])有人"
)
_NOBODY: Final = r"(?:无一|没有一|未有一|(?<!中)无|没有?|未有)(?:名|个|位)?人(?![员机口生幸])"

# ---- what became of them

_BY_OTHERS: Final = "撞砸打杀毒捅砍轧碾压炸夹踩刺勒掐射击咬害踢"
_BEFALLS: Final = "淹溺摔冻饿闷憋呛熏烧电坠跌烫"
_DIED: Final = (
    r"死亡(?![率线之谷]|病例|威胁|边缘|游戏|笔记|陷阱|风险|隐患)|"
    r"(?:抢救|医治|救治|治疗|施救)无效(?:后?(?:死亡|身亡|离世|去世))?|(?<!不)不治(?:身亡|死亡|而亡|"
    r"离世)?(?!之症)|遇难(?!者)|"
    r"身亡|身故|亡故|丧生|丧命|罹难(?!者)|殒命|殒身|殉职|殉难|溺亡|溺毙|坠亡|毙命|遇害|被害(?!人|妄想)|暴毙|惨死|命丧|"
    r"葬身|断气|死于|"
    r"失去了?(?:年轻的?|宝贵的?|鲜活的?)?(?:生命(?!体征|迹象)|性命)|[丢付][了掉出]了?(?:生命|性命)|"
    r"(?:没有|没了|停止|失去)了?(?:呼吸|心跳)|没(?:有|能)?(?:抢救|救)(?:过来|回来|活)|"
    r"(?:已无|没有|失去)了?(?:任何)?生命(?:体征|迹象|特征|征象)|(?<!有)无生命(?:体征|迹象|特征|征象)|"
    rf"没了(?:呼吸|性命|生命|命|{STOP})|(?<=[人名位口])死(?=[重轻受伤失0-9一二两三四五六七八九十]|了?(?:{_END}))|(?<=[人名])亡(?=[重轻受伤失0-9一二两三四五六七八九十]|{_END})|"
    rf"死了{STOP}|致死{STOP}|死在(?!.{{0,4}}[手心])"
)
_PERISHED: Final = r"无一(?:人)?(?:生还|幸存|幸免)|无人(?:生还|幸存|幸免)"
_PASSED: Final = r"去世|离世|逝世|(?<!的)牺牲(?!品|了?(?:休息|时间|利益|个人|业余|生态))"
_DEAD_ONES: Final = r"(?<!未)(?:遇难者|死难者|罹难者|死者|亡者|遗体|尸体|尸骨)"
_DIED_BEFORE: Final = (
    rf"(?<![吓笑气累急病吵猝老饿愁热困])死了?(?=(?:得?有|\s)*{NUMBER}\s*(?:个?人|[名位]|口人|个{STOP}|个了|个?(?:{_ROLE}))|"
    rf"[俩仨](?:人|{STOP}))|"
    rf"(?<![0-9一二两三四五六七八九十百])死(?={NUMBER}[人名]?[,、和 ]?(?:重伤|轻伤|伤))|"
    rf"(?<![人名死伤])亡(?={NUMBER}[人名])|"
    rf"致死(?=\s?{NUMBER}[人名])|当场[没走]了(?={NUMBER}个?(?:人|{STOP}))|(?:夺走|夺去|带走|吞噬|杀害)了?|杀了(?={NUMBER}个?[人名])"
)
_LIVES: Final = r"人命|生命(?!体征|迹象|危险|安全|力|垂危)|性命"
_GRAVELY: Final = (
    r"受?了?重伤(?![员者])|重度烧伤|(?:伤势|伤情|病情)(?:较为|较|严|很|过|比较|非常|十分|相对|极|危|都|均)*重|"
    r"伤势危急|病危|命危(?!险)|"
    rf"危重(?!症)|重症(?={NUMBER}|{_END})|(?:生命)?垂危|急性(?:工业|职业|职业性)中毒"
)
_GRAVE_ONES: Final = r"重伤[员者]|危重(?:患者|伤员|伤者)"
_LIGHTLY: Final = rf"受?了?轻(?:微)?伤|轻症(?={NUMBER}|{_END})|(?:伤势|伤情)(?:较|很|比较|均|都|轻)*轻微?"
_HURT: Final = (
    r"受了?(?:(?:轻重)?不同程度的?|轻重不同的?|皮外|外|些)*了?伤(?!害|[员者])|负伤|轻重伤|"
    r"[灼挫擦震刮割划扎扭烫摔冻跌烧电]伤(?![口疤膏科亡])|"
    rf"骨折|挂彩|外伤(?!口)|(?:伤势|伤情|生命体征)(?:均|都|已|较|比较|基本|总体|趋于)*(?:平稳|稳定)|(?<=[人名])伤(?=[0-9一二两三四五六七八九十死亡遇失]|{_END})"
)
_HURT_BY: Final = r"[撞打砍捅砸咬炸刺压轧射踩夹踢蜇叮]伤(?![口疤亡])"
_HURT_ONES: Final = r"(?<!未)(?:受伤者|伤者|伤员)"
_HURT_BEFORE: Final = (
    rf"(?<![死亡者轻重0-9一二两三四五六七八九十百])伤(?={NUMBER}[人名])|"
    rf"(?<=[人名个,、 亡])伤(?={NUMBER}[人名])|(?<=[,、 ])伤(?={NUMBER}个{STOP})|"
    rf"(?<![受负轻重])伤了(?=(?!好几|几){NUMBER}(?:[人名]|个人|个{STOP}))"
)

_TREATED: Final = (
    r"送医(?!疗)|送(?:往|到|至)?[^,。;:\d]{0,12}?医院|送院|送诊|(?:入院|住院)(?=治疗|救治|接受|观察|[,。、)\s\d]|$|"
    r"人数)|就医|"
    r"中毒"
)
_LOST: Final = r"失联|失踪|下落不明|失去联系"
_TRAPPED: Final = r"被困|受困|被埋|被?(?:掩埋|压埋)|困(?=[在于住])|[埋困][了住着]+"
_SAVED: Final = (
    r"救出|获救|脱险|脱困|生还|营救|解救|逃生|幸存|救起|救下|逃出|撤离|转移|疏散|安全返回|升井|"
    rf"平安(?:找到|归来|返回)|(?:均|都|全部)(?:已|已经)?(?:平安|安全)(?:无事|无恙)?{STOP}"
)
_BOTH: Final = (
    r"死伤|伤亡|死亡(?:及|和|与|或|/)?(?:失踪|失联)(?=人数|人员|[,。]|$)|"
    r"(?<![人员工生客场民众子])死亡(?:及|和|与|或|/)?(?:失踪|失联)(?=[0-9])"
)

# ---- numbers and fates in one word: 3死5伤

_ONE: Final = rf"(?:{NUMBER}|俩|(?<![亡踪联者数:] )(?<![受重轻]伤 ){NUMBER} )"
_TERSE_DEAD: Final = (
    rf"{_ONE}(?:死亡?|亡)(?=[,、和 ]?{_ONE}人?(?:[重轻]?伤|失))|(?<=[致成已]){_ONE}[死亡](?![者因])|"
    rf"(?<=伤)[,、和]?{_ONE}[死亡](?![者因]|{NUMBER})|"
    rf"(?<![该第逃求以赴有难万九]){NUMBER}死(?:了(?![之百])|(?=特?[大重]*(?:交通|火灾|爆炸|安全)?(?:事故|车祸|"
    rf"惨案|惨剧))|{STOP})|"
    rf"死{NUMBER}(?=[,、 ]?[重轻]?伤{NUMBER})|(?<=[0-9一二两三四五六七八九十])[,、 ]?死{NUMBER}{STOP}"
)
_TERSE_GRAVE: Final = rf"{_ONE}重伤"
_TERSE_LIGHT: Final = rf"{_ONE}轻伤"
_TERSE_HURT: Final = (
    rf"{_ONE}伤(?=\s?{_ONE}|[特重大]*(?:交通)?(?:事故|车祸|惨)|{STOP})|(?<=[死亡]){_ONE}伤(?![势情员者心亡口])|"
    rf"(?<=[0-9一二两三四五六七八九十]),?伤{NUMBER}{STOP}|(?<!\w)伤{NUMBER}(?=[,、 ]?死{NUMBER}{STOP})"
)
_TERSE_LOST: Final = rf"{_ONE}失(?:联|踪)(?!:|\s[:\d])"

# ---- what changes a count

_WAS: Final = (
    rf"[由从](?:[^,。;:\d一二两三四五六七八九十]{{1,8}})?{NUMBER}"
    r"(?:[人名位](?=[^,。;]{0,6}?(?:升|增|更|攀|降|减|变|调|修|改|到|至))|(?=上?(?:升|增|攀|降|减)))"
)
_GREW: Final = (
    r"(?:上升|攀升|升|增加|增|更新|更正|修正|核定|核减|上调|下调|上修|下修|调整|下降|降低?|减少|减|改|变更|变)"
    rf"(?:至|到|为|成)|(?<=,)(?:已|共)?(?:达到?|至)(?={NUMBER}人)"
)
_UNDER: Final = (
    r"(?<=[人员者])中(?=[,、有]|\d|[一二两三四五六七八九十])|其中|包括|包含|内含|含(?=\d|[一二两三四五六七八九十])"
)
_MORE: Final = r"另有|另外|另|又有|又|还有|此外|随后|后有|其余|以及|再添|新增"
_TOTAL: Final = r"累计|共计|合计|总计|共有|一共|总共|共"
_APART: Final = (
    r"家属|亲属|遗属|亲友|凶手|肇事(?:者|逃逸)|被告|涉嫌|抓获|刑拘|拘留|判处|判刑|被判|追责|问责|免职|处分|出动|"
    r"(?:救援|搜救|营救|寻找)(?=[^,。]{0,4}(?:[被受]困|被埋|失联|失踪|遇难者|伤者|伤员|群众))|记者(?=[^,。]{0,6}(?:获悉|报道|从|电))|目击|"
    r"报警|赔偿|抚恤|悼念|追悼|缅怀|慰问|致人|致死(?![者亡0-9一二两三四五六七八九十数近,。!?;:、()\s]|$)|致其|致他|致她|致我|致使|"
    r"(?:造成|导致)(?=[^,。]{0,4}(?:[0-9一二两三多数他她其我你]|(?<!本)人))|说是|防止|预防|避免|因病|患病|没收|"
    r"[将把](?=[^,。]{0,8}?[死伤亡])"
)

COUNTED: Final = (
    ("terse_dead", _TERSE_DEAD),
    ("terse_grave", _TERSE_GRAVE),
    ("terse_light", _TERSE_LIGHT),
    ("terse_hurt", _TERSE_HURT),
    ("terse_lost", _TERSE_LOST),
    ("mixed", rf"{NUMBER}[男女大老]{NUMBER}[男女小少]"),
    (
        "bare",
        (
            r"(?:(?<=[数为达至到过破是近逼])|(?<=数:)|(?<=数: )|(?<=[死受重轻失遇][亡伤联踪难]:)|"
            rf"(?<=[死受重轻失遇][亡伤联踪难]: ))"
            rf"{NUMBER}(?=[,;、!?)\s]|$)"
        ),
    ),
    ("count", rf"(?<![高初第]){NUMBER}\s*(?:{_MEASURE}{_NO_QUOTA}|(?={_ROLE}))"),
)
SAID: Final = (
    ("stop", r" !(),:;?、\s", r"[,、():;!?\s]"),
    ("was", "从由", _WAS),
    ("grew", "下上修升变增攀改更核调降减达至已共", _GREW),
    ("under", "其内包含中", _UNDER),
    ("more", "以其再又另后新此还随", _MORE),
    ("total", "一共合总累", _TOTAL),
    ("apart", "亲免凶出刑判因处家导将患悼慰把抓抚报拘搜救营寻没涉目缅肇致被记说赔追造遗避问防预", _APART),
    ("perished", "无", _PERISHED),
    ("nobody", "无未没", _NOBODY),
    ("many", "一不众多大好很数有若许部", _MANY),
    ("pair", "仨俩兄双夫姊姐婆情母父爷祖", rf"俩人?|仨|(?:{_RELATIVES})(?!{NUMBER}[人口]|俩|单位|关系)(?:双双)?"),
    ("passed", "去牺离逝", _PASSED),
    ("dead_ones", "亡尸死罹遇遗", _DEAD_ONES),
    ("both", "伤死", _BOTH),
    ("grave_ones", "危重", _GRAVE_ONES),
    ("gravely", "了伤危受命垂急生病重", _GRAVELY),
    ("lightly", "了伤受轻", _LIGHTLY),
    ("died", "致不丢丧亡付停医命坠失已惨抢救断施无暴死殉殒毙没治溺罹葬被身遇", _DIED),
    ("killed", _BY_OTHERS, rf"[{_BY_OTHERS}]死(?![角心])"),
    ("perish", _BEFALLS, rf"[{_BEFALLS}]死(?![角心])"),
    ("died_before", "亡吞夺带死杀致当", _DIED_BEFORE),
    ("lives", "人性生", _LIVES),
    ("hurt_ones", "伤受", _HURT_ONES),
    ("hurt", "伤冻划刮割受外扎扭挂挫摔擦灼烧烫生电负跌轻震骨", _HURT),
    ("hurt_by", "刺压咬夹射打捅撞炸砍砸踢踩轧蜇叮", _HURT_BY),
    ("hurt_before", "伤", _HURT_BEFORE),
    ("treated", "中住入就送", _TREATED),
    ("lost", "下失", _LOST),
    ("trapped", "压受困埋掩被", _TRAPPED),
    ("saved", "均都全平安升幸撤救生疏脱获营解转逃", _SAVED),
)
"""Names, the signs a part can begin with (looked at first: most signs of a text begin none), and the part itself."""


# ---- between a count and its fate

FILLED: Final = re.compile(
    rf"(?:{PERSON}|病?人?数(?:量|字)?|总人?数|总|者|的|目前|现在|现|已经|已|经|了|为|是|有|至少|"
    r"至|达到?|到|约|近|各|"
    r"分别|也|则|仅|据统计|初步统计|超过|超|过|多达|突破|逼近?|一对|一家|者|员|名单|情况|应|得|[:】\s])*"
)
AND: Final = re.compile(r"(?:\d{1,2}岁的?)?[^,。;\d死伤亡]{0,16}(?:和|与|及|以及|、|/)(?:另外|另)?")
NOT_SO: Final = re.compile(
    r"(?:没有?|未|无|并未|尚未|暂未|不会|不|免于)(?:有|被|人|人员|再|出现|造成|发生|有人|遭|受到)?$"
)
DESPITE: Final = re.compile(r"不(?:幸|慎|治|同程度)$")
UNSURE: Final = re.compile(r"可能|或许|恐将|险些|差点|生死|有望|如果|担心|想|要求|希望|准备|扬言|威胁")
KIN: Final = re.compile(r"的?(?:家属|亲属|亲友|遗属|家人|父母|父亲|母亲|妻子|丈夫|家中|家里|的?消息不实)")
RELATIVES_OF: Final = re.compile("[^,。]{0,4}(?:家属|亲属|遗属|亲友|家人)")
TAKEN: Final = re.compile(
    r"夺走|夺去|带走|吞噬|断送|葬送|损失了?|失去|(?<![留让给腾])出了?|逝去|消逝|陨落|离去|没了|换来"
)
OBJECT: Final = re.compile(rf"了?(?:他|她|我|你|其|人(?!员)|邻居|对方|自己|妻|丈夫|前妻|女友|{PERSON}|某|[一-龥]某)")
PASSIVE: Final = re.compile(r"被|遭|让|给|惨遭|受|为[^,]{1,8}所")
SAID_OF_PEOPLE: Final = re.compile(
    r"\s*(?:人(?![体类生])|(?:都|全|全部|已|已经|均|就|当场|了|直接)*(?:死|身亡|遇难|没了|没(?:有|能)?(?:抢救|救)|送医|送[往到]|被[^,。]{0,5}?[死伤]|受伤|"
    rf"重伤|轻伤|失踪|失联|被[埋困])|{STOP}|了)"
)
HERDS: Final = re.compile("[猪牛羊鸡鸭鹅狗猫鱼树苗犬]")
STRONGLY_GOES_ON: Final = re.compile(
    r"(?:结果|双双|生命垂危|病危|疑似|疑为|不幸|最终|终|当场|均|全部|全都|都|后?经[^,]{0,6}(?:抢救|医治|救治)|抢救|不治|无一|"
    r"送医(?:后|途中)?(?:均|都|被)?(?:宣[布告])?(?:不治|死亡|身亡)|后不治|已(?:全部|确认|不幸))"
)
GOES_ON: Final = re.compile(
    rf"(?:{STRONGLY_GOES_ON.pattern}|后|随后|经|送|被|因|已|于|目前|并|当天|次日|也|伤势|伤情|病情|生命|受|正|"
    r"其?身份|(?:导致|造成)(?:死亡|受伤|重伤))"
)


@cache
def compiled(written: str) -> re.Pattern[str]:
    """Compile when first asked for: commands that read no posts start sooner."""
    return re.compile(written)


@cache
def part_of_a_sentence() -> re.Pattern[str]:
    """Return what finds the next part of a sentence; the name of its group says what it is."""
    numbered = "|".join(f"(?P<{name}>{written})" for name, written in COUNTED)
    said = "|".join(f"(?=[{begins}])(?P<{name}>{written})" for name, begins, written in SAID)
    any_begins = "".join({*NUMBER_STARTS, *"伤死俩和", *"".join(begins for _, begins, _ in SAID if begins[0] != " ")})
    return re.compile(rf"(?=[{any_begins} !(),:;?、\s])(?:(?=[{NUMBER_STARTS}伤死俩,、和])(?:{numbered})|{said})")
