"""Formats other than MP3: exact in time, tagged, and read back by two readers."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import mutagen
import numpy as np
import pytest

from tests.export.test_cover import DRAWING
from voiceguide.audio.clip import Clip
from voiceguide.audio.filters import as_array
from voiceguide.errors import EncodingError, UsageError
from voiceguide.export.cover import draw
from voiceguide.export.finished_file import embedded_bytes, read_metadata
from voiceguide.export.formats import CONTAINERS, audio_format, find_container
from voiceguide.options.session import SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.reader import find_routine
from voiceguide.session.making import write_file
from voiceguide.session.planning import Session, plan_session
from voiceguide.store.memory import MemoryStore

ENDINGS = [ending for ending in CONTAINERS if ending != ".mp3"]
WITH_CHAPTERS = [".m4b", ".m4a", ".opus", ".flac"]
COVER = draw(DRAWING)
STORE = MemoryStore()
HOSTILE = find_routine("lower-back").model_copy(update={"title": "<b>\"'& שלום 😀 ünïcode"})


def session_for(ending: str, rate: int | None = None) -> Session:
    options = SessionOptions(
        hold_seconds=5, reps=1, only=("cat-cow", "flat-back"), guidance="cues", countdown=False
    )
    file_format = audio_format(ending, rate)
    return plan_session(HOSTILE, options, VoiceOptions(engine="fake"), file_format=file_format, store=STORE)


def written(session: Session, folder: Path, name: str = "a") -> Path:
    path = folder / f"{name}{session.file_format.extension}"
    write_file(session, path, COVER)
    return path


@cache
def file_of(ending: str) -> bytes:
    """Return the file of a session; it is always the same."""
    with TemporaryDirectory() as folder:
        return written(session_for(ending), Path(folder)).read_bytes()


def copied(ending: str, folder: Path) -> Path:
    path = folder / f"a{ending}"
    path.write_bytes(file_of(ending))
    return path


def decoded(path: Path, rate: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.int16]]":
    resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
    with av.open(str(path)) as file:
        frames = [
            part.to_ndarray().reshape(-1)
            for frame in [*file.decode(audio=0), None]
            for part in resampler.resample(frame)
        ]
    return np.concatenate(frames)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_is_as_long_as_planned_and_starts_at_once(ending: str, own_folders: Path) -> None:
    """The sound is what was mixed, sample for sample in time; what an encoder adds at the end is silent."""
    session = session_for(ending)
    path = copied(ending, own_folders)
    rate = session.file_format.sample_rate_hz
    mixed = as_array(Clip(b"".join(session.pcm()), rate)).astype(float)
    assert len(mixed) == session.sample_count
    heard = decoded(path, rate).astype(float)
    assert session.sample_count <= len(heard) <= session.sample_count + (1024 if "m4" in ending else 0)
    assert np.abs(heard[session.sample_count :]).max(initial=0) < 4
    with av.open(str(path)) as file:
        stream = file.streams.audio[0]
        declared_ms = float(stream.duration or 0) * float(stream.time_base or 0) * 1000
        assert declared_ms == pytest.approx(session.timeline.duration_ms, abs=8 if ending == ".opus" else 1)
    size = 1 << (2 * rate * 20 - 1).bit_length()
    match = np.fft.irfft(np.fft.rfft(heard[: rate * 20], size) * np.fft.rfft(mixed[: rate * 20], size).conj())
    assert int(match.argmax()) == 0
    if ending in {".flac", ".wav"}:
        assert np.array_equal(heard, mixed)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ENDINGS)
def test_two_readers_find_tags_chapters_and_cover(ending: str, own_folders: Path) -> None:
    """Mutagen and FFmpeg; and voiceguide finds the session itself."""
    session = session_for(ending)
    path = copied(ending, own_folders)
    chapters = [(chapter.start_ms, chapter.title) for chapter in session.plan.chapters]
    with av.open(str(path)) as file:
        tags = {name.lower(): text for name, text in file.metadata.items()}
        tags |= {name.lower(): text for name, text in file.streams.audio[0].metadata.items()}
        found = [
            (round(part["start"] * float(part["time_base"] or 0) * 1000), part["metadata"]["title"])
            for part in file.chapters()
        ]
        pictures = [bytes(packet) for stream in file.streams.video for packet in file.demux(stream)]
    assert tags["title"] == session.title
    assert tags["album"] == HOSTILE.title
    if ending in WITH_CHAPTERS:
        assert found == chapters
    if ending != ".wav":  # FFmpeg reads no pictures from WAV
        assert COVER in pictures
    other = mutagen.File(path)
    text = {
        ".m4b": "\xa9lyr",
        ".m4a": "\xa9lyr",
        ".opus": "lyrics",
        ".flac": "lyrics",
        ".wav": "USLT::eng",
    }[ending]
    words = other[text] if ending == ".wav" else other[text][0]
    assert session.plan.of_kind("say")[0].text in str(words)
    contents = read_metadata(path)
    assert contents.routine == HOSTILE
    assert json.dumps(contents.plan.to_dict()) == json.dumps(session.plan.to_dict())


@pytest.mark.parametrize("ending", CONTAINERS)
def test_every_format_tells_whom_to_ask(ending: str, own_folders: Path) -> None:
    """The address of whoever makes the file; FFmpeg passes over ID3's frames for addresses."""
    url = "https://example.org/clinic"
    path = written(replace(session_for(ending), url=url), own_folders)
    file = mutagen.File(path)
    if ending in {".mp3", ".wav"}:
        assert file["WXXX:voiceguide"].url == url
        return
    if ending in {".opus", ".flac"}:
        assert file["contact"] == [url]
    else:
        assert file["----:com.apple.iTunes:CONTACT"] == [url.encode()]
    with av.open(str(path)) as opened:
        tags = {name.lower(): text for name, text in opened.metadata.items()}
        tags |= {name.lower(): text for name, text in opened.streams.audio[0].metadata.items()}
    assert tags["contact"] == url


def test_wav_has_chapters_in_its_id3_part(own_folders: Path) -> None:
    """As the MP3 has them."""
    path = copied(".wav", own_folders)
    tags = mutagen.File(path).tags
    assert len(tags.getall("CHAP")) == 4
    assert tags.getall("APIC")[0].data == COVER


@pytest.mark.slow
@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_session_is_the_same_bytes(ending: str, own_folders: Path) -> None:
    """On one day; a stream's serial number is no dice."""
    session = replace(session_for(ending), made_on=date(2027, 1, 15))
    one, other = written(session, own_folders), written(session, own_folders, "b")
    assert one.read_bytes() == other.read_bytes()
    assert date(2027, 1, 15).isoformat() in str(mutagen.File(one).tags) or ending in {".wav", ".m4b", ".m4a"}


@pytest.mark.slow
@pytest.mark.parametrize("ending", ENDINGS)
def test_samples_are_written_as_they_come(ending: str, own_folders: Path) -> None:
    """An hour is never in memory: the file grows while the samples come."""
    path = own_folders / f"a{ending}"
    sizes = []
    file_format = audio_format(ending)

    def pieces() -> "object":
        noise = np.random.default_rng(1).integers(-9000, 9000, file_format.sample_rate_hz, dtype=np.int16)
        for _ in range(160):
            yield noise.astype("<i2").tobytes()
            sizes.append(path.stat().st_size)

    file_format.write_pcm(path, pieces())  # type: ignore[arg-type]
    assert sizes[60] < sizes[150] < path.stat().st_size


def test_an_encoder_that_fails_is_our_own_error(own_folders: Path) -> None:
    """And no file is left behind, under any name."""
    file_format = replace(audio_format(".m4b"), sample_rate_hz=12_345)
    with pytest.raises(EncodingError, match="encoder failed"):
        file_format.write_pcm(own_folders / "a.m4b", [bytes(24_000)] * 3)
    session = session_for(".opus")
    broken = replace(session, file_format=replace(session.file_format, bit_rate_kbps=10**7))
    with pytest.raises(EncodingError):
        write_file(broken, own_folders / "b.opus")
    assert not [path for path in own_folders.iterdir() if path.name != "a.m4b"]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="limits as POSIX has them")
@pytest.mark.parametrize("ending", CONTAINERS)
def test_a_file_that_the_disk_cannot_hold_is_reported(ending: str, own_folders: Path) -> None:
    """The disk failed, not the encoder; nothing is left."""
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "from voiceguide.__main__ import main; main()"
    )
    options = (
        *("--engine", "fake", "--guidance", "cues", "--cover", "none", "--with", "vtt"),
        *("-o", f"a{ending}"),
    )
    short = Path(__file__).parents[1] / "data" / "short.yaml"
    done = subprocess.run(
        # -B: Python would cut byte code at that size, too, and every later process would fail on it.
        [sys.executable, "-B", "-P", "-c", program, "make", str(short), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    expected = (
        f"Error: a{ending} cannot be written: that disk cannot hold a file this large. Choose another place."
    )
    assert done.stderr.splitlines()[-1] == expected
    assert list(own_folders.iterdir()) == []


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("damage", ["empty", "cut", "noise"])
def test_a_damaged_file_carries_nothing(ending: str, damage: str, own_folders: Path) -> None:
    """Whatever is in it, no error of a reader comes out."""
    path = copied(ending, own_folders)
    whole = path.read_bytes()
    path.write_bytes({"empty": b"", "cut": whole[:400], "noise": whole[:60] + bytes(range(256)) * 40}[damage])
    found = embedded_bytes(path)
    assert found is None or isinstance(found, bytes)


@pytest.mark.parametrize(
    ("ending", "rate", "kbps", "message"),
    [
        (".ogg", None, None, ".ogg is not a format that can be made."),
        (".opus", 24_000, None, "Opus does not support a sample rate of 24000 Hz. Choose one of: 48000."),
        (".flac", None, 64, "FLAC is lossless and has no bit rate."),
        (".m4b", None, 1, "M4B (AAC) does not support a bit rate of 1 kbit/s. Choose one of: 48, 56,"),
        (
            ".mp3",
            44_100,
            None,
            "MP3 does not support a sample rate of 44100 Hz. Choose one of: 24000, 48000.",
        ),
        (".mp3", 24_000, 320, "MP3 does not support a bit rate of 320 kbit/s."),
        (".mp3", 48_000, 144, "MP3 does not support a bit rate of 144 kbit/s."),
    ],
)
def test_what_cannot_be_is_refused(ending: str, rate: int | None, kbps: int | None, message: str) -> None:
    """With what can."""
    with pytest.raises(UsageError) as caught:
        audio_format(ending, rate, kbps)
    assert message in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize("ending", CONTAINERS)
def test_every_rate_that_is_offered_can_be_made(ending: str, own_folders: Path) -> None:
    """Each sample rate with its least and its most bits."""
    container = find_container(ending)
    for rate in container.sample_rates_hz:
        for kbps in {
            min(container.bit_rates_kbps, default=None),
            max(container.bit_rates_kbps, default=None),
        }:
            if ending == ".mp3" and (rate, kbps) == (24_000, 320):
                continue  # MPEG-2 ends at 160
            file_format = audio_format(ending, rate, kbps)
            path = own_folders / f"{rate}-{kbps}{ending}"
            options = SessionOptions(hold_seconds=3, reps=1, only=("cat-cow",), guidance="cues")
            session = plan_session(
                HOSTILE, options, VoiceOptions(engine="fake"), file_format=file_format, store=STORE
            )
            write_file(session, path)
            assert len(decoded(path, rate)) >= session.sample_count
