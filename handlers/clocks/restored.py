"""The first word of a desk that was restored from a backup: since when nothing is known, and what is held back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from config.language import Line, Said, joined, lines, t
from handlers.act import STATUTORY, Act
from handlers.chats.owing import tell_administrators
from handlers.text.excerpt import excerpt
from handlers.text.mask import mask_personal
from storage import outbox_care
from storage.outbox import Outbox
from storage.timer import Timer

TIMER: Final = "restored"
HELD: Final = "held: owed when the backup was taken"  # the trouble of a row that is held back
MOST: Final = 10


def tell(act: Act, timer: Timer) -> None:
    """Tell the staff that what happened since is missing, and the administrators what may have gone out."""
    since = datetime.fromisoformat(timer.payload["at"])
    missing = t("♻️ 数据已从 {at} 的备份恢复。此后的登记、签批和回复都不在里面:请补上,不要重复发布。", at=since)
    held = outbox_care.held(act.session)
    act.announce("staff", missing, lane=STATUTORY)
    tell_administrators(act, lines(missing, *_held(held), _posts(int(timer.payload.get("posts", 0)))), lane=STATUTORY)


def _held(rows: Sequence[Outbox]) -> list[Said]:
    if not rows:
        return []
    urgent = sum(row.lane == STATUTORY for row in rows)
    rest: list[Line] = [t("另有 {n} 条", n=len(rows) - MOST)] if len(rows) > MOST else []
    return [
        t("当时待发的 {n} 条(法定的 {urgent} 条在前)没有再发:可能已经发出。", n=len(rows), urgent=urgent),
        *[_row(row) for row in rows[:MOST]],
        *rest,
        t("请逐条看:python -m bot outbox;要发用 --again 编号,不必再发用 --done 编号。"),
    ]


def _row(row: Outbox) -> Said:
    said = excerpt(mask_personal(str(row.payload.get("text", ""))))
    return joined([t("· #{serial}", serial=row.serial), t("「{said}」→ {to}", said=said, to=row.destination)], " ")


def _posts(count: int) -> Said | None:
    return t("另有 {n} 次对外发布可能已经发出:工作群里会问“已经发出”还是“没有,重发”。", n=count) if count else None
