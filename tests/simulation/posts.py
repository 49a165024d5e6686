"""What people of a district complain about, in endless variety."""

from random import Random
from typing import Final

PLACES: Final = (
    "江南路 建设西路 阳光花园 锦绣花园 金港大道 城北新区 荷城小区 东湖公寓 七里桥 中山路 民主路 西江市场".split()
)
ORDINARY: Final = (
    "{place}停水{n}天了,物业互相推诿,老人小孩都没水喝,什么时候能解决?",
    "{place}路灯坏了{n}盏,晚上一片漆黑,打了{n}次电话没人管。",
    "{place}工地半夜还在打桩,吵得{n}户人睡不着,投诉没有用。",
    "{place}的下水道堵了{n}天,污水流到路上,臭得不行。",
    "{place}安置房漏水,住了{n}户都在漏,交房才半年,这是豆腐渣工程!",
    "{place}项目部拖欠{n}名农民工工资,要过年了,家里等钱用。",
    "{place}扬尘太大,窗户都不敢开,洒水车{n}天没见过。",
    "请问{place}旧城改造补偿标准是多少?{n}号文件说的和社区说的不一样。",
)
GRAVE: Final = (
    "{place}工地脚手架坍塌,已造成{n}人死亡,多人被困,现场还在救援。",
    "{place}塔吊倒了,砸死{n}个人,现场封锁了。",
)
RUMOURS: Final = ("网传{place}要强拆,{n}户人今晚就得搬走,是真的吗?", "听说{place}自来水有毒,已经有{n}个人住院了,快转!")
EDITS: Final = ("更正:{text}", "{text} 现在更严重了。", "{text} 补充:已经有3人受伤送医院。")


def fresh(dice: Random) -> str:
    """Return a post that nobody has seen before."""
    kind = dice.random()
    forms = GRAVE if kind < 0.07 else RUMOURS if kind < 0.15 else ORDINARY
    number = dice.randint(1, 14) if forms is GRAVE else dice.randint(2, 400)
    return f"{dice.choice(forms).format(place=dice.choice(PLACES), n=number)}({dice.randint(1, 99)}栋住户)"


def edited(dice: Random, text: str) -> str:
    """Return later words of a post."""
    return dice.choice(EDITS).format(text=text)


def draft(dice: Random) -> str:
    """Return a title and a text: sometimes with numbers that no fact backs, sometimes as it was before."""
    place = dice.choice(PLACES[:3])
    body = dice.choice(("已经抢修完毕。", "正在核实处置,进展及时公布。", "影响居民 2160 户,预计今晚恢复。"))
    return f"关于{place}有关情况的通报\n{place}有关情况{body}联系电话见本局网站。"
