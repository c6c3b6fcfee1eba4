"""Damps a ringing sound, as a hand on a bell does."""

from functools import lru_cache

from voiceguide.audio.clip import BYTES_PER_SAMPLE, Clip


def damped(clip: Clip, length_ms: int, fade_ms: int) -> Clip | None:
    """Return a clip that ends early and fades out before that.

    Args:
        clip: the whole sound.
        length_ms: when it is silent; the clip itself where it is shorter, None for 0.
        fade_ms: how long it fades out, at the end.
    """
    if length_ms >= clip.duration_ms:
        return clip
    return _damped(clip, length_ms, fade_ms) if length_ms else None


@lru_cache(maxsize=32)
def _damped(clip: Clip, length_ms: int, fade_ms: int) -> Clip:
    import numpy as np

    count = length_ms * clip.sample_rate_hz // 1000
    samples = np.frombuffer(clip.pcm[: count * BYTES_PER_SAMPLE], "<i2").astype(np.float64)
    fade = min(fade_ms * clip.sample_rate_hz // 1000, count)
    samples[count - fade :] *= np.cos(np.linspace(0, np.pi / 2, fade)) ** 2
    return Clip(np.round(samples).astype("<i2").tobytes(), clip.sample_rate_hz)
