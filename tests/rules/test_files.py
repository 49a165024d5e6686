"""Which files are taken, by what is told of them and by what they hold."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.conversation import File
from handlers.intake.content import HEAD
from handlers.intake.files import ANY, disguise, kept_as, refusal

LIMIT = 20_000_000
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def told(name: str, media_type: str, size: int = 1000) -> File:
    """Return a file as a platform tells of it."""
    return File(source="held there", name=name, media_type=media_type, size=size)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("photo-AQAD1.jpg", "image/jpeg"),
        ("", "image/jpeg"),
        ("IMG_0001.HEIC", "image/heic"),
        ("IMG_0002.heic", ANY),
        ("现场.mp4", "video/mp4"),
        ("voice-1.ogg", "audio/ogg"),
        ("录音.amr", "audio/amr"),
        ("关于停水情况的说明.docx", WORD),
        ("说明.doc", "application/msword"),
        ("台账.xls", "application/vnd.ms-excel"),
        ("台账.csv", "text/csv"),
        ("情况.wps", "application/kswps"),
        ("情况.wps", ANY),
        ("批示.ofd", ANY),
        ("批示.pdf", "application/pdf; charset=binary"),
        ("记录.txt", "text/plain"),
        ("2026.11.24 情况说明", "application/pdf"),
        ("报告.odt", "application/vnd.oasis.opendocument.text"),
    ],
)
def test_evidence_is_taken(name: str, media_type: str) -> None:
    """Pictures, films, sound and the documents of an office are taken."""
    assert refusal(told(name, media_type), LIMIT) is None


@pytest.mark.parametrize(
    ("name", "media_type", "why"),
    [
        ("setup.exe", "application/x-msdownload", "program"),
        ("照片.jpg.exe", "image/jpeg", "program"),
        ("照片.jpg.exe. ", "image/jpeg", "program"),
        ("照片\uff0eEXE", "image/jpeg", "program"),
        ("photo.jpg", "application/x-msdownload", "program"),
        ("photo.jpg", "text/javascript", "program"),
        ("run.sh", "text/x-shellscript", "program"),
        ("app.apk", "application/vnd.android.package-archive", "program"),
        ("报告.docm", "application/vnd.ms-word.document.macroEnabled.12", "program"),
        ("图.svg", "image/svg+xml", "page"),
        ("图.png", "image/svg+xml", "page"),
        ("网页.html", "text/html", "page"),
        ("网页.mhtml", "multipart/related", "page"),
        ("材料.zip", "application/zip", "archive"),
        ("材料.rar", "application/vnd.rar", "archive"),
        ("材料.7z", "application/x-7z-compressed", "archive"),
        ("sticker.tgs", "application/x-tgsticker", "unknown"),
        ("材料", ANY, "unknown"),
        ("", "", "unknown"),
        ("材料.xyz", "application/pdf", "unknown"),
    ],
)
def test_what_runs_hides_or_unpacks_is_not_taken(name: str, media_type: str, why: str) -> None:
    """Name and media type must both stand for something that is taken."""
    assert refusal(told(name, media_type), LIMIT) == why


def test_a_size_that_was_told_is_held_to_the_limit() -> None:
    """A file at the limit is taken, one byte more is too large; an untold size is measured while it comes."""
    assert refusal(told("a.mp4", "video/mp4", LIMIT), LIMIT) is None
    assert refusal(told("a.mp4", "video/mp4", LIMIT + 1), LIMIT) == "too_large"
    assert refusal(told("a.mp4", "video/mp4", 0), LIMIT) is None


def test_a_file_nobody_holds_cannot_be_fetched() -> None:
    """A platform that names no source has nothing to give."""
    assert refusal(File(name="a.jpg", media_type="image/jpeg", size=1), LIMIT) == "gone"


def zipped() -> bytes:
    """Return an archive."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return kept.getvalue()


PROGRAMS = [
    b"MZ\x90\x00\x03\x00\x00\x00" + bytes(60),
    b"\x7fELF\x02\x01\x01\x00",
    b"\xcf\xfa\xed\xfe\x07\x00\x00\x01",
    b"\xca\xfe\xba\xbe\x00\x00\x00\x02",
    b"#!/bin/sh\nrm -rf /\n",
    b"\xef\xbb\xbf#! /usr/bin/env python3\n",
]
PAGES = [
    b"<!DOCTYPE html><html>",
    b"\xef\xbb\xbf \r\n<html lang=zh>",
    b"<!-- saved from url -->\n<SCRIPT src=x></SCRIPT>",
    b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">',
    b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">',
    "\ufeff<html>".encode("utf-16-le"),
    "\ufeff<table border=1>".encode("utf-16-be"),
]
ARCHIVES = [b"Rar!\x1a\x07\x01\x00", b"7z\xbc\xaf\x27\x1c\x00\x04", b"\x1f\x8b\x08\x00"]


@pytest.mark.parametrize("head", [*PROGRAMS, *PAGES, *ARCHIVES])
@pytest.mark.parametrize(("name", "media_type"), [("a.jpg", "image/jpeg"), ("a.docx", WORD), ("a.txt", "text/plain")])
def test_a_disguise_is_seen_through(head: bytes, name: str, media_type: str) -> None:
    """A program, a page or an archive is not kept under another name."""
    assert disguise(head, name, media_type) == "disguised"


def test_office_documents_are_containers_and_pictures_are_not() -> None:
    """What is zipped is kept as a document; as a picture it hides something."""
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    assert disguise(zipped(), "a.docx", WORD) is None
    assert disguise(zipped(), "a.ofd", ANY) is None
    assert disguise(ole, "a.doc", "application/msword") is None
    assert disguise(zipped(), "a.jpg", "image/jpeg") == "disguised"
    assert disguise(ole, "", "image/jpeg") == "disguised"


def test_an_empty_file_is_not_kept() -> None:
    """No bytes are no evidence."""
    assert disguise(b"", "a.txt", "text/plain") == "empty"


@pytest.mark.parametrize("text", ["MZ 是车间编号", "# !/ 开头的话", "a < b 且 b > c", "<停水通知> 三天", "PK 赛"])
def test_plain_words_are_no_disguise(text: str) -> None:
    """Words that merely begin like something else are kept."""
    assert disguise(text.encode(), "a.txt", "text/plain") is None
    assert disguise(text.encode("utf-16"), "a.txt", "text/plain") is None


@pytest.mark.parametrize(
    ("head", "claimed", "kept"),
    [
        (b"\xff\xd8\xff\xe0", ANY, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/jpeg", "image/png"),
        (b"GIF89a", "image/jpeg", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBP", "", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "image/jpeg", "image/heic"),
        (b"%PDF-1.7", ANY, "application/pdf"),
        (b"\x00\x00\x00\x18ftypisom", ANY, "video/mp4"),
        (b"\x00\x00\x00\x18ftypM4A ", "audio/x-m4a", "audio/x-m4a"),
        (b"OggS\x00\x02", "audio/ogg", "audio/ogg"),
        (b"ID3\x04", ANY, "audio/mpeg"),
        (b"some words", "text/plain", "text/plain"),
        (b"some words", "", ANY),
    ],
)
def test_bytes_say_what_a_picture_is(head: bytes, claimed: str, kept: str) -> None:
    """A picture or a PDF is kept as what it is; of the rest, what was claimed stands."""
    assert kept_as(head, claimed) == kept


@given(st.binary(max_size=HEAD), st.text(max_size=40), st.text(max_size=40))
def test_no_bytes_break_the_look(head: bytes, name: str, media_type: str) -> None:
    """Whatever a file holds and however it is called, there is an answer."""
    assert disguise(head, name, media_type) in (None, "empty", "disguised")
    assert kept_as(head, media_type) != ""
    refusal(told(name, media_type), LIMIT)
