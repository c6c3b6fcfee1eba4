"""ID3 tags: what players show. Version 2.3, which every player reads, with the addendum for chapters."""

import base64
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import metadata
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import quote

from voiceguide.errors import UnknownName
from voiceguide.export.embedded_metadata import DESCRIPTION, MAX_SERIALIZED_BYTES, MIME, serialize
from voiceguide.language.base import Language
from voiceguide.language.registry import find_language, language_for_readers
from voiceguide.routine.model import Routine
from voiceguide.routine.texts import without_pauses
from voiceguide.script.plan import Plan
from voiceguide.script.timeline import Chapter, Event

if TYPE_CHECKING:
    from mutagen.id3 import ID3, Frame

ARTIST = "voiceguide"

# A JPEG file, or what draws it when it is needed; None for none.
Cover = bytes | Callable[[], bytes | None] | None

# Room after the frames, so that a tag editor need not rewrite the file.
_PADDING_BYTES = 512
_NO_OFFSET = 0xFFFFFFFF
# The reserved characters of a URL (RFC 3986 §2.2), and the percent sign of what is encoded already.
_SAFE_IN_URLS = ":/?#[]@!$&'()*+,;=~%"


@dataclass(frozen=True)
class Tags:
    """The metadata of a file, in any format.

    Attributes:
        cover: a JPEG file; None for none.
        made_on: the day it was made; not stated if None.
        url: of the person who makes the file; None for the program's own, if it has one.
        level_envelopes: how loud each clip is; see ``audio.level_envelope``.
    """

    plan: Plan
    routine: Routine
    cover: bytes | None = None
    made_on: date | None = None
    url: str | None = None
    level_envelopes: Mapping[str, str] = field(default_factory=dict)

    @property
    def contact(self) -> str | None:
        """The URL of the person who made the file, in ASCII."""
        found = self.url or _own_address()
        return ascii_url(found) if found else None

    @property
    def language(self) -> Language:
        """The language of the routine."""
        return language_for_readers(self.routine.language)

    @property
    def genre(self) -> str:
        """What kind of recording it is."""
        return self.language.text("genre")

    @property
    def comment(self) -> str:
        """The safety line, and where the movements come from."""
        short, source = self.routine.safety.short, self.routine.source
        return f"{short} {self.language.text('source_comment', title=source.title)}" if source else short

    @property
    def lines(self) -> tuple[Event, ...]:
        """Everything said, in order."""
        return self.plan.of_kind("say")

    @property
    def text(self) -> str:
        """Everything said, a sentence a line, an empty line between chapters; and the red flags where nobody says them."""
        starts = [chapter.start_ms for chapter in self.plan.chapters]
        parts = groupby(self.lines, lambda line: sum(start <= line.start_ms for start in starts))
        said = ["\n".join(line.text for line in lines) for _, lines in parts]
        return "\n\n".join([*said, *self._unsaid_red_flags])

    @property
    def _unsaid_red_flags(self) -> list[str]:
        """Those of a session whose guidance leaves them out, as one paragraph or none."""
        said = {line.text for line in self.lines}
        flags = map(without_pauses, self.routine.safety.red_flags)
        unsaid = [flag for flag in flags if not said.issuperset(self.language.sentences(flag))]
        return ["\n".join(unsaid)] if unsaid else []

    @property
    def embedded_metadata(self) -> bytes:
        """What the file carries about itself; see ``embedded_metadata.serialize``."""
        return serialize(self.plan, self.routine, self.level_envelopes)


def from_base64(text: bytes | str) -> bytes:
    """Return embedded metadata from a tag that holds only text; the tag is untrusted.

    Raises:
        ValueError: it is damaged, or larger than any of ours.
    """
    if len(text) > 2 * MAX_SERIALIZED_BYTES:
        raise ValueError("it is too large")
    return base64.b64decode(text, validate=True)


def id3(tags: Tags) -> bytes:
    """Return the tags as an ID3v2.3 block, to put before the frames."""
    file = BytesIO()
    id3_frames(tags).save(file, v2_version=3, padding=lambda _: _PADDING_BYTES)
    return file.getvalue()


def split_at_picture(tag: bytes, cover: bytes | None) -> tuple[bytes, bytes, bytes]:
    """Return an ID3 block in three: up to the frame of its picture, the head of that frame, and what follows the picture.

    Args:
        tag: as ``id3`` returns it.
        cover: the picture in it; None if it has none, and all comes before it.
    """
    if cover is None:
        return tag, b"", b""
    picture = tag.index(cover)
    frame = tag.rindex(b"APIC", 0, picture)
    return tag[:frame], tag[frame:picture], tag[picture + len(cover) :]


def id3_frames(tags: Tags) -> "ID3":
    """Return the tags as ID3 frames that are right in version 2.3.

    Sources: id3.org, "ID3 tag version 2.3.0" §4, and "ID3v2 Chapter Frame Addendum" §3.
    """
    from mutagen.id3 import COMM, GEOB, ID3, TALB, TCON, TENC, TIT2, TLAN, TLEN, TPE1, WOAS, WXXX, Encoding

    utf16, latin1 = Encoding.UTF16, Encoding.LATIN1  # ID3v2.3 has no UTF-8
    language = iso639_2(tags.routine.language)
    frames: list[Frame] = [
        TIT2(encoding=utf16, text=tags.plan.title),
        TPE1(encoding=utf16, text=ARTIST),
        TALB(encoding=utf16, text=tags.routine.title),
        TCON(encoding=utf16, text=tags.genre),
        TLAN(encoding=latin1, text=language),
        TLEN(encoding=latin1, text=str(tags.plan.duration_ms)),
        TENC(encoding=latin1, text="voiceguide"),
        COMM(encoding=utf16, lang=language, desc="", text=tags.comment),
        GEOB(encoding=latin1, mime=MIME, filename="", desc=DESCRIPTION, data=tags.embedded_metadata),
        *_chapters(tags),
        *_words(tags, language),
        *_date(tags.made_on),
        *_picture(tags),
    ]
    if tags.routine.source and tags.routine.source.url:
        frames.append(WOAS(url=ascii_url(tags.routine.source.url)))
    if tags.contact:
        frames.append(WXXX(encoding=latin1, desc=ARTIST, url=tags.contact))
    block = ID3()
    for frame in frames:
        block.add(frame)
    return block


def _chapters(tags: Tags) -> "list[Frame]":
    """Players show chapters only with a table of contents, and names only with a title in each."""
    from mutagen.id3 import CHAP, CTOC, TIT2, CTOCFlags, Encoding

    element_ids = _chapter_element_ids(tags.plan.chapters)
    chapters = [
        CHAP(
            element_id=element_id,
            start_time=chapter.start_ms,
            end_time=chapter.end_ms,
            start_offset=_NO_OFFSET,
            end_offset=_NO_OFFSET,
            sub_frames=[TIT2(encoding=Encoding.UTF16, text=chapter.title)],
        )
        for element_id, chapter in zip(element_ids, tags.plan.chapters, strict=True)
    ]
    contents = CTOC(
        element_id="contents",
        flags=CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED,
        child_element_ids=element_ids,
        sub_frames=[TIT2(encoding=Encoding.UTF16, text=tags.routine.title)],
    )
    return [contents, *chapters]


def _chapter_element_ids(chapters: tuple[Chapter, ...]) -> list[str]:
    """Return element ids that give all chapter frames the same size.

    mutagen sorts frames by size, then by id, and FFmpeg lists chapters in the order of the file.
    """
    sizes = [len(chapter.title.encode("utf-16-le")) for chapter in chapters]
    return [f"chapter{number:03}".ljust(10 + max(sizes) - size, ".") for number, size in enumerate(sizes)]


def _words(tags: Tags, language: str) -> "list[Frame]":
    """Return what is said, with its times and without."""
    from mutagen.id3 import SYLT, USLT, Encoding

    if not tags.lines:
        return []
    timed = [(line.text, line.start_ms) for line in tags.lines]
    return [
        SYLT(encoding=Encoding.UTF16, lang=language, format=2, type=1, desc="", text=timed),
        USLT(encoding=Encoding.UTF16, lang=language, desc="", text=tags.text),
    ]


def _date(made_on: date | None) -> "list[Frame]":
    from mutagen.id3 import TDAT, TYER, Encoding

    if made_on is None:
        return []
    year, day = made_on.strftime("%Y"), made_on.strftime("%d%m")
    return [TYER(encoding=Encoding.LATIN1, text=year), TDAT(encoding=Encoding.LATIN1, text=day)]


def _picture(tags: Tags) -> "list[Frame]":
    from mutagen.id3 import APIC, Encoding, PictureType

    if tags.cover is None:
        return []
    kind = PictureType.COVER_FRONT
    name = tags.language.text("cover_picture")
    encoding = Encoding.LATIN1 if name.isascii() else Encoding.UTF16
    return [APIC(encoding=encoding, mime="image/jpeg", type=kind, desc=name, data=tags.cover)]


# For routines in a language that voiceguide does not speak.
_ISO639_2 = {"de": "deu", "fr": "fra", "es": "spa", "it": "ita", "pt": "por", "nl": "nld"}


def iso639_2(language: str) -> str:
    """Return the three-letter code of a BCP 47 tag's language, as ID3 needs it; ``und`` if it is unknown."""
    with suppress(UnknownName):
        return find_language(language).iso639_2
    base = language.partition("-")[0].lower()
    return base if len(base) == 3 else _ISO639_2.get(base, "und")


def ascii_url(url: str) -> str:
    """Return a URL in ASCII (RFC 3987 §3.1): its host in IDNA, the rest percent-encoded."""
    parts = re.fullmatch(r"(https?://)([^/?#]*)(.*)", url, re.DOTALL)
    start, host, rest = parts.groups() if parts else ("", "", url)
    with suppress(UnicodeError):  # not a valid host name: percent-encoded, too
        host = host.encode("idna").decode()
    return quote(start + host + rest, safe=_SAFE_IN_URLS)


@cache
def _own_address() -> str | None:
    """Return the URL of the program, if its package has one."""
    try:
        lines = metadata.metadata("voiceguide").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return None
    return next(
        (line.partition(",")[2].strip() for line in lines if line.lower().startswith("homepage")), None
    )
