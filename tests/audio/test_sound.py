"""Clips and chimes: trimmed, faded, levelled, in tune with each other; measured by other meters."""

import numpy as np
import pyloudnorm
import pytest
from scipy.signal import resample_poly

from voiceguide.audio.chimes import STRIKES, strike_chime
from voiceguide.audio.clip import Clip
from voiceguide.audio.decoding import decode_file, decode_mp3
from voiceguide.audio.filters import as_array, as_clip
from voiceguide.audio.levels import CLIP_PEAK_LIMIT_DB
from voiceguide.audio.loudness import measure, measure_pieces, true_peak_dbtp
from voiceguide.audio.mixing import mix
from voiceguide.audio.normalization import (
    apply_fades,
    apply_gain,
    limit_peaks,
    resample,
    trim_silence,
)
from voiceguide.audio.placement import PlacedClip
from voiceguide.errors import VoiceguideError
from voiceguide.mp3.encoder import encode
from voiceguide.mp3.frames import Mp3Format
from voiceguide.script.segments import ChimeKind

RATES = (24_000, 48_000)
KINDS: tuple[ChimeKind, ...] = ("begin", "release", "next", "end")


def tone(
    milliseconds: int, amplitude: float = 0.3, frequency_hz: float = 440.0, rate_hz: int = 24_000
) -> Clip:
    time = np.arange(milliseconds * rate_hz // 1000) / rate_hz
    return as_clip(32767 * amplitude * np.sin(2 * np.pi * frequency_hz * time), rate_hz)


def silence(milliseconds: int, rate_hz: int = 24_000) -> Clip:
    return Clip(bytes(2 * milliseconds * rate_hz // 1000), rate_hz)


def concatenate(*clips: Clip) -> Clip:
    return Clip(b"".join(clip.pcm for clip in clips), clips[0].sample_rate_hz)


@pytest.mark.parametrize(("before_ms", "after_ms"), [(0, 0), (300, 500), (1, 2000), (777, 0)])
def test_silence_at_the_ends_goes_and_the_sound_stays(before_ms: int, after_ms: int) -> None:
    """To within two stretches of 5 ms."""
    pcm = bytes(48 * before_ms) + tone(400).pcm + bytes(48 * after_ms)
    sound = trim_silence(Clip(pcm, 24_000))
    assert sound
    assert 400 <= sound.duration_ms <= 411


def test_a_soft_beginning_is_not_cut_off() -> None:
    """A consonant 40 dB below the vowel stays."""
    sound = trim_silence(concatenate(silence(200), tone(80, 0.003), tone(400, 0.3), silence(200)))
    assert sound
    assert sound.duration_ms >= 480


@pytest.mark.parametrize("level", [0, 0.4])
def test_pure_silence_is_no_sound(level: float) -> None:
    """Digital silence, and less than one unit of dither."""
    noise = as_clip(np.random.default_rng(0).uniform(-level, level, 5000), 24_000)
    assert trim_silence(noise) is None


def test_fades_take_the_clicks_away_and_leave_the_rest() -> None:
    """5 ms in, 15 ms out; the middle is untouched."""
    before, after = as_array(tone(500)), as_array(apply_fades(tone(500)))
    assert after[0] == 0
    assert abs(int(after[-1])) < 5
    assert np.array_equal(before[120:-360], after[120:-360])
    assert apply_fades(tone(2)).sample_count == tone(2).sample_count


@pytest.mark.parametrize("rate_hz", [16_000, 22_050, 44_100, 48_000])
def test_another_sample_rate_is_the_same_sound(rate_hz: int) -> None:
    """Same length, same pitch, same level."""
    sound = as_array(resample(tone(1000, rate_hz=rate_hz), 24_000)).astype(float)
    reference = as_array(tone(1000)).astype(float)
    assert abs(len(sound) - 24_000) <= 16
    middle = slice(4000, 20_000)
    assert np.abs(sound[middle] - reference[middle]).max() < 60


def test_gain_is_constant_below_the_limit() -> None:
    """Twice as loud is exactly twice as loud, sample by sample, and nothing shifts."""
    sound = as_array(apply_gain(tone(700, 0.2), 6.0206)).astype(int)
    assert len(sound) == 700 * 24
    assert np.abs(sound - 2 * as_array(tone(700, 0.2)).astype(int)).max() <= 2


def test_peaks_are_held_below_the_limit() -> None:
    """Where the gain would clip, the limiter holds the peaks back; the length stays."""
    sound = apply_gain(concatenate(tone(500, 0.1), tone(200, 0.9), tone(500, 0.1)), 9.0)
    assert sound.duration_ms == 1200
    assert np.abs(as_array(sound).astype(int)).max() <= 32768 * 10 ** (CLIP_PEAK_LIMIT_DB / 20) + 2
    assert (
        np.abs(as_array(limit_peaks(tone(300, 0.9), -12.0)).astype(int)).max() <= 32768 * 10 ** (-12 / 20) + 2
    )


@pytest.mark.parametrize("rate_hz", RATES)
def test_loudness_agrees_with_pyloudnorm(rate_hz: int) -> None:
    """Two implementations of BS.1770, within 0.2 LU."""
    noise = np.random.default_rng(1).standard_normal(rate_hz * 4) * 2000
    clip = as_clip(noise, rate_hz)
    reference = pyloudnorm.Meter(rate_hz).integrated_loudness(as_array(clip) / 32768)
    assert measure(clip).integrated_lufs == pytest.approx(reference, abs=0.2)
    pieces = [as_clip(part, rate_hz) for part in np.array_split(noise, 7)]
    assert measure_pieces(pieces).integrated_lufs == pytest.approx(reference, abs=0.2)


def test_the_true_peak_lies_between_the_samples() -> None:
    """A tone at a quarter of the sample rate whose samples all lie 3 dB below its peak."""
    tone_between = np.sin(np.pi / 2 * np.arange(24_000) + np.pi / 4) * np.hanning(24_000)
    clip = as_clip(0.5 * 32767 * tone_between, 24_000)
    assert true_peak_dbtp([clip]) == pytest.approx(-6.02, abs=0.3)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rate_hz", RATES)
def test_a_chime_is_pleasant_to_hear_on_a_phone(kind: ChimeKind, rate_hz: int) -> None:
    """Energy where phones have it, a soft start, a full decay, no clipping."""
    sound = as_array(strike_chime(kind, 0.0, rate_hz)).astype(float)
    spectrum = np.abs(np.fft.rfft(sound)) ** 2
    frequencies = np.fft.rfftfreq(len(sound), 1 / rate_hz)
    heard = (frequencies > 400) & (frequencies < 6000)
    assert spectrum[heard].sum() > 0.98 * spectrum.sum()
    assert np.abs(sound[: rate_hz // 2000]).max() < 0.2 * np.abs(sound).max()
    assert np.abs(sound[-rate_hz // 100 :]).max() < 0.01 * np.abs(sound).max()
    assert np.abs(sound).max() < 0.75 * 32768


def test_chimes_are_told_apart_by_number_of_strikes() -> None:
    """One, two, three: any ear can tell them apart; the one that rises belongs to none of them."""
    strikes = {kind: [strike.frequency_hz for strike in STRIKES[kind]] for kind in KINDS}
    assert [len(strikes[kind]) for kind in ("begin", "release", "end")] == [1, 2, 3]
    for kind in ("release", "end"):
        assert strikes[kind] == sorted(strikes[kind], reverse=True)
    assert strikes["next"] == sorted(strikes["next"])
    for kind in KINDS:
        sound = np.abs(as_array(strike_chime(kind, 0.0, 24_000)).astype(float))
        level = np.sqrt(np.convolve(sound**2, np.ones(480) / 480, mode="same"))
        rises = sum(
            level[strike.at_ms * 24 + 720] > 1.25 * level[max(0, strike.at_ms * 24 - 480)]
            for strike in STRIKES[kind]
        )
        assert rises == len(STRIKES[kind])


def test_chimes_do_not_sound_like_each_other() -> None:
    """Whatever the shift, the best match of two different ones is poor."""
    sounds = {kind: as_array(strike_chime(kind, 0.0, 24_000)).astype(float)[:24_000] for kind in KINDS}
    for one in KINDS:
        for other in KINDS:
            match = np.abs(
                np.fft.irfft(np.fft.rfft(sounds[one], 65536) * np.fft.rfft(sounds[other], 65536).conj())
            )
            likeness = match.max() / np.sqrt((sounds[one] ** 2).sum() * (sounds[other] ** 2).sum())
            assert (likeness > 0.99) if one == other else (likeness < 0.8)


@pytest.mark.parametrize("level_db", [-30.0, -10.0, 0.0])
def test_the_chime_level_is_relative_to_speech(level_db: float) -> None:
    """0 is as loud as the voice at its loudest; each decibel is one."""
    reference = measure(strike_chime("begin", 0.0, 24_000)).momentary_lufs
    assert reference == pytest.approx(-16.0, abs=0.3)
    assert measure(strike_chime("begin", level_db, 24_000)).momentary_lufs == pytest.approx(
        reference + level_db, abs=0.3
    )


def test_mixing_adds_sounds_at_their_samples() -> None:
    """Against plain addition: to the sample, overlaps and sounds that begin before included."""
    sounds = [
        PlacedClip(-1000, tone(300)),
        PlacedClip(17, tone(100, 0.1, 700)),
        PlacedClip(5001, tone(400, 0.2, 900)),
    ]
    expected = np.zeros(24_000)
    for sound in sounds:
        samples = as_array(sound.clip)[max(0, -sound.start_sample) :]
        start = max(0, sound.start_sample)
        expected[start : start + len(samples)] += samples[: 24_000 - start]
    mixed = np.frombuffer(mix(sounds, 24_000, 24_000), dtype="<i2")
    assert np.array_equal(mixed, expected.astype(int))


@pytest.mark.parametrize("content", [b"", b"no sound", b"RIFF\x24\0\0\0WAVEfmt "])
def test_a_file_without_sound_is_an_error_of_ours(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever FFmpeg says of it."""
    path = tmp_path_factory.mktemp("x") / "phrase.wav"
    path.write_bytes(content)
    with pytest.raises(VoiceguideError, match=r"phrase.wav does not contain audio"):
        decode_file(path)
    with pytest.raises(VoiceguideError):
        decode_file(path.with_name("missing.wav"))


def test_a_frame_that_cannot_be_decoded_is_silence() -> None:
    """The frames after it stay where they are."""
    form = Mp3Format()
    frames = encode(tone(1000).pcm, form)
    whole = decode_mp3(frames, form.samples_per_frame)
    frames[10] = bytes(form.frame_bytes)
    damaged = decode_mp3(frames, form.samples_per_frame)
    assert len(damaged) == len(whole)
    assert np.abs(damaged[14 * 576 :] - whole[14 * 576 :]).max() < 1e-6
    assert not decode_mp3([], 576).size
    assert resample_poly(whole, 2, 1).size == 2 * whole.size
