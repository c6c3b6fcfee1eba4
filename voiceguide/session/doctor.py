"""What this machine can do, and how to mend what it cannot."""

import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from voiceguide import __version__
from voiceguide.errors import VoiceguideError
from voiceguide.files.writing import check_output
from voiceguide.mp3.encoder import encode
from voiceguide.mp3.frames import Mp3Format
from voiceguide.session.making import OUTPUT_FOLDER
from voiceguide.settings import find_settings, settings_path
from voiceguide.speech.registry import ENGINES, OPTIONAL, open_engine
from voiceguide.store.user_cache import cache_folder
from voiceguide.text.printable import counted

_ROOM_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: the thing.
        well: whether it works.
        found: what was found, with the way to mend it.
        needed: whether no session can be made without it.
    """

    what: str
    well: bool
    found: str
    needed: bool = True


def examine() -> tuple[Finding, ...]:
    """Look at everything a session needs, by trying it."""
    engines = [_engine(name) for name in ENGINES]
    one_speaks = any(engine.well for engine in engines)
    return (
        Finding(
            "voiceguide",
            True,
            f"{__version__}, Python {platform.python_version()}, {sys.platform} {platform.machine()}",
        ),
        *engines,
        Finding(
            "speech",
            one_speaks,
            "at least one engine speaks" if one_speaks else "no engine speaks; see above",
        ),
        _tried("MP3 encoder", lambda: encode(bytes(2 * 24_000), Mp3Format()), "works"),
        _tried(
            "cache folder",
            lambda: check_output(cache_folder() / "probe", force=True),
            str(cache_folder()),
            needed=False,
        ),
        _tried(
            "output folder",
            lambda: check_output(_output_folder() / "probe", force=True),
            str(_output_folder().resolve()),
        ),
        _room(),
        *_settings(),
    )


def _output_folder() -> Path:
    """Return where files go; settings that cannot be used are told of by themselves."""
    try:
        return find_settings()[0].output or OUTPUT_FOLDER
    except VoiceguideError:
        return OUTPUT_FOLDER


def _settings() -> tuple[Finding, ...]:
    """Tell where each value comes from that is not the program's own, and what is wrong with others."""
    try:
        settings, troubles = find_settings()
    except VoiceguideError as error:
        return (Finding("settings", False, str(error)),)
    found = [f"{name} = {setting.value} from {setting.origin}" for name, setting in settings.values.items()]
    wrong = tuple(Finding("settings", False, str(trouble)) for trouble in troubles)
    if wrong and not found:
        return wrong
    return (
        *wrong,
        Finding("settings", True, "; ".join(found) or f"none; they would be in {settings_path()}"),
    )


def _engine(name: str) -> Finding:
    """Speak one word: an engine that lists voices may still be mute."""
    engine = open_engine(name)
    try:
        voice = engine.default_voice("en")
        if voice is None:
            return Finding(f"{name} voice", False, "speaks no English", needed=False)
        engine.speak("Hello.", voice, 1.0)
        return Finding(
            f"{name} voice", True, f"{voice.name}; {counted(len(engine.voices()), 'voice')}", needed=False
        )
    except VoiceguideError as error:
        return Finding(
            f"{name} voice", False, f"{'optional. ' if name in OPTIONAL else ''}{error}", needed=False
        )
    finally:
        engine.close()


def _tried(what: str, attempt: Callable[[], object], found: str, *, needed: bool = True) -> Finding:
    try:
        attempt()
    except (VoiceguideError, ImportError) as error:
        return Finding(what, False, str(error), needed)
    return Finding(what, True, found, needed)


def _room() -> Finding:
    free = shutil.disk_usage(Path()).free
    enough = free > _ROOM_BYTES
    return Finding(
        "disk",
        enough,
        f"{free / 1e9:.1f} GB free" + ("" if enough else "; a long session may not fit"),
        needed=False,
    )
