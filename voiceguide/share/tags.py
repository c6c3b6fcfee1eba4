"""ID3 tags: what players show. Version 2.3, which every player reads."""

from dataclasses import dataclass
from io import BytesIO

from voiceguide.share.carried import DESCRIPTION, MIME

# Room after the frames, so that a tag editor need not rewrite the file.
_PADDING_BYTES = 512


@dataclass(frozen=True, slots=True)
class Tags:
    """What is written in front of the sound.

    Attributes:
        language: a BCP 47 tag.
        carried: what the file carries about itself; see ``carried.packed``.
    """

    title: str
    artist: str
    album: str
    genre: str
    comment: str
    language: str
    duration_ms: int
    carried: bytes


def id3(tags: Tags) -> bytes:
    """Return the tags as an ID3v2.3 block, to stand in front of the frames."""
    from mutagen.id3 import COMM, GEOB, ID3, TALB, TCON, TENC, TIT2, TLEN, TPE1, Encoding

    utf16, latin1 = Encoding.UTF16, Encoding.LATIN1  # ID3v2.3 knows no UTF-8
    block = ID3()
    block.add(TIT2(encoding=utf16, text=tags.title))
    block.add(TPE1(encoding=utf16, text=tags.artist))
    block.add(TALB(encoding=utf16, text=tags.album))
    block.add(TCON(encoding=utf16, text=tags.genre))
    block.add(TLEN(encoding=latin1, text=str(tags.duration_ms)))
    block.add(TENC(encoding=latin1, text="voiceguide"))
    block.add(COMM(encoding=utf16, lang=_iso639_2(tags.language), desc="", text=tags.comment))
    block.add(GEOB(encoding=latin1, mime=MIME, filename="", desc=DESCRIPTION, data=tags.carried))
    file = BytesIO()
    block.save(file, v2_version=3, padding=lambda _: _PADDING_BYTES)
    return file.getvalue()


# ID3 wants ISO 639-2; the languages that voiceguide or its system voices have wording for come first.
_ISO639_2 = {"en": "eng", "de": "deu", "fr": "fra", "es": "spa", "it": "ita", "pt": "por", "nl": "nld"}


def _iso639_2(language: str) -> str:
    base = language.partition("-")[0].lower()
    return base if len(base) == 3 else _ISO639_2.get(base, "und")
