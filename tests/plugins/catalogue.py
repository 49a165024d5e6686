"""The translations the tests read are those in the tree, also when pytest was started without make."""

import os
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

_LOCALE: Final = Path(__file__).parents[2] / "config" / "locale"


def pytest_configure() -> None:
    """Compile every catalogue that is newer than its compiled form."""
    for catalogue in _LOCALE.glob("*/LC_MESSAGES/*.po"):
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime:
            _compile(catalogue, compiled)


def _compile(catalogue: Path, compiled: Path) -> None:
    half_written = compiled.with_suffix(f".{os.getpid()}.mo")
    with catalogue.open("rb") as source, half_written.open("wb") as target:
        write_mo(target, read_po(source))
    half_written.replace(compiled)
