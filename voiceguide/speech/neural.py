"""The neural voice: hibari, whose English voice is part of its package."""

import json
from functools import cache, cached_property
from importlib import metadata
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from voiceguide.audio.clip import Clip
from voiceguide.audio.libraries import import_library
from voiceguide.errors import EngineUnavailable, PhraseFailed
from voiceguide.speech.engine import Engine, Voice, same_language, voice_by_id

if TYPE_CHECKING:
    import numpy as np
    from hibari import Hibari
    from numpy.typing import NDArray

# Seeds the noise part of the voice, so that the same text is the same bytes.
_SEED = 0
# Part of a voice's version. Raise it when the same model and text give different samples; 2: the transforms are
# NumPy's; 3: a lead-in.
_SYNTHESIS_VERSION = 3
# What stands before the phonemes of a sentence, below these rates. Spoken slowly, the model draws out how a sentence
# begins as well, and hums into its first sound: "Ease" is heard as "yees", "Lie" as "light". Spaces, its boundaries
# between words, take the hum up, and are trimmed away with it as silence.
_LEAD_INS = ((0.8, "  "), (1.0, " "))


class NeuralEngine(Engine):
    """hibari behind the engine protocol; loads its model at the first phrase."""

    name = "neural"

    def __init__(self) -> None:
        """Hold one model per voice, loaded at its first phrase."""
        self._models: dict[str, Hibari] = {}

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices that are on this computer; the bundled one comes first.

        hibari downloads its other voices at first use. That must not happen in the middle of a
        session, so only those already downloaded are offered.
        """
        return tuple(self._voice(name) for name in self._registry if self._is_here(name))

    def default_voice(self, language: str) -> Voice | None:
        """Return the bundled voice if the language is English."""
        bundled = [name for name, entry in self._registry.items() if entry.get("bundled")]
        fits = [name for name in bundled if same_language(self._registry[name]["language"], language)]
        return self._voice(fits[0]) if fits else None

    def find_voice(self, name: str) -> Voice | None:
        """Return the voice with an id."""
        return voice_by_id(self.voices(), name)

    def missing_voices(self) -> tuple[str, ...]:
        """Return the names of voices that hibari can download but that are not on this computer."""
        return tuple(name for name in self._registry if not self._is_here(name))

    def speak(self, text: str, voice: Voice, rate: float) -> Clip:
        """Return one phrase at 24 kHz."""
        model = self._model(voice.id)
        try:
            sound = _synthesized(model, text, rate)
        except Exception as error:  # hibari documents no error classes
            raise PhraseFailed(f"The neural voice failed on {text!r}: {error}") from error
        if not len(sound):
            raise PhraseFailed(f"The neural voice found nothing to say in {text!r}.")
        return _as_clip(sound, model.sample_rate)

    def close(self) -> None:
        """Release the models."""
        self._models.clear()

    @cached_property
    def _registry(self) -> dict[str, dict[str, Any]]:
        """Read hibari's list of voices without importing hibari, which a session of known phrases never needs."""
        try:
            package = find_spec("hibari")
            folder = Path((package.submodule_search_locations or [""])[0]) if package else None
            if folder is None:
                raise _unavailable("the package hibari-tts is not installed")
            if find_spec("onnxruntime") is None:
                raise _unavailable("the package onnxruntime is not installed")
            entries = json.loads((folder / "assets" / "voices.json").read_text(encoding="utf-8"))
        except (OSError, ValueError, ImportError) as error:
            raise _unavailable(error) from error
        return dict(entries)

    def _is_here(self, name: str) -> bool:
        if self._registry[name].get("bundled"):
            return True
        try:
            import_library("hibari")
            from hibari.voices import voice_path

            voice_path(name, download_missing=False)
        except OSError:
            return False
        except Exception as error:  # a broken native package may raise anything at import
            raise _unavailable(error) from error
        return True

    def _voice(self, name: str) -> Voice:
        entry = self._registry[name]
        return Voice(
            id=name,
            name=f"{name.capitalize()} ({entry['accent']} {entry['gender']})",
            language=entry["language"],
            engine=self.name,
            version=f"hibari {metadata.version('hibari-tts')} {entry['sha256'][:12]} synthesis {_SYNTHESIS_VERSION}",
        )

    def _model(self, name: str) -> "Hibari":
        if name not in self._models:
            try:
                self._models[name] = _hibari_class()(voice=name)
            except Exception as error:  # onnxruntime and the model loader raise classes of their own
                raise _unavailable(error) from error
        return self._models[name]


def _synthesized(model: "Hibari", text: str, rate: float) -> "NDArray[np.float32]":
    """Return the samples of a text, sentence by sentence as hibari does, each with its lead-in."""
    import numpy as np

    lead_in = next((spaces for limit, spaces in _LEAD_INS if rate < limit), "")
    noise = np.random.default_rng(_SEED)
    sentences = [
        model.from_ids(model.ids(lead_in + phonemes), rate, noise) for phonemes in model.phonemize(text)
    ]
    return np.concatenate(sentences) if sentences else np.zeros(0, np.float32)


@cache
def _hibari_class() -> "type[Hibari]":
    """Return hibari's class, with NumPy's Fourier transforms regardless of what else is installed.

    hibari uses SciPy's transforms if SciPy can be imported, and these give different samples. The class comes
    from private copies of two of its modules, so that hibari itself stays as it is for others in the process.
    """
    import numpy as np

    import_library("hibari")
    signal_processing, synthesis = _private_copy("hibari.dsp"), _private_copy("hibari.tts")
    vars(signal_processing).update(
        rfft=lambda x, axis: np.fft.rfft(x, axis=axis).astype(np.complex64, copy=False),
        irfft=lambda x, n, axis: np.fft.irfft(x, n=n, axis=axis).astype(np.float32, copy=False),
        FFT_BACKEND="numpy",
    )
    vars(synthesis).update(dsp=signal_processing)
    hibari_class: type[Hibari] = synthesis.Hibari
    return hibari_class


def _private_copy(name: str) -> ModuleType:
    """Return a module of its own from the source of an installed one."""
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        raise ImportError(f"no module {name}")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _unavailable(cause: Exception | str) -> EngineUnavailable:
    reason = (str(cause) or type(cause).__name__).splitlines()[0]
    return EngineUnavailable(
        f"The neural voice cannot be loaded ({reason}).",
        NeuralEngine.name,
        "Install it again with: python -m pip install --force-reinstall voiceguide",
    )


def _as_clip(sound: Any, sample_rate_hz: int) -> Clip:
    import numpy as np

    samples = np.clip(np.round(sound * 32767.0), -32768, 32767).astype("<i2")
    return Clip(samples.tobytes(), sample_rate_hz)
