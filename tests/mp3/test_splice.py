"""The splice against its oracle: one encoder over the whole signal in one pass."""

import random

import numpy as np
import pytest

from tests.listening import Samples, fidelity, true_peak_dbtp
from voiceguide.audio.chimes import strike_chime
from voiceguide.audio.clip import Clip
from voiceguide.audio.decoding import decode_mp3
from voiceguide.audio.mixing import mix
from voiceguide.audio.normalization import (
    apply_fades,
    apply_gain,
    resample,
    trim_silence,
)
from voiceguide.audio.placement import PlacedClip
from voiceguide.errors import EncodingError, PhraseFailed
from voiceguide.export.formats import AudioFormat
from voiceguide.mp3 import splice as splice_module
from voiceguide.mp3.blocks import CONTEXT_FRAMES, split_into_blocks
from voiceguide.mp3.encoder import encode
from voiceguide.mp3.frames import Mp3Format
from voiceguide.mp3.splice import Splicer
from voiceguide.options.session import SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.reader import find_routine
from voiceguide.session.planning import plan_session
from voiceguide.speech.neural import NeuralEngine
from voiceguide.store.memory import MemoryStore

FORMATS = [Mp3Format(24_000, 64), Mp3Format(24_000, 96), Mp3Format(48_000, 64), Mp3Format(48_000, 96)]
PHRASES = (
    "Let both knees roll over to the left.",
    "Halfway.",
    "Second of three.",
    "Breathe into your lower back.",
    "Hold for twenty-five seconds.",
    "Relax for a moment.",
)


@pytest.fixture(scope="module")
def speech() -> list[Clip]:
    """Finished clips of the neural voice."""
    engine = NeuralEngine()
    voice = engine.default_voice("en")
    assert voice
    raw = [trim_silence(engine.speak(text, voice, 0.7)) for text in PHRASES]
    return [apply_gain(apply_fades(clip), 7.0) for clip in raw if clip]


@pytest.fixture
def no_peak_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave peaks as they come: the oracle knows no ceiling."""
    monkeypatch.setattr(splice_module, "ENCODED_PEAK_LIMIT_DBTP", 99.0)


def laid_out(
    clips: list[Clip], mp3_format: Mp3Format, seed: int, seconds: int = 60, gap_frames: int = 0
) -> list[PlacedClip]:
    """Put clips and chimes at random distances, as sessions do: on the frame grid, and some off it."""
    draw = random.Random(seed)
    chimes = [strike_chime(kind, 0.0, mp3_format.sample_rate_hz) for kind in ("begin", "release")]
    pool = [resample(clip, mp3_format.sample_rate_hz) for clip in clips] + chimes
    sounds: list[PlacedClip] = []
    at = mp3_format.samples_per_frame * 30
    while at < (seconds - 6) * mp3_format.sample_rate_hz:
        clip = draw.choice(pool)
        sounds.append(PlacedClip(at, clip))
        gap_ms = draw.choice((250, 500, 650, 900, 1100, 2500, 5000))
        at += clip.sample_count + max(
            gap_ms * mp3_format.sample_rate_hz // 1000, gap_frames * mp3_format.samples_per_frame
        )
        step = draw.choice(
            (mp3_format.samples_per_frame, mp3_format.samples_per_frame, mp3_format.sample_rate_hz // 1000)
        )
        at = -(-at // step) * step
    return sounds


def decoded(frames: list[bytes], mp3_format: Mp3Format, samples: int) -> Samples:
    return decode_mp3(frames, mp3_format.samples_per_frame)[1105 : 1105 + samples].astype(np.float64)


def frames_of(stream: bytes, mp3_format: Mp3Format) -> list[bytes]:
    size = mp3_format.frame_bytes
    return [stream[start : start + size] for start in range(0, len(stream), size)]


@pytest.mark.slow
@pytest.mark.usefixtures("no_peak_limit")
@pytest.mark.parametrize("mp3_format", FORMATS, ids=str)
@pytest.mark.parametrize(("seed", "batch_frames"), [(1, 0), (2, 500), (3, 500)])
def test_the_splice_is_the_one_pass_byte_for_byte(
    speech: list[Clip], mp3_format: Mp3Format, seed: int, batch_frames: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every frame of the stream, whatever lies where, and whether blocks were encoded alone or in runs."""
    monkeypatch.setattr(splice_module, "_MAX_BATCH_FRAMES", batch_frames)
    samples = 60 * mp3_format.sample_rate_hz
    sounds = laid_out(speech, mp3_format, seed)
    one_pass = encode(mix(sounds, samples, mp3_format.sample_rate_hz), mp3_format)
    spliced = frames_of(b"".join(Splicer(mp3_format, MemoryStore()).frames(sounds, samples)), mp3_format)
    assert spliced == one_pass


@pytest.mark.slow
@pytest.mark.parametrize(("rate_hz", "kbps", "hold", "reps"), [(24_000, 64, 20, 2), (48_000, 96, 25, 1)])
def test_a_whole_session_is_as_near_to_the_sound_as_one_pass(
    rate_hz: int, kbps: int, hold: int, reps: int
) -> None:
    """As it is made: byte for byte the one pass but in blocks whose peaks the ceiling holds back, and 0.05 dB."""
    mp3_format = Mp3Format(rate_hz, kbps)
    session = plan_session(
        find_routine("lower-back"),
        SessionOptions(hold, reps, only=("flat-back",)),
        VoiceOptions(engine="neural"),
        file_format=AudioFormat(".mp3", rate_hz, kbps),
        store=MemoryStore(),
    )
    sounds, samples = session.recording.sounds, session.sample_count
    pcm = mix(sounds, samples, rate_hz)
    one_pass = encode(pcm, mp3_format)
    spliced = frames_of(b"".join(session.splicer.frames(sounds, samples)), mp3_format)
    changed = {number for number, frame in enumerate(spliced) if frame != one_pass[number]}
    oracle, ours = decoded(one_pass, mp3_format, samples), decoded(spliced, mp3_format, samples)
    for block in split_into_blocks(sounds, mp3_format):
        if changed & set(range(block.first_frame, block.end_frame)):
            start, end = (
                frame * mp3_format.samples_per_frame for frame in (block.first_frame, block.end_frame)
            )
            assert true_peak_dbtp(oracle[max(0, start - 1105) : end]) > -1.3
            assert true_peak_dbtp(ours[max(0, start - 1105) : end]) < -1.0
            changed -= set(range(block.first_frame, block.end_frame))
    assert not changed
    original = np.frombuffer(pcm, dtype="<i2") / 32768
    before, after = (fidelity(sound, original, rate_hz) for sound in (oracle, ours))
    assert after.overall_db > before.overall_db - 0.05


@pytest.mark.slow
@pytest.mark.usefixtures("no_peak_limit")
def test_the_ceiling_changes_only_the_blocks_it_holds_down(
    speech: list[Clip], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are the one pass still."""
    mp3_format = Mp3Format()
    loud = [apply_gain(clip, 6.0) for clip in speech]
    sounds = laid_out(loud, mp3_format, 1)
    samples = 60 * mp3_format.sample_rate_hz
    free = frames_of(b"".join(Splicer(mp3_format, MemoryStore()).frames(sounds, samples)), mp3_format)
    monkeypatch.setattr(splice_module, "ENCODED_PEAK_LIMIT_DBTP", -3.0)
    held = frames_of(b"".join(Splicer(mp3_format, MemoryStore()).frames(sounds, samples)), mp3_format)
    changed = {number for number, (one, other) in enumerate(zip(free, held, strict=True)) if one != other}
    blocks = list(split_into_blocks(sounds, mp3_format))
    touched = [b for b in blocks if changed & set(range(b.first_frame, b.end_frame))]
    assert 0 < len(touched) < len(blocks)
    assert changed <= {frame for block in touched for frame in range(block.first_frame, block.end_frame)}


def test_every_block_is_encoded_once(speech: list[Clip], monkeypatch: pytest.MonkeyPatch) -> None:
    """The same words at the same place in a frame cost nothing the second time, whatever the distance."""
    mp3_format = Mp3Format()
    encoded: list[int] = []

    def counted(pcm: bytes, wanted: Mp3Format) -> list[bytes]:
        encoded.append(len(pcm))
        return encode(pcm, wanted)

    monkeypatch.setattr(splice_module, "encode", counted)
    splicer = Splicer(mp3_format, MemoryStore())
    for gap_frames in (CONTEXT_FRAMES + 10, CONTEXT_FRAMES + 90):
        at, sounds = 0, []
        for clip in (*speech, *speech):
            sounds.append(PlacedClip(at, clip))
            at += (
                -(-clip.sample_count // mp3_format.samples_per_frame) + gap_frames
            ) * mp3_format.samples_per_frame
        list(splicer.frames(sounds, at))
    # The very first begins with the file, and has no frame before it; and there is the silent frame.
    assert len(encoded) <= len(speech) + 2


def test_a_damaged_block_in_the_store_is_made_again(speech: list[Clip]) -> None:
    """A stored block of another size, or that is no frame, is not taken."""
    mp3_format, store = Mp3Format(), MemoryStore()
    sounds = [PlacedClip(57_600, speech[0])]
    whole = b"".join(Splicer(mp3_format, store).frames(sounds, 240_000))
    for damage in (lambda data: data[:-1], lambda data: b"\0" * len(data), lambda data: data + data):
        for key in list(store._entries):
            store.put(key, damage(store.get(key) or b""))
        assert b"".join(Splicer(mp3_format, store).frames(sounds, 240_000)) == whole


def test_a_wrong_frame_count_stops_the_session(speech: list[Clip], monkeypatch: pytest.MonkeyPatch) -> None:
    """An encoder that returns different frames than planned never makes a shifted file."""
    from voiceguide.mp3 import encoder

    packets = encoder._packets
    monkeypatch.setattr(encoder, "_packets", lambda pcm, mp3_format: packets(pcm, mp3_format)[:-1])
    with pytest.raises(
        EncodingError, match=r"The MP3 encoder returned \d+ frames .* were expected\. Nothing was written"
    ):
        list(Splicer(Mp3Format(), MemoryStore()).frames([PlacedClip(57_600, speech[0])], 240_000))


def test_sounds_after_the_end_are_refused(speech: list[Clip]) -> None:
    """Frames beyond the planned length are an error, not a longer file."""
    with pytest.raises(EncodingError, match="after the end of the session"):
        list(Splicer(Mp3Format(), MemoryStore()).frames([PlacedClip(57_600, speech[0])], 60_000))


def test_one_failed_block_ends_the_stream(speech: list[Clip], monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in a thread comes out where the frames are taken."""

    def broken(*_: object) -> list[bytes]:
        raise PhraseFailed("broken")

    monkeypatch.setattr(splice_module, "encode", broken)
    sounds = [PlacedClip(57_600 * (number + 1) * 4, clip) for number, clip in enumerate(speech)]
    with pytest.raises(PhraseFailed, match="broken"):
        list(Splicer(Mp3Format(), MemoryStore()).frames(sounds, 57_600 * 40))
