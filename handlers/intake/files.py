"""Which files are taken: what people send as evidence; nothing that runs, nothing that hides something else.

It is decided twice: by name, media type and size before a file is fetched, by its first bytes once it is here.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final, Literal

from handlers.conversation import File
from handlers.intake.content import archive_type, is_page, media_type_of, runs

Trouble = Literal["too_large", "archive", "program", "page", "unknown", "disguised", "empty", "gone"]
Kind = Literal["image", "video", "audio", "document", "archive", "program", "page", "unknown"]

TAKEN: Final = frozenset({"image", "video", "audio", "document"})
ANY: Final = "application/octet-stream"  # nobody said what it is
_EXTENSION: Final = re.compile(r"\.([a-z][a-z0-9]{0,9}|7z|3gp|3g2)$")
_EXTENSIONS: Final[Mapping[Kind, str]] = {
    "image": "jpg jpeg jfif png gif webp bmp heic heif avif tif tiff",
    "video": "mp4 m4v mov avi mkv webm 3gp 3g2 wmv flv mpg mpeg",
    "audio": "mp3 m4a aac ogg oga opus wav amr wma flac",
    # .ofd is the page format of official documents (GB/T 33190); formats that carry macros are programs
    "document": "pdf ofd doc docx dot dotx xls xlsx ppt pptx pps ppsx wps wpt et ett dps dpt odt ods odp rtf txt csv",
    # nobody at the desk can look into one safely, and what it holds would get past every rule here
    "archive": "zip rar 7z tar gz tgz bz2 xz zst cab arj lzh iso img dmg",
    "program": "exe msi com scr pif bat cmd ps1 vbs vbe js jse mjs wsf wsh hta jar apk apks xapk ipa app deb rpm bin "
    "elf dll sys so dylib sh bash zsh command py pyc pl rb php lnk url scf inf reg msc cpl chm docm dotm xlsm xltm "
    "xlam pptm potm ppsm ppam",
    "page": "html htm xhtml xht shtml mht mhtml svg svgz xml xsl xslt swf",
}
_BY_EXTENSION: Final = {extension: kind for kind, known in _EXTENSIONS.items() for extension in known.split()}
_TYPES: Final[tuple[tuple[str, Kind], ...]] = (  # the first that fits, spelt as a pattern for the whole
    (r"image/svg.*|text/(html|xml)|application/(xhtml\+xml|xml|x-shockwave-flash)|multipart/related", "page"),
    (r".*macroenabled.*", "program"),
    (r"image/.+", "image"),
    (r"video/.+", "video"),
    (r"audio/.+|application/ogg", "audio"),
    (r"application/(x-)?pdf|application/ofd|application/(msword|rtf|vnd\.ms-(excel|powerpoint|works))", "document"),
    (r"application/vnd\.(openxmlformats-officedocument|oasis\.opendocument)\..+", "document"),
    (r"application/(wps-office\..+|kswps|kset|ksdps|vnd\.kingsoft\..+)", "document"),
    (r"text/(plain|csv|comma-separated-values|rtf|richtext)", "document"),
    (r"application/(x-)?(zip|rar|7z|tar|gzip|bzip2?|xz|zstd|iso9660-image)(-compressed)?", "archive"),
    (r"application/vnd\.(rar|android\.package-archive)", "archive"),
    (r"text/(x-.+|.*script)", "program"),
    (r"application/.*(script|executable|msdownload|msdos-program|java-archive|x-sh|python|perl)", "program"),
)
_BY_TYPE: Final = tuple((re.compile(pattern), kind) for pattern, kind in _TYPES)


def refusal(file: File, limit: int) -> Trouble | None:
    """Say why a file is not fetched, by what is told of it; None when it is. A size nobody told is no reason."""
    kinds = [kind for kind in (kind_of_name(file.name), kind_of_type(file.media_type)) if kind is not None]
    for kind in kinds or ["unknown"]:
        if kind not in TAKEN:
            return kind  # type: ignore[return-value]  # the kinds that are not taken are troubles of the same name
    if file.size > limit:
        return "too_large"
    return None if file.source else "gone"


def kind_of_file(file: File) -> Kind | None:
    """Return what a file is called by its sender: by its media type, else by its name."""
    return kind_of_type(file.media_type) or kind_of_name(file.name)


def kind_of_name(name: str) -> Kind | None:
    """Return the kind of file that a name's extension stands for; None without an extension."""
    plain = unicodedata.normalize("NFKC", name).lower().rstrip(". ")
    found = _EXTENSION.search(plain)
    return _BY_EXTENSION.get(found[1], "unknown") if found else None


def kind_of_type(media_type: str) -> Kind | None:
    """Return the kind of file that a media type stands for; None when it says nothing."""
    plain = media_type.partition(";")[0].strip().lower()
    if plain in ("", ANY):
        return None
    return next((kind for pattern, kind in _BY_TYPE if pattern.fullmatch(plain)), "unknown")


def disguise(head: bytes, name: str, media_type: str) -> Trouble | None:
    """Say why a file is not kept, by its first bytes (4 KB or more, or all of it); None when it is."""
    if not head:
        return "empty"
    if runs(head) or is_page(head):
        return "disguised"
    packed, claimed = archive_type(head), kind_of_name(name) or kind_of_type(media_type)
    may_pack = packed in ("zip", "ole") and claimed == "document"  # office formats are such containers
    return "disguised" if packed and not may_pack else None


def kept_as(head: bytes, claimed: str) -> str:
    """Return the media type a file is kept under: what its bytes say of a picture or a PDF, else what was claimed."""
    found = media_type_of(head)
    certain = found.startswith("image/") or found == "application/pdf"
    return found if found and (certain or claimed in ("", ANY)) else claimed or ANY
