"""The speech renderer: finished clips, calibrated, stored, made in parallel."""

import json
import threading
from collections.abc import Callable

import numpy as np
import pytest

from tests.waiting import LIMIT_SECONDS
from voiceguide.audio.clip import Clip
from voiceguide.audio.filters import as_array, as_clip
from voiceguide.audio.loudness import measure
from voiceguide.errors import (
    EngineUnavailable,
    PhraseFailed,
    SpeechError,
    UnknownName,
    UsageError,
    VoiceOfOtherEngine,
)
from voiceguide.language.registry import find_language
from voiceguide.script.segments import Utterance
from voiceguide.speech import registry
from voiceguide.speech.engine import Engine, Voice, best_voice
from voiceguide.speech.fake import FakeEngine
from voiceguide.speech.pool import EnginePool
from voiceguide.speech.renderer import (
    SpeechRenderer,
    deserialize,
    serialize,
)
from voiceguide.speech.validating import ValidatingEngine
from voiceguide.store.memory import MemoryStore

PASSAGE = find_language("en").calibration_passage
TEXTS = ("Move slowly.", "Breathe in, and let your shoulders sink.", "Second of three.", "Left side.")
UTTERANCES = [Utterance(text) for text in TEXTS]


def renderer_with(
    engine: Engine, store: MemoryStore, *, pace_wpm: int = 120, jobs: int = 1
) -> SpeechRenderer:
    voice = engine.default_voice("en")
    assert voice
    return SpeechRenderer(
        EnginePool(engine, FakeEngine, jobs), voice, store, pace_wpm=pace_wpm, passage=PASSAGE
    )


def all_clips(renderer: SpeechRenderer) -> dict[Utterance, Clip]:
    clips = renderer.stored_clips(UTTERANCES)
    clips.update(renderer.speak([utterance for utterance in UTTERANCES if utterance not in clips]))
    return clips


def test_a_clip_is_trimmed_and_faded() -> None:
    """No silence of the engine's, no click at either end."""
    for clip in all_clips(renderer_with(FakeEngine(), MemoryStore())).values():
        samples = as_array(clip)
        step = 24 * 20
        assert np.abs(samples[:step]).max() > 50
        assert np.abs(samples[-step:]).max() > 50
        assert abs(int(samples[0])) < 30
        assert abs(int(samples[-1])) < 30


def test_what_was_said_is_not_said_again() -> None:
    """A second renderer on the same store asks its engine for nothing."""
    store, second = MemoryStore(), FakeEngine()
    first = all_clips(renderer_with(FakeEngine(), store))
    assert all_clips(renderer_with(second, store)) == first
    assert second.spoken == []


def test_everything_that_changes_the_sound_changes_the_key() -> None:
    """Another pace, voice or version is another clip."""

    class Other(FakeEngine):
        def __init__(self, voice: Voice) -> None:
            super().__init__()
            self._voice = voice

        def voices(self) -> tuple[Voice, ...]:
            return (self._voice,)

    store = MemoryStore()
    all_clips(renderer_with(FakeEngine(), store))
    same = FakeEngine().voices()[0]
    for engine, pace_wpm in (
        (FakeEngine(), 100),
        (Other(Voice("other", "Hum", "en", "fake", "1")), 120),
        (Other(Voice("hum", "Hum", "en", "fake", "2")), 120),
        (Other(Voice("hum", "Hum", "en", "another", "1")), 120),
    ):
        all_clips(renderer_with(engine, store, pace_wpm=pace_wpm))
        assert engine.spoken, (engine, pace_wpm)
    renamed = Other(Voice(same.id, "Another name", "en", same.engine, same.version))
    all_clips(renderer_with(renamed, store))
    assert not renamed.spoken


def test_a_damaged_calibration_or_clip_is_made_again() -> None:
    """Whole by its checksum, and nonsense all the same."""
    store = MemoryStore()
    whole = all_clips(renderer_with(FakeEngine(), store))
    for nonsense in (
        b"",
        b"{}",
        b"[1]",
        b'{"rate": 1}',
        b"\0\0\0\0",
        b"\1\2\3\4\5\6",
        b"\xff\xff\xff\xff\0\0",
    ):
        for key in list(store._entries):
            store.put(key, nonsense)
        assert all_clips(renderer_with(FakeEngine(), store)) == whole


def test_a_clip_is_serialized_and_deserialized() -> None:
    """Sample rate and samples come back."""
    clip = as_clip(np.arange(-300, 300), 22_050)
    assert deserialize(serialize(clip)) == clip
    for damaged in (b"", b"abcd", serialize(clip)[:-1]):
        assert deserialize(damaged) is None


@pytest.mark.parametrize("pace_wpm", [105, 120, 160])
def test_the_pace_is_kept(pace_wpm: int) -> None:
    """The passage takes as long as the pace says, pauses between its sentences included."""
    renderer = renderer_with(FakeEngine(), MemoryStore(), pace_wpm=pace_wpm)
    clips = dict(renderer.speak([Utterance(text) for text in PASSAGE.sentences]))
    words = PASSAGE.words
    took_ms = sum(clip.duration_ms + 650 for clip in clips.values())
    assert words * 60_000 / took_ms == pytest.approx(pace_wpm, rel=0.03)


def test_counting_is_not_slowed_down() -> None:
    """The words of a countdown have to fit between the seconds."""
    renderer = renderer_with(FakeEngine(), MemoryStore(), pace_wpm=90)
    slow, natural_rate = Utterance("Seventy seven."), Utterance("Seventy seven.", natural_rate=True)
    clips = dict(renderer.speak([slow, natural_rate]))
    assert clips[natural_rate].duration_ms < 0.8 * clips[slow].duration_ms


def test_every_phrase_gets_the_same_gain() -> None:
    """A phrase that was softer than another still is, by as much."""

    class Soft(FakeEngine):
        def speak(self, text: str, voice: Voice, rate: float) -> Clip:
            clip = super().speak(text, voice, rate)
            return as_clip(as_array(clip) * 0.5, clip.sample_rate_hz) if text == "Second of three." else clip

    plain = all_clips(renderer_with(FakeEngine(), MemoryStore()))
    soft = all_clips(renderer_with(Soft(), MemoryStore()))
    second = Utterance("Second of three.")
    assert measure(plain[second]).momentary_lufs - measure(soft[second]).momentary_lufs == pytest.approx(
        6, abs=0.6
    )
    assert plain[UTTERANCES[0]] == soft[UTTERANCES[0]]


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_the_clips_are_the_same_whatever_the_number_of_jobs(jobs: int) -> None:
    """Order and number of engines change nothing."""
    reference = all_clips(renderer_with(FakeEngine(), MemoryStore()))
    assert all_clips(renderer_with(FakeEngine(), MemoryStore(), jobs=jobs)) == reference


def test_several_speak_at_once() -> None:
    """With two jobs, two phrases are under way at the same time, each with an engine of its own."""
    under_way: set[int] = set()
    most, lock = [0], threading.Lock()
    both = threading.Barrier(2)

    class Slow(FakeEngine):
        def speak(self, text: str, voice: Voice, rate: float) -> Clip:
            with lock:
                assert id(self) not in under_way
                under_way.add(id(self))
                most[0] = max(most[0], len(under_way))
            both.wait(LIMIT_SECONDS)
            with lock:
                under_way.discard(id(self))
            return super().speak(text, voice, rate)

    engine = Slow()
    voice = engine.voices()[0]
    engines = EnginePool(engine, Slow, 2)
    texts = [f"Phrase {number}." for number in range(20)]
    said = dict(engines.map_unordered(lambda one, text: one.speak(text, voice, 1.0), texts))
    assert set(said) == set(texts)
    assert most[0] == 2


def test_one_failed_phrase_stops_the_rest() -> None:
    """At once: each engine begins no more than one phrase after it, and every engine is closed."""
    begun: list[str] = []
    closed: list[Engine] = []
    closing = threading.Event()

    class Breaks(FakeEngine):
        def speak(self, text: str, voice: Voice, rate: float) -> Clip:
            begun.append(text)
            if text == "Phrase 5.":
                raise PhraseFailed("cannot say 'Phrase 5.'")
            if text not in texts[:5]:
                assert closing.wait(LIMIT_SECONDS)
            return super().speak(text, voice, rate)

        def close(self) -> None:
            closed.append(self)
            closing.set()

    engine = Breaks()
    voice = engine.voices()[0]
    engines = EnginePool(engine, Breaks, 2)
    texts = [f"Phrase {number}." for number in range(200)]
    with pytest.raises(PhraseFailed, match=r"Phrase 5"):
        list(engines.map_unordered(lambda one, text: one.speak(text, voice, 1.0), texts))
    assert len(begun) <= 8
    assert len(set(map(id, closed))) == 2


# --- the engine that checks and tries again ------------------------------------------------------


class Faulty(FakeEngine):
    """Does something wrong with its first phrases."""

    def __init__(self, wrong: Callable[[Clip], Clip], times: int) -> None:
        super().__init__()
        self._wrong, self._times = wrong, times

    def speak(self, text: str, voice: Voice, rate: float) -> Clip:
        clip = super().speak(text, voice, rate)
        self._times -= 1
        return self._wrong(clip) if self._times >= 0 else clip


def failing(_: Clip) -> Clip:
    raise PhraseFailed("It failed.")


FAULTS: dict[str, Callable[[Clip], Clip]] = {
    "failure": failing,
    "silence": lambda clip: Clip(bytes(len(clip.pcm)), clip.sample_rate_hz),
    "too short": lambda clip: as_clip(as_array(clip)[3000:3300], clip.sample_rate_hz),
    "too long": lambda clip: Clip(clip.pcm * 60, clip.sample_rate_hz),
}


@pytest.mark.parametrize("diagnostic", FAULTS)
def test_a_phrase_that_fails_once_is_tried_again(diagnostic: str) -> None:
    """The second try is taken."""
    engine = ValidatingEngine(Faulty(FAULTS[diagnostic], 1))
    voice = engine.voices()[0]
    assert engine.speak("Hello there.", voice, 1.0) == FakeEngine().speak("Hello there.", voice, 1.0)


@pytest.mark.parametrize("diagnostic", FAULTS)
def test_a_phrase_that_fails_twice_is_a_failure(diagnostic: str) -> None:
    """Never a bad clip."""
    engine = ValidatingEngine(Faulty(FAULTS[diagnostic], 2))
    with pytest.raises(PhraseFailed):
        engine.speak("Hello there, and a few words more.", engine.voices()[0], 1.0)


# --- which voice ---------------------------------------------------------------------------------


class Broken(FakeEngine):
    """An engine whose package does not load."""

    def voices(self) -> tuple[Voice, ...]:
        raise EngineUnavailable("The broken voice cannot be loaded.")

    def default_voice(self, language: str) -> Voice | None:
        raise EngineUnavailable("The broken voice cannot be loaded.")


@pytest.fixture
def broken_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the preferred engine one that does not load."""
    engines = {"broken": f"{__name__}:Broken", "fake": "voiceguide.speech.fake:FakeEngine"}
    monkeypatch.setattr(registry, "ENGINES", engines)


@pytest.mark.usefixtures("broken_first")
def test_another_engine_speaks_instead_with_a_note() -> None:
    """One sentence."""
    choice = registry.choose_voice("en")
    assert (choice.engine.name, choice.voice.id) == ("fake", "hum")
    assert choice.notes == ("The broken voice cannot be loaded. The fake voice Hum speaks instead.",)


@pytest.mark.usefixtures("broken_first")
def test_an_engine_asked_for_by_name_never_gives_way() -> None:
    """Silently or otherwise."""
    with pytest.raises(EngineUnavailable, match="broken voice cannot be loaded"):
        registry.choose_voice("en", engine="broken")


class Deceptive(FakeEngine):
    """Lists its voices, and turns out not to load when it is to speak."""

    name = "deceptive"

    def speak(self, text: str, voice: Voice, rate: float) -> Clip:
        raise EngineUnavailable("The deceptive voice cannot be loaded.")


def test_an_engine_that_fails_to_load_gives_way_unless_it_was_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A broken native package shows only when the first phrase is spoken."""
    engines = {"deceptive": f"{__name__}:Deceptive", "fake": "voiceguide.speech.fake:FakeEngine"}
    monkeypatch.setattr(registry, "ENGINES", engines)

    def speak(choice: registry.VoiceChoice) -> tuple[str, ...]:
        assert choice.engine.speak("Hello.", choice.voice, 1.0)
        return choice.notes

    assert registry.with_working_voice("en", None, None, speak) == (
        "The deceptive voice cannot be loaded. The fake voice Hum speaks instead.",
    )
    for engine, voice in (("deceptive", None), (None, "hum")):
        with pytest.raises(EngineUnavailable, match="deceptive voice cannot be loaded"):
            registry.with_working_voice("en", engine, voice, speak)


def test_an_unknown_engine_or_voice_offers_the_nearest() -> None:
    """By name."""
    with pytest.raises(UsageError, match="Did you mean 'neural'"):
        registry.choose_voice("en", engine="nueral")
    with pytest.raises(UsageError, match="Did you mean 'heart'"):
        registry.choose_voice("en", engine="neural", voice="hart")
    with pytest.raises(UnknownName, match="This computer has no voice called 'no-such-voice'"):
        registry.choose_voice("en", voice="no-such-voice")
    with pytest.raises(VoiceOfOtherEngine, match="it is one of the neural engine"):
        registry.choose_voice("en", engine="system", voice="heart")


def test_a_voice_of_the_language_is_chosen() -> None:
    """The same tag first, American for plain English, any region of the language next, no other language."""
    voices = tuple(Voice(tag, tag, tag, "x", "1") for tag in ("de", "en-GB", "en-US", "pt-BR"))
    for language, wanted in (
        ("en", "en-US"),
        ("en-GB", "en-GB"),
        ("en-AU", "en-GB"),
        ("pt", "pt-BR"),
        ("de-AT", "de"),
    ):
        found = best_voice(voices, language)
        assert found
        assert found.id == wanted
    assert best_voice(voices, "fr") is None


def test_the_calibration_is_kept_as_plain_numbers() -> None:
    """Readable when the cache is inspected."""
    store = MemoryStore()
    renderer = renderer_with(FakeEngine(), store)
    assert renderer.calibration.rate > 0
    stored = [data for key, data in store._entries.items() if key.startswith("calibration")]
    assert json.loads(stored[0]).keys() == {"rate", "gain_db"}
    assert issubclass(PhraseFailed, SpeechError)


def test_no_more_than_eight_engines_work_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each holds a model in memory; more are opened on request."""
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    for jobs, opened in ((None, 8), (12, 12), (1, 1)):
        engines = EnginePool(FakeEngine(), FakeEngine, jobs)
        assert len(list(engines.map_unordered(lambda _, task: task, range(200)))) == 200
        assert len(engines._engines) == opened
        engines.close()
