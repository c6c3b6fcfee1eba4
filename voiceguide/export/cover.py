"""The cover: a square picture drawn for the session, or made from a picture file.

A ring has a part for each chapter; inside it are the hold, the repetitions, and the title.
The letters come with Pillow, so no font is needed on the machine.
"""

import hashlib
import io
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from voiceguide.errors import InputNotFound, InvalidFile, InvalidInput
from voiceguide.files.reading import read_limited
from voiceguide.language.base import Language
from voiceguide.script.naming import Dose
from voiceguide.script.plan import Plan
from voiceguide.text.formatting import whole_minutes

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFile import ImageFile
    from PIL.ImageFont import FreeTypeFont

SIZE_PX = 1400
MAX_BYTES = 200_000
# Raise this with every change to the drawing: cached covers are then drawn again.
COVER_VERSION = 5
_QUALITY = 90
# RST0 to RST7 (ITU-T T.81, table B.1).
_RESTART_MARKER = re.compile(rb"(?=\xff[\xd0-\xd7])")

_MAX_FILE_BYTES = 20_000_000
# As cameras take them, 6000 × 4000. Squaring a WebP picture was measured to take 21 bytes a pixel, so 500 MB here
# and 1.2 GB for 7700 × 7700.
_MAX_PIXELS = 24_000_000
_MIN_SIDE_PX = 64
_RING_PX = (110, 1290)  # the box of the ring in the picture
_RING_WIDTH_PX = 96
_GAP_DEGREES = 2.0
_MIN_PART_DEGREES = 1.2
_MIDDLE_PX = SIZE_PX // 2
# The circle in which letters stand: inside the ring, with a margin.
_INNER_RADIUS_PX = (_RING_PX[1] - _RING_PX[0]) // 2 - _RING_WIDTH_PX - 28
# Shapes are drawn twice as large and made smaller, so that edges are smooth.
_SCALE = 2
_OPAQUE = 255

# Where the lines stand: the foot of the title's last line, and the middle of the others.
_TITLE_FOOT_PX, _HOLD_PX, _REPS_PX, _TOTAL_PX = 546, 724, 972, 1110
_HOLD_SIZE, _HOLD_WIDTH_PX = 330, 860
_TITLE_SIZES = range(170, 50, -4)
_TITLE_LINES = 3
_LINE_STEP = 1.12
# How far letters reach above and below their foot, as parts of their size.
_ABOVE, _BELOW = 0.73, 0.22

# Pillow's letters are ASCII and these; some others are drawn as what is nearest.
_DRAWN = "·°“”‘’…«»‹›⁄©™±"
_DRAWN_AS = str.maketrans(
    {"×": "x", "ß": "ss", "ẞ": "SS", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "Ae"}
    | {"œ": "oe", "Œ": "Oe", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D", "đ": "d", "Đ": "D", "ı": "i"}
    | {"ħ": "h", "Ħ": "H", "ŋ": "ng", "Ŋ": "Ng", "ŧ": "t", "Ŧ": "T", "ĸ": "k", "ə": "e", "Ə": "E"}
    | dict.fromkeys("‐‑‒–—―−", "-")
    | {"„": "“", "‚": "‘", "′": "'", "″": '"'}
)

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """Ground, letters, and the two tones of the ring's parts; letters on ground have a contrast above 7."""

    ground: Colour
    letters: Colour
    exercise: Colour
    frame: Colour


_HUES = 12
# Under this one, no two of the built-in routines have one hue.
_SALT = "39"


def palette_of(name: str) -> Palette:
    """Return the palette of a routine or a site: the same for the same name, one of twelve hues."""
    hue = 360 / _HUES * (hashlib.sha256(f"{_SALT}{name}".encode()).digest()[0] % _HUES)
    return Palette(
        _oklch(0.29, 0.05, hue), _oklch(0.97, 0.01, hue), _oklch(0.82, 0.11, hue), _oklch(0.45, 0.06, hue)
    )


def _oklch(lightness: float, chroma: float, hue_degrees: float) -> Colour:
    """Return a colour whose lightness does not depend on its hue (Ottosson, "A perceptual color space", 2020)."""
    a = chroma * math.cos(math.radians(hue_degrees))
    b = chroma * math.sin(math.radians(hue_degrees))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _srgb(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _srgb(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _srgb(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def _srgb(linear: float) -> int:
    part = min(max(linear, 0.0), 1.0)
    return round(255 * (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055))


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that the drawing depends on.

    Attributes:
        parts: how many chapters there are, first and last being intro and outro. How long they are is not drawn, so
            that sessions of one routine share most bytes of their covers.
    """

    routine: str
    title: str
    hold: str
    reps: str
    total: str
    parts: int


def drawing_of(plan: Plan, title: str, dose: Dose, language: Language) -> Drawing:
    """Return what is drawn for a session; without holds, what is counted takes their place, or the length.

    Args:
        plan: of the session.
        title: of the routine.
        dose: as titles show it.
        language: of the readers.
    """
    total = _total(whole_minutes(plan.duration_ms), language)
    hold = language.text("cover_hold", hold=dose.hold) if dose.hold else dose.counted or total
    return Drawing(
        routine=plan.routine,
        title=drawn_title(title, plan.routine),
        hold=drawable(hold),
        reps=drawable(dose.reps),
        total=drawable(total),
        parts=len(plan.chapters),
    )


def _total(minutes: int, language: Language) -> str:
    if minutes < 100:
        return language.text("cover_minutes", minutes=minutes)
    return language.text("cover_hours", hours=minutes // 60, minutes=f"{minutes % 60:02}")


def draw(drawing: Drawing) -> bytes:
    """Return the cover as a JPEG file of 1400 × 1400 px, whose rows of blocks can be told apart; see ``rows_of``."""
    palette = palette_of(drawing.routine)
    canvas, finished = _canvas(palette, drawing.parts)
    cross_end = _cross(canvas, drawing.reps) if drawing.reps else 0
    picture, letters = finished()
    for line in title_lines(drawing.title):
        letters.text(
            (_MIDDLE_PX, line.foot), line.text, palette.letters, _font(line.size), "ms", stroke_width=2
        )
    # A stroke makes the one weight that there is heavy enough for a small screen.
    letters.text(
        (_MIDDLE_PX, _HOLD_PX), drawing.hold, palette.letters, _hold_font(drawing.hold), "mm", stroke_width=9
    )
    letters.text((cross_end, _REPS_PX), drawing.reps, palette.exercise, _font(150), "lm", stroke_width=5)
    letters.text((_MIDDLE_PX, _TOTAL_PX), drawing.total, palette.letters, _font(76), "mm", stroke_width=1)
    file = io.BytesIO()
    # Tables made for one picture would make all bytes of the others different.
    picture.save(file, "JPEG", quality=_QUALITY, restart_marker_rows=1)
    return file.getvalue()


def rows_of(jpeg: bytes) -> list[bytes]:
    """Return the pieces of a JPEG file that a restart marker begins; joined, they are the file.

    The marker is followed by a row of blocks that is coded without regard to those before it (ITU-T T.81 §F.1.2.3), so
    where two drawn covers look alike, their pieces are the same bytes.
    """
    return _RESTART_MARKER.split(jpeg)


def draw_site(title: str) -> bytes:
    """Return the cover of a site as a JPEG file of 1400 × 1400 px: its title in a ring of even parts."""
    palette = palette_of(title)
    _, finished = _canvas(palette, 8)
    picture, letters = finished()
    for line in title_lines(drawn_title(title, "voiceguide"), centred=True):
        letters.text(
            (_MIDDLE_PX, line.foot), line.text, palette.letters, _font(line.size), "ms", stroke_width=3
        )
    return _as_jpeg(picture)


def small(cover: bytes, size_px: int) -> bytes:
    """Return a cover as a smaller JPEG."""
    from PIL import Image

    file = io.BytesIO()
    with Image.open(io.BytesIO(cover)) as picture:
        picture.convert("RGB").resize((size_px, size_px)).save(file, "JPEG", quality=85, optimize=True)
    return file.getvalue()


def icon(cover: bytes, size_px: int) -> bytes:
    """Return a cover as a small PNG."""
    from PIL import Image

    file = io.BytesIO()
    with Image.open(io.BytesIO(cover)) as picture:
        picture.resize((size_px, size_px)).save(file, "PNG", optimize=True)
    return file.getvalue()


def _canvas(palette: Palette, parts: int) -> "tuple[ImageDraw, Callable[[], tuple[Image, ImageDraw]]]":
    """Return a canvas of twice the size with the ring on it, and a function that returns the picture to write on.

    The canvas is a mask for the colours, which takes a quarter of the memory, and of the time, of a coloured one.
    """
    from PIL import Image, ImageDraw

    mask = Image.new("L", (SIZE_PX * _SCALE, SIZE_PX * _SCALE))
    canvas = ImageDraw.Draw(mask)
    places = arcs((1,) * parts)
    _draw_arcs(canvas, places, _OPAQUE, _SCALE)

    def finished() -> "tuple[Image.Image, ImageDraw.ImageDraw]":
        colours = Image.new("RGB", (SIZE_PX, SIZE_PX), palette.exercise)
        if parts > 2:
            _draw_arcs(ImageDraw.Draw(colours), (places[0], places[-1]), palette.frame, beyond=1)
        picture = Image.new("RGB", (SIZE_PX, SIZE_PX), palette.ground)
        picture.paste(colours, mask=mask.reduce(_SCALE))
        return picture, ImageDraw.Draw(picture)

    return canvas, finished


def _hold_font(hold: str) -> "FreeTypeFont":
    width = _font(_HOLD_SIZE).getlength(hold)
    return _font(min(_HOLD_SIZE, int(_HOLD_SIZE * _HOLD_WIDTH_PX / width)))


def _cross(canvas: "ImageDraw", reps: str) -> float:
    """Draw a times sign, which the font lacks, so that it is centred together with what follows; return where that begins."""
    side, gap = 84, 44
    left = _MIDDLE_PX - (side + gap + _font(150).getlength(reps)) / 2
    top = _REPS_PX - side / 2
    ends = (left, top, left + side, top + side), (left, top + side, left + side, top)
    for line in ends:
        canvas.line([end * _SCALE for end in line], _OPAQUE, 24 * _SCALE)
    return left + side + gap


def arcs(parts: tuple[int, ...]) -> list[tuple[float, float]]:
    """Return where each part of the ring begins and ends, in degrees from its top, clockwise."""
    whole = sum(parts) or 1
    ends = [0.0]
    for part in parts:
        ends.append(ends[-1] + 360 * part / whole)
    gap = _GAP_DEGREES if len(parts) > 1 else 0.0
    return [
        (start + gap / 2, max(end - gap / 2, start + gap / 2 + _MIN_PART_DEGREES))
        for start, end in pairwise(ends)
    ]


def _draw_arcs(
    canvas: "ImageDraw",
    places: Iterable[tuple[float, float]],
    colour: Colour | int,
    scale: int = 1,
    beyond: int = 0,
) -> None:
    """Draw parts of the ring, a number of degrees and pixels beyond their edges."""
    near, far = _RING_PX[0] - beyond, _RING_PX[1] + beyond
    box = [edge * scale for edge in (near, near, far, far)]
    for start, end in places:
        canvas.arc(box, start - beyond - 90, end + beyond - 90, colour, (_RING_WIDTH_PX + 2 * beyond) * scale)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the title: the foot of its letters in px from the top."""

    text: str
    size: int
    foot: int

    @property
    def room_px(self) -> float:
        """How wide it may be: the shorter chord, at its top or its bottom, of the circle inside the ring."""
        edges = (self.foot - _ABOVE * self.size, self.foot + _BELOW * self.size)
        farthest = max(abs(edge - _MIDDLE_PX) for edge in edges)
        return 2 * math.sqrt(max(_INNER_RADIUS_PX**2 - farthest**2, 0))

    @property
    def fits(self) -> bool:
        """Whether it does not reach the ring."""
        return _font(self.size).getlength(self.text) <= self.room_px


def title_lines(title: str, *, centred: bool = False) -> tuple[Line, ...]:
    """Return the lines of a title, as large as they fit into the circle.

    Args:
        title: what can be drawn of it.
        centred: whether it stands alone in the middle, and not above the hold.
    """
    words = title.split()
    for size in _TITLE_SIZES:
        for count in range(1, min(_TITLE_LINES, len(words)) + 1):
            lines = _filled(words, _empty_lines(size, count, centred=centred))
            if lines:
                return lines
    return _cut_short(title, _empty_lines(_TITLE_SIZES[-1], _TITLE_LINES, centred=centred)) if words else ()


def _empty_lines(size: int, count: int, *, centred: bool) -> list[Line]:
    step = round(size * _LINE_STEP)
    last = _MIDDLE_PX + step * (count - 1) // 2 + round(size * _ABOVE / 2) if centred else _TITLE_FOOT_PX
    return [Line("", size, last - step * (count - 1 - number)) for number in range(count)]


def _filled(words: Sequence[str], lines: list[Line]) -> tuple[Line, ...]:
    """Return the lines with all words in them, the lower ones no shorter than need be; nothing where they do not fit."""
    waiting, filled = list(words), []
    for number, line in enumerate(reversed(lines)):
        before = len(lines) - 1 - number
        text = ""
        while len(waiting) > before and replace(line, text=f"{waiting[-1]} {text}".strip()).fits:
            text = f"{waiting.pop()} {text}".strip()
        if not text:
            return ()
        filled.append(replace(line, text=text))
    return tuple(reversed(filled)) if not waiting else ()


def _cut_short(title: str, lines: list[Line]) -> tuple[Line, ...]:
    """Return as much of a title as fits, letter by letter where a word is too long."""
    filled, rest = [], title
    for line in lines:
        length = next(n for n in range(len(rest), -1, -1) if replace(line, text=f"{rest[:n]}…").fits)
        if length < len(rest) and line is not lines[-1]:
            length = max(rest.rfind(" ", 0, length + 1), 0) or length
        text, rest = rest[:length].strip(), rest[length:].strip()
        filled.append(replace(line, text=f"{text}…" if rest and line is lines[-1] else text))
    return tuple(line for line in filled if line.text)


def _font(size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.load_default(size)  # type: ignore[return-value]


def drawable(text: str) -> str:
    """Return what of a text can be drawn: accents are taken off, and what the font lacks is removed."""
    plain = unicodedata.normalize("NFKD", text.replace("…", "...").translate(_DRAWN_AS)).translate(_DRAWN_AS)
    kept = "".join(character for character in plain if " " <= character <= "~" or character in _DRAWN)
    return " ".join(kept.split())


def drawn_title(title: str, name: str) -> str:
    """Return what is drawn of a title; the words of a name such as ``lower-back`` where none of its letters can be."""
    drawn = drawable(title)
    return drawn if re.search(r"[A-Za-z0-9]", drawn) else drawable(name).replace("-", " ").title()


def read_cover(path: Path) -> bytes:
    """Return a picture file as a cover: square, at most 1400 px, without any metadata.

    Raises:
        InputNotFound: there is no such file.
        InvalidInput: it is not a picture that can be used.
    """
    try:
        data = read_limited(path, _MAX_FILE_BYTES)
    except InputNotFound as error:
        raise InputNotFound(path, "Use a JPEG, PNG or WebP file as the cover.") from error
    except InvalidFile as error:
        advice = "Use a JPEG, PNG or WebP file as the cover."
        raise InvalidInput(path, error.reason, advice) from error
    return _squared(data, path)


def embedded_cover(data: bytes, path: Path) -> bytes:
    """Return the cover that a finished file carries: unchanged if it is one of ours, else made into one.

    Raises:
        InvalidInput: it is not a picture that can be used.
    """
    if len(data) > _MAX_FILE_BYTES:
        raise InvalidInput(path, f"has a cover of more than {_MAX_FILE_BYTES // 1_000_000} MB")
    # Unchanged, so that publishing again changes nothing.
    return _squared(data, path, keep_ours=True)


def _is_ours(picture: "Image", size_bytes: int) -> bool:
    """Return whether a picture is as ``_as_jpeg`` makes them."""
    is_square = picture.width == picture.height <= SIZE_PX
    return picture.format == "JPEG" and is_square and size_bytes <= MAX_BYTES and not picture.getexif()


def _squared(data: bytes, path: Path, *, keep_ours: bool = False) -> bytes:
    from PIL import Image, ImageOps

    refused = InvalidInput(
        path,
        "has a cover that cannot be used" if keep_ours else "cannot be used as a cover",
        f"Use a JPEG, PNG or WebP picture of at most {_MAX_PIXELS // 1_000_000} million pixels.",
    )
    try:
        opened = _opened(data)
        if opened.width * opened.height > _MAX_PIXELS:
            raise refused
        if min(opened.size) < _MIN_SIDE_PX:
            raise InvalidInput(
                path,
                f"is too small for a cover with {opened.width} × {opened.height} px",
                f"Use a picture of at least {_MIN_SIDE_PX} × {_MIN_SIDE_PX} px, better {SIZE_PX} × {SIZE_PX}.",
            )
        opened.load()
        if keep_ours and _is_ours(opened, len(data)):
            return data
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
        side = min(*upright.size, SIZE_PX)
        ground = Image.new("RGBA", (side, side), (255, 255, 255, 255))
        ground.alpha_composite(ImageOps.fit(upright, (side, side)))
        return _as_jpeg(ground.convert("RGB"))
    except InvalidInput:
        raise
    except Exception as error:  # a broken file may make decoders raise anything
        raise refused from error


def _opened(data: bytes) -> "ImageFile":
    """Return a picture without its pixels.

    Not with ``Image.open``, which warns about large pictures: a warning goes to the whole process.
    """
    from PIL.JpegImagePlugin import JpegImageFile
    from PIL.PngImagePlugin import PngImageFile
    from PIL.WebPImagePlugin import WebPImageFile

    if data.startswith(b"\x89PNG"):
        return PngImageFile(io.BytesIO(data))
    return (WebPImageFile if data.startswith(b"RIFF") else JpegImageFile)(io.BytesIO(data))


def _as_jpeg(picture: "Image") -> bytes:
    """Return a JPEG of at most 200 KB, in the best quality that fits, without metadata."""
    data = b""
    for side in (SIZE_PX, 1000, 700, 500, 300):
        picture.thumbnail((side, side))
        for quality in (90, 82, 72, 60, 45):
            file = io.BytesIO()
            picture.save(file, "JPEG", quality=quality, optimize=True)
            data = file.getvalue()
            if len(data) <= MAX_BYTES:
                return data
    return data
