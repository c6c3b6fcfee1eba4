"""Recipes: how a page puts a session together, from pieces that many choices share.

A finished file is a tag with a picture, an Info frame, and frames: silence, a block, silence, a block … The pieces that
the same choices need lie together in packs, so that another hold loads only what is new, in few requests.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from voiceguide.export.cover import rows_of
from voiceguide.export.tags import split_at_picture
from voiceguide.session.planning import Session

# What players must load before they play, and what only a download needs.
PieceKind: TypeAlias = Literal["sound", "picture"]

# Small enough that the first words are there soon, large enough that a session takes few requests.
_PACK_BYTES = 192 * 1024
# Of a file's SHA-256: 80 bits, so that 10^6 files share no name with a probability of 1 - 10^-12.
_NAME_DIGITS = 20


@dataclass(frozen=True)
class Assembly:
    """A finished file, taken apart.

    Attributes:
        tag: the ID3 tag in three: up to its picture frame, the head of that frame, and what follows the picture.
        picture: pieces of the cover; none without one.
        info_frame: the Info frame.
        silent_frame: what silence consists of.
        stretches: silent frames and the number of a piece, again and again; None for no block.
        sha256: of the whole file, hexadecimal.
    """

    tag: tuple[bytes, bytes, bytes]
    picture: tuple[int, ...]
    info_frame: bytes
    silent_frame: bytes
    stretches: tuple[tuple[int, int | None], ...]
    size_bytes: int
    sha256: str


class Place(NamedTuple):
    """Where a piece lies: in which pack, and where in it."""

    pack: int
    offset: int
    length: int


@dataclass
class Pieces:
    """The pieces of all choices of a routine, each kept once, and which choices need it."""

    _numbers: dict[bytes, int] = field(default_factory=dict)
    _contents: list[bytes] = field(default_factory=list)
    _kinds: list[PieceKind] = field(default_factory=list)
    # A bit for each choice.
    _needed_by: list[int] = field(default_factory=list)

    def add(self, content: bytes, kind: PieceKind, choice: int) -> int:
        """Return the number of a piece, which a choice needs."""
        number = self._numbers.setdefault(content, len(self._contents))
        if number == len(self._contents):
            self._contents.append(content)
            self._kinds.append(kind)
            self._needed_by.append(0)
        self._needed_by[number] |= 1 << choice
        return number

    def packed(self) -> tuple[list[bytes], list[Place]]:
        """Return the packs, and where in them each piece lies.

        Pieces that the same choices need are in one pack, in the order in which they were added, which is that of the
        first session that has them.
        """
        groups: dict[tuple[str, int], list[int]] = {}
        for number, of in enumerate(zip(self._kinds, self._needed_by, strict=True)):
            groups.setdefault(of, []).append(number)
        packs: list[bytearray] = []
        places: list[Place] = [Place(0, 0, 0)] * len(self._contents)
        for numbers in groups.values():
            packs.append(bytearray())
            for number in numbers:
                content = self._contents[number]
                if packs[-1] and len(packs[-1]) + len(content) > _PACK_BYTES:
                    packs.append(bytearray())
                places[number] = Place(len(packs) - 1, len(packs[-1]), len(content))
                packs[-1] += content
        return [bytes(pack) for pack in packs], places


def take_apart(session: Session, cover: bytes | None, pieces: Pieces, choice: int) -> Assembly:
    """Take a session's file apart, and add what others may share to the pieces; what was never encoded is encoded.

    Args:
        session: planned and spoken.
        cover: of its file.
        pieces: of all choices of its routine.
        choice: its number among them.
    """
    tag = session.tag(cover)
    mp3_format, silence = session.splicer.format, session.splicer.silent_frame()
    info = mp3_format.info_frame(session.sample_count)
    digest = hashlib.sha256(tag + info)
    size_bytes = len(tag) + len(info)
    stretches: list[tuple[int, int | None]] = []
    with closing(session.splicer.stretches(session.recording.sounds, session.sample_count)) as parts:
        for silent_frame_count, frames in parts:
            digest.update(silence * silent_frame_count)
            digest.update(frames)
            size_bytes += len(silence) * silent_frame_count + len(frames)
            stretches.append((silent_frame_count, pieces.add(frames, "sound", choice) if frames else None))
    rows = rows_of(cover) if cover else []
    return Assembly(
        tag=split_at_picture(tag, cover),
        picture=tuple(pieces.add(row, "picture", choice) for row in rows),
        info_frame=info,
        silent_frame=silence,
        stretches=tuple(stretch for stretch in stretches if any(stretch)),
        size_bytes=size_bytes,
        sha256=digest.hexdigest(),
    )


def recipe_file(
    assembly: Assembly, places: Sequence[Place], pack_names: Sequence[str], more: object
) -> bytes:
    """Return what a page loads for one choice: a line of JSON, then the bytes that only this choice has; compressed.

    Args:
        assembly: the session taken apart.
        places: of all pieces.
        pack_names: of all packs.
        more: what the page shows of the session, as values JSON can hold.
    """
    blocks = [(silent, places[piece]) for silent, piece in assembly.stretches if piece is not None]
    picture = _runs(places[piece] for piece in assembly.picture)
    used = dict.fromkeys(place.pack for place in (*(place for _, place in blocks), *picture))
    numbers = {pack: number for number, pack in enumerate(used)}
    own = (*assembly.tag, assembly.info_frame, assembly.silent_frame)
    recipe = {
        "size": assembly.size_bytes,
        "sha256": assembly.sha256,
        "own": [len(part) for part in own],
        "packs": [pack_names[pack] for pack in numbers],
        "blocks": [[silent, numbers[place.pack], place.offset, place.length] for silent, place in blocks],
        "end": sum(silent for silent, piece in assembly.stretches if piece is None),
        "picture": [[numbers[pack], offset, length] for pack, offset, length in picture],
        "session": more,
    }
    text = json.dumps(recipe, ensure_ascii=False, separators=(",", ":"))
    # Without a time, so that publishing tomorrow changes nothing.
    return gzip.compress(text.encode() + b"\n" + b"".join(own), mtime=0)


def name_of(content: bytes) -> str:
    """Return the name of a file that never changes: a hash of what is in it."""
    return hashlib.sha256(content).hexdigest()[:_NAME_DIGITS]


def _runs(places: Iterable[Place]) -> list[Place]:
    """Return where pieces lie, with those that follow each other in a pack as one."""
    runs: list[Place] = []
    for place in places:
        last = runs[-1] if runs else None
        if last and last.pack == place.pack and last.offset + last.length == place.offset:
            runs[-1] = last._replace(length=last.length + place.length)
        else:
            runs.append(place)
    return runs
