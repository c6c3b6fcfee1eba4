"""The sets of chimes: told apart at once, as loud as the voice; and chimes of a person's own sound."""

import hashlib
import os
import struct
import wave
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from tests.listening import Samples, loudest_db, true_peak_dbtp
from voiceguide.audio.chimes import CHIME_SETS, strike_chime
from voiceguide.audio.clip import Clip
from voiceguide.audio.own_chimes import chimes_of, read_own_chimes
from voiceguide.errors import UsageError, VoiceguideError
from voiceguide.routine.limits import BELLS
from voiceguide.script.segments import CHIME_MS, ChimeKind

KINDS: tuple[ChimeKind, ...] = ("begin", "release", "next", "end")
SOUNDING = [name for name in CHIME_SETS if name != "none"]
RATE_HZ = 24_000


def samples_of(clip: Clip | None) -> Samples:
    assert clip
    return np.frombuffer(clip.pcm, "<i2") / 32_768


def strike(name: str, kind: ChimeKind, level_db: float = 0.0) -> Samples:
    return samples_of(CHIME_SETS[name].strike(kind, level_db, RATE_HZ))


def momentary_db(samples: Samples) -> float:
    """The loudest 400 ms, with silence around it; unweighted."""
    padded = np.pad(samples, RATE_HZ)
    power = np.convolve(padded**2, np.ones(RATE_HZ * 2 // 5) / (RATE_HZ * 2 // 5), "same")
    return 10 * float(np.log10(power.max()))


def test_the_sets_are_those_that_can_be_chosen() -> None:
    """By the names of the options."""
    assert tuple(CHIME_SETS) == BELLS


@pytest.mark.parametrize("name", SOUNDING)
@pytest.mark.parametrize("kind", KINDS)
def test_a_chime_is_no_longer_than_its_kind_and_fades_out(name: str, kind: ChimeKind) -> None:
    """It neither clicks at its end nor clips; a phone's loudspeaker plays it."""
    samples = strike(name, kind)
    assert len(samples) <= CHIME_MS[kind] * RATE_HZ // 1000
    assert loudest_db(samples[-RATE_HZ // 200 :]) < -50
    assert true_peak_dbtp(samples) <= -1
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    frequencies = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    assert spectrum[frequencies > 350].sum() / spectrum.sum() > 0.95


@pytest.mark.parametrize("name", SOUNDING)
def test_the_chimes_of_a_set_are_told_apart(name: str) -> None:
    """No two kinds resemble each other where they are searched for."""
    for one, other in combinations(KINDS, 2):
        first, second = strike(name, one)[:9600], strike(name, other)[:9600]
        size = min(len(first), len(second))
        match = np.correlate(np.pad(first[:size], 2400), second[:size], "valid")
        likeness = np.abs(match).max() / np.sqrt((first[:size] ** 2).sum() * (second[:size] ** 2).sum())
        assert likeness < 0.95, (one, other)


@pytest.mark.parametrize("name", SOUNDING)
def test_a_level_makes_every_set_louder_alike(name: str) -> None:
    """Six decibels less are six decibels less."""
    whole, softer = (momentary_db(strike(name, "begin", level)) for level in (-6.0, -12.0))
    assert whole - softer == pytest.approx(6, abs=0.1)


def test_the_default_set_is_what_it_was() -> None:
    """So that what was stored, and files made before, stay true."""
    digests = [hashlib.sha256(strike_chime(kind, 0.0, RATE_HZ).pcm).hexdigest()[:12] for kind in KINDS]
    assert digests == ["7936a8a6fb4e", "07c0e660183a", "1ae6b6d4661f", "2170b87bcb7b"]


# --- a sound of one's own ---------------------------------------------------------------------


def write_wav(path: Path, samples: Samples, rate_hz: int = 44_100, channels: int = 2) -> Path:
    values = np.repeat((samples * 32_000).astype("<i2"), channels)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(values.tobytes())
    return path


def ping(seconds: float = 3.0, silence: float = 0.5, level: float = 0.3, decay: float = 2) -> Samples:
    """A decaying tone after some silence."""
    time = np.arange(round(44_100 * seconds)) / 44_100
    return np.concatenate(
        [np.zeros(round(44_100 * silence)), level * np.sin(2 * np.pi * 700 * time) * np.exp(-decay * time)]
    )


@pytest.mark.parametrize("level", [0.01, 0.3, 1.0])
def test_an_own_sound_is_trimmed_and_levelled(level: float, tmp_path: Path) -> None:
    """However loud the file is, and whatever silence it begins with."""
    chimes = read_own_chimes(write_wav(tmp_path / "bell.wav", ping(level=level)))
    default = momentary_db(strike("bells", "begin"))
    for kind in KINDS:
        samples = samples_of(chimes.strike(kind, 0.0, RATE_HZ))
        assert len(samples) <= CHIME_MS[kind] * RATE_HZ // 1000
        assert loudest_db(samples[: RATE_HZ // 100]) > -40
        assert true_peak_dbtp(samples) <= -1
        assert momentary_db(samples) == pytest.approx(default, abs=4)


def test_an_own_sound_is_struck_once_twice_or_three_times(tmp_path: Path) -> None:
    """So that begin, release and end are told apart."""
    chimes = read_own_chimes(write_wav(tmp_path / "bell.wav", ping(0.3, decay=20)))
    for kind, times in (("begin", 1), ("release", 2), ("end", 3)):
        samples = np.abs(samples_of(chimes.strike(kind, 0.0, RATE_HZ)))  # type: ignore[arg-type]
        levels = np.array([part.max() for part in np.array_split(samples, max(1, len(samples) // 1200))])
        rises = (levels[1:] > 2 * levels[:-1]) & (levels[1:] > 0.3 * levels.max())
        assert 1 + int(rises.sum()) == times


def test_the_same_sound_is_the_same_chimes_wherever_it_lies(tmp_path: Path) -> None:
    """The name of a stored chime holds the sound, and not its path."""
    one, other = (write_wav(tmp_path / name, ping()) for name in ("a.wav", "b.wav"))
    assert read_own_chimes(one).identity == read_own_chimes(other).identity
    louder = write_wav(tmp_path / "c.wav", ping(level=0.2))
    assert read_own_chimes(louder).identity != read_own_chimes(one).identity


def forged(path: Path) -> None:
    """A header that promises 200 million samples a second."""
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 100, b"WAVE", b"fmt ", 16, 1, 1, 200_000_000, 1, 2, 16, b"data", 64
    )
    path.write_bytes(header + bytes(64))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.write_bytes(b""), "does not contain audio that can be read"),
        (lambda path: path.write_bytes(b"RIFF" + bytes(2000)), "does not contain audio that can be read"),
        (lambda path: write_wav(path, np.zeros(44_100)), "holds no sound that could be heard"),
        (lambda path: write_wav(path, ping(0.005, 0)), "holds no sound that could be heard"),
        (lambda path: write_wav(path, ping(), rate_hz=1000), "needs a sample rate of 4000 to 192000 Hz"),
        (forged, ""),
        (
            lambda path: path.write_text("ffconcat version 1.0\nfile other.wav\n"),
            "does not contain audio that can be read",  # nor does it open another file
        ),
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.write_bytes(bytes(20_000_001)), "is larger than"),
    ],
)
def test_what_is_no_sound_is_one_sentence(make: object, reason: str, tmp_path: Path) -> None:
    """And the next step."""
    path = tmp_path / "bell.wav"
    make(path)  # type: ignore[operator]
    with pytest.raises(VoiceguideError) as caught:
        read_own_chimes(path)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes in the file system")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """It is no regular file."""
    os.mkfifo(tmp_path / "bell.wav")
    with pytest.raises(VoiceguideError, match="not a regular file"):
        read_own_chimes(tmp_path / "bell.wav")


def test_a_name_that_is_no_set_names_the_nearest(own_folders: Path) -> None:
    """And says how to use a sound of one's own."""
    with pytest.raises(UsageError) as caught:
        chimes_of("bowlz")
    assert str(caught.value) == (
        "There is no set of bells called 'bowlz'. Did you mean 'bowls'? "
        "For a sound of your own, name its file, such as bell.wav."
    )
    assert chimes_of(None).identity == ""
    assert chimes_of("none").strike("begin", 0, RATE_HZ) is None
