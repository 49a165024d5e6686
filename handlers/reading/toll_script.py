"""Traditional signs of the toll's vocabulary turned into simplified ones, sign for sign: positions in the text stay.

Whole texts are OpenCC's work; it may change their length, and what is quoted must be the text's own words.
"""

import re
from typing import Final

_PAIRS: Final = (
    "傷伤 難难 喪丧 羅罗 斃毙 殞殒 職职 墜坠 萬万 億亿 兩两 倆俩 餘余 數数 約约 無无 沒没 員员 損损 經经 濟济 "
    "財财 產产 輕轻 聯联 "
    "蹤踪 燒烧 燙烫 災灾 擊击 殺杀 從从 現现 場场 進进 搶抢 醫医 療疗 達达 確确 認认 實实 證证 報报 導导 發发 "
    "釀酿 後后 還还 據据 將将 "
    "當当 時时 間间 於于 個个 們们 歲岁 與与 軍军 戰战 衝冲 臺台 灣湾 風风 電电 動动 機机 橋桥 樓楼 傳传 聞闻 "
    "謠谣 說说 應应 該该 過过 "
    "測测 題题 類类 開开 關关 陸陆 區区 縣县 鎮镇 鄉乡 廠厂 礦矿 層层 車车 禍祸 爐炉 煙烟 氣气 壓压 軋轧 輾碾 "
    "閃闪 漿浆 設设 計计 為为 "
    "這这 樣样 總总 統统 計计 單单 雙双 婦妇 嬰婴 學学 師师 乾干 駕驾 駛驶 漁渔 遊游 輛辆 傾倾 側侧 塵尘 滅灭 "
    "險险 圍围 牆墙 脫脱 離离 "
    "營营 緊紧 組组 織织 變变 並并 裡里 裏里 復复 臨临 屍尸 遺遗 體体 僅仅 檢检 貨货 門门 邊边 處处 線线 術术 "
    "亂乱 龍龙 颱台 澇涝 "
    "網网 執执 獲获 撿捡 對对 續续 記记 訊讯 轉转 幾几 許许 歷历 連连 鐵铁 銹锈 鋼钢 築筑 業业 務务 勞劳 農农 "
    "資资 陣阵 極极 嚴严 "
    "顯显 運运 隊队 國国 華华 東东 會会 種种 張张 陳陈 劉刘 趙赵 楊杨 吳吴 馬马 責责 賠赔 償偿 創创 遲迟 遞递 "
    "鄰邻 隨随 異异 覺觉 "
    "屬属 親亲 誤误 靜静 寧宁 塢坞 爾尔 漢汉 滬沪 廣广 慶庆 兇凶 惡恶 產产 懷怀 瀕濒 託托 養养 飯饭 飲饮"
)
_SIMPLE: Final = {ord(pair[0]): pair[1] for pair in _PAIRS.split() if pair[0] != pair[1]}
_ANY: Final = re.compile("[" + "".join(map(chr, _SIMPLE)) + "]")


def simplified(text: str) -> str:
    """Return the text with those signs simplified; its length is the same."""
    return text.translate(_SIMPLE) if _ANY.search(text) else text
