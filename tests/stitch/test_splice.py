"""The splice against its oracle: one encoder over the whole signal in one pass."""

import random

import numpy as np
import pytest

from tests.listening import Samples, fidelity
from voiceguide.clip import Clip
from voiceguide.errors import EncodingError, PhraseFailed
from voiceguide.sound.chimes import strike_chime
from voiceguide.sound.conditioning import faded, levelled, resampled, trimmed
from voiceguide.sound.decode import decode_mp3
from voiceguide.speech.neural import NeuralEngine
from voiceguide.stitch import splice as splice_module
from voiceguide.stitch.blocks import Sound, cut
from voiceguide.stitch.encoder import encode
from voiceguide.stitch.mixer import mix
from voiceguide.stitch.mp3 import Mp3Format
from voiceguide.stitch.splice import Splicer
from voiceguide.store import MemoryStore

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
    raw = [trimmed(engine.speak(text, voice, 0.7)) for text in PHRASES]
    return [levelled(faded(clip), 7.0) for clip in raw if clip]


@pytest.fixture
def no_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave peaks as they come: the oracle knows no ceiling."""
    monkeypatch.setattr(
        splice_module, "encode_below", lambda _, sound, context, form: encode(sound.pcm, form)[context:]
    )


def laid_out(
    clips: list[Clip], form: Mp3Format, seed: int, seconds: int = 60, gap_frames: int = 0
) -> list[Sound]:
    """Put clips and chimes at random distances, as sessions do: on the frame grid, and some off it."""
    draw = random.Random(seed)
    bells = [strike_chime(kind, 0.0, form.sample_rate_hz) for kind in ("begin", "release")]
    pool = [resampled(clip, form.sample_rate_hz) for clip in clips] + bells
    sounds: list[Sound] = []
    at = form.samples_per_frame * 30
    while at < (seconds - 6) * form.sample_rate_hz:
        clip = draw.choice(pool)
        sounds.append(Sound(at, clip))
        gap_ms = draw.choice((250, 500, 650, 900, 1100, 2500, 5000))
        at += clip.samples + max(gap_ms * form.sample_rate_hz // 1000, gap_frames * form.samples_per_frame)
        step = draw.choice((form.samples_per_frame, form.samples_per_frame, form.sample_rate_hz // 1000))
        at = -(-at // step) * step
    return sounds


def decoded(frames: list[bytes], form: Mp3Format, samples: int) -> Samples:
    return decode_mp3(frames, form.samples_per_frame)[1105 : 1105 + samples].astype(np.float64)


def frames_of(stream: bytes, form: Mp3Format) -> list[bytes]:
    size = form.frame_bytes
    return [stream[start : start + size] for start in range(0, len(stream), size)]


@pytest.mark.usefixtures("no_ceiling")
@pytest.mark.parametrize("form", FORMATS, ids=str)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_splice_is_as_near_to_the_sound_as_one_pass(
    speech: list[Clip], form: Mp3Format, seed: int
) -> None:
    """Overall within 0.05 dB, no tenth of a second more than 1.5 dB worse, and no click where blocks meet."""
    samples = 60 * form.sample_rate_hz
    sounds = laid_out(speech, form, seed)
    pcm = mix(sounds, samples, form.sample_rate_hz)
    original = np.frombuffer(pcm, dtype="<i2") / 32768
    one_pass = encode(pcm, form)
    spliced = frames_of(b"".join(Splicer(form, MemoryStore()).frames(sounds, samples)), form)
    assert len(spliced) == len(one_pass)
    oracle = decoded(one_pass, form, samples)
    ours = decoded(spliced, form, samples)
    before, after = (fidelity(sound, original, form.sample_rate_hz) for sound in (oracle, ours))
    assert after.overall_db > before.overall_db - 0.05
    assert (before.windows_db - after.windows_db).max() < 1.5
    for block in cut(sounds, form):
        for frame in (block.first_frame, block.first_frame + block.frames):
            middle = frame * form.samples_per_frame - 1105
            around = slice(max(0, middle - form.samples_per_frame), middle + form.samples_per_frame)
            assert np.abs(ours[around] - oracle[around]).max(initial=0.0) < 10 ** (-50 / 20)


@pytest.mark.usefixtures("no_ceiling")
@pytest.mark.parametrize("form", FORMATS, ids=str)
def test_blocks_far_apart_are_byte_for_byte_the_one_pass(
    speech: list[Clip], form: Mp3Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With 100 frames of silence around and before, the encoder has forgotten what was."""
    monkeypatch.setattr(splice_module, "CONTEXT_FRAMES", 100)
    samples = 60 * form.sample_rate_hz
    sounds = laid_out(speech, form, 3, gap_frames=110)
    one_pass = encode(mix(sounds, samples, form.sample_rate_hz), form)
    splicer = Splicer(form, MemoryStore())
    checked = 0
    for block in cut(sounds, form, context_frames=100, cut_frames=100):
        if block.first_frame >= 100:  # before, the one pass has not had as much lead-in
            frames = frames_of(splicer.encoded(block), form)
            assert frames == one_pass[block.first_frame : block.first_frame + block.frames]
            checked += 1
    assert checked > 3


def test_every_block_is_encoded_once(speech: list[Clip], monkeypatch: pytest.MonkeyPatch) -> None:
    """The same words at the same place in a frame cost nothing the second time, whatever the distance."""
    form = Mp3Format()
    encoded: list[int] = []

    def counted(_: float, sound: Clip, context_frames: int, wanted: Mp3Format) -> list[bytes]:
        encoded.append(sound.samples)
        return encode(sound.pcm, wanted)[context_frames:]

    monkeypatch.setattr(splice_module, "encode_below", counted)
    splicer = Splicer(form, MemoryStore())
    for gap_frames in (100, 200):
        at, sounds = 0, []
        for clip in (*speech, *speech):
            sounds.append(Sound(at, clip))
            at += (-(-clip.samples // form.samples_per_frame) + gap_frames) * form.samples_per_frame
        list(splicer.frames(sounds, at))
    assert len(encoded) <= len(speech) + 1  # the very first begins with the file, and has no frame before it


def test_a_damaged_block_in_the_store_is_made_again(speech: list[Clip]) -> None:
    """A stored block of another size, or that is no frame, is not taken."""
    form, store = Mp3Format(), MemoryStore()
    sounds = [Sound(57_600, speech[0])]
    whole = b"".join(Splicer(form, store).frames(sounds, 240_000))
    for damage in (lambda data: data[:-1], lambda data: b"\0" * len(data), lambda data: data + data):
        for key in list(store._entries):
            store.put(key, damage(store.get(key) or b""))
        assert b"".join(Splicer(form, store).frames(sounds, 240_000)) == whole


def test_a_wrong_frame_count_stops_the_session(speech: list[Clip], monkeypatch: pytest.MonkeyPatch) -> None:
    """An encoder that gives other frames than planned never makes a shifted file."""
    from voiceguide.stitch import encoder

    packets = encoder._packets
    monkeypatch.setattr(encoder, "_packets", lambda pcm, form: packets(pcm, form)[:-1])
    with pytest.raises(
        EncodingError, match=r"The MP3 encoder gave \d+ frames .* were planned; nothing is written"
    ):
        list(Splicer(Mp3Format(), MemoryStore()).frames([Sound(57_600, speech[0])], 240_000))


def test_sounds_after_the_end_are_refused(speech: list[Clip]) -> None:
    """Frames beyond the planned length are an error, not a longer file."""
    with pytest.raises(EncodingError, match="after the session"):
        list(Splicer(Mp3Format(), MemoryStore()).frames([Sound(57_600, speech[0])], 60_000))


def test_one_failed_block_ends_the_stream(speech: list[Clip], monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in a thread comes out where the frames are taken."""

    def broken(*_: object) -> list[bytes]:
        raise PhraseFailed("broken")

    monkeypatch.setattr(splice_module, "encode_below", broken)
    sounds = [Sound(57_600 * (number + 1) * 4, clip) for number, clip in enumerate(speech)]
    with pytest.raises(PhraseFailed, match="broken"):
        list(Splicer(Mp3Format(), MemoryStore()).frames(sounds, 57_600 * 40))
