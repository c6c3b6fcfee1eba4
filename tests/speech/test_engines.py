"""One suite that every engine has to pass."""

import sys
from collections.abc import Iterator

import numpy as np
import pytest

from voiceguide.audio.clip import Clip
from voiceguide.audio.filters import as_array
from voiceguide.audio.normalization import trim_silence
from voiceguide.errors import EngineUnavailable
from voiceguide.speech.engine import Engine, Voice
from voiceguide.speech.registry import open_engine

pytestmark = pytest.mark.usefixtures("really_spoken")
NAMES = ("fake", "neural", "system", "piper")
PHRASES = ("One.", "Halfway.", "Let both knees roll over to the left, and look to the right.")


@pytest.fixture(scope="module", params=NAMES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Every engine, as the registry gives it; one that cannot work on this machine is skipped."""
    opened = open_engine(request.param)
    try:
        opened.voices()
    except EngineUnavailable as error:
        pytest.skip(str(error))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def voice(engine: Engine) -> Voice:
    found = engine.default_voice("en")
    assert found
    return found


def spoken_ms(engine: Engine, voice: Voice, text: str, rate: float) -> int:
    sound = trim_silence(engine.speak(text, voice, rate))
    assert sound
    return sound.duration_ms


def test_voices_are_told_apart(engine: Engine) -> None:
    """Ids are unique, and every voice names its engine and a version."""
    voices = engine.voices()
    assert len({voice.id for voice in voices}) == len(voices) > 0
    assert {voice.engine for voice in voices} == {engine.name}
    assert all(voice.version and voice.name for voice in voices)


def test_the_default_voice_is_one_of_them(engine: Engine, voice: Voice) -> None:
    """And it speaks the language asked for."""
    assert voice in engine.voices()
    assert voice.language.lower().startswith("en")


@pytest.mark.parametrize("text", PHRASES)
def test_a_phrase_is_spoken(engine: Engine, voice: Voice, text: str) -> None:
    """Sound that can be the words, at a usual sample rate, not clipped."""
    clip = engine.speak(text, voice, 1.0)
    assert clip.sample_rate_hz in {16_000, 22_050, 24_000, 44_100, 48_000}
    sound = trim_silence(clip)
    assert sound
    assert 30 * len(text) < sound.duration_ms < 200 + 150 * len(text)
    samples = as_array(clip).astype(float)
    assert np.sqrt((samples**2).mean()) > 200


def test_the_same_phrase_is_the_same_sound(engine: Engine, voice: Voice) -> None:
    """To a few samples in length (some drivers differ by one), and closely in level all along."""
    first, second = (as_array(engine.speak(PHRASES[2], voice, 0.8)).astype(float) for _ in range(2))
    assert abs(len(first) - len(second)) <= 4
    whole = min(len(first), len(second)) // 1200 * 1200
    levels = [np.sqrt((sound[:whole].reshape(-1, 1200) ** 2).mean(axis=1)) + 100 for sound in (first, second)]
    assert np.abs(20 * np.log10(levels[0] / levels[1])).max() < 3


def test_what_was_spoken_before_leaves_no_trace(engine: Engine, voice: Voice) -> None:
    """A phrase is the same bytes after others, at whatever rate: workers share the phrases out in any order."""
    if engine.name == "system" and not sys.platform.startswith("linux"):
        pytest.skip("only eSpeak NG is started anew for each phrase")
    first = engine.speak(PHRASES[2], voice, 0.8)
    for text, rate in ((PHRASES[0], 0.8), (PHRASES[2], 1.0), (PHRASES[1], 2.0)):
        engine.speak(text, voice, rate)
    assert engine.speak(PHRASES[2], voice, 0.8) == first


def test_a_slower_rate_takes_longer(engine: Engine, voice: Voice) -> None:
    """Half the rate takes clearly longer, twice the rate clearly less."""
    lengths = [spoken_ms(engine, voice, PHRASES[2], rate) for rate in (0.5, 1.0, 2.0)]
    assert lengths[0] > 1.4 * lengths[1] > 1.4 * 1.3 * lengths[2]


def test_rates_do_not_leak_into_later_phrases(engine: Engine, voice: Voice) -> None:
    """A phrase takes as long after others at other rates as it took before."""
    alone = spoken_ms(engine, voice, PHRASES[2], 0.7)
    for rate in (2.0, 1.0, 0.5):
        spoken_ms(engine, voice, PHRASES[0], rate)
        assert abs(spoken_ms(engine, voice, PHRASES[2], 0.7) - alone) <= 10


@pytest.mark.parametrize(
    "text",
    [
        "Ready? Set — go!",
        "She said “breathe”.",
        "90° knees, 2x; 50 % effort & more.",
        "Naïve café.",
        "<b>x</b> y",
    ],
)
def test_unusual_texts_are_spoken(engine: Engine, voice: Voice, text: str) -> None:
    """Punctuation, quotes, signs and accents are no trouble."""
    assert isinstance(engine.speak(text, voice, 1.0), Clip)


def test_closing_twice_is_fine() -> None:
    """Who cleans up need not know whether another has."""
    for name in NAMES:
        opened = open_engine(name)
        opened.close()
        opened.close()


def test_every_voice_of_a_language_speaks() -> None:
    """A few of the system's voices besides the default."""
    opened = open_engine("system")
    try:
        for voice in [voice for voice in opened.voices() if voice.language.startswith(("en", "de", "fr"))][
            :4
        ]:
            assert spoken_ms(opened, voice, "Hello.", 1.0) > 150
    except EngineUnavailable as error:
        pytest.skip(str(error))
    finally:
        opened.close()
