"""What the tests of reading share: the lexicon and table that come with the desk, and three posts."""

from datetime import date
from zoneinfo import ZoneInfo

from config.lexicon import load_lexicon
from handlers.reading.post import AccidentGrades, Reading, read_post

LEXICON = load_lexicon()
TABLE = AccidentGrades(
    (
        ("extremely_grave", 30, 100, 100_000_000),
        ("grave", 10, 50, 50_000_000),
        ("relatively_grave", 3, 10, 10_000_000),
        ("ordinary", 1, 1, 1),
    )
)
TODAY = date(2026, 11, 24)
SHANGHAI = ZoneInfo("Asia/Shanghai")
COLLAPSE = "港北区一在建工地脚手架坍塌,造成3人死亡、5人受伤,消防正在救援。"
OUTAGE = "投诉江南花园小区停水三天没人管。全体业主一千多户用不上水,物业推诿,多次投诉无果。"
PERMIT = "请问个人自建房怎么申请施工许可,需要什么材料?谢谢。"


def read(text: str, today: date = TODAY) -> Reading:
    return read_post(text, lexicon=LEXICON, accident_grades=TABLE, today=today)
