"""Sound files become clips."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from voiceguide.audio.clip import Clip
from voiceguide.errors import VoiceguideError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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


def decode_mp3(
    frames: Iterable[bytes], samples_per_frame: int, refused: Callable[[int], object] = lambda _: None
) -> "NDArray[np.float32]":
    """Return what MP3 frames sound like, 1.0 being full scale; shape (samples,).

    The delays of encoder and decoder stay in. The first frame lacks what the one before would have
    added. A frame that cannot be decoded is silence, as players
    make it.

    Args:
        frames: in order.
        samples_per_frame: of the format.
        refused: told the number of each frame that cannot be decoded.
    """
    import av
    import numpy as np

    decoder = av.CodecContext.create("mp3float", "r")
    if not isinstance(decoder, av.AudioCodecContext):
        raise VoiceguideError("This PyAV has no MP3 decoder; install voiceguide again.")
    parts = []
    for number, frame in enumerate(frames):
        try:
            sounds = decoder.decode(av.Packet(frame))
        except av.error.FFmpegError:
            sounds = []
            refused(number)
        parts.append(sounds[0].to_ndarray()[0] if sounds else np.zeros(samples_per_frame, np.float32))
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)
