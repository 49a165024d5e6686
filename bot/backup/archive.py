"""The archive of a backup: a manifest with the hash of every file, then the files; nothing else is taken out of it."""

import gzip
import hashlib
import io
import shutil
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.refused import CommandRefused
from config.language import joined, t

FORMAT: Final = "huiying-backup/1"
MANIFEST: Final = "manifest.json"
DATABASE: Final = "database"  # the copy of the database
DATA, CONFIG = "data", "config"  # folders: what lies in the data directory, and what the bureau wrote
ENV: Final = "config/env"
ROSTER: Final = "config/roster.yaml"
PLANS: Final = "config/plans/"
MOST_MANIFEST: Final = 64 * 1024 * 1024  # bytes
CHUNK: Final = 1024 * 1024
NAMED: Final = 10  # problems that are listed


class BackupTrouble(CommandRefused):
    """A backup that cannot be taken, read or restored."""


class Kept(BaseModel):
    """One file of a backup."""

    model_config = ConfigDict(frozen=True)

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)


class Manifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(frozen=True)

    format: Literal["huiying-backup/1"] = FORMAT
    at: AwareDatetime
    program: str
    revision: str  # of the tables
    form: Literal["sqlite", "postgresql"]
    head: str  # the newest seal of the history when the copy began; empty: none was made yet
    files: Mapping[str, Kept]

    @field_validator("files")
    @classmethod
    def _inside(cls, files: Mapping[str, Kept]) -> Mapping[str, Kept]:
        if not all(_is_inside(path) for path in files):
            raise ValueError("a path that leads elsewhere")
        if DATABASE not in files:
            raise ValueError("no database")
        return files


def write(file: Path, manifest: Manifest, found: Mapping[str, Path | bytes]) -> None:
    """Write an archive: the manifest first, then each file under its path."""
    with tarfile.open(file, "w:gz", compresslevel=6) as archive:
        _add(archive, MANIFEST, manifest.model_dump_json(indent=1).encode(), manifest)
        for path, content in found.items():
            _add(archive, path, content, manifest)


def kept(content: Path | bytes) -> Kept:
    """Return the hash and the size of a file."""
    digest, size = hashlib.sha256(), 0
    with _opened(content) as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Kept(sha256=digest.hexdigest(), size=size)


def look(file: Path) -> Manifest:
    """Read only what an archive says of itself; BackupTrouble when it is none."""
    with _reading(file) as archive:
        return _manifest(archive)


def unpack(file: Path, folder: Path, wanted: Callable[[str], bool]) -> Manifest:
    """Check every file of an archive against its manifest, and put those wanted into a folder; BackupTrouble."""
    with _reading(file) as archive:
        manifest = _manifest(archive)
        missing, wrong = dict(manifest.files), []
        for member in archive:
            if member.name == MANIFEST:
                continue
            said = missing.pop(member.name, None)
            to = folder / member.name if wanted(member.name) else None
            fits = member.isreg() and said is not None and member.size == said.size
            if said is None or not fits or _copied(archive, member, to) != said.sha256:
                wrong.append(member.name)
    if missing or wrong:
        named = joined([*sorted(wrong), *sorted(missing)][:NAMED], "、")
        raise BackupTrouble(t("备份不完整,这些文件缺失或被改动:{named}。请换一份备份。", named=named))
    return manifest


@contextmanager
def _reading(file: Path) -> Iterator[tarfile.TarFile]:
    """Open an archive, and say in a sentence what is wrong with it."""
    if not file.is_file():
        raise BackupTrouble(t("没有这个备份文件:{file}。请检查路径。", file=file))
    try:
        with tarfile.open(file, "r:gz") as archive:
            yield archive
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, ValidationError) as trouble:
        raise BackupTrouble(t("{file} 不是完整的备份,读不了。请换一份备份。", file=file)) from trouble


def _manifest(archive: tarfile.TarFile) -> Manifest:
    first = archive.next()
    if first is None or first.name != MANIFEST or not first.isreg() or first.size > MOST_MANIFEST:
        raise tarfile.ReadError("no manifest")
    stream = archive.extractfile(first)
    return Manifest.model_validate_json(stream.read() if stream else b"")


def _copied(archive: tarfile.TarFile, member: tarfile.TarInfo, to: Path | None) -> str:
    """Read a file through, and write it where it is wanted; return the hash of what was read."""
    digest = hashlib.sha256()
    stream = archive.extractfile(member)
    if stream is None:
        return ""
    with stream:
        for chunk in _through(stream, to):
            digest.update(chunk)
    return digest.hexdigest()


def _through(stream: IO[bytes], to: Path | None) -> Iterator[bytes]:
    if to is None:
        while chunk := stream.read(CHUNK):
            yield chunk
        return
    to.parent.mkdir(parents=True, exist_ok=True)
    with to.open("xb") as written:
        to.chmod(0o600)
        while chunk := stream.read(CHUNK):
            written.write(chunk)
            yield chunk


def _add(archive: tarfile.TarFile, path: str, content: Path | bytes, manifest: Manifest) -> None:
    member = tarfile.TarInfo(path)
    member.size = len(content) if isinstance(content, bytes) else manifest.files[path].size
    member.mode, member.mtime = 0o600, int(manifest.at.timestamp())
    with _opened(content) as stream:
        archive.addfile(member, stream)


def _opened(content: Path | bytes) -> IO[bytes]:
    return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    plain = "\\" not in path and "\0" not in path and str(PurePosixPath(path)) == path
    return plain and bool(parts) and parts[0] in (DATABASE, DATA, CONFIG) and ".." not in parts


def copy_aside(found: Path, to: Path) -> None:
    """Copy a file that only its owner may read, with everything that belongs to its folder made."""
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(found, to)
    to.chmod(0o600)
