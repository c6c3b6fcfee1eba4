"""The cover: a square picture drawn for the session, or made of a picture that someone gives.

A ring shows the parts of the session in proportion; in it stand the hold, the repetitions, and the title.
The letters come with Pillow, so no font is needed on the machine.
"""

import hashlib
import io
import unicodedata
import warnings
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from voiceguide.errors import UsageError
from voiceguide.share.plan import Plan

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

SIZE_PX = 1400
MOST_BYTES = 200_000
# Raise this with every change of the drawing: kept covers are then made anew.
COVER_VERSION = 1

_MOST_FILE_BYTES = 20_000_000
_MOST_PIXELS = 60_000_000
_RING_PX = (110, 1290)  # the box of the ring in the picture
_RING_WIDTH_PX = 96
_GAP_DEGREES = 2.0
_LEAST_PART_DEGREES = 1.2
_TEXT_WIDTH_PX = 860
# Drawn twice as large and made smaller, so that edges are smooth.
_SCALE = 2

# Pillow's letters are ASCII and these; some others are drawn as what is nearest.
_DRAWN = "·°“”‘’…"
_DRAWN_AS = str.maketrans({"×": "x", "–": "-", "—": "-", "ß": "ss", "ø": "o", "ł": "l", "æ": "ae"})

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """Ground, letters, and the two tones of the ring's parts; letters on ground have a contrast above 7."""

    ground: Colour
    letters: Colour
    exercise: Colour
    frame: Colour


_PALETTES = (
    Palette((18, 50, 56), (240, 247, 244), (119, 209, 190), (47, 92, 98)),
    Palette((43, 33, 64), (247, 243, 252), (193, 163, 240), (82, 68, 112)),
    Palette((26, 42, 77), (241, 245, 252), (137, 180, 250), (58, 80, 126)),
    Palette((58, 34, 30), (252, 245, 240), (246, 170, 128), (105, 68, 58)),
    Palette((34, 51, 31), (244, 249, 240), (167, 209, 134), (68, 92, 62)),
    Palette((62, 29, 48), (252, 242, 247), (240, 156, 190), (108, 62, 88)),
)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that the drawing depends on.

    Attributes:
        parts: how long each chapter lasts in ms, first and last being intro and outro.
    """

    routine: str
    title: str
    hold: str
    reps: str
    total: str
    parts: tuple[int, ...]


def drawing_of(plan: Plan, title: str) -> Drawing:
    """Return what is drawn for a session.

    Args:
        plan: of the session.
        title: of the routine.
    """
    minutes = max(1, round(plan.duration_ms / 60_000))
    return Drawing(
        routine=plan.routine,
        title=drawable(title),
        hold=f"{plan.options.get('hold_seconds', '')} s",
        reps=f"x {plan.options.get('reps', '')}",
        total=f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02} min",
        parts=tuple(chapter.end_ms - chapter.start_ms for chapter in plan.chapters),
    )


def draw(drawing: Drawing) -> bytes:
    """Return the cover as a JPEG file of 1400 × 1400 px."""
    from PIL import Image, ImageDraw

    palette = _PALETTES[hashlib.sha256(drawing.routine.encode()).digest()[0] % len(_PALETTES)]
    size = SIZE_PX * _SCALE
    picture = Image.new("RGB", (size, size), palette.ground)
    _ring(ImageDraw.Draw(picture), drawing.parts, palette)
    picture = picture.resize((SIZE_PX, SIZE_PX), Image.Resampling.BOX)
    _letters(ImageDraw.Draw(picture), drawing, palette)
    return _as_jpeg(picture)


def arcs(parts: tuple[int, ...]) -> list[tuple[float, float]]:
    """Return where each part of the ring begins and ends, in degrees from its top, clockwise."""
    whole = sum(parts) or 1
    ends = [0.0]
    for part in parts:
        ends.append(ends[-1] + 360 * part / whole)
    gap = _GAP_DEGREES if len(parts) > 1 else 0.0
    return [
        (start + gap / 2, max(end - gap / 2, start + gap / 2 + _LEAST_PART_DEGREES))
        for start, end in pairwise(ends)
    ]


def _ring(canvas: "ImageDraw", parts: tuple[int, ...], palette: Palette) -> None:
    box = [edge * _SCALE for edge in (_RING_PX[0], _RING_PX[0], _RING_PX[1], _RING_PX[1])]
    for number, (start, end) in enumerate(arcs(parts)):
        is_frame = number in {0, len(parts) - 1} and len(parts) > 2
        colour = palette.frame if is_frame else palette.exercise
        canvas.arc(box, start - 90, end - 90, colour, _RING_WIDTH_PX * _SCALE)


def _letters(canvas: "ImageDraw", drawing: Drawing, palette: Palette) -> None:
    middle = SIZE_PX // 2
    for line, top in _title_lines(drawing.title):
        canvas.text((middle, top), line[0], palette.letters, line[1], anchor="mm")
    # A stroke makes the one weight that there is heavy enough for a small screen.
    canvas.text((middle, 735), drawing.hold, palette.letters, _font(360), anchor="mm", stroke_width=9)
    canvas.text((middle, 962), drawing.reps, palette.exercise, _font(170), anchor="mm", stroke_width=5)
    canvas.text((middle, 1104), drawing.total, palette.letters, _font(78), anchor="mm")


def _title_lines(title: str) -> "list[tuple[tuple[str, FreeTypeFont], int]]":
    """Return the lines of a title with their font and height; smaller letters for longer titles."""
    for size in (112, 96, 82, 68, 58):
        font, lines = _font(size), _wrapped(title, _font(size))
        if (len(lines) <= 2 and size >= 82) or (len(lines) <= 3 and size < 82):
            break
    else:
        lines = [*lines[:2], f"{lines[2].rstrip()}…"]
    step = round(size * 1.15)
    first = 470 - step * (len(lines) - 1) // 2 - (20 if len(lines) > 1 else 0)
    return [((line, font), first + step * number) for number, line in enumerate(lines)]


def _wrapped(text: str, font: "FreeTypeFont") -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= _TEXT_WIDTH_PX:
            lines[-1] = longer
        else:
            lines.append(_shortened(word, font))
    return lines


def _shortened(word: str, font: "FreeTypeFont") -> str:
    while font.getlength(word) > _TEXT_WIDTH_PX:
        word = f"{word[:-2]}…" if len(word) > 2 else ""
    return word


def _font(size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.load_default(size)  # type: ignore[return-value]


def drawable(text: str) -> str:
    """Return what of a text can be drawn: accents are taken off, and what has no letter here is left out."""
    plain = unicodedata.normalize("NFKD", text.replace("…", "...")).translate(_DRAWN_AS)
    kept = "".join(character for character in plain if " " <= character <= "~" or character in _DRAWN)
    return " ".join(kept.split())


def read_cover(path: Path) -> bytes:
    """Return a picture file as a cover: square, at most 1400 px, without anything but the picture.

    Raises:
        UsageError: there is no such file, or it is no picture that can be used.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"The cover {path} cannot be read: {reason}.") from error
    if len(data) > _MOST_FILE_BYTES:
        raise UsageError(
            f"The cover {path} is larger than {_MOST_FILE_BYTES // 1_000_000} MB; make it smaller."
        )
    return _squared(data, path)


def _squared(data: bytes, path: Path) -> bytes:
    from PIL import Image, ImageOps

    refused = UsageError(
        f"The cover {path} is no picture that can be used; name a JPEG, PNG or WebP file of at most "
        f"{_MOST_PIXELS // 1_000_000} million pixels."
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
        if opened.width * opened.height > _MOST_PIXELS:
            raise refused
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
        side = min(*upright.size, SIZE_PX)
        ground = Image.new("RGBA", (side, side), (255, 255, 255, 255))
        ground.alpha_composite(ImageOps.fit(upright, (side, side)))
        return _as_jpeg(ground.convert("RGB"))
    except UsageError:
        raise
    except Exception as error:  # decoders raise whatever a broken file makes them
        raise refused from error


def _as_jpeg(picture: "Image") -> bytes:
    """Return a JPEG of at most 200 KB, as good as fits; nothing but the picture goes in."""
    data = b""
    for side in (SIZE_PX, 1000, 700, 500, 300):
        picture.thumbnail((side, side))
        for quality in (90, 82, 72, 60, 45):
            file = io.BytesIO()
            picture.save(file, "JPEG", quality=quality, optimize=True)
            data = file.getvalue()
            if len(data) <= MOST_BYTES:
                return data
    return data
