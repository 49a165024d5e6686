"""Lets a page or a feed be read in a process of its own (bot/sites/child.py), and waits for it only so long."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

SECONDS: Final = 20.0
ROOT: Final = Path(__file__).resolve().parents[2]


class NotRead(Exception):
    """What the site sent cannot be read, or nobody could in that time."""


def read_apart(what: Literal["page", "feed"], content: bytes, hints: Mapping[str, str]) -> dict[str, Any]:
    """Return what a page or a feed says; NotRead when its reader died, or took too long."""
    told = json.dumps(dict(hints)).encode() + b"\n" + content
    try:
        # Nothing of this process's surroundings: a token may be among them.
        done = subprocess.run(  # noqa: S603 - this interpreter, and a module of ours
            [sys.executable, "-P", "-m", "bot.sites.child", what], input=told, capture_output=True, timeout=SECONDS,
            env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}, check=True,
        )  # fmt: skip
        found: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired as late:
        raise NotRead("too slow") from late
    except (subprocess.CalledProcessError, ValueError) as died:
        raise NotRead("unreadable") from died
    return found
