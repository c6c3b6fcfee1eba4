"""The cover: drawn for the session, or made of a picture that someone gives."""

import io
import os
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.export.test_tags import PLAN
from voiceguide.errors import UsageError
from voiceguide.export.cover import (
    MAX_BYTES,
    Drawing,
    arcs,
    draw,
    draw_site,
    drawable,
    drawing_of,
    drawn_title,
    embedded_cover,
    palette_of,
    read_cover,
    rows_of,
    title_lines,
)
from voiceguide.language.registry import find_language
from voiceguide.routine.reader import built_in_ids, find_routine
from voiceguide.script.naming import Dose

DRAWING = Drawing("lower-back", "Lower back", "25 s", "2", "15 min", 7)
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
    data = draw(drawing_of(PLAN, title, Dose("25", "2"), find_language("en")))
    assert len(data) <= MAX_BYTES
    assert Image.open(io.BytesIO(data)).size == (1400, 1400)
    with av.open(io.BytesIO(data)) as file:
        assert (file.streams.video[0].width, file.streams.video[0].height) == (1400, 1400)


def test_the_same_drawing_is_the_same_bytes() -> None:
    """And no two of the built-in routines look the same."""
    assert draw(DRAWING) == draw(replace(DRAWING))
    assert len({palette_of(name) for name in built_in_ids()}) == len(built_in_ids())


def test_colours_can_be_told_apart_in_every_palette() -> None:
    """Letters by 7 to 1, the ring by 4.5 and its frame by 1.5 from the ground (WCAG 2.2)."""
    palettes = {palette_of(str(number)) for number in range(200)}
    assert len(palettes) == 12
    for palette in palettes:
        ground, *others = (luminance(np.array(colour, float)) for colour in
                           (palette.ground, palette.letters, palette.exercise, palette.frame))  # fmt: skip
        contrasts = [(other + 0.05) / (ground + 0.05) for other in others]
        assert contrasts[0] >= 7
        assert contrasts[1] >= 4.5
        assert contrasts[2] >= 1.5


def off_ground(data: bytes, radius: float) -> float:
    """Return which part of a circle around the middle is not of the ground's colour."""
    picture = pixels(data)
    angles = np.radians(np.arange(0, 360, 0.25))
    ys, xs = 700 - radius * np.cos(angles), 700 + radius * np.sin(angles)
    return float((np.abs(picture[ys.astype(int), xs.astype(int)] - picture[5, 5]).sum(axis=1) > 60).mean())


@pytest.mark.slow
@pytest.mark.parametrize("title", [*TITLES, *(find_routine(name).title for name in built_in_ids())])
def test_a_title_stays_inside_of_the_ring(title: str) -> None:
    """Every line fits its chord; seen on the picture, just inside of the ring is nothing."""
    for centred in (False, True):
        lines = title_lines(drawn_title(title, "lower-back"), centred=centred)
        assert all(line.fits for line in lines)
        assert 1 <= len(lines) <= 3
    assert (
        off_ground(
            draw(drawing_of(PLAN, title, Dose("25", "2"), find_language("en"))), (1290 - 110) / 2 - 96 - 14
        )
        == 0
    )
    assert off_ground(draw_site(title), (1290 - 110) / 2 - 96 - 14) == 0


@pytest.mark.parametrize("hold", ["3", "25", "600", "15–30", "100–600"])
def test_a_hold_stays_inside_of_the_ring(hold: str) -> None:
    """Also where exercises are held from so long to so long."""
    assert (
        off_ground(
            draw(drawing_of(PLAN, "Hips", Dose(hold, "2–10"), find_language("en"))),
            (1290 - 110) / 2 - 96 - 14,
        )
        == 0
    )


def test_a_title_is_as_large_as_it_can_be() -> None:
    """Large letters for a short one; all words of a long one, where there is any way."""
    (line,) = title_lines("Hips")
    assert line.size >= 160
    for name in built_in_ids():
        title = find_routine(name).title
        lines = title_lines(title)
        assert " ".join(line.text for line in lines) == title
        assert lines[0].size >= 98
    assert title_lines("word " * 40)[-1].text.endswith("…")


@pytest.mark.parametrize("title", ["שלום לכולם", "日本語", "Спина", "ظهر", "😀", "·"])
def test_a_title_in_another_script_gives_way_to_the_name_of_the_routine(title: str) -> None:
    """So that two covers differ."""
    assert drawn_title(title, "lower-back") == "Lower Back"
    assert drawn_title(f"{title} Yoga", "lower-back").endswith("Yoga")


def test_letters_that_are_not_made_of_others_are_spelled_out() -> None:
    """Those of European languages that lose more than an accent."""
    assert drawable("œuvre Œuvre Łódź Ørsted Æsir þorn Þor ð đ ı ĳ ﬁ ŋ ħ ẞ") == (
        "oeuvre Oeuvre Lodz Orsted Aesir thorn Thor d d i ij fi ng h SS"
    )


def test_the_ring_has_a_part_for_each_chapter() -> None:
    """Along the ring, the ground stands between the parts, all alike, within a degree and a half."""
    picture = pixels(draw(DRAWING))
    ground = picture[5, 5]
    angles = np.radians(np.arange(0, 360, 0.25))
    radius = (1290 - 110) / 2 - 48
    ys, xs = 700 - radius * np.cos(angles), 700 + radius * np.sin(angles)
    off = np.abs(picture[ys.astype(int), xs.astype(int)] - ground).sum(axis=1) < 60
    wanted = np.arange(DRAWING.parts) * 360 / DRAWING.parts
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
    assert len(data) <= MAX_BYTES
    assert not found.getexif()


@pytest.mark.slow
def test_a_picture_that_is_all_detail_becomes_smaller(own_folders: Path) -> None:
    """Rather than too large a file."""
    data = read_cover(picture_file(own_folders, "PNG", (1500, 1500)))
    assert len(data) <= MAX_BYTES
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
    """Missing, a folder, a pipe, a text, cut short, far too many pixels, too large a file."""
    cases = {"text.png": b"no picture", "empty.jpg": b"", "large.png": bytes(20_000_001)}
    whole = picture_file(own_folders, "PNG", (400, 400)).read_bytes()
    cases["cut.png"] = whole[: len(whole) // 2]
    bomb = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomb, "PNG")
    cases["bomb.png"] = bomb.getvalue()
    cases["small.png"] = picture_file(own_folders, "PNG", (63, 400)).read_bytes()
    for name, data in cases.items():
        (own_folders / name).write_bytes(data)
    with_pipe = hasattr(os, "mkfifo")
    if with_pipe:
        os.mkfifo(own_folders / "pipe.png")
    for name in (*cases, "missing.png", ".", *(["pipe.png"] if with_pipe else [])):
        with pytest.raises(UsageError, match=r"cover"):
            read_cover(own_folders / name)


@pytest.mark.slow
def test_a_picture_that_would_fill_the_memory_is_refused_by_its_header(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A WebP file of 7700 × 7700 px is small, and took 1.2 GB; 24 million pixels are a large photo."""
    path = own_folders / "large.webp"
    Image.new("RGB", (7700, 7700)).save(path, quality=1, method=0)
    monkeypatch.setattr(
        "PIL.WebPImagePlugin.WebPImageFile.load", lambda _: pytest.fail("the picture was decoded")
    )
    with pytest.raises(UsageError, match="at most 24 million pixels"):
        read_cover(path)


# --- a picture that a finished file carries ----------------------------------------------------


def test_covers_of_one_routine_share_the_bytes_of_what_looks_alike() -> None:
    """Of another hold, only the rows with its letters differ."""
    rows, others = rows_of(draw(DRAWING)), rows_of(draw(replace(DRAWING, hold="30 s")))
    assert b"".join(rows) == draw(DRAWING)
    assert len(rows) == len(others) == -(-1400 // 16)
    same = [one == other for one, other in zip(rows, others, strict=True)]
    assert sum(same) > len(rows) * 3 / 4
    assert not all(same)


def test_our_own_cover_is_taken_as_it_is() -> None:
    """Not re-encoded, so that what is published stays the same."""
    data = draw(DRAWING)
    assert embedded_cover(data, Path("a.mp3")) is data


def test_another_picture_becomes_a_cover(own_folders: Path) -> None:
    """Cut to a square, and without where and when it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    path = own_folders / "a.jpg"
    Image.new("RGB", (300, 300), "white").save(path, "JPEG", exif=exif)
    for data in (path.read_bytes(), picture_file(own_folders, "PNG", (400, 200)).read_bytes()):
        found = Image.open(io.BytesIO(embedded_cover(data, Path("a.mp3"))))
        assert found.format == "JPEG"
        assert found.width == found.height
        assert not found.getexif()


@pytest.mark.parametrize(
    "data", [b"<script>alert(1)</script>", b"", bytes(20_000_001), b"\xff\xd8\xff\xe0JFIF"]
)
def test_what_a_stranger_put_in_its_place_is_refused(data: bytes) -> None:
    """With a sentence that names the file."""
    with pytest.raises(UsageError, match=r"^a\.mp3 has a cover"):
        embedded_cover(data, Path("a.mp3"))
