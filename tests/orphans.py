"""What a test or a benchmark starts ends with it, also when that is killed: no desk is left behind that nobody ends.

The product itself has no such tie: a desk may be started by a shell that is left.
"""

import ctypes
import os
import signal
import sys
from typing import Final

PR_SET_PDEATHSIG: Final = 1  # https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html


def end_with_parent() -> None:
    """Die when whoever started this process does; Linux alone knows how."""
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone before this was said
        os.kill(os.getpid(), signal.SIGKILL)
