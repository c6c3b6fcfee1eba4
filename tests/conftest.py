"""Every test has its own cache, home and working folder, so that none sees another's or the user's."""

import hashlib
import os
import pickle
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

from voiceguide.audio import chimes, filters, loudness, normalization
from voiceguide.audio.clip import Clip
from voiceguide.mp3 import encoder
from voiceguide.mp3.frames import Mp3Format
from voiceguide.speech.engine import Voice
from voiceguide.speech.neural import NeuralEngine

pytest_plugins = ("tests.reporting",)

T = TypeVar("T")
Speak = Callable[[NeuralEngine, str, Voice, float], Clip]

# A hypothesis deadline would time the machine; pytest-timeout catches what hangs.
_QUIET = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
settings.register_profile("default", max_examples=40, deadline=None, suppress_health_check=_QUIET)
settings.register_profile("fast", max_examples=8, deadline=None, suppress_health_check=_QUIET)
settings.register_profile("release", max_examples=2000, deadline=None, suppress_health_check=_QUIET)
settings.register_profile("fuzz", max_examples=10_000, deadline=None, suppress_health_check=_QUIET)


def pytest_configure(config: pytest.Config) -> None:
    """Draw fewer examples in a fast run."""
    usual = "fast" if config.getoption("fast") else "default"
    settings.load_profile(os.environ.get("VOICEGUIDE_HYPOTHESIS", usual))


# Pieces of sound: some hundred sessions.
_MAX_KEPT = 5000
# The passage that a voice is calibrated with is shorter; longer sounds are rarely measured twice.
_MAX_KEPT_MS = 120_000


@pytest.fixture(autouse=True, scope="session")
def encoded_once(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[bytes, Mp3Format], list[bytes]]]:
    """Keep what LAME gave for each piece of sound, for every process of this run: many tests make the same session.

    Gives what really encodes, for tests of just that.
    """
    packets = encoder._packets
    folder = _shared_folder(tmp_path_factory, "encoded")
    remembered = _kept_in(folder, packets, lambda pcm, mp3_format: (_digest(pcm), mp3_format))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoder, "_packets", remembered)
        yield packets


@pytest.fixture(autouse=True, scope="session")
def measured_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what FFmpeg's meter and filters gave for each short sound, and how each chime's strikes ring.

    The meter's readings for every process of this run: a voice is calibrated on the same words in each.
    """
    readings, apply_filters, ring = loudness._readings, filters.apply_filters, chimes._ring
    remembered_readings = _kept_in(
        _shared_folder(tmp_path_factory, "readings"),
        lambda clips, options: tuple(readings(clips, options)),
        lambda clips, options: (*((_digest(clip.pcm), clip.sample_rate_hz) for clip in clips), options),
    )

    def readings_of(clips: Iterable[Clip], options: str) -> Iterable[dict[str, str]]:
        pieces = list(clips)
        short = sum(clip.duration_ms for clip in pieces) < _MAX_KEPT_MS
        return remembered_readings(pieces, options) if short else readings(pieces, options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loudness, "_readings", readings_of)
        patch.setattr(
            normalization,
            "apply_filters",
            _remembering(
                apply_filters,
                lambda clip, *filters, **named: (
                    _digest(clip.pcm),
                    clip.sample_rate_hz,
                    filters,
                    *named.items(),
                ),
            ),
        )
        patch.setattr(chimes, "_ring", _remembering(ring, lambda *arguments: arguments))
        yield


@pytest.fixture(autouse=True, scope="session")
def spoken_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Speak]:
    """Keep what the neural voice gave for each phrase, for every process of this run; gives what really speaks."""
    speak = NeuralEngine.speak
    folder = _shared_folder(tmp_path_factory, "spoken")
    remembered = _kept_in(folder, speak, lambda engine, text, voice, rate: (text, voice, rate))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(NeuralEngine, "speak", remembered)
        yield speak


@pytest.fixture(scope="module")
def really_spoken(spoken_once: Speak) -> Iterator[None]:
    """Have the neural voice speak each time, for tests of the voice itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(NeuralEngine, "speak", spoken_once)
        yield


def _shared_folder(factory: pytest.TempPathFactory, name: str) -> Path:
    """Return a folder that all processes of this run share."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    folder.mkdir(exist_ok=True)
    return folder


def _kept_in(folder: Path, function: Callable[..., T], key_of: Callable[..., object]) -> Callable[..., T]:
    """Return a pure function that computes once for each key, and keeps the results in a folder."""

    def remembered(*arguments: object) -> T:
        path = folder / hashlib.sha256(repr(key_of(*arguments)).encode()).hexdigest()
        if not path.exists():
            unfinished = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
            unfinished.write_bytes(pickle.dumps(function(*arguments)))
            unfinished.replace(path)
        found: T = pickle.loads(path.read_bytes())  # noqa: S301 - of this very run
        return found

    return remembered


def _digest(pcm: bytes) -> bytes:
    return hashlib.sha256(pcm).digest()


def _remembering(function: Callable[..., T], key_of: Callable[..., Hashable]) -> Callable[..., T]:
    """Return a pure function that computes once for each key; nobody may change what it returns."""
    found: dict[Hashable, T] = {}

    def remembered(*arguments: object, **named: object) -> T:
        key = key_of(*arguments, **named)
        if key not in found:
            if len(found) >= _MAX_KEPT:
                found.clear()
            found[key] = function(*arguments, **named)
        return found[key]

    return remembered


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the cache and the working folder where only this test sees them; gives the working folder.

    What a developer has set for sessions does not reach in.
    """
    for name in [
        name for name in os.environ if name.startswith("VOICEGUIDE_") or name == "SOURCE_DATE_EPOCH"
    ]:
        if name != "VOICEGUIDE_HYPOTHESIS":
            monkeypatch.delenv(name)
    place = tmp_path_factory.mktemp("place")
    (place / "work").mkdir()
    monkeypatch.setenv("VOICEGUIDE_CACHE_DIR", str(place / "cache"))
    monkeypatch.setenv("VOICEGUIDE_CONFIG_DIR", str(place / "config"))
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.chdir(place / "work")
    return place / "work"
