"""Posts to forward: what people really wrote to a city where the file is at hand, else as many made ones."""

import csv
import os
from itertools import islice, product
from pathlib import Path

SHARED = Path(os.environ.get("HUIYING_SHARED", Path(__file__).resolve().parents[3] / "shared"))
MESSAGES = SHARED / "data" / "public" / "tipdm_c_a2_messages.csv"  # letters to a city's message board
LONGEST = 4_000  # characters: a message of Telegram holds 4096
PLACES = (
    "阳光花园",
    "江南路",
    "锦绣花园",
    "城东安置房",
    "解放路",
    "建设大街",
    "滨江小区",
    "西湖路",
    "东门市场",
    "新城花园",
)
TROUBLES = (
    "全小区停水{n}天了,物业和住建部门互相推诿,老人小孩都没水喝",
    "工地夜里{n}点还在施工,渣土车扬尘满天,居民无法休息",
    "拖欠{n}名农民工工资半年,包工头失联,打电话没人管",
    "电梯坏了{n}次,困住过老人,物业收了钱不修",
    "路面塌陷{n}米,没有围挡,晚上骑车的人摔伤了",
    "污水倒灌{n}户人家,臭气熏天,反映多次没有人来",
)
ENDS = ("请有关部门给个说法。", "什么时候能解决?", "已经投诉三次,没有回音。", "请问谁来负责?", "望尽快处理!")


def posts(count: int) -> list[str]:
    """Return so many posts, some of them alike."""
    return real(count) or made(count)


def real(count: int) -> list[str]:
    """Return posts that people wrote; none where the file is not at hand."""
    if not MESSAGES.exists():
        return []
    with MESSAGES.open(encoding="utf-8", newline="") as file:
        return [row["text"].strip()[:LONGEST] for row in islice(csv.DictReader(file), count)]


def made(count: int) -> list[str]:
    """Return posts made of places, troubles and ends; every tenth comes again as it was."""
    whole = [
        f"{place}{trouble.format(n=3 + n % 40)}。{end}"
        for n, (trouble, end, place) in enumerate(product(TROUBLES, ENDS, PLACES))
    ]
    return list(islice((whole[n - 1] if n % 10 == 9 else whole[n % len(whole)] for n in range(count)), count))
