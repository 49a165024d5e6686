"""What the desk asks of other sites: an owed act like any other, one at a time for each host."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from handlers.act import DIGEST, Act
from storage import outbox
from storage.case import Case
from storage.outbox import Outbox

SITES: Final = "sites"  # the platform of what is owed to be read there


def host_of(url: str) -> str:
    """Return the host of an address, in small letters; ValueError for one that has none."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if not host:
        raise ValueError(url[:200])
    return host


def owe(act: Act, url: str, payload: Mapping[str, Any], *, case: Case | None = None) -> None:
    """Owe the reading of an address; it waits for every message."""
    owed = Outbox(
        kind="file",
        platform=SITES,
        destination=f"{SITES}:{host_of(url)}",
        case_id=case.id if case else None,
        lane=DIGEST,
        payload={**payload, "url": url},
        created_at=act.now,
        not_before=act.now,
    )
    outbox.put(act.session, owed)
