"""Posts ready to be forwarded in the drill room, so that a visitor need not think of one."""

from dataclasses import dataclass
from typing import Final

from bot.drill.script import POST, POST_URL
from config.language import Line, t


@dataclass(frozen=True)
class Preset:
    """A post with its author, address, age and pictures."""

    key: str
    title: Line
    text: str
    author: str
    url: str
    minutes_ago: int
    pictures: tuple[str, ...] = ()


PRESETS: Final = (
    Preset(
        "water", t("小区停水三天"), POST, "港北小陈", POST_URL, 25, ("dry-tap.jpg", "broken-main.jpg"),
    ),
    Preset(
        "scaffold", t("工地脚手架坍塌"),
        "刚刚,城南大道在建工地脚手架坍塌,听说死亡3人,还有2人被困,救护车来了好几辆!", "路过的老李",
        "https://weibo.example/status/5107801", 10, ("scaffold.jpg",),
    ),
    Preset(
        "wages", t("工地欠薪"),
        "在滨江学校项目干了半年,二十几个工友的工资拖欠四个月,一共三十多万,找项目部一直推。住建局管不管?", "钢筋工老周",
        "https://weibo.example/status/5107866", 90,
    ),
)  # fmt: skip


def preset(key: str) -> Preset | None:
    """Return the post with a key, if there is one."""
    return next((each for each in PRESETS if each.key == key), None)
