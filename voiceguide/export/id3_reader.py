"""Finds frames of an ID3 tag that anyone may have written, without decompressing anything.

mutagen decompresses frames of any size, even inside chapter frames: a file of 1.5 MB can take 4.5 GB. So
mutagen gets only the frames that are needed, and no compressed ones; voiceguide compresses none.
Sources: id3.org, "ID3 tag version 2.3.0" §3 and "ID3 tag version 2.4.0 - Main Structure" §3 and §4.
"""

from collections.abc import Iterator
from typing import BinaryIO

from voiceguide.mp3.file import synchsafe

# Twice what a cover of 20 MB would need; a tag of ours with an hour of lyrics is below 1 MB.
MAX_TAG_BYTES = 40_000_000
_HEADER_BYTES = 10
_UNSYNCHRONISED = 0x80
_EXTENDED = 0x40
# Flags that a frame may have, by version: in 2.3 none; in 2.4 unsynchronisation and a data length indicator.
_PLAIN = {3: 0, 4: 0x03}


def plain_tag(file: BinaryIO, names: frozenset[bytes]) -> bytes:
    """Return the tag at the position of a file, reduced to the frames of some names.

    Raises:
        ValueError: there is no tag, it is too large, or a wanted frame is compressed or encrypted.
    """
    header = file.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES or header[:3] != b"ID3" or header[3] not in _PLAIN:
        raise ValueError("there is no ID3 tag of a known version")
    version, flags, size = header[3], header[5], synchsafe(header[6:])
    if size > MAX_TAG_BYTES:
        raise ValueError("the ID3 tag is too large")
    data = file.read(size)
    if version == 3 and flags & _UNSYNCHRONISED:
        data, flags = data.replace(b"\xff\x00", b"\xff"), 0
    start = _extended_bytes(data, version) if flags & _EXTENDED else 0
    kept = b"".join(_frames_named(data, start, version, names))
    return b"ID3" + bytes([version, 0, flags & _UNSYNCHRONISED]) + _as_synchsafe(len(kept)) + kept


def _frames_named(data: bytes, start: int, version: int, names: frozenset[bytes]) -> Iterator[bytes]:
    while start + _HEADER_BYTES <= len(data) and data[start] != 0:
        head = data[start : start + _HEADER_BYTES]
        size = synchsafe(head[4:8]) if version == 4 else int.from_bytes(head[4:8], "big")
        end = start + _HEADER_BYTES + size
        if head[:4] in names and end <= len(data):
            if head[9] & ~_PLAIN[version]:
                raise ValueError("a frame of the ID3 tag is compressed or encrypted")
            yield data[start:end]
        start = end


def _extended_bytes(data: bytes, version: int) -> int:
    """Return the size of an extended header; in version 2.3 its size does not count itself."""
    return 4 + int.from_bytes(data[:4], "big") if version == 3 else synchsafe(data[:4])


def _as_synchsafe(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
