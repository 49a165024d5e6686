"""How news, bulletins and posts tell a toll: phrases written for this test, group by group."""

import pytest

from handlers.reading.toll import read_toll

FIELDS = ("deaths", "serious_injuries", "injured", "missing", "trapped", "loss_yuan")
NUMBERS = [
    ("脚手架垮塌,造成两死俩伤", {"deaths": 2, "injured": 2}),
    ("吊篮坠落,俩工人当场身亡", {"deaths": 2}),
    ("兄弟俩在基坑积水中溺亡", {"deaths": 2}),
    ("母子二人被困火场,双双遇难", {"deaths": 2}),
    ("夫妻双双坠亡", {"deaths": 2}),
    ("他们仨都没能抢救过来,仨人全部遇难", {"deaths": 3}),
    ("爆炸已造成十余人死亡", {"deaths": 10}),
    ("气体泄漏致近百人中毒", {"injured": 100}),
    ("看台坍塌,上百人受伤", {"injured": 100}),
    ("地震造成数十人遇难", {"deaths": 20}),
    ("客车坠崖,三十多人遇难", {"deaths": 30}),
    ("踩踏事故导致至少15人死亡", {"deaths": 15}),
    ("至少有7名工人被砸伤", {"injured": 7}),
    ("火灾造成3至5人受伤", {"injured": 3}),
    ("坍塌造成三四人受伤", {"injured": 3}),
    ("据初步统计,洪水致逾千人受伤", {"injured": 1000}),
    ("事故造成１２人死亡，２３人受伤", {"deaths": 12, "injured": 23}),
    ("二十一人死亡,一百零三人受伤", {"deaths": 21, "injured": 103}),
    ("爆燃事故致壹人死亡,贰人受伤", {"deaths": 1, "injured": 2}),
    ("台风已夺去1,203人的生命", {"deaths": 1203}),
    ("强震造成2万余人遇难", {"deaths": 20000}),
    ("海啸致死者达1.2万人", {"deaths": 12000}),
]
TERSE = [
    ("3死5伤", {"deaths": 3, "injured": 5}),
    ("渣土车撞上公交,3死5伤!", {"deaths": 3, "injured": 5}),
    ("某小区火灾一死三伤", {"deaths": 1, "injured": 3}),
    ("两车相撞致4死11伤多车受损", {"deaths": 4, "injured": 11}),
    ("塔吊倒塌致2死3重伤", {"deaths": 2, "serious_injuries": 3, "injured": 3}),
    ("爆炸已致5死3失联", {"deaths": 5, "missing": 3}),
    ("桥面坍塌4伤2亡", {"deaths": 2, "injured": 4}),
    ("昨夜车祸五死", {"deaths": 5}),
    ("发生六死特大交通事故", {"deaths": 6}),
    ("死3伤5", {"deaths": 3, "injured": 5}),
    ("矿难酿9死,矿长被控制", {"deaths": 9}),
    ("17人死 22人伤", {"deaths": 17, "injured": 22}),
    ("翻车致8人伤", {"injured": 8}),
    ("致6人亡", {"deaths": 6}),
    ("高坠1人亡", {"deaths": 1}),
]
FATES = [
    ("事故造成3人死亡,15人受伤,其中4人伤势较重", {"deaths": 3, "serious_injuries": 4, "injured": 15}),
    ("坍塌致2人重伤、6人轻伤", {"serious_injuries": 2, "injured": 8}),
    ("2人重伤,另有5人轻微伤,均无生命危险", {"serious_injuries": 2, "injured": 7}),
    ("11人受伤(2人重伤,9人轻伤)", {"serious_injuries": 2, "injured": 11}),
    ("危重3人,重伤5人,轻伤12人", {"serious_injuries": 8, "injured": 20}),
    ("救出的4人中1人生命垂危", {"serious_injuries": 1, "injured": 1}),
    ("伤员共计31人,其中危重伤员2名", {"injured": 31, "serious_injuries": 2}),
    ("目前,7名伤者正在医院救治,其中2人病危", {"injured": 7, "serious_injuries": 2}),
    ("吊装时钢丝绳断裂,砸伤3名工人", {"injured": 3}),
    ("3名工人被掉落的模板砸伤", {"injured": 3}),
    ("配电房爆燃,两名电工被烧伤", {"injured": 2}),
    ("5名学生不同程度受伤", {"injured": 5}),
    ("6名乘客受皮外伤", {"injured": 6}),
    ("一工人从三楼摔下骨折", {"injured": 1}),
    ("工地食堂24人食物中毒,已送医", {"injured": 24}),
    ("8名工人急性职业中毒", {"serious_injuries": 8, "injured": 8}),
    ("基坑塌方,4人被埋", {"trapped": 4}),
    ("电梯故障,5名住户被困轿厢", {"trapped": 5}),
    ("洪水冲走3人,目前2人失联1人遇难", {"deaths": 1, "missing": 2}),
    ("仍有6人下落不明", {"missing": 6}),
    ("失联人员为7人", {"missing": 7}),
    ("被困12人,已救出9人", {"trapped": 12}),
    ("车上23人无一生还", {"deaths": 23}),
    ("机上9人无一幸免", {"deaths": 9}),
    ("3名被困矿工经全力搜救不幸遇难", {"deaths": 3}),
    ("2名失联人员已确认遇难", {"deaths": 2}),
    ("搜救人员在废墟中找到3具遗体", {"deaths": 3}),
    ("1名男子从高处坠落,经抢救无效死亡", {"deaths": 1}),
    ("两名工人清理化粪池时中毒,后经抢救无效死亡", {"deaths": 2}),
    ("4名伤者因伤势过重抢救无效离世", {"deaths": 4}),
    ("车祸夺走三条鲜活的生命", {"deaths": 3}),
    ("一场大火让5人失去了生命", {"deaths": 5}),
    ("无证施工害死三条人命", {"deaths": 3}),
    ("死者为两名外来务工人员", {"deaths": 2}),
    ("遇难者人数已达到19人", {"deaths": 19}),
    ("一家五口全部遇难", {"deaths": 5}),
    ("三男两女当场身亡", {"deaths": 5}),
    ("3名大人、2名儿童不幸遇难", {"deaths": 5}),
    ("2名辅警和1名司机殉职", {"deaths": 3}),
    ("张某等3人(均为架子工)当场死亡", {"deaths": 3}),
    ("1人被吊钩砸中头部死亡", {"deaths": 1}),
    ("砸死两名路过的学生", {"deaths": 2}),
    ("货车侧翻压死一名骑手", {"deaths": 1}),
    ("致陈某当场死亡", {"deaths": 1}),
    ("事故死亡人数:4人;受伤人数:9人", {"deaths": 4, "injured": 9}),
    ("死亡:2人 重伤:1人", {"deaths": 2, "serious_injuries": 1, "injured": 1}),
]
ADDED = [
    ("事故造成2人当场死亡,另有1人经抢救无效死亡", {"deaths": 3}),
    ("1人当场死亡,2人送医后不治身亡", {"deaths": 3}),
    ("造成2人死亡,另1人在送医途中死亡", {"deaths": 3}),
    ("已致12人遇难(其中儿童3名)", {"deaths": 12}),
    ("12人遇难,其中包括3名儿童遇难", {"deaths": 12}),
    ("共有5人死亡,其中3人当场死亡,2人抢救无效死亡", {"deaths": 5}),
    ("3人死亡、5人受伤(含1名孕妇)", {"deaths": 3, "injured": 5}),
    ("9人受伤,其中1人送医后不治身亡", {"deaths": 1, "injured": 9}),
    ("工地坍塌致3死5伤。记者从应急局获悉,事故造成3人死亡、5人受伤", {"deaths": 3, "injured": 5}),
    ("坍塌致3人遇难。3名遇难者中2名为本地人", {"deaths": 3}),
    ("10人受伤。伤者中6人已出院", {"injured": 10}),
    ("3人死亡。死亡的3人均为木工", {"deaths": 3}),
    ("16人死亡,其中15人为乘客,另有1人为司机", {"deaths": 16}),
]
CORRECTED = [
    ("死亡人数由5人升至8人", {"deaths": 8}),
    ("遇难人数从此前通报的5人上升为8人", {"deaths": 8}),
    ("伤者由12人增至19人", {"injured": 19}),
    ("死亡人数由5人更正为3人", {"deaths": 3}),
    ("此前公布的9人死亡有误,经核实更正为7人死亡", {"deaths": 7}),
    ("早上说3人死亡。截至18时死亡人数已攀升至11人", {"deaths": 11}),
    ("又有1人不治身亡,死亡人数增至6人", {"deaths": 6}),
    ("新增2人死亡,累计死亡9人", {"deaths": 9}),
    ("失联人数由6人降为2人", {"missing": 2}),
    ("网传死亡30人系谣言,经核实实际死亡3人", {"deaths": 3}),
]
LOSSES = [
    ("火灾造成直接经济损失1.2亿元", {"loss_yuan": 120_000_000}),
    ("直接财产损失约860万元", {"loss_yuan": 8_600_000}),
    ("事故直接经济损失逾三千万元", {"loss_yuan": 30_000_000}),
    ("直接经济损失达5000余万元人民币", {"loss_yuan": 50_000_000}),
    ("暴雨造成直接经济损失3.5个亿", {"loss_yuan": 350_000_000}),
    ("起火造成损失上千万元", {"loss_yuan": 10_000_000}),
    ("爆炸致2人死亡,直接经济损失1,250万元", {"deaths": 2, "loss_yuan": 12_500_000}),
    ("垮塌造成的经济损失初步估计为480万元", {"loss_yuan": 4_800_000}),
]
NOBODY = [
    ("无人员伤亡", {"deaths": 0, "serious_injuries": 0, "injured": 0}),
    ("所幸未造成人员伤亡", {"deaths": 0, "serious_injuries": 0, "injured": 0}),
    ("大火已扑灭,没有人员伤亡", {"deaths": 0, "serious_injuries": 0, "injured": 0}),
    ("无人死亡,3人轻伤", {"deaths": 0, "injured": 3}),
    ("事故未造成人员死亡", {"deaths": 0}),
    ("倒塌时现场无人,没有人受伤", {"serious_injuries": 0, "injured": 0}),
    ("无一人伤亡", {"deaths": 0, "serious_injuries": 0, "injured": 0}),
]
OWN_EVENT = [
    ("今晨工地坍塌,1人死亡。去年该工地曾发生事故致5人死亡", {"deaths": 1}),
    ("昨日车祸致2人死亡。三年前,此路段曾有9人死亡", {"deaths": 2}),
    ("2025年3月,某矿透水致3人遇难。2019年该矿爆炸致11人遇难", {"deaths": 3}),
    ("起火致1人死亡。\n新闻背景\n某商厦火灾造成50人死亡", {"deaths": 1}),
    ("大桥坍塌2人遇难,令人想起汶川地震8万人遇难", {"deaths": 2}),
]
TRADITIONAL = [
    ("事故造成兩人死亡,五人受傷", {"deaths": 2, "injured": 5}),
    ("大樓火災致３死７傷", {"deaths": 3, "injured": 7}),
    ("遇難者增至十餘人", {"deaths": 10}),
    ("客車墜崖,9人罹難、4人失聯", {"deaths": 9, "missing": 4}),
    ("直接經濟損失約2億元", {"loss_yuan": 200_000_000}),
    ("無人員傷亡", {"deaths": 0, "serious_injuries": 0, "injured": 0}),
]
ENGLISH = [
    ("Crane collapse leaves 3 dead, 5 injured", {"deaths": 3, "injured": 5}),
    ("At least 12 people were killed and 30 others injured in the blast", {"deaths": 12, "injured": 30}),
    ("Death toll rises to 21", {"deaths": 21}),
    ("Fire kills five", {"deaths": 5}),
    ("Two workers died and one is missing after the tunnel collapsed", {"deaths": 2, "missing": 1}),
    ("No casualties reported", {"deaths": 0, "serious_injuries": 0, "injured": 0}),
    ("4 miners trapped underground", {"trapped": 4}),
]
POSTS = [
    ("【突发】我们小区对面工地塌了!!!听说埋了3个人[大哭][大哭]", {"trapped": 3}),
    ("#某某大桥垮塌# 已致4人死亡,愿逝者安息🕯️🕯️", {"deaths": 4}),
    ("出大事了!脚手架倒了 死了两个人 还有几个送医院了", {"deaths": 2, "injured": 2}),
    ("刚刚东门口车祸，三个小孩被撞，一个当场就没了，@平安某区", {"deaths": 1}),
    ("转:今早7点楼顶广告牌掉下来砸死1人砸伤4人,太吓人了", {"deaths": 1, "injured": 4}),
    ("家里老人说当时就死了一个,伤了五个人", {"deaths": 1, "injured": 5}),
    ("电动车进楼道起火,烧死俩人", {"deaths": 2}),
    ("“现场有3人受伤”,目击者说", {"injured": 3}),
    ("女子当场身亡 司机被控制", {"deaths": 1}),
]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        *NUMBERS, *TERSE, *FATES, *ADDED, *CORRECTED, *LOSSES, *NOBODY, *OWN_EVENT, *TRADITIONAL, *ENGLISH, *POSTS,
    ],
)  # fmt: skip
def test_what_is_told_is_read(text: str, told: dict[str, int]) -> None:
    """Every field that a phrase tells is read, and no other, and the words for it stand in the text."""
    toll = read_toll(text)

    assert {name: getattr(toll, name) for name in FIELDS if getattr(toll, name) is not None} == told
    assert all(words in text for words in toll.spans.values())
    assert toll.certainty.keys() == toll.spans.keys()


NO_NUMBERS_OF_PEOPLE = [
    "5月12日死亡证明已开具",
    "死者今年35岁",
    "他在318国道出了车祸,受伤后被送医",
    "G15沈海高速K1203处发生事故,请绕行",
    "车牌号粤B12345的渣土车闯红灯",
    "伤情鉴定请致电13800138000",
    "受伤的业主住在3号楼1单元502室",
    "第3人称写法",
    "2017年死亡病例讨论制度",
    "住院3个月花了5万元",
    "养殖场死了300头猪",
    "池塘里2000条鱼死亡",
    "一夜之间冻死了两百棵树",
    "3只流浪狗被毒死",
    "5辆车被砸伤",
    "两栋楼伤了地基",
    "3人间宿舍没人受得了",
    "他是一个死脑筋",
    "九死一生回来的",
    "一死了之不是办法",
    "这3个小时真要命",
    "7人座面包车被砸",
    "三位数的伤害",
    "5人死里逃生",
]
SUPPOSED = [
    "如果再不管,迟早要死3个人",
    "一旦坍塌,将有几十人死亡",
    "若造成3人死亡,应当追究刑事责任",
    "差点砸死2个人",
    "为避免3人死亡的悲剧重演",
    "造成3人以上死亡的,属于较大事故",
    "死亡10人以上30人以下的为重大事故",
    "较大事故,是指造成3人以上10人以下死亡的事故",
    "演练模拟一辆客车侧翻,造成5人受伤、2人被困",
    "今日举行地震应急演练,情景设定为12人死亡",
    "应急演习中,3名“伤员”被迅速送医,5人受伤",
    "万一电梯掉下来,一车10个人全得死",
    "专家称该隐患可能造成多达20人死亡",
]
COUNTED_BY_THE_YEAR = [
    "去年全年共发生火灾35起,死亡12人,受伤20人",
    "今年以来,全区道路交通事故死亡8人,同比下降20%",
    "上半年生产安全事故12起、死亡15人",
    "全球每年约有120万人死于交通事故",
    "近五年来该县共有31人溺水死亡",
    "平均每天有3人死于车祸",
]
ILL_AND_OTHERS = [
    "新增确诊病例5例,死亡病例1例",
    "疫情已造成全国3000人死亡",
    "村里近年有十几人死于癌症",
    "2名老人因病去世",
    "3名患者住院治疗后康复",
    "一名老人在家中自杀身亡",
    "某男子跳楼身亡",
    "3名民警赶赴现场处置伤亡事故",
    "20名消防员参与救援被埋群众",
    "3名嫌疑人因故意伤害致人死亡被刑拘",
    "两名死者家属到区政府反映情况",
    "两名男子将他打伤后逃逸",
    "被告等5人被判过失致人死亡罪",
    "5名伤者家属情绪激动",
    "他被三个保安打伤了",
]
REFUTED = [
    "网传某工地死亡5人?警方:谣言!",
    "“地铁坍塌致10人死亡”系谣言",
    "某网民散布“洪水淹死30人”的虚假信息被行拘",
    "辟谣:昨晚车祸造成8人死亡的消息不实",
]


@pytest.mark.parametrize("text", [*NO_NUMBERS_OF_PEOPLE, *SUPPOSED, *COUNTED_BY_THE_YEAR, *ILL_AND_OTHERS, *REFUTED])
def test_what_is_no_toll_is_not_read(text: str) -> None:
    """Dates, ages, roads, plates, animals, suppositions, drills, yearly figures, illness and rumours are no toll."""
    toll = read_toll(text)

    assert {name: getattr(toll, name) for name in FIELDS if getattr(toll, name)} == {}
