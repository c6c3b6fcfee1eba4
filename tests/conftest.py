"""Every test has its own cache, home and working folder, so that none sees another's or the user's."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from voiceguide.mp3 import encoder
from voiceguide.mp3.frames import Mp3Format

# A hypothesis deadline would time the machine; pytest-timeout catches what hangs.
_QUIET = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
settings.register_profile("default", max_examples=40, deadline=None, suppress_health_check=_QUIET)
settings.register_profile("release", max_examples=2000, deadline=None, suppress_health_check=_QUIET)
settings.register_profile("fuzz", max_examples=10_000, deadline=None, suppress_health_check=_QUIET)
settings.load_profile(os.environ.get("VOICEGUIDE_HYPOTHESIS", "default"))


# Pieces of sound: some hundred sessions.
_MAX_KEPT = 5000


@pytest.fixture(autouse=True, scope="session")
def encoded_once() -> Iterator[Callable[[bytes, Mp3Format], list[bytes]]]:
    """Keep what LAME gave for each piece of sound: many tests make the same session from nothing.

    Gives what really encodes, for tests of just that.
    """
    packets = encoder._packets
    found: dict[tuple[bytes, Mp3Format], list[bytes]] = {}

    def remembered(pcm: bytes, form: Mp3Format) -> list[bytes]:
        key = hashlib.sha256(pcm).digest(), form
        if key not in found:
            if len(found) >= _MAX_KEPT:
                found.clear()
            found[key] = packets(pcm, form)
        return list(found[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoder, "_packets", remembered)
        yield packets


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
