"""The same picture is known again when it was sent on; another one, a broken one or a blank sheet is not."""

import io
import random
import struct
import zlib

import pytest
from PIL import Image, ImageDraw

from handlers.reading.picture import alike, look_bands, look_of


def scene(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Draw a picture of shapes, the same for a seed."""
    chance = random.Random(seed)  # noqa: S311 - the same picture each time
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    for _ in range(40):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        corner = (x + chance.randrange(20, 200), y + chance.randrange(20, 150))
        draw.rectangle((x, y, *corner), fill=tuple(chance.randrange(256) for _ in range(3)))
    return picture


def saved(picture: Image.Image, form: str = "PNG", **how: int) -> io.BytesIO:
    """Save a picture as a file."""
    file = io.BytesIO()
    picture.save(file, form, **how)
    file.seek(0)
    return file


@pytest.mark.parametrize("seed", range(12))
def test_a_picture_that_was_sent_on_looks_the_same(seed: int) -> None:
    """Saved anew with loss, made smaller, or both; and it is found by a band."""
    first = look_of(saved(scene(seed)))
    for again in (
        saved(scene(seed), "JPEG", quality=40),
        saved(scene(seed).resize((320, 240)), "JPEG", quality=60),
        saved(scene(seed).resize((1280, 960)), "WEBP", quality=50),
    ):
        look = look_of(again)
        assert alike(first, look)
        assert set(look_bands(first)) & set(look_bands(look))


def test_other_pictures_look_otherwise() -> None:
    """Of forty pictures no two are alike."""
    looks = [look_of(saved(scene(seed))) for seed in range(100, 140)]
    assert all(looks)
    assert not [1 for n, one in enumerate(looks) for other in looks[:n] if alike(one, other)]


def page(seed: int) -> Image.Image:
    """Draw a screenful of text: lines that begin at one margin and end where they like."""
    chance = random.Random(seed)  # noqa: S311 - the same picture each time
    picture = Image.new("RGB", (540, 960), "white")
    draw = ImageDraw.Draw(picture)
    for y in range(50, 925, 30):
        draw.rectangle((40, y, 40 + chance.randrange(350, 460), y + 15), fill="black")
    return picture


def test_pages_of_text_look_otherwise() -> None:
    """Notices and letters fill the screen alike: few of forty are taken for one another, and each for itself."""
    looks = [look_of(saved(page(seed))) for seed in range(40)]
    again = [look_of(saved(page(seed).resize((270, 480)), "JPEG", quality=50)) for seed in range(40)]
    assert all(map(alike, looks, again))
    assert sum(alike(one, other) for n, one in enumerate(looks) for other in looks[:n]) <= 4


def test_a_blank_sheet_has_no_look() -> None:
    """Otherwise every empty screenshot would be the same picture."""
    assert look_of(saved(Image.new("RGB", (600, 800), "white"))) == ""
    assert not alike("", "")


def claiming(width: int, height: int) -> bytes:
    """Make a PNG of a few bytes that claims to be so large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture at all",
        b"\xff\xd8\xff\xe0" + b"\x00" * 50,
        saved(scene(1), "PNG").getvalue()[:300],
        saved(scene(1), "TIFF").getvalue(),
        claiming(60_000, 60_000),
        claiming(7_000, 7_000),
    ],
    ids=["empty", "text", "broken JPEG", "cut PNG", "a format we do not take", "a bomb", "too many pixels"],
)
def test_what_cannot_be_read_safely_has_no_look(content: bytes) -> None:
    """Nothing is raised, nothing large is unpacked."""
    assert look_of(io.BytesIO(content)) == ""
