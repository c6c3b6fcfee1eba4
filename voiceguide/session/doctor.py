"""What works on this computer, and how to fix what does not."""

import platform
import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from voiceguide import __version__
from voiceguide.errors import EngineUnavailable, VoiceguideError
from voiceguide.files.writing import check_output
from voiceguide.mp3.encoder import encode
from voiceguide.mp3.frames import Mp3Format
from voiceguide.options.output import OutputOptions
from voiceguide.session.making import output_folder
from voiceguide.settings import find_settings, settings_path
from voiceguide.speech.engine import Engine
from voiceguide.speech.piper import user_voice_folder
from voiceguide.speech.registry import OPTIONAL, engine_names, open_engine
from voiceguide.store.user_cache import cache_folder
from voiceguide.text.printable import counted

# An hour is 29 MB as MP3 at 64 kbit/s; its clips and blocks in the cache take several times that.
_MIN_FREE_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked.

    Attributes:
        what: the thing.
        ok: whether it works.
        found: what was found, or what is wrong.
        remedy: how to fix it, with a command if possible; empty if it works or no fix is known.
        needed: whether sessions cannot be made without it.
    """

    what: str
    ok: bool
    found: str
    remedy: str = ""
    needed: bool = True


def examine() -> tuple[Finding, ...]:
    """Check everything a session needs, by trying it."""
    engines = [_check_engine(name) for name in engine_names()]
    return (
        Finding(
            "voiceguide",
            ok=True,
            found=f"{__version__}, Python {platform.python_version()}, {sys.platform} {platform.machine()}",
        ),
        *engines,
        _check_speech(engines),
        _try("MP3 encoder", lambda: encode(bytes(2 * 24_000), Mp3Format()), "works"),
        _check_folder(
            "cache folder",
            cache_folder(),
            remedy="Set VOICEGUIDE_CACHE_DIR to a writable folder; otherwise, every session takes as long as the first.",
            needed=False,
        ),
        _check_folder(
            "output folder",
            _output_folder().resolve(),
            remedy="Change to a writable folder, or set VOICEGUIDE_OUTPUT to one.",
        ),
        _check_disk(),
        *_check_settings(),
    )


def _check_engine(name: str) -> Finding:
    """Speak one word: an engine that lists voices may still fail to speak."""
    what = f"{name} voice"
    try:
        engine = open_engine(name)
    except VoiceguideError as error:
        return _engine_failure(name, error)
    try:
        voice = engine.default_voice("en")
        if voice is None:
            return _no_english_voice(name, engine)
        engine.speak("Hello.", voice, 1.0)
        found = (f"{voice.name}; {counted(len(engine.voices()), 'voice')}", *engine.problems())
        return Finding(what, ok=True, found=". ".join(found).rstrip("."), needed=False)
    except VoiceguideError as error:
        return _engine_failure(name, error)
    finally:
        engine.close()


def _engine_failure(name: str, error: VoiceguideError) -> Finding:
    optional = "optional. " if name in OPTIONAL else ""
    remedy = error.remedy if isinstance(error, EngineUnavailable) else ""
    found = str(error).removesuffix(remedy).rstrip()
    return Finding(f"{name} voice", ok=False, found=f"{optional}{found}", remedy=remedy, needed=False)


def _no_english_voice(name: str, engine: Engine) -> Finding:
    optional = "optional. " if name in OPTIONAL else ""
    found = " ".join(engine.problems()) or "It has no English voice."
    remedy = _piper_voice_remedy() if name == "piper" and not engine.voices() else ""
    return Finding(f"{name} voice", ok=False, found=f"{optional}{found}", remedy=remedy, needed=False)


def _piper_voice_remedy() -> str:
    folder = shlex.quote(str(user_voice_folder()))
    return f"Download one with: python -m piper.download_voices --download-dir {folder} en_US-lessac-medium"


def _check_speech(engines: list[Finding]) -> Finding:
    if any(engine.ok for engine in engines):
        return Finding("speech", ok=True, found="at least one engine speaks")
    return Finding("speech", ok=False, found="no engine speaks", remedy="Fix one of the engines above.")


def _check_folder(what: str, folder: Path, *, remedy: str, needed: bool = True) -> Finding:
    return _try(
        what,
        lambda: check_output(folder / "probe", force=True),
        str(folder),
        remedy=remedy,
        needed=needed,
    )


def _output_folder() -> Path:
    """Return the output folder; invalid settings have a finding of their own."""
    try:
        return output_folder(find_settings()[0].request.output)
    except VoiceguideError:
        return output_folder(OutputOptions())


def _check_disk() -> Finding:
    free = shutil.disk_usage(Path()).free
    enough = free > _MIN_FREE_BYTES
    return Finding(
        "disk",
        ok=enough,
        found=f"{free / 1e9:.1f} GB free" + ("" if enough else "; a long session may not fit"),
        remedy="" if enough else "Free some space.",
        needed=False,
    )


def _check_settings() -> tuple[Finding, ...]:
    """Return each setting with where it comes from, and what is wrong with invalid ones."""
    try:
        settings, errors = find_settings()
    except VoiceguideError as error:
        return (Finding("settings", ok=False, found=str(error)),)
    found = [f"{name} = {setting.value} from {setting.origin}" for name, setting in settings.values.items()]
    wrong = tuple(Finding("settings", ok=False, found=str(error)) for error in errors)
    if wrong and not found:
        return wrong
    default = f"none; they would be in {settings_path()}"
    return (*wrong, Finding("settings", ok=True, found="; ".join(found) or default))


def _try(
    what: str, attempt: Callable[[], object], found: str, *, remedy: str = "", needed: bool = True
) -> Finding:
    try:
        attempt()
    except (VoiceguideError, ImportError) as error:
        return Finding(what, ok=False, found=str(error), remedy=remedy, needed=needed)
    return Finding(what, ok=True, found=found, needed=needed)
