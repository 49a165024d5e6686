"""Which releases on the website put others right: the readers of either are led to the other."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.release.signed import WEBSITE, is_as_signed
from storage import release as releases
from storage.database import Session
from storage.release import Release


@dataclass(frozen=True)
class Corrections:
    """What some releases were corrected by, and what they correct themselves."""

    by: Mapping[uuid.UUID, Release]
    wrong: Mapping[uuid.UUID, Release]

    def of(self, release: Release) -> Release | None:
        """Return what puts a release right."""
        return self.by.get(release.id)

    def corrected(self, release: Release) -> Release | None:
        """Return what a release puts right."""
        return self.wrong.get(release.id)

    def changed_at(self, release: Release) -> datetime | None:
        """Return when a page changed last: when its release came out, or was corrected."""
        correction = self.of(release)
        return correction.visible_at if correction else release.visible_at


def corrections_of(session: Session, found: Sequence[Release]) -> Corrections:
    """Return what puts these releases right, and what they put right; of each only what may be shown."""
    by = releases.corrections(session, [release.id for release in found])
    wrong = {one.id: releases.load(session, one.corrects_id) for one in found if one.corrects_id is not None}
    return Corrections(
        {key: one for key, one in by.items() if is_as_public(one)},
        {key: one for key, one in wrong.items() if one.visible_at is not None and is_as_public(one)},
    )


def is_as_public(release: Release) -> bool:
    """Say whether a release is what was signed for the website."""
    return is_as_signed(release, release.manifest_hash) and WEBSITE in release.manifest["channels"]
