"""The cover: drawn for the session, or made of a picture that someone gives."""

import io
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.share.test_tags import PLAN
from voiceguide.errors import UsageError
from voiceguide.share.cover import MOST_BYTES, Drawing, arcs, draw, drawable, drawing_of, read_cover

DRAWING = Drawing("lower-back", "Lower back", "25 s", "x 2", "15 min", (60, 120, 200, 200, 120, 120, 40))
TITLES = [
    "Lower back",
    "<script>alert('x')</script>",
    "Rücken – für Élise",
    "😀😀😀",
    "שלום לכולם",
    "日本語",
    "",
    "W" * 120,
    "a very long title of many words " * 4,
]


def pixels(data: bytes, size: int = 1400) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    picture = Image.open(io.BytesIO(data)).convert("RGB").resize((size, size), Image.Resampling.BOX)
    return np.asarray(picture).astype(float)


def luminance(colour: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = colour / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("title", TITLES)
def test_a_cover_is_a_square_jpeg_of_little_size(title: str) -> None:
    """Whatever the title; two readers see 1400 × 1400 px."""
    data = draw(drawing_of(PLAN, title))
    assert len(data) <= MOST_BYTES
    assert Image.open(io.BytesIO(data)).size == (1400, 1400)
    with av.open(io.BytesIO(data)) as file:
        assert (file.streams.video[0].width, file.streams.video[0].height) == (1400, 1400)


def test_the_same_drawing_is_the_same_bytes() -> None:
    """And another routine has another look."""
    assert draw(DRAWING) == draw(replace(DRAWING))
    grounds = {tuple(pixels(draw(replace(DRAWING, routine=name)), 100)[2, 2]) for name in "abcdefgh"}
    assert len(grounds) > 2


def test_the_ring_shows_the_parts_in_proportion() -> None:
    """Along the ring, the ground stands between the parts where the plan says, within a degree and a half."""
    picture = pixels(draw(DRAWING))
    ground = picture[5, 5]
    angles = np.radians(np.arange(0, 360, 0.25))
    radius = (1290 - 110) / 2 - 48
    ys, xs = 700 - radius * np.cos(angles), 700 + radius * np.sin(angles)
    off = np.abs(picture[ys.astype(int), xs.astype(int)] - ground).sum(axis=1) < 60
    wanted = np.cumsum([0, *DRAWING.parts[:-1]]) / sum(DRAWING.parts) * 360
    found = np.arange(0, 360, 0.25)[off]
    for angle in wanted:
        assert np.min(np.abs((found - angle + 180) % 360 - 180)) < 1.5
    assert 4 < off.sum() * 0.25 < 30


def test_it_is_readable_at_64_px() -> None:
    """Ring and number stand out from the ground by 3 to 1 (WCAG 2.2, 1.4.11)."""
    small = pixels(draw(DRAWING), 64)
    ground = luminance(small[1, 1])

    def contrast(region: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> float:
        brightest = max(luminance(colour) for colour in region.reshape(-1, 3))
        return (brightest + 0.05) / (ground + 0.05)

    assert contrast(small[20:44, 5:10]) > 3  # the ring's left side
    assert contrast(small[30:38, 18:46]) > 4.5  # the number


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=62))
def test_arcs_go_once_around(parts: list[int]) -> None:
    """In order, from the top, each at least visible."""
    found = arcs(tuple(parts))
    assert all(end - start >= 1 for start, end in found)
    assert [start for start, _ in found] == sorted(start for start, _ in found)
    assert found[0][0] >= 0


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_only_what_has_a_letter_is_drawn(text: str) -> None:
    """Nothing that would show as an empty box; accents are taken off."""
    from PIL import ImageFont

    font = ImageFont.load_default(40)
    missing = bytes(font.getmask("\uffff"))
    for character in set(drawable(text)) - {" "}:
        assert bytes(font.getmask(character)) != missing
    assert drawable("Élan für Łódź") == "Elan fur Lodz" or "odz" in drawable("Élan für Łódź")


# --- a picture that someone gives --------------------------------------------------------------


def picture_file(folder: Path, kind: str, size: tuple[int, int], mode: str = "RGB") -> Path:
    path = folder / f"own.{kind.lower()}"
    Image.effect_noise(size, 90).convert(mode).save(path, kind)
    return path


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGB"), ("PNG", "L")])
def test_a_picture_becomes_a_square_jpeg(own_folders: Path, kind: str, mode: str) -> None:
    """Cut to a square, at most 1400 px, at most 200 KB, without what else the file held."""
    path = own_folders / f"own.{kind.lower()}"
    Image.linear_gradient("L").resize((1700, 1500)).convert(mode).save(path, kind)
    data = read_cover(path)
    found = Image.open(io.BytesIO(data))
    assert (found.format, found.size, found.mode) == ("JPEG", (1400, 1400), "RGB")
    assert len(data) <= MOST_BYTES
    assert not found.getexif()


def test_a_picture_that_is_all_detail_becomes_smaller(own_folders: Path) -> None:
    """Rather than too large a file."""
    data = read_cover(picture_file(own_folders, "PNG", (1500, 1500)))
    assert len(data) <= MOST_BYTES
    assert Image.open(io.BytesIO(data)).width >= 500


def test_a_small_picture_stays_small_and_is_turned_upright(own_folders: Path) -> None:
    """A camera notes which way is up; the cover has it in its pixels."""
    exif = Image.Exif()
    exif[0x0112] = 3
    path = own_folders / "a.jpg"
    picture = Image.new("RGB", (300, 300), "white")
    picture.paste((0, 0, 0), (0, 0, 300, 150))
    picture.save(path, "JPEG", exif=exif)
    found = Image.open(io.BytesIO(read_cover(path)))
    assert found.size == (300, 300)
    assert found.convert("L").getpixel((150, 10)) == pytest.approx(255, abs=5)


def test_what_is_no_picture_is_one_sentence(own_folders: Path) -> None:
    """Missing, a folder, a text, cut short, far too many pixels, too large a file."""
    cases = {"text.png": b"no picture", "empty.jpg": b"", "large.png": bytes(20_000_001)}
    whole = picture_file(own_folders, "PNG", (400, 400)).read_bytes()
    cases["cut.png"] = whole[: len(whole) // 2]
    bomb = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomb, "PNG")
    cases["bomb.png"] = bomb.getvalue()
    for name, data in cases.items():
        (own_folders / name).write_bytes(data)
    for name in (*cases, "missing.png", "."):
        with pytest.raises(UsageError, match=r"^The cover .*"):
            read_cover(own_folders / name)
