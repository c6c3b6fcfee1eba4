"""Every engine keeps the contract: the built-in ones, and one of another package."""

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest import SkipTest

import pytest

from tests.program import run, run_process
from voiceguide.audio.clip import Clip
from voiceguide.errors import EngineUnavailable, PhraseFailed, UnknownName
from voiceguide.speech import registry
from voiceguide.speech.contract import EngineContract
from voiceguide.speech.engine import Engine, Voice, best_voice
from voiceguide.speech.fake import FakeEngine
from voiceguide.speech.registry import (
    ENGINES,
    choose_voice,
    engine_names,
    known_engine,
    list_voices,
    open_engine,
)
from voiceguide.speech.validating import ValidatingEngine

pytestmark = pytest.mark.usefixtures("really_spoken")
# A distribution as pip installs it: a module and its metadata.
OTHER_PACKAGE = Path(__file__).with_name("other_package")


class TestFake(EngineContract):
    """The engine for tests."""

    def open_engine(self) -> Engine:
        return open_engine("fake")


class TestNeural(EngineContract):
    """The bundled voice."""

    def open_engine(self) -> Engine:
        return open_engine("neural")


class TestSystem(EngineContract):
    """pyttsx3."""

    # Only eSpeak NG is started again for each phrase.
    is_exact = sys.platform.startswith("linux")

    def open_engine(self) -> Engine:
        return open_engine("system")


@pytest.mark.slow
class TestPiper(EngineContract):
    """Optional."""

    def open_engine(self) -> Engine:
        return open_engine("piper")


@pytest.fixture
def other_package(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Install the other package for one test."""
    monkeypatch.syspath_prepend(str(OTHER_PACKAGE))
    yield OTHER_PACKAGE
    sys.modules.pop("tone_engine", None)


@pytest.mark.usefixtures("other_package")
class TestOfOtherPackage(EngineContract):
    """Found by its entry point."""

    def open_engine(self) -> Engine:
        return open_engine("tone")


def test_the_contract_finds_faults() -> None:
    """An engine that remembers its last phrase, speaks at one rate, or shows escapes does not pass."""

    class Remembers(FakeEngine):
        def speak(self, text: str, voice: Voice, rate: float) -> Clip:
            clip = super().speak(text, voice, rate)
            return Clip(clip.pcm + bytes(2 * len(self.spoken)), clip.sample_rate_hz)

    class OneRate(FakeEngine):
        def speak(self, text: str, voice: Voice, rate: float) -> Clip:
            return super().speak(text, voice, 1.0)

    class Colours(FakeEngine):
        def voices(self) -> tuple[Voice, ...]:
            return (Voice("hum", "\x1b[31mHum", "en", "fake", "1"),)

    for faulty, test in (
        (Remembers, "test_a_phrase_does_not_depend_on_those_before"),
        (OneRate, "test_the_rate_changes_the_length"),
        (Colours, "test_voices_may_be_shown"),
    ):
        suite = type("Suite", (EngineContract,), {"open_engine": lambda _, faulty=faulty: faulty()})
        with pytest.raises(AssertionError):
            getattr(suite(), test)()
        suite.teardown_class()  # type: ignore[attr-defined]


def test_an_engine_that_is_not_here_skips_the_contract() -> None:
    """As Piper where it is not installed."""

    class Missing(FakeEngine):
        def voices(self) -> tuple[Voice, ...]:
            raise EngineUnavailable("It is not installed.")

    suite = type("Suite", (EngineContract,), {"open_engine": lambda _: Missing()})
    with pytest.raises(SkipTest, match="not installed"):
        suite().test_voices_are_distinct()
    suite.teardown_class()  # type: ignore[attr-defined]


# --- engines of other packages ---------------------------------------------------------------------


@pytest.mark.usefixtures("other_package")
def test_an_engine_of_another_package_is_found_by_its_entry_point() -> None:
    """It is named, listed and chosen as the others are, after them."""
    assert engine_names()[: len(ENGINES)] == tuple(ENGINES)
    assert "tone" in engine_names()[len(ENGINES) :]
    choice = choose_voice("en", "tone")
    assert (choice.engine.name, choice.voice.id, choice.notes) == ("tone", "a", ())
    assert choose_voice("en", None, "a").voice.engine == "tone"
    listing = list_voices()
    assert "a" in {voice.id for voice in listing.voices if voice.engine == "tone"}
    assert "a" in {voice.id for voice in listing.first if voice.engine == "tone"}


@pytest.mark.usefixtures("other_package")
@pytest.mark.parametrize("name", ["TONE", "Neural", "SYSTEM", "Fake"])
def test_an_engine_is_named_in_any_case(name: str) -> None:
    """Built in or not, by a person or by a file."""
    assert known_engine(name) == name.lower()
    with closing(open_engine(name)) as engine:
        assert engine.name == name.lower()
    if name != "Fake":
        choice = choose_voice("en", name, from_file=True)
        with closing(choice.engine):
            assert choice.voice.engine == name.lower()


def test_a_few_voices_are_listed_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default, other voices of natural engines, at most eight of each; of the system's many, one, at the end."""

    class Many(FakeEngine):
        def __init__(self, name: str, count: int) -> None:
            super().__init__()
            self.name, self.count = name, count

        def voices(self) -> tuple[Voice, ...]:
            languages = ("de", "en-GB", "en-US")
            return tuple(
                Voice(f"{self.name} {number}", "V", languages[number % 3], self.name, "1")
                for number in range(self.count)
            )

        def default_voice(self, language: str) -> Voice | None:
            return best_voice(self.voices(), language)

    counts = {"neural": 2, "system": 90, "piper": 12}
    monkeypatch.setattr(registry, "engine_names", lambda: tuple(counts))
    monkeypatch.setattr(registry, "open_engine", lambda name: Many(name, counts[name]))
    listing = list_voices()
    assert [voice.id for voice in listing.first] == [
        "neural 1",
        "neural 0",
        "piper 2",
        *(f"piper {number}" for number in (0, 1, 3, 4, 5, 6, 7)),
        "system 2",
    ]
    assert listing.first[0] == listing.default
    assert len(listing.voices) == 104
    german = list_voices("de")
    assert {voice.language for voice in german.first} == {"de"}
    assert [voice.engine for voice in german.first].count("system") == 1


@pytest.mark.slow
def test_a_session_is_made_with_the_engine_of_another_package(own_folders: Path) -> None:
    """By the command line, in a process of its own."""
    short = ("--only", "cat-cow", "--guidance", "cues", "--reps", "1", "--hold", "5")
    made = run_process(
        "make", "lower-back", *short, "--engine", "tone", "-o", "a.mp3", PYTHONPATH=str(OTHER_PACKAGE)
    )
    assert made.code == 0, made.err
    assert (own_folders / "a.mp3").exists()


@pytest.mark.usefixtures("other_package")
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (
            "broken",
            "'broken' of the package other-package cannot be loaded: RuntimeError: This engine is broken",
        ),
        ("missing", "'missing' of the package other-package cannot be loaded: ModuleNotFoundError"),
        (
            "partial",
            "'partial' of the package other-package does not follow the contract: it has no default_voice()",
        ),
        (
            "renamed",
            "'renamed' of the package other-package does not follow the contract: its name is 'tone'",
        ),
    ],
)
def test_a_broken_engine_of_another_package_costs_only_itself(name: str, reason: str) -> None:
    """Named, it is an error of one sentence; listed, a note with the voices of the others."""
    with pytest.raises(EngineUnavailable) as caught:
        choose_voice("en", name)
    assert reason in str(caught.value)
    listing = list_voices()
    assert any(reason in note for note in listing.notes)
    assert "tone" in {voice.engine for voice in listing.voices}
    assert choose_voice("en").notes == ()


@pytest.mark.usefixtures("other_package")
def test_doctor_checks_engines_of_other_packages() -> None:
    """The broken ones are found and do no harm."""
    ended = run("doctor")
    assert ended.code == 0
    assert "ok   tone voice: A; 1 voice" in ended.out
    assert "--   broken voice: The engine 'broken' of the package other-package cannot be loaded" in ended.out


@pytest.mark.usefixtures("other_package")
def test_a_built_in_engine_is_not_replaced() -> None:
    """The other package has an engine called system, which is not taken."""
    assert engine_names().count("system") == 1
    assert list(engine_names()).index("system") == 1


@pytest.mark.usefixtures("other_package")
def test_an_unknown_engine_lists_all_and_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'tone'") as caught:
        choose_voice("en", "tona")
    assert set(caught.value.known) >= {"neural", "system", "piper", "tone"}


# --- what no engine may do -------------------------------------------------------------------------


class Careless(FakeEngine):
    """Raises errors of its own, and has voices that must not be printed."""

    def voices(self) -> tuple[Voice, ...]:
        return (
            Voice("plain", "Pl\u202eain\x1b[2J", "e\x07n", self.name, "1"),
            Voice("\x1b]0;id", "Escapes", "en", self.name, "1"),
        )

    def default_voice(self, language: str) -> Voice | None:
        raise KeyError(language)

    def speak(self, text: str, voice: Voice, rate: float) -> Clip:
        if text == "rate":
            return Clip(bytes(4), 1)
        raise OSError("the device is gone")

    def find_voice(self, name: str) -> Voice | None:
        return name  # type: ignore[return-value]

    def close(self) -> None:
        raise OSError("the device is gone")


def test_errors_of_an_engine_are_errors_of_ours() -> None:
    """Whatever it raises."""
    engine = ValidatingEngine(Careless())
    with pytest.raises(EngineUnavailable, match=r"^The fake voice cannot be used: KeyError: 'xx'\.$"):
        engine.default_voice("xx")
    voice = engine.voices()[0]
    with pytest.raises(
        PhraseFailed, match=r"^The fake voice failed on 'Hello\.': OSError: the device is gone\.$"
    ):
        engine.speak("Hello.", voice, 1.0)
    with pytest.raises(PhraseFailed, match="at an impossible 1 samples a second"):
        engine.speak("rate", voice, 1.0)
    with pytest.raises(EngineUnavailable, match=r"^The fake voice cannot be used: "):
        engine.find_voice("not a voice")
    engine.close()


def test_a_voice_may_be_shown() -> None:
    """Escapes and signs that turn the direction of reading are removed; a voice with one in its id is left out."""
    (voice,) = ValidatingEngine(Careless()).voices()
    assert (voice.id, voice.name, voice.language) == ("plain", "Pl ain [2J", "en")


def test_every_voice_of_a_language_speaks() -> None:
    """A few of the system's voices other than the default."""
    opened = open_engine("system")
    try:
        several = [voice for voice in opened.voices() if voice.language.startswith(("en", "de", "fr"))]
        for voice in several[:4]:
            assert opened.speak("Hello.", voice, 1.0).duration_ms > 150
    except EngineUnavailable as error:
        pytest.skip(str(error))
    finally:
        opened.close()


def test_the_example_of_the_contract_is_an_engine() -> None:
    """What docs/engines.md shows keeps to the protocol as far as it goes."""
    page = (Path(__file__).parents[2] / "docs" / "engines.md").read_text(encoding="utf-8")
    example = page.partition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 (our own page)
    engine = ValidatingEngine(names["MyEngine"]())
    assert engine.find_voice("ADA") == engine.default_voice("en") == engine.voices()[0]
    assert engine.problems() == ()
    methods = {
        method for method in vars(Engine) if not method.startswith("_") and callable(getattr(Engine, method))
    }
    assert all(f"| `{method}(" in page for method in methods)
