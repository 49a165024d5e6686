"""Learned models as files beside the database: named, in versions, of which one is in use and any can be gone back to.

What lies in the data directory is backed up with it, and every process of a desk sees it.
"""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_NAME: Final = re.compile(r"\w[\w.-]{0,39}")
_IN_USE: Final = "in-use"
NONE: Final = 0  # the version in use when none is


class BadName(ValueError):
    """No model can be called so: letters, digits, - and _, forty at most."""


class Damaged(ValueError):
    """A model's file is not what was kept under its hash."""


@dataclass(frozen=True)
class Kept:
    """One version of a model, and what was noted about it."""

    name: str
    version: int
    sha256: str
    about: Mapping[str, Any]


class Models:
    """The models in one folder."""

    def __init__(self, folder: Path) -> None:
        """Look into a folder, which need not be there yet."""
        self.folder = folder

    def keep(self, name: str, content: bytes, about: Mapping[str, Any]) -> Kept:
        """Keep a new version and take it into use."""
        folder = self._of(name)
        folder.mkdir(parents=True, exist_ok=True)
        version = max((each.version for each in self.versions(name)), default=NONE) + 1
        kept = Kept(name, version, hashlib.sha256(content).hexdigest(), about)
        _write(folder / f"{version:04}.npz", content)
        noted = {"sha256": kept.sha256, "about": dict(about)}
        _write(folder / f"{version:04}.json", json.dumps(noted, ensure_ascii=False, indent=1).encode())
        self._use(name, version)
        return kept

    def versions(self, name: str) -> list[Kept]:
        """List the versions of a model, the first one first."""
        files = sorted(self._of(name).glob("[0-9]*.json"))
        return [_noted(name, file) for file in files]

    def names(self) -> list[str]:
        """List what there are models of."""
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        return sorted(each.name for each in found if each.is_dir() and _NAME.fullmatch(each.name))

    def in_use(self, name: str) -> Kept | None:
        """Return the version in use; None: there is none."""
        try:
            version = int(self._mark(name).read_text())
        except FileNotFoundError:
            return None
        return next((each for each in self.versions(name) if each.version == version), None)

    def stamp(self, name: str) -> int:
        """Return what changes when another version comes into use; 0 for none. One look at the file, no more."""
        try:
            return self._mark(name).stat().st_mtime_ns
        except OSError:
            return 0

    def undo(self, name: str) -> Kept | None:
        """Go back to the version before the one in use, or to none; return what is in use then."""
        now = self.in_use(name)
        before = [each for each in self.versions(name) if now is not None and each.version < now.version]
        self._use(name, before[-1].version if before else NONE)
        return before[-1] if before else None

    def content(self, kept: Kept) -> bytes:
        """Return a version's bytes; Damaged when they are not those that were kept."""
        content = (self._of(kept.name) / f"{kept.version:04}.npz").read_bytes()
        if hashlib.sha256(content).hexdigest() != kept.sha256:
            raise Damaged(f"{kept.name} {kept.version}")
        return content

    def _of(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise BadName(name)
        return self.folder / name

    def _mark(self, name: str) -> Path:
        return self._of(name) / _IN_USE

    def _use(self, name: str, version: int) -> None:
        _write(self._mark(name), str(version).encode())


def _noted(name: str, file: Path) -> Kept:
    try:
        noted = json.loads(file.read_bytes())
        return Kept(name, int(file.stem), noted["sha256"], noted["about"])
    except (ValueError, KeyError, TypeError) as broken:
        raise Damaged(f"{name} {file.stem}") from broken


def _write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    handle, aside = tempfile.mkstemp(dir=file.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(aside).replace(file)
    finally:
        Path(aside).unlink(missing_ok=True)
