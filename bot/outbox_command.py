"""`python -m bot outbox`: what is owed, given up or held back and why; --again owes it anew, --done lets it go."""

from collections.abc import Sequence
from contextlib import closing
from typing import Final, Literal

import typer

from bot.clock import SystemClock
from bot.examining import NOT_TO_BE_READ
from config.language import Line, Said, Voice, joined, lines, t
from config.settings import Settings
from handlers.text.excerpt import excerpt
from handlers.text.mask import mask_personal
from storage import history, outbox_care
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


def show_outbox(settings: Settings, again: Sequence[int], done: Sequence[int] = ()) -> int:
    """Tell what is owed and what was given up, owe some of it anew, let some go; works beside a running desk."""
    voice = Voice(settings.language)
    hide = settings.redaction().hide
    with closing(Database(settings.database_url)) as database:
        condition = database.condition()
        if condition != "current":
            typer.echo(NOT_TO_BE_READ[condition].say(voice), err=True)
            return 1
        missing = [serial for serial in again if not _changed(database, serial, "owed_again")]
        stays = [serial for serial in done if not _changed(database, serial, "let_go")]
        with database.reading() as session:
            told = lines(_counts(session), *[_row(row, hide(row.trouble)) for row in _rows(session)])
    typer.echo(told.say(voice))
    for serial in missing:
        wrong = t("#{serial} 不能重发:没有这一条,或它没有被放弃。", serial=serial)
        typer.echo(wrong.say(voice), err=True)
    for serial in stays:
        typer.echo(t("#{serial} 没有可放下的:没有这一条,或它不必人看。", serial=serial).say(voice), err=True)
    return 1 if missing or stays else 0


def _changed(database: Database, serial: int, kind: Literal["owed_again", "let_go"]) -> bool:
    """Owe a row anew, or let it go, and keep on record that somebody did."""
    now = SystemClock().now()
    with database.writing() as session:
        again = kind == "owed_again"
        row = outbox_care.owe_again(session, serial, now) if again else outbox_care.settle(session, serial)
        if row is None:
            return False
        history.record(
            session, chain_case=row.case_id, at=now, kind=kind, actor="desk", actor_name="command line",
            payload={"serial": serial},
        )  # fmt: skip
    return True


def _counts(session: Session) -> Said:
    found = outbox_care.counts(session)
    stages = {stage: sum(count for (each, _), count in found.items() if each == stage) for stage in STAGES}
    if not any(stages.values()):
        return t("发件箱是空的:没有欠发的,也没有要人看的。")
    return joined([t("{stage} {n}", stage=name, n=stages[stage]) for stage, name in STAGES.items() if stages[stage]])


def _rows(session: Session) -> list[Outbox]:
    return sorted(
        outbox_care.in_stages(session, *SHOWN), key=lambda row: (SHOWN.index(row.stage), row.lane, row.serial or 0)
    )


def _row(row: Outbox, trouble: str) -> Said:
    said = excerpt(mask_personal(str(row.payload.get("text", ""))))
    named = {"serial": row.serial, "stage": STAGES[row.stage], "kind": row.kind, "to": row.destination}
    where = t("#{serial} {stage} {kind} → {to}", **named)
    tries = t("试过 {n} 次", n=row.attempts) if row.attempts else None
    hint = _hint(row)
    parts: list[object] = [where, row.created_at, f"「{said}」" if said else None, tries, trouble or None, hint]
    return joined([part for part in parts if part is not None])


def _hint(row: Outbox) -> Said | None:
    if row.stage == "failed":
        return t("重发:--again {serial}", serial=row.serial)
    if row.stage == "unknown":
        return t("重发:--again {serial};已发出或不必再发:--done {serial}", serial=row.serial)
    return None
