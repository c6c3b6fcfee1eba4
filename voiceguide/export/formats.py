"""The formats that a session can have: by the ending of its file, with sample rates and bit rates."""

from dataclasses import dataclass

from voiceguide.errors import UsageError, did_you_mean
from voiceguide.mp3.frames import FORMATS as MP3_FORMATS


@dataclass(frozen=True, slots=True)
class Container:
    """What one ending stands for.

    Attributes:
        name: for people; codec, container: as FFmpeg calls them.
        sample_rates_hz: the first is the default.
        bit_rates_kbps: from least to most; none where nothing is lost.
    """

    name: str
    codec: str
    container: str
    sample_rates_hz: tuple[int, ...]
    bit_rates_kbps: tuple[int, ...] = ()
    default_kbps: int | None = None


_VOICE_RATES = (24_000, 48_000)
_AAC_RATES = (48, 56, 64, 80, 96, 112, 128, 160, 192)

CONTAINERS: dict[str, Container] = {
    ".mp3": Container(
        "MP3",
        "libmp3lame",
        "mp3",
        _VOICE_RATES,
        (48, 56, 64, 80, 96, 112, 128, 144, 160, 192, 224, 256, 320),
        64,
    ),
    ".m4b": Container("M4B (AAC)", "aac", "ipod", _VOICE_RATES, _AAC_RATES, 64),
    ".m4a": Container("M4A (AAC)", "aac", "ipod", _VOICE_RATES, _AAC_RATES, 64),
    ".opus": Container("Opus", "libopus", "opus", (48_000,), (24, 32, 40, 48, 64, 80, 96, 128), 40),
    ".flac": Container("FLAC", "flac", "flac", _VOICE_RATES),
    ".wav": Container("WAV", "pcm_s16le", "wav", _VOICE_RATES),
}


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """A family with its sample rate and bit rate; ``bit_rate_kbps`` is None where nothing is lost."""

    ending: str
    sample_rate_hz: int
    bit_rate_kbps: int | None

    @property
    def family(self) -> Container:
        """What the ending stands for."""
        return CONTAINERS[self.ending]


MP3 = AudioFormat(".mp3", 24_000, 64)


def audio_format(
    ending: str, sample_rate_hz: int | None = None, bit_rate_kbps: int | None = None
) -> AudioFormat:
    """Return the format for the ending of a file, with what was asked for or its defaults.

    Raises:
        UsageError: the ending, or a rate, is none that can be made; says what can.
    """
    family = CONTAINERS.get(ending.lower())
    if family is None:
        raise UsageError(
            f"{ending or 'A name without ending'} is no format that can be made. "
            f"{did_you_mean(ending, tuple(CONTAINERS))} The name's ending chooses it."
        )
    _check("--sample-rate", sample_rate_hz, family.sample_rates_hz, "Hz", family)
    _check("--bitrate", bit_rate_kbps, family.bit_rates_kbps, "kbit/s", family)
    form = AudioFormat(
        ending.lower(), sample_rate_hz or family.sample_rates_hz[0], bit_rate_kbps or family.default_kbps
    )
    if form.ending == ".mp3":
        _check_mp3(form)
    return form


def _check_mp3(form: AudioFormat) -> None:
    """MPEG-1 and MPEG-2 have different bit rates."""
    allowed = [known.bit_rate_kbps for known in MP3_FORMATS if known.sample_rate_hz == form.sample_rate_hz]
    if form.bit_rate_kbps not in allowed:
        raise UsageError(
            f"MP3 is not made with {form.bit_rate_kbps} kbit/s at {form.sample_rate_hz} Hz. "
            f"Choose for --bitrate one of: {', '.join(map(str, allowed))}."
        )


def _check(option: str, value: int | None, allowed: tuple[int, ...], unit: str, family: Container) -> None:
    if value is None or value in allowed:
        return
    if not allowed:
        raise UsageError(f"{family.name} keeps every sample and has no bit rate; leave {option} out.")
    raise UsageError(
        f"{family.name} is not made with {value} {unit}. Choose for {option} one of: "
        f"{', '.join(map(str, allowed))}."
    )
