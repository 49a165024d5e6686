"""A copy of the database is checked like an outsider would: by the database itself, and by its history."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bot.backup.archive import BackupTrouble
from config.language import joined, lines, t
from handlers.record.verify import Verdict, bounded_lines, verify
from storage.copies import Copies
from storage.database import Database
from storage.history_export import rehearse

NAMED = 5  # problems that are listed


def check_copy(copies: Copies, copy: Path, head: str) -> Verdict:
    """Check a copy on a database of its own, thrown away at the end; BackupTrouble when anything is wrong with it.

    head: the seal that its history must reach. A copy of an older program's tables is brought up to date first.
    """
    with copies.load(copy) as loaded:
        broken = loaded.problems()
        if broken:
            raise BackupTrouble(t("备份里的数据库已损坏:{why}。请换一份备份。", why=joined(broken[:NAMED], ";")))
        if loaded.database.condition() == "newer":
            raise BackupTrouble(t("备份是更新的程序做的。请先升级程序,再恢复。"))
        loaded.database.migrate()
        return check_history(loaded.database, head)


def check_history(database: Database, head: str) -> Verdict:
    """Verify a history up to a seal, as an export of it would be; BackupTrouble. Nothing is left behind.

    Nobody else may be writing meanwhile.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n") as stream:
        rehearse(database, stream, at=datetime.now(UTC), desk="", actor="desk", actor_name="check")
        stream.seek(0)
        verdict = verify(bounded_lines(stream), head or None)
    if not verdict.ok:
        raise BackupTrouble(lines(t("其中的履历核验不过:"), *verdict.problems[:NAMED]))
    return verdict
