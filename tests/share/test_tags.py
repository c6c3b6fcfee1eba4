"""ID3 tags, read back by mutagen."""

from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import ID3

from voiceguide.share.carried import DESCRIPTION, MIME
from voiceguide.share.tags import Tags, id3

TAGS = Tags(
    title="Rücken · 25 s × 2",
    artist="Hum",
    album="Lower back",
    genre="Speech",
    comment="Made for you: 日本語 too.",
    language="en",
    duration_ms=754_321,
    carried=b"\x78\x9c\x00\xff\xfe",
)


def read_back(tags: Tags) -> ID3:
    """What a reader of tags finds, as the version that is written."""
    return ID3(BytesIO(id3(tags)), translate=False)


def test_tags_are_version_2_3() -> None:
    """Which every player reads: the block says so in its fourth byte, and its size is right."""
    block = id3(TAGS)
    assert block[:5] == b"ID3\x03\x00"
    size = sum(byte << shift for byte, shift in zip(block[6:10], (21, 14, 7, 0), strict=True))
    assert len(block) == size + 10
    assert read_back(TAGS).version == (2, 3, 0)


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        ("TIT2", TAGS.title),
        ("TPE1", TAGS.artist),
        ("TALB", TAGS.album),
        ("TCON", TAGS.genre),
        ("TLEN", "754321"),
        ("TENC", "voiceguide"),
        ("COMM::eng", TAGS.comment),
    ],
)
def test_a_player_reads_what_was_written(frame: str, text: str) -> None:
    """Also what no Latin-1 can hold."""
    assert read_back(TAGS)[frame].text == [text]


def test_no_text_is_in_utf_8() -> None:
    """ID3v2.3 knows only Latin-1 and UTF-16."""
    for frame in read_back(TAGS).values():
        assert frame.encoding in {0, 1}


@given(st.binary(min_size=1, max_size=2000).filter(any))
def test_what_a_file_carries_comes_back_byte_for_byte(data: bytes) -> None:
    """Zeros and marks of other encodings included; only nothing but zeros is taken for padding."""
    (carried,) = read_back(replace(TAGS, carried=data)).getall(f"GEOB:{DESCRIPTION}")
    assert carried.data == data
    assert carried.mime == MIME


@pytest.mark.parametrize(
    ("language", "code"),
    [("en", "eng"), ("en-GB", "eng"), ("de", "deu"), ("pt-BR", "por"), ("gsw", "gsw"), ("ja", "und")],
)
def test_the_language_of_a_comment_is_iso_639_2(language: str, code: str) -> None:
    """Three letters; und where they are not known."""
    (comment,) = read_back(replace(TAGS, language=language)).getall("COMM")
    assert comment.lang == code


def test_the_same_tags_are_the_same_bytes() -> None:
    """Nothing of the time or the machine goes in."""
    assert id3(TAGS) == id3(replace(TAGS))
