"""`verify` finds what is wrong with a file, and nothing wrong with a sound one."""

import struct
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from mutagen.id3 import GEOB, ID3

from voiceguide.audio.clip import Clip
from voiceguide.audio.filters import as_array, as_clip
from voiceguide.audio.placement import PlacedClip
from voiceguide.errors import VoiceguideError
from voiceguide.export.embedded_metadata import DESCRIPTION, MIME, serialize
from voiceguide.options.session import SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.reader import find_routine
from voiceguide.script.timeline import Event
from voiceguide.session.making import write_file
from voiceguide.session.planning import Session, plan_session
from voiceguide.session.verification import verify
from voiceguide.store.memory import MemoryStore

pytestmark = pytest.mark.slow

OPTIONS = SessionOptions(hold_seconds=20, reps=1, only=("cat-cow",), guidance="cues")


@pytest.fixture(scope="module")
def session() -> Session:
    """A short session of the neural voice."""
    voice_options = VoiceOptions(engine="neural")
    return plan_session(
        find_routine("lower-back"), OPTIONS, voice_options, store=MemoryStore(), for_file=True
    )


def written(session: Session, folder: Path) -> Path:
    path = folder / "session.mp3"
    write_file(session, path, force=True)
    return path


def with_sounds(session: Session, sounds: tuple[PlacedClip, ...]) -> Session:
    """Give a session other sounds than its plan says."""
    return replace(session, recording=replace(session.recording, sounds=sounds))


def with_sound(session: Session, words: str, change: Callable[[Clip], Clip]) -> Session:
    """Give a session another sound for some words, or for a chime."""
    (wanted,) = [
        number
        for number, event in enumerate(
            event for event in session.timeline.events if event.kind in {"say", "chime"}
        )
        if words in {event.utterance.text if event.utterance else "", f"{event.chime} at {event.start_ms}"}
    ][:1]
    sounds = list(session.recording.sounds)
    sounds[wanted] = replace(sounds[wanted], clip=change(sounds[wanted].clip))
    return with_sounds(session, tuple(sounds))


def first_frame(data: bytes) -> int:
    """Where the sound begins, behind tags and Info frame."""
    return data.index(b"Info") - 13 + 192


def test_a_sound_file_has_no_problems(session: Session, own_folders: Path) -> None:
    """Everything is as planned, and measured."""
    found = verify(written(session, own_folders))
    assert found.problems == ()
    assert [hold.measured_ms for hold in found.holds] == [pytest.approx(20_000, abs=0.2)]
    assert found.loudness_lufs == pytest.approx(-16, abs=0.5)
    assert found.true_peak_dbtp <= -1
    assert found.duration_ms == session.timeline.duration_ms


def test_a_file_cut_at_70_percent_is_found(session: Session, own_folders: Path) -> None:
    """The frames that are missing are counted, and the words and chimes in them named."""
    path = written(session, own_folders)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 7 // 10])
    found = verify(path)
    assert found.missing_frames > 500
    assert any("cut short" in problem for problem in found.problems)
    assert any("The end chime at" in problem and "is missing" in problem for problem in found.problems)
    assert "is missing" in " ".join(found.missing_words)


@pytest.mark.parametrize("header_too", [True, False])
def test_a_frame_of_zeros_is_found(session: Session, own_folders: Path, *, header_too: bool) -> None:
    """Also where its header is left."""
    path = written(session, own_folders)
    data = bytearray(path.read_bytes())
    at = first_frame(bytes(data)) + 192 * 100
    kept = 0 if header_too else 4
    data[at + kept : at + 192] = bytes(192 - kept)
    path.write_bytes(bytes(data))
    assert verify(path).problems[0] == "1 frame is damaged."


def test_a_clip_that_was_removed_is_found(session: Session, own_folders: Path) -> None:
    """The words are named with their time."""
    events = [event for event in session.timeline.events if event.kind == "say"]
    gone = events[5]
    left = tuple(sound for sound in session.recording.sounds if sound.start_sample != gone.start_ms * 24)
    found = verify(written(with_sounds(session, left), own_folders))
    assert gone.utterance
    assert len(found.problems) == 1
    assert gone.utterance.text in found.problems[0]
    assert "is missing" in found.problems[0]


def test_words_cut_off_are_found(session: Session, own_folders: Path) -> None:
    """Half a sentence is no sentence."""
    sounds = list(session.recording.sounds)
    half = as_array(sounds[3].clip)[: sounds[3].clip.sample_count // 2]
    sounds[3] = PlacedClip(sounds[3].start_sample, as_clip(half, 24_000))
    found = verify(written(with_sounds(session, tuple(sounds)), own_folders))
    assert [problem for problem in found.problems if "lacks its end" in problem]


@pytest.mark.parametrize("late_ms", [30, -30, 2, 250])
def test_a_hold_stretched_is_found(session: Session, own_folders: Path, late_ms: int) -> None:
    """By 30 ms, and by 2: the hold is named with what it lasts; what comes later is late, but not an error."""
    hold = session.timeline.of_kind("hold")[0]
    moved = tuple(
        PlacedClip(
            sound.start_sample + (late_ms * 24 if sound.start_sample > hold.start_ms * 24 else 0), sound.clip
        )
        for sound in session.recording.sounds
    )
    found = verify(written(with_sounds(session, moved), own_folders))
    wrong = [hold for hold in found.holds if not hold.is_exact]
    if abs(late_ms) > 150:  # farther than a chime is looked for
        assert any("release chime" in problem for problem in found.problems)
    else:
        assert [hold.measured_ms for hold in wrong] == [pytest.approx(20_000 + late_ms, abs=0.2)]
        assert found.problems[0].startswith("The hold of cat-cow at ")


WORDS = "Move gently, and stop if anything hurts."
OTHER_WORDS = "For twenty seconds."


def _hole(clip: Clip) -> Clip:
    samples = as_array(clip).copy()
    samples[len(samples) // 3 : len(samples) // 2] = 0
    return as_clip(samples, clip.sample_rate_hz)


def _hiss(clip: Clip) -> Clip:
    noise = np.random.default_rng(1).normal(0, 12, clip.sample_count)
    return as_clip(noise, clip.sample_rate_hz)


def _softer(clip: Clip) -> Clip:
    return as_clip(as_array(clip) * 0.1, clip.sample_rate_hz)


def _cut_short(clip: Clip) -> Clip:
    samples = as_array(clip).copy()
    samples[clip.sample_rate_hz * 3 // 10 :] = 0
    return as_clip(samples, clip.sample_rate_hz)


@pytest.mark.parametrize("change", [_hole, _hiss, _softer], ids=["hole", "hiss", "softer"])
def test_words_that_sound_otherwise_are_found(
    session: Session, own_folders: Path, change: Callable[[Clip], Clip]
) -> None:
    """A hole in the middle, noise in place of the voice, a tenth of its loudness: named, and nothing else is."""
    found = verify(written(with_sound(session, WORDS, change), own_folders))
    (problem,) = found.problems
    assert WORDS in problem
    assert problem.endswith("has been altered.")


def test_other_words_are_found(session: Session, own_folders: Path) -> None:
    """Of the same voice, at the same level, as long as those they stand for."""
    events = [event for event in session.timeline.events if event.kind in {"say", "chime"}]
    (other,) = [
        sound.clip
        for event, sound in zip(events, session.recording.sounds, strict=True)
        if event.utterance and event.utterance.text == OTHER_WORDS
    ]

    def exchanged(clip: Clip) -> Clip:
        return as_clip(np.resize(as_array(other), clip.sample_count), clip.sample_rate_hz)

    found = verify(written(with_sound(session, WORDS, exchanged), own_folders))
    assert [WORDS in sound for sound in found.altered_sounds] == [True]


@pytest.mark.parametrize("change", [_cut_short, _softer], ids=["cut short", "softer"])
def test_a_chime_that_sounds_otherwise_is_found(
    session: Session, own_folders: Path, change: Callable[[Clip], Clip]
) -> None:
    """It begins where it should, and is not what it should be."""
    begin = session.timeline.of_kind("hold")[0].start_ms
    found = verify(written(with_sound(session, f"begin at {begin}", change), own_folders))
    assert [sound.startswith("begin chime at") for sound in found.altered_sounds] == [True]
    assert found.problems[0].startswith("The begin chime at ")


def test_frames_after_the_end_are_found(session: Session, own_folders: Path) -> None:
    """Whatever was hung on."""
    path = written(session, own_folders)
    data = path.read_bytes()
    path.write_bytes(data + data[-192 * 50 :])
    assert verify(path).problems == ("50 frames follow after the end.",)


def test_a_changed_header_is_found(session: Session, own_folders: Path) -> None:
    """Its seek table, or its checksum."""
    path = written(session, own_folders)
    data = bytearray(path.read_bytes())
    data[data.index(b"Info") + 40] ^= 0x55
    path.write_bytes(bytes(data))
    assert [problem.startswith("The Info frame is damaged") for problem in verify(path).problems] == [True]


def test_sound_that_comes_late_as_a_whole_is_found(session: Session, own_folders: Path) -> None:
    """Holds are as long as they should be, and everything is 5 ms late."""
    late = tuple(replace(sound, start_sample=sound.start_sample + 120) for sound in session.recording.sounds)
    found = verify(written(with_sounds(session, late), own_folders))
    assert found.problems == ("Everything is 5.0 ms late.",)


def test_a_header_that_promises_too_much_costs_no_time(session: Session, own_folders: Path) -> None:
    """A false number of frames is an error, and is not measured to its end."""
    path = written(session, own_folders)
    data = bytearray(path.read_bytes())
    at = data.index(b"Info") + 8
    frames = 4_000_000
    data[at : at + 8] = struct.pack(">II", frames, 192 + frames * 192)
    path.write_bytes(bytes(data))
    started = time.process_time()
    found = verify(path)
    assert found.missing_frames > 3_900_000
    assert time.process_time() - started < 30


def test_a_header_whose_numbers_overflow_is_an_error(session: Session, own_folders: Path) -> None:
    """Without delays, its own length asks for more frames than a header can state."""
    path = written(session, own_folders)
    data = bytearray(path.read_bytes())
    at = data.index(b"Info")
    frames = (2**32 - 1 - 192) // 192
    data[at + 8 : at + 16] = struct.pack(">II", frames, 192 + frames * 192)
    data[at + 141 : at + 144] = bytes(3)
    path.write_bytes(bytes(data))
    assert not verify(path).has_whole_header


def test_a_gain_of_6_db_is_found(session: Session, own_folders: Path) -> None:
    """Too loud, and over the true peak."""
    louder = tuple(
        PlacedClip(sound.start_sample, as_clip(as_array(sound.clip).astype(float) * 2, 24_000))
        for sound in session.recording.sounds
    )
    from voiceguide.mp3 import splice

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splice, "ENCODED_PEAK_LIMIT_DBTP", 99.0)
        found = verify(written(with_sounds(session, louder), own_folders))
    assert any("LUFS as heard instead of" in problem for problem in found.problems)
    assert any("true peak" in problem for problem in found.problems)
    assert found.clipped_samples > 0


def test_a_sound_that_is_not_planned_is_found(session: Session, own_folders: Path) -> None:
    """A click in a pause is a stray sound, with its time."""
    hold = session.timeline.of_kind("hold")[0]
    click = PlacedClip(
        (hold.start_ms + 1900) * 24, as_clip(as_array(session.recording.sounds[0].clip)[:4800], 24_000)
    )
    sounds = tuple(sorted((*session.recording.sounds, click), key=lambda sound: sound.start_sample))
    found = verify(written(with_sounds(session, sounds), own_folders))
    assert any("1 unexpected sound interrupts the silence" in problem for problem in found.problems)


def tampered(session: Session, folder: Path, data: bytes | None) -> Path:
    path = written(session, folder)
    tags = ID3(path)
    desc = tags.getall("GEOB")[0].desc
    tags.delall("GEOB")
    if data is not None:
        tags.add(GEOB(mime="application/json+zlib", desc=desc, data=data))
    tags.save(path, v2_version=3)
    return path


@pytest.mark.parametrize("data", [None, b"", b"not zlib"])
def test_a_file_without_a_plan_is_one_sentence(
    session: Session, own_folders: Path, data: bytes | None
) -> None:
    """What a stranger's file carries is not trusted; see also what is tested of what files carry."""
    path = tampered(session, own_folders, data)
    with pytest.raises(VoiceguideError, match="carries"):
        verify(path)


@pytest.mark.parametrize("name", ["nothing.mp3", "."])
def test_a_file_that_is_not_there_is_one_sentence(own_folders: Path, name: str) -> None:
    """Missing, or a folder."""
    with pytest.raises(VoiceguideError):
        verify(own_folders / name)


def test_a_session_without_voice_is_measured(own_folders: Path) -> None:
    """No loudness is asked of chimes alone."""
    options = SessionOptions(hold_seconds=5, reps=1, only=("cat-cow",), guidance="chimes")
    session = plan_session(find_routine("lower-back"), options, VoiceOptions(), store=MemoryStore())
    path = own_folders / "chimes.mp3"
    write_file(session, path)
    found = verify(path)
    assert found.loudness_lufs is None
    assert not found.problems
    assert [hold.is_exact for hold in found.holds] == [True]


def with_events(session: Session, path: Path, events: tuple[Event, ...]) -> Path:
    """The file of a session that claims another plan."""
    written(session, path.parent)
    tags = ID3(path)
    data = serialize(replace(session.plan, events=events), session.routine)
    tags.setall("GEOB", [GEOB(mime=MIME, desc=DESCRIPTION, data=data)])
    tags.save(path, v2_version=3)
    return path


def test_a_plan_of_more_chimes_than_there_can_be_is_refused(session: Session, own_folders: Path) -> None:
    """Each would be looked for."""
    events = tuple(Event(at, at + 1, "chime", chime="begin") for at in range(90_000))
    path = with_events(session, own_folders / "session.mp3", events)
    with pytest.raises(
        VoiceguideError, match="carries a plan with 90000 chimes, more than fit into its length"
    ):
        verify(path)


def test_a_plan_of_very_many_words_takes_no_longer(session: Session, own_folders: Path) -> None:
    """Whoever wrote it."""
    words = [Event(at, at + 1, "say", "Word.") for at in range(95_000)]
    events = tuple(sorted([*words, *session.plan.of_kind("chime")], key=lambda event: event.start_ms))
    path = with_events(session, own_folders / "session.mp3", events)
    began = time.process_time()
    assert len(verify(path).missing_words) > 50_000
    assert time.process_time() - began < 60
