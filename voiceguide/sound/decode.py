"""Sound files become clips."""

from io import BytesIO
from pathlib import Path

from voiceguide.clip import Clip
from voiceguide.errors import VoiceguideError


def decode_file(path: Path) -> Clip:
    """Return the whole of a sound file as one mono clip at the file's own sample rate.

    Args:
        path: a file in any format that FFmpeg reads.

    Raises:
        VoiceguideError: the file is missing, empty or no sound.
    """
    return _decode(str(path), path.name)


def decode_mp3(frames: bytes) -> Clip:
    """Return what bare MP3 frames sound like, as one mono clip; the delays of both coders stay in.

    Raises:
        VoiceguideError: these are no frames.
    """
    return _decode(BytesIO(frames), "This stretch of MP3", "mp3")


def _decode(source: str | BytesIO, name: str, form: str | None = None) -> Clip:
    import av
    import numpy as np

    try:
        with av.open(source, "r", format=form) as container:
            rate = container.streams.audio[0].sample_rate
            resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
            frames = [
                part.to_ndarray().reshape(-1)
                for frame in [*container.decode(audio=0), None]
                for part in resampler.resample(frame)
            ]
        return Clip(np.concatenate(frames).astype("<i2").tobytes(), rate)
    except (av.error.FFmpegError, OSError, ValueError, IndexError) as error:
        raise VoiceguideError(f"{name} holds no sound that can be read.") from error
