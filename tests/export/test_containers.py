"""What is in the files, read byte by byte; and a format that comes from outside."""

import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import BinaryIO

import av
import pytest
from mutagen.aiff import AIFF

from tests.export.test_formats import COVER, session_for, written
from tests.program import run
from voiceguide.export.finished_file import read_metadata
from voiceguide.export.formats import CONTAINERS, Container, register_format
from voiceguide.export.formats.mp3 import from_id3
from voiceguide.export.tags import Tags, id3_frames


def atoms(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the top-level atoms of an MP4 file (ISO/IEC 14496-12 §4.2)."""
    at = 0
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        assert 8 <= size <= len(data) - at
        yield name.decode(), data[at + 8 : at + size]
        at += size


def chunks(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the chunks of a RIFF form: name, size, content, and a byte more where the size is odd."""
    at = 0
    while at < len(data):
        name, size = struct.unpack("<4sI", data[at : at + 8])
        assert size <= len(data) - at - 8
        yield name.decode(), data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    assert at == len(data)


@pytest.mark.parametrize(("extension", "brand"), [(".m4b", b"M4B "), (".m4a", b"M4A ")])
def test_an_mp4_file_has_its_brand_and_its_index_first(
    extension: str, brand: bytes, own_folders: Path
) -> None:
    """Also after tags and cover were written: so it plays while it is still loading."""
    path = written(session_for(extension), own_folders)
    found = list(atoms(path.read_bytes()))
    names = [name for name, _ in found if name != "free"]
    assert names == ["ftyp", "moov", "mdat"]
    content = dict(found)
    assert content["ftyp"][:4] == brand
    assert COVER in content["moov"]
    with av.open(str(path)) as file:
        assert len(list(file.chapters())) == 4
        assert sum(frame.samples for frame in file.decode(audio=0)) >= session_for(extension).sample_count


def test_a_wav_file_has_a_list_chunk_and_an_id3_chunk(own_folders: Path) -> None:
    """Programs that know no ID3 chunk show title and artist all the same; every size is right."""
    session = replace(session_for(".wav"), made_on=date(2027, 1, 15))
    data = written(session, own_folders).read_bytes()
    assert data[:4] + data[8:12] == b"RIFFWAVE"
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    found = dict(chunks(data[12:]))
    assert {"fmt ", "LIST", "data"} <= set(found)
    assert {name.lower() for name in found} >= {"id3 "}
    assert found["LIST"][:4] == b"INFO"
    texts = {name: text.rstrip(b"\0").decode() for name, text in chunks(found["LIST"][4:])}
    assert texts == {
        "INAM": session.title,
        "IART": "voiceguide",
        "IPRD": session.routine.title,
        "ICMT": session.tags().comment,
        "IGNR": "Fitness",
        "ICRD": "2027-01-15",
    }
    assert len(found["data"]) == 2 * session.sample_count


class Aiff(Container):
    """A format of somebody else's."""

    name = "AIFF"
    extension = ".aiff"
    codec, muxer = "pcm_s16be", "aiff"

    def tag(self, path: Path, tags: Tags) -> None:
        file = AIFF(path)
        file.add_tags()
        for frame in id3_frames(tags).values():
            file[frame.HashKey] = frame
        file.save(v2_version=3)

    def recognizes(self, head: bytes) -> bool:
        return head.startswith(b"FORM")

    def read(self, file: BinaryIO) -> bytes:
        file.seek(12)
        while True:
            name, size = struct.unpack(">4sI", file.read(8))
            if name == b"ID3 ":
                return from_id3(file)
            file.seek(size + size % 2, 1)


@pytest.mark.slow
def test_a_format_from_outside_is_one_object(own_folders: Path) -> None:
    """It is made, shown, and made again with another hold, by the same commands as any other."""
    before = dict(CONTAINERS)
    register_format(Aiff())
    try:
        options = ("--only", "cat-cow", "--engine", "fake", "--guidance", "cues")
        made = run("make", "lower-back", "--hold", "5", "--reps", "1", *options, "-o", "a.aiff")
        assert (made.code, "a.aiff" in made.out) == (0, True)
        with av.open("a.aiff") as file:
            assert file.format.name == "aiff"
            rate = file.streams.audio[0].rate
            samples = sum(frame.samples for frame in file.decode(audio=0))
        plan = read_metadata(Path("a.aiff")).plan
        assert samples == plan.duration_ms * rate // 1000
        assert "Lower back" in run("show", "a.aiff").out
        assert run("make", "a.aiff", "--hold", "7", "-o", "b.aiff").code == 0
        assert read_metadata(Path("b.aiff")).plan.duration_ms > plan.duration_ms
        assert run("make", "lower-back", *options, "--bitrate", "64", "-o", "c.aiff").code == 2
    finally:
        CONTAINERS.clear()
        CONTAINERS.update(before)
