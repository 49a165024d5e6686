"""What a check-up of a chat platform finds: line by line, each with its sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from config.language import Said, joined

Mark = Literal["well", "warning", "broken", "off"]
MARKS: Final = {"well": "✅", "warning": "⚠️", "broken": "❌", "off": ""}


@dataclass(frozen=True)
class Finding:
    """One line of a check-up."""

    mark: Mark
    said: Said

    def shown(self) -> Said:
        """Return the line with its sign before it."""
        return joined((MARKS[self.mark], self.said), " ")


def right_now() -> datetime:
    """Return what this machine's clock says."""
    return datetime.now(UTC)


def is_broken(findings: Sequence[Finding]) -> bool:
    """Say whether anything must be mended."""
    return any(finding.mark == "broken" for finding in findings)
