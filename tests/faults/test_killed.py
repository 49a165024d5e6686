"""kill -9 at any instant loses nothing that was accepted and starts no second case."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage import case as cases
from storage import inbox, outbox_care
from storage import report as reports
from storage.database import Database

POSTS = 40
CHILD = f"""
import sys
from datetime import UTC, datetime
from bot.opening import opened
from bot.collecting import PLATFORM
from config.settings import Settings
from handlers.conversation import Incoming, Place, Sender
with opened(Settings(_env_file=None)) as desk:
    desk.desk.take_over()
    for n in range(int(sys.argv[1]), {POSTS}):
        desk.desk.accept(Incoming(platform=PLATFORM, key=str(n), at=datetime.now(UTC), place=Place(account=PLATFORM),
            sender=Sender(account="cli", name="cli"), text=f"第{{n}}个小区停水{{n}}天没人管", url=f"https://example.com/{{n}}"))
        print(n, flush=True)
        desk.desk.settle()
    desk.desk.settle()
"""


@pytest.mark.parametrize("after", [1, 7, 23])
def test_a_desk_killed_while_it_works_goes_on_where_it_was(tmp_path: Path, after: int) -> None:
    """The desk dies without a word; the next one handles what was accepted, once."""
    environment = {**os.environ, "HUIYING_DATA_DIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", CHILD, "0"]
    child = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    accepted = 0
    for line in child.stdout:
        accepted = int(line) + 1
        if accepted >= after:
            time.sleep(0.004 * after)
            os.kill(child.pid, signal.SIGKILL)
            break
    child.wait()
    child.stdout.close()
    again = subprocess.run(
        [*command[:-1], str(accepted)], env=environment, cwd=tmp_path, capture_output=True, check=True
    )
    assert again.stdout
    database = Database(f"sqlite:///{tmp_path / 'huiying.db'}")
    with database.reading() as session:
        assert inbox.count(session, "import") == POSTS
        assert inbox.count(session, "import", "done") == POSTS
        assert reports.count(session) == POSTS
        numbers = sorted(case.seq or 0 for case in cases.open_cases(session))
        assert numbers == list(range(1, POSTS + 1))
        assert not outbox_care.stranded(session)
