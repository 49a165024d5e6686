"""What happened, by the words people have for it: who smells smoke and who sees flames tell of one fire.

Only what happens at a place and a time is here; what a text is about at large is for the lexicon.
"""

import re
from typing import Final

_WORDS: Final = {
    "fire": "火灾 起火 失火 着火 大火 火情 火警 明火 烧起来 烧着 烧了 浓烟 黑烟 冒烟 火光 火势",
    "explosion": "爆炸 爆燃 闪爆 炸了 巨响",
    "collapse": "坍塌 垮塌 倒塌 塌方 塌陷 塌了 塌下 垮了 地陷 陷坑",
    "crash": "车祸 追尾 相撞 撞车 撞上 撞人 撞倒 撞飞 被撞 侧翻 翻车 碾压 交通事故",
    "drowning": "溺水 落水 溺亡 淹死 掉进河 掉进水",
    "fall": "坠楼 跳楼 坠落 坠亡 高坠 坠下 摔下",
    "gas": "燃气泄漏 煤气泄漏 天然气泄漏 漏气 燃气味 煤气味 一氧化碳 煤气中毒",
    "food": "食物中毒 食品中毒 吃坏 呕吐 腹泻 拉肚子 上吐下泻 肚子疼",
    "flood": "内涝 积水 被淹 淹了 水淹 洪水 山洪 倒灌",
    "landslide": "滑坡 泥石流 山体 落石",
    "earthquake": "地震 震感",
    "violence": "持刀 砍人 砍伤 捅人 捅伤 伤人 斗殴 打人 打伤 被打 殴打 体罚",
    "no_water": "停水 断水 没水 没有水 来水",
    "no_power": "停电 断电 没电 没有电 跳闸",
    "no_heating": "停暖 供暖 暖气 供热",
    "bad_water": "水质 黄水 发黄 浑浊 自来水",
    "trapped_in_lift": "困人 困在电梯 被困电梯 电梯坏 电梯故障 电梯停 坠梯",
    "noise": "噪音 噪声 扰民 吵得 太吵",
    "stench": "臭味 恶臭 异味 刺鼻 臭气",
    "sewage": "污水 粪水 下水道 排污",
    "wages": "拖欠工资 欠薪 讨薪 农民工工资 工钱 血汗钱 欠工资",
    "leaking": "开裂 裂缝 漏水 渗水 渗漏",
    "dark": "路灯 漆黑 黑灯瞎火",
    "crowd": "聚集 拉横幅 维权 堵路 堵门 围堵",
}
_NAME_OF: Final = {word: name for name, words in _WORDS.items() for word in words.split()}
NAMED: Final = frozenset(_WORDS)
_ANY: Final = re.compile("|".join(sorted(_NAME_OF, key=len, reverse=True)))


def happenings(text: str) -> list[str]:
    """Return what a text tells of that happened, each time it does, by names of its own."""
    return [_NAME_OF[word] for word in _ANY.findall(text)]
