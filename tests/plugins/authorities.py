"""No test speaks with a stranger, so that none has to know whom the world trusts: one authority is read, not all.

Every HTTP client reads them when it is made, also one that never speaks TLS, and most tests make several.
"""

import tempfile
from pathlib import Path
from typing import Final

import certifi
import pytest

_END: Final = "-----END CERTIFICATE-----\n"


def pytest_configure(config: pytest.Config) -> None:
    """Let clients find a short list from now on."""
    folder = tempfile.TemporaryDirectory(prefix="huiying-authorities-")
    config.add_cleanup(folder.cleanup)
    short = Path(folder.name) / "one.pem"
    first, end, _ = Path(certifi.where()).read_text(encoding="ascii", errors="ignore").partition(_END)
    short.write_text(first + end, encoding="ascii")
    certifi.where = lambda: str(short)
