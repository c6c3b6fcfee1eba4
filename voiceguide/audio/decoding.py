"""Decodes audio files and MP3 frames."""

import wave
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from voiceguide.audio.clip import BYTES_PER_SAMPLE, Clip
from voiceguide.errors import InvalidFile, VoiceguideError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def decode_file(path: Path) -> Clip:
    """Return an audio file as one mono clip at the file's own sample rate.

    Args:
        path: a file in any format that FFmpeg reads.

    Raises:
        InvalidFile: the file is missing or empty, or does not contain audio.
    """
    plain = _plain_wave(path)
    if plain:
        return plain
    import av
    import numpy as np

    try:
        with av.open(str(path)) as container:
            rate = container.streams.audio[0].sample_rate
            resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
            frames = [
                part.to_ndarray().reshape(-1)
                for frame in [*container.decode(audio=0), None]
                for part in resampler.resample(frame)
            ]
        return Clip(np.concatenate(frames).astype("<i2").tobytes(), rate)
    except (av.error.FFmpegError, OSError, ValueError, IndexError) as error:
        raise InvalidFile(path.name, "does not contain audio that can be read") from error


def _plain_wave(path: Path) -> Clip | None:
    """Return a WAV file of 16-bit mono, as most voices write it; FFmpeg takes 9 ms to find out that it is one."""
    try:
        with wave.open(str(path), "rb") as file:
            if (file.getnchannels(), file.getsampwidth()) != (1, BYTES_PER_SAMPLE):
                return None
            pcm, rate = file.readframes(file.getnframes()), file.getframerate()
    except (wave.Error, EOFError, OSError):
        return None
    whole = pcm[: len(pcm) // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE]
    return Clip(whole, rate) if whole and rate else None


def decode_mp3(
    frames: Iterable[bytes], samples_per_frame: int, on_damaged: Callable[[int], object] = lambda _: None
) -> "NDArray[np.float32]":
    """Return decoded MP3 frames, 1.0 being full scale; shape (samples,).

    The delays of encoder and decoder are included. Frames overlap, so the first one is incomplete without
    the frame before it. A frame that cannot be decoded becomes silence, as in players.

    Args:
        frames: in order.
        samples_per_frame: of the format.
        on_damaged: called with the index of each frame that cannot be decoded.
    """
    import av
    import numpy as np

    decoder = av.CodecContext.create("mp3float", "r")
    if not isinstance(decoder, av.AudioCodecContext):
        raise VoiceguideError("This installation of PyAV has no MP3 decoder; install voiceguide again.")
    parts = []
    for index, frame in enumerate(frames):
        try:
            decoded = decoder.decode(av.Packet(frame))
        except av.error.FFmpegError:
            decoded = []
            on_damaged(index)
        # The first plane is all there is of mono sound; copied, since the decoder uses its memory again.
        parts.append(
            np.frombuffer(memoryview(decoded[0].planes[0]), np.float32, decoded[0].samples).copy()
            if decoded
            else np.zeros(samples_per_frame, np.float32)
        )
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)
