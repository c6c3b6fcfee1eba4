"""LAME through PyAV: samples in, frames out."""

from fractions import Fraction

from voiceguide.audio.clip import BYTES_PER_SAMPLE
from voiceguide.audio.levels import FULL_SCALE
from voiceguide.errors import EncodingError
from voiceguide.mp3.frames import Mp3Format

# Part of the key of every stored frame: change it with every change to the settings below.
ENCODER_SETTINGS = "libmp3lame reservoir=0 unscaled v1"

# LAME attenuates its input at low bit rates to avoid clipping (presets.c); sessions have headroom already, so
# the samples are divided by its factor first. (kbit/s up to, factor), measured on decoded tones; 1 above.
_LAME_ATTENUATION = ((160, 0.95), (192, 0.97), (224, 0.98))

# Handed over in one call: 6 to 8 % less processor time than one by one, and the same bytes.
_FRAMES_AT_ONCE = 64


def encode(pcm: bytes, mp3_format: Mp3Format) -> list[bytes]:
    """Return the frames of PCM audio, without Info frame and tags.

    Args:
        pcm: signed 16-bit little-endian mono samples; shape (samples,).
        mp3_format: sample rate and bit rate.

    Raises:
        EncodingError: the encoder failed, or returned different frames than planned.
    """
    import av

    try:
        packets = _packets(pcm, mp3_format)
    except (av.error.FFmpegError, ValueError, LookupError) as error:
        raise EncodingError(f"The MP3 encoder failed: {error}") from error
    planned = mp3_format.frame_count_for(len(pcm) // BYTES_PER_SAMPLE)
    sizes = {len(packet) for packet in packets}
    if len(packets) != planned or sizes != {mp3_format.frame_bytes}:
        raise EncodingError(
            f"The MP3 encoder returned {len(packets)} frames of {sorted(sizes)} bytes; {planned} frames of "
            f"{mp3_format.frame_bytes} bytes were expected. Nothing was written."
        )
    return packets


def _packets(pcm: bytes, mp3_format: Mp3Format) -> list[bytes]:
    import av
    import numpy as np

    context = av.CodecContext.create("libmp3lame", "w")
    if not isinstance(context, av.AudioCodecContext):
        raise EncodingError("This installation of PyAV has no MP3 encoder; install voiceguide again.")
    context.sample_rate, context.bit_rate = mp3_format.sample_rate_hz, mp3_format.bit_rate_kbps * 1000
    context.layout, context.format = "mono", "fltp"
    context.time_base = Fraction(1, mp3_format.sample_rate_hz)
    # Without the bit reservoir every frame can be decoded on its own, at the cost of a few bits.
    context.options = {"reservoir": "0"}
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / (FULL_SCALE * _attenuation(mp3_format))
    packets: list[bytes] = []
    step = _FRAMES_AT_ONCE * mp3_format.samples_per_frame
    for start in range(0, len(samples), step):
        piece = samples[None, start : start + step]
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = mp3_format.sample_rate_hz, start
        packets += [bytes(packet) for packet in context.encode(frame)]
    return packets + [bytes(packet) for packet in context.encode(None)]


def _attenuation(mp3_format: Mp3Format) -> float:
    return next((factor for kbps, factor in _LAME_ATTENUATION if mp3_format.bit_rate_kbps <= kbps), 1.0)
