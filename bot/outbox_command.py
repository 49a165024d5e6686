"""`python -m bot outbox`: what is owed, what was given up and why; --again owes something anew."""

from collections.abc import Sequence
from contextlib import closing
from typing import Final

import typer

from bot.clock import SystemClock
from bot.examining import NOT_TO_BE_READ
from config.language import Line, Said, Voice, joined, lines, t
from config.settings import Settings
from handlers.text.excerpt import excerpt
from handlers.text.mask import mask_personal
from storage import history, outbox
from storage.database import Database, Session
from storage.outbox import Outbox

STAGES: Final[dict[str, Line]] = {
    "pending": t("待发"),
    "sending": t("正在发"),
    "unknown": t("不知是否发出"),
    "failed": t("已放弃"),
    "expired": t("已过期"),
    "sent": t("已发出"),
}
SHOWN: Final = ("failed", "unknown", "sending", "pending")
OWED: Final = ("pending", "sending", "unknown")


def show_outbox(settings: Settings, again: Sequence[int]) -> int:
    """Tell what is owed and what was given up, and owe some of it anew; works beside a running desk."""
    voice = Voice(settings.language)
    hide = settings.redaction().hide
    with closing(Database(settings.database_url)) as database:
        condition = database.condition()
        if condition != "current":
            typer.echo(NOT_TO_BE_READ[condition].say(voice), err=True)
            return 1
        missing = [serial for serial in again if not _owe_again(database, serial)]
        with database.reading() as session:
            told = lines(_counts(session), *[_row(row, hide(row.trouble)) for row in _rows(session)])
    typer.echo(told.say(voice))
    for serial in missing:
        wrong = t("#{serial} 不能重发:没有这一条,或它没有被放弃。", serial=serial)
        typer.echo(wrong.say(voice), err=True)
    return 1 if missing else 0


def _owe_again(database: Database, serial: int) -> bool:
    now = SystemClock().now()
    with database.writing() as session:
        row = outbox.owe_again(session, serial, now)
        if row is None:
            return False
        history.record(
            session, chain_case=row.case_id, at=now, kind="owed_again", actor="desk", actor_name="command line",
            payload={"serial": serial},
        )  # fmt: skip
    return True


def _counts(session: Session) -> Said:
    found = outbox.counts(session)
    stages = {stage: sum(count for (each, _), count in found.items() if each == stage) for stage in STAGES}
    return joined([t("{stage} {n}", stage=name, n=stages[stage]) for stage, name in STAGES.items() if stages[stage]])


def _rows(session: Session) -> list[Outbox]:
    return sorted(outbox.in_stages(session, *SHOWN), key=lambda row: (SHOWN.index(row.stage), row.serial or 0))


def _row(row: Outbox, trouble: str) -> Said:
    said = excerpt(mask_personal(str(row.payload.get("text", ""))))
    named = {"serial": row.serial, "stage": STAGES[row.stage], "kind": row.kind, "to": row.destination}
    where = t("#{serial} {stage} {kind} → {to}", **named)
    tries = t("试过 {n} 次", n=row.attempts) if row.attempts else None
    hint = t("重发:--again {serial}", serial=row.serial) if row.stage == "failed" else None
    parts: list[object] = [where, row.created_at, f"「{said}」" if said else None, tries, trouble or None, hint]
    return joined([part for part in parts if part is not None])
