"""The formats that a session can have, by the extension of its file."""

from importlib import import_module

from voiceguide.errors import RateNotSupported, UnknownName
from voiceguide.export.formats.base import AudioFormat, Container

# By extension; the built-in formats are imported when they are used.
CONTAINERS: dict[str, Container | str] = {
    ".mp3": "voiceguide.export.formats.mp3:Mp3",
    ".m4b": "voiceguide.export.formats.mp4:M4b",
    ".m4a": "voiceguide.export.formats.mp4:M4a",
    ".opus": "voiceguide.export.formats.opus:Opus",
    ".flac": "voiceguide.export.formats.flac:Flac",
    ".wav": "voiceguide.export.formats.wav:Wav",
}

MP3 = AudioFormat(".mp3", 24_000, 64)


def register_format(container: Container) -> None:
    """Add a format, or replace the one of the same extension."""
    CONTAINERS[container.extension] = container


def find_container(extension: str) -> Container:
    """Return the object of a format.

    Raises:
        UnknownName: there is none with that extension.
    """
    found = CONTAINERS.get(extension.lower())
    if found is None:
        raise UnknownName(
            "format",
            extension,
            CONTAINERS,
            f"{extension or 'A name without an extension'} is not a format that can be made.",
            "The extension of the file chooses the format.",
        )
    if isinstance(found, str):
        module, _, name = found.partition(":")
        found = CONTAINERS[extension.lower()] = getattr(import_module(module), name)()
    return found


def audio_format(
    extension: str, sample_rate_hz: int | None = None, bit_rate_kbps: int | None = None
) -> AudioFormat:
    """Return the format with an extension, and the rates asked for or its defaults.

    Raises:
        UnknownName: there is no format with that extension.
        RateNotSupported: it does not have such a rate.
    """
    container = find_container(extension)
    rate = sample_rate_hz or container.sample_rates_hz[0]
    _check_rate(container.name, "sample rate", rate, container.sample_rates_hz, "Hz")
    if bit_rate_kbps is not None:
        _check_rate(container.name, "bit rate", bit_rate_kbps, container.bit_rates_at(rate), "kbit/s")
    return AudioFormat(container.extension, rate, bit_rate_kbps or container.default_bit_rate_kbps)


def _check_rate(name: str, quantity: str, value: int, allowed: tuple[int, ...], unit: str) -> None:
    if value not in allowed:
        raise RateNotSupported(name, quantity, value, allowed, unit)
