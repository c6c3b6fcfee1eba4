"""Frames and the Info frame, as independent decoders read them."""

import io
import shutil
import subprocess
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from mutagen.id3 import ID3, TIT2
from mutagen.mp3 import MP3, BitrateMode
from scipy.signal import correlate

from voiceguide.audio.chimes import strike_chime
from voiceguide.audio.clip import Clip
from voiceguide.audio.placement import PlacedClip
from voiceguide.errors import EncodingError, VoiceguideError
from voiceguide.mp3.encoder import encode
from voiceguide.mp3.file import read_mp3
from voiceguide.mp3.frames import FORMATS, Mp3Format
from voiceguide.mp3.splice import Splicer
from voiceguide.store.memory import MemoryStore

SOME = [
    Mp3Format(24_000, 64),
    Mp3Format(24_000, 48),
    Mp3Format(24_000, 160),
    Mp3Format(48_000, 96),
    Mp3Format(48_000, 320),
]


def file_of(mp3_format: Mp3Format, samples: int, onset: int, place: Path) -> Path:
    """Write a session of one chime."""
    chime = strike_chime("begin", 0.0, mp3_format.sample_rate_hz)
    frames = Splicer(mp3_format, MemoryStore()).frames([PlacedClip(onset, chime)], samples)
    path = place / "session.mp3"
    path.write_bytes(mp3_format.info_frame(samples) + b"".join(frames))
    return path


@pytest.mark.parametrize("mp3_format", FORMATS, ids=str)
def test_the_encoder_gives_frames_with_the_header_and_size_that_were_planned(mp3_format: Mp3Format) -> None:
    """What is spliced is what is expected, for every format."""
    frames = encode(bytes(2 * mp3_format.samples_per_frame * 3), mp3_format)
    assert {len(frame) for frame in frames} == {mp3_format.frame_bytes}
    assert {frame[:4] for frame in frames} == {mp3_format.header}


@pytest.mark.parametrize("mp3_format", SOME, ids=str)
@pytest.mark.parametrize("extra", [0, 1, 575, 13_337])
def test_libsndfile_gives_back_exactly_the_planned_samples(
    mp3_format: Mp3Format, extra: int, own_folders: Path
) -> None:
    """The Info frame's delay and padding are right: not one sample more or less."""
    samples = 4 * mp3_format.sample_rate_hz + extra
    path = file_of(mp3_format, samples, mp3_format.sample_rate_hz, own_folders)
    decoded, rate_hz = soundfile.read(str(path))
    assert (len(decoded), rate_hz) == (samples, mp3_format.sample_rate_hz)


@pytest.mark.parametrize("mp3_format", SOME, ids=str)
def test_ffmpeg_gives_back_exactly_the_planned_samples(mp3_format: Mp3Format, own_folders: Path) -> None:
    """FFmpeg reads the same delay and padding."""
    samples = 4 * mp3_format.sample_rate_hz + 77
    with av.open(str(file_of(mp3_format, samples, mp3_format.sample_rate_hz, own_folders))) as container:
        assert container.duration is not None
        assert container.duration / 1e6 == pytest.approx(samples / mp3_format.sample_rate_hz, abs=1e-3)
        assert sum(frame.samples for frame in container.decode(audio=0)) == samples


@pytest.mark.parametrize("mp3_format", SOME, ids=str)
@pytest.mark.skipif(not shutil.which("mpg123"), reason="mpg123 is not installed")
def test_mpg123_gives_back_exactly_the_planned_samples(mp3_format: Mp3Format, own_folders: Path) -> None:
    """A third decoder agrees."""
    samples = 4 * mp3_format.sample_rate_hz + 77
    path = file_of(mp3_format, samples, mp3_format.sample_rate_hz, own_folders)
    done = subprocess.run(["mpg123", "-q", "-s", "-e", "s16", str(path)], capture_output=True, check=True)
    assert len(done.stdout) == 2 * samples


@pytest.mark.parametrize("mp3_format", SOME, ids=str)
@pytest.mark.skipif(not shutil.which("mp3val"), reason="mp3val is not installed")
def test_mp3val_has_nothing_to_warn_of(mp3_format: Mp3Format, own_folders: Path) -> None:
    """A checker of MP3 streams is content."""
    path = file_of(mp3_format, 4 * mp3_format.sample_rate_hz, mp3_format.sample_rate_hz, own_folders)
    tags = ID3()
    tags.add(TIT2(text="A session"))
    tags.save(path, v2_version=3)
    report = subprocess.run(["mp3val", str(path)], capture_output=True, text=True, check=True).stdout
    assert "WARNING" not in report
    assert "Done!" in report


@pytest.mark.parametrize("mp3_format", SOME, ids=str)
def test_a_sound_begins_at_its_sample(mp3_format: Mp3Format, own_folders: Path) -> None:
    """Nothing shifts: the chime is found at the sample where it was put, off the frame grid, too."""
    onset = mp3_format.sample_rate_hz + 131
    decoded, rate_hz = soundfile.read(
        str(file_of(mp3_format, 4 * mp3_format.sample_rate_hz, onset, own_folders))
    )
    chime_samples = np.frombuffer(strike_chime("begin", 0.0, rate_hz).pcm, dtype="<i2") / 32768
    assert int(correlate(decoded, chime_samples, mode="valid", method="fft").argmax()) == onset


@pytest.mark.parametrize("mp3_format", SOME, ids=str)
@pytest.mark.parametrize("second", [0.5, 2.0, 3.3])
def test_a_seek_lands_within_one_frame(mp3_format: Mp3Format, second: float, own_folders: Path) -> None:
    """After a seek, what is heard is what lies there."""
    path = file_of(mp3_format, 4 * mp3_format.sample_rate_hz, mp3_format.sample_rate_hz, own_folders)
    with av.open(str(path)) as container:
        container.seek(round(second * 1e6))
        first = next(container.decode(audio=0))
        assert first.pts is not None
        assert first.time_base is not None
        reached = float(first.pts * first.time_base)
    assert abs(reached - second) <= mp3_format.samples_per_frame / mp3_format.sample_rate_hz


def test_tag_readers_see_constant_bit_rate_and_the_exact_length(own_folders: Path) -> None:
    """Mutagen's length comes from the Info frame."""
    found = MP3(file_of(Mp3Format(), 100_800, 24_000, own_folders))
    assert found.info
    assert found.info.bitrate_mode == BitrateMode.CBR
    assert found.info.bitrate == 64_000
    assert found.info.length == pytest.approx(4.2, abs=1e-4)


def test_the_seek_table_rises_to_the_end(own_folders: Path) -> None:
    """Entry n tells, in 256ths, where n percent of the duration lies."""
    frame = Mp3Format().info_frame(24_000 * 600)
    start = frame.index(b"Info") + 16
    table = list(frame[start : start + 100])
    assert table == sorted(table)
    assert all(abs(entry - 2.56 * percent) <= 1.1 for percent, entry in enumerate(table))


@pytest.mark.parametrize(
    ("rate_hz", "kbps"), [(44_100, 64), (24_000, 32), (24_000, 320), (48_000, 40), (0, 0)]
)
def test_formats_that_break_the_contract_are_refused(rate_hz: int, kbps: int) -> None:
    """The message names what can be chosen."""
    with pytest.raises(EncodingError, match="choose"):
        Mp3Format(rate_hz, kbps)


def test_a_finished_file_is_taken_apart(own_folders: Path) -> None:
    """Format, frames and length are read back from the file alone."""
    for mp3_format in SOME:
        samples = 3 * mp3_format.sample_rate_hz + 5
        file = read_mp3(file_of(mp3_format, samples, mp3_format.sample_rate_hz, own_folders))
        assert (file.format, file.sample_count) == (mp3_format, samples)
        assert file.frame_count == file.planned_frame_count == mp3_format.frame_count_for(samples)
        assert file.damaged_frames == ()


@pytest.mark.parametrize(
    "content",
    [b"", b"ID3", b"ID3\x03\0\0\x7f\x7f\x7f\x7f", b"RIFF1234WAVE", b"\xff\xf3\x84\xc4Info", bytes(5000)],
)
def test_other_files_are_no_sessions(content: bytes, own_folders: Path) -> None:
    """Whatever is in it, there is one sentence."""
    path = own_folders / "x.mp3"
    path.write_bytes(content)
    with pytest.raises(VoiceguideError, match="is not an MP3 made by voiceguide"):
        read_mp3(path)


def test_a_decoded_stretch_is_the_same_wherever_it_begins(own_folders: Path) -> None:
    """Frames are decoded on demand, and none is off by a sample."""
    mp3_format = Mp3Format()
    path = file_of(mp3_format, 72_000, 24_000, own_folders)
    file = read_mp3(path)
    whole = file.decode(0, 72_000)
    reference, _ = soundfile.read(io.BytesIO(path.read_bytes()))
    assert np.abs(whole - reference).max() < 1e-4
    for start in (0, 1, 23_999, 50_001, 71_000):
        assert np.abs(file.decode(start, 500) - whole[start : start + 500]).max() < 1e-6
    beyond = file.decode(-300, 600)
    assert not beyond[:300].any()
    assert np.array_equal(beyond[300:], whole[:300])


def test_a_clip_needs_whole_samples() -> None:
    """Half a sample is no sound."""
    with pytest.raises(VoiceguideError, match="whole 16-bit samples"):
        Clip(b"\0", 24_000)
