"""Sessions from outside: the finished file is decoded and measured against the contracts."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from mutagen.id3 import ID3
from mutagen.mp3 import MP3

from tests.listening import chime_onset_ms, heard, loudest_db, loudness_as_heard, true_peak_dbtp
from tests.waiting import LIMIT_SECONDS
from voiceguide.audio.clip import Clip
from voiceguide.mp3 import encoder, splice
from voiceguide.mp3.encoder import encode
from voiceguide.mp3.frames import Mp3Format
from voiceguide.options.session import SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.reader import built_in_ids, find_routine
from voiceguide.script.notes import option_notes
from voiceguide.session.making import write_file
from voiceguide.session.planning import Session, plan_session
from voiceguide.speech.engine import Voice
from voiceguide.speech.fake import FakeEngine
from voiceguide.store.memory import MemoryStore
from voiceguide.store.port import Store

FAKE = VoiceOptions(engine="fake")


@pytest.fixture(scope="module")
def store() -> Store:
    """Clips and blocks are shared by the tests of this module, as they are by sessions."""
    return MemoryStore(400_000_000)


def made(
    options: SessionOptions, voice_options: VoiceOptions, store: Store, folder: Path
) -> tuple[Session, Path]:
    session = plan_session(find_routine("lower-back"), options, voice_options, store=store, for_file=True)
    path = folder / "session.mp3"
    write_file(session, path)
    return session, path


CASES = [
    (SessionOptions(), FAKE),
    (SessionOptions(hold_seconds=3, reps=1), FAKE),
    (SessionOptions(hold_seconds=20, reps=3, guidance="brief", only=("flat-back", "hip-flexor")), FAKE),
    (SessionOptions(hold_seconds=31, reps=2, guidance="cues", countdown=False), FAKE),
    (SessionOptions(hold_seconds=95, reps=1, only=("cat-cow", "hip-flexor"), first_side="right"), FAKE),
    (SessionOptions(hold_seconds=20, reps=1, only=("hip-flexor",)), VoiceOptions(engine="neural")),
    (
        SessionOptions(hold_seconds=25, reps=1, only=("happy-baby",)),
        VoiceOptions(engine="neural", pace_wpm=100),
    ),
    (SessionOptions(hold_seconds=20, reps=1, only=("knee-roll",)), VoiceOptions(engine="system")),
]


@pytest.mark.slow
@pytest.mark.parametrize(("options", "voice_options"), CASES, ids=str)
def test_the_decoded_file_keeps_the_contracts(
    options: SessionOptions, voice_options: VoiceOptions, store: Store, own_folders: Path
) -> None:
    """Holds to 1 ms, loudness, true peak, silence where nothing is planned, every word there."""
    session, path = made(options, voice_options, store, own_folders)
    samples, rate_hz = heard(path)
    timeline = session.timeline
    assert len(samples) == timeline.duration_ms * rate_hz // 1000

    for hold in timeline.of_kind("hold"):
        begin = chime_onset_ms(samples, rate_hz, "begin", hold.start_ms)
        release = chime_onset_ms(samples, rate_hz, "release", hold.end_ms)
        assert abs(begin - hold.start_ms) <= 1
        assert abs((release - begin) - (hold.end_ms - hold.start_ms)) <= 1
        assert hold.end_ms - hold.start_ms == session.options.hold_seconds * 1000

    planned = np.zeros(len(samples), bool)
    for event in timeline.events:
        start, end = event.start_ms * rate_hz // 1000, event.end_ms * rate_hz // 1000
        if event.kind in ("say", "chime"):
            assert loudest_db(samples[start:end]) > -30, event
            planned[max(0, start - rate_hz * 6 // 100) : end + rate_hz * 6 // 100] = True
    assert loudest_db(samples[~planned]) < -80

    assert true_peak_dbtp(samples) <= -1
    if voice_options.engine != "fake":  # it hums, and is not calibrated on words
        assert loudness_as_heard(samples, rate_hz) == pytest.approx(-16, abs=0.5)


@pytest.mark.slow
def test_the_same_options_give_the_same_bytes(
    own_folders: Path,
    encoded_once: Callable[[bytes, Mp3Format], list[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """For any number of jobs and any content of the store; everything is really encoded each time."""
    monkeypatch.setattr(encoder, "_packets", encoded_once)
    results = []
    for jobs, most_bytes in ((1, 64_000_000), (3, 0), (2, 300_000)):
        store = MemoryStore(most_bytes)
        session = plan_session(
            find_routine("lower-back"),
            SessionOptions(reps=1, only=("hip-flexor",), guidance="cues"),
            FAKE,
            store=store,
            jobs=jobs,
            for_file=True,
        )
        results.append(b"".join(session.stream()))
    assert len(set(results)) == 1


def test_sections_are_encoded_while_others_are_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last phrase waits for the encoder here, which has sections to work on by then."""
    encoded, waited = Event(), []
    speak = FakeEngine.speak

    def slowly(engine: FakeEngine, text: str, voice: Voice, rate: float) -> Clip:
        if text == "The session is over.":
            waited.append(encoded.wait(LIMIT_SECONDS))
        return speak(engine, text, voice, rate)

    def noting(pcm: bytes, form: Mp3Format) -> list[bytes]:
        frames = encode(pcm, form)
        encoded.set()
        return frames

    monkeypatch.setattr(FakeEngine, "speak", slowly)
    monkeypatch.setattr(splice, "encode", noting)
    options = SessionOptions(reps=1, only=("hip-flexor", "flat-back"))
    plan_session(find_routine("lower-back"), options, FAKE, store=MemoryStore(), for_file=True)
    assert waited == [True]


@pytest.mark.slow
def test_the_tags_are_read_by_another_program(store: Store, own_folders: Path) -> None:
    """Title, artist, album, genre, comment and length, in ID3v2.3."""
    session, path = made(SessionOptions(), FAKE, store, own_folders)
    tags = ID3(path)
    assert tags.version == (2, 3, 0)
    assert str(tags["TIT2"]) == "Lower back · 25 s × 2"
    assert str(tags["TALB"]) == "Lower back"
    assert str(tags["TPE1"]) == "voiceguide"
    assert str(tags["TCON"]) == "Fitness"
    assert str(tags["COMM::eng"]).startswith("Move gently, and stop if anything hurts.")
    assert int(str(tags["TLEN"])) == session.timeline.duration_ms
    info = MP3(path).info
    assert info
    assert info.length == pytest.approx(session.timeline.duration_ms / 1000, abs=0.001)


def test_the_stream_begins_before_the_sound_is_made(store: Store, own_folders: Path) -> None:
    """The first bytes are there before the first block is encoded."""
    session = plan_session(find_routine("lower-back"), SessionOptions(hold_seconds=33), FAKE, store=store)
    stream = session.stream()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splice, "encode", None)
        assert next(stream).startswith(b"ID3")
        assert b"Info" in next(stream)


def test_the_cover_is_drawn_while_new_blocks_are_encoded(store: Store) -> None:
    """The encoders have begun before a picture is asked for, and do not wait for it."""
    session = plan_session(find_routine("lower-back"), SessionOptions(hold_seconds=34), FAKE, store=store)
    encoded = Event()
    encode_block = splice.Splicer._encode

    def encode_and_tell(*arguments: Any) -> list[bytes]:
        frames = encode_block(*arguments)
        encoded.set()
        return frames

    def cover() -> bytes | None:
        assert encoded.wait(LIMIT_SECONDS)
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splice.Splicer, "_encode", encode_and_tell)
        assert b"".join(session.stream(cover=cover)).startswith(b"ID3")


@pytest.mark.slow
def test_two_sides_get_the_same_full_window(store: Store, own_folders: Path) -> None:
    """Left and right are held as long."""
    session, _ = made(SessionOptions(hold_seconds=27, reps=2), FAKE, store, own_folders)
    lengths = {
        side: {
            event.end_ms - event.start_ms for event in session.timeline.of_kind("hold") if event.side == side
        }
        for side in ("left", "right")
    }
    assert lengths == {"left": {27_000}, "right": {27_000}}


@pytest.mark.parametrize(
    ("hold", "notes"),
    [
        (25, 0),
        (20, 0),
        (30, 0),
        (15, 1),
        (45, 1),
    ],
)
def test_a_hold_outside_the_advice_is_made_and_noted(hold: int, notes: int, store: Store) -> None:
    """One line says what the source advises."""
    session = plan_session(find_routine("lower-back"), SessionOptions(hold_seconds=hold), FAKE, store=store)
    said = session.notes
    assert len(said) == notes
    if notes:
        assert said[0] == (
            f"The source of this routine advises holds of 20 to 30 seconds; this session has holds of {hold} seconds."
        )


def test_a_voice_of_another_language_is_noted(store: Store) -> None:
    """It was asked for, and is taken; a voice that does not say what it speaks is left alone."""
    session = plan_session(find_routine("lower-back"), SessionOptions(), FAKE, store=store)
    german = replace(session, voice=replace(session.voice, name="Anna", language="de-AT"))
    assert german.notes == ("The voice Anna speaks de-AT, but the routine is written in en.",)
    assert not session.notes
    assert not replace(session, voice=replace(session.voice, language="")).notes


@pytest.mark.parametrize(
    ("options", "note"),
    [
        (SessionOptions(reps=5), "advises 2 to 3 repetitions; this session has 5."),
        (
            SessionOptions(rest_seconds=60),
            "advises rests of 15 to 30 seconds; this session has rests of 60 seconds.",
        ),
    ],
)
def test_other_choices_outside_the_advice_are_noted(options: SessionOptions, note: str) -> None:
    """Repetitions and rests."""
    routine = find_routine("lower-back")
    assert list(option_notes(routine, options.resolve(routine))) == [f"The source of this routine {note}"]


@pytest.mark.parametrize("name", built_in_ids())
def test_no_routine_is_outside_its_own_advice(name: str) -> None:
    """With nothing chosen; breaths are as long as they are."""
    routine = find_routine(name)
    assert list(option_notes(routine, SessionOptions().resolve(routine))) == []


@pytest.mark.slow
def test_progress_is_reported_to_the_end(store: Store, own_folders: Path) -> None:
    """Both stages reach what they said they would."""
    reported: list[tuple[str, int, int]] = []
    session = plan_session(
        find_routine("lower-back"),
        SessionOptions(reps=1),
        FAKE,
        store=store,
        progress=lambda *now: reported.append(now),
    )
    write_file(session, own_folders / "x.mp3", progress=lambda *now: reported.append(now))
    for stage in ("speech", "file"):
        last = [now for now in reported if now[0] == stage][-1]
        assert last[1] == last[2] > 0


def test_a_long_session_is_written_in_small_pieces(store: Store) -> None:
    """No piece grows with the session, silence included."""
    session = plan_session(
        find_routine("lower-back"),
        SessionOptions(hold_seconds=600, reps=3, only=("cat-cow",), guidance="cues"),
        FAKE,
        store=store,
    )
    sizes = [len(piece) for piece in session.stream()]
    assert sum(sizes) > 14_000_000
    assert max(sizes) < 300_000
