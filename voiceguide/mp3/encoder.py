"""LAME, by PyAV: samples in, frames out."""

from fractions import Fraction

from voiceguide.audio.clip import BYTES_PER_SAMPLE
from voiceguide.errors import EncodingError
from voiceguide.mp3.frames import Mp3Format

# Part of every key under which frames are kept: raise it with every change of settings here.
ENCODER_SETTINGS = "libmp3lame reservoir=0 unscaled v1"

# LAME makes everything a little softer at low bit rates, to be safe from clipping (its presets.c);
# sessions have their headroom already. Factors measured on decoded tones; 1 above the last.
_LAME_SCALE = ((160, 0.95), (192, 0.97), (224, 0.98))


def encode(pcm: bytes, form: Mp3Format) -> list[bytes]:
    """Return the frames of a piece of sound, without header frame and tags.

    Args:
        pcm: signed 16-bit little-endian mono samples; shape (samples,).
        form: sample rate and bit rate.

    Raises:
        EncodingError: the encoder failed, or gave other frames than planned.
    """
    import av

    try:
        packets = _packets(pcm, form)
    except (av.error.FFmpegError, ValueError, LookupError) as error:
        raise EncodingError(f"The MP3 encoder failed: {error}") from error
    planned = form.frames_for(len(pcm) // BYTES_PER_SAMPLE)
    sizes = {len(packet) for packet in packets}
    if len(packets) != planned or sizes != {form.frame_bytes}:
        raise EncodingError(
            f"The MP3 encoder gave {len(packets)} frames of {sorted(sizes)} bytes where {planned} of "
            f"{form.frame_bytes} were planned; nothing is written. Please report this with: voiceguide doctor"
        )
    return packets


def _packets(pcm: bytes, form: Mp3Format) -> list[bytes]:
    import av
    import numpy as np

    context = av.CodecContext.create("libmp3lame", "w")
    if not isinstance(context, av.AudioCodecContext):
        raise EncodingError("This PyAV has no MP3 encoder; install voiceguide again.")
    context.sample_rate, context.bit_rate = form.sample_rate_hz, form.bit_rate_kbps * 1000
    context.layout, context.format = "mono", "fltp"
    context.time_base = Fraction(1, form.sample_rate_hz)
    # Without the reservoir every frame stands alone, at the price of a few bits.
    context.options = {"reservoir": "0"}
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / (32768 * _scale(form))
    packets: list[bytes] = []
    for start in range(0, len(samples), form.samples_per_frame):
        piece = samples[None, start : start + form.samples_per_frame]
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = form.sample_rate_hz, start
        packets += [bytes(packet) for packet in context.encode(frame)]
    return packets + [bytes(packet) for packet in context.encode(None)]


def _scale(form: Mp3Format) -> float:
    return next((scale for kbps, scale in _LAME_SCALE if form.bit_rate_kbps <= kbps), 1.0)
