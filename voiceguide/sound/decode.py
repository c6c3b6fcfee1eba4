"""Sound files become clips."""

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
        raise VoiceguideError(f"{path.name} holds no sound that can be read.") from error
