"""What a file says of itself: it may come from anyone."""

import errno
import json
import lzma
import os
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import GEOB, ID3
from mutagen.id3._util import unsynch

from tests.program import run
from tests.strategies import Laid, sessions
from voiceguide.errors import UsageError, VoiceguideError
from voiceguide.export.embedded_metadata import (
    DESCRIPTION,
    MIME,
    deserialize,
    serialize,
)
from voiceguide.export.finished_file import cover_of, embedded_bytes, read_metadata
from voiceguide.options.session import SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.reader import find_routine
from voiceguide.script.plan import Plan
from voiceguide.session.planning import Session, plan_session
from voiceguide.speech import registry
from voiceguide.speech.fake import FakeEngine
from voiceguide.speech.registry import choose_voice
from voiceguide.store.memory import MemoryStore

OPTIONS = SessionOptions(hold_seconds=21, only=("cat-cow", "flat-back"), guidance="brief", first_side="right")
VOICE_OPTIONS = VoiceOptions("fake", "hum", 130, -3.0)


@pytest.fixture(scope="module")
def session() -> Session:
    return plan_session(find_routine("lower-back"), OPTIONS, VOICE_OPTIONS, store=MemoryStore())


@given(sessions())
def test_any_session_comes_back(laid: Laid) -> None:
    """Its routine, its plan, and what its listener had asked for."""
    plan = Plan.of(
        laid.timeline, routine=laid.routine.id, title="T", options=laid.options.to_dict(), voice="hum"
    )
    contents = deserialize(serialize(plan, laid.routine))
    assert contents.routine == laid.routine
    assert contents.plan.to_dict() == json.loads(json.dumps(plan.to_dict()))
    assert contents.options()[0].resolve(laid.routine) == laid.options


def test_the_options_come_back(session: Session) -> None:
    """What was not asked for is still no more than a default; the voice may differ."""
    options, voice_options = deserialize(serialize(session.plan, session.routine)).options()
    left = ("reps", "rest_seconds")  # no rest is given
    assert options == SessionOptions(
        hold_seconds=21,
        reps=2,
        only=("cat-cow", "flat-back"),
        guidance="brief",
        countdown=3,
        first_side="right",
        lead_in=0,
        implicit=left,
    )
    assert voice_options == VoiceOptions("fake", "hum", 130, -3.0, from_file=True)


def changed(session: Session, change: Callable[[dict[str, Any]], object]) -> bytes:
    """What the file carries, tampered with."""
    data = json.loads(zlib.decompress(serialize(session.plan, session.routine)))
    change(data)
    return zlib.compress(json.dumps(data).encode())


def _set(path: str, value: object) -> Callable[[dict[str, Any]], object]:
    def change(data: dict[str, Any]) -> None:
        *places, last = path.split(".")
        for place in places:
            data = data[int(place)] if isinstance(data, list) else data[place]
        data[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("plan", {}),
        ("plan", []),
        ("plan.duration_ms", -1),
        ("plan.duration_ms", 10**15),
        ("plan.duration_ms", "5"),
        ("plan.title", "x" * 401),
        ("plan.title", None),
        ("plan.events", [{"start_ms": 0, "end_ms": 1, "kind": "shell"}]),
        ("plan.events", [{"start_ms": -5, "end_ms": 1, "kind": "say"}]),
        ("plan.events", [{"start_ms": 0, "end_ms": 1, "kind": "say", "text": "x" * 2001}]),
        ("plan.events", [[]]),
        ("plan.chapters", [{"start_ms": 0, "end_ms": 1, "title": "x"}] * 256),
        ("plan.title", "Sit \u001b[31mtall"),
        ("plan.title", "Sit\ntall"),
        ("plan.title", "Sit \u202etall"),
        ("plan.title", "Sit \ud800tall"),
        ("plan.voice", "\u009b31m"),
        ("plan.voice", "x" * 1001),
        ("plan.routine", "a\u0000b"),
        ("plan.chapters.0.title", "Part\u2028one"),
        ("plan.events.1.text", "Sit \u0007tall."),
        ("plan.events.0.exercise", "\u001b]0;x\u0007"),
        ("plan.dropped", [{"at_ms": 0, "text": "\u001b", "reason": "x"}]),
        ("plan.dropped", [{"at_ms": 0, "text": "x", "reason": "\u2066"}]),
        ("plan.duration_ms", 0),
        ("plan.chapters", []),
        ("plan.chapters", [{"start_ms": 5, "end_ms": 4, "title": "x"}]),
        (
            "plan.chapters",
            [{"start_ms": 5, "end_ms": 6, "title": "x"}, {"start_ms": 4, "end_ms": 6, "title": "y"}],
        ),
        ("plan.events", [{"start_ms": 5, "end_ms": 4, "kind": "pause"}]),
        (
            "plan.events",
            [{"start_ms": 5, "end_ms": 6, "kind": "pause"}, {"start_ms": 4, "end_ms": 6, "kind": "pause"}],
        ),
        ("plan.events", [{"start_ms": 0, "end_ms": 1, "kind": "pause"}] * 100_001),
        ("plan.options.\u009b", 1),
        ("plan.options.engine", "\u001b[2J"),
        ("plan.options", "x"),
        ("plan.options.hold_seconds", 10**9),
        ("plan.options.reps", 0),
        ("plan.options.exercises", ["../../etc"]),
        ("plan.options.exercises", []),
        ("plan.options.guidance", "loud"),
        ("plan.options.chime_level_db", 1e9),
        ("plan.options.pace_wpm", 1),
        ("routine", {}),
        ("routine.id", "../../etc/passwd"),
        ("routine.id", "a/b"),
        ("routine.title", "x" * 121),
        ("routine.title", "bell \u0007"),
        ("routine.all_exercises", []),
        ("routine.safety.before", ["x" * 601]),
        ("routine.surprise", "key"),
        ("routine.source.url", "https://example.org/\u001b[31m"),
        ("routine.source.url", "javascript:alert(1)"),
        ("routine.defaults", {"reps": 10_000}),
    ],
)
def test_what_was_tampered_with_is_refused(session: Session, path: str, value: object) -> None:
    """By the limits of any plan and any routine."""
    with pytest.raises(ValueError, match="is not valid"):
        deserialize(changed(session, _set(path, value)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not zlib",
        zlib.compress(b"not json"),
        zlib.compress(b"[" * 200_000),
        zlib.compress(b'{"plan":' * 50_000),
        zlib.compress(bytes(50_000_000)),
        zlib.compress(b"{}")[:-3],
        zlib.compress(b"[]"),
        bytes(4_000_001),
    ],
    ids=["nothing", "no zlib", "no json", "deep lists", "deep keys", "bomb", "cut", "list", "large"],
)
def test_what_is_no_session_is_refused(data: bytes) -> None:
    """In bounded memory, with a reason."""
    with pytest.raises(ValueError, match=r"^(it|plan|routine)\b"):
        deserialize(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    """Packed or not: nothing but a ValueError comes out."""
    for form in (data, zlib.compress(data)):
        with pytest.raises(ValueError, match="it"):
            deserialize(form)


def test_fields_of_later_versions_are_passed_over(session: Session) -> None:
    """An earlier program reads what it knows of a plan; a routine must be known whole."""
    later = changed(session, _set("plan.mood", "calm"))
    assert deserialize(later).plan == deserialize(serialize(session.plan, session.routine)).plan


def test_letters_that_are_joined_are_let_through(session: Session) -> None:
    """As Persian and the scripts of India need."""
    title = "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0915\u094d\u200d\u0937"
    assert deserialize(changed(session, _set("plan.title", title))).plan.title == title


def test_a_strangers_voice_is_never_a_path(
    session: Session, own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names one that is listed here, or another speaks, and that is noted."""
    monkeypatch.setattr("voiceguide.speech.registry.ENGINES", dict(registry._TEST_ENGINES))
    asked: list[str] = []
    monkeypatch.setattr(FakeEngine, "find_voice", lambda _, wanted: asked.append(wanted))
    (own_folders / "x.onnx").write_bytes(b"model")
    for engine, voice in (
        ("piper", str(own_folders / "x.onnx")),
        (None, "//example.org/share/x.onnx"),
        (None, "x.onnx"),
        ("../evil", "hum"),
    ):
        options = {**session.plan.options, "engine": engine}
        plan = {**session.plan.to_dict(), "voice": voice, "options": options}
        data = changed(session, _set("plan", plan))
        chosen = deserialize(data).options()[1]
        found = choose_voice("en", chosen.engine, chosen.voice, from_file=chosen.from_file)
        assert found.voice.id == "hum"
        assert found.notes == (f"The voice {voice} is not on this computer. Hum speaks instead.",)
    assert asked == []
    found = choose_voice("en", "fake", "HUM", from_file=True)
    assert (found.voice.id, found.notes) == ("hum", ())


def test_the_engine_for_tests_is_not_for_strangers(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that names it is spoken by a voice of this machine."""
    choice = choose_voice("en", "fake", "hum", from_file=True)
    assert choice.voice.engine != "fake"
    assert choice.notes[-1].startswith("The voice hum is not on this computer.")


def tagged(path: Path, data: bytes | None) -> Path:
    """A file that carries this."""
    tags = ID3()
    if data is not None:
        tags.add(GEOB(mime=MIME, desc=DESCRIPTION, data=data))
    tags.save(path, v2_version=3)
    return path


def test_a_file_is_read(session: Session, tmp_path: Path) -> None:
    """From its tags alone."""
    contents = read_metadata(tagged(tmp_path / "a.mp3", serialize(session.plan, session.routine)))
    assert contents.plan.title == "Lower back (2 of 5) · every day · 21 s × 2"


def framed(name: bytes, data: bytes, flags: bytes = b"\0\0", version: int = 3) -> bytes:
    """One ID3 frame."""
    size = bytes(len(data) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return name + (size if version == 4 else len(data).to_bytes(4, "big")) + flags + data


def tag(frames: bytes, version: int = 3, flags: int = 0) -> bytes:
    """An ID3 tag."""
    size = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3" + bytes([version, 0, flags]) + size + frames


def geob(data: bytes) -> bytes:
    """What is in the frame that carries a session."""
    return b"\0" + MIME.encode() + b"\0\0" + DESCRIPTION.encode() + b"\0" + data


BOMB = zlib.compress(bytes(200_000_000), 9)


@pytest.mark.parametrize("ending", [".mp3", ".wav", ".m4b"])
@pytest.mark.parametrize(
    "block",
    [
        tag(framed(b"GEOB", (200_000_000).to_bytes(4, "big") + BOMB, b"\0\x80")),
        tag(framed(b"GEOB", bytes(4) + BOMB, b"\0\x09", 4), 4),
        tag(framed(b"TIT2", (200_000_000).to_bytes(4, "big") + BOMB, b"\0\x80")),
        tag(framed(b"CHAP", b"a\0" + bytes(16) + framed(b"TIT2", bytes(4) + BOMB, b"\0\x80"))),
        tag(framed(b"GEOB", geob(b"x"), b"\0\x40")),
        b"ID3\3\0\0\x7f\x7f\x7f\x7f" + framed(b"GEOB", geob(b"x")),
        tag(framed(b"GEOB", geob(b"x"))[:-1]),
        tag(b"GEOB\xff\xff\xff\xff\0\0" + geob(b"x")),
        b"ID3\2\0\0\0\0\0\0",
        b"ID3",
    ],
    ids=["frame", "frame 2.4", "text", "in a chapter", "encrypted", "large", "cut", "beyond", "2.2", "short"],
)
def test_nothing_is_inflated_that_could_be_a_bomb(block: bytes, ending: str, own_folders: Path) -> None:
    """Frames that are serialize are none of ours; those of chapters are not even looked at."""
    path = own_folders / f"bomb{ending}"
    chunk = b"id3 " + len(block).to_bytes(4, "little") + block
    path.write_bytes(b"RIFF\0\0\0\0WAVE" + chunk if ending == ".wav" else block)
    tracemalloc.start()
    found = embedded_bytes(path), cover_of(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == (None, None)
    assert peak < 50_000_000


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("unsynchronised", [False, True])
def test_tags_that_others_have_written_anew_are_read(
    session: Session, version: int, unsynchronised: bool, own_folders: Path
) -> None:
    """As tag editors do: in version 2.4, with bytes put in so that no frame of sound is seen."""
    data = b"\xff\x00\xff\xe0" + serialize(session.plan, session.routine)
    content = geob(data)
    if unsynchronised and version == 4:
        content = unsynch.encode(content)
    frames = framed(b"TXXX", b"\0a\0b", version=version) + framed(
        b"GEOB", content, b"\0\2" if unsynchronised and version == 4 else b"\0\0", version
    )
    if unsynchronised and version == 3:
        frames = unsynch.encode(frames)
    path = own_folders / "x.mp3"
    path.write_bytes(tag(frames + bytes(20), version, 0x80 if unsynchronised and version == 3 else 0))
    assert embedded_bytes(path) == data


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read anything")
def test_a_file_that_may_not_be_read_is_told_so(own_folders: Path) -> None:
    """And not taken for another program's."""
    path = tagged(own_folders / "x.mp3", b"x")
    path.chmod(0)
    with pytest.raises(VoiceguideError, match=r"x\.mp3 cannot be read: Permission denied\."):
        read_metadata(path)


def test_a_disk_that_fails_is_told_so(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its reason."""
    path = tagged(own_folders / "x.mp3", b"x")

    def failing(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("voiceguide.files.reading.os.open", failing)
    with pytest.raises(VoiceguideError, match=r"x\.mp3 cannot be read: Input/output error\."):
        read_metadata(path)


def test_a_file_is_known_by_what_it_is(session: Session, own_folders: Path) -> None:
    """Whatever its name ends in."""
    for name in ("a.m4b", "a.flac", "a", "a.wav"):
        path = tagged(own_folders / name, serialize(session.plan, session.routine))
        assert read_metadata(path).plan.title == "Lower back (2 of 5) · every day · 21 s × 2"


def test_what_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    """No file, a folder, another program's file, a damaged one."""
    with pytest.raises(UsageError, match=r"There is no file .*nothing\.mp3"):
        read_metadata(tmp_path / "nothing.mp3")
    with pytest.raises(VoiceguideError, match="is a folder"):
        read_metadata(tmp_path)
    with pytest.raises(UsageError, match="There is no file x"):
        read_metadata(Path("x" * 300))
    with pytest.raises(VoiceguideError, match="carries no voiceguide session"):
        read_metadata(tagged(tmp_path / "b.mp3", None))
    with pytest.raises(VoiceguideError, match=r"carries a session that cannot be used: it is damaged\."):
        read_metadata(tagged(tmp_path / "c.mp3", b"no zlib"))


# --- what is made to fill the memory -----------------------------------------------------------

# Reads embedded metadata from standard input, and says why it is refused and by how many MB that raised the peak.
READER = """
import resource, sys
from voiceguide.export.embedded_metadata import deserialize
data = sys.stdin.buffer.read()
try:
    deserialize(b"")
except ValueError:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    deserialize(data)
except ValueError as error:
    print(error)
unit = 2**20 if sys.platform == "darwin" else 2**10
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // unit)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="peaks of memory as POSIX has them")
@pytest.mark.parametrize(
    ("value", "count", "reason"),
    [
        ("[]", 12_000_000, "it is incomplete or too large"),
        ("[]", 6_000_000, "it holds too many values"),
        ("{}", 6_000_000, "it holds too many values"),
        ("1", 9_000_000, "it holds too many values"),
        ('""', 6_000_000, "it holds too many values"),
    ],
)
def test_millions_of_values_are_refused_within_little_memory(value: str, count: int, reason: str) -> None:
    """Twelve million empty lists are 12 kB in a tag and were 1.4 GB in memory."""
    bomb = f'{{"plan": {{"options": {{"a": [{",".join([value] * count)}]}}}}}}'.encode()
    done = subprocess.run(
        [sys.executable, "-c", READER], input=zlib.compress(bomb, 9), capture_output=True, check=True
    )
    found, megabytes = done.stdout.decode().splitlines()
    assert found == reason
    assert int(megabytes) < 100


# --- what earlier versions have made -----------------------------------------------------------

MADE_BY_0_1_0 = Path(__file__).parents[1] / "data" / "made-by-0.1.0.mp3.xz"


def test_a_file_of_version_0_1_0_is_shown_verified_and_made_again(own_folders: Path) -> None:
    """Its keys are those of that version, also those of its routine."""
    (own_folders / "old.mp3").write_bytes(lzma.decompress(MADE_BY_0_1_0.read_bytes()))
    contents = read_metadata(own_folders / "old.mp3")
    assert contents.routine.advised_hold_seconds
    assert contents.plan.options["hold_seconds"] == 3
    assert contents.level_envelopes
    assert "Tiny · 3 s × 1" in run("show", "old.mp3").out
    verified = run("verify", "old.mp3")
    assert (verified.code, "Everything is as planned." in verified.out) == (0, True)
    made = run("make", "old.mp3", "--engine", "fake", "--hold", "7", "-o", "new.mp3")
    assert (made.code, read_metadata(own_folders / "new.mp3").plan.title) == (0, "Tiny · 7 s × 1")
