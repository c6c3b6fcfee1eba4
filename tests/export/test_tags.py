"""ID3 tags, read back by mutagen and by FFmpeg."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import ID3

from tests.strategies import texts
from voiceguide.export.embedded_metadata import DESCRIPTION, MIME, deserialize
from voiceguide.export.tags import (
    Tags,
    ascii_url,
    id3,
    iso639_2,
)
from voiceguide.mp3.encoder import encode
from voiceguide.mp3.frames import Mp3Format
from voiceguide.routine.reader import find_routine
from voiceguide.script.plan import Plan
from voiceguide.script.timeline import Chapter, Event

CHAPTERS = (
    Chapter(0, 1000, "Introduction"),
    Chapter(1000, 60_000, "Katze und Kuh · 日本語"),
    Chapter(60_000, 75_432, "A very long title: " + "x" * 150),
    Chapter(75_432, 754_321, "Z"),
)
PLAN = Plan(
    routine="lower-back",
    title="Rücken · 25 s × 2",
    options={"hold_seconds": 25, "reps": 2, "rest_seconds": 6, "exercises": ["cat-cow"], "engine": "fake"},
    voice="hum",
    duration_ms=754_321,
    chapters=CHAPTERS,
    events=(
        Event(800, 1900, "say", "Welcome."),
        Event(2400, 3900, "say", "Für dich: 日本語 too.", exercise="cat-cow"),
        Event(61_000, 62_000, "chime", chime="begin"),
    ),
)
COVER = b"\xff\xd8\xff\xe0 a picture \xff\xd9"
TAGS = Tags(PLAN, find_routine("lower-back"), COVER, date(2026, 3, 9))


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
        ("TIT2", "Rücken · 25 s × 2"),
        ("TPE1", "voiceguide"),
        ("TALB", "Lower back"),
        ("TCON", "Fitness"),
        ("TLAN", "eng"),
        ("TLEN", "754321"),
        ("TENC", "voiceguide"),
        ("TYER", "2026"),
        ("TDAT", "0903"),
        (
            "COMM::eng",
            "Move gently, and stop if anything hurts. Source: Easy Stretches to Prevent and Relieve Lower Back Pain.",
        ),
    ],
)
def test_a_player_reads_what_was_written(frame: str, text: str) -> None:
    """Also what no Latin-1 can hold."""
    assert read_back(TAGS)[frame].text == [text]


def test_no_text_is_in_utf_8() -> None:
    """ID3v2.3 knows only Latin-1 and UTF-16."""
    for frame in read_back(TAGS).values():
        assert getattr(frame, "encoding", 0) in {0, 1}


def test_chapters_come_back_in_their_order() -> None:
    """From the table of contents, and as they stand in the file; each with its times and its title."""
    block = read_back(TAGS)
    (contents,) = block.getall("CTOC")
    found = [block[f"CHAP:{name}"] for name in contents.child_element_ids]
    assert [(c.start_time, c.end_time, c.sub_frames["TIT2"].text[0]) for c in found] == [
        (chapter.start_ms, chapter.end_ms, chapter.title) for chapter in CHAPTERS
    ]
    assert int(contents.flags) == 3
    written = id3(TAGS)
    places = [written.index(b"CHAP", 10)]
    while len(places) < len(CHAPTERS):
        places.append(written.index(b"CHAP", places[-1] + 1))
    assert [int.from_bytes(written[at + 10 :].split(b"\0", 1)[1][:4], "big") for at in places] == [
        chapter.start_ms for chapter in CHAPTERS
    ]


def test_another_reader_finds_chapters_words_and_cover(tmp_path: Path) -> None:
    """FFmpeg, which most players are built on, reads them in the same order."""
    form = Mp3Format()
    path = tmp_path / "a.mp3"
    sound = b"".join(encode(bytes(2 * 24_000), form))
    path.write_bytes(id3(TAGS) + form.info_frame(24_000) + sound)
    with av.open(str(path)) as file:
        found = [(chapter["start"], chapter["metadata"]["title"]) for chapter in file.chapters()]
        tags = {name.lower(): text for name, text in file.metadata.items()}
        pictures = [bytes(packet) for packet in file.demux(file.streams.video[0])]
    assert found == [(chapter.start_ms, chapter.title) for chapter in CHAPTERS]
    assert (tags["title"], tags["album"], tags["language"]) == (PLAN.title, "Lower back", "eng")
    assert tags["lyrics-eng"].startswith("Welcome.\n\nFür dich: 日本語 too.")
    assert COVER in pictures


def test_the_words_stand_at_their_times() -> None:
    """In ms, as lyrics; without times, a chapter a paragraph, and the red flags where nobody says them."""
    block = read_back(TAGS)
    (timed,) = block.getall("SYLT")
    assert (timed.format, timed.type, timed.lang) == (2, 1, "eng")
    assert timed.text == [("Welcome.", 800), ("Für dich: 日本語 too.", 2400)]
    said = "Welcome.\n\nFür dich: 日本語 too."
    flags = TAGS.routine.safety.red_flags
    assert block["USLT::eng"].text == "\n\n".join([said, "\n".join(flags)])
    told = replace(PLAN, events=tuple(Event(9 * n, 9 * n + 9, "say", flag) for n, flag in enumerate(flags)))
    assert read_back(replace(TAGS, plan=told))["USLT::eng"].text == "\n".join(flags)


def test_the_cover_is_the_front_cover() -> None:
    """A JPEG, byte for byte; none where there is none."""
    (picture,) = read_back(TAGS).getall("APIC")
    assert (picture.type, picture.mime, picture.data) == (3, "image/jpeg", COVER)
    assert not read_back(replace(TAGS, cover=None)).getall("APIC")


def test_what_has_no_words_has_no_lyrics() -> None:
    """As a session of chimes alone."""
    silent = replace(TAGS, plan=replace(PLAN, events=PLAN.events[2:]))
    assert not read_back(silent).getall("SYLT") + read_back(silent).getall("USLT")


@given(texts)
def test_what_a_file_carries_comes_back(text: str) -> None:
    """Plan and routine, as they were."""
    plan = replace(PLAN, events=(Event(1, 2, "say", text),))
    (carried,) = read_back(replace(TAGS, plan=plan)).getall(f"GEOB:{DESCRIPTION}")
    assert carried.mime == MIME
    contents = deserialize(carried.data)
    assert contents.plan == plan
    assert contents.routine == TAGS.routine


@pytest.mark.parametrize(
    ("language", "code"),
    [("en", "eng"), ("en-GB", "eng"), ("de", "deu"), ("pt-BR", "por"), ("gsw", "gsw"), ("ja", "und")],
)
def test_languages_are_iso_639_2(language: str, code: str) -> None:
    """Three letters; und where they are not known."""
    assert iso639_2(language) == code


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("https://例え.jp/道?q=ü", "https://xn--r8jz45g.jp/%E9%81%93?q=%C3%BC"),
        ("http://bücher.example:8080/%C3%BC", "http://xn--bcher-kva.example:8080/%C3%BC"),
        ("https://" + "ü" * 90 + "/", "https://" + "%C3%BC" * 90 + "/"),
        ("https://[::1]/", "https://[::1]/"),
    ],
)
def test_an_address_is_of_ascii_letters(url: str, written: str) -> None:
    """As players open it; the tag can hold no others."""
    assert ascii_url(url) == written
    assert TAGS.routine.source
    source = TAGS.routine.source.model_copy(update={"url": url})
    block = read_back(replace(TAGS, routine=TAGS.routine.model_copy(update={"source": source}), url=url))
    assert (block["WOAS"].url, block["WXXX:voiceguide"].url) == (written, written)


@given(st.from_regex(r"\Ahttps?://\S{1,80}\Z"))
def test_any_address_can_be_written(url: str) -> None:
    """Of whatever letters; one that is written is not changed again."""
    written = ascii_url(url)
    assert written.isascii()
    assert written.isprintable()
    assert ascii_url(written) == written


def test_the_program_tells_its_address_where_it_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its package's; the person's own goes above it; nothing where there is none."""
    monkeypatch.setattr("voiceguide.export.tags._own_address", lambda: None)
    assert not read_back(TAGS).getall("WXXX")
    monkeypatch.setattr("voiceguide.export.tags._own_address", lambda: "https://example.org/program")
    assert read_back(TAGS)["WXXX:voiceguide"].url == "https://example.org/program"
    mine = replace(TAGS, url="https://example.org/clinic")
    assert read_back(mine)["WXXX:voiceguide"].url == "https://example.org/clinic"


def test_the_same_tags_are_the_same_bytes() -> None:
    """Nothing of the time or the machine goes in."""
    assert id3(TAGS) == id3(replace(TAGS))
