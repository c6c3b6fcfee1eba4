"""The contract suite: tests that every engine has to pass, inside and outside of this package.

Subclass it in a test module; pytest collects the subclass:

    from voiceguide.speech.contract import EngineContract

    class TestMyEngine(EngineContract):
        def open_engine(self):
            return MyEngine()

The written contract is docs/engines.md. Nothing here imports pytest.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, ClassVar
from unittest import SkipTest

from voiceguide.audio.clip import Clip
from voiceguide.audio.normalization import trim_silence
from voiceguide.errors import EngineUnavailable
from voiceguide.speech.engine import Engine, Voice, same_language
from voiceguide.speech.validating import MAX_SAMPLE_RATE_HZ, MIN_SAMPLE_RATE_HZ

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ONE_WORD, _SHORT, _LONG = PHRASES = (
    "One.",
    "Halfway.",
    "Let both knees roll over to the left, and look to the right.",
)
_UNUSUAL = (
    "Ready? Set — go!",
    "She said “breathe”.",
    "90° knees, 2x; 50 % effort & more.",
    "Naïve café.",
    "<b>x</b> y",
)
# Milliseconds per character; speech of all engines at their natural rate is well within.
_MIN_MS_PER_CHARACTER, _MAX_MS_PER_CHARACTER, _MAX_EXTRA_MS = 30, 150, 200
# Silence is below 10, quiet speech above 500, of 32,768.
_MIN_RMS = 200
# Lengths and levels of the same phrase: some drivers differ by a few samples, and by dither.
_MAX_SAMPLES_APART = 4
_MAX_DB_APART = 3.0
_LEVEL_SAMPLES = 1200
_LEVEL_FLOOR = 100


class EngineContract:
    """What every engine promises. An engine that cannot be used on this computer is skipped.

    Attributes:
        language: one that the engine speaks.
        is_exact: whether the same phrase gives the same bytes, no matter what was spoken before. If not, length and
            level are compared.
    """

    language = "en"
    is_exact = True

    _engines: ClassVar[dict[type, Engine]] = {}

    def open_engine(self) -> Engine:
        """Return a new engine; override it."""
        raise NotImplementedError

    @classmethod
    def teardown_class(cls) -> None:
        """Close the engine that the tests share."""
        if engine := EngineContract._engines.pop(cls, None):
            engine.close()

    @property
    def engine(self) -> Engine:
        """The engine that the tests share: loading one may take seconds."""
        if type(self) not in self._engines:
            self._engines[type(self)] = self.open_engine()
        engine = self._engines[type(self)]
        with _skipped_if_unavailable():
            engine.voices()
        return engine

    @property
    def voice(self) -> Voice:
        """The engine's voice for the language."""
        voice = self.engine.default_voice(self.language)
        assert voice, f"there is no default voice for {self.language}"
        return voice

    def test_voices_are_distinct(self) -> None:
        """Ids are unique, and every voice has a name, a version and the engine's name."""
        voices = self.engine.voices()
        assert len({voice.id for voice in voices}) == len(voices) > 0
        assert {voice.engine for voice in voices} == {self.engine.name}
        assert all(voice.version and voice.name for voice in voices)

    def test_voices_may_be_shown(self) -> None:
        """Nothing in a voice controls a terminal or turns the direction of reading."""
        for voice in self.engine.voices():
            shown = (voice.id, voice.name, voice.language, voice.version)
            assert all(text.isprintable() for text in shown), f"not printable: {shown!r}"

    def test_voices_are_stable(self) -> None:
        """Two engines of the same class list the same voices, and each speaks with the voices of the other."""
        with closing(self.open_engine()) as other:
            assert other.voices() == self.engine.voices()
            assert self._same(
                other.speak(_SHORT, self.voice, 1.0), self.engine.speak(_SHORT, self.voice, 1.0)
            )

    def test_the_default_voice_is_listed(self) -> None:
        """It speaks the language, and is found by its id in any case."""
        voice = self.voice
        assert voice in self.engine.voices()
        assert same_language(voice.language, self.language)
        assert self.engine.find_voice(voice.id.upper()) == voice

    def test_an_unknown_voice_is_not_found(self) -> None:
        """That is not an error; what keeps voices away is listed by ``problems``."""
        assert self.engine.find_voice("no such voice") is None
        assert isinstance(self.engine.problems(), tuple)

    def test_phrases_are_spoken(self) -> None:
        """The audio can be the words, has a common sample rate, and is loud enough."""
        for text in PHRASES:
            clip = self.engine.speak(text, self.voice, 1.0)
            assert MIN_SAMPLE_RATE_HZ <= clip.sample_rate_hz <= MAX_SAMPLE_RATE_HZ
            max_ms = _MAX_EXTRA_MS + _MAX_MS_PER_CHARACTER * len(text)
            assert _MIN_MS_PER_CHARACTER * len(text) < _sound_ms(clip) < max_ms, (
                f"{text!r}: {_sound_ms(clip)} ms"
            )
            assert _rms(_samples(clip)) > _MIN_RMS, f"{text!r} is too quiet"

    def test_unusual_texts_are_spoken(self) -> None:
        """Punctuation, quotes, signs and accents do no harm."""
        for text in _UNUSUAL:
            assert isinstance(self.engine.speak(text, self.voice, 1.0), Clip), text

    def test_a_phrase_does_not_depend_on_those_before(self) -> None:
        """It is the same audio after others, at other rates: engines share the phrases of a session in any order."""
        first = self.engine.speak(_LONG, self.voice, 0.8)
        for text, rate in ((_ONE_WORD, 0.8), (_LONG, 1.0), (_SHORT, 2.0)):
            self.engine.speak(text, self.voice, rate)
        assert self._same(self.engine.speak(_LONG, self.voice, 0.8), first)

    def test_the_rate_changes_the_length(self) -> None:
        """Half the rate takes clearly longer, twice the rate clearly shorter."""
        slow, natural, fast = (
            _sound_ms(self.engine.speak(_LONG, self.voice, rate)) for rate in (0.5, 1.0, 2.0)
        )
        assert slow > 1.4 * natural, f"{slow} ms at rate 0.5, {natural} ms at 1"
        assert natural > 1.3 * fast, f"{natural} ms at rate 1, {fast} ms at 2"

    def test_closing_twice_does_no_harm(self) -> None:
        """Before or after use."""
        engine = self.open_engine()
        engine.close()
        engine.close()

    def _same(self, one: Clip, other: Clip) -> bool:
        return one == other if self.is_exact else _alike(_samples(one), _samples(other))


@contextmanager
def _skipped_if_unavailable() -> Iterator[None]:
    try:
        yield
    except EngineUnavailable as error:
        raise SkipTest(str(error)) from error


def _sound_ms(clip: Clip) -> int:
    sound = trim_silence(clip)
    assert sound, "there is only silence"
    return sound.duration_ms


def _samples(clip: Clip) -> "NDArray[np.float64]":
    import numpy as np

    return np.frombuffer(clip.pcm, dtype="<i2").astype(np.float64)


def _rms(samples: "NDArray[np.float64]", axis: int | None = None) -> Any:
    return (samples**2).mean(axis=axis) ** 0.5


def _alike(one: "NDArray[np.float64]", other: "NDArray[np.float64]") -> bool:
    """Return whether two recordings have the same length and level throughout, within the tolerance of drivers."""
    import numpy as np

    if abs(len(one) - len(other)) > _MAX_SAMPLES_APART:
        return False
    whole = min(len(one), len(other)) // _LEVEL_SAMPLES * _LEVEL_SAMPLES
    levels = [
        _rms(sound[:whole].reshape(-1, _LEVEL_SAMPLES), axis=1) + _LEVEL_FLOOR for sound in (one, other)
    ]
    return bool(np.abs(20 * np.log10(levels[0] / levels[1])).max() < _MAX_DB_APART)
