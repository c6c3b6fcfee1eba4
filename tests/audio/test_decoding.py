"""Audio files become clips: plain WAV files by the standard library, all others by FFmpeg."""

import wave
from pathlib import Path

import av
import numpy as np
import pytest

from voiceguide.audio.decoding import decode_file
from voiceguide.errors import InvalidFile

RATE_HZ = 22_050


def tone(sample_count: int = 4000) -> "np.ndarray[tuple[int], np.dtype[np.int16]]":
    return (8000 * np.sin(np.arange(sample_count) / 7)).astype("<i2")


def write_wave(path: Path, channels: int = 1, width: int = 2, pcm: bytes | None = None) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(RATE_HZ)
        file.writeframes(tone().tobytes() if pcm is None else pcm)
    return path


def test_a_plain_wave_file_is_what_was_written_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sample by sample, and without FFmpeg."""
    path = write_wave(tmp_path / "a.wav")
    monkeypatch.setattr(av, "open", None)
    clip = decode_file(path)
    assert (clip.pcm, clip.sample_rate_hz) == (tone().tobytes(), RATE_HZ)


def test_a_plain_wave_file_that_was_cut_off_keeps_whole_samples(tmp_path: Path) -> None:
    """A voice that dies leaves one whose header promises more."""
    path = write_wave(tmp_path / "a.wav")
    path.write_bytes(path.read_bytes()[:1045])
    assert decode_file(path).pcm == tone().tobytes()[:1000]


@pytest.mark.parametrize(("channels", "width"), [(2, 2), (1, 1)])
def test_other_wave_files_are_made_mono(tmp_path: Path, channels: int, width: int) -> None:
    """With two channels, or with 8 bits."""
    loud = tone() if width == 2 else (tone() // 256 + 128).astype("u1")
    pcm = np.repeat(loud, channels).tobytes()
    clip = decode_file(write_wave(tmp_path / "a.wav", channels, width, pcm))
    heard = np.frombuffer(clip.pcm, "<i2").astype(int)
    assert len(heard) == 4000
    assert np.abs(heard - tone()).max() <= 256


@pytest.mark.parametrize("content", [b"", b"RIFF", b"RIFF\x04\0\0\0WAVE", b"not a sound at all" * 9])
def test_what_is_no_audio_is_one_error(tmp_path: Path, content: bytes) -> None:
    """Empty, cut short, or something else."""
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(InvalidFile, match="does not contain audio"):
        decode_file(path)


def test_a_wave_file_without_samples_is_an_error(tmp_path: Path) -> None:
    """As some drivers leave it when they fail."""
    with pytest.raises(InvalidFile, match="does not contain audio"):
        decode_file(write_wave(tmp_path / "a.wav", pcm=b""))
